//! A call nobody is in any more ends by itself; a call somebody is in does not (promise R14).

use super::secs;
use cordboard_tests::sim::{Habit, LineState, PhoneId, Seen, SimOffice, SimOfficeBuilder};
use office::Country;
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

/// Promise R14: so long after a phone has died nobody is in a call with it any more.
const NO_GHOST_AFTER: u64 = 5 * 60;

/// An office with all that answers a call, and session timers as they are without being asked for.
fn with_services() -> SimOfficeBuilder {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .mailbox()
        .room("600", |_| {})
        .flow("Main", "200", waiting_flow())
}

/// A flow that plays music for longer than this promise allows a ghost to stay.
fn waiting_flow() -> serde_json::Value {
    let node = |id: &str, kind: &str, more: serde_json::Value| {
        let mut data = more;
        data["kind"] = kind.into();
        serde_json::json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data})
    };
    serde_json::json!({
        "schemaVersion": 1, "id": "flow_main", "name": "Main", "entry": "n_start",
        "nodes": [
            node("n_start", "entry", serde_json::json!({})),
            node("n_wait", "pause", serde_json::json!({"duration": 600, "hears": "moh"})),
        ],
        "edges": [{"id": "e0", "source": "n_start", "sourceHandle": "default", "target": "n_wait"}],
    })
}

/// Its power goes; five minutes later nothing is left of its calls, and the others are free.
fn dies(office: &mut SimOffice, phone: PhoneId) {
    assert!(!office.board().calls.is_empty(), "{}", office.story());
    office.habit(phone, Habit::IsDead);
    office.run_secs(NO_GHOST_AFTER);
    let left: Vec<_> = office.board().calls.keys().collect();
    assert!(left.is_empty(), "{left:?}: {}", office.story());
    let reasons: Vec<_> = office
        .records()
        .iter()
        .map(|record| record.reason)
        .collect();
    assert!(
        reasons
            .iter()
            .all(|reason| *reason != EndReason::SessionExpired),
        "{reasons:?}"
    );
}

#[test]
fn a_phone_that_dies_in_a_conference_room_leaves_it() {
    let mut office = with_services().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    for phone in [anna, ben] {
        office.dial(phone, "600");
        office.run_secs(3);
    }
    office.habit(anna, Habit::IsDead);
    // The office hears nothing of her for 30 s and asks: 32 s by UPDATE, and 32 s by OPTIONS.
    office.run_secs(100);
    assert_eq!(office.board().calls.len(), 1, "{}", office.story());
    assert_eq!(office.phone(ben).last_line(), LineState::Talking);
    office.run_secs(NO_GHOST_AFTER);
    assert_eq!(
        office.phone(ben).last_line(),
        LineState::Talking,
        "Ben is there"
    );
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_phone_that_dies_while_it_is_parked_leaves_its_slot() {
    let mut office = with_services().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.transfer(ben, "72");
    office.run_secs(1);
    dies(&mut office, anna);
}

#[test]
fn a_phone_that_dies_while_it_is_held_sets_the_other_free() {
    for relayed in [false, true] {
        let mut office = with_services()
            .config(|config| config.always_relay = relayed)
            .open();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.connect(anna, ben);
        office.hold(ben);
        office.run_secs(1);
        dies(&mut office, anna);
        assert_eq!(office.phone(ben).last_line(), LineState::Over(200));
    }
}

#[test]
fn a_phone_that_dies_in_the_middle_of_a_message_leaves_the_mailbox() {
    let mut office = with_services().open();
    let anna = office.desk("Anna");
    office.dial(anna, "103");
    office.run_secs(30); // Carla is not at her desk
    dies(&mut office, anna);
}

#[test]
fn a_phone_that_dies_in_a_call_flow_leaves_it() {
    let mut office = with_services().open();
    let anna = office.desk("Anna");
    office.dial(anna, "200");
    office.run_secs(2);
    dies(&mut office, anna);
}

#[test]
fn a_phone_that_dies_in_a_call_whose_sound_passes_the_office_by_sets_the_other_free() {
    for who in ["Anna", "Ben"] {
        let mut office = with_services().open();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.connect(anna, ben);
        assert!(!office.is_relaying());
        let dead = office.desk(who);
        dies(&mut office, dead);
        let left = if who == "Anna" { ben } else { anna };
        assert_eq!(office.phone(left).last_line(), LineState::Over(200));
    }
}

#[test]
fn a_phone_that_dies_without_knowing_update_is_noticed_all_the_same() {
    let mut office = with_services().open();
    for name in ["Anna", "Ben"] {
        let phone = office.desk(name);
        office.phone_mut(phone).knows_update = false;
    }
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    dies(&mut office, anna);
}

#[test]
fn a_phone_that_was_started_anew_knows_nothing_of_its_call_and_the_other_is_set_free() {
    let mut office = with_services().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.power_cut(anna);
    office.run_secs(130);
    assert_eq!(
        office.phone(ben).last_line(),
        LineState::Over(200),
        "{}",
        office.story()
    );
    office.run_until_quiet();
}

#[test]
fn muted_phones_that_answer_when_they_are_asked_stay_for_as_long_as_they_like() {
    // With UPDATE; with OPTIONS; with an answer that says that it is there, and no more.
    for (knows_update, refuses) in [
        (true, None),
        (false, None),
        (false, Some(405)),
        (false, Some(501)),
    ] {
        let mut office = with_services().open();
        let all = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
        for phone in all {
            office.phone_mut(phone).knows_update = knows_update;
            office.phone_mut(phone).refuses_options = refuses;
        }
        let [anna, ben, carla] = all;
        office.dial(anna, "600");
        office.run_secs(3);
        office.connect(ben, carla);
        for phone in all {
            office.phone_mut(phone).is_mute = true;
        }
        office.run_secs(2 * 3_600);
        for phone in all {
            assert_eq!(
                office.phone(phone).last_line(),
                LineState::Talking,
                "{knows_update} {refuses:?}: {}",
                office.story()
            );
        }
        for phone in [anna, ben] {
            office.hang_up(phone);
        }
        office.run_until_quiet();
    }
}

#[test]
fn whoever_calls_for_help_is_not_asked() {
    let mut office = SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .line("Provider", |_| {})
        .open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Provider"));
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "112");
    office.run_secs(5);
    assert_eq!(
        office.phone(anna).last_line(),
        LineState::Talking,
        "{}",
        office.story()
    );
    // Her phone hears nothing that it is asked, and she is still on the line.
    office.keep_ladder();
    office.run_secs(600);
    assert!(!office.ladder().contains("UPDATE"), "{}", office.ladder());
    office.hang_up(anna);
    office.run_until_quiet();
}
