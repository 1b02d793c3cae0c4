//! Who changed what.

use crate::{errors::Problem, json::Asked, limits::AUDIT_PER_PAGE, server::Api, values::Millis};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::limits::AUDIT_PAGE_MAX;
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

/// A page of the audit log, the newest line first.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    entries: Vec<AuditEntry>,
    /// To be given as `before` for the next page; missing on the last one.
    next: Option<String>,
}

/// One line of the audit log.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    #[ts(type = "number")]
    id: i64,
    at: Millis,
    /// Login of the user; empty for this computer's owner.
    by: String,
    /// Where they were; empty for this computer.
    address: String,
    /// Such as `person.edited`, `session.signedIn`.
    action: String,
    subject: String,
    #[ts(type = "unknown")]
    #[schema(value_type = Object)]
    before: Option<Value>,
    #[ts(type = "unknown")]
    #[schema(value_type = Object)]
    after: Option<Value>,
}

/// Which lines to give.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditWish {
    /// How many.
    limit: Option<usize>,
    /// The `next` of the page before.
    before: Option<String>,
}

/// Who changed what, the newest first.
#[utoipa::path(get, path = "/audit", tag = "users", params(AuditWish),
    responses((status = 200, body = AuditPage)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Asked(wish): Asked<AuditWish>,
) -> Result<Json<AuditPage>, Problem> {
    let limit = wish
        .limit
        .unwrap_or(AUDIT_PER_PAGE)
        .clamp(1, AUDIT_PAGE_MAX);
    let before = wish.before.map(|before| before.parse::<i64>()).transpose();
    let before =
        before.map_err(|_| Problem::field("before", "give the `next` of the page before"))?;
    let entries = api
        .keeper
        .ask(move |store| store.audit(limit, before))
        .await?;
    let last = entries.last().filter(|_| entries.len() == limit);
    Ok(Json(AuditPage {
        next: last.map(|last| last.id.to_string()),
        entries: entries.into_iter().map(AuditEntry::of).collect(),
    }))
}

impl AuditEntry {
    fn of(entry: store::AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: Millis(entry.at),
            by: entry.by.login,
            address: entry.by.address,
            action: entry.action,
            subject: entry.subject,
            before: entry.before,
            after: entry.after,
        }
    }
}
