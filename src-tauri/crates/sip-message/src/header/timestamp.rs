//! Timestamp (RFC 3261 §20.38): when a request was sent, echoed with the time it was held.

use super::{Header, HeaderError};
use crate::{
    HeaderName, Text,
    scan::{is_space, part, trim_bytes},
};
use bytes::Bytes;

/// Timestamp. Both values are decimal fractions in the sender's own clock and unit, kept as
/// written so that they can be echoed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// When the request was sent.
    pub sent: Text,
    /// How long the response was held.
    pub delay: Option<Text>,
}

impl Header for Timestamp {
    const NAME: HeaderName = HeaderName::Timestamp;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let end = value
            .iter()
            .position(|b| is_space(*b))
            .unwrap_or(value.len());
        let sent = part(&value, 0, end);
        let delay = trim_bytes(&part(&value, end, value.len()));
        let delay = (!delay.is_empty()).then_some(delay);
        if !is_fraction(&sent) || !delay.as_ref().is_none_or(|d| is_fraction(d)) {
            return Err(HeaderError::Malformed(Self::NAME));
        }
        Ok(Timestamp {
            sent: Text::new(sent),
            delay: delay.map(Text::new),
        })
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.sent);
        if let Some(delay) = &self.delay {
            out.push(b' ');
            out.extend_from_slice(delay);
        }
    }
}

/// `1*DIGIT ["." *DIGIT]`
fn is_fraction(text: &[u8]) -> bool {
    let mut parts = text.splitn(2, |b| *b == b'.');
    let whole = parts.next().unwrap_or_default();
    let rest = parts.next().unwrap_or_default();
    !whole.is_empty() && whole.iter().chain(rest).all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_and_without_delay() {
        let parse = |s: &'static str| Timestamp::parse(Bytes::from_static(s.as_bytes()));
        assert_eq!(parse("54.21").unwrap().delay, None);
        assert_eq!(parse("54  0.5").unwrap().delay.unwrap(), "0.5");
        for bad in ["", ".5", "x", "1.2.3", "1 2 3"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
