//! How long it takes to check and to compile a flow of 200 nodes; the window asks after every change.
//! And to prove one, which is asked for by a button, and to play a thousand calls through one, as the
//! scenarios of a flow are before it is published.

#[path = "../tests/tried/large.rs"]
mod large;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/tried/office.rs"]
mod office;

use ::office::PersonId;
use callflow::check::check;
use callflow::program::{Around, Flows, Program};
use callflow::prove::prove;
use callflow::rehearse::{CallerAct, Does, Phone, Rehearsal, Stage, about_how_long, rehearse};
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
    for nodes in [60, 200] {
        let document = Document::read(large::document(nodes)).expect("a document");
        let program = Arc::new(Program::compile(&document));
        let calls: Vec<Rehearsal> = (0..CALLS).map(call).collect();
        bench.bench_function(&format!("rehearse {CALLS} calls, {nodes} nodes"), |bench| {
            bench.iter(|| {
                let walks = calls.iter().map(|call| rehearse(&program, &stage, call));
                walks.map(|walk| walk.steps.len()).sum::<usize>()
            });
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

/// How many calls are played at a time.
const CALLS: u32 = 1_000;

/// A call like no other: at another hour, with other keys, past colleagues who do something else.
fn call(number: u32) -> Rehearsal {
    const HALF_AN_HOUR_MS: i64 = 30 * 60 * 1_000;
    let mut call = Rehearsal::at(large::from() + i64::from(number) * HALF_AN_HOUR_MS);
    call.caller = (!number.is_multiple_of(4)).then(|| format!("+4930{number:06}"));
    call.acts = (0..6)
        .map(|press| CallerAct {
            after_ms: u64::from(press) * 9_000 + 500,
            key: char::from_digit(1 + number / 5_u32.pow(press) % 5, 10),
            hang_up: false,
        })
        .collect();
    let does = [
        Does::AnswersAfter(8),
        Does::Busy,
        Does::Off,
        Does::Declines,
        Does::RingsOut,
    ];
    call.phones = (1..=22)
        .map(|person| Phone {
            person: PersonId(person),
            device: None,
            does: does[(number as usize + person as usize) % does.len()],
        })
        .collect();
    call
}

criterion_group!(benches, checking);
criterion_main!(benches);
