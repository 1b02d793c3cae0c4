//! Is the phone system well: the one thing told to whoever asks.

use crate::{desk::SipListener, server::Api};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The engine in one look. No names, no numbers: it is told without the token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Status {
    office: String,
    version: &'static str,
    uptime_seconds: u64,
    registered_devices: usize,
    active_calls: usize,
    sip: Vec<SipListener>,
    /// How many problems somebody should see to.
    attention: usize,
}

/// The engine in one look, for whoever asks.
#[utoipa::path(get, path = "/status", tag = "engine", responses((status = 200, body = Status)))]
pub(crate) async fn show(State(api): State<Arc<Api>>) -> Json<Status> {
    let desk = &api.desk;
    let (registered_devices, active_calls) =
        desk.read_board(|board| (board.devices.len(), board.calls.len()));
    Json(Status {
        office: desk.office().settings().name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: desk.uptime().as_secs(),
        registered_devices,
        active_calls,
        sip: desk.listeners().to_vec(),
        attention: desk.problems(),
    })
}
