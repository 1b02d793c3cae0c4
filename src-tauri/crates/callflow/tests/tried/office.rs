//! A small office in Berlin, and the flow of its main number.

use ::office::{
    Device, DeviceId, DigestCredentials, Extension, ExtensionNumber, Language, Mailbox, MailboxId,
    MailboxOwner, MediaPolicy, Office, OfficeParts, OfficeSettings, Person, PersonId, Realm,
    RouteTarget, Schedule, ScheduleDocument, ScheduleId, Secret, SipUser,
};
use callflow::rehearse::{Rehearsal, Rehearsed, Stage, about_how_long, rehearse};
use callflow::{Around, Document, Flows, Program};
use chrono::TimeZone as _;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

pub const ANNA: PersonId = PersonId(1);
pub const BEN: PersonId = PersonId(2);

/// Anna (101) and Ben (102) with a desk phone each, a mailbox of the office, hours Monday to Friday
/// 9 to 17 with a break from 12 to 13, closed for Christmas.
pub fn office() -> Office {
    Office::build(parts()).unwrap()
}

/// What it is made of.
pub fn parts() -> OfficeParts {
    let number = |text: &str| ExtensionNumber::parse(text).unwrap();
    let (realm, language) = (Realm::parse("office"), Language::parse("en"));
    let mut settings = OfficeSettings::founded(realm.unwrap(), language.unwrap());
    settings.time_zone = ::office::TimeZone::parse("Europe/Berlin").unwrap();
    let mut parts = OfficeParts::empty(settings);
    for (id, name, dialled) in [(ANNA, "Anna", "101"), (BEN, "Ben", "102")] {
        let sip_user = SipUser::parse(&name.to_lowercase()).unwrap();
        let realm = Realm::parse("office").unwrap();
        let secret = Secret::new("secret".to_owned());
        parts.persons.push(Person {
            number: Some(number(dialled)),
            ..Person::named(id, name)
        });
        parts
            .extensions
            .push(Extension::to(number(dialled), RouteTarget::User(id)));
        parts.devices.push(Device {
            id: DeviceId(id.0),
            person: id,
            label: "Desk phone".to_owned(),
            credentials: DigestCredentials::of_password(&sip_user, &realm, &secret),
            sip_user,
            max_contacts: 2,
            media: MediaPolicy::Auto,
        });
    }
    let owner = MailboxOwner::Group {
        name: "Office".to_owned(),
    };
    parts.mailboxes.push(Mailbox::new(MailboxId(1), owner));
    let hours = json!({
        "schemaVersion": 1, "id": "sch_office", "name": "Office hours", "timezone": null,
        "weekly": [
            {"days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"]},
            {"days": [1, 2, 3, 4, 5], "open": ["12:00", "13:00"], "as": "break"}
        ],
        "exceptions": [{"id": "x1", "label": "Christmas",
            "when": {"from": "2026-12-24", "to": "2026-12-31"}, "effect": "holiday"}]
    });
    let hours = ScheduleDocument::read(&hours.to_string()).unwrap();
    parts.schedules.push(Schedule::new(ScheduleId(1), hours));
    parts
}

/// Hours → menu (1 Anna, 2 Ben) → voicemail.
pub fn main_number() -> Json {
    flow(
        json!([
            node("n_start", "entry", json!({})),
            node("n_hours", "timeCondition", json!({"schedule": "1"})),
            node(
                "n_menu1",
                "menu",
                json!({
                "prompts": [{"source": "tts", "text": "For Anna press 1, for Ben press 2."}],
                "options": [{"digit": "1", "label": "Anna"}, {"digit": "2", "label": "Ben"}]})
            ),
            node(
                "n_anna1",
                "dial",
                json!({"targets": [{"type": "user", "id": "1"}]})
            ),
            node(
                "n_ben01",
                "dial",
                json!({"targets": [{"type": "user", "id": "2"}]})
            ),
            node("n_vmbx1", "voicemail", json!({"mailbox": "1"})),
        ]),
        &[
            ("n_start", "default", "n_hours"),
            ("n_hours", "in_hours", "n_menu1"),
            ("n_hours", "out_of_hours", "n_vmbx1"),
            ("n_menu1", "digit:1", "n_anna1"),
            ("n_menu1", "digit:2", "n_ben01"),
            ("n_menu1", "timeout", "n_anna1"),
            ("n_anna1", "no_answer", "n_vmbx1"),
            ("n_ben01", "no_answer", "n_vmbx1"),
        ],
    )
}

pub fn node(id: &str, kind: &str, mut data: Json) -> Json {
    data["kind"] = kind.into();
    json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data})
}

pub fn flow(nodes: Json, edges: &[(&str, &str, &str)]) -> Json {
    let edges = edges.iter().enumerate().map(|(index, (source, outcome, target))| {
        json!({"id": format!("e{index}"), "source": source, "sourceHandle": outcome, "target": target})
    });
    json!({"schemaVersion": 1, "id": "flow_main1", "name": "Main number", "entry": "n_start",
        "nodes": nodes, "edges": edges.collect::<Vec<_>>()})
}

pub fn program(flow: &Json) -> Arc<Program> {
    let document: Document = serde_json::from_value(flow.clone()).unwrap();
    Arc::new(Program::compile(&document))
}

pub fn rehearsed(flow: &Json, call: &Rehearsal) -> Rehearsed {
    let office = office();
    on_stage(&office, |stage, _| rehearse(&program(flow), stage, call))
}

pub fn on_stage<T>(office: &Office, then: impl FnOnce(&Stage<'_>, &Around<'_>) -> T) -> T {
    let flows = Arc::new(Flows::default());
    let stage = Stage {
        office,
        flows: &flows,
        flow: None,
        lasts: &about_how_long,
    };
    let sounds = BTreeMap::new();
    let around = Around {
        office,
        flows: &flows,
        sounds: &sounds,
        this: None,
        now_unix_ms: None,
    };
    then(&stage, &around)
}

/// A moment in Berlin.
pub fn at(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> i64 {
    let local = chrono_tz::Europe::Berlin.with_ymd_and_hms(year, month, day, hour, minute, 0);
    local.unwrap().timestamp_millis()
}

/// A rehearsal's way: each node with the outcome it was left by.
pub fn way(rehearsed: &Rehearsed) -> Vec<String> {
    let mut way: Vec<String> = Vec::new();
    for step in &rehearsed.steps {
        match (&*step.event, &step.outcome) {
            ("enter", _) => way.push(step.node.clone()),
            ("outcome", Some(outcome)) => {
                let last = way.last_mut().unwrap();
                *last = format!("{last} {outcome}");
            }
            _ => {}
        }
    }
    way
}
