//! An office opens as it was left: after an update, after damage, and for one engine only.
#![allow(missing_docs)]

mod common;

use common::{hire, open};
use office::{CallId, Dialled, LanAccess, MailboxId, PersonId, PhoneNumber, Reach, RouteTarget};
use std::fs;
use std::path::Path;
use store::{Store, StoreError};

#[test]
fn an_empty_directory_becomes_an_office_once() {
    let dir = tempfile::tempdir().unwrap();
    let (store, report) = Store::open(dir.path()).unwrap();
    assert!(report.founded && report.updated.is_empty() && report.restored.is_none());
    assert_eq!(report.last_call, CallId(0));
    assert!(!store.load_office().unwrap().settings().set_up);
    let realm = store.load_office().unwrap().settings().realm.clone();
    drop(store);
    let (store, report) = Store::open(dir.path()).unwrap();
    assert!(!report.founded);
    assert_eq!(store.load_office().unwrap().settings().realm, realm);
}

#[test]
fn a_second_engine_is_told_who_has_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let error = Store::open(dir.path())
        .err()
        .expect("the directory is taken");
    assert!(
        matches!(&error, StoreError::InUse { dir: taken, pid: Some(pid) } if taken == dir.path() && *pid == std::process::id()),
        "{error:?}"
    );
    assert!(
        error
            .to_string()
            .contains(&dir.path().display().to_string()),
        "{error}"
    );
    drop(store);
    open(dir.path());
}

#[test]
fn data_of_a_newer_version_are_left_alone_with_a_plain_sentence() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let database = dir.path().join("office.sqlite");
    rusqlite::Connection::open(&database)
        .unwrap()
        .pragma_update(None, "user_version", 1_000)
        .unwrap();
    let error = Store::open(dir.path())
        .err()
        .expect("the format is unknown");
    assert!(
        matches!(error, StoreError::NewerFormat { found: 1_000, .. }),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("newer version of Cordboard"),
        "{error}"
    );
}

/// Every format ever shipped has a dump here, this version's too, and must open.
#[test]
fn an_office_of_every_format_opens() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let dumps = (1..).map(|format| fixtures.join(format!("office-v{format}.sql")));
    let dumps: Vec<String> = dumps
        .map_while(|dump| fs::read_to_string(dump).ok())
        .collect();
    for dump in &dumps {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("office.sqlite");
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch(dump)
            .unwrap();
        fs::write(dir.path().join("secret.key"), [7; 32]).unwrap();

        let (store, report) = Store::open(dir.path()).unwrap();
        assert!(!report.founded);
        let office = store.load_office().unwrap();
        let anna = office.device_by_user("anna-desk").expect("Anna's phone");
        assert_eq!(anna.credentials.ha1_md5.expose().len(), 32);
        let Dialled::Person(person) = office.resolve("0") else {
            panic!("0 should lead to Anna")
        };
        assert_eq!(person.name, "Anna Smith");
        assert_eq!(office.settings().time_zone.name(), "Europe/Berlin");
        assert!(
            office.settings().set_up,
            "it has people: no first-run set-up"
        );
        assert_eq!(office.settings().lan, LanAccess::default());
        assert_eq!(store.load_bindings(0).unwrap().len(), 1);
        drop(store);

        let database = rusqlite::Connection::open(&path).unwrap();
        let format: usize = database
            .pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))
            .unwrap() as usize;
        assert_eq!(
            format,
            dumps.len(),
            "a new format needs a dump of an office in it"
        );
    }
}

#[test]
fn lines_and_numbers_of_format_8_open() {
    let dir = tempfile::tempdir().unwrap();
    let dump = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/office-v8.sql");
    rusqlite::Connection::open(dir.path().join("office.sqlite"))
        .unwrap()
        .execute_batch(&fs::read_to_string(dump).unwrap())
        .unwrap();
    fs::write(dir.path().join("secret.key"), [7; 32]).unwrap();
    let store = open(dir.path());
    let office = store.load_office().unwrap();
    let main = office.phone_number("+4930123456").unwrap();
    let line = office.trunk(main.trunk.unwrap()).unwrap();
    assert_eq!((line.name.as_str(), line.channels.all), ("Provider", 10));
    assert_eq!(office.outbound_rules()[0].lines, [line.id]);
    assert_eq!(office.peers().len(), 1);
    let london = PhoneNumber::parse("+442079460000").unwrap();
    assert_eq!(office.resolve("500"), Dialled::Outside(&london));
    let anna = office.persons().next().unwrap().id;
    assert_eq!(office.calling_rights(anna).unwrap().reach, Reach::Country);
    let usage = &store.usage_since("2026-11-21").unwrap()[0];
    assert_eq!((usage.person, usage.seconds), (Some(anna), 90));
    assert_eq!(store.unknown_numbers().unwrap()[0].times, 2);
    assert!(store.known_devices().unwrap()[0].cleared);
}

#[test]
fn hours_of_an_extension_of_format_10_hold() {
    let dir = tempfile::tempdir().unwrap();
    fill(&dir, "office-v10.sql", "");
    let office = open(dir.path()).load_office().unwrap();
    let hours = office.extension("300").unwrap().hours.as_ref().unwrap();
    assert!(office.schedule(hours.schedule).is_some());
    assert_eq!(
        hours.when_closed.target,
        RouteTarget::Voicemail(MailboxId(2))
    );
    let prefix = hours.when_closed.dest_xform.caller_name_prefix.as_deref();
    assert_eq!(prefix, Some("Closed: "));
}

#[test]
fn hours_of_persons_that_lead_in_a_circle_do_not_keep_an_office_from_opening() {
    let dir = tempfile::tempdir().unwrap();
    // Anna and Ben lead to each other, Cleo leads to Anna.
    let circle = r#"
        INSERT INTO persons (id, name, hours, when_closed) VALUES
            (2, 'Ben', 1, '{"dest_kind":"extension","dest_id":"201"}'),
            (3, 'Cleo', 1, '{"dest_kind":"user","dest_id":1}');
        UPDATE persons SET hours = 1, when_closed = '{"dest_kind":"user","dest_id":2}' WHERE id = 1;"#;
    fill(&dir, "office-v9.sql", circle);
    let office = open(dir.path()).load_office().unwrap();
    let hours = |id| office.person(PersonId(id)).unwrap().hours.is_some();
    assert_eq!([hours(1), hours(2), hours(3)], [false, false, true]);
}

/// An office of a dump, and what happened to it since.
fn fill(dir: &tempfile::TempDir, dump: &str, since: &str) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let dump = fs::read_to_string(fixtures.join(dump)).unwrap();
    let database = rusqlite::Connection::open(dir.path().join("office.sqlite")).unwrap();
    database.execute_batch(&dump).unwrap();
    database.execute_batch(since).unwrap();
    fs::write(dir.path().join("secret.key"), [7; 32]).unwrap();
}

fn damage(database: &Path) {
    let mut bytes = fs::read(database).unwrap();
    let page = 4_096;
    bytes[page..].fill(0xA5);
    fs::write(database, bytes).unwrap();
}

#[test]
fn a_damaged_database_is_replaced_by_its_newest_good_backup() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let database = dir.path().join("office.sqlite");
    let hour = |hour| chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hour);
    store.back_up(hour(1)).unwrap();
    hire(&mut store, "Anna", "201");
    let good = store.back_up(hour(2)).unwrap();
    hire(&mut store, "Boris", "202");
    let bad = store.back_up(hour(3)).unwrap();
    drop(store);
    damage(&bad.path);
    damage(&database);

    let (store, report) = Store::open(dir.path()).unwrap();
    let restored = report.restored.expect("a backup should have been used");
    assert_eq!(restored.from, good);
    assert!(
        restored.damaged.exists(),
        "the damaged file is kept for support"
    );
    let names: Vec<String> = store
        .persons()
        .unwrap()
        .into_iter()
        .map(|person| person.value.name)
        .collect();
    assert_eq!(names, ["Anna"]);
    drop(store);
    assert_eq!(Store::open(dir.path()).unwrap().1.restored, None);
}

#[test]
fn a_lost_database_is_not_taken_for_a_new_office() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    hire(&mut store, "Anna", "201");
    store.back_up(chrono::DateTime::UNIX_EPOCH).unwrap();
    drop(store);
    fs::remove_file(dir.path().join("office.sqlite")).unwrap();
    let (store, report) = Store::open(dir.path()).unwrap();
    assert!(report.restored.is_some() && !report.founded);
    assert_eq!(store.persons().unwrap().len(), 1);
}

#[test]
fn damage_without_a_backup_is_said_and_nothing_is_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let database = dir.path().join("office.sqlite");
    for broken in [&b"this is no database, it is a shopping list, and a long one at that ........................................"[..], &[0xA5; 8_192]] {
        fs::write(&database, broken).unwrap();
        let error = Store::open(dir.path()).err().expect("there is nothing to open");
        assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
        assert_eq!(fs::read(&database).unwrap(), broken);
    }
}

/// Nobody who has number 75 loses it because calls are parked there now.
#[test]
fn an_office_with_an_extension_among_the_usual_slots_begins_without_parking() {
    for (number, parks) in [("75", false), ("750", true)] {
        let dir = tempfile::tempdir().unwrap();
        let dump = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/office-v10.sql");
        let database = rusqlite::Connection::open(dir.path().join("office.sqlite")).unwrap();
        database
            .execute_batch(&fs::read_to_string(dump).unwrap())
            .unwrap();
        database
            .execute(
                "INSERT INTO extensions (number, dest_kind) VALUES (?1, 'hangup')",
                [number],
            )
            .unwrap();
        drop(database);
        fs::write(dir.path().join("secret.key"), [7; 32]).unwrap();
        let office = open(dir.path()).load_office().unwrap();
        assert_eq!(office.settings().parking.on, parks, "{number}");
        assert_eq!(office.settings().parking.first, 70);
    }
}

/// The chain of a dump was made by another program from the description of it alone.
#[test]
fn the_audit_log_of_format_12_holds_as_another_program_has_chained_it() {
    let dir = tempfile::tempdir().unwrap();
    fill(&dir, "office-v12.sql", "");
    drop(open(dir.path()));
    let checks = store::check_audit(dir.path()).unwrap();
    let found: Vec<_> = checks
        .iter()
        .map(|check| (check.series.name(), check.lines, check.broken))
        .collect();
    assert_eq!(
        found,
        [
            ("deeds", 2, None),
            ("signIns", 1, None),
            ("calls", 1, None),
            ("refusedCalls", 0, None)
        ]
    );
}

/// Whoever has never said how fast calls may begin gets what is usual by now; whoever has, keeps it.
#[test]
fn usual_rates_come_to_those_who_have_never_said_any() {
    for (since, usual) in [
        ("", true),
        ("UPDATE outside_admission SET revision = 2;", false),
    ] {
        let dir = tempfile::tempdir().unwrap();
        fill(&dir, "office-v10.sql", since);
        let office = open(dir.path()).load_office().unwrap();
        let rates = &office.outside_admission().rates;
        let expected: &[office::RateLimit] = match usual {
            true => &office::RateLimit::USUAL,
            false => &[],
        };
        assert_eq!(rates, expected);
    }
}
