//! A call nobody is in any more ends by itself; a call somebody is in does not (promise R14).

use super::secs;
use cordboard_tests::sim::{Habit, LineState, Seen, SimOffice, SimOfficeBuilder};
use switch::EndReason;

fn relayed() -> SimOfficeBuilder {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .config(|config| config.always_relay = true)
}

#[test]
fn a_call_in_which_nobody_is_heard_for_thirty_seconds_ends() {
    let mut office = relayed().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.run_secs(20);
    office.phone_mut(anna).is_mute = true;
    office.phone_mut(ben).is_mute = true;
    office.run_secs(25);
    assert_eq!(
        office.phone(anna).last_line(),
        LineState::Talking,
        "too early"
    );
    office.run_secs(15);
    assert_eq!(office.phone(anna).last_line(), LineState::Over(200));
    assert_eq!(office.phone(ben).last_line(), LineState::Over(200));
    office.run_until_quiet();
    assert_eq!(office.records()[0].reason, EndReason::Silent);
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_call_that_is_silent_from_one_side_only_goes_on() {
    let mut office = relayed().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.phone_mut(ben).is_mute = true;
    office.run_secs(600);
    assert_eq!(office.phone(anna).last_line(), LineState::Talking);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn silence_that_ends_in_time_counts_for_nothing() {
    let mut office = relayed().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    for _ in 0..5 {
        for phone in [anna, ben] {
            office.phone_mut(phone).is_mute = true;
        }
        office.run_secs(20);
        for phone in [anna, ben] {
            office.phone_mut(phone).is_mute = false;
        }
        office.run_secs(10);
    }
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_held_call_is_not_killed_though_nobody_is_heard() {
    let mut office = relayed().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.hold(anna);
    office.run_secs(900);
    assert!(office.spoken_to(ben) > 0, "music: {}", office.story());
    office.resume(anna);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_call_put_on_hold_after_a_short_silence_is_not_killed() {
    let mut office = relayed().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    for phone in [anna, ben] {
        office.phone_mut(phone).is_mute = true;
    }
    office.run_secs(15);
    office.hold(anna);
    office.run_secs(300);
    assert!(office.spoken_to(ben) > 0, "music: {}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_call_whose_sound_left_the_relay_after_a_short_silence_is_not_killed() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.move_sound(switch::MediaWay::Relayed);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    for phone in [anna, ben] {
        office.phone_mut(phone).is_mute = true;
    }
    office.run_secs(15);
    office.move_sound(switch::MediaWay::Direct);
    office.run_secs(300);
    assert_eq!(
        office.phone(anna).last_line(),
        LineState::Talking,
        "{}",
        office.story()
    );
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_phone_that_rings_long_is_heard_when_it_is_picked_up() {
    let mut office = relayed().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    let ring_for = office::RingFor::from_seconds(180).unwrap();
    office.change_office(|parts| parts.settings.ring_for = ring_for);
    office.habit(ben, Habit::AnswersAfter(secs(170)));
    office.dial(anna, "102");
    office.run_secs(180);
    office.assert_talk(anna, ben);
    office.run_secs(60);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_phone_that_lost_its_power_is_noticed_and_the_other_is_set_free() {
    for dies in ["Anna", "Ben"] {
        let mut office = SimOffice::builder()
            .person("Anna", "101", &["desk"])
            .person("Ben", "102", &["desk"])
            .settings(|settings| settings.session_expires = 90)
            .open();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.phone_mut(anna).session_expires = None; // the office's wish counts
        office.connect(anna, ben);
        office.habit(office.desk(dies), Habit::IsDead);
        office.run_secs(130);
        let left = if dies == "Anna" { ben } else { anna };
        assert_eq!(
            office.phone(left).last_line(),
            LineState::Over(200),
            "{}",
            office.story()
        );
        assert_eq!(office.records().len(), 1);
        assert!(matches!(
            office.records()[0].reason,
            EndReason::SessionExpired | EndReason::Unreachable
        ));
    }
}

#[test]
fn an_hour_long_call_is_refreshed_and_goes_on() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.run_secs(2 * 3_600);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_caller_that_never_acknowledges_the_answer_is_hung_up() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(anna, Habit::NeverAcknowledges);
    office.connect(anna, ben);
    office.run_until_quiet();
    assert_eq!(office.records()[0].reason, EndReason::NotAcknowledged);
    assert!(office.phone(ben).has_seen(&Seen::FarEndHungUp));
}
