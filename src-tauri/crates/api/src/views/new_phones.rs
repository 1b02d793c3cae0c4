//! Phones that are new, and may not call abroad before somebody has said that they are the office's.

use crate::{
    errors::Problem,
    server::Api,
    values::{DeviceId, Millis, PersonId},
};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

/// A phone that is new for the login it uses.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPhone {
    /// Whose login it uses.
    device: DeviceId,
    person: PersonId,
    /// What it says it is; may be empty.
    agent: String,
    /// The network it is in.
    network: String,
    since: Millis,
}

/// Phones that may not call abroad yet, the last that came first.
#[utoipa::path(get, path = "/new-phones", tag = "calling out",
    responses((status = 200, body = [NewPhone])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Result<Json<Vec<NewPhone>>, Problem> {
    let known = api.keeper.ask(|store| store.known_devices()).await?;
    let office = api.desk.office();
    let new = known.into_iter().filter(|known| !known.cleared);
    let mut phones: Vec<_> = new
        .filter_map(|known| {
            let device = office.device(known.device)?;
            let (agent, network) = known.mark.rsplit_once('@').unwrap_or((&known.mark, ""));
            Some(NewPhone {
                device: device.id.into(),
                person: device.person.into(),
                agent: agent.to_owned(),
                network: network.to_owned(),
                since: Millis(known.first_seen_ms),
            })
        })
        .collect();
    phones.sort_by_key(|phone| std::cmp::Reverse(phone.since));
    Ok(Json(phones))
}
