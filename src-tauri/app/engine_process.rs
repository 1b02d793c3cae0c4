//! The engine as seen from the window: another process, found or started, never owned.

use anyhow::{Context, bail};
use std::{
    env, fs,
    fs::File,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long a freshly started engine may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(20);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// Where the engine keeps its data, and with that its address.
pub struct EngineProcess {
    data: PathBuf,
    options: Vec<String>,
    /// Held while looking and starting, so that an impatient second try does not start a second engine.
    starting: Mutex<()>,
}

/// A running engine.
#[derive(Debug, PartialEq, Eq)]
pub struct Running {
    /// Where it serves UI and API, for example `http://127.0.0.1:7080`.
    pub api: String,
    /// Its process number.
    pub pid: u32,
}

impl EngineProcess {
    /// Reads `--data DIR`; without it, the data of the person who is logged in. All other options
    /// are for the engine, should we have to start it.
    ///
    /// # Errors
    /// `--data` without a folder, or no home folder to keep data in.
    pub fn from_arguments(arguments: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut options: Vec<String> = arguments.collect();
        let data = match options.iter().position(|option| option == "--data") {
            None => default_data_folder().context("There is no home folder to keep data in")?,
            Some(place) if place + 1 < options.len() => options
                .drain(place..=place + 1)
                .nth(1)
                .map(PathBuf::from)
                .context("--data wants a folder")?,
            Some(_) => bail!("--data wants a folder"),
        };
        Ok(Self {
            data,
            options,
            starting: Mutex::new(()),
        })
    }

    /// The engine that runs on our data, started by us if there is none.
    ///
    /// # Errors
    /// A sentence for the person in front of the window.
    pub fn find_or_start(&self) -> anyhow::Result<Running> {
        let _starting = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = self.find() {
            return Ok(running);
        }
        fs::create_dir_all(&self.data)
            .with_context(|| format!("The folder {} cannot be made", self.data.display()))?;
        let log_path = self.data.join("engine.log");
        let log = File::create(&log_path)
            .with_context(|| format!("The file {} cannot be written", log_path.display()))?;
        let program = env::current_exe()?
            .with_file_name(format!("cordboard-engine{}", env::consts::EXE_SUFFIX));
        let mut command = Command::new(&program);
        command
            .arg("serve")
            .arg("--data")
            .arg(&self.data)
            .args(&self.options);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        // Calls outlive the window: what ends our terminal session must not end the engine.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut started = command
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            if let Some(running) = self.find() {
                return Ok(running);
            }
            if let Some(status) = started.try_wait()? {
                let said = fs::read_to_string(&log_path).unwrap_or_default();
                bail!(
                    "The phone system stopped while starting ({status}). {}",
                    reason(&said)
                );
            }
            thread::sleep(POLL_INTERVAL);
        }
        bail!(
            "The phone system was started but does not answer. Its log is {}.",
            log_path.display()
        )
    }

    /// The engine that runs on our data, if it answers.
    pub fn find(&self) -> Option<Running> {
        let written = fs::read_to_string(self.data.join("engine.json")).ok()?;
        let running = parse(&written)?;
        answers(&running.api).then_some(running)
    }
}

impl Running {
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

fn parse(written: &str) -> Option<Running> {
    let file: serde_json::Value = serde_json::from_str(written).ok()?;
    let api = file["api"].as_str()?;
    let host = api.strip_prefix("http://")?.trim_end_matches('/');
    // A window must never be led away from this computer.
    let address: SocketAddr = host.parse().ok()?;
    let pid = u32::try_from(file["pid"].as_u64()?).ok()?;
    address.ip().is_loopback().then(|| Running {
        api: format!("http://{address}"),
        pid,
    })
}

/// What a log says about its own end: the line that names an error, else the last one.
fn reason(log: &str) -> &str {
    let mut lines = log.lines().map(str::trim).filter(|line| !line.is_empty());
    let named = lines
        .clone()
        .find(|line| line.to_lowercase().starts_with("error"));
    named.or(lines.next_back()).unwrap_or("It gave no reason.")
}

/// The file may have outlived its engine, and the port may be another program's by now.
fn answers(api: &str) -> bool {
    let ask = || -> Option<String> {
        let host = api.strip_prefix("http://")?;
        let mut stream = TcpStream::connect_timeout(&host.parse().ok()?, ANSWER_LIMIT).ok()?;
        stream.set_read_timeout(Some(ANSWER_LIMIT)).ok()?;
        let request =
            format!("GET /api/status HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.take(64 * 1024).read_to_string(&mut answer).ok()?;
        Some(answer)
    };
    ask().is_some_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

fn default_data_folder() -> Option<PathBuf> {
    let folder = |name: &str| {
        env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    if cfg!(windows) {
        Some(folder("LOCALAPPDATA")?.join("Cordboard"))
    } else if cfg!(target_os = "macos") {
        Some(folder("HOME")?.join("Library/Application Support/Cordboard"))
    } else {
        let share = folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share")));
        Some(share?.join("cordboard"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_taken_only_from_this_computer() {
        let found = parse(r#"{"api":"http://127.0.0.1:7080/","pid":12}"#);
        let api = "http://127.0.0.1:7080".to_owned();
        assert_eq!(found, Some(Running { api, pid: 12 }));
        assert!(parse(r#"{"api":"http://[::1]:7080","pid":12}"#).is_some());
        assert_eq!(parse(r#"{"api":"http://10.1.1.1:7080","pid":12}"#), None);
        assert_eq!(parse(r#"{"api":"http://example.com","pid":12}"#), None);
        assert_eq!(parse(r#"{"api":"http://127.0.0.1:7080"}"#), None);
        assert_eq!(parse("half a fi"), None);
    }

    #[test]
    fn the_data_folder_is_ours_and_other_options_are_the_engines() {
        let read =
            |line: &str| EngineProcess::from_arguments(line.split_whitespace().map(str::to_owned));
        let engine = read("--sip 10.0.0.2:5060 --data /tmp/x --api 127.0.0.1:0").unwrap();
        assert_eq!(engine.data, PathBuf::from("/tmp/x"));
        assert_eq!(
            engine.options,
            ["--sip", "10.0.0.2:5060", "--api", "127.0.0.1:0"]
        );
        assert!(read("--data").is_err());
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
