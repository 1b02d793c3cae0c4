//! Emergency calls of late, and what would happen if somebody made one.

use crate::{
    server::Api,
    values::{CallId, LineId, Millis, PersonId},
};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// An emergency call, until somebody says that they have seen it.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyView {
    pub(crate) id: String,
    pub(crate) call: CallId,
    /// What was called.
    pub(crate) number: String,
    /// Who called.
    pub(crate) caller: String,
    /// Their number inside the office.
    pub(crate) phone: String,
    pub(crate) person: Option<PersonId>,
    /// Where they are, as far as the office knows.
    pub(crate) location: String,
    /// The number the emergency service calls back.
    pub(crate) callback: Option<String>,
    /// The line it went out on; `null` when none took it.
    pub(crate) line: Option<LineId>,
    pub(crate) started_at: Millis,
    pub(crate) ended_at: Option<Millis>,
}

impl EmergencyView {
    pub(crate) fn call(&self) -> office::CallId {
        self.call.into()
    }
}

/// Emergency calls nobody has said yet that they have seen, the oldest first.
#[utoipa::path(get, path = "/emergency", tag = "calling out",
    responses((status = 200, body = [EmergencyView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<Vec<EmergencyView>> {
    Json(api.desk.emergencies())
}
