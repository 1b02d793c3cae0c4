//! Turning on and off that other computers may open the window.

use crate::{
    auth::Caller, errors::Problem, json::Json, lan::try_port, server::Api, views::lan::LanView,
};
use axum::{extract::State, http::StatusCode};
use office::{LanAccess, OfficeSettings};
use serde::Deserialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// Whether other computers may open the window, and at which TCP port.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LanEdit {
    enabled: bool,
    port: u16,
}

/// Turns it on or off, at once.
#[utoipa::path(put, path = "/lan", tag = "engine", request_body = LanEdit,
    responses((status = 200, body = LanView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<LanEdit>,
) -> Result<axum::Json<LanView>, Problem> {
    let wanted = LanAccess {
        enabled: edit.enabled,
        port: edit.port,
    };
    let before = api.desk.office().settings().lan;
    let listens = before.enabled && api.desk.engine().lan.problem.is_none();
    let is_open = listens && before.port == wanted.port;
    if wanted.enabled && !is_open && wanted.port != 0 {
        try_port(wanted.port).map_err(refused)?;
    }
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let configuration = desk.configuration();
            let settings = OfficeSettings {
                lan: wanted,
                ..configuration.office().settings().clone()
            };
            change.edit_settings(&settings, configuration.revision_of_settings())
        })
        .await?;
    api.lan.settle().await;
    // Whoever is signed in over the network is asked again whether they still may be.
    api.auth.doubt_all();
    Ok(axum::Json(LanView::of(&api).await?))
}

fn refused(problem: &'static str) -> Problem {
    let detail = match problem {
        "portTaken" => "another program uses this port; choose another",
        "portForbidden" => {
            "the system keeps this port for itself; choose one of 1024 or more, such as 7443"
        }
        _ => "this port cannot be used; choose another",
    };
    Problem {
        field: Some("port".to_owned()),
        ..Problem::new(StatusCode::CONFLICT, detail).coded(problem)
    }
}
