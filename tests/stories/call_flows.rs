//! Callers walk through call flows: what an office manager has drawn happens, and a mistake in it
//! drops nobody.

mod steps;
mod versions;

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
