//! A small office for the documents of `fixtures/`.

use callflow::program::{Around, Flows, Program};
use callflow::walk::{PersonNow, Presence};
use callflow::{Document, document};
use office::{
    CallerList, CallerListId, ConferenceRoom, ConferenceRoomId, Device, DeviceId,
    DigestCredentials, Domain, Extension, ExtensionNumber, Flow, FlowId, FlowVersion, JoinSound,
    Language, ListedCaller, Mailbox, MailboxId, MailboxOwner, MediaPolicy, Mode, ModeId, ModeState,
    NamedPin, Office, OfficeParts, OfficeSettings, Person, PersonId, PinHash, PinSet, PinSetId,
    Realm, RouteTarget, Schedule, ScheduleDocument, ScheduleId, Secret, SipUser,
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Tuesday, 9 June 2026, 10:00 UTC: the office is open.
pub const TUESDAY_AT_TEN: i64 = 1_780_999_200_000;

/// Anna (1, extension 101) and Ben (2, extension 102) have telephones, Cleo (3) has none. Mailbox 1 is
/// the office's, room 1 is 800, schedule 1 is open on working days from nine to five, flow 2 gives back
/// `done` and `failed`, mode 1 is day and night, list 1 knows +49301234 as Dora.
pub fn office() -> Office {
    Office::build(parts()).unwrap()
}

/// The records of the [`office`].
pub fn parts() -> OfficeParts {
    let settings = OfficeSettings::founded(
        Realm::parse("office.test").unwrap(),
        Language::parse("en").unwrap(),
    );
    let mut parts = OfficeParts::empty(settings);
    let number = |text: &str| ExtensionNumber::parse(text).unwrap();
    for (id, name) in [(1, "Anna Abel"), (2, "Ben Brown"), (3, "Cleo Clark")] {
        let mut person = Person::named(PersonId(id), name);
        person.team = if id == 3 { "Sales" } else { "Office" }.to_owned();
        parts.persons.push(person);
        if id == 3 {
            continue;
        }
        let sip_user = SipUser::parse(&format!("phone{id}")).unwrap();
        let realm = &parts.settings.realm;
        let password = Secret::new("a password of tests".to_owned());
        let credentials = DigestCredentials::of_password(&sip_user, realm, &password);
        parts.devices.push(Device {
            id: DeviceId(id),
            person: PersonId(id),
            label: "Desk".to_owned(),
            sip_user,
            credentials,
            max_contacts: 1,
            media: MediaPolicy::Auto,
        });
        parts.extensions.push(Extension::to(
            number(&format!("10{id}")),
            RouteTarget::User(PersonId(id)),
        ));
    }
    let group = MailboxOwner::Group {
        name: "Office".to_owned(),
    };
    let mut mailbox = Mailbox::new(MailboxId(1), group);
    mailbox.members = vec![PersonId(1)];
    parts.mailboxes.push(mailbox);
    parts.extensions.push(Extension::to(
        number("800"),
        RouteTarget::Conference(ConferenceRoomId(1)),
    ));
    parts.rooms.push(ConferenceRoom {
        id: ConferenceRoomId(1),
        number: number("800"),
        name: "Meeting".to_owned(),
        pin: None,
        host_pin: None,
        wait_for_host: false,
        mute_on_entry: false,
        announce: JoinSound::Nothing,
        max_members: 10,
    });
    let hours = json!({
        "schemaVersion": 1, "id": "sch_office", "name": "Office hours", "timezone": "UTC",
        "weekly": [ { "days": [1, 2, 3, 4, 5], "open": ["09:00", "17:00"] } ],
        "exceptions": [ { "id": "x1", "when": { "date": "2026-06-10" }, "effect": "holiday" } ],
        "holidays": [], "override": null
    });
    let hours = ScheduleDocument::read(&hours.to_string()).unwrap();
    parts.schedules.push(Schedule::new(ScheduleId(1), hours));
    for (id, name, document) in [(1, "Main", main_flow()), (2, "Ask", asking_flow())] {
        parts.flows.push(Flow {
            id: FlowId(id),
            name: name.to_owned(),
            number: None,
            live: Some(FlowVersion {
                revision: 1,
                document: Arc::new(document),
            }),
            draft: None,
            pinned: Vec::new(),
        });
    }
    let state = |id: &str| ModeState {
        id: id.to_owned(),
        name: id.to_owned(),
    };
    parts.modes.push(Mode {
        id: ModeId(1),
        name: "Day and night".to_owned(),
        states: vec![state("day"), state("night")],
        set: None,
    });
    parts.pin_sets.push(PinSet {
        id: PinSetId(1),
        name: "Door".to_owned(),
        pins: vec![NamedPin {
            name: "The cleaners".to_owned(),
            hash: PinHash::new(Secret::new("$argon2id$of-tests".to_owned())),
        }],
    });
    parts.caller_lists.push(CallerList {
        id: CallerListId(1),
        name: "Customers".to_owned(),
        columns: vec!["customer".to_owned()],
        callers: vec![ListedCaller {
            number: "+49301234".to_owned(),
            compared: "+49301234".to_owned(),
            name: "Dora".to_owned(),
            values: vec!["17".to_owned()],
        }],
    });
    parts
        .settings
        .domains
        .push(Domain::parse("office.test").unwrap());
    parts
}

fn main_flow() -> Json {
    document_of(
        &json!([
            { "id": "n_start", "data": { "kind": "entry" } },
            { "id": "n_mail1", "data": { "kind": "voicemail", "mailbox": "1" } },
        ]),
        &json!([["n_start", "default", "n_mail1"]]),
    )
}

fn asking_flow() -> Json {
    let mut document = document_of(
        &json!([
            { "id": "n_start", "data": { "kind": "entry" } },
            { "id": "n_when1", "data": { "kind": "condition", "cases": [ { "id": "a", "label": "known",
                "expr": { "op": "is_set", "args": [ { "var": "order" } ] } } ] } },
            { "id": "n_done1", "data": { "kind": "return", "name": "done" } },
            { "id": "n_fail1", "data": { "kind": "return", "name": "failed" } },
        ]),
        &json!([
            ["n_start", "default", "n_when1"],
            ["n_when1", "case:a", "n_done1"],
            ["n_when1", "else", "n_fail1"],
        ]),
    );
    document["variables"] = json!([{ "name": "order", "type": "digits" }]);
    document
}

/// A document of nodes and of edges as `[from, outcome, to]`.
pub fn document_of(nodes: &Json, edges: &Json) -> Json {
    let edges = edges.as_array().unwrap().iter().enumerate().map(|(at, edge)| {
        json!({ "id": format!("e{at}"), "source": edge[0], "sourceHandle": edge[1], "target": edge[2] })
    });
    let nodes = nodes.as_array().unwrap().iter().map(|node| {
        let mut node = node.clone();
        node["type"] = node["data"]["kind"].clone();
        node["position"] = json!({ "x": 0, "y": 0 });
        node
    });
    json!({
        "schemaVersion": document::SCHEMA_VERSION, "id": "flow_test1", "name": "Test",
        "entry": "n_start", "settings": {}, "variables": [],
        "nodes": nodes.collect::<Vec<_>>(), "edges": edges.collect::<Vec<_>>(),
    })
}

pub fn read(json: Json) -> Document {
    Document::read(json).unwrap()
}

pub fn sounds() -> BTreeMap<i64, Duration> {
    BTreeMap::from([(1, Duration::from_secs(4)), (2, Duration::from_secs(70))])
}

pub fn around<'a>(
    office: &'a Office,
    flows: &'a Flows,
    sounds: &'a BTreeMap<i64, Duration>,
) -> Around<'a> {
    Around {
        office,
        flows,
        sounds,
        this: None,
        now_unix_ms: Some(TUESDAY_AT_TEN),
    }
}

pub fn compile(json: Json) -> Arc<Program> {
    Arc::new(Program::compile(&read(json)))
}

/// Everybody with a telephone is there and free.
pub struct AllThere;

impl Presence for AllThere {
    fn person(&self, person: PersonId) -> PersonNow {
        PersonNow {
            reachable: person.0 < 3,
            free: person.0 < 3,
            do_not_disturb: false,
            away: false,
        }
    }
}
