//! The SIP messages of a call, as support reads them: every secret is masked.

use crate::{
    errors::Problem,
    json::Id,
    keeper,
    server::Api,
    values::{CallId, Millis},
    views::calls::live_call,
};
use axum::{Json, extract::State};
use serde::Serialize;
use sip_message::{Message, header::ContentType};
use std::{collections::BTreeMap, sync::Arc};
use store::{CallEvent, CallTrace, Direction, TracedMessage};
use ts_rs::TS;
use utoipa::ToSchema;

/// The messages of a call, in order.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TraceView {
    call: CallId,
    /// When the call began.
    began: Millis,
    /// Whether the call still goes on.
    live: bool,
    legs: Vec<TraceLeg>,
    messages: Vec<TraceMessage>,
    /// How many more messages there were.
    left_out: u32,
}

/// One end of the call, as seen from the office.
#[derive(Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TraceLeg {
    leg: u32,
    /// Who is there, as far as the office knows.
    name: String,
    /// Where the messages went and came from: address and port.
    address: String,
}

/// One SIP message.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TraceMessage {
    /// Milliseconds since the call began.
    offset: u32,
    /// `in` for what the office received, `out` for what it sent.
    #[ts(type = r#""in" | "out""#)]
    direction: &'static str,
    leg: u32,
    /// Transport and addresses: `udp 192.0.2.1:5060 - 192.0.2.7:5060`, the office first.
    flow: String,
    /// Set in a request.
    method: Option<String>,
    /// Set in a response.
    status: Option<u16>,
    /// Method of the transaction, for responses as well.
    cseq_method: String,
    /// Whether it describes sound.
    sdp: bool,
    /// The message; every secret is masked.
    text: String,
}

/// The SIP messages of a call, over or not.
#[utoipa::path(get, path = "/calls/{id}/trace", tag = "calls", params(("id" = u64, Path)),
    responses((status = 200, body = TraceView)))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Id(call): Id<CallId>,
) -> Result<Json<TraceView>, Problem> {
    let call = call.into();
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
    fn of(
        call: office::CallId,
        began: i64,
        live: bool,
        events: &[CallEvent],
        trace: CallTrace,
    ) -> Self {
        Self {
            call: call.into(),
            began: Millis(began),
            live,
            legs: legs(events, &trace.messages),
            messages: trace.messages.into_iter().map(TraceMessage::of).collect(),
            left_out: trace.left_out,
        }
    }
}

impl TraceMessage {
    fn of(traced: TracedMessage) -> Self {
        let mut view = Self {
            offset: traced.offset,
            direction: match traced.direction {
                Direction::In => "in",
                Direction::Out => "out",
            },
            leg: traced.leg,
            flow: traced.flow,
            method: None,
            status: None,
            cseq_method: String::new(),
            sdp: false,
            text: String::from_utf8_lossy(&traced.message).into_owned(),
        };
        // What cannot be read as SIP is shown as it is.
        let Ok(message) = Message::parse(traced.message.into()) else {
            return view;
        };
        let cseq = match &message {
            Message::Request(request) => {
                view.method = Some(request.method().to_string());
                request.cseq()
            }
            Message::Response(response) => {
                view.status = Some(response.status().code());
                response.cseq()
            }
        };
        view.cseq_method = cseq.map_or_else(|_| String::new(), |cseq| cseq.method.to_string());
        view.sdp = describes_sound(&message);
        view
    }
}

/// Whether a message carries a session description, alone or among other parts.
fn describes_sound(message: &Message) -> bool {
    let kind = message.headers().get::<ContentType>();
    let may = kind.is_ok_and(|kind| kind.0.is("application", "sdp") || kind.0.kind.is("multipart"));
    may && !message.body().is_empty()
}

/// The ends of a call in the order of their first message. The first is the caller's; the others
/// are named by the happening that called them.
fn legs(events: &[CallEvent], messages: &[TracedMessage]) -> Vec<TraceLeg> {
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
    let mut legs: Vec<TraceLeg> = Vec::new();
    for message in messages {
        if legs.iter().any(|known| known.leg == message.leg) {
            continue;
        }
        let named = names.remove(&message.leg).or_else(|| caller.take());
        legs.push(TraceLeg {
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
