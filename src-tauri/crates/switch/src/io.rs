//! What goes into the switch and what comes out.

use crate::{
    board::CallRecord,
    flows::CallFlows,
    fuse::FuseId,
    gate::OnBehalfOf,
    happening::{CallSide, Happening, Listening, RefusalReason},
    mailboxes::MailboxCounts,
    questions::{Answer, Question, QuestionId},
    registrations::BindingChange,
};
use bytes::Bytes;
use media::{MediaCommand, MediaEvent};
use office::{
    CallId, CallOf, ConferenceRoomId, Country, DeviceId, Office, OutsideUsage, ParkSlot, PeerId,
    PersonId, PhoneNumber, Secret, TrunkId,
};
use sip_transaction::ResolveId;
use sip_transport::{ConnectionId, Flow, Listener, Query, Resolution, Target};
use std::{collections::BTreeMap, net::IpAddr, sync::Arc, time::Instant};

/// A call of somebody outside that the office would pass on to a number outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassedOn {
    /// Who calls; none who shows a number, or any call of the office itself.
    pub caller: Option<PhoneNumber>,
    /// The number of the office they have called; a line's main number for none.
    pub called: Option<PhoneNumber>,
}

/// One thing the outside world reports.
#[derive(Debug)]
pub enum Input {
    /// A datagram, or one message cut from a stream.
    Message {
        /// The path it came over.
        flow: Flow,
        /// The bytes.
        bytes: Bytes,
    },
    /// The host listens on a socket.
    Listening(Listener),
    /// The host no longer listens there (the interface is gone).
    StoppedListening(Listener),
    /// The host accepted a connection; its number is the host's.
    Accepted(Flow),
    /// A connection asked for by [`Output::Connect`] is open.
    Connected(ConnectionId),
    /// A connection closed or could not be opened.
    Closed(ConnectionId),
    /// The network says that nobody listens at the far end of a UDP flow (ICMP).
    Unreachable(Flow),
    /// News from the media thread.
    Media(MediaEvent),
    /// Answer to [`Output::Resolve`].
    Resolved {
        /// The question's number.
        id: ResolveId,
        /// What the name service said.
        answer: Resolution,
    },
    /// Answer to [`Output::Ask`].
    Answered {
        /// The question's number.
        id: QuestionId,
        /// The answer.
        answer: Answer,
    },
    /// The configuration changed.
    OfficeChanged(Arc<Office>),
    /// Call flows were published, changed or removed: what calls get that begin from now on.
    FlowsChanged(Arc<CallFlows>),
    /// What lies in all mailboxes: at start, before anything is listened on.
    Mailboxes(Arc<[MailboxCounts]>),
    /// What lies in one mailbox, after somebody heard, kept or deleted messages in the window.
    MailboxChanged(MailboxCounts),
    /// The secrets by which calls of registered lines are known, at least 16 letters and digits
    /// each: at start, before anything is listened on, and with every line that is new. A line
    /// without one gets one that lasts till the engine stops.
    LineTokens(BTreeMap<TrunkId, Secret>),
    /// What an earlier run has counted of calls outside, at least that of this day, better of the last
    /// three months: at start, before anything is listened on.
    Ledger(Vec<OutsideUsage>),
    /// The phones that were met: at start, and after somebody has cleared one. Each with its device,
    /// its mark, and whether it was cleared.
    KnownPhones(Vec<(DeviceId, String, bool)>),
    /// Who called for help of late and may be called back: at start, before anything is listened on.
    CallBacks(Vec<KnownCallBack>),
    /// Somebody with authority over the office asks for something.
    Command(Command),
    /// The wall clock was set: milliseconds since 1970 UTC now.
    WallClock(i64),
    /// Nothing happened but time.
    Tick,
}

/// Somebody has called for help; whoever calls the number that was shown reaches them for an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCallBack {
    /// The number that was shown.
    pub number: PhoneNumber,
    /// Who called.
    pub person: PersonId,
    /// From which phone.
    pub device: Option<DeviceId>,
    /// When, in milliseconds since 1970 UTC.
    pub unix_ms: i64,
}

/// Somebody or something wanted to call abroad, or where it costs extra.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedAbroad {
    /// When, in milliseconds since 1970 UTC.
    pub unix_ms: i64,
    /// Who pays.
    pub on_behalf_of: OnBehalfOf,
    /// What was dialled, or was to be: clean text.
    pub number: String,
    /// Where that is, if it is in a country that is known.
    pub country: Option<Country>,
    /// In which way it wanted out, in one word.
    pub way: &'static str,
    /// Why it was refused, if it was.
    pub refused: Option<RefusalReason>,
    /// The line on which it was let through first.
    pub line: Option<TrunkId>,
    /// The other system to which it was let through.
    pub peer: Option<PeerId>,
    /// The phone that asked, where one did.
    pub phone: Option<AskingPhone>,
    /// The call; none if there was none yet.
    pub call: Option<CallId>,
}

/// A phone that asked for a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskingPhone {
    /// Its login.
    pub device: DeviceId,
    /// Where the request came from.
    pub address: IpAddr,
    /// What it says it is: clean text.
    pub agent: Option<String>,
}

/// Who asks for a call: calls of programs have a limit of their own
/// ([`OutsideAdmission::max_dialer`](office::OutsideAdmission)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Somebody in a window.
    Somebody,
    /// A program, with the token of this computer.
    Program,
}

/// What the board and the API may ask of the switch.
///
/// A command with a ticket is answered by exactly one
/// [`What::CommandDone`](crate::What::CommandDone) with that ticket, told after all that the command
/// brought about at once. Tickets are the asker's; the switch only repeats them. A fault inside
/// the switch, told as [`What::CallFaulted`](crate::What::CallFaulted), swallows the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// End a call.
    HangUp(CallId),
    /// Let the sound of a call take another way.
    MoveMedia {
        /// The call.
        call: CallId,
        /// The way.
        to: crate::happening::MediaWay,
    },
    /// Click to call: the person's own phones ring, showing whom they are about to call; once one
    /// is picked up the number is called on their behalf. See `features/click_to_call.rs`.
    ///
    /// Taken: the new call, told as [`What::CallerArrived`](crate::What::CallerArrived) with
    /// `from_board`. Refused: [`CommandRefusal::NoSuchPerson`](crate::CommandRefusal),
    /// `OwnPhonesOffline`, or `Call` with what a caller would have been told; no call begins.
    Originate {
        /// Repeated in the answer.
        ticket: u64,
        /// Who calls.
        person: PersonId,
        /// The number to call, as they would dial it.
        to: String,
        /// The only line it may take, where that line is to be tried; then nothing but a number
        /// outside is called.
        line: Option<TrunkId>,
        /// Who asks.
        asker: Asker,
    },
    /// Hands one side of a talk to a number. The two go on talking until somebody answers there;
    /// then the side that is not kept is let go. When nobody can be had nothing changes:
    /// [`What::TransferFailed`](crate::What::TransferFailed). If the side that is not kept hangs up
    /// meanwhile, its own phones ring again when the number cannot be had.
    ///
    /// Refused: `NoSuchCall`, `NotNow`, or `Call` with why the number cannot be called.
    Transfer {
        /// Repeated in the answer.
        ticket: u64,
        /// The call; somebody has answered it.
        call: CallId,
        /// The side that is put through.
        keep: CallSide,
        /// The number it is put through to.
        to: String,
        /// Who asks.
        asker: Asker,
    },
    /// Parks one side of a talk; the other is let go, and gets the call back when nobody fetches it.
    ///
    /// Refused: `NoSuchCall`, `NotNow`, or `Call` with why it cannot be parked there.
    Park {
        /// Repeated in the answer.
        ticket: u64,
        /// The call; somebody has answered it.
        call: CallId,
        /// The side that is parked.
        keep: CallSide,
        /// Where; in the next free slot for none.
        slot: Option<ParkSlot>,
    },
    /// Brings a call to a person's phones, do-not-disturb or not: whoever takes a call over wants
    /// it. A parked call stays in its slot until one is picked up. A ringing call stops ringing where it rings and rings there. Of a talk, the side that is
    /// the person's own is replaced, or else the callee's: their phones ring, the talk goes on until
    /// one is picked up, then whoever had that side is let go (told as a transfer).
    ///
    /// Refused: `NoSuchCall`, `NoSuchPerson`, `AlreadyThere`, `NotNow`, or `Call` with
    /// `NobodyOnline`, `PersonBusy` or trouble with the sound. A refused take-over leaves the call as
    /// it was.
    TakeOver {
        /// Repeated in the answer.
        ticket: u64,
        /// The call.
        call: CallId,
        /// Who takes it.
        person: PersonId,
    },
    /// Starts, pauses, resumes or stops the recording of a talk. That it began, or why it could not,
    /// is told by happenings: both sides may have to be told first. Starting what runs is no error.
    ///
    /// Refused: `NoSuchCall`, `NeverRecorded`, `AlwaysRecorded` (to stop), `NotNow`.
    RecordCall {
        /// Repeated in the answer.
        ticket: u64,
        /// The call.
        call: CallId,
        /// What to do.
        action: RecordAction,
    },
    /// Lets a person listen to a talk of others, whisper to one of them or talk with both: their phones
    /// ring, and once one is picked up they are in. Who is in already takes part otherwise from now on.
    /// That they are in is told as [`What::ListenedTo`](crate::What::ListenedTo).
    ///
    /// Taken: the call in which they listen. Refused: `NoSuchCall`, `NoSuchPerson`, `NotNow`,
    /// `AlreadyThere`, `NeverListenedTo`, `OwnPhonesOffline`, or `Call` with trouble with the sound or
    /// as many calls as they may have.
    ListenIn {
        /// Repeated in the answer.
        ticket: u64,
        /// The talk.
        call: CallId,
        /// Who listens.
        person: PersonId,
        /// How.
        how: Listening,
    },
    /// Forgets failed tries to log in, so that a mended phone may register at once: those for a
    /// user name from anywhere, those from an address for any name. With both, both. Always taken.
    Forgive {
        /// Repeated in the answer.
        ticket: u64,
        /// The user name.
        user: Option<String>,
        /// The address, without its port.
        address: Option<IpAddr>,
    },
    /// Locks a conference room, so that only its host gets in, or unlocks it.
    ///
    /// Refused: `NoSuchRoom`, `RoomEmpty`.
    LockRoom {
        /// Repeated in the answer.
        ticket: u64,
        /// The room.
        room: ConferenceRoomId,
        /// Locked from now on.
        locked: bool,
    },
    /// Mutes a member of a conference room, or everybody but its hosts and whoever comes later, or
    /// lets them be heard again. They may unmute themselves.
    ///
    /// Refused: `NoSuchRoom`, `RoomEmpty`, `NotInRoom`.
    MuteMember {
        /// Repeated in the answer.
        ticket: u64,
        /// The room.
        room: ConferenceRoomId,
        /// The member's call; everybody but hosts for `None`.
        call: Option<CallId>,
        /// Muted from now on.
        muted: bool,
    },
    /// Sends a member out of a conference room; they are told so, and hung up.
    ///
    /// Refused: `NoSuchRoom`, `RoomEmpty`, `NotInRoom`.
    RemoveMember {
        /// Repeated in the answer.
        ticket: u64,
        /// The room.
        room: ConferenceRoomId,
        /// The member's call.
        call: CallId,
    },
    /// Records a conference room, or stops that. Everybody in it hears that it is recorded, and so
    /// does whoever comes later.
    ///
    /// Refused: `NoSuchRoom`, `RoomEmpty`, `NeverRecorded`.
    RecordRoom {
        /// Repeated in the answer.
        ticket: u64,
        /// The room.
        room: ConferenceRoomId,
        /// Recorded from now on.
        on: bool,
    },
    /// Rings the person a number leads to; once they pick up they are in the conference room, without
    /// being asked its PIN and although it is locked. Their phones show the room as the caller.
    ///
    /// Taken: the new call, told as [`What::CallerArrived`](crate::What::CallerArrived) with
    /// `from_board`. Refused: `NoSuchRoom`, `RoomFull`, or `Call` with what a caller would have been
    /// told.
    InviteToRoom {
        /// Repeated in the answer.
        ticket: u64,
        /// The room.
        room: ConferenceRoomId,
        /// Who asks, and pays for a number outside; without them nobody outside is asked in.
        by: Option<PersonId>,
        /// The number to call.
        to: String,
    },
    /// Rings a person's phones; whoever picks up speaks a greeting after the tone, which is kept
    /// among the sounds of the office ([`Question::KeepSound`]).
    ///
    /// Taken: the new call, told as [`What::CallerArrived`](crate::What::CallerArrived) with
    /// `from_board`. Refused: `NoSuchPerson`, `OwnPhonesOffline`, or `Call` with what a caller would
    /// have been told.
    RecordSound {
        /// Repeated in the answer.
        ticket: u64,
        /// Who speaks.
        person: PersonId,
        /// What the sound will be called.
        title: String,
    },
    /// Registers a line at once, and asks whether it is there, whatever it waits for; out of
    /// [`LineState::Refused`](crate::LineState::Refused) too. What comes of it is told as
    /// [`What::LineChanged`](crate::What::LineChanged), at least once.
    ///
    /// Refused: `NoSuchLine`, `LineOff`.
    RegisterLine {
        /// Repeated in the answer.
        ticket: u64,
        /// The line.
        line: TrunkId,
    },
    /// Tries a line by a call to one of its own numbers, which goes out over it and is to come back in;
    /// told as [`What::LineTried`](crate::What::LineTried) when it is over.
    ///
    /// Taken: the call, or the one that goes on already. Refused: `NoSuchLine`, `LineOff`,
    /// `NoSuchPerson`, or `Call` with why it may not be made (`UnknownNumber`: the office has no such
    /// number on that line).
    TryRoundTrip {
        /// Repeated in the answer.
        ticket: u64,
        /// The line.
        line: TrunkId,
        /// The number to call; the line's main number, or else its first, for none.
        number: Option<PhoneNumber>,
        /// Who pays.
        person: PersonId,
    },
    /// Asks what would become of a call outside, and why. Told as
    /// [`What::Explained`](crate::What::Explained) with the same ticket. Nothing comes of asking.
    ///
    /// Refused: `NoSuchPerson`.
    Explain {
        /// Repeated in the answer.
        ticket: u64,
        /// Whose call.
        whose: CallOf,
        /// What they would dial.
        number: String,
        /// Whose call it is that the office itself would pass on.
        passed_on: PassedOn,
        /// Whether they hide their number.
        hidden: bool,
        /// The only line it would be let out on, if it is about that one.
        line: Option<TrunkId>,
        /// By the hours of which moment, in milliseconds since 1970; of now for none. Lines and the
        /// limits of the day are always as they are now.
        at_unix_ms: Option<i64>,
    },
    /// Puts a fuse back in that has blown: its count of today begins anew.
    ///
    /// Refused: `NoSuchFuse`.
    ResetFuse {
        /// Repeated in the answer.
        ticket: u64,
        /// Which.
        fuse: FuseId,
    },
    /// End all calls and refuse new ones: the engine is stopping.
    ShutDown,
}

/// What to do with the recording of a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordAction {
    /// Begin.
    Start,
    /// Keep nothing for a while: somebody reads out the number of a card.
    Pause,
    /// Go on.
    Resume,
    /// End it.
    Stop,
}

/// One thing for the host to do.
#[derive(Debug)]
pub enum Output {
    /// Send these bytes: one whole message.
    Send {
        /// Over this flow.
        flow: Flow,
        /// The message.
        bytes: Bytes,
    },
    /// Open a connection, then report [`Input::Connected`] or [`Input::Closed`].
    Connect {
        /// The number it will have.
        connection: ConnectionId,
        /// Where to.
        target: Target,
    },
    /// Close a connection.
    Close(ConnectionId),
    /// Ask the name service, then report [`Input::Resolved`].
    Resolve {
        /// The question's number.
        id: ResolveId,
        /// The question.
        query: Query,
    },
    /// An order for the media thread.
    Media(MediaCommand),
    /// Something to be done or looked up elsewhere, then reported by [`Input::Answered`]. What is
    /// asked first is done first.
    Ask {
        /// The question's number.
        id: QuestionId,
        /// The question.
        question: Question,
    },
    /// Something to be kept.
    Store(Write),
    /// Something happened.
    Tell(Arc<Happening>),
    /// A message of a call went in or out, with its secrets masked.
    Trace(TracedMessage),
    /// Nothing more to do until then, or until the next input.
    SleepUntil(Option<Instant>),
}

/// Something to be kept.
#[derive(Debug, Clone)]
pub enum Write {
    /// A registration changed.
    Binding(Box<BindingChange>),
    /// A call ended.
    Call(Box<CallRecord>),
    /// Somebody has called for help: to be kept at once, a power cut may follow.
    CallBack(KnownCallBack),
    /// Somebody wanted to call abroad, or where it costs extra: for the audit log.
    AskedAbroad(Box<AskedAbroad>),
    /// What calls outside have used up. Adds to what is kept.
    Ledger(Vec<OutsideUsage>),
    /// A phone registered that is new for its device, by its kind or its network.
    PhoneMet {
        /// The device.
        device: DeviceId,
        /// What tells such phones from others.
        mark: String,
        /// When, in milliseconds since 1970 UTC.
        unix_ms: i64,
    },
    /// The inputs that led to a fault, for a report and a test.
    FlightRecording {
        /// The call.
        call: Option<CallId>,
        /// The recording as text.
        text: String,
    },
}

/// A SIP message of a call, as shown in its ladder.
#[derive(Debug, Clone)]
pub struct TracedMessage {
    /// The call.
    pub call: CallId,
    /// Which leg of it.
    pub leg: u32,
    /// Milliseconds since 1970 UTC.
    pub unix_ms: i64,
    /// Whether it came in.
    pub incoming: bool,
    /// The path.
    pub flow: Flow,
    /// The message; credentials and keys are masked.
    pub bytes: Bytes,
}
