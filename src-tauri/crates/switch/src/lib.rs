//! The brain of the office: calls, legs, features. One input in, effects out.
//!
//! [`Switch::handle`] takes one [`Input`], [`Switch::poll`] gives the [`Output`]s until it sleeps.
//! No socket, clock, thread or lock is in here: time, chance and the office are arguments.
#![deny(missing_docs)]

mod admission;
mod arrival;
mod board;
mod call;
mod door;
mod features;
mod flight_recorder;
mod flows;
mod happening;
mod io;
mod leg;
pub mod limits;
mod mailboxes;
mod media_way;
mod passing;
mod pin_lock;
mod questions;
mod registrations;
mod rooms;
mod sound_format;
mod sound_heard;
mod subscriptions;
mod switch;
mod tones;
mod trace;

pub use board::{
    Board, CallRecord, Changed, Doing, FlowPlace, Historian, LiveCall, LiveRoom, OfflineDevice,
    OnlineDevice, RecordingState, Ringing, RoomMember,
};
pub use flows::CallFlows;
pub use happening::{
    CallSide, CommandRefusal, CommandResult, EndReason, Happening, LineTest, LineTestResult,
    LoginRefusal, MediaWay, NotRecorded, OfficeService, OfflineReason, Party, RecordingStop,
    RefusalReason, RoomRefusal, SideQuality, StopReason, What,
};
pub use io::{Command, Input, Output, RecordAction, TracedMessage, Write};
pub use mailboxes::MailboxCounts;
pub use questions::{
    Answer, MessageDeed, NewGreeting, NewMessage, NewRecording, PinDigits, PinIs, PinOf, Question,
    QuestionId,
};
pub use registrations::{BindingChange, KnownBinding};
pub use switch::{Held, Switch, SwitchConfig};
