//! A disk that is really full, and one that cannot be written to: calls go on, what is not kept is
//! told, nothing that was finished is lost, and with room again all works as before.

#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    feed::Feed,
    own_network::{is_inside, run},
    process::{PATIENCE, until},
    talk::{NOTICEABLE, connect, hang_up, registered, talk},
};
use office::RecordingRule;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};
use tempfile::TempDir;

const SECOND: Duration = Duration::from_secs(1);

const ANNA_HZ: f64 = 440.0;
const BEN_HZ: f64 = 660.0;

/// How soon a window shows that the disk does not take what is written (promise R6).
const ALARM_WITHIN: Duration = Duration::from_secs(5);

/// What was refused is shown for a while, though the disk takes everything again.
const CLEARED_WITHIN: Duration = Duration::from_secs(45);

/// How soon the history has caught up once there is room again.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(10);

/// A greeting and all that follows it are over by then.
const GREETED: Duration = Duration::from_secs(45);

/// So large is the disk while there is room; memory is taken for what is written only.
const ROOMY: &str = "64g";

/// A disk in memory, which can be made as small as what lies on it.
struct Disk(TempDir);

impl Disk {
    fn mount() -> Result<Disk> {
        let at = TempDir::new()?;
        let path = at.path().to_str().context("a path that is no text")?;
        run(
            "mount",
            &["-t", "tmpfs", "-o", &format!("size={ROOMY}"), "none", path],
        )?;
        Ok(Disk(at))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn resize(&self, size: &str) -> Result<()> {
        let path = self.path().to_str().context("a path that is no text")?;
        run("mount", &["-o", &format!("remount,size={size}"), path])
    }

    /// From now on not one byte more.
    fn fill(&self) -> Result<()> {
        // What is written meanwhile makes the size just measured too small.
        let mut tried = Ok(());
        let is_full = until(PATIENCE, || {
            tried = self.used().and_then(|used| self.resize(&used));
            tried.is_ok()
        });
        ensure!(is_full, "{tried:?}");
        let refused = fs::write(self.path().join("probe"), [0; 8_192]);
        let why = refused.err().context("the disk is not full")?;
        ensure!(why.kind() == std::io::ErrorKind::StorageFull, "{why}");
        fs::remove_file(self.path().join("probe"))?;
        Ok(())
    }

    fn make_room(&self) -> Result<()> {
        self.resize(ROOMY)
    }

    /// What lies on it, as `mount` takes a size.
    fn used(&self) -> Result<String> {
        let mut command = Command::new("df");
        let output = command
            .args(["--output=used", "-k"])
            .arg(self.path())
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        let used = text.lines().nth(1).context("df says nothing")?;
        Ok(format!("{}k", used.trim()))
    }
}

/// An office that records every call, with Anna and Ben at telephones; Cleo (103) has none.
struct Office {
    engine: Engine,
    anna: Baresip,
    ben: Baresip,
}

impl Office {
    fn open(disk: &Disk) -> Result<Office> {
        let folder = TempDir::new_in(disk.path())?;
        let engine = Engine::start_recording(folder, RecordingRule::Always)?;
        let phone = |name: &str, number: &str, hz: f64| {
            let settings = engine.telephone(name, number, Transport::Udp)?;
            registered(settings.tone(hz).unbuffered())
        };
        let (anna, ben) = (phone("Anna", "101", ANNA_HZ)?, phone("Ben", "102", BEN_HZ)?);
        engine.add_person("Cleo", "103")?;
        Ok(Office { engine, anna, ben })
    }

    /// Anna calls Ben; they talk until both are heard after what they are told.
    fn call(&mut self) -> Result<()> {
        connect(&mut self.anna, "102", &mut self.ben)?;
        self.anna.wait_until_heard(SECOND * 6)?;
        talk(&self.anna, &self.ben)?;
        hang_up(&mut self.anna, &mut self.ben)
    }

    /// Ben speaks into Cleo's mailbox for some seconds after the tone, if he can.
    fn leave_message(&mut self) -> Result<bool> {
        self.ben.dial("103")?;
        self.ben.wait_within("CALL_ESTABLISHED", GREETED)?;
        let begins = until(SECOND * 20, || self.engine.is_recording());
        if begins {
            thread::sleep(SECOND * 3);
            self.ben.hang_up()?;
        }
        self.ben.wait_within("CALL_CLOSED", GREETED)?;
        Ok(begins)
    }

    fn messages(&self, count: usize) -> Result<Vec<Value>> {
        let mailbox = self.engine.find("/api/mailboxes", "name", "Cleo")?;
        self.engine.new_messages(&mailbox, count)
    }

    /// The recordings the window lists, once there are so many.
    fn recordings(&self, count: usize) -> Result<Vec<Value>> {
        let mut listed = Vec::new();
        until(CAUGHT_UP_WITHIN, || {
            let page = self.engine.ask("GET", "/api/recordings", &Value::Null);
            let page = page.unwrap_or_default();
            listed = page["recordings"].as_array().cloned().unwrap_or_default();
            listed.len() >= count
        });
        ensure!(listed.len() == count, "{listed:#?}\n{}", self.engine.log());
        Ok(listed)
    }

    /// What health says of the disk to whoever asks, once it says so.
    fn disk_is(&self, finding: &str) -> Result<()> {
        let mut said = String::new();
        let says = until(CAUGHT_UP_WITHIN, || {
            let health = self.engine.ask("GET", "/api/health", &Value::Null);
            let health = health.unwrap_or_default();
            let mut checks = health["checks"].as_array().into_iter().flatten();
            let disk = checks.find(|check| check["id"] == "disk");
            said = disk.map_or_else(String::new, |disk| disk["finding"].to_string());
            said == format!("\"{finding}\"")
        });
        ensure!(says, "health says of the disk: {said}");
        Ok(())
    }

    /// The calls of the history, oldest first, once there are so many.
    fn history(&self, count: usize) -> Result<Vec<Value>> {
        let mut calls = Vec::new();
        until(CAUGHT_UP_WITHIN, || {
            let told = self.engine.ctl_json(&["calls"]).unwrap_or_default();
            calls = told.as_array().cloned().unwrap_or_default();
            calls.len() >= count
        });
        ensure!(calls.len() == count, "{calls:#?}\n{}", self.engine.log());
        calls.reverse();
        Ok(calls)
    }

    /// The kinds of the steps of a call's story, with why.
    fn story(&self, call: &Value) -> Result<Vec<(String, String)>> {
        let told = self
            .engine
            .ask("GET", &format!("/api/calls/{}", call["id"]), &Value::Null)?;
        let steps = told["steps"].as_array().context("no steps")?.iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(steps
            .map(|step| (text(&step["kind"]), text(&step["detail"]["why"])))
            .collect())
    }

    fn active_calls(&self) -> Result<u64> {
        let status = self.engine.status()?;
        status["active_calls"]
            .as_u64()
            .context("no number of calls")
    }

    fn refuses_to_save(&self) -> Result<u16> {
        let body = json!({ "name": "Dora", "extension": "104", "team": "", "ringSeconds": 20 });
        Ok(self.engine.request("POST", "/api/people", &body)?.code)
    }
}

fn tells(story: &[(String, String)], kind: &str, why: &str) -> Result<()> {
    let is_told = story
        .iter()
        .any(|step| step.0 == kind && step.1.contains(why));
    ensure!(is_told, "no {kind} because of {why}: {story:?}");
    Ok(())
}

/// Files of recordings and messages that are whole.
fn sounds(data: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![data.join("sound/recordings"), data.join("sound/messages")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
        {
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found
}

#[test]
fn a_full_disk_costs_recordings_and_messages_and_no_call() -> Result<()> {
    if !is_inside("a_full_disk_costs_recordings_and_messages_and_no_call")? {
        return Ok(());
    }
    let disk = Disk::mount()?;
    let mut office = Office::open(&disk)?;
    // What is finished before: a recorded call and a message.
    office.call()?;
    ensure!(office.leave_message()?, "no message with room on the disk");
    let message = office.messages(1)?.remove(0);
    office.recordings(1)?;
    office.disk_is("ok")?;
    let mut window = Feed::open(&office.engine)?;
    ensure!(window.finding("disk").is_none());

    // The disk becomes full in a call that is recorded.
    connect(&mut office.anna, "102", &mut office.ben)?;
    office.anna.wait_until_heard(SECOND * 7)?;
    ensure!(office.engine.is_recording(), "{}", office.engine.log());
    let full = office.anna.recorded();
    disk.fill()?;
    window.wait_until("disk", |said| said == Some("full"), ALARM_WITHIN)?;
    office.anna.wait_until_heard(full + SECOND * 8)?;
    hang_up(&mut office.anna, &mut office.ben)?;
    for (telephone, hz) in [(&office.anna, BEN_HZ), (&office.ben, ANNA_HZ)] {
        let heard = telephone.heard_last()?;
        let since = heard.part(heard.length().saturating_sub(SECOND * 7), heard.length());
        let gaps = since.gaps_in_tone(hz, NOTICEABLE);
        ensure!(gaps.is_empty(), "{hz} Hz on a full disk: {gaps:?}");
    }
    office.disk_is("full")?;
    let refused = office.refuses_to_save()?;
    ensure!(refused == 507, "saved on a full disk: {refused}");

    // Calls begin and end, and are seen.
    connect(&mut office.anna, "102", &mut office.ben)?;
    ensure!(office.active_calls()? == 1);
    talk(&office.anna, &office.ben)?;
    hang_up(&mut office.anna, &mut office.ben)?;
    ensure!(until(PATIENCE, || office
        .active_calls()
        .is_ok_and(|calls| calls == 0)));
    // Whoever reaches a mailbox is told that it takes nothing, and hung up on.
    ensure!(!office.leave_message()?, "a message on a full disk");
    // What was finished is there.
    let path = format!("/api/messages/{}/sound.wav", message["id"]);
    ensure!(office.engine.sound(&path)?.length() > SECOND * 2);

    disk.make_room()?;
    // Two calls with room, three without: all are in the history, and say what became of them.
    let calls = office.history(5)?;
    tells(&office.story(&calls[2])?, "recordingEnded", "disk")?;
    tells(&office.story(&calls[4])?, "notKept", "disk")?;
    // What could be written of the recording is listed and can be heard.
    let recordings = office.recordings(2)?;
    for recording in &recordings {
        let path = format!("/api/recordings/{}/sound.wav", recording["id"]);
        ensure!(
            office.engine.sound(&path)?.length() > SECOND / 2,
            "{recording:#}"
        );
    }
    ensure!(office.messages(1)?.len() == 1);
    let files = sounds(office.engine.data());
    ensure!(files.len() == 3, "nobody knows of one of {files:?}");
    window.wait_until("disk", |said| said.is_none(), CLEARED_WITHIN)?;
    office.disk_is("ok")?;

    // And all is as before.
    ensure!(office.refuses_to_save()? == 201, "{}", office.engine.log());
    office.call()?;
    ensure!(
        office.leave_message()?,
        "no message though there is room again"
    );
    office.messages(2)?;
    office.recordings(3)?;
    office.history(7)?;
    office.engine.still_runs()
}

#[test]
fn a_folder_that_cannot_be_written_to_costs_recordings_and_messages_and_no_call() -> Result<()> {
    if !is_inside("a_folder_that_cannot_be_written_to_costs_recordings_and_messages_and_no_call")? {
        return Ok(());
    }
    let disk = Disk::mount()?;
    let mut office = Office::open(&disk)?;
    ensure!(office.leave_message()?, "no message");
    office.messages(1)?;

    let sound = office.engine.data().join("sound");
    let sound = sound.to_str().context("a path that is no text")?;
    let mut window = Feed::open(&office.engine)?;
    run("mount", &["-t", "tmpfs", "-o", "ro", "none", sound])?;
    // Nobody calls, and nothing is recorded: it is found out all the same.
    window.wait_until("disk", |said| said == Some("unwritable"), ALARM_WITHIN)?;
    office.call()?;
    ensure!(
        !office.leave_message()?,
        "a message where none can be written"
    );
    let calls = office.history(3)?;
    tells(&office.story(&calls[1])?, "recordingEnded", "disk")?;
    tells(&office.story(&calls[2])?, "notKept", "")?;
    ensure!(office.messages(1)?.len() == 1);

    ensure!(window.finding("disk") == Some("unwritable"));
    run("umount", &[sound])?;
    window.wait_until("disk", |said| said.is_none(), CLEARED_WITHIN)?;
    office.call()?;
    ensure!(
        office.leave_message()?,
        "no message though it can be written again"
    );
    office.messages(2)?;
    office.recordings(1)?;
    office.engine.still_runs()
}
