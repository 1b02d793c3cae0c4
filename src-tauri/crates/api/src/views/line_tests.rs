//! What the test of a line has found.

use crate::{
    call_on_line::{self, CallSoFar},
    errors::Problem,
    json::Id,
    keeper, line_test,
    server::Api,
    values::{CallId, LineId, Millis},
    views::calls::live_call,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Serialize;
use std::sync::Arc;
use store::CallEvent;
use ts_rs::TS;
use utoipa::ToSchema;

/// The test of a line, as far as it has come.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineTest {
    pub(crate) started_at: Millis,
    /// Missing while it goes on.
    pub(crate) finished_at: Option<Millis>,
    pub(crate) checks: Vec<LineCheck>,
}

/// One thing that was asked of a line.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineCheck {
    pub(crate) check: LineCheckWord,
    pub(crate) state: LineCheckState,
    /// The name of the sentence that says what was found and what to do; empty while it goes on.
    pub(crate) sentence: String,
    pub(crate) detail: String,
    /// When a real call has shown it, if one has.
    pub(crate) at: Option<Millis>,
}

/// What is asked of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LineCheckWord {
    /// Whether the server's name leads anywhere.
    Name,
    /// Whether the server answers.
    Reachable,
    /// Whether it knows us.
    Register,
    /// Whether calls that come in are known to be this line's.
    Inbound,
    /// What whom we call is shown.
    CallerId,
    /// Which sound is agreed on.
    Codecs,
    /// How key presses travel.
    Dtmf,
    /// Whether one hears what the network says before somebody answers.
    EarlyMedia,
    /// Of a call: whether it took this line.
    Line,
    /// Of a call: when it rang, and for how long.
    Ringing,
    /// Of a call by which a line is tried: whether each end hears the other.
    Sound,
    /// Of a call: who ended it.
    Ended,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LineCheckState {
    Running,
    Good,
    Warning,
    Bad,
    /// It was not asked.
    Skipped,
}

impl LineCheck {
    pub(crate) fn running(check: LineCheckWord) -> Self {
        Self::found(check, LineCheckState::Running, "", "")
    }

    pub(crate) fn good(check: LineCheckWord, sentence: &str, detail: &str) -> Self {
        Self::found(check, LineCheckState::Good, sentence, detail)
    }

    pub(crate) fn warning(check: LineCheckWord, sentence: &str, detail: &str) -> Self {
        Self::found(check, LineCheckState::Warning, sentence, detail)
    }

    pub(crate) fn bad(check: LineCheckWord, sentence: &str, detail: &str) -> Self {
        Self::found(check, LineCheckState::Bad, sentence, detail)
    }

    pub(crate) fn skipped(check: LineCheckWord, sentence: &str) -> Self {
        Self::found(check, LineCheckState::Skipped, sentence, "")
    }

    fn found(check: LineCheckWord, state: LineCheckState, sentence: &str, detail: &str) -> Self {
        Self {
            check,
            state,
            sentence: sentence.to_owned(),
            detail: detail.to_owned(),
            at: None,
        }
    }

    /// A real call has shown it then.
    pub(crate) fn seen_at(self, at: Millis) -> Self {
        Self {
            at: Some(at),
            ..self
        }
    }

    /// Whether something is wrong with how the line is set up already.
    pub(crate) fn is_amiss(&self) -> bool {
        matches!(self.state, LineCheckState::Bad | LineCheckState::Warning)
    }
}

/// Starts the test of a line; one that goes on is not started again. It calls nobody, so it costs
/// nothing.
#[utoipa::path(post, path = "/lines/{id}/test", tag = "lines", params(("id" = i64, Path)),
    responses((status = 202, body = LineTest)))]
pub(crate) async fn start(
    State(api): State<Arc<Api>>,
    Id(id): Id<LineId>,
) -> Result<(StatusCode, Json<LineTest>), Problem> {
    let test = line_test::start(&api.desk, &api.keeper, id.into());
    let test = test.ok_or_else(|| Problem::not_found("line"))?;
    Ok((StatusCode::ACCEPTED, Json(test)))
}

/// What a call has shown of a line.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallOnLine {
    call: CallId,
    over: bool,
    checks: Vec<LineCheck>,
}

/// What a call has shown of a line, as far as it has come. Any call will do, one that was made to test
/// the line as any other.
#[utoipa::path(get, path = "/lines/{id}/calls/{call}", tag = "lines",
    params(("id" = i64, Path), ("call" = u64, Path)),
    responses((status = 200, body = CallOnLine)))]
pub(crate) async fn of_call(
    State(api): State<Arc<Api>>,
    Path((line, call)): Path<(String, String)>,
) -> Result<Json<CallOnLine>, Problem> {
    let numbers = line.parse().ok().zip(call.parse().ok());
    let (line, call) = numbers.ok_or_else(|| Problem::not_found("call"))?;
    let (line, id) = (office::TrunkId(line), office::CallId(call));
    let configuration = api.desk.configuration();
    if configuration.office().trunk(line).is_none() {
        return Err(Problem::not_found("line"));
    }
    let (events, messages, over) = if let Some(live) = live_call(&api, id) {
        let details = api.desk.details(id).unwrap_or_default();
        let messages = keeper::traced(&details.messages, live.arrived_unix_ms);
        let events: Vec<CallEvent> = details.events.iter().map(keeper::event).collect();
        (events, messages, false)
    } else {
        let found = api
            .keeper
            .ask_history(move |store| Ok((store.call_events(id)?, store.call_trace(id)?)))
            .await?;
        let (Some(events), Some(trace)) = found else {
            return Err(Problem::not_found("call"));
        };
        (events, trace.messages, true)
    };
    let so_far = CallSoFar {
        events: &events,
        messages: &messages,
        is_over: over,
    };
    let name = |line| configuration.line_name(line).unwrap_or_default();
    Ok(Json(CallOnLine {
        call: id.into(),
        over,
        checks: call_on_line::checks(line, &so_far, name),
    }))
}

/// The last test of a line; `null` before the first.
#[utoipa::path(get, path = "/lines/{id}/test", tag = "lines", params(("id" = i64, Path)),
    responses((status = 200, body = Option<LineTest>)))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Id(id): Id<LineId>,
) -> Result<Json<Option<LineTest>>, Problem> {
    let id = id.into();
    if api.desk.office().trunk(id).is_none() {
        return Err(Problem::not_found("line"));
    }
    Ok(Json(api.desk.line_test(id)))
}
