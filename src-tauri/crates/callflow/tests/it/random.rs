//! Random documents: whatever is drawn or typed, nothing panics and every walk ends.

use crate::office_of_tests::{AllThere, TUESDAY_AT_TEN, around, office, sounds};
use callflow::check::check;
use callflow::import::{Format, export, import};
use callflow::program::{Flows, Program};
use callflow::walk::{MessageEnd, ParkEnd, PinVerdict, Reply, RingEnd, RoomEnd};
use callflow::{About, Act, CallFacts, Document, Event, Walk, catalogue, semantic_hash};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use std::time::Duration;

/// Some value a parameter may hold, often of the right form.
fn value() -> impl Strategy<Value = Json> {
    let expr = prop_oneof![
        Just(json!({ "var": "caller.internal" })),
        Just(json!({ "const": "x" })),
        Just(json!({ "op": "eq", "args": [{ "var": "caller.number" }, { "const": "1" }] })),
        Just(json!({ "op": "matches", "args": [{ "var": "a" }, { "const": "((a*)*)*b" }] })),
        Just(json!({ "op": "add", "args": [{ "var": "a" }, { "const": 1e308 }] })),
        Just(json!({ "op": "nonsense", "args": [7] })),
    ];
    let entry = (0..5_u8, "[0-9*#a-c]", 0..200_i64, expr.clone()).prop_map(|(id, key, number, expr)| {
        json!({
            "id": id.to_string(), "type": (["user", "device", "number", "queue", "?"][usize::from(id)]),
            "digit": key, "label": "L", "weight": number, "expr": expr, "name": "a", "value": expr,
            "prefix": key, "path": "a.b", "var": "a", "source": "tts", "text": "{{a}} {{caller.number}} {{",
        })
    });
    prop_oneof![
        any::<i64>().prop_map(Json::from),
        (0..30_i64).prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        Just(Json::Null),
        "[ -~]{0,12}".prop_map(Json::from),
        (0..4_u8).prop_map(|id| id.to_string().into()),
        Just("{{caller.number}} {{a}}".into()),
        expr,
        prop::collection::vec(entry, 0..4).prop_map(Json::from),
        (0..9_usize, 0..4_u8).prop_map(|(kind, id)| {
            json!({ "kind": (callflow::target::KINDS[kind]), "id": id.to_string(), "xform": { "a": 1 } })
        }),
    ]
}

fn document() -> impl Strategy<Value = Json> {
    let kinds: Vec<_> = catalogue::kinds().iter().collect();
    let node = (
        0..kinds.len(),
        prop::collection::vec(prop::option::of(value()), 12),
    );
    let nodes = prop::collection::vec(node, 1..14);
    let edges = prop::collection::vec((0..14_usize, 0..12_usize, 0..14_usize), 0..60);
    (nodes, edges, 0..16_usize, value()).prop_map(move |(nodes, edges, settings, other)| {
        let drawn: Vec<Json> = nodes
            .iter()
            .enumerate()
            .map(|(at, (kind, values))| {
                let kind = kinds[*kind];
                let mut data = Map::from_iter([("kind".to_owned(), kind.kind.into())]);
                for (param, value) in kind.params.iter().zip(values) {
                    if let Some(value) = value {
                        data.insert(param.name.to_owned(), value.clone());
                    }
                }
                json!({ "id": format!("n_{at:04}"), "type": kind.kind, "data": data })
            })
            .collect();
        let outcomes = [
            "default", "digit:1", "timeout", "no_answer", "in_hours", "out_of_hours", "yes", "no", "else", "again",
            "success", "error",
        ];
        let wires: Vec<Json> = edges
            .iter()
            .map(|(from, by, to)| {
                let kind = nodes.get(*from).map(|(kind, _)| kinds[*kind]);
                let own = kind.and_then(|kind| kind.outcomes.get(by % kind.outcomes.len().max(1)));
                let outcome = own.map_or(outcomes[*by], |own| own.name);
                json!({ "id": "e", "source": format!("n_{from:04}"), "sourceHandle": outcome, "target": format!("n_{to:04}") })
            })
            .collect();
        json!({
            "schemaVersion": 1, "id": "flow_any1", "name": "Any", "entry": format!("n_{:04}", settings % 14),
            "nodes": drawn, "edges": wires,
            "variables": [{ "name": "a", "type": "text" }, { "name": "b", "type": "number", "default": other }],
            "settings": {
                "onError": format!("n_{:04}", settings / 2),
                "onCallerHangup": format!("n_{:04}", settings / 3),
                "lastResort": { "kind": "flow", "id": (settings % 4).to_string() },
            },
        })
    })
}

/// What an act ends with, if with anything.
fn ends_with(act: &Act, chance: u64) -> Option<Event> {
    match act {
        Act::Say { .. } => Some(Event::Said),
        Act::Wait(_) => Some(Event::TimeUp),
        Act::Record { clip, .. } => Some(Event::Recorded {
            clip: *clip,
            lasts: Duration::from_secs(chance % 3),
        }),
        Act::Ring { .. } => Some(Event::RingEnded {
            end: [
                RingEnd::Answered,
                RingEnd::NoAnswer,
                RingEnd::Busy,
                RingEnd::Declined,
                RingEnd::Unreachable,
            ][(chance % 5) as usize],
            by: None,
        }),
        Act::TakeMessage { .. } => Some(Event::MessageLeft(
            [
                MessageEnd::Saved,
                MessageEnd::Empty,
                MessageEnd::Full,
                MessageEnd::Operator,
            ][(chance % 4) as usize],
        )),
        Act::JoinRoom { .. } => Some(Event::RoomLeft(
            [RoomEnd::Left, RoomEnd::Full][(chance % 2) as usize],
        )),
        Act::Park { .. } => Some(Event::ParkEnded(
            [ParkEnd::Fetched, ParkEnd::TimeUp, ParkEnd::Full][(chance % 3) as usize],
        )),
        Act::Request(_) => Some(Event::Replied(
            [
                Reply::TimedOut,
                Reply::Answered {
                    status: 200,
                    body: json!({ "a": { "b": 1 } }),
                },
            ][(chance % 2) as usize]
                .clone(),
        )),
        Act::VerifyPin { .. } => Some(Event::PinChecked(
            [PinVerdict::Right, PinVerdict::Wrong, PinVerdict::Locked][(chance % 3) as usize],
        )),
        _ => None,
    }
}

/// What happens next to a caller: what the act under way ends with, or a key at any time.
fn event(under_way: Option<&Act>, chance: u64) -> Event {
    if chance.is_multiple_of(7) {
        return Event::Key(b"0123456789*#"[(chance / 7 % 12) as usize].into());
    }
    under_way
        .and_then(|act| ends_with(act, chance))
        .unwrap_or(Event::TimeUp)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_document_is_checked_and_walked_to_its_end(json in document(), chances in prop::collection::vec(any::<u64>(), 60), hangs_up in 0..200_usize) {
        let document = Document::read(json).unwrap();
        let (office, sounds) = (office(), sounds());
        let mut flows = Flows::of(&office, &Flows::default());
        let program = Arc::new(Program::compile(&document));
        flows.publish(office::FlowId(3), Arc::clone(&program));
        let checked = check(&document, &around(&office, &flows, &sounds));
        for finding in &checked.findings {
            prop_assert!(callflow::check::RULES.contains(&finding.rule.as_str()), "{}", finding.rule);
        }
        prop_assert_eq!(semantic_hash(&document).len(), 64);
        let _speeches = program.speeches(&office);

        let facts = CallFacts {
            flow: Some(office::FlowId(3)),
            caller_number: Some("+49301234".to_owned()),
            began_unix_ms: TUESDAY_AT_TEN,
            seed: chances[0],
            ..CallFacts::default()
        };
        let mut walk = Walk::begin(program, Arc::new(flows), facts);
        let mut at = 0;
        let mut next = Event::Began;
        let mut seq = 0;
        let mut under_way = None;
        while !walk.is_over() {
            let about = About { unix_ms: TUESDAY_AT_TEN + at as i64 * 1_000, steady_ms: at as i64 * 1_000, office: &office, presence: &AllThere };
            let acts = walk.on(&about, next);
            prop_assert!(acts.len() < 10_000);
            for act in &acts {
                if let Act::Trace { step, .. } = act {
                    prop_assert_eq!(step.seq, seq);
                    seq += 1;
                    if let Some(reason) = &step.reason {
                        let known = callflow::walk::REASONS.iter().any(|(id, _)| *id == reason.id);
                        prop_assert!(known, "{} is not in the list of reasons", reason.id);
                    }
                }
            }
            // Never silence: until it is over there is something to wait for.
            if let Some(act) = acts.iter().rev().find(|act| ends_with(act, 0).is_some()) {
                under_way = Some(act.clone());
            }
            prop_assert!(under_way.is_some() || walk.is_over(), "nothing happens after {acts:?}");
            next = event(under_way.as_ref(), chances[at % chances.len()]);
            let interrupted = matches!(under_way, Some(Act::Say { interruptible: true, .. }));
            if interrupted || !matches!(next, Event::Key(_)) {
                under_way = None;
            }
            at += 1;
            if at == hangs_up {
                next = Event::CallerHungUp;
            }
            prop_assert!(at < 5_000, "the walk does not end");
        }
    }

    #[test]
    fn whatever_is_imported_is_a_document_or_an_error(json in document(), text in "[ -~]{0,40}") {
        for format in [Format::Cordboard, Format::ReactFlow, Format::RouteTargets] {
            let _ = import(format, json!(text));
            if let Ok(imported) = import(format, json.clone()) {
                for format in [Format::Cordboard, Format::ReactFlow, Format::RouteTargets] {
                    let _ = export(format, &imported.document);
                }
            }
        }
    }
}
