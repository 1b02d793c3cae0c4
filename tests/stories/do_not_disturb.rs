//! Who does not want to be disturbed is not rung; who is away is.

use super::secs;
use cordboard_tests::sim::{Habit, LineState, Seen, SimOffice};
use office::{Wants, WantsState};
use switch::{CallSide, Command, CommandRefusal, CommandResult, EndReason, RefusalReason, What};

/// Ben says what he wants, until so many seconds from now.
fn wants(office: &mut SimOffice, state: WantsState, for_seconds: Option<i64>) {
    let now = office.happenings().last().map_or(0, |h| h.unix_ms);
    office.change_office(|parts| {
        let ben = parts.persons.iter_mut().find(|p| p.name == "Ben").unwrap();
        ben.wants = Wants {
            state,
            note: String::new(),
            until_unix_ms: for_seconds.map(|seconds| now + seconds * 1_000),
        };
    });
}

#[test]
fn who_does_not_want_to_be_disturbed_is_not_rung_and_the_caller_is_told() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    wants(&mut office, WantsState::DoNotDisturb, None);
    office.dial(anna, "102");
    office.run_until_quiet();
    assert_eq!(office.phone(anna).last_line(), LineState::Over(480));
    assert!(!office.phone(ben).has_seen(&Seen::Rings));
    assert_eq!(office.records()[0].reason, EndReason::Refused);
    let why = |what: &What| {
        let reason = RefusalReason::DoNotDisturb;
        matches!(what, What::CallRefused { reason: r, .. } if *r == reason)
    };
    assert!(office.has_happened(why));
    let told = office.network().last_from("10.0.0.1:5060".parse().unwrap());
    let told = String::from_utf8(told.unwrap().to_vec()).unwrap();
    assert!(told.contains("Warning: 399 cordboard \"Do not disturb\""));
    insta::assert_snapshot!(office.story());
}

#[test]
fn do_not_disturb_ends_by_itself() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    wants(&mut office, WantsState::DoNotDisturb, Some(60));
    office.run_secs(30);
    office.dial(anna, "102");
    office.run_until_quiet();
    assert_eq!(office.phone(anna).last_line(), LineState::Over(480));
    office.run_secs(60);
    office.connect(anna, ben);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn who_is_away_is_rung_as_usual() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    wants(&mut office, WantsState::Away, None);
    office.connect(anna, ben);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn who_does_not_want_to_be_disturbed_may_call_out_and_take_calls_over() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    wants(&mut office, WantsState::DoNotDisturb, None);
    office.connect(ben, anna);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
    let person = office.person("Ben");
    office.ask(|ticket| Command::Originate {
        ticket,
        person,
        to: "103".into(),
        line: None,
        asker: switch::Asker::Somebody,
    });
    office.run_secs(1);
    office.answer(ben);
    office.run_secs(1);
    office.answer(carla);
    office.run_secs(1);
    office.assert_talk(ben, carla);
    office.hang_up(carla);
    office.run_until_quiet();
    office.dial(anna, "103");
    office.run_secs(1);
    let call = office.the_call();
    office.ask(|ticket| Command::TakeOver {
        ticket,
        call,
        person,
    });
    office.run_secs(1);
    office.answer(ben);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn nobody_is_handed_to_who_does_not_want_to_be_disturbed() {
    let mut office = SimOffice::of_four();
    let [anna, carla, dora] = ["Anna", "Carla", "Dora"].map(|name| office.desk(name));
    wants(&mut office, WantsState::DoNotDisturb, None);
    office.habit(dora, Habit::AnswersAfter(secs(1)));
    office.connect(anna, carla);
    let call = office.the_call();
    let told = office.ask(|ticket| Command::Transfer {
        ticket,
        call,
        keep: CallSide::Caller,
        to: "102".into(),
        asker: switch::Asker::Somebody,
    });
    let reason = CommandRefusal::Call(RefusalReason::DoNotDisturb);
    assert_eq!(told, CommandResult::Refused { reason });
    office.transfer(carla, "102"); // nor from a telephone
    office.run_secs(2);
    assert_eq!(office.phone(carla).transfer_reports(), [480]);
    office.assert_talk(anna, carla);
    office.hang_up(anna);
    office.run_until_quiet();
}
