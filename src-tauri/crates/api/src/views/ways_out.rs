//! Everything that leads calls out of the office by itself, in one list: numbers and extensions that are
//! forwarded, hours that forward, call flows that dial outside, other systems that may use the lines.

use crate::{
    configuration::Configuration,
    errors::Problem,
    keeper::word,
    limits::MAX_WAYS_OUT,
    orders::Told,
    server::Api,
    values::{FlowId, Millis, PeerId, PersonId},
};
use axum::{Json, extract::State};
use callflow::{Document, outside::leads_out};
use numbering::{Dialling, Outside};
use office::{CallOf, RouteTarget};
use serde::Serialize;
use std::sync::Arc;
use store::AuditEntry;
use switch::{Command, PassedOn};
use ts_rs::TS;
use utoipa::ToSchema;

/// One way out of the office that nobody has to dial.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WayOutView {
    kind: WayOutKind,
    /// What leads outside: a number of the office, an extension, a person, a call flow, another system.
    name: String,
    /// The number or extension, where it is one.
    number: Option<String>,
    person: Option<PersonId>,
    flow: Option<FlowId>,
    peer: Option<PeerId>,
    /// The step of the call flow; missing for where its calls go when everything else has failed.
    node: Option<String>,
    /// What the step is called.
    step: Option<String>,
    /// The number outside, as people of the office's country write it; missing where it may be any.
    to: Option<String>,
    /// The country it is in, if it is known.
    country: Option<String>,
    abroad: bool,
    /// Why no such call is made as things are, by the name of its sentence.
    refusal: Option<String>,
    /// Who set it last; missing where the audit log does not know.
    set: Option<WasSet>,
}

/// What leads outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum WayOutKind {
    /// Callers of a number of the office.
    Number,
    /// The same while it is closed.
    NumberWhenClosed,
    /// Whoever dials an extension.
    Extension,
    ExtensionWhenClosed,
    /// Callers of a person while they take none.
    PersonWhenClosed,
    /// Callers of a call flow.
    CallFlow,
    /// The people of another telephone system.
    OtherSystem,
}

/// Who set something, and when.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WasSet {
    at: Millis,
    /// Login of the user; empty for this computer's owner.
    by: String,
    /// Where they were; empty for this computer.
    address: String,
}

/// Where the audit log says who has set it.
struct Asked {
    kind: &'static str,
    subject: String,
    field: &'static str,
}

/// A way out, the number it leads to as it would be dialled, and where the log says who has set it.
type Found = (WayOutView, Option<String>, Asked);

/// All ways out of the office that nobody has to dial.
#[utoipa::path(get, path = "/ways-out", tag = "calling out",
    responses((status = 200, body = [WayOutView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Result<Json<Vec<WayOutView>>, Problem> {
    let configuration = api.desk.configuration();
    let mut found = all(&configuration);
    found.truncate(MAX_WAYS_OUT);
    for (view, dialled, _) in &mut found {
        let Some(dialled) = dialled else { continue };
        let number = dialled.clone();
        let explain = |ticket| Command::Explain {
            ticket,
            whose: CallOf::Office,
            number,
            hidden: false,
            line: None,
            at_unix_ms: None,
            passed_on: PassedOn::default(),
        };
        let answered = api.desk.ask_switch(explain).await;
        let Some(Told::Explained(explained)) = answered.and_then(|answered| answered.told) else {
            return Err(Problem::too_busy());
        };
        view.refusal = explained.refused.as_ref().map(word);
    }
    let (mut views, asked): (Vec<_>, Vec<_>) = found
        .into_iter()
        .map(|(view, _, asked)| (view, asked))
        .unzip();
    let set = api.keeper.ask(move |store| {
        let asked = asked.iter();
        let last = asked.map(|asked| store.last_set(asked.kind, &asked.subject, asked.field));
        last.collect::<Result<Vec<_>, _>>()
    });
    for (view, set) in views.iter_mut().zip(set.await?) {
        view.set = set.map(WasSet::of);
    }
    Ok(Json(views))
}

/// All of them, as they are configured.
fn all(configuration: &Configuration) -> Vec<Found> {
    let office = configuration.office();
    let mut found = Vec::new();
    for number in office.phone_numbers() {
        let text = number.number.to_string();
        let name = match number.label.is_empty() {
            true => configuration.write_number(&number.number),
            false => number.label.clone(),
        };
        let mut add = |kind, field, target: &RouteTarget| {
            if let RouteTarget::Forward(to) = target {
                let mut way = WayOutView::to(configuration, kind, &name, to.as_str());
                way.number = Some(text.clone());
                let subject = text.clone();
                let asked = Asked {
                    kind: "number",
                    subject,
                    field,
                };
                found.push((way, Some(to.to_string()), asked));
            }
        };
        add(WayOutKind::Number, "leadsTo", &number.route.target);
        if let Some(hours) = &number.hours {
            let closed = &hours.when_closed.target;
            add(WayOutKind::NumberWhenClosed, "whenClosed", closed);
        }
    }
    for extension in office.extensions() {
        let text = extension.number.to_string();
        let mut add = |kind, field, target: &RouteTarget| {
            if let RouteTarget::Forward(to) = target {
                let mut way = WayOutView::to(configuration, kind, &text, to.as_str());
                way.number = Some(text.clone());
                let subject = text.clone();
                let asked = Asked {
                    kind: "extension",
                    subject,
                    field,
                };
                found.push((way, Some(to.to_string()), asked));
            }
        };
        add(WayOutKind::Extension, "leadsTo", &extension.target);
        if let Some(hours) = &extension.hours {
            let closed = &hours.when_closed.target;
            add(WayOutKind::ExtensionWhenClosed, "whenClosed", closed);
        }
    }
    for person in office.persons() {
        let closed = person.hours.as_ref().map(|hours| &hours.when_closed);
        if let Some(RouteTarget::Forward(to)) = closed {
            let kind = WayOutKind::PersonWhenClosed;
            let mut way = WayOutView::to(configuration, kind, &person.name, to.as_str());
            way.person = Some(person.id.into());
            let subject = person.name.clone();
            let asked = Asked {
                kind: "person",
                subject,
                field: "whenClosed",
            };
            found.push((way, Some(to.to_string()), asked));
        }
    }
    for flow in office.flows() {
        // All that callers may get: what is live, what other flows run by its number, and the draft,
        // which whoever shows the number of somebody who tries it out gets.
        let versions = flow.live.iter().chain(&flow.pinned).chain(&flow.draft);
        let read = versions.filter_map(|it| Document::read(it.document.as_ref().clone()).ok());
        let mut seen = Vec::new();
        for out in read.flat_map(|document| leads_out(&document, office)) {
            if seen.contains(&out) {
                continue;
            }
            seen.push(out.clone());
            let kind = WayOutKind::CallFlow;
            let mut way = WayOutView::to(configuration, kind, &flow.name, &out.number);
            way.flow = Some(flow.id.into());
            way.node = out.node;
            way.step = Some(out.title).filter(|title| !title.is_empty());
            let subject = flow.name.clone();
            let asked = Asked {
                kind: "flow",
                subject,
                field: "live",
            };
            found.push((way, Some(out.number), asked));
        }
    }
    for peer in office.peers() {
        if peer.enabled && peer.may_call_outside {
            let mut way = WayOutView::new(WayOutKind::OtherSystem, &peer.name);
            way.peer = Some(peer.id.into());
            let subject = peer.name.clone();
            let asked = Asked {
                kind: "peer",
                subject,
                field: "mayCallOutside",
            };
            found.push((way, None, asked));
        }
    }
    found
}

impl WayOutView {
    fn new(kind: WayOutKind, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            number: None,
            person: None,
            flow: None,
            peer: None,
            node: None,
            step: None,
            to: None,
            country: None,
            abroad: false,
            refusal: None,
            set: None,
        }
    }

    /// One that leads to a number.
    fn to(configuration: &Configuration, kind: WayOutKind, name: &str, number: &str) -> Self {
        let read = numbering::read(number, &Dialling::of(configuration.office()));
        let found = match read {
            Outside::Number(found) => Some(found),
            Outside::Emergency(_) | Outside::NotANumber(_) => None,
        };
        let shown = found
            .as_ref()
            .map(|found| configuration.write_number(&found.number));
        Self {
            to: Some(shown.unwrap_or_else(|| number.to_owned())),
            country: found
                .as_ref()
                .and_then(|found| found.country.as_ref().map(ToString::to_string)),
            abroad: found.is_some_and(|found| !found.national),
            ..Self::new(kind, name)
        }
    }
}

impl WasSet {
    fn of(entry: AuditEntry) -> Self {
        Self {
            at: Millis(entry.at),
            by: entry.by.login,
            address: entry.by.address,
        }
    }
}
