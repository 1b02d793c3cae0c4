//! Headers that hold an address: `"Name" <uri>;params` or `uri;params` (RFC 3261 §20.10, §25.1).

use super::{Header, HeaderError};
use crate::{
    HeaderName, Params, Text, Uri,
    scan::{find_outside, is_token_byte, quote, quoted_end, trim, unquote},
};
use bytes::Bytes;

/// A display name, URI and header parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameAddr {
    /// Display name as written, quotes kept; any bytes a phone sends (UTF-8, Latin-1).
    display: Option<Text>,
    uri: Uri,
    params: Params,
}

impl NameAddr {
    /// An address without display name or parameters.
    pub fn new(uri: impl Into<Uri>) -> NameAddr {
        NameAddr {
            display: None,
            uri: uri.into(),
            params: Params::new(),
        }
    }

    /// The same address with a display name, quoted and escaped.
    pub fn with_display(mut self, name: &str) -> NameAddr {
        let mut quoted = Vec::with_capacity(name.len() + 2);
        quote(name.as_bytes(), &mut quoted);
        self.display = (!name.is_empty()).then(|| Text::new(Bytes::from(quoted)));
        self
    }

    /// The same address with other header parameters.
    pub fn with_params(mut self, params: Params) -> NameAddr {
        self.params = params;
        self
    }

    /// The same address with one parameter set.
    pub fn with_param(mut self, name: &str, value: &str) -> NameAddr {
        self.params = self.params.with(name, value);
        self
    }

    /// The same address with another tag.
    pub fn with_tag(self, tag: &str) -> NameAddr {
        self.with_param("tag", tag)
    }

    /// Display name without quotes and escapes.
    pub fn display(&self) -> Option<Text> {
        self.display.as_ref().map(|d| Text::new(unquote(d.bytes())))
    }

    /// Display name as written.
    pub fn raw_display(&self) -> Option<&Text> {
        self.display.as_ref()
    }

    /// The URI.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Header parameters (those after the URI).
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The `tag` parameter.
    pub fn tag(&self) -> Option<Text> {
        self.params.value("tag")
    }

    /// Parses one address for the header `name`.
    pub fn parse(value: Bytes, name: HeaderName) -> Result<NameAddr, HeaderError> {
        let malformed = HeaderError::Malformed(name);
        let text: &[u8] = &value;
        let (display, rest) = if text.first() == Some(&b'"') {
            let end = quoted_end(text).ok_or(malformed)?;
            let rest = trim(text.get(end..).unwrap_or_default());
            if rest.first() != Some(&b'<') {
                return Err(malformed);
            }
            (text.get(..end).unwrap_or_default(), rest)
        } else {
            let Some(open) = memchr::memchr(b'<', text) else {
                return Self::parse_addr_spec(&value, name);
            };
            let display = trim(text.get(..open).unwrap_or_default());
            // Unquoted names are tokens; phones also send accents and punctuation.
            let legal = |b: &u8| is_token_byte(*b) || matches!(b, b' ' | b'\t') || *b >= 0x80;
            if !display.iter().all(legal) {
                return Err(malformed);
            }
            (display, text.get(open..).unwrap_or_default())
        };
        let close = memchr::memchr(b'>', rest).ok_or(malformed)?;
        let uri = trim(rest.get(1..close).unwrap_or_default());
        let uri = Uri::parse(value.slice_ref(uri)).map_err(|why| HeaderError::Uri(name, why))?;
        let params = match trim(rest.get(close + 1..).unwrap_or_default()) {
            [] => Params::new(),
            [b';', params @ ..] => Params::of(&value, params),
            _ => return Err(malformed),
        };
        if !params.is_well_formed() {
            return Err(malformed);
        }
        let display = (!display.is_empty()).then(|| Text::new(value.slice_ref(display)));
        Ok(NameAddr {
            display,
            uri,
            params,
        })
    }

    /// Without angle brackets everything after the first `;` belongs to the header, and the URI
    /// may hold no `,` or `?` (RFC 3261 §20).
    fn parse_addr_spec(value: &Bytes, name: HeaderName) -> Result<NameAddr, HeaderError> {
        let semi = find_outside(value, false, b';').unwrap_or(value.len());
        let uri = trim(value.get(..semi).unwrap_or_default());
        if uri.iter().any(|b| matches!(b, b',' | b'?')) {
            return Err(HeaderError::Malformed(name));
        }
        let uri = Uri::parse(value.slice_ref(uri)).map_err(|why| HeaderError::Uri(name, why))?;
        let params = Params::of(value, value.get(semi + 1..).unwrap_or_default());
        if !params.is_well_formed() {
            return Err(HeaderError::Malformed(name));
        }
        Ok(NameAddr {
            display: None,
            uri,
            params,
        })
    }

    /// Appends `"Name" <uri>;params`.
    pub fn write(&self, out: &mut Vec<u8>) {
        if let Some(display) = &self.display {
            out.extend_from_slice(display);
            out.push(b' ');
        }
        out.push(b'<');
        out.extend_from_slice(self.uri.raw());
        out.push(b'>');
        self.params.write(out);
    }
}

macro_rules! name_addr_headers {
    ($($(#[$doc:meta])* $type:ident: $name:ident, list: $list:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $type(pub NameAddr);

        impl Header for $type {
            const NAME: HeaderName = HeaderName::$name;
            const IS_LIST: bool = $list;
            fn parse(value: Bytes) -> Result<Self, HeaderError> {
                NameAddr::parse(value, Self::NAME).map($type)
            }
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }
        }

        impl std::ops::Deref for $type {
            type Target = NameAddr;
            fn deref(&self) -> &NameAddr {
                &self.0
            }
        }
    )*};
}

name_addr_headers! {
    /// From (RFC 3261 §20.20).
    From: From, list: false;
    /// To (RFC 3261 §20.39).
    To: To, list: false;
    /// Reply-To (RFC 3261 §20.31).
    ReplyTo: ReplyTo, list: false;
    /// Route (RFC 3261 §20.34).
    Route: Route, list: true;
    /// Record-Route (RFC 3261 §20.30).
    RecordRoute: RecordRoute, list: true;
    /// Path (RFC 3327).
    Path: Path, list: true;
    /// Service-Route (RFC 3608).
    ServiceRoute: ServiceRoute, list: true;
    /// Refer-To (RFC 3515).
    ReferTo: ReferTo, list: false;
    /// Referred-By (RFC 3892).
    ReferredBy: ReferredBy, list: false;
    /// P-Asserted-Identity (RFC 3325).
    PAssertedIdentity: PAssertedIdentity, list: true;
    /// P-Preferred-Identity (RFC 3325).
    PPreferredIdentity: PPreferredIdentity, list: true;
    /// P-Associated-URI (RFC 7315 §4.1): the other numbers of a registered line.
    PAssociatedUri: PAssociatedUri, list: true;
    /// P-Called-Party-ID (RFC 7315 §4.2): the number that was dialled.
    PCalledPartyId: PCalledPartyId, list: false;
    /// Remote-Party-ID (draft-ietf-sip-privacy-04, still spoken by phones).
    RemotePartyId: RemotePartyId, list: true;
    /// Diversion (RFC 5806).
    Diversion: Diversion, list: true;
    /// History-Info (RFC 7044).
    HistoryInfo: HistoryInfo, list: true;
}

/// Contact (RFC 3261 §20.10): an address, or `*` for "all my bindings".
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // short-lived; a box would cost an allocation per parse
pub enum Contact {
    /// `*`, in REGISTER with Expires 0.
    Star,
    /// An address with its parameters (`q`, `expires`, `+sip.instance`, `reg-id` …).
    Addr(NameAddr),
}

impl Contact {
    /// The address, unless this is `*`.
    pub fn addr(&self) -> Option<&NameAddr> {
        match self {
            Contact::Star => None,
            Contact::Addr(addr) => Some(addr),
        }
    }

    /// The `q` preference in thousandths, 1000 when absent or unreadable (RFC 3261 §20.10).
    pub fn q(&self) -> u16 {
        self.addr()
            .and_then(|a| a.params.value("q"))
            .and_then(|q| parse_q(&q))
            .unwrap_or(1000)
    }

    /// The `expires` parameter in seconds; unreadable counts as absent, too large is capped at
    /// 2^32-1 (RFC 3261 §20.19).
    pub fn expires(&self) -> Option<u32> {
        let text = self.addr()?.params.value("expires")?;
        (!text.is_empty() && text.iter().all(u8::is_ascii_digit))
            .then(|| text.number().unwrap_or(u32::MAX))
    }
}

impl Header for Contact {
    const NAME: HeaderName = HeaderName::Contact;
    const IS_LIST: bool = true;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        if value.as_ref() == b"*" {
            return Ok(Contact::Star);
        }
        NameAddr::parse(value, Self::NAME).map(Contact::Addr)
    }
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Contact::Star => out.push(b'*'),
            Contact::Addr(addr) => addr.write(out),
        }
    }
}

/// `0`, `0.5`, `1.000` as thousandths.
pub(crate) fn parse_q(text: &[u8]) -> Option<u16> {
    let (whole, fraction) = match memchr::memchr(b'.', text) {
        Some(dot) => (text.get(..dot)?, text.get(dot + 1..)?),
        None => (text, &[][..]),
    };
    let whole: u16 = match whole {
        b"0" | b"" => 0,
        b"1" => 1000,
        _ => return None,
    };
    if fraction.len() > 3 || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits = fraction.iter().chain(b"000").take(3);
    let part = digits.fold(0u16, |n, d| n * 10 + u16::from(d - b'0'));
    Some(whole + part).filter(|q| *q <= 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(s: &'static str) -> Result<NameAddr, HeaderError> {
        NameAddr::parse(Bytes::from_static(s.as_bytes()), HeaderName::From)
    }

    #[test]
    fn without_angle_brackets_the_parameters_are_the_headers() {
        let from = parse("sip:a@x;tag=1").unwrap();
        assert_eq!(from.uri().raw(), &Text::from("sip:a@x"));
        assert_eq!(from.tag().unwrap(), "1");
    }

    #[test]
    fn quoted_names_keep_their_bytes() {
        let from = NameAddr::parse(
            Bytes::from_static(b"\"J\xfcrgen \\\"J\\\" <x>\" <sip:j@x;lr>;tag=2"),
            HeaderName::From,
        )
        .unwrap();
        assert_eq!(from.display().unwrap().as_ref(), b"J\xfcrgen \"J\" <x>");
        assert!(from.uri().as_sip().unwrap().params().has("lr"));
        let mut out = Vec::new();
        from.write(&mut out);
        assert_eq!(out, b"\"J\xfcrgen \\\"J\\\" <x>\" <sip:j@x;lr>;tag=2");
    }

    #[test]
    fn refused() {
        for bad in [
            "\"x <sip:a@b>",
            "<sip:a@b",
            "\"x\" sip:a@b",
            "a,b <sip:a@b>",
            "sip:a@b?x=y",
            "",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn q_values() {
        for (text, q) in [
            ("1", 1000),
            ("0.7", 700),
            ("1.000", 1000),
            ("0.123", 123),
            (".5", 500),
        ] {
            assert_eq!(parse_q(text.as_bytes()), Some(q), "{text}");
        }
        for text in ["1.1", "2", "0.1234", "x", "-1"] {
            assert_eq!(parse_q(text.as_bytes()), None, "{text}");
        }
    }
}
