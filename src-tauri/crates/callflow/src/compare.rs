//! What differs for callers between two documents, sentence by sentence: "Callers pressing 2 now
//! reach Support instead of Sales." Where nodes are drawn makes no difference.

use crate::document::{Document, Node};
use crate::limits::{MAX_CHANGES, MAX_NODES, MAX_SHOWN_CHARS};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Something that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Whether it is new, gone or different.
    pub kind: ChangeKind,
    /// At which node of the new document, or of the old one if it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Which edge of the new document leads elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edge: Option<String>,
    /// In words.
    pub sentence: Sentence,
}

/// Whether something is new, gone or different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is different.
    Changed,
}

/// A sentence by its name, and what belongs into it. Nodes of the new document stand there by their
/// id, those that are gone by their title.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sentence {
    /// One of [`SENTENCES`].
    pub id: &'static str,
    /// What belongs into it.
    pub params: BTreeMap<&'static str, Json>,
}

/// The names of all sentences, each with what belongs into it.
pub const SENTENCES: &[(&str, &[&str])] = &[
    ("nodeAdded", &["name"]),
    ("nodeRemoved", &["name"]),
    ("nodeRenamed", &["name", "before"]),
    ("nodeDisabled", &["name"]),
    ("nodeEnabled", &["name"]),
    ("kindChanged", &["name", "before", "after"]),
    ("keyLeads", &["name", "key", "to"]),
    ("keyLeadsElsewhere", &["name", "key", "to", "before"]),
    ("keyLeadsNowhere", &["name", "key", "before"]),
    ("leads", &["name", "outcome", "to"]),
    ("leadsElsewhere", &["name", "outcome", "to", "before"]),
    ("leadsNowhere", &["name", "outcome", "before"]),
    ("saysOther", &["name", "before", "after"]),
    ("field", &["name", "field"]),
    ("fieldFromTo", &["name", "field", "before", "after"]),
    ("setting", &["field"]),
    ("settingFromTo", &["field", "before", "after"]),
    ("variables", &[]),
    ("flowRenamed", &["before", "after"]),
    ("more", &["count"]),
];

/// What differs for callers once `after` takes the place of `before`.
#[must_use]
pub fn compare(before: &Document, after: &Document) -> Vec<Change> {
    let mut comparing = Comparing {
        before: nodes(before),
        after: nodes(after),
        changes: Vec::new(),
    };
    if before.name != after.name {
        let names = [("before", text(&before.name)), ("after", text(&after.name))];
        comparing.tell(ChangeKind::Changed, None, "flowRenamed", names);
    }
    comparing.nodes(after, before);
    comparing.edges(before, after);
    comparing.settings(before, after);
    let rest = comparing.changes.len().saturating_sub(MAX_CHANGES);
    if rest > 0 {
        comparing.changes.truncate(MAX_CHANGES);
        comparing.tell(ChangeKind::Changed, None, "more", [("count", rest.into())]);
    }
    comparing.changes
}

struct Comparing<'a> {
    before: HashMap<&'a str, &'a Node>,
    after: HashMap<&'a str, &'a Node>,
    changes: Vec<Change>,
}

impl Comparing<'_> {
    fn nodes(&mut self, after: &Document, before: &Document) {
        for node in drawn(after) {
            match self.before.get(node.id.as_str()).copied() {
                None => {
                    let name = [("name", text(&node.id))];
                    self.tell(ChangeKind::Added, Some(&node.id), "nodeAdded", name);
                }
                Some(old) => self.node(old, node),
            }
        }
        for node in drawn(before) {
            if !self.after.contains_key(node.id.as_str()) {
                let name = [("name", text(name_of(node)))];
                self.tell(ChangeKind::Removed, Some(&node.id), "nodeRemoved", name);
            }
        }
    }

    fn node(&mut self, old: &Node, new: &Node) {
        let id = Some(new.id.as_str());
        let name = ("name", text(&new.id));
        if old.kind() != new.kind() {
            let kinds = [
                name,
                ("before", text(old.kind())),
                ("after", text(new.kind())),
            ];
            return self.tell(ChangeKind::Changed, id, "kindChanged", kinds);
        }
        if name_of(old) != name_of(new) {
            let names = [name.clone(), ("before", text(name_of(old)))];
            self.tell(ChangeKind::Changed, id, "nodeRenamed", names);
        }
        match (old.disabled(), new.disabled()) {
            (false, true) => self.tell(ChangeKind::Changed, id, "nodeDisabled", [name.clone()]),
            (true, false) => self.tell(ChangeKind::Changed, id, "nodeEnabled", [name.clone()]),
            _ => {}
        }
        let (was, is) = (complete(old), complete(new));
        for field in fields(&was, &is) {
            if matches!(field, "kind" | "title" | "comment" | "disabled") {
                continue;
            }
            let (was, is) = (was.get(field), is.get(field));
            let field = ("field", text(field));
            match (words(was), words(is)) {
                (Some(was), Some(is)) => {
                    let said = [name.clone(), ("before", text(&was)), ("after", text(&is))];
                    self.tell(ChangeKind::Changed, id, "saysOther", said);
                }
                _ => match (plain(was), plain(is)) {
                    (Some(was), Some(is)) => {
                        let from_to = [name.clone(), field, ("before", was), ("after", is)];
                        self.tell(ChangeKind::Changed, id, "fieldFromTo", from_to);
                    }
                    _ => self.tell(ChangeKind::Changed, id, "field", [name.clone(), field]),
                },
            }
        }
    }

    fn edges(&mut self, before: &Document, after: &Document) {
        let (was, is) = (exits(before), exits(after));
        for ((node, outcome), (edge, to)) in &is {
            if !self.after.contains_key(node) {
                continue;
            }
            let before = was.get(&(*node, *outcome)).map(|(_, to)| *to);
            if before == Some(*to) {
                continue;
            }
            // What a new node does is told with the node.
            if before.is_none() && !self.before.contains_key(node) {
                continue;
            }
            let mut params = vec![("name", text(node)), ("to", self.shown(to))];
            let id = match (key(outcome), before) {
                (Some(_), Some(_)) => "keyLeadsElsewhere",
                (Some(_), None) => "keyLeads",
                (None, Some(_)) => "leadsElsewhere",
                (None, None) => "leads",
            };
            params.push(match key(outcome) {
                Some(key) => ("key", text(key)),
                None => ("outcome", text(outcome)),
            });
            if let Some(before) = before {
                params.push(("before", self.shown(before)));
            }
            self.tell(ChangeKind::Changed, Some(node), id, params);
            if let Some(change) = self.changes.last_mut() {
                change.edge = Some((*edge).to_owned());
            }
        }
        for ((node, outcome), (_, to)) in &was {
            if is.contains_key(&(*node, *outcome)) || !self.after.contains_key(node) {
                continue;
            }
            let (id, of) = match key(outcome) {
                Some(key) => ("keyLeadsNowhere", ("key", text(key))),
                None => ("leadsNowhere", ("outcome", text(outcome))),
            };
            let params = [("name", text(node)), of, ("before", self.shown(to))];
            self.tell(ChangeKind::Removed, Some(node), id, params);
        }
    }

    fn settings(&mut self, before: &Document, after: &Document) {
        let object = |document: &Document| match serde_json::to_value(&document.settings) {
            Ok(Json::Object(settings)) => settings,
            _ => Map::new(),
        };
        let (was, is) = (object(before), object(after));
        for name in fields(&was, &is) {
            let field = ("field", text(name));
            let (was, is) = (was.get(name), is.get(name));
            match (plain(was), plain(is)) {
                (Some(was), Some(is)) => {
                    let params = [field, ("before", was), ("after", is)];
                    self.tell(ChangeKind::Changed, None, "settingFromTo", params);
                }
                _ => self.tell(ChangeKind::Changed, None, "setting", [field]),
            }
        }
        if before.variables != after.variables {
            self.tell(ChangeKind::Changed, None, "variables", []);
        }
    }

    /// A node of the new document by its id, one that is gone by its title.
    fn shown(&self, node: &str) -> Json {
        if self.after.contains_key(node) {
            return text(node);
        }
        let gone = self.before.get(node);
        text(gone.map_or(node, |node| name_of(node)))
    }

    fn tell(
        &mut self,
        kind: ChangeKind,
        node: Option<&str>,
        id: &'static str,
        params: impl IntoIterator<Item = (&'static str, Json)>,
    ) {
        self.changes.push(Change {
            kind,
            node: node.map(str::to_owned),
            edge: None,
            sentence: Sentence {
                id,
                params: params.into_iter().collect(),
            },
        });
    }
}

fn drawn(document: &Document) -> impl Iterator<Item = &Node> {
    let nodes = document.nodes.iter().filter(|node| !node.is_drawn_only());
    nodes.take(MAX_NODES)
}

fn nodes(document: &Document) -> HashMap<&str, &Node> {
    drawn(document)
        .map(|node| (node.id.as_str(), node))
        .collect()
}

/// Where each outcome leads: the edge and the node.
fn exits(document: &Document) -> BTreeMap<(&str, &str), (&str, &str)> {
    let edges = document.edges.iter().rev();
    edges
        .map(|edge| {
            let from = (edge.source.as_str(), edge.outcome());
            (from, (edge.id.as_str(), edge.target.as_str()))
        })
        .collect()
}

/// The fields in which two objects differ, sorted.
fn fields<'a>(was: &'a Map<String, Json>, is: &'a Map<String, Json>) -> BTreeSet<&'a str> {
    let names = was.keys().chain(is.keys()).map(String::as_str);
    names
        .filter(|name| was.get(*name) != is.get(*name))
        .collect()
}

/// The parameters of a node, those that were left out among them.
fn complete(node: &Node) -> Map<String, Json> {
    let kind = crate::catalogue::find(node.kind());
    kind.map_or_else(|| node.data.clone(), |kind| kind.complete(&node.data))
}

fn name_of(node: &Node) -> &str {
    let title = node.data.get("title").and_then(Json::as_str);
    title
        .filter(|title| !title.is_empty())
        .unwrap_or(node.kind())
}

fn key(outcome: &str) -> Option<&str> {
    let key = outcome.strip_prefix("digit:");
    key.or_else(|| outcome.strip_prefix("key:"))
}

/// The texts of prompts, if they are texts and nothing else.
fn words(prompts: Option<&Json>) -> Option<String> {
    let mut words = Vec::new();
    for prompt in prompts?.as_array()? {
        if prompt.get("source")? != "tts" {
            return None;
        }
        words.push(prompt.get("text")?.as_str()?);
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// A value that can stand in a sentence.
fn plain(value: Option<&Json>) -> Option<Json> {
    match value? {
        Json::String(value) => Some(text(value)),
        value @ (Json::Number(_) | Json::Bool(_)) => Some(value.clone()),
        _ => None,
    }
}

fn text(text: &str) -> Json {
    text.chars()
        .take(MAX_SHOWN_CHARS)
        .collect::<String>()
        .into()
}
