//! The calls that were, and what happened in one.

use crate::{
    errors::Problem,
    json::{Asked, Id},
    keeper,
    limits::{CALLS_PER_PAGE, MAX_SEARCH_TEXT},
    server::Api,
};
use axum::{Json, extract::State};
use office::{CallId, PersonId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{CallEvent, CallPosition, CallSummary, limits::CALLS_PER_PAGE_MAX};
use switch::{Board, LiveCall, MediaWay};

/// One line of the call history. Times are milliseconds since 1970 (UTC).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallView {
    id: CallId,
    started_at: i64,
    answered_at: Option<i64>,
    /// Missing while the call goes on.
    ended_at: Option<i64>,
    from: PartyView,
    to: PartyView,
    /// `answered`, `busy`, `declined`, `refused`, `transferred`, `nobody_answered` or `failed`;
    /// `ringing` or `talking` while it goes on.
    outcome: String,
    reason: Option<String>,
    hung_up_by: Option<String>,
    /// `direct` or `relayed`.
    media: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PartyView {
    person: Option<PersonId>,
    number: String,
    name: String,
}

/// A page of the history, the newest call first.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page {
    calls: Vec<CallView>,
    /// To be given as `before` for the next page; missing on the last one.
    next: Option<String>,
}

/// A call with what happened in it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallDetail {
    #[serde(flatten)]
    call: CallView,
    events: Vec<EventView>,
}

/// One thing that happened.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EventView {
    /// Milliseconds since the call began.
    offset: u32,
    kind: String,
    detail: serde_json::Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    limit: Option<usize>,
    before: Option<String>,
    q: Option<String>,
}

/// `GET /api/calls?limit&before&q`: calls that are over, the newest first.
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Asked(wish): Asked<Wish>,
) -> Result<Json<Page>, Problem> {
    let limit = wish
        .limit
        .unwrap_or(CALLS_PER_PAGE)
        .clamp(1, CALLS_PER_PAGE_MAX);
    let before = wish.before.as_deref().map(position).transpose()?;
    if wish
        .q
        .as_ref()
        .is_some_and(|text| text.len() > MAX_SEARCH_TEXT)
    {
        return Err(Problem::field("q", "this is too long to look for"));
    }
    let calls = api
        .keeper
        .ask_history(move |store| match &wish.q {
            Some(text) => store.search_calls(text, limit, before),
            None => store.recent_calls(limit, before),
        })
        .await?;
    let last = calls.last().filter(|_| calls.len() == limit);
    Ok(Json(Page {
        next: last.map(|last| format!("{}-{}", last.started_at, last.id)),
        calls: calls.into_iter().map(CallView::past).collect(),
    }))
}

/// `GET /api/calls/{id}`: a call that is over, or one that goes on.
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Id(call): Id<u64>,
) -> Result<Json<CallDetail>, Problem> {
    let call = CallId(call);
    if let Some(live) = live_call(&api, call) {
        let details = api.desk.details(call).unwrap_or_default();
        return Ok(Json(CallDetail {
            call: CallView::live(call, live),
            events: details
                .events
                .iter()
                .map(keeper::event)
                .map(EventView::of)
                .collect(),
        }));
    }
    let found = api
        .keeper
        .ask_history(move |store| Ok((store.call(call)?, store.call_events(call)?)))
        .await?;
    let (Some(summary), Some(events)) = found else {
        return Err(Problem::not_found("call"));
    };
    Ok(Json(CallDetail {
        call: CallView::past(summary),
        events: events.into_iter().map(EventView::of).collect(),
    }))
}

/// The call on the board, if it still goes on.
pub(crate) fn live_call(api: &Api, call: CallId) -> Option<LiveCall> {
    api.desk
        .read_board(|board: &Board| board.calls.get(&call).cloned())
}

/// `before` as the page before gave it: `<started_at>-<id>`.
fn position(text: &str) -> Result<CallPosition, Problem> {
    let parsed = text.split_once('-').and_then(|(started_at, id)| {
        Some(CallPosition {
            started_at: started_at.parse().ok()?,
            id: CallId(id.parse().ok()?),
        })
    });
    parsed.ok_or_else(|| Problem::field("before", "give the `next` of the page before"))
}

impl CallView {
    fn past(call: CallSummary) -> Self {
        Self {
            id: call.id,
            started_at: call.started_at,
            answered_at: call.answered_at,
            ended_at: Some(call.ended_at),
            from: call.from.into(),
            to: call.to.into(),
            outcome: call.outcome,
            reason: said(call.reason),
            hung_up_by: said(call.hung_up_by),
            media: said(call.media_path),
        }
    }

    fn live(id: CallId, call: LiveCall) -> Self {
        let dialled = PartyView {
            person: None,
            number: call.dialled,
            name: String::new(),
        };
        let media = call.media.map(|way| match way {
            MediaWay::Direct => "direct",
            MediaWay::Relayed => "relayed",
        });
        Self {
            id,
            started_at: call.arrived_unix_ms,
            answered_at: call.answered_unix_ms,
            ended_at: None,
            from: call.from.into(),
            outcome: if call.with.is_some() {
                "talking"
            } else {
                "ringing"
            }
            .to_owned(),
            to: call.with.map_or(dialled, Into::into),
            reason: None,
            hung_up_by: None,
            media: media.map(str::to_owned),
        }
    }
}

impl EventView {
    fn of(event: CallEvent) -> Self {
        Self {
            offset: event.offset,
            kind: event.kind,
            detail: serde_json::from_str(&event.detail).unwrap_or_default(),
        }
    }
}

impl From<store::Party> for PartyView {
    fn from(party: store::Party) -> Self {
        let store::Party {
            person,
            number,
            name,
        } = party;
        Self {
            person,
            number,
            name,
        }
    }
}

impl From<switch::Party> for PartyView {
    fn from(party: switch::Party) -> Self {
        Self {
            person: party.person,
            number: party.number,
            name: party.name,
        }
    }
}

fn said(word: String) -> Option<String> {
    (!word.is_empty()).then_some(word)
}
