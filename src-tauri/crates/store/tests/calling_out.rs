//! The rules of calling out, and what calls took, on disk.
#![allow(missing_docs)]

mod common;

use chrono::{DateTime, TimeDelta};
use common::outside::{add_number, add_schedule, add_trunk, noon, refused, rule, told};
use common::{hire, open};
use office::{
    CallerList, CallerListId, CallingPolicy, CallingRights, Country, Domain, DomainAccess,
    EmergencyPlan, Network, OutboundRule, OutsideAdmission, OutsideUsage, PersonId, PersonLocation,
    RateLimit, RateScope, Reach, Record, RouteTarget, Secret, TrunkId, Whose,
};
use store::limits::{DEVICE_MARKS_MAX, UNKNOWN_NUMBERS_MAX};
use store::{Actor, BackupChangeKind, BackupSubject, CopiedSounds, Store, StoreError};

#[test]
fn rules_are_one_list_and_keep_their_identities() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let line = add_trunk(&mut store, "Provider");
    let first = [rule(0, "One", line), rule(0, "Two", line)];
    store.change(|c| c.edit_outbound_rules(&first, 1)).unwrap();
    let listed = |store: &Store| -> Vec<(i64, u32, String)> {
        let rules = store.outbound_rules().unwrap().value.into_iter();
        rules
            .map(|rule| (rule.id.0, rule.position, rule.name))
            .collect()
    };
    let [one, two, three] = ["One", "Two", "Three"].map(str::to_owned);
    assert_eq!(listed(&store), [(1, 1, one.clone()), (2, 2, two.clone())]);
    let stale = store.change(|c| c.edit_outbound_rules(&[], 1));
    assert!(
        matches!(
            stale,
            Err(StoreError::ChangedMeanwhile(Record::OutboundRules))
        ),
        "{stale:?}"
    );
    // The second comes first, the first is gone, and what is new has an identity nobody had.
    let second = [
        rule(2, "Two", line),
        rule(1, "One", line),
        rule(2, "Three", line),
    ];
    store
        .change(|c| c.edit_outbound_rules(&second[..1], 2))
        .unwrap();
    store.change(|c| c.edit_outbound_rules(&second, 3)).unwrap();
    assert_eq!(listed(&store), [(2, 1, two), (3, 2, one), (4, 3, three)]);
    let office = store.load_office().unwrap();
    assert_eq!(office.outbound_rules().len(), 3);
    assert_eq!(
        told(&store, 20)
            .iter()
            .map(|line| line.split(':').next().unwrap())
            .collect::<Vec<_>>(),
        [
            "outboundRule.added Three",
            "outboundRule.added One",
            "outboundRule.removed One",
            "outboundRule.edited Two",
            "outboundRule.added Two",
            "outboundRule.added One",
            "trunk.added Provider",
        ]
    );
}

#[test]
fn the_defaults_hold_from_the_first_day_and_what_is_set_stays() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let json = |value: &CallingPolicy| serde_json::to_value(value).unwrap();
    let policy = store.calling_policy().unwrap();
    assert_eq!(
        (policy.revision, &policy.value),
        (1, &CallingPolicy::default())
    );
    // The words on the disk are all of them, so that a default of later changes no office.
    let database = rusqlite::Connection::open(dir.path().join("office.sqlite")).unwrap();
    let written = |table: &str| -> serde_json::Value {
        let select = format!("SELECT document FROM {table}");
        let text: String = database.query_row(&select, [], |row| row.get(0)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    assert_eq!(written("calling_policy"), json(&CallingPolicy::default()));
    let admission = serde_json::to_value(OutsideAdmission::default()).unwrap();
    assert_eq!(written("outside_admission"), admission);
    let plan = serde_json::to_value(EmergencyPlan::default()).unwrap();
    assert_eq!(written("emergency_plan"), plan);
    drop(database);

    let (anna, ..) = hire(&mut store, "Anna", "201");
    let hours = add_schedule(&mut store);
    let list = CallerList {
        id: CallerListId(0),
        name: "Unwanted".to_owned(),
        columns: Vec::new(),
        callers: Vec::new(),
    };
    let (list, _) = store.change(|c| c.add_caller_list(&list)).unwrap();
    let policy = CallingPolicy {
        countries: vec![Country::parse("GB").unwrap()],
        foreign_hours: Some(hours),
        blocked: Some(list),
        ..CallingPolicy::default()
    };
    let admission = OutsideAdmission {
        max_in: Some(8),
        rates: vec![RateLimit {
            of: RateScope::CallerIn,
            calls: 3,
            seconds: 60,
        }],
        ..OutsideAdmission::default()
    };
    let plan = EmergencyPlan {
        location: "Main Street 1".to_owned(),
        locations: vec![PersonLocation {
            person: anna,
            location: "At home".to_owned(),
        }],
        alert_persons: vec![anna],
        ..EmergencyPlan::default()
    };
    let rights = CallingRights {
        person: anna,
        shows: None,
        reach: Reach::Country,
        abroad_after_hours: false,
        foreign_minutes: Some(5),
        money: None,
    };
    let ((), office) = store
        .change(|c| {
            c.edit_calling_policy(&policy, 1)?;
            c.edit_outside_admission(&admission, 1)?;
            c.edit_emergency_plan(&plan, 1)?;
            c.edit_calling_rights(&rights, 0)
        })
        .unwrap();
    assert_eq!(office.calling(), &policy);
    assert_eq!(office.outside_admission(), &admission);
    assert_eq!(office.emergency(), &plan);
    assert_eq!(office.calling_rights(anna), Some(&rights));
    assert_eq!(
        told(&store, 4),
        [
            r#"callingRights.edited Anna:  -> {"abroadAfterHours":false,"foreignMinutes":5,"money":null,"reach":"country","shows":null}"#,
            r#"emergencyPlan.edited : {"alertPersons":null,"location":"","locations":null} -> {"alertPersons":"Anna","location":"Main Street 1","locations":"Anna: At home"}"#,
            r#"outsideAdmission.edited : {"maxIn":null,"rates":[{"calls":30,"of":"callerIn","seconds":60},{"calls":30,"of":"personOut","seconds":60}]} -> {"maxIn":8,"rates":[{"calls":3,"of":"callerIn","seconds":60}]}"#,
            r#"callingPolicy.edited : {"blocked":null,"countries":[],"foreignHours":null} -> {"blocked":"Unwanted","countries":["GB"],"foreignHours":"Office hours"}"#,
        ]
    );
    for stale in [
        store.change(|c| c.edit_calling_policy(&policy, 1)),
        store.change(|c| c.edit_outside_admission(&admission, 1)),
        store.change(|c| c.edit_emergency_plan(&plan, 1)),
        store.change(|c| c.edit_calling_rights(&rights, 0)),
    ] {
        assert!(
            matches!(stale, Err(StoreError::ChangedMeanwhile(_))),
            "{stale:?}"
        );
    }
    let used = refused(store.change(|c| c.remove_schedule(hours, 1)));
    assert!(used.contains("uses this"), "{used}");
    let used = refused(store.change(|c| c.remove_caller_list(list, 1)));
    assert!(used.contains("uses this"), "{used}");

    // Whoever is to be told of an emergency is replaced first; their own place goes with them.
    let used = refused(store.change(|c| c.remove_person(anna, 1)));
    assert!(used.starts_with("the emergency plan uses this"), "{used}");
    let plan = EmergencyPlan {
        alert_persons: Vec::new(),
        ..plan
    };
    store.change(|c| c.edit_emergency_plan(&plan, 2)).unwrap();
    let ((), office) = store.change(|c| c.remove_person(anna, 1)).unwrap();
    assert!(office.emergency().locations.is_empty() && office.calling_rights(anna).is_none());
    let ((), office) = store.change(|c| c.restore_person(anna)).unwrap();
    assert_eq!(office.emergency(), &plan);
    assert_eq!(office.calling_rights(anna), Some(&rights));
    let nobody = CallingRights {
        person: PersonId(99),
        ..rights
    };
    let missing = store.change(|c| c.edit_calling_rights(&nobody, 0));
    assert!(
        matches!(missing, Err(StoreError::NotFound(_))),
        "{missing:?}"
    );
}

#[test]
fn who_may_reach_a_domain_is_one_list() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mut settings = store.settings().unwrap();
    settings.value.domains = vec![Domain::parse("pbx.example.com").unwrap()];
    store
        .change(|c| c.edit_settings(&settings.value, settings.revision))
        .unwrap();
    let access = [DomainAccess {
        domain: Domain::parse("pbx.example.com").unwrap(),
        allow: vec![Network::parse("192.0.2.0/24").unwrap()],
        deny: Vec::new(),
    }];
    let ((), office) = store.change(|c| c.edit_domain_access(&access, 1)).unwrap();
    let named = ["pbx.example.com".to_owned()];
    assert!(office.lets_in(&named, [192, 0, 2, 7].into()));
    assert!(!office.lets_in(&named, [198, 51, 100, 7].into()));
    assert!(told(&store, 1)[0].starts_with("domainAccess.added pbx.example.com: "));
    assert_eq!(store.domain_access().unwrap().value, access);
}

#[test]
fn what_calls_took_adds_up_and_survives_a_restart_and_a_restore() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let copy = store.copy(&[], CopiedSounds::default(), noon()).unwrap();
    let used = |day: &str, person: Option<i64>, seconds| OutsideUsage {
        day: day.to_owned(),
        person: person.map(PersonId),
        trunk: Some(TrunkId(1)),
        kind: "abroad".to_owned(),
        seconds,
        money: 2 * seconds,
        calls: 1,
    };
    let entries = [
        used("2026-11-21", Some(1), 60),
        used("2026-11-20", Some(1), 5),
        used("2026-11-21", None, 7),
    ];
    store.add_usage(&entries).unwrap();
    store.add_usage(&entries[..1]).unwrap();
    drop(store);
    let mut store = open(dir.path());
    store.restore(&Actor::default(), &copy, noon()).unwrap();
    let today = store.usage_since("2026-11-21").unwrap();
    let twice = OutsideUsage {
        seconds: 120,
        money: 240,
        calls: 2,
        ..entries[0].clone()
    };
    assert_eq!(today, [entries[2].clone(), twice]);
    assert_eq!(store.usage_since("2026-11-20").unwrap().len(), 3);

    // 400 days later the older of the two days is forgotten.
    let day = |text: &str| DateTime::parse_from_rfc3339(&format!("{text}T12:00:00Z")).unwrap();
    let later = day("2026-11-21") + TimeDelta::days(400);
    store.sweep(later.timestamp_millis()).unwrap();
    assert_eq!(store.usage_since("").unwrap(), today);
}

#[test]
fn numbers_nobody_has_set_up_are_kept_up_to_a_limit() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let line = Some(TrunkId(1));
    for at in 0..UNKNOWN_NUMBERS_MAX + 5 {
        let number = format!("+49301{at:03}");
        store.unknown_number_called(&number, line, at).unwrap();
    }
    store
        .unknown_number_called("+49301100", line, 1_000)
        .unwrap();
    let unknown = store.unknown_numbers().unwrap();
    assert_eq!(unknown.len(), 200);
    let newest = &unknown[0];
    assert_eq!(
        (
            newest.number.as_str(),
            newest.trunk,
            newest.last_ms,
            newest.times
        ),
        ("+49301100", line, 1_000, 2)
    );
    assert!(!unknown.iter().any(|each| each.number == "+49301000"));
    store.forget_unknown_number("+49301101").unwrap();
    let unknown = store.unknown_numbers().unwrap();
    assert!(unknown.iter().all(|each| each.number != "+49301101"));
    add_number(&mut store, "+49301100", RouteTarget::Hangup);
    let unknown = store.unknown_numbers().unwrap();
    assert!(unknown.iter().all(|each| each.number != "+49301100"));
}

#[test]
fn what_changes_no_record_is_written_down_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let by = Actor {
        login: "maria".to_owned(),
        address: "192.0.2.9".to_owned(),
    };
    store.note_deed(&by, "fuse.reset", "Anna").unwrap();
    let entry = store.audit(1, None).unwrap().remove(0);
    assert_eq!((entry.by, entry.action.as_str()), (by, "fuse.reset"));
    assert_eq!((entry.subject.as_str(), entry.after), ("Anna", None));
}

#[test]
fn a_device_is_new_until_somebody_says_that_it_is_ours() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (_, login, _) = hire(&mut store, "Anna", "201");
    let device = login.device;
    let met = store.device_met(device, "desk at home", 5).unwrap();
    assert_eq!((met.first_seen_ms, met.cleared), (5, false));
    store.change(|c| c.clear_device(device)).unwrap();
    assert_eq!(
        told(&store, 1),
        [r#"device.cleared Desk phone:  -> {"new":false}"#]
    );
    let met = store.device_met(device, "desk at home", 9).unwrap();
    assert_eq!((met.first_seen_ms, met.cleared), (5, true));
    // Someone who tries many ways pushes none out that was cleared.
    for at in 0..DEVICE_MARKS_MAX + 10 {
        let met = store
            .device_met(device, &format!("thief {at}"), 100 + at)
            .unwrap();
        assert!(!met.cleared);
    }
    let known = store.known_devices().unwrap();
    assert_eq!(known.len(), 50);
    assert!(known[0].cleared && known[0].mark == "desk at home");

    let copy = store.copy(&[], CopiedSounds::default(), noon()).unwrap();
    store.restore(&Actor::default(), &copy, noon()).unwrap();
    assert_eq!(store.known_devices().unwrap(), known);
    let unknown = store.device_met(office::DeviceId(99), "x", 1);
    assert!(
        matches!(unknown, Err(StoreError::NotFound(_))),
        "{unknown:?}"
    );
}

#[test]
fn a_restore_says_in_advance_what_it_would_open_to_the_outside() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, ..) = hire(&mut store, "Anna", "201");
    let line = add_trunk(&mut store, "Provider");
    let open_countries = CallingPolicy {
        countries: vec![Country::parse("GB").unwrap()],
        ..CallingPolicy::default()
    };
    let far = CallingRights {
        person: anna,
        shows: None,
        reach: Reach::Everywhere,
        abroad_after_hours: true,
        foreign_minutes: None,
        money: None,
    };
    store
        .change(|c| {
            c.edit_calling_policy(&open_countries, 1)?;
            c.edit_calling_rights(&far, 0)?;
            let who = Whose::Persons(vec![anna]);
            let annas = OutboundRule {
                who,
                ..rule(0, "All", line)
            };
            c.edit_outbound_rules(&[annas], 1)
        })
        .unwrap();
    let copy = store.copy(&[], CopiedSounds::default(), noon()).unwrap();
    assert!(store.compare(&copy).unwrap().changes.is_empty());

    let near = CallingRights {
        reach: Reach::Inside,
        ..far.clone()
    };
    let other = Secret::new("another".to_owned());
    store
        .change(|c| {
            c.edit_calling_policy(&CallingPolicy::default(), 2)?;
            c.edit_calling_rights(&near, 1)?;
            c.edit_outbound_rules(&[], 2)?;
            c.set_trunk_password(line, Some(&other))
        })
        .unwrap();
    let diff = store.compare(&copy).unwrap();
    let changes: Vec<_> = diff
        .changes
        .iter()
        .map(|change| {
            let fields = change.fields.iter();
            let fields: Vec<String> = fields
                .map(|field| format!("{}: {} -> {}", field.field, field.now, field.then))
                .collect();
            (change.subject, change.change, fields.join(", "))
        })
        .collect();
    assert_eq!(changes.len(), 4, "{changes:#?}");
    assert_eq!(
        changes[0],
        (
            BackupSubject::Trunk,
            BackupChangeKind::Changed,
            "password: current -> earlier".to_owned()
        )
    );
    assert_eq!(
        changes[1],
        (
            BackupSubject::OutboundRule,
            BackupChangeKind::Added,
            [
                "lines:  -> Provider",
                "name:  -> All",
                "position:  -> 1",
                "shows:  -> main",
                r#"to:  -> [{"kind":"any"}]"#,
                "who:  -> Anna",
            ]
            .join(", ")
        )
    );
    assert_eq!(
        changes[2..],
        [
            (
                BackupSubject::CallingRights,
                BackupChangeKind::Changed,
                "reach: inside -> everywhere".to_owned()
            ),
            (
                BackupSubject::CallingPolicy,
                BackupChangeKind::Changed,
                r#"countries: [] -> ["GB"]"#.to_owned()
            ),
        ]
    );
    let office = store.restore(&Actor::default(), &copy, noon()).unwrap();
    assert_eq!(office.calling(), &open_countries);
    assert_eq!(office.calling_rights(anna), Some(&far));
    // A window of before fits no longer, and the next rule is no other's.
    let stale = store.change(|c| c.edit_outbound_rules(&[], 3));
    assert!(
        matches!(stale, Err(StoreError::ChangedMeanwhile(_))),
        "{stale:?}"
    );
    let rules = store.outbound_rules().unwrap();
    let added = [rules.value[0].clone(), rule(0, "New", line)];
    store
        .change(|c| c.edit_outbound_rules(&added, rules.revision))
        .unwrap();
    assert_eq!(store.outbound_rules().unwrap().value[1].id.0, 2);
}
