//! The proof: every outcome of every node, at every hour that differs, of the next 400 days. Tells
//! which callers reach nobody, where a flow breaks, who goes round in circles, what is never heard,
//! and how long a caller may have to wait for a person or a mailbox; each with a call to try.
//!
//! The hours are taken as they are, those of the people and numbers callers are led to among them, and
//! may change while a caller is there; everything else (keys, colleagues, what other programs reply) may
//! happen in any way. So "nobody is lost" holds whatever happens, and a way that is shown may need a
//! condition that never comes true: then it has no example.

mod example;
mod graph;
mod hours;
mod reach;

use crate::check::{Finding, Level};
use crate::limits::MAX_PROVED_PLACES;
use crate::program::{Around, Program};
use crate::rehearse::{Rehearsal, Stage};
use graph::Graph;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What has been proved of a flow.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// From when on, in milliseconds since 1970 (UTC).
    pub from: i64,
    /// Until when.
    pub until: i64,
    /// How many kinds of hours there are in that time: open, holiday, a break and so on.
    pub hours: usize,
    /// In how many different ways callers can go through, circles counted once.
    pub ways: u64,
    /// How many places were looked at, of all hours together.
    pub places: usize,
    /// Whether there were too many hours or places to look at all of them.
    pub cut_short: bool,
    /// Callers to whom neither a person nor a mailbox is offered before the call ends.
    pub nobody: Vec<Way>,
    /// Places where a node cannot do what it should.
    pub faults: Vec<Way>,
    /// Callers who go round in circles though they do nothing.
    pub circles: Vec<Way>,
    /// Nodes no caller comes to.
    pub unheard: Vec<String>,
    /// The longest way to a person or a mailbox, circles left out; `None` if there is none.
    pub longest: Option<Way>,
}

/// A way a caller can take.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Way {
    /// At which moment, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// By which outcome of which node, in order.
    pub by: Vec<Passed>,
    /// The node where it happens.
    pub node: String,
    /// How long it takes at most, in milliseconds; for a circle, once round.
    pub takes_ms: u64,
    /// Why a node cannot do what it should.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<crate::walk::Reason>,
    /// A call that takes this way; `None` if none was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Rehearsal>,
}

/// A node a caller passed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Passed {
    /// The node.
    pub node: String,
    /// By which outcome they left it; `None` where they are still there.
    pub outcome: Option<String>,
}

/// The last days that are looked at.
const DAYS: u16 = 400;

/// Proves what can be proved of a flow from a moment on (milliseconds since 1970, UTC).
#[must_use]
pub fn prove(program: &Arc<Program>, stage: &Stage<'_>, around: &Around<'_>, from: i64) -> Proof {
    let hours = hours::of(program, around, from, DAYS);
    let mut proof = Proof {
        from,
        until: from.saturating_add(i64::from(DAYS) * 86_400_000),
        hours: hours.kinds,
        ways: 0,
        places: 0,
        cut_short: hours.cut_short,
        nobody: Vec::new(),
        faults: Vec::new(),
        circles: Vec::new(),
        unheard: Vec::new(),
        longest: None,
    };
    let mut met = BTreeSet::new();
    let mut told = BTreeSet::new();
    let mut longest = None;
    let mut counted = BTreeSet::new();
    for course in hours.courses {
        let most = MAX_PROVED_PLACES.saturating_sub(proof.places);
        let graph = Graph::of(program, stage, around, &course.moments, most);
        proof.cut_short |= graph.is_cut_short();
        proof.places += graph.size();
        if counted.insert(course.kind) {
            proof.ways = proof.ways.saturating_add(graph.ways());
        }
        let moments = &course.moments;
        met.extend(graph.nodes_met());
        for way in graph
            .lost()
            .into_iter()
            .chain(graph.faults())
            .chain(graph.circles())
        {
            let last = way.by.last().and_then(|passed| passed.outcome.clone());
            let kind = (way.what, way.node.clone(), last);
            if !told.insert(kind) {
                continue;
            }
            let of_its_kind = match way.what {
                What::Nobody => &mut proof.nobody,
                What::Fault => &mut proof.faults,
                What::Circle => &mut proof.circles,
            };
            if of_its_kind.len() < crate::limits::MAX_WAYS_TOLD {
                of_its_kind.push(finish(program, stage, moments, way));
            }
        }
        if let Some(way) = graph.longest()
            && proof
                .longest
                .as_ref()
                .is_none_or(|most| way.takes_ms > most.takes_ms)
        {
            longest = Some((moments.clone(), way.clone()));
            proof.longest = Some(Way::of(moments, way, None));
        }
    }
    if let Some((moments, way)) = longest {
        proof.longest = Some(finish(program, stage, &moments, way));
    }
    let all = program.nodes.iter().map(|step| step.id.to_string());
    proof.unheard = all.filter(|node| !met.contains(node)).collect();
    proof
}

impl Proof {
    /// Whether every caller reaches a person or a mailbox, and nothing breaks.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.nobody.is_empty() && self.faults.is_empty() && self.circles.is_empty()
    }

    /// What is not as it should be, as the check tells it: P01 for callers who reach nobody, P02 where
    /// a node cannot do what it should, P03 for circles of silent callers, P04 for nodes no caller
    /// comes to.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let of = |rule, ways: &[Way]| -> Vec<Finding> {
            ways.iter().map(|way| way.finding(rule)).collect()
        };
        let mut findings = of("P01", &self.nobody);
        findings.extend(of("P02", &self.faults));
        findings.extend(of("P03", &self.circles));
        findings.extend(self.unheard.iter().map(|node| Finding {
            node: Some(node.clone()),
            ..Finding::new("P04", Level::Info)
        }));
        findings
    }

    /// The proof of a flow that has errors: there is nothing to prove.
    #[must_use]
    pub fn is_possible(findings: &[Finding]) -> bool {
        findings.iter().all(|finding| finding.level != Level::Error)
    }
}

impl Way {
    fn of(moments: &[i64], found: Found, example: Option<Rehearsal>) -> Self {
        let begins = moments.first().copied().unwrap_or_default();
        Self {
            at: example.as_ref().map_or(begins, |call| call.at),
            by: found.by,
            node: found.node,
            takes_ms: found.takes_ms,
            reason: found.reason,
            example,
        }
    }

    fn finding(&self, rule: &'static str) -> Finding {
        let mut finding = Finding::new(rule, Level::Warning);
        finding.node = Some(self.node.clone());
        finding.outcome = self.by.last().and_then(|passed| passed.outcome.clone());
        finding.params.insert("at", self.at.into());
        finding
            .params
            .insert("seconds", (self.takes_ms / 1_000).into());
        finding.example = self.example.clone();
        finding
    }
}

fn finish(program: &Arc<Program>, stage: &Stage<'_>, moments: &[i64], found: Found) -> Way {
    let example = example::of(program, stage, moments, &found);
    Way::of(moments, found, example)
}

/// What may be wrong with a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Nobody,
    Fault,
    Circle,
}

/// A way that was found.
#[derive(Clone, Debug)]
struct Found {
    what: What,
    by: Vec<Passed>,
    node: String,
    takes_ms: u64,
    /// At which place of the way the caller is when the hours change first, if they have to.
    changes: Option<usize>,
    reason: Option<crate::walk::Reason>,
}
