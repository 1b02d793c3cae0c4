//! A large flow in an office with people and hours, for what is proved of it and how long that takes.

use super::office::{at, node, parts};
use ::office::{
    Extension, ExtensionNumber, MailboxId, Office, Person, PersonHours, PersonId, RouteTarget,
    Schedule, ScheduleDocument, ScheduleId,
};
use serde_json::{Value as Json, json};

/// From when on it is proved.
pub fn from() -> i64 {
    at(2026, 12, 1, 8, 0)
}

/// Anna and Ben, twenty more people of whom half have hours of their own, and three schedules with
/// breaks and holidays.
pub fn office() -> Office {
    let mut parts = parts();
    let hours = [
        json!([{"days": [1, 2, 3, 4, 5], "open": ["08:00", "20:00"]}]),
        json!([{"days": [2, 4], "open": ["10:00", "12:30"]}, {"days": [6], "open": ["09:00", "13:00"]}]),
    ];
    for (id, weekly) in (2..).zip(hours) {
        let document = json!({"schemaVersion": 1, "id": "sch", "name": format!("Hours {id}"),
            "timezone": null, "weekly": weekly, "exceptions": [{"id": "x1", "label": "Easter",
                "when": {"from": "2027-03-26", "to": "2027-03-29"}, "effect": "holiday"}]});
        let document = ScheduleDocument::read(&document.to_string()).unwrap();
        parts
            .schedules
            .push(Schedule::new(ScheduleId(id), document));
    }
    for id in 3..23 {
        let number = ExtensionNumber::parse(&format!("1{id:02}")).unwrap();
        let hours = (id % 2 == 0).then(|| PersonHours {
            schedule: ScheduleId(1 + id % 3),
            when_closed: RouteTarget::Voicemail(MailboxId(1)),
        });
        parts.persons.push(Person {
            number: Some(number.clone()),
            hours,
            ..Person::named(PersonId(id), &format!("Person {id}"))
        });
        let target = RouteTarget::User(PersonId(id));
        parts.extensions.push(Extension::to(number, target));
    }
    Office::build(parts).unwrap()
}

/// Menus of five keys that lead to each other, to people, to hours and to mailboxes.
pub fn document(nodes: usize) -> Json {
    let id = |at: usize| format!("n_{:05}", at % nodes);
    let mut drawn = vec![node(&id(0), "entry", json!({}))];
    let mut edges =
        vec![json!({"id": "e", "source": id(0), "sourceHandle": "default", "target": id(1)})];
    for at in 1..nodes {
        let (kind, data, outcomes): (&str, Json, &[&str]) = match at % 5 {
            0 => ("voicemail", json!({"mailbox": "1"}), &["saved", "full"]),
            1 => (
                "menu",
                json!({
                    "prompts": [{"source": "tts", "text": "Press 1, 2, 3, 4 or 5, {{caller.name}}."}],
                    "options": (1..=5).map(|key| json!({"digit": key.to_string(), "label": "Key"})).collect::<Vec<_>>(),
                }),
                &[
                    "digit:1", "digit:2", "digit:3", "digit:4", "digit:5", "timeout",
                ],
            ),
            2 => (
                "dial",
                json!({"targets": [{"type": "user", "id": (1 + at % 22).to_string()}]}),
                &["no_answer", "busy"],
            ),
            3 => (
                "timeCondition",
                json!({"schedule": (1 + at % 3).to_string()}),
                &["in_hours", "out_of_hours"],
            ),
            _ => (
                "condition",
                json!({"cases": [{"id": "a", "label": "A",
                    "expr": {"op": "matches", "args": [{"var": "caller.number"}, {"const": "^\\+49[0-9]+$"}]}}]}),
                &["case:a", "else"],
            ),
        };
        drawn.push(node(&id(at), kind, data));
        for (step, outcome) in outcomes.iter().enumerate() {
            let to = id((at + 1 + step * 7) % (nodes - 1) + 1);
            edges.push(json!({"id": format!("e{at}{step}"), "source": id(at), "sourceHandle": outcome, "target": to}));
        }
    }
    json!({"schemaVersion": 1, "entry": id(0), "nodes": drawn, "edges": edges})
}
