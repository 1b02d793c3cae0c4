//! Who may open the window, who is signed in, and what the audit log says of it.
#![allow(missing_docs)]

mod common;

use chrono::{TimeDelta, Utc};
use common::{hire, number, open};
use office::{Extension, PersonId, RouteTarget, UserId};
use serde_json::json;
use store::limits::{SESSION_IDLE_DAYS, SESSIONS_MAX};
use store::{Actor, Role, SessionId, Store, StoreError, UserEdit, hash_password, verify_password};

fn user(login: &str, role: Role) -> UserEdit {
    UserEdit {
        login: login.to_owned(),
        role,
        person: None,
    }
}

fn add(store: &mut Store, login: &str, role: Role, password: Option<&str>) -> UserId {
    let hash = password.map(|password| hash_password(password).unwrap());
    let (id, _) = store
        .change(|c| c.add_user(&user(login, role), hash.as_ref()))
        .unwrap();
    id
}

fn set_lan(store: &mut Store, enabled: bool) -> Result<(), StoreError> {
    let mut settings = store.settings()?;
    settings.value.lan.enabled = enabled;
    store
        .change(|c| c.edit_settings(&settings.value, settings.revision))
        .map(drop)
}

fn admin() -> Actor {
    Actor {
        login: "maria".to_owned(),
        address: "192.0.2.9".to_owned(),
    }
}

#[test]
fn a_user_signs_in_however_the_login_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let id = add(&mut store, "Jörg", Role::Admin, Some("correct horse"));
    drop(store);
    let mut store = open(dir.path());
    let found = store.credentials_of("JÖRG").unwrap().expect("Jörg");
    assert_eq!((found.user.id, found.user.role), (id, Role::Admin));
    assert!(verify_password(Some(&found.password), "correct horse"));
    assert!(store.credentials_of("anna").unwrap().is_none());

    let taken = store.change(|c| c.add_user(&user("jÖrg", Role::Staff), None));
    assert!(matches!(taken, Err(StoreError::LoginTaken(_))), "{taken:?}");
    for bad in ["", " x", "a\u{202e}b", &"x".repeat(65)] {
        let refused = store.change(|c| c.add_user(&user(bad, Role::Staff), None));
        assert!(
            matches!(refused, Err(StoreError::BadLogin)),
            "{bad:?}: {refused:?}"
        );
    }
    let ghost = UserEdit {
        person: Some(PersonId(99)),
        ..user("ghost", Role::Staff)
    };
    let refused = store.change(|c| c.add_user(&ghost, None));
    assert!(
        matches!(refused, Err(StoreError::NotFound(_))),
        "{refused:?}"
    );
}

#[test]
fn a_password_stays_until_another_is_given() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let id = add(&mut store, "anna", Role::Staff, Some("correct horse"));
    store
        .change(|c| c.edit_user(id, &user("anna.s", Role::Staff), None, 1))
        .unwrap();
    let kept = store.credentials_of("anna.s").unwrap().unwrap();
    assert!(verify_password(Some(&kept.password), "correct horse"));
    let new = hash_password("battery staple").unwrap();
    store
        .change(|c| c.edit_user(id, &user("anna.s", Role::Staff), Some(&new), 2))
        .unwrap();
    let changed = store.credentials_of("anna.s").unwrap().unwrap();
    assert!(!verify_password(Some(&changed.password), "correct horse"));
    let late = store.change(|c| c.edit_user(id, &user("x", Role::Staff), None, 1));
    assert!(
        matches!(late, Err(StoreError::ChangedMeanwhile(_))),
        "{late:?}"
    );
}

#[test]
fn the_last_owner_who_can_sign_in_stays_while_other_computers_may() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    add(&mut store, "idle", Role::Owner, None);
    let refused = set_lan(&mut store, true);
    assert!(
        matches!(refused, Err(StoreError::NoOwnerForLan)),
        "{refused:?}"
    );

    let owner = add(&mut store, "maria", Role::Owner, Some("correct horse"));
    set_lan(&mut store, true).unwrap();
    let removed = store.change(|c| c.remove_user(owner, 1));
    assert!(
        matches!(removed, Err(StoreError::NoOwnerForLan)),
        "{removed:?}"
    );
    let demoted = store.change(|c| c.edit_user(owner, &user("maria", Role::Admin), None, 1));
    assert!(
        matches!(demoted, Err(StoreError::NoOwnerForLan)),
        "{demoted:?}"
    );
    assert_eq!(store.users().unwrap()[1].value.role, Role::Owner);

    set_lan(&mut store, false).unwrap();
    store.change(|c| c.remove_user(owner, 1)).unwrap();
    assert_eq!(store.users().unwrap().len(), 1);
}

#[test]
fn a_session_lasts_until_its_user_leaves_or_changes() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, ..) = hire(&mut store, "Anna", "201");
    let (id, _) = store
        .change(|c| {
            let edit = UserEdit {
                person: Some(anna),
                ..user("anna", Role::Staff)
            };
            c.add_user(&edit, None)
        })
        .unwrap();
    let now = Utc::now();
    let theirs = store.begin_session(&admin(), Some(id), true, now).unwrap();
    let owners = store
        .begin_session(&Actor::default(), None, false, now)
        .unwrap();
    drop(store);
    let mut store = open(dir.path());
    let theirs = SessionId::parse(theirs.expose()).expect("it reads what it wrote");
    let found = store.session(&theirs).unwrap().expect("signed in");
    assert_eq!(
        (
            found.user,
            found.login.as_str(),
            found.role,
            found.person,
            found.remote
        ),
        (Some(id), "anna", Role::Staff, Some(anna), true)
    );
    let found = store.session(&owners).unwrap().expect("the owner");
    assert_eq!(
        (found.user, found.role, found.remote),
        (None, Role::Owner, false)
    );
    assert_eq!(
        store.users().unwrap()[0].value.last_sign_in,
        Some(now.timestamp_millis())
    );

    store.change(|c| c.remove_person(anna, 1)).unwrap();
    assert_eq!(store.session(&theirs).unwrap().unwrap().person, None);
    let edit = user("anna", Role::Admin);
    store.change(|c| c.edit_user(id, &edit, None, 1)).unwrap();
    assert_eq!(store.session(&theirs).unwrap(), None, "another role");

    let again = store.begin_session(&admin(), Some(id), true, now).unwrap();
    store.end_session(&admin(), &again, now).unwrap();
    assert_eq!(store.session(&again).unwrap(), None, "signed out");
    let again = store.begin_session(&admin(), Some(id), true, now).unwrap();
    store.change(|c| c.remove_user(id, 2)).unwrap();
    assert_eq!(store.session(&again).unwrap(), None, "the user is gone");
    assert!(store.session(&owners).unwrap().is_some());
    let gone = store.begin_session(&admin(), Some(id), true, now);
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
    for junk in ["", "x", &"g".repeat(32), &"A".repeat(32)] {
        assert!(SessionId::parse(junk).is_none(), "{junk}");
    }
}

#[test]
fn sessions_do_not_pile_up() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let now = Utc::now();
    let actor = Actor::default();
    let first = store.begin_session(&actor, None, false, now).unwrap();
    let later = now + TimeDelta::minutes(2);
    let used = store.begin_session(&actor, None, false, now).unwrap();
    store.session_seen(&used, later).unwrap();
    store
        .session_seen(&used, later + TimeDelta::seconds(1))
        .unwrap();
    let seen = store.session(&used).unwrap().unwrap().last_seen;
    assert_eq!(seen, later.timestamp_millis(), "to the minute");

    store
        .back_up(now + TimeDelta::days(SESSION_IDLE_DAYS))
        .unwrap();
    assert!(store.session(&first).unwrap().is_none());
    assert!(store.session(&used).unwrap().is_some());
    for _ in 0..SESSIONS_MAX {
        store
            .begin_session(&actor, None, false, later + TimeDelta::seconds(5))
            .unwrap();
    }
    assert!(
        store.session(&used).unwrap().is_none(),
        "the one unused for longest gives way"
    );
}

#[test]
fn the_audit_log_says_who_changed_what_from_what_to_what() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (anna, login, _) = hire(&mut store, "Anna", "201");
    let mut person = store.persons().unwrap().remove(0);
    person.value.team = "Sales".to_owned();
    store
        .change_by(&admin(), |c| {
            c.edit_person(&person.value, 1)?;
            c.edit_person(&person.value, 2)?; // the same again: no line
            c.renew_secret(login.device, 1)?;
            c.edit_extension(&Extension::to(number("201"), RouteTarget::User(anna)), 1)?;
            c.remove_person(anna, 3)
        })
        .unwrap();
    let failed = store.change_by(&admin(), |c| {
        c.restore_person(anna)?;
        c.remove_person(PersonId(99), 1)
    });
    assert!(failed.is_err());

    let entries = store.audit(100, None).unwrap();
    let told: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                entry.by.login.as_str(),
                entry.action.as_str(),
                entry.subject.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("maria", "extension.removed", "201"),
            ("maria", "device.removed", "Desk phone"),
            ("maria", "person.removed", "Anna"),
            ("maria", "device.secretRenewed", "Desk phone"),
            ("maria", "person.edited", "Anna"),
            ("", "device.added", "Desk phone"),
            ("", "extension.added", "201"),
            ("", "person.added", "Anna"),
        ]
    );
    let edited = &entries[4];
    assert_eq!(edited.before, Some(json!({"team": ""})));
    assert_eq!(edited.after, Some(json!({"team": "Sales"})));
    assert_eq!(edited.by.address, "192.0.2.9");
    assert_eq!(entries[7].before, None);
    assert_eq!(entries[7].after.as_ref().unwrap()["extension"], "201");
    let next = store.audit(2, Some(edited.id)).unwrap();
    assert_eq!(next, entries[5..7]);

    let all = format!("{entries:?}");
    let device = hire(&mut store, "Eve", "202").2;
    let hash = &device.devices().next().unwrap().credentials.ha1_md5;
    assert!(!all.contains(login.secret.expose()) && !all.contains(hash.expose()));
}

#[test]
fn what_somebody_guesses_is_written_down_short_and_clean() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let guesser = Actor {
        login: format!("\u{202e}root{}", "x".repeat(500)),
        address: "192.0.2.66".to_owned(),
    };
    store.sign_in_refused(&guesser, Utc::now()).unwrap();
    let newest = &store.audit(1, None).unwrap()[0];
    assert!(newest.by.login.starts_with("rootx") && newest.by.login.len() == 64);
}

#[test]
fn the_key_of_session_tokens_is_made_once_and_sealed() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let key = store.session_key().unwrap();
    assert_eq!(key.expose().len(), 64);
    drop(store);
    let mut store = open(dir.path());
    assert_eq!(store.session_key().unwrap().expose(), key.expose());
    drop(store);
    let bytes = std::fs::read(dir.path().join("office.sqlite")).unwrap();
    let found = bytes
        .windows(64)
        .any(|window| window == key.expose().as_bytes());
    assert!(!found);
}
