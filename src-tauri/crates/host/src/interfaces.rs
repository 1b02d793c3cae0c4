//! The addresses of this machine, so that every flow knows its own end, and their changes.

use crate::limits::LOOK_AT_ADDRESSES;
use std::{
    collections::BTreeSet,
    io,
    net::{IpAddr, SocketAddr},
};

/// The machine's addresses: loopback, and those of its networks. Link-local IPv6 addresses need a
/// scope and are left out.
pub(crate) fn addresses() -> io::Result<BTreeSet<IpAddr>> {
    let usable = |ip: &IpAddr| match ip {
        IpAddr::V4(_) => true,
        IpAddr::V6(ip) => !ip.is_unicast_link_local(),
    };
    let interfaces = if_addrs::get_if_addrs()?;
    let ips = interfaces.iter().map(if_addrs::Interface::ip);
    Ok(ips.filter(usable).collect())
}

/// The concrete addresses to listen on for a configured one: itself, or every address of its
/// family when it is unspecified (0.0.0.0 or [::]). Those the network reaches come first.
pub(crate) fn expand(configured: SocketAddr, machine: &BTreeSet<IpAddr>) -> Vec<SocketAddr> {
    if !configured.ip().is_unspecified() {
        return vec![configured];
    }
    let of_family = machine
        .iter()
        .filter(|ip| ip.is_ipv4() == configured.is_ipv4());
    let (inside, outside): (Vec<IpAddr>, Vec<IpAddr>) = of_family.partition(|ip| ip.is_loopback());
    let ordered = outside.into_iter().chain(inside);
    ordered
        .map(|ip| SocketAddr::new(ip, configured.port()))
        .collect()
}

/// Calls `report` with the machine's addresses every few seconds.
pub(crate) async fn watch(report: impl Fn(BTreeSet<IpAddr>) + Clone + Send + 'static) {
    let mut rhythm = tokio::time::interval(LOOK_AT_ADDRESSES);
    rhythm.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        rhythm.tick().await;
        let report = report.clone();
        // Some systems take their time to list interfaces.
        let looked = tokio::task::spawn_blocking(move || match addresses() {
            Ok(addresses) => report(addresses),
            Err(why) => tracing::warn!(%why, "the addresses of this machine cannot be listed"),
        });
        let _ = looked.await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unspecified_address_stands_for_all_of_its_family_and_the_network_comes_first() {
        let machine = ["127.0.0.1", "10.0.0.7", "::1", "2001:db8::7"];
        let machine: BTreeSet<IpAddr> = machine.iter().map(|ip| ip.parse().unwrap()).collect();
        let expanded = |configured: &str| {
            let expanded = expand(configured.parse().unwrap(), &machine);
            expanded
                .iter()
                .map(SocketAddr::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(expanded("0.0.0.0:5060"), "10.0.0.7:5060 127.0.0.1:5060");
        assert_eq!(expanded("[::]:5060"), "[2001:db8::7]:5060 [::1]:5060");
        assert_eq!(expanded("10.9.9.9:5060"), "10.9.9.9:5060");
    }
}
