//! What a schedule costs: a question on the signalling thread, a year's preview, making it ready.

use criterion::{Criterion, criterion_group, criterion_main};
use office::schedule::{Schedule, ScheduleDocument};
use office::{ScheduleId, TimeZone};
use std::hint::black_box;

/// Monday, 7 December 2026, 10:00 in Berlin.
const MONDAY: i64 = 1_796_634_000_000;

const OFFICE: &str = r#"{
    "schemaVersion": 1, "name": "Office hours", "timezone": "Europe/Berlin",
    "weekly": [
        { "days": [1, 2, 3, 4], "open": ["09:00", "17:30"] },
        { "days": [5], "open": ["09:00", "15:00"] },
        { "days": [1, 2, 3, 4, 5], "open": ["12:30", "13:15"], "as": "break" }
    ],
    "exceptions": [
        { "id": "x1", "when": { "from": "2026-12-24", "to": "2027-01-01" }, "effect": "holiday" },
        { "id": "x2", "when": { "yearly": "05-14" }, "effect": "closed" }
    ],
    "holidays": [{ "source": "builtin", "country": "DE", "region": "BY" }]
}"#;

const ALWAYS: &str = r#"{
    "schemaVersion": 1, "name": "Always", "timezone": "Europe/Berlin",
    "weekly": [{ "days": [0, 1, 2, 3, 4, 5, 6], "open": ["00:00", "24:00"] }]
}"#;

/// The worst a question can be: every day differs, and nothing ever changes.
const WORST: &str = r#"{
    "schemaVersion": 1, "name": "Worst", "timezone": "Europe/Berlin",
    "weekly": [{ "days": [0, 1, 2, 3, 4, 5, 6], "open": ["09:00", "17:00"] }],
    "exceptions": [{ "id": "x", "when": { "from": "2000-01-01", "to": "2099-12-31" },
                     "effect": [["06:00", "06:00"]] }]
}"#;

fn schedule(json: &str) -> Schedule {
    let document = ScheduleDocument::read(json).expect("the document holds together");
    Schedule::new(ScheduleId(1), document)
}

fn benchmarks(criterion: &mut Criterion) {
    for (name, json) in [
        ("office", OFFICE),
        ("always open", ALWAYS),
        ("worst", WORST),
    ] {
        let schedule = schedule(json);
        criterion.bench_function(&format!("openness, {name}"), |bencher| {
            bencher.iter(|| schedule.openness(TimeZone::UTC, black_box(MONDAY)));
        });
    }
    let schedule = schedule(OFFICE);
    criterion.bench_function("spans of 400 days", |bencher| {
        bencher.iter(|| schedule.spans(TimeZone::UTC, black_box(MONDAY), 400));
    });
    let document = ScheduleDocument::read(OFFICE).expect("the document holds together");
    criterion.bench_function("made ready", |bencher| {
        bencher.iter(|| Schedule::new(ScheduleId(1), black_box(document.clone())));
    });
}

criterion_group!(schedules, benchmarks);
criterion_main!(schedules);
