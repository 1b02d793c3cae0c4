//! Adding and changing queues: the form of a call flow that is published as soon as it is saved.

use crate::{
    auth::Caller,
    commands::flow_forms::{Form, Named, field_of},
    errors::Problem,
    json::{Id, Json},
    server::Api,
    values::FlowId,
    views::{flows::FlowView, queues::Queue},
};
use axum::{extract::State, http::StatusCode};
use callflow::{Queue as Kept, queue::PLACES};
use serde::Deserialize;
use std::sync::Arc;
use ts_rs::TS;
use utoipa::ToSchema;

const FORM: Form = Form {
    shows: |document| Kept::read(document).is_some(),
    field: |found| match (field_of(found, &PLACES, "queue"), found.field.as_deref()) {
        ("queue.agents", Some("own.music")) => "queue.music",
        ("queue.agents", Some("prompts")) => "queue.alsoSays",
        (field, _) => field,
    },
    drawn: (
        "somebody draws in this queue; change it in its drawing, or publish that",
        "queueIsDrawn",
    ),
    step: ("Change the queue", "Warteschlange ändern"),
};

/// `POST /api/queues` and `PUT /api/queues/{id}`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueueEdit {
    name: String,
    /// What is dialled to call it.
    #[ts(optional)]
    number: Option<String>,
    queue: Queue,
    /// The publication this was made from; left out for a new one.
    #[ts(optional)]
    made_from: Option<i64>,
}

/// Adds a queue; it takes calls at once.
#[utoipa::path(post, path = "/queues", tag = "flows", request_body = QueueEdit,
    responses((status = 201, body = FlowView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(edit): Json<QueueEdit>,
) -> Result<(StatusCode, axum::Json<FlowView>), Problem> {
    let queue = edit.queue.read()?;
    let (name, number) = (edit.name, edit.number);
    let draw = |name: &str| queue.document(name);
    let added = FORM
        .add(&api, &caller, Named { name, number }, draw)
        .await?;
    Ok((StatusCode::CREATED, axum::Json(added)))
}

/// Changes a queue that nobody has changed or goes on drawing; callers get it from the next call
/// on. What is refused changes nothing.
#[utoipa::path(put, path = "/queues/{id}", tag = "flows", request_body = QueueEdit,
    params(("id" = i64, Path)), responses((status = 200, body = FlowView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FlowId>,
    Json(edit): Json<QueueEdit>,
) -> Result<axum::Json<FlowView>, Problem> {
    let id = office::FlowId::from(id);
    let queue = edit.queue.read()?;
    let configuration = api.desk.configuration();
    let around = configuration.surroundings();
    let detail = "callers whom nobody takes would come back here; choose something else";
    let circle = |field: &'static str| Problem::field(field, detail).coded("queueCircle");
    if around.comes_back(&configuration, id, &queue.otherwise) {
        return Err(circle("queue.otherwise"));
    }
    let leaves = queue.exit.as_ref();
    if leaves.is_some_and(|(_, to)| around.comes_back(&configuration, id, to)) {
        return Err(circle("queue.exit"));
    }
    let (name, number) = (edit.name, edit.number);
    let named = (Named { name, number }, edit.made_from);
    FORM.edit(&api, &caller, id, named, |name, before| {
        queue.redrawn(name, before)
    })
    .await
}
