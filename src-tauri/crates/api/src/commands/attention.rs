//! Seeing to what needs attention.

use crate::{errors::Problem, server::Api};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use std::sync::Arc;
use switch::Command;

/// Takes an item off the list until it happens anew.
#[utoipa::path(post, path = "/attention/{id}/dismiss", tag = "attention",
    params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn dismiss(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    if api.desk.dismiss(&id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("item"))
    }
}

/// Forgets the failed tries behind a refused login, so that the mended phone may register at once.
#[utoipa::path(post, path = "/attention/{id}/forgive", tag = "attention",
    params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn forgive(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let login = api.desk.refused_login(&id);
    let (user, address) = login.ok_or_else(|| Problem::not_found("item"))?;
    let forgive = |ticket| Command::Forgive {
        ticket,
        user: Some(user),
        address: address.parse().ok(),
    };
    // Always taken.
    api.desk
        .order(forgive)
        .await
        .ok_or_else(Problem::too_busy)?;
    Ok(StatusCode::NO_CONTENT)
}
