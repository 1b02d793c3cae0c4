//! What may be done to a call that goes on.

use crate::{
    errors::Problem,
    json::{Id, Json},
    server::Api,
    views::calls::live_call,
};
use axum::{extract::State, http::StatusCode};
use office::CallId;
use serde::Deserialize;
use std::sync::Arc;
use switch::{Command, MediaWay};

/// The way the sound of a call is to take.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MediaWish {
    way: Way,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Way {
    Direct,
    Relayed,
}

/// `POST /api/calls/{id}/hang-up`
pub(crate) async fn hang_up(
    State(api): State<Arc<Api>>,
    Id(call): Id<u64>,
) -> Result<StatusCode, Problem> {
    command(&api, CallId(call), Command::HangUp)
}

/// `PUT /api/calls/{id}/media`
pub(crate) async fn move_media(
    State(api): State<Arc<Api>>,
    Id(call): Id<u64>,
    Json(wish): Json<MediaWish>,
) -> Result<StatusCode, Problem> {
    let to = match wish.way {
        Way::Direct => MediaWay::Direct,
        Way::Relayed => MediaWay::Relayed,
    };
    command(&api, CallId(call), |call| Command::MoveMedia { call, to })
}

/// Hands a command to the switch. What comes of it shows on the board.
fn command(
    api: &Api,
    call: CallId,
    command: impl FnOnce(CallId) -> Command,
) -> Result<StatusCode, Problem> {
    if live_call(api, call).is_none() {
        return Err(Problem::not_found("call"));
    }
    if !api.desk.command(command(call)) {
        let detail = "the phone system is too busy; try again in a moment";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
    }
    Ok(StatusCode::ACCEPTED)
}
