//! What a rehearsal shows is what happens: random flows, callers and staff give the same trace in a
//! rehearsal and in the simulated office with its real switch, phones and sound.

use callflow::{
    Flows, Program, Sound, TraceStep,
    rehearse::{CallerAct, Does, Phone, Rehearsal, Stage, rehearse},
};
use cordboard_tests::sim::{Habit, SimOffice};
use office::{
    CallerList, CallerListId, FlowId, ListedCaller, Mode, ModeId, ModeState, NamedPin, PersonHours,
    PersonId, PinHash, PinSet, PinSetId, RouteTarget, Schedule, ScheduleDocument, ScheduleId,
    Secret, Wants, WantsState,
};
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use switch::What;

const FLOW: FlowId = FlowId(1);

/// Who is rung, by their identities: all but the caller.
const STAFF: [i64; 3] = [2, 3, 4];

/// How long whoever answers talks.
const TALKS: Duration = Duration::from_secs(7);

/// How long every recorded phrase and rendered text is in the simulated office.
const SOUND: Duration = Duration::from_millis(500);

/// How often the media thread sees to what is heard.
const TICK: Duration = Duration::from_millis(20);

/// How far apart a moment may be: what the network adds to it, and a bit for each step before it.
const LATE_AT_MOST: (u64, u64) = (150, 15);

/// What is no further apart, in milliseconds, may come in either order.
const TIE_MS: u64 = 150;

/// A random choice, each as likely.
fn pick(chance: &mut ChaCha12Rng, of: usize) -> usize {
    (chance.next_u64() % of as u64) as usize
}

/// One node, and its outcomes that have to lead somewhere.
fn node(chance: &mut ChaCha12Rng, id: &str) -> (Value, Vec<String>) {
    let silence = |seconds: u64| json!([{"source": "silence", "ms": seconds * 1_000}]);
    let text = json!([{"source": "tts", "text": "Please press a key."}]);
    let own = |outcomes: &[&str]| outcomes.iter().map(|name| (*name).to_owned()).collect();
    let seconds = 1 + pick(chance, 3) as u64;
    match pick(chance, 10) {
        0 => (
            json!({"id": id, "kind": "play", "prompts": silence(seconds), "bargeIn": pick(chance, 2) == 0}),
            own(&["default"]),
        ),
        1 | 2 => {
            let prompts = if pick(chance, 2) == 0 {
                silence(seconds)
            } else {
                text
            };
            let menu = json!({"id": id, "kind": "menu", "prompts": prompts,
                "options": [{"digit": "1", "label": "One"}, {"digit": "2", "label": "Two"}],
                "timeout": 2 + seconds, "attempts": 1 + pick(chance, 2), "bargeIn": pick(chance, 3) > 0});
            (menu, own(&["digit:1", "digit:2", "timeout", "invalid"]))
        }
        3 | 4 => {
            let people = 1 + pick(chance, 3);
            let strategy = ["all", "order"][pick(chance, 2)];
            let targets: Vec<Value> = (0..people)
                .map(|at| {
                    let delay = [0, 0, 2][pick(chance, 3)];
                    json!({"type": "user", "id": STAFF[at].to_string(), "delay": delay})
                })
                .collect();
            let hears = ["ringback", "moh", "silence"][pick(chance, 3)];
            let dial = json!({"id": id, "kind": "dial", "targets": targets, "strategy": strategy,
                "ringTime": 5 + seconds, "hears": hears});
            let mut outcomes = vec!["no_answer", "busy", "declined", "unreachable"];
            outcomes.truncate(1 + pick(chance, 4));
            if pick(chance, 2) == 0 {
                outcomes.push("answered");
            }
            (dial, own(&outcomes))
        }
        5 => (
            json!({"id": id, "kind": "pause", "duration": seconds, "hears": "moh"}),
            own(&["default"]),
        ),
        6 => (
            json!({"id": id, "kind": "loop", "times": 1 + pick(chance, 3)}),
            own(&["again", "done"]),
        ),
        7 => {
            let collect = json!({"id": id, "kind": "collect", "variable": "digits",
                "prompts": silence(1), "maxDigits": 1 + pick(chance, 3), "timeout": 3, "interDigit": 2,
                "attempts": 1 + pick(chance, 2)});
            (collect, own(&["default", "timeout", "invalid"]))
        }
        8 => {
            let expr = json!({"op": "eq", "args": [{"var": "digits"}, {"const": "1"}]});
            let condition = json!({"id": id, "kind": "condition",
                "cases": [{"id": "one", "label": "One", "expr": expr}]});
            (condition, own(&["case:one", "else"]))
        }
        _ => (
            json!({"id": id, "kind": "label", "prefix": "Sales:", "tags": ["sales"]}),
            own(&["default"]),
        ),
    }
}

/// A flow of up to eight nodes, every outcome wired to any node or the end.
fn document(chance: &mut ChaCha12Rng) -> Value {
    let count = 2 + pick(chance, 7);
    let cause = ["normal", "busy"][pick(chance, 2)];
    let mut nodes = vec![
        json!({"id": "n_start", "kind": "entry"}),
        json!({"id": "n_ends", "kind": "hangup", "cause": cause}),
    ];
    let mut exits = vec![("n_start".to_owned(), "default".to_owned())];
    for at in 0..count {
        let id = format!("n_node{at}");
        let (node, outcomes) = node(chance, &id);
        nodes.push(node);
        exits.extend(outcomes.into_iter().map(|outcome| (id.clone(), outcome)));
    }
    let edges: Vec<Value> = exits
        .iter()
        .enumerate()
        .map(|(at, (from, outcome))| {
            let to = match pick(chance, count + 1) {
                to if from == "n_start" => format!("n_node{}", to % count),
                to if to == count => "n_ends".to_owned(),
                to => format!("n_node{to}"),
            };
            json!({"id": format!("e{at}"), "source": from, "sourceHandle": outcome, "target": to})
        })
        .collect();
    let nodes: Vec<Value> = nodes
        .into_iter()
        .map(|mut data| {
            let id = data["id"].take();
            json!({"id": id, "type": data["kind"], "position": {"x": 0, "y": 0}, "data": data})
        })
        .collect();
    json!({"schemaVersion": 1, "id": "flow_any1", "name": "Any", "entry": "n_start",
        "variables": [{"name": "digits", "type": "text"}], "nodes": nodes, "edges": edges})
}

/// What the caller does: keys, each with a fraction of a second of its own, so that nothing that
/// follows from one is due together with another; then they hang up.
fn acts(chance: &mut ChaCha12Rng) -> Vec<CallerAct> {
    let mut acts = Vec::new();
    for at in 0..pick(chance, 6) {
        let second = pick(chance, 30) as u64;
        acts.push(CallerAct {
            after_ms: second * 1_000 + 1_000 * (at as u64 + 1) / 7,
            key: Some(['1', '2', '3', '#'][pick(chance, 4)]),
            hang_up: false,
        });
    }
    acts.push(CallerAct {
        after_ms: (35 + pick(chance, 10) as u64) * 1_000 + 930,
        key: None,
        hang_up: true,
    });
    acts.sort_by_key(|act| act.after_ms);
    acts
}

fn does(chance: &mut ChaCha12Rng) -> Does {
    match pick(chance, 7) {
        0 | 1 => Does::AnswersAfter(1 + pick(chance, 6) as u32),
        2 => Does::Busy,
        3 => Does::Off,
        4 => Does::Declines,
        5 => Does::DoNotDisturb,
        _ => Does::RingsOut,
    }
}

/// The step as it is compared: all but when, of which both have an idea of their own, and what was
/// made of the caller's name, which a rehearsal does not know.
fn compared(step: &TraceStep) -> TraceStep {
    let value = step.value.as_deref().map(|value| value.replace("Dora", ""));
    TraceStep {
        t_ms: 0,
        value,
        ..step.clone()
    }
}

/// A call in the simulated office, and its rehearsal.
struct Played {
    live: Vec<TraceStep>,
    rehearsed: Vec<TraceStep>,
    acts: Vec<CallerAct>,
    story: String,
}

impl Played {
    /// Whether both are the same, step by step, at the same moments.
    fn is_alike(&self) -> bool {
        let pairs = || self.live.iter().zip(&self.rehearsed);
        let (network, step) = LATE_AT_MOST;
        self.live.len() == self.rehearsed.len()
            && pairs().all(|(live, rehearsed)| compared(live) == compared(rehearsed))
            && pairs().all(|(live, rehearsed)| {
                live.t_ms.abs_diff(rehearsed.t_ms) <= network + step * u64::from(live.seq)
            })
    }

    /// Whether the caller did something at the very moment at which something else was due: which of
    /// the two comes first is decided by a tick or a packet on its way.
    fn has_tie(&self) -> bool {
        let near = |act: &CallerAct| {
            let apart = |step: &TraceStep| step.t_ms.abs_diff(act.after_ms);
            let mut steps = self.live.iter().chain(&self.rehearsed);
            steps.any(|step| (1..=TIE_MS).contains(&apart(step)))
        };
        self.acts.iter().any(near)
    }
}

/// Plays a call of somebody to the flow at 200, and rehearses it.
fn play(office: &mut SimOffice, caller: &str, mut call: Rehearsal) -> Played {
    let desk = office.desk(caller);
    for act in &call.acts {
        let act = act.clone();
        office.after(
            Duration::from_millis(act.after_ms),
            move |office| match act.key {
                Some(key) => office.tap(desk, key),
                None => office.hang_up(desk),
            },
        );
    }
    call.at = office.wall_clock();
    call.caller = Some(office.number_of(desk));
    call.talks_ms = TALKS.as_millis() as u64;
    call.phones.push(Phone {
        person: office.person(caller), // nobody is rung by their own call
        does: Does::Off,
    });
    office.dial(desk, "200");
    let mut answered = 0;
    for _ in 0..1_200 {
        office.run_for(Duration::from_millis(50));
        let talks = office
            .happenings()
            .filter_map(|happening| match &happening.what {
                What::CallAnswered { by, .. } => by.device,
                _ => None,
            });
        let talks: Vec<_> = talks.collect();
        for device in talks.into_iter().skip(answered) {
            answered += 1;
            let phone = office.phone_of_device(device);
            office.after(TALKS, move |office| office.hang_up(phone));
        }
        if office.phone(desk).last_line().is_over() {
            break;
        }
    }
    office.hang_up(desk);
    office.run_until_quiet();
    let founded = office.switch().office();
    let flows = Arc::new(Flows::of(&founded, &Flows::default()));
    // A chain of sounds ends with a prompt of these flows, and that with the next tick.
    let lasts = |sound: &Sound| match sound {
        Sound::Silence { ms } => Duration::from_millis(*ms) + TICK,
        Sound::Speech(_) => SOUND + TICK,
        _ => SOUND,
    };
    let stage = Stage {
        office: &founded,
        flows: &flows,
        flow: Some(FLOW),
        lasts: &lasts,
    };
    let program: &Arc<Program> = flows.live(FLOW).expect("it is published");
    Played {
        live: office.walked(),
        rehearsed: rehearse(program, &stage, &call).steps,
        acts: call.acts,
        story: office.story(),
    }
}

/// A random call in a random flow.
fn random(seed: u64) -> (Played, Value) {
    let mut chance = ChaCha12Rng::seed_from_u64(seed);
    let document = document(&mut chance);
    let phones: Vec<Phone> = STAFF
        .iter()
        .map(|person| Phone {
            person: PersonId(*person),
            does: does(&mut chance),
        })
        .collect();
    let caller_acts = acts(&mut chance);
    let names = ["Ben", "Carla", "Dora"];
    let closed = (1..=STAFF.len()).filter(|_| pick(&mut chance, 5) == 0);
    let closed: Vec<usize> = closed.collect();
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Dora", "104", &["desk"])
        .flow("Any", "200", document.clone())
        .parts(|parts| {
            for phone in &phones {
                let mut persons = parts.persons.iter_mut();
                let person = persons.find(|person| person.id == phone.person);
                if phone.does == Does::DoNotDisturb {
                    person.expect("a person").wants = Wants {
                        state: WantsState::DoNotDisturb,
                        ..Wants::default()
                    };
                }
            }
            // Before nine; now and then somebody takes no calls yet.
            let hours = json!({"schemaVersion": 1, "id": "", "name": "Hours", "timezone": "UTC",
                "weekly": [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]}]});
            let hours = ScheduleDocument::read(&hours.to_string()).expect("a schedule");
            parts.schedules.push(Schedule::new(ScheduleId(1), hours));
            for person in closed {
                parts.persons[person].hours = Some(PersonHours {
                    schedule: ScheduleId(1),
                    when_closed: RouteTarget::Hangup,
                });
            }
        })
        .open();
    for (phone, name) in phones.iter().zip(names) {
        let desk = office.desk(name);
        match phone.does {
            Does::AnswersAfter(seconds) => {
                let after = Duration::from_secs(seconds.into());
                office.habit(desk, Habit::AnswersAfter(after));
            }
            Does::Busy => office.habit(desk, Habit::IsBusy),
            Does::Declines => office.habit(desk, Habit::DeclinesAfter(Duration::from_secs(3))),
            Does::Off => office.with(desk, |phone, now| phone.register(now, 0)),
            Does::DoNotDisturb | Does::RingsOut => office.habit(desk, Habit::LetsItRing),
        }
    }
    office.run_secs(1);
    let call = Rehearsal {
        acts: caller_acts,
        phones,
        ..Rehearsal::at(0)
    };
    (play(&mut office, "Anna", call), document)
}

/// Panics at the first step in which the two differ.
fn assert_alike(played: &Played, what: &str) {
    let Played {
        live,
        rehearsed,
        story,
        ..
    } = played;
    let lines = |steps: &[TraceStep]| -> Vec<TraceStep> { steps.iter().map(compared).collect() };
    let (l, r) = (lines(live), lines(rehearsed));
    if l != r {
        let at = l.iter().zip(&r).position(|(a, b)| a != b);
        let at = at.unwrap_or(l.len().min(r.len()));
        panic!(
            "{what}, step {at}:\nlive {:#?}\nrehearsed {:#?}\n{story}",
            live.get(at.saturating_sub(2)..(at + 2).min(live.len())),
            rehearsed.get(at.saturating_sub(2)..(at + 2).min(rehearsed.len())),
        );
    }
}

#[test]
fn a_rehearsal_shows_what_happens() {
    let seeds = std::env::var("REHEARSALS").ok();
    let seeds: u64 = seeds.and_then(|text| text.parse().ok()).unwrap_or(200);
    let first = std::env::var("REHEARSAL").ok();
    let first: u64 = first.and_then(|text| text.parse().ok()).unwrap_or(0);
    let (mut steps, mut ties) = (0, 0);
    for seed in first..first + seeds {
        let (played, document) = random(seed);
        if !played.is_alike() && played.has_tie() {
            ties += 1;
            continue;
        }
        assert_alike(&played, &format!("seed {seed} {document:#}"));
        let times = |steps: &[TraceStep]| steps.iter().map(|step| step.t_ms).collect::<Vec<_>>();
        assert!(
            played.is_alike(),
            "seed {seed}: {:?} {:?}\n{}",
            times(&played.live),
            times(&played.rehearsed),
            played.story
        );
        steps += played.live.len();
    }
    assert!(
        steps as u64 > seeds * 5,
        "they walk somewhere: {steps} steps"
    );
    assert!(ties * 20 <= seeds, "{ties} of {seeds} are ties");
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
        let call = Rehearsal {
            acts,
            phones: vec![Phone {
                person: PersonId(1),
                does: Does::AnswersAfter(2),
            }],
            speaks_ms: 60_000, // until they hang up
            ..Rehearsal::at(0)
        };
        let played = play(&mut office, "Dora", call);
        assert_alike(&played, &kind);
        let came = |step: &TraceStep| step.node.starts_with("n_this") || step.node == "n_start";
        assert!(played.live.iter().any(came), "{kind}: {}", played.story);
        kinds += 1;
    }
    assert_eq!(kinds, 32);
}
