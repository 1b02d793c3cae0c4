//! The engine stops, starts again, or its configuration changes: phones stay known, nobody is left
//! in a dead call without a word.

use super::secs;
use cordboard_tests::sim::{Habit, LineState, Seen, SimOffice};
use switch::{Command, EndReason, OfflineReason, What};

#[test]
fn after_a_restart_phones_ring_though_none_has_registered_again() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk", "home"])
        .at_home()
        .open();
    let (anna, home) = (office.desk("Anna"), office.phone_of("Ben", "home"));
    office.run_secs(30);
    office.restart_engine();
    office.settle();
    assert_eq!(office.board().devices.len(), 3);
    office.connect(anna, home);
    office.assert_talk(anna, home);
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_registration_that_lapsed_while_the_engine_was_down_is_not_called() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(ben, Habit::IsDead);
    office.run_secs(700);
    office.restart_engine();
    office.dial(anna, "102");
    office.run_until_quiet();
    assert_eq!(office.phone(anna).last_line(), LineState::Over(480));
    let expired = |what: &What| {
        let what = matches!(what, What::PhoneWentOffline { reason, .. } if *reason == OfflineReason::Expired);
        what
    };
    assert!(office.has_happened(expired));
}

#[test]
fn at_shutdown_everybody_is_told_goodbye_and_new_calls_are_refused() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla, dora] = ["Anna", "Ben", "Carla", "Dora"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.dial(carla, "104");
    office.run_secs(2);
    office.command(Command::ShutDown);
    office.run_secs(1);
    for phone in [anna, ben] {
        assert!(office.phone(phone).has_seen(&Seen::FarEndHungUp));
    }
    assert_eq!(office.phone(carla).last_line(), LineState::Over(480));
    assert!(office.phone(dora).has_seen(&Seen::StoppedRinging(None)));
    office.dial(anna, "102");
    office.run_until_quiet();
    assert_eq!(office.phone(anna).last_line(), LineState::Over(503));
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_device_taken_away_is_offline_and_its_call_goes_on() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.remove_device(ben);
    office.settle();
    let gone = |what: &What| matches!(what, What::PhoneWentOffline { reason, .. } if *reason == OfflineReason::Removed);
    assert!(office.has_happened(gone));
    office.assert_talk(anna, ben);
    office.dial(carla, "102");
    office.settle();
    assert_eq!(office.phone(carla).last_line(), LineState::Over(480));
    office.hang_up(ben);
    office.run_until_quiet();
    assert_eq!(office.phone(anna).last_line(), LineState::Over(200));
}

#[test]
fn the_board_ends_a_call_whatever_is_going_on_in_it() {
    for stage in ["ringing", "talking", "held", "transferring"] {
        let mut office = SimOffice::of_four();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        match stage {
            "ringing" => {
                office.dial(anna, "102");
            }
            stage => {
                office.connect(anna, ben);
                match stage {
                    "held" => office.hold(ben),
                    "transferring" => office.transfer(ben, "103"),
                    _ => {}
                }
            }
        }
        office.run_secs(1);
        let call = *office.board().calls.keys().next().unwrap();
        office.command(Command::HangUp(call));
        office.run_until_quiet();
        for phone in office.phones() {
            assert!(office.phone(phone).live_lines().is_empty(), "{stage}");
        }
        assert_eq!(
            office.records()[0].reason,
            EndReason::EndedByOffice,
            "{stage}"
        );
    }
}

#[test]
fn setting_the_clock_loses_neither_call_nor_registration() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    for jump in [3_600_000, -7_200_000] {
        let at = office.happenings().last().unwrap().unix_ms;
        office.set_wall_clock(at + jump);
        office.run_secs(60);
    }
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
    let record = &office.records()[0];
    let lasted = record.ended_unix_ms - record.arrived_unix_ms;
    assert!((122_000..124_000).contains(&lasted), "{lasted}");
    assert_eq!(office.board().devices.len(), 4);
}

#[test]
fn a_phone_that_was_unplugged_is_back_and_rings() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.run_secs(30);
    office.power_cut(ben);
    office.settle();
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "102");
    office.run_secs(2);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}
