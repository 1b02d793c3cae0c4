//! Where calls are parked, and when they come back.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{IfMatch, Json},
    server::Api,
    views::parking::ParkingSettings,
};
use axum::extract::State;
use office::{OfficeSettings, Parking};
use serde::Deserialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// Where calls are to be parked. `PUT /api/parking` with `If-Match`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParkingEdit {
    on: bool,
    first: u32,
    slots: u16,
    back_seconds: u32,
}

/// Changes where calls are parked, if nobody has changed the settings since. Whoever is parked stays
/// where they are.
#[utoipa::path(put, path = "/parking", tag = "office", request_body = ParkingEdit,
    params(("If-Match" = String, Header)), responses((status = 200, body = ParkingSettings)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    IfMatch(revision): IfMatch,
    Json(edit): Json<ParkingEdit>,
) -> Result<axum::Json<ParkingSettings>, Problem> {
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let office = desk.office();
            let settings = OfficeSettings {
                parking: Parking {
                    on: edit.on,
                    first: edit.first,
                    slots: edit.slots,
                    back_seconds: edit.back_seconds,
                },
                ..office.settings().clone()
            };
            change.edit_settings(&settings, revision)
        })
        .await?;
    Ok(axum::Json(ParkingSettings::of(&api.desk.configuration())))
}
