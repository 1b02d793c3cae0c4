//! How long the call history takes to answer, of a million calls in fourteen months.
//!
//! Filling takes a minute or two and is done once: the folder named by `CORDBOARD_HISTORY_DIR`, or
//! else one in the system's temporary folder, is kept for the next run.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use office::{CallId, PersonId};
use std::path::PathBuf;
use std::time::Duration;
use store::{CallFilter, CallPosition, CallRecord, CallSummary, Party, Store};

const CALLS: u64 = 1_000_000;
const BATCH: u64 = 5_000;
const PERSONS: u64 = 200;
const BEGAN: i64 = 1_756_684_800_000; // 2025-09-01T00:00:00Z
/// From one call to the next: a million of them last fourteen months.
const STEP: i64 = 36_500;

const FIRST: [&str; 16] = [
    "Anna", "Boris", "Clara", "Dmitri", "Eve", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katja",
    "Lena", "Milan", "Nora", "Oskar", "Paula",
];
const BEGINNINGS: [&str; 12] = [
    "Ber", "Gold", "Hoff", "Kell", "Lind", "Mül", "Neu", "Ros", "Schnei", "Stein", "Wag", "Zim",
];
const ENDINGS: [&str; 8] = ["ger", "man", "ner", "ler", "berg", "feld", "stein", "der"];

fn history(criterion: &mut Criterion) {
    let dir = std::env::var_os("CORDBOARD_HISTORY_DIR").map_or_else(
        || std::env::temp_dir().join("cordboard-million-calls"),
        PathBuf::from,
    );
    let (mut store, report) = Store::open(&dir).expect("a store");
    fill(&mut store, report.last_call.0);

    let text = |text: &str| CallFilter {
        text: Some(text.to_owned()),
        ..CallFilter::default()
    };
    let outcome = |outcome: &str| Some(outcome.to_owned());
    let all = CallFilter::default();
    // The one call of the third month with this number.
    let rare = number(150_001);
    let middle = CallPosition {
        started_at: BEGAN + 500_000 * STEP,
        id: CallId(500_000),
    };
    let cases = [
        ("newest page", all.clone(), None),
        ("page in the middle", all, Some(middle)),
        ("rare number, whole", text(&rare), None),
        ("word nobody has", text("xyzzy"), None),
        ("frequent first name", text("anna"), None),
        ("two words", text("anna steinberg"), None),
        ("number by its first digit", text("4"), None),
        ("number by its country", text("+49"), None),
        ("number by its area", text("+49 30 1"), None),
        (
            "person",
            CallFilter {
                person: Some(PersonId(17)),
                ..CallFilter::default()
            },
            None,
        ),
        (
            "rare outcome",
            CallFilter {
                outcome: outcome("failed"),
                ..CallFilter::default()
            },
            None,
        ),
        (
            "frequent number, rare outcome, one person",
            CallFilter {
                person: Some(PersonId(17)),
                outcome: outcome("failed"),
                ..text("49")
            },
            None,
        ),
        (
            "a week a year ago",
            CallFilter {
                from: Some(BEGAN + 60 * 86_400_000),
                until: Some(BEGAN + 67 * 86_400_000),
                ..text("anna")
            },
            None,
        ),
    ];
    let mut group = criterion.benchmark_group("a million calls");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1));
    for (name, filter, position) in cases {
        let found = store
            .find_calls(&filter, 50, position)
            .expect("an answer")
            .len();
        group.bench_function(format!("{name} ({found} of 50)"), |bencher| {
            bencher.iter(|| store.find_calls(&filter, 50, position).expect("an answer"));
        });
    }
    group.bench_function("export, one step", |bencher| {
        bencher.iter(|| store.export_calls(&text("anna"), None).expect("an answer"));
    });
    group.finish();
}

fn fill(store: &mut Store, kept: u64) {
    if kept < CALLS {
        println!("filling in {} calls, once", CALLS - kept);
    }
    for first in (kept + 1..=CALLS).step_by(usize::try_from(BATCH).unwrap_or(1)) {
        let batch: Vec<CallRecord> = (first..=CALLS.min(first + BATCH - 1)).map(call).collect();
        store.append_calls(&batch).expect("the disk has room");
    }
}

fn call(id: u64) -> CallRecord {
    let chance = mix(id);
    let started_at = BEGAN + i64::try_from(id).unwrap_or(0) * STEP;
    let inside = chance % PERSONS + 1;
    let colleague = Party {
        person: i64::try_from(inside).ok().map(PersonId),
        number: (100 + inside).to_string(),
        name: name(mix(inside)),
    };
    let stranger = Party {
        person: None,
        number: number(id),
        name: if chance.is_multiple_of(2) {
            name(chance >> 8)
        } else {
            String::new()
        },
    };
    let (from, to) = if chance & 4 == 0 {
        (stranger, colleague)
    } else {
        (colleague, stranger)
    };
    let (outcome, answered) = match chance >> 16 & 1023 {
        0 => ("failed", false),
        1..=40 => ("busy", false),
        41..=300 => ("nobodyAnswered", false),
        _ => ("answered", true),
    };
    CallRecord {
        summary: CallSummary {
            id: CallId(id),
            started_at,
            answered_at: answered.then_some(started_at + 6_000),
            ended_at: started_at + 90_000,
            from,
            to,
            outcome: outcome.to_owned(),
            reason: String::new(),
            hung_up_by: "caller".to_owned(),
            media_path: "direct".to_owned(),
            codec: String::new(),
            outside: None,
        },
        events: Vec::new(),
        trace: Vec::new(),
        trace_left_out: 0,
    }
}

fn number(id: u64) -> String {
    format!("+49{:02}{:07}", 30 + id % 60, mix(id) % 10_000_000)
}

fn name(chance: u64) -> String {
    let pick = |from: &[&'static str], shift: u32| {
        from.iter()
            .copied()
            .cycle()
            .nth(usize::try_from(chance >> shift & 255).unwrap_or(0))
    };
    format!(
        "{} {}{}",
        pick(&FIRST, 0).unwrap_or_default(),
        pick(&BEGINNINGS, 8).unwrap_or_default(),
        pick(&ENDINGS, 16).unwrap_or_default()
    )
}

/// The finaliser of SplitMix64: the same chance for the same number in every run.
fn mix(number: u64) -> u64 {
    let mut x = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

criterion_group!(benches, history);
criterion_main!(benches);
