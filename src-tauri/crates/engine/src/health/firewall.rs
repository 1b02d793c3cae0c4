//! Whether a firewall may keep phones out, as far as that can be read without being root.

use super::{ok, unknown, warning};
use api::{Check, CheckId, SipListener};
use std::{collections::BTreeSet, net::SocketAddr, ops::RangeInclusive};
use switch::Board;

pub(super) fn check(
    listeners: &[SipListener],
    media: &RangeInclusive<u16>,
    board: &Board,
) -> Check {
    let id = CheckId::Firewall;
    let Some(program) = running() else {
        return unknown(id);
    };
    let Some(program) = program else {
        return ok(id);
    };
    // The proof of the pudding: phones of the network are registered.
    let from_network = |address: &str| {
        let address = address.parse::<SocketAddr>();
        address.is_ok_and(|address| !address.ip().is_loopback())
    };
    if board
        .devices
        .values()
        .any(|phone| from_network(&phone.address))
    {
        return ok(id).with("program", program);
    }
    warning(id, "mayBlock")
        .with("program", program)
        .with("ports", ports(listeners, media))
}

/// What to allow, as firewalls write it: `5060/udp`.
fn ports(listeners: &[SipListener], media: &RangeInclusive<u16>) -> Vec<String> {
    let sip: BTreeSet<(u16, &str)> = listeners
        .iter()
        .map(|at| {
            let protocol = if at.transport == "udp" { "udp" } else { "tcp" };
            (at.address.port(), protocol)
        })
        .collect();
    let sip = sip
        .iter()
        .map(|(port, protocol)| format!("{port}/{protocol}"));
    let sound = format!("{}-{}/udp", media.start(), media.end());
    sip.chain([sound]).collect()
}

/// The firewall that is on, if one is; nothing where the system does not tell.
#[cfg(target_os = "linux")]
fn running() -> Option<Option<&'static str>> {
    let ufw = std::fs::read_to_string("/etc/ufw/ufw.conf");
    if ufw.is_ok_and(|conf| conf.lines().any(|line| line.trim() == "ENABLED=yes")) {
        return Some(Some("ufw"));
    }
    let services = ["firewalld", "nftables"];
    let states = super::output_of("systemctl", &["is-active", "firewalld", "nftables"])?;
    if states.is_empty() {
        return None;
    }
    let mut active = services.into_iter().zip(states.lines());
    Some(
        active
            .find(|(_, state)| *state == "active")
            .map(|(name, _)| name),
    )
}

#[cfg(not(target_os = "linux"))]
fn running() -> Option<Option<&'static str>> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ports_to_allow_are_named_once_each() {
        let listener = |transport: &str, address: &str| SipListener {
            transport: transport.to_owned(),
            address: address.parse().unwrap(),
        };
        let listeners = [
            listener("udp", "192.0.2.7:5060"),
            listener("udp", "127.0.0.1:5060"),
            listener("tcp", "192.0.2.7:5060"),
            listener("tls", "192.0.2.7:5061"),
        ];
        assert_eq!(
            ports(&listeners, &(10_000..=19_999)),
            ["5060/tcp", "5060/udp", "5061/tcp", "10000-19999/udp"]
        );
    }
}
