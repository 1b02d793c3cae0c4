//! A line is tried by a call to one of its own numbers: it goes out as any call of whoever asks, and is
//! known when it comes back; whoever really calls meanwhile reaches whom they call.

use super::secs;
use cordboard_tests::sim::{CallIn, Habit, Seen, SimOffice, SimOfficeBuilder};
use office::{CallingRights, Country, PersonId, Reach, RouteTarget};
use std::time::Duration;
use switch::{CameBack, Command, CommandRefusal, CommandResult, KnownBy, RefusalReason, What};

const OURS: &str = "+4930123451";

fn with_line() -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .number(OURS, RouteTarget::User(PersonId(1)))
        .line("Carrier", |_| {})
}

fn try_line(office: &mut SimOffice) -> CommandResult {
    let line = office.line("Carrier");
    office.ask(|ticket| Command::TryRoundTrip {
        ticket,
        line,
        number: None,
        person: PersonId(1),
    })
}

fn tried(office: &SimOffice) -> Option<Option<CameBack>> {
    let mut happenings = office.happenings();
    happenings.find_map(|happening| match &happening.what {
        What::LineTried { back, .. } => Some(back.as_deref().cloned()),
        _ => None,
    })
}

#[test]
fn a_call_that_comes_back_rings_nobody_and_is_told_as_whose_it_was_known() {
    let mut office = with_line().open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(carrier, Habit::AnswersAfter(secs(3)));
    let taken = try_line(&mut office);
    assert!(
        matches!(taken, CommandResult::Taken { call: Some(_) }),
        "{taken:?}"
    );
    office.run_secs(1);
    // Asked again while it goes on it is the same.
    assert_eq!(try_line(&mut office), taken);
    office.call_from_outside("Carrier", "+4930123450", "030123451");
    office.run_for(Duration::from_secs(55));
    assert!(
        !office.phone(anna).has_seen(&Seen::Rings),
        "{}",
        office.story()
    );
    let back = tried(&office).expect("it is told").expect("it came back");
    assert_eq!(back.known_by, KnownBy::Address);
    assert_eq!(back.caller, "+4930123450");
    assert_eq!(back.called_as, "030123451");
    assert_eq!(back.line, office.line("Carrier"));
    assert_eq!(office.board().calls.len(), 0, "{}", office.story());
    office.run_until_quiet();
}

#[test]
fn a_call_that_does_not_come_back_is_over_in_half_a_minute() {
    let mut office = with_line().open();
    office.habit(office.carrier("Carrier"), Habit::LetsItRing);
    try_line(&mut office);
    office.run_secs(30);
    assert_eq!(tried(&office), Some(None), "{}", office.story());
    assert_eq!(office.board().calls.len(), 0);
    office.run_until_quiet();
}

#[test]
fn whoever_really_calls_while_a_line_is_tried_reaches_whom_they_call() {
    let mut office = with_line().open();
    let anna = office.desk("Anna");
    office.habit(office.carrier("Carrier"), Habit::LetsItRing);
    try_line(&mut office);
    office.run_secs(1);
    let call = CallIn {
        from: Some("+4930654321".to_owned()),
        ..CallIn::default()
    };
    let line = office.call_in("Carrier", "030123451", &call);
    office.run_secs(2);
    assert!(
        office.phone(anna).has_seen(&Seen::Rings),
        "{}",
        office.story()
    );
    let carrier = office.carrier("Carrier");
    office.with(carrier, |exchange, now| exchange.hang_up(now, line));
    office.run_secs(30);
    assert_eq!(tried(&office), Some(None));
    office.run_until_quiet();
}

#[test]
fn a_line_is_tried_by_nobody_who_may_not_call() {
    let mut office = with_line()
        .parts(|parts| {
            parts.outside.rights.push(CallingRights {
                person: PersonId(1),
                shows: None,
                reach: Reach::Inside,
                abroad_after_hours: false,
                foreign_minutes: None,
                money: None,
            });
        })
        .open();
    let refused = CommandResult::Refused {
        reason: CommandRefusal::Call(RefusalReason::InsideOnly),
    };
    assert_eq!(try_line(&mut office), refused);
    office.run_until_quiet();
}
