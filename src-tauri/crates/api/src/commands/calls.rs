//! What may be done to a call that goes on.

use crate::{
    errors::Problem,
    json::{Id, Json},
    server::Api,
    values::CallId,
    views::{calls::live_call, live::MediaPath},
};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use switch::{Command, MediaWay};
use ts_rs::TS;
use utoipa::ToSchema;

/// Answer to commands on calls. What comes of them is told by the feed.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallCommandTaken {
    call: Option<CallId>,
}

/// The way the sound of a call is to take.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MediaWish {
    way: MediaPath,
}

/// Ends a call.
#[utoipa::path(post, path = "/calls/{id}/hang-up", tag = "calls", params(("id" = u64, Path)),
    responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn hang_up(
    State(api): State<Arc<Api>>,
    Id(call): Id<CallId>,
) -> Result<Taken, Problem> {
    command(&api, call, Command::HangUp)
}

/// Lets the sound of a call take another way.
#[utoipa::path(put, path = "/calls/{id}/media", tag = "calls", params(("id" = u64, Path)),
    request_body = MediaWish, responses((status = 202, body = CallCommandTaken)))]
pub(crate) async fn move_media(
    State(api): State<Arc<Api>>,
    Id(call): Id<CallId>,
    Json(wish): Json<MediaWish>,
) -> Result<Taken, Problem> {
    let to = match wish.way {
        MediaPath::Direct => MediaWay::Direct,
        MediaPath::Relayed => MediaWay::Relayed,
    };
    command(&api, call, |call| Command::MoveMedia { call, to })
}

type Taken = (StatusCode, axum::Json<CallCommandTaken>);

/// Hands a command to the switch. What comes of it shows on the board.
fn command(
    api: &Api,
    call: CallId,
    command: impl FnOnce(office::CallId) -> Command,
) -> Result<Taken, Problem> {
    if live_call(api, call.into()).is_none() {
        return Err(Problem::not_found("call"));
    }
    if !api.desk.command(command(call.into())) {
        let detail = "the phone system is too busy; try again in a moment";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
    }
    let taken = CallCommandTaken { call: Some(call) };
    Ok((StatusCode::ACCEPTED, axum::Json(taken)))
}
