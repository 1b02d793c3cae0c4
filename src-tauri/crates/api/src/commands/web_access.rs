//! What flows may ask of other programs: where they may go, and which secrets they show there.

use crate::{auth::Caller, errors::Problem, json::Json, limits::MAX_WEB_KEY, server::Api};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use office::Secret;
use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// What flows may ask of other programs.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebAccessView {
    /// Whether they may ask programs within the office's own network, and unencrypted.
    private_networks: bool,
    /// The names of the secrets they may show. A value is never shown again.
    keys: Vec<String>,
}

/// `PUT /api/web-access`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebAccessEdit {
    private_networks: bool,
}

/// `PUT /api/web-access/keys/{name}`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebKeyEdit {
    #[serde(deserialize_with = "secret")]
    #[ts(type = "string")]
    #[schema(value_type = String)]
    value: Hidden,
}

/// Whatever is typed into a field for secrets is nobody's business.
struct Hidden(Secret);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden(…)")
    }
}

/// What flows may ask of other programs.
#[utoipa::path(get, path = "/web-access", tag = "flows",
    responses((status = 200, body = WebAccessView)))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
) -> Result<axum::Json<WebAccessView>, Problem> {
    let ask = |store: &mut store::Store| {
        Ok(WebAccessView {
            private_networks: store.asks_private_networks()?,
            keys: store.web_key_names()?,
        })
    };
    Ok(axum::Json(api.keeper.ask(ask).await?))
}

/// Says whether flows may ask programs within the office's own network.
#[utoipa::path(put, path = "/web-access", tag = "flows", request_body = WebAccessEdit,
    responses((status = 200, body = WebAccessView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<WebAccessEdit>,
) -> Result<axum::Json<WebAccessView>, Problem> {
    let allowed = edit.private_networks;
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.allow_private_networks(allowed)
        })
        .await?;
    show(State(api)).await
}

/// Keeps a secret under a name, in place of the one that was there.
#[utoipa::path(put, path = "/web-access/keys/{name}", tag = "flows", request_body = WebKeyEdit,
    params(("name" = String, Path)), responses((status = 204)))]
pub(crate) async fn set_key(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(name): Path<String>,
    Json(edit): Json<WebKeyEdit>,
) -> Result<StatusCode, Problem> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !(1..=32).contains(&name.len()) || !name.chars().all(plain) {
        let detail = "a secret is named by up to 32 letters, digits and _";
        return Err(Problem::field("name", detail).coded("badName"));
    }
    let Hidden(value) = edit.value;
    let visible = |c: char| (' '..='~').contains(&c);
    if !(1..=MAX_WEB_KEY).contains(&value.expose().len()) || !value.expose().chars().all(visible) {
        let detail = format!("a secret has 1 to {MAX_WEB_KEY} plain characters");
        return Err(Problem::field("value", detail).coded("badText"));
    }
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.set_web_key(&name, &value)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets a secret.
#[utoipa::path(delete, path = "/web-access/keys/{name}", tag = "flows",
    params(("name" = String, Path)), responses((status = 204)))]
pub(crate) async fn remove_key(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    let removed = api
        .keeper
        .change_by(caller.actor(), move |change| change.remove_web_key(&name))
        .await?;
    if removed {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("secret"))
    }
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Hidden, D::Error> {
    Ok(Hidden(Secret::new(String::deserialize(from)?)))
}
