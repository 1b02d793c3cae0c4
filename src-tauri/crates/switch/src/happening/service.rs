//! What the office itself does for a caller.

use office::{CallId, ConferenceRoomId, FlowId, MailboxId};
use serde::Serialize;
use std::time::Duration;

/// What the office itself does for a caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "service",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum OfficeService {
    /// It takes a message.
    Voicemail {
        /// For which mailbox.
        mailbox: MailboxId,
    },
    /// It lets them hear a mailbox.
    Mailbox {
        /// Which; none while they have yet to say it.
        mailbox: Option<MailboxId>,
    },
    /// It lets them into a conference room.
    Room {
        /// Which.
        room: ConferenceRoomId,
    },
    /// It tests their telephone and the way to it.
    LineTest {
        /// What of it.
        test: LineTest,
    },
    /// It tries a line: it is itself at the other end.
    RoundTrip,
    /// It tells them who is in a parking slot they have dialled: nobody.
    Parking,
    /// It asks a caller whom nobody knows to press a key.
    Challenge,
    /// It takes down a greeting that they speak.
    Recording,
    /// It lets them hear a talk of others.
    ListeningIn {
        /// The talk.
        to: CallId,
    },
    /// It leads them through a call flow.
    Flow {
        /// The one they dialled.
        flow: FlowId,
    },
}

/// What can be tested of a telephone and the way to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LineTest {
    /// Whether one hears oneself.
    Echo,
    /// How long sound takes.
    Delay,
    /// How loud one is.
    Level,
    /// Which keys arrive.
    Keys,
}

/// What a line test has shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(
    tag = "test",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum LineTestResult {
    /// How long sound takes.
    Delay {
        /// Packets to the phone and back; `None` if the phone does not report it.
        there_and_back: Option<Duration>,
    },
    /// How loud they are.
    Level {
        /// While they spoke, in dBFS.
        speech: f32,
        /// While they did not, in dBFS.
        noise: f32,
        /// Share of samples at full scale, 0 to 1.
        clipped: f32,
    },
    /// Which keys arrived.
    Keys {
        /// In their order.
        keys: String,
    },
}

/// Why somebody was not let into a conference room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RoomRefusal {
    /// As many are in it as may be.
    Full,
    /// It is locked.
    Locked,
    /// They did not know its PIN.
    WrongPin,
    /// Its PIN was wrong too often lately, whoever dialled it.
    PinLocked,
}
