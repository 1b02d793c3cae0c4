//! Reason (RFC 3326): why a call was ended or a request cancelled.

use super::{Header, HeaderError, token_params::token_params};
use crate::{HeaderName, Params, Text};
use bytes::Bytes;

/// Reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Whose codes `cause` uses: `SIP`, `Q.850`, `Preemption` …
    pub protocol: Text,
    /// `cause`, `text` and others.
    pub params: Params,
}

impl Reason {
    /// `SIP;cause=…;text="…"`.
    pub fn sip(cause: u16, text: &str) -> Reason {
        Reason::new("SIP", cause, text)
    }

    /// `Q.850;cause=…;text="…"`, the telephone network's causes.
    pub fn q850(cause: u16, text: &str) -> Reason {
        Reason::new("Q.850", cause, text)
    }

    /// The code.
    pub fn cause(&self) -> Option<u16> {
        self.params.value("cause")?.number()
    }

    /// The words.
    pub fn text(&self) -> Option<Text> {
        self.params.value("text")
    }

    fn new(protocol: &str, cause: u16, text: &str) -> Reason {
        let mut list = format!("cause={cause};text=").into_bytes();
        crate::scan::quote(text.as_bytes(), &mut list);
        Reason {
            protocol: Text::from(protocol),
            params: Params::from_raw(Bytes::from(list)),
        }
    }
}

impl Header for Reason {
    const NAME: HeaderName = HeaderName::Reason;
    const IS_LIST: bool = true;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let (protocol, params) = token_params(&value, Self::NAME)?;
        Ok(Reason { protocol, params })
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.protocol);
        self.params.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_of_rfc_3326_and_back() {
        let text = "SIP;cause=200;text=\"Call completed elsewhere\"";
        let reason = Reason::parse(Bytes::from_static(text.as_bytes())).unwrap();
        assert_eq!(reason, Reason::sip(200, "Call completed elsewhere"));
        assert_eq!(reason.cause(), Some(200));
        assert_eq!(reason.text().unwrap(), "Call completed elsewhere");
        let mut out = Vec::new();
        Reason::q850(16, "say \"bye\"").write(&mut out);
        assert_eq!(out, b"Q.850;cause=16;text=\"say \\\"bye\\\"\"");
    }
}
