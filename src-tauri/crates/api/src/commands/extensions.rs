//! Changing when an extension takes calls.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{IfMatch, Json},
    server::Api,
    views::{extensions::ExtensionView, numbers::NumberHours},
};
use axum::extract::{Path, State};
use office::{Extension, ExtensionNumber};
use serde::Deserialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// `PUT /api/extensions/{number}/hours`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtensionHours {
    /// When it leads where it leads, and where its callers go otherwise; always for `null`.
    #[serde(deserialize_with = "Option::deserialize")]
    hours: Option<NumberHours>,
}

/// Says when an extension leads where it leads; its next caller is led by it.
#[utoipa::path(put, path = "/extensions/{number}/hours", tag = "numbers",
    request_body = ExtensionHours,
    params(("number" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ExtensionView)))]
pub(crate) async fn edit_hours(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(path): Path<String>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<ExtensionHours>,
) -> Result<axum::Json<ExtensionView>, Problem> {
    let none = || Problem::not_found("extension");
    let number = ExtensionNumber::parse(&path).map_err(|_| none())?;
    let office = api.desk.office();
    let known = office.extension(number.as_str()).ok_or_else(none)?;
    let edited = Extension {
        hours: edit.hours.map(Into::into),
        ..known.clone()
    };
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_extension(&edited, revision)
        })
        .await?;
    let configuration = api.desk.configuration();
    let changed = configuration.office().extension(number.as_str());
    let view = |extension| axum::Json(ExtensionView::of(extension, &configuration));
    changed.map(view).ok_or_else(none)
}
