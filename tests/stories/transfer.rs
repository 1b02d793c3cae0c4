//! Handing a call on: at once or after asking; a call is never lost on the way.

use super::secs;
use cordboard_tests::sim::{Habit, LineState, SimOffice};
use switch::{EndReason, What};

#[test]
fn a_call_is_handed_on_at_once() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.habit(carla, Habit::AnswersAfter(secs(3)));
    office.connect(anna, ben);
    office.transfer(ben, "103");
    office.run_secs(5);
    office.assert_talk(anna, carla);
    assert!(office.phone(ben).live_lines().is_empty());
    assert_eq!(office.phone(ben).transfer_reports(), [100, 180, 200]);
    office.hang_up(carla);
    office.run_until_quiet();
    assert_eq!(office.records().len(), 1);
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_busy_target_gives_the_call_back() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.habit(carla, Habit::IsBusy);
    office.connect(anna, ben);
    office.transfer(ben, "103");
    office.run_secs(2);
    office.assert_talk(anna, ben);
    assert_eq!(office.phone(ben).transfer_reports(), [100, 486]);
    office.hang_up(ben);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn an_unknown_target_leaves_the_call_as_it_was() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.transfer(ben, "899");
    office.run_secs(2);
    office.assert_talk(anna, ben);
    assert_eq!(office.phone(ben).transfer_reports(), [404]);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn who_hung_up_after_transferring_is_rung_again_when_the_target_cannot_be_had() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.habit(carla, Habit::DeclinesAfter(secs(5)));
    office.connect(anna, ben);
    office.transfer(ben, "103");
    office.run_secs(1);
    office.hang_up(ben);
    office.habit(ben, Habit::AnswersAfter(secs(4)));
    office.run_secs(12);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
    assert_eq!(office.records().len(), 1);
    insta::assert_snapshot!(office.story());
}

#[test]
fn when_neither_the_target_nor_the_one_who_transferred_can_be_had_the_call_ends() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.habit(carla, Habit::IsBusy);
    office.connect(anna, ben);
    office.transfer(ben, "103");
    office.hang_up(ben);
    office.habit(ben, Habit::IsDead);
    office.run_until_quiet();
    assert_eq!(office.phone(anna).last_line(), LineState::Over(200));
    assert_eq!(office.records()[0].reason, EndReason::NobodyAnswered);
}

#[test]
fn the_party_being_transferred_hangs_up_while_the_target_rings() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.transfer(ben, "103");
    office.run_secs(2);
    office.hang_up(anna);
    office.run_until_quiet();
    assert!(office.phone(carla).live_lines().is_empty());
    assert!(office.phone(ben).live_lines().is_empty());
    assert_eq!(office.records().len(), 1);
}

#[test]
fn a_call_is_handed_on_after_asking() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.hold(ben);
    office.run_secs(2);
    office.connect(ben, carla);
    office.assert_talk(ben, carla);
    office.join_lines(ben);
    office.run_secs(2);
    office.assert_talk(anna, carla);
    assert!(office.phone(ben).live_lines().is_empty());
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.records().len(), 2);
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_call_is_handed_on_while_the_target_still_rings() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.hold(ben);
    office.run_secs(2);
    office.dial(ben, "103");
    office.run_secs(3);
    office.join_lines(ben);
    office.run_secs(2);
    office.answer(carla);
    office.run_secs(2);
    office.assert_talk(anna, carla);
    assert!(office.phone(ben).live_lines().is_empty());
    office.hang_up(carla);
    office.run_until_quiet();
    assert_eq!(office.records().len(), 2);
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_relayed_call_is_handed_on_and_heard() {
    for after_asking in [false, true] {
        let mut office = SimOffice::builder()
            .person("Anna", "101", &["desk"])
            .person("Ben", "102", &["desk"])
            .person("Carla", "103", &["desk"])
            .config(|config| config.always_relay = true)
            .open();
        let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
        office.habit(carla, Habit::AnswersAfter(secs(1)));
        office.connect(anna, ben);
        if after_asking {
            office.hold(ben);
            office.run_secs(1);
            office.connect(ben, carla);
            office.join_lines(ben);
        } else {
            office.transfer(ben, "103");
        }
        office.run_secs(4);
        office.assert_talk(anna, carla);
        office.run_secs(60);
        office.assert_talk(anna, carla);
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

#[test]
fn the_caller_may_hand_on_the_one_they_called() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.habit(carla, Habit::AnswersAfter(secs(1)));
    office.connect(anna, ben);
    office.transfer(anna, "103");
    office.run_secs(3);
    office.assert_talk(ben, carla);
    office.hang_up(ben);
    office.run_until_quiet();
    let done = |what: &What| matches!(what, What::TransferDone { by, to, .. } if by.name == "Anna" && to.name == "Carla");
    assert!(office.has_happened(done));
}

#[test]
fn a_call_handed_on_counts_for_those_who_talk_and_no_longer_for_the_one_who_left() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Dora", "104", &["desk"])
        .settings(|settings| settings.admission.calls_per_person = 1)
        .open();
    let [anna, ben, carla, dora] = ["Anna", "Ben", "Carla", "Dora"].map(|name| office.desk(name));
    office.habit(carla, Habit::AnswersAfter(secs(1)));
    office.connect(anna, ben);
    office.transfer(ben, "103");
    office.run_secs(3);
    office.dial(dora, "103");
    office.settle();
    assert_eq!(
        office.phone(dora).last_line(),
        LineState::Over(486),
        "Carla is taken"
    );
    office.connect(dora, ben);
    office.assert_talk(dora, ben);
    office.hang_up(dora);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_key_pressed_while_being_handed_on_does_not_end_the_call() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.habit(carla, Habit::AnswersAfter(secs(10)));
    office.connect(anna, ben);
    office.transfer(ben, "103");
    office.run_secs(2);
    office.on_line(anna, |p, now, line| p.press(now, line, '1'));
    office.transfer(ben, "104"); // pressed twice
    office.run_secs(10);
    office.assert_talk(anna, carla);
    office.hang_up(anna);
    office.run_until_quiet();
}
