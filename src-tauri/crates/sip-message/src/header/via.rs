//! Via (RFC 3261 §20.42): the hops a request took and its response retraces.

use super::{Header, HeaderError};
use crate::{
    HeaderName, Host, HostPort, Params, Text,
    scan::{find_outside, is_space, is_token, trim},
};
use bytes::Bytes;
use std::net::{IpAddr, SocketAddr};

/// The transport named in a Via.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the transports' own names
pub enum TransportName {
    Udp,
    Tcp,
    Tls,
    Sctp,
    Ws,
    Wss,
    /// Any other token.
    Other(Text),
}

/// One Via value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via {
    /// The transport.
    pub transport: TransportName,
    /// Where the sender says it is.
    pub sent_by: HostPort,
    /// `branch`, `received`, `rport` and others.
    pub params: Params,
}

impl Via {
    /// A Via of our own with a branch.
    pub fn new(transport: TransportName, sent_by: HostPort, branch: &str) -> Via {
        Via {
            transport,
            sent_by,
            params: Params::new().with("branch", branch),
        }
    }

    /// The branch.
    pub fn branch(&self) -> Option<Text> {
        self.params.value("branch")
    }

    /// The same Via with `received` and, where the sender asked with an empty `rport`, `rport`
    /// filled from the packet's source (RFC 3261 §18.2.1, RFC 3581 §4).
    pub fn with_source(mut self, source: SocketAddr) -> Via {
        if self.params.has("rport") {
            self.params = self.params.with("rport", &source.port().to_string());
            self.params = self.params.with("received", &source.ip().to_string());
        } else if self.sent_by.host.ip() != Some(source.ip()) {
            self.params = self.params.with("received", &source.ip().to_string());
        }
        self
    }

    /// The address a response is sent to: `received` and `rport` where present, else sent-by with
    /// the transport's default port (RFC 3261 §18.2.2, RFC 3581 §4). `None` when only a host name
    /// is known.
    pub fn response_target(&self) -> Option<SocketAddr> {
        let received = self.params.value("received").and_then(|v| parse_ip(&v));
        let ip = received.or(self.sent_by.host.ip())?;
        let port = self.params.value("rport").and_then(|p| p.number());
        Some(SocketAddr::new(ip, port.unwrap_or(self.port())))
    }

    /// The sent-by port or the transport's default.
    pub fn port(&self) -> u16 {
        self.sent_by.port.unwrap_or(match self.transport {
            TransportName::Tls | TransportName::Wss => 5061,
            _ => 5060,
        })
    }
}

impl TransportName {
    /// The token on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            TransportName::Udp => b"UDP",
            TransportName::Tcp => b"TCP",
            TransportName::Tls => b"TLS",
            TransportName::Sctp => b"SCTP",
            TransportName::Ws => b"WS",
            TransportName::Wss => b"WSS",
            TransportName::Other(token) => token,
        }
    }

    fn from_text(whole: &Bytes, token: &[u8]) -> TransportName {
        [
            TransportName::Udp,
            TransportName::Tcp,
            TransportName::Tls,
            TransportName::Ws,
            TransportName::Wss,
            TransportName::Sctp,
        ]
        .into_iter()
        .find(|known| known.as_bytes().eq_ignore_ascii_case(token))
        .unwrap_or_else(|| TransportName::Other(Text::new(whole.slice_ref(token))))
    }
}

impl Header for Via {
    const NAME: HeaderName = HeaderName::Via;
    const IS_LIST: bool = true;

    fn parse(value: Bytes) -> Result<Via, HeaderError> {
        let malformed = HeaderError::Malformed(HeaderName::Via);
        // sent-protocol: name "/" version "/" transport, white space allowed around the slashes.
        let mut words = value.splitn(3, |b| *b == b'/');
        let (name, version) = (words.next().map(trim), words.next().map(trim));
        if !name.is_some_and(is_token) || !version.is_some_and(is_token) {
            return Err(malformed);
        }
        let rest = trim(words.next().unwrap_or_default());
        let space = rest.iter().position(|b| is_space(*b)).ok_or(malformed)?;
        let (transport, rest) = rest.split_at_checked(space).ok_or(malformed)?;
        if !is_token(transport) {
            return Err(malformed);
        }
        let rest = trim(rest);
        let semi = find_outside(rest, false, b';').unwrap_or(rest.len());
        let params = Params::of(&value, rest.get(semi + 1..).unwrap_or_default());
        if !params.is_well_formed() {
            return Err(malformed);
        }
        let sent_by = trim(rest.get(..semi).unwrap_or_default());
        Ok(Via {
            transport: TransportName::from_text(&value, transport),
            sent_by: parse_sent_by(&value, sent_by).ok_or(malformed)?,
            params,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"SIP/2.0/");
        out.extend_from_slice(self.transport.as_bytes());
        out.push(b' ');
        self.sent_by.write(out);
        self.params.write(out);
    }
}

/// `host`, `host : port`; white space around the colon is legal here (RFC 3261 §25.1 COLON).
fn parse_sent_by(whole: &Bytes, text: &[u8]) -> Option<HostPort> {
    if !text.iter().any(|b| is_space(*b)) {
        return HostPort::parse_part(whole, text).ok();
    }
    let packed: Vec<u8> = text.iter().copied().filter(|b| !is_space(*b)).collect();
    let spaces_only_around_colon = text
        .split(|b| *b == b':')
        .all(|piece| !trim(piece).iter().any(|b| is_space(*b)));
    if !spaces_only_around_colon {
        return None;
    }
    HostPort::parse(&Bytes::from(packed)).ok()
}

/// `received` is written with and without brackets for IPv6 (RFC 5118 §4.5).
fn parse_ip(text: &Text) -> Option<IpAddr> {
    let s = std::str::from_utf8(text).ok()?;
    s.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

impl From<Host> for HostPort {
    fn from(host: Host) -> HostPort {
        HostPort { host, port: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn via(s: &'static str) -> Via {
        Via::parse(Bytes::from_static(s.as_bytes())).unwrap()
    }

    #[test]
    fn spaces_and_params() {
        let v = via(
            "SIP / 2.0 / UDP first.example.com : 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7",
        );
        assert_eq!(v.transport, TransportName::Udp);
        assert_eq!(v.sent_by.to_string(), "first.example.com:4000");
        assert_eq!(v.branch().unwrap(), "z9hG4bKa7");
    }

    #[test]
    fn source_is_filled_in_and_used_for_the_response() {
        let source: SocketAddr = "192.0.2.9:4711".parse().unwrap();
        let v = via("SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bK1").with_source(source);
        assert_eq!(
            v.params.raw(),
            "rport=4711;branch=z9hG4bK1;received=192.0.2.9"
        );
        assert_eq!(v.response_target(), Some(source));
        let plain = via("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1").with_source(source);
        assert_eq!(
            plain.response_target(),
            Some("192.0.2.9:5060".parse().unwrap())
        );
        let same = via("SIP/2.0/TCP [2001:db8::9:1];branch=z9hG4bKas3-111");
        assert_eq!(
            same.response_target(),
            Some("[2001:db8::9:1]:5060".parse().unwrap())
        );
    }

    #[test]
    fn received_is_read_with_and_without_brackets() {
        for text in [
            "SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111",
            "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-111",
        ] {
            assert_eq!(
                via(text).response_target().unwrap().ip().to_string(),
                "2001:db8::9:255"
            );
        }
    }
}
