//! A call that walked a flow, as a scenario of that flow.

use crate::{
    commands::scenarios::ScenarioExpects,
    errors::Problem,
    json::Id,
    keeper,
    server::Api,
    values::{CallId, FlowId},
    views::{
        calls::live_call,
        flows::{apart, document},
    },
};
use axum::{Json, extract::State};
use callflow::{
    Program, TraceStep,
    rehearse::{Does, Past},
};
use office::PersonId;
use serde::Serialize;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use store::CallEvent;
use ts_rs::TS;
use utoipa::ToSchema;

/// What a scenario has to be so that a flow goes on doing what it did in a call.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioOfCall {
    /// The flow that was dialled.
    flow: FlowId,
    /// What is rehearsed.
    #[ts(type = "any")]
    #[schema(value_type = Object)]
    call: Value,
    /// What must become of it.
    expects: ScenarioExpects,
    /// Whether it goes all the way as the call went; if not, only as far as `expects` says.
    whole: bool,
}

/// The scenario that plays a call again: its time, its caller, the keys and how the telephones
/// behaved, tried on the version the call kept.
#[utoipa::path(get, path = "/calls/{id}/scenario", tag = "calls", params(("id" = u64, Path)),
    responses((status = 200, body = ScenarioOfCall)))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Id(call): Id<CallId>,
) -> Result<Json<ScenarioOfCall>, Problem> {
    let (at, caller, events) = call_of(&api, call.into()).await?;
    let Some((flow, revision, past)) = past(at, caller, &events) else {
        return Err(Problem::not_found("walk"));
    };
    let ask = move |store: &mut store::Store| store.flow_document(flow, revision);
    let walked = api.keeper.ask(ask).await?;
    let walked = document(serde_json::from_str(&walked).unwrap_or_default())?;
    let configuration = api.desk.configuration();
    let again = apart(move || {
        let around = configuration.surroundings();
        let program = Arc::new(Program::compile(&walked));
        around.on_stage(&configuration, Some(flow), |stage| {
            past.again(&program, stage)
        })
    })
    .await?;
    let ends = again.ends.map(|ended| {
        let ended = serde_json::to_value(ended).unwrap_or_default();
        ended["how"].as_str().unwrap_or_default().to_owned()
    });
    Ok(Json(ScenarioOfCall {
        flow: flow.into(),
        call: serde_json::to_value(again.call).unwrap_or_default(),
        whole: ends.is_some(),
        expects: ScenarioExpects::new(ends, again.visits, again.reached.as_deref()),
    }))
}

/// When a call came in, the caller's number, and what happened in it.
async fn call_of(
    api: &Api,
    call: office::CallId,
) -> Result<(i64, String, Vec<CallEvent>), Problem> {
    if let Some(live) = live_call(api, call) {
        let events = api.desk.details(call).unwrap_or_default().events;
        let events = events.iter().map(keeper::event).collect();
        return Ok((live.arrived_unix_ms, live.from.number, events));
    }
    let found = api
        .keeper
        .ask_history(move |store| Ok((store.call(call)?, store.call_events(call)?)))
        .await?;
    match found {
        (Some(summary), Some(events)) => Ok((summary.started_at, summary.from.number, events)),
        _ => Err(Problem::not_found("call")),
    }
}

/// Which version of which flow a call walked, and how; `None` for a call that walked none, or a draft
/// that is kept nowhere.
fn past(at: i64, caller: String, events: &[CallEvent]) -> Option<(office::FlowId, i64, Past)> {
    let mut past = Past {
        at,
        caller: Some(caller).filter(|number| !number.is_empty()),
        ..Past::default()
    };
    let mut walked = None;
    // Whose telephone each leg is, and since when it rang.
    let mut rang: BTreeMap<u64, (PersonId, u32)> = BTreeMap::new();
    let mut answered = None;
    for event in events {
        let detail: Value = serde_json::from_str(&event.detail).unwrap_or_default();
        let leg = detail["leg"].as_u64().unwrap_or_default();
        match event.kind.as_str() {
            "flowStep" => {
                let Ok(step) = serde_json::from_value::<TraceStep>(detail["step"].clone()) else {
                    continue;
                };
                walked = walked.or_else(|| Some((step.flow?, detail["revision"].as_i64()?)));
                if step.leg.as_deref() == Some("answered") {
                    let since = answered.take().unwrap_or(step.t_ms);
                    past.talked_ms = Some(step.t_ms.saturating_sub(since));
                }
                past.steps.push(step);
            }
            "deviceCalled" => {
                if let Some(person) = detail["to"]["person"].as_i64() {
                    rang.insert(leg, (PersonId(person), event.offset));
                }
            }
            "deviceStopped" => {
                let does = match detail["reason"].as_str() {
                    Some("busy") => Does::Busy,
                    Some("declined") => Does::Declines,
                    Some("unreachable") => Does::Off,
                    _ => continue,
                };
                if let Some((person, _)) = rang.get(&leg) {
                    past.phones.entry(*person).or_insert(does);
                }
            }
            "callAnswered" => {
                answered = Some(event.offset.into());
                if let Some((person, since)) = rang.get(&leg) {
                    let rang_for = event.offset.saturating_sub(*since).div_ceil(1_000);
                    let answers = Does::AnswersAfter(rang_for.max(1));
                    past.phones.insert(*person, answers);
                }
            }
            "messageLeft" => past.spoke_ms = Some(millis(&detail["lasts"])),
            _ => {}
        }
    }
    let (flow, revision) = walked.filter(|(_, revision)| *revision > 0)?;
    Some((flow, revision, past))
}

/// A duration as it is written in a happening.
fn millis(lasts: &Value) -> u64 {
    let [seconds, nanos] = ["secs", "nanos"].map(|part| lasts[part].as_u64().unwrap_or_default());
    seconds
        .saturating_mul(1_000)
        .saturating_add(nanos / 1_000_000)
}
