//! The addresses of this machine, so that every flow knows its own end, and their changes.

use crate::limits::LOOK_AT_ADDRESSES;
use std::{
    collections::BTreeSet,
    io,
    net::{IpAddr, SocketAddr, UdpSocket},
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

/// The addresses that packets of this machine to the world outside have, by its routes; a container
/// network or VPN has another that leads nowhere. Nothing is sent.
pub(crate) fn towards_the_world() -> Vec<IpAddr> {
    // Addresses for documentation (RFC 5737, RFC 3849): the way there is the way to anywhere.
    let ways = [("0.0.0.0:0", "192.0.2.1:9"), ("[::]:0", "[2001:db8::1]:9")];
    let own = ways.into_iter().filter_map(|(any, world)| {
        let socket = UdpSocket::bind(any).ok()?;
        socket.connect(world).ok()?;
        Some(socket.local_addr().ok()?.ip())
    });
    own.collect()
}

/// The concrete addresses to listen on for a configured one: itself, or every address of its
/// family when it is unspecified (0.0.0.0 or [::]). The one `towards` the world comes first, since
/// requests of our own go out there; then those the network reaches.
pub(crate) fn expand(
    configured: SocketAddr,
    machine: &BTreeSet<IpAddr>,
    towards: &[IpAddr],
) -> Vec<SocketAddr> {
    if !configured.ip().is_unspecified() {
        return vec![configured];
    }
    let of_family = machine
        .iter()
        .filter(|ip| ip.is_ipv4() == configured.is_ipv4());
    let (inside, outside): (Vec<IpAddr>, Vec<IpAddr>) = of_family.partition(|ip| ip.is_loopback());
    let (first, others): (Vec<IpAddr>, Vec<IpAddr>) =
        outside.into_iter().partition(|ip| towards.contains(ip));
    let ordered = first.into_iter().chain(others).chain(inside);
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
    fn an_unspecified_address_stands_for_all_of_its_family_and_the_way_to_the_world_comes_first() {
        let machine = ["127.0.0.1", "10.0.0.7", "192.168.1.7", "::1", "2001:db8::7"];
        let towards = ["192.168.1.7".parse().unwrap()];
        let machine: BTreeSet<IpAddr> = machine.iter().map(|ip| ip.parse().unwrap()).collect();
        let expanded = |configured: &str| {
            let expanded = expand(configured.parse().unwrap(), &machine, &towards);
            expanded
                .iter()
                .map(SocketAddr::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            expanded("0.0.0.0:5060"),
            "192.168.1.7:5060 10.0.0.7:5060 127.0.0.1:5060"
        );
        assert_eq!(expanded("[::]:5060"), "[2001:db8::7]:5060 [::1]:5060");
        assert_eq!(expanded("10.9.9.9:5060"), "10.9.9.9:5060");
    }
}
