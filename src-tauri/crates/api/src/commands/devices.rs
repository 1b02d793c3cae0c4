//! Adding, changing and removing devices, and giving them new secrets.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{Id, IfMatch, IfMatchGiven, Json},
    server::Api,
    values::{DeviceId, PersonId},
    views::devices::{DeviceView, DeviceWithLogin, LoginView, MediaPolicy},
};
use axum::{extract::State, http::StatusCode};
use office::{SipUser, limits::CONTACTS_PER_DEVICE_MAX};
use serde::Deserialize;
use std::sync::Arc;
use store::{NewDevice, NewLogin};
use ts_rs::TS;
use utoipa::ToSchema;

/// A device to add. `POST /api/devices`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceAdd {
    /// Whose device it is.
    person: PersonId,
    #[serde(default)]
    label: String,
    /// Its SIP user name; one is made if it is missing.
    #[ts(optional)]
    user: Option<String>,
}

/// A device as it is to be. `PUT /api/devices/{id}` with `If-Match`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceEdit {
    label: String,
    person: PersonId,
    max_contacts: u8,
    media: MediaPolicy,
}

/// Adds a device, and tells what to type into it.
#[utoipa::path(post, path = "/devices", tag = "devices", request_body = DeviceAdd,
    responses((status = 201, body = DeviceWithLogin)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(wish): Json<DeviceAdd>,
) -> Result<(StatusCode, axum::Json<DeviceWithLogin>), Problem> {
    let sip_user = wish.user.as_deref().map(SipUser::parse).transpose();
    let device = NewDevice {
        person: existing(&api, wish.person)?,
        label: wish.label.trim().to_owned(),
        sip_user: sip_user.map_err(|error| Problem::field("user", error).coded("badUser"))?,
        max_contacts: CONTACTS_PER_DEVICE_MAX,
        media: office::MediaPolicy::default(),
    };
    let login = api
        .keeper
        .change_by(caller.actor(), move |change| change.add_device(&device))
        .await?;
    Ok((StatusCode::CREATED, with_login(&api, &login)?))
}

/// Changes a device that has not been changed since.
#[utoipa::path(put, path = "/devices/{id}", tag = "devices", request_body = DeviceEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = DeviceView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<DeviceId>,
    IfMatch(revision): IfMatch,
    Json(wish): Json<DeviceEdit>,
) -> Result<axum::Json<DeviceView>, Problem> {
    let edit = store::DeviceEdit {
        id: id.into(),
        person: existing(&api, wish.person)?,
        label: wish.label.trim().to_owned(),
        max_contacts: wish.max_contacts,
        media: wish.media.into(),
    };
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_device(&edit, revision)
        })
        .await?;
    view(&api, id.into()).map(axum::Json)
}

/// Gives a device a new secret; from now on the old one is worthless.
#[utoipa::path(post, path = "/devices/{id}/renew-secret", tag = "devices",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = DeviceWithLogin)))]
pub(crate) async fn renew_secret(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<DeviceId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<axum::Json<DeviceWithLogin>, Problem> {
    let (id, desk) = (office::DeviceId::from(id), Arc::clone(&api.desk));
    let login = api
        .keeper
        .change_by(caller.actor(), move |change| {
            let now = || desk.configuration().revision_of_device(id);
            change.renew_secret(id, revision.unwrap_or_else(now))
        })
        .await?;
    with_login(&api, &login)
}

/// Removes a device.
#[utoipa::path(delete, path = "/devices/{id}", tag = "devices",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<DeviceId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    let (id, desk) = (office::DeviceId::from(id), Arc::clone(&api.desk));
    api.keeper
        .change_by(caller.actor(), move |change| {
            let now = || desk.configuration().revision_of_device(id);
            change.remove_device(id, revision.unwrap_or_else(now))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a device that was removed; it logs in as before.
#[utoipa::path(post, path = "/devices/{id}/restore", tag = "devices",
    params(("id" = i64, Path)), responses((status = 200, body = DeviceView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<DeviceId>,
) -> Result<axum::Json<DeviceView>, Problem> {
    let id = office::DeviceId::from(id);
    api.keeper
        .change_by(caller.actor(), move |change| change.restore_device(id))
        .await?;
    view(&api, id).map(axum::Json)
}

fn existing(api: &Api, person: PersonId) -> Result<office::PersonId, Problem> {
    let id = person.into();
    match api.desk.office().person(id) {
        Some(_) => Ok(id),
        None => Err(Problem::field("person", "there is no such person").coded("noSuchPerson")),
    }
}

fn with_login(api: &Api, login: &NewLogin) -> Result<axum::Json<DeviceWithLogin>, Problem> {
    let office = api.desk.office();
    Ok(axum::Json(DeviceWithLogin {
        device: view(api, login.device)?,
        login: LoginView::of(
            login,
            api.desk.listeners(),
            office.settings().domains.first(),
        ),
    }))
}

fn view(api: &Api, id: office::DeviceId) -> Result<DeviceView, Problem> {
    let device = api.desk.device(id);
    device.ok_or_else(|| Problem::not_found("device"))
}
