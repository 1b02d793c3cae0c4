//! Limits what addresses that have proved nothing may send, one by one and all together.

use super::{Dropped, bucket::Bucket, priority::header};
use crate::{
    limits::{
        MAX_STRANGERS, SCANNER_SILENCE, STRANGER_BURST, STRANGER_RATE, STRANGERS_BURST,
        STRANGERS_RATE,
    },
    recent::Recent,
};
use std::{net::IpAddr, time::Instant};

/// What the scanners of the day call themselves, in lower case.
const SCANNERS: [&[u8]; 12] = [
    b"friendly-scanner",
    b"friendly-request",
    b"sipvicious",
    b"sipcli",
    b"sip-scan",
    b"sipscan",
    b"sundayddr",
    b"iwar",
    b"vaxsipuseragent",
    b"pplsip",
    b"smap",
    b"sipptk",
];

#[derive(Debug)]
pub(crate) struct Strangers {
    sources: Recent<IpAddr, Stranger>,
    all: Bucket,
}

#[derive(Debug)]
struct Stranger {
    bucket: Bucket,
    /// When something that calls itself a scanner last wrote from here.
    scanned_at: Option<Instant>,
}

impl Strangers {
    pub(crate) fn new(now: Instant) -> Strangers {
        Strangers {
            sources: Recent::new(MAX_STRANGERS),
            all: Bucket::new(STRANGERS_RATE, STRANGERS_BURST, now),
        }
    }

    /// Why the message is to be dropped, if it is.
    pub(crate) fn admit(&mut self, now: Instant, source: IpAddr, bytes: &[u8]) -> Option<Dropped> {
        let fresh = || Stranger {
            bucket: Bucket::new(STRANGER_RATE, STRANGER_BURST, now),
            scanned_at: None,
        };
        let stranger = self.sources.touch(network_of(source), fresh, drop);
        if !stranger.bucket.take(now) {
            return Some(Dropped::SourceTooFast);
        }
        if is_scanner(bytes) {
            // Only what looks like a scanner is left in silence, not the address: it may be forged.
            let last = stranger.scanned_at.replace(now);
            if last.is_some_and(|at| now.saturating_duration_since(at) < SCANNER_SILENCE) {
                return Some(Dropped::Scanner);
            }
        }
        (!self.all.take(now)).then_some(Dropped::StrangersTooFast)
    }

    /// Forgets how much a source has sent and whether it scanned.
    pub(crate) fn forgive(&mut self, source: IpAddr) {
        self.sources.remove(&network_of(source));
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.sources.len()
    }
}

/// One IPv6 subscriber has 2^64 addresses: they count as one source.
fn network_of(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::from((v6.to_bits() & !u128::from(u64::MAX)).to_be_bytes()),
        v4 => v4,
    }
}

fn is_scanner(bytes: &[u8]) -> bool {
    let names = |value: &[u8]| {
        let value = value.to_ascii_lowercase();
        SCANNERS
            .iter()
            .any(|name| value.windows(name.len()).any(|w| w == *name))
    };
    header(bytes, b"user-agent", b"").is_some_and(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const SCAN: &[u8] = b"OPTIONS sip:100@x SIP/2.0\r\nUser-Agent: friendly-scanner\r\n\r\n";
    const PHONE: &[u8] = b"REGISTER sip:x SIP/2.0\r\nUser-Agent: Snom\r\n\r\n";

    #[test]
    fn a_scanner_gets_one_answer_then_silence_and_its_neighbour_is_heard() {
        let now = Instant::now();
        let mut strangers = Strangers::new(now);
        let ip = IpAddr::from([192, 0, 2, 1]);
        assert_eq!(strangers.admit(now, ip, SCAN), None);
        assert_eq!(strangers.admit(now, ip, SCAN), Some(Dropped::Scanner));
        assert_eq!(strangers.admit(now, ip, PHONE), None);
        let later = now + SCANNER_SILENCE + Duration::from_secs(1);
        assert_eq!(strangers.admit(later, ip, SCAN), None);
    }

    #[test]
    fn all_addresses_of_one_ipv6_subscriber_are_one_source() {
        let now = Instant::now();
        let mut strangers = Strangers::new(now);
        let admitted = (0..1_000u32)
            .filter(|n| {
                let ip: IpAddr = format!("2001:db8::{n:x}").parse().unwrap();
                strangers.admit(now, ip, PHONE).is_none()
            })
            .count();
        assert_eq!(admitted, STRANGER_BURST as usize);
    }
}
