//! Seeing to what happened at the office's edge: fuses that blew, emergency calls.

use crate::{
    auth::Caller,
    commands::calls::{Taken, order},
    emergencies::DISMISSED,
    errors::Problem,
    json::Id,
    kept_outside::known_phones,
    server::Api,
    values::DeviceId,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use std::sync::Arc;
use switch::{Command, FuseId, Input};

/// Puts a fuse back in that has blown: what it counted until now does not count any more. Only for
/// somebody who is signed in: a program that has run into a limit must not take it away.
#[utoipa::path(post, path = "/fuses/{id}/reset", tag = "calling out",
    params(("id" = String, Path)), responses((status = 202)))]
pub(crate) async fn reset_fuse(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Taken, Problem> {
    caller.is_somebody()?;
    let fuse: FuseId = id.parse().map_err(|_| Problem::not_found("fuse"))?;
    if api.desk.blown_fuse(fuse).is_none() {
        return Err(Problem::not_found("blown fuse"));
    }
    // Written down first: no fuse is put back in without a name beside it.
    note(&api, &caller, "fuse.reset", id).await?;
    order(&api, |ticket| Command::ResetFuse { ticket, fuse }).await
}

/// Says that the phones that use this login so far are the office's: they may call abroad.
#[utoipa::path(post, path = "/new-phones/{id}/clear", tag = "calling out",
    params(("id" = i64, Path)), responses((status = 204)))]
pub(crate) async fn clear_phone(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(device): Id<DeviceId>,
) -> Result<StatusCode, Problem> {
    let device = device.into();
    api.keeper
        .change_by(caller.actor(), move |change| change.clear_device(device))
        .await?;
    let known = api.keeper.ask(|store| known_phones(store)).await?;
    api.desk.send(Input::KnownPhones(known));
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an emergency call off all windows: somebody has seen to it.
#[utoipa::path(post, path = "/emergency/{id}/dismiss", tag = "calling out",
    params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn dismiss_emergency(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    if !api.desk.dismiss_emergency(&id) {
        return Err(Problem::not_found("emergency call"));
    }
    note(&api, &caller, DISMISSED, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Writes down who did something that changes nothing that is configured.
pub(crate) async fn note(
    api: &Api,
    caller: &Caller,
    action: &'static str,
    subject: String,
) -> Result<(), Problem> {
    let actor = caller.actor();
    api.keeper
        .ask(move |store| store.note_deed(&actor, action, &subject))
        .await?;
    Ok(())
}
