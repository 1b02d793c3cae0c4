//! Adding, changing and removing lists of callers.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{Id, IfMatch, IfMatchGiven, Json},
    server::Api,
    values::CallerListId,
    views::caller_lists::{CallerListView, ListedCaller},
};
use axum::{extract::State, http::StatusCode};
use numbering::Dialling;
use office::{
    CallerList, Office, clean_text,
    limits::{CALLER_COLUMNS_MAX, CALLERS_PER_LIST_MAX},
};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};
use ts_rs::TS;
use utoipa::ToSchema;

/// A list as it is to be. `POST /api/caller-lists`; `PUT /api/caller-lists/{id}` with `If-Match`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallerListEdit {
    name: String,
    /// What is kept of each caller besides number and name.
    columns: Vec<String>,
    /// None of them twice, however their number is written.
    callers: Vec<ListedCaller>,
}

/// Adds a list.
#[utoipa::path(post, path = "/caller-lists", tag = "flows", request_body = CallerListEdit,
    responses((status = 201, body = CallerListView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<CallerListEdit>,
) -> Result<(StatusCode, axum::Json<CallerListView>), Problem> {
    let list = edit.read(office::CallerListId(0), api.desk.configuration().office())?;
    let id = api
        .keeper
        .change_by(caller.actor(), move |change| change.add_caller_list(&list))
        .await?;
    Ok((StatusCode::CREATED, view(&api, id)?))
}

/// Changes a list that has not been changed since.
#[utoipa::path(put, path = "/caller-lists/{id}", tag = "flows", request_body = CallerListEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = CallerListView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<CallerListId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<CallerListEdit>,
) -> Result<axum::Json<CallerListView>, Problem> {
    let id = id.into();
    let list = edit.read(id, api.desk.configuration().office())?;
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_caller_list(&list, revision)
        })
        .await?;
    view(&api, id)
}

/// Removes a list no flow asks.
#[utoipa::path(delete, path = "/caller-lists/{id}", tag = "flows",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<CallerListId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    let id = id.into();
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let now = || desk.configuration().revision_of_caller_list(id);
            change.remove_caller_list(id, revision.unwrap_or_else(now))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a list that was removed.
#[utoipa::path(post, path = "/caller-lists/{id}/restore", tag = "flows",
    params(("id" = i64, Path)), responses((status = 200, body = CallerListView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<CallerListId>,
) -> Result<axum::Json<CallerListView>, Problem> {
    let id = id.into();
    api.keeper
        .change_by(caller.actor(), move |change| change.restore_caller_list(id))
        .await?;
    view(&api, id)
}

impl CallerListEdit {
    fn read(self, id: office::CallerListId, office: &Office) -> Result<CallerList, Problem> {
        if self.callers.len() > CALLERS_PER_LIST_MAX {
            let detail = format!("a list has at most {CALLERS_PER_LIST_MAX} callers");
            return Err(Problem::field("callers", detail).coded("tooMany"));
        }
        let columns = self.columns.iter();
        let columns: Vec<String> = columns.map(|each| clean_text(each).into_owned()).collect();
        if columns.len() > CALLER_COLUMNS_MAX {
            let detail = format!("a list has at most {CALLER_COLUMNS_MAX} columns");
            return Err(Problem::field("columns", detail).coded("tooMany"));
        }
        let here = Dialling::on_paper(office);
        let mut callers = Vec::with_capacity(self.callers.len());
        let mut seen = BTreeSet::new();
        for (at, caller) in self.callers.into_iter().enumerate() {
            let compared = numbering::compared(&caller.number, &here);
            let number = clean_text(caller.number.trim()).into_owned();
            let lengths = [compared.len(), number.len()];
            if compared.is_empty() || lengths.into_iter().max() > Some(crate::limits::MAX_NUMBER) {
                let field = format!("callers[{at}].number");
                let detail = "this is no number; it has digits";
                return Err(Problem::field(field, detail).coded("badNumber"));
            }
            if !seen.insert(compared.clone()) {
                // Left out, their name and what else is kept of them would be lost unnoticed.
                let field = format!("callers[{at}].number");
                let detail = "this caller is on the list already, perhaps written otherwise";
                return Err(Problem::field(field, detail).coded("callerListedTwice"));
            }
            let values = caller.values.iter().take(columns.len());
            callers.push(office::ListedCaller {
                name: clean_text(&caller.name).into_owned(),
                values: values.map(|value| clean_text(value).into_owned()).collect(),
                number,
                compared,
            });
        }
        Ok(CallerList {
            id,
            name: clean_text(&self.name).into_owned(),
            columns,
            callers,
        })
    }
}

fn view(api: &Api, id: office::CallerListId) -> Result<axum::Json<CallerListView>, Problem> {
    let configuration = api.desk.configuration();
    let list = configuration.office().caller_list(id);
    list.map(|list| axum::Json(CallerListView::of(list, &configuration)))
        .ok_or_else(|| Problem::not_found("list of callers"))
}
