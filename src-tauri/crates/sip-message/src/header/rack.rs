//! RAck (RFC 3262 §7.2): which provisional response a PRACK acknowledges.

use super::{CSeq, Header, HeaderError};
use crate::{
    HeaderName, Method, Text,
    scan::{is_space, part, trim_bytes},
};
use bytes::Bytes;

/// RAck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RAck {
    /// The response's RSeq.
    pub rseq: u32,
    /// The response's CSeq number.
    pub cseq: u32,
    /// The response's CSeq method.
    pub method: Method,
}

impl Header for RAck {
    const NAME: HeaderName = HeaderName::RAck;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let malformed = HeaderError::Malformed(Self::NAME);
        let space = value.iter().position(|b| is_space(*b)).ok_or(malformed)?;
        let rseq = Text::new(part(&value, 0, space)).number();
        let rest = trim_bytes(&part(&value, space, value.len()));
        let cseq = CSeq::parse(rest).map_err(|_| malformed)?;
        Ok(RAck {
            rseq: rseq.ok_or(malformed)?,
            cseq: cseq.number,
            method: cseq.method,
        })
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{} {} ", self.rseq, self.cseq).as_bytes());
        out.extend_from_slice(self.method.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_of_rfc_3262_and_what_is_refused() {
        let parse = |s: &'static str| RAck::parse(Bytes::from_static(s.as_bytes()));
        let rack = parse("776656  1 INVITE").unwrap();
        assert_eq!(
            (rack.rseq, rack.cseq, &rack.method),
            (776_656, 1, &Method::Invite)
        );
        let mut out = Vec::new();
        rack.write(&mut out);
        assert_eq!(out, b"776656 1 INVITE");
        for bad in ["1 INVITE", "1 2", "x 1 INVITE", "4294967296 1 INVITE", ""] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
