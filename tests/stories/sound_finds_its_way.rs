//! Where the sound goes: straight between two phones of one network, through the office where it
//! must.

use super::secs;
use cordboard_tests::sim::{Habit, Seen, SimOffice, SimOfficeBuilder};
use switch::MediaWay;

fn anna_and_ben() -> SimOfficeBuilder {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk", "mobile"])
}

#[test]
fn two_phones_of_one_network_send_straight_to_each_other() {
    let mut office = anna_and_ben().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    assert!(!office.is_relaying());
    office.assert_talk(anna, ben);
    assert_eq!(office.switch().held().port_pairs, 0);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn sound_is_relayed_where_the_office_or_a_phone_wants_it() {
    let wants: [fn() -> SimOfficeBuilder; 2] = [
        || anna_and_ben().config(|config| config.always_relay = true),
        || {
            SimOffice::builder()
                .person("Anna", "101", &["desk"])
                .always_relayed()
                .person("Ben", "102", &["desk"])
        },
    ];
    for builder in wants {
        let mut office = builder().open();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.connect(anna, ben);
        assert!(office.is_relaying());
        office.assert_talk(anna, ben);
        office.hang_up(anna);
        office.run_until_quiet();
        assert_eq!(office.records()[0].media, Some(MediaWay::Relayed));
    }
}

#[test]
fn a_phone_at_home_behind_a_router_rings_and_is_heard() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["home"])
        .at_home()
        .open();
    let (anna, ben) = (office.desk("Anna"), office.phone_of("Ben", "home"));
    office.connect(anna, ben);
    assert!(office.is_relaying());
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
    office.connect(ben, anna);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn two_phones_at_two_homes_are_heard() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["home"])
        .at_home()
        .person("Ben", "102", &["home"])
        .at_home()
        .open();
    let (anna, ben) = (
        office.phone_of("Anna", "home"),
        office.phone_of("Ben", "home"),
    );
    office.connect(anna, ben);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_greeting_before_the_answer_is_heard() {
    for relayed in [false, true] {
        let mut office = anna_and_ben()
            .config(|config| config.always_relay = relayed)
            .open();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.habit(ben, Habit::GreetsThenAnswersAfter(secs(5)));
        office.dial(anna, "102");
        office.run_secs(2);
        assert!(office.phone(anna).has_seen(&Seen::HearsEarlySound));
        assert_eq!(office.hears(anna, ben), (true, false), "relayed: {relayed}");
        office.run_secs(4);
        office.assert_talk(anna, ben);
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

#[test]
fn one_phone_greets_and_another_is_picked_up() {
    for relayed in [false, true] {
        let mut office = anna_and_ben()
            .config(|config| config.always_relay = relayed)
            .open();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        let mobile = office.phone_of("Ben", "mobile");
        office.habit(ben, Habit::GreetsThenAnswersAfter(secs(60)));
        office.habit(mobile, Habit::AnswersAfter(secs(5)));
        office.dial(anna, "102");
        office.run_secs(2);
        assert!(office.hears(anna, ben).0);
        office.run_secs(5);
        assert_eq!(office.hears(anna, ben), (false, false));
        office.assert_talk(anna, mobile);
        office.hang_up(mobile);
        office.run_until_quiet();
    }
}

#[test]
fn the_way_of_the_sound_changes_during_a_call() {
    let mut office = anna_and_ben().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    for way in [MediaWay::Relayed, MediaWay::Direct, MediaWay::Relayed] {
        office.move_sound(way);
        office.run_secs(1);
        assert_eq!(office.is_relaying(), way == MediaWay::Relayed);
        office.assert_talk(anna, ben);
    }
    office.hang_up(ben);
    office.run_until_quiet();
}

/// The bugs: the caller was never told of the other ports, because their ACK was still to come; and
/// the relay that could not be opened was waited for for ever.
#[test]
fn ports_that_another_program_holds_silence_no_call() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .config(|config| config.always_relay = true)
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.take_ports(1);
    office.connect(anna, ben);
    office.run_secs(2);
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}
