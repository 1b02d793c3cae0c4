//! Adding and changing ring groups: the form of a call flow that is published as soon as it is saved.

use crate::{
    auth::Caller,
    commands::flows::{about_the_number, first_hours, number, ready, view},
    configuration::Configuration,
    errors::Problem,
    json::{Id, Json},
    server::Api,
    surroundings::uses,
    values::{FlowId, Millis},
    views::{
        flows::{FlowView, apart},
        ring_groups::RingGroup,
    },
};
use axum::{extract::State, http::StatusCode};
use callflow::{Document, RingGroup as Kept, check::Level, ring_group::PLACES, semantic_hash};
use office::clean_text;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{DraftSave, DraftStep, FIRST_SEQ, NewFlow, NewVersion, OfficeChange, StoreError};
use ts_rs::TS;
use utoipa::ToSchema;

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
    let name = clean_text(&edit.name).into_owned();
    let document = edit.group.read()?.document(&name);
    let number = number(edit.number)?;
    let configuration = api.desk.configuration();
    let flow = NewFlow {
        name,
        number,
        uses: uses(&configuration, &document),
        document: document.to_json().to_string(),
    };
    let (around, drawn) = (Arc::clone(&configuration), document.clone());
    let warnings = apart(move || check(&around, &drawn, None)).await??;
    let goes_live = GoesLive::of(
        &configuration,
        &document,
        json!({ "warnings": warnings, "scenarios": 0 }),
    );
    let id = api
        .keeper
        .change_by(caller.actor(), move |change| {
            let id = change.add_flow(&flow)?;
            goes_live.publish(change, id, FIRST_SEQ)?;
            Ok(id)
        })
        .await
        .map_err(|why| about_the_number(why.into()))?;
    Ok((StatusCode::CREATED, view(&api, id)?))
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
    let name = clean_text(&edit.name).into_owned();
    let group = edit.group.read()?;
    let number = number(edit.number)?;
    let configuration = api.desk.configuration();
    let around = configuration.surroundings();
    if around.comes_back(&configuration, id, &group.otherwise) {
        let detail = "callers whom nobody answers would come back here; choose something else";
        return Err(Problem::field("group.otherwise", detail).coded("groupCircle"));
    }
    let known = configuration
        .flow(id)
        .ok_or_else(|| Problem::not_found("flow"))?;
    let live = known.value.live.as_ref();
    if edit.made_from != live.map(|live| live.revision) {
        return Err(StoreError::ChangedMeanwhile(office::Record::Flow(id)).into());
    }
    let ask =
        move |store: &mut store::Store| Ok((store.flow_draft(id)?, store.flow_scenarios(id)?));
    let (draft, scenarios) = api.keeper.ask(ask).await?;
    let before: Value = serde_json::from_str(&draft.document).unwrap_or_default();
    let drawn = Document::read(before.clone()).ok().filter(|drawn| {
        let is_live = live.is_none_or(|live| live.semantic_hash == semantic_hash(drawn));
        is_live && Kept::read(drawn).is_some()
    });
    let Some(drawn) = drawn else {
        let detail = "somebody draws in this ring group; change it in its drawing, or publish that";
        return Err(Problem::new(StatusCode::CONFLICT, detail).coded("groupIsDrawn"));
    };
    let document = group.redrawn(&name, &drawn);
    let (around, checked) = (Arc::clone(&configuration), document.clone());
    let (_, _, checks) = apart(move || {
        check(&around, &checked, Some(id))?;
        ready(&around, checked, id, &scenarios)
    })
    .await??;
    let goes_live = GoesLive::of(&configuration, &document, checks);
    let replace = |document: &Value| {
        let patch = json!([{ "op": "replace", "path": [], "value": document }]);
        patch.to_string()
    };
    let save = DraftSave {
        uses: uses(&configuration, &document),
        document: document.to_json().to_string(),
        step: Some(DraftStep {
            name: match configuration.office().settings().language.as_str() {
                german if german.starts_with("de") => "Rufgruppe ändern".to_owned(),
                _ => "Change the ring group".to_owned(),
            },
            forward: replace(&document.to_json()),
            back: replace(&before),
        }),
        cursor: 0,
    };
    let is_renamed = known.value.name != name || known.value.number != number;
    let revision = known.revision;
    api.keeper
        .change_by(caller.actor(), move |change| {
            if is_renamed {
                change.edit_flow(id, &name, number.as_ref(), revision)?;
            }
            let saved = change.save_flow_draft(id, draft.seq, &save)?;
            goes_live.publish(change, id, saved.seq)
        })
        .await
        .map_err(|why| about_the_number(why.into()))?;
    view(&api, id)
}

/// A version about to be published, and the opening hours that go live with it.
struct GoesLive {
    version: NewVersion,
    hours: Option<office::ScheduleId>,
}

impl GoesLive {
    fn of(configuration: &Configuration, document: &Document, checks: Value) -> GoesLive {
        let uses = uses(configuration, document);
        GoesLive {
            hours: first_hours(configuration.office(), &uses),
            version: NewVersion {
                seq: FIRST_SEQ,
                semantic_hash: semantic_hash(document),
                document: document.to_json().to_string(),
                uses,
                message: String::new(),
                checks: checks.to_string(),
            },
        }
    }

    fn publish(
        mut self,
        change: &OfficeChange<'_>,
        id: office::FlowId,
        seq: i64,
    ) -> Result<(), StoreError> {
        self.version.seq = seq;
        change.publish_flow(id, &self.version)?;
        match self.hours {
            Some(hours) => change.call_abroad_within(hours),
            None => Ok(()),
        }
    }
}

/// Whether it can be published: what keeps it from that is a field of the form. How many warnings there
/// are.
fn check(
    configuration: &Configuration,
    document: &Document,
    this: Option<office::FlowId>,
) -> Result<usize, Problem> {
    let around = configuration.surroundings();
    let checked = around.check(configuration, document, this, Millis::now().0);
    let mut findings = checked.findings.iter();
    let Some(found) = findings.find(|finding| finding.level == Level::Error) else {
        return Ok(checked.warnings());
    };
    let node = found.node.as_deref();
    let mut places = PLACES.iter();
    let place = places.find(|(id, _)| Some(*id) == node);
    let field = match (place, found.field.as_deref()) {
        (Some((_, "group.members")), Some("prefix")) => "group.prefix",
        (Some((_, field)), _) => field,
        (None, _) => "group",
    };
    let detail = "what is chosen here does not exist; choose another";
    let mut problem = Problem::field(field, detail).coded("flowHasErrors");
    problem.more.findings = serde_json::to_value([found]).ok();
    Err(problem)
}
