//! Where calls are parked.

use crate::{configuration::Configuration, server::Api};
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use switch::limits::PARK_ANYWHERE;
use ts_rs::TS;
use utoipa::ToSchema;

/// Where calls are parked, and when they come back.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParkingSettings {
    /// To be named in `If-Match` when changing them: that of the office's settings.
    revision: i64,
    /// Whether calls can be parked.
    on: bool,
    /// The number of the first slot.
    first: u32,
    /// How many there are.
    slots: u16,
    /// After how many seconds a parked call comes back to whoever has parked it.
    back_seconds: u32,
    /// What is dialled to park in the next free slot.
    anywhere: String,
}

/// The slots in which calls can be parked.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParkingView {
    first: u32,
    slots: u16,
}

impl ParkingSettings {
    pub(crate) fn of(configuration: &Configuration) -> Self {
        let parking = configuration.office().settings().parking;
        Self {
            revision: configuration.revision_of_settings(),
            on: parking.on,
            first: parking.first,
            slots: parking.slots,
            back_seconds: parking.back_seconds,
            anywhere: PARK_ANYWHERE.to_owned(),
        }
    }
}

impl ParkingView {
    /// `None` where calls cannot be parked.
    pub(crate) fn of(parking: &office::Parking) -> Option<Self> {
        parking.on.then_some(Self {
            first: parking.first,
            slots: parking.slots,
        })
    }
}

/// Where calls are parked, and when they come back.
#[utoipa::path(get, path = "/parking", tag = "office",
    responses((status = 200, body = ParkingSettings)))]
pub(crate) async fn settings(State(api): State<Arc<Api>>) -> axum::Json<ParkingSettings> {
    axum::Json(ParkingSettings::of(&api.desk.configuration()))
}
