//! A provider that means ill, or somebody who pretends to be one, changes nothing in the office.

use super::secs;
use cordboard_tests::sim::{Habit, Seen, SimOffice};
use office::{Country, PersonId, RouteTarget};
use sip_message::Method;
use std::time::Duration;
use switch::{LineTrouble, What};

fn with_registered_line() -> SimOffice {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .line("Carrier", |_| {})
        .registered()
        .line("Spare", |_| {})
        .open()
}

#[test]
fn a_call_is_not_sent_where_a_provider_redirects_it() {
    let mut office = with_registered_line();
    let anna = office.desk("Anna");
    office.carrier_of("Carrier").redirects_to = Some("sip:+49900123456@203.0.113.66".to_owned());
    office.dial(anna, "030654321");
    office.run_secs(10);
    let stranger = "203.0.113.66:5060".parse().unwrap();
    assert!(office.letters(stranger).is_empty(), "{office:?}");
    let premium =
        |what: &What| matches!(what, What::DeviceCalled { to, .. } if to.number.contains("900"));
    assert!(!office.has_happened(premium));
    assert!(office.has_happened(|what| matches!(
        what,
        What::LineFailed {
            reason: LineTrouble::Redirects,
            ..
        }
    )));
    office.hang_up(anna);
    office.run_until_quiet();
}

#[test]
fn a_provider_that_wants_the_password_for_ever_gets_it_twice() {
    let mut office = with_registered_line();
    let anna = office.desk("Anna");
    office.carrier_of("Carrier").challenges_always = true;
    office.dial(anna, "030654321");
    office.run_secs(5);
    let asked = office.carrier_of("Carrier").count(&Method::Invite);
    assert!((1..=3).contains(&asked), "{asked}");
    office.hang_up(anna);
    office.run_for(Duration::from_secs(60));
}

#[test]
fn a_provider_that_calls_gets_no_password_for_the_goodbye() {
    let mut office = with_registered_line();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(3);
    office.carrier_of("Carrier").challenges_always = true;
    office.hang_up(anna);
    office.run_secs(40);
    assert_eq!(
        office.carrier_of("Carrier").count(&Method::Bye),
        1,
        "{office:?}"
    );
    assert!(office.phone(carrier).live_lines().is_empty() || office.board().calls.is_empty());
}

#[test]
fn a_caller_from_outside_hands_nobody_on() {
    let mut office = with_registered_line();
    let (anna, ben, carrier) = (
        office.desk("Anna"),
        office.desk("Ben"),
        office.carrier("Carrier"),
    );
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(3);
    for number in ["102", "+49900123456"] {
        office.transfer(carrier, number);
        office.run_secs(3);
        office.assert_talk(anna, carrier);
    }
    assert!(!office.phone(ben).has_seen(&Seen::Rings));
    assert!(!office.has_happened(|what| matches!(what, What::TransferBegan { .. })));
    office.hang_up(anna);
    office.settle();
}

#[test]
fn somebody_at_another_address_is_asked_for_a_password_whatever_number_they_call() {
    let mut office = with_registered_line();
    let stranger = "203.0.113.66:5060".parse().unwrap();
    let invite = "INVITE sip:+4930123451@10.0.0.1 SIP/2.0\r\n\
        Via: SIP/2.0/UDP 203.0.113.66:5060;branch=z9hG4bKforged;rport\r\n\
        From: <sip:101@office.example>;tag=1\r\nTo: <sip:+4930123451@10.0.0.1>\r\n\
        Call-ID: forged\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n\
        Contact: <sip:x@203.0.113.66>\r\nP-Asserted-Identity: <sip:101@office.example>\r\n\
        Content-Length: 0\r\n\r\n";
    office.stranger_sends(stranger, invite);
    office.run_secs(2);
    let letters = office.letters(stranger);
    let told: Vec<_> = letters
        .iter()
        .map(|l| String::from_utf8_lossy(l).into_owned())
        .collect();
    assert!(
        told.iter().any(|text| text.starts_with("SIP/2.0 401")),
        "{told:?}"
    );
    assert!(!office.has_happened(|what| matches!(what, What::CallerArrived { .. })));
}
