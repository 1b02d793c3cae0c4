//! What was removed can be brought back as it was, for a month.
#![allow(missing_docs)]

mod common;

use chrono::{TimeDelta, Utc};
use common::{binding, hire, number, open};
use office::{Dialled, Extension, NumberHours, PersonId, Record, Route, RouteTarget};
use store::limits::REMOVED_KEPT_DAYS;
use store::{BindingWrite, StoreError};

#[test]
fn a_person_brought_back_has_their_numbers_phones_and_secrets() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, login, before) = hire(&mut store, "Anna", "201");
    store
        .change(|c| c.add_extension(&Extension::to(number("301"), RouteTarget::User(anna))))
        .unwrap();
    // A phone given up earlier stays given up.
    let (old, _) = store
        .change(|c| c.add_device(&common::desk_phone(anna)))
        .unwrap();
    store.change(|c| c.remove_device(old.device, 1)).unwrap();

    let ((), without) = store.change(|c| c.remove_person(anna, 1)).unwrap();
    assert_eq!(without.resolve("201"), Dialled::Unknown);
    assert!(without.devices().next().is_none());
    assert!(store.persons().unwrap().is_empty() && store.devices().unwrap().is_empty());
    drop(store);

    let mut store = open(dir.path());
    let ((), office) = store.change(|c| c.restore_person(anna)).unwrap();
    let person = office.person(anna).expect("Anna is back");
    assert_eq!(Some(person), before.person(anna));
    assert_eq!(office.numbers_of(anna), [number("201"), number("301")]);
    let device = office.device(login.device).expect("her phone is back");
    assert_eq!(
        device.credentials.ha1_sha256.expose(),
        before
            .device(login.device)
            .unwrap()
            .credentials
            .ha1_sha256
            .expose()
    );
    assert_eq!(office.devices().count(), 1);

    let again = store.change(|c| c.restore_person(anna));
    assert!(
        matches!(again, Err(StoreError::NotFound(Record::Person(id))) if id == anna),
        "{again:?}"
    );
}

#[test]
fn a_number_given_out_meanwhile_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, ..) = hire(&mut store, "Anna", "201");
    store.change(|c| c.remove_person(anna, 1)).unwrap();
    hire(&mut store, "Boris", "201");
    match store.change(|c| c.restore_person(anna)) {
        Err(StoreError::NumberTaken { number, by }) => {
            assert_eq!((number.as_str(), by.as_str()), ("201", "Boris"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(store.load_office().unwrap().persons().len(), 1);
}

#[test]
fn a_device_brought_back_needs_its_person() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, login, _) = hire(&mut store, "Anna", "201");
    store.change(|c| c.remove_device(login.device, 1)).unwrap();
    let ((), office) = store.change(|c| c.restore_device(login.device)).unwrap();
    assert_eq!(office.devices_of(anna).count(), 1);

    store.change(|c| c.remove_device(login.device, 3)).unwrap();
    store.change(|c| c.remove_person(anna, 1)).unwrap();
    let alone = store.change(|c| c.restore_device(login.device));
    assert!(matches!(alone, Err(StoreError::Problems(_))), "{alone:?}");
}

#[test]
fn what_was_removed_a_month_ago_is_forgotten_with_its_secrets() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, login, _) = hire(&mut store, "Anna", "201");
    hire(&mut store, "Boris", "202");
    store.change(|c| c.remove_person(anna, 1)).unwrap();
    let days = |days| Utc::now() + TimeDelta::days(days);

    store.back_up(days(REMOVED_KEPT_DAYS - 1)).unwrap();
    store.change(|c| c.restore_person(anna)).unwrap();
    store.change(|c| c.remove_person(anna, 3)).unwrap();

    store.back_up(days(REMOVED_KEPT_DAYS + 1)).unwrap();
    let gone = store.change(|c| c.restore_person(anna));
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
    drop(store);
    let database = rusqlite::Connection::open(dir.path().join("office.sqlite")).unwrap();
    let secrets: i64 = database
        .query_row(
            "SELECT count(*) FROM secrets WHERE owner = 'device' AND owner_id = ?1",
            [login.device.0],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(secrets, 0);
    let mut store = open(dir.path());
    let (clara, ..) = hire(&mut store, "Clara", "201");
    assert!(clara > PersonId(2), "an identity is never given out twice");
}

#[test]
fn a_device_is_remembered_as_seen_after_its_registration_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (_, login, _) = hire(&mut store, "Anna", "201");
    assert!(store.last_seen().unwrap().is_empty());
    let began = Utc::now().timestamp_millis();
    let bound = binding(login.device, "sip:a@192.0.2.7", 1_000);
    let key = bound.key();
    store.apply_bindings(&[BindingWrite::Put(bound)]).unwrap();
    store.apply_bindings(&[BindingWrite::Remove(key)]).unwrap();
    drop(store);
    let store = open(dir.path());
    assert!(store.load_bindings(0).unwrap().is_empty());
    let seen = store.last_seen().unwrap()[&login.device];
    assert!((began..=Utc::now().timestamp_millis()).contains(&seen));
    assert_eq!(
        store.devices().unwrap()[0].revision,
        1,
        "being seen is no edit"
    );
}

#[test]
fn a_removed_device_does_not_register_again_by_a_late_write() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (_, login, _) = hire(&mut store, "Anna", "201");
    let put = BindingWrite::Put(binding(login.device, "sip:a@192.0.2.7", 1_000));
    store.apply_bindings(std::slice::from_ref(&put)).unwrap();
    store.change(|c| c.remove_device(login.device, 1)).unwrap();
    store.apply_bindings(&[put]).unwrap();
    assert!(store.load_bindings(0).unwrap().is_empty());
}

#[test]
fn a_line_removed_long_ago_is_forgotten_with_its_password() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let line = common::outside::add_trunk(&mut store, "Provider");
    store.line_tokens().unwrap();
    store.change(|change| change.remove_trunk(line, 1)).unwrap();
    let secrets = || -> i64 {
        let database = rusqlite::Connection::open(dir.path().join("office.sqlite")).unwrap();
        let count = "SELECT count(*) FROM secrets WHERE owner = 'trunk'";
        database.query_row(count, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(secrets(), 2);
    let later = chrono::Utc::now() + chrono::TimeDelta::days(31);
    store.back_up(later).unwrap();
    assert_eq!(secrets(), 0);
    let gone = store.change(|change| change.restore_trunk(line));
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
}

#[test]
fn an_extension_brought_back_has_its_hours() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, ..) = hire(&mut store, "Anna", "201");
    let (ben, ..) = hire(&mut store, "Ben", "202");
    let schedule = common::outside::add_schedule(&mut store);
    let hours = NumberHours {
        schedule,
        when_closed: Route::to(RouteTarget::User(ben)),
    };
    let closed = Extension {
        hours: Some(hours.clone()),
        ..Extension::to(number("201"), RouteTarget::User(anna))
    };
    let ((), office) = store.change(|c| c.edit_extension(&closed, 1)).unwrap();
    assert_eq!(office.extension("201"), Some(&closed));

    // What it leads to when closed, and what it goes by, stay as long as it needs them.
    let by = |told: Result<((), office::Office), StoreError>| match told {
        Err(StoreError::StillUsed { by }) => by,
        other => panic!("{other:?}"),
    };
    assert_eq!(by(store.change(|c| c.remove_person(ben, 1))), "201");
    assert_eq!(by(store.change(|c| c.remove_schedule(schedule, 1))), "201");

    store.change(|c| c.remove_person(anna, 1)).unwrap();
    let ((), office) = store.change(|c| c.restore_person(anna)).unwrap();
    assert_eq!(office.extension("201"), Some(&closed));

    // The hours are gone for good while it was away: it takes calls at any.
    store.change(|c| c.remove_person(anna, 3)).unwrap();
    store.change(|c| c.remove_schedule(schedule, 1)).unwrap();
    let ((), office) = store.change(|c| c.restore_person(anna)).unwrap();
    assert_eq!(office.extension("201").unwrap().hours, None);
}
