//! What a walk is told.

use super::ClipId;
use crate::queues::Place;
use office::PersonId;
use serde::Serialize;
use serde_json::Value as Json;
use std::time::Duration;

/// What has happened to a caller.
///
/// Of the acts that wait for something ([`Say`](super::Act::Say), [`Wait`](super::Act::Wait),
/// [`Ring`](super::Act::Ring) and so on) only the latest is under way: a new one ends the one before,
/// of which nothing more is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The call has come in.
    Began,
    /// What was to be said has been said, or could not be.
    Said,
    /// The caller pressed a key: `0` to `9`, `*` or `#`.
    Key(char),
    /// The wait is over.
    TimeUp,
    /// Ringing has come to its end.
    RingEnded {
        /// How.
        end: RingEnd,
        /// Who answered, or who decided it.
        by: Option<PersonId>,
    },
    /// The caller is done with the mailbox.
    MessageLeft(MessageEnd),
    /// The caller is no longer in the room, or did not get in.
    RoomLeft(RoomEnd),
    /// The caller no longer waits in a slot.
    ParkEnded(ParkEnd),
    /// How it stands with a caller who is to wait in a queue.
    Queued(InQueue),
    /// The clip is whole.
    Recorded {
        /// Which.
        clip: ClipId,
        /// How much sound it holds; nothing for one that could not be made.
        lasts: Duration,
    },
    /// The request has been answered, or has failed.
    Replied(Reply),
    /// The PIN has been checked.
    PinChecked(PinVerdict),
    /// The caller has hung up.
    CallerHungUp,
}

/// How ringing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RingEnd {
    /// Somebody answered, they have talked, and the caller is still there.
    Answered,
    /// Nobody answered in time.
    NoAnswer,
    /// All of them are on calls.
    Busy,
    /// They declined, or want no calls.
    Declined,
    /// No telephone could be rung.
    Unreachable,
}

/// How leaving a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageEnd {
    /// It is kept.
    Saved,
    /// There was nothing to keep.
    Empty,
    /// The mailbox is full, or takes no messages.
    Full,
    /// The caller asked for the operator.
    Operator,
}

/// How a stay in a room ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoomEnd {
    /// The room closed, or the caller was let go.
    Left,
    /// It is full, or locked.
    Full,
}

/// How waiting in a slot ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParkEnd {
    /// Somebody has fetched the caller and talks with them: they are no longer the flow's.
    Fetched,
    /// Nobody did in time.
    TimeUp,
    /// No slot was free.
    Full,
}

/// How it stands with a caller in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InQueue {
    /// They wait.
    Waits(Place),
    /// It is their turn: these agents are theirs.
    Turn(Vec<PersonId>),
    /// As many wait as may; they are not among them.
    Full {
        /// How many.
        waiting: u32,
    },
    /// They would wait longer than anybody should, and do not.
    Long {
        /// About how long, in seconds.
        seconds: u32,
    },
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// It was answered.
    Answered {
        /// The status.
        status: u16,
        /// What the body holds, where it is JSON; a text as a JSON string.
        body: Json,
    },
    /// It was not answered in time.
    TimedOut,
    /// It could not be made: refused, not allowed, too much in reply.
    Failed {
        /// Why, for the trace: one word such as `refused` or `notAllowed`.
        why: &'static str,
    },
}

/// Whether a PIN is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PinVerdict {
    /// It is one of the set.
    Right,
    /// It is none.
    Wrong,
    /// This caller has tried too often, in this call or before.
    Locked,
}
