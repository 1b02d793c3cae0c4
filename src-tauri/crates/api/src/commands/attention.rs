//! Seeing to what needs attention.

use crate::{errors::Problem, server::Api};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use std::sync::Arc;

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
