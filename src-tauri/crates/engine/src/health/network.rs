//! Whether this computer has a network that phones can reach.

use super::{ok, problem};
use api::{Check, CheckId, SipListener};
use std::collections::BTreeSet;

/// By the addresses on which the engine takes SIP.
pub(super) fn check(listeners: &[SipListener]) -> Check {
    let id = CheckId::Network;
    let addresses = listeners.iter().map(|at| at.address.ip());
    let network: BTreeSet<String> = addresses
        .filter(|ip| !ip.is_loopback())
        .map(|ip| ip.to_string())
        .collect();
    if network.is_empty() {
        problem(id, "noNetwork")
    } else {
        ok(id).with("addresses", Vec::from_iter(network))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computer_that_only_hears_itself_has_no_network() {
        let listener = |address: &str| SipListener {
            transport: "udp".to_owned(),
            address: address.parse().unwrap(),
        };
        let alone = [listener("127.0.0.1:5060"), listener("[::1]:5060")];
        assert_eq!(check(&alone).finding, "noNetwork");
        let two = [listener("127.0.0.1:5060"), listener("192.0.2.7:5060")];
        let addresses = vec!["192.0.2.7".to_owned()];
        assert_eq!(check(&two).facts["addresses"], addresses.into());
    }
}
