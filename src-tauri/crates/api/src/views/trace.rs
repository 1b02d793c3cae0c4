//! The SIP messages of a call, as support reads them: every secret is masked.

use crate::{errors::Problem, json::Id, keeper, server::Api, views::calls::live_call};
use axum::{Json, extract::State};
use office::CallId;
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};
use store::{CallEvent, CallTrace, Direction, TracedMessage};

/// The messages of a call, in order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TraceView {
    call: CallId,
    /// When the call began, in milliseconds since 1970 (UTC).
    began: i64,
    /// Whether the call still goes on.
    live: bool,
    legs: Vec<LegView>,
    messages: Vec<MessageView>,
    /// How many more messages there were.
    left_out: u32,
}

/// One end of the call, as seen from the office.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct LegView {
    leg: u32,
    /// Who is there, as far as the office knows.
    name: String,
    /// Where the messages went and came from: address and port.
    address: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageView {
    /// Milliseconds since the call began.
    offset: u32,
    /// `in` for what the office received, `out` for what it sent.
    direction: &'static str,
    leg: u32,
    /// Transport and addresses: `udp 192.0.2.1:5060 - 192.0.2.7:5060`, the office first.
    flow: String,
    text: String,
}

/// `GET /api/calls/{id}/trace`
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Id(call): Id<u64>,
) -> Result<Json<TraceView>, Problem> {
    let call = CallId(call);
    if let Some(live) = live_call(&api, call) {
        let details = api.desk.details(call).unwrap_or_default();
        let began = live.arrived_unix_ms;
        let trace = CallTrace {
            messages: keeper::traced(&details.messages, began),
            left_out: details.left_out,
        };
        let events: Vec<CallEvent> = details.events.iter().map(keeper::event).collect();
        return Ok(Json(TraceView::of(call, began, true, &events, trace)));
    }
    let found = api
        .keeper
        .ask_history(move |store| {
            let events = store.call_events(call)?;
            Ok((store.call(call)?, events, store.call_trace(call)?))
        })
        .await?;
    let (Some(summary), Some(events), Some(trace)) = found else {
        return Err(Problem::not_found("call"));
    };
    Ok(Json(TraceView::of(
        call,
        summary.started_at,
        false,
        &events,
        trace,
    )))
}

impl TraceView {
    fn of(call: CallId, began: i64, live: bool, events: &[CallEvent], trace: CallTrace) -> Self {
        Self {
            call,
            began,
            live,
            legs: legs(events, &trace.messages),
            messages: trace.messages.into_iter().map(MessageView::of).collect(),
            left_out: trace.left_out,
        }
    }
}

impl MessageView {
    fn of(message: TracedMessage) -> Self {
        Self {
            offset: message.offset,
            direction: match message.direction {
                Direction::In => "in",
                Direction::Out => "out",
            },
            leg: message.leg,
            flow: message.flow,
            text: String::from_utf8_lossy(&message.message).into_owned(),
        }
    }
}

/// The ends of a call in the order of their first message. The first is the caller's; the others
/// are named by the happening that called them.
fn legs(events: &[CallEvent], messages: &[TracedMessage]) -> Vec<LegView> {
    let mut names: BTreeMap<u32, String> = BTreeMap::new();
    let mut caller = None;
    for event in events {
        let detail: serde_json::Value = serde_json::from_str(&event.detail).unwrap_or_default();
        match event.kind.as_str() {
            "callerArrived" => caller = Some(name(&detail["from"])),
            "deviceCalled" => {
                if let Some(leg) = detail["leg"]
                    .as_u64()
                    .and_then(|leg| u32::try_from(leg).ok())
                {
                    names.insert(leg, name(&detail["to"]));
                }
            }
            _ => {}
        }
    }
    let mut legs: Vec<LegView> = Vec::new();
    for message in messages {
        if legs.iter().any(|known| known.leg == message.leg) {
            continue;
        }
        let named = names.remove(&message.leg).or_else(|| caller.take());
        legs.push(LegView {
            leg: message.leg,
            name: named.unwrap_or_default(),
            address: message
                .flow
                .rsplit(' ')
                .next()
                .unwrap_or_default()
                .to_owned(),
        });
    }
    legs
}

fn name(party: &serde_json::Value) -> String {
    let name = party["name"].as_str().filter(|name| !name.is_empty());
    name.or(party["number"].as_str())
        .unwrap_or_default()
        .to_owned()
}
