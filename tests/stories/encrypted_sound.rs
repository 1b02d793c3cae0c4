//! Encrypted sound: phones with it talk with phones without, and a line that demands it carries
//! nothing else.

use super::secs;
use cordboard_tests::sim::{Encryption, Habit, LineState, PhoneId, SimOffice, SimOfficeBuilder};
use office::{Country, PersonId, RouteTarget, Srtp};
use switch::{LineTrouble, RefusalReason, What};

const ALL: [Encryption; 3] = [Encryption::None, Encryption::Possible, Encryption::Only];

fn offers(office: &SimOffice, phone: PhoneId) -> String {
    let heard = office.phone(phone).description_heard().unwrap();
    let line = heard.lines().find(|line| line.starts_with("m=audio"));
    let protocol = line.unwrap().split(' ').nth(2).unwrap().to_owned();
    let keys = heard.lines().filter(|l| l.starts_with("a=crypto:")).count();
    format!("{protocol}, {keys} keys")
}

#[test]
fn all_hear_each_other_whatever_they_know_of_encryption() {
    for caller in ALL {
        for called in ALL {
            let mut office = SimOffice::of_four();
            let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
            office.phone_mut(anna).encryption = caller;
            office.phone_mut(ben).encryption = called;
            for _ in 0..2 {
                office.connect(anna, ben);
                office.assert_talk(anna, ben);
                office.hold(anna);
                office.run_secs(2);
                office.resume(anna);
                office.run_secs(1);
                office.assert_talk(anna, ben);
                office.hang_up(anna);
                office.run_until_quiet();
            }
            let both = caller != Encryption::None && called == Encryption::Only;
            let codec = office.records()[1].codec.clone().unwrap_or_default();
            assert!(
                !both || codec == "PCMA, SRTP",
                "{caller:?} {called:?}: {codec}"
            );
        }
    }
}

#[test]
fn two_plain_phones_speak_straight_and_one_with_keys_through_the_office() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    assert!(!office.is_relaying());
    office.hang_up(anna);
    office.run_until_quiet();
    office.phone_mut(anna).encryption = Encryption::Only;
    office.connect(anna, ben);
    assert!(office.is_relaying());
    assert_eq!(offers(&office, anna), "RTP/SAVP, 1 keys");
    assert_eq!(offers(&office, ben), "RTP/AVP, 0 keys");
    office.assert_talk(anna, ben);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn an_encrypted_caller_is_handed_on() {
    let mut office = SimOffice::of_four();
    let (anna, ben, carla) = (
        office.desk("Anna"),
        office.desk("Ben"),
        office.desk("Carla"),
    );
    office.phone_mut(anna).encryption = Encryption::Only;
    office.habit(carla, Habit::AnswersAfter(secs(2)));
    office.connect(anna, ben);
    office.assert_talk(anna, ben);
    office.transfer(ben, "103");
    office.run_secs(6);
    office.assert_talk(anna, carla);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn the_echo_test_and_a_mailbox_are_heard_encrypted() {
    let mut office = SimOffice::of_four();
    let anna = office.desk("Anna");
    office.phone_mut(anna).encryption = Encryption::Only;
    office.dial(anna, "*43");
    office.run_secs(1); // it is explained
    assert_eq!(office.hears(anna, anna), (true, true));
    assert_eq!(offers(&office, anna), "RTP/SAVP, 1 keys");
    office.hang_up(anna);
    office.run_until_quiet();
}

fn with_line(srtp: Srtp) -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .line("Carrier", move |line| line.srtp = srtp)
}

#[test]
fn a_line_that_demands_encryption_carries_encrypted_calls_both_ways() {
    let mut office = with_line(Srtp::Required).open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.phone_mut(carrier).encryption = Encryption::Only;
    office.habit(carrier, Habit::AnswersAfter(secs(3)));
    office.dial(anna, "030654321");
    office.run_secs(5);
    assert_eq!(offers(&office, carrier), "RTP/SAVP, 4 keys");
    office.assert_talk(anna, carrier);
    office.hang_up(anna);
    office.run_until_quiet();

    office.habit(anna, Habit::AnswersAfter(secs(2)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(4);
    assert_eq!(offers(&office, carrier), "RTP/SAVP, 1 keys");
    office.assert_talk(anna, carrier);
    office.hang_up(carrier);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}

#[test]
fn a_line_that_demands_encryption_takes_no_plain_call() {
    let mut office = with_line(Srtp::Required).open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(anna, Habit::AnswersAfter(secs(2)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(4);
    assert_eq!(office.phone(carrier).last_line(), LineState::Over(488));
    let refused = |what: &What| {
        let reason = RefusalReason::NotEncrypted;
        matches!(what, What::CallRefused { reason: why, .. } if *why == reason)
    };
    assert!(office.has_happened(refused), "{}", office.story());

    // Nor does it go on plainly with an exchange that answers so.
    office.phone_mut(carrier).encryption = Encryption::Ignored;
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "030654321");
    office.run_secs(4);
    assert_eq!(office.hears(anna, carrier), (false, false));
    let failed = |what: &What| {
        let reason = LineTrouble::NotEncrypted;
        matches!(what, What::LineFailed { reason: why, .. } if *why == reason)
    };
    assert!(office.has_happened(failed), "{}", office.story());
    office.hang_up(anna);
    office.run_until_quiet();
}

/// A carrier that knew no encryption refused the call, and the office was told of a failure without a
/// reason, though a line without encryption was at hand.
#[test]
fn a_carrier_that_takes_no_encrypted_sound_is_named_and_the_next_line_is_taken() {
    let mut office = with_line(Srtp::Required)
        .line("Plain", |line| line.srtp = Srtp::Off)
        .open();
    let (anna, plain) = (office.desk("Anna"), office.carrier("Plain"));
    let carrier = office.carrier("Carrier");
    office.phone_mut(carrier).encryption = Encryption::None;
    office.habit(plain, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "030654321");
    office.run_secs(4);
    let failed = |what: &What| {
        let reason = LineTrouble::NotEncrypted;
        matches!(what, What::LineFailed { reason: why, .. } if *why == reason)
    };
    assert!(office.has_happened(failed), "{}", office.story());
    office.assert_talk(anna, plain);
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_line_without_encryption_is_answered_in_kind_by_whom_it_encrypts() {
    let mut office = with_line(Srtp::Off).open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.phone_mut(carrier).encryption = Encryption::Only;
    office.habit(anna, Habit::AnswersAfter(secs(2)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(4);
    assert_eq!(offers(&office, carrier), "RTP/SAVP, 1 keys");
    office.assert_talk(anna, carrier);
    office.hang_up(carrier);
    office.run_until_quiet();
}

fn with_peer(srtp: Srtp) -> SimOffice {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .parts(move |parts| {
            parts.peers.push(office::Peer {
                id: office::PeerId(1),
                name: "Door".to_owned(),
                enabled: true,
                place: Some(office::SipPlace {
                    host: office::Domain::parse("198.51.100.77").expect("an address"),
                    port: None,
                    transport: office::LineTransport::Udp,
                }),
                networks: Vec::new(),
                user: String::new(),
                password: None,
                prefixes: vec!["8".to_owned()],
                strip_prefix: true,
                may_call_outside: false,
                channels: 4,
                srtp,
            });
        })
        .peer_exchange("Door")
        .open()
}

#[test]
fn another_system_is_called_and_calls_encrypted_as_it_is_set() {
    for (srtp, knows, offered) in [
        (Srtp::Required, Encryption::Only, "RTP/SAVP, 4 keys"),
        (Srtp::Optional, Encryption::Possible, "RTP/AVP, 4 keys"),
        (Srtp::Optional, Encryption::None, "RTP/AVP, 4 keys"),
        (Srtp::Off, Encryption::None, "RTP/AVP, 0 keys"),
    ] {
        let mut office = with_peer(srtp);
        let (anna, door) = (office.desk("Anna"), office.carrier("Door"));
        // Whether the whole way is encrypted lies with the other system alone.
        office.phone_mut(anna).encryption = Encryption::Only;
        office.phone_mut(door).encryption = knows;
        office.habit(door, Habit::AnswersAfter(secs(1)));
        office.dial(anna, "8201");
        office.run_secs(3);
        assert_eq!(offers(&office, door), offered, "{srtp:?}");
        office.assert_talk(anna, door);
        office.hang_up(anna);
        office.run_until_quiet();
        office.habit(anna, Habit::AnswersAfter(secs(1)));
        office.call_from_outside("Door", "201", "101");
        office.run_secs(3);
        office.assert_talk(anna, door);
        office.hang_up(anna);
        office.run_until_quiet();
        let codec = office.records()[1].codec.clone().unwrap_or_default();
        let is_encrypted = codec.ends_with("SRTP");
        assert_eq!(is_encrypted, knows != Encryption::None, "{srtp:?} {codec}");
    }
}

#[test]
fn another_system_that_must_encrypt_and_does_not_is_neither_called_nor_heard() {
    for knows in [Encryption::None, Encryption::Ignored] {
        let mut office = with_peer(Srtp::Required);
        let (anna, door) = (office.desk("Anna"), office.carrier("Door"));
        office.phone_mut(door).encryption = knows;
        office.habit(door, Habit::AnswersAfter(secs(1)));
        office.dial(anna, "8201");
        office.run_secs(3);
        assert_eq!(office.hears(anna, door), (false, false), "{knows:?}");
        let told = |what: &What| matches!(what, What::PeerNotEncrypted { .. });
        assert!(office.has_happened(told), "{}", office.story());
        office.run_until_quiet();

        office.habit(anna, Habit::AnswersAfter(secs(1)));
        office.call_from_outside("Door", "201", "101");
        office.run_secs(3);
        assert_eq!(office.phone(door).last_line(), LineState::Over(488));
        let refused = |what: &What| {
            let reason = RefusalReason::NotEncrypted;
            matches!(what, What::CallRefused { reason: why, .. } if *why == reason)
        };
        assert!(office.has_happened(refused), "{}", office.story());
        office.run_until_quiet();
    }
}
