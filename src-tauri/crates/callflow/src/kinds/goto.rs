//! `goto`: the call leaves this flow for a person, a mailbox, a room, a number or another flow.

use super::{Behaviour, Touches};
use crate::catalogue::{Group, Kind, Param, Takes, or_fail};
use crate::program::Around;
use crate::target::{Target, TargetDocument};
use crate::walk::{Next, Turn, bad_target};
use office::FlowId;
use serde::Deserialize;
use std::sync::Arc;

/// The call leaves this flow.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Goto {
    target: Option<TargetDocument>,
}

impl Behaviour for Goto {
    type State = ();

    const KIND: Kind = Kind::new("goto", Group::Start, "corner-up-right")
        .params(&[Param::new("target", Takes::RouteTarget).required()])
        .outcomes(&[or_fail("failed")])
        .fails_by("failed")
        .quiet();

    fn enter(&self, (): &mut (), _turn: &mut Turn<'_, '_>) -> Next {
        let target = self.target.clone().unwrap_or_default();
        match target.read() {
            Ok(read) => Next::Goto(read, target.variables()),
            Err(bad) => Next::Fail(bad_target(bad)),
        }
    }

    fn leaves(&self) -> bool {
        true
    }

    fn touches(&self, around: &Around<'_>) -> Vec<Touches> {
        let target = self.target.as_ref().and_then(|target| target.read().ok());
        let touched = match target {
            Some(Target::Person(person)) => Some(Touches::Person(person)),
            Some(Target::Extension(number)) => Some(Touches::Number(number.to_string())),
            Some(Target::Flow(flow)) => around.flows.live(flow).map(Arc::clone).map(Touches::Flow),
            _ => None,
        };
        touched.into_iter().collect()
    }

    fn offers(&self) -> bool {
        let kind = self.target.as_ref().map(|target| target.kind.as_str());
        // Another flow is taken to offer somebody: it is checked by itself.
        !matches!(kind, None | Some("hangup" | ""))
    }
}

impl Goto {
    /// The flow it leads to, if to one.
    pub(crate) fn flow(&self) -> Option<FlowId> {
        match self.target.as_ref()?.read() {
            Ok(Target::Flow(flow)) => Some(flow),
            _ => None,
        }
    }
}
