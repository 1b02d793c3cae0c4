//! `subflow`: another flow runs and comes back with an outcome.

use super::{Behaviour, Touches};
use super::set_var::Assignment;
use crate::catalogue::{Group, Kind, Outcome, Param, Refers, Takes, or_fail};
use crate::check::NodeCheck;
use crate::program::{Around, Flows, Program};
use crate::target::read_id;
use crate::walk::{Next, Reason, Turn};
use office::FlowId;
use serde::Deserialize;
use std::sync::Arc;

/// Another flow runs and comes back.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Subflow {
    flow: String,
    version: Version,
    revision: u64,
    inputs: Vec<Assignment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Version {
    Live,
    Pinned,
}

impl Behaviour for Subflow {
    type State = ();

    const KIND: Kind = Kind::new("subflow", Group::Data, "workflow")
        .params(&[
            Param::reference("flow", Refers::Flow).required(),
            Param::choice("version", &["live", "pinned"]).advanced(),
            Param::new("revision", Takes::Integer).number(0).range(0, i32::MAX as i64).advanced(),
            Param::new("inputs", Takes::Assignments).range(0, 50),
        ])
        .outcomes(&[or_fail("error")])
        .fails_by("error");

    fn outcomes(&self, around: &Around<'_>) -> Vec<Outcome> {
        let program = read_id(&self.flow).and_then(|id| self.program(around.flows, FlowId(id)));
        let names = program.map(Program::returns_of).unwrap_or_default();
        names
            .into_iter()
            .map(|name| Outcome::required(format!("return:{name}"), name))
            .chain(Self::KIND.fixed_outcomes())
            .collect()
    }

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let flow = match turn.chosen(&self.flow, Refers::Flow) {
            Ok(id) => FlowId(id),
            Err(next) => return next,
        };
        let flows = turn.flows();
        let Some(program) = self.program(&flows, flow).map(Arc::clone) else {
            return Next::Fail(Reason::new("flowNotPublished").with("id", flow));
        };
        let inputs = self.inputs.iter().take(50).filter_map(|input| {
            let expr = input.value.0.as_ref()?;
            Some((input.name.clone(), expr.value(&|name| turn.value(name))?))
        });
        Next::Run {
            flow,
            program,
            inputs: inputs.collect(),
        }
    }

    fn paces(&self) -> bool {
        // What it does meanwhile is checked by itself.
        true
    }

    fn touches(&self, around: &Around<'_>) -> Vec<Touches> {
        let program = self.flow_id().and_then(|id| self.program(around.flows, id));
        program.into_iter().map(Arc::clone).map(Touches::Flow).collect()
    }

    fn offers(&self) -> bool {
        true
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let around = check.around();
        let Some(id) = read_id(&self.flow).map(FlowId) else {
            return;
        };
        if around.this == Some(id) || around.this.is_some_and(|this| around.flows.leads(id, this)) {
            check.error("E06").variant("recursion").field("flow").fix_choose();
            return;
        }
        let Some(program) = self.program(around.flows, id) else {
            if around.office.flow(id).is_some() {
                check.error("E06").variant("notPublished").field("flow").with("id", id.0);
            }
            return;
        };
        for input in &self.inputs {
            if !program.variables.contains_key(&input.name) {
                let found = check.error("subflow.noInput").field("inputs");
                found.with("input", input.name.as_str());
            }
        }
    }
}

impl Subflow {
    pub(crate) fn flow_id(&self) -> Option<FlowId> {
        read_id(&self.flow).map(FlowId)
    }

    fn program<'f>(&self, flows: &'f Flows, flow: FlowId) -> Option<&'f Arc<Program>> {
        match self.version {
            Version::Live => flows.live(flow),
            Version::Pinned => flows.revision(flow, self.revision),
        }
    }
}
