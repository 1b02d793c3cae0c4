//! A schedule says what its document means, to the minute.

use super::*;
use chrono::NaiveDateTime;
use serde_json::{Value, json};

mod model;

pub(super) fn zone(name: &str) -> TimeZone {
    TimeZone::parse(name).unwrap()
}

fn schedule(document: &Value) -> Schedule {
    let document = ScheduleDocument::read(&document.to_string());
    Schedule::new(ScheduleId(1), document.unwrap())
}

/// The document of the specification.
fn office_hours() -> Value {
    json!({
        "schemaVersion": 1, "id": "sch_office", "name": "Office hours",
        "timezone": "Europe/Berlin",
        "weekly": [
            { "days": [1, 2, 3, 4], "open": ["09:00", "17:30"] },
            { "days": [5], "open": ["09:00", "15:00"] },
            { "days": [1, 2, 3, 4, 5], "open": ["12:30", "13:15"], "as": "break" },
            { "days": [6], "open": ["20:00", "02:00"] }
        ],
        "exceptions": [
            { "id": "x1", "label": "Company party", "when": { "date": "2026-12-11" },
              "effect": [["09:00", "12:00"]] },
            { "id": "x2", "label": "Christmas closure",
              "when": { "from": "2026-12-24", "to": "2027-01-01" },
              "effect": "holiday", "spill": "cut", "greeting": "media_xmas" },
            { "id": "x3", "label": "Founders' day", "when": { "yearly": "05-14" },
              "effect": "closed" }
        ],
        "holidays": [{ "source": "builtin", "country": "DE", "region": "BY", "types": ["public"],
                       "skip": ["2026-08-15"], "confirmedThrough": "2026-12-31" }],
        "override": null
    })
}

/// Milliseconds since 1970 of a time in Berlin, in winter (+01:00) or summer (+02:00).
fn berlin(text: &str) -> i64 {
    let wall = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    let zone = zone("Europe/Berlin").rules();
    wall.and_local_timezone(zone)
        .earliest()
        .unwrap()
        .timestamp_millis()
}

/// "open since …, closed at …, because …".
fn said(schedule: &Schedule, at: i64) -> String {
    let openness = schedule.openness(TimeZone::UTC, at);
    let time = |ms: i64| {
        let at = chrono::DateTime::from_timestamp_millis(ms).unwrap();
        let at = at.with_timezone(&zone("Europe/Berlin").rules());
        at.format("%m-%d %H:%M").to_string()
    };
    format!(
        "{:?} since {}, then {}, by {:?} {}",
        openness.state,
        openness.since.map_or("ever".to_owned(), time),
        openness.next.map_or("never".to_owned(), |next| {
            format!("{:?} {}", next.state, time(next.at))
        }),
        openness.because.kind,
        openness.because.id.unwrap_or_default(),
    )
}

#[test]
fn the_office_of_the_specification() {
    let schedule = schedule(&office_hours());
    let cases = [
        (
            "2026-12-07 09:00",
            "Open since 12-07 09:00, then Break 12-07 12:30, by Weekly ",
        ),
        (
            "2026-12-07 12:45",
            "Break since 12-07 12:30, then Open 12-07 13:15, by Weekly ",
        ),
        (
            "2026-12-07 17:29",
            "Open since 12-07 13:15, then Closed 12-07 17:30, by Weekly ",
        ),
        (
            "2026-12-07 17:30",
            "Closed since 12-07 17:30, then Open 12-08 09:00, by Weekly ",
        ),
        // An exception leaves out the break.
        (
            "2026-12-11 11:59",
            "Open since 12-11 09:00, then Closed 12-11 12:00, by Exception x1",
        ),
        (
            "2026-12-11 12:00",
            "Closed since 12-11 12:00, then Open 12-12 20:00, by Exception x1",
        ),
        // Saturday night runs into Sunday.
        (
            "2026-12-13 01:59",
            "Open since 12-12 20:00, then Closed 12-13 02:00, by Weekly ",
        ),
        (
            "2026-12-24 14:05",
            "Holiday since 12-24 00:00, then Closed 01-02 00:00, by Exception x2",
        ),
        // Ascension Day of 2026 is Founders' day as well: the exception decides.
        (
            "2026-05-14 10:00",
            "Closed since 05-13 17:30, then Open 05-15 09:00, by Exception x3",
        ),
        (
            "2026-05-25 10:00",
            "Holiday since 05-25 00:00, then Closed 05-26 00:00, by Holiday whit-monday",
        ),
        // Left out: an ordinary Saturday.
        (
            "2026-08-15 20:00",
            "Open since 08-15 20:00, then Closed 08-16 02:00, by Weekly ",
        ),
    ];
    for (at, expected) in cases {
        assert_eq!(said(&schedule, berlin(at)), expected, "{at}");
    }
}

#[test]
fn a_night_runs_on_unless_the_date_cuts_it() {
    // The 12th is a Saturday; the 13th differs.
    for (spill, expected) in [
        (
            "keep",
            "Open since 12-12 20:00, then Closed 12-13 02:00, by Weekly ",
        ),
        (
            "cut",
            "Closed since 12-13 00:00, then Open 12-14 09:00, by Exception y",
        ),
    ] {
        let mut document = office_hours();
        document["exceptions"] = json!([
            { "id": "y", "when": { "date": "2026-12-13" }, "effect": "closed", "spill": spill }
        ]);
        assert_eq!(
            said(&schedule(&document), berlin("2026-12-13 01:00")),
            expected
        );
    }
}

#[test]
fn a_closed_day_can_be_opened() {
    let mut document = office_hours();
    document["exceptions"] = json!([
        { "id": "a", "when": { "date": "2026-12-13" }, "effect": [["10:00", "14:00"]] },
        { "id": "b", "when": { "date": "2026-12-25" }, "effect": "open" },
    ]);
    let schedule = schedule(&document);
    assert!(said(&schedule, berlin("2026-12-13 10:00")).starts_with("Open since 12-13 10:00"));
    assert!(said(&schedule, berlin("2026-12-25 23:59")).starts_with("Open since 12-25 00:00"));
}

#[test]
fn of_exceptions_the_narrower_decides() {
    let mut document = office_hours();
    document["exceptions"] = json!([
        { "id": "yearly", "when": { "yearly": "06-10" }, "effect": "open" },
        { "id": "long", "when": { "from": "2026-06-01", "to": "2026-06-30" }, "effect": "closed" },
        { "id": "week-b", "when": { "from": "2026-06-08", "to": "2026-06-14" }, "effect": "closed" },
        { "id": "week-a", "when": { "from": "2026-06-05", "to": "2026-06-11" }, "effect": "closed" },
        { "id": "day", "when": { "date": "2026-06-10" }, "effect": "closed" },
    ]);
    let by = |document: &Value, at: &str| {
        let openness = schedule(document).openness(TimeZone::UTC, berlin(at));
        openness.because.id.unwrap_or_default()
    };
    assert_eq!(by(&document, "2026-06-10 10:00"), "day");
    assert_eq!(by(&document, "2026-06-09 10:00"), "week-a");
    assert_eq!(by(&document, "2026-06-12 10:00"), "week-b");
    assert_eq!(by(&document, "2026-06-20 10:00"), "long");
    assert_eq!(by(&document, "2027-06-10 10:00"), "yearly");
}

#[test]
fn what_is_set_by_hand_always_ends() {
    let mut document = office_hours();
    document["override"] = json!({ "state": "closed", "until": "2026-12-07T14:00:00+01:00",
        "since": "2026-12-07T10:00:00+01:00", "by": "Anna", "reason": "Fire drill" });
    let schedule = schedule(&document);
    let cases = [
        (
            "2026-12-07 09:59",
            "Open since 12-07 09:00, then Closed 12-07 10:00, by Weekly ",
        ),
        (
            "2026-12-07 10:00",
            "Closed since 12-07 10:00, then Open 12-07 14:00, by Override ",
        ),
        (
            "2026-12-07 13:59",
            "Closed since 12-07 10:00, then Open 12-07 14:00, by Override ",
        ),
        (
            "2026-12-07 14:00",
            "Open since 12-07 14:00, then Closed 12-07 17:30, by Weekly ",
        ),
    ];
    for (at, expected) in cases {
        assert_eq!(said(&schedule, berlin(at)), expected, "{at}");
    }
    let label = schedule
        .openness(TimeZone::UTC, berlin("2026-12-07 12:00"))
        .label;
    assert_eq!(label.as_deref(), Some("Fire drill"));
}

#[test]
fn on_the_nights_of_the_clock_it_is_open_rather_than_closed() {
    let mut document = office_hours();
    document["weekly"] = json!([{ "days": [0], "open": ["02:30", "02:45"] }]);
    let minutes = |document: &Value, date: &str| {
        let spans = schedule(document).spans(TimeZone::UTC, berlin(date), 1);
        let open = spans.iter().filter(|span| span.state == OpenState::Open);
        open.map(|span| (span.to - span.from) / 60_000).sum::<i64>()
    };
    assert_eq!(minutes(&document, "2026-03-22 12:00"), 15);
    // Both times are left out, so it opens and closes at three.
    assert_eq!(minutes(&document, "2026-03-29 12:00"), 0);
    // From the first half past two until the second quarter to three.
    assert_eq!(minutes(&document, "2026-10-25 12:00"), 75);
    document["weekly"] = json!([{ "days": [6], "open": ["22:00", "06:00"] }]);
    assert_eq!(minutes(&document, "2026-03-29 12:00"), 5 * 60);
    assert_eq!(minutes(&document, "2026-10-25 12:00"), 7 * 60);
}

#[test]
fn a_schedule_without_changes_says_so() {
    let document = |weekly: Value| json!({ "schemaVersion": 1, "name": "x", "timezone": null, "weekly": weekly });
    let cases = [
        (json!([]), "Closed since ever, then never, by NoRule "),
        (
            json!([{ "days": [0, 1, 2, 3, 4, 5, 6], "open": ["00:00", "24:00"] }]),
            "Open since ever, then never, by Weekly ",
        ),
        (
            json!([{ "days": [0, 1, 2, 3, 4, 5, 6], "open": ["08:00", "08:00"] }]),
            "Open since ever, then never, by Weekly ",
        ),
    ];
    for (weekly, expected) in cases {
        let schedule = schedule(&document(weekly));
        assert_eq!(said(&schedule, berlin("2026-12-07 09:00")), expected);
    }
}

#[test]
fn without_a_zone_of_its_own_it_goes_by_the_office() {
    let mut document = office_hours();
    document["timezone"] = Value::Null;
    let schedule = schedule(&document);
    let at = berlin("2026-12-07 09:30");
    let state = |name| schedule.openness(zone(name), at).state;
    assert_eq!(state("Europe/Berlin"), OpenState::Open);
    assert_eq!(state("Europe/London"), OpenState::Closed);
}

#[test]
fn problems_name_their_fields() {
    let problems = |change: fn(&mut Value)| {
        let mut document = office_hours();
        change(&mut document);
        let problems = ScheduleDocument::read(&document.to_string()).unwrap_err();
        let fields = problems.iter().map(|problem| problem.field.clone());
        fields.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        problems(|d| d["timezone"] = json!("Europe/Berlyn")),
        "timezone"
    );
    assert_eq!(problems(|d| d["name"] = json!("")), "name");
    assert_eq!(problems(|d| d["schemaVersion"] = json!(2)), "schemaVersion");
    assert_eq!(
        problems(|d| d["weekly"][1]["open"][0] = json!("9:00")),
        "weekly[1].open[0]"
    );
    assert_eq!(
        problems(|d| d["weekly"][1]["open"][0] = json!("24:00")),
        "weekly[1].open"
    );
    assert_eq!(
        problems(|d| d["weekly"][0]["days"] = json!([1, 1])),
        "weekly[0].days"
    );
    assert_eq!(
        problems(|d| d["weekly"][0]["days"] = json!([])),
        "weekly[0].days"
    );
    assert_eq!(
        problems(|d| d["exceptions"][1]["when"]["to"] = json!("2026-12-01")),
        "exceptions[1].when.to"
    );
    assert_eq!(
        problems(|d| d["exceptions"][1]["when"]["to"] = json!("2026-12-32")),
        "exceptions[1].when"
    );
    assert_eq!(
        problems(|d| d["exceptions"][2]["id"] = json!("x1")),
        "exceptions[2].id"
    );
    assert_eq!(
        problems(|d| d["exceptions"][0]["effect"] = json!([])),
        "exceptions[0].effect"
    );
    assert_eq!(
        problems(|d| d["exceptions"][0]["effect"] = json!("shut")),
        "exceptions[0].effect"
    );
    assert_eq!(
        problems(|d| d["holidays"][0]["country"] = json!("XX")),
        "holidays[0].country"
    );
    assert_eq!(
        problems(|d| d["holidays"][0]["region"] = json!("XX")),
        "holidays[0].region"
    );
    assert_eq!(
        problems(|d| d["override"] = json!({"state": "open", "by": "x"})),
        "override"
    );
}

#[test]
fn what_a_later_version_wrote_survives() {
    let mut document = office_hours();
    document["later"] = json!({ "a": [1, 2] });
    document["weekly"][0]["colour"] = json!("blue");
    document["exceptions"][0]["target"] = json!({ "kind": "voicemail", "id": "2" });
    document["holidays"][0]["later"] = json!(true);
    document["override"] = json!({ "state": "open", "until": "2026-12-07T13:00:00Z", "by": "Anna",
        "later": 1 });
    let read = ScheduleDocument::read(&document.to_string()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), document);
}

#[test]
fn a_schedule_with_problems_counts_as_open() {
    let mut document = ScheduleDocument::read(&office_hours().to_string()).unwrap();
    document.name = String::new();
    let broken = Schedule::new(ScheduleId(1), document);
    assert_eq!(broken.problems().len(), 1);
    let unreadable = Schedule::unreadable(ScheduleId(2), "Old".to_owned(), Vec::new());
    for schedule in [broken, unreadable] {
        assert_eq!(schedule.openness(TimeZone::UTC, 0), Openness::fault());
        assert!(schedule.spans(TimeZone::UTC, 0, 10).is_empty());
    }
}

#[test]
fn holidays_that_are_open_by_the_week_are_surprises() {
    let mut document = office_hours();
    document["holidays"] = json!([]);
    let country = crate::Country::parse("DE").unwrap();
    let surprises = |document: &Value| {
        let at = berlin("2026-09-01 10:00");
        let found = schedule(document).surprises(TimeZone::UTC, Some(&country), at, 120);
        found
            .iter()
            .map(|each| each.date.to_string())
            .collect::<Vec<_>>()
    };
    // Unity Day is a Saturday; Christmas is an exception.
    assert_eq!(surprises(&document), ["2026-10-03"]);
    document["exceptions"] = json!([]);
    assert_eq!(
        surprises(&document),
        ["2026-10-03", "2026-12-25", "2026-12-26"]
    );
    document["holidays"] = json!([{ "source": "builtin", "country": "DE", "types": ["bank"],
        "skip": ["2026-12-25", "second-christmas-day"] }]);
    assert_eq!(surprises(&document), ["2026-10-03"]);
}
