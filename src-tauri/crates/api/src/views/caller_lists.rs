//! Lists of callers: by whom flows tell callers apart, and what they look up.

use crate::{
    configuration::Configuration, server::Api, values::CallerListId, views::schedules::UsedBy,
};
use axum::{Json, extract::State};
use office::CallerList;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::FlowUse;
use ts_rs::TS;
use utoipa::ToSchema;

/// A list of callers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallerListView {
    id: CallerListId,
    /// To be named in `If-Match` when changing the list.
    version: i64,
    name: String,
    /// What is kept of each caller besides number and name.
    columns: Vec<String>,
    callers: Vec<ListedCaller>,
    #[ts(type = "readonly UsedBy[]")]
    used_by: Vec<UsedBy>,
}

/// A caller in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListedCaller {
    /// As somebody typed it.
    pub(crate) number: String,
    /// As callers bring it, by which they are told apart: read by the engine, whatever is sent.
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub(crate) compared: String,
    pub(crate) name: String,
    /// One for each column; what is missing at the end is empty.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub(crate) values: Vec<String>,
}

impl CallerListView {
    pub(crate) fn of(list: &CallerList, configuration: &Configuration) -> Self {
        let callers = list.callers.iter();
        Self {
            id: list.id.into(),
            version: configuration.revision_of_caller_list(list.id),
            name: list.name.clone(),
            columns: list.columns.clone(),
            callers: callers
                .map(|caller| ListedCaller {
                    number: caller.number.clone(),
                    compared: caller.compared.clone(),
                    name: caller.name.clone(),
                    values: caller.values.clone(),
                })
                .collect(),
            used_by: UsedBy::flows(configuration, &FlowUse::CallerList(list.id)),
        }
    }
}

/// All lists of callers, by name.
#[utoipa::path(get, path = "/caller-lists", tag = "flows",
    responses((status = 200, body = [CallerListView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<Vec<CallerListView>> {
    let configuration = api.desk.configuration();
    let lists = configuration.office().caller_lists();
    let mut lists: Vec<_> = lists
        .map(|list| CallerListView::of(list, &configuration))
        .collect();
    lists.sort_by_cached_key(|list| list.name.to_lowercase());
    Json(lists)
}
