//! What the switch asks of the media thread.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::network::Network;
use crate::ports::PortPair;
use crate::sound::SoundFile;

/// One order from the switch to the media thread. A refused order comes back as
/// [`MediaEvent::Refused`](crate::MediaEvent::Refused).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaCommand {
    /// Pass packets between two parties. The host binds the four local sockets first.
    OpenRelay {
        /// Chosen by the switch, never used twice.
        relay: RelayId,
        /// The party that called.
        a: SideSpec,
        /// The party that was called; its address is usually not known yet.
        b: SideSpec,
    },
    /// Pass a party's RTP back to where it was vouched to come from: it hears itself. One packet
    /// goes out for each that is believed, as it came, and only to its sender; RTCP ends here. The
    /// party is [`Side::A`]; the host binds its two sockets first.
    OpenEcho {
        /// Chosen by the switch, never used twice.
        relay: RelayId,
        /// The party.
        party: SideSpec,
    },
    /// Signalling said something new about one party (answer, re-INVITE, UPDATE, transfer).
    /// If the address and the learning policy are unchanged, the source in use is kept.
    UpdateSide {
        /// The relay.
        relay: RelayId,
        /// Whose media changed.
        side: Side,
        /// All that signalling now says of it.
        signalled: Signalled,
    },
    /// Whether this party ought to be heard. Only an expected party is ever reported as silent; so
    /// a held, ringing or receive-only party is not.
    ExpectMedia {
        /// The relay.
        relay: RelayId,
        /// The party.
        side: Side,
        /// `true` while it ought to send. `false` also forgets a silence already told.
        expected: bool,
    },
    /// The call is over. Answered with [`MediaEvent::Closed`](crate::MediaEvent::Closed); closing
    /// twice is no error.
    CloseRelay {
        /// The relay.
        relay: RelayId,
    },
}

/// Names one relay for as long as the engine runs. The switch counts them up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelayId(pub u64);

/// One of the two parties a relay joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The first party.
    A,
    /// The second party.
    B,
}

impl Side {
    /// The party opposite.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// One party of a relay: our ports towards it and what signalling says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideSpec {
    /// Our ports, as written into the SDP this party received.
    pub local: PortPair,
    /// What this party's SDP and the signalling path say.
    pub signalled: Signalled,
}

/// What signalling says of one party's media. Everything a source may be judged by comes from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signalled {
    /// Where it receives RTP, from `c=` and `m=`; `None` until its SDP arrived.
    pub rtp: Option<SocketAddr>,
    /// Where it receives RTCP, from `a=rtcp` (RFC 3605); `None` means the port above RTP.
    pub rtcp: Option<SocketAddr>,
    /// Both sides agreed to `a=rtcp-mux` (RFC 5761).
    pub rtcp_mux: bool,
    /// Which sources are believed to be this party.
    pub learning: Learning,
    /// Which way media may flow, as this party said it.
    pub direction: Direction,
    /// RTP clock of the audio codec in Hz (8000 for G.711 and G.722, 48000 for Opus). Jitter is
    /// measured with it.
    pub clock_hz: u32,
}

impl Signalled {
    /// Nothing is known yet: no packet is accepted from this party or sent to it.
    #[must_use]
    pub const fn nothing_yet() -> Self {
        Self {
            rtp: None,
            rtcp: None,
            rtcp_mux: false,
            learning: Learning::Strict,
            direction: Direction::SendReceive,
            clock_hz: 8000,
        }
    }

    /// A party that receives RTP at `rtp`, both ways, 8 kHz clock, believed only from that very
    /// address.
    #[must_use]
    pub fn at(rtp: SocketAddr) -> Self {
        Self {
            rtp: Some(rtp),
            ..Self::nothing_yet()
        }
    }

    /// The same with another learning policy.
    #[must_use]
    pub fn learning(mut self, learning: Learning) -> Self {
        self.learning = learning;
        self
    }
}

/// Which sources are believed to be a party (RFC 7362 with the guards its security section asks
/// for).
///
/// Whatever the policy, the signalled address on a believed host is believed at once. Another
/// source is learned once; anew only when signalling gives another address, or after
/// [`SOURCE_SILENT`](crate::limits::SOURCE_SILENT) of silence and then from the same host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Learning {
    /// The signalled address and port exactly. For phones on the LAN.
    Strict,
    /// The signalled host, any port. For phones that send from another port than they name.
    SameHost,
    /// This host, any port, instead of the signalled one: the phone is behind NAT, names an address
    /// we cannot reach, and its authenticated signalling came from here. Nothing is sent until a
    /// source is learned, unless the phone's SDP names this very host.
    Vouched {
        /// Source address of the phone's signalling.
        host: IpAddr,
    },
    /// The signalled host or any host in the carrier's networks. For trunks.
    Within(Arc<[Network]>),
}

/// Which way a party's media flows (RFC 3264 §5.1), from that party's point of view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// It sends and receives.
    #[default]
    SendReceive,
    /// It only sends; nothing is passed to it.
    SendOnly,
    /// It only receives; what it sends is dropped.
    ReceiveOnly,
    /// Neither; the call is on hold both ways.
    Inactive,
}

impl Direction {
    /// The party sends media.
    #[must_use]
    pub const fn sends(self) -> bool {
        matches!(self, Self::SendReceive | Self::SendOnly)
    }

    /// The party wants to receive media.
    #[must_use]
    pub const fn receives(self) -> bool {
        matches!(self, Self::SendReceive | Self::ReceiveOnly)
    }
}

/// Names the sound of one phone in one call for as long as the engine runs. The switch counts them
/// up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u64);

/// Names one chain of sounds played to one phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlayId(pub u64);

/// Names a room: everybody in it hears everybody else. Rooms come with their first member and go
/// with their last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomId(pub u64);

/// Names one recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordingId(pub u64);

/// Where a phone's sound goes and what it hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wiring {
    /// Nowhere; it hears only what is played to it.
    Nothing,
    /// Packet by packet to another phone and back, undecoded. Holds for both at once.
    Relay {
        /// The other phone's stream.
        with: StreamId,
    },
    /// Back to where it was vouched to come from, undecoded: it hears itself.
    Echo,
    /// Decoded, into a room; two in a room are two phones of different codecs, or a talk that
    /// somebody listens to.
    Room {
        /// Which.
        room: RoomId,
        /// What it may do there.
        part: Part,
    },
    /// It hears music that all its listeners share, and is heard by nobody.
    Music {
        /// The pieces, played one after the other without a gap, over and over.
        pieces: Arc<[SoundFile]>,
    },
}

/// What a member of a room may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Whether it hears the others.
    pub hears: bool,
    /// Who hears it.
    pub heard_by: HeardBy,
}

impl Part {
    /// Hears and is heard.
    pub const FULL: Part = Part {
        hears: true,
        heard_by: HeardBy::Everybody,
    };
    /// Hears and is not heard: muted, or listening in.
    pub const LISTENS: Part = Part {
        hears: true,
        heard_by: HeardBy::Nobody,
    };
}

/// Who hears a member of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeardBy {
    /// All other members.
    Everybody,
    /// One other member only: a whisper.
    Only(StreamId),
    /// Nobody.
    Nobody,
}

/// Whose sound a recording holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// What one phone says, mono: a message, a greeting.
    One(StreamId),
    /// What two phones say, the first left, the second right. However their sound travels.
    Two(StreamId, StreamId),
    /// A room as somebody who only listens would hear it, mono.
    Room(RoomId),
}

/// When a recording ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordUntil {
    /// At this length.
    pub longest: Duration,
    /// After so much silence, which is not kept; never for `None`.
    pub silence: Option<Duration>,
    /// At a key press of the phone that is recorded, whose sound is not kept.
    pub key: bool,
}
