//! The office's extensions: what each leads to, and when.

use crate::{
    configuration::Configuration,
    server::Api,
    views::numbers::{NumberHours, RouteTarget},
};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// An extension of the office.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionView {
    number: String,
    /// To be named in `If-Match` when changing it.
    revision: i64,
    /// Where it leads while it is open.
    leads_to: RouteTarget,
    /// When that holds, and where its callers go otherwise; always for `null`.
    hours: Option<NumberHours>,
}

impl ExtensionView {
    pub(crate) fn of(extension: &office::Extension, configuration: &Configuration) -> Self {
        Self {
            number: extension.number.to_string(),
            revision: configuration.revision_of_extension(&extension.number),
            leads_to: RouteTarget::of(&extension.target),
            hours: extension.hours.as_ref().map(NumberHours::of),
        }
    }
}

/// All extensions, by number.
#[utoipa::path(get, path = "/extensions", tag = "numbers",
    responses((status = 200, body = [ExtensionView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<Vec<ExtensionView>> {
    let configuration = api.desk.configuration();
    let extensions = configuration.office().extensions();
    let view = |extension| ExtensionView::of(extension, &configuration);
    Json(extensions.map(view).collect())
}
