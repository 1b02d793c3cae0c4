//! The calls that were, and what happened in one.

use crate::{
    auth::Caller,
    configuration::Configuration,
    errors::Problem,
    json::{Asked, Id},
    keeper,
    limits::CALLS_PER_PAGE,
    server::Api,
    values::{CallId, FlowId, LineId, MessageId, Millis, PersonId, RecordingId},
    views::{call_sound::CallSound, export::ExportWish, live::MediaPath, recordings::hears_all},
};
use axum::{Json, extract::State};
use office::{MailboxOwner, Office, VoiceMessage};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::{
    CallEvent, CallPosition, CallRecording, CallSummary, Store, StoreError,
    limits::CALLS_PER_PAGE_MAX,
};
use switch::{Board, CallDirection, LiveCall};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

/// One line of the call history.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallRow {
    id: CallId,
    started_at: Millis,
    answered_at: Option<Millis>,
    /// Missing while the call goes on.
    ended_at: Option<Millis>,
    from: CallParty,
    to: CallParty,
    /// While it goes on: `ringing` or `talking`.
    outcome: CallRowOutcome,
    /// Why it ended, for support.
    reason: Option<String>,
    hung_up_by: Option<HungUpBy>,
    media: Option<MediaPath>,
    /// Whether it came in from outside or went there; neither within the office.
    #[ts(optional = nullable)]
    direction: Option<CallWay>,
    /// The line it took, if it crossed the office's edge on one.
    #[ts(optional = nullable)]
    line: Option<LineId>,
    /// What that line was called.
    #[ts(optional = nullable)]
    line_name: Option<String>,
    /// The number of the office that was called, or that whom it called was shown.
    #[ts(optional = nullable)]
    shown: Option<String>,
    /// That number as people of the office's country write it.
    #[ts(optional = nullable)]
    shown_as: Option<String>,
    /// The newest recording of it, for those who may hear it.
    recording: Option<RecordingId>,
    /// The message the caller left, for those who may hear it.
    message: Option<MessageId>,
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    Answered,
    Busy,
    Declined,
    Refused,
    Transferred,
    NobodyAnswered,
    Failed,
}

/// How a call went, or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(untagged)]
pub enum CallRowOutcome {
    Over(Outcome),
    GoingOn(GoingOn),
}

/// How far a call is that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum GoingOn {
    Ringing,
    Talking,
}

/// Which way a call crossed the office's edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CallWay {
    In,
    Out,
}

impl CallWay {
    /// Of a call that goes on; `None` within the office.
    pub(crate) fn of_live(direction: CallDirection) -> Option<Self> {
        match direction {
            CallDirection::Inside => None,
            CallDirection::In => Some(Self::In),
            CallDirection::Out => Some(Self::Out),
        }
    }
}

impl From<store::Way> for CallWay {
    fn from(way: store::Way) -> Self {
        match way {
            store::Way::In => Self::In,
            store::Way::Out => Self::Out,
        }
    }
}

/// Which way the calls asked for went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum DirectionWish {
    In,
    Out,
    Inside,
}

impl From<DirectionWish> for Option<store::Way> {
    fn from(direction: DirectionWish) -> Self {
        match direction {
            DirectionWish::In => Some(store::Way::In),
            DirectionWish::Out => Some(store::Way::Out),
            DirectionWish::Inside => None,
        }
    }
}

/// Who ended a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum HungUpBy {
    Caller,
    Callee,
    Office,
}

/// One side of a call, as it was at the time.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallParty {
    pub(crate) person: Option<PersonId>,
    pub(crate) number: String,
    pub(crate) name: String,
}

/// A page of the history, the newest call first.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallPage {
    calls: Vec<CallRow>,
    /// To be given as `before` for the next page; missing on the last one.
    next: Option<String>,
}

/// A call with what happened in it.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallStory {
    call: CallRow,
    /// How its parties were heard, where the sound came through the office for some seconds.
    sound: Vec<CallSound>,
    steps: Vec<CallStep>,
    /// The way it took through a call flow.
    #[ts(optional = nullable)]
    walk: Option<CallWalk>,
}

/// The way of a call through call flows.
#[derive(Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallWalk {
    /// The flow that was dialled.
    flow: FlowId,
    /// The version the call kept; 0 for a draft.
    revision: u64,
    /// Step by step, as a rehearsal tells it.
    #[ts(type = "any[]")]
    #[schema(value_type = Vec<Object>)]
    steps: Vec<Value>,
}

/// One thing that happened.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallStep {
    /// Milliseconds since the call began.
    offset: u32,
    kind: String,
    /// The happening as the engine told it, `kind` included.
    #[ts(type = "Record<string, unknown>")]
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

/// Which calls to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallWish {
    /// How many.
    limit: Option<usize>,
    /// The `next` of the page before.
    before: Option<String>,
    /// Only calls in which a number or a word of a name begins with each word of this.
    q: Option<String>,
    /// Who called or was called.
    person: Option<PersonId>,
    /// How the call went, such as `answered`.
    outcome: Option<String>,
    /// The earliest beginning, in milliseconds since 1970.
    from: Option<i64>,
    /// The first beginning that is too late, in milliseconds since 1970.
    to: Option<i64>,
    /// Which way it went.
    #[param(inline)]
    direction: Option<DirectionWish>,
    /// The line it took.
    line: Option<LineId>,
}

/// The calls that are over, the newest first.
#[utoipa::path(get, path = "/calls", tag = "calls", params(CallWish),
    responses((status = 200, body = CallPage)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(wish): Asked<CallWish>,
) -> Result<Json<CallPage>, Problem> {
    let limit = wish
        .limit
        .unwrap_or(CALLS_PER_PAGE)
        .clamp(1, CALLS_PER_PAGE_MAX);
    let before = wish.before.as_deref().map(position).transpose()?;
    let filter = ExportWish {
        q: wish.q,
        person: wish.person,
        outcome: wish.outcome,
        from: wish.from,
        to: wish.to,
        direction: wish.direction,
        line: wish.line,
    };
    let filter = filter.filter()?;
    let (calls, kept) = api
        .keeper
        .ask_history(move |store| {
            let calls = store.find_calls(&filter, limit, before)?;
            let kept = Kept::of(store, calls.iter().map(|call| call.id))?;
            Ok((calls, kept))
        })
        .await?;
    let configuration = api.desk.configuration();
    let kept = kept.that_hears(&caller, configuration.office());
    let last = calls.last().filter(|_| calls.len() == limit);
    Ok(Json(CallPage {
        next: last.map(|last| format!("{}-{}", last.started_at, last.id)),
        calls: calls
            .into_iter()
            .map(|call| CallRow::past(call, &kept, &configuration))
            .collect(),
    }))
}

/// One call with everything that happened in it, over or not.
#[utoipa::path(get, path = "/calls/{id}", tag = "calls", params(("id" = u64, Path)),
    responses((status = 200, body = CallStory)))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(call): Id<CallId>,
) -> Result<Json<CallStory>, Problem> {
    let call = call.into();
    let configuration = api.desk.configuration();
    if let Some(live) = live_call(&api, call) {
        let details = api.desk.details(call).unwrap_or_default();
        let events: Vec<CallEvent> = details.events.iter().map(keeper::event).collect();
        return Ok(Json(CallStory {
            call: CallRow::live(call, live, &configuration),
            sound: details.sound.iter().cloned().map(Into::into).collect(),
            walk: CallWalk::of(&events),
            steps: events.into_iter().map(CallStep::of).collect(),
        }));
    }
    let found = api
        .keeper
        .ask_history(move |store| {
            let kept = Kept::of(store, [call])?;
            Ok((store.call(call)?, store.call_events(call)?, kept))
        })
        .await?;
    let (Some(summary), Some(events), kept) = found else {
        return Err(Problem::not_found("call"));
    };
    let kept = kept.that_hears(&caller, configuration.office());
    Ok(Json(CallStory {
        call: CallRow::past(summary, &kept, &configuration),
        sound: CallSound::of_history(&events),
        walk: CallWalk::of(&events),
        steps: events.into_iter().map(CallStep::of).collect(),
    }))
}

impl CallWalk {
    /// What a call's events tell of its way; `None` if it came to no flow.
    fn of(events: &[CallEvent]) -> Option<Self> {
        let taken = events.iter().filter(|event| event.kind == "flowStep");
        let mut taken = taken.filter_map(|event| serde_json::from_str::<Value>(&event.detail).ok());
        let mut first = taken.next()?;
        let flow = first["step"]["flow"].as_i64()?;
        let revision = first["revision"].as_u64().unwrap_or_default();
        let mut steps = vec![first["step"].take()];
        steps.extend(taken.map(|mut step| step["step"].take()));
        Some(Self {
            flow: FlowId(flow),
            revision,
            steps,
        })
    }
}

/// The call on the board, if it still goes on.
pub(crate) fn live_call(api: &Api, call: office::CallId) -> Option<LiveCall> {
    api.desk
        .read_board(|board: &Board| board.calls.get(&call).cloned())
}

/// `before` as the page before gave it: `<started_at>-<id>`.
fn position(text: &str) -> Result<CallPosition, Problem> {
    let parsed = text.split_once('-').and_then(|(started_at, id)| {
        Some(CallPosition {
            started_at: started_at.parse().ok()?,
            id: office::CallId(id.parse().ok()?),
        })
    });
    parsed.ok_or_else(|| Problem::field("before", "give the `next` of the page before"))
}

/// What is kept of some calls to be heard.
struct Kept {
    recordings: Vec<CallRecording>,
    messages: Vec<VoiceMessage>,
}

impl Kept {
    fn of(
        store: &Store,
        calls: impl IntoIterator<Item = office::CallId>,
    ) -> Result<Self, StoreError> {
        let calls: Vec<office::CallId> = calls.into_iter().collect();
        let (recordings, messages) = store.kept_of_calls(&calls)?;
        Ok(Self {
            recordings,
            messages,
        })
    }

    /// What of it somebody may hear.
    fn that_hears(mut self, caller: &Caller, office: &Office) -> Self {
        if hears_all(caller) {
            return self;
        }
        let is_own = |person: &office::PersonId| Some(*person) == caller.person;
        self.recordings
            .retain(|recording| recording.persons.iter().any(is_own));
        self.messages
            .retain(|message| match office.mailbox(message.mailbox) {
                Some(mailbox) => match &mailbox.owner {
                    MailboxOwner::Person { person } => is_own(person),
                    MailboxOwner::Group { .. } => mailbox.members.iter().any(is_own),
                },
                None => false,
            });
        self
    }
}

impl CallRow {
    fn past(call: CallSummary, kept: &Kept, configuration: &Configuration) -> Self {
        let mut recordings = kept.recordings.iter().rev();
        let recording = recordings.find(|recording| recording.call == call.id);
        let mut messages = kept.messages.iter().rev();
        let message = messages.find(|message| message.call == call.id);
        let outside = call.outside;
        let edge = outside.as_ref();
        Self {
            direction: edge.map(|edge| edge.way.into()),
            line: edge.and_then(|edge| edge.line).map(Into::into),
            line_name: edge
                .map(|edge| edge.line_name.clone())
                .filter(|name| !name.is_empty()),
            shown_as: edge
                .and_then(|edge| edge.shown.as_deref())
                .map(|shown| configuration.write_shown(shown)),
            shown: outside.and_then(|edge| edge.shown),
            id: call.id.into(),
            started_at: Millis(call.started_at),
            answered_at: call.answered_at.map(Millis),
            ended_at: Some(Millis(call.ended_at)),
            from: call.from.into(),
            to: call.to.into(),
            outcome: CallRowOutcome::Over(Outcome::of_history(&call.outcome)),
            reason: Some(call.reason).filter(|reason| !reason.is_empty()),
            hung_up_by: match call.hung_up_by.as_str() {
                "caller" => Some(HungUpBy::Caller),
                "callee" => Some(HungUpBy::Callee),
                "office" => Some(HungUpBy::Office),
                _ => None,
            },
            media: match call.media_path.as_str() {
                "direct" => Some(MediaPath::Direct),
                "relayed" => Some(MediaPath::Relayed),
                _ => None,
            },
            recording: recording.map(|recording| recording.id.into()),
            message: message.map(|message| message.id.into()),
        }
    }

    fn live(id: office::CallId, call: LiveCall, configuration: &Configuration) -> Self {
        let shown = call.shows;
        let dialled = CallParty::of_number(call.dialled);
        let going_on = if call.with.is_some() {
            GoingOn::Talking
        } else {
            GoingOn::Ringing
        };
        Self {
            id: id.into(),
            started_at: Millis(call.arrived_unix_ms),
            answered_at: call.answered_unix_ms.map(Millis),
            ended_at: None,
            from: call.from.into(),
            outcome: CallRowOutcome::GoingOn(going_on),
            to: call.with.map_or(dialled, Into::into),
            reason: None,
            hung_up_by: None,
            media: call.media.map(Into::into),
            direction: CallWay::of_live(call.direction),
            line: call.line.map(Into::into),
            line_name: call.line.and_then(|line| configuration.line_name(line)),
            shown_as: shown
                .as_deref()
                .map(|shown| configuration.write_shown(shown)),
            shown,
            recording: None,
            message: None,
        }
    }
}

impl CallParty {
    /// Somebody of whom no more than a number is known.
    pub(crate) fn of_number(number: String) -> Self {
        Self {
            person: None,
            number,
            name: String::new(),
        }
    }

    /// Somebody of whom no more than a name is known.
    pub(crate) fn of_name(name: String) -> Self {
        Self {
            person: None,
            number: String::new(),
            name,
        }
    }
}

impl Outcome {
    /// By the word in the history.
    fn of_history(word: &str) -> Self {
        match word {
            "answered" => Self::Answered,
            "busy" => Self::Busy,
            "declined" => Self::Declined,
            "refused" => Self::Refused,
            "transferred" => Self::Transferred,
            "nobodyAnswered" => Self::NobodyAnswered,
            _ => Self::Failed,
        }
    }
}

impl CallStep {
    fn of(event: CallEvent) -> Self {
        Self {
            offset: event.offset,
            kind: event.kind,
            detail: serde_json::from_str(&event.detail).unwrap_or_default(),
        }
    }
}

impl From<store::Party> for CallParty {
    fn from(party: store::Party) -> Self {
        Self {
            person: party.person.map(Into::into),
            number: party.number,
            name: party.name,
        }
    }
}

impl From<switch::Party> for CallParty {
    fn from(party: switch::Party) -> Self {
        Self {
            person: party.person.map(Into::into),
            number: party.number,
            name: party.name,
        }
    }
}
