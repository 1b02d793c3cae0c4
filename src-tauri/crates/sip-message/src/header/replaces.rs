//! Replaces (RFC 3891): the dialog this INVITE takes the place of.

use super::{Header, HeaderError};
use crate::{
    HeaderName, Params, Text,
    scan::{find_outside, is_space, part, trim_bytes},
};
use bytes::Bytes;

/// A dialog to be replaced, named as its other end would name it: `to_tag` is the local tag of
/// whoever receives this header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaces {
    /// The dialog's Call-ID.
    pub call_id: Text,
    /// The receiver's tag; `0` stands for none (RFC 3891 §6.1).
    pub to_tag: Text,
    /// The other party's tag; `0` stands for none.
    pub from_tag: Text,
    /// Replace only a dialog that is not answered yet.
    pub early_only: bool,
}

impl Header for Replaces {
    const NAME: HeaderName = HeaderName::Replaces;

    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let malformed = HeaderError::Malformed(Self::NAME);
        let semi = find_outside(&value, false, b';').ok_or(malformed)?;
        let call_id = trim_bytes(&part(&value, 0, semi));
        let params = Params::from_raw(part(&value, semi + 1, value.len()));
        if call_id.is_empty() || call_id.iter().any(|b| is_space(*b)) || !params.is_well_formed() {
            return Err(malformed);
        }
        // Each tag exactly once (RFC 3891 §3): with two, sender and receiver could mean different
        // calls.
        let tag = |name: &str| {
            let mut all = params.iter().filter(|(n, _)| n.is(name));
            match (all.next(), all.next()) {
                (Some((_, Some(tag))), None) => Ok(tag),
                _ => Err(malformed),
            }
        };
        Ok(Replaces {
            call_id: Text::new(call_id),
            to_tag: tag("to-tag")?,
            from_tag: tag("from-tag")?,
            early_only: params.has("early-only"),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.call_id);
        out.extend_from_slice(b";to-tag=");
        out.extend_from_slice(&self.to_tag);
        out.extend_from_slice(b";from-tag=");
        out.extend_from_slice(&self.from_tag);
        if self.early_only {
            out.extend_from_slice(b";early-only");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(s: &'static str) -> Result<Replaces, HeaderError> {
        Replaces::parse(Bytes::from_static(s.as_bytes()))
    }

    #[test]
    fn examples_of_rfc_3891_6_1() {
        let r = parse("98732@sip.example.com\r\n ;from-tag=r33th4x0r\r\n ;to-tag=ff87ff").unwrap();
        assert_eq!(r.call_id, "98732@sip.example.com");
        assert_eq!(
            (&r.to_tag, &r.from_tag),
            (&Text::from("ff87ff"), &Text::from("r33th4x0r"))
        );
        let r = parse("12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only").unwrap();
        assert!(r.early_only);
        let mut out = Vec::new();
        r.write(&mut out);
        assert_eq!(
            out,
            b"12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only"
        );
    }

    #[test]
    fn refused() {
        for bad in [
            "a@b",
            "a@b;to-tag=1",
            "a@b;from-tag=1",
            ";to-tag=1;from-tag=2",
            "a b;to-tag=1;from-tag=2",
            "a@b;to-tag=1;from-tag=2;to-tag=3",
            "a@b;to-tag;from-tag=2",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
