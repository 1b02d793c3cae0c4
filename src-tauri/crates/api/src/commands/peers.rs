//! Adding, changing and removing other telephone systems, and who may talk to the office under
//! which of its domains.

use crate::{
    auth::Caller,
    commands::lines,
    errors::Problem,
    json::{Id, IfMatch, IfMatchGiven, Json, SecretEdit},
    server::Api,
    values::PeerId,
    views::peers::{DomainAccess, DomainAccessView, PeerEdit, PeerView},
};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// `PUT /api/domain-access` with `If-Match`: all domains for which something is set.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DomainAccessEdit {
    domains: Vec<DomainAccess>,
}

/// Adds another telephone system.
#[utoipa::path(post, path = "/peers", tag = "lines", request_body = PeerEdit,
    responses((status = 201, body = PeerView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<PeerEdit>,
) -> Result<(StatusCode, axum::Json<PeerView>), Problem> {
    let (mut peer, password) = edit.read(office::PeerId(0));
    if let SecretEdit::Becomes(password) = password {
        peer.password = Some(password);
    }
    let id = api
        .keeper
        .change_by(caller.actor(), move |change| change.add_peer(&peer))
        .await?;
    Ok((StatusCode::CREATED, view(&api, id)?))
}

/// Changes a telephone system that has not been changed since.
#[utoipa::path(put, path = "/peers/{id}", tag = "lines", request_body = PeerEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = PeerView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<PeerId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<PeerEdit>,
) -> Result<axum::Json<PeerView>, Problem> {
    let id = id.into();
    let (peer, password) = edit.read(id);
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_peer(&peer, revision)?;
            lines::set(password, |password| change.set_peer_password(id, password))
        })
        .await?;
    view(&api, id)
}

/// Removes a telephone system.
#[utoipa::path(delete, path = "/peers/{id}", tag = "lines",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<PeerId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    let id = office::PeerId::from(id);
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let now = || desk.configuration().revision_of_peer(id);
            change.remove_peer(id, revision.unwrap_or_else(now))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a telephone system that was removed, with its password.
#[utoipa::path(post, path = "/peers/{id}/restore", tag = "lines",
    params(("id" = i64, Path)), responses((status = 200, body = PeerView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<PeerId>,
) -> Result<axum::Json<PeerView>, Problem> {
    let id = id.into();
    api.keeper
        .change_by(caller.actor(), move |change| change.restore_peer(id))
        .await?;
    view(&api, id)
}

/// Changes who may talk to the office under which of its domains.
#[utoipa::path(put, path = "/domain-access", tag = "lines", request_body = DomainAccessEdit,
    params(("If-Match" = String, Header)),
    responses((status = 200, body = DomainAccessView)))]
pub(crate) async fn edit_domains(
    State(api): State<Arc<Api>>,
    caller: Caller,
    IfMatch(revision): IfMatch,
    Json(edit): Json<DomainAccessEdit>,
) -> Result<axum::Json<DomainAccessView>, Problem> {
    let domains = edit.domains.into_iter();
    let access: Vec<office::DomainAccess> = domains.map(Into::into).collect();
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_domain_access(&access, revision)
        })
        .await?;
    Ok(axum::Json(DomainAccessView::of(&api.desk.configuration())))
}

fn view(api: &Api, id: office::PeerId) -> Result<axum::Json<PeerView>, Problem> {
    let configuration = api.desk.configuration();
    let peer = configuration.office().peer(id);
    peer.map(|peer| axum::Json(PeerView::of(peer, &configuration)))
        .ok_or_else(|| Problem::not_found("telephone system"))
}
