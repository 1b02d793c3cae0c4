//! What a walk wants done.

use super::TraceStep;
use crate::prompt::{Hears, Sound};
use crate::queues::Joins;
use crate::target::Target;
use office::{Coming, ConferenceRoomId, DeviceId, MailboxId, PersonId, PinSetId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The number of a clip within its call, from 1.
pub type ClipId = u32;

/// Something to be done for a caller. Those that end with an event say so; of them only the latest is
/// under way, and a new one, [`Goto`](Self::Goto) or [`End`](Self::End) ends it.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Answer the caller's telephone.
    Answer,
    /// Say this. Ends with [`Said`](super::Event::Said).
    Say {
        /// One after the other.
        sounds: Vec<Sound>,
        /// Whether a key stops it; then only the key is told, and nothing `Said`.
        interruptible: bool,
    },
    /// Let the caller hear this until something else is to be heard. Ends with nothing.
    Hear(Hears),
    /// Ends with [`TimeUp`](super::Event::TimeUp) after this time.
    Wait(Duration),
    /// Record what the caller says. Ends with [`Recorded`](super::Event::Recorded).
    Record {
        /// Which clip this is.
        clip: ClipId,
        /// The most that is recorded.
        max: Duration,
        /// Whether a tone tells when to speak.
        beep: bool,
        /// The key that ends it; it is not told.
        stop_key: Option<char>,
    },
    /// Ring telephones and join whoever answers with the caller until one of them hangs up. Ends with
    /// [`RingEnded`](super::Event::RingEnded), unless the caller hung up.
    Ring {
        /// Whom.
        targets: Vec<RingTarget>,
        /// In which order.
        strategy: Strategy,
        /// How long altogether; with [`Strategy::Order`] and [`Strategy::Random`] each.
        ring_for: Duration,
        /// What the caller hears meanwhile.
        hears: Hears,
        /// What whoever answers hears first.
        whisper: Vec<Sound>,
        /// Whether they must press a key to take the call.
        screen: bool,
        /// Which number they see.
        caller_id: CallerId,
        /// Stands before the caller's name on these telephones; empty for what the call is labelled.
        prefix: String,
        /// The talk is recorded from its beginning.
        records: bool,
    },
    /// Take a message. Ends with [`MessageLeft`](super::Event::MessageLeft), unless the caller hung up.
    TakeMessage {
        /// Where it is kept.
        mailbox: MailboxId,
        /// What is said first; `None` for what the mailbox says.
        greeting: Option<Vec<Sound>>,
        /// Why they come there, by which the mailbox chooses its words.
        coming: Coming,
        /// The longest message.
        max: Duration,
        /// Whether 0 leads to the operator.
        operator: bool,
    },
    /// Let the caller into a conference room. Ends with [`RoomLeft`](super::Event::RoomLeft).
    JoinRoom {
        /// Which.
        room: ConferenceRoomId,
        /// As what.
        role: RoomRole,
    },
    /// Let the caller wait in a free slot, with music, until somebody fetches them. Ends with
    /// [`ParkEnded`](super::Event::ParkEnded).
    Park {
        /// How long.
        wait: Duration,
    },
    /// Let the caller wait in a queue, or wait on in it. What they hear stays as it is. Ends with
    /// [`Queued`](super::Event::Queued), and once more whenever it is their turn, until they are
    /// answered, the walk has them leave or goes elsewhere with them.
    Enqueue(Joins),
    /// The caller waits in no queue any more. Ends with nothing.
    LeaveQueue,
    /// Check what the caller dialled against a set of PINs, and count the try for this caller. Ends
    /// with [`PinChecked`](super::Event::PinChecked).
    VerifyPin {
        /// Which set.
        pin_set: PinSetId,
        /// What was dialled. Never to be written down.
        digits: SecretPart,
    },
    /// Ask another program. Ends with [`Replied`](super::Event::Replied).
    Request(HttpRequest),
    /// Tell people. Ends with nothing: it is queued.
    Notify {
        /// By what.
        channels: Vec<Channel>,
        /// The words.
        text: String,
    },
    /// Mark the call from here on. Ends with nothing.
    Label {
        /// What stands before the caller's name on telephones that ring; empty for nothing.
        prefix: String,
        /// What the history shows.
        tags: Vec<String>,
        /// How telephones ring.
        alert: Alert,
        /// What those see who take the call; empty for nothing.
        note: String,
    },
    /// Record the call from here on, or no longer. Ends with nothing.
    Recording(Switch),
    /// The call leaves the flow for this; the walk is over.
    Goto {
        /// Where to: a person, extension, mailbox or room that exists.
        target: Target,
    },
    /// The call ends; the walk is over.
    End {
        /// What the caller's telephone is told if it was never answered.
        cause: EndCause,
    },
    /// Write this down and show it. Ends with nothing.
    Trace {
        /// Which publication of its flow the caller walks; 0 for a draft and where no flow could go on.
        revision: u64,
        /// What happened.
        step: TraceStep,
    },
}

/// Whom to ring.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum RingTarget {
    /// All telephones of a person.
    Person {
        /// Who.
        id: PersonId,
        /// How much later than the others.
        #[serde(rename = "delayMs", serialize_with = "as_ms")]
        delay: Duration,
    },
    /// A number outside, if the office lets the call out.
    Outside {
        /// The number, as the flow has it.
        number: String,
        /// How much later than the others.
        #[serde(rename = "delayMs", serialize_with = "as_ms")]
        delay: Duration,
    },
    /// One telephone.
    Device {
        /// Which.
        id: DeviceId,
        /// How much later than the others.
        #[serde(rename = "delayMs", serialize_with = "as_ms")]
        delay: Duration,
    },
}

impl RingTarget {
    /// How much later than the others.
    #[must_use]
    pub fn delay(&self) -> Duration {
        match self {
            Self::Person { delay, .. }
            | Self::Outside { delay, .. }
            | Self::Device { delay, .. } => *delay,
        }
    }

    /// Whether it is the same person, number or telephone, whenever it rings.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Person { id, .. }, Self::Person { id: other, .. }) => id == other,
            (Self::Outside { number, .. }, Self::Outside { number: other, .. }) => number == other,
            (Self::Device { id, .. }, Self::Device { id: other, .. }) => id == other,
            _ => false,
        }
    }
}

/// In which order telephones ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Strategy {
    /// All at once.
    #[default]
    All,
    /// One after the other.
    Order,
    /// One after the other; the walk has shuffled them.
    Random,
}

/// Which number those see who are rung.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CallerId {
    /// The caller's.
    #[default]
    Caller,
    /// The one that was called.
    Office,
    /// This one.
    Custom(String),
}

/// As what somebody comes into a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RoomRole {
    /// As one of those who are in it.
    #[default]
    Member,
    /// As who leads it.
    Host,
}

/// By what people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Channel {
    /// On the screens of the office.
    Desktop,
    /// By e-mail.
    Email,
    /// By a request to another program.
    Webhook,
}

/// How telephones ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Alert {
    /// As always.
    #[default]
    Normal,
    /// As for colleagues.
    Internal,
    /// As for whom one hurries.
    Vip,
}

/// What is done about recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Switch {
    /// It begins, or goes on.
    Start,
    /// It ends. What a caller does in a flow is recorded by nobody, so there is nothing to pause.
    #[serde(alias = "pause")]
    Stop,
}

/// Why a call ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EndCause {
    /// It is done.
    #[default]
    Normal,
    /// 486 to a telephone that was not answered.
    Busy,
    /// 603.
    Rejected,
    /// 480.
    Unavailable,
}

/// A request to another program. How many redirects it follows and where it may go is decided by
/// whoever makes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HttpRequest {
    /// How.
    pub method: HttpMethod,
    /// Where to, gaps filled.
    pub url: String,
    /// Names and values; a value may hold references to secrets.
    pub headers: Vec<(String, Vec<HeaderPart>)>,
    /// What is sent; empty for nothing.
    pub body: String,
    /// How long it may take.
    pub timeout: Duration,
    /// How many bytes of the reply are read; more is a failure.
    pub max_reply: usize,
    /// Whether it may go to an address of the office's own network.
    pub allow_private: bool,
}

/// The ways to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(
    missing_docs,
    reason = "they are the methods of HTTP (RFC 9110 section 9.3)"
)]
pub enum HttpMethod {
    #[default]
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// A part of a header's value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HeaderPart {
    /// This.
    Text(String),
    /// What the office keeps under this name.
    Secret(String),
}

/// Digits nobody else is to see; shown as dots.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecretPart(String);

impl SecretPart {
    pub(crate) fn new(digits: String) -> Self {
        Self(digits)
    }

    /// The digits, for the one place that checks them.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SecretPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretPart(…)")
    }
}

fn as_ms<S: serde::Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
