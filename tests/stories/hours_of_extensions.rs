//! An extension, or somebody, takes calls at certain hours: callers at other times go where the office
//! says, and the story of their call tells why.

use super::secs;
use cordboard_tests::sim::{Habit, SimOffice, SimOfficeBuilder};
use office::{
    Country, EmergencyPlan, ExtensionNumber, MailboxId, NumberHours, OfficeParts, PersonHours,
    PersonId, Route, RouteTarget, Schedule, ScheduleDocument, ScheduleId,
};
use serde_json::json;
use switch::{CallSide, Command, EndReason, What};

const HOURS: ScheduleId = ScheduleId(7);

/// Anna, Ben, Cleo and Dora with a mailbox. The office opens its doors at 08:55 and its hours say from
/// nine on; weekdays, and not on 6 January.
fn office() -> SimOfficeBuilder {
    SimOffice::builder()
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .person("Cleo", "103", &["desk"])
        .person("Dora", "104", &["desk"])
        .mailbox()
        .parts(|parts| {
            let document = json!({"schemaVersion": 1, "name": "Office hours",
                "timezone": "UTC",
                "weekly": [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]}],
                "exceptions": [{"id": "epiphany", "label": "Epiphany",
                    "when": {"yearly": "01-06"}, "effect": "holiday"}]});
            let document = ScheduleDocument::read(&document.to_string()).expect("hours");
            parts.schedules.push(Schedule::new(HOURS, document));
        })
}

/// Callers of an extension go elsewhere when it is closed.
fn close(parts: &mut OfficeParts, number: &str, instead: RouteTarget) {
    let mut extensions = parts.extensions.iter_mut();
    let extension = extensions.find(|each| each.number.as_str() == number);
    extension.expect("an extension").hours = Some(NumberHours {
        schedule: HOURS,
        when_closed: Route::to(instead),
    });
}

fn to_extension(number: &str) -> RouteTarget {
    RouteTarget::Extension(ExtensionNumber::parse(number).expect("a number"))
}

const TO_DORAS_MAILBOX: RouteTarget = RouteTarget::Voicemail(MailboxId(1));

fn was_rung(office: &SimOffice, name: &str) -> bool {
    let person = office.person(name);
    office.has_happened(
        |what| matches!(what, What::DeviceCalled { to, .. } if to.person == Some(person)),
    )
}

#[test]
fn a_closed_extension_leads_to_a_mailbox_and_an_open_one_rings() {
    let mut office = office()
        .parts(|parts| close(parts, "101", TO_DORAS_MAILBOX))
        .open();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.dial(ben, "101");
    office.run_secs(20);
    office.hang_up(ben);
    office.run_until_quiet();
    assert!(!was_rung(&office, "Anna"));
    insta::assert_snapshot!(office.story());

    // It is nine, and Anna takes calls.
    office.run_secs(300);
    office.connect(ben, anna);
    office.assert_talk(ben, anna);
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn whoever_waits_over_a_holiday_hears_of_the_next_day_that_is_open() {
    let mut office = office()
        .parts(|parts| close(parts, "101", RouteTarget::Hangup))
        .open();
    let ben = office.desk("Ben");
    // Monday, 17:05; Tuesday is a holiday.
    office.run_secs((8 * 60 + 10) * 60);
    office.dial(ben, "101");
    office.run_until_quiet();
    assert_eq!(office.records().last().unwrap().reason, EndReason::Refused);
    let story = office.story_since(secs(8 * 3_600));
    let closed = "101 is closed until Wed 09:00, so the caller is turned away";
    assert!(story.contains(closed), "{story}");
}

#[test]
fn a_number_from_outside_that_leads_to_a_closed_extension_goes_on_to_where_that_leads() {
    let mut office = office()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .line("Carrier", |_| {})
        .number("+4930123450", to_extension("101"))
        .parts(|parts| close(parts, "101", RouteTarget::User(PersonId(3))))
        .open();
    let (cleo, carrier) = (office.desk("Cleo"), office.carrier("Carrier"));
    office.habit(cleo, Habit::AnswersAfter(secs(1)));
    office.call_from_outside("Carrier", "030654321", "030123450");
    office.run_secs(4);
    office.assert_talk(cleo, carrier);
    assert!(!was_rung(&office, "Anna"));
    assert!(office.has_happened(|what| matches!(
        what,
        What::HoursClosed { what, instead: Some(party), .. }
            if what == "101" && party.name == "Cleo"
    )));
    office.hang_up(cleo);
    office.run_until_quiet();
}

#[test]
fn who_takes_no_calls_at_this_hour_is_not_rung_over_any_number() {
    let mut office = office()
        .parts(|parts| {
            parts.persons[0].hours = Some(PersonHours {
                schedule: HOURS,
                when_closed: RouteTarget::User(PersonId(2)),
            });
            let number = ExtensionNumber::parse("100").expect("a number");
            let extension = office::Extension::to(number, to_extension("101"));
            parts.extensions.push(extension);
        })
        .open();
    let (ben, cleo) = (office.desk("Ben"), office.desk("Cleo"));
    office.habit(ben, Habit::AnswersAfter(secs(1)));
    for number in ["101", "100"] {
        office.dial(cleo, number);
        office.run_secs(3);
        office.assert_talk(cleo, ben);
        office.hang_up(cleo);
        office.run_until_quiet();
    }
    assert!(!was_rung(&office, "Anna"));
}

#[test]
fn a_caller_handed_on_to_a_closed_extension_goes_where_it_leads() {
    let mut office = office()
        .parts(|parts| close(parts, "101", RouteTarget::User(PersonId(3))))
        .open();
    let [ben, cleo, dora] = ["Ben", "Cleo", "Dora"].map(|name| office.desk(name));
    office.habit(cleo, Habit::AnswersAfter(secs(1)));
    office.connect(dora, ben);
    let call = office.the_call();
    office.ask(|ticket| Command::Transfer {
        ticket,
        call,
        keep: CallSide::Caller,
        to: "101".into(),
        asker: switch::Asker::Somebody,
    });
    office.run_secs(4);
    office.assert_talk(dora, cleo);
    assert!(!was_rung(&office, "Anna"));
    office.hang_up(dora);
    office.run_until_quiet();
}

#[test]
fn a_flow_that_rings_a_closed_extension_passes_it_over() {
    let flow = json!({"schemaVersion": 1, "id": "flow_sales", "name": "Sales", "entry": "in",
        "nodes": [
            {"id": "in", "type": "entry", "position": {"x": 0, "y": 0}, "data": {"kind": "entry"}},
            {"id": "ring", "type": "dial", "position": {"x": 0, "y": 0}, "data": {
                "kind": "dial", "ringTime": 20, "targets": [
                    {"type": "number", "id": "101"}, {"type": "number", "id": "103"}]}},
        ],
        "edges": [{"id": "e0", "source": "in", "sourceHandle": "default", "target": "ring"}],
    });
    let mut office = office()
        .parts(|parts| close(parts, "101", TO_DORAS_MAILBOX))
        .flow("Sales", "200", flow)
        .open();
    let (ben, cleo) = (office.desk("Ben"), office.desk("Cleo"));
    office.habit(cleo, Habit::AnswersAfter(secs(1)));
    office.dial(ben, "200");
    office.run_secs(4);
    office.assert_talk(ben, cleo);
    assert!(!was_rung(&office, "Anna"));
    office.hang_up(ben);
    office.run_until_quiet();
}

#[test]
fn whoever_is_called_back_after_an_emergency_call_is_rung_at_any_hour() {
    let mut office = office()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .line("Carrier", |_| {})
        .number("+4930123450", RouteTarget::Hangup)
        .parts(|parts| {
            parts.outside.emergency = EmergencyPlan {
                location: "Hauptstraße 5".to_owned(),
                ..EmergencyPlan::default()
            };
            close(parts, "101", RouteTarget::Hangup);
            parts.persons[0].hours = Some(PersonHours {
                schedule: HOURS,
                when_closed: RouteTarget::Hangup,
            });
        })
        .open();
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.dial(anna, "112");
    office.run_secs(2);
    office.hang_up(anna);
    office.run_until_quiet();
    office.call_from_outside("Carrier", "030112112", "030123450");
    office.run_secs(2);
    assert!(!office.phone(anna).live_lines().is_empty());
    office.hang_up(carrier);
    office.run_until_quiet();
}
