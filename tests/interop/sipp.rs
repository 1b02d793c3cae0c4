//! SIPp, the load tool: runs a scenario against an address, bounded in calls and in time.

use super::{ports::Ports, process::Process};
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tempfile::TempDir;

/// SIPp ends by itself at its own limit; this is for when it does not.
const GRACE: Duration = Duration::from_secs(5);
/// Where it keeps messages.
const MESSAGES: &str = "messages.log";

/// A scenario and how often to run it.
#[derive(Clone, Debug)]
pub struct Sipp {
    scenario: Scenario,
    target: Option<SocketAddr>,
    calls: u32,
    limit: Duration,
    arguments: Vec<String>,
    files: Vec<(String, Vec<u8>)>,
    /// A network of its own, and where it listens there.
    inside: Option<(String, SocketAddr)>,
}

#[derive(Clone, Debug)]
enum Scenario {
    Named(String),
    File(PathBuf),
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// SIPp's exit code: 0 all calls as planned, 1 some not, 97 out of time, 99 nothing could be run.
    pub code: Option<i32>,
    /// Calls that went as planned.
    pub successful: u64,
    /// Calls that did not.
    pub failed: u64,
    /// What SIPp said about the ones that did not, and its last screen.
    pub log: String,
    /// Every message it sent and received, if [`Sipp::keeping_messages`].
    pub messages: String,
}

impl Sipp {
    /// The scenario in an XML file.
    pub fn scenario(file: impl Into<PathBuf>) -> Self {
        Self::new(Scenario::File(file.into()))
    }

    /// One of SIPp's own scenarios, `uac` or `uas` for example.
    pub fn built_in(name: &str) -> Self {
        Self::new(Scenario::Named(name.to_owned()))
    }

    fn new(scenario: Scenario) -> Self {
        Self {
            scenario,
            target: None,
            calls: 1,
            limit: Duration::from_secs(20),
            arguments: Vec::new(),
            files: Vec::new(),
            inside: None,
        }
    }

    /// Runs it in a named network (`ip netns`), listening there.
    #[must_use]
    pub fn inside(mut self, network: &str, at: SocketAddr) -> Self {
        self.inside = Some((network.to_owned(), at));
        self
    }

    /// A file that lies in its folder, such as a sound that the scenario plays.
    #[must_use]
    pub fn file(mut self, name: &str, content: Vec<u8>) -> Self {
        self.files.push((name.to_owned(), content));
        self
    }

    /// Whom to call; without one SIPp waits to be called.
    #[must_use]
    pub fn target(mut self, target: SocketAddr) -> Self {
        self.target = Some(target);
        self
    }

    /// How many calls to make or take before it ends.
    #[must_use]
    pub fn calls(mut self, calls: u32) -> Self {
        self.calls = calls;
        self
    }

    /// When to give up.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// More options, as on its command line: rate, CSV files, transport.
    #[must_use]
    pub fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments
            .extend(arguments.iter().map(|&a| a.to_owned()));
        self
    }

    /// Keeps every message it sends and receives.
    #[must_use]
    pub fn keeping_messages(self) -> Self {
        self.arguments(&["-trace_msg", "-message_file", MESSAGES])
    }

    /// Starts it and does not wait.
    ///
    /// # Errors
    /// SIPp is not installed.
    pub fn start(self) -> Result<Running> {
        let ports = Ports::claim()?;
        let folder = tempfile::tempdir()?;
        let here = folder.path();
        for (name, content) in &self.files {
            fs::write(here.join(name), content)?;
        }
        let process = Process::start(self.command(&ports, here), &here.join("log"))?;
        let limit = self.limit;
        Ok(Running {
            process,
            ports,
            folder,
            limit,
        })
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// SIPp is not installed, or does not even end at its own limit.
    pub fn run(self) -> Result<Outcome> {
        self.start()?.wait()
    }

    fn command(&self, ports: &Ports, here: &Path) -> Command {
        let mut command = match &self.inside {
            None => Command::new("sipp"),
            Some((network, _)) => {
                let mut command = Command::new("ip");
                command.args(["netns", "exec", network, "sipp"]);
                command
            }
        };
        command.current_dir(here);
        command.args(self.target.map(|target| target.to_string()));
        match &self.scenario {
            Scenario::Named(name) => command.args(["-sn", name]),
            // SIPp runs in a folder of its own, where it may write what it likes.
            Scenario::File(file) => command
                .arg("-sf")
                .arg(std::path::absolute(file).unwrap_or(file.clone())),
        };
        let is_ipv6 = self.target.is_some_and(|target| target.is_ipv6());
        let (address, port) = match &self.inside {
            Some((_, at)) => (at.ip().to_string(), at.port()),
            None if is_ipv6 => ("[::1]".to_owned(), ports.sip()),
            None => ("127.0.0.1".to_owned(), ports.sip()),
        };
        command
            .args(["-i", &address, "-nostdin", "-buff_size", "4000000"])
            .args(["-p", &port.to_string()])
            .args(["-mp", &ports.rtp().start().to_string()])
            .args(["-cp", &ports.control().to_string()])
            .args(["-m", &self.calls.to_string()])
            .args([
                "-timeout",
                &format!("{}s", self.limit.as_secs().max(1)),
                "-timeout_error",
            ])
            .args(["-trace_stat", "-stf", "statistics.csv", "-fd", "1"])
            .args(["-trace_err", "-error_file", "errors.log"])
            .args(&self.arguments);
        command
    }
}

/// A SIPp at work. Dropping it ends it.
pub struct Running {
    process: Process,
    ports: Ports,
    folder: TempDir,
    limit: Duration,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.ports.sip()))
    }

    /// Every message it has sent and received so far, if it keeps them.
    pub fn messages(&self) -> String {
        let kept = fs::read(self.folder.path().join(MESSAGES)).unwrap_or_default();
        String::from_utf8_lossy(&kept).into_owned()
    }

    /// Waits until it has run its calls or its time is over.
    ///
    /// # Errors
    /// It did not even end at its own limit, or left no statistics.
    pub fn wait(mut self) -> Result<Outcome> {
        let status = self.process.wait(self.limit + GRACE)?;
        let read = |name: &str| fs::read(self.folder.path().join(name)).unwrap_or_default();
        let errors = String::from_utf8_lossy(&read("errors.log")).into_owned();
        let log = format!("{errors}\n{}", self.process.log_tail());
        let table = String::from_utf8_lossy(&read("statistics.csv")).into_owned();
        let count = |column: &str| {
            last_in_column(&table, column).with_context(|| format!("no statistics\n{log}"))
        };
        Ok(Outcome {
            code: status.code(),
            successful: count("SuccessfulCall(C)")?,
            failed: count("FailedCall(C)")?,
            messages: self.messages(),
            log,
        })
    }
}

impl Outcome {
    /// Fails unless every call went as planned.
    ///
    /// # Errors
    /// Some calls failed, or not all were made.
    pub fn all_went_well(&self) -> Result<()> {
        let well = self.code == Some(0) && self.failed == 0;
        let Self {
            code,
            successful,
            failed,
            log,
            ..
        } = self;
        ensure!(
            well,
            "SIPp ended with {code:?}: {successful} calls went well, {failed} did not\n{log}"
        );
        Ok(())
    }
}

fn last_in_column(table: &str, column: &str) -> Option<u64> {
    let mut lines = table.lines();
    let place = lines.next()?.split(';').position(|name| name == column)?;
    lines.next_back()?.split(';').nth(place)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_the_statistics_counts() {
        let table = "StartTime;SuccessfulCall(P);SuccessfulCall(C)\nx;1;1\ny;2;3\n";
        assert_eq!(last_in_column(table, "SuccessfulCall(C)"), Some(3));
        assert_eq!(last_in_column(table, "FailedCall(C)"), None);
        assert_eq!(last_in_column("", "FailedCall(C)"), None);
    }
}
