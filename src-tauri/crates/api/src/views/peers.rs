//! Other telephone systems, and who may talk to the office under which of its domains.

use crate::{
    configuration::Configuration,
    errors::Problem,
    json::{Id, SecretEdit},
    mirror::mirror,
    server::Api,
    values::PeerId,
    views::line_settings::{LineSrtp, SipPlace},
};
use axum::{Json, extract::State};
use office::{Domain, Network, Peer, clean_text};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// Another telephone system as it is to be. `POST /api/peers`; `PUT /api/peers/{id}` with
/// `If-Match`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PeerEdit {
    name: String,
    enabled: bool,
    /// Where it is; `null` for one that only calls.
    place: Option<SipPlace>,
    /// Addresses that are it without further proof.
    #[ts(type = "string[]")]
    #[schema(value_type = Vec<String>)]
    networks: Vec<Network>,
    /// The digest name it proves itself with; empty for none.
    user: String,
    /// Missing: it stays; `null`: there is none any more. It is never told.
    #[serde(default, skip_serializing)]
    #[ts(optional, as = "Option<Option<String>>")]
    #[schema(value_type = Option<String>, write_only)]
    password: SecretEdit,
    /// Numbers that begin so are its own.
    prefixes: Vec<String>,
    /// Whether the prefix is taken off before.
    strip_prefix: bool,
    may_call_outside: bool,
    /// How many calls with it at a time.
    channels: u16,
    srtp: LineSrtp,
}

/// Another telephone system.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeerView {
    id: PeerId,
    /// To be named in `If-Match` when changing it.
    revision: i64,
    has_password: bool,
    #[serde(flatten)]
    peer: PeerEdit,
}

mirror! {
    /// Who may talk to the office under one of its domains.
    struct DomainAccess = office::DomainAccess {
        #[ts(type = "string")]
        #[schema(value_type = String)]
        domain: Domain,
        /// Only from here, if any is named.
        #[ts(type = "string[]")]
        #[schema(value_type = Vec<String>)]
        allow: Vec<Network>,
        /// Never from here.
        #[ts(type = "string[]")]
        #[schema(value_type = Vec<String>)]
        deny: Vec<Network>,
    }
}

/// Who may talk to the office, domain by domain; where nothing is set everybody may who proves
/// who they are.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DomainAccessView {
    /// To be named in `If-Match` when changing it.
    revision: i64,
    domains: Vec<DomainAccess>,
}

impl PeerEdit {
    /// The peer without its password, which is kept apart, and what becomes of that.
    pub(crate) fn read(self, id: office::PeerId) -> (Peer, SecretEdit) {
        let peer = Peer {
            id,
            name: clean_text(&self.name).into_owned(),
            enabled: self.enabled,
            place: self.place.map(Into::into),
            networks: self.networks,
            user: self.user,
            password: None,
            prefixes: self.prefixes,
            strip_prefix: self.strip_prefix,
            may_call_outside: self.may_call_outside,
            channels: self.channels,
            srtp: self.srtp.into(),
        };
        (peer, self.password)
    }
}

impl PeerView {
    pub(crate) fn of(peer: &Peer, configuration: &Configuration) -> Self {
        Self {
            id: peer.id.into(),
            revision: configuration.revision_of_peer(peer.id),
            has_password: peer.password.is_some(),
            peer: PeerEdit {
                name: peer.name.clone(),
                enabled: peer.enabled,
                place: peer.place.clone().map(Into::into),
                networks: peer.networks.clone(),
                user: peer.user.clone(),
                password: SecretEdit::Stays,
                prefixes: peer.prefixes.clone(),
                strip_prefix: peer.strip_prefix,
                may_call_outside: peer.may_call_outside,
                channels: peer.channels,
                srtp: peer.srtp.into(),
            },
        }
    }
}

impl DomainAccessView {
    pub(crate) fn of(configuration: &Configuration) -> Self {
        let access = configuration.domain_access();
        let domains = access.value.iter().cloned();
        Self {
            revision: access.revision,
            domains: domains.map(Into::into).collect(),
        }
    }
}

/// All other telephone systems, by name.
#[utoipa::path(get, path = "/peers", tag = "lines",
    responses((status = 200, body = [PeerView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<Vec<PeerView>> {
    let configuration = api.desk.configuration();
    let peers = configuration.office().peers();
    let mut peers: Vec<_> = peers
        .map(|peer| PeerView::of(peer, &configuration))
        .collect();
    peers.sort_by_cached_key(|peer| peer.peer.name.to_lowercase());
    Json(peers)
}

/// One other telephone system.
#[utoipa::path(get, path = "/peers/{id}", tag = "lines", params(("id" = i64, Path)),
    responses((status = 200, body = PeerView)))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Id(id): Id<PeerId>,
) -> Result<Json<PeerView>, Problem> {
    let configuration = api.desk.configuration();
    let peer = configuration.office().peer(id.into());
    peer.map(|peer| Json(PeerView::of(peer, &configuration)))
        .ok_or_else(|| Problem::not_found("telephone system"))
}

/// Who may talk to the office under which of its domains.
#[utoipa::path(get, path = "/domain-access", tag = "lines",
    responses((status = 200, body = DomainAccessView)))]
pub(crate) async fn domains(State(api): State<Arc<Api>>) -> Json<DomainAccessView> {
    Json(DomainAccessView::of(&api.desk.configuration()))
}
