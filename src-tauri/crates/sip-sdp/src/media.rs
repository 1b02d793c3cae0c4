//! One `m=` section as values: what it carries, where to, in which direction, under which keys.

use std::fmt;
use std::net::IpAddr;

use sdp_types::{Candidate, Crypto, Direction, Fingerprint, Setup};

/// One media description (RFC 8866 §5.14), session-level defaults applied.
#[derive(Clone, PartialEq, Eq)]
pub struct Media {
    /// What it carries.
    pub kind: MediaKind,
    /// UDP port; 0 means refused or removed (RFC 3264 §6).
    pub port: u16,
    /// Transport and profile.
    pub protocol: Protocol,
    /// Where to send, from the section's own `c=` or the session's.
    pub connection: Option<Host>,
    /// Whether the section has a `c=` line of its own.
    pub own_connection: bool,
    /// Where control packets go.
    pub rtcp: Rtcp,
    /// As written, `sendrecv` where nothing is (RFC 8866 §6.7). For a hold written the old way
    /// see [`Media::direction_meant`].
    pub direction: Direction,
    /// Packet length the writer would like to receive, in milliseconds.
    pub ptime: Option<u32>,
    /// Longest packet the writer takes, in milliseconds.
    pub maxptime: Option<u32>,
    /// The RTP formats in the writer's order, `telephone-event` among them. A dynamic payload
    /// type without `a=rtpmap` is left out: nothing says what it is.
    pub codecs: Vec<Codec>,
    /// The format list of the `m=` line as written.
    pub formats: String,
    /// SDES keys offered (RFC 4568), those that can be read.
    pub crypto: Vec<Crypto>,
    /// Certificate of the DTLS handshake (RFC 8122).
    pub fingerprint: Option<Fingerprint>,
    /// Who starts the DTLS handshake (RFC 5763 §5).
    pub setup: Option<Setup>,
    /// ICE credentials and candidates (RFC 8839).
    pub ice: Option<Ice>,
    /// Identification tag (RFC 5888), echoed in the answer.
    pub mid: Option<String>,
}

impl Media {
    /// Whether the stream is in use at all: its port is not 0.
    pub fn is_active(&self) -> bool {
        self.port != 0
    }

    /// The direction with the hold of RFC 2543 read in: `c=0.0.0.0` asks us not to send
    /// (RFC 3264 §8.4).
    pub fn direction_meant(&self) -> Direction {
        match (self.has_hold_address(), self.direction) {
            (true, Direction::SendRecv) => Direction::SendOnly,
            (true, Direction::RecvOnly) => Direction::Inactive,
            (_, written) => written,
        }
    }

    /// Whether the writer asks us to stop sending on this stream, in the new form or the old one.
    pub fn is_held(&self) -> bool {
        self.is_active() && !self.direction_meant().has_recv()
    }

    /// The codec that carries key presses beside audio of `clock_rate`.
    pub fn telephone_event(&self, clock_rate: u32) -> Option<&Codec> {
        telephone_event(&self.codecs, clock_rate)
    }

    /// `c=0.0.0.0` or `c=::`. With ICE it says "the address is in the candidates" (a trickling
    /// browser), not "hold".
    pub(crate) fn has_hold_address(&self) -> bool {
        self.ice.is_none()
            && matches!(&self.connection, Some(Host::Address(ip)) if ip.is_unspecified())
    }
}

/// Shows everything but keys.
impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Media")
            .field("kind", &self.kind)
            .field("port", &self.port)
            .field("protocol", &self.protocol)
            .field("connection", &self.connection)
            .field("rtcp", &self.rtcp)
            .field("direction", &self.direction)
            .field("ptime", &self.ptime)
            .field("maxptime", &self.maxptime)
            .field("codecs", &self.codecs)
            .field("formats", &self.formats)
            .field("crypto", &self.crypto.len())
            .field("fingerprint", &self.fingerprint)
            .field("setup", &self.setup)
            .field("ice", &self.ice)
            .field("mid", &self.mid)
            .finish_non_exhaustive()
    }
}

/// What an `m=` line carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaKind {
    /// `audio`
    Audio,
    /// `video`
    Video,
    /// `image`, in practice fax (T.38)
    Image,
    /// `application`, in practice data channels and presentation control
    Application,
    /// Any other token, as written.
    Other(String),
}

impl MediaKind {
    pub(crate) fn from_token(token: &str) -> Self {
        match token.to_ascii_lowercase().as_str() {
            "audio" => Self::Audio,
            "video" => Self::Video,
            "image" => Self::Image,
            "application" => Self::Application,
            _ => Self::Other(token.to_owned()),
        }
    }
}

impl fmt::Display for MediaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Image => "image",
            Self::Application => "application",
            Self::Other(token) => token,
        })
    }
}

/// Transport and profile of an `m=` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Protocol {
    /// Plain RTP (RFC 3551).
    RtpAvp,
    /// Plain RTP with early feedback (RFC 4585).
    RtpAvpf,
    /// SRTP, keyed by `a=crypto` (RFC 3711, RFC 4568).
    RtpSavp,
    /// SRTP with early feedback (RFC 5124).
    RtpSavpf,
    /// SRTP keyed by DTLS (RFC 5764).
    UdpTlsRtpSavp,
    /// SRTP keyed by DTLS, with early feedback: what browsers speak.
    UdpTlsRtpSavpf,
    /// T.38 fax over UDP.
    Udptl,
    /// Any other token, as written.
    Other(String),
}

impl Protocol {
    pub(crate) fn from_token(token: &str) -> Self {
        match token.to_ascii_uppercase().as_str() {
            "RTP/AVP" => Self::RtpAvp,
            "RTP/AVPF" => Self::RtpAvpf,
            "RTP/SAVP" => Self::RtpSavp,
            "RTP/SAVPF" => Self::RtpSavpf,
            "UDP/TLS/RTP/SAVP" => Self::UdpTlsRtpSavp,
            "UDP/TLS/RTP/SAVPF" => Self::UdpTlsRtpSavpf,
            "UDPTL" => Self::Udptl,
            _ => Self::Other(token.to_owned()),
        }
    }

    /// Whether packets are RTP, so that formats are payload types.
    pub fn is_rtp(&self) -> bool {
        !matches!(self, Self::Udptl | Self::Other(_))
    }

    /// Whether packets are encrypted.
    pub fn is_secure(&self) -> bool {
        self.is_rtp() && !matches!(self, Self::RtpAvp | Self::RtpAvpf)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RtpAvp => "RTP/AVP",
            Self::RtpAvpf => "RTP/AVPF",
            Self::RtpSavp => "RTP/SAVP",
            Self::RtpSavpf => "RTP/SAVPF",
            Self::UdpTlsRtpSavp => "UDP/TLS/RTP/SAVP",
            Self::UdpTlsRtpSavpf => "UDP/TLS/RTP/SAVPF",
            Self::Udptl => "udptl",
            Self::Other(token) => token,
        })
    }
}

/// The place a `c=` or `a=rtcp` line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// An IPv4 or IPv6 address.
    Address(IpAddr),
    /// A host name, to be looked up.
    Name(String),
}

impl Host {
    /// The address, unless a name has to be looked up first.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Address(ip) => Some(*ip),
            Self::Name(_) => None,
        }
    }
}

/// Where control packets go (RFC 3605, RFC 5761).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rtcp {
    /// Port of `a=rtcp`; without one it is the RTP port plus one.
    pub port: Option<u16>,
    /// Address of `a=rtcp`, if it names one.
    pub host: Option<Host>,
    /// Whether the writer can take RTP and RTCP on one port.
    pub mux: bool,
}

/// One RTP format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codec {
    /// RTP payload type, 0 to 127.
    pub payload_type: u8,
    /// Encoding name as written: `PCMA`, `opus`, `telephone-event`.
    pub name: String,
    /// RTP clock in Hz.
    pub clock_rate: u32,
    /// Channels, 1 where none are named.
    pub channels: u8,
    /// Parameters of `a=fmtp`, as written.
    pub fmtp: Option<String>,
}

impl Codec {
    /// A codec without parameters and with one channel.
    pub fn new(payload_type: u8, name: &str, clock_rate: u32) -> Self {
        Self {
            payload_type,
            name: name.to_owned(),
            clock_rate,
            channels: 1,
            fmtp: None,
        }
    }

    /// Whether both are the same encoding, whatever their payload types and parameters.
    pub fn is_same_encoding(&self, other: &Self) -> bool {
        self.name.eq_ignore_ascii_case(&other.name)
            && self.channels == other.channels
            // Some phones write the true sampling rate of G.722 instead of its RTP clock.
            && (self.clock_rate == other.clock_rate || self.name.eq_ignore_ascii_case("G722"))
    }

    /// Whether this carries key presses (RFC 4733).
    pub fn is_telephone_event(&self) -> bool {
        self.name.eq_ignore_ascii_case("telephone-event")
    }

    /// Whether this is sound a person could hear: neither key presses, comfort noise nor
    /// redundancy.
    pub fn is_sound(&self) -> bool {
        !["telephone-event", "CN", "red", "tone"]
            .iter()
            .any(|name| self.name.eq_ignore_ascii_case(name))
    }
}

/// The codec that carries key presses beside audio of `clock_rate`: of several the one with the
/// same clock, as both share one sequence of time stamps (RFC 4733 §2.6).
pub(crate) fn telephone_event(codecs: &[Codec], clock_rate: u32) -> Option<&Codec> {
    let events = || codecs.iter().filter(|codec| codec.is_telephone_event());
    events()
        .find(|codec| codec.clock_rate == clock_rate)
        .or_else(|| events().next())
}

/// ICE credentials and candidates of a section (RFC 8839 §5).
#[derive(Clone, PartialEq, Eq)]
pub struct Ice {
    /// User name fragment.
    pub ufrag: String,
    /// Password.
    pub pwd: String,
    /// Candidates that can be read.
    pub candidates: Vec<Candidate>,
}

/// Shows everything but the password.
impl fmt::Debug for Ice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ice")
            .field("ufrag", &self.ufrag)
            .field("candidates", &self.candidates)
            .finish_non_exhaustive()
    }
}
