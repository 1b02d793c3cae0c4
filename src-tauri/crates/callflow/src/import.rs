//! Documents of other builders: React Flow's graphs, and single route targets of `dest_kind`,
//! `dest_id` and `dest_xform`.

use crate::catalogue;
use crate::document::{BadDocument, Document, SCHEMA_VERSION};
use crate::limits::{MAX_EDGES, MAX_NODES};
use crate::target::{KINDS, TargetDocument};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeSet, HashMap};

/// What a document can come from or go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Cordboard's own.
    Cordboard,
    /// A graph of React Flow: nodes, edges and a viewport, the kind in `type` or `data.kind`.
    ReactFlow,
    /// One route target, or a list of them.
    RouteTargets,
}

/// A document that has been brought in.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The document; its references may lead nowhere, which the check tells.
    pub document: Document,
    /// What was changed on the way, sorted: some of [`NOTES`].
    pub notes: Vec<&'static str>,
}

/// Everything that can be changed on the way in.
pub const NOTES: &[&str] = &[
    "cut",
    "edgeDropped",
    "entryAdded",
    "renamed",
    "sayIsPlay",
    "targetUnknown",
    "unknownKind",
];

/// Reads a document of another builder.
///
/// # Errors
/// It has not the form it is said to have.
pub fn import(format: Format, json: Json) -> Result<Imported, BadDocument> {
    match format {
        Format::Cordboard => Ok(Imported {
            document: Document::read(json)?,
            notes: Vec::new(),
        }),
        Format::ReactFlow => from_react_flow(&json),
        Format::RouteTargets => from_route_targets(&json),
    }
}

/// Writes a document for another builder.
#[must_use]
pub fn export(format: Format, document: &Document) -> Json {
    match format {
        Format::Cordboard => document.to_json(),
        Format::ReactFlow => {
            let mut whole = document.to_json();
            let mut take = |name: &str| whole.get_mut(name).map(Json::take).unwrap_or_default();
            let (nodes, edges) = (take("nodes"), take("edges"));
            let viewport = document.rest.get("viewport").cloned();
            let home = json!({ "x": 0, "y": 0, "zoom": 1 });
            json!({ "nodes": nodes, "edges": edges, "viewport": viewport.unwrap_or(home) })
        }
        Format::RouteTargets => {
            let gotos = document.nodes.iter().filter(|node| node.kind() == "goto");
            let targets = gotos.filter_map(|node| {
                let target = serde_json::from_value(node.data.get("target")?.clone()).ok()?;
                let mut route = to_route(&target);
                route.insert("name".to_owned(), node.title().into());
                Some(Json::Object(route))
            });
            targets.collect()
        }
    }
}

/// A target as a route target: `dest_kind`, `dest_id` and `dest_xform`.
#[must_use]
pub fn to_route(target: &TargetDocument) -> Map<String, Json> {
    let mut route = Map::new();
    route.insert("dest_kind".to_owned(), target.kind.as_str().into());
    if !target.id.is_empty() {
        route.insert("dest_id".to_owned(), target.id.as_str().into());
    }
    if let Some(xform) = &target.xform {
        route.insert("dest_xform".to_owned(), xform.clone());
    }
    route
}

/// A route target as a target; `None` if it has no `dest_kind` that is known.
#[must_use]
pub fn from_route(route: &Json) -> Option<TargetDocument> {
    let kind = route.get("dest_kind")?.as_str()?;
    Some(TargetDocument {
        kind: (*KINDS.iter().find(|known| **known == kind)?).to_owned(),
        id: match route.get("dest_id") {
            Some(Json::String(id)) => id.chars().take(64).collect(),
            Some(Json::Number(id)) => id.to_string(),
            _ => String::new(),
        },
        xform: route
            .get("dest_xform")
            .filter(|xform| xform.is_object())
            .cloned(),
    })
}

fn from_route_targets(json: &Json) -> Result<Imported, BadDocument> {
    let routes = match json {
        Json::Array(routes) => routes.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut notes = BTreeSet::new();
    if routes.len() > MAX_NODES / 2 {
        notes.insert("cut");
    }
    let mut nodes = vec![entry_node()];
    let mut edges = Vec::new();
    for (at, route) in routes.iter().take(MAX_NODES / 2).enumerate() {
        let Some(target) = from_route(route) else {
            notes.insert("targetUnknown");
            continue;
        };
        let id = format!("n_goto{at}");
        if edges.is_empty() {
            edges.push(edge("e_1", "n_start", "default", &id));
        }
        nodes.push(json!({
            "id": id,
            "type": "goto",
            "position": { "x": 280, "y": at * 120 },
            "data": {
                "kind": "goto",
                "title": route.get("name").and_then(Json::as_str).unwrap_or(""),
                "target": target,
            },
        }));
    }
    if nodes.len() == 1 {
        return Err(BadDocument::Form {
            at: "dest_kind".to_owned(),
            why: "there is no route target in it".to_owned(),
        });
    }
    finish(nodes, edges, None, notes)
}

fn from_react_flow(json: &Json) -> Result<Imported, BadDocument> {
    let list = |name: &str| json.get(name).and_then(Json::as_array);
    let Some(drawn) = list("nodes") else {
        return Err(BadDocument::Form {
            at: "nodes".to_owned(),
            why: "a graph of React Flow has a list of nodes".to_owned(),
        });
    };
    let mut notes = BTreeSet::new();
    let no_edges = Vec::new();
    let wires = list("edges").unwrap_or(&no_edges);
    if drawn.len() > MAX_NODES || wires.len() > MAX_EDGES {
        notes.insert("cut");
    }
    let mut names: HashMap<String, String> = HashMap::new();
    let mut nodes = Vec::new();
    for (at, node) in drawn.iter().take(MAX_NODES).enumerate() {
        let old = id_of(node.get("id"));
        let new = plain_id(&old, at);
        if new != old {
            notes.insert("renamed");
        }
        nodes.push(react_node(node, &new, &mut notes));
        names.entry(old).or_insert(new);
    }
    let mut edges = Vec::new();
    for (at, wire) in wires.iter().take(MAX_EDGES).enumerate() {
        let end = |name: &str| names.get(&id_of(wire.get(name)));
        let (Some(source), Some(target)) = (end("source"), end("target")) else {
            notes.insert("edgeDropped");
            continue;
        };
        let outcome = wire.get("sourceHandle").and_then(Json::as_str);
        let outcome = outcome
            .filter(|outcome| !outcome.is_empty())
            .unwrap_or("default");
        edges.push(edge(&format!("e_{}", at + 1), source, outcome, target));
    }
    let has_entry = nodes.iter().any(|node| node["type"] == "entry");
    if !has_entry {
        notes.insert("entryAdded");
        let first = nodes.iter().find_map(|node| {
            let id = node["id"].as_str()?;
            let led_to = edges.iter().any(|edge| edge["target"] == id);
            (!led_to).then(|| id.to_owned())
        });
        if let Some(first) = first {
            edges.push(edge("e_0", "n_start", "default", &first));
        }
        nodes.insert(0, entry_node());
    }
    finish(nodes, edges, json.get("viewport"), notes)
}

/// A node of React Flow with its kind in both places and its parameters as ours are called.
fn react_node(node: &Json, id: &str, notes: &mut BTreeSet<&'static str>) -> Json {
    let mut data = match node.get("data") {
        Some(Json::Object(data)) => data.clone(),
        _ => Map::new(),
    };
    let kind = data
        .get("kind")
        .or_else(|| node.get("type"))
        .and_then(Json::as_str);
    let mut kind = kind.unwrap_or("").to_owned();
    if kind == "say" {
        // A spoken text is a prompt of `play`.
        notes.insert("sayIsPlay");
        let text = data
            .remove("text")
            .or_else(|| data.remove("say"))
            .unwrap_or_else(|| "".into());
        data.insert(
            "prompts".to_owned(),
            json!([{ "source": "tts", "text": text }]),
        );
        kind = "play".to_owned();
    }
    if catalogue::find(&kind).is_none() && !matches!(kind.as_str(), "note" | "frame") {
        notes.insert("unknownKind");
    }
    if let Some(label) = data.remove("label")
        && !data.contains_key("title")
    {
        data.insert("title".to_owned(), label);
    }
    data.insert("kind".to_owned(), kind.as_str().into());
    let coordinate = |axis: &str| {
        node.pointer(&format!("/position/{axis}"))
            .and_then(Json::as_f64)
    };
    let (x, y) = (coordinate("x"), coordinate("y"));
    json!({
        "id": id,
        "type": kind,
        "position": { "x": x.unwrap_or(0.0), "y": y.unwrap_or(0.0) },
        "data": data,
    })
}

fn id_of(json: Option<&Json>) -> String {
    match json {
        Some(Json::String(id)) => id.chars().take(64).collect(),
        Some(Json::Number(id)) => id.to_string(),
        _ => String::new(),
    }
}

/// The id itself if it is of our form, or else one made of its place.
fn plain_id(id: &str, at: usize) -> String {
    let plain = id.strip_prefix("n_").is_some_and(|rest| {
        (4..=60).contains(&rest.len())
            && rest
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    });
    if plain {
        id.to_owned()
    } else {
        format!("n_{at:04}x")
    }
}

fn entry_node() -> Json {
    let position = json!({ "x": -280, "y": 0 });
    json!({ "id": "n_start", "type": "entry", "position": position, "data": { "kind": "entry" } })
}

fn edge(id: &str, source: &str, outcome: &str, target: &str) -> Json {
    json!({ "id": id, "source": source, "sourceHandle": outcome, "target": target })
}

fn finish(
    nodes: Vec<Json>,
    edges: Vec<Json>,
    viewport: Option<&Json>,
    notes: BTreeSet<&'static str>,
) -> Result<Imported, BadDocument> {
    let entry = nodes.iter().find(|node| node["type"] == "entry");
    let entry = entry
        .and_then(|node| node["id"].as_str())
        .unwrap_or("")
        .to_owned();
    let mut whole = json!({
        "schemaVersion": SCHEMA_VERSION,
        "id": "flow_imported",
        "name": "",
        "entry": entry,
        "variables": [],
        "nodes": nodes,
        "edges": edges,
    });
    if let (Some(viewport), Some(whole)) = (viewport, whole.as_object_mut()) {
        whole.insert("viewport".to_owned(), viewport.clone());
    }
    Ok(Imported {
        document: Document::read(whole)?,
        notes: notes.into_iter().collect(),
    })
}
