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
mod happening;
mod io;
mod leg;
pub mod limits;
mod mailboxes;
mod media_way;
mod passing;
mod questions;
mod registrations;
mod sound_format;
mod subscriptions;
mod switch;
mod trace;

pub use board::{
    Board, CallRecord, Changed, Doing, Historian, LiveCall, OfflineDevice, OnlineDevice, Ringing,
};
pub use happening::{
    CallSide, CommandRefusal, CommandResult, EndReason, Happening, LoginRefusal, MediaWay,
    OfficeService, OfflineReason, Party, RefusalReason, SideQuality, StopReason, What,
};
pub use io::{Command, Input, Output, TracedMessage, Write};
pub use mailboxes::MailboxCounts;
pub use questions::{Answer, NewMessage, PinDigits, PinIs, PinOf, Question, QuestionId};
pub use registrations::{BindingChange, KnownBinding};
pub use switch::{Held, Switch, SwitchConfig};
