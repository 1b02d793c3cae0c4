//! Headers that hold words for people or opaque values: Subject, Organization, User-Agent, Server,
//! Priority, MIME-Version, SIP-ETag, SIP-If-Match.

use super::{Header, HeaderError};
use crate::{HeaderName, Text};
use bytes::Bytes;

macro_rules! text_headers {
    ($($(#[$doc:meta])* $type:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $type(pub Text);

        impl Header for $type {
            const NAME: HeaderName = HeaderName::$type;
            fn parse(value: Bytes) -> Result<Self, HeaderError> {
                Ok($type(Text::new(value)))
            }
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.0);
            }
        }

        impl From<&str> for $type {
            fn from(text: &str) -> Self {
                $type(Text::from(text))
            }
        }
    )*};
}

text_headers! {
    /// Subject (RFC 3261 §20.36).
    Subject;
    /// Organization (RFC 3261 §20.25).
    Organization;
    /// User-Agent (RFC 3261 §20.41).
    UserAgent;
    /// Server (RFC 3261 §20.35).
    Server;
    /// Priority (RFC 3261 §20.26): `emergency`, `urgent`, `normal`, `non-urgent` or another token.
    Priority;
    /// MIME-Version (RFC 3261 §20.24).
    MimeVersion;
    /// SIP-ETag (RFC 3903 §11.3.1): names a published state.
    SipETag;
    /// SIP-If-Match (RFC 3903 §11.3.2): the published state meant.
    SipIfMatch;
}
