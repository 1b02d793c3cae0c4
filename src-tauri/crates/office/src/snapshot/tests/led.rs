//! Extensions and persons with hours: where callers come to at which time, and what is refused.

use super::*;
use crate::limits::EXTENSION_HOPS_MAX;
use crate::schedule::{BecauseKind, OpenState};
use crate::{NumberHours, OutsideFault, PersonHours, Route, WithHours, Xform};

/// The office of the tests, open on weekdays from 9 to 17 in Berlin, and on New Year's Eve to noon.
fn with_hours(change: impl FnOnce(&mut OfficeParts)) -> Result<Office, Vec<OfficeProblem>> {
    let mut parts = parts();
    let json = r#"{"schemaVersion": 1, "name": "Hours", "timezone": "Europe/Berlin", "weekly":
        [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]}], "exceptions": [{"id": "eve",
        "label": "New Year's Eve", "when": {"yearly": "12-31"}, "effect": [["09:00", "12:00"]]}]}"#;
    let hours = ScheduleDocument::read(json).unwrap();
    parts.schedules = vec![Schedule::new(ScheduleId(31), hours)];
    change(&mut parts);
    Office::build(parts)
}

fn hours(when_closed: RouteTarget) -> Option<NumberHours> {
    Some(NumberHours {
        schedule: ScheduleId(31),
        when_closed: Route::to(when_closed),
    })
}

fn close(parts: &mut OfficeParts, dialled: &str, when_closed: RouteTarget) {
    let mut extensions = parts.extensions.iter_mut();
    let extension = extensions.find(|each| each.number.as_str() == dialled);
    extension.unwrap().hours = hours(when_closed);
}

fn at(moment: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(moment)
        .unwrap()
        .timestamp_millis()
}

const TO_SALES: RouteTarget = RouteTarget::Voicemail(MailboxId(23));

#[test]
fn an_extension_leads_elsewhere_while_its_hours_are_closed() {
    let office = with_hours(|parts| {
        close(parts, "201", TO_SALES);
        let set = parts.extensions.iter_mut();
        for extension in set.filter_map(|each| each.hours.as_mut()) {
            extension.when_closed.dest_xform = Xform {
                caller_name_prefix: Some("Closed: ".to_owned()),
                ..Xform::default()
            };
        }
    });
    let office = office.unwrap();
    let anna = office.person(PersonId(1)).unwrap();
    for (moment, open) in [
        ("2025-11-20T10:00:00+01:00", true),
        ("2025-11-20T20:00:00+01:00", false),
        // The clocks go forward in the night to Sunday, 30 March 2025.
        ("2025-03-28T16:59:59+01:00", true),
        ("2025-03-31T08:59:59+02:00", false),
        ("2025-03-31T09:00:00+02:00", true),
        // A day with hours of its own.
        ("2025-12-31T11:59:00+01:00", true),
        ("2025-12-31T12:00:00+01:00", false),
    ] {
        // 0 leads to 201.
        for dialled in ["201", "0"] {
            let led = office.led(dialled, at(moment));
            if open {
                assert_eq!((led.to, led.closed.len()), (Dialled::Person(anna), 0));
                continue;
            }
            assert_eq!(led.to, Dialled::Mailbox(MailboxId(23)), "{moment}");
            let [closed] = &led.closed[..] else {
                panic!("one thing is closed at {moment}")
            };
            assert_eq!(closed.what, WithHours::Extension(&number("201")));
            assert_eq!(closed.openness.state, OpenState::Closed);
            let prefix = &closed.set.unwrap().caller_name_prefix;
            assert_eq!(prefix.as_deref(), Some("Closed: "));
        }
    }
    // New Year's Eve is a Wednesday, and no other day is a holiday here.
    for (closed, opens) in [
        ("2025-12-31T12:00:00+01:00", "2026-01-01T09:00:00+01:00"),
        ("2025-03-28T17:00:00+01:00", "2025-03-31T09:00:00+02:00"),
        ("2025-10-24T17:00:00+02:00", "2025-10-27T09:00:00+01:00"),
    ] {
        assert_eq!(
            office.opens_after(ScheduleId(31), at(closed)),
            Some(at(opens))
        );
    }
    let eve = office.led("201", at("2025-12-31T13:00:00+01:00"));
    assert_eq!(eve.closed[0].openness.because.kind, BecauseKind::Exception);
    assert_eq!(
        office.resolve("201"),
        Dialled::Person(anna),
        "by what it is"
    );
}

#[test]
fn a_persons_hours_hold_over_whatever_number_they_are_called() {
    let office = with_hours(|parts| {
        let anna = parts.persons.iter_mut().find(|each| each.id.0 == 1);
        anna.unwrap().hours = Some(PersonHours {
            schedule: ScheduleId(31),
            when_closed: TO_SALES,
        });
    });
    let office = office.unwrap();
    let anna = office.person(PersonId(1)).unwrap();
    let evening = at("2025-11-20T20:00:00+01:00");
    for led in [
        office.led("201", evening),
        office.led("0", evening),
        office.led_to(&to_person(1), evening),
    ] {
        assert_eq!(led.to, Dialled::Mailbox(MailboxId(23)));
        assert_eq!(led.closed[0].what, WithHours::Person(anna));
    }
    let morning = office.led("201", at("2025-11-20T10:00:00+01:00"));
    assert_eq!(morning.to, Dialled::Person(anna));
}

#[test]
fn hours_that_lead_back_to_themselves_are_refused() {
    let refused = |change: &dyn Fn(&mut OfficeParts)| match with_hours(change) {
        Err(problems) => problems
            .iter()
            .map(|each| {
                let OfficeProblem::Outside {
                    record,
                    field,
                    fault,
                } = each
                else {
                    panic!("{each:?}")
                };
                (record.clone(), *field, fault.clone())
            })
            .collect(),
        Ok(_) => Vec::new(),
    };
    let circle = |record| (record, "hours.when_closed", OutsideFault::ClosedCircle);
    let extension = |dialled| Record::Extension(number(dialled));
    // 201 is Anna's, 0 leads to 201.
    let found = refused(&|parts| close(parts, "201", to_extension("0")));
    assert_eq!(found, [circle(extension("201"))]);
    let found = refused(&|parts| {
        close(parts, "201", to_person(2));
        let boris = parts.persons.iter_mut().find(|each| each.id.0 == 2);
        boris.unwrap().hours = Some(PersonHours {
            schedule: ScheduleId(31),
            when_closed: to_extension("201"),
        });
    });
    assert_eq!(
        found,
        [
            circle(Record::Person(PersonId(2))),
            circle(extension("201"))
        ]
    );
    assert_eq!(refused(&|parts| close(parts, "0", to_extension("201"))), []);

    let found = refused(&|parts| {
        close(parts, "201", RouteTarget::Flow(FlowId(9)));
        let mut extensions = parts.extensions.iter_mut();
        let hours = extensions.find_map(|each| each.hours.as_mut());
        hours.unwrap().schedule = ScheduleId(9);
    });
    assert_eq!(
        found,
        [
            (
                extension("201"),
                "hours.schedule",
                OutsideFault::ScheduleMissing
            ),
            (
                extension("201"),
                "hours.when_closed",
                OutsideFault::TargetMissing
            ),
        ]
    );
}

#[test]
fn a_long_chain_of_closed_extensions_comes_to_an_end() {
    let office = with_hours(|parts| {
        for hop in 0..EXTENSION_HOPS_MAX {
            let mut each = extension(&format!("40{hop}"), to_person(1));
            each.hours = hours(match hop + 1 == EXTENSION_HOPS_MAX {
                true => TO_SALES,
                false => to_extension(&format!("40{}", hop + 1)),
            });
            parts.extensions.push(each);
        }
    });
    let office = office.unwrap();
    let led = office.led("400", at("2025-11-20T20:00:00+01:00"));
    assert_eq!(led.to, Dialled::Mailbox(MailboxId(23)));
    assert_eq!(led.closed.len(), EXTENSION_HOPS_MAX);
}
