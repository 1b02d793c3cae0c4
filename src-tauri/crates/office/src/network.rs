//! A network of computers: where a line's calls may come from, who may reach a domain.

use crate::limits::{NETWORK_V4_MIN_BITS, NETWORK_V6_MIN_BITS};
use crate::text_value::text_value;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// `192.0.2.0/24`, `2001:db8::/32`, or a single address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(String);

text_value!(Network, BadNetwork);

impl Network {
    /// Reads a network as people write it. Bits behind the prefix are cut off.
    ///
    /// # Errors
    /// The text is no address, or its prefix is longer than the address.
    pub fn parse(text: &str) -> Result<Self, BadNetwork> {
        let text = text.trim();
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self(address.to_canonical().to_string()));
        }
        let net: ipnet::IpNet = text.parse().map_err(|_| BadNetwork)?;
        Ok(Self(net.trunc().to_string()))
    }

    /// Whether an address lies in it. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) counts as
    /// IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        match self.0.parse::<ipnet::IpNet>() {
            Ok(net) => net.contains(&address),
            Err(_) => self.0.parse() == Ok(address),
        }
    }

    /// Whether it is so large that it says nothing about who is in it.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        match self.0.parse::<ipnet::IpNet>() {
            Ok(ipnet::IpNet::V4(net)) => net.prefix_len() < NETWORK_V4_MIN_BITS,
            Ok(ipnet::IpNet::V6(net)) => net.prefix_len() < NETWORK_V6_MIN_BITS,
            Err(_) => false,
        }
    }
}

/// The text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a network is written like 192.0.2.0/24 or 2001:db8::/32, or is a single address")]
pub struct BadNetwork;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let cases = [
            ("192.0.2.7/24", "192.0.2.200", true),
            ("192.0.2.0/24", "192.0.3.1", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("0.0.0.0/0", "::1", false),
        ];
        for (network, address, inside) in cases {
            let network = Network::parse(network).unwrap();
            assert_eq!(
                network.contains(address.parse().unwrap()),
                inside,
                "{network} {address}"
            );
        }
        for (network, wide) in [
            ("0.0.0.0/0", true),
            ("10.0.0.0/8", false),
            ("::/0", true),
            ("192.0.2.1", false),
        ] {
            assert_eq!(
                Network::parse(network).unwrap().is_wide(),
                wide,
                "{network}"
            );
        }
        for wrong in ["", "192.0.2.0/33", "example.com", "1.2.3/8"] {
            assert_eq!(Network::parse(wrong), Err(BadNetwork), "{wrong:?}");
        }
    }
}
