//! A network: an address and how many of its leading bits count.

use std::{net::IpAddr, str::FromStr};

/// `192.0.2.0/24`, `2001:db8::/32` or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    addr: IpAddr,
    bits: u8,
}

/// The text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a network is written like 192.0.2.0/24 or 2001:db8::/32")]
pub struct NotANetwork;

impl Network {
    /// A network; `None` when the address has fewer bits.
    pub fn new(addr: IpAddr, bits: u8) -> Option<Network> {
        (bits <= width(addr)).then_some(Network { addr, bits })
    }

    /// Whether the address lies in it. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) counts
    /// as IPv4.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.addr.to_canonical(), ip.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                leading(u128::from(a.to_bits() ^ b.to_bits()) << 96, self.bits)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => leading(a.to_bits() ^ b.to_bits(), self.bits),
            _ => false,
        }
    }
}

impl From<IpAddr> for Network {
    fn from(addr: IpAddr) -> Network {
        Network {
            addr,
            bits: width(addr),
        }
    }
}

impl FromStr for Network {
    type Err = NotANetwork;
    fn from_str(text: &str) -> Result<Network, NotANetwork> {
        let (addr, bits) = match text.split_once('/') {
            Some((addr, bits)) => (addr, Some(bits.parse().map_err(|_| NotANetwork)?)),
            None => (text, None),
        };
        let addr: IpAddr = addr.parse().map_err(|_| NotANetwork)?;
        Network::new(addr, bits.unwrap_or(width(addr))).ok_or(NotANetwork)
    }
}

fn width(addr: IpAddr) -> u8 {
    if addr.is_ipv4() { 32 } else { 128 }
}

/// Whether the first `bits` bits of a difference are all zero.
fn leading(difference: u128, bits: u8) -> bool {
    difference.leading_zeros() >= u32::from(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_a_network() {
        for (network, ip, inside) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.0/24", "::ffff:192.0.2.7", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.6", false),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
        ] {
            let network: Network = network.parse().unwrap();
            assert_eq!(
                network.contains(ip.parse().unwrap()),
                inside,
                "{network:?} {ip}"
            );
        }
        for bad in ["192.0.2.0/33", "192.0.2/24", "x", "", "192.0.2.0/"] {
            assert_eq!(bad.parse::<Network>(), Err(NotANetwork), "{bad}");
        }
    }
}
