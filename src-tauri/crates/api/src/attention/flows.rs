//! What a person should look at of flows and hours: steps that could not do what they should, and
//! hours that cannot be judged.

use crate::{
    limits::MAX_FLOW_FAULTS,
    values::Millis,
    views::attention::{Attention, AttentionView, Severity},
};
use callflow::{Document, TraceStep, walk::Reason};
use office::{CallId, FlowId, Office, ScheduleId};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use switch::{Happening, What};

/// What is wrong there.
#[derive(Debug, Default)]
pub(super) struct FlowTrouble {
    /// One item for each step of a flow.
    faults: BTreeMap<(FlowId, String), Fault>,
    /// Schedules that cannot be judged and count as open.
    hours: BTreeMap<ScheduleId, Unjudged>,
    /// Counts up with every fault that comes on the list.
    items: u64,
}

#[derive(Debug)]
struct Fault {
    item: u64,
    /// The version that is live.
    revision: u64,
    since: Millis,
    last: Millis,
    times: u32,
    /// The call it happened in last.
    call: CallId,
    /// Why, the last time.
    reason: Option<Reason>,
    /// What the step is called, and of what kind it is.
    title: String,
    kind: String,
}

#[derive(Debug)]
struct Unjudged {
    since: Millis,
    dismissed: bool,
}

impl FlowTrouble {
    /// Takes in a happening. Whether anything may have changed.
    pub(super) fn tell(&mut self, happening: &Happening, office: &Office) -> bool {
        let What::FlowStep {
            call,
            revision,
            step,
        } = &happening.what
        else {
            return false;
        };
        if step.event != "fault" {
            return false;
        }
        // Drafts that are tried out, and versions kept by calls that began before, are nobody's trouble.
        match step.flow {
            Some(flow) if live(office, flow) == Some(*revision) => {
                let at = Millis(happening.unix_ms);
                self.add((flow, *revision), step, *call, (at, office));
                true
            }
            _ => false,
        }
    }

    fn add(
        &mut self,
        (flow, revision): (FlowId, u64),
        step: &TraceStep,
        call: CallId,
        (at, office): (Millis, &Office),
    ) {
        let known = self.faults.get_mut(&(flow, step.node.clone()));
        if let Some(fault) = known.filter(|fault| fault.revision == revision) {
            fault.times = fault.times.saturating_add(1);
            fault.last = at;
            fault.call = call;
            fault.reason.clone_from(&step.reason);
            return;
        }
        if self.faults.len() >= MAX_FLOW_FAULTS {
            let oldest = self.faults.iter().min_by_key(|(_, fault)| fault.last);
            if let Some(oldest) = oldest.map(|(step, _)| step.clone()) {
                self.faults.remove(&oldest);
            }
        }
        self.items += 1;
        let (title, kind) = named(office, flow, &step.node).unwrap_or_default();
        let fault = Fault {
            title,
            kind,
            item: self.items,
            revision,
            since: at,
            last: at,
            times: 1,
            call,
            reason: step.reason.clone(),
        };
        self.faults.insert((flow, step.node.clone()), fault);
    }

    /// Forgets what was published anew or is gone, and looks at the hours there are.
    pub(super) fn follow(&mut self, office: &Office, now: Millis) {
        self.faults
            .retain(|(flow, _), fault| live(office, *flow) == Some(fault.revision));
        let unjudged = office
            .schedules()
            .filter(|schedule| !schedule.problems().is_empty());
        let unjudged: BTreeSet<ScheduleId> = unjudged.map(|schedule| schedule.id()).collect();
        self.hours.retain(|schedule, _| unjudged.contains(schedule));
        for schedule in unjudged {
            self.hours.entry(schedule).or_insert(Unjudged {
                since: now,
                dismissed: false,
            });
        }
    }

    /// Takes an item off the list until it happens anew. `None` if it is not of this kind.
    pub(super) fn dismiss(&mut self, kind: &str, name: &str) -> Option<bool> {
        match kind {
            FAULT => {
                let before = self.faults.len();
                self.faults
                    .retain(|_, fault| fault.item.to_string() != name);
                Some(before != self.faults.len())
            }
            HOURS => {
                let schedule = name.parse().ok().map(ScheduleId);
                let hours = schedule.and_then(|schedule| self.hours.get_mut(&schedule));
                Some(hours.map(|hours| hours.dismissed = true).is_some())
            }
            _ => None,
        }
    }

    /// What is on the list.
    pub(super) fn items(&self, office: &Office) -> Vec<AttentionView> {
        let faults = self.faults.iter().map(|((flow, node), fault)| {
            let found = office.flow(*flow);
            let reason = fault.reason.as_ref();
            let params = reason.map(|reason| &reason.params);
            let params = params.into_iter().flatten();
            AttentionView {
                id: format!("{FAULT}-{}", fault.item),
                since: fault.since,
                severity: Severity::Warning,
                attention: Attention::FlowFault {
                    flow: (*flow).into(),
                    name: found.map_or_else(String::new, |flow| flow.name.clone()),
                    node: node.clone(),
                    title: fault.title.clone(),
                    kind: fault.kind.clone(),
                    reason: reason.map_or_else(String::new, |reason| reason.id.to_string()),
                    params: params
                        .map(|(name, value)| (name.to_string(), value.clone()))
                        .collect(),
                    times: fault.times,
                    last: fault.last,
                    call: fault.call.into(),
                },
            }
        });
        let hours = self.hours.iter().filter(|(_, hours)| !hours.dismissed);
        let hours = hours.map(|(schedule, hours)| AttentionView {
            id: format!("{HOURS}-{}", schedule.0),
            since: hours.since,
            severity: Severity::Warning,
            attention: Attention::HoursFault {
                schedule: (*schedule).into(),
                name: office
                    .schedule(*schedule)
                    .map_or_else(String::new, |schedule| schedule.name().to_owned()),
            },
        });
        faults.chain(hours).collect()
    }
}

const FAULT: &str = "fault";
const HOURS: &str = "hours";

/// What a step of the live version of a flow is called, and of what kind it is.
fn named(office: &Office, flow: FlowId, node: &str) -> Option<(String, String)> {
    let live = office.flow(flow)?.live.as_ref()?;
    let document = Document::read(Json::clone(&live.document)).ok()?;
    let node = document.node(node)?;
    Some((node.title().to_owned(), node.kind().to_owned()))
}

/// The version of a flow that callers get.
fn live(office: &Office, flow: FlowId) -> Option<u64> {
    let live = office.flow(flow)?.live.as_ref()?;
    Some(live.revision)
}
