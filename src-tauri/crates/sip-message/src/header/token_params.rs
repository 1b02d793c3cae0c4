//! Headers of the shape `token;params`: Content-Disposition, Accept-Encoding, Accept-Language.

use super::{Header, HeaderError};
use crate::{
    HeaderName, Params, Text,
    scan::{find_outside, is_token, part, trim_bytes},
};
use bytes::Bytes;

macro_rules! token_params_headers {
    ($($(#[$doc:meta])* $type:ident, list: $list:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $type {
            /// The token.
            pub token: Text,
            /// What follows it.
            pub params: Params,
        }

        impl Header for $type {
            const NAME: HeaderName = HeaderName::$type;
            const IS_LIST: bool = $list;
            fn parse(value: Bytes) -> Result<Self, HeaderError> {
                let (token, params) = token_params(&value, Self::NAME)?;
                Ok($type { token, params })
            }
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.token);
                self.params.write(out);
            }
        }
    )*};
}

token_params_headers! {
    /// Content-Disposition (RFC 3261 §20.11): `session`, `render`, `early-session` …
    ContentDisposition, list: false;
    /// Accept-Encoding (RFC 3261 §20.2).
    AcceptEncoding, list: true;
    /// Accept-Language (RFC 3261 §20.3).
    AcceptLanguage, list: true;
}

impl ContentDisposition {
    /// Whether a receiver that does not understand the body must refuse the message: unless
    /// `handling=optional` says otherwise (RFC 3261 §20.11).
    pub fn is_required(&self) -> bool {
        !self
            .params
            .value("handling")
            .is_some_and(|h| h.is("optional"))
    }
}

/// Cuts `token;params`.
pub(super) fn token_params(value: &Bytes, name: HeaderName) -> Result<(Text, Params), HeaderError> {
    let malformed = HeaderError::Malformed(name);
    let semi = find_outside(value, false, b';').unwrap_or(value.len());
    let token = trim_bytes(&part(value, 0, semi));
    let params = Params::from_raw(part(value, semi + 1, value.len()));
    if !is_token(&token) || !params.is_well_formed() {
        return Err(malformed);
    }
    Ok((Text::new(token), params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handling_is_required_unless_optional() {
        for (text, required) in [
            ("session", true),
            ("session;handling=required", true),
            ("render ; handling=OPTIONAL", false),
        ] {
            let header = ContentDisposition::parse(Bytes::from_static(text.as_bytes())).unwrap();
            assert_eq!(header.is_required(), required, "{text}");
        }
    }
}
