//! How many calls go in and out at a time, and how fast: what the carrier and the phones are told, and
//! what the story of the call says.

use super::secs;
use cordboard_tests::sim::{Habit, LineState, Seen, SimOffice, SimOfficeBuilder};
use office::{Country, OutsideAdmission, PersonId, RateLimit, RateScope, RouteTarget};
use switch::{Asker, Command, CommandRefusal, CommandResult, RefusalReason, What};

/// Anna and Ben in Berlin with a number each, and one line.
fn with_limits(change: impl FnOnce(&mut OutsideAdmission)) -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .number("+4930123451", RouteTarget::User(PersonId(1)))
        .number("+4930123452", RouteTarget::User(PersonId(2)))
        .line("Carrier", |_| {})
        .parts(|parts| change(&mut parts.outside.admission))
}

/// At most so many calls a minute.
fn rate(of: RateScope, calls: u16) -> impl FnOnce(&mut OutsideAdmission) {
    move |admission| {
        admission.rates = vec![RateLimit {
            of,
            calls,
            seconds: 60,
        }];
    }
}

/// Somebody outside calls, and what their carrier is told when nobody's phone rings.
fn call_in(office: &mut SimOffice, from: &str, number: &str) -> Option<u16> {
    let carrier = office.carrier("Carrier");
    let before = office.phone(carrier).seen().len();
    office.call_from_outside("Carrier", from, number);
    office.run_secs(2);
    let mut seen = office.phone(carrier).seen()[before..].iter();
    seen.find_map(|(_, _, seen)| match seen {
        Seen::TurnedAway(status) => Some(*status),
        _ => None,
    })
}

/// Somebody of the office calls outside, and what their phone is told when that may not be.
fn call_out(office: &mut SimOffice, who: &str) -> Option<u16> {
    let desk = office.desk(who);
    office.dial(desk, "030 654321");
    office.run_secs(3);
    match office.phone(desk).last_line() {
        LineState::Over(status) => Some(status),
        _ => None,
    }
}

fn open(builder: SimOfficeBuilder) -> SimOffice {
    let mut office = builder.open();
    for desk in ["Anna", "Ben"] {
        let desk = office.desk(desk);
        office.habit(desk, Habit::AnswersAfter(secs(1)));
    }
    let carrier = office.carrier("Carrier");
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office
}

/// The call was refused for that reason, and its story says so.
fn assert_refused(office: &SimOffice, reason: RefusalReason, told: &str) {
    assert!(
        office.has_happened(|what| matches!(
            what,
            What::CallRefused { reason: why, .. } if *why == reason
        )),
        "{}",
        office.story()
    );
    let line = format!("the call is refused: {told}");
    assert!(office.story().contains(&line), "{}", office.story());
}

const AT_LIMIT: &str = "as many calls go in or out as may";
const TOO_FAST: &str = "too many calls in a short time";

#[test]
fn no_more_calls_come_in_than_may() {
    let mut office = open(with_limits(|admission| admission.max_in = Some(1)));
    assert_eq!(call_in(&mut office, "030654321", "030123451"), None);
    assert_eq!(call_in(&mut office, "030654322", "030123452"), Some(503));
    assert_refused(&office, RefusalReason::OutsideAtLimit, AT_LIMIT);
    let anna = office.desk("Anna");
    office.hang_up(anna);
    office.run_secs(2);
    assert_eq!(call_in(&mut office, "030654322", "030123452"), None);
}

#[test]
fn no_more_calls_come_to_a_number_than_it_takes() {
    let mut office =
        open(with_limits(|_| {}).parts(|parts| parts.phone_numbers[0].channels = Some(1)));
    assert_eq!(call_in(&mut office, "030654321", "030123451"), None);
    assert_eq!(call_in(&mut office, "030654322", "030123451"), Some(503));
    assert_refused(&office, RefusalReason::OutsideAtLimit, AT_LIMIT);
    assert_eq!(
        call_in(&mut office, "030654322", "030123452"),
        None,
        "the other number has its own places"
    );
}

#[test]
fn no_more_calls_go_out_than_may() {
    let mut office = open(with_limits(|admission| admission.max_out = Some(1)));
    assert_eq!(call_out(&mut office, "Anna"), None);
    assert_eq!(call_out(&mut office, "Ben"), Some(503));
    assert_refused(&office, RefusalReason::OutsideAtLimit, AT_LIMIT);
    let anna = office.desk("Anna");
    office.hang_up(anna);
    office.run_secs(2);
    assert_eq!(call_out(&mut office, "Ben"), None);
}

/// A call for a person whose phone rings first, asked for by a program or at the board.
fn originate(office: &mut SimOffice, who: &str, asker: Asker) -> CommandResult {
    let person = office.person(who);
    let done = office.ask(move |ticket| Command::Originate {
        ticket,
        person,
        to: "030654321".to_owned(),
        line: None,
        asker,
    });
    office.run_secs(4);
    done
}

fn is_at_limit(done: &CommandResult) -> bool {
    let reason = CommandRefusal::Call(RefusalReason::OutsideAtLimit);
    matches!(done, CommandResult::Refused { reason: why } if *why == reason)
}

#[test]
fn programs_call_no_more_than_they_may_and_people_call_on() {
    let mut office = open(with_limits(|admission| admission.max_dialer = Some(1)));
    let first = originate(&mut office, "Anna", Asker::Program);
    assert!(matches!(first, CommandResult::Taken { .. }));
    office.assert_talk(office.desk("Anna"), office.carrier("Carrier"));
    let second = originate(&mut office, "Ben", Asker::Program);
    assert!(is_at_limit(&second), "{second:?}\n{}", office.story());
    let by_hand = originate(&mut office, "Ben", Asker::Somebody);
    assert!(
        matches!(by_hand, CommandResult::Taken { .. }),
        "{by_hand:?}"
    );
    office.assert_talk(office.desk("Ben"), office.carrier("Carrier"));
}

#[test]
fn a_program_that_may_call_nobody_has_nobody_fetched_to_their_phone() {
    let mut office = open(with_limits(|admission| admission.max_dialer = Some(0)));
    let done = originate(&mut office, "Anna", Asker::Program);
    assert!(is_at_limit(&done), "{done:?}");
    assert!(!office.has_happened(|what| matches!(what, What::DeviceCalled { .. })));
}

#[test]
fn a_program_hands_no_talk_on_where_it_may_not_call() {
    for (asker, may) in [(Asker::Program, false), (Asker::Somebody, true)] {
        let mut office = open(with_limits(|admission| admission.max_dialer = Some(0)));
        let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
        office.connect(anna, ben);
        let call = office.the_call();
        let done = office.ask(move |ticket| Command::Transfer {
            ticket,
            call,
            keep: switch::CallSide::Callee,
            to: "030654321".to_owned(),
            asker,
        });
        assert_eq!(is_at_limit(&done), !may, "{asker:?}: {done:?}");
    }
}

#[test]
fn calls_come_in_no_faster_than_they_may() {
    let mut office = open(with_limits(rate(RateScope::AllIn, 1)));
    assert_eq!(call_in(&mut office, "030654321", "030123451"), None);
    assert_eq!(call_in(&mut office, "030654322", "030123452"), Some(480));
    assert_refused(&office, RefusalReason::RateLimited, TOO_FAST);
    office.run_secs(60);
    assert_eq!(call_in(&mut office, "030654322", "030123452"), None);
}

#[test]
fn calls_to_one_number_come_in_no_faster_than_they_may() {
    let mut office = open(with_limits(rate(RateScope::NumberIn, 1)));
    assert_eq!(call_in(&mut office, "030654321", "030123451"), None);
    assert_eq!(call_in(&mut office, "030654322", "030123451"), Some(480));
    assert_refused(&office, RefusalReason::RateLimited, TOO_FAST);
    assert_eq!(call_in(&mut office, "030654322", "030123452"), None);
}

#[test]
fn one_caller_comes_in_no_faster_than_they_may() {
    let mut office = open(with_limits(rate(RateScope::CallerIn, 1)));
    assert_eq!(call_in(&mut office, "030654321", "030123451"), None);
    assert_eq!(
        call_in(&mut office, "+4930654321", "030123452"),
        Some(480),
        "however their number is written"
    );
    assert_refused(&office, RefusalReason::RateLimited, TOO_FAST);
    assert_eq!(call_in(&mut office, "030654322", "030123452"), None);
}

#[test]
fn calls_go_out_no_faster_than_they_may() {
    let mut office = open(with_limits(rate(RateScope::AllOut, 1)));
    assert_eq!(call_out(&mut office, "Anna"), None);
    assert_eq!(call_out(&mut office, "Ben"), Some(480));
    assert_refused(&office, RefusalReason::RateLimited, TOO_FAST);
    office.run_secs(60);
    assert_eq!(call_out(&mut office, "Ben"), None);
}

#[test]
fn one_person_calls_out_no_faster_than_they_may() {
    let mut office = open(with_limits(rate(RateScope::PersonOut, 1)));
    assert_eq!(call_out(&mut office, "Anna"), None);
    let anna = office.desk("Anna");
    office.hang_up(anna);
    office.run_secs(2);
    assert_eq!(call_out(&mut office, "Anna"), Some(480));
    assert_refused(&office, RefusalReason::RateLimited, TOO_FAST);
    assert_eq!(call_out(&mut office, "Ben"), None);
}
