//! What the media thread tells the switch.

use std::net::SocketAddr;
use std::time::Duration;

use rtp_packet::{Digit, Mos};

use crate::command::{PlayId, RecordingId, RoomId, StreamId};
use crate::ports::PortPair;
use crate::table::StreamStatistics;

/// Something the switch may want to act on. Never one per packet.
#[derive(Debug, Clone, PartialEq)]
pub enum MediaEvent {
    /// The first packet of this phone was believed.
    FirstPacket {
        /// Who was heard.
        stream: StreamId,
    },
    /// The phone sends from this address and is answered there from now on.
    SourceLearned {
        /// The phone.
        stream: StreamId,
        /// Where its RTP comes from.
        source: SocketAddr,
    },
    /// An expected phone has not been heard for [`SILENT_AFTER`](crate::limits::SILENT_AFTER). Told
    /// once per silence; what follows from it (R14: 30 s both ways) is for the switch to decide.
    Silent {
        /// Who is silent.
        stream: StreamId,
        /// How long by now.
        lasted: Duration,
    },
    /// A phone reported as silent is heard again.
    Resumed {
        /// Who is heard again.
        stream: StreamId,
    },
    /// Packets came from sources nobody vouched for and were dropped. At most once a second per
    /// phone.
    StrangerRefused {
        /// Which phone the stranger posed as.
        stream: StreamId,
        /// Packets refused since the last such event.
        count: u64,
        /// The latest source.
        from: SocketAddr,
    },
    /// How this phone is heard so far. Every [`QUALITY_EVERY`](crate::limits::QUALITY_EVERY) while
    /// packets come.
    Quality {
        /// The phone.
        stream: StreamId,
        /// Totals since the stream was opened.
        statistics: StreamStatistics,
        /// How it sounded since this was told last.
        lately: Mos,
    },
    /// A key was pressed. Told once per press, at its beginning for RFC 4733 and as soon as it is
    /// sure for tones. Only streams the graph decodes are listened to.
    Digit {
        /// Who pressed.
        stream: StreamId,
        /// Which key.
        digit: Digit,
        /// How it came.
        how: DigitBy,
    },
    /// A chain of sounds ended.
    PlayEnded {
        /// Who heard it.
        stream: StreamId,
        /// Which.
        play: PlayId,
        /// Why.
        why: PlayEnd,
    },
    /// A recording ended; its file is whole.
    RecordingEnded {
        /// Which.
        recording: RecordingId,
        /// How much sound it holds.
        lasts: Duration,
        /// Why.
        why: RecordingEnd,
    },
    /// Somebody else has the word in a room. At most every
    /// [`SPEAKER_AT_MOST_EVERY`](crate::limits::SPEAKER_AT_MOST_EVERY).
    Speaking {
        /// The room.
        room: RoomId,
        /// Who; nobody for `None`.
        who: Option<StreamId>,
    },
    /// How loud a phone was.
    Measured {
        /// Which phone.
        stream: StreamId,
        /// Its level while it spoke, in dBFS (0 is full scale, −26 is usual speech).
        speech: f32,
        /// Its level while it did not.
        noise: f32,
        /// Share of samples at full scale, 0 to 1.
        clipped: f32,
    },
    /// The stream is gone; its ports may be given back. Final figures for the call record.
    Closed {
        /// Which.
        stream: StreamId,
        /// How it was heard.
        statistics: StreamStatistics,
    },
    /// A command could not be followed.
    Refused {
        /// The stream it named; of a recording, the first it is of.
        stream: StreamId,
        /// Why not.
        why: Refusal,
    },
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

/// Why a command could not be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// That stream is already open.
    #[error("the stream is already open")]
    AlreadyOpen,
    /// There is no such stream.
    #[error("there is no such stream")]
    NoSuchStream,
    /// Another stream uses these ports.
    #[error("ports {0} are already in use by a call")]
    PortsInUse(PortPair),
    /// The operating system would not give the host these ports: another program holds them. The
    /// switch takes others and gives these back to the [`PortPool`](crate::PortPool), where they
    /// rest.
    #[error("ports {0} are held by another program")]
    PortsTaken(PortPair),
    /// [`MAX_STREAMS`](crate::limits::MAX_STREAMS) are open.
    #[error("too many streams are open")]
    TooManyStreams,
    /// The phone's sound is of a codec the graph does not speak, or nothing is agreed with it yet.
    #[error("the phone's sound cannot be decoded")]
    CannotDecode,
    /// [`MAX_ROOM_MEMBERS`](crate::limits::MAX_ROOM_MEMBERS) are in the room.
    #[error("the room is full")]
    RoomFull,
}
