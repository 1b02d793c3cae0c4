//! Adding, changing and removing sets of PINs.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{Id, IfMatch, IfMatchGiven, Json},
    server::Api,
    values::PinSetId,
    views::pin_sets::PinSetView,
};
use axum::{extract::State, http::StatusCode};
use office::{Pin, Secret, clean_text, limits::PINS_PER_SET_MAX};
use serde::{Deserialize, Deserializer};
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// A set of PINs as it is to be. `POST /api/pin-sets`; `PUT /api/pin-sets/{id}` with `If-Match`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PinSetEdit {
    name: String,
    pins: Vec<NamedPinEdit>,
}

/// One PIN of a set.
#[derive(Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamedPinEdit {
    /// Whose it is.
    name: String,
    /// Missing: the PIN of that name stays.
    #[serde(default, deserialize_with = "digits")]
    #[ts(optional, as = "Option<String>")]
    #[schema(value_type = Option<String>)]
    pin: Option<Secret>,
}

/// Whatever is typed into a field for PINs is nobody's business.
impl std::fmt::Debug for NamedPinEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NamedPinEdit")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Adds a set of PINs.
#[utoipa::path(post, path = "/pin-sets", tag = "flows", request_body = PinSetEdit,
    responses((status = 201, body = PinSetView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<PinSetEdit>,
) -> Result<(StatusCode, axum::Json<PinSetView>), Problem> {
    let (name, pins) = read(&api, edit, &[]).await?;
    let id = api
        .keeper
        .change_by(caller.actor(), move |change| {
            change.add_pin_set(&name, &pins)
        })
        .await?;
    Ok((StatusCode::CREATED, view(&api, id)?))
}

/// Changes a set of PINs that has not been changed since.
#[utoipa::path(put, path = "/pin-sets/{id}", tag = "flows", request_body = PinSetEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = PinSetView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<PinSetId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<PinSetEdit>,
) -> Result<axum::Json<PinSetView>, Problem> {
    let id = id.into();
    let office = api.desk.office();
    let before = office
        .pin_set(id)
        .ok_or_else(|| Problem::not_found("set of PINs"))?;
    let before: Vec<String> = before.pins.iter().map(|pin| pin.name.clone()).collect();
    let (name, pins) = read(&api, edit, &before).await?;
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_pin_set(id, &name, &pins, revision)
        })
        .await?;
    view(&api, id)
}

/// Removes a set of PINs no flow asks for.
#[utoipa::path(delete, path = "/pin-sets/{id}", tag = "flows",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<PinSetId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    let id = id.into();
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let now = || desk.configuration().revision_of_pin_set(id);
            change.remove_pin_set(id, revision.unwrap_or_else(now))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a set of PINs that was removed.
#[utoipa::path(post, path = "/pin-sets/{id}/restore", tag = "flows",
    params(("id" = i64, Path)), responses((status = 200, body = PinSetView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<PinSetId>,
) -> Result<axum::Json<PinSetView>, Problem> {
    let id = id.into();
    api.keeper
        .change_by(caller.actor(), move |change| change.restore_pin_set(id))
        .await?;
    view(&api, id)
}

fn digits<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Secret>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(Secret::new))
}

async fn read(
    api: &Api,
    edit: PinSetEdit,
    before: &[String],
) -> Result<(String, Vec<store::PinEdit>), Problem> {
    if edit.pins.len() > PINS_PER_SET_MAX {
        let detail = format!("a set has at most {PINS_PER_SET_MAX} PINs");
        return Err(Problem::field("pins", detail).coded("tooMany"));
    }
    let mut pins: Vec<store::PinEdit> = Vec::new();
    for (at, wished) in edit.pins.into_iter().enumerate() {
        let name = clean_text(&wished.name).into_owned();
        if name.is_empty() || pins.iter().any(|pin| pin.name == name) {
            let detail = "every PIN has a name of its own, so that it can be taken away again";
            return Err(Problem::field(format!("pins[{at}].name"), detail).coded("badName"));
        }
        let field = format!("pins[{at}].pin");
        let hash = match wished.pin {
            Some(digits) => {
                let pin = Pin::choose(digits.expose().trim(), &[])
                    .map_err(|why| Problem::field(field, why).coded("weakPin"))?;
                Some(api.auth.passwords.hash_pin(pin).await?)
            }
            None if before.contains(&name) => None,
            None => {
                let detail = "a new PIN has digits";
                return Err(Problem::field(field, detail).coded("pinMissing"));
            }
        };
        pins.push(store::PinEdit { name, hash });
    }
    Ok((clean_text(&edit.name).into_owned(), pins))
}

fn view(api: &Api, id: office::PinSetId) -> Result<axum::Json<PinSetView>, Problem> {
    let configuration = api.desk.configuration();
    let set = configuration.office().pin_set(id);
    set.map(|set| axum::Json(PinSetView::of(set, &configuration)))
        .ok_or_else(|| Problem::not_found("set of PINs"))
}
