//! Adding, editing, publishing and removing call flows.

use crate::{
    auth::Caller,
    commands::scenarios,
    configuration::Configuration,
    errors::Problem,
    json::{Id, IfMatch, IfMatchGiven, Json},
    limits::{MAX_PUBLISH_MESSAGE, MAX_STEP_NAME},
    prompts,
    server::Api,
    surroundings::uses,
    values::{FlowId, Millis, ScheduleId},
    views::flows::{
        DraftStepView, FlowDraftView, FlowFormat, FlowView, apart, check_result, document, draft_of,
    },
};
use axum::{extract::State, http::StatusCode};
use callflow::{
    Document, Program,
    check::Level,
    import::import,
    semantic_hash,
    templates::{self, Template},
};
use office::{ExtensionNumber, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{DraftSave, DraftStep, FlowUse, NewFlow, NewVersion, StoreError};
use ts_rs::TS;
use utoipa::ToSchema;

/// `POST /api/flows`: empty, from a template, or from a document.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowAdd {
    name: String,
    #[ts(optional)]
    number: Option<String>,
    /// The identity of a template.
    #[ts(optional)]
    template: Option<String>,
    #[ts(optional, type = "any")]
    #[schema(value_type = Option<Object>)]
    document: Option<Value>,
}

/// A flow is added.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowAdded {
    #[serde(flatten)]
    #[ts(flatten)]
    flow: FlowView,
    /// The hours that were added with it: its template goes by some, and the office had none.
    schedule: Option<ScheduleId>,
}

/// `PUT /api/flows/{id}` with `If-Match`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowEdit {
    name: String,
    number: Option<String>,
}

/// `PUT /api/flows/{id}/draft`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowDraftSave {
    /// That of the draft this was made from.
    seq: i64,
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    document: Value,
    /// What was done; it takes the place of steps that were taken back.
    #[ts(optional)]
    step: Option<DraftStepView>,
    /// How many steps are in the document.
    cursor: usize,
}

/// A draft is saved.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowDraftSaved {
    /// To be named when saving it the next time.
    seq: i64,
    /// How many of the steps that are kept are in the document.
    cursor: usize,
    /// What a check says of it.
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    check: Value,
}

/// `POST /api/flows/{id}/publish`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowPublish {
    /// What is said about it.
    message: String,
    /// The save of the draft that is published.
    seq: i64,
}

/// `POST /api/flows/{id}/rollback`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowRollback {
    /// The version that is live from now on.
    revision: i64,
}

/// `POST /api/flows/import`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowImport {
    format: FlowFormat,
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    document: Value,
}

/// A document that came in.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowImported {
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    document: Value,
    /// What was changed on the way.
    notes: Vec<&'static str>,
}

/// Adds a flow with its first draft; its number leads there at once. One from a template can be
/// published as it is: where it goes by hours and the office has none, it comes with the first ones.
#[utoipa::path(post, path = "/flows", tag = "flows", request_body = FlowAdd,
    responses((status = 201, body = FlowAdded)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(add): Json<FlowAdd>,
) -> Result<(StatusCode, axum::Json<FlowAdded>), Problem> {
    let name = clean_text(&add.name).into_owned();
    let number = number(add.number)?;
    let begins = match (add.document, add.template) {
        (Some(json), _) => Begins::With(document(json)?),
        (None, Some(template)) => Begins::From(template_of(&api, &template)?),
        (None, None) => Begins::With(document(empty())?),
    };
    let desk = Arc::clone(&api.desk);
    let (id, schedule) = api
        .keeper
        .change_by(caller.actor(), move |change| {
            let (mut document, schedule) = match begins {
                Begins::With(document) => (document, None),
                Begins::From(mut template) if template.lacks_hours() => {
                    let hours = templates::first_hours(&desk.office());
                    let schedule = change.add_schedule(&hours)?;
                    template.go_by(schedule);
                    (template.document, Some(schedule))
                }
                Begins::From(template) => (template.document, None),
            };
            document.name.clone_from(&name);
            let flow = NewFlow {
                name,
                number,
                uses: uses(&desk.configuration(), &document),
                document: document.to_json().to_string(),
            };
            Ok((change.add_flow(&flow)?, schedule))
        })
        .await
        .map_err(|why| about_the_number(why.into()))?;
    let axum::Json(flow) = view(&api, id)?;
    let schedule = schedule.map(Into::into);
    Ok((
        StatusCode::CREATED,
        axum::Json(FlowAdded { flow, schedule }),
    ))
}

/// What a flow begins as.
enum Begins {
    With(Document),
    From(Template),
}

/// Calls a flow something else, or gives it another number.
#[utoipa::path(put, path = "/flows/{id}", tag = "flows", request_body = FlowEdit,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = FlowView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FlowId>,
    IfMatch(revision): IfMatch,
    Json(edit): Json<FlowEdit>,
) -> Result<axum::Json<FlowView>, Problem> {
    let id = id.into();
    let (name, number) = (clean_text(&edit.name).into_owned(), number(edit.number)?);
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_flow(id, &name, number.as_ref(), revision)
        })
        .await
        .map_err(|why| about_the_number(why.into()))?;
    view(&api, id)
}

/// Removes a flow no other refers to, with its numbers. Calls that walk it go on.
#[utoipa::path(delete, path = "/flows/{id}", tag = "flows",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FlowId>,
    IfMatchGiven(revision): IfMatchGiven,
) -> Result<StatusCode, Problem> {
    let id = id.into();
    let desk = Arc::clone(&api.desk);
    api.keeper
        .change_by(caller.actor(), move |change| {
            let configuration = desk.configuration();
            let now = || configuration.flow(id).map_or(0, |flow| flow.revision);
            change.remove_flow(id, revision.unwrap_or_else(now))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a flow that was removed, with its numbers, versions and draft.
#[utoipa::path(post, path = "/flows/{id}/restore", tag = "flows",
    params(("id" = i64, Path)), responses((status = 200, body = FlowView)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FlowId>,
) -> Result<axum::Json<FlowView>, Problem> {
    let id = id.into();
    api.keeper
        .change_by(caller.actor(), move |change| change.restore_flow(id))
        .await?;
    view(&api, id)
}

/// Saves a draft that nobody else has saved since, with the step that led there.
#[utoipa::path(put, path = "/flows/{id}/draft", tag = "flows", request_body = FlowDraftSave,
    params(("id" = i64, Path)), responses((status = 200, body = FlowDraftSaved)))]
pub(crate) async fn save_draft(
    State(api): State<Arc<Api>>,
    Id(id): Id<FlowId>,
    Json(save): Json<FlowDraftSave>,
) -> Result<axum::Json<FlowDraftSaved>, Problem> {
    let id = id.into();
    let document = document(save.document)?;
    let step = save.step.map(|step| DraftStep {
        name: clean_text(&step.name).chars().take(MAX_STEP_NAME).collect(),
        forward: Value::from(step.forward).to_string(),
        back: Value::from(step.back).to_string(),
    });
    let saved = keep(&api, id, save.seq, &document, step, save.cursor).await?;
    let configuration = api.desk.configuration();
    let check = apart(move || check_result(&configuration, &document, Some(id), false)).await?;
    Ok(axum::Json(FlowDraftSaved {
        seq: saved.seq,
        cursor: saved.cursor,
        check,
    }))
}

/// Puts the live version in the place of the draft, as one more step.
#[utoipa::path(post, path = "/flows/{id}/revert", tag = "flows", params(("id" = i64, Path)),
    responses((status = 200, body = FlowDraftView)))]
pub(crate) async fn revert(
    State(api): State<Arc<Api>>,
    Id(id): Id<FlowId>,
) -> Result<axum::Json<FlowDraftView>, Problem> {
    let id = id.into();
    let office = api.desk.office();
    let live = office.flow(id).and_then(|flow| flow.live.as_ref());
    let live = live.ok_or_else(|| {
        let detail = "nothing was published of this flow yet, so there is nothing to go back to";
        Problem::new(StatusCode::CONFLICT, detail).coded("neverPublished")
    })?;
    let draft = api.keeper.ask(move |store| store.flow_draft(id)).await?;
    let before: Value = serde_json::from_str(&draft.document).unwrap_or_default();
    let replace = |document: &Value| {
        let patch = json!([{ "op": "replace", "path": [], "value": document }]);
        patch.to_string()
    };
    let step = DraftStep {
        name: "revert".to_owned(),
        forward: replace(&live.document),
        back: replace(&before),
    };
    let document = document(live.document.as_ref().clone())?;
    keep(&api, id, draft.seq, &document, Some(step), 0).await?;
    Ok(axum::Json(draft_of(&api, id).await?))
}

/// Publishes a draft: it is checked, its scenarios are played, what it says is spoken, and callers
/// get it from the next call on. With the first flow of an office that goes live its opening hours do:
/// calls abroad are made within them, unless other hours were chosen for those.
#[utoipa::path(post, path = "/flows/{id}/publish", tag = "flows", request_body = FlowPublish,
    params(("id" = i64, Path)), responses((status = 200, body = FlowView)))]
pub(crate) async fn publish(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FlowId>,
    Json(publish): Json<FlowPublish>,
) -> Result<axum::Json<FlowView>, Problem> {
    let id = id.into();
    let message = clean_text(&publish.message).into_owned();
    if message.chars().count() > MAX_PUBLISH_MESSAGE {
        let detail = format!("a message has up to {MAX_PUBLISH_MESSAGE} characters");
        return Err(Problem::field("message", detail).coded("badText"));
    }
    let ask =
        move |store: &mut store::Store| Ok((store.flow_draft(id)?, store.flow_scenarios(id)?));
    let (draft, scenarios) = api.keeper.ask(ask).await?;
    if draft.seq != publish.seq {
        return Err(StoreError::ChangedMeanwhile(office::Record::Flow(id)).into());
    }
    let document = document(serde_json::from_str(&draft.document).unwrap_or_default())?;
    let configuration = api.desk.configuration();
    let ready = apart(move || ready(&configuration, document, id, &scenarios)).await??;
    let (document, program, checks) = ready;
    let prompts = prompts::speak(&api, program.speeches(&api.desk.office())).await?;
    let mut uses = uses(&api.desk.configuration(), &document);
    let hours = first_hours(&api.desk.office(), &uses);
    uses.extend(prompts.into_iter().map(FlowUse::Sound));
    let version = NewVersion {
        seq: draft.seq,
        semantic_hash: semantic_hash(&document),
        document: document.to_json().to_string(),
        uses,
        message,
        checks: checks.to_string(),
    };
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.publish_flow(id, &version)?;
            match hours {
                Some(hours) => change.call_abroad_within(hours),
                None => Ok(()),
            }
        })
        .await?;
    view(&api, id)
}

/// The opening hours of an office, if the first flow to go live there goes by them and they are the
/// only ones.
pub(crate) fn first_hours(
    office: &office::Office,
    uses: &BTreeSet<FlowUse>,
) -> Option<office::ScheduleId> {
    let mut schedules = office.schedules().map(|schedule| schedule.id());
    let only = schedules.next().filter(|_| schedules.next().is_none())?;
    let is_first = office.flows().all(|flow| flow.live.is_none());
    (is_first && uses.contains(&FlowUse::Schedule(only))).then_some(only)
}

/// Lets callers have an earlier version again, from the next call on. The draft stays.
#[utoipa::path(post, path = "/flows/{id}/rollback", tag = "flows", request_body = FlowRollback,
    params(("id" = i64, Path)), responses((status = 200, body = FlowView)))]
pub(crate) async fn roll_back(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<FlowId>,
    Json(FlowRollback { revision }): Json<FlowRollback>,
) -> Result<axum::Json<FlowView>, Problem> {
    let id = id.into();
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.roll_back_flow(id, revision)
        })
        .await?;
    view(&api, id)
}

/// Reads a document of another builder.
#[utoipa::path(post, path = "/flows/import", tag = "flows", request_body = FlowImport,
    responses((status = 200, body = FlowImported)))]
pub(crate) async fn bring_in(
    Json(FlowImport { format, document }): Json<FlowImport>,
) -> Result<axum::Json<FlowImported>, Problem> {
    let imported = import(format.into(), document)
        .map_err(|why| Problem::field("document", why).coded("badFlow"))?;
    Ok(axum::Json(FlowImported {
        document: imported.document.to_json(),
        notes: imported.notes,
    }))
}

/// Whether a document may be published: no errors, and every scenario goes as it must.
pub(crate) fn ready(
    configuration: &Configuration,
    document: Document,
    id: office::FlowId,
    scenarios: &[store::Revised<store::Scenario>],
) -> Result<(Document, Program, Value), Problem> {
    let around = configuration.surroundings();
    let checked = around.check(configuration, &document, Some(id), Millis::now().0);
    let errors: Vec<_> = checked
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Error)
        .collect();
    if !errors.is_empty() {
        let detail = "callers would be lost in this flow; mend what the check has found first";
        let mut problem = Problem::field("document", detail).coded("flowHasErrors");
        problem.more.findings = serde_json::to_value(&errors).ok();
        return Err(problem);
    }
    let played = scenarios::play_all(configuration, &document, id, scenarios);
    let failed: Vec<_> = played
        .iter()
        .filter(|scenario| !scenario.is_good())
        .collect();
    if !failed.is_empty() {
        let detail = "a call that must go on as it did would not; change the flow or the scenario";
        let mut problem = Problem::field("document", detail).coded("scenarioFailed");
        problem.more.scenarios = serde_json::to_value(&failed).ok();
        return Err(problem);
    }
    let checks = json!({ "warnings": checked.warnings(), "scenarios": played.len() });
    let program = Program::compile(&document);
    Ok((document, program, checks))
}

/// Saves a draft; calls go on as they were, but those of callers who try it out.
async fn keep(
    api: &Api,
    id: office::FlowId,
    seq: i64,
    document: &Document,
    step: Option<DraftStep>,
    cursor: usize,
) -> Result<store::DraftSaved, Problem> {
    let save = DraftSave {
        uses: uses(&api.desk.configuration(), document),
        document: document.to_json().to_string(),
        step,
        cursor,
    };
    let desk = Arc::clone(&api.desk);
    let saved = api
        .keeper
        .ask(move |store| {
            let saved = store.save_flow_draft(id, seq, &save)?;
            desk.follow_drafts(Configuration::read(store)?);
            Ok(saved)
        })
        .await;
    saved.map_err(|why| match why {
        crate::AskFailed::Store(StoreError::ChangedMeanwhile(_)) => {
            let detail = "somebody else has edited this flow meanwhile; look at their draft first";
            Problem::new(StatusCode::CONFLICT, detail).coded("draftChangedMeanwhile")
        }
        why => why.into(),
    })
}

pub(crate) fn number(text: Option<String>) -> Result<Option<ExtensionNumber>, Problem> {
    let text = text.filter(|text| !text.trim().is_empty());
    text.map(|text| ExtensionNumber::parse(text.trim()))
        .transpose()
        .map_err(|why| Problem::field("number", why).coded("badExtension"))
}

/// What people have as their extension is the number of a flow.
pub(crate) fn about_the_number(problem: Problem) -> Problem {
    if problem.field.as_deref() != Some("extension") {
        return problem;
    }
    Problem {
        field: Some("number".to_owned()),
        ..problem.coded("numberTaken")
    }
}

fn template_of(api: &Api, id: &str) -> Result<Template, Problem> {
    let mut templates = templates::all(&api.desk.office()).into_iter();
    let found = templates.find(|template| template.id == id);
    found.ok_or_else(|| Problem::field("template", "there is no such template"))
}

/// A flow that takes calls and does nothing with them yet.
fn empty() -> Value {
    json!({
        "schemaVersion": callflow::document::SCHEMA_VERSION, "id": "flow_main", "name": "",
        "entry": "n_start",
        "nodes": [{ "id": "n_start", "type": "entry", "position": { "x": 0, "y": 0 },
            "data": { "kind": "entry" } }],
        "edges": [],
    })
}

pub(crate) fn view(api: &Api, id: office::FlowId) -> Result<axum::Json<FlowView>, Problem> {
    let flow = api.desk.flow(id);
    flow.map(axum::Json)
        .ok_or_else(|| Problem::not_found("flow"))
}
