//! What happened in the office, in past tense and with its reason: the one vocabulary that board,
//! call history, support log and tests read.

mod command;
mod outside;
mod party;
mod reasons;
mod recording;
mod service;

pub use command::{CommandRefusal, CommandResult};
pub use outside::{CameBack, HeardThere, KnownBy, LineReason, LineState, LineTrouble, Screened};
pub use party::{CallSide, Listening, MediaWay, Party, SideQuality};
pub use reasons::{EndReason, LoginRefusal, OfflineReason, RefusalReason, StopReason};
pub use recording::{NotRecorded, RecordingStop};
pub use service::{LineTest, LineTestResult, OfficeService, RoomRefusal};

use crate::{
    fuse::{FuseId, FuseState},
    gate::Explained,
};
use callflow::TraceStep;
use office::{
    CallId, CallRecordingId, ConferenceRoomId, Country, DestinationKind, DeviceId, FlowId,
    MailboxId, MessageId, ParkSlot, PersonId, PhoneNumber, TrunkId,
};
use serde::Serialize;
use std::net::IpAddr;
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
    /// A caller waits in a queue from now on.
    QueueJoined {
        /// The call.
        call: CallId,
        /// The flow that the queue is.
        queue: FlowId,
        /// Who has a higher one is served before all who have less.
        priority: i8,
    },
    /// A caller waits in a queue no longer.
    QueueLeft {
        /// The call.
        call: CallId,
        /// The flow that the queue is.
        queue: FlowId,
        /// How long they waited, in milliseconds.
        waited_ms: u64,
        /// Who of the office has taken their call; `None` if nobody has.
        by: Option<Party>,
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
        /// Whether the disk did not take its sound.
        disk: bool,
    },
    /// Somebody with authority hears a talk, or takes part in it otherwise than before. Both parties
    /// hear a tone.
    ListenedTo {
        /// The talk.
        call: CallId,
        /// Who.
        by: Party,
        /// How.
        how: Listening,
    },
    /// They have left the talk.
    ListenedToNoMore {
        /// The talk.
        call: CallId,
        /// Who.
        by: Party,
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
    /// One side of a call waits in a parking slot from now on.
    CallParked {
        /// The call.
        call: CallId,
        /// Where.
        slot: ParkSlot,
        /// Who has parked it; a call flow for nobody.
        by: Option<Party>,
        /// The side that waits.
        keeps: CallSide,
    },
    /// A parked call was fetched: it is a talk again.
    CallFetched {
        /// The call.
        call: CallId,
        /// Where it was parked.
        slot: ParkSlot,
        /// Who has it now.
        by: Party,
        /// Their side.
        side: CallSide,
    },
    /// Nobody has fetched a parked call in time. It rings at the phones of whoever has parked it, and
    /// waits on meanwhile.
    ParkedCallCameBack {
        /// The call.
        call: CallId,
        /// Where it is parked.
        slot: ParkSlot,
        /// Who has parked it; nobody where a call flow has, which goes on then.
        to: Option<Party>,
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
    /// A line to the outside world is in another state, or is so for another reason.
    LineChanged {
        /// The line.
        line: TrunkId,
        /// How it is.
        state: LineState,
        /// Why.
        reason: LineReason,
        /// What the far end said, such as `403 Forbidden`; empty if nothing.
        detail: String,
        /// When it is tried next, if it waits: milliseconds since 1970 UTC.
        next_try_unix_ms: Option<i64>,
    },
    /// A line is no longer set up.
    LineRemoved {
        /// The line.
        line: TrunkId,
    },
    /// Somebody outside called a number of the office.
    NumberCalled {
        /// The call.
        call: CallId,
        /// The line it came in on.
        line: TrunkId,
        /// The number, with `+` and country code where it could be read.
        number: String,
        /// Whether the office has set it up.
        known: bool,
        /// The number it was for before somebody forwarded it here, if the provider says so. Nothing
        /// is decided by it: anybody may write it.
        #[serde(skip_serializing_if = "Option::is_none")]
        forwarded_from: Option<String>,
        /// By what it was known to be this line's.
        known_by: KnownBy,
        /// The number as the provider writes it.
        called_as: String,
        /// The caller's number as the provider writes it; empty for those who hide it.
        caller_as: String,
    },
    /// A line was tried by a call to one of its own numbers, which is over.
    LineTried {
        /// The call.
        call: CallId,
        /// The line.
        line: TrunkId,
        /// The number called.
        number: String,
        /// The number whom is called was to be shown; none if it is hidden, or for the provider to
        /// choose.
        shows: Option<String>,
        /// As what it came back, if it did.
        back: Option<Box<CameBack>>,
        /// What was heard at the end that called, if it was answered.
        heard_out: Option<HeardThere>,
        /// What was heard at the end at which it came back.
        heard_back: Option<HeardThere>,
    },
    /// What was called is closed at this hour, and leads its callers elsewhere.
    HoursClosed {
        /// The call.
        call: CallId,
        /// What is closed: a number, an extension, or what a person is called.
        what: String,
        /// The person, if it is one.
        person: Option<PersonId>,
        /// What the hours are called.
        schedule: String,
        /// When it opens, in milliseconds since 1970 (UTC), if anybody knows.
        opens_unix_ms: Option<i64>,
        /// Who callers come to instead; nobody if they are turned away.
        instead: Option<Party>,
    },
    /// A caller from outside was looked at before they were let through.
    CallerScreened {
        /// The call.
        call: CallId,
        /// What became of it.
        how: Screened,
    },
    /// A call goes out on this line.
    LineChosen {
        /// The call.
        call: CallId,
        /// The line.
        line: TrunkId,
        /// The number whom is called is shown; none if it is hidden.
        shows: Option<String>,
        /// The number of the office the call was for, if it is forwarded and the line says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        forwarded: Option<String>,
    },
    /// A line that might have carried a call was passed over.
    LineSkipped {
        /// The call.
        call: CallId,
        /// The line.
        line: TrunkId,
        /// Why.
        reason: LineTrouble,
    },
    /// A line could not carry a call.
    LineFailed {
        /// The call.
        call: CallId,
        /// The line.
        line: TrunkId,
        /// Why.
        reason: LineTrouble,
    },
    /// Another telephone system does not encrypt its sound, as is demanded of it.
    PeerNotEncrypted {
        /// The call.
        call: CallId,
        /// The other system.
        to: Party,
    },
    /// A number outside was not called.
    OutsideRefused {
        /// The call.
        call: CallId,
        /// What was dialled.
        number: String,
        /// Why not.
        reason: RefusalReason,
        /// What kind of number it is, if it is one.
        destination: Option<DestinationKind>,
        /// Its country, if it has one.
        country: Option<Country>,
    },
    /// A limit of the day is used up: such calls are not made any more, and those going on end.
    FuseTripped {
        /// Which.
        fuse: FuseId,
        /// Seconds, money in hundredths of the smallest coin, or tries.
        used: u64,
        /// As many as may be.
        max: u64,
        /// The call that used it up, if one did.
        by: Option<CallId>,
    },
    /// Somebody with authority put a fuse back in.
    FuseReset {
        /// Which.
        fuse: FuseId,
    },
    /// How much of the limits of the day is used up: told while calls outside go on, and after them.
    FusesMeasured {
        /// Those that something was used up of, and the office's.
        fuses: Vec<FuseState>,
    },
    /// A phone registered that is new for its device, by its kind or its network. It may not call
    /// abroad before somebody has said so.
    PhoneMet {
        /// The device.
        device: DeviceId,
        /// What it says it is, if it does: clean text.
        agent: Option<String>,
        /// Where it is.
        address: IpAddr,
    },
    /// What would become of a call outside, for whoever asked with that ticket.
    Explained {
        /// The ticket.
        ticket: u64,
        /// What would become of it, and why.
        explained: Box<Explained>,
    },
    /// Somebody called for help.
    EmergencyCalled {
        /// The call.
        call: CallId,
        /// Who.
        from: Party,
        /// The number called.
        number: String,
        /// Where they are, as far as the office knows.
        location: String,
        /// The number the emergency service calls back.
        callback: Option<PhoneNumber>,
        /// The line it goes out on; none when no line took it.
        line: Option<TrunkId>,
    },
    /// A call for help is over.
    EmergencyEnded {
        /// The call.
        call: CallId,
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
            | What::QueueJoined { call, .. }
            | What::QueueLeft { call, .. }
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
            | What::ListenedTo { call, .. }
            | What::ListenedToNoMore { call, .. }
            | What::RecordingBegan { call, .. }
            | What::RecordingPaused { call, .. }
            | What::RecordingResumed { call, .. }
            | What::RecordingEnded { call, .. }
            | What::RecordingRefused { call, .. }
            | What::SoundAgreed { call, .. }
            | What::CallTakenOver { call, .. }
            | What::CallHeld { call, .. }
            | What::CallResumed { call, .. }
            | What::CallParked { call, .. }
            | What::CallFetched { call, .. }
            | What::ParkedCallCameBack { call, .. }
            | What::MediaMoved { call, .. }
            | What::TransferBegan { call, .. }
            | What::TransferDone { call, .. }
            | What::TransferFailed { call, .. }
            | What::LegReplaced { call, .. }
            | What::CallEnded { call, .. }
            | What::NumberCalled { call, .. }
            | What::LineTried { call, .. }
            | What::HoursClosed { call, .. }
            | What::CallerScreened { call, .. }
            | What::LineChosen { call, .. }
            | What::LineSkipped { call, .. }
            | What::LineFailed { call, .. }
            | What::PeerNotEncrypted { call, .. }
            | What::OutsideRefused { call, .. }
            | What::EmergencyCalled { call, .. }
            | What::EmergencyEnded { call, .. }
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
            | What::LineChanged { .. }
            | What::LineRemoved { .. }
            | What::FuseTripped { .. }
            | What::FuseReset { .. }
            | What::FusesMeasured { .. }
            | What::PhoneMet { .. }
            | What::Explained { .. }
            | What::OfficeChanged => None,
        }
    }
}
