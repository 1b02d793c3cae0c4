//! Headers that list tokens: Supported, Require, Proxy-Require, Unsupported, Allow, Allow-Events
//! and kin. One value is one token; [`crate::Headers::all`] reads them over all lines.

use super::{Header, HeaderError};
use crate::{HeaderName, Method, Text, scan::is_token};
use bytes::Bytes;

macro_rules! token_list_headers {
    ($($(#[$doc:meta])* $type:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(pub Text);

        impl Header for $type {
            const NAME: HeaderName = HeaderName::$type;
            const IS_LIST: bool = true;
            fn parse(value: Bytes) -> Result<Self, HeaderError> {
                if !is_token(&value) {
                    return Err(HeaderError::Malformed(Self::NAME));
                }
                Ok($type(Text::new(value)))
            }
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.0);
            }
        }

        impl From<&str> for $type {
            fn from(token: &str) -> Self {
                $type(Text::from(token))
            }
        }
    )*};
}

token_list_headers! {
    /// Supported (RFC 3261 §20.37): an extension the sender understands.
    Supported;
    /// Require (RFC 3261 §20.32): an extension the far end must understand.
    Require;
    /// Proxy-Require (RFC 3261 §20.29): an extension every proxy must understand.
    ProxyRequire;
    /// Unsupported (RFC 3261 §20.40): a required extension that is not understood, in a 420.
    Unsupported;
    /// Allow-Events (RFC 6665 §8.2.2): an event package.
    AllowEvents;
    /// Content-Encoding (RFC 3261 §20.12).
    ContentEncoding;
    /// Content-Language (RFC 3261 §20.13).
    ContentLanguage;
    /// Request-Disposition (RFC 3841 §9.1): how the caller wants to be routed.
    RequestDisposition;
}

/// Allow (RFC 3261 §20.5): a method the sender takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Allow(pub Method);

impl Header for Allow {
    const NAME: HeaderName = HeaderName::Allow;
    const IS_LIST: bool = true;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        if !is_token(&value) {
            return Err(HeaderError::Malformed(Self::NAME));
        }
        Ok(Allow(Method::from_text(Text::new(value))))
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }
}

/// In-Reply-To (RFC 3261 §20.21): the Call-ID of a call this one returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InReplyTo(pub Text);

impl Header for InReplyTo {
    const NAME: HeaderName = HeaderName::InReplyTo;
    const IS_LIST: bool = true;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        super::CallId::parse(value)
            .map(|id| InReplyTo(id.0))
            .map_err(|_| HeaderError::Malformed(Self::NAME))
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Message;

    #[test]
    fn tokens_over_several_lines_and_commas() {
        let message = Message::parse(Bytes::from_static(
            b"OPTIONS sip:a SIP/2.0\r\nk: timer, 100rel,\r\nSupported:\r\nSupported: path\r\n\
              Allow: INVITE,FROB\r\nIn-Reply-To: 1@x, 2@y\r\n\r\n",
        ))
        .unwrap();
        let headers = message.headers();
        let supported: Vec<_> = headers.all::<Supported>().map(|s| s.unwrap().0).collect();
        assert_eq!(supported, ["timer", "100rel", "path"]);
        let allow: Vec<_> = headers.all::<Allow>().map(|a| a.unwrap().0).collect();
        assert_eq!(allow, [Method::Invite, Method::Other(Text::from("FROB"))]);
        assert_eq!(headers.all::<InReplyTo>().count(), 2);
    }

    #[test]
    fn what_is_no_token_is_refused() {
        assert!(Require::parse(Bytes::from_static(b"a b")).is_err());
        assert!(Allow::parse(Bytes::from_static(b"IN/VITE")).is_err());
    }
}
