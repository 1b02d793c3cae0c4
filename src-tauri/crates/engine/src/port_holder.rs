//! Which program holds a port, so that the one in the way can be named.

/// The program that holds a port, as in `asterisk (process 812)`; `None` where the system does not
/// tell.
#[cfg(target_os = "linux")]
pub(crate) fn find(udp: bool, port: u16) -> Option<String> {
    let tables = if udp {
        ["udp", "udp6"]
    } else {
        ["tcp", "tcp6"]
    };
    let sockets: Vec<String> = tables
        .iter()
        .filter_map(|table| std::fs::read_to_string(format!("/proc/net/{table}")).ok())
        .flat_map(|table| sockets(&table, udp, port))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    processes
        .filter_map(|process| process.file_name().to_str()?.parse().ok())
        .find(|pid| holds(*pid, &sockets))
        .map(|pid| {
            let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            format!("{} (process {pid})", name.trim())
        })
}

/// Only Linux tells without administrator rights and without another program's help.
#[cfg(not(target_os = "linux"))]
pub(crate) fn find(_udp: bool, _port: u16) -> Option<String> {
    None
}

/// The inodes of the sockets on a port, from a table of `/proc/net` (proc_net(5)).
#[cfg(target_os = "linux")]
fn sockets(table: &str, udp: bool, port: u16) -> Vec<String> {
    const LISTEN: &str = "0A";
    let port = format!(":{port:04X}");
    let inode = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (local, state) = (fields.get(1)?, fields.get(3)?);
        let inode = fields.get(9)?;
        (local.ends_with(&port) && (udp || *state == LISTEN)).then(|| (*inode).to_owned())
    };
    table.lines().filter_map(inode).collect()
}

/// Whether a process has one of the sockets open. Other users' processes do not tell.
#[cfg(target_os = "linux")]
fn holds(pid: u32, sockets: &[String]) -> bool {
    let Ok(files) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    files
        .flatten()
        .filter_map(|file| std::fs::read_link(file.path()).ok())
        .any(|link| {
            sockets
                .iter()
                .any(|socket| link.as_os_str() == socket.as_str())
        })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::net::{TcpListener, UdpSocket};

    #[test]
    fn the_program_that_holds_a_port_is_named() {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let us = format!("(process {})", std::process::id());
        let held = |udp, port| find(udp, port).unwrap_or_default();
        assert!(held(true, udp.local_addr().unwrap().port()).ends_with(&us));
        assert!(held(false, tcp.local_addr().unwrap().port()).ends_with(&us));
    }
}
