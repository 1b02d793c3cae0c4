//! Calls are recorded by the real engine: two telephones of different tones, and the file as whoever
//! hears it later finds it.

use anyhow::{Context, Result, bail, ensure};
use cordboard_tests::interop::{
    baresip::Transport,
    engine::Engine,
    process::{PATIENCE, until},
    sound::Sound,
    talk::{connect, hang_up, has_heard_at_last, listen, records, registered, talk},
};
use office::{OfficeSettings, Recording, RecordingRule};
use serde_json::Value;
use sound_files::{Channels, Limits, read_opus};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use store::{RecordingFilter, Store};
use tempfile::TempDir;

/// The two who talk, and how they sound.
const CALLER_HZ: f64 = 440.0;
const CALLED_HZ: f64 = 660.0;

/// How far the length of a recording may be from the time that was talked.
const EXACT: Duration = Duration::from_millis(500);

/// A tone's share of its own channel, and of the other's.
const IS_HEARD: f64 = 0.9;
const IS_NOT_HEARD: f64 = 0.001;

/// An office in which calls are recorded by that rule once both have been told.
fn office(rule: RecordingRule, prepare: impl FnOnce(&Path) -> Result<()>) -> Result<Engine> {
    // A disk in memory is as good as empty: on a full one nothing would be recorded.
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => TempDir::new_in(memory)?,
        false => TempDir::new()?,
    };
    let (mut store, _) = Store::open(folder.path())?;
    let now = store.settings()?;
    let settings = OfficeSettings {
        recording: Recording {
            rule,
            ..now.value.recording
        },
        ..now.value
    };
    store.change(|change| change.edit_settings(&settings, now.revision))?;
    drop(store);
    prepare(folder.path())?;
    let options = ["--sip", "127.0.0.1:0", "--api", "127.0.0.1:0"];
    Engine::start_on(folder, &options)
}

/// Every recording in a data folder.
fn recordings(data: &Path) -> Vec<PathBuf> {
    let within = |folder: PathBuf| {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.filter_map(|entry| Some(entry.ok()?.path()))
    };
    let years = within(data.join("sound/recordings"));
    let files = years.flat_map(within).flat_map(within);
    let is_whole = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "opus");
    files.filter(is_whole).collect()
}

/// What both hear before they are recorded.
fn announcement() -> Result<Duration> {
    let prompts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/prompts/en");
    let file = fs::read(prompts.join("call-is-recorded.opus"))?;
    Ok(read_opus(&file, Limits::OWN)?.lasts())
}

fn channel(samples: &[i16], which: usize) -> Sound {
    Sound {
        rate: 16_000,
        samples: samples.iter().skip(which).step_by(2).copied().collect(),
    }
}

#[test]
fn a_recording_holds_the_whole_talk_with_each_side_in_its_own_ear() -> Result<()> {
    let engine = office(RecordingRule::Always, |_| Ok(()))?;
    let sockets = engine.sockets()?;
    let anna = engine.telephone("Anna", "101", Transport::Udp)?;
    let ben = engine.telephone("Ben", "102", Transport::Udp)?;
    let mut anna = registered(anna.tone(CALLER_HZ))?;
    let mut ben = registered(ben.tone(CALLED_HZ))?;
    connect(&mut anna, "102", &mut ben)?;
    let begun = Instant::now();
    anna.wait_until_heard(announcement()? + Duration::from_secs(4))?;
    let talked = begun.elapsed() - announcement()?;
    hang_up(&mut anna, &mut ben)?;
    has_heard_at_last(&anna, CALLED_HZ)?;
    has_heard_at_last(&ben, CALLER_HZ)?;
    ensure!(
        until(PATIENCE, || recordings(engine.data()).len() == 1),
        "{:?}",
        recordings(engine.data())
    );
    engine.wait_until_idle(sockets)?;

    let recordings = recordings(engine.data());
    let [file] = &recordings[..] else {
        bail!("{recordings:?}");
    };
    let sound = read_opus(&fs::read(file)?, Limits::OWN)?;
    ensure!(sound.channels == Channels::Stereo, "one ear only");
    let lasts = sound.lasts();
    ensure!(
        lasts.abs_diff(talked) <= EXACT,
        "{lasts:?} of {talked:?} are recorded"
    );
    for (which, own, other) in [(0, CALLER_HZ, CALLED_HZ), (1, CALLED_HZ, CALLER_HZ)] {
        let heard = channel(&sound.samples, which);
        let shares = (heard.share_at(own), heard.share_at(other));
        ensure!(
            shares.0 > IS_HEARD && shares.1 < IS_NOT_HEARD,
            "{own} Hz and {other} Hz have shares of {shares:?} in channel {which}"
        );
        let gaps = heard.gaps_in_tone(own, Duration::from_millis(60));
        ensure!(gaps.is_empty(), "{own} Hz has gaps: {gaps:?}");
    }
    is_noted(engine, lasts)
}

/// The store knows the recording, and its length.
fn is_noted(mut engine: Engine, lasts: Duration) -> Result<()> {
    engine.kill();
    let (store, _) = Store::open(engine.data())?;
    let noted = store.recordings(RecordingFilter::default(), 10, None)?;
    let [recording] = &noted[..] else {
        bail!("{noted:?}");
    };
    ensure!(
        u128::from(recording.lasts_ms) == lasts.as_millis() && recording.announced,
        "{recording:?}, {lasts:?} long"
    );
    ensure!(recording.parties == "Anna and Ben", "{recording:?}");
    Ok(())
}

#[test]
fn star_one_on_a_telephone_begins_a_recording() -> Result<()> {
    let engine = office(RecordingRule::OnDemand, |_| Ok(()))?;
    let sockets = engine.sockets()?;
    let anna = engine.telephone("Anna", "101", Transport::Udp)?;
    let ben = engine.telephone("Ben", "102", Transport::Udp)?;
    let mut anna = registered(anna.tone(CALLER_HZ))?;
    let mut ben = registered(ben.tone(CALLED_HZ))?;
    connect(&mut anna, "102", &mut ben)?;
    talk(&anna, &ben)?;
    ensure!(!engine.data().join("sound/recordings").exists(), "too soon");
    anna.press("*1")?;
    let told = announcement()? + Duration::from_secs(3);
    anna.wait_until_heard(anna.recorded() + told)?;
    hang_up(&mut anna, &mut ben)?;
    ensure!(
        until(PATIENCE, || recordings(engine.data()).len() == 1),
        "nothing is recorded"
    );
    let file = recordings(engine.data()).remove(0);
    let sound = read_opus(&fs::read(file)?, Limits::OWN)?;
    ensure!(
        (Duration::from_secs(1)..told).contains(&sound.lasts()),
        "{:?}",
        sound.lasts()
    );
    let heard = channel(&sound.samples, 1);
    ensure!(heard.is_tone(CALLED_HZ), "{:?}", heard.strongest_hz());
    engine.wait_until_idle(sockets)
}

#[test]
fn where_nothing_can_be_written_the_call_goes_on_and_the_window_says_so() -> Result<()> {
    let mut engine = office(RecordingRule::Always, |data| {
        fs::create_dir_all(data.join("sound"))?;
        fs::write(data.join("sound/recordings"), "no folder")?;
        Ok(())
    })?;
    let sockets = engine.sockets()?;
    let anna = engine.telephone("Anna", "101", Transport::Udp)?;
    let ben = engine.telephone("Ben", "102", Transport::Udp)?;
    let mut anna = registered(anna.tone(CALLER_HZ))?;
    let mut ben = registered(ben.tone(CALLED_HZ))?;
    connect(&mut anna, "102", &mut ben)?;
    anna.wait_until_heard(announcement()? + Duration::from_secs(1))?;
    talk(&anna, &ben)?;
    listen(&anna)?;
    hang_up(&mut anna, &mut ben)?;
    has_heard_at_last(&anna, CALLED_HZ)?;
    has_heard_at_last(&ben, CALLER_HZ)?;
    let call = records(&engine, 1)?[0]["id"].as_i64().context("no call")?;
    let told = engine.ask("GET", &format!("/api/calls/{call}"), &Value::Null)?;
    let steps = told["steps"].as_array().context("no steps")?;
    let is_full =
        |step: &Value| step["kind"] == "recordingEnded" && step["detail"]["why"] == "disk";
    ensure!(steps.iter().any(is_full), "{told:#}");
    engine.wait_until_idle(sockets)?;
    engine.still_runs()
}
