//! The real engine: its binary on a data folder of its own, killed and restarted at will.

use super::{
    baresip::{Registrar, Settings, Transport},
    http,
    ports::Ports,
    process::{PATIENCE, Process, binary, until},
    sound::Sound,
};
use anyhow::{Context, Result, bail, ensure};
use office::RecordingRule;
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    net::{IpAddr, SocketAddr},
    path::Path,
    process::{ChildStdout, Command},
    sync::mpsc,
    thread,
    time::Duration,
};
use store::Store;
use tempfile::TempDir;

/// A running engine. Dropping it kills it and removes its data.
pub struct Engine {
    process: Process,
    ready: Ready,
    data: TempDir,
    /// What it was started with, apart from addresses.
    others: Vec<String>,
    /// What its environment holds besides ours.
    environment: Vec<(String, String)>,
    /// For sound through the office; engines that run side by side must not share them.
    _media: Ports,
}

/// What the engine prints once it serves: `ready {"api":…,"sip":[…]}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ready {
    /// The address of UI and API.
    pub api: String,
    /// Where it takes SIP.
    pub sip: Vec<Listener>,
}

/// One address on which the engine takes SIP.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Listener {
    /// `udp`, `tcp`, `tls`, `ws` or `wss`.
    pub transport: String,
    /// Address and port.
    pub address: SocketAddr,
}

/// What to type into a telephone, as `cordboardctl device add` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Credentials {
    /// The user part of the address.
    pub user: String,
    /// The user name in digest authentication.
    pub auth_user: String,
    /// The password in digest authentication.
    pub password: String,
    /// The server, and with that the domain.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// `udp`, `tcp` or `tls`.
    pub transport: String,
}

/// A folder on a disk in memory, which is as good as empty: on a full one nothing would be recorded.
///
/// # Errors
/// It cannot be made.
pub fn roomy_folder() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    Ok(match memory.is_dir() {
        true => TempDir::new_in(memory)?,
        false => TempDir::new()?,
    })
}

impl Engine {
    /// An empty office on free ports of 127.0.0.1: SIP over UDP and TCP, and the API.
    ///
    /// # Errors
    /// The engine is not built, or does not get ready.
    pub fn start() -> Result<Self> {
        Self::start_with(&["--sip", "127.0.0.1:0", "--api", "127.0.0.1:0"])
    }

    /// An empty office with other options of `cordboard-engine serve`; `--data` is given already,
    /// and `--media-ports` unless it is among them.
    ///
    /// # Errors
    /// The engine is not built, or does not get ready.
    pub fn start_with(options: &[&str]) -> Result<Self> {
        Self::start_on(tempfile::tempdir()?, options)
    }

    /// An office that is in a data folder already, with options as for [`Engine::start_with`].
    ///
    /// # Errors
    /// The engine is not built, or does not get ready.
    pub fn start_on(data: TempDir, options: &[&str]) -> Result<Self> {
        Self::start_in(data, &[], options)
    }

    /// The same in an office that records its calls by that rule.
    ///
    /// # Errors
    /// The engine is not built, or does not get ready; the folder cannot be written to.
    pub fn start_recording(data: TempDir, rule: RecordingRule) -> Result<Self> {
        let (mut store, _) = Store::open(data.path())?;
        let now = store.settings()?;
        let mut settings = now.value;
        settings.recording.rule = rule;
        store.change(|change| change.edit_settings(&settings, now.revision))?;
        drop(store);
        Self::start_on(data, &["--sip", "127.0.0.1:0", "--api", "127.0.0.1:0"])
    }

    /// An empty office on a computer that trusts these authorities (PEM) and no others.
    ///
    /// # Errors
    /// The engine is not built, or does not get ready.
    pub fn start_trusting(authorities: &str) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let file = data.path().join("trusted-by-this-computer.pem");
        fs::write(&file, authorities)?;
        // Where the engine looks for the system's authorities first.
        let variable = (
            "SSL_CERT_FILE",
            file.to_str().context("a path that is no text")?,
        );
        let options = [
            "--sip",
            "127.0.0.1:0",
            "--sip-tls",
            "127.0.0.1:0",
            "--api",
            "127.0.0.1:0",
        ];
        Self::start_in(data, &[variable], &options)
    }

    fn start_in(data: TempDir, environment: &[(&str, &str)], options: &[&str]) -> Result<Self> {
        let media = Ports::claim()?;
        let (first, last) = (media.rtp().start() & !1, *media.rtp().end());
        let mut options: Vec<String> = options.iter().map(|&o| o.to_owned()).collect();
        if !options.iter().any(|option| option == "--media-ports") {
            options.extend(["--media-ports".to_owned(), format!("{first}-{last}")]);
        }
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let environment: Vec<_> = environment.iter().map(owned).collect();
        let (process, ready) = serve(data.path(), &environment, &options)?;
        let is_place = |pair: &&[String]| pair[0] == "--api" || pair[0].starts_with("--sip");
        let others = options.chunks(2).filter(|pair| !is_place(pair));
        Ok(Self {
            process,
            ready,
            data,
            others: others.flatten().cloned().collect(),
            environment,
            _media: media,
        })
    }

    /// What it said when it was ready.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The address of its UI and API, for example `http://127.0.0.1:40123`.
    pub fn api(&self) -> &str {
        &self.ready.api
    }

    /// Asks its API, with a bearer token if one is given.
    ///
    /// # Errors
    /// It does not answer.
    pub fn get(&self, path: &str, token: Option<&str>) -> Result<http::Answer> {
        let host = self.ready.api.trim_start_matches("http://");
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<_> = bearer
            .iter()
            .map(|b| ("authorization", b.as_str()))
            .collect();
        http::request(host, "GET", path, &headers, &Value::Null)
    }

    /// Asks its API as the owner of the office, with the token in its data folder; gives what it
    /// answered, null if that is nothing.
    ///
    /// # Errors
    /// It refuses, or does not answer with JSON.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.ask_with(method, path, None, body)
    }

    /// Puts a record in place of the one that is at a path now.
    ///
    /// # Errors
    /// As [`Engine::ask`].
    pub fn replace(&self, path: &str, record: &Value) -> Result<Value> {
        let now = self.ask("GET", path, &Value::Null)?;
        self.edit(path, &now["revision"], record)
    }

    /// Puts a record in place of one that had that revision.
    ///
    /// # Errors
    /// As [`Engine::ask`].
    pub fn edit(&self, path: &str, revision: &Value, record: &Value) -> Result<Value> {
        self.ask_with("PUT", path, Some(&format!("\"{revision}\"")), record)
    }

    /// As [`Engine::ask`], and gives the answer though it may be a refusal.
    ///
    /// # Errors
    /// It does not answer.
    pub fn request(&self, method: &str, path: &str, body: &Value) -> Result<http::Answer> {
        self.request_with(method, path, None, body)
    }

    fn ask_with(
        &self,
        method: &str,
        path: &str,
        if_match: Option<&str>,
        body: &Value,
    ) -> Result<Value> {
        let answer = self.request_with(method, path, if_match, body)?;
        ensure!(
            (200..300).contains(&answer.code),
            "{method} {path}: {} {}",
            answer.code,
            answer.body
        );
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&answer.body).with_context(|| answer.body.clone())
    }

    fn request_with(
        &self,
        method: &str,
        path: &str,
        if_match: Option<&str>,
        body: &Value,
    ) -> Result<http::Answer> {
        let bearer = self.bearer()?;
        let host = self.ready.api.trim_start_matches("http://");
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(if_match.map(|revision| ("if-match", revision)));
        http::request(host, method, path, &headers, body)
    }

    /// How its owner proves who they are.
    pub(super) fn bearer(&self) -> Result<String> {
        let token = fs::read_to_string(self.data().join("api-token"))?;
        Ok(format!("Bearer {}", token.trim()))
    }

    /// The first record of a list in which a field is that text.
    ///
    /// # Errors
    /// There is none.
    pub fn find(&self, path: &str, field: &str, text: &str) -> Result<Value> {
        let list = self.ask("GET", path, &Value::Null)?;
        let mut list = list.as_array().context("no list")?.iter();
        let found = list.find(|each| each[field] == text);
        found
            .cloned()
            .with_context(|| format!("no {text} at {path}"))
    }

    /// The new messages in a mailbox, once there are so many.
    ///
    /// # Errors
    /// There are fewer, or more.
    pub fn new_messages(&self, mailbox: &Value, count: usize) -> Result<Vec<Value>> {
        let path = format!("/api/mailboxes/{}/messages?state=new", mailbox["id"]);
        let mut found = Vec::new();
        until(PATIENCE, || {
            let page = self.ask("GET", &path, &Value::Null).unwrap_or_default();
            found = page["messages"].as_array().cloned().unwrap_or_default();
            found.len() >= count
        });
        ensure!(found.len() == count, "{found:?}\n{}", self.log());
        Ok(found)
    }

    /// A sound of the office as a player gets it, from the path of a WAV file.
    ///
    /// # Errors
    /// There is none.
    pub fn sound(&self, path: &str) -> Result<Sound> {
        let mut answer = ureq::get(format!("{}{path}", self.api()))
            .header("authorization", self.bearer()?)
            .call()?;
        let kind = answer.headers().get("content-type").context("no type")?;
        ensure!(kind == "audio/wav", "{path}: {kind:?}");
        Sound::of_wav(&answer.body_mut().read_to_vec()?)
    }

    /// Adds a greeting from a sound; gives its identity.
    ///
    /// # Errors
    /// The engine refuses.
    pub fn upload(&self, title: &str, sound: &Sound) -> Result<i64> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("sound.wav");
        sound.write(&file)?;
        let path = format!("/api/sounds?title={title}&kind=greeting&from=upload");
        let mut answer = ureq::post(format!("{}{path}", self.api()))
            .header("authorization", self.bearer()?)
            .header("content-type", "application/octet-stream")
            .send(&fs::read(&file)?[..])?;
        let made: Value = serde_json::from_str(&answer.body_mut().read_to_string()?)?;
        made["id"].as_i64().with_context(|| made.to_string())
    }

    /// Whether it writes something that is being said to the disk.
    pub fn is_recording(&self) -> bool {
        has_part(&self.data().join("sound"))
    }

    /// What it says of itself at `/api/status`: `registered_devices`, `active_calls` and so on.
    ///
    /// # Errors
    /// It does not answer, or not with JSON.
    pub fn status(&self) -> Result<Value> {
        let answer = self.get("/api/status", None)?;
        ensure!(answer.code == 200, "/api/status: {answer:?}");
        serde_json::from_str(&answer.body).with_context(|| answer.body.clone())
    }

    /// Where it takes SIP over a transport (`udp`, `tcp`, `tls`, `ws`).
    ///
    /// # Errors
    /// It does not take SIP over that.
    pub fn sip(&self, transport: &str) -> Result<SocketAddr> {
        let mut listeners = self.ready.sip.iter();
        let found = listeners.find(|listener| listener.transport == transport);
        found
            .map(|listener| listener.address)
            .with_context(|| format!("no SIP over {transport} in {:?}", self.ready))
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Its process number, to measure what it uses.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// How many sockets it has open.
    ///
    /// # Errors
    /// It has ended.
    pub fn sockets(&self) -> Result<usize> {
        let files = fs::read_dir(format!("/proc/{}/fd", self.id()))?;
        let links = files.flatten().filter_map(|f| fs::read_link(f.path()).ok());
        Ok(links
            .filter(|l| l.to_string_lossy().starts_with("socket:"))
            .count())
    }

    /// The processor time it has used so far, in itself and in the kernel for it.
    ///
    /// # Errors
    /// It has ended.
    pub fn cpu(&self) -> Result<Duration> {
        /// `sysconf(_SC_CLK_TCK)` of every Linux there is.
        const TICK: Duration = Duration::from_millis(10);
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id()))?;
        // The name, in parentheses, may hold spaces; utime and stime are fields 14 and 15 (proc(5)).
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let mut fields = after_name.split_whitespace().skip(11);
        let mut next = || fields.next().and_then(|f| f.parse::<u32>().ok());
        let ticks = next().zip(next()).map(|(user, system)| user + system);
        Ok(TICK * ticks.context("no times in /proc/PID/stat")?)
    }

    /// Waits until no call is left and the sockets of calls are closed again: at most `sockets` are open.
    ///
    /// # Errors
    /// Something stays.
    pub fn wait_until_idle(&self, sockets: usize) -> Result<()> {
        let calls = || self.status().ok().and_then(|s| s["active_calls"].as_u64());
        let rests = || calls() == Some(0) && self.sockets().is_ok_and(|open| open <= sockets);
        ensure!(
            until(PATIENCE, rests),
            "left behind: {:?} calls, {:?} sockets where there were {sockets}\n{}",
            calls(),
            self.sockets(),
            self.process.log_tail()
        );
        Ok(())
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Fails, with the log, unless it still runs.
    ///
    /// # Errors
    /// It has ended.
    pub fn still_runs(&mut self) -> Result<()> {
        ensure!(
            self.process.is_running(),
            "the engine has ended\n{}",
            self.process.log_tail()
        );
        Ok(())
    }

    /// Kills it as a power cut would (SIGKILL).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again on the same data and the same addresses, after [`Engine::kill`] or instead of it.
    ///
    /// # Errors
    /// It does not get ready.
    pub fn restart(&mut self) -> Result<()> {
        self.process.kill();
        let api = self.ready.api.trim_start_matches("http://").to_owned();
        let mut options = self.others.clone();
        options.extend(["--api".to_owned(), api]);
        // UDP and TCP share an address and an option: each is named once.
        let addresses: BTreeSet<_> = self.ready.sip.iter().map(as_option).collect();
        for (option, address) in addresses {
            options.extend([option.to_owned(), address]);
        }
        (self.process, self.ready) = serve(self.data.path(), &self.environment, &options)?;
        Ok(())
    }

    /// Runs `cordboardctl` on this engine; gives what it printed.
    ///
    /// # Errors
    /// It ended badly; the message holds what it said.
    pub fn ctl(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(binary("cordboardctl")?);
        command.arg("--data").arg(self.data.path()).args(arguments);
        let output = command.output().context("cordboardctl")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            let log = self.process.log_tail();
            bail!(
                "cordboardctl {arguments:?} ended with {}\n{text}{errors}\n{log}",
                output.status
            );
        }
        Ok(text)
    }

    /// Runs `cordboardctl … --json` on this engine.
    ///
    /// # Errors
    /// It ended badly, or did not print JSON.
    pub fn ctl_json(&self, arguments: &[&str]) -> Result<Value> {
        let text = self.ctl(&[arguments, &["--json"]].concat())?;
        serde_json::from_str(&text).with_context(|| format!("{arguments:?} printed: {text}"))
    }

    /// Adds a person with an extension.
    ///
    /// # Errors
    /// The engine refused.
    pub fn add_person(&self, name: &str, extension: &str) -> Result<()> {
        self.ctl(&["person", "add", name, "--extension", extension])
            .map(drop)
    }

    /// Adds a device to a person (by name or extension); gives what to type into the telephone.
    ///
    /// # Errors
    /// The engine refused.
    pub fn add_device(&self, person: &str, label: &str) -> Result<Credentials> {
        let told = self.ctl_json(&["device", "add", person, label])?;
        serde_json::from_value(told.clone()).with_context(|| told.to_string())
    }

    /// Adds a person and a device, and gives the settings of a baresip that registers as it.
    ///
    /// # Errors
    /// The engine refused.
    pub fn telephone(&self, name: &str, extension: &str, transport: Transport) -> Result<Settings> {
        self.add_person(name, extension)?;
        let credentials = self.add_device(extension, "Desk phone")?;
        self.settings(&credentials, transport)
    }

    /// The settings of a baresip that registers with these credentials.
    ///
    /// # Errors
    /// The engine does not take SIP over `transport`.
    pub fn settings(&self, credentials: &Credentials, transport: Transport) -> Result<Settings> {
        let server = self.sip(transport.name())?;
        let domain = match credentials.server.parse() {
            Ok(IpAddr::V6(address)) => format!("[{address}]"),
            _ => credentials.server.clone(),
        };
        let settings = Settings::new(&credentials.user).address(server.ip());
        Ok(settings.registrar(Registrar {
            domain,
            server,
            transport,
            auth_user: credentials.auth_user.clone(),
            password: credentials.password.clone(),
            interval: 60,
        }))
    }
}

/// Whether a file that is still being written lies somewhere in a folder.
fn has_part(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths = entries.map(|entry| entry.path());
    paths.any(|path| match path.is_dir() {
        true => has_part(&path),
        false => path.extension().is_some_and(|ending| ending == "part"),
    })
}

/// The option of `cordboard-engine serve` that gives this listener again.
fn as_option(listener: &Listener) -> (&'static str, String) {
    let option = match listener.transport.as_str() {
        "tls" => "--sip-tls",
        "ws" => "--sip-ws",
        "wss" => "--sip-wss",
        _ => "--sip",
    };
    (option, listener.address.to_string())
}

fn serve(
    data: &Path,
    environment: &[(String, String)],
    options: &[String],
) -> Result<(Process, Ready)> {
    let mut command = Command::new(binary("cordboard-engine")?);
    command.arg("serve").arg("--data").arg(data).args(options);
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    // One folder up would be shared by all tests.
    let log = data.join("engine-under-test.log");
    let (process, output) = Process::start_talking(command, &log)?;
    let line = ready_line(output);
    let line =
        line.with_context(|| format!("the engine did not get ready\n{}", process.log_tail()))?;
    let ready = serde_json::from_str(&line).with_context(|| format!("ready line: {line}"))?;
    Ok((process, ready))
}

/// Waits for the line; goes on reading what follows, so that the engine never waits for us.
fn ready_line(output: ChildStdout) -> Option<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(ready) = line.strip_prefix("ready ") {
                // The receiver may have given up; then nobody wants the line.
                let _ = sender.send(ready.to_owned());
            }
        }
    });
    receiver.recv_timeout(PATIENCE).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_is_understood() {
        let line = r#"{"api":"http://127.0.0.1:7080","sip":[{"transport":"udp","address":"127.0.0.1:5062"}]}"#;
        let ready: Ready = serde_json::from_str(line).unwrap();
        assert_eq!(
            ready.sip[0].address,
            SocketAddr::from(([127, 0, 0, 1], 5062))
        );
        assert_eq!(
            as_option(&ready.sip[0]),
            ("--sip", "127.0.0.1:5062".to_owned())
        );
    }
}
