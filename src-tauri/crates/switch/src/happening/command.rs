//! What became of a command.

use super::RefusalReason;
use office::CallId;
use serde::Serialize;

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum CommandResult {
    /// It is done or under way.
    Taken {
        /// The call it is about; a new one for [`Command::Originate`](crate::Command::Originate).
        call: Option<CallId>,
    },
    /// Nothing was done.
    Refused {
        /// Why.
        reason: CommandRefusal,
    },
}

/// Why a command was not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CommandRefusal {
    /// There is no such call, or it is over.
    NoSuchCall,
    /// The office has no such person.
    NoSuchPerson,
    /// Not in what the call is doing now: it does not talk, is being handed on already, or its
    /// phones are agreeing on something.
    NotNow,
    /// It rings at this person's phones already, or they are its caller.
    AlreadyThere,
    /// There is no such conference room.
    NoSuchRoom,
    /// Nobody is in the conference room.
    RoomEmpty,
    /// The conference room is full.
    RoomFull,
    /// This call is not in that conference room.
    NotInRoom,
    /// None of the person's own phones is online.
    OwnPhonesOffline,
    /// Calls of those who talk are never recorded.
    NeverRecorded,
    /// Calls of one of those who talk are always recorded; that may be paused, not stopped.
    AlwaysRecorded,
    /// Nobody listens to this call: the office does not allow it, or it is a call for help.
    NeverListenedTo,
    /// There is no such line.
    NoSuchLine,
    /// The line is switched off.
    LineOff,
    /// There is no such fuse, or it is whole.
    NoSuchFuse,
    /// A call like this would be turned away.
    Call(RefusalReason),
}
