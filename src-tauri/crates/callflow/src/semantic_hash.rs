//! Whether two documents mean the same to callers, however they are drawn.

use crate::document::Document;
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The SHA-256 of what a document means, as 64 hexadecimal digits: its canonical JSON without
/// positions, frames, notes, comments, viewport, publication and whatever else is only drawn. Moving a
/// node is no change to the telephone system.
#[must_use]
pub fn semantic_hash(document: &Document) -> String {
    let mut canonical = String::new();
    write(&mut canonical, &meaning(document));
    let digest = Sha256::digest(canonical.as_bytes());
    digest
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// What a document means: nodes and edges in an order of their own.
pub(crate) fn meaning(document: &Document) -> Json {
    let mut nodes: Vec<Json> = Vec::new();
    let mut drawn: Vec<_> = document.nodes.iter().collect();
    drawn.sort_by(|one, other| one.id.cmp(&other.id));
    for node in drawn.into_iter().filter(|node| !node.is_drawn_only()) {
        let mut data = node.data.clone();
        data.remove("comment");
        data.insert("kind".to_owned(), node.kind().into());
        nodes.push(object([
            ("id", node.id.as_str().into()),
            ("data", data.into()),
        ]));
    }
    let mut edges: Vec<[&str; 3]> = document
        .edges
        .iter()
        .map(|edge| [edge.source.as_str(), edge.outcome(), &edge.target])
        .collect();
    edges.sort_unstable();
    let mut variables: Vec<_> = document.variables.iter().collect();
    variables.sort_by(|one, other| one.name.cmp(&other.name));
    let settings = serde_json::to_value(&document.settings);
    let variables = serde_json::to_value(variables);
    object([
        ("name", document.name.as_str().into()),
        ("entry", document.entry.as_str().into()),
        ("settings", settings.unwrap_or(Json::Null)),
        ("variables", variables.unwrap_or(Json::Null)),
        ("nodes", nodes.into()),
        (
            "edges",
            edges.into_iter().map(|edge| edge.to_vec()).collect(),
        ),
    ])
}

fn object<const N: usize>(fields: [(&str, Json); N]) -> Json {
    let fields = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Json::Object(fields.collect::<Map<_, _>>())
}

/// Writes JSON with sorted names and no spaces, whatever order the map keeps.
fn write(to: &mut String, json: &Json) {
    match json {
        Json::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_unstable();
            to.push('{');
            for (at, name) in names.into_iter().enumerate() {
                if at > 0 {
                    to.push(',');
                }
                write(to, &Json::String(name.clone()));
                to.push(':');
                write(to, fields.get(name).unwrap_or(&Json::Null));
            }
            to.push('}');
        }
        Json::Array(list) => {
            to.push('[');
            for (at, value) in list.iter().enumerate() {
                if at > 0 {
                    to.push(',');
                }
                write(to, value);
            }
            to.push(']');
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            to.push_str(&json.to_string());
        }
    }
}
