//! Every way of every caller, at every hour that differs.

use crate::office::{at, flow, main_number, node, office, on_stage, program, way};
use callflow::prove::{Proof, prove};
use callflow::rehearse::rehearse;
use serde_json::{Value as Json, json};

fn proof(flow: &Json) -> Proof {
    let office = office();
    on_stage(&office, |stage, around| {
        prove(&program(flow), stage, around, at(2026, 12, 1, 8, 0))
    })
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
