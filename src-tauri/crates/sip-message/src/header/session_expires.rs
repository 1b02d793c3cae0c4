//! Session-Expires (RFC 4028 §4): how long a session lives without a refresh. Min-SE is a plain
//! number, see [`super::MinSe`].

use super::{Header, HeaderError};
use crate::{
    HeaderName, Params, Text,
    scan::{part, trim_bytes},
};
use bytes::Bytes;

/// Session-Expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionExpires {
    /// The interval in seconds.
    pub seconds: u32,
    /// Who refreshes.
    pub refresher: Option<Refresher>,
}

/// Who refreshes a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresher {
    /// Whoever sent the request.
    Uac,
    /// Whoever answered it.
    Uas,
}

impl Header for SessionExpires {
    const NAME: HeaderName = HeaderName::SessionExpires;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let malformed = HeaderError::Malformed(Self::NAME);
        let semi = memchr::memchr(b';', &value).unwrap_or(value.len());
        let digits = Text::new(trim_bytes(&part(&value, 0, semi)));
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(malformed);
        }
        let params = Params::from_raw(part(&value, semi + 1, value.len()));
        let refresher = match params.value("refresher") {
            None => None,
            Some(who) if who.is("uac") => Some(Refresher::Uac),
            Some(who) if who.is("uas") => Some(Refresher::Uas),
            Some(_) => return Err(malformed),
        };
        Ok(SessionExpires {
            // Too large a number is a very long session, not an error.
            seconds: digits.number().unwrap_or(u32::MAX),
            refresher,
        })
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.seconds.to_string().as_bytes());
        out.extend_from_slice(match self.refresher {
            None => b"",
            Some(Refresher::Uac) => b";refresher=uac",
            Some(Refresher::Uas) => b";refresher=uas",
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_refresher() {
        let parse = |s: &'static str| SessionExpires::parse(Bytes::from_static(s.as_bytes()));
        let header = parse("1800 ; Refresher=UAS;x=y").unwrap();
        assert_eq!(
            (header.seconds, header.refresher),
            (1800, Some(Refresher::Uas))
        );
        assert_eq!(parse("4000").unwrap().refresher, None);
        assert_eq!(parse("99999999999").unwrap().seconds, u32::MAX);
        for bad in ["", "x", "-1", "90;refresher=me"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
