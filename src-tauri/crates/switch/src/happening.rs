//! What happened in the office, in past tense and with its reason: the one vocabulary that board,
//! call history, support log and tests read.

use callflow::TraceStep;
use office::{
    CallId, CallRecordingId, ConferenceRoomId, DeviceId, FlowId, MailboxId, MessageId, PersonId,
};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// When, on the monotonic clock: differences are true even when the wall clock is set.
    pub at: Instant,
    /// When, as milliseconds since 1970 UTC.
    pub unix_ms: i64,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum What {
    /// A phone registered that was not registered before.
    PhoneCameOnline {
        /// The device.
        device: DeviceId,
        /// Whose it is.
        person: PersonId,
        /// Where it is: address of its signalling.
        address: String,
        /// `udp`, `tcp`, `tls`, `ws` or `wss`.
        transport: String,
        /// What it calls itself.
        user_agent: String,
    },
    /// A phone is no longer reachable.
    PhoneWentOffline {
        /// The device.
        device: DeviceId,
        /// Whose it is.
        person: PersonId,
        /// Why.
        reason: OfflineReason,
    },
    /// Someone failed to prove who they are.
    LoginRefused {
        /// The user name tried.
        user: String,
        /// From where.
        address: String,
        /// Why.
        reason: LoginRefusal,
        /// The device that has this user name, if there is one. Told to the office only: on the
        /// wire an unknown name and a wrong password look alike.
        device: Option<DeviceId>,
    },
    /// Failed tries were forgotten ([`Command::Forgive`](crate::Command::Forgive)): a mended phone
    /// may register at once.
    LoginForgiven {
        /// The user name.
        user: Option<String>,
        /// The address without its port.
        address: Option<String>,
    },
    /// The office no longer has this device.
    DeviceRemoved {
        /// The device.
        device: DeviceId,
    },
    /// A caller arrived and was let in, or a call was started from the board.
    CallerArrived {
        /// The call.
        call: CallId,
        /// Who calls.
        from: Party,
        /// What was dialled.
        dialled: String,
        /// Started from the board ([`Command::Originate`](crate::Command::Originate)): the caller's
        /// own phones ring first.
        from_board: bool,
    },
    /// The caller picked up the call that was started for them from the board; now the number is
    /// called.
    CallerPickedUp {
        /// The call.
        call: CallId,
        /// The leg that picked up.
        leg: u32,
        /// The caller, at that phone.
        by: Party,
    },
    /// A call was turned away before anything rang.
    CallRefused {
        /// The call.
        call: CallId,
        /// Why.
        reason: RefusalReason,
    },
    /// One device of someone was asked to ring.
    DeviceCalled {
        /// The call.
        call: CallId,
        /// Which leg of it.
        leg: u32,
        /// Who is called.
        to: Party,
        /// How its sound will travel; not known while a caller's own phones ring.
        media: Option<MediaWay>,
    },
    /// That device says it rings.
    DeviceRang {
        /// The call.
        call: CallId,
        /// Which leg.
        leg: u32,
    },
    /// That device stopped ringing without answering.
    DeviceStopped {
        /// The call.
        call: CallId,
        /// Which leg.
        leg: u32,
        /// Why.
        reason: StopReason,
    },
    /// Someone answered; the two can talk.
    CallAnswered {
        /// The call.
        call: CallId,
        /// The leg that answered.
        leg: u32,
        /// Who.
        by: Party,
        /// The side they are on: the callee's, unless the caller is being handed on.
        side: CallSide,
    },
    /// The office itself answered and lets the caller hear themselves.
    EchoBegan {
        /// The call.
        call: CallId,
        /// The office, as the other party.
        by: Party,
    },
    /// The office itself answered and attends to the caller.
    OfficeAnswered {
        /// The call.
        call: CallId,
        /// The office, as the other party.
        by: Party,
        /// What it does for them.
        service: OfficeService,
    },
    /// A caller went a step in a call flow.
    FlowStep {
        /// The call.
        call: CallId,
        /// Which version of the flow the call keeps; 0 for a draft.
        revision: u64,
        /// The node, what happened there and why.
        step: TraceStep,
    },
    /// A caller left a call flow for a person, a mailbox or a room, where they stay.
    FlowLeft {
        /// The call.
        call: CallId,
        /// The flow they had dialled.
        flow: FlowId,
    },
    /// A call flow marked the call for the history.
    CallLabelled {
        /// The call.
        call: CallId,
        /// In few words each.
        tags: Vec<String>,
        /// What those see who take the call; empty for nothing.
        note: String,
    },
    /// A line was tested.
    LineTested {
        /// The call.
        call: CallId,
        /// What came out.
        result: LineTestResult,
    },
    /// A message was left and is kept.
    MessageLeft {
        /// The call.
        call: CallId,
        /// Where.
        mailbox: MailboxId,
        /// Which.
        message: MessageId,
        /// How long it is.
        lasts: Duration,
    },
    /// Somebody came into a conference room.
    RoomJoined {
        /// Their call.
        call: CallId,
        /// The room.
        room: ConferenceRoomId,
        /// Who.
        by: Party,
        /// They proved to be its host.
        host: bool,
        /// Nobody hears them.
        muted: bool,
        /// They hear music until the host has come.
        waits: bool,
    },
    /// Somebody was not let into a conference room.
    RoomRefused {
        /// Their call.
        call: CallId,
        /// The room.
        room: ConferenceRoomId,
        /// Why.
        reason: RoomRefusal,
    },
    /// Somebody left a conference room.
    RoomLeft {
        /// Their call.
        call: CallId,
        /// The room.
        room: ConferenceRoomId,
        /// Who.
        by: Party,
    },
    /// Nobody more is let into a conference room.
    RoomLocked {
        /// The room.
        room: ConferenceRoomId,
        /// The host who locked it; none at the board.
        by: Option<Party>,
    },
    /// A conference room is open again.
    RoomUnlocked {
        /// The room.
        room: ConferenceRoomId,
        /// The host who unlocked it; none at the board.
        by: Option<Party>,
    },
    /// A member of a conference room is no longer heard.
    MemberMuted {
        /// Their call.
        call: CallId,
        /// The room.
        room: ConferenceRoomId,
    },
    /// A member of a conference room is heard again.
    MemberUnmuted {
        /// Their call.
        call: CallId,
        /// The room.
        room: ConferenceRoomId,
    },
    /// A member was sent out of a conference room from the board.
    MemberRemoved {
        /// Their call.
        call: CallId,
        /// The room.
        room: ConferenceRoomId,
    },
    /// A conference room is recorded.
    RoomRecordingBegan {
        /// The room.
        room: ConferenceRoomId,
        /// The recording.
        recording: CallRecordingId,
    },
    /// A conference room is no longer recorded into this file.
    RoomRecordingEnded {
        /// The room.
        room: ConferenceRoomId,
        /// The recording.
        recording: CallRecordingId,
        /// How much sound it holds.
        lasts: Duration,
    },
    /// Somebody else has the word in a conference room, at most twice a second. Of no call: it is for
    /// whoever looks at the room now, not for the history.
    SomebodySpoke {
        /// The room.
        room: ConferenceRoomId,
        /// The member, by their call; nobody for `None`.
        member: Option<CallId>,
    },
    /// How a party is heard by now, told every few seconds while its sound comes through here. Of no
    /// call: it is for whoever looks at the call now; what came of it is told when the call ends.
    SoundMeasured {
        /// The call.
        of: CallId,
        /// How the party was heard so far.
        quality: SideQuality,
    },
    /// Somebody hears a mailbox by phone: it is their own, or they knew its PIN.
    MailboxOpened {
        /// The call.
        call: CallId,
        /// Which mailbox.
        mailbox: MailboxId,
    },
    /// A message was heard by phone.
    MessageHeard {
        /// The call in which it was heard.
        call: CallId,
        /// Where it lies.
        mailbox: MailboxId,
        /// Which.
        message: MessageId,
    },
    /// A message was deleted by phone.
    MessageDeleted {
        /// The call in which that was done.
        call: CallId,
        /// Where it lay.
        mailbox: MailboxId,
        /// Which.
        message: MessageId,
    },
    /// A message was forwarded by phone: a copy lies in another mailbox.
    MessageForwarded {
        /// The call in which that was done.
        call: CallId,
        /// The other mailbox.
        mailbox: MailboxId,
        /// The copy.
        message: MessageId,
    },
    /// The PIN of a mailbox was wrong too often: for a while it can be heard from its owner's phones
    /// only.
    MailboxLocked {
        /// The call with the last try.
        call: CallId,
        /// Which mailbox.
        mailbox: MailboxId,
        /// Until when, unless it gets another PIN; milliseconds since 1970 UTC.
        until_unix_ms: i64,
    },
    /// The PIN of a mailbox that was locked may be dialled again: it is another one, or somebody
    /// knew it after all.
    MailboxUnlocked {
        /// Which mailbox.
        mailbox: MailboxId,
    },
    /// The PIN of a conference room was wrong too often: for a while nobody is let in who has to dial
    /// it.
    RoomPinLocked {
        /// The call with the last try.
        call: CallId,
        /// Which room.
        room: ConferenceRoomId,
        /// Until when, unless it gets another PIN; milliseconds since 1970 UTC.
        until_unix_ms: i64,
    },
    /// Something of a call could not be kept: the disk is full, or the store failed.
    NotKept {
        /// The call.
        call: CallId,
        /// Why, for support.
        why: String,
    },
    /// A call is recorded from now on.
    RecordingBegan {
        /// The call.
        call: CallId,
        /// The recording.
        recording: CallRecordingId,
        /// Whether both sides have been told.
        announced: bool,
    },
    /// The recording of a call was paused.
    RecordingPaused {
        /// The call.
        call: CallId,
        /// Who paused it by keys; the board for `None`.
        by: Option<Party>,
    },
    /// A recording that was paused goes on.
    RecordingResumed {
        /// The call.
        call: CallId,
        /// Who resumed it by keys; the board for `None`.
        by: Option<Party>,
    },
    /// A recording is whole. May come after the end of its call.
    RecordingEnded {
        /// The call.
        call: CallId,
        /// The recording; if it holds nothing it is not kept.
        recording: CallRecordingId,
        /// How long it is, without its pauses.
        lasts: Duration,
        /// Why it ended.
        why: RecordingStop,
    },
    /// A call was to be recorded and is not; it goes on.
    RecordingRefused {
        /// The call.
        call: CallId,
        /// Why.
        why: NotRecorded,
    },
    /// Two phones agreed on the sound they send, for the first time or anew.
    SoundAgreed {
        /// The call.
        call: CallId,
        /// The first codec of the answer, such as `G.722`.
        codec: String,
    },
    /// A ringing call was taken over from the board: it rings at this person's phones instead.
    CallTakenOver {
        /// The call.
        call: CallId,
        /// Who takes it; not at any one phone yet.
        by: Party,
    },
    /// One side put the other on hold.
    CallHeld {
        /// The call.
        call: CallId,
        /// Who pressed hold.
        by: Party,
    },
    /// The side that held took the call back.
    CallResumed {
        /// The call.
        call: CallId,
        /// Who.
        by: Party,
    },
    /// The sound of a call took another way.
    MediaMoved {
        /// The call.
        call: CallId,
        /// The way it takes now.
        media: MediaWay,
    },
    /// A transfer was asked for.
    TransferBegan {
        /// The call.
        call: CallId,
        /// Who transfers.
        by: Party,
        /// The number dialled, or the other party for an attended transfer.
        to: String,
        /// With consultation.
        attended: bool,
        /// Asked for at the board rather than at a phone.
        from_board: bool,
    },
    /// A transfer went through; the call is between these two now.
    TransferDone {
        /// The call.
        call: CallId,
        /// Who transferred.
        by: Party,
        /// Who has the call now.
        to: Party,
    },
    /// A transfer failed; the call is as it was.
    TransferFailed {
        /// The call.
        call: CallId,
        /// SIP status that says why.
        status: u16,
    },
    /// A call changed hands: this leg was replaced by another phone (pickup, attended transfer).
    LegReplaced {
        /// The call.
        call: CallId,
        /// Who takes over.
        by: Party,
        /// Whose phone is let go.
        replaced: Party,
    },
    /// The call is over.
    CallEnded {
        /// The call.
        call: CallId,
        /// Why.
        reason: EndReason,
        /// Who ended it, when a person did.
        by: Option<Party>,
        /// How each party was heard whose sound came through here for some seconds.
        quality: Vec<SideQuality>,
    },
    /// A fault inside the switch ended this call; its recording was kept.
    CallFaulted {
        /// The call, when it is known.
        call: Option<CallId>,
        /// What the fault said.
        fault: String,
    },
    /// The office changed its configuration.
    OfficeChanged,
    /// Packets of strangers were kept out of a call's sound.
    StrangerRefused {
        /// The call.
        call: CallId,
        /// How many.
        packets: u64,
        /// The latest sender.
        from: String,
    },
    /// What became of a command that carried a ticket. Comes after everything the command brought
    /// about at once.
    CommandDone {
        /// The ticket.
        ticket: u64,
        /// What became of it.
        result: CommandResult,
    },
}

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
    /// A call like this would be turned away.
    Call(RefusalReason),
}

/// Why a recording ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RecordingStop {
    /// The call ended.
    CallEnded,
    /// Others talk now. Where they are recorded too, another one begins.
    PartiesChanged,
    /// Somebody stopped it.
    Stopped,
    /// It reached the longest; another one goes on.
    Longest,
    /// The disk is full, cannot be written to, or was so slow that the recording has gaps.
    Disk,
}

/// Why a call is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NotRecorded {
    /// The sound of a phone is encrypted, or of a codec the office does not speak.
    SoundNotKnown,
    /// The phones would not send their sound through the office.
    SoundStaysElsewhere,
    /// Those who talk could not be told.
    NotAnnounced,
    /// The store could not note it.
    NotKept,
}

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
    /// It takes down a greeting that they speak.
    Recording,
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

/// One of the two sides of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CallSide {
    /// Who called, or whoever has their place now.
    Caller,
    /// Who was called, or whoever has their place now.
    Callee,
}

impl CallSide {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> CallSide {
        match self {
            CallSide::Caller => CallSide::Callee,
            CallSide::Callee => CallSide::Caller,
        }
    }
}

/// Someone in a call, as the office knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// The person, when they belong to the office.
    pub person: Option<PersonId>,
    /// The device.
    pub device: Option<DeviceId>,
    /// Name as shown.
    pub name: String,
    /// Number as shown.
    pub number: String,
}

/// How the sound of a call travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MediaWay {
    /// Straight between the two phones.
    Direct,
    /// Through the office's relay.
    Relayed,
}

/// Why a phone is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum OfflineReason {
    /// It signed off.
    SignedOff,
    /// It did not renew its registration in time.
    Expired,
    /// Its connection closed.
    ConnectionClosed,
    /// Another registration of the same device took its place.
    Replaced,
    /// The office removed the device.
    Removed,
}

/// Why a login failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LoginRefusal {
    /// Unknown user name or wrong password; which of the two is not told to the caller.
    BadCredentials,
    /// Too many failed tries.
    TooManyTries,
}

/// Why a call was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RefusalReason {
    /// The office has no such number.
    UnknownNumber,
    /// The number is set to turn callers away.
    NumberHangsUp,
    /// Nobody's phone is online there.
    NobodyOnline,
    /// The person called has as many calls as they may.
    PersonBusy,
    /// The person called does not want to be disturbed.
    DoNotDisturb,
    /// The caller has as many calls as they may.
    CallerAtLimit,
    /// The office has as many calls as it may.
    OfficeAtLimit,
    /// No ports are left for the sound.
    NoMediaPorts,
    /// The caller's description of the sound cannot be read.
    BadMedia,
    /// The office is shutting down.
    ShuttingDown,
}

/// Why one device stopped ringing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StopReason {
    /// Another device answered.
    AnsweredElsewhere,
    /// The caller gave up.
    CallerGaveUp,
    /// The call was taken over and rings elsewhere.
    TakenOver,
    /// It rang for as long as it may.
    RangOut,
    /// It said busy.
    Busy,
    /// Someone pressed decline.
    Declined,
    /// It did not answer the request at all.
    Unreachable,
    /// It answered with this SIP status.
    Refused(u16),
    /// The call was ended by the office.
    CallEnded,
}

/// Why a call is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EndReason {
    /// Somebody hung up.
    HungUp,
    /// The caller gave up while it rang.
    CallerGaveUp,
    /// Nobody answered in time.
    NobodyAnswered,
    /// Everybody was busy.
    Busy,
    /// Someone declined.
    Declined,
    /// No phone could be reached.
    Unreachable,
    /// It was turned away, see the refusal.
    Refused,
    /// The far end vanished: no refresh of the session (RFC 4028).
    SessionExpired,
    /// No sound from either side for too long.
    Silent,
    /// The answer was never acknowledged.
    NotAcknowledged,
    /// A phone answered in a way that allows no call.
    Failed,
    /// It became part of another call by transfer.
    Transferred,
    /// The office ended it (board, shutdown).
    EndedByOffice,
    /// A fault inside the switch.
    Fault,
}

/// How one party of a call was heard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SideQuality {
    /// Who.
    pub party: Party,
    /// Packets that came from them.
    pub packets: u64,
    /// Packets lost on the way to us.
    pub lost: u64,
    /// Interarrival jitter, in the mean.
    pub jitter: Duration,
    /// Packets to them and back, in the mean; `None` where their phone does not report it.
    pub round_trip: Option<Duration>,
    /// Estimated opinion of a listener, 1 to 4.5 (ITU-T G.107), in the mean.
    pub mos: f32,
    /// The same in the worst few seconds.
    pub worst_mos: f32,
}

impl What {
    /// The call this belongs to.
    pub fn call(&self) -> Option<CallId> {
        match self {
            What::CallerArrived { call, .. }
            | What::CallRefused { call, .. }
            | What::DeviceCalled { call, .. }
            | What::DeviceRang { call, .. }
            | What::DeviceStopped { call, .. }
            | What::CallerPickedUp { call, .. }
            | What::CallAnswered { call, .. }
            | What::EchoBegan { call, .. }
            | What::OfficeAnswered { call, .. }
            | What::FlowStep { call, .. }
            | What::FlowLeft { call, .. }
            | What::CallLabelled { call, .. }
            | What::LineTested { call, .. }
            | What::MessageLeft { call, .. }
            | What::NotKept { call, .. }
            | What::MailboxOpened { call, .. }
            | What::MessageHeard { call, .. }
            | What::MessageDeleted { call, .. }
            | What::MessageForwarded { call, .. }
            | What::MailboxLocked { call, .. }
            | What::RoomPinLocked { call, .. }
            | What::RoomJoined { call, .. }
            | What::RoomRefused { call, .. }
            | What::RoomLeft { call, .. }
            | What::MemberMuted { call, .. }
            | What::MemberUnmuted { call, .. }
            | What::MemberRemoved { call, .. }
            | What::RecordingBegan { call, .. }
            | What::RecordingPaused { call, .. }
            | What::RecordingResumed { call, .. }
            | What::RecordingEnded { call, .. }
            | What::RecordingRefused { call, .. }
            | What::SoundAgreed { call, .. }
            | What::CallTakenOver { call, .. }
            | What::CallHeld { call, .. }
            | What::CallResumed { call, .. }
            | What::MediaMoved { call, .. }
            | What::TransferBegan { call, .. }
            | What::TransferDone { call, .. }
            | What::TransferFailed { call, .. }
            | What::LegReplaced { call, .. }
            | What::CallEnded { call, .. }
            | What::StrangerRefused { call, .. } => Some(*call),
            What::CallFaulted { call, .. } => *call,
            What::PhoneCameOnline { .. }
            | What::PhoneWentOffline { .. }
            | What::LoginRefused { .. }
            | What::LoginForgiven { .. }
            | What::DeviceRemoved { .. }
            | What::MailboxUnlocked { .. }
            | What::RoomLocked { .. }
            | What::RoomUnlocked { .. }
            | What::RoomRecordingBegan { .. }
            | What::RoomRecordingEnded { .. }
            | What::SomebodySpoke { .. }
            | What::SoundMeasured { .. }
            | What::CommandDone { .. }
            | What::OfficeChanged => None,
        }
    }
}

impl RefusalReason {
    /// The SIP status that says so to the caller's phone.
    pub fn status(self) -> u16 {
        match self {
            RefusalReason::UnknownNumber => 404,
            RefusalReason::NumberHangsUp => 603,
            RefusalReason::NobodyOnline | RefusalReason::DoNotDisturb => 480,
            RefusalReason::PersonBusy => 486,
            RefusalReason::CallerAtLimit => 403,
            RefusalReason::OfficeAtLimit
            | RefusalReason::NoMediaPorts
            | RefusalReason::ShuttingDown => 503,
            RefusalReason::BadMedia => 488,
        }
    }
}
