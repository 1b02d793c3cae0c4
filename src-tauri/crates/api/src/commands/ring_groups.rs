//! Adding and changing ring groups: the form of a call flow that is published as soon as it is saved.

use crate::{
    auth::Caller,
    commands::flow_forms::{Form, Named, field_of},
    errors::Problem,
    json::{Id, Json},
    server::Api,
    values::FlowId,
    views::{flows::FlowView, ring_groups::RingGroup},
};
use axum::{extract::State, http::StatusCode};
use callflow::{RingGroup as Kept, ring_group::PLACES};
use serde::Deserialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

const FORM: Form = Form {
    shows: |document| Kept::read(document).is_some(),
    field: |found| match (field_of(found, &PLACES, "group"), found.field.as_deref()) {
        ("group.members", Some("prefix")) => "group.prefix",
        (field, _) => field,
    },
    drawn: (
        "somebody draws in this ring group; change it in its drawing, or publish that",
        "groupIsDrawn",
    ),
    step: ("Change the ring group", "Rufgruppe ändern"),
};

/// `POST /api/ring-groups` and `PUT /api/ring-groups/{id}`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RingGroupEdit {
    name: String,
    /// What is dialled to call it.
    #[ts(optional)]
    number: Option<String>,
    group: RingGroup,
    /// The publication this was made from; left out for a new one.
    #[ts(optional)]
    made_from: Option<i64>,
}

/// Adds a ring group; it takes calls at once.
#[utoipa::path(post, path = "/ring-groups", tag = "flows", request_body = RingGroupEdit,
    responses((status = 201, body = FlowView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<RingGroupEdit>,
) -> Result<(StatusCode, axum::Json<FlowView>), Problem> {
    let group = edit.group.read()?;
    let (name, number) = (edit.name, edit.number);
    let draw = |name: &str| group.document(name);
    let added = FORM
        .add(&api, &caller, Named { name, number }, draw)
        .await?;
    Ok((StatusCode::CREATED, axum::Json(added)))
}

/// Changes a ring group that nobody has changed or goes on drawing; callers get it from the next call
/// on. What is refused changes nothing.
#[utoipa::path(put, path = "/ring-groups/{id}", tag = "flows", request_body = RingGroupEdit,
    params(("id" = i64, Path)), responses((status = 200, body = FlowView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FlowId>,
    Json(edit): Json<RingGroupEdit>,
) -> Result<axum::Json<FlowView>, Problem> {
    let id = office::FlowId::from(id);
    let group = edit.group.read()?;
    let configuration = api.desk.configuration();
    let around = configuration.surroundings();
    if around.comes_back(&configuration, id, &group.otherwise) {
        let detail = "callers whom nobody answers would come back here; choose something else";
        return Err(Problem::field("group.otherwise", detail).coded("groupCircle"));
    }
    let (name, number) = (edit.name, edit.number);
    let named = (Named { name, number }, edit.made_from);
    FORM.edit(&api, &caller, id, named, |name, before| {
        group.redrawn(name, before)
    })
    .await
}
