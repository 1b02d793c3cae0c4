//! Hold: the other party hears music, the board tells it, and the sound comes back.

use cordboard_tests::sim::{Seen, SimOffice};
use switch::What;

#[test]
fn whoever_is_held_hears_music_until_they_are_taken_back() {
    for relayed in [false, true] {
        let mut office = SimOffice::builder()
            .person("Anna", "101", &["desk"])
            .person("Ben", "102", &["desk"])
            .config(|config| config.always_relay = relayed)
            .open();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.connect(anna, ben);
        office.hold(anna);
        office.run_secs(10);
        assert!(
            !office.phone(ben).is_held(),
            "nothing to show: there is music"
        );
        let music = office.spoken_to(ben);
        assert!(
            (490..=501).contains(&music),
            "{music} packets in ten seconds"
        );
        assert_eq!(office.spoken_to(anna), 0);
        assert_eq!(office.hears(anna, ben), (false, false));
        let held_by = |office: &SimOffice| {
            let call = office.board().calls.values().next().unwrap();
            call.held_by.as_ref().map(|party| party.name.clone())
        };
        assert_eq!(held_by(&office).as_deref(), Some("Anna"));
        office.resume(anna);
        office.run_secs(1);
        assert_eq!(held_by(&office), None);
        office.assert_talk(anna, ben);
        let silent_again = office.spoken_to(ben);
        office.run_secs(5);
        assert_eq!(office.spoken_to(ben), silent_again);
        office.hang_up(ben);
        office.run_until_quiet();
        if !relayed {
            insta::assert_snapshot!(office.story());
        }
    }
}

#[test]
fn the_first_to_be_held_hears_music_at_once() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    assert!(!office.has_read("music/morning"));
    office.connect(anna, ben);
    assert!(
        office.has_read("music/morning"),
        "reading a piece takes a tenth of a second and more"
    );
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn a_phone_whose_sound_the_office_cannot_make_is_told_that_it_is_held() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    for phone in [anna, ben] {
        office.phone_mut(phone).codecs = vec![18, 101]; // G.729
    }
    office.connect(anna, ben);
    office.hold(anna);
    office.run_secs(10);
    assert!(office.phone(ben).is_held());
    office.resume(anna);
    office.run_secs(1);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn who_is_held_and_holds_too_is_counted_and_both_come_back() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.hold(anna);
    office.run_secs(5);
    office.hold(ben);
    office.run_secs(5);
    let heard = office.spoken_to(ben);
    office.run_secs(5);
    assert!(
        office.spoken_to(ben) <= heard + 3,
        "a phone that holds wants no music"
    );
    office.resume(ben);
    office.run_secs(5);
    office.resume(anna);
    office.run_secs(5);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn both_hold_and_both_take_back() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    for phone in [anna, ben] {
        office.hold(phone);
        office.run_secs(5);
    }
    for phone in [anna, ben] {
        office.resume(phone);
        office.run_secs(5);
    }
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn both_press_hold_at_the_same_moment() {
    for seed in 0..8 {
        let mut office = SimOffice::builder()
            .person("Anna", "101", &["desk"])
            .person("Ben", "102", &["desk"])
            .seed(seed)
            .open();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.connect(anna, ben);
        office.hold(anna);
        office.hold(ben);
        office.run_secs(20);
        let held = office.has_happened(|what| matches!(what, What::CallHeld { .. }));
        assert!(held, "{}", office.story());
        office.resume(anna);
        office.run_secs(10);
        office.resume(ben);
        office.run_secs(10);
        office.assert_talk(anna, ben);
        office.hang_up(anna);
        office.run_until_quiet();
    }
}

#[test]
fn a_call_hung_up_while_held_is_over_for_both() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.hold(anna);
    office.run_secs(3);
    office.hang_up(ben);
    office.settle();
    assert!(office.phone(anna).has_seen(&Seen::FarEndHungUp));
    office.run_until_quiet();
}
