//! An office with several domains: its phones are the same people under each.

use super::secs;
use cordboard_tests::sim::{Habit, SimOffice};
use office::{Domain, DomainAccess, Network};

fn domain(text: &str) -> Domain {
    Domain::parse(text).expect("a domain")
}

/// Anna's phone knows the office by one of its domains, Ben's by the other, Cleo's by its address.
fn office(access: Vec<DomainAccess>) -> SimOffice {
    let mut office = SimOffice::builder()
        .settings(|settings| {
            settings.domains = vec![domain("office.example"), domain("tel.example")];
        })
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Cleo", "103", &["desk"])
        .parts(|parts| parts.outside.domain_access = access)
        .open();
    for (name, domain) in [("Anna", "office.example"), ("Ben", "TEL.example")] {
        let phone = office.desk(name);
        office.phone_mut(phone).set_domain(domain);
        office.with(phone, |phone, now| phone.register(now, 3_600));
    }
    office.run_secs(1);
    office
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
fn a_domain_that_is_for_other_networks_only_takes_no_phone_of_this_one() {
    let access = DomainAccess {
        domain: domain("tel.example"),
        allow: vec![Network::parse("203.0.113.0/24").expect("a network")],
        deny: Vec::new(),
    };
    let mut office = office(vec![access]);
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    assert_eq!(office.phone(anna).registered(), Some(200));
    assert_eq!(office.phone(ben).registered(), Some(401));
    // Under the other domain it is welcome.
    office.phone_mut(ben).set_domain("office.example");
    office.with(ben, |phone, now| phone.register(now, 3_600));
    office.run_secs(1);
    assert_eq!(office.phone(ben).registered(), Some(200));
}
