//! Which phones are known: a login that comes from a new kind of phone or from another network may
//! not call abroad before somebody has looked. A stolen password alone is worth nothing.

use super::FromPhone;
use office::DeviceId;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The marks of the phones that were met.
#[derive(Debug, Default)]
pub(crate) struct Phones {
    met: BTreeMap<DeviceId, BTreeMap<String, bool>>,
}

impl Phones {
    /// What an earlier run met, or what somebody has cleared meanwhile.
    pub(crate) fn remember(&mut self, known: Vec<(DeviceId, String, bool)>) {
        self.met.clear();
        for (device, mark, cleared) in known {
            self.met.entry(device).or_default().insert(mark, cleared);
        }
    }

    /// A phone registers. Its mark if it is new.
    pub(crate) fn met(&mut self, phone: &FromPhone<'_>) -> Option<String> {
        let marks = self.met.entry(phone.device).or_default();
        let mark = mark(phone);
        if marks.contains_key(&mark) || marks.len() >= crate::limits::MAX_MARKS_PER_DEVICE {
            return None;
        }
        marks.insert(mark.clone(), false);
        Some(mark)
    }

    /// Whether somebody has said of this phone that it is one of the office's. A call that does not
    /// say what kind of phone it comes from counts by its network.
    pub(crate) fn is_cleared(&self, phone: &FromPhone<'_>) -> bool {
        let Some(marks) = self.met.get(&phone.device) else {
            return false;
        };
        let at = format!("@{}", network(phone.address));
        match phone.agent {
            Some(_) => marks.get(&mark(phone)).is_some_and(|cleared| *cleared),
            None => marks
                .iter()
                .any(|(mark, cleared)| *cleared && mark.ends_with(&at)),
        }
    }
}

/// As much of what a phone says it is as tells it from others; its mark is kept with its network.
const LONGEST_NAME: usize = 39;

/// What tells a phone and the network it is in from others. A new version of its software is not
/// another phone.
fn mark(phone: &FromPhone<'_>) -> String {
    let words = phone.agent.unwrap_or_default().split_whitespace();
    let names = words.map(|word| word.split('/').next().unwrap_or_default());
    let names = names.filter(|name| name.chars().any(char::is_alphabetic) && !name.contains('.'));
    let name: Vec<&str> = names.collect();
    let name: String = name.join(" ").chars().take(LONGEST_NAME).collect();
    format!("{name}@{}", network(phone.address))
}

/// The network an address is in, as far as addresses tell.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone<'a>(agent: Option<&'a str>, address: &str) -> FromPhone<'a> {
        FromPhone {
            device: DeviceId(7),
            address: address.parse().unwrap(),
            agent,
        }
    }

    #[test]
    fn a_new_version_is_no_new_phone_but_another_network_is() {
        let mut phones = Phones::default();
        let desk = phone(Some("Yealink SIP-T46U 108.86.0.45"), "192.0.2.20");
        let mark = phones.met(&desk).unwrap();
        assert!(!phones.is_cleared(&desk));
        phones.remember(vec![(DeviceId(7), mark, true)]);
        assert!(phones.is_cleared(&desk));
        assert!(phones.is_cleared(&phone(Some("Yealink SIP-T46U 108.87.1.2"), "192.0.2.99")));
        assert!(phones.is_cleared(&phone(None, "192.0.2.20")));
        for thief in [
            phone(Some("Yealink SIP-T46U 108.86.0.45"), "198.51.100.9"),
            phone(Some("friendly-scanner"), "192.0.2.20"),
            phone(None, "198.51.100.9"),
        ] {
            assert!(!phones.is_cleared(&thief), "{thief:?}");
        }
        assert_eq!(phones.met(&desk), None);
    }
}
