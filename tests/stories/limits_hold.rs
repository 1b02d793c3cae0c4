//! How many calls are let in: for one person, for the office.

use cordboard_tests::sim::{LineState, SimOffice};
use switch::{RefusalReason, What};

#[test]
fn a_person_has_no_more_calls_than_they_may() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .settings(|settings| settings.admission.calls_per_person = 1)
        .open();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.dial(carla, "102");
    office.settle();
    assert_eq!(office.phone(carla).last_line(), LineState::Over(486));
    office.dial(ben, "103");
    office.settle();
    assert_eq!(office.phone(ben).last_line(), LineState::Over(403));
    office.hang_up(anna);
    office.settle();
    office.connect(carla, ben);
    office.assert_talk(carla, ben);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn the_office_has_no_more_calls_than_it_may() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Dora", "104", &["desk"])
        .settings(|settings| settings.admission.office_calls = 1)
        .open();
    let [anna, ben, carla, dora] = ["Anna", "Ben", "Carla", "Dora"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.dial(carla, "104");
    office.settle();
    assert_eq!(office.phone(carla).last_line(), LineState::Over(503));
    let refused = |what: &What| matches!(what, What::CallRefused { reason, .. } if *reason == RefusalReason::OfficeAtLimit);
    assert!(office.has_happened(refused));
    office.hang_up(ben);
    office.settle();
    office.connect(carla, dora);
    office.assert_talk(carla, dora);
    office.hang_up(carla);
    office.run_until_quiet();
}

#[test]
fn without_ports_for_sound_a_call_is_refused_and_the_others_go_on() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .person("Dora", "104", &["desk"])
        .config(|config| {
            config.always_relay = true;
            config.media_ports = 10_000..=10_005; // three pairs: one call and a half
        })
        .open();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.connect(carla, office.desk("Dora"));
    assert!(
        office.phone(carla).last_line().is_over(),
        "{}",
        office.story()
    );
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_until_quiet();
}
