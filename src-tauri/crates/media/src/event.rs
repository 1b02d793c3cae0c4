//! What the media thread tells the switch.

use std::net::SocketAddr;
use std::time::Duration;

use rtp_packet::Digit;

use crate::command::{RelayId, Side};
use crate::ports::PortPair;
use crate::relay::SideStatistics;

/// Something the switch may want to act on. Never one per packet.
#[derive(Debug, Clone, PartialEq)]
pub enum MediaEvent {
    /// The first packet of this party was passed on.
    FirstPacket {
        /// The relay.
        relay: RelayId,
        /// Who was heard.
        side: Side,
    },
    /// The party sends from this address and is answered there from now on.
    SourceLearned {
        /// The relay.
        relay: RelayId,
        /// The party.
        side: Side,
        /// Where its RTP comes from.
        source: SocketAddr,
    },
    /// An expected party has not been heard for [`SILENT_AFTER`](crate::limits::SILENT_AFTER). Told
    /// once per silence; what follows from it (R14: 30 s both ways) is for the switch to decide.
    Silent {
        /// The relay.
        relay: RelayId,
        /// Who is silent.
        side: Side,
        /// How long by now.
        lasted: Duration,
    },
    /// A party reported as silent is heard again.
    Resumed {
        /// The relay.
        relay: RelayId,
        /// Who is heard again.
        side: Side,
    },
    /// Packets came from sources nobody vouched for and were dropped. At most once a second per
    /// party.
    StrangerRefused {
        /// The relay.
        relay: RelayId,
        /// Which party the stranger posed as.
        side: Side,
        /// Packets refused since the last such event.
        count: u64,
        /// The latest source.
        from: SocketAddr,
    },
    /// How this party is heard so far. Every [`QUALITY_EVERY`](crate::limits::QUALITY_EVERY) while
    /// packets come.
    Quality {
        /// The relay.
        relay: RelayId,
        /// The party.
        side: Side,
        /// Totals since the relay was opened.
        statistics: SideStatistics,
    },
    /// The relay is gone; its ports may be given back. Final figures for the call record.
    Closed {
        /// The relay.
        relay: RelayId,
        /// How side A was heard.
        a: SideStatistics,
        /// How side B was heard.
        b: SideStatistics,
    },
    /// A command could not be followed.
    Refused {
        /// The relay it named.
        relay: RelayId,
        /// Why not.
        why: Refusal,
    },
}

/// Why a command could not be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// That relay is already open.
    #[error("the relay is already open")]
    AlreadyOpen,
    /// There is no such relay.
    #[error("there is no such relay")]
    NoSuchRelay,
    /// Another relay, or the other side of this one, uses these ports.
    #[error("ports {0} are already in use by a call")]
    PortsInUse(PortPair),
    /// The operating system would not give the host these ports: another program holds them. The
    /// switch takes others and gives these back to the [`PortPool`](crate::PortPool), where they
    /// rest.
    #[error("ports {0} are held by another program")]
    PortsTaken(PortPair),
    /// [`MAX_RELAYS`](crate::limits::MAX_RELAYS) are open.
    #[error("too many calls are being relayed")]
    TooManyRelays,
}

/// How a key press came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigitBy {
    /// As an event in RTP (RFC 4733).
    Event,
    /// As tones in the sound (ITU-T Q.23).
    Tones,
}

/// Why a chain of sounds ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlayEnd {
    /// It was heard to its end.
    Finished,
    /// The switch stopped it, or played something else.
    Stopped,
    /// A key was pressed.
    Key(Digit),
    /// A sound could not be read. What could be read of the chain was played.
    Unreadable(crate::sound::SoundFile),
}

/// Why a recording ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingEnd {
    /// The switch stopped it, or the phone hung up.
    Stopped,
    /// It reached its longest.
    Longest,
    /// Nobody spoke any more.
    Silence,
    /// A key was pressed.
    Key(Digit),
    /// The disk is full or slow; what was written is whole.
    Disk,
}
