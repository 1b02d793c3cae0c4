//! Which program holds a port, so that "address in use" names the culprit (promise F28).

use sip_transport::Transport;
use std::{fmt, net::SocketAddr};

/// A program that holds a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortHolder {
    /// Its name.
    pub program: String,
    /// Its process number.
    pub process: u32,
}

impl fmt::Display for PortHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.program, self.process)
    }
}

/// The program that holds the port of `address`, where the system tells; it does not tell one user
/// about the programs of another.
#[cfg(target_os = "linux")]
pub fn holder_of(transport: Transport, address: SocketAddr) -> Option<PortHolder> {
    let sockets = match transport {
        Transport::Udp => ["/proc/net/udp", "/proc/net/udp6"],
        _ => ["/proc/net/tcp", "/proc/net/tcp6"],
    };
    let inodes: Vec<String> = sockets
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .flat_map(|table| inodes_at(&table, address.port(), transport != Transport::Udp))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    if inodes.is_empty() {
        return None;
    }
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    let numbered = processes.filter_map(|p| p.file_name().to_str()?.parse::<u32>().ok());
    numbered.into_iter().find_map(|process| {
        let files = std::fs::read_dir(format!("/proc/{process}/fd")).ok()?;
        let holds = files
            .flatten()
            .filter_map(|file| std::fs::read_link(file.path()).ok())
            .any(|target| {
                inodes
                    .iter()
                    .any(|inode| target.as_os_str() == inode.as_str())
            });
        let name =
            holds.then(|| std::fs::read_to_string(format!("/proc/{process}/comm")).ok())??;
        Some(PortHolder {
            program: name.trim().to_owned(),
            process,
        })
    })
}

/// The program that holds the port of `address`; this system does not tell.
#[cfg(not(target_os = "linux"))]
pub fn holder_of(_transport: Transport, _address: SocketAddr) -> Option<PortHolder> {
    None
}

/// The socket numbers in one of the kernel's tables that are bound to a port; of streams only those
/// that listen.
#[cfg(target_os = "linux")]
fn inodes_at(table: &str, port: u16, listening: bool) -> Vec<u64> {
    let inode = |line: &str| {
        let mut columns = line.split_whitespace().skip(1);
        let (local, _remote, state) = (columns.next()?, columns.next()?, columns.next()?);
        let (_, local_port) = local.rsplit_once(':')?;
        let is_it = u16::from_str_radix(local_port, 16).ok()? == port;
        let in_state = !listening || state == "0A";
        (is_it && in_state).then(|| columns.nth(5)?.parse().ok())?
    };
    table.lines().skip(1).filter_map(inode).collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_table_is_read_by_port_and_state() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
             0: 0100007F:13C4 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0\n\
             1: 0100007F:13C4 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0\n\
             2: 0100007F:13C5 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0\n";
        assert_eq!(inodes_at(table, 5060, true), [4711]);
        assert_eq!(inodes_at(table, 5060, false), [4711, 4712]);
        assert_eq!(inodes_at(table, 5062, false), [0u64; 0]);
    }
}
