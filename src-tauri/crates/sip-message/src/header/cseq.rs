//! CSeq (RFC 3261 §20.16) and Call-ID (§20.8): what request this is.

use super::{Header, HeaderError};
use crate::{
    HeaderName, Method, Text,
    scan::{is_space, is_token, number, trim},
};
use bytes::Bytes;

/// Sequence number and method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CSeq {
    /// The number, below 2^31 (RFC 3261 §8.1.1.5).
    pub number: u32,
    /// The request's method.
    pub method: Method,
}

impl Header for CSeq {
    const NAME: HeaderName = HeaderName::CSeq;
    fn parse(value: Bytes) -> Result<CSeq, HeaderError> {
        let malformed = HeaderError::Malformed(Self::NAME);
        let space = value.iter().position(|b| is_space(*b)).ok_or(malformed)?;
        let (digits, method) = value.split_at_checked(space).ok_or(malformed)?;
        let method = trim(method);
        if !digits.iter().all(u8::is_ascii_digit) || digits.is_empty() || !is_token(method) {
            return Err(malformed);
        }
        let number: Option<u32> = number(digits);
        let number = number
            .filter(|n| *n < 1 << 31)
            .ok_or(HeaderError::OutOfRange(Self::NAME))?;
        Ok(CSeq {
            number,
            method: Method::of(&value, method),
        })
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.number.to_string().as_bytes());
        out.push(b' ');
        out.extend_from_slice(self.method.as_bytes());
    }
}

/// Call-ID, compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub Text);

impl Header for CallId {
    const NAME: HeaderName = HeaderName::CallId;
    fn parse(value: Bytes) -> Result<CallId, HeaderError> {
        if value.is_empty() || value.iter().any(|b| is_space(*b)) {
            return Err(HeaderError::Malformed(Self::NAME));
        }
        Ok(CallId(Text::new(value)))
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}
