//! The brain of the office: calls, legs, features. One input in, effects out.
//!
//! [`Switch::handle`] takes one [`Input`], [`Switch::poll`] gives the [`Output`]s until it sleeps.
//! No socket, clock, thread or lock is in here: time, chance and the office are arguments.
#![deny(missing_docs)]

mod admission;
mod arrival;
mod board;
mod call;
mod destination;
mod door;
mod encryption;
mod features;
mod flight_recorder;
mod flows;
mod fuse;
mod gate;
mod happening;
mod hops;
mod hours;
mod io;
mod leg;
pub mod limits;
mod line_sound;
mod lines;
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
    Board, CallDirection, CallRecord, Changed, Doing, FlowPlace, FlowWay, Historian, Listener,
    LiveCall, LiveLine, LiveRoom, OfflineDevice, OnlineDevice, ParkedAt, RecordingState, Ringing,
    RoomMember, WaitsIn,
};
pub use features::attend::key_of_info;
pub use features::emergency::shadowed_by_emergency;
pub use flows::CallFlows;
pub use fuse::{BadFuseId, FuseId, FuseLimit, FuseOf, FuseState};
pub use gate::{
    Candidate, Explained, Forwarded, ForwardedBecause, OnBehalfOf, Reason, ShownBecause, Shows,
};
pub use happening::{
    CallSide, CameBack, CommandRefusal, CommandResult, EndReason, Happening, HeardThere, KnownBy,
    LineReason, LineState, LineTest, LineTestResult, LineTrouble, Listening, LoginRefusal,
    MediaWay, NotRecorded, OfficeService, OfflineReason, Party, RecordingStop, RefusalReason,
    RoomRefusal, Screened, SideQuality, StopReason, What,
};
pub use io::{
    AskedAbroad, Asker, AskingPhone, Command, Input, KnownCallBack, Output, PassedOn, RecordAction,
    TracedMessage, Write,
};
pub use lines::knows_number;
pub use mailboxes::MailboxCounts;
pub use questions::{
    Answer, MessageDeed, NewGreeting, NewMessage, NewRecording, PinDigits, PinIs, PinOf, Question,
    QuestionId,
};
pub use registrations::{BindingChange, KnownBinding};
pub use switch::{Held, Switch, SwitchConfig};
pub use trace::masked;
