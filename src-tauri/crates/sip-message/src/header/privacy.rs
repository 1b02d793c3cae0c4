//! Privacy (RFC 3323 §4.2, RFC 3325 §9.3, RFC 7044 §10.1): what about the caller must stay hidden.

use super::{Header, HeaderError};
use crate::{
    HeaderName, Text,
    limits::MAX_LIST_VALUES,
    scan::{is_token, trim_bytes},
};
use bytes::Bytes;

/// Privacy: `id`, `user`, `header`, `session`, `critical`, `none`, `history`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Privacy(pub Vec<Text>);

impl Privacy {
    /// Whether the value is asked for.
    pub fn has(&self, value: &str) -> bool {
        self.0.iter().any(|v| v.is(value))
    }
}

impl Header for Privacy {
    const NAME: HeaderName = HeaderName::Privacy;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        // The RFC separates with semicolons; some gateways write commas.
        let values: Vec<Text> = value
            .split(|b| matches!(b, b';' | b','))
            .map(|v| Text::new(trim_bytes(&value.slice_ref(v))))
            .take(MAX_LIST_VALUES)
            .collect();
        if !values.iter().all(|v| is_token(v)) {
            return Err(HeaderError::Malformed(Self::NAME));
        }
        Ok(Privacy(values))
    }
    fn write(&self, out: &mut Vec<u8>) {
        for (i, value) in self.0.iter().enumerate() {
            if i > 0 {
                out.push(b';');
            }
            out.extend_from_slice(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_apart() {
        let privacy = Privacy::parse(Bytes::from_static(b"id; Critical,header")).unwrap();
        assert!(privacy.has("ID") && privacy.has("critical") && !privacy.has("user"));
        let mut out = Vec::new();
        privacy.write(&mut out);
        assert_eq!(out, b"id;Critical;header");
        assert!(Privacy::parse(Bytes::from_static(b"id;;")).is_err());
    }
}
