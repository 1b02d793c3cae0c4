//! Steps of other flows that have their callers wait in a queue, or ask how it stands there.

use super::*;
use office::FlowId;
use serde_json::Value;

/// A flow with one step before the mailbox.
fn main_flow(step: Value) -> Value {
    json!({
        "schemaVersion": 1, "id": "flow_main", "name": "Main", "entry": "n_start",
        "nodes": [
            {"id": "n_start", "type": "entry", "position": {"x": 0, "y": 0}, "data": {"kind": "entry"}},
            {"id": "n_step", "type": step["kind"], "position": {"x": 1, "y": 0}, "data": step},
            {"id": "n_mail", "type": "voicemail", "position": {"x": 2, "y": 0},
                "data": {"kind": "voicemail", "mailbox": "1"}},
            {"id": "n_bye", "type": "hangup", "position": {"x": 2, "y": 1}, "data": {"kind": "hangup"}},
        ],
        "edges": [
            {"id": "a", "source": "n_start", "sourceHandle": "default", "target": "n_step"},
            {"id": "b", "source": "n_step", "sourceHandle": "timeout", "target": "n_mail"},
            {"id": "c", "source": "n_step", "sourceHandle": "no", "target": "n_mail"},
            {"id": "d", "source": "n_step", "sourceHandle": "yes", "target": "n_bye"},
        ],
    })
}

/// An office with another flow at 300.
fn office_with(queue: &Queue, step: Value) -> SimOffice {
    opening(queue).flow("Main", "300", main_flow(step)).open()
}

/// A queue that was drawn further is still one for the flows that name it.
#[test]
fn a_queue_drawn_further_is_still_waited_in() {
    let step = json!({"kind": "enqueue", "queue": "1"});
    let mut office = office_with(&queue(rules()), step);
    let mut document = queue(rules()).document("Support").to_json();
    let nodes = document["nodes"].as_array_mut().expect("nodes");
    for node in nodes {
        if node["id"] == "n_otherwise" {
            node["id"] = json!("n_other");
        }
        if node["id"] == "n_queue" {
            node["data"]["maxWait"].take();
        }
    }
    for edge in document["edges"].as_array_mut().expect("edges") {
        if edge["target"] == "n_otherwise" {
            edge["target"] = json!("n_other");
        }
    }
    office.publish(FlowId(1), document);
    let anna = office.desk("Anna");
    office.dial(anna, "300");
    office.run_secs(2);
    assert_eq!(rung(&office), ["Ben"], "{}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
}

/// Who comes by a flow and who dials the queue itself stand in one line; important ones at its head.
#[test]
fn a_step_of_a_flow_puts_important_callers_first() {
    let step = json!({"kind": "enqueue", "queue": "1", "priority": 5});
    let mut office = office_with(&queue(rules()), step);
    all_busy(&mut office);
    let [anna, ben, dora] = desks(&office, ["Anna", "Ben", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(5);
    office.said();
    office.dial(dora, "300");
    office.run_secs(1);
    let said = office.said();
    assert!(has_said(&said, "queue-you-are-next"), "{said:?}");
    assert_eq!(waits(&office), ["Dora", "Anna"]);
    office.hang_up(ben);
    office.run_secs(1);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(dora, ben);
    assert_eq!(waits(&office), ["Anna"]);
    go_home(&mut office, ["Anna", "Dora", "Carla"]);
}

#[test]
fn a_step_of_a_flow_waits_no_longer_than_it_says_and_asks_the_hours_of_the_queue() {
    let step = json!({"kind": "enqueue", "queue": "1", "maxWait": 20});
    let mut kept = queue(rules());
    let mut office = office_with(&kept, step.clone());
    all_busy(&mut office);
    let anna = office.desk("Anna");
    office.dial(anna, "300");
    office.run_secs(22);
    assert!(leads_to(&office, "n_mail"), "{}", office.story());
    go_home(&mut office, ["Anna", "Ben", "Carla"]);

    kept.hours = Some(Hours {
        schedule: HOURS,
        when_closed: Target::Hangup,
    });
    let mut office = office_with(&kept, step);
    let anna = office.desk("Anna");
    office.dial(anna, "300");
    office.run_secs(2);
    assert!(rung(&office).is_empty());
    assert!(leads_to(&office, "n_mail"), "{}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_flow_asks_how_many_wait_and_whether_an_agent_is_free() {
    let asks = |need: &str| json!({"kind": "availability", "of": [{"type": "queue", "id": "1"}], "need": need, "value": 1});
    for (need, busy, yes) in [
        ("waiting_below", false, true),
        ("waiting_below", true, false),
        ("any_free", false, true),
        ("any_free", true, false),
        ("any_reachable", true, true),
    ] {
        let mut office = office_with(&queue(rules()), asks(need));
        let [anna, dora] = desks(&office, ["Anna", "Dora"]);
        if busy {
            all_busy(&mut office);
            office.dial(anna, "200");
            office.run_secs(2);
        }
        office.dial(dora, "300");
        office.run_secs(2);
        assert_eq!(leads_to(&office, "n_bye"), yes, "{need}, busy: {busy}");
        go_home(&mut office, ["Anna", "Ben", "Carla", "Dora"]);
    }
}
