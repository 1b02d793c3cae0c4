//! The real program: on an empty folder, in the way of others, killed and started again.

use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::{TcpListener, UdpSocket},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// How long the engine may take for what should happen at once.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOPBACK: [&str; 4] = ["--sip", "127.0.0.1:0", "--api", "127.0.0.1:0"];

/// A running engine; killed when dropped.
struct Engine {
    process: Child,
    ready: Value,
}

impl Engine {
    fn start(data: &Path, options: &[&str]) -> Self {
        let mut process = command(data, options).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            output.read_line(&mut line).unwrap();
            sender.send(line).unwrap();
            // One line and no more, until the engine ends.
            assert_eq!(output.read_line(&mut String::new()).unwrap(), 0);
        });
        let line = receiver.recv_timeout(PATIENCE).unwrap();
        let ready = line.strip_prefix("ready ").unwrap_or_else(|| {
            process.kill().unwrap();
            let mut said = String::new();
            process
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            panic!("not ready: {line:?} {said}")
        });
        let ready = serde_json::from_str(ready).unwrap();
        Self { process, ready }
    }

    fn api(&self, path: &str) -> String {
        format!("{}/api/{path}", self.ready["api"].as_str().unwrap())
    }

    fn get(&self, path: &str, token: &str) -> Value {
        let request = ureq::get(self.api(path)).header("Authorization", format!("Bearer {token}"));
        request.call().unwrap().body_mut().read_json().unwrap()
    }

    fn post(&self, path: &str, token: &str, body: &Value) -> Value {
        let request = ureq::post(self.api(path)).header("Authorization", format!("Bearer {token}"));
        request
            .send_json(body)
            .unwrap()
            .body_mut()
            .read_json()
            .unwrap()
    }

    /// Asks it to end (SIGTERM); gives what it said.
    #[cfg(unix)]
    fn stop(mut self) -> String {
        let pid = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        let asked = Instant::now();
        assert!(self.process.wait().unwrap().success());
        assert!(asked.elapsed() < Duration::from_secs(5));
        let mut said = String::new();
        self.process
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        said
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(data: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cordboard-engine"));
    command.arg("serve").arg("--data").arg(data).args(options);
    command.env_remove("RUST_LOG");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs an engine that cannot start; gives the sentence it ends with.
fn refusal(data: &Path, options: &[&str]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command(data, options).output().unwrap();
    assert_eq!(status.code(), Some(2));
    assert_eq!(
        String::from_utf8(stdout).unwrap(),
        "",
        "it must not claim to be ready"
    );
    let said = String::from_utf8(stderr).unwrap();
    let sentence = said.lines().find_map(|line| line.strip_prefix("error: "));
    sentence
        .unwrap_or_else(|| panic!("no sentence: {said}"))
        .to_owned()
}

fn token(data: &Path) -> String {
    fs::read_to_string(data.join("api-token")).unwrap()
}

#[test]
fn an_empty_folder_becomes_an_office() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("not/there/yet");
    let engine = Engine::start(&data, &LOOPBACK);
    let written: Value =
        serde_json::from_slice(&fs::read(data.join("engine.json")).unwrap()).unwrap();
    assert_eq!(
        written,
        json!({ "api": engine.ready["api"], "pid": engine.process.id() })
    );
    let status: Value = ureq::get(engine.api("status"))
        .call()
        .unwrap()
        .body_mut()
        .read_json()
        .unwrap();
    assert_eq!(status["office"], "My office");
    assert_eq!(status["sip"], engine.ready["sip"]);
    let transports: Vec<&str> = engine.ready["sip"]
        .as_array()
        .unwrap()
        .iter()
        .map(|listener| listener["transport"].as_str().unwrap())
        .collect();
    assert_eq!(transports, ["udp", "tcp"]);
    let addresses = &engine.ready["sip"];
    assert_eq!(
        addresses[0]["address"], addresses[1]["address"],
        "one port for both"
    );
    assert_eq!(engine.get("people", &token(&data)), json!([]));
}

#[cfg(unix)]
#[test]
fn an_engine_that_is_stopped_says_what_was_next_and_leaves_nothing_behind() {
    let data = tempfile::tempdir().unwrap();
    let said = Engine::start(data.path(), &LOOPBACK).stop();
    assert!(
        said.contains("person add \"Anna\" --extension 101"),
        "{said}"
    );
    assert!(!said.contains(&token(data.path())), "no secret in the log");
    assert!(!data.path().join("engine.json").exists());
}

#[cfg(unix)]
#[test]
fn an_office_outlives_its_engine_however_that_ends() {
    let data = tempfile::tempdir().unwrap();
    let engine = Engine::start(data.path(), &LOOPBACK);
    let token = token(data.path());
    let person = json!({ "name": "Anna", "extension": "101" });
    let anna = engine.post("people", &token, &person)["id"].clone();
    drop(engine); // SIGKILL, as a power cut
    assert!(data.path().join("engine.json").exists());

    let engine = Engine::start(data.path(), &LOOPBACK);
    assert_eq!(engine.get("people", &token)[0]["extension"], "101");
    let device = json!({ "person": anna, "label": "Desk phone" });
    let login = &engine.post("devices", &token, &device)["login"];
    let udp = engine.ready["sip"][0]["address"].as_str().unwrap();
    assert_eq!(udp, format!("127.0.0.1:{}", login["port"]));
    let said = engine.stop();
    assert!(
        !said.contains("person add"),
        "an office with people needs no lesson: {said}"
    );
    assert!(!said.contains(login["password"].as_str().unwrap()));

    let engine = Engine::start(data.path(), &LOOPBACK);
    assert_eq!(engine.get("devices", &token)[0]["user"], login["user"]);
}

#[test]
fn a_restored_office_shows_phones_the_certificate_they_trust() {
    let [before, after] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let old = Engine::start(before.path(), &LOOPBACK);
    let passphrase = json!({ "passphrase": "correct horse" });
    let export = ureq::post(old.api("backups/export"))
        .header("Authorization", format!("Bearer {}", token(before.path())));
    let file = export
        .send_json(&passphrase)
        .unwrap()
        .body_mut()
        .read_to_vec();
    let new = Engine::start(after.path(), &LOOPBACK);
    let key = token(after.path());
    let inspect = ureq::post(new.api("backups/inspect"))
        .header("Authorization", format!("Bearer {key}"))
        .header("Content-Type", "application/octet-stream")
        .header("X-Passphrase", "correct%20horse");
    let diff: Value = inspect
        .send(&file.unwrap()[..])
        .unwrap()
        .body_mut()
        .read_json()
        .unwrap();
    ureq::post(new.api("backups/restore"))
        .header("Authorization", format!("Bearer {key}"))
        .send_json(json!({ "restore": diff["restore"] }))
        .unwrap();
    let fingerprint = |engine: &Engine, token: &str| {
        engine.get("certificates", token)["authority"]["fingerprint"].clone()
    };
    let trusted = fingerprint(&old, &token(before.path()));
    assert_eq!(fingerprint(&new, &key), trusted);
    drop(new);
    let again = Engine::start(after.path(), &LOOPBACK);
    assert_eq!(
        fingerprint(&again, &key),
        trusted,
        "after a restart as well"
    );
}

#[test]
fn a_second_engine_on_the_same_folder_is_told_of_the_first() {
    let data = tempfile::tempdir().unwrap();
    let first = Engine::start(data.path(), &LOOPBACK);
    let sentence = refusal(data.path(), &LOOPBACK);
    let pid = format!("(process {})", first.process.id());
    assert!(
        sentence.contains("already runs") && sentence.contains(&pid),
        "{sentence}"
    );
    // The first one's file is still its own.
    assert!(data.path().join("engine.json").exists());
}

#[test]
fn a_taken_port_is_named_with_the_way_out() {
    let data = tempfile::tempdir().unwrap();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let (udp, tcp) = (udp.local_addr().unwrap(), tcp.local_addr().unwrap());
    let sip = refusal(
        data.path(),
        &["--sip", &udp.to_string(), "--api", "127.0.0.1:0"],
    );
    let taken = format!("UDP port {} of 127.0.0.1 is taken by ", udp.port());
    assert!(
        sip.starts_with(&taken) && sip.ends_with("with --sip"),
        "{sip}"
    );
    if cfg!(target_os = "linux") {
        let us = format!("(process {})", std::process::id());
        assert!(sip.contains(&us), "{sip}");
    }
    let tls = ["--sip-tls", &tcp.to_string(), "--api", "127.0.0.1:0"];
    let tls = refusal(data.path(), &tls);
    assert!(tls.ends_with("with --sip-tls"), "{tls}");
    let api = refusal(
        data.path(),
        &["--sip", "127.0.0.1:0", "--api", &tcp.to_string()],
    );
    let taken = format!("TCP port {} of 127.0.0.1 is taken by ", tcp.port());
    assert!(
        api.starts_with(&taken) && api.ends_with("with --api"),
        "{api}"
    );
}

#[cfg(unix)]
#[test]
fn a_lost_key_is_told_and_nothing_is_made_over_it() {
    let data = tempfile::tempdir().unwrap();
    let engine = Engine::start(data.path(), &LOOPBACK);
    let token = token(data.path());
    let anna = engine.post("people", &token, &json!({ "name": "Anna" }))["id"].clone();
    engine.post(
        "devices",
        &token,
        &json!({ "person": anna, "label": "Desk phone" }),
    );
    engine.stop();
    fs::remove_file(data.path().join("secret.key")).unwrap();
    let sentence = refusal(data.path(), &LOOPBACK);
    assert!(sentence.contains("secret.key is missing"), "{sentence}");
    assert!(!data.path().join("secret.key").exists());
}
