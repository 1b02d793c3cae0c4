//! How long it takes to check and to compile a flow of 200 nodes; the window asks after every change.
//! And to prove one, which is asked for by a button.

#[path = "../tests/tried/large.rs"]
mod large;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/tried/office.rs"]
mod office;

use callflow::check::check;
use callflow::program::{Around, Flows, Program};
use callflow::prove::prove;
use callflow::rehearse::{Stage, about_how_long};
use callflow::{Document, semantic_hash};
use criterion::{Criterion, criterion_group, criterion_main};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

fn checking(bench: &mut Criterion) {
    let office = large::office();
    let (flows, sounds) = (Flows::default(), BTreeMap::new());
    let around = Around {
        office: &office,
        flows: &flows,
        sounds: &sounds,
        this: None,
        now_unix_ms: Some(large::from()),
    };
    let shared = Arc::new(Flows::default());
    let stage = Stage {
        office: &office,
        flows: &shared,
        flow: None,
        lasts: &about_how_long,
    };
    for nodes in [60, 300] {
        let document = Document::read(large::document(nodes)).expect("a document");
        let program = Arc::new(Program::compile(&document));
        bench.bench_function(&format!("prove {nodes} nodes"), |bench| {
            bench.iter(|| prove(black_box(&program), &stage, &around, large::from()));
        });
    }
    for nodes in [200, 1_000] {
        let document = Document::read(large::document(nodes)).expect("a document");
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
