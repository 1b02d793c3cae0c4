//! Content-Type (RFC 3261 §20.15) and Accept (§20.1): `type/subtype;params`.

use super::{Header, HeaderError, name_addr::parse_q};
use crate::{
    HeaderName, Params, Text,
    scan::{find_outside, is_token, part, trim_bytes},
};
use bytes::Bytes;

/// A media type or, in Accept, a range such as `text/*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType {
    /// The type, `application`.
    pub kind: Text,
    /// The subtype, `sdp`.
    pub subtype: Text,
    /// `boundary`, `charset`, `q` and others.
    pub params: Params,
}

impl MediaType {
    /// A media type without parameters.
    pub fn new(kind: &str, subtype: &str) -> MediaType {
        MediaType {
            kind: Text::from(kind),
            subtype: Text::from(subtype),
            params: Params::new(),
        }
    }

    /// Whether this is `kind/subtype`, any case, parameters aside.
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind.is(kind) && self.subtype.is(subtype)
    }

    /// Whether this range covers `kind/subtype`.
    pub fn covers(&self, kind: &str, subtype: &str) -> bool {
        (self.kind.is("*") || self.kind.is(kind))
            && (self.subtype.is("*") || self.subtype.is(subtype))
    }

    /// The preference in thousandths, 1000 when absent or unreadable.
    pub fn q(&self) -> u16 {
        self.params
            .value("q")
            .and_then(|q| parse_q(&q))
            .unwrap_or(1000)
    }

    fn parse(value: Bytes, name: HeaderName) -> Result<MediaType, HeaderError> {
        let malformed = HeaderError::Malformed(name);
        let semi = find_outside(&value, false, b';').unwrap_or(value.len());
        let slash = memchr::memchr(b'/', value.get(..semi).unwrap_or_default());
        let slash = slash.ok_or(malformed)?;
        let kind = trim_bytes(&part(&value, 0, slash));
        let subtype = trim_bytes(&part(&value, slash + 1, semi));
        if !is_token(&kind) || !is_token(&subtype) {
            return Err(malformed);
        }
        let params = Params::from_raw(part(&value, semi + 1, value.len()));
        if !params.is_well_formed() {
            return Err(malformed);
        }
        Ok(MediaType {
            kind: Text::new(kind),
            subtype: Text::new(subtype),
            params,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.kind);
        out.push(b'/');
        out.extend_from_slice(&self.subtype);
        self.params.write(out);
    }
}

macro_rules! media_type_headers {
    ($($(#[$doc:meta])* $type:ident, list: $list:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $type(pub MediaType);

        impl Header for $type {
            const NAME: HeaderName = HeaderName::$type;
            const IS_LIST: bool = $list;
            fn parse(value: Bytes) -> Result<Self, HeaderError> {
                MediaType::parse(value, Self::NAME).map($type)
            }
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }
        }

        impl std::ops::Deref for $type {
            type Target = MediaType;
            fn deref(&self) -> &MediaType {
                &self.0
            }
        }
    )*};
}

media_type_headers! {
    /// Content-Type (RFC 3261 §20.15).
    ContentType, list: false;
    /// Accept (RFC 3261 §20.1).
    Accept, list: true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multipart_with_quoted_boundary() {
        let text = b"multipart/Mixed ; boundary=\"a;b\"";
        let t = ContentType::parse(Bytes::from_static(text)).unwrap();
        assert!(t.is("multipart", "mixed"));
        assert_eq!(t.params.value("boundary").unwrap(), "a;b");
        for bad in ["application", "application/", "/sdp", "a b/c", "a/b;;=x"] {
            let bad = Bytes::from_static(bad.as_bytes());
            assert!(ContentType::parse(bad.clone()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn ranges_cover() {
        let range = Accept::parse(Bytes::from_static(b"text/*;q=0.3")).unwrap();
        assert!(range.covers("text", "plain") && !range.covers("application", "sdp"));
        assert_eq!(range.q(), 300);
    }
}
