//! What a caller of a mailbox hears is what somebody recorded for callers like them: the usual words,
//! those for when the owner speaks, is away or is closed, and those of the very day that closes.

use super::secs;
use callflow::{
    Flows, Sound,
    rehearse::{Rehearsal, Rehearsed, Stage, about_how_long, rehearse},
};
use cordboard_tests::sim::{Habit, SimOffice, SimOfficeBuilder};
use office::{
    AwayGreeting, Country, ExtensionNumber, FlowId, GreetingKind, MailboxId, NumberHours,
    OfficeParts, PersonHours, PersonId, PhoneNumber, Route, RouteTarget, Schedule,
    ScheduleDocument, ScheduleId, SoundName, TimeZone,
};
use serde_json::{Value, json};
use std::sync::Arc;

const HOURS: ScheduleId = ScheduleId(7);
const BENS: MailboxId = MailboxId(1);
const TO_BENS: RouteTarget = RouteTarget::Voicemail(BENS);

/// Monday, five to nine, in milliseconds since 1970.
const MONDAY: i64 = 1_767_603_300_000;
const DAY: i64 = 24 * 3_600_000;

/// What was uploaded for the days on which the office is closed.
const CHRISTMAS: i64 = 31;
const EPIPHANY: i64 = 32;

fn recorded(name: &str) -> Option<SoundName> {
    Some(SoundName::parse(&format!("greetings/{name}")).expect("a name"))
}

/// Anna, and Ben, who has recorded all his greetings. His office opens at nine, keeps Epiphany, and is
/// closed over Christmas; both of these have words of their own.
fn office() -> SimOfficeBuilder {
    SimOffice::builder()
        .settings(|settings| settings.country = Country::parse("DE").ok())
        .person("Anna", "101", &["desk"])
        .person("Ben", "102", &["desk"])
        .mailbox()
        .parts(|parts| {
            let greetings = &mut parts.mailboxes[0].greetings;
            greetings.standard = recorded("standard");
            greetings.busy = recorded("busy");
            greetings.closed = recorded("closed");
            let document = json!({"schemaVersion": 1, "name": "Office hours", "timezone": "UTC",
                "weekly": [{"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]}],
                "exceptions": [{"id": "x1", "label": "Christmas closure",
                    "when": {"from": "2026-12-24", "to": "2026-12-31"}, "effect": "closed",
                    "greeting": CHRISTMAS.to_string()}],
                "holidays": [{"source": "ical",
                    "dates": [{"date": "2026-01-06", "name": "Epiphany"}],
                    "greetings": {"2026-01-06": EPIPHANY.to_string()}}]});
            let document = ScheduleDocument::read(&document.to_string()).expect("hours");
            parts.schedules.push(Schedule::new(HOURS, document));
        })
}

fn opened(builder: SimOfficeBuilder) -> SimOffice {
    let mut office = builder.open();
    office.upload(CHRISTMAS, "sounds/christmas");
    office.upload(EPIPHANY, "sounds/epiphany");
    office
}

/// What Anna hears who dials a number, up to the tone.
fn heard_by_anna(office: &mut SimOffice, number: &str) -> Vec<String> {
    let anna = office.desk("Anna");
    office.said();
    office.dial(anna, number);
    office.run_secs(31);
    let mut said = office.said();
    // Whoever says nothing after the tone hears a goodbye.
    let tone = said.iter().position(|sound| sound == "a tone");
    said.truncate(tone.map_or(said.len(), |tone| tone + 1));
    office.hang_up(anna);
    office.run_secs(2);
    office.run_until_quiet();
    said
}

/// The recording, and then the tone.
fn only(name: &str) -> Vec<String> {
    vec![name.to_owned(), "a tone".to_owned()]
}

fn closed_leads(parts: &mut OfficeParts, number: &str, to: RouteTarget) {
    let mut extensions = parts.extensions.iter_mut();
    let extension = extensions.find(|each| each.number.as_str() == number);
    extension.expect("an extension").hours = Some(NumberHours {
        schedule: HOURS,
        when_closed: Route::to(to),
    });
}

/// A flow of these nodes, one after the other by these outcomes.
fn flow(nodes: &[Value], edges: &[(&str, &str, &str)]) -> Value {
    let nodes: Vec<Value> = nodes
        .iter()
        .map(|data| {
            json!({"id": data["id"], "type": data["kind"], "position": {"x": 0, "y": 0},
                "data": data})
        })
        .collect();
    let edges: Vec<Value> = edges
        .iter()
        .enumerate()
        .map(|(at, (from, by, to))| {
            json!({"id": format!("e{at}"), "source": from, "sourceHandle": by, "target": to})
        })
        .collect();
    json!({"schemaVersion": 1, "id": "flow_main", "name": "Main", "entry": "in",
        "nodes": nodes, "edges": edges})
}

/// By the hours, and in either case to a mailbox; `drawn` is said there first.
fn by_the_hours(drawn: &Value) -> Value {
    flow(
        &[
            json!({"id": "in", "kind": "entry"}),
            json!({"id": "hours", "kind": "timeCondition", "schedule": HOURS.0.to_string()}),
            json!({"id": "box", "kind": "voicemail", "mailbox": BENS.0.to_string(),
                "greeting": drawn}),
        ],
        &[
            ("in", "default", "hours"),
            ("hours", "in_hours", "box"),
            ("hours", "out_of_hours", "box"),
        ],
    )
}

/// What a rehearsal lets the caller of the flow hear at a moment, up to the tone after which to speak.
fn rehearsed(office: &SimOffice, at: i64) -> Vec<Sound> {
    let founded = office.switch().office();
    let flows = Arc::new(Flows::of(&founded, &Flows::default()));
    let stage = Stage {
        office: &founded,
        flows: &flows,
        flow: Some(FlowId(1)),
        lasts: &about_how_long,
    };
    let program = flows.live(FlowId(1)).expect("it is published");
    let Rehearsed { hears, .. } = rehearse(program, &stage, &Rehearsal::at(at));
    let sounds = hears.into_iter().flat_map(|heard| heard.sounds);
    sounds.take_while(|sound| *sound != Sound::Beep).collect()
}

fn of_bens(greeting: GreetingKind) -> Vec<Sound> {
    vec![Sound::OfMailbox {
        mailbox: BENS,
        greeting,
    }]
}

#[test]
fn who_is_not_answered_hears_the_standard_greeting_that_was_recorded() {
    let mut office = opened(office());
    assert_eq!(
        heard_by_anna(&mut office, "102"),
        only("greetings/standard")
    );
}

#[test]
fn who_is_declined_hears_the_greeting_for_when_the_owner_speaks() {
    let mut office = opened(office());
    let ben = office.desk("Ben");
    office.habit(ben, Habit::DeclinesAfter(secs(2)));
    assert_eq!(heard_by_anna(&mut office, "102"), only("greetings/busy"));
}

#[test]
fn who_calls_a_closed_extension_hears_the_closed_greeting_and_an_hour_later_the_standard_one() {
    let mut office = opened(office().parts(|parts| closed_leads(parts, "102", TO_BENS)));
    assert_eq!(heard_by_anna(&mut office, "102"), only("greetings/closed"));
    office.run_secs(3_600);
    assert_eq!(
        heard_by_anna(&mut office, "102"),
        only("greetings/standard")
    );
}

#[test]
fn a_greeting_for_an_absence_is_heard_until_its_end_and_never_after() {
    let mut office = opened(office().parts(|parts| {
        parts.mailboxes[0].greetings.away = Some(AwayGreeting {
            sound: recorded("away").expect("a name"),
            until_unix_ms: Some(MONDAY + 3_600_000),
        });
    }));
    assert_eq!(heard_by_anna(&mut office, "102"), only("greetings/away"));
    office.run_secs(3_600);
    assert_eq!(
        heard_by_anna(&mut office, "102"),
        only("greetings/standard")
    );
}

#[test]
fn who_comes_through_the_closed_exit_of_hours_to_a_mailbox_is_a_caller_in_closed_hours() {
    let mut office = opened(office().flow("Main", "200", by_the_hours(&json!([]))));
    assert_eq!(
        rehearsed(&office, office.wall_clock()),
        of_bens(GreetingKind::Closed)
    );
    assert_eq!(heard_by_anna(&mut office, "200"), only("greetings/closed"));
    office.run_secs(600);
    assert_eq!(
        rehearsed(&office, office.wall_clock()),
        of_bens(GreetingKind::Standard)
    );
    assert_eq!(
        heard_by_anna(&mut office, "200"),
        only("greetings/standard")
    );
}

#[test]
fn who_leaves_a_flow_for_a_mailbox_after_closed_hours_hears_the_closed_greeting() {
    let document = flow(
        &[
            json!({"id": "in", "kind": "entry"}),
            json!({"id": "hours", "kind": "timeCondition", "schedule": HOURS.0.to_string()}),
            json!({"id": "to", "kind": "goto",
                "target": {"kind": "voicemail", "id": BENS.0.to_string()}}),
        ],
        &[
            ("in", "default", "hours"),
            ("hours", "in_hours", "to"),
            ("hours", "out_of_hours", "to"),
        ],
    );
    let mut office = opened(office().flow("Main", "200", document));
    assert_eq!(heard_by_anna(&mut office, "200"), only("greetings/closed"));
    office.run_secs(600);
    assert_eq!(
        heard_by_anna(&mut office, "200"),
        only("greetings/standard")
    );
}

#[test]
fn who_comes_into_a_flow_because_an_extension_is_closed_hears_the_closed_greeting_there() {
    let document = flow(
        &[
            json!({"id": "in", "kind": "entry"}),
            json!({"id": "box", "kind": "voicemail", "mailbox": BENS.0.to_string()}),
        ],
        &[("in", "default", "box")],
    );
    let mut office = opened(
        office()
            .flow("Main", "200", document)
            .parts(|parts| closed_leads(parts, "102", RouteTarget::Flow(FlowId(1)))),
    );
    assert_eq!(heard_by_anna(&mut office, "102"), only("greetings/closed"));
    // Who calls the flow itself comes by nothing that is closed.
    assert_eq!(
        heard_by_anna(&mut office, "200"),
        only("greetings/standard")
    );
}

#[test]
fn a_holiday_with_words_of_its_own_is_heard_in_a_flow_in_place_of_what_is_drawn_there() {
    let drawn = json!([{"source": "audio", "mediaId": "40"}]);
    let mut office = opened(office().flow("Main", "200", by_the_hours(&drawn)));
    office.upload(40, "sounds/drawn");
    assert_eq!(heard_by_anna(&mut office, "200"), only("sounds/drawn"));
    office.run_secs(24 * 3_600);
    let uploaded = |sound| vec![Sound::Uploaded { sound }];
    assert_eq!(rehearsed(&office, office.wall_clock()), uploaded(EPIPHANY));
    assert_eq!(heard_by_anna(&mut office, "200"), only("sounds/epiphany"));
    assert_eq!(rehearsed(&office, MONDAY), uploaded(40));
}

#[test]
fn a_closure_with_words_of_its_own_is_heard_at_extensions_persons_and_numbers() {
    let mut office = opened(
        office()
            .person("Cleo", "103", &["desk"])
            .line("Carrier", |_| {})
            .number("+4930123450", RouteTarget::User(PersonId(2)))
            .parts(|parts| {
                closed_leads(parts, "102", TO_BENS);
                parts.persons[0].hours = Some(PersonHours {
                    schedule: HOURS,
                    when_closed: TO_BENS,
                });
                let called = PhoneNumber::parse("+4930123450").expect("a number");
                let mut numbers = parts.phone_numbers.iter_mut();
                let number = numbers.find(|each| each.number == called);
                number.expect("a number").hours = Some(NumberHours {
                    schedule: HOURS,
                    when_closed: Route::to(TO_BENS),
                });
            }),
    );
    let christmas_eve = MONDAY + 353 * DAY;
    office.set_wall_clock(christmas_eve + 3_600_000);
    assert_eq!(heard_by_anna(&mut office, "102"), only("sounds/christmas"));
    let cleo = office.desk("Cleo");
    office.dial(cleo, "101");
    office.run_secs(6);
    assert_eq!(office.said(), only("sounds/christmas"));
    office.hang_up(cleo);
    office.run_until_quiet();
    let carrier = office.carrier("Carrier");
    office.call_from_outside("Carrier", "030654321", "030123450");
    office.run_secs(6);
    assert_eq!(office.said(), only("sounds/christmas"));
    office.hang_up(carrier);
    office.run_until_quiet();
}

#[test]
fn the_words_of_a_closed_day_that_are_gone_leave_the_closed_greeting() {
    let mut office = office()
        .parts(|parts| closed_leads(parts, "102", TO_BENS))
        .flow(
            "Main",
            "200",
            by_the_hours(&json!([{"source": "silence", "ms": 500}])),
        )
        .open();
    office.set_wall_clock(MONDAY + 353 * DAY);
    assert_eq!(heard_by_anna(&mut office, "102"), only("greetings/closed"));
    assert_eq!(heard_by_anna(&mut office, "200"), only("greetings/closed"));
}

#[test]
fn whoever_is_handed_on_later_to_what_is_open_hears_the_usual_words() {
    let reception = ExtensionNumber::parse("300").expect("a number");
    let mut office = opened(
        office()
            .person("Cleo", "103", &["desk"])
            .parts(move |parts| {
                parts
                    .extensions
                    .push(office::Extension::to(reception, TO_BENS));
                closed_leads(parts, "103", RouteTarget::User(PersonId(1)));
            }),
    );
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(anna, Habit::AnswersAfter(secs(1)));
    // Cleo's number is closed and leads to Anna, who hands Ben on to a mailbox that is not.
    office.dial(ben, "103");
    office.run_secs(4);
    office.assert_talk(anna, ben);
    office.said();
    office.transfer(anna, "300");
    office.run_secs(6);
    assert_eq!(office.said(), only("greetings/standard"));
    office.hang_up(ben);
    office.run_until_quiet();
}

/// Ben chooses a greeting by these keys at his phone, speaks for three seconds and keeps it; gives what
/// he hears then.
fn ben_records(office: &mut SimOffice, keys: &str) -> Vec<String> {
    let ben = office.desk("Ben");
    office.dial(ben, "*97");
    office.run_secs(5);
    office.press(ben, keys);
    office.run_secs(4);
    office.speak(ben, 3);
    office.press(ben, "#");
    office.run_secs(4);
    office.said();
    office.press(ben, "1");
    office.run_secs(4);
    office.said()
}

/// Ben presses keys; gives what he hears then.
fn ben_presses(office: &mut SimOffice, keys: &str) -> Vec<String> {
    let ben = office.desk("Ben");
    office.press(ben, keys);
    office.run_secs(4);
    office.said()
}

fn ben_hangs_up(office: &mut SimOffice) {
    let ben = office.desk("Ben");
    office.hang_up(ben);
    office.run_secs(2);
}

#[track_caller]
fn assert_said(said: &[String], phrase: &str) {
    let phrase = format!("prompts/en/{phrase}");
    assert!(said.contains(&phrase), "no {phrase}: {said:?}");
}

/// Ben, who has recorded nothing yet.
fn unspoken() -> SimOfficeBuilder {
    office().parts(|parts| parts.mailboxes[0].greetings = office::Greetings::default())
}

#[test]
fn a_greeting_for_closed_hours_is_recorded_by_phone_and_heard_in_closed_hours_only() {
    let mut office = opened(unspoken().parts(|parts| closed_leads(parts, "102", TO_BENS)));
    let said = ben_records(&mut office, "35");
    assert_said(&said, "vm-greeting-kept");
    ben_hangs_up(&mut office);
    assert_eq!(heard_by_anna(&mut office, "102"), only("greetings/1/1-1"));
    office.run_secs(3_600);
    let said = heard_by_anna(&mut office, "102");
    assert!(!said.contains(&"greetings/1/1-1".to_owned()), "{said:?}");
    assert_said(&said, "vm-reached-extension");
}

#[test]
fn a_greeting_for_an_absence_ends_with_the_day_that_was_dialled() {
    let berlin = TimeZone::parse("Europe/Berlin").expect("a time zone");
    let mut office = opened(unspoken().settings(|settings| settings.time_zone = berlin));
    let said = ben_records(&mut office, "33");
    assert_said(&said, "vm-away-until");
    let said = ben_presses(&mut office, "3102");
    assert_said(&said, "vm-no-such-day");
    assert_said(&said, "vm-away-until");
    let said = ben_presses(&mut office, "06#");
    assert_said(&said, "vm-no-such-day");
    let said = ben_presses(&mut office, "0601"); // tomorrow
    for phrase in ["vm-greeting-kept", "vm-away-ends", "tomorrow"] {
        assert_said(&said, phrase);
    }
    ben_hangs_up(&mut office);
    assert_eq!(heard_by_anna(&mut office, "102"), only("greetings/1/1-1"));
    // Tomorrow is over in Berlin at eleven in the evening, UTC. She rings for a while before.
    let over = MONDAY - (8 * 60 + 55) * 60_000 + DAY + 23 * 3_600_000;
    office.set_wall_clock(over - 60_000);
    assert_eq!(heard_by_anna(&mut office, "102"), only("greetings/1/1-1"));
    office.set_wall_clock(over + 1_000);
    assert_said(&heard_by_anna(&mut office, "102"), "vm-reached-extension");
}

#[test]
fn a_greeting_for_an_absence_without_a_day_is_heard_until_it_is_given_up() {
    // Whoever hangs up when asked for the day has said already that it is to be used.
    for is_asked in [true, false] {
        let mut office = opened(unspoken());
        ben_records(&mut office, "33");
        if is_asked {
            let said = ben_presses(&mut office, "#");
            assert_said(&said, "vm-away-without-end");
        }
        ben_hangs_up(&mut office);
        assert!(office.dropped_sounds().is_empty());
        office.set_wall_clock(MONDAY + 400 * DAY);
        assert_eq!(heard_by_anna(&mut office, "102"), only("greetings/1/1-1"));
        let ben = office.desk("Ben");
        office.dial(ben, "*97");
        office.run_secs(5);
        assert_said(&ben_presses(&mut office, "334"), "vm-greeting-dropped");
        ben_hangs_up(&mut office);
        assert_said(&heard_by_anna(&mut office, "102"), "vm-reached-extension");
    }
}

#[test]
fn a_greeting_for_an_absence_of_which_one_thinks_better_is_not_used() {
    let mut office = opened(unspoken());
    ben_records(&mut office, "33");
    let said = ben_presses(&mut office, "24*"); // back, to hear it once more
    assert_said(&said, "vm-your-greeting-is");
    ben_presses(&mut office, "*");
    ben_hangs_up(&mut office);
    assert_eq!(office.dropped_sounds(), ["greetings/1/1-1"]);
    assert_said(&heard_by_anna(&mut office, "102"), "vm-reached-extension");
}

#[test]
fn a_name_that_was_spoken_is_put_into_the_offices_own_words() {
    let mut office = opened(unspoken());
    assert_said(&ben_records(&mut office, "34"), "vm-greeting-kept");
    ben_hangs_up(&mut office);
    let said = heard_by_anna(&mut office, "102");
    let name = said.iter().position(|sound| sound == "greetings/1/1-1");
    let after = name.and_then(|name| said.get(name + 1));
    let after = after.map(String::as_str);
    assert_eq!(after, Some("prompts/en/vm-named-not-available"), "{said:?}");
}
