//! Alert-Info (RFC 3261 §20.4), Call-Info (§20.9), Error-Info (§20.18): a URI and what it is for.

use super::{Header, HeaderError};
use crate::{
    HeaderName, Params, Text, Uri,
    scan::{find_outside, part, trim_bytes},
};
use bytes::Bytes;

/// A URI with parameters, or, as many phones and gateways write it, parameters alone:
/// `Alert-Info: info=alert-autoanswer`, `Alert-Info: Auto Answer`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The URI; `None` when the value holds none.
    pub uri: Option<Uri>,
    /// `info`, `purpose`, `answer-after`, `appearance-index` and others; free words without a URI
    /// stand here as one flag.
    pub params: Params,
}

impl Info {
    /// A URI with one parameter.
    pub fn new(uri: impl Into<Uri>, name: &str, value: &str) -> Info {
        Info {
            uri: Some(uri.into()),
            params: Params::new().with(name, value),
        }
    }

    /// Free words: `Ring Answer`.
    pub fn words(text: &str) -> Info {
        Info {
            uri: None,
            params: Params::from_raw(Text::from(text).bytes().clone()),
        }
    }

    fn parse(value: Bytes, name: HeaderName) -> Result<Info, HeaderError> {
        let malformed = HeaderError::Malformed(name);
        if value.is_empty() {
            return Err(malformed);
        }
        if value.first() == Some(&b'<') {
            let close = memchr::memchr(b'>', &value).ok_or(malformed)?;
            let uri = Uri::parse(trim_bytes(&part(&value, 1, close)))
                .map_err(|why| HeaderError::Uri(name, why))?;
            let after = trim_bytes(&part(&value, close + 1, value.len()));
            return match after.first() {
                None => Ok(Info {
                    uri: Some(uri),
                    params: Params::new(),
                }),
                Some(b';') => Ok(Info {
                    uri: Some(uri),
                    params: Params::from_raw(part(&after, 1, after.len())),
                }),
                Some(_) => Err(malformed),
            };
        }
        let semi = find_outside(&value, false, b';').unwrap_or(value.len());
        Ok(match Uri::parse(trim_bytes(&part(&value, 0, semi))) {
            Ok(uri) => Info {
                uri: Some(uri),
                params: Params::from_raw(part(&value, semi + 1, value.len())),
            },
            Err(_) => Info {
                uri: None,
                params: Params::from_raw(value),
            },
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        match &self.uri {
            Some(uri) => {
                out.push(b'<');
                out.extend_from_slice(uri.raw());
                out.push(b'>');
                self.params.write(out);
            }
            None => out.extend_from_slice(self.params.raw()),
        }
    }
}

macro_rules! info_headers {
    ($($(#[$doc:meta])* $type:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $type(pub Info);

        impl Header for $type {
            const NAME: HeaderName = HeaderName::$type;
            const IS_LIST: bool = true;
            fn parse(value: Bytes) -> Result<Self, HeaderError> {
                Info::parse(value, Self::NAME).map($type)
            }
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }
        }

        impl std::ops::Deref for $type {
            type Target = Info;
            fn deref(&self) -> &Info {
                &self.0
            }
        }
    )*};
}

info_headers! {
    /// Alert-Info (RFC 3261 §20.4): how to ring.
    AlertInfo;
    /// Call-Info (RFC 3261 §20.9): more about caller or callee.
    CallInfo;
    /// Error-Info (RFC 3261 §20.18): more about an error.
    ErrorInfo;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(s: &'static str) -> Info {
        AlertInfo::parse(Bytes::from_static(s.as_bytes()))
            .unwrap()
            .0
    }

    #[test]
    fn every_way_of_asking_for_auto_answer_is_read() {
        for (text, name, value) in [
            ("<sip:x>;answer-after=0", "answer-after", "0"),
            (
                "<http://127.0.0.1>;info=alert-autoanswer;delay=0",
                "info",
                "alert-autoanswer",
            ),
            ("info=alert-autoanswer", "info", "alert-autoanswer"),
            ("http://x.y/z;info=\"Auto Answer\"", "info", "Auto Answer"),
        ] {
            assert_eq!(alert(text).params.value(name).unwrap(), value, "{text}");
        }
        let words = alert("Auto Answer");
        assert!(words.uri.is_none() && words.params.has("auto answer"));
        assert_eq!(words, Info::words("Auto Answer"));
    }

    #[test]
    fn printing_and_parsing_are_inverse() {
        for text in ["<sip:x;a=b>;answer-after=0", "Ring Answer", "info=x;y"] {
            let mut out = Vec::new();
            alert(text).write(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
        for bad in ["", "<sip:x", "<sip:x> y", "<x>"] {
            assert!(
                CallInfo::parse(Bytes::from_static(bad.as_bytes())).is_err(),
                "{bad}"
            );
        }
    }
}
