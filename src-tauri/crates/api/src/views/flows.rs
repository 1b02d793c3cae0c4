//! Call flows: what is live, what is being edited, and what a document would do.

use crate::{
    configuration::Configuration,
    errors::Problem,
    json::{Asked, Id, Json},
    server::Api,
    surroundings::Surroundings,
    values::{FlowId, Millis},
    views::{queues::Queue, ring_groups::RingGroup, schedules::UsedBy},
};
use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use callflow::{
    Document, Queue as KeptQueue, RingGroup as KeptGroup,
    catalogue::kinds,
    check::Checked,
    import::{Format, export},
    rehearse::Rehearsal,
};
use office::RouteTarget;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{FlowRecord, FlowUse, FlowVersion, Revised};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

/// A call flow, without its documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowView {
    pub(crate) id: FlowId,
    /// To be named in `If-Match` when changing name or number.
    version: i64,
    name: String,
    /// What is dialled to come here.
    number: Option<String>,
    /// What callers get now; `null` until the first was published.
    live: Option<FlowVersionView>,
    /// Whether the draft would do something else to calls.
    draft_differs: bool,
    /// How many findings keep the draft from being published.
    errors: usize,
    warnings: usize,
    /// Calls that began today by the office's clock and came here.
    calls_today: u32,
    used_by: Vec<UsedBy>,
    /// What its form shows, if what is live (of a flow never published: its draft) is a ring group and
    /// nothing more.
    ring_group: Option<RingGroup>,
    /// The same of a queue.
    queue: Option<Queue>,
}

/// A published version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowVersionView {
    revision: i64,
    at: Millis,
    /// The login of who published it; empty for this computer's owner.
    by: String,
    message: String,
    /// Equal where two documents do the same to calls.
    semantic_hash: String,
}

/// The draft of a flow.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowDraftView {
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    document: Value,
    /// To be named when saving it the next time.
    seq: i64,
    history: DraftHistory,
}

/// What led to a draft.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftHistory {
    steps: Vec<DraftStepView>,
    /// How many of the steps are in the document; the others were taken back.
    cursor: usize,
}

/// One step of editing.
#[derive(Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(rename = "DraftStep")]
#[schema(as = DraftStep)]
pub struct DraftStepView {
    pub(crate) name: String,
    /// Patches that do it again.
    #[ts(type = "any[]")]
    #[schema(value_type = Vec<Object>)]
    pub(crate) forward: Vec<Value>,
    /// Patches that take it back.
    #[ts(type = "any[]")]
    #[schema(value_type = Vec<Object>)]
    pub(crate) back: Vec<Value>,
}

/// `POST /api/flows/check`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowCheck {
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    document: Value,
    /// Whether all ways callers may take are looked through as well.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    prove: bool,
    /// The flow it belongs to, if it is kept.
    #[ts(optional)]
    flow: Option<FlowId>,
}

/// `POST /api/flows/rehearse`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowRehearse {
    /// The flow it belongs to, if it is kept.
    #[ts(optional)]
    flow: Option<FlowId>,
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    document: Value,
    /// Who calls when, and what they and the phones do.
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    call: Value,
}

/// `POST /api/flows/compare`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowCompare {
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    before: Value,
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    after: Value,
}

/// In which form a document leaves.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportAs {
    /// `cordboard`, `reactFlow` or `routeTargets`.
    #[param(inline)]
    #[serde(default)]
    format: FlowFormat,
}

/// A form of documents.
#[derive(Clone, Copy, Debug, Default, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FlowFormat {
    #[default]
    Cordboard,
    /// A graph of React Flow.
    ReactFlow,
    /// `dest_kind`, `dest_id` and `dest_xform`.
    RouteTargets,
}

impl FlowView {
    /// The flow as it is kept, with what a check of its draft says at a moment.
    pub(crate) fn of(
        flow: &Revised<FlowRecord>,
        configuration: &Configuration,
        calls_today: u32,
        now: Millis,
    ) -> Self {
        let id = flow.value.id;
        let form = form(id, configuration);
        let group = |form: &Document| Some(RingGroup::of(&KeptGroup::read(form)?));
        let queue = |form: &Document| Some(Queue::of(&KeptQueue::read(form)?));
        let meaning = configuration
            .draft(id)
            .and_then(|draft| draft.meaning.as_ref());
        let checked = meaning.map(|meaning| {
            let around = configuration.surroundings();
            around.check(configuration, &meaning.document, Some(id), now.0)
        });
        let live = flow.value.live.as_ref();
        let same =
            |live: &FlowVersion| meaning.is_some_and(|draft| draft.hash == live.semantic_hash);
        Self {
            id: id.into(),
            version: flow.revision,
            name: flow.value.name.clone(),
            number: flow.value.number.as_ref().map(ToString::to_string),
            live: live.map(FlowVersionView::of),
            draft_differs: !live.is_some_and(same),
            // What cannot be read cannot be published.
            errors: checked.as_ref().map_or(1, Checked::errors),
            warnings: checked.as_ref().map_or(0, Checked::warnings),
            calls_today,
            used_by: users(id, configuration),
            ring_group: form.as_ref().and_then(group),
            queue: form.as_ref().and_then(queue),
        }
    }
}

/// What a form of a flow is made from: what is live, or the draft of one that was never published.
fn form(id: office::FlowId, configuration: &Configuration) -> Option<Document> {
    let live = configuration.office().flow(id)?.live.as_ref();
    match live {
        Some(live) => Document::read(live.document.as_ref().clone()).ok(),
        None => Some(configuration.draft(id)?.meaning.as_ref()?.document.clone()),
    }
}

fn users(id: office::FlowId, configuration: &Configuration) -> Vec<UsedBy> {
    let leads_here = |extension: &&office::Extension| extension.target == RouteTarget::Flow(id);
    let numbers = configuration.office().extensions().filter(leads_here);
    let numbers = numbers.map(|extension| UsedBy::number(&extension.number));
    let flows = UsedBy::flows(configuration, &FlowUse::Flow(id));
    numbers.chain(flows).collect()
}

impl FlowVersionView {
    pub(crate) fn of(version: &FlowVersion) -> Self {
        Self {
            revision: version.revision,
            at: Millis(version.at_ms),
            by: version.author.clone(),
            message: version.message.clone(),
            semantic_hash: version.semantic_hash.clone(),
        }
    }
}

impl From<FlowFormat> for Format {
    fn from(format: FlowFormat) -> Self {
        match format {
            FlowFormat::Cordboard => Self::Cordboard,
            FlowFormat::ReactFlow => Self::ReactFlow,
            FlowFormat::RouteTargets => Self::RouteTargets,
        }
    }
}

/// All flows, by name.
#[utoipa::path(get, path = "/flows", tag = "flows",
    responses((status = 200, body = [FlowView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> axum::Json<Vec<FlowView>> {
    let mut flows = api.desk.flows();
    flows.sort_by_cached_key(|flow| flow.name.to_lowercase());
    axum::Json(flows)
}

/// The kinds of nodes with their parameters and outcomes.
#[utoipa::path(get, path = "/flows/catalogue", tag = "flows",
    responses((status = 200, body = Vec<Object>)))]
pub(crate) async fn catalogue() -> Response {
    axum::Json(kinds()).into_response()
}

/// Flows to begin with, filled in for the office.
#[utoipa::path(get, path = "/flows/templates", tag = "flows",
    responses((status = 200, body = Vec<Object>)))]
pub(crate) async fn templates(State(api): State<Arc<Api>>) -> Response {
    axum::Json(callflow::templates::all(&api.desk.office())).into_response()
}

/// What is being edited of a flow, with the steps that led there.
#[utoipa::path(get, path = "/flows/{id}/draft", tag = "flows", params(("id" = i64, Path)),
    responses((status = 200, body = FlowDraftView)))]
pub(crate) async fn draft(
    State(api): State<Arc<Api>>,
    Id(id): Id<FlowId>,
) -> Result<axum::Json<FlowDraftView>, Problem> {
    Ok(axum::Json(draft_of(&api, id.into()).await?))
}

pub(crate) async fn draft_of(api: &Api, id: office::FlowId) -> Result<FlowDraftView, Problem> {
    let draft = api.keeper.ask(move |store| store.flow_draft(id)).await?;
    let patches = |text: &str| serde_json::from_str(text).unwrap_or_default();
    let steps = draft.steps.iter().map(|step| DraftStepView {
        name: step.name.clone(),
        forward: patches(&step.forward),
        back: patches(&step.back),
    });
    Ok(FlowDraftView {
        document: serde_json::from_str(&draft.document).unwrap_or_default(),
        seq: draft.seq,
        history: DraftHistory {
            steps: steps.collect(),
            cursor: draft.cursor,
        },
    })
}

/// What was published of a flow, the newest first.
#[utoipa::path(get, path = "/flows/{id}/versions", tag = "flows", params(("id" = i64, Path)),
    responses((status = 200, body = [FlowVersionView])))]
pub(crate) async fn versions(
    State(api): State<Arc<Api>>,
    Id(id): Id<FlowId>,
) -> Result<axum::Json<Vec<FlowVersionView>>, Problem> {
    let id = id.into();
    let versions = api.keeper.ask(move |store| store.flow_versions(id)).await?;
    Ok(axum::Json(
        versions.iter().map(FlowVersionView::of).collect(),
    ))
}

/// The document of a published version.
#[utoipa::path(get, path = "/flows/{id}/versions/{revision}", tag = "flows",
    params(("id" = i64, Path), ("revision" = i64, Path)),
    responses((status = 200, body = Object)))]
pub(crate) async fn version(
    State(api): State<Arc<Api>>,
    Path((id, revision)): Path<(String, String)>,
) -> Result<axum::Json<Value>, Problem> {
    let numbers = id.parse().ok().zip(revision.parse().ok());
    let (id, revision) = numbers.ok_or_else(|| Problem::not_found("version"))?;
    let id = office::FlowId(id);
    let ask = move |store: &mut store::Store| store.flow_document(id, revision);
    let document = api.keeper.ask(ask).await?;
    Ok(axum::Json(
        serde_json::from_str(&document).unwrap_or_default(),
    ))
}

/// The draft of a flow as a file.
#[utoipa::path(get, path = "/flows/{id}/export", tag = "flows",
    params(("id" = i64, Path), ExportAs), responses((status = 200, body = Object)))]
pub(crate) async fn file(
    State(api): State<Arc<Api>>,
    Id(id): Id<FlowId>,
    Asked(asked): Asked<ExportAs>,
) -> Result<Response, Problem> {
    let id = id.into();
    let draft = api.keeper.ask(move |store| store.flow_draft(id)).await?;
    let document = document(serde_json::from_str(&draft.document).unwrap_or_default())?;
    let mut response = axum::Json(export(asked.format.into(), &document)).into_response();
    let name = HeaderValue::from_str(&format!("attachment; filename=\"flow-{}.json\"", id.0));
    if let Ok(name) = name {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Checks a document, saved or not.
#[utoipa::path(post, path = "/flows/check", tag = "flows", request_body = FlowCheck,
    responses((status = 200, body = Object)))]
pub(crate) async fn check(
    State(api): State<Arc<Api>>,
    Json(ask): Json<FlowCheck>,
) -> Result<axum::Json<Value>, Problem> {
    let document = document(ask.document)?;
    let configuration = api.desk.configuration();
    let this = ask.flow.map(Into::into);
    let work = move || check_result(&configuration, &document, this, ask.prove);
    Ok(axum::Json(apart(work).await?))
}

/// Says what differs for callers between two documents.
#[utoipa::path(post, path = "/flows/compare", tag = "flows", request_body = FlowCompare,
    responses((status = 200, body = Object)))]
pub(crate) async fn compare(Json(ask): Json<FlowCompare>) -> Result<axum::Json<Value>, Problem> {
    let read = |json, field: &str| {
        Document::read(json).map_err(|why| Problem::field(field, why).coded("badFlow"))
    };
    let (before, after) = (read(ask.before, "before")?, read(ask.after, "after")?);
    let changes = apart(move || callflow::compare::compare(&before, &after)).await?;
    Ok(axum::Json(json!({ "changes": changes })))
}

/// Plays a call through a document, on a clock of its own.
#[utoipa::path(post, path = "/flows/rehearse", tag = "flows", request_body = FlowRehearse,
    responses((status = 200, body = Object)))]
pub(crate) async fn rehearse(
    State(api): State<Arc<Api>>,
    Json(ask): Json<FlowRehearse>,
) -> Result<axum::Json<Value>, Problem> {
    let document = document(ask.document)?;
    let call = rehearsal(ask.call)?;
    let configuration = api.desk.configuration();
    let this = ask.flow.map(Into::into);
    let work = move || {
        let around = configuration.surroundings();
        let done = around.rehearse(&configuration, &document, this, &call);
        serde_json::to_value(done).unwrap_or_default()
    };
    Ok(axum::Json(apart(work).await?))
}

/// What a check says of a document: findings, facts of each node, and the proof if it is asked for.
pub(crate) fn check_result(
    configuration: &Configuration,
    document: &Document,
    this: Option<office::FlowId>,
    prove: bool,
) -> Value {
    let around: &Surroundings = configuration.surroundings();
    let now = Millis::now().0;
    let checked = around.check(configuration, document, this, now);
    let mut result = json!({
        "findings": checked.findings,
        "nodes": checked.nodes,
    });
    if prove && callflow::prove::Proof::is_possible(&checked.findings) {
        let program = Arc::new(callflow::Program::compile(document));
        let proof = around.on_stage(configuration, this, |stage| {
            let around = around.around(configuration, this, now);
            callflow::prove::prove(&program, stage, &around, now)
        });
        let mut findings = checked.findings;
        findings.extend(proof.findings());
        result["findings"] = json!(findings);
        let longest = proof.longest.as_ref().map(|way| way.takes_ms);
        let mut told = serde_json::to_value(&proof).unwrap_or_default();
        told["paths"] = proof.ways.into();
        told["longestMs"] = longest.into();
        told["complete"] = (!proof.cut_short).into();
        told["neverHeard"] = told["unheard"].take();
        result["proof"] = told;
    }
    result
}

/// Reads a document; one that is none is named with its place.
pub(crate) fn document(json: Value) -> Result<Document, Problem> {
    Document::read(json).map_err(|why| Problem::field("document", why).coded("badFlow"))
}

/// Reads a rehearsal; one that is none is named with its place.
pub(crate) fn rehearsal(json: Value) -> Result<Rehearsal, Problem> {
    serde_path_to_error::deserialize(json).map_err(|why| {
        let field = format!("call.{}", why.path());
        Problem::field(field, why.into_inner())
    })
}

/// Does what may take a second where it holds up nobody.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| {
        let status = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
        Problem::new(status, "the check broke off")
    })
}
