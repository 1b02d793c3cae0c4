//! A flow: the two-way path between two endpoints over which SIP messages travel (RFC 5626 §2).

use sip_message::header::TransportName;
use std::{fmt, net::SocketAddr};

/// A transport SIP runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// Plain stream.
    Tcp,
    /// TLS over TCP.
    Tls,
    /// WebSocket (RFC 7118).
    Ws,
    /// WebSocket over TLS.
    Wss,
}

/// A connection the host holds open; numbers are never used twice in one engine run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// A path to a peer: a UDP address pair, or one stream connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// The transport.
    pub transport: Transport,
    /// Our end. For UDP the listening socket's address.
    pub local: SocketAddr,
    /// The peer's end.
    pub remote: SocketAddr,
    /// The connection, for stream transports.
    pub connection: Option<ConnectionId>,
}

impl Transport {
    /// Whether the transport itself delivers or fails (no SIP retransmissions, RFC 3261 §17).
    pub fn is_reliable(self) -> bool {
        self != Transport::Udp
    }

    /// Whether the hop is encrypted.
    pub fn is_secure(self) -> bool {
        matches!(self, Transport::Tls | Transport::Wss)
    }

    /// Default port (RFC 3261 §19.1.2, RFC 7118 §5).
    pub fn default_port(self) -> u16 {
        match self {
            Transport::Udp | Transport::Tcp => 5060,
            Transport::Tls => 5061,
            Transport::Ws => 80,
            Transport::Wss => 443,
        }
    }

    /// The token in a Via.
    pub fn via_name(self) -> TransportName {
        match self {
            Transport::Udp => TransportName::Udp,
            Transport::Tcp => TransportName::Tcp,
            Transport::Tls => TransportName::Tls,
            Transport::Ws => TransportName::Ws,
            Transport::Wss => TransportName::Wss,
        }
    }

    /// The transport that a Via names, when it is one of ours.
    pub fn from_via(name: &TransportName) -> Option<Transport> {
        match name {
            TransportName::Udp => Some(Transport::Udp),
            TransportName::Tcp => Some(Transport::Tcp),
            TransportName::Tls => Some(Transport::Tls),
            TransportName::Ws => Some(Transport::Ws),
            TransportName::Wss => Some(Transport::Wss),
            TransportName::Sctp | TransportName::Other(_) => None,
        }
    }

    /// The value of a URI's `transport` parameter.
    pub fn uri_name(self) -> &'static str {
        match self {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
            Transport::Tls => "tls",
            Transport::Ws => "ws",
            Transport::Wss => "wss",
        }
    }

    /// The transport that a URI's `transport` parameter names. `secure` tells a `sips:` URI, where
    /// `tcp` means TLS (RFC 3261 §26.2.2) and `ws` means WSS.
    pub fn from_uri_name(name: &[u8], secure: bool) -> Option<Transport> {
        let name = name.to_ascii_lowercase();
        Some(match (name.as_slice(), secure) {
            (b"udp", false) => Transport::Udp,
            (b"tcp", false) => Transport::Tcp,
            (b"tcp" | b"tls", true) | (b"tls", false) => Transport::Tls,
            (b"ws", false) => Transport::Ws,
            (b"ws" | b"wss", true) | (b"wss", false) => Transport::Wss,
            _ => return None,
        })
    }
}

impl Flow {
    /// A UDP flow.
    pub fn udp(local: SocketAddr, remote: SocketAddr) -> Flow {
        Flow {
            transport: Transport::Udp,
            local,
            remote,
            connection: None,
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.uri_name())
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} - {}", self.transport, self.local, self.remote)
    }
}
