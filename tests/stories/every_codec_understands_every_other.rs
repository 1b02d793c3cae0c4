//! Phones that share no codec talk all the same: the office translates.

use crate::secs;
use cordboard_tests::sim::{Habit, Seen, SimOffice};

fn office(relayed: bool) -> SimOffice {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Carla", "103", &["desk"])
        .config(|config| config.always_relay = relayed)
        .open()
}

/// Whether the office makes sound for both, at 50 packets a second.
fn is_translated(office: &mut SimOffice, phones: [cordboard_tests::sim::PhoneId; 2]) -> bool {
    let before = phones.map(|phone| office.spoken_to(phone));
    office.run_secs(2);
    let after = phones.map(|phone| office.spoken_to(phone));
    before
        .iter()
        .zip(after)
        .all(|(before, after)| after - before >= 95)
}

#[test]
fn a_phone_without_g711_and_one_with_nothing_else_are_translated() {
    let mut office = office(false);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.phone_mut(anna).codecs = vec![9, 101]; // G.722
    office.phone_mut(ben).codecs = vec![8, 101]; // G.711 A-law
    office.connect(anna, ben);
    let told = office.phone(anna).description_heard().unwrap();
    assert!(told.contains("RTP/AVP 9 101"), "what she offered: {told}");
    assert!(is_translated(&mut office, [anna, ben]));
    office.press(anna, "5");
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_phone_without_g711_that_is_called_by_one_with_nothing_else_rings_once_more() {
    let mut office = office(false);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.phone_mut(anna).codecs = vec![8, 101]; // G.711 A-law
    office.phone_mut(ben).codecs = vec![9, 101]; // G.722, no more
    office.connect(anna, ben);
    let told = office.phone(anna).description_heard().unwrap();
    assert!(told.contains("RTP/AVP 8 101"), "what she offered: {told}");
    assert!(is_translated(&mut office, [anna, ben]));
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.records().len(), 1);
}

#[test]
fn phones_that_share_a_codec_are_not_translated() {
    let mut office = office(true);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.phone_mut(anna).codecs = vec![9, 8, 101];
    office.connect(anna, ben);
    assert!(!is_translated(&mut office, [anna, ben]));
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_translated_call_is_held_with_music_taken_back_and_handed_on() {
    let mut office = office(true);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    let carla = office.desk("Carla");
    office.phone_mut(anna).codecs = vec![9, 101];
    office.phone_mut(ben).codecs = vec![0, 101];
    office.phone_mut(carla).codecs = vec![9, 101];
    office.connect(anna, ben);
    assert!(is_translated(&mut office, [anna, ben]));
    office.hold(ben);
    office.run_secs(2);
    assert!(
        !is_translated(&mut office, [anna, ben]),
        "Ben hears nothing"
    );
    office.resume(ben);
    office.run_secs(1);
    assert!(is_translated(&mut office, [anna, ben]));
    office.habit(carla, Habit::AnswersAfter(secs(1)));
    office.transfer(ben, "103");
    office.run_secs(4);
    assert!(
        office.phone(carla).has_seen(&Seen::Connected),
        "{}",
        office.story()
    );
    assert!(
        !is_translated(&mut office, [anna, carla]),
        "both speak G.722"
    );
    office.assert_talk(anna, carla);
    office.hang_up(anna);
    office.run_until_quiet();
}
