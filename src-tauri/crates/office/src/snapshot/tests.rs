//! An office answers what it was built from, and names what is wrong.

use super::*;
use crate::limits::{CALLER_COLUMNS_MAX, DOMAINS_MAX, TEAM_MAX_CHARS};
use crate::{
    DigestCredentials, JoinSound, ListedCaller, MailboxEmail, MediaPolicy, ModeState, Parking,
    PersonHours, PinHash, Realm, ScheduleDocument, Secret, SoundName,
};

mod led;
mod outside;

fn number(text: &str) -> ExtensionNumber {
    ExtensionNumber::parse(text).unwrap()
}

fn person(id: i64, name: &str, own_number: Option<&str>) -> Person {
    Person {
        number: own_number.map(number),
        ..Person::named(PersonId(id), name)
    }
}

fn device(id: i64, person: i64, sip_user: &str) -> Device {
    let sip_user = SipUser::parse(sip_user).unwrap();
    let realm = Realm::parse("office").unwrap();
    Device {
        id: DeviceId(id),
        person: PersonId(person),
        label: "Desk phone".to_owned(),
        credentials: DigestCredentials::of_password(&sip_user, &realm, &Secret::new("x".into())),
        sip_user,
        max_contacts: 2,
        media: MediaPolicy::Auto,
    }
}

fn extension(dialled: &str, target: RouteTarget) -> Extension {
    Extension::to(number(dialled), target)
}

fn to_person(id: i64) -> RouteTarget {
    RouteTarget::User(PersonId(id))
}

fn to_extension(text: &str) -> RouteTarget {
    RouteTarget::Extension(number(text))
}

fn mailbox(id: i64, person: i64) -> Mailbox {
    let person = PersonId(person);
    Mailbox::new(MailboxId(id), MailboxOwner::Person { person })
}

fn group_mailbox(id: i64, name: &str) -> Mailbox {
    let name = name.to_owned();
    Mailbox::new(MailboxId(id), MailboxOwner::Group { name })
}

fn room(id: i64, dialled: &str) -> ConferenceRoom {
    ConferenceRoom {
        id: ConferenceRoomId(id),
        number: number(dialled),
        name: "Monday meeting".to_owned(),
        pin: None,
        host_pin: None,
        wait_for_host: false,
        mute_on_entry: false,
        announce: JoinSound::Tone,
        max_members: 20,
    }
}

fn parts() -> OfficeParts {
    let realm = Realm::parse("office").unwrap();
    OfficeParts {
        settings: OfficeSettings {
            // 70 is an extension here.
            parking: Parking {
                first: 900,
                ..Parking::default()
            },
            ..OfficeSettings::founded(realm, Language::parse("en").unwrap())
        },
        persons: vec![
            person(2, "Boris", Some("202")),
            person(1, "Anna", Some("201")),
        ],
        devices: vec![
            device(12, 1, "anna-app"),
            device(11, 1, "anna-desk"),
            device(13, 2, "boris-desk"),
        ],
        extensions: vec![
            extension("202", to_person(2)),
            extension("201", to_person(1)),
            extension("0", to_extension("201")),
            extension("299", RouteTarget::Hangup),
            extension("580", RouteTarget::Flow(FlowId(41))),
            extension("600", RouteTarget::Conference(ConferenceRoomId(1))),
            extension("700", RouteTarget::Voicemail(MailboxId(23))),
            extension("70", to_extension("700")),
        ],
        mailboxes: vec![
            mailbox(22, 2),
            mailbox(21, 1),
            Mailbox {
                members: vec![PersonId(1)],
                number: Some(number("700")),
                language: Some(Language::parse("de").unwrap()),
                ..group_mailbox(23, "Sales")
            },
        ],
        rooms: vec![room(1, "600")],
        schedules: vec![schedule(31)],
        flows: vec![flow(41, Some("580"))],
        modes: vec![mode(51)],
        pin_sets: vec![PinSet {
            id: PinSetId(61),
            name: "Cleaners".to_owned(),
            pins: Vec::new(),
        }],
        caller_lists: vec![caller_list(71)],
        trunks: Vec::new(),
        peers: Vec::new(),
        phone_numbers: Vec::new(),
        outside: OutsideParts::default(),
    }
}

fn schedule(id: i64) -> Schedule {
    let json = r#"{"schemaVersion": 1, "name": "Hours", "timezone": null, "weekly": []}"#;
    Schedule::new(ScheduleId(id), ScheduleDocument::read(json).unwrap())
}

fn flow(id: i64, own_number: Option<&str>) -> Flow {
    Flow {
        id: FlowId(id),
        name: "Main number".to_owned(),
        number: own_number.map(number),
        live: None,
        draft: None,
        pinned: Vec::new(),
    }
}

fn mode(id: i64) -> Mode {
    let states = ["day", "night"].map(|id| ModeState {
        id: id.to_owned(),
        name: id.to_owned(),
    });
    Mode {
        id: ModeId(id),
        name: "Day and night".to_owned(),
        states: states.into(),
        set: None,
    }
}

fn caller_list(id: i64) -> CallerList {
    let callers = ["+442", "0041", "+443"].map(|number| ListedCaller {
        number: number.to_owned(),
        compared: crate::plain_number(number).into_owned(),
        name: String::new(),
        values: Vec::new(),
    });
    CallerList {
        id: CallerListId(id),
        name: "Customers".to_owned(),
        columns: Vec::new(),
        callers: callers.into(),
    }
}

fn problems(change: impl FnOnce(&mut OfficeParts)) -> Vec<String> {
    let mut parts = parts();
    change(&mut parts);
    let problems = Office::build(parts).expect_err("the office should have a problem");
    problems
        .iter()
        .map(|problem| format!("{:?} {}: {problem}", problem.record(), problem.field()))
        .collect()
}

#[test]
fn an_office_finds_people_devices_and_numbers_in_order() {
    let office = Office::build(parts()).unwrap();
    let anna = office.person(PersonId(1)).unwrap();
    assert_eq!(office.resolve("201"), Dialled::Person(anna));
    assert_eq!(office.resolve("0"), Dialled::Person(anna));
    assert_eq!(office.resolve("299"), Dialled::Hangup);
    assert_eq!(office.resolve("999"), Dialled::Unknown);
    assert_eq!(office.resolve("600"), Dialled::Room(ConferenceRoomId(1)));
    assert_eq!(office.resolve("70"), Dialled::Mailbox(MailboxId(23)));
    assert_eq!(office.numbers_of(PersonId(1)), [number("0"), number("201")]);
    assert_eq!(
        office.device_by_user("boris-desk").unwrap().id,
        DeviceId(13)
    );
    assert!(office.device_by_user("Boris-desk").is_none());
    let names: Vec<_> = office
        .persons()
        .map(|person| person.name.as_str())
        .collect();
    assert_eq!(names, ["Anna", "Boris"]);
    let devices: Vec<_> = office
        .devices_of(PersonId(1))
        .map(|device| device.id.0)
        .collect();
    assert_eq!(devices, [11, 12]);
    assert_eq!(office.devices_of(PersonId(99)).count(), 0);
}

#[test]
fn a_person_may_differ_from_what_the_office_has_set() {
    let mut parts = parts();
    parts.persons[0].ring_for = Some(RingFor::from_seconds(60).unwrap());
    parts.persons[0].simultaneous_calls = Some(1);
    let office = Office::build(parts).unwrap();
    let [anna, boris] = [1, 2].map(|id| office.person(PersonId(id)).unwrap());
    assert_eq!(
        [anna, boris].map(|each| office.ring_for(each).seconds()),
        [20, 60]
    );
    assert_eq!(
        [anna, boris].map(|each| office.simultaneous_calls(each)),
        [4, 1]
    );
}

#[test]
fn everybody_has_a_mailbox_and_groups_share_theirs() {
    let office = Office::build(parts()).unwrap();
    let annas = office.mailbox_of(PersonId(1)).unwrap();
    assert_eq!(
        (annas.id, office.mailbox_name(annas)),
        (MailboxId(21), "Anna")
    );
    assert!(annas.enabled && office.mailbox_of(PersonId(3)).is_none());
    let sales = office.mailbox(MailboxId(23)).unwrap();
    assert_eq!(office.mailbox_name(sales), "Sales");
    assert_eq!(
        [1, 2].map(|id| sales.is_seen_by(PersonId(id))),
        [true, false]
    );
    assert_eq!(
        [1, 2].map(|id| annas.is_seen_by(PersonId(id))),
        [true, false]
    );
    assert_eq!(
        [annas, sales].map(|each| office.mailbox_language(each).as_str()),
        ["en", "de"]
    );
}

#[test]
fn recording_and_music_are_those_of_the_office_unless_a_person_differs() {
    let mut parts = parts();
    let own = MusicOnHold::Own(vec![SoundName::parse("music/waltz").unwrap()]);
    parts.persons[0].recording = Some(RecordingRule::Always);
    parts.persons[0].music = Some(own.clone());
    let office = Office::build(parts).unwrap();
    let [anna, boris] = [1, 2].map(|id| office.person(PersonId(id)).unwrap());
    assert_eq!(office.recording_rule(anna), RecordingRule::Never);
    assert_eq!(office.recording_rule(boris), RecordingRule::Always);
    assert_eq!(office.music(anna), &MusicOnHold::Standard);
    assert_eq!(office.music(boris), &own);
}

#[test]
fn an_office_finds_its_call_flows_and_what_they_ask() {
    let office = Office::build(parts()).unwrap();
    assert_eq!(office.resolve("580"), Dialled::Flow(FlowId(41)));
    assert_eq!(office.flow(FlowId(41)).unwrap().name, "Main number");
    assert_eq!(office.schedule(ScheduleId(31)).unwrap().name(), "Hours");
    assert_eq!(office.mode(ModeId(51)).unwrap().at(0).unwrap().id, "day");
    assert!(office.pin_set(PinSetId(61)).unwrap().pins.is_empty());
    let list = office.caller_list(CallerListId(71)).unwrap();
    assert_eq!(list.find("+41").unwrap().number, "0041");
}

#[test]
fn an_office_answers_for_its_domains_however_they_are_spelled() {
    let mut parts = parts();
    parts.settings.domains = vec![
        Domain::parse("pbx.example.com").unwrap(),
        Domain::parse("[2001:db8::1]").unwrap(),
    ];
    let office = Office::build(parts).unwrap();
    for (host, answered) in [
        ("PBX.example.com.", true),
        ("[2001:DB8::1]", true),
        ("example.com", false),
        ("192.0.2.1", false),
        ("", false),
    ] {
        assert_eq!(office.answers_for(host), answered, "{host:?}");
    }
}

#[test]
fn each_problem_names_its_place_and_its_effect() {
    let mut all = Vec::new();
    all.extend(problems(|parts| {
        parts.persons.push(person(1, "Anna too", None))
    }));
    all.extend(problems(|parts| {
        parts.devices.push(device(11, 1, "anna-third"))
    }));
    all.extend(problems(|parts| {
        parts.devices.push(device(14, 2, "anna-desk"))
    }));
    all.extend(problems(|parts| {
        parts.devices.push(device(14, 3, "clara-desk"))
    }));
    all.extend(problems(|parts| parts.devices[0].max_contacts = 6));
    all.extend(problems(|parts| {
        parts.settings.realm = Realm::parse("elsewhere").unwrap()
    }));
    all.extend(problems(|parts| {
        parts.extensions.push(extension("201", to_person(2)))
    }));
    all.extend(problems(|parts| {
        parts.extensions.push(extension("300", to_person(3)))
    }));
    all.extend(problems(|parts| {
        parts.extensions.push(extension("300", to_extension("301")))
    }));
    all.extend(problems(|parts| {
        parts.extensions.push(extension("300", to_extension("301")));
        parts.extensions.push(extension("301", to_extension("300")));
    }));
    all.extend(problems(|parts| {
        parts.persons[0].number = Some(number("777"))
    }));
    all.extend(problems(|parts| {
        parts.persons[0].number = Some(number("0"))
    }));
    all.extend(problems(|parts| {
        parts.persons[0].name = "\u{202e}sirob".to_owned()
    }));
    all.extend(problems(|parts| {
        parts.persons[0].simultaneous_calls = Some(0)
    }));
    all.extend(problems(|parts| parts.settings.register_expiry.min = 601));
    all.extend(problems(|parts| parts.settings.session_expires = 10));
    all.extend(problems(|parts| parts.settings.admission.office_calls = 0));
    all.extend(problems(|parts| {
        parts.settings.admission.calls_per_person = 0
    }));
    all.extend(problems(|parts| {
        let domain = Domain::parse("pbx.example.com").unwrap();
        parts.settings.domains = vec![domain; DOMAINS_MAX + 1];
    }));
    all.extend(problems(|parts| {
        parts.persons[0].team = "x".repeat(TEAM_MAX_CHARS + 1)
    }));
    all.extend(problems(|parts| {
        parts.persons[0].wants.note = "back\u{202e}".to_owned()
    }));
    all.extend(problems(|parts| parts.settings.lan.port = 0));
    all.extend(problems(|parts| parts.mailboxes.push(mailbox(21, 2))));
    all.extend(problems(|parts| parts.mailboxes.push(mailbox(24, 2))));
    all.extend(problems(|parts| parts.mailboxes.push(mailbox(24, 3))));
    all.extend(problems(|parts| {
        parts.mailboxes[2].members.push(PersonId(9))
    }));
    all.extend(problems(|parts| {
        parts.mailboxes[0].members.push(PersonId(1))
    }));
    all.extend(problems(|parts| parts.mailboxes[0].quota.messages = 0));
    all.extend(problems(|parts| parts.mailboxes[0].keep_days = Some(0)));
    all.extend(problems(|parts| {
        parts.mailboxes[0].email = Some(MailboxEmail {
            addresses: vec![crate::EmailAddress::parse("a@example.com").unwrap()],
            attach: false,
            delete_after_sending: true,
        })
    }));
    all.extend(problems(|parts| {
        parts.mailboxes[2].number = Some(number("201"))
    }));
    all.extend(problems(|parts| {
        parts.mailboxes.push(group_mailbox(24, ""))
    }));
    all.extend(problems(|parts| parts.rooms.push(room(1, "600"))));
    all.extend(problems(|parts| parts.rooms.push(room(2, "600"))));
    all.extend(problems(|parts| {
        parts.rooms[0].max_members = 51;
        parts.rooms[0].wait_for_host = true;
        parts.rooms[0].pin = Some(PinHash::new(Secret::new("x".into())));
    }));
    all.extend(problems(|parts| {
        parts.extensions.push(extension(
            "601",
            RouteTarget::Conference(ConferenceRoomId(9)),
        ))
    }));
    all.extend(problems(|parts| {
        parts
            .extensions
            .push(extension("701", RouteTarget::Voicemail(MailboxId(9))))
    }));
    all.extend(problems(|parts| {
        parts.settings.music = MusicOnHold::Own(Vec::new());
        parts.persons[0].music = Some(MusicOnHold::Own(Vec::new()));
        parts.settings.recording.keep_days = Some(0);
        parts.settings.parking.slots = 0;
    }));
    all.extend(problems(|parts| parts.settings.parking.first = 195));
    all.extend(problems(|parts| {
        parts.schedules.push(schedule(31));
        parts.flows.push(flow(41, Some("580")));
        parts.modes.push(mode(51));
        parts.pin_sets.push(parts.pin_sets[0].clone());
        parts.caller_lists.push(caller_list(71));
    }));
    all.extend(problems(|parts| parts.flows.push(flow(42, Some("580")))));
    all.extend(problems(|parts| {
        let nowhere = RouteTarget::Flow(FlowId(9));
        parts.persons[0].hours = Some(PersonHours {
            schedule: ScheduleId(9),
            when_closed: nowhere.clone(),
        });
        parts.extensions.push(extension("501", nowhere));
    }));
    all.extend(problems(|parts| parts.modes[0].states.truncate(1)));
    all.extend(problems(|parts| {
        let columns = (0..=CALLER_COLUMNS_MAX).map(|column| format!("column {column}"));
        parts.caller_lists[0].columns = columns.collect();
    }));
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_chain_of_extensions_as_long_as_allowed_still_rings() {
    let mut parts = parts();
    for hop in 0..EXTENSION_HOPS_MAX {
        let next = if hop + 1 == EXTENSION_HOPS_MAX {
            "201".to_owned()
        } else {
            format!("40{}", hop + 1)
        };
        parts
            .extensions
            .push(extension(&format!("40{hop}"), to_extension(&next)));
    }
    let office = Office::build(parts.clone()).unwrap();
    assert_eq!(
        office.resolve("400"),
        Dialled::Person(office.person(PersonId(1)).unwrap())
    );
    parts.extensions.push(extension("500", to_extension("400")));
    let problems = Office::build(parts).unwrap_err();
    assert_eq!(
        problems,
        [OfficeProblem::ExtensionCircle {
            number: number("500")
        }]
    );
}

#[test]
fn the_json_of_a_device_has_no_credentials() {
    let device = device(11, 1, "anna-desk");
    let json = serde_json::to_string(&device).unwrap();
    assert!(!json.contains("credentials") && !json.contains(device.credentials.ha1_md5.expose()));
}
