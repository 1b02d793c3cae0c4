//! Calls of which a flow must go on doing the same.

use crate::{
    configuration::Configuration,
    errors::Problem,
    json::{Id, Json},
    server::Api,
    values::FlowId,
    views::flows::{apart, document, rehearsal},
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use callflow::{
    Document,
    rehearse::{Reached, Rehearsal},
};
use office::clean_text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::{Revised, Scenario};
use ts_rs::TS;
use utoipa::ToSchema;

/// A scenario, and whether it goes as it must.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioView {
    id: i64,
    name: String,
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    call: Value,
    expects: ScenarioExpects,
    last: Option<ScenarioRun>,
}

/// What must become of the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScenarioExpects {
    /// How it ends, as a rehearsal says it; `null` for however.
    ends: Option<String>,
    /// The nodes it comes to, in this order; others may lie between.
    visits: Vec<String>,
    /// Whom or what the caller reaches, whoever they reach besides; `null` for whomever.
    #[serde(default)]
    reaches: Option<ScenarioReaches>,
}

/// Whom or what a caller reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ScenarioReaches {
    /// Nobody and nothing: neither does anybody talk with them nor can they leave a message.
    Nobody,
    /// Somebody of the office talks with them.
    Person {
        /// Who.
        id: i64,
    },
    /// Somebody at a number outside does.
    Number {
        /// The number, as the flow has it.
        number: String,
    },
    /// They can leave a message there.
    Mailbox {
        /// Which mailbox.
        id: i64,
    },
    /// They come into that conference room.
    Room {
        /// Which room.
        id: i64,
    },
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioRun {
    ok: bool,
    /// What was otherwise: `reaches`, `ends`, or `visits` with the first node it did not come to.
    why: Option<String>,
    /// Whom or what the caller reached, in order.
    reached: Vec<ScenarioReaches>,
}

/// A scenario as it is to be. `POST /api/flows/{id}/scenarios`.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScenarioEdit {
    name: String,
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    call: Value,
    expects: ScenarioExpects,
}

/// `POST /api/flows/{id}/scenarios/run`
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScenariosRun {
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    document: Value,
}

/// All scenarios of a flow, each played through its draft.
#[utoipa::path(get, path = "/flows/{id}/scenarios", tag = "flows", params(("id" = i64, Path)),
    responses((status = 200, body = [ScenarioView])))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Id(id): Id<FlowId>,
) -> Result<axum::Json<Vec<ScenarioView>>, Problem> {
    let id = id.into();
    let scenarios = api
        .keeper
        .ask(move |store| store.flow_scenarios(id))
        .await?;
    let configuration = api.desk.configuration();
    let played = move || {
        let draft = configuration.draft(id).cloned();
        let meaning = draft.as_ref().and_then(|draft| draft.meaning.as_ref());
        match meaning {
            Some(draft) => play_all(&configuration, &draft.document, id, &scenarios),
            None => scenarios
                .iter()
                .map(|each| ScenarioView::of(&each.value, None))
                .collect(),
        }
    };
    Ok(axum::Json(apart(played).await?))
}

/// Adds a scenario.
#[utoipa::path(post, path = "/flows/{id}/scenarios", tag = "flows", request_body = ScenarioEdit,
    params(("id" = i64, Path)), responses((status = 201, body = ScenarioView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    Id(id): Id<FlowId>,
    Json(edit): Json<ScenarioEdit>,
) -> Result<(StatusCode, axum::Json<ScenarioView>), Problem> {
    let (id, mut scenario) = (id.into(), edit.read()?);
    let kept = scenario.clone();
    scenario.id = api
        .keeper
        .ask(move |store| store.add_flow_scenario(id, &kept))
        .await?;
    let view = ScenarioView::of(&scenario, None);
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// Replaces a scenario.
#[utoipa::path(put, path = "/flows/{id}/scenarios/{scenario}", tag = "flows",
    request_body = ScenarioEdit, params(("id" = i64, Path), ("scenario" = i64, Path)),
    responses((status = 200, body = ScenarioView)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    Path(path): Path<(String, String)>,
    Json(edit): Json<ScenarioEdit>,
) -> Result<axum::Json<ScenarioView>, Problem> {
    let (id, number) = ids(&path)?;
    let scenario = Scenario {
        id: number,
        ..edit.read()?
    };
    let kept = scenario.clone();
    let replace = move |store: &mut store::Store| {
        let all = store.flow_scenarios(id)?;
        let now = all.iter().find(|each| each.value.id == number);
        let revision = now.map_or(0, |each| each.revision);
        store.edit_flow_scenario(id, &kept, revision)
    };
    api.keeper.ask(replace).await?;
    Ok(axum::Json(ScenarioView::of(&scenario, None)))
}

/// Removes a scenario.
#[utoipa::path(delete, path = "/flows/{id}/scenarios/{scenario}", tag = "flows",
    params(("id" = i64, Path), ("scenario" = i64, Path)), responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    Path(path): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (id, number) = ids(&path)?;
    let remove = move |store: &mut store::Store| store.remove_flow_scenario(id, number, None);
    api.keeper.ask(remove).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Plays all scenarios of a flow through a document.
#[utoipa::path(post, path = "/flows/{id}/scenarios/run", tag = "flows",
    request_body = ScenariosRun, params(("id" = i64, Path)),
    responses((status = 200, body = [ScenarioView])))]
pub(crate) async fn run(
    State(api): State<Arc<Api>>,
    Id(id): Id<FlowId>,
    Json(run): Json<ScenariosRun>,
) -> Result<axum::Json<Vec<ScenarioView>>, Problem> {
    let id = id.into();
    let document = document(run.document)?;
    let scenarios = api
        .keeper
        .ask(move |store| store.flow_scenarios(id))
        .await?;
    let configuration = api.desk.configuration();
    let played = move || play_all(&configuration, &document, id, &scenarios);
    Ok(axum::Json(apart(played).await?))
}

/// Plays scenarios through a document.
pub(crate) fn play_all(
    configuration: &Configuration,
    document: &Document,
    id: office::FlowId,
    scenarios: &[Revised<Scenario>],
) -> Vec<ScenarioView> {
    let around = configuration.surroundings();
    let play = |scenario: &Revised<Scenario>| {
        let mut view = ScenarioView::of(&scenario.value, None);
        let call: Option<Rehearsal> = serde_json::from_value(view.call.clone()).ok();
        view.last = call.map(|call| {
            let done = around.rehearse(configuration, document, Some(id), &call);
            let visited = done.steps.iter().map(|step| step.node.to_string());
            let ended = serde_json::to_value(&done.ended).unwrap_or_default();
            view.expects.compare(
                ended["how"].as_str().unwrap_or_default(),
                visited,
                &done.reached,
            )
        });
        view
    };
    scenarios.iter().map(play).collect()
}

impl ScenarioView {
    fn of(scenario: &Scenario, last: Option<ScenarioRun>) -> Self {
        let expects = serde_json::from_str(&scenario.expects);
        Self {
            id: scenario.id,
            name: scenario.name.clone(),
            call: serde_json::from_str(&scenario.call).unwrap_or_default(),
            expects: expects.unwrap_or(ScenarioExpects {
                ends: None,
                visits: Vec::new(),
                reaches: None,
            }),
            last,
        }
    }

    /// Whether it went as it must.
    pub(crate) fn is_good(&self) -> bool {
        self.last.as_ref().is_some_and(|last| last.ok)
    }
}

impl ScenarioExpects {
    /// What came of a call must come of it again; as far as `reached` and `ends` are known.
    pub(crate) fn new(
        ends: Option<String>,
        visits: Vec<String>,
        reached: Option<&[Reached]>,
    ) -> Self {
        let reaches = reached.map(|reached| {
            let first = reached.first().map(ScenarioReaches::from);
            first.unwrap_or(ScenarioReaches::Nobody)
        });
        Self {
            ends,
            visits,
            reaches,
        }
    }

    fn compare(
        &self,
        ended: &str,
        visited: impl Iterator<Item = String>,
        reached: &[Reached],
    ) -> ScenarioRun {
        let mut visited = visited;
        let missed = self
            .visits
            .iter()
            .find(|wanted| !visited.any(|node| node == **wanted));
        let reached: Vec<ScenarioReaches> = reached.iter().map(ScenarioReaches::from).collect();
        let is_reached = match &self.reaches {
            None => true,
            Some(ScenarioReaches::Nobody) => reached.is_empty(),
            Some(wanted) => reached.contains(wanted),
        };
        let why = match (missed, &self.ends) {
            // Who is there for the caller says most.
            _ if !is_reached => Some("reaches".to_owned()),
            (Some(node), _) => Some(format!("visits {node}")),
            (None, Some(ends)) if ends != ended => Some("ends".to_owned()),
            (None, _) => None,
        };
        ScenarioRun {
            ok: why.is_none(),
            why,
            reached,
        }
    }
}

impl From<&Reached> for ScenarioReaches {
    fn from(reached: &Reached) -> Self {
        match reached {
            Reached::Person { id } => Self::Person { id: id.0 },
            Reached::Number { number } => Self::Number {
                number: number.clone(),
            },
            Reached::Mailbox { id } => Self::Mailbox { id: id.0 },
            Reached::Room { id } => Self::Room { id: id.0 },
        }
    }
}

impl ScenarioEdit {
    fn read(self) -> Result<Scenario, Problem> {
        let name = clean_text(&self.name).into_owned();
        if name.is_empty() {
            let detail = "a scenario needs a name, so that it is known when it fails";
            return Err(Problem::field("name", detail).coded("badName"));
        }
        // Written anew: what is not understood is not kept.
        let call = serde_json::to_string(&rehearsal(self.call)?);
        Ok(Scenario {
            id: 0,
            name,
            call: call.unwrap_or_default(),
            expects: serde_json::to_string(&self.expects).unwrap_or_default(),
        })
    }
}

fn ids((flow, scenario): &(String, String)) -> Result<(office::FlowId, i64), Problem> {
    let numbers = flow.parse().ok().zip(scenario.parse().ok());
    let (flow, scenario) = numbers.ok_or_else(|| Problem::not_found("scenario"))?;
    Ok((office::FlowId(flow), scenario))
}
