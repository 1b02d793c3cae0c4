//! Refer-Sub (RFC 4488): whether a REFER starts a subscription to its outcome.

use super::{Header, HeaderError, token_params::token_params};
use crate::HeaderName;
use bytes::Bytes;

/// Refer-Sub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferSub(pub bool);

impl Header for ReferSub {
    const NAME: HeaderName = HeaderName::ReferSub;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let (token, _) = token_params(&value, Self::NAME)?;
        match token.to_ascii_lowercase().as_slice() {
            b"true" => Ok(ReferSub(true)),
            b"false" => Ok(ReferSub(false)),
            _ => Err(HeaderError::Malformed(Self::NAME)),
        }
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.0 { b"true" } else { b"false" });
    }
}
