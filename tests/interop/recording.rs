//! Calls are recorded by the real engine: two telephones of different tones, and the file as whoever
//! hears it later finds it.

use anyhow::{Context, Result, bail, ensure};
use cordboard_tests::interop::{
    baresip::Transport,
    engine::{Engine, roomy_folder},
    feed::Feed,
    process::{PATIENCE, Process, until},
    sound::Sound,
    talk::{NOTICEABLE, connect, hang_up, has_heard_at_last, listen, records, registered, talk},
};
use office::RecordingRule;
use serde_json::Value;
use sound_files::{Channels, Limits, read_opus};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};
use store::{RecordingFilter, Store};

/// The two who talk, and how they sound.
/// How soon a window shows that the disk does not take what is written (promise R6).
const ALARM_WITHIN: Duration = Duration::from_secs(5);

/// What was refused is shown for a while, though the disk takes everything again.
const CLEARED_WITHIN: Duration = Duration::from_secs(45);

const CALLER_HZ: f64 = 440.0;
const CALLED_HZ: f64 = 660.0;

/// How far the length of a recording may be from the time that was talked.
const EXACT: Duration = Duration::from_millis(500);

/// A tone's share of its own channel, and of the other's.
const IS_HEARD: f64 = 0.9;
const IS_NOT_HEARD: f64 = 0.001;

/// An office in which calls are recorded by that rule once both have been told.
fn office(rule: RecordingRule, prepare: impl FnOnce(&Path) -> Result<()>) -> Result<Engine> {
    let folder = roomy_folder()?;
    prepare(folder.path())?;
    Engine::start_recording(folder, rule)
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
    let mut anna = registered(anna.tone(CALLER_HZ).unbuffered())?;
    let mut ben = registered(ben.tone(CALLED_HZ).unbuffered())?;
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
    let mut anna = registered(anna.tone(CALLER_HZ).unbuffered())?;
    let mut ben = registered(ben.tone(CALLED_HZ).unbuffered())?;
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
    let mut anna = registered(anna.tone(CALLER_HZ).unbuffered())?;
    let mut ben = registered(ben.tone(CALLED_HZ).unbuffered())?;
    let mut window = Feed::open(&engine)?;
    // Windows show what the engine finds out without a call.
    ensure!(window.finding("disk").is_none());
    connect(&mut anna, "102", &mut ben)?;
    // Nothing can be written from where the recording would begin: after the announcement.
    let says = |said: Option<&str>| said == Some("unwritable");
    window.wait_until("disk", says, announcement()? + ALARM_WITHIN)?;
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
    drop(window);
    engine.wait_until_idle(sockets)?;
    engine.still_runs()
}

/// The engine's threads that write to the disk.
const WRITERS: [&str; 3] = ["store", "recorder", "disk"];

/// These threads, each write of theirs held up by strace for `lasts`:
/// what a disk that hangs does to them.
fn slow_disk(engine: &Engine, lasts: Duration) -> Result<Process> {
    let tasks = format!("/proc/{}/task", engine.id());
    let mut command = Command::new("strace");
    let calls = "write,writev,pwrite64,fsync,fdatasync,rename,renameat,renameat2,openat";
    command.args(["-qq", "-e", &format!("trace={calls}")]);
    let delay = lasts.as_micros();
    command.args(["-e", &format!("inject={calls}:delay_enter={delay}")]);
    for task in fs::read_dir(&tasks)? {
        let task = task?;
        let name = fs::read_to_string(task.path().join("comm"))?;
        if WRITERS.contains(&name.trim()) {
            command.arg("-p").arg(task.file_name());
        }
    }
    let log = engine.data().join("strace.log");
    let strace = Process::start(command, &log)?;
    let is_held = |task: &fs::DirEntry| {
        let status = fs::read_to_string(task.path().join("status")).unwrap_or_default();
        status
            .lines()
            .any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"))
    };
    let all_held = || {
        let tasks = fs::read_dir(&tasks).into_iter().flatten().flatten();
        tasks.filter(is_held).count() == WRITERS.len()
    };
    ensure!(until(PATIENCE, all_held), "{}", strace.log_tail());
    Ok(strace)
}

#[test]
fn while_the_disk_hangs_calls_go_on_and_the_window_says_so() -> Result<()> {
    let mut engine = office(RecordingRule::Always, |_| Ok(()))?;
    let sockets = engine.sockets()?;
    let anna = engine.telephone("Anna", "101", Transport::Udp)?;
    let ben = engine.telephone("Ben", "102", Transport::Udp)?;
    let mut anna = registered(anna.tone(CALLER_HZ).unbuffered())?;
    let mut ben = registered(ben.tone(CALLED_HZ).unbuffered())?;
    connect(&mut anna, "102", &mut ben)?;
    anna.wait_until_heard(announcement()? + Duration::from_secs(1))?;
    let mut window = Feed::open(&engine)?;
    let mut slow = slow_disk(&engine, Duration::from_secs(30))?;
    window.wait_until("disk", |said| said == Some("hangs"), ALARM_WITHIN)?;
    // Four seconds may wait for the disk; what comes after them cannot be kept.
    let hung = anna.recorded();
    anna.wait_until_heard(hung + Duration::from_secs(8))?;
    hang_up(&mut anna, &mut ben)?;
    for (telephone, hz) in [(&anna, CALLED_HZ), (&ben, CALLER_HZ)] {
        let heard = telephone.heard_last()?;
        let gaps = heard
            .part(hung, heard.length())
            .gaps_in_tone(hz, NOTICEABLE);
        ensure!(gaps.is_empty(), "{hz} Hz while the disk hangs: {gaps:?}");
    }
    // Another call comes about while it still hangs.
    ben.dial("101")?;
    anna.wait_for("CALL_INCOMING")?;
    anna.accept()?;
    ben.wait_for("CALL_ESTABLISHED")?;
    hang_up(&mut ben, &mut anna)?;
    // Whoever looks is told why nothing is shown.
    let asked = engine.ask("GET", "/api/calls", &Value::Null);
    let told = asked.err().context("the disk does not hang")?.to_string();
    ensure!(told.contains("disk"), "{told}");
    ensure!(window.finding("disk") == Some("hangs"));
    slow.kill();
    window.wait_until("disk", |said| said.is_none(), CLEARED_WITHIN)?;
    ensure!(
        until(PATIENCE, || recordings(engine.data()).len() == 1),
        "{:?}",
        recordings(engine.data())
    );
    // What could be kept is whole.
    let file = recordings(engine.data()).remove(0);
    let sound = read_opus(&fs::read(file)?, Limits::OWN)?;
    let heard = channel(&sound.samples, 0);
    let gaps = heard.gaps_in_tone(CALLER_HZ, NOTICEABLE);
    ensure!(
        gaps.is_empty() && sound.lasts() > Duration::from_secs(4),
        "{:?} with {gaps:?}",
        sound.lasts()
    );
    ensure!(records(&engine, 2)?.len() == 2, "a call is not on record");
    drop(window);
    engine.wait_until_idle(sockets)?;
    engine.still_runs()
}
