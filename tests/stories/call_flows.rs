//! Callers walk through call flows: what an office manager has drawn happens, and a mistake in it
//! drops nobody.

use super::secs;
use cordboard_tests::sim::{Habit, PhoneId, SimOffice};
use media::Wiring;
use office::{FlowId, MailboxId};
use serde_json::{Value, json};
use switch::{FlowWay, What};

const MAIN: FlowId = FlowId(1);

/// A flow of nodes and edges, each edge `[from, outcome, to]`.
fn flow(nodes: &[Value], edges: &[[&str; 3]]) -> Value {
    let nodes: Vec<Value> = nodes
        .iter()
        .map(|data| {
            let mut data = data.clone();
            let id = data["id"].take();
            json!({"id": id, "type": data["kind"], "position": {"x": 0, "y": 0}, "data": data})
        })
        .collect();
    let edges: Vec<Value> = edges
        .iter()
        .enumerate()
        .map(|(at, [from, outcome, to])| {
            json!({"id": format!("e{at}"), "source": from, "sourceHandle": outcome, "target": to})
        })
        .collect();
    json!({
        "schemaVersion": 1, "id": "flow_main", "name": "Main", "entry": "n_start",
        "nodes": nodes, "edges": edges,
    })
}

fn entry() -> Value {
    json!({"id": "n_start", "kind": "entry"})
}

/// A welcome, then "for sales press one, for a message press two".
fn menu() -> Value {
    json!({"id": "n_menu", "kind": "menu",
        "prompts": [{"source": "tts", "text": "For sales press 1, for a message press 2."}],
        "options": [{"digit": "1", "label": "Sales"}, {"digit": "2", "label": "Message"}]})
}

fn ring(id: &str, people: &[&str]) -> Value {
    let targets: Vec<Value> = people
        .iter()
        .map(|person| json!({"type": "user", "id": person}))
        .collect();
    json!({"id": id, "kind": "dial", "targets": targets, "ringTime": 20})
}

fn mailbox(id: &str) -> Value {
    json!({"id": id, "kind": "voicemail", "mailbox": "1"})
}

/// Welcome → menu → sales, or the mailbox.
fn welcome() -> Value {
    flow(
        &[entry(), menu(), ring("n_sales", &["2"]), mailbox("n_mail")],
        &[
            ["n_start", "default", "n_menu"],
            ["n_menu", "digit:1", "n_sales"],
            ["n_menu", "digit:2", "n_mail"],
            ["n_menu", "timeout", "n_mail"],
            ["n_sales", "no_answer", "n_mail"],
        ],
    )
}

/// Anna calls; Ben sells; Carla is there, too; everybody's mailbox is Sales.
fn office(document: Value) -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .group_mailbox("Sales", "700", &["Ben"])
        .flow("Main", "200", document)
        .open()
}

fn call(office: &mut SimOffice) -> PhoneId {
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(1);
    anna
}

#[test]
fn a_caller_presses_one_and_talks_with_sales() {
    let mut office = office(welcome());
    let ben = office.desk("Ben");
    office.habit(ben, Habit::AnswersAfter(secs(3)));
    let anna = call(&mut office);
    assert_eq!(office.said(), ["spoken/1"], "{}", office.story());
    assert_eq!(
        office.speeches(),
        ["For sales press 1, for a message press 2."]
    );
    office.press(anna, "1");
    office.run_secs(5);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn nobody_answers_and_the_caller_leaves_a_message() {
    let mut office = office(welcome());
    let anna = call(&mut office);
    office.press(anna, "1");
    office.run_secs(25);
    office.speak(anna, 5);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.messages_in(MailboxId(1)), (1, 0));
    insta::assert_snapshot!(office.story());
}

#[test]
fn no_phone_is_answered_before_the_flow_speaks() {
    let document = flow(
        &[entry(), ring("n_ring", &["2"]), mailbox("n_mail")],
        &[
            ["n_start", "default", "n_ring"],
            ["n_ring", "no_answer", "n_mail"],
        ],
    );
    let mut office = office(document);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.dial(anna, "200");
    office.run_secs(10);
    let answered = |what: &What| matches!(what, What::OfficeAnswered { .. });
    assert!(!office.has_happened(answered), "{}", office.story());
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    assert!(!office.has_happened(answered));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn only_the_key_that_is_set_for_it_ends_what_a_caller_records() {
    let record = json!({"id": "n_said", "kind": "record", "variable": "who", "max": 60,
        "beep": false, "stopKey": "#"});
    let mut document = flow(
        &[entry(), record, mailbox("n_mail")],
        &[
            ["n_start", "default", "n_said"],
            ["n_said", "default", "n_mail"],
        ],
    );
    document["variables"] = json!([{"name": "who", "type": "audio"}]);
    let mut office = office(document);
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(1);
    office.speak(anna, 3);
    office.press(anna, "5*");
    office.speak(anna, 3);
    let left = |what: &What| {
        let What::FlowStep { step, .. } = what else {
            return false;
        };
        step.node == "n_said" && step.outcome.is_some()
    };
    assert!(!office.has_happened(left), "{}", office.story());
    office.press(anna, "#");
    office.run_secs(1);
    assert!(office.has_happened(left), "{}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
}

/// A survey: the flow goes on with the caller when the talk is over.
#[test]
fn whoever_stays_on_the_line_after_a_talk_is_asked_how_it_was() {
    let survey = json!({"id": "n_ask", "kind": "menu",
        "prompts": [{"source": "tts", "text": "Press 1 if you are content."}],
        "options": [{"digit": "1", "label": "Content"}]});
    let document = flow(
        &[
            entry(),
            ring("n_ring", &["2"]),
            survey,
            json!({"id": "n_bye", "kind": "hangup"}),
        ],
        &[
            ["n_start", "default", "n_ring"],
            ["n_ring", "no_answer", "n_bye"],
            ["n_ring", "answered", "n_ask"],
            ["n_ask", "digit:1", "n_bye"],
            ["n_ask", "timeout", "n_bye"],
        ],
    );
    let mut office = office(document);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(ben, Habit::AnswersAfter(secs(2)));
    office.dial(anna, "200");
    office.run_secs(4);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_secs(2);
    assert!(
        !office.phone(anna).live_lines().is_empty(),
        "{}",
        office.story()
    );
    assert_eq!(office.said(), ["spoken/1"]);
    office.press(anna, "1");
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn who_was_held_until_the_end_hears_the_flow_and_no_music() {
    let document = flow(
        &[
            entry(),
            ring("n_ring", &["2"]),
            menu(),
            json!({"id": "n_bye", "kind": "hangup"}),
        ],
        &[
            ["n_start", "default", "n_ring"],
            ["n_ring", "no_answer", "n_bye"],
            ["n_ring", "answered", "n_menu"],
            ["n_menu", "digit:1", "n_bye"],
            ["n_menu", "digit:2", "n_bye"],
            ["n_menu", "timeout", "n_bye"],
        ],
    );
    let mut office = office(document);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "200");
    office.run_secs(3);
    office.hold(ben);
    office.run_secs(1);
    assert!(matches!(office.wiring(anna), Some(Wiring::Music { .. })));
    office.hang_up(ben);
    office.run_secs(1);
    assert!(
        matches!(office.wiring(anna), Some(Wiring::Nothing)),
        "{:?}",
        office.wiring(anna)
    );
    office.press(anna, "1");
    office.run_until_quiet();
}

#[test]
fn a_flow_published_during_a_call_is_for_the_next_one() {
    let mut office = office(welcome());
    let anna = call(&mut office);
    let closed = flow(
        &[
            entry(),
            json!({"id": "n_busy", "kind": "hangup", "cause": "busy"}),
        ],
        &[["n_start", "default", "n_busy"]],
    );
    office.publish(MAIN, closed);
    let carla = office.desk("Carla");
    office.dial(carla, "200");
    office.run_secs(1);
    assert!(office.phone(carla).last_line().is_over());
    office.press(anna, "2");
    office.run_secs(3);
    office.speak(anna, 3);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.messages_in(MailboxId(1)), (1, 0));
    let revisions = office
        .happenings()
        .filter_map(|happening| match happening.what {
            What::FlowStep { call, revision, .. } => Some((call.0, revision)),
            _ => None,
        });
    let mut revisions: Vec<(u64, u64)> = revisions.collect();
    revisions.dedup();
    revisions.sort_unstable();
    revisions.dedup();
    assert_eq!(revisions, [(1, 1), (2, 2)], "each call keeps its version");
}

#[test]
fn a_pinned_subflow_is_traced_as_the_publication_it_is_and_not_as_the_live_one() {
    let back = |name: &str| {
        flow(
            &[
                entry(),
                json!({"id": "n_back", "kind": "return", "outcome": name}),
            ],
            &[["n_start", "default", "n_back"]],
        )
    };
    let pins =
        json!({"id": "n_sub", "kind": "subflow", "flow": "2", "version": "pinned", "revision": 1});
    let runs = flow(
        &[entry(), pins, mailbox("n_mail")],
        &[
            ["n_start", "default", "n_sub"],
            ["n_sub", "return:old", "n_mail"],
        ],
    );
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .group_mailbox("Sales", "700", &["Ben"])
        .flow("Main", "200", runs)
        .flow("Greeting", "201", back("old"))
        .open();
    office.publish(FlowId(2), back("new"));
    let anna = call(&mut office);
    office.hang_up(anna);
    office.run_until_quiet();
    let publications = office
        .happenings()
        .filter_map(|happening| match &happening.what {
            What::FlowStep { revision, step, .. } => Some((step.flow?.0, *revision)),
            _ => None,
        });
    let mut publications: Vec<(i64, u64)> = publications.collect();
    publications.dedup();
    assert_eq!(publications, [(1, 1), (2, 1), (1, 1)]);
}

#[test]
fn only_those_who_try_it_out_get_the_draft() {
    let mut office = office(welcome());
    let mut draft = flow(
        &[
            entry(),
            json!({"id": "n_busy", "kind": "hangup", "cause": "busy"}),
        ],
        &[["n_start", "default", "n_busy"]],
    );
    draft["settings"] = json!({"testCallers": ["103"]});
    office.draft(MAIN, draft);
    let (anna, carla) = (office.desk("Anna"), office.desk("Carla"));
    for phone in [anna, carla] {
        office.dial(phone, "200");
    }
    office.run_secs(2);
    assert!(office.phone(carla).last_line().is_over());
    assert!(!office.phone(anna).last_line().is_over());
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_call_of_a_flow_is_taken_from_the_board_and_nobody_else_is_rung_any_more() {
    let mut dial = ring("n_ring", &["2", "4"]);
    dial["strategy"] = "order".into();
    let document = flow(
        &[entry(), dial, mailbox("n_mail")],
        &[
            ["n_start", "default", "n_ring"],
            ["n_ring", "no_answer", "n_mail"],
        ],
    );
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Dora", "104", &["desk"])
        .group_mailbox("Sales", "700", &["Ben"])
        .flow("Main", "200", document)
        .open();
    let (anna, ben, dora) = (office.desk("Anna"), office.desk("Ben"), office.desk("Dora"));
    office.dial(anna, "200");
    office.run_secs(2);
    let (call, person) = (office.the_call(), office.person("Carla"));
    office.ask(|ticket| switch::Command::TakeOver {
        ticket,
        call,
        person,
    });
    office.run_secs(1);
    assert!(office.phone(ben).live_lines().is_empty());
    office.run_secs(22); // Carla does not come
    assert!(office.phone(dora).live_lines().is_empty());
    office.speak(anna, 3);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(
        office.messages_in(MailboxId(1)),
        (1, 0),
        "{}",
        office.story()
    );
    let rung = |what: &What| matches!(what, What::DeviceCalled { to, .. } if to.name == "Dora");
    assert!(!office.has_happened(rung), "{}", office.story());
}

#[test]
fn a_mailbox_speaks_the_language_of_the_flow_before_it() {
    let german = json!({"id": "n_german", "kind": "setLanguage", "language": "de"});
    let mut office = office(flow(
        &[entry(), german, mailbox("n_mail")],
        &[
            ["n_start", "default", "n_german"],
            ["n_german", "default", "n_mail"],
        ],
    ));
    let anna = call(&mut office);
    let said = office.said();
    assert!(
        said.contains(&"prompts/de/vm-leave-message".to_owned()),
        "{said:?}"
    );
    office.hang_up(anna);
    office.run_until_quiet();
}

/// A node that leads nowhere, in a flow without any way out: everybody rings, then the mailbox.
#[test]
fn a_mistake_in_a_flow_drops_nobody() {
    let mut office = office(flow(
        &[entry(), ring("n_ring", &["77"])],
        &[["n_start", "default", "n_ring"]],
    ));
    let anna = call(&mut office);
    office.run_secs(30);
    office.speak(anna, 4);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(
        office.messages_in(MailboxId(1)),
        (1, 0),
        "{}",
        office.story()
    );
    let faults = office.walked();
    assert!(faults.iter().any(|step| step.event == "fault"));
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_flow_that_was_never_published_rings_everybody() {
    let mut office = office(Value::Null);
    let ben = office.desk("Ben");
    office.habit(ben, Habit::AnswersAfter(secs(2)));
    let anna = call(&mut office);
    office.run_secs(3);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_caller_who_hangs_up_in_a_flow_leaves_nothing_behind() {
    for after in [0, 1, 4, 8, 30] {
        let mut office = office(welcome());
        let anna = call(&mut office);
        if after % 8 == 0 {
            office.press(anna, "1");
        }
        office.run_secs(after);
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

/// Sales hears what it is about; only who presses one has the call.
fn screened(screen: bool) -> SimOffice {
    let mut dial = ring("n_ring", &["2", "3"]);
    dial["whisper"] = json!([{"source": "tts", "text": "A customer"}]);
    dial["screen"] = screen.into();
    office(flow(
        &[entry(), dial, mailbox("n_mail")],
        &[
            ["n_start", "default", "n_ring"],
            ["n_ring", "no_answer", "n_mail"],
        ],
    ))
}

#[test]
fn whoever_answers_hears_first_what_it_is_about() {
    let mut office = screened(false);
    let (anna, ben, carla) = (
        office.desk("Anna"),
        office.desk("Ben"),
        office.desk("Carla"),
    );
    office.dial(anna, "200");
    office.run_secs(2);
    office.answer(ben);
    office.run_for(super::millis(200));
    assert_eq!(office.said(), ["spoken/1"], "{}", office.story());
    assert!(office.phone(carla).live_lines().is_empty(), "it is Ben's");
    let answered = |what: &What| matches!(what, What::CallAnswered { .. });
    assert!(!office.has_happened(answered), "Anna hears it ring");
    office.run_secs(1);
    assert!(office.has_happened(answered), "{}", office.story());
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_call_is_taken_by_pressing_one() {
    let mut office = screened(true);
    let (anna, ben, carla) = (
        office.desk("Anna"),
        office.desk("Ben"),
        office.desk("Carla"),
    );
    office.dial(anna, "200");
    office.run_secs(2);
    office.answer(ben); // it is Ben's own mailbox that answers
    office.run_secs(3);
    assert!(
        office
            .said()
            .contains(&"prompts/en/queue-to-accept".to_owned())
    );
    office.answer(carla);
    office.run_secs(2);
    office.press(carla, "1");
    office.run_secs(1);
    office.assert_talk(anna, carla);
    assert!(office.phone(ben).live_lines().is_empty());
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn whoever_presses_nothing_does_not_get_the_call() {
    let mut office = screened(true);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "200");
    office.run_secs(22);
    assert!(office.phone(ben).live_lines().is_empty());
    office.speak(anna, 3);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(
        office.messages_in(MailboxId(1)),
        (1, 0),
        "{}",
        office.story()
    );
}

/// A sales call is put through from the talk with Ben; the flow rings whoever it rings.
#[test]
fn a_caller_is_handed_on_to_a_flow() {
    let mut office = office(welcome());
    let (anna, carla) = (office.desk("Anna"), office.desk("Carla"));
    office.connect(anna, carla);
    office.transfer(carla, "200");
    office.run_secs(2);
    assert!(office.phone(carla).live_lines().is_empty());
    let ben = office.desk("Ben");
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    office.press(anna, "1");
    office.run_secs(3);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn the_board_calls_a_flow_for_somebody() {
    let mut office = office(welcome());
    let anna = office.desk("Anna");
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    let person = office.person("Anna");
    let to = "200".to_owned();
    office.ask(|ticket| switch::Command::Originate {
        ticket,
        person,
        to,
        line: None,
        asker: switch::Asker::Somebody,
    });
    office.run_secs(3);
    assert_eq!(office.said(), ["spoken/1"], "{}", office.story());
    office.press(anna, "2");
    office.run_secs(2);
    office.speak(anna, 3);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.messages_in(MailboxId(1)), (1, 0));
}

#[test]
fn the_live_board_shows_where_in_a_flow_a_caller_is() {
    let mut office = office(welcome());
    let anna = call(&mut office);
    let at = |office: &SimOffice| {
        let call = &office.board().calls[&office.the_call()];
        let at = call.at.as_ref().expect("they are in a flow");
        (at.flow, at.revision, at.node.clone(), at.by.clone())
    };
    let by = |node: &str, outcome: &str| {
        let (node, outcome) = (node.to_owned(), outcome.to_owned());
        Some(FlowWay { node, outcome })
    };
    assert_eq!(
        at(&office),
        (Some(MAIN), 1, "n_menu".to_owned(), by("n_start", "default"))
    );
    office.press(anna, "1");
    assert_eq!(
        at(&office),
        (Some(MAIN), 1, "n_sales".to_owned(), by("n_menu", "digit:1"))
    );
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn without_a_voice_the_keys_of_a_menu_still_work() {
    let mut office = office(welcome());
    office.lose_voice();
    let ben = office.desk("Ben");
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    let anna = call(&mut office);
    office.press(anna, "1");
    office.run_secs(3);
    office.assert_talk(anna, ben);
    let trouble = |what: &What| matches!(what, What::NotKept { .. });
    assert!(!office.has_happened(trouble), "{}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
}

/// Publishing is a swap: fifty callers are in the flow, and none is disturbed.
#[test]
fn fifty_callers_stay_in_their_version_while_another_is_published() {
    let mut builder = SimOffice::builder()
        .person("Ben", "102", &["desk"])
        .group_mailbox("Sales", "700", &["Ben"]);
    for caller in 0..50 {
        builder = builder.person(
            &format!("Caller {caller}"),
            &format!("3{caller:02}"),
            &["desk"],
        );
    }
    let closed = flow(
        &[
            entry(),
            json!({"id": "n_busy", "kind": "hangup", "cause": "busy"}),
        ],
        &[["n_start", "default", "n_busy"]],
    );
    let mut patient = welcome();
    patient["nodes"][1]["data"]["timeout"] = 30.into();
    patient["nodes"][2]["data"]["targets"][0]["id"] = "1".into();
    let mut office = builder.flow("Main", "200", patient).open();
    let callers: Vec<PhoneId> = (0..50)
        .map(|caller| office.desk(&format!("Caller {caller}")))
        .collect();
    for caller in &callers {
        office.dial(*caller, "200");
    }
    office.run_secs(3);
    assert_eq!(office.board().calls.len(), 50);
    office.publish(MAIN, closed);
    office.run_secs(1);
    assert_eq!(office.board().calls.len(), 50, "nobody is dropped");
    for caller in &callers {
        office.press(*caller, "2");
    }
    let at_mailbox = office.walked();
    let at_mailbox = at_mailbox
        .iter()
        .filter(|step| step.node == "n_mail" && step.event == "enter");
    assert_eq!(at_mailbox.count(), 50, "each in the version it began with");
    for caller in &callers {
        office.hang_up(*caller);
    }
    office.run_until_quiet();
}

/// A flow whose first step is this, and whose second is the mailbox.
fn first(step: Value) -> Value {
    let to_mailbox = |outcome| ["n_first", outcome, "n_mail"];
    let mut step = step;
    step["id"] = "n_first".into();
    flow(
        &[entry(), step, mailbox("n_mail")],
        &[
            ["n_start", "default", "n_first"],
            to_mailbox("default"),
            to_mailbox("empty"),
            to_mailbox("no_answer"),
        ],
    )
}

#[test]
fn who_is_listed_twice_rings_once() {
    let step = json!({"kind": "dial", "ringTime": 10, "targets": [
        {"type": "user", "id": "2"}, {"type": "user", "id": "2", "delay": 3},
        {"type": "number", "id": "102", "delay": 1}, {"type": "device", "id": "2", "delay": 2}]});
    let mut office = office(first(step));
    call(&mut office);
    office.run_secs(5);
    let called = office.happenings();
    let called = called.filter(|happening| matches!(happening.what, What::DeviceCalled { .. }));
    assert_eq!(called.count(), 1, "{}", office.story());
}

#[test]
fn who_is_listed_twice_one_after_the_other_rings_twice() {
    let step = json!({"kind": "dial", "ringTime": 5, "strategy": "order",
        "targets": [{"type": "user", "id": "2"}, {"type": "user", "id": "3"}, {"type": "user", "id": "2", "delay": 1}]});
    let mut office = office(first(step));
    call(&mut office);
    office.run_secs(13);
    let called = office.happenings();
    let called = called.filter(|happening| matches!(happening.what, What::DeviceCalled { .. }));
    assert_eq!(called.count(), 3, "{}", office.story());
}

#[test]
fn music_is_heard_while_the_very_first_step_rings() {
    let step = json!({"kind": "dial", "targets": [{"type": "user", "id": "2"}], "hears": "moh"});
    let mut office = office(first(step));
    let anna = call(&mut office);
    let wiring = office.wiring(anna);
    assert!(matches!(wiring, Some(Wiring::Music { .. })), "{wiring:?}");
}

#[test]
fn who_is_answered_and_spoken_to_at_once_is_asked_nothing_more() {
    let step = json!({"kind": "play", "prompts": [{"source": "tts", "text": "Hello."}]});
    let mut office = office(first(step));
    office.keep_ladder();
    call(&mut office);
    let offers = office.ladder().matches("INVITE ").count();
    assert_eq!(
        offers,
        2,
        "the call, and once more with its password: {}",
        office.ladder()
    );
}

#[test]
fn who_has_said_their_name_goes_on() {
    let step = json!({"kind": "record", "variable": "who", "max": 60});
    let mut document = first(step);
    document["variables"] = json!([{"name": "who", "type": "audio"}]);
    let mut office = office(document);
    let anna = call(&mut office);
    office.speak(anna, 2);
    office.run_secs(5);
    let walked = office.walked();
    let came = |node: &str| {
        walked
            .iter()
            .any(|step| step.node == node && step.event == "enter")
    };
    assert!(came("n_mail"), "{}", office.story());
}

#[test]
fn who_says_nothing_has_recorded_nothing() {
    let step = json!({"kind": "record", "variable": "who", "max": 60});
    let mut document = first(step);
    document["variables"] = json!([{"name": "who", "type": "audio"}]);
    let mut office = office(document);
    call(&mut office);
    office.run_secs(6);
    let walked = office.walked();
    let left = walked
        .iter()
        .find(|step| step.node == "n_first" && step.event == "outcome");
    assert_eq!(left.and_then(|step| step.outcome.as_deref()), Some("empty"));
}

/// Ben, who talks for a while and hangs up; then another step, and the mailbox.
fn after_a_talk(step: Value) -> SimOffice {
    let mut step = step;
    step["id"] = "n_then".into();
    let ring = json!({"id": "n_ring", "kind": "dial", "ringTime": 20,
        "targets": [{"type": "user", "id": "2"}]});
    let document = flow(
        &[entry(), ring, step, mailbox("n_mail")],
        &[
            ["n_start", "default", "n_ring"],
            ["n_ring", "no_answer", "n_mail"],
            ["n_ring", "answered", "n_then"],
            ["n_then", "no_answer", "n_mail"],
            ["n_then", "timeout", "n_mail"],
        ],
    );
    let mut office = office(document);
    let ben = office.desk("Ben");
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    call(&mut office);
    office.run_secs(3);
    office.hang_up(ben);
    office.run_secs(1);
    office
}

#[test]
fn who_has_talked_hears_the_next_one_ring_and_no_music() {
    let office = after_a_talk(json!({"kind": "dial", "targets": [{"type": "user", "id": "3"}]}));
    let wiring = office.wiring(office.desk("Anna"));
    assert!(matches!(wiring, Some(Wiring::Nothing)), "{wiring:?}");
}

#[test]
fn who_has_talked_can_be_parked() {
    let mut office = after_a_talk(json!({"kind": "park", "lot": "1", "timeout": 30}));
    let parked = |what: &What| matches!(what, What::CallParked { .. });
    assert!(office.has_happened(parked), "{}", office.story());
    let wiring = office.wiring(office.desk("Anna"));
    assert!(matches!(wiring, Some(Wiring::Music { .. })), "{wiring:?}");
    office.run_secs(32);
    let walked = office.walked();
    assert!(
        walked.iter().any(|step| step.node == "n_mail"),
        "{}",
        office.story()
    );
}

#[test]
fn a_request_after_the_end_waits_for_its_reply_though_a_recording_is_dropped() {
    let record = json!({"id": "n_said", "kind": "record", "variable": "who", "max": 60});
    let ask = json!({"id": "n_ask", "kind": "httpRequest", "method": "POST",
        "url": "https://office.example/over", "timeout": 3, "hears": "silence"});
    let mut document = flow(
        &[
            entry(),
            record,
            mailbox("n_mail"),
            ask,
            json!({"id": "n_bye", "kind": "hangup"}),
        ],
        &[
            ["n_start", "default", "n_said"],
            ["n_said", "default", "n_mail"],
            ["n_ask", "success", "n_bye"],
            ["n_ask", "error", "n_mail"],
        ],
    );
    document["variables"] = json!([{"name": "who", "type": "audio"}]);
    document["settings"] = json!({"onCallerHangup": "n_ask"});
    let mut office = office(document);
    office.set_reply_takes(secs(1));
    let anna = call(&mut office);
    office.speak(anna, 2);
    office.hang_up(anna);
    office.run_secs(3);
    let walked = office.walked();
    let left = walked
        .iter()
        .find(|step| step.node == "n_ask" && step.event == "outcome");
    assert_eq!(
        left.and_then(|step| step.outcome.as_deref()),
        Some("success")
    );
}

#[test]
fn who_hangs_up_during_a_request_has_the_next_one_wait_for_its_own_reply() {
    let ask = |id: &str| {
        json!({"id": id, "kind": "httpRequest", "method": "POST",
            "url": "https://office.example/over", "timeout": 5, "hears": "silence"})
    };
    let mut document = flow(
        &[
            entry(),
            ask("n_ask"),
            ask("n_over"),
            json!({"id": "n_bye", "kind": "hangup"}),
        ],
        &[
            ["n_start", "default", "n_ask"],
            ["n_ask", "success", "n_bye"],
            ["n_over", "success", "n_bye"],
        ],
    );
    document["settings"] = json!({"onCallerHangup": "n_over"});
    let mut office = office(document);
    office.set_reply_takes(secs(2));
    let anna = call(&mut office); // a second
    office.hang_up(anna);
    office.run_secs(4);
    let walked = office.walked();
    let at = |event: &str| {
        let mut steps = walked.iter().filter(|step| step.node == "n_over");
        steps.find(|step| step.event == event).map(|step| step.t_ms)
    };
    let (came, left) = (at("enter").unwrap(), at("outcome").unwrap());
    assert!(left - came >= 2_000, "{came} {left}");
}
