//! Access to the window from other computers.

use crate::{errors::Problem, server::Api};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// Whether and how other computers reach the window.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LanView {
    enabled: bool,
    port: u16,
    /// What to type into their browsers.
    urls: Vec<String>,
    /// Why it does not work though it is turned on, such as `portTaken`.
    problem: Option<String>,
    /// Owners and others who could sign in; without an owner it cannot be turned on.
    users_with_password: usize,
}

impl LanView {
    pub(crate) async fn of(api: &Api) -> Result<Self, Problem> {
        let users = api.keeper.ask(|store| store.users()).await?;
        let wanted = api.desk.office().settings().lan;
        let state = api.desk.engine().lan;
        Ok(Self {
            enabled: wanted.enabled,
            port: wanted.port,
            urls: state.urls,
            problem: state.problem,
            users_with_password: users.iter().filter(|user| user.value.has_password).count(),
        })
    }
}

/// Whether and how other computers reach the window.
#[utoipa::path(get, path = "/lan", tag = "engine", responses((status = 200, body = LanView)))]
pub(crate) async fn show(State(api): State<Arc<Api>>) -> Result<Json<LanView>, Problem> {
    Ok(Json(LanView::of(&api).await?))
}
