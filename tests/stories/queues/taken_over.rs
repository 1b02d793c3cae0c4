//! Callers who wait and are brought to somebody from the board.

use super::*;
use office::CallId;
use switch::{Command, CommandResult};

fn take_over(office: &mut SimOffice, call: CallId, person: PersonId) -> CommandResult {
    office.ask(|ticket| Command::TakeOver {
        ticket,
        call,
        person,
    })
}

/// Who was to take a call over and did not is free again at once.
#[test]
fn an_agent_who_lets_a_taken_call_ring_gets_the_next_one() {
    let mut office = office(rules());
    let [anna, ben, dora] = desks(&office, ["Anna", "Ben", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(2);
    let call = office.the_call();
    let person = office.person("Carla");
    take_over(&mut office, call, person);
    // She does not answer, and her phone is silent again.
    office.run_secs(70);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    office.run_secs(15);
    let before = rung(&office).len();
    office.dial(dora, "200");
    office.run_secs(1);
    assert_eq!(rung(&office)[before..], ["Carla"], "{}", office.story());
    go_home(&mut office, ["Anna", "Dora"]);
}

/// Who wants no calls, or calls themselves, is told so instead of being taken to have the call.
#[test]
fn a_caller_who_waits_is_brought_to_nobody_who_takes_no_calls() {
    let mut office = office(rules());
    all_busy(&mut office);
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(5);
    office.change_office(|parts| parts.persons[3].wants.state = WantsState::DoNotDisturb);
    let mut calls = office.board().calls.iter();
    let call = *calls.find(|(_, call)| call.waits.is_some()).expect("one").0;
    for name in ["Dora", "Anna"] {
        let person = office.person(name);
        let told = take_over(&mut office, call, person);
        assert!(
            matches!(told, CommandResult::Refused { .. }),
            "{name}: {told:?}"
        );
    }
    assert_eq!(waits(&office), ["Anna"]);
    go_home(&mut office, ["Anna", "Ben", "Carla"]);
}

/// The board brings somebody who waits to a person: they keep their place if that one does not answer.
#[test]
fn a_caller_who_waits_can_be_brought_to_somebody() {
    let mut office = office(rules());
    all_busy(&mut office);
    let [anna, dora] = desks(&office, ["Anna", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(10);
    let mut calls = office.board().calls.iter();
    let call = calls.find(|(_, call)| call.waits.is_some());
    let call = *call.expect("somebody waits").0;
    let person = office.person("Dora");
    take_over(&mut office, call, person);
    office.run_secs(2);
    assert_eq!(office.doing("Dora"), Doing::Ringing);
    // She does not answer: nothing is lost.
    office.run_secs(30);
    assert_eq!(waits(&office), ["Anna"]);
    take_over(&mut office, call, person);
    office.run_secs(2);
    office.answer(dora);
    office.run_secs(2);
    office.assert_talk(anna, dora);
    assert!(waits(&office).is_empty(), "{}", office.story());
    go_home(&mut office, ["Anna", "Ben", "Carla"]);
}

/// While an agent's phone rings for a caller, somebody else takes them: the agent is free for the next one.
#[test]
fn a_caller_who_is_offered_to_an_agent_can_be_taken_by_another() {
    let mut one = rules();
    one.agents.truncate(1);
    let mut office = office(one);
    let [anna, ben, carla, dora] = desks(&office, ["Anna", "Ben", "Carla", "Dora"]);
    office.dial(anna, "200");
    office.run_secs(2);
    office.dial(carla, "200");
    office.run_secs(2);
    assert_eq!(waits(&office), ["Anna", "Carla"]);
    let mut calls = office.board().calls.iter();
    let call = *calls.next().expect("a call").0;
    let person = office.person("Dora");
    take_over(&mut office, call, person);
    office.run_secs(1);
    assert_eq!(rung(&office), ["Ben", "Dora", "Ben"]);
    office.answer(dora);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(anna, dora);
    office.assert_talk(carla, ben);
    go_home(&mut office, ["Anna", "Carla"]);
}
