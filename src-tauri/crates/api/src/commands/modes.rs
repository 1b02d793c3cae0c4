//! Adding, changing and removing modes, and setting one.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{Id, IfMatch, IfMatchGiven, Json},
    limits::MAX_OVERRIDE,
    server::Api,
    values::{Millis, ModeId},
    views::{self, modes::ModeView},
};
use axum::{extract::State, http::StatusCode};
use office::{
    Mode, ModeSetting, ModeState, clean_text,
    limits::{MODE_STATE_ID_MAX_CHARS, MODE_STATES_MAX},
};
use serde::Deserialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// A mode as it is to be. `POST /api/modes`; `PUT /api/modes/{id}` with `If-Match`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModeEdit {
    name: String,
    /// Its positions, each of another name; it rests in the first. One that keeps its identity stays
    /// the same to flows.
    states: Vec<views::modes::ModeState>,
}

/// `POST /api/modes/{id}/set`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModeSet {
    /// The identity of a position.
    state: String,
    /// When it goes back by itself; without, when somebody says so.
    #[ts(optional)]
    until: Option<Millis>,
}

/// Adds a mode.
#[utoipa::path(post, path = "/modes", tag = "modes", request_body = ModeEdit,
    responses((status = 201, body = ModeView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<ModeEdit>,
) -> Result<(StatusCode, axum::Json<ModeView>), Problem> {
    let (name, states) = edit.read()?;
    let id = api
        .keeper
        .change_by(caller.actor(), move |change| {
            change.add_mode(&name, &states)
        })
        .await?;
    Ok((StatusCode::CREATED, view(&api, id)?))
}

/// Changes a mode that has not been changed since.
#[utoipa::path(put, path = "/modes/{id}", tag = "modes", request_body = ModeEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ModeView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ModeId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<ModeEdit>,
) -> Result<axum::Json<ModeView>, Problem> {
    let (id, (name, states)) = (id.into(), edit.read()?);
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_mode(id, &name, &states, revision)
        })
        .await?;
    view(&api, id)
}

/// Removes a mode no flow asks for.
#[utoipa::path(delete, path = "/modes/{id}", tag = "modes",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ModeId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    let id = id.into();
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let now = || desk.configuration().revision_of_mode(id);
            change.remove_mode(id, revision.unwrap_or_else(now))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a mode that was removed.
#[utoipa::path(post, path = "/modes/{id}/restore", tag = "modes",
    params(("id" = i64, Path)), responses((status = 200, body = ModeView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ModeId>,
) -> Result<axum::Json<ModeView>, Problem> {
    let id = id.into();
    api.keeper
        .change_by(caller.actor(), move |change| change.restore_mode(id))
        .await?;
    view(&api, id)
}

/// Sets a mode to a position; the first lets it rest.
#[utoipa::path(post, path = "/modes/{id}/set", tag = "modes", request_body = ModeSet,
    params(("id" = i64, Path)), responses((status = 200, body = ModeView)))]
pub(crate) async fn set(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ModeId>,
    Json(set): Json<ModeSet>,
) -> Result<axum::Json<ModeView>, Problem> {
    let (mode, now) = (find(&api, id)?, Millis::now());
    let place = mode.states.iter().position(|state| state.id == set.state);
    let Some(place) = place else {
        let detail = "this mode has no such position";
        return Err(Problem::field("state", detail).coded("noSuchState"));
    };
    let longest = now
        .0
        .saturating_add(MAX_OVERRIDE.as_millis().try_into().unwrap_or(i64::MAX));
    if set
        .until
        .is_some_and(|until| !(now.0..=longest).contains(&until.0))
    {
        let detail = "it goes back later than now and within 400 days";
        return Err(Problem::field("until", detail).coded("badUntil"));
    }
    let setting = (place > 0).then(|| ModeSetting {
        state: mode.states[place].id.clone(),
        by: caller.name.clone(),
        since_unix_ms: now.0,
        until_unix_ms: set.until.map(|until| until.0),
    });
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.set_mode(mode.id, setting.as_ref())
        })
        .await?;
    view(&api, id.into())
}

impl ModeEdit {
    fn read(self) -> Result<(String, Vec<ModeState>), Problem> {
        let mut states: Vec<ModeState> = Vec::new();
        for (at, wished) in self.states.iter().enumerate() {
            let name = clean_text(&wished.name).into_owned();
            if name.is_empty() || states.iter().any(|state| state.name == name) {
                let detail = "every position has a name of its own";
                let field = format!("states[{at}].name");
                return Err(Problem::field(field, detail).coded("badName"));
            }
            let named = |state: &views::modes::ModeState| state.id.clone();
            let id = match wished.id.as_str() {
                "" => new_id(
                    &name,
                    &self.states.iter().map(named).collect::<Vec<_>>(),
                    &states,
                ),
                id => id.to_owned(),
            };
            states.push(ModeState { id, name });
        }
        if !(2..=MODE_STATES_MAX).contains(&states.len()) {
            let detail = format!("a mode has 2 to {MODE_STATES_MAX} positions");
            return Err(Problem::field("states", detail).coded("badStates"));
        }
        Ok((clean_text(&self.name).into_owned(), states))
    }
}

/// By what flows know a new position: its name as far as it is plain, and a number if that is taken.
fn new_id(name: &str, wished: &[String], before: &[ModeState]) -> String {
    let plain = name.to_lowercase().replace([' ', '-'], "_");
    let plain = plain
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_');
    let plain: String = plain.take(MODE_STATE_ID_MAX_CHARS - 4).collect();
    let plain = if plain.is_empty() { "state" } else { &plain };
    let is_free = |id: &String| !wished.contains(id) && before.iter().all(|state| state.id != *id);
    let numbered = (2..).map(|turn| format!("{plain}{turn}"));
    std::iter::once(plain.to_owned())
        .chain(numbered)
        .find(is_free)
        .unwrap_or_default()
}

fn find(api: &Api, id: ModeId) -> Result<Mode, Problem> {
    let office = api.desk.office();
    let mode = office.mode(id.into()).cloned();
    mode.ok_or_else(|| Problem::not_found("mode"))
}

fn view(api: &Api, id: office::ModeId) -> Result<axum::Json<ModeView>, Problem> {
    let mode = api.desk.mode(id);
    mode.map(axum::Json)
        .ok_or_else(|| Problem::not_found("mode"))
}
