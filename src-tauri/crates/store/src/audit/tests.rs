//! Nobody changes the audit log without it being seen, and nobody pushes anything out of it.

use super::*;
use crate::limits::{AUDIT_CALLS_MAX, AUDIT_REFUSALS_MAX, AUDIT_REFUSED_CALLS_MAX, AUDIT_ROWS_MAX};
use crate::{CopiedSounds, NewPerson};
use chrono::DateTime;
use rusqlite::Connection;
use std::path::Path;
use tempfile::TempDir;

/// An office with some lines in each series of its log.
fn office() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let (mut store, _) = Store::open(dir.path()).unwrap();
    let maria = Actor {
        login: "maria".to_owned(),
        address: "192.0.2.9".to_owned(),
    };
    for n in 1..=5 {
        let person = NewPerson {
            name: format!("Person {n}"),
            ..NewPerson::default()
        };
        store.change_by(&maria, |c| c.add_person(&person)).unwrap();
        let at = DateTime::UNIX_EPOCH;
        store.sign_in_refused(&maria, at).unwrap();
    }
    let calls: Vec<CallAbroad> = (1..=10).map(call).collect();
    store.note_calls_abroad(&calls).unwrap();
    (dir, store)
}

fn call(n: i64) -> CallAbroad {
    CallAbroad {
        at: n,
        who: "Anna".to_owned(),
        number: format!("+4420794600{n:02}"),
        way: "dialled".to_owned(),
        refused: (n % 2 == 0).then(|| "afterHours".to_owned()),
        address: "192.0.2.20".to_owned(),
        ..CallAbroad::default()
    }
}

/// Where the chains do not hold.
fn broken(dir: &Path) -> Vec<(Series, Broken)> {
    let checks = check_audit(dir).unwrap().into_iter();
    checks
        .filter_map(|check| Some((check.series, check.broken?)))
        .collect()
}

/// The identities of the lines of a series.
fn lines(database: &Connection, series: Series) -> Vec<i64> {
    let mut select = database
        .prepare("SELECT id FROM audit WHERE series = ?1 ORDER BY id")
        .unwrap();
    let rows = select.query_map([series.name()], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Somebody with the file in their hands: no trigger is in their way.
fn behind_the_back(dir: &Path, sql: &str) {
    let database = Connection::open(dir.join("office.sqlite")).unwrap();
    database
        .execute_batch("DROP TRIGGER IF EXISTS audit_stays")
        .unwrap();
    database.execute_batch(sql).unwrap();
}

#[test]
fn a_log_nobody_has_touched_is_whole() {
    let (dir, store) = office();
    assert_eq!(broken(dir.path()), []);
    let checks = check_audit(dir.path()).unwrap();
    let counted: Vec<_> = checks
        .iter()
        .map(|check| (check.series, check.lines))
        .collect();
    assert_eq!(counted, Series::ALL.map(|series| (series, 5)));
    let last = store.audit_export(Series::Calls, 0).unwrap().pop().unwrap();
    assert_eq!(last.hash, checks[2].last);
}

#[test]
fn a_line_that_is_changed_taken_out_or_put_in_anywhere_is_found() {
    let (whole, store) = office();
    drop(store);
    let whole = whole.path().join("office.sqlite");
    let changes = [
        "UPDATE audit SET subject = 'nobody' WHERE id = {id}",
        "UPDATE audit SET at = at + 1 WHERE id = {id}",
        "UPDATE audit SET login = address, address = login WHERE id = {id}",
        "UPDATE audit SET after = '{}' WHERE id = {id}",
        "UPDATE audit SET action = action || 's' WHERE id = {id}",
        "UPDATE audit SET hash = zeroblob(32) WHERE id = {id}",
        "UPDATE audit SET hash = NULL WHERE id = {id}",
        "DELETE FROM audit WHERE id = {id}",
        "INSERT INTO audit (at, login, address, action, subject, series, hash)
         SELECT at, '', '', action, 'put in', series, hash FROM audit WHERE id = {id}",
    ];
    for series in Series::ALL {
        let ids = lines(&Connection::open(&whole).unwrap(), series);
        for (id, change) in ids.iter().flat_map(|id| changes.map(|change| (id, change))) {
            let dir = tempfile::tempdir().unwrap();
            std::fs::copy(&whole, dir.path().join("office.sqlite")).unwrap();
            behind_the_back(dir.path(), &change.replace("{id}", &id.to_string()));
            let found = broken(dir.path());
            let is_found = found.len() == 1 && found[0].0 == series;
            assert!(is_found, "{series:?} {id} {change}: {found:?}");
        }
    }
}

#[test]
fn lines_that_change_places_or_series_are_found() {
    let (dir, store) = office();
    drop(store);
    let path = dir.path().join("office.sqlite");
    let calls = lines(&Connection::open(&path).unwrap(), Series::Calls);
    let swap = format!(
        "UPDATE audit SET id = -1 WHERE id = {a}; UPDATE audit SET id = {a} WHERE id = {b};
         UPDATE audit SET id = {b} WHERE id = -1;",
        a = calls[1],
        b = calls[2]
    );
    behind_the_back(dir.path(), &swap);
    assert_eq!(broken(dir.path()).len(), 1);
    let (dir, store) = office();
    drop(store);
    behind_the_back(
        dir.path(),
        "UPDATE audit SET series = 'deeds' WHERE series = 'calls'",
    );
    let found = broken(dir.path());
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn a_line_cannot_be_changed_by_our_own_program() {
    let (dir, store) = office();
    drop(store);
    let database = Connection::open(dir.path().join("office.sqlite")).unwrap();
    let changed = database.execute("UPDATE audit SET subject = 'nobody'", []);
    assert!(
        changed
            .unwrap_err()
            .to_string()
            .contains("as it was written")
    );
}

#[test]
fn what_comes_after_a_wrong_line_does_not_hide_it_and_the_first_is_named() {
    let (dir, mut store) = office();
    let ids = lines(&store.connection, Series::Deeds);
    let change = format!(
        "UPDATE audit SET subject = 'x' WHERE id IN ({}, {})",
        ids[1], ids[3]
    );
    behind_the_back(dir.path(), &change);
    let by = Actor::default();
    store.note_deed(&by, "fuse.reset", "office-money").unwrap();
    let found = broken(dir.path());
    assert!(
        matches!(found[..], [(Series::Deeds, Broken::At { id, .. })] if id == ids[1]),
        "{found:?}"
    );
}

#[test]
fn the_oldest_lines_of_a_series_go_and_the_rest_still_holds() {
    let (dir, mut store) = office();
    let by = Actor::default();
    let refused = |at| chain::Line {
        series: Series::SignIns,
        at,
        by: &by,
        action: REFUSED,
        subject: "",
        before: None,
        after: None,
    };
    store
        .in_transaction(|connection| {
            (0..100).try_for_each(|at| chain::append(connection, &refused(at), 20))
        })
        .unwrap();
    let checks = check_audit(dir.path()).unwrap();
    let counted: Vec<_> = checks.iter().map(|check| check.lines).collect();
    assert_eq!(counted, [5, 20, 5, 5], "nothing else was pushed out");
    assert_eq!(broken(dir.path()), []);
    // The oldest that is left is taken out: the beginning of the chain tells.
    let oldest = lines(&store.connection, Series::SignIns)[0];
    behind_the_back(
        dir.path(),
        &format!("DELETE FROM audit WHERE id = {oldest}"),
    );
    assert!(matches!(
        broken(dir.path())[..],
        [(Series::SignIns, Broken::At { .. })]
    ));
}

#[test]
fn each_series_has_a_limit_of_its_own() {
    let kept = Series::ALL.map(Series::kept);
    let expected = [
        AUDIT_ROWS_MAX,
        AUDIT_REFUSALS_MAX,
        AUDIT_CALLS_MAX,
        AUDIT_REFUSED_CALLS_MAX,
    ];
    assert_eq!(kept, expected);
}

#[test]
fn the_log_of_an_older_version_is_chained_once() {
    let dir = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let dump = std::fs::read_to_string(fixtures.join("office-v11.sql")).unwrap();
    let database = Connection::open(dir.path().join("office.sqlite")).unwrap();
    database.execute_batch(&dump).unwrap();
    database
        .execute_batch(
            "INSERT INTO audit (at, login, address, action, subject, before, after) VALUES
                 (1, 'maria', '', 'person.added', 'Anna', NULL, '{\"name\":\"Anna\"}'),
                 (2, 'eve', '192.0.2.66', 'session.refused', 'eve', NULL, NULL),
                 (3, '', '', 'person.removed', 'Anna', '{\"name\":\"Anna\"}', NULL);",
        )
        .unwrap();
    std::fs::write(dir.path().join("secret.key"), [7; 32]).unwrap();
    let (store, _) = Store::open(dir.path()).unwrap();
    let checks = check_audit(dir.path()).unwrap();
    let counted: Vec<_> = checks.iter().map(|check| check.lines).collect();
    assert_eq!((counted, broken(dir.path())), (vec![2, 1, 0, 0], vec![]));
    drop(store);
    // A line that slips in without a hash is not chained by the next start.
    database
        .execute_batch(
            "INSERT INTO audit (at, login, address, action, subject) VALUES (4, '', '', 'x.y', '')",
        )
        .unwrap();
    drop(Store::open(dir.path()).unwrap());
    assert_eq!(broken(dir.path()).len(), 1);
}

#[test]
fn the_log_of_this_computer_goes_on_when_a_copy_is_restored_and_stays_out_of_it() {
    let (dir, mut store) = office();
    let copy = store
        .copy(&[], CopiedSounds::default(), DateTime::UNIX_EPOCH)
        .unwrap();
    let before = store.audit(100, None).unwrap();
    store
        .restore(&Actor::default(), &copy, DateTime::UNIX_EPOCH)
        .unwrap();
    let after = store.audit(100, None).unwrap();
    assert_eq!(after[1..], before);
    assert_eq!(broken(dir.path()), []);
}

#[test]
fn a_backup_that_took_the_place_of_the_database_stands_in_its_log() {
    let (dir, store) = office();
    store.back_up(DateTime::UNIX_EPOCH).unwrap();
    drop(store);
    for file in ["office.sqlite", "office.sqlite-wal", "office.sqlite-shm"] {
        let _ = std::fs::remove_file(dir.path().join(file));
    }
    let (store, report) = Store::open(dir.path()).unwrap();
    assert!(report.restored.is_some());
    let newest = &store.audit(1, None).unwrap()[0];
    assert_eq!(newest.action, "database.replaced");
    assert_eq!(newest.subject, "1970-01-01T00:00:00+00:00");
    assert_eq!(broken(dir.path()), []);
}

#[test]
fn who_called_abroad_is_written_down_with_what_matters_and_nothing_long() {
    let (_dir, mut store) = office();
    let asked = CallAbroad {
        at: 7,
        number: "9".repeat(1_000),
        agent: Some("\u{202e}friendly-scanner".to_owned()),
        country: office::Country::parse("GB").ok(),
        call: Some(office::CallId(12)),
        line: Some("Carrier".to_owned()),
        ..call(1)
    };
    store.note_calls_abroad(&[asked]).unwrap();
    let line = &store.audit_of(Some(Series::Calls), 1, None).unwrap()[0];
    assert_eq!(line.action, "abroad.allowed");
    assert_eq!(
        (line.by.login.as_str(), line.by.address.as_str()),
        ("Anna", "192.0.2.20")
    );
    assert_eq!(line.subject.len(), 80);
    let after = line.after.as_ref().unwrap();
    let expected = serde_json::json!({
        "way": "dialled", "country": "GB", "line": "Carrier", "agent": "friendly-scanner",
        "call": 12,
    });
    assert_eq!(*after, expected);
    let refused = &store.audit_of(Some(Series::RefusedCalls), 1, None).unwrap()[0];
    assert_eq!(refused.action, "abroad.refused", "in a chain of its own");
    assert_eq!(refused.after.as_ref().unwrap()["reason"], "afterHours");
}

#[test]
fn who_set_a_field_last_is_known_and_other_changes_do_not_count() {
    let (_dir, mut store) = office();
    let [maria, rita] = ["maria", "rita"].map(|login| Actor {
        login: login.to_owned(),
        address: String::new(),
    });
    let id = store.persons().unwrap()[0].value.id;
    for (by, name, team) in [
        (&maria, "Person 1", "Sales"),
        (&rita, "Person 1", "Service"),
    ] {
        let mut person = store.persons().unwrap().remove(0);
        assert_eq!(person.value.id, id);
        person.value.name = name.to_owned();
        person.value.team = team.to_owned();
        store
            .change_by(by, |c| c.edit_person(&person.value, person.revision))
            .unwrap();
    }
    let last = |field| {
        store
            .last_set("person", "Person 1", field)
            .unwrap()
            .unwrap()
    };
    assert_eq!(last("team").by.login, "rita");
    assert_eq!(last("name").by.login, "maria", "only when it was added");
    assert_eq!(store.last_set("number", "Person 1", "team").unwrap(), None);
}
