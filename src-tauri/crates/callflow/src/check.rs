//! What is wrong with a document, found while it is drawn: the rules E01 to I01 and what each kind
//! knows of its own parameters. Words are the window's; here are names, places and fixes.

mod caller;
mod facts;
mod finding;
mod hours;
mod languages;
mod on_the_way;
mod parameters;
mod shape;
mod unset;

pub use facts::{Ghost, NodeFacts};
pub use finding::{Finding, Fix, Found, Level, Patch, PathPart, RULES};

use crate::catalogue::Refers;
use crate::document::Document;
use crate::kinds;
use crate::limits::{MAX_FINDINGS, MAX_NODES};
use crate::program::Around;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// What a check has found.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// What is wrong, the worst first, in the order of the document.
    pub findings: Vec<Finding>,
    /// What is known of each node, by its id.
    pub nodes: BTreeMap<String, NodeFacts>,
}

impl Checked {
    /// How many findings forbid publishing.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.count(Level::Error)
    }

    /// How many findings are warnings.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.count(Level::Warning)
    }

    fn count(&self, level: Level) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.level == level)
            .count()
    }
}

/// Checks a document against the office.
#[must_use]
pub fn check(document: &Document, around: &Around<'_>) -> Checked {
    let mut checking = Checking::new(document, around);
    if document.nodes.len() > MAX_NODES {
        checking
            .find("E01", Level::Error)
            .variant("tooMany")
            .with("nodes", document.nodes.len())
            .with("most", MAX_NODES);
        return checking.done(BTreeMap::new());
    }
    shape::identity(&mut checking);
    parameters::whole(&mut checking);
    for index in 0..checking.nodes.len() {
        // Callers pass a disabled node by: nothing in it matters yet.
        let node = checking
            .nodes
            .get(index)
            .filter(|node| !node.node.disabled());
        let node = node.map(|node| node.does.clone());
        if let Some(does) = node {
            parameters::node(&mut checking, index);
            does.check(&mut NodeCheck {
                checking: &mut checking,
                index,
            });
        }
    }
    let reachable = checking.reachable();
    shape::connected(&mut checking, &reachable);
    shape::no_trap(&mut checking, &reachable);
    shape::no_spin(&mut checking, &reachable);
    shape::no_spin_of_flows(&mut checking);
    shape::unreachable(&mut checking, &reachable);
    shape::decides(&mut checking);
    unset::variables(&mut checking, &reachable);
    let ways = caller::Ways::of(&checking);
    caller::no_captives(&mut checking, &ways, &reachable);
    caller::no_dead_ends(&mut checking, &ways);
    caller::no_long_waits(&mut checking, &ways);
    caller::no_idle_hours(&mut checking, &ways);
    hours::holidays(&mut checking);
    languages::in_one_only(&mut checking);
    on_the_way::variables(&mut checking);
    let nodes = facts::of(&checking);
    checking.done(nodes)
}

/// A check under way.
pub(crate) struct Checking<'a> {
    pub(crate) document: &'a Document,
    pub(crate) around: &'a Around<'a>,
    /// The nodes that run, with their place in the document.
    pub(crate) nodes: Vec<Checkable<'a>>,
    /// The first node of each id.
    pub(crate) index: HashMap<&'a str, usize>,
    findings: Vec<Finding>,
    /// Takes what is found beyond all reading.
    spare: Finding,
}

/// A node as the rules see it.
pub(crate) struct Checkable<'a> {
    pub(crate) node: &'a crate::document::Node,
    /// Its place among the document's nodes.
    pub(crate) place: usize,
    pub(crate) does: kinds::Node,
    pub(crate) outcomes: Vec<crate::catalogue::Outcome>,
    /// Where its edges lead: outcome and node, the first edge of each outcome.
    pub(crate) exits: Vec<(&'a str, usize)>,
}

impl<'a> Checking<'a> {
    fn new(document: &'a Document, around: &'a Around<'a>) -> Self {
        let mut nodes = Vec::new();
        let mut index = HashMap::new();
        for (place, node) in document.nodes.iter().enumerate().take(MAX_NODES) {
            if node.is_drawn_only() {
                continue;
            }
            let does = kinds::Node::read(node.kind(), &node.data);
            index.entry(node.id.as_str()).or_insert(nodes.len());
            nodes.push(Checkable {
                node,
                place,
                outcomes: does.outcomes(around),
                does,
                exits: Vec::new(),
            });
        }
        for edge in &document.edges {
            let from = index.get(edge.source.as_str());
            if let (Some(from), Some(to)) = (from, index.get(edge.target.as_str()))
                && let Some(node) = nodes.get_mut(*from)
                && !node
                    .exits
                    .iter()
                    .any(|(outcome, _)| *outcome == edge.outcome())
            {
                node.exits.push((edge.outcome(), *to));
            }
        }
        Self {
            document,
            around,
            nodes,
            index,
            findings: Vec::new(),
            spare: Finding::new("I01", Level::Info),
        }
    }

    /// Something of the whole document.
    pub(crate) fn find(&mut self, rule: &'static str, level: Level) -> Found<'_> {
        let finding = Finding::new(rule, level);
        let kept = if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
            self.findings.last_mut()
        } else {
            self.spare = finding;
            None
        };
        Found::new(kept.unwrap_or(&mut self.spare), None)
    }

    /// How much has been found that forbids publishing.
    fn errors(&self) -> usize {
        let errors = |finding: &&Finding| finding.level == Level::Error;
        self.findings.iter().filter(errors).count()
    }

    /// Something of a node, by its index.
    pub(crate) fn find_at(&mut self, index: usize, rule: &'static str, level: Level) -> Found<'_> {
        let node = self
            .nodes
            .get(index)
            .map(|node| (node.node.id.clone(), node.place));
        let found = self.find(rule, level);
        match node {
            Some((id, place)) => found.at(id, place),
            None => found,
        }
    }

    fn done(mut self, nodes: BTreeMap<String, NodeFacts>) -> Checked {
        self.findings.sort_by_key(|finding| finding.level);
        Checked {
            findings: self.findings,
            nodes,
        }
    }
}

/// What a kind checks of one of its nodes.
pub(crate) struct NodeCheck<'c, 'a> {
    checking: &'c mut Checking<'a>,
    index: usize,
}

impl<'a> NodeCheck<'_, 'a> {
    pub(crate) fn around(&self) -> &'a Around<'a> {
        self.checking.around
    }

    /// What a variable of the flow holds.
    pub(crate) fn variable(&self, name: &str) -> Option<crate::Type> {
        let mut declared = self.checking.document.variables.iter();
        declared
            .find(|variable| variable.name == name)
            .map(|variable| variable.holds)
    }

    /// Whether a variable's value is nobody's business.
    pub(crate) fn is_sensitive(&self, name: &str) -> bool {
        let mut declared = self.checking.document.variables.iter();
        declared.any(|variable| variable.name == name && variable.sensitive)
    }

    /// Whether another flow runs this one.
    pub(crate) fn is_run_by_another(&self) -> bool {
        let around = self.around();
        around.this.is_some_and(|this| around.flows.is_run(this))
    }

    /// The entries of a list name outcomes: each has a name of its own, and a plain one.
    pub(crate) fn entry_ids<'e>(&mut self, field: &str, ids: impl Iterator<Item = &'e str>) {
        let mut seen = Vec::new();
        for (index, id) in ids.enumerate() {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if id.is_empty() || !id.chars().all(plain) || seen.contains(&id) {
                let found = self.error("E01").variant("entryId").field(field);
                found.with("id", id).drop_entry(field, index);
            }
            seen.push(id);
        }
    }

    /// A thing of the office that is referred to does not exist, or is yet to be chosen.
    pub(crate) fn missing(&mut self, field: &str, what: Refers, id: Option<&str>) {
        let id = id.unwrap_or("");
        let variant = if crate::target::read_id(id).is_none() {
            "choose"
        } else {
            "missing"
        };
        self.error("E06")
            .variant(variant)
            .field(field)
            .with("what", what.name())
            .with("id", id)
            .fix_choose();
    }

    /// Whether an edge leaves an outcome of the node.
    pub(crate) fn is_connected(&self, outcome: &str) -> bool {
        let node = self.checking.nodes.get(self.index);
        node.is_some_and(|node| node.exits.iter().any(|(name, _)| *name == outcome))
    }

    /// Something that forbids publishing.
    pub(crate) fn error(&mut self, rule: &'static str) -> Found<'_> {
        self.checking.find_at(self.index, rule, Level::Error)
    }

    /// Something that should be looked at.
    pub(crate) fn warn(&mut self, rule: &'static str) -> Found<'_> {
        self.checking.find_at(self.index, rule, Level::Warning)
    }
}
