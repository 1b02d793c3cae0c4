//! What a rehearsal shows is what happens: random flows, callers, moments and staff give the same in a
//! rehearsal and in the simulated office with its real switch, telephones and sound: every step at the
//! same moment for the same reason, who rang, what was heard, how it ended.

mod case;
mod played;
mod smaller;

use callflow::{
    TraceStep,
    rehearse::{CallerAct, Does, Phone, Rehearsal},
};
use case::{Caller, Case, Drawing};
use cordboard_tests::sim::{Habit, SimOffice, Weather};
use office::{
    CallerList, CallerListId, FlowId, ListedCaller, Mode, ModeId, ModeState, NamedPin, PersonId,
    PinHash, PinSet, PinSetId, Schedule, ScheduleDocument, ScheduleId, Secret,
};
use played::{TALKS, Told, both, play, play_call};
use serde_json::{Value, json};
use smaller::smallest;
use std::time::Duration;

const FLOW: FlowId = FlowId(1);

/// How many cases are played in all.
const CASES: u64 = 10_000;

/// How many tests share them: they are played side by side.
const SHARES: u64 = 4;

/// Plays one share of the cases. `REHEARSAL` names the first of them and `REHEARSALS` how many there
/// are, where others are to be played than those of every build.
fn play_share(share: u64) {
    let given = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let first = given("REHEARSAL").unwrap_or(0);
    let cases = given("REHEARSALS").unwrap_or(CASES);
    let (mut played, mut steps, mut apart, mut nodes) =
        (0, 0, 0, std::collections::BTreeSet::new());
    for seed in (first..first + cases).filter(|seed| seed % SHARES == share) {
        let case = Case::draw(seed);
        let both = play(&case);
        if both.difference().is_some() {
            panic!("case {seed}: {}", smallest(case));
        }
        played += 1;
        steps += both.live.steps.len() as u64;
        apart += both.apart();
        let visited = |id: &str| both.live.steps.iter().any(|step| step.node == id);
        for node in &case.flow.nodes {
            if visited(node["id"].as_str().unwrap_or_default()) {
                nodes.insert(node["kind"].as_str().unwrap_or_default().to_owned());
            }
        }
    }
    println!("{played} cases, {steps} steps, {apart} of them not at the very same moment");
    assert!(steps >= played * 5, "they walk somewhere: {steps} steps");
    if played >= CASES / SHARES {
        assert!(nodes.len() >= 30, "all kinds of nodes: {nodes:?}");
    }
}

#[test]
fn a_rehearsal_shows_what_happens_1() {
    play_share(0);
}

#[test]
fn a_rehearsal_shows_what_happens_2() {
    play_share(1);
}

#[test]
fn a_rehearsal_shows_what_happens_3() {
    play_share(2);
}

#[test]
fn a_rehearsal_shows_what_happens_4() {
    play_share(3);
}

/// A caller at one step, whose outcomes lead there again.
fn at_one_step(step: Value, outcomes: &[&str], caller: Caller, acts: Vec<CallerAct>) -> Case {
    let mut case = Case::draw(0);
    let edges = outcomes
        .iter()
        .map(|outcome| ("n_this", *outcome, "n_this"));
    let edges = edges.chain([("n_start", "default", "n_this")]);
    case.flow = Drawing {
        settings: json!({}),
        nodes: vec![json!({"id": "n_start", "kind": "entry"}), step],
        edges: edges
            .map(|(from, by, to)| (from.to_owned(), by.to_owned(), to.to_owned()))
            .collect(),
    };
    Case {
        caller,
        acts,
        full: false,
        ..case
    }
}

fn hangs_up(after_ms: u64) -> CallerAct {
    CallerAct {
        after_ms,
        key: None,
        hang_up: true,
    }
}

/// Panics unless both worlds tell the same, and gives it.
fn same_in_both(case: Case) -> Told {
    let both = play(&case);
    if both.difference().is_some() {
        panic!("{}", smallest(case));
    }
    both.live
}

#[test]
fn a_message_is_over_in_a_rehearsal_when_it_is_in_a_call() {
    for caller in [Caller::Inside, Caller::Line("+4930777001"), Caller::Hidden] {
        let step = json!({"id": "n_this", "kind": "voicemail", "mailbox": "1"});
        let case = Case {
            speaks_ms: 3_500,
            ..at_one_step(step, &["empty"], caller, vec![hangs_up(40_000)])
        };
        let told = same_in_both(case);
        let left = |step: &&TraceStep| step.outcome.as_deref() == Some("saved");
        assert!(told.steps.iter().any(|step| left(&step)), "{told:?}");
    }
}

#[test]
fn who_dials_ten_wrong_pins_is_locked_out_in_a_rehearsal_as_in_a_call() {
    let step = json!({"id": "n_this", "kind": "pin", "pinSet": "1", "attempts": 3});
    let mut acts: Vec<CallerAct> = (0..24)
        .map(|at| CallerAct {
            after_ms: 1_000 + at * 2_000,
            key: Some(if at % 2 == 0 { '1' } else { '#' }),
            hang_up: false,
        })
        .collect();
    acts.push(hangs_up(60_000));
    let case = Case {
        wrong_pins: u32::MAX,
        ..at_one_step(step, &["ok", "denied"], Caller::Hidden, acts)
    };
    let told = same_in_both(case);
    let is_locked = |step: &TraceStep| step.reason.as_ref().is_some_and(|why| why.id == "locked");
    let locked = told.steps.iter().filter(|step| is_locked(step));
    assert_eq!(locked.count(), 3, "the tenth, and those after it: {told:?}");
}

/// The office of the documents in `callflow/fixtures`, and Dora, who calls.
fn office_of_fixtures() -> SimOffice {
    let asking = json!({"schemaVersion": 1, "id": "flow_ask1", "name": "Ask", "entry": "n_start",
        "variables": [{"name": "order", "type": "digits"}],
        "nodes": [
            {"id": "n_start", "type": "entry", "position": {"x": 0, "y": 0}, "data": {"kind": "entry"}},
            {"id": "n_done1", "type": "return", "position": {"x": 0, "y": 0},
                "data": {"kind": "return", "name": "done"}}],
        "edges": [{"id": "e1", "source": "n_start", "sourceHandle": "default", "target": "n_done1"}]});
    let hours = json!({"schemaVersion": 1, "id": "sch_office", "name": "Office hours", "timezone": "UTC",
        "weekly": [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]}],
        "exceptions": [], "holidays": [], "override": null});
    let hours = ScheduleDocument::read(&hours.to_string()).expect("a schedule");
    let state = |id: &str| ModeState {
        id: id.to_owned(),
        name: id.to_owned(),
    };
    SimOffice::builder()
        .weather(Weather::STILL)
        .person("Anna Abel", "101", &["desk"])
        .person("Ben Brown", "102", &["desk"])
        .person("Cleo Clark", "103", &[])
        .person("Dora", "104", &["desk"])
        .group_mailbox("Office", "700", &["Anna Abel"])
        .room("800", |_| {})
        .flow("Fixture", "200", Value::Null)
        .flow("Ask", "201", asking)
        .parts(|parts| {
            for person in &mut parts.persons {
                person.team = if person.id.0 == 3 { "Sales" } else { "Office" }.to_owned();
            }
            parts.schedules.push(Schedule::new(ScheduleId(1), hours));
            parts.modes.push(Mode {
                id: ModeId(1),
                name: "Day and night".to_owned(),
                states: vec![state("day"), state("night")],
                set: None,
            });
            parts.pin_sets.push(PinSet {
                id: PinSetId(1),
                name: "Door".to_owned(),
                pins: vec![NamedPin {
                    name: "The cleaners".to_owned(),
                    hash: PinHash::new(Secret::new("a hash".to_owned())),
                }],
            });
            parts.caller_lists.push(CallerList {
                id: CallerListId(1),
                name: "Customers".to_owned(),
                columns: vec!["customer".to_owned()],
                callers: vec![ListedCaller {
                    number: "104".to_owned(),
                    compared: "104".to_owned(),
                    name: "Dora".to_owned(),
                    values: vec!["17".to_owned()],
                }],
            });
        })
        .open()
}

/// The keys somebody presses in the flow of a fixture, one each 140 ms, from that second on.
fn keys_of(kind: &str) -> &'static [(u64, &'static str)] {
    match kind {
        "menu" => &[(1, "1")],
        "collect" => &[(1, "4711#"), (3, "1")],
        "pin" => &[(1, "4711#")],
        "record" => &[(3, "#")],
        "directory" => &[(1, "2#"), (3, "2")],
        _ => &[],
    }
}

/// Each kind of node in a real call: it does what its rehearsal shows.
#[test]
fn every_kind_of_node_does_in_a_call_what_its_rehearsal_shows() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../src-tauri/crates/callflow/fixtures/kinds"
    );
    let mut kinds = 0;
    for file in std::fs::read_dir(folder).expect("fixtures of all kinds") {
        let path = file.expect("a file").path();
        let kind = path
            .file_stem()
            .expect("a kind")
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("a fixture");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let mut office = office_of_fixtures();
        office.publish(FLOW, document);
        office.habit(
            office.desk("Anna Abel"),
            Habit::AnswersAfter(Duration::from_secs(2)),
        );
        let mut acts: Vec<CallerAct> = keys_of(&kind)
            .iter()
            .flat_map(|(second, keys)| {
                let each = keys.chars().enumerate();
                each.map(move |(at, key)| CallerAct {
                    after_ms: second * 1_000 + 140 * (at as u64 + 1),
                    key: Some(key),
                    hang_up: false,
                })
            })
            .collect();
        acts.push(CallerAct {
            after_ms: 7_930,
            key: None,
            hang_up: true,
        });
        let caller = office.desk("Dora");
        office.run_secs(1);
        office.upload(1, "sounds/hello");
        office.set_wrong_pins(0);
        office.set_reply_takes(Duration::from_millis(200));
        office.speaks_when_recorded(caller, Duration::from_secs(60));
        let (live, at) = play_call(&mut office, caller, &acts, |office| {
            office.dial(caller, "200")
        });
        let call = Rehearsal {
            caller: Some("104".to_owned()),
            acts,
            phones: vec![Phone::of(PersonId(1), Does::AnswersAfter(2))],
            talks_ms: TALKS.as_millis() as u64,
            speaks_ms: 60_000, // until they hang up
            ..Rehearsal::at(at)
        };
        let founded = office.switch().office();
        let story = office.story();
        let both = both(&founded, live, &call, story);
        if let Some(difference) = both.difference() {
            panic!("{kind}: {difference}\n{}", both.story);
        }
        let came = |step: &TraceStep| step.node.starts_with("n_this") || step.node == "n_start";
        assert!(both.live.steps.iter().any(came), "{kind}: {}", both.story);
        kinds += 1;
    }
    assert_eq!(kinds, 32);
}
