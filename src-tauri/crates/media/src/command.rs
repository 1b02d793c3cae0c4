//! What the switch asks of the media thread.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rtp_packet::Digit;

use crate::format::SoundFormat;
use crate::network::Network;
use crate::ports::PortPair;
use crate::sound::{PlayHow, Sound, SoundFile};
use crate::srtp::SrtpKeys;

/// One order from the switch to the media thread. A refused order comes back as
/// [`MediaEvent::Refused`](crate::MediaEvent::Refused).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaCommand {
    /// Opens our ports towards one phone. The host binds the two local sockets first. Until
    /// [`Wire`](Self::Wire) says otherwise it hears nothing and is heard by nobody.
    Open {
        /// Chosen by the switch, never used twice.
        stream: StreamId,
        /// Our ports, as written into the SDP the phone received.
        local: PortPair,
        /// What its SDP and the signalling path say; its address is often not known yet.
        signalled: Signalled,
    },
    /// Signalling said something new about a phone (answer, re-INVITE, UPDATE). If the address and
    /// the learning policy are unchanged, the source in use is kept.
    Update {
        /// The phone's stream.
        stream: StreamId,
        /// All that signalling now says of it.
        signalled: Signalled,
    },
    /// Whether this phone ought to be heard. Only an expected phone is ever reported as silent; so
    /// a held, ringing or receive-only phone is not.
    Expect {
        /// The stream.
        stream: StreamId,
        /// `true` while it ought to send. `false` also forgets a silence already told.
        expected: bool,
    },
    /// Where a phone's sound goes and what it hears, from the next packet on.
    Wire {
        /// The stream.
        stream: StreamId,
        /// Its new wiring.
        to: Wiring,
    },
    /// Somebody may soon be wired to this music: what they would hear first is read beforehand. Not
    /// answered.
    Prepare {
        /// The pieces, as [`Wiring::Music`] will name them.
        pieces: Arc<[SoundFile]>,
    },
    /// Plays sounds to a phone, whatever its wiring, instead of what plays already. Answered with
    /// one [`MediaEvent::PlayEnded`](crate::MediaEvent::PlayEnded), unless the stream is closed
    /// first.
    Play {
        /// Who hears it.
        stream: StreamId,
        /// Chosen by the switch, never used twice.
        play: PlayId,
        /// One after the other.
        sounds: Vec<Sound>,
        /// Repeating, to be barged in, from where.
        how: PlayHow,
    },
    /// Stops what plays. A play that has ended is left alone.
    StopPlaying {
        /// Who hears it.
        stream: StreamId,
        /// Which; another that has taken its place is left alone.
        play: PlayId,
    },
    /// Plays sounds to everybody in a room, below their voices: join tones, announcements. Not
    /// answered.
    Announce {
        /// The room.
        room: RoomId,
        /// One after the other.
        sounds: Vec<Sound>,
    },
    /// Sends key presses to a phone (RFC 4733, or as tones where it does not know them).
    Press {
        /// To whom.
        stream: StreamId,
        /// The keys, in order, 100 ms each with 100 ms between.
        digits: Vec<Digit>,
    },
    /// Sends a key press to a phone that lasts as long as the newest one of another: 100 ms at least,
    /// [`LONGEST_KEY`](crate::limits::LONGEST_KEY) at most.
    PressAlong {
        /// To whom.
        stream: StreamId,
        /// The key.
        digit: Digit,
        /// Who holds it.
        with: StreamId,
    },
    /// Whether the key presses of a phone are told even while its sound is only passed on; they are
    /// passed on as well. Events (RFC 4733) cost no decoding; the sound of a phone that has agreed to
    /// none is decoded meanwhile, to find their tones.
    HearKeys {
        /// Whose.
        stream: StreamId,
        /// `true` while somebody waits for them.
        hears: bool,
    },
    /// Writes what is heard into a file. Ends with one
    /// [`MediaEvent::RecordingEnded`](crate::MediaEvent::RecordingEnded).
    Record {
        /// Chosen by the switch, never used twice.
        recording: RecordingId,
        /// Whose sound.
        of: Recorded,
        /// Which file, new; the host makes its folders.
        file: SoundFile,
        /// When it ends by itself.
        until: RecordUntil,
    },
    /// Holds a recording and goes on with it: nothing is written meanwhile.
    PauseRecording {
        /// Which.
        recording: RecordingId,
        /// Whether it rests.
        paused: bool,
    },
    /// Ends a recording.
    StopRecording {
        /// Which.
        recording: RecordingId,
    },
    /// Measures how loud a phone is for a while, then tells
    /// [`MediaEvent::Measured`](crate::MediaEvent::Measured).
    Measure {
        /// Which phone.
        stream: StreamId,
        /// For how long.
        lasts: Duration,
    },
    /// The phone's part in the call is over. Answered with
    /// [`MediaEvent::Closed`](crate::MediaEvent::Closed); closing twice is no error. Recordings of
    /// it end; a relay's other stream is wired to nothing.
    Close {
        /// The stream.
        stream: StreamId,
    },
}

/// What signalling says of one phone's media. Everything a source may be judged by comes from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signalled {
    /// Where it receives RTP, from `c=` and `m=`; `None` until its SDP arrived.
    pub rtp: Option<SocketAddr>,
    /// Where it receives RTCP, from `a=rtcp` (RFC 3605); `None` means the port above RTP.
    pub rtcp: Option<SocketAddr>,
    /// Both sides agreed to `a=rtcp-mux` (RFC 5761).
    pub rtcp_mux: bool,
    /// Which sources are believed to be this phone.
    pub learning: Learning,
    /// Which way media may flow, as this phone said it.
    pub direction: Direction,
    /// RTP clock of the audio codec in Hz (8000 for G.711 and G.722, 48000 for Opus). Jitter is
    /// measured with it.
    pub clock_hz: u32,
    /// What was agreed with it; `None` until it is, or if the graph does not speak its codec. Not
    /// needed while its sound is only passed on.
    pub format: Option<SoundFormat>,
    /// What its packets and ours to it are protected with; plain for `None`. The same keys said
    /// again go on where they were.
    pub srtp: Option<SrtpKeys>,
}

impl Signalled {
    /// Nothing is known yet: no packet is accepted from it or sent to it.
    #[must_use]
    pub const fn nothing_yet() -> Self {
        Self {
            rtp: None,
            rtcp: None,
            rtcp_mux: false,
            learning: Learning::Strict,
            direction: Direction::SendReceive,
            clock_hz: 8000,
            format: None,
            srtp: None,
        }
    }

    /// A phone that receives RTP at `rtp`, both ways, 8 kHz clock, believed only from that very
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

/// Which sources are believed to be a phone (RFC 7362 with the guards its security section asks
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

/// Which way a phone's media flows (RFC 3264 §5.1), from its point of view.
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
    /// The phone sends media.
    #[must_use]
    pub const fn sends(self) -> bool {
        matches!(self, Self::SendReceive | Self::SendOnly)
    }

    /// The phone wants to receive media.
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
    pub key: EndKey,
}

/// Which key of a phone ends its recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndKey {
    /// None does.
    Never,
    /// Whichever is pressed.
    Any,
    /// This one; others change nothing.
    Only(Digit),
}

impl EndKey {
    pub(crate) fn is(self, pressed: Digit) -> bool {
        match self {
            EndKey::Never => false,
            EndKey::Any => true,
            EndKey::Only(key) => key == pressed,
        }
    }
}
