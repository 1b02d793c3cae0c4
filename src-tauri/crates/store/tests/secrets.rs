//! Nothing secret lies in the data directory in the clear, and only its owner can look.
#![allow(missing_docs)]

mod common;

use common::{hire, open};
use std::fs;
use std::path::{Path, PathBuf};
use store::{Store, StoreError};

fn files_in(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files_in(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn contains(file: &Path, text: &str) -> bool {
    fs::read(file)
        .unwrap()
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn no_file_holds_a_secret_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (_, login, office) = hire(&mut store, "Canary Bird", "201");
    store
        .change(|change| change.renew_secret(login.device, 1))
        .unwrap();
    store.back_up(chrono::DateTime::UNIX_EPOCH).unwrap();

    let old = &office.device(login.device).unwrap().credentials;
    let office = store.load_office().unwrap();
    let new = &office.device(login.device).unwrap().credentials;
    let mut canaries = vec![login.secret.expose()];
    for each in [old, new] {
        canaries.extend(
            [&each.ha1_md5, &each.ha1_sha256, &each.ha1_sha512_256].map(|hash| hash.expose()),
        );
    }
    let files = files_in(dir.path());
    for file in &files {
        for canary in &canaries {
            assert!(!contains(file, canary), "{canary} is in {}", file.display());
        }
    }
    // The search itself finds what is there in the clear: in the log or database, and the backup.
    assert!(
        files
            .iter()
            .filter(|file| contains(file, "Canary Bird"))
            .count()
            >= 2,
        "{files:?}"
    );
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_what_the_store_wrote() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("data");
    let mut store = open(&dir);
    hire(&mut store, "Anna", "201");
    store.api_token().unwrap();
    store.back_up(chrono::DateTime::UNIX_EPOCH).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(mode(&dir.join("backups")), 0o700);
    let files = files_in(&dir);
    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_lost_key_is_noticed_and_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let key = dir.path().join("secret.key");
    let aside = dir.path().join("elsewhere");
    fs::rename(&key, &aside).unwrap();
    let result = Store::open(dir.path()).err();
    assert!(
        matches!(result, Some(StoreError::KeyMissing { .. })),
        "{result:?}"
    );
    assert!(!key.exists());

    for wrong in [&[7_u8; 32][..], b"short"] {
        fs::write(&key, wrong).unwrap();
        let result = Store::open(dir.path()).err();
        assert!(
            matches!(result, Some(StoreError::WrongKey { .. })),
            "{result:?}"
        );
    }
    fs::rename(&aside, &key).unwrap();
    open(dir.path());
}

#[test]
fn a_sealed_value_moved_to_another_device_does_not_open() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let (_, annas, _) = hire(&mut store, "Anna", "201");
    let (_, eves, _) = hire(&mut store, "Eve", "202");
    drop(store);
    let thief = rusqlite::Connection::open(dir.path().join("office.sqlite")).unwrap();
    thief
        .execute(
            "UPDATE secrets SET sealed = (SELECT sealed FROM secrets AS eves
                 WHERE eves.owner = 'device' AND eves.owner_id = ?2 AND eves.field = 'ha1_md5')
             WHERE owner = 'device' AND owner_id = ?1 AND field = 'ha1_md5'",
            [annas.device.0, eves.device.0],
        )
        .unwrap();
    drop(thief);
    let result = open(dir.path()).load_office().map(drop);
    assert!(
        matches!(&result, Err(StoreError::BrokenSeal { place }) if *place == format!("device/{}/ha1_md5", annas.device)),
        "{result:?}"
    );
}

#[test]
fn the_api_token_is_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let token = store.api_token().unwrap();
    assert_eq!(token.expose().len(), 64);
    assert_eq!(store.api_token().unwrap().expose(), token.expose());
    assert_eq!(
        fs::read_to_string(dir.path().join("api-token")).unwrap(),
        token.expose()
    );
    fs::write(dir.path().join("api-token"), "hunter2").unwrap();
    assert!(
        store.api_token().is_err(),
        "a weak token is refused, not used"
    );
}
