//! The addresses of this machine, so that every flow knows its own end.

use std::net::{IpAddr, SocketAddr};

/// The concrete addresses to bind for a configured one: itself, or every address of the machine of
/// that family when it is unspecified (0.0.0.0 or [::]). Link-local IPv6 addresses need a scope
/// and are left out.
pub(crate) fn expand(configured: SocketAddr) -> std::io::Result<Vec<SocketAddr>> {
    if !configured.ip().is_unspecified() {
        return Ok(vec![configured]);
    }
    let usable = |ip: &IpAddr| match ip {
        IpAddr::V4(_) => configured.is_ipv4(),
        IpAddr::V6(ip) => configured.is_ipv6() && !ip.is_unicast_link_local(),
    };
    let mut addresses: Vec<IpAddr> = if_addrs::get_if_addrs()?
        .iter()
        .map(if_addrs::Interface::ip)
        .filter(usable)
        .collect();
    addresses.sort();
    addresses.dedup();
    Ok(addresses
        .into_iter()
        .map(|ip| SocketAddr::new(ip, configured.port()))
        .collect())
}
