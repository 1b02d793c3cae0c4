//! Adding, changing and removing lines, turning them on and off, and having one try again.

use crate::{
    auth::Caller,
    commands::calls::{Taken, order},
    errors::Problem,
    json::{Id, IfMatch, IfMatchGiven, Json, SecretEdit},
    library,
    server::Api,
    values::{LineId, SoundId},
    views::{
        line_settings::LineSpendCap,
        lines::{LineEdit, LineView},
    },
};
use axum::{extract::State, http::StatusCode};
use office::{MusicOnHold, Secret, Trunk, TrunkId};
use serde::Deserialize;
use std::sync::Arc;
use store::{OfficeChange, StoreError};
use switch::Command;
use ts_rs::TS;
use utoipa::ToSchema;

/// `POST /api/lines/{id}/switch`: turns a line on or off.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineSwitch {
    on: bool,
}

/// `POST /api/lines/{id}/spend-cap`: says whether the provider stops calls abroad at a sum.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineSpendCapAnswer {
    spend_cap: LineSpendCap,
}

/// Adds a line; it registers at once if it is on.
#[utoipa::path(post, path = "/lines", tag = "lines", request_body = LineEdit,
    responses((status = 201, body = LineView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<LineEdit>,
) -> Result<(StatusCode, axum::Json<LineView>), Problem> {
    let music = music(&api, &edit.music).await?;
    let (mut trunk, password) = edit.read(TrunkId(0));
    trunk.music = music;
    if let SecretEdit::Becomes(password) = password {
        trunk.password = Some(password);
    }
    let id = api
        .keeper
        .change_by(caller.actor(), move |change| change.add_trunk(&trunk))
        .await?;
    Ok((StatusCode::CREATED, view(&api, id)?))
}

/// Changes a line that has not been changed since.
#[utoipa::path(put, path = "/lines/{id}", tag = "lines", request_body = LineEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = LineView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<LineId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<LineEdit>,
) -> Result<axum::Json<LineView>, Problem> {
    let id = id.into();
    let music = music(&api, &edit.music).await?;
    let (mut trunk, password) = edit.read(id);
    trunk.music = music;
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            // Answered by itself, and not with the rest.
            if let Some(known) = desk.office().trunk(id) {
                trunk.spend_cap = known.spend_cap;
            }
            change.edit_trunk(&trunk, revision)?;
            set(password, |password| change.set_trunk_password(id, password))
        })
        .await?;
    view(&api, id)
}

/// The music of a line by its sounds; none for that of whoever holds.
async fn music(api: &Api, sounds: &[SoundId]) -> Result<Option<MusicOnHold>, Problem> {
    if sounds.is_empty() {
        return Ok(None);
    }
    let names = library::names(api).await?;
    super::music::music(&names, sounds, "music").map(Some)
}

/// Removes a line that no number, rule or plan names.
#[utoipa::path(delete, path = "/lines/{id}", tag = "lines",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<LineId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    let id = TrunkId::from(id);
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let now = || desk.configuration().revision_of_line(id);
            change.remove_trunk(id, revision.unwrap_or_else(now))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a line that was removed, with its password.
#[utoipa::path(post, path = "/lines/{id}/restore", tag = "lines",
    params(("id" = i64, Path)), responses((status = 200, body = LineView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<LineId>,
) -> Result<axum::Json<LineView>, Problem> {
    let id = id.into();
    api.keeper
        .change_by(caller.actor(), move |change| change.restore_trunk(id))
        .await?;
    view(&api, id)
}

/// Turns a line on or off, however it has been changed meanwhile.
#[utoipa::path(post, path = "/lines/{id}/switch", tag = "lines", request_body = LineSwitch,
    params(("id" = i64, Path)), responses((status = 200, body = LineView)))]
pub(crate) async fn switch(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<LineId>,
    Json(LineSwitch { on }): Json<LineSwitch>,
) -> Result<axum::Json<LineView>, Problem> {
    alter(&api, &caller, id.into(), move |trunk| trunk.enabled = on).await
}

/// Says whether the provider of a line stops calls abroad at a sum, however the line has been changed
/// meanwhile.
#[utoipa::path(post, path = "/lines/{id}/spend-cap", tag = "lines",
    request_body = LineSpendCapAnswer, params(("id" = i64, Path)),
    responses((status = 200, body = LineView)))]
pub(crate) async fn answer_spend_cap(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<LineId>,
    Json(LineSpendCapAnswer { spend_cap }): Json<LineSpendCapAnswer>,
) -> Result<axum::Json<LineView>, Problem> {
    let answer = spend_cap.into();
    alter(&api, &caller, id.into(), move |trunk| {
        trunk.spend_cap = answer
    })
    .await
}

/// Changes something of a line as it is now.
async fn alter(
    api: &Api,
    caller: &Caller,
    id: TrunkId,
    with: impl FnOnce(&mut Trunk) + Send + 'static,
) -> Result<axum::Json<LineView>, Problem> {
    let desk = Arc::clone(&api.desk);
    let change = move |change: &OfficeChange<'_>| {
        let configuration = desk.configuration();
        let trunk = configuration.office().trunk(id);
        let trunk = trunk.ok_or(StoreError::NotFound(office::Record::Trunk(id)))?;
        let mut trunk = (**trunk).clone();
        with(&mut trunk);
        change.edit_trunk(&trunk, configuration.revision_of_line(id))
    };
    api.keeper.change_by(caller.actor(), change).await?;
    view(api, id)
}

/// Has a line try again at once, whatever it waits for.
#[utoipa::path(post, path = "/lines/{id}/register", tag = "lines",
    params(("id" = i64, Path)), responses((status = 202)))]
pub(crate) async fn register(
    State(api): State<Arc<Api>>,
    Id(line): Id<LineId>,
) -> Result<Taken, Problem> {
    let line = line.into();
    order(&api, |ticket| Command::RegisterLine { ticket, line }).await
}

/// Sets a password, or takes it away, unless it stays.
pub(crate) fn set(
    password: SecretEdit,
    set: impl FnOnce(Option<&Secret>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    match password {
        SecretEdit::Stays => Ok(()),
        SecretEdit::Goes => set(None),
        SecretEdit::Becomes(password) => set(Some(&password)),
    }
}

fn view(api: &Api, id: TrunkId) -> Result<axum::Json<LineView>, Problem> {
    let line = api.desk.line(id);
    line.map(axum::Json)
        .ok_or_else(|| Problem::not_found("line"))
}
