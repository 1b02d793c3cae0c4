//! The engine as seen from the window: another process, found or started, never owned.

use crate::engine_api::{self, Answer, Status};
use anyhow::{Context, bail};
use std::{
    env, fs,
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long a freshly started engine may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(20);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
const LOG: &str = "engine.log";
const LOG_BEFORE: &str = "engine.log.1";
/// What the engine calls itself as a service of the system.
const SERVICE: &str = "cordboard-engine.service";

/// The engine that runs on our data, or that could.
pub struct EngineProcess {
    data: PathBuf,
    options: Vec<String>,
    /// Held while looking and starting, so that an impatient second try does not start a second
    /// engine.
    starting: Mutex<()>,
    /// Where the latest engine was: its successor takes that address over, so that an open window
    /// finds it again.
    latest: Mutex<Option<SocketAddr>>,
}

/// A running engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Where it serves UI and API.
    pub address: SocketAddr,
    /// Its process number.
    pub pid: u32,
}

/// What a look at the engine shows.
#[derive(Debug)]
pub enum Look {
    /// It runs and is well.
    Answers(Running, Status),
    /// It is there but too busy to answer. It may carry calls, so it is left alone.
    Silent,
    /// It ended, and said so.
    Ended,
    /// It is gone without a word.
    Died,
}

impl EngineProcess {
    /// The engine on this data; `options` are for the case that we start it.
    pub fn new(data: PathBuf, options: Vec<String>) -> Self {
        Self {
            data,
            options,
            starting: Mutex::default(),
            latest: Mutex::default(),
        }
    }

    /// Where the office's data is kept.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The engine that runs on our data, started by us if there is none; then it comes with the
    /// process to wait for.
    ///
    /// # Errors
    /// A sentence for the person in front of the window.
    pub fn find_or_start(&self) -> anyhow::Result<(Running, Option<Child>)> {
        let _starting = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
        let (running, started) = match self.look() {
            Look::Answers(running, _) => (running, None),
            Look::Silent => bail!("The phone system runs but does not answer."),
            Look::Ended | Look::Died => {
                let (running, started) = self.start(self.latest_address())?;
                (running, Some(started))
            }
        };
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(running.address);
        Ok((running, started))
    }

    /// Where the engine is, or was last.
    pub fn latest_address(&self) -> Option<SocketAddr> {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the engine is right now.
    pub fn look(&self) -> Look {
        let Ok(written) = fs::read_to_string(self.data.join("engine.json")) else {
            return Look::Ended;
        };
        let Some(running) = parse(&written) else {
            return Look::Died;
        };
        match engine_api::status(running.address) {
            Answer::Given(status) => Look::Answers(running, status),
            Answer::Awaited => Look::Silent,
            // The file outlived its engine, and the port may be another program's by now.
            Answer::Refused => Look::Died,
        }
    }

    /// The address that lets a window in once, without asking who it is.
    ///
    /// # Errors
    /// The engine gives no ticket.
    pub fn sign_in_address(&self, running: &Running) -> anyhow::Result<String> {
        let file = self.data.join("api-token");
        let token = fs::read_to_string(&file)
            .with_context(|| format!("The file {} cannot be read", file.display()))?;
        engine_api::sign_in_address(running.address, token.trim())
            .context("The phone system runs but does not let this window in")
    }

    /// What the engine's log says about its end.
    pub fn last_words(&self) -> String {
        let said = fs::read_to_string(self.data.join(LOG)).unwrap_or_default();
        reason(&said).to_owned()
    }

    fn start(&self, latest: Option<SocketAddr>) -> anyhow::Result<(Running, Child)> {
        fs::create_dir_all(&self.data)
            .with_context(|| format!("The folder {} cannot be made", self.data.display()))?;
        let log_path = self.data.join(LOG);
        // Why the engine before this one ended must not be lost; there may have been none.
        let _ = fs::rename(&log_path, self.data.join(LOG_BEFORE));
        let log = File::create(&log_path)
            .with_context(|| format!("The file {} cannot be written", log_path.display()))?;
        let program = env::current_exe()?
            .with_file_name(format!("cordboard-engine{}", env::consts::EXE_SUFFIX));
        let mut command = Command::new(&program);
        command
            .arg("serve")
            .arg("--data")
            .arg(&self.data)
            .args(with_address(&self.options, latest))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        detach(&mut command);
        let mut started = command
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            // It may be another engine than ours that was faster, such as the system's service.
            if let Look::Answers(running, _) = self.look() {
                return Ok((running, started));
            }
            if let Some(status) = started.try_wait()? {
                bail!(
                    "The phone system stopped while starting ({status}). {}",
                    self.last_words()
                );
            }
            thread::sleep(POLL_INTERVAL);
        }
        bail!(
            "The phone system was started but does not answer. Its log is {}.",
            log_path.display()
        )
    }
}

impl Running {
    /// Whether the system runs it as a service, and so starts it again by itself.
    pub fn is_service(&self) -> bool {
        let group = fs::read_to_string(format!("/proc/{}/cgroup", self.pid));
        group.is_ok_and(|group| group.contains(SERVICE))
    }

    /// Asks the engine to end; it says goodbye to running calls by itself.
    pub fn stop(&self) {
        let pid = self.pid.to_string();
        let asked = if cfg!(windows) {
            Command::new("taskkill").args(["/pid", &pid]).status()
        } else {
            Command::new("kill").args(["-TERM", &pid]).status()
        };
        if let Err(error) = asked {
            eprintln!("could not stop process {pid}: {error}");
        }
    }
}

/// Calls outlive the window: what ends our terminal session must not end the engine.
#[cfg(unix)]
fn detach(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

/// Calls outlive the window, and no console is to be seen beside it.
#[cfg(windows)]
fn detach(command: &mut Command) {
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    std::os::windows::process::CommandExt::creation_flags(
        command,
        CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW,
    );
}

/// The options, with the API at `address` if there is one.
fn with_address(options: &[String], address: Option<SocketAddr>) -> Vec<String> {
    let Some(address) = address else {
        return options.to_vec();
    };
    let mut kept = Vec::new();
    let mut words = options.iter();
    while let Some(word) = words.next() {
        if word == "--api" {
            words.next();
        } else if !word.starts_with("--api=") {
            kept.push(word.clone());
        }
    }
    kept.extend(["--api".to_owned(), address.to_string()]);
    kept
}

fn parse(written: &str) -> Option<Running> {
    let file: serde_json::Value = serde_json::from_str(written).ok()?;
    let api = file["api"].as_str()?;
    let address: SocketAddr = api
        .strip_prefix("http://")?
        .trim_end_matches('/')
        .parse()
        .ok()?;
    let pid = u32::try_from(file["pid"].as_u64()?).ok()?;
    // A window must never be led away from this computer.
    address
        .ip()
        .is_loopback()
        .then_some(Running { address, pid })
}

/// What a log says about its own end: the line that names an error, else the last one.
fn reason(log: &str) -> &str {
    let mut lines = log.lines().map(str::trim).filter(|line| !line.is_empty());
    let named = lines
        .clone()
        .find(|line| line.to_lowercase().starts_with("error"));
    named.or(lines.next_back()).unwrap_or("It gave no reason.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_taken_only_from_this_computer() {
        let found = parse(r#"{"api":"http://127.0.0.1:7080/","pid":12}"#);
        let address = SocketAddr::from(([127, 0, 0, 1], 7080));
        assert_eq!(found, Some(Running { address, pid: 12 }));
        assert!(parse(r#"{"api":"http://[::1]:7080","pid":12}"#).is_some());
        assert_eq!(parse(r#"{"api":"http://10.1.1.1:7080","pid":12}"#), None);
        assert_eq!(parse(r#"{"api":"http://example.com","pid":12}"#), None);
        assert_eq!(parse(r#"{"api":"http://127.0.0.1:7080"}"#), None);
        assert_eq!(parse("half a fi"), None);
    }

    #[test]
    fn an_engine_that_follows_another_takes_over_its_address() {
        let options = ["--sip", "[::1]:5060", "--api", "127.0.0.1:0", "--log=info"];
        let options = options.map(str::to_owned);
        let address = SocketAddr::from(([127, 0, 0, 1], 40123));
        assert_eq!(with_address(&options, None), options);
        assert_eq!(
            with_address(&options, Some(address)),
            [
                "--sip",
                "[::1]:5060",
                "--log=info",
                "--api",
                "127.0.0.1:40123"
            ]
        );
        let equals = ["--api=127.0.0.1:0".to_owned()];
        assert_eq!(
            with_address(&equals, Some(address)),
            ["--api", "127.0.0.1:40123"]
        );
    }

    #[test]
    fn the_reason_is_the_line_that_names_the_error() {
        assert_eq!(
            reason("error: port 5060 is taken\n\nFor more, try --help\n"),
            "error: port 5060 is taken"
        );
        assert_eq!(reason("starting\ngiving up\n"), "giving up");
        assert_eq!(reason(""), "It gave no reason.");
    }
}
