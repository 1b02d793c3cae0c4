//! Modes: switches with named positions, and in which position each is now.

use crate::{
    configuration::Configuration,
    server::Api,
    values::{Millis, ModeId},
    views::schedules::UsedBy,
};
use axum::{Json, extract::State};
use office::Mode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::FlowUse;
use ts_rs::TS;
use utoipa::ToSchema;

/// A mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModeView {
    pub(crate) id: ModeId,
    /// To be named in `If-Match` when changing the mode.
    version: i64,
    name: String,
    /// Its positions; it rests in the first.
    #[ts(type = "readonly ModeState[]")]
    states: Vec<ModeState>,
    /// The position it is in now, by its identity.
    state: String,
    /// What somebody has set; `null` while it rests.
    set: Option<ModeSetting>,
    #[ts(type = "readonly UsedBy[]")]
    used_by: Vec<UsedBy>,
}

/// A position of a mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModeState {
    /// By what flows know it. An empty one of a new position is chosen by the engine.
    pub(crate) id: String,
    pub(crate) name: String,
}

/// What somebody has set a mode to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModeSetting {
    state: String,
    by: String,
    since: Millis,
    /// When it goes back by itself.
    until: Option<Millis>,
}

impl ModeView {
    /// The mode as it is at a moment.
    pub(crate) fn of(mode: &Mode, configuration: &Configuration, now: Millis) -> Self {
        let is_over = |until: i64| until <= now.0;
        let set = mode.set.as_ref();
        let set = set.filter(|set| !set.until_unix_ms.is_some_and(is_over));
        let states = mode.states.iter();
        Self {
            id: mode.id.into(),
            version: configuration.revision_of_mode(mode.id),
            name: mode.name.clone(),
            states: states
                .map(|state| ModeState {
                    id: state.id.clone(),
                    name: state.name.clone(),
                })
                .collect(),
            state: mode
                .at(now.0)
                .map(|state| state.id.clone())
                .unwrap_or_default(),
            set: set.map(|set| ModeSetting {
                state: set.state.clone(),
                by: set.by.clone(),
                since: Millis(set.since_unix_ms),
                until: set.until_unix_ms.map(Millis),
            }),
            used_by: UsedBy::flows(configuration, &FlowUse::Mode(mode.id)),
        }
    }
}

/// All modes, by name.
#[utoipa::path(get, path = "/modes", tag = "modes",
    responses((status = 200, body = [ModeView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<Vec<ModeView>> {
    let mut modes = api.desk.modes();
    modes.sort_by_cached_key(|mode| mode.name.to_lowercase());
    Json(modes)
}
