//! Calls abroad are made in the office's hours: fraud is at night and at weekends. Nothing else is: at
//! home people call as ever, and help is called at any hour.

use super::secs;
use cordboard_tests::sim::{Habit, LineState, SimOffice, SimOfficeBuilder};
use office::{CallingRights, Country, PersonId, Reach, Schedule, ScheduleDocument, ScheduleId};
use serde_json::json;
use switch::{RefusalReason, What};

const HOURS: ScheduleId = ScheduleId(7);
const LONDON: &str = "+442079460000";
/// From 08:55, when the office opens its doors, until 20:55.
const INTO_THE_EVENING: u64 = 12 * 3_600;

/// Anna and Ben in Berlin, with one line; Britain may be called between nine and five.
fn office() -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .line("Carrier", |_| {})
        .parts(|parts| {
            let document = json!({"schemaVersion": 1, "name": "Opening hours", "timezone": "UTC",
                "weekly": [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]}],
                "exceptions": []});
            let document = ScheduleDocument::read(&document.to_string()).expect("hours");
            parts.schedules.push(Schedule::new(HOURS, document));
            let policy = &mut parts.outside.calling;
            policy.countries = vec![Country::parse("GB").unwrap()];
            policy.new_devices_abroad = true;
            policy.foreign_hours = Some(HOURS);
        })
}

/// Whether Anna talks with whom she called, and what her phone was told if she does not.
fn dial(office: &mut SimOffice, number: &str) -> Result<(), u16> {
    let (anna, carrier) = (office.desk("Anna"), office.carrier("Carrier"));
    office.habit(carrier, Habit::AnswersAfter(secs(1)));
    office.dial(anna, number);
    office.run_secs(3);
    let told = match office.phone(anna).last_line() {
        LineState::Over(status) => Err(status),
        _ => {
            office.assert_talk(anna, carrier);
            Ok(())
        }
    };
    if told.is_ok() {
        office.hang_up(anna);
    }
    office.run_until_quiet();
    told
}

#[test]
fn abroad_is_called_in_opening_hours_only_and_home_and_help_at_any_hour() {
    let mut office = office().open();
    office.run_secs(600);
    assert_eq!(dial(&mut office, LONDON), Ok(()), "at five past nine");
    office.run_secs(INTO_THE_EVENING);
    assert_eq!(dial(&mut office, LONDON), Err(403), "at night");
    let refused = |what: &What| {
        matches!(what, What::OutsideRefused { number, reason: RefusalReason::AfterHours, .. }
            if number == LONDON)
    };
    assert!(office.has_happened(refused), "{}", office.story());
    let story = office.story();
    assert!(story.contains("abroad is closed at this time"), "{story}");
    assert_eq!(dial(&mut office, "030 654321"), Ok(()), "home, at night");
    assert_eq!(dial(&mut office, "112"), Ok(()), "help, at night");
}

#[test]
fn whoever_may_call_abroad_at_night_does() {
    let mut office = office()
        .parts(|parts| {
            parts.outside.rights.push(CallingRights {
                person: PersonId(1),
                shows: None,
                reach: Reach::Everywhere,
                abroad_after_hours: true,
                foreign_minutes: None,
                money: None,
            });
        })
        .open();
    office.run_secs(INTO_THE_EVENING);
    assert_eq!(dial(&mut office, LONDON), Ok(()));
}

#[test]
fn an_office_without_such_hours_calls_abroad_at_night() {
    let mut office = office()
        .parts(|parts| parts.outside.calling.foreign_hours = None)
        .open();
    office.run_secs(INTO_THE_EVENING);
    assert_eq!(dial(&mut office, LONDON), Ok(()));
}
