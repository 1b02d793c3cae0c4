//! How long it takes to check and to compile a flow of 200 nodes; the window asks after every change.
//! And to prove one, which is asked for by a button.

use callflow::check::check;
use callflow::program::{Around, Flows, Program};
use callflow::prove::prove;
use callflow::rehearse::{Stage, about_how_long};
use callflow::{Document, semantic_hash};
use criterion::{Criterion, criterion_group, criterion_main};
use office::{Language, Office, OfficeParts, OfficeSettings, Realm};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

/// Menus of five keys that lead to each other, to people and to mailboxes.
fn document(nodes: usize) -> Value {
    let id = |at: usize| format!("n_{:05}", at % nodes);
    let mut drawn = vec![json!({ "id": id(0), "type": "entry", "data": { "kind": "entry" } })];
    let mut edges =
        vec![json!({ "id": "e", "source": id(0), "sourceHandle": "default", "target": id(1) })];
    for at in 1..nodes {
        let (data, outcomes): (Value, &[&str]) = match at % 4 {
            0 => (
                json!({ "kind": "voicemail", "mailbox": "1" }),
                &["saved", "full"],
            ),
            1 => (
                json!({
                    "kind": "menu",
                    "prompts": [{ "source": "tts", "text": "Press 1, 2, 3, 4 or 5, {{caller.name}}." }],
                    "options": (1..=5).map(|key| json!({ "digit": key.to_string(), "label": "Key" })).collect::<Vec<_>>(),
                }),
                &[
                    "digit:1", "digit:2", "digit:3", "digit:4", "digit:5", "timeout",
                ],
            ),
            2 => (
                json!({ "kind": "dial", "targets": [{ "type": "user", "id": "1" }] }),
                &["no_answer", "busy"],
            ),
            _ => (
                json!({ "kind": "condition", "cases": [{ "id": "a", "label": "A",
                    "expr": { "op": "matches", "args": [{ "var": "caller.number" }, { "const": "^\\+49[0-9]+$" }] } }] }),
                &["case:a", "else"],
            ),
        };
        drawn.push(json!({ "id": id(at), "type": data["kind"], "data": data }));
        for (step, outcome) in outcomes.iter().enumerate() {
            let to = id((at + 1 + step * 7) % (nodes - 1) + 1);
            edges.push(json!({ "id": format!("e{at}{step}"), "source": id(at), "sourceHandle": outcome, "target": to }));
        }
    }
    json!({ "schemaVersion": 1, "entry": id(0), "nodes": drawn, "edges": edges })
}

fn checking(bench: &mut Criterion) {
    let language = Language::parse("en").expect("a language");
    let realm = Realm::parse("office.test").expect("a realm");
    let parts = OfficeParts::empty(OfficeSettings::founded(realm, language));
    let office = Office::build(parts).expect("an office");
    let (flows, sounds) = (Flows::default(), BTreeMap::new());
    let around = Around {
        office: &office,
        flows: &flows,
        sounds: &sounds,
        this: None,
        now_unix_ms: Some(1_780_999_200_000),
    };
    let shared = Arc::new(Flows::default());
    let stage = Stage {
        office: &office,
        flows: &shared,
        flow: None,
        lasts: &about_how_long,
    };
    for nodes in [60, 300] {
        let document = Document::read(document(nodes)).expect("a document");
        let program = Arc::new(Program::compile(&document));
        bench.bench_function(&format!("prove {nodes} nodes"), |bench| {
            bench.iter(|| prove(black_box(&program), &stage, &around, 1_780_999_200_000));
        });
    }
    for nodes in [200, 1_000] {
        let document = Document::read(document(nodes)).expect("a document");
        bench.bench_function(&format!("check {nodes} nodes"), |bench| {
            bench.iter(|| check(black_box(&document), &around));
        });
        bench.bench_function(&format!("compile {nodes} nodes"), |bench| {
            bench.iter(|| Program::compile(black_box(&document)));
        });
        bench.bench_function(&format!("semantic hash of {nodes} nodes"), |bench| {
            bench.iter(|| semantic_hash(black_box(&document)));
        });
    }
}

criterion_group!(benches, checking);
criterion_main!(benches);
