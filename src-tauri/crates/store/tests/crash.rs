//! What was saved is there after the engine is killed without warning.
#![allow(missing_docs)]

mod common;

use common::{binding, hire, open};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use store::{BindingWrite, Store};

const DIR: &str = "CORDBOARD_CRASH_DIR";

/// Not a test by itself: the process that is killed. It saves, says so, and goes on saving.
#[test]
fn the_process_that_is_killed() {
    let Some(dir) = std::env::var_os(DIR).map(PathBuf::from) else {
        return;
    };
    let mut store = open(&dir);
    for index in 0.. {
        let (_, login, _) = hire(&mut store, "Anna", &(200 + index).to_string());
        let put = BindingWrite::Put(binding(login.device, "sip:a@192.0.2.7", i64::MAX));
        store.apply_bindings(&[put]).unwrap();
        println!("saved {}", index + 1);
    }
}

#[test]
fn a_killed_engine_forgets_nothing_it_had_saved() {
    let dir = tempfile::tempdir().unwrap();
    for round in 1..=3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_process_that_is_killed", "--nocapture"])
            .env(DIR, dir.path().join(round.to_string()))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Killed while it writes on: at a different moment of its work in each round.
        let saved = format!("saved {}", round * 3);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let found = lines
            .map_while(Result::ok)
            .any(|line| line.ends_with(&saved));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found, "the process ended before it was killed");

        let (store, report) = Store::open(&dir.path().join(round.to_string())).unwrap();
        assert!(report.restored.is_none() && !report.founded);
        let persons = store.load_office().unwrap().persons().len();
        let bindings = store.load_bindings(0).unwrap().len();
        assert!(
            persons >= round * 3 && bindings >= round * 3,
            "{persons} persons, {bindings} bindings"
        );
    }
}
