//! The calls that were, and what happened in one.

use crate::{
    errors::Problem,
    json::{Asked, Id},
    keeper,
    limits::CALLS_PER_PAGE,
    server::Api,
    values::{CallId, Millis, PersonId},
    views::{export::ExportWish, live::MediaPath},
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{CallEvent, CallPosition, CallSummary, limits::CALLS_PER_PAGE_MAX};
use switch::{Board, LiveCall};
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
    person: Option<PersonId>,
    number: String,
    name: String,
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
    steps: Vec<CallStep>,
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
}

/// The calls that are over, the newest first.
#[utoipa::path(get, path = "/calls", tag = "calls", params(CallWish),
    responses((status = 200, body = CallPage)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
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
    };
    let filter = filter.filter()?;
    let calls = api
        .keeper
        .ask_history(move |store| store.find_calls(&filter, limit, before))
        .await?;
    let last = calls.last().filter(|_| calls.len() == limit);
    Ok(Json(CallPage {
        next: last.map(|last| format!("{}-{}", last.started_at, last.id)),
        calls: calls.into_iter().map(CallRow::past).collect(),
    }))
}

/// One call with everything that happened in it, over or not.
#[utoipa::path(get, path = "/calls/{id}", tag = "calls", params(("id" = u64, Path)),
    responses((status = 200, body = CallStory)))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Id(call): Id<CallId>,
) -> Result<Json<CallStory>, Problem> {
    let call = call.into();
    if let Some(live) = live_call(&api, call) {
        let details = api.desk.details(call).unwrap_or_default();
        let events = details.events.iter().map(keeper::event);
        return Ok(Json(CallStory {
            call: CallRow::live(call, live),
            steps: events.map(CallStep::of).collect(),
        }));
    }
    let found = api
        .keeper
        .ask_history(move |store| Ok((store.call(call)?, store.call_events(call)?)))
        .await?;
    let (Some(summary), Some(events)) = found else {
        return Err(Problem::not_found("call"));
    };
    Ok(Json(CallStory {
        call: CallRow::past(summary),
        steps: events.into_iter().map(CallStep::of).collect(),
    }))
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

impl CallRow {
    fn past(call: CallSummary) -> Self {
        Self {
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
        }
    }

    fn live(id: office::CallId, call: LiveCall) -> Self {
        let dialled = CallParty {
            person: None,
            number: call.dialled,
            name: String::new(),
        };
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
