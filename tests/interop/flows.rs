//! Call flows of the real engine: written down in few words, published on a number.

use super::engine::Engine;
use anyhow::Result;
use serde_json::{Value, json};

/// A call flow that begins at its first node; edges are `[from, outcome, to]`.
pub fn document(nodes: &[Value], edges: &[[&str; 3]]) -> Value {
    let entry = json!({ "id": "n_start", "kind": "entry" });
    let nodes: Vec<Value> = [&entry]
        .into_iter()
        .chain(nodes)
        .map(|node| {
            let mut data = node.clone();
            let id = data["id"].take();
            if let Some(fields) = data.as_object_mut() {
                fields.remove("id");
            }
            json!({ "id": id, "type": data["kind"], "position": { "x": 0, "y": 0 }, "data": data })
        })
        .collect();
    let first = [
        "n_start",
        "default",
        nodes[1]["id"].as_str().unwrap_or_default(),
    ];
    let edges: Vec<Value> = [&first]
        .into_iter()
        .chain(edges)
        .enumerate()
        .map(|(at, [from, outcome, to])| {
            json!({ "id": format!("e{at}"), "source": from, "sourceHandle": outcome, "target": to })
        })
        .collect();
    json!({
        "schemaVersion": 1, "id": "flow_main1", "name": "Main", "entry": "n_start",
        "nodes": nodes, "edges": edges,
    })
}

/// Adds a flow and publishes it; callers of the number get it at once. Gives its identity.
///
/// # Errors
/// The engine refuses.
pub fn publish(engine: &Engine, name: &str, number: &str, document: &Value) -> Result<i64> {
    let wish = json!({ "name": name, "number": number, "document": document });
    let made = engine.ask("POST", "/api/flows", &wish)?;
    let path = format!("/api/flows/{}", made["id"]);
    let draft = engine.ask("GET", &format!("{path}/draft"), &Value::Null)?;
    let wish = json!({ "message": "First", "seq": draft["seq"] });
    engine.ask("POST", &format!("{path}/publish"), &wish)?;
    Ok(made["id"].as_i64().unwrap_or_default())
}
