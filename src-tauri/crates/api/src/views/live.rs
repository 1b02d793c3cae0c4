//! What windows show live: the whole state, and the changes of it.

use crate::{
    configuration::Configuration,
    desk::SipListener,
    values::{
        CallId, DeviceId, FlowId, LineId, MailboxId, Millis, ModeId, PersonId, RoomId, ScheduleId,
    },
    views::{
        attention::AttentionView, calls::CallWay, devices::DeviceView, emergencies::EmergencyView,
        flows::FlowView, fuses::FuseView, lines::LineView, mailboxes::MailboxView, modes::ModeView,
        parking::ParkingView, people::PersonView, rooms::RoomView, schedules::ScheduleView,
    },
};
use serde::{Deserialize, Serialize};
use switch::{CallSide, LiveCall, MediaWay};
use ts_rs::TS;
use utoipa::ToSchema;

/// One message of the feed.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum FeedMessage {
    /// Everything, as it is after the change `seq`.
    Snapshot {
        /// Names this run of the engine: numbers of another one mean nothing.
        epoch: String,
        seq: u64,
        now: Millis,
        state: Box<State>,
    },
    /// What changed since the message before, which had the number `seq - 1`.
    Changes {
        seq: u64,
        now: Millis,
        changes: Vec<Change>,
    },
}

/// Everything that is shown live. Staff get no devices, calls and attention; all but those who run
/// the office get only the mailboxes they hear.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct State {
    pub(crate) engine: EngineState,
    pub(crate) office: OfficeView,
    pub(crate) people: Vec<PersonView>,
    pub(crate) devices: Vec<DeviceView>,
    pub(crate) calls: Vec<LiveCallView>,
    pub(crate) attention: Vec<AttentionView>,
    pub(crate) mailboxes: Vec<MailboxView>,
    /// For staff without who is in them.
    pub(crate) rooms: Vec<RoomView>,
    #[ts(optional, as = "Option<Vec<ScheduleView>>")]
    pub(crate) schedules: Vec<ScheduleView>,
    #[ts(optional, as = "Option<Vec<ModeView>>")]
    pub(crate) modes: Vec<ModeView>,
    /// None for staff.
    #[ts(optional, as = "Option<Vec<FlowView>>")]
    pub(crate) flows: Vec<FlowView>,
    /// None for staff.
    #[ts(optional, as = "Option<Vec<LineView>>")]
    pub(crate) lines: Vec<LineView>,
    /// Those that have blown; none for staff.
    #[ts(optional, as = "Option<Vec<FuseView>>")]
    pub(crate) fuses: Vec<FuseView>,
    /// Those nobody has said yet that they have seen.
    #[ts(optional, as = "Option<Vec<EmergencyView>>")]
    pub(crate) emergencies: Vec<EmergencyView>,
}

/// One thing of the state as it is now; `null` where it is gone.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Change {
    Engine {
        value: EngineState,
    },
    Office {
        value: OfficeView,
    },
    Person {
        id: PersonId,
        value: Option<PersonView>,
    },
    Device {
        id: DeviceId,
        value: Option<DeviceView>,
    },
    Call {
        id: CallId,
        value: Option<LiveCallView>,
    },
    Attention {
        id: String,
        value: Option<AttentionView>,
    },
    Mailbox {
        id: MailboxId,
        value: Option<MailboxView>,
    },
    Room {
        id: RoomId,
        value: Option<RoomView>,
    },
    /// What holds may have changed by the clock alone.
    Schedule {
        id: ScheduleId,
        value: Option<ScheduleView>,
    },
    Mode {
        id: ModeId,
        value: Option<ModeView>,
    },
    Flow {
        id: FlowId,
        value: Option<FlowView>,
    },
    Line {
        id: LineId,
        value: Option<LineView>,
    },
    /// One that has blown.
    Fuse {
        id: String,
        value: Option<FuseView>,
    },
    Emergency {
        id: String,
        value: Option<EmergencyView>,
    },
    /// The history has a new row: lists of past calls may be asked for again.
    CallRecorded {
        id: CallId,
    },
}

/// The engine itself.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EngineState {
    pub(crate) version: String,
    pub(crate) started_at: Millis,
    pub(crate) sip: Vec<SipListener>,
    /// False while the signalling thread hangs.
    pub(crate) well: bool,
    pub(crate) lan: LanState,
}

/// Whether other computers may open the window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LanState {
    /// Whether it is turned on.
    pub enabled: bool,
    /// Under which addresses they find it.
    pub urls: Vec<String>,
    /// Why it does not work though it is turned on.
    pub problem: Option<String>,
}

/// What holds for the office as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfficeView {
    /// To be named in `If-Match` when changing the settings.
    revision: i64,
    name: String,
    country: Option<String>,
    time_zone: String,
    language: String,
    ring_seconds: u32,
    max_calls: u16,
    max_calls_per_person: u16,
    /// Where calls can be parked; missing where they cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    parking: Option<ParkingView>,
    /// Whether those who run the office may listen to calls of others.
    #[ts(optional, as = "Option<bool>")]
    listening: bool,
    /// Whether the first-run wizard has been finished.
    set_up: bool,
    /// What its phones may register at besides the addresses of this computer.
    domains: Vec<String>,
    /// The colour its window is told by among those of other offices, as `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    accent: Option<String>,
}

/// Someone in a call.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    pub(crate) person: Option<PersonId>,
    device: Option<DeviceId>,
    name: String,
    number: String,
    /// Whether they are no phone of the office.
    #[ts(optional, as = "Option<bool>")]
    outside: bool,
    /// The line they are on.
    #[ts(optional = nullable)]
    line: Option<LineId>,
}

/// A call that goes on.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiveCallView {
    pub(crate) id: CallId,
    state: CallState,
    from: Party,
    dialled: String,
    /// Who has answered.
    with: Option<Party>,
    ringing: Vec<RingingView>,
    held_by: Option<Party>,
    media: Option<MediaPath>,
    recording: RecordingState,
    started_at: Millis,
    answered_at: Option<Millis>,
    /// Whether it came in from outside or goes there; neither within the office.
    #[ts(optional = nullable)]
    direction: Option<CallWay>,
    /// The line it takes, if it crosses the office's edge on one.
    #[ts(optional = nullable)]
    line: Option<LineId>,
    /// Where in a call flow the caller is.
    #[ts(optional = nullable)]
    at: Option<FlowAt>,
    /// Where it is parked.
    #[ts(optional = nullable)]
    parked: Option<ParkedView>,
    /// In which queue the caller waits.
    #[ts(optional = nullable)]
    waits: Option<WaitsView>,
    /// Who listens to it or takes part, besides the two.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<ListenerView>>")]
    listeners: Vec<ListenerView>,
}

/// A queue in which a caller waits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitsView {
    /// The call flow that it is.
    queue: FlowId,
    /// Who has a higher one is served before all who have less.
    priority: i8,
    since: Millis,
}

/// Somebody with authority in a talk of others.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListenerView {
    party: Party,
    how: ListeningView,
}

/// How somebody with authority takes part in a talk of others: hearing both, whispering to one of them,
/// or talking with both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ListeningView {
    Hears,
    WhispersToCaller,
    WhispersToCallee,
    Talks,
}

impl From<ListeningView> for switch::Listening {
    fn from(how: ListeningView) -> Self {
        let whispers = |to| Self::Whispers { to };
        match how {
            ListeningView::Hears => Self::Hears,
            ListeningView::WhispersToCaller => whispers(CallSide::Caller),
            ListeningView::WhispersToCallee => whispers(CallSide::Callee),
            ListeningView::Talks => Self::Talks,
        }
    }
}

impl From<switch::Listening> for ListeningView {
    fn from(how: switch::Listening) -> Self {
        match how {
            switch::Listening::Hears => Self::Hears,
            switch::Listening::Whispers {
                to: CallSide::Caller,
            } => Self::WhispersToCaller,
            switch::Listening::Whispers {
                to: CallSide::Callee,
            } => Self::WhispersToCallee,
            switch::Listening::Talks => Self::Talks,
        }
    }
}

/// A slot in which one side of a call waits.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParkedView {
    slot: u32,
    /// Who waits.
    who: Party,
    /// Who has parked them; a call flow for `null`.
    by: Option<Party>,
    since: Millis,
}

/// Where in a call flow a caller is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowAt {
    /// `null` when no flow could go on and the call is led to the last resort.
    flow: Option<FlowId>,
    /// The version the call keeps; 0 for a draft.
    revision: u64,
    node: String,
    /// How they came there; `null` at the beginning of a flow.
    #[ts(optional = nullable)]
    by: Option<FlowWay>,
    since: Millis,
}

/// A way from one step of a flow to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowWay {
    /// The step it leaves.
    node: String,
    outcome: String,
}

/// Whether a call is recorded at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RecordingState {
    Off,
    On,
    Paused,
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CallState {
    Ringing,
    Talking,
    Held,
    /// One side waits in a slot; nobody else is in the call.
    Parked,
}

/// A device that is asked to ring.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RingingView {
    leg: u32,
    party: Party,
    /// Whether it has said that it rings.
    alerting: bool,
}

/// The way the sound of a call takes: straight between the phones, or through the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MediaPath {
    Direct,
    Relayed,
}

impl OfficeView {
    pub(crate) fn of(configuration: &Configuration, accent: Option<String>) -> Self {
        let settings = configuration.office().settings();
        Self {
            accent,
            revision: configuration.revision_of_settings(),
            name: settings.name.clone(),
            country: settings.country.as_ref().map(ToString::to_string),
            time_zone: settings.time_zone.to_string(),
            language: settings.language.to_string(),
            ring_seconds: settings.ring_for.seconds(),
            max_calls: settings.admission.office_calls,
            max_calls_per_person: settings.admission.calls_per_person,
            parking: ParkingView::of(&settings.parking),
            listening: settings.listening,
            set_up: settings.set_up,
            domains: settings.domains.iter().map(ToString::to_string).collect(),
        }
    }
}

impl LiveCallView {
    pub(crate) fn of(id: office::CallId, call: &LiveCall) -> Self {
        let ringing = call.ringing.iter().map(|(leg, ringing)| RingingView {
            leg: *leg,
            party: Party::of(&ringing.party),
            alerting: ringing.alerting,
        });
        Self {
            id: id.into(),
            state: match (&call.with, &call.held_by) {
                _ if call.parked.is_some() => CallState::Parked,
                (None, _) => CallState::Ringing,
                (Some(_), None) => CallState::Talking,
                (Some(_), Some(_)) => CallState::Held,
            },
            from: Party::of(&call.from),
            dialled: call.dialled.clone(),
            with: call.with.as_ref().map(Party::of),
            ringing: ringing.collect(),
            held_by: call.held_by.as_ref().map(Party::of),
            media: call.media.map(Into::into),
            recording: match call.recording {
                switch::RecordingState::Off => RecordingState::Off,
                switch::RecordingState::On => RecordingState::On,
                switch::RecordingState::Paused => RecordingState::Paused,
            },
            started_at: Millis(call.arrived_unix_ms),
            answered_at: call.answered_unix_ms.map(Millis),
            direction: CallWay::of_live(call.direction),
            line: call.line.map(Into::into),
            at: call.at.as_ref().map(|at| FlowAt {
                flow: at.flow.map(Into::into),
                revision: at.revision,
                node: at.node.clone(),
                by: at.by.as_ref().map(|way| FlowWay {
                    node: way.node.clone(),
                    outcome: way.outcome.clone(),
                }),
                since: Millis(at.since_unix_ms),
            }),
            parked: call.parked.as_ref().map(|parked| ParkedView {
                slot: parked.slot.0,
                who: match (parked.side, &call.with) {
                    (CallSide::Callee, Some(with)) => Party::of(with),
                    _ => Party::of(&call.from),
                },
                by: parked.by.as_ref().map(Party::of),
                since: Millis(parked.since_unix_ms),
            }),
            waits: call.waits.map(|waits| WaitsView {
                queue: waits.queue.into(),
                priority: waits.priority,
                since: Millis(waits.since_unix_ms),
            }),
            listeners: call
                .listeners
                .iter()
                .map(|listener| ListenerView {
                    party: Party::of(&listener.party),
                    how: listener.how.into(),
                })
                .collect(),
        }
    }
}

impl Party {
    pub(crate) fn of(party: &switch::Party) -> Self {
        Self {
            person: party.person.map(Into::into),
            device: party.device.map(Into::into),
            name: party.name.clone(),
            number: party.number.clone(),
            outside: party.is_outside(),
            line: party.line.map(Into::into),
        }
    }
}

impl From<MediaWay> for MediaPath {
    fn from(way: MediaWay) -> Self {
        match way {
            MediaWay::Direct => Self::Direct,
            MediaWay::Relayed => Self::Relayed,
        }
    }
}
