//! What the test of a line has found.

use crate::{
    errors::Problem,
    json::Id,
    line_test,
    server::Api,
    values::{LineId, Millis},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use std::sync::Arc;
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
        }
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
    let test = line_test::start(&api.desk, id.into());
    let test = test.ok_or_else(|| Problem::not_found("line"))?;
    Ok((StatusCode::ACCEPTED, Json(test)))
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
