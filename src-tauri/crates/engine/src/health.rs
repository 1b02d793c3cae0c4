//! Is everything as it should be: what the engine can find out about itself and its computer,
//! cheaply and without rights of its own. What the system does not tell is `unknown`, never `ok`.

mod audit_log;
mod certificate;
mod clock;
pub(crate) mod disk;
mod emergency;
mod firewall;
mod lan;
mod network;
mod office;
mod ports;
mod prices;
mod sleep;
mod sound;
mod spend_cap;

pub(crate) use audit_log::AuditLog;
pub(crate) use ports::Moved;
pub(crate) use sound::Sound;

use crate::{certificates::CertificateEnd, disk_watch::DiskWatch};
use api::{Check, CheckId, CheckState, Desk};
use chrono::Utc;
use sip_transport::Transport;
use std::{
    net::Ipv4Addr,
    ops::RangeInclusive,
    path::PathBuf,
    sync::{Arc, Weak},
    time::Instant,
};

/// What the checks look at.
pub(crate) struct Health {
    /// The desk that asks for the checks.
    pub(crate) desk: Weak<Desk>,
    /// The data folder.
    pub(crate) data: PathBuf,
    pub(crate) disk: Arc<DiskWatch>,
    /// The port phones look for, where another had to be taken.
    pub(crate) moved: Option<Moved>,
    pub(crate) media_ports: RangeInclusive<u16>,
    pub(crate) certificate: Arc<CertificateEnd>,
    pub(crate) sound: Sound,
    pub(crate) audit: AuditLog,
}

impl Health {
    /// All checks, in the order in which they are shown.
    pub(crate) fn check_all(&self) -> Vec<Check> {
        // Whoever asks has it; without it the engine is stopping.
        let Some(desk) = self.desk.upgrade() else {
            return Vec::new();
        };
        let (office, board, listeners) = (desk.office(), desk.board(), desk.listeners());
        vec![
            ports::sip(listeners, self.moved.as_ref()),
            network::check(listeners),
            firewall::check(listeners, &self.media_ports, &board),
            clock::check(),
            disk::check(&self.disk.found()),
            sleep::check(),
            certificate::check(self.certificate.unix_ms(), Utc::now()),
            office::backup(&self.data),
            office::phones(&office, &board),
            emergency::check(&office),
            prices::check(&office),
            spend_cap::check(&office),
            self.audit.check(Instant::now()),
            ports::media(&self.media_ports, board.calls.len()),
            self.sound.check(Instant::now()),
            lan::check(office.settings().lan, &desk.lan(), |port| {
                host::holder_of(Transport::Tcp, (Ipv4Addr::UNSPECIFIED, port).into())
            }),
        ]
    }
}

fn ok(id: CheckId) -> Check {
    Check::new(id, CheckState::Ok, "ok")
}

fn unknown(id: CheckId) -> Check {
    Check::new(id, CheckState::Unknown, "unknown")
}

fn warning(id: CheckId, finding: &str) -> Check {
    Check::new(id, CheckState::Warning, finding)
}

fn problem(id: CheckId, finding: &str) -> Check {
    Check::new(id, CheckState::Problem, finding)
}

/// What a program of the system prints; `None` if it is not there or takes too long.
#[cfg(target_os = "linux")]
fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    use std::process::{Command, Stdio};
    // `timeout` of coreutils: a service manager that hangs must not hold up the checks.
    let output = Command::new("timeout")
        .arg("2")
        .arg(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8(output.stdout).ok()
}
