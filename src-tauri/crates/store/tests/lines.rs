//! Lines, other telephone systems and numbers on disk, with their passwords.
#![allow(missing_docs)]

mod common;

use common::outside::{
    CANARY, add_number, add_schedule, add_trunk, noon, own_number, phone_number, place, refused,
    rule, told, trunk,
};
use common::{hire, number, open};
use office::{
    EmergencyPlan, Extension, NumberHours, Office, Peer, PeerId, Record, Route, RouteTarget,
    Secret, Trunk,
};
use std::fs;
use std::path::Path;
use store::{Actor, CopiedSounds, OfficeCopy, Store, StoreError};

fn peer() -> Peer {
    Peer {
        id: PeerId(0),
        name: "Gateway".to_owned(),
        enabled: true,
        place: Some(place("192.0.2.9")),
        networks: Vec::new(),
        user: "gateway".to_owned(),
        password: Some(Secret::new(format!("{CANARY}-peer"))),
        prefixes: vec!["8".to_owned()],
        strip_prefix: true,
        may_call_outside: false,
        channels: 4,
        srtp: office::Srtp::Required,
    }
}

#[test]
fn a_line_and_a_peer_come_back_as_they_were_set_up() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let line = add_trunk(&mut store, "Provider");
    let (gateway, _) = store.change(|c| c.add_peer(&peer())).unwrap();
    drop(store);

    let store = open(dir.path());
    let office = store.load_office().unwrap();
    let back = office.trunk(line).unwrap();
    assert_eq!(back.password.as_ref().unwrap().expose(), CANARY);
    let wanted = Trunk {
        id: line,
        ..trunk("Provider")
    };
    let json = |value: &Trunk| serde_json::to_string(value).unwrap();
    assert_eq!(json(back), json(&wanted));
    let back = office.peer(gateway).unwrap();
    assert_eq!(
        back.password.as_ref().unwrap().expose(),
        format!("{CANARY}-peer")
    );
    assert_eq!((back.name.as_str(), back.prefixes.len()), ("Gateway", 1));
}

#[test]
fn the_password_of_a_line_stays_until_it_is_set_and_is_in_no_log() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let line = add_trunk(&mut store, "Provider");
    let mut edited = Trunk {
        id: line,
        name: "Main line".to_owned(),
        password: None,
        ..trunk("")
    };
    edited.channels.all = 4;
    let ((), office) = store.change(|c| c.edit_trunk(&edited, 1)).unwrap();
    let password = |office: &Office| office.trunk(line).unwrap().password.clone();
    assert_eq!(password(&office).unwrap().expose(), CANARY);
    let stale = store.change(|c| c.edit_trunk(&edited, 1));
    assert!(
        matches!(stale, Err(StoreError::ChangedMeanwhile(Record::Trunk(id))) if id == line),
        "{stale:?}"
    );

    let secret = Secret::new("canary-too".to_owned());
    let ((), office) = store
        .change(|c| c.set_trunk_password(line, Some(&secret)))
        .unwrap();
    assert_eq!(password(&office).unwrap().expose(), "canary-too");
    assert!(refused(store.change(|c| c.set_trunk_password(line, None))).contains("password"));
    let log = told(&store, 10);
    assert_eq!(
        log[..2],
        [
            r#"trunk.passwordChanged Main line:  -> {"password":"changed"}"#,
            r#"trunk.edited Provider: {"channels":{"all":10,"incoming":8,"outgoing":null},"name":"Provider"} -> {"channels":{"all":4,"incoming":8,"outgoing":null},"name":"Main line"}"#,
        ]
    );
    assert!(log[2].starts_with("trunk.added Provider: "), "{log:#?}");
    assert!(log[2].contains(r#""hasPassword":true"#), "{log:#?}");
    assert!(!log.concat().contains("canary"), "{log:#?}");
}

#[test]
fn no_file_holds_the_password_of_a_line_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let line = add_trunk(&mut store, "Provider of the canary bird");
    store.change(|c| c.add_peer(&peer())).unwrap();
    let token = store.line_tokens().unwrap().remove(&line).unwrap();
    store.back_up(noon()).unwrap();
    let copy = store.copy(&[], CopiedSounds::default(), noon()).unwrap();
    let file = copy.seal("a long way home").unwrap();
    fs::write(dir.path().join("office.backup"), &file).unwrap();

    let mut in_the_clear = 0;
    for file in files_in(dir.path()) {
        let bytes = fs::read(&file).unwrap();
        let has = |text: &str| {
            bytes
                .windows(text.len())
                .any(|each| each == text.as_bytes())
        };
        assert!(!has(CANARY), "the password is in {}", file.display());
        assert!(!has(token.expose()), "the token is in {}", file.display());
        in_the_clear += usize::from(has("Provider of the canary bird"));
    }
    // The search finds what is there: in the log or database, and in the hourly backup.
    assert!(in_the_clear >= 2, "{in_the_clear}");
    drop(store);

    // On another computer the password opens again, and the token is the same.
    let there = tempfile::tempdir().unwrap();
    let mut store = open(there.path());
    let copy = OfficeCopy::open(&file, "a long way home").unwrap();
    let office = store.restore(&Actor::default(), &copy, noon()).unwrap();
    let back = office.trunk(line).unwrap().password.clone().unwrap();
    assert_eq!(back.expose(), CANARY);
    let tokens = store.line_tokens().unwrap();
    assert_eq!(tokens[&line].expose(), token.expose());
}

fn files_in(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            files.extend(files_in(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
fn each_line_has_a_token_of_its_own_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let [one, two] = ["One", "Two"].map(|name| add_trunk(&mut store, name));
    let first = store.line_tokens().unwrap();
    assert_eq!(first[&one].expose().len(), 32);
    assert_ne!(first[&one].expose(), first[&two].expose());
    drop(store);
    let again = open(dir.path()).line_tokens().unwrap();
    assert_eq!(again[&one].expose(), first[&one].expose());
}

#[test]
fn a_line_in_use_is_not_removed_and_one_removed_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let line = add_trunk(&mut store, "Provider");
    add_number(&mut store, "+4930123456", RouteTarget::Hangup);
    let mut numbered = own_number("+4930123456", RouteTarget::Hangup);
    numbered.trunk = Some(line);
    store.change(|c| c.edit_phone_number(&numbered, 1)).unwrap();
    let remove = |store: &mut Store| store.change(|c| c.remove_trunk(line, 1));
    assert!(refused(remove(&mut store)).starts_with("+4930123456 uses this"));
    numbered.trunk = None;
    store.change(|c| c.edit_phone_number(&numbered, 2)).unwrap();

    let rules = [rule(0, "Everything", line)];
    store.change(|c| c.edit_outbound_rules(&rules, 1)).unwrap();
    assert!(refused(remove(&mut store)).starts_with("Everything uses this"));
    store.change(|c| c.edit_outbound_rules(&[], 2)).unwrap();

    let plan = EmergencyPlan {
        line: Some(line),
        ..EmergencyPlan::default()
    };
    store.change(|c| c.edit_emergency_plan(&plan, 1)).unwrap();
    assert!(refused(remove(&mut store)).starts_with("the emergency plan uses this"));
    store
        .change(|c| c.edit_emergency_plan(&EmergencyPlan::default(), 2))
        .unwrap();

    let ((), office) = remove(&mut store).unwrap();
    assert!(office.trunk(line).is_none());
    assert!(store.line_tokens().unwrap().is_empty());
    let ((), office) = store.change(|c| c.restore_trunk(line)).unwrap();
    let password = &office.trunk(line).unwrap().password;
    assert_eq!(password.as_ref().unwrap().expose(), CANARY);
    let gone = store.change(|c| c.restore_trunk(line));
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
}

#[test]
fn nothing_a_number_from_outside_leads_to_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, ..) = hire(&mut store, "Anna", "201");
    let hours = add_schedule(&mut store);
    let flow = store::NewFlow {
        name: "Main number".to_owned(),
        number: None,
        document: "{}".to_owned(),
        uses: std::collections::BTreeSet::new(),
    };
    let (flow, _) = store.change(|c| c.add_flow(&flow)).unwrap();
    let mut sales = own_number("+4930123456", RouteTarget::User(anna));
    sales.label = "Sales".to_owned();
    sales.hours = Some(NumberHours {
        schedule: hours,
        when_closed: Route::to(RouteTarget::Flow(flow)),
    });
    store.change(|c| c.add_phone_number(&sales)).unwrap();
    assert_eq!(
        told(&store, 1),
        [
            r#"number.added +4930123456:  -> {"anonymous":"challenge","challenge":true,"hours":"Office hours","label":"Sales","leadsTo":"Anna","line":null,"maxCalls":2,"number":"+4930123456","set":null,"whenClosed":"Main number"}"#
        ]
    );
    let used = "Sales uses this";
    assert!(refused(store.change(|c| c.remove_person(anna, 1))).starts_with(used));
    assert!(refused(store.change(|c| c.remove_flow(flow, 1))).starts_with(used));
    assert!(refused(store.change(|c| c.remove_schedule(hours, 1))).starts_with(used));
    // An extension goes with what it leads to, so the whole is checked at the end.
    let mut by_extension = sales.clone();
    by_extension.route = Route::to(RouteTarget::Extension(number("201")));
    store
        .change(|c| c.edit_phone_number(&by_extension, 1))
        .unwrap();
    let gone = store.change(|c| c.remove_extension(&number("201"), 1));
    let Err(StoreError::Problems(problems)) = gone else {
        panic!("callers of Sales would reach nobody")
    };
    let record = Record::PhoneNumber(phone_number("+4930123456"));
    assert!(
        problems.iter().any(|each| each.record() == record),
        "{problems:?}"
    );

    store
        .change(|c| c.remove_phone_number(&phone_number("+4930123456"), 2))
        .unwrap();
    store.change(|c| c.remove_flow(flow, 1)).unwrap();
    let back = store.change(|c| c.restore_phone_number(&phone_number("+4930123456")));
    assert!(matches!(back, Err(StoreError::Problems(_))), "{back:?}");
    store.change(|c| c.restore_flow(flow)).unwrap();
    let ((), office) = store
        .change(|c| c.restore_phone_number(&phone_number("+4930123456")))
        .unwrap();
    assert_eq!(office.phone_number("+4930123456").unwrap(), &by_extension);
}

#[test]
fn a_number_is_set_up_once_and_anew_after_it_was_removed() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    add_number(&mut store, "+4930123456", RouteTarget::Hangup);
    let again = own_number("+4930123456", RouteTarget::Hangup);
    let twice = store.change(|c| c.add_phone_number(&again));
    assert!(matches!(twice, Err(StoreError::Problems(_))), "{twice:?}");
    store
        .change(|c| c.remove_phone_number(&again.number, 1))
        .unwrap();
    store.change(|c| c.add_phone_number(&again)).unwrap();
    let numbers = store.phone_numbers().unwrap();
    assert_eq!((numbers.len(), &numbers[0].value), (1, &again));
    assert!(
        numbers[0].revision > 1,
        "no window of before may overwrite it"
    );
}

#[test]
fn an_extension_leads_to_a_number_outside_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let outside = phone_number("+442079460000");
    let mut extension = Extension::to(number("500"), RouteTarget::Forward(outside.clone()));
    let ((), office) = store.change(|c| c.add_extension(&extension)).unwrap();
    assert_eq!(office.resolve("500"), office::Dialled::Outside(&outside));
    assert_eq!(
        told(&store, 1),
        [
            r#"extension.added 500:  -> {"hours":null,"leadsTo":"+442079460000","number":"500","whenClosed":null}"#
        ]
    );
    extension.target = RouteTarget::Hangup;
    let ((), office) = store.change(|c| c.edit_extension(&extension, 1)).unwrap();
    assert_eq!(office.resolve("500"), office::Dialled::Hangup);
}
