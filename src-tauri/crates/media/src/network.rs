//! A block of addresses such as a carrier publishes for its media servers.

use std::net::IpAddr;

/// An IP network, `address/prefix`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The prefix has more bits than the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a prefix of {prefix} bits is longer than the address {address}")]
pub struct PrefixTooLong {
    /// The address.
    pub address: IpAddr,
    /// The prefix length asked for.
    pub prefix: u8,
}

impl Network {
    /// The network of all addresses that share the first `prefix` bits of `address`.
    ///
    /// # Errors
    /// [`PrefixTooLong`] above 32 (IPv4) or 128 (IPv6) bits.
    pub fn new(address: IpAddr, prefix: u8) -> Result<Self, PrefixTooLong> {
        let bits = if address.is_ipv4() { 32 } else { 128 };
        if prefix > bits {
            return Err(PrefixTooLong { address, prefix });
        }
        Ok(Self { address, prefix })
    }

    /// Whether `host` lies in this network. An IPv4 network holds no IPv6 address.
    #[must_use]
    pub fn contains(&self, host: IpAddr) -> bool {
        match (self.address, host) {
            (IpAddr::V4(mine), IpAddr::V4(host)) => {
                let differing = u32::from(mine) ^ u32::from(host);
                differing
                    .checked_shr(32 - u32::from(self.prefix))
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(mine), IpAddr::V6(host)) => {
                let differing = u128::from(mine) ^ u128::from(host);
                differing
                    .checked_shr(128 - u32::from(self.prefix))
                    .unwrap_or(0)
                    == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_exactly_the_addresses_with_its_prefix() {
        let table = [
            ("203.0.113.0", 24, "203.0.113.255", true),
            ("203.0.113.0", 24, "203.0.114.0", false),
            ("203.0.113.7", 32, "203.0.113.7", true),
            ("203.0.113.7", 32, "203.0.113.6", false),
            ("203.0.113.7", 0, "8.8.8.8", true),
            ("203.0.113.7", 0, "::1", false),
            ("2001:db8::", 32, "2001:db8:ffff::1", true),
            ("2001:db8::", 32, "2001:db9::1", false),
            ("2001:db8::1", 128, "2001:db8::1", true),
        ];
        for (address, prefix, host, inside) in table {
            let network = Network::new(address.parse().unwrap(), prefix).unwrap();
            assert_eq!(
                network.contains(host.parse().unwrap()),
                inside,
                "{host} in {address}/{prefix}"
            );
        }
    }

    #[test]
    fn a_prefix_longer_than_the_address_is_refused() {
        assert!(Network::new("203.0.113.0".parse().unwrap(), 33).is_err());
        assert!(Network::new("2001:db8::".parse().unwrap(), 129).is_err());
    }
}
