//! The computer gets another address while people talk: everybody is told where the office is now, goes
//! on being heard, and can hang up.

use super::secs;
use cordboard_tests::sim::{Habit, SimOffice, SimOfficeBuilder};
use office::{Country, PersonId, RouteTarget};
use std::net::{IpAddr, Ipv4Addr};
use switch::{EndReason, What};

/// Where the computer is from then on.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 77));

fn with_line() -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .line("Carrier", |_| {})
        .registered()
}

fn ended(office: &SimOffice) -> Vec<EndReason> {
    let happenings = office.happenings();
    let ended = happenings.filter_map(|happening| match &happening.what {
        What::CallEnded { reason, .. } => Some(*reason),
        _ => None,
    });
    ended.collect()
}

#[test]
fn a_call_out_is_heard_on_from_another_address_and_ends_when_either_hangs_up() {
    for carrier_hangs_up in [false, true] {
        let mut office = with_line().open();
        let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
        office.habit(carrier, Habit::AnswersAfter(secs(1)));
        office.dial(anna, "030654321");
        office.run_secs(3);
        office.assert_talk(anna, carrier);
        office.move_computer(ELSEWHERE);
        office.run_secs(2);
        office.assert_talk(anna, carrier);
        assert!(ended(&office).is_empty(), "{}", office.story());
        office.hang_up(if carrier_hangs_up { carrier } else { anna });
        office.run_secs(2);
        assert_eq!(ended(&office), [EndReason::HungUp], "{}", office.story());
        assert_eq!(office.board().calls.len(), 0);
        office.settle();
    }
}

#[test]
fn a_call_in_is_heard_on_from_another_address_and_ends_when_either_hangs_up() {
    for carrier_hangs_up in [false, true] {
        let mut office = with_line().open();
        let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
        office.habit(anna, Habit::AnswersAfter(secs(1)));
        office.call_from_outside("Carrier", "030654321", "030123451");
        office.run_secs(3);
        office.assert_talk(anna, carrier);
        office.move_computer(ELSEWHERE);
        office.run_secs(2);
        office.assert_talk(anna, carrier);
        office.hang_up(if carrier_hangs_up { carrier } else { anna });
        office.run_secs(2);
        assert_eq!(ended(&office), [EndReason::HungUp], "{}", office.story());
        office.settle();
    }
}

#[test]
fn two_phones_of_the_office_can_still_hang_up_on_each_other() {
    for relayed in [false, true] {
        let mut office = with_line()
            .config(|config| config.always_relay = relayed)
            .open();
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.connect(anna, ben);
        office.move_computer(ELSEWHERE);
        office.run_secs(2);
        office.assert_talk(anna, ben);
        office.hang_up(ben);
        office.run_secs(2);
        assert_eq!(ended(&office), [EndReason::HungUp], "{}", office.story());
        office.settle();
    }
}

#[test]
fn two_phones_that_talk_straight_again_after_a_hold_go_on_doing_so() {
    let mut office = with_line().open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.connect(anna, ben);
    office.hold(anna);
    office.run_secs(1);
    office.resume(anna);
    office.run_secs(2);
    office.assert_talk(anna, ben);
    assert!(!office.is_relaying());
    office.move_computer(ELSEWHERE);
    office.run_secs(2);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_secs(2);
    office.settle();
}

#[test]
fn another_network_of_the_computer_is_not_taken_for_the_new_one() {
    let mut office = with_line()
        .config(|config| config.always_relay = true)
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.also_listens(IpAddr::V4(Ipv4Addr::new(172, 17, 0, 1)));
    office.connect(anna, ben);
    office.move_computer(ELSEWHERE);
    office.run_secs(2);
    office.assert_talk(anna, ben);
    office.hang_up(ben);
    office.run_secs(2);
    office.settle();
}

#[test]
fn whoever_is_held_is_taken_back_after_the_computer_has_moved() {
    let mut office = with_line().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", "030654321", "030123451");
    office.run_secs(3);
    office.hold(anna);
    office.run_secs(1);
    office.move_computer(ELSEWHERE);
    office.run_secs(3);
    assert!(office.hears(anna, carrier) == (false, false), "still held");
    office.resume(anna);
    office.run_secs(2);
    office.assert_talk(anna, carrier);
    office.hang_up(anna);
    office.run_secs(2);
    assert_eq!(ended(&office), [EndReason::HungUp], "{}", office.story());
    office.settle();
}

/// A carrier that knows nobody at the new address says nothing: the call is not left over.
#[test]
fn a_carrier_that_does_not_follow_is_hung_up_on_and_nobody_is_left() {
    let mut office = with_line().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.dial(anna, "030654321");
    office.run_secs(3);
    office.assert_talk(anna, carrier);
    office.habit(carrier, Habit::IsDead);
    office.move_computer(ELSEWHERE);
    office.run_secs(60);
    assert_eq!(ended(&office).len(), 1, "{}", office.story());
    assert_eq!(office.board().calls.len(), 0);
}
