//! A person with several phones: all ring, the first to be picked up has the call, the others show
//! no missed call.

use super::secs;
use cordboard_tests::sim::{Habit, LineState, Seen, SimOffice};

/// Anna with one phone, Ben with three.
fn office() -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk", "mobile", "workshop"])
        .open()
}

#[test]
fn the_first_phone_picked_up_has_the_call_and_the_others_show_no_missed_call() {
    let mut office = office();
    let (anna, mobile) = (office.desk("Anna"), office.phone_of("Ben", "mobile"));
    office.habit(mobile, Habit::AnswersAfter(secs(5)));
    office.dial(anna, "102");
    office.run_secs(6);
    office.assert_talk(anna, mobile);
    for label in ["desk", "workshop"] {
        let other = office.phone_of("Ben", label);
        let reason = "SIP;cause=200;text=\"Call completed elsewhere\"".to_owned();
        let told = Seen::StoppedRinging(Some(reason));
        assert!(office.phone(other).has_seen(&told), "{}", office.story());
    }
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn two_phones_picked_up_at_once_and_only_one_has_the_call() {
    let mut office = office();
    let (anna, desk) = (office.desk("Anna"), office.desk("Ben"));
    let mobile = office.phone_of("Ben", "mobile");
    office.dial(anna, "102");
    office.run_secs(3);
    office.answer(desk);
    office.answer(mobile);
    office.run_secs(1);
    office.assert_talk(anna, desk);
    assert!(office.phone(mobile).live_lines().is_empty());
    office.hang_up(desk);
    office.run_until_quiet();
    assert_eq!(office.records().len(), 1);
}

#[test]
fn declined_on_one_phone_is_declined_on_all() {
    let mut office = office();
    let (anna, mobile) = (office.desk("Anna"), office.phone_of("Ben", "mobile"));
    office.habit(mobile, Habit::DeclinesAfter(secs(2)));
    office.dial(anna, "102");
    office.run_secs(3);
    assert_eq!(office.phone(anna).last_line(), LineState::Over(603));
    assert!(office.phone(office.desk("Ben")).live_lines().is_empty());
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn one_phone_busy_and_one_dead_leave_the_third_ringing() {
    let mut office = office();
    let (anna, workshop) = (office.desk("Anna"), office.phone_of("Ben", "workshop"));
    office.habit(office.phone_of("Ben", "mobile"), Habit::IsBusy);
    office.habit(office.desk("Ben"), Habit::IsDead);
    office.habit(workshop, Habit::AnswersAfter(secs(12)));
    office.dial(anna, "102");
    office.run_secs(15);
    office.assert_talk(anna, workshop);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_person_calls_their_own_number_and_their_other_phones_ring() {
    let mut office = office();
    let (desk, mobile) = (office.desk("Ben"), office.phone_of("Ben", "mobile"));
    office.habit(mobile, Habit::AnswersAfter(secs(1)));
    office.dial(desk, "102");
    office.run_secs(3);
    office.assert_talk(desk, mobile);
    assert!(!office.phone(desk).has_seen(&Seen::Rings));
    office.hang_up(desk);
    office.run_until_quiet();
}
