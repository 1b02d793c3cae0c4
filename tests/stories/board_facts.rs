//! What the board shows of persons and phones, and what it says has changed.

use cordboard_tests::sim::SimOffice;
use office::{DeviceId, DigestCredentials, PersonId, Secret};
use std::collections::BTreeSet;
use switch::{Board, Doing, OfflineReason, What};

fn doing(office: &SimOffice) -> [Doing; 2] {
    ["Anna", "Ben"].map(|name| office.doing(name))
}

#[test]
fn the_board_shows_what_both_are_doing() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    assert_eq!(doing(&office), [Doing::Idle, Doing::Idle]);
    office.dial(anna, "102");
    office.run_secs(1);
    assert_eq!(doing(&office), [Doing::Calling, Doing::Ringing]);
    office.answer(ben);
    office.run_secs(1);
    assert_eq!(doing(&office), [Doing::Talking, Doing::Talking]);
    office.hold(anna);
    office.run_secs(1);
    assert_eq!(doing(&office), [Doing::Holding, Doing::Talking]);
    office.resume(anna);
    office.run_secs(1);
    assert_eq!(doing(&office), [Doing::Talking, Doing::Talking]);
    office.hang_up(ben);
    office.run_until_quiet();
    assert_eq!(doing(&office), [Doing::Idle, Doing::Idle]);
}

#[test]
fn the_board_shows_since_when_and_why_a_phone_is_gone() {
    let mut office = SimOffice::of_four();
    let ben = office.desk("Ben");
    let device = DeviceId(2);
    assert!(office.board().devices.contains_key(&device));
    office.run_secs(5);
    office.with(ben, |p, now| p.register(now, 0));
    office.settle();
    let opened = office.happenings().next().unwrap().unix_ms;
    let gone = office.board().offline[&device];
    assert_eq!(
        (gone.person, gone.reason),
        (PersonId(2), OfflineReason::SignedOff)
    );
    assert!((5_000..7_000).contains(&(gone.since_unix_ms - opened)));
    office.with(ben, |p, now| p.register(now, 3_600));
    office.settle();
    assert!(office.board().offline.is_empty());
}

#[test]
fn nothing_is_kept_of_a_phone_that_was_taken_away() {
    for online in [true, false] {
        let mut office = SimOffice::of_four();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        let device = DeviceId(2);
        office.connect(anna, ben);
        assert_eq!(office.board().codecs[&device], "PCMA");
        office.hang_up(anna);
        office.run_until_quiet();
        if !online {
            office.with(ben, |p, now| p.register(now, 0));
            office.settle();
        }
        office.remove_device(ben);
        office.settle();
        let board = office.board();
        assert!(!board.devices.contains_key(&device));
        assert!(!board.offline.contains_key(&device));
        assert!(!board.codecs.contains_key(&device));
    }
}

#[test]
fn the_sound_of_the_latest_call_is_known_of_both_phones() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.phone_mut(anna).codecs = vec![9, 8, 101];
    office.phone_mut(ben).codecs = vec![9, 0, 101];
    office.connect(anna, ben);
    let codecs = |office: &SimOffice| {
        let codecs = &office.board().codecs;
        [1, 2].map(|device| codecs[&DeviceId(device)].clone())
    };
    assert_eq!(codecs(&office), ["G.722", "G.722"]);
    office.phone_mut(ben).codecs = vec![0, 101];
    office.hold(ben); // Ben's phone changes its sound with it
    office.resume(ben);
    office.run_secs(2);
    office.hang_up(anna);
    office.run_until_quiet();
    assert_eq!(office.records()[0].codec, Some(codecs(&office)[0].clone()));
}

#[test]
fn a_call_taken_over_by_the_callers_other_phone_keeps_the_other_party_on_the_board() {
    let mut office = SimOffice::builder()
        .person("Anna", "101", &["desk", "mobile"])
        .person("Ben", "102", &["desk"])
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    let mobile = office.phone_of("Anna", "mobile");
    office.connect(anna, ben);
    let dialog = office.on_line(anna, |p, _, line| p.replaces(line));
    let dialog = dialog.flatten().unwrap();
    office.with(mobile, |p, now| p.take_over(now, &dialog));
    office.run_secs(2);
    office.assert_talk(mobile, ben);
    let call = office.the_call();
    let live = &office.board().calls[&call];
    assert_eq!(live.from.device, Some(DeviceId(2)), "Anna's mobile");
    let with = live.with.as_ref().map(|with| with.name.as_str());
    assert_eq!(with, Some("Ben"));
    office.hang_up(ben);
    office.run_until_quiet();
}

/// Everything a feed would send, at every step of a call with transfer.
#[test]
fn whatever_changes_on_the_board_is_named() {
    let mut office = SimOffice::of_four();
    let [anna, ben, carla] = ["Anna", "Ben", "Carla"].map(|name| office.desk(name));
    office.connect(anna, ben);
    office.hold(ben);
    office.run_secs(1);
    office.transfer(ben, "103");
    office.run_secs(2);
    office.answer(carla);
    office.run_secs(2);
    office.with(anna, |p, now| p.register(now, 0));
    office.hang_up(carla);
    office.remove_device(anna);
    office.run_until_quiet();
    let persons: Vec<PersonId> = (1..=4).map(PersonId).collect();
    let mut board = Board::default();
    let mut changes = 0;
    for happening in office.happenings() {
        let before = board.clone();
        let changed = board.apply(happening);
        changes += u64::from(!changed.is_empty());
        let what = &happening.what;
        for person in &persons {
            let named = changed.persons.contains(person);
            let differs = board.doing(*person) != before.doing(*person);
            assert!(named || !differs, "{person:?} after {what:?}");
        }
        let once: BTreeSet<_> = changed.persons.iter().collect();
        assert_eq!(once.len(), changed.persons.len(), "each once: {what:?}");
        for call in before.calls.keys().chain(board.calls.keys()) {
            let named = changed.call == Some(*call);
            let differs = before.calls.get(call) != board.calls.get(call);
            assert_eq!(named, differs, "{call:?} after {what:?}");
        }
        for device in (1..=4).map(DeviceId) {
            let of = |board: &Board| {
                (
                    board.devices.get(&device).cloned(),
                    board.offline.get(&device).copied(),
                    board.codecs.get(&device).cloned(),
                )
            };
            let named = changed.devices.contains(&device);
            assert!(named || of(&before) == of(&board), "{device:?}: {what:?}");
        }
    }
    assert_eq!(board.seq, changes);
    let done = |what: &What| matches!(what, What::TransferDone { .. });
    assert!(office.has_happened(done));
}

/// The board said nothing, and whoever had typed the new password into the phone waited for ever.
#[test]
fn a_phone_that_signs_in_with_its_new_password_is_told_again() {
    let mut office = SimOffice::of_four();
    let ben = office.desk("Ben");
    let device = DeviceId(2);
    let told = |office: &SimOffice| {
        let came =
            |what: &What| matches!(what, What::PhoneCameOnline { device: d, .. } if *d == device);
        office.happenings().filter(|told| came(&told.what)).count()
    };
    assert_eq!(told(&office), 1);
    office.change_office(|parts| {
        let realm = parts.settings.realm.clone();
        let ben = parts.devices.iter_mut().find(|d| d.id == device).unwrap();
        let secret = Secret::new("a-new-password".to_owned());
        ben.credentials = DigestCredentials::of_password(&ben.sip_user, &realm, &secret);
    });
    office.settle();
    // The registration under the old password stays; nothing has been proved yet.
    assert_eq!(told(&office), 1);
    assert!(office.board().devices.contains_key(&device));
    office.with(ben, |p, now| {
        p.set_password("a-new-password");
        p.register(now, 3_600)
    });
    office.settle();
    assert_eq!(told(&office), 2);
    office.with(ben, |p, now| p.register(now, 3_600));
    office.settle();
    assert_eq!(told(&office), 2, "a refresh is no news");
}
