//! An office with several domains: its phones are the same people under each, and from where they may
//! sign in is for no name to evade.

use super::secs;
use cordboard_tests::sim::{Habit, PhoneId, SimOffice};
use office::{Country, Domain, DomainAccess, Network};
use switch::{LoginRefusal, What};

/// The networks of Anna's, Ben's and Cleo's telephones, and of them all.
const ALL_PHONES: &str = "10.0.1.0/24";
const ELSEWHERE: &str = "203.0.113.0/24";

/// Where the engine is.
const ADDRESS: &str = "10.0.0.1";

fn domain(text: &str) -> Domain {
    Domain::parse(text).expect("a domain")
}

/// Who may come in under a domain.
fn access(of: &str, allow: &[&str], deny: &[&str]) -> DomainAccess {
    let networks = |texts: &[&str]| {
        let networks = texts.iter().map(|text| Network::parse(text));
        networks.collect::<Result<_, _>>().expect("networks")
    };
    DomainAccess {
        domain: domain(of),
        allow: networks(allow),
        deny: networks(deny),
    }
}

/// Anna's phone knows the office by one of its domains, Ben's by the other, Cleo's by its address.
fn office(access: Vec<DomainAccess>) -> SimOffice {
    let mut office = SimOffice::builder()
        .settings(|settings| {
            settings.domains = vec![domain("office.example"), domain("tel.example")];
            settings.country = Country::parse("DE").ok();
        })
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Cleo", "103", &["desk"])
        .line("Carrier", |_| {})
        .parts(|parts| parts.outside.domain_access = access)
        .open();
    for (name, domain) in [("Anna", "office.example"), ("Ben", "TEL.example")] {
        let phone = office.desk(name);
        registers_as(&mut office, phone, domain);
    }
    office
}

/// The answer to a phone that signs in under a name of the office.
fn registers_as(office: &mut SimOffice, phone: PhoneId, domain: &str) -> Option<u16> {
    office.phone_mut(phone).set_domain(domain);
    office.with(phone, |phone, now| phone.register(now, 3_600));
    office.run_secs(1);
    office.phone(phone).registered()
}

#[test]
fn phones_under_each_domain_of_an_office_call_each_other() {
    let mut office = office(Vec::new());
    let phones = ["Anna", "Ben", "Cleo"].map(|name| office.desk(name));
    for phone in phones {
        assert_eq!(office.phone(phone).registered(), Some(200));
        office.habit(phone, Habit::AnswersAfter(secs(1)));
    }
    for (caller, number, called) in [(0, "102", 1), (1, "101", 0), (2, "101", 0), (1, "103", 2)] {
        office.dial(phones[caller], number);
        office.run_secs(3);
        office.assert_talk(phones[caller], phones[called]);
        office.hang_up(phones[called]);
        office.run_until_quiet();
    }
}

#[test]
fn a_phone_that_one_domain_turns_away_comes_in_under_no_other_name() {
    for access in [
        access("tel.example", &[ELSEWHERE], &[]),
        access("tel.example", &[], &[ALL_PHONES]),
        access("office.example", &["10.0.1.9", "2001:db8::/32"], &[]),
        access("office.example", &[ALL_PHONES], &["10.0.1.0/29"]),
    ] {
        let mut office = office(vec![access.clone()]);
        for name in ["Anna", "Ben", "Cleo"] {
            assert_eq!(
                office.phone(office.desk(name)).registered(),
                Some(401),
                "{name}"
            );
        }
        let ben = office.desk("Ben");
        for name in [
            "office.example",
            "OFFICE.example.",
            "tel.example",
            ADDRESS,
            "else.example",
        ] {
            let answer = registers_as(&mut office, ben, name);
            assert_ne!(answer, Some(200), "{name} with {access:?}");
            office.dial(ben, "101");
            office.run_secs(3);
        }
        assert!(!office.has_happened(|what| matches!(what, What::CallerArrived { .. })));
        // Whoever looks is told that it is not for a wrong password.
        assert!(office.has_happened(|what| matches!(
            what,
            What::LoginRefused {
                reason: LoginRefusal::NotFromThere,
                ..
            }
        )));
        assert!(!office.has_happened(|what| matches!(
            what,
            What::LoginRefused {
                reason: LoginRefusal::BadCredentials | LoginRefusal::TooManyTries,
                ..
            }
        )));
    }
}

#[test]
fn a_phone_that_a_domain_is_for_comes_in_there_and_by_the_address() {
    let lists = vec![
        access("tel.example", &[ELSEWHERE], &[]),
        access("office.example", &[ALL_PHONES], &[]),
    ];
    let mut office = office(lists);
    let ben = office.desk("Ben");
    let answers = ["Anna", "Ben", "Cleo"].map(|name| office.phone(office.desk(name)).registered());
    assert_eq!(answers, [Some(200), Some(401), Some(200)]);
    assert_eq!(registers_as(&mut office, ben, "office.example"), Some(200));
}

#[test]
fn a_phone_that_is_turned_away_still_calls_for_help() {
    let mut office = office(Vec::new());
    let anna = office.desk("Anna");
    // She has signed in before the list was made.
    office.change_office(|parts| {
        let list = access("office.example", &[ELSEWHERE], &[ALL_PHONES]);
        parts.outside.domain_access = vec![list];
    });
    office.dial(anna, "102");
    office.run_secs(3);
    assert!(!office.has_happened(|what| matches!(what, What::CallerArrived { .. })));
    office.dial(anna, "112");
    office.run_secs(1);
    assert!(office.has_happened(|what| matches!(what, What::EmergencyCalled { .. })));
    let carrier = office.carrier("Carrier");
    let carrier = office.phone(carrier).carrier();
    assert_eq!(carrier.count(&sip_message::Method::Invite), 1);
}
