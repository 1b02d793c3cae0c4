//! Every way of every caller, at every hour that differs.

use crate::large;
use crate::office::{at, flow, main_number, node, office, on_stage, parts, program, way};
use ::office::{
    CallerList, CallerListId, FlowId, ListedCaller, Mode, ModeId, ModeState, Office, OfficeParts,
    PersonHours, RouteTarget, Schedule, ScheduleDocument, ScheduleId,
};
use callflow::prove::{Proof, prove};
use callflow::rehearse::{Stage, about_how_long, rehearse};
use callflow::{Around, Flows};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

fn proof(flow: &Json) -> Proof {
    proof_in(&office(), flow)
}

fn proof_in(office: &Office, flow: &Json) -> Proof {
    on_stage(office, |stage, around| {
        prove(&program(flow), stage, around, at(2026, 12, 1, 8, 0))
    })
}

/// The office, changed.
fn office_with(change: impl FnOnce(&mut OfficeParts)) -> Office {
    let mut parts = parts();
    change(&mut parts);
    Office::build(parts).unwrap()
}

/// Anna takes calls during the office's hours; at others, her callers go there.
fn anna_has_hours(when_closed: RouteTarget) -> Office {
    office_with(|parts| {
        parts.persons[0].hours = Some(PersonHours {
            schedule: ScheduleId(1),
            when_closed,
        });
    })
}

/// A caller is rung for at once, and sent away if nobody answers.
fn rings_anna() -> Json {
    flow(
        json!([
            node("n_start", "entry", json!({})),
            node(
                "n_anna1",
                "dial",
                json!({"targets": [{"type": "user", "id": "1"}]})
            ),
            node("n_over1", "hangup", json!({})),
        ]),
        &[
            ("n_start", "default", "n_anna1"),
            ("n_anna1", "no_answer", "n_over1"),
        ],
    )
}

#[test]
fn a_person_closed_by_their_own_hours_is_nobody() {
    let office = anna_has_hours(RouteTarget::Hangup);
    let proof = proof_in(&office, &rings_anna());
    // No node asks for hours, yet they decide.
    assert_eq!(proof.hours, 4);
    assert_eq!(proof.nobody.len(), 1, "{:?}", proof.nobody);
    let example = proof.nobody[0].example.as_ref().unwrap();
    let done = on_stage(&office, |stage, _| {
        rehearse(&program(&rings_anna()), stage, example)
    });
    assert_eq!(
        way(&done),
        ["n_start default", "n_anna1 declined", "n_over1"]
    );
    assert!(done.rings.is_empty());
    // Without hours of her own she is somebody at any time.
    assert!(self::proof(&rings_anna()).holds());
}

#[test]
fn a_person_without_a_telephone_is_nobody() {
    let office = office_with(|parts| {
        parts.devices.remove(0);
    });
    let proof = proof_in(&office, &rings_anna());
    assert_eq!(proof.nobody.len(), 1, "{:?}", proof.nobody);
    let by: Vec<_> = proof.nobody[0]
        .by
        .iter()
        .map(|passed| &passed.outcome)
        .collect();
    assert_eq!(by[1].as_deref(), Some("unreachable"));
    assert!(proof.nobody[0].example.is_some());
}

/// A queue that hangs up on whom nobody takes is somebody as long as an agent of it has a telephone and is
/// open; at other times its callers are sent away, and the example shows it.
#[test]
fn a_queue_is_somebody_while_an_agent_can_take_calls() {
    let mut flow = rings_anna();
    let own = json!({"agents": [{"type": "user", "id": "1", "tier": 1}]});
    flow["nodes"][1] = node("n_anna1", "enqueue", json!({"own": own, "maxWait": 60}));
    flow["edges"][1]["sourceHandle"] = "timeout".into();
    assert!(self::proof(&flow).holds(), "{:?}", self::proof(&flow));

    let closed = anna_has_hours(RouteTarget::Hangup);
    let without_phone = office_with(|parts| {
        parts.devices.remove(0);
    });
    for office in [closed, without_phone] {
        let proof = proof_in(&office, &flow);
        assert_eq!(proof.nobody.len(), 1, "{:?}", proof.nobody);
        let example = proof.nobody[0].example.as_ref().expect("an example");
        let done = on_stage(&office, |stage, _| {
            rehearse(&program(&flow), stage, example)
        });
        assert_eq!(
            way(&done),
            ["n_start default", "n_anna1 no_agents", "n_over1"]
        );
        assert!(done.rings.is_empty());
    }
}

#[test]
fn a_mailbox_that_is_switched_off_is_nobody() {
    let office = office_with(|parts| parts.mailboxes[0].enabled = false);
    let mut flow = rings_anna();
    flow["nodes"][1] = node("n_anna1", "voicemail", json!({"mailbox": "1"}));
    flow["edges"][1]["sourceHandle"] = "full".into();
    let proof = proof_in(&office, &flow);
    assert_eq!(proof.nobody.len(), 1, "{proof:?}");
}

#[test]
fn who_is_sent_on_to_somebody_closed_is_sent_away() {
    let mut flow = rings_anna();
    flow["nodes"][1] = node(
        "n_anna1",
        "goto",
        json!({"target": {"kind": "user", "id": "1"}}),
    );
    flow["edges"].as_array_mut().unwrap().pop();
    let proof = proof_in(&anna_has_hours(RouteTarget::Hangup), &flow);
    assert_eq!(proof.nobody.len(), 1, "{:?}", proof.nobody);
    let mailbox = RouteTarget::Voicemail(::office::MailboxId(1));
    assert!(proof_in(&anna_has_hours(mailbox), &flow).holds());
    assert!(self::proof(&flow).holds());
}

#[test]
fn a_caller_for_whom_it_closes_while_they_wait_is_found() {
    let waits = flow(
        json!([
            node("n_start", "entry", json!({})),
            node("n_hour1", "timeCondition", json!({"schedule": "1"})),
            node("n_wait1", "pause", json!({"duration": 10})),
            node(
                "n_anna1",
                "dial",
                json!({"targets": [{"type": "user", "id": "1"}]})
            ),
            node("n_over1", "hangup", json!({})),
            node("n_vmbx1", "voicemail", json!({"mailbox": "1"})),
        ]),
        &[
            ("n_start", "default", "n_hour1"),
            ("n_hour1", "in_hours", "n_wait1"),
            ("n_hour1", "out_of_hours", "n_vmbx1"),
            ("n_wait1", "default", "n_anna1"),
            ("n_anna1", "no_answer", "n_over1"),
        ],
    );
    let office = anna_has_hours(RouteTarget::Hangup);
    let proof = proof_in(&office, &waits);
    assert_eq!(proof.nobody.len(), 1, "{:?}", proof.nobody);
    let example = proof.nobody[0].example.as_ref().unwrap();
    // They come in while it is open, ten seconds before a break or the evening.
    let done = on_stage(&office, |stage, _| {
        rehearse(&program(&waits), stage, example)
    });
    assert_eq!(
        way(&done),
        [
            "n_start default",
            "n_hour1 in_hours",
            "n_wait1 default",
            "n_anna1 declined",
            "n_over1"
        ]
    );
    assert_eq!(example.at, at(2026, 12, 1, 12, 0) - 10_000);
    // Whoever is asked for by the hour of their arrival finds the same however long they wait.
    assert!(proof_in(&self::office(), &waits).holds());
}

/// Schedules whose hours are the bits of a number that counts through the week: each hour differs.
fn many_hours(parts: &mut OfficeParts, many: usize) {
    for bit in 0..many {
        let hour = |at: usize| {
            json!({"days": [at / 24],
            "open": [format!("{:02}:00", at % 24), format!("{:02}:00", at % 24 + 1)]})
        };
        let open = (0..168).filter(|at| (at >> bit) & 1 == 1);
        let document = json!({"schemaVersion": 1, "id": "sch", "name": format!("Bit {bit}"),
            "timezone": "UTC", "weekly": open.map(hour).collect::<Vec<_>>()});
        let document = ScheduleDocument::read(&document.to_string()).unwrap();
        let id = ScheduleId(10 + bit as i64);
        parts.schedules.push(Schedule::new(id, document));
    }
}

#[test]
fn more_than_64_kinds_of_hours_are_all_looked_at_or_it_says_so() {
    let office = office_with(|parts| many_hours(parts, 8));
    assert!(
        office
            .schedules()
            .all(|schedule| schedule.problems().is_empty())
    );
    let mut nodes = vec![node("n_start", "entry", json!({}))];
    let mut edges = Vec::new();
    let ids: Vec<String> = (0..8).map(|bit| format!("n_hour{bit}")).collect();
    let mut before = ("n_start", "default");
    for (bit, id) in ids.iter().enumerate() {
        nodes.push(node(
            id,
            "timeCondition",
            json!({"schedule": (10 + bit).to_string()}),
        ));
        edges.push((before.0, before.1, id.as_str()));
        // Only in the last hour of the week are all of the first seven open.
        edges.push((id, "out_of_hours", "n_vmbx1"));
        before = (id, "in_hours");
    }
    edges.push((before.0, before.1, "n_vmbx1"));
    nodes.push(node("n_vmbx1", "voicemail", json!({"mailbox": "1"})));
    let proof = proof_in(&office, &flow(json!(nodes), &edges));
    assert_eq!(proof.hours, 168);
    assert!(!proof.cut_short);
    // What another flow asks for does not count here.
    let other = proof_in(&office, &main_number());
    assert_eq!((other.hours, other.cut_short), (4, false));
}

#[test]
fn changes_too_many_to_look_at_are_told() {
    // Every minute something changes: within one call that is more than is looked at.
    let office = office_with(|parts| {
        let rows: Vec<Json> = (0..60)
            .step_by(2)
            .map(|minute| {
                json!({"days": [0, 1, 2, 3, 4, 5, 6],
                "open": [format!("10:{minute:02}"), format!("10:{:02}", minute + 1)]})
            })
            .collect();
        let document = json!({"schemaVersion": 1, "id": "sch", "name": "Restless",
            "timezone": "UTC", "weekly": rows});
        let document = ScheduleDocument::read(&document.to_string()).unwrap();
        parts.schedules[0] = Schedule::new(ScheduleId(1), document);
    });
    assert!(proof_in(&office, &main_number()).cut_short);
}

/// A flow that sends its callers away by one outcome of a node, and to Anna by the others.
fn only_by(node_of_it: Json, outcome: &str, others: &[&str]) -> Json {
    let id = "n_this1";
    let mut edges = vec![("n_start", "default", id), (id, outcome, "n_over1")];
    edges.extend(others.iter().map(|other| (id, *other, "n_anna1")));
    edges.push(("n_anna1", "no_answer", "n_over1"));
    flow(
        json!([
            node("n_start", "entry", json!({})),
            node_of_it,
            node(
                "n_anna1",
                "dial",
                json!({"targets": [{"type": "user", "id": "1"}]})
            ),
            node("n_over1", "hangup", json!({})),
        ]),
        &edges,
    )
}

#[test]
fn every_way_of_a_node_that_decides_has_a_call_to_try() {
    let state = |id: &str| ModeState {
        id: id.to_owned(),
        name: id.to_owned(),
    };
    let office = office_with(|parts| {
        parts.modes.push(Mode {
            id: ModeId(1),
            name: "Day and night".to_owned(),
            states: vec![state("day"), state("night")],
            set: None,
        });
        parts.caller_lists.push(CallerList {
            id: CallerListId(1),
            name: "Customers".to_owned(),
            columns: Vec::new(),
            callers: vec![ListedCaller {
                number: "+49891234".to_owned(),
                compared: "+49891234".to_owned(),
                name: "A customer".to_owned(),
                values: Vec::new(),
            }],
        });
    });
    let rules = json!({"rules": [
        {"id": "list", "label": "L", "list": "1"}, {"id": "far", "label": "F", "prefix": "+4420"},
        {"id": "hidden", "label": "H", "anonymous": true}, {"id": "own", "label": "O", "internal": true}]});
    let cases = json!({"cases": [{"id": "german", "label": "G", "expr":
        {"op": "matches", "args": [{"var": "caller.number"}, {"const": "^\\+49[0-9]+$"}]}}]});
    let buckets = json!({"buckets": [{"id": "a", "label": "A", "weight": 90},
        {"id": "b", "label": "B", "weight": 10}]});
    let there = json!({"of": [{"type": "user", "id": "1"}], "need": "any_reachable"});
    let every = [
        (
            "callerMatch",
            rules,
            vec!["rule:list", "rule:far", "rule:hidden", "rule:own", "else"],
        ),
        ("condition", cases, vec!["case:german", "else"]),
        (
            "modeSwitch",
            json!({"mode": "1"}),
            vec!["mode:day", "mode:night"],
        ),
        ("split", buckets, vec!["bucket:a", "bucket:b"]),
        ("availability", there, vec!["yes", "no"]),
        ("lookup", json!({"table": "1"}), vec!["found", "not_found"]),
    ];
    for (kind, data, outcomes) in every {
        for outcome in &outcomes {
            let others: Vec<&str> = outcomes
                .iter()
                .copied()
                .filter(|other| other != outcome)
                .collect();
            let drawn = only_by(node("n_this1", kind, data.clone()), outcome, &others);
            let proof = proof_in(&office, &drawn);
            let found = proof.nobody.iter().find(|way| way.node == "n_over1");
            let found = found.unwrap_or_else(|| panic!("{kind} {outcome}: {proof:?}"));
            let example = found.example.as_ref();
            let example = example.unwrap_or_else(|| panic!("{kind} {outcome} has no example"));
            let done = on_stage(&office, |stage, _| {
                rehearse(&program(&drawn), stage, example)
            });
            assert_eq!(way(&done)[1], format!("n_this1 {outcome}"));
        }
    }
}

#[test]
fn a_way_through_a_flow_that_comes_back_has_a_call_to_try() {
    let office = office();
    let asks = flow(
        json!([
            node("n_start", "entry", json!({})),
            node(
                "n_menu1",
                "menu",
                json!({"prompts": [{"source": "tts", "text": "1 or 2?"}],
                "options": [{"digit": "1", "label": "A"}, {"digit": "2", "label": "B"}]})
            ),
            node("n_done1", "return", json!({"name": "done"})),
            node("n_back1", "return", json!({"name": "back"})),
        ]),
        &[
            ("n_start", "default", "n_menu1"),
            ("n_menu1", "digit:1", "n_done1"),
            ("n_menu1", "digit:2", "n_back1"),
            ("n_menu1", "timeout", "n_done1"),
        ],
    );
    let runs = only_by(
        node("n_this1", "subflow", json!({"flow": "2"})),
        "return:back",
        &["return:done"],
    );
    let mut flows = Flows::default();
    flows.publish(FlowId(2), program(&asks));
    let (flows, sounds) = (Arc::new(flows), BTreeMap::new());
    let stage = Stage {
        office: &office,
        flows: &flows,
        flow: None,
        lasts: &about_how_long,
    };
    let around = Around {
        office: &office,
        flows: &flows,
        sounds: &sounds,
        this: None,
        now_unix_ms: None,
    };
    let proof = prove(&program(&runs), &stage, &around, at(2026, 12, 1, 8, 0));
    assert_eq!(proof.nobody.len(), 1, "{:?}", proof.nobody);
    let example = proof.nobody[0].example.as_ref().expect("an example");
    let keys: String = example.acts.iter().filter_map(|act| act.key).collect();
    assert_eq!(keys, "2");
    let done = rehearse(&program(&runs), &stage, example);
    let over = done.steps.iter().any(|step| step.node == "n_over1");
    assert!(over, "{:?}", way(&done));
}

/// Work, not time: a slow machine looks at no more places. See `benches/check.rs` for the time.
#[test]
fn a_large_flow_with_people_and_hours_is_proved_without_looking_at_too_much() {
    let office = large::office();
    for (nodes, most) in [(60, 10_000), (300, 40_000)] {
        let proof = on_stage(&office, |stage, around| {
            prove(
                &program(&large::document(nodes)),
                stage,
                around,
                large::from(),
            )
        });
        assert!(!proof.cut_short);
        assert!(proof.hours > 4, "{} kinds of hours", proof.hours);
        assert!(
            proof.places > nodes && proof.places < most,
            "{nodes} nodes: {} places",
            proof.places
        );
    }
}

/// The example of a way really takes it: the nodes it passes.
fn tried(flow: &Json, call: &callflow::rehearse::Rehearsal) -> Vec<String> {
    let office = office();
    on_stage(&office, |stage, _| {
        way(&rehearse(&program(flow), stage, call))
    })
}

#[test]
fn everybody_reaches_a_person_or_a_mailbox() {
    let proof = proof(&main_number());
    assert!(proof.holds(), "{proof:?}");
    assert_eq!(proof.unheard, Vec::<String>::new());
    // Open, closed, on a break, a holiday.
    assert_eq!(proof.hours, 4);
    assert!(!proof.cut_short);
}

#[test]
fn the_longest_way_to_somebody_is_that_of_who_presses_nothing() {
    let proof = proof(&main_number());
    let longest = proof.longest.unwrap();
    assert_eq!(longest.node, "n_anna1");
    // Three times the menu's words and five seconds of silence.
    assert!((15_000..30_000).contains(&longest.takes_ms), "{longest:?}");
    let example = longest.example.unwrap();
    assert_eq!(
        tried(&main_number(), &example)[..3],
        ["n_start default", "n_hours in_hours", "n_menu1 timeout"]
    );
}

#[test]
fn a_caller_who_is_sent_away_is_shown_with_a_call_to_try() {
    let mut flow = main_number();
    flow["nodes"][5] = node("n_vmbx1", "hangup", json!({}));
    let proof = proof(&flow);
    // Outside the hours nobody was offered; in the hours somebody was rung before.
    assert_eq!(proof.nobody.len(), 1, "{:?}", proof.nobody);
    let example = proof.nobody[0].example.as_ref().unwrap();
    assert_eq!(
        tried(&flow, example),
        ["n_start default", "n_hours out_of_hours", "n_vmbx1"]
    );
}

#[test]
fn an_outcome_that_leads_nowhere_is_a_fault_with_the_key_that_finds_it() {
    let mut flow = main_number();
    let edges = flow["edges"].as_array_mut().unwrap();
    edges.retain(|edge| edge["sourceHandle"] != "digit:2");
    let proof = proof(&flow);
    let fault = proof
        .faults
        .iter()
        .find(|way| way.node == "n_menu1")
        .unwrap();
    assert_eq!(fault.reason.as_ref().unwrap().id, "notConnected");
    let example = fault.example.as_ref().unwrap();
    assert_eq!(
        example
            .acts
            .iter()
            .filter_map(|act| act.key)
            .collect::<String>(),
        "2"
    );
    assert_eq!(tried(&flow, example)[2], "n_menu1 digit:2");
    let findings = proof.findings();
    let found = findings
        .iter()
        .find(|finding| finding.rule == "P02")
        .unwrap();
    assert_eq!(found.outcome.as_deref(), Some("digit:2"));
    assert!(found.example.is_some());
    // Ben's telephone is never rung.
    assert_eq!(proof.unheard, ["n_ben01"]);
}

#[test]
fn a_silent_caller_in_a_circle_is_found() {
    let round = flow(
        json!([
            node("n_start", "entry", json!({})),
            node(
                "n_play1",
                "play",
                json!({"prompts": [{"source": "tts", "text": "Please wait."}]})
            ),
            node(
                "n_dial1",
                "dial",
                json!({"targets": [{"type": "user", "id": "1"}]})
            ),
        ]),
        &[
            ("n_start", "default", "n_play1"),
            ("n_play1", "default", "n_dial1"),
            ("n_dial1", "no_answer", "n_play1"),
        ],
    );
    let proof = proof(&round);
    assert_eq!(proof.circles.len(), 1, "{:?}", proof.circles);
    assert!(proof.circles[0].takes_ms >= 25_000);
    assert!(proof.nobody.is_empty());
}

#[test]
fn a_counted_circle_is_none() {
    let thrice = flow(
        json!([
            node("n_start", "entry", json!({})),
            node("n_loop1", "loop", json!({"times": 3})),
            node(
                "n_dial1",
                "dial",
                json!({"targets": [{"type": "user", "id": "1"}]})
            ),
            node("n_vmbx1", "voicemail", json!({"mailbox": "1"})),
        ]),
        &[
            ("n_start", "default", "n_loop1"),
            ("n_loop1", "again", "n_dial1"),
            ("n_loop1", "done", "n_vmbx1"),
            ("n_dial1", "no_answer", "n_loop1"),
        ],
    );
    assert!(proof(&thrice).holds());
}

#[test]
fn what_nobody_comes_to_is_named() {
    let mut flow = main_number();
    flow["nodes"].as_array_mut().unwrap().push(node(
        "n_lost1",
        "play",
        json!({"prompts": [{"source": "tts", "text": "Nobody hears this."}]}),
    ));
    assert_eq!(proof(&flow).unheard, ["n_lost1"]);
}
