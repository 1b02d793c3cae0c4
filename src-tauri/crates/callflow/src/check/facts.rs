//! What the canvas needs to know of each node: its outcomes, where those without an edge really lead,
//! whether callers get there.

use super::Checking;
use crate::catalogue::{Class, Fallback, Outcome};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is known of a node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeFacts {
    /// Its outcomes with its present parameters, in their order.
    pub outcomes: Vec<OutcomeFacts>,
    /// Whether a caller can come to it.
    pub reachable: bool,
    /// Whether the caller starts paying here, if not before.
    pub answers: bool,
}

/// What is known of an outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeFacts {
    /// The outcome.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Where it leads though it has no edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ghost: Option<Ghost>,
}

/// Where an outcome without an edge really leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ghost {
    /// To a node.
    pub to: Option<String>,
    /// To no node: `hangup`, `lastResort` or `ignored`.
    pub target: Option<&'static str>,
}

/// Where a caller goes from an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    To(usize),
    HangUp,
    LastResort,
    Nowhere,
}

impl Checking<'_> {
    /// Where an outcome of a node leads, along its edge or without one.
    pub(super) fn leads(&self, node: usize, outcome: &str) -> Leads {
        let Some(node) = self.nodes.get(node) else {
            return Leads::LastResort;
        };
        let mut name = outcome;
        for _ in 0..4 {
            if let Some((_, to)) = node.exits.iter().find(|(exit, _)| *exit == name) {
                return Leads::To(*to);
            }
            let known = node.outcomes.iter().find(|known| known.name == name);
            match known.map(|known| known.class) {
                Some(Class::Optional(Fallback::Outcome(other))) => name = other,
                Some(Class::Optional(Fallback::HangUp) | Class::Terminal) => return Leads::HangUp,
                Some(Class::Optional(Fallback::Ignored)) => return Leads::Nowhere,
                Some(Class::Optional(Fallback::OnError) | Class::Required) | None => break,
            }
        }
        self.on_error().map_or(Leads::LastResort, Leads::To)
    }

    /// The node for failures.
    pub(super) fn on_error(&self) -> Option<usize> {
        let id = self.document.settings.on_error.as_deref()?;
        self.index.get(id).copied()
    }

    /// The node a caller comes to first.
    pub(super) fn entry(&self) -> Option<usize> {
        let named = self.index.get(self.document.entry.as_str()).copied();
        named.or_else(|| {
            self.nodes
                .iter()
                .position(|node| node.node.kind() == "entry")
        })
    }

    /// Every node a caller may come to from this one, failures left out.
    pub(super) fn next(&self, node: usize) -> Vec<usize> {
        let outcomes = self.nodes.get(node).map_or(&[][..], |node| &node.outcomes);
        let leads = outcomes
            .iter()
            .map(|outcome| self.leads(node, &outcome.name));
        leads
            .filter_map(|leads| match leads {
                Leads::To(to) => Some(to),
                _ => None,
            })
            .collect()
    }

    /// Which nodes a caller can come to, those for failures and for after a hang-up among them.
    pub(super) fn reachable(&self) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        let hangup = self.document.settings.on_caller_hangup.as_deref();
        let hangup = hangup.and_then(|id| self.index.get(id).copied());
        let mut open: Vec<usize> = [self.entry(), self.on_error(), hangup]
            .into_iter()
            .flatten()
            .collect();
        while let Some(node) = open.pop() {
            match reached.get_mut(node) {
                Some(reached) if !*reached => *reached = true,
                _ => continue,
            }
            open.extend(self.next(node));
        }
        reached
    }
}

pub(super) fn of(checking: &Checking<'_>) -> BTreeMap<String, NodeFacts> {
    let reachable = checking.reachable();
    let mut facts = BTreeMap::new();
    for (index, node) in checking.nodes.iter().enumerate() {
        let outcomes = node.outcomes.iter().map(|outcome| OutcomeFacts {
            ghost: ghost(checking, index, outcome),
            outcome: outcome.clone(),
        });
        facts.entry(node.node.id.clone()).or_insert(NodeFacts {
            outcomes: outcomes.collect(),
            reachable: reachable.get(index).copied().unwrap_or(false),
            answers: node.does.kind().is_some_and(|kind| kind.answers),
        });
    }
    facts
}

fn ghost(checking: &Checking<'_>, index: usize, outcome: &Outcome) -> Option<Ghost> {
    let node = checking.nodes.get(index)?;
    let connected = node.exits.iter().any(|(exit, _)| *exit == outcome.name);
    if connected || !matches!(outcome.class, Class::Optional(_)) {
        return None;
    }
    let (to, target) = match checking.leads(index, &outcome.name) {
        Leads::To(to) => (Some(checking.nodes.get(to)?.node.id.clone()), None),
        Leads::HangUp => (None, Some("hangup")),
        Leads::LastResort => (None, Some("lastResort")),
        Leads::Nowhere => (None, Some("ignored")),
    };
    Some(Ghost { to, target })
}
