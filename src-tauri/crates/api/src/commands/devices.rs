//! Adding and removing devices, and giving them new secrets.

use crate::{
    errors::Problem,
    json::{Id, IfMatch, Json},
    server::Api,
    views::devices::{DeviceView, LoginView},
};
use axum::{extract::State, http::StatusCode};
use office::{DeviceId, MediaPolicy, PersonId, SipUser, limits::CONTACTS_PER_DEVICE_MAX};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{NewDevice, NewLogin};

/// A device to add.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeviceWish {
    /// Whose device it is.
    person: PersonId,
    #[serde(default)]
    label: String,
    /// Its SIP user name; one is made if it is missing.
    user: Option<String>,
    max_contacts: Option<u8>,
    #[serde(default)]
    media: MediaPolicy,
}

/// A device with what to type into it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeviceWithLogin {
    #[serde(flatten)]
    device: DeviceView,
    login: LoginView,
}

/// `POST /api/devices`
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    Json(wish): Json<DeviceWish>,
) -> Result<(StatusCode, axum::Json<DeviceWithLogin>), Problem> {
    if api.desk.office().person(wish.person).is_none() {
        return Err(Problem::field("person", "there is no such person"));
    }
    let sip_user = wish.user.as_deref().map(SipUser::parse).transpose();
    let device = NewDevice {
        person: wish.person,
        label: wish.label.trim().to_owned(),
        sip_user: sip_user.map_err(|error| Problem::field("user", error))?,
        max_contacts: wish.max_contacts.unwrap_or(CONTACTS_PER_DEVICE_MAX),
        media: wish.media,
    };
    let login = api
        .keeper
        .change(move |change| change.add_device(&device))
        .await?;
    with_login(&api, login)
        .await
        .map(|made| (StatusCode::CREATED, made))
}

/// `POST /api/devices/{id}/renew-secret`: from now on the old secret is worthless.
pub(crate) async fn renew_secret(
    State(api): State<Arc<Api>>,
    Id(id): Id<i64>,
    IfMatch(revision): IfMatch,
) -> Result<axum::Json<DeviceWithLogin>, Problem> {
    let steps = move |change: &store::OfficeChange<'_>| change.renew_secret(DeviceId(id), revision);
    let login = api.keeper.change(steps).await?;
    with_login(&api, login).await
}

/// `DELETE /api/devices/{id}`
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    Id(id): Id<i64>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    let steps =
        move |change: &store::OfficeChange<'_>| change.remove_device(DeviceId(id), revision);
    api.keeper.change(steps).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn with_login(api: &Api, login: NewLogin) -> Result<axum::Json<DeviceWithLogin>, Problem> {
    let devices = api.keeper.ask(|store| store.devices()).await?;
    let device = devices
        .iter()
        .find(|device| device.value.id == login.device);
    let device = device.ok_or_else(|| Problem::not_found("device"))?;
    Ok(axum::Json(DeviceWithLogin {
        device: DeviceView::of(device, &api.desk.board()),
        login: LoginView::of(&login, api.desk.listeners()),
    }))
}
