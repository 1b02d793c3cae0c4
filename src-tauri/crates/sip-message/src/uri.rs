//! URIs: `sip:` and `sips:` (RFC 3261 §19.1), `tel:` (RFC 3966), and any other kept opaque.

use crate::{
    Params, Text,
    scan::{has_no_uri_byte, is_userinfo, part},
};
use bytes::Bytes;
use std::{
    borrow::Cow,
    fmt::{self, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

/// A URI; its original bytes are kept and written back unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Uri {
    /// `sip:` or `sips:`.
    Sip(SipUri),
    /// `tel:`.
    Tel(TelUri),
    /// Any other scheme, opaque.
    Other {
        /// The scheme, without the colon.
        scheme: Text,
        /// The whole URI.
        raw: Text,
    },
}

/// Why bytes are no URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// There is no `scheme:`.
    #[error("no URI scheme")]
    Scheme,
    /// The host part is empty or holds illegal characters.
    #[error("illegal host in URI")]
    Host,
    /// The port is no number from 1 to 65535.
    #[error("illegal port in URI")]
    Port,
    /// White space, control characters, or angle brackets inside.
    #[error("illegal character in URI")]
    Character,
    /// A percent sign without two hexadecimal digits.
    #[error("illegal escape in URI")]
    Escape,
    /// A parameter with an `@` inside.
    #[error("illegal parameter in URI")]
    Parameter,
}

/// The two schemes that route to SIP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `sip:`
    Sip,
    /// `sips:`: TLS on every hop.
    Sips,
}

impl Scheme {
    /// The scheme's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Sip => "sip",
            Scheme::Sips => "sips",
        }
    }
}

/// A `sip:` or `sips:` URI.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SipUri {
    raw: Text,
    scheme: Scheme,
    userinfo: Option<Text>,
    host_port: HostPort,
    params: Params,
    headers: Option<Text>,
}

/// A `tel:` URI (RFC 3966).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TelUri {
    raw: Text,
    number: Text,
    params: Params,
}

/// A host with an optional port, as in URIs and Via.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPort {
    /// The host.
    pub host: Host,
    /// The port, when written.
    pub port: Option<u16>,
}

/// A host name or address.
#[derive(Clone, Debug, Eq)]
pub enum Host {
    /// A domain name, compared without case.
    Name(Text),
    /// An IPv4 or IPv6 address.
    Ip(IpAddr),
}

impl Uri {
    /// Parses a URI; the whole input must be one.
    pub fn parse(raw: Bytes) -> Result<Uri, UriError> {
        if has_no_uri_byte(&raw) {
            return Err(UriError::Character);
        }
        let colon = memchr::memchr(b':', &raw).ok_or(UriError::Scheme)?;
        let scheme = raw.get(..colon).unwrap_or_default();
        let legal = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        if !scheme.first().is_some_and(u8::is_ascii_alphabetic) || !scheme.iter().all(legal) {
            return Err(UriError::Scheme);
        }
        if scheme.eq_ignore_ascii_case(b"sip") {
            SipUri::parse_after_scheme(raw, Scheme::Sip, colon + 1).map(Uri::Sip)
        } else if scheme.eq_ignore_ascii_case(b"sips") {
            SipUri::parse_after_scheme(raw, Scheme::Sips, colon + 1).map(Uri::Sip)
        } else if scheme.eq_ignore_ascii_case(b"tel") {
            TelUri::parse_after_scheme(raw, colon + 1).map(Uri::Tel)
        } else {
            Ok(Uri::Other {
                scheme: Text::new(raw.slice_ref(scheme)),
                raw: Text::new(raw),
            })
        }
    }

    /// The URI as it was written.
    pub fn raw(&self) -> &Text {
        match self {
            Uri::Sip(uri) => &uri.raw,
            Uri::Tel(uri) => &uri.raw,
            Uri::Other { raw, .. } => raw,
        }
    }

    /// The URI as a SIP URI, when it is one.
    pub fn as_sip(&self) -> Option<&SipUri> {
        match self {
            Uri::Sip(uri) => Some(uri),
            _ => None,
        }
    }

    /// What was dialled: the user part of a SIP URI or the number of a `tel:` URI, unescaped.
    pub fn user(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Uri::Sip(uri) => uri.user(),
            Uri::Tel(uri) => Some(Cow::Borrowed(&uri.number)),
            Uri::Other { .. } => None,
        }
    }

    /// Equivalence by the rules of RFC 3261 §19.1.4 (SIP) or byte equality (others).
    pub fn is_equivalent(&self, other: &Uri) -> bool {
        match (self, other) {
            (Uri::Sip(a), Uri::Sip(b)) => a.is_equivalent(b),
            _ => self.raw().eq_ignore_ascii_case(other.raw()),
        }
    }
}

impl std::str::FromStr for Uri {
    type Err = UriError;
    fn from_str(s: &str) -> Result<Uri, UriError> {
        Uri::parse(Bytes::copy_from_slice(s.as_bytes()))
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.raw().fmt(f)
    }
}

impl From<SipUri> for Uri {
    fn from(uri: SipUri) -> Uri {
        Uri::Sip(uri)
    }
}

impl SipUri {
    /// Makes `scheme:user@host:port`; the user is escaped where RFC 3261 §25.1 wants it.
    pub fn new(scheme: Scheme, user: Option<&str>, host_port: HostPort) -> SipUri {
        let userinfo = user.map(|u| Text::from(escape_user(u)));
        SipUri::assemble(scheme, userinfo, host_port, Params::new(), None)
    }

    /// The same URI with other parameters.
    pub fn with_params(self, params: Params) -> SipUri {
        SipUri::assemble(
            self.scheme,
            self.userinfo,
            self.host_port,
            params,
            self.headers,
        )
    }

    /// The same URI with another host and port.
    pub fn with_host_port(self, host_port: HostPort) -> SipUri {
        SipUri::assemble(
            self.scheme,
            self.userinfo,
            host_port,
            self.params,
            self.headers,
        )
    }

    /// The same URI without its `?headers` part.
    pub fn without_headers(self) -> SipUri {
        SipUri::assemble(
            self.scheme,
            self.userinfo,
            self.host_port,
            self.params,
            None,
        )
    }

    /// The URI as it was written.
    pub fn raw(&self) -> &Text {
        &self.raw
    }

    /// `sip` or `sips`.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Whether the scheme is `sips`.
    pub fn is_secure(&self) -> bool {
        self.scheme == Scheme::Sips
    }

    /// User part without password, unescaped.
    pub fn user(&self) -> Option<Cow<'_, [u8]>> {
        let info = self.userinfo.as_ref()?;
        let end = memchr::memchr(b':', info).unwrap_or(info.len());
        Some(unescape(info.get(..end).unwrap_or_default()))
    }

    /// User and password as written.
    pub fn userinfo(&self) -> Option<&Text> {
        self.userinfo.as_ref()
    }

    /// Host and port as written.
    pub fn host_port(&self) -> &HostPort {
        &self.host_port
    }

    /// The host.
    pub fn host(&self) -> &Host {
        &self.host_port.host
    }

    /// The port when written.
    pub fn port(&self) -> Option<u16> {
        self.host_port.port
    }

    /// URI parameters.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// What follows `?`, raw: `name=value&name=value`.
    pub fn headers(&self) -> Option<&Text> {
        self.headers.as_ref()
    }

    /// The unescaped value of a header in the `?` part, such as `Replaces` in a Refer-To.
    pub fn header(&self, name: &str) -> Option<Text> {
        self.headers
            .as_ref()?
            .split(|b| *b == b'&')
            .find_map(|pair| {
                let eq = memchr::memchr(b'=', pair)?;
                let (n, v) = (pair.get(..eq)?, pair.get(eq + 1..)?);
                unescape(n)
                    .eq_ignore_ascii_case(name.as_bytes())
                    .then(|| Text::new(Bytes::from(unescape(v).into_owned())))
            })
    }

    /// The `transport` parameter.
    pub fn transport(&self) -> Option<Text> {
        self.params.value("transport")
    }

    /// Equivalence (RFC 3261 §19.1.4).
    pub fn is_equivalent(&self, other: &SipUri) -> bool {
        if self.scheme != other.scheme || self.host_port != other.host_port {
            return false;
        }
        let info = |u: &SipUri| u.userinfo.as_ref().map(|i| unescape(i).into_owned());
        if info(self) != info(other) {
            return false;
        }
        // These parameters never match a URI without them; others are compared only when in both.
        let must = ["user", "ttl", "method", "maddr", "transport"];
        let covers = |a: &Params, b: &Params| {
            a.iter().all(|(name, _)| {
                let name = name.to_str();
                match (a.raw_value(&name), b.raw_value(&name)) {
                    (Some(ours), Some(theirs)) => same_escaped(&ours, &theirs),
                    (ours, None) if b.has(&name) => ours.is_none(),
                    (_, None) => !must.iter().any(|m| name.eq_ignore_ascii_case(m)),
                    (None, Some(_)) => false,
                }
            })
        };
        if !covers(&self.params, &other.params) || !covers(&other.params, &self.params) {
            return false;
        }
        let headers = |u: &SipUri| {
            let mut list: Vec<Vec<u8>> = u
                .headers
                .iter()
                .flat_map(|h| h.split(|b| *b == b'&'))
                .map(|pair| unescape(pair).to_ascii_lowercase())
                .collect();
            list.sort();
            list
        };
        headers(self) == headers(other)
    }

    fn parse_after_scheme(raw: Bytes, scheme: Scheme, start: usize) -> Result<SipUri, UriError> {
        let body = raw.get(start..).unwrap_or_default();
        // The user part may hold ';', '?' and '/': look for '@' first (RFC 3261 §25.1).
        let (userinfo, rest) = match memchr::memchr(b'@', body) {
            Some(at) => {
                let info = body.get(..at).unwrap_or_default();
                check_escapes(info)?;
                if !is_userinfo(info) {
                    return Err(UriError::Character);
                }
                (Some(info), body.get(at + 1..).unwrap_or_default())
            }
            None => (None, body),
        };
        let (before, headers) = cut(rest, b'?');
        let (host, params) = cut(before, b';');
        let params = params.unwrap_or_default();
        check_escapes(params)?;
        // A second `@`: two readers could disagree about which host is meant.
        if memchr::memchr(b'@', params).is_some() {
            return Err(UriError::Parameter);
        }
        if headers.is_some_and(|h| memchr::memchr(b'@', h).is_some()) {
            return Err(UriError::Character);
        }
        let host_port = HostPort::parse_part(&raw, host)?;
        let text = |piece: &[u8]| Text::new(raw.slice_ref(piece));
        let (userinfo, headers) = (userinfo.map(text), headers.map(text));
        let params = Params::of(&raw, params);
        Ok(SipUri {
            raw: Text::new(raw),
            scheme,
            userinfo,
            host_port,
            params,
            headers,
        })
    }

    fn assemble(
        scheme: Scheme,
        userinfo: Option<Text>,
        host_port: HostPort,
        params: Params,
        headers: Option<Text>,
    ) -> SipUri {
        let mut out = Vec::with_capacity(64);
        out.extend_from_slice(scheme.as_str().as_bytes());
        out.push(b':');
        if let Some(info) = &userinfo {
            out.extend_from_slice(info);
            out.push(b'@');
        }
        host_port.write(&mut out);
        params.write(&mut out);
        if let Some(headers) = &headers {
            out.push(b'?');
            out.extend_from_slice(headers);
        }
        SipUri {
            raw: Text::new(Bytes::from(out)),
            scheme,
            userinfo,
            host_port,
            params,
            headers,
        }
    }
}

impl TelUri {
    /// The URI as it was written.
    pub fn raw(&self) -> &Text {
        &self.raw
    }

    /// The number as written, visual separators included.
    pub fn number(&self) -> &Text {
        &self.number
    }

    /// Parameters such as `phone-context`.
    pub fn params(&self) -> &Params {
        &self.params
    }

    fn parse_after_scheme(raw: Bytes, start: usize) -> Result<TelUri, UriError> {
        let body = part(&raw, start, raw.len());
        let (number, params) = match memchr::memchr(b';', &body) {
            Some(semi) => (
                part(&body, 0, semi),
                Params::from_raw(part(&body, semi + 1, body.len())),
            ),
            None => (body, Params::new()),
        };
        let legal = |b: &u8| {
            b.is_ascii_hexdigit()
                || matches!(b, b'+' | b'-' | b'.' | b'(' | b')' | b'*' | b'#' | b'%')
        };
        if number.is_empty() || !number.iter().all(legal) {
            return Err(UriError::Character);
        }
        Ok(TelUri {
            raw: Text::new(raw),
            number: Text::new(number),
            params,
        })
    }
}

impl HostPort {
    /// A host and port.
    pub fn new(host: Host, port: Option<u16>) -> HostPort {
        HostPort { host, port }
    }

    /// Parses `name`, `name:port`, `1.2.3.4:port` or `[v6]:port`.
    pub fn parse(text: &Bytes) -> Result<HostPort, UriError> {
        HostPort::parse_part(text, text)
    }

    /// Parses a piece of `whole` that shares its buffer.
    pub(crate) fn parse_part(whole: &Bytes, text: &[u8]) -> Result<HostPort, UriError> {
        if let [b'[', rest @ ..] = text {
            let (inner, after) = cut(rest, b']');
            let ip: Ipv6Addr = std::str::from_utf8(inner)
                .ok()
                .and_then(|s| s.parse().ok())
                .ok_or(UriError::Host)?;
            let port = match after {
                Some([]) => None,
                Some([b':', port @ ..]) => Some(parse_port(port)?),
                _ => return Err(UriError::Host),
            };
            return Ok(HostPort {
                host: Host::Ip(IpAddr::V6(ip)),
                port,
            });
        }
        let (host, port) = cut(text, b':');
        Ok(HostPort {
            host: Host::parse(whole, host)?,
            port: port.map(parse_port).transpose()?,
        })
    }

    /// Appends the written form.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut text = Writer(out);
        // Writing to a vector cannot fail. A name goes out as it came, UTF-8 or not.
        match &self.host {
            Host::Name(name) => text.0.extend_from_slice(name),
            host => write!(text, "{host}").unwrap_or_default(),
        }
        if let Some(port) = self.port {
            write!(text, ":{port}").unwrap_or_default();
        }
    }
}

impl From<SocketAddr> for HostPort {
    fn from(addr: SocketAddr) -> HostPort {
        HostPort {
            host: Host::Ip(addr.ip()),
            port: Some(addr.port()),
        }
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => self.host.fmt(f),
        }
    }
}

impl Host {
    fn parse(whole: &Bytes, text: &[u8]) -> Result<Host, UriError> {
        let first = *text.first().ok_or(UriError::Host)?;
        if first.is_ascii_digit()
            && let Some(ip) = std::str::from_utf8(text)
                .ok()
                .and_then(|s| s.parse::<Ipv4Addr>().ok())
        {
            return Ok(Host::Ip(IpAddr::V4(ip)));
        }
        // Underscores and non-ASCII names exist in offices; white space and delimiters do not.
        let legal =
            |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_') || *b >= 0x80;
        if !text.iter().all(legal) {
            return Err(UriError::Host);
        }
        Ok(Host::Name(Text::new(whole.slice_ref(text))))
    }

    /// The address when the host is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Host::Ip(ip) => Some(*ip),
            Host::Name(_) => None,
        }
    }

    /// A host from a name or address as written, without port.
    pub fn from_name(name: &str) -> Host {
        match name.parse() {
            Ok(ip) => Host::Ip(ip),
            Err(_) => Host::Name(Text::from(name)),
        }
    }
}

impl PartialEq for Host {
    fn eq(&self, other: &Host) -> bool {
        match (self, other) {
            (Host::Name(a), Host::Name(b)) => a.eq_ignore_ascii_case(b),
            (Host::Ip(a), Host::Ip(b)) => a == b,
            _ => false,
        }
    }
}

impl std::hash::Hash for Host {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Host::Name(name) => name.iter().for_each(|b| b.to_ascii_lowercase().hash(state)),
            Host::Ip(ip) => ip.hash(state),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Name(name) => name.fmt(f),
            Host::Ip(IpAddr::V4(ip)) => ip.fmt(f),
            Host::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
        }
    }
}

struct Writer<'a>(&'a mut Vec<u8>);

impl fmt::Write for Writer<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.0.extend_from_slice(s.as_bytes());
        Ok(())
    }
}

fn parse_port(digits: &[u8]) -> Result<u16, UriError> {
    if digits.is_empty() || digits.len() > 5 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(UriError::Port);
    }
    let port = digits
        .iter()
        .fold(0u32, |n, d| n * 10 + u32::from(d - b'0'));
    u16::try_from(port)
        .ok()
        .filter(|p| *p > 0)
        .ok_or(UriError::Port)
}

/// What stands before the first `at`, and what after it.
fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(at, text) {
        Some(n) => (text.get(..n).unwrap_or_default(), text.get(n + 1..)),
        None => (text, None),
    }
}

fn check_escapes(text: &[u8]) -> Result<(), UriError> {
    for at in memchr::memchr_iter(b'%', text) {
        match text.get(at + 1..at + 3) {
            Some([a, b]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {}
            _ => return Err(UriError::Escape),
        }
    }
    Ok(())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|d| u8::try_from(d).ok())
}

/// Percent escapes decoded; malformed ones stay as they are.
fn unescape(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'%', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = match after {
            [a, b, tail @ ..] if *first == b'%' && hex(*a).is_some() && hex(*b).is_some() => {
                out.push(hex(*a).unwrap_or(0) << 4 | hex(*b).unwrap_or(0));
                tail
            }
            _ => {
                out.push(*first);
                after
            }
        };
    }
    Cow::Owned(out)
}

fn same_escaped(a: &[u8], b: &[u8]) -> bool {
    unescape(a).eq_ignore_ascii_case(&unescape(b))
}

fn escape_user(user: &str) -> String {
    let mut out = String::with_capacity(user.len());
    for b in user.bytes() {
        let plain = b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'-' | b'_'
                    | b'.'
                    | b'!'
                    | b'~'
                    | b'*'
                    | b'\''
                    | b'('
                    | b')'
                    | b'&'
                    | b'='
                    | b'+'
                    | b'$'
                    | b','
                    | b';'
                    | b'?'
                    | b'/'
            );
        if plain {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}"); // writing to a string cannot fail
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(s: &str) -> Uri {
        s.parse().unwrap()
    }

    #[test]
    fn parts_of_a_sip_uri() {
        let u = uri(
            "sips:%61lice;isub=1:pw@[2001:db8::1]:5061;transport=tcp;lr?Replaces=a%40b%3Bto-tag%3D1&x=y",
        );
        let u = u.as_sip().unwrap();
        assert!(u.is_secure());
        assert_eq!(u.user().unwrap().as_ref(), b"alice;isub=1");
        assert_eq!(u.host_port().to_string(), "[2001:db8::1]:5061");
        assert_eq!(u.transport().unwrap(), "tcp");
        assert_eq!(u.header("replaces").unwrap(), "a@b;to-tag=1");
        assert_eq!(
            u.raw(),
            &Text::from(
                "sips:%61lice;isub=1:pw@[2001:db8::1]:5061;transport=tcp;lr?Replaces=a%40b%3Bto-tag%3D1&x=y"
            )
        );
    }

    #[test]
    fn other_schemes_stay_whole() {
        assert_eq!(
            uri("tel:+1-201-555-0123;ext=1").user().unwrap().as_ref(),
            b"+1-201-555-0123"
        );
        assert_eq!(uri("urn:service:sos").raw(), &Text::from("urn:service:sos"));
        assert!(matches!(uri("nobodyKnowsThisScheme:x"), Uri::Other { .. }));
    }

    #[test]
    fn refused() {
        for (text, why) in [
            ("sip", UriError::Scheme),
            ("sip:", UriError::Host),
            ("sip:a@", UriError::Host),
            ("sip:a@b:0", UriError::Port),
            ("sip:a@b:65536", UriError::Port),
            ("sip:a@b c", UriError::Character),
            ("sip:%zz@b", UriError::Escape),
            ("<sip:a@b>", UriError::Character),
            ("sip:a@[::1", UriError::Host),
            ("sip:@b", UriError::Character),
            ("sip:a@b;x=c@d", UriError::Parameter),
        ] {
            assert_eq!(text.parse::<Uri>().unwrap_err(), why, "{text}");
        }
    }

    #[test]
    fn equivalence_examples_of_rfc_3261_19_1_4() {
        for (a, b) in [
            (
                "sip:%61lice@atlanta.com;transport=TCP",
                "sip:alice@AtLanTa.CoM;Transport=tcp",
            ),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            (
                "sip:carol@chicago.com;security=on",
                "sip:carol@chicago.com;newparam=5",
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
            ),
        ] {
            assert!(uri(a).is_equivalent(&uri(b)), "{a} {b}");
        }
        for (a, b) in [
            (
                "SIP:ALICE@AtLanTa.CoM;Transport=udp",
                "sip:alice@AtLanTa.CoM;Transport=UDP",
            ),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            (
                "sip:bob@biloxi.com;transport=udp",
                "sip:bob@biloxi.com:6000;transport=tcp",
            ),
            (
                "sip:carol@chicago.com",
                "sip:carol@chicago.com?Subject=next%20meeting",
            ),
            (
                "sip:carol@chicago.com;security=on",
                "sip:carol@chicago.com;security=off",
            ),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ] {
            assert!(!uri(a).is_equivalent(&uri(b)), "{a} {b}");
        }
    }

    #[test]
    fn building_escapes_the_user() {
        let u = SipUri::new(
            Scheme::Sip,
            Some("an na@x#"),
            HostPort::new(Host::from_name("::1"), Some(5060)),
        );
        assert_eq!(u.raw(), &Text::from("sip:an%20na%40x%23@[::1]:5060"));
        assert_eq!(uri(&u.raw().to_str()).as_sip().unwrap(), &u);
    }
}
