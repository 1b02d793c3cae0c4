//! Hold: the other phone shows it, the board tells it, and the sound comes back.

use cordboard_tests::sim::{Seen, SimOffice};
use switch::What;

#[test]
fn hold_is_seen_by_the_other_phone_and_told() {
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
        assert!(office.phone(ben).is_held());
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
        office.hang_up(ben);
        office.run_until_quiet();
        if !relayed {
            insta::assert_snapshot!(office.story());
        }
    }
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
