//! One SIPp run: a scenario, a table of accounts, a rate.

use anyhow::{Context, Result};
use cordboard_tests::interop::process::Process;
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// SIPp ends by itself at its own limit; this is for when it does not.
const GRACE: Duration = Duration::from_secs(10);

pub struct Sipp {
    command: Command,
    limit: Duration,
    folder: PathBuf,
    name: &'static str,
}

pub struct Outcome {
    pub successful: u64,
    pub failed: u64,
    pub took: Duration,
}

impl Sipp {
    /// A scenario of this folder, from `port` of 127.0.0.1, `times` over; what it writes goes to `folder`.
    pub fn new(name: &'static str, folder: &Path, port: u16, times: u32, limit: Duration) -> Sipp {
        let scenario = format!("{}/load/scenarios/{name}.xml", env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new("sipp");
        command
            .current_dir(folder)
            .args(["-sf", &scenario, "-i", "127.0.0.1", "-nostdin"])
            .args(["-p", &port.to_string(), "-m", &times.to_string()])
            // Its own [local_port] is 0 in the first call from an address of a table.
            .args(["-key", "port", &port.to_string()])
            .args(["-buff_size", "4000000", "-max_socket", "10000"])
            .args([
                "-timeout",
                &format!("{}s", limit.as_secs()),
                "-timeout_error",
            ])
            .args(["-trace_stat", "-fd", "1", "-stf", &format!("{name}.csv")])
            .args(["-trace_err", "-error_file", &format!("{name}.errors")]);
        Sipp {
            command,
            limit,
            folder: folder.to_owned(),
            name,
        }
    }

    /// Calls a server, at so many a second, with the accounts of a table in turn.
    pub fn calling(mut self, server: SocketAddr, rate: u32, accounts: &Path) -> Sipp {
        self.command
            .arg(server.to_string())
            .args(["-r", &rate.to_string(), "-inf"])
            .arg(accounts);
        self
    }

    /// Each account from the address that the table gives it, as phones are.
    pub fn own_addresses(self) -> Sipp {
        self.with(&["-t", "ui", "-ip_field", "2"])
    }

    /// Those who are called speak one codec.
    pub fn speaking(self, number: &str, codec: &str) -> Sipp {
        self.with(&["-key", "codec_number", number, "-key", "codec", codec])
    }

    pub fn with(mut self, options: &[&str]) -> Sipp {
        self.command.args(options);
        self
    }

    pub fn start(self) -> Result<Running> {
        let log = self.folder.join(format!("{}.log", self.name));
        Ok(Running {
            process: Process::start(self.command, &log)?,
            limit: self.limit,
            begin: Instant::now(),
            folder: self.folder,
            name: self.name,
        })
    }

    pub fn run(self) -> Result<Outcome> {
        self.start()?.wait()
    }
}

/// A SIPp at work. Dropping it ends it.
pub struct Running {
    process: Process,
    limit: Duration,
    begin: Instant,
    folder: PathBuf,
    name: &'static str,
}

impl Running {
    /// Waits until it has done its calls or its time is over.
    pub fn wait(mut self) -> Result<Outcome> {
        self.process.wait(self.limit + GRACE)?;
        let took = self.begin.elapsed();
        let read = |end: &str| {
            let path = self.folder.join(format!("{}.{end}", self.name));
            fs::read_to_string(path).unwrap_or_default()
        };
        let table = read("csv");
        let count = |column| last_in_column(&table, column);
        let told = || {
            let errors = read("errors");
            let first: Vec<&str> = errors.lines().take(20).collect();
            format!("{}\n{}", first.join("\n"), self.process.log_tail())
        };
        let outcome = Outcome {
            successful: count("SuccessfulCall(C)").with_context(told)?,
            failed: count("FailedCall(C)").with_context(told)?,
            took,
        };
        if outcome.failed > 0 {
            eprintln!("{}: {} failed\n{}", self.name, outcome.failed, told());
        }
        Ok(outcome)
    }
}

/// A port that nobody has right now on any address SIPp will use it on.
pub fn free_port() -> Result<u16> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    Ok(socket.local_addr()?.port())
}

fn last_in_column(table: &str, column: &str) -> Option<u64> {
    let mut lines = table.lines();
    let place = lines.next()?.split(';').position(|name| name == column)?;
    lines.next_back()?.split(';').nth(place)?.parse().ok()
}
