//! Sets of PINs that let callers through at a point of a flow. A PIN is never shown again.

use crate::{
    configuration::Configuration, server::Api, values::PinSetId, views::schedules::UsedBy,
};
use axum::{Json, extract::State};
use office::PinSet;
use serde::Serialize;
use std::sync::Arc;
use store::FlowUse;
use ts_rs::TS;
use utoipa::ToSchema;

/// A set of PINs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PinSetView {
    id: PinSetId,
    /// To be named in `If-Match` when changing the set.
    version: i64,
    name: String,
    pins: Vec<NamedPin>,
    #[ts(type = "readonly UsedBy[]")]
    used_by: Vec<UsedBy>,
}

/// One PIN: whose it is, not what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamedPin {
    name: String,
}

impl PinSetView {
    pub(crate) fn of(set: &PinSet, configuration: &Configuration) -> Self {
        let pins = set.pins.iter();
        Self {
            id: set.id.into(),
            version: configuration.revision_of_pin_set(set.id),
            name: set.name.clone(),
            pins: pins
                .map(|pin| NamedPin {
                    name: pin.name.clone(),
                })
                .collect(),
            used_by: UsedBy::flows(configuration, &FlowUse::PinSet(set.id)),
        }
    }
}

/// All sets of PINs, by name.
#[utoipa::path(get, path = "/pin-sets", tag = "flows",
    responses((status = 200, body = [PinSetView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<Vec<PinSetView>> {
    let configuration = api.desk.configuration();
    let sets = configuration.office().pin_sets();
    let mut sets: Vec<_> = sets
        .map(|set| PinSetView::of(set, &configuration))
        .collect();
    sets.sort_by_cached_key(|set| set.name.to_lowercase());
    Json(sets)
}
