//! Adding, changing and removing schedules, and setting one by hand for a while.

use crate::{
    auth::Caller,
    configuration::Configuration,
    errors::Problem,
    json::{Id, IfMatch, IfMatchGiven, Json},
    limits::MAX_OVERRIDE,
    server::Api,
    values::{Millis, ScheduleId, SoundId},
    views::schedules::{ScheduleView, document},
};
use axum::{extract::State, http::StatusCode};
use office::{
    ScheduleDocument, clean_text,
    limits::SCHEDULE_TEXT_MAX_CHARS,
    schedule::{Moment, Override, OverrideState},
};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// A schedule as it is to be. `POST /api/schedules`; `PUT /api/schedules/{id}` with `If-Match`. What
/// is set by hand is left as it is.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduleEdit {
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    document: Value,
}

/// `POST /api/schedules/{id}/override`: what holds until a moment, above all rules.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OverrideEdit {
    state: OverrideWord,
    /// When the rules hold again. It always ends.
    until: Millis,
    /// Why, in somebody's own words.
    #[ts(optional)]
    reason: Option<String>,
}

/// What can be set by hand.
#[derive(Clone, Copy, Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "OverrideState")]
#[schema(as = OverrideState)]
pub enum OverrideWord {
    Open,
    Closed,
    Holiday,
}

/// Adds a schedule.
#[utoipa::path(post, path = "/schedules", tag = "schedules", request_body = ScheduleEdit,
    responses((status = 201, body = ScheduleView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<ScheduleEdit>,
) -> Result<(StatusCode, axum::Json<ScheduleView>), Problem> {
    let document = document(edit.document)?;
    expect_sounds(&api.desk.configuration(), &document, None)?;
    let id = api
        .keeper
        .change_by(caller.actor(), move |change| change.add_schedule(&document))
        .await?;
    Ok((StatusCode::CREATED, view(&api, id)?))
}

/// Changes a schedule that has not been changed since.
#[utoipa::path(put, path = "/schedules/{id}", tag = "schedules", request_body = ScheduleEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ScheduleView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ScheduleId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<ScheduleEdit>,
) -> Result<axum::Json<ScheduleView>, Problem> {
    let (id, document) = (id.into(), document(edit.document)?);
    expect_sounds(&api.desk.configuration(), &document, Some(id))?;
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_schedule(id, &document, revision)
        })
        .await?;
    view(&api, id)
}

/// What is to be heard on a closed day is there. What is gone and was chosen before does not keep
/// anybody from changing something else.
fn expect_sounds(
    configuration: &Configuration,
    document: &ScheduleDocument,
    before: Option<office::ScheduleId>,
) -> Result<(), Problem> {
    let before = before.and_then(|id| configuration.office().schedule(id)?.document());
    let before = before.map(ScheduleDocument::greetings).unwrap_or_default();
    let is_known = |sound: office::SoundId| {
        configuration.sounds().contains_key(&SoundId(sound.0))
            || before.iter().any(|(_, chosen)| *chosen == sound)
    };
    let mut greetings = document.greetings().into_iter();
    match greetings.find(|(_, sound)| !is_known(*sound)) {
        None => Ok(()),
        Some((field, _)) => {
            let detail = "there is no such sound, or not any more; choose another";
            Err(Problem::field(format!("document.{field}"), detail).coded("noSuchSound"))
        }
    }
}

/// Removes a schedule nobody goes by.
#[utoipa::path(delete, path = "/schedules/{id}", tag = "schedules",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ScheduleId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    let id = id.into();
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let now = || desk.configuration().revision_of_schedule(id);
            change.remove_schedule(id, revision.unwrap_or_else(now))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a schedule that was removed.
#[utoipa::path(post, path = "/schedules/{id}/restore", tag = "schedules",
    params(("id" = i64, Path)), responses((status = 200, body = ScheduleView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ScheduleId>,
) -> Result<axum::Json<ScheduleView>, Problem> {
    let id = id.into();
    api.keeper
        .change_by(caller.actor(), move |change| change.restore_schedule(id))
        .await?;
    view(&api, id)
}

/// Sets a schedule by hand until a moment.
#[utoipa::path(post, path = "/schedules/{id}/override", tag = "schedules",
    request_body = OverrideEdit, params(("id" = i64, Path)),
    responses((status = 200, body = ScheduleView)))]
pub(crate) async fn set_by_hand(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ScheduleId>,
    Json(edit): Json<OverrideEdit>,
) -> Result<axum::Json<ScheduleView>, Problem> {
    let (id, now) = (id.into(), Millis::now());
    let longest = now
        .0
        .saturating_add(MAX_OVERRIDE.as_millis().try_into().unwrap_or(i64::MAX));
    if !(now.0..=longest).contains(&edit.until.0) {
        let detail = "what is set by hand ends later than now and within 400 days";
        return Err(Problem::field("until", detail).coded("badUntil"));
    }
    let reason = edit.reason.map(|reason| clean_text(&reason).into_owned());
    let reason = reason.filter(|reason| !reason.is_empty());
    let length = reason.as_ref().map_or(0, |reason| reason.chars().count());
    if length > SCHEDULE_TEXT_MAX_CHARS {
        let detail = format!("a reason has up to {SCHEDULE_TEXT_MAX_CHARS} characters");
        return Err(Problem::field("reason", detail).coded("badText"));
    }
    let set = Override {
        state: match edit.state {
            OverrideWord::Open => OverrideState::Open,
            OverrideWord::Closed => OverrideState::Closed,
            OverrideWord::Holiday => OverrideState::Holiday,
        },
        since: Some(moment(now)?),
        until: moment(edit.until)?,
        by: caller.name.clone(),
        reason,
        other: serde_json::Map::new(),
    };
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.set_schedule_by_hand(id, Some(&set))
        })
        .await?;
    view(&api, id)
}

/// Lets the rules of a schedule hold again.
#[utoipa::path(delete, path = "/schedules/{id}/override", tag = "schedules",
    params(("id" = i64, Path)), responses((status = 204)))]
pub(crate) async fn end_by_hand(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ScheduleId>,
) -> Result<StatusCode, Problem> {
    let id = id.into();
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.set_schedule_by_hand(id, None)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(api: &Api, id: office::ScheduleId) -> Result<axum::Json<ScheduleView>, Problem> {
    let schedule = api.desk.schedule(id);
    schedule
        .map(axum::Json)
        .ok_or_else(|| Problem::not_found("schedule"))
}

fn moment(at: Millis) -> Result<Moment, Problem> {
    Moment::from_unix_ms(at.0).ok_or_else(|| Problem::field("until", "there is no such moment"))
}
