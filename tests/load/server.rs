//! The servers under load: Cordboard's engine, and Kamailio as a yardstick.

use crate::{accounts::Accounts, usage};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::process::{Process, binary, until};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a server may take to get ready.
pub const READY_WITHIN: Duration = Duration::from_secs(15);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Cordboard,
    /// Cordboard with all sound through the office.
    CordboardRelaying,
    Kamailio,
}

/// A server at work. Dropping it ends it.
pub struct Server {
    pub kind: Kind,
    pub address: SocketAddr,
    /// From its start until it answered a first request.
    pub ready_after: Duration,
    process: Process,
}

impl Server {
    /// Starts a server whose data is in `folder`, and waits until it answers.
    pub fn start(kind: Kind, folder: &Path, accounts: &Accounts) -> Result<Server> {
        let address = free_address()?;
        let command = match kind {
            Kind::Cordboard => engine(folder, address, "auto")?,
            Kind::CordboardRelaying => engine(folder, address, "relay")?,
            Kind::Kamailio => kamailio(folder, address, accounts)?,
        };
        let begin = Instant::now();
        let mut process = Process::start(command, &folder.join("server.log"))?;
        let prober = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        prober.set_read_timeout(Some(Duration::from_millis(5)))?;
        let mut number = 0;
        let ready = until(READY_WITHIN, || {
            number += 1;
            // Nobody listens yet: then both fail at once.
            let asked = prober.send_to(options(&prober, number).as_bytes(), address);
            let answered = asked.and_then(|_| prober.recv(&mut [0; 2_048]));
            answered.is_ok() || !process.is_running()
        });
        ensure!(
            ready && process.is_running(),
            "{kind:?} did not get ready\n{}",
            process.log_tail()
        );
        Ok(Server {
            kind,
            address,
            ready_after: begin.elapsed(),
            process,
        })
    }

    pub fn cpu(&self) -> Result<Duration> {
        usage::cpu(self.process.id()).with_context(|| self.has_ended())
    }

    pub fn memory(&self) -> Result<u64> {
        // What was just handled may still be on its way to the disk.
        thread::sleep(Duration::from_secs(2));
        usage::memory(self.process.id()).with_context(|| self.has_ended())
    }

    fn has_ended(&self) -> String {
        format!("{:?} has ended\n{}", self.kind, self.process.log_tail())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Kamailio's main process ends its children only when asked politely.
        let asked = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        if asked.is_ok_and(|status| status.success()) {
            // The engine gives calls five seconds to end politely, and then says how punctual it was.
            until(Duration::from_secs(8), || !self.process.is_running());
        }
    }
}

/// Whether a program answers when asked for its version.
pub fn is_installed(program: &str) -> bool {
    let asked = Command::new(program)
        .arg("-v")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok()
}

fn engine(folder: &Path, address: SocketAddr, media: &str) -> Result<Command> {
    let mut command = Command::new(binary("cordboard-engine")?);
    command
        .args(["serve", "--api", "127.0.0.1:0", "--media", media])
        // At its end it says how punctual the sound was.
        .args(["--log", "info,host::media_thread=debug"])
        .arg("--data")
        .arg(folder)
        .args(["--sip", &address.to_string()]);
    Ok(command)
}

fn kamailio(folder: &Path, address: SocketAddr, accounts: &Accounts) -> Result<Command> {
    let tables = folder.join("tables");
    fs::create_dir_all(&tables)?;
    accounts.write_tables(&tables)?;
    let mut command = Command::new("kamailio");
    command
        .arg("-f")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/load/kamailio.cfg"))
        // In the foreground, with its messages to us and its files in our folder.
        .args(["-DD", "-E", "-m", "2048", "-Y"])
        .arg(folder)
        .arg("-w")
        .arg(folder)
        .args(["-l", &format!("udp:{address}")])
        .args(["-A", &format!("REALM=\"{}\"", accounts.realm)])
        .args(["-A", &format!("ACCOUNTS=\"text://{}\"", tables.display())]);
    Ok(command)
}

pub fn free_address() -> Result<SocketAddr> {
    Ok(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn options(prober: &UdpSocket, number: u32) -> String {
    let port = prober.local_addr().map_or(0, |address| address.port());
    format!(
        "OPTIONS sip:127.0.0.1 SIP/2.0\r\n\
         Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKready{number};rport\r\n\
         Max-Forwards: 70\r\n\
         From: <sip:ready@127.0.0.1>;tag=ready\r\n\
         To: <sip:127.0.0.1>\r\n\
         Call-ID: ready{number}\r\n\
         CSeq: 1 OPTIONS\r\n\
         Content-Length: 0\r\n\r\n"
    )
}
