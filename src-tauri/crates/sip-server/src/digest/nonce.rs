//! Nonces that need no memory: each says when and for whom it was made, and a MAC proves it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac, digest::KeyInit};
use sha2::Sha256;
use std::{
    net::IpAddr,
    time::{Duration, Instant},
};
use subtle::ConstantTimeEq;

/// Time and number, then the MAC, in bytes: 32 characters in all. A challenge should be no larger
/// than the request it answers, or forged requests could make us flood a third party.
const PLAIN: usize = 12;
const PROOF: usize = 12;

/// Makes and checks nonces. Time is monotonic and counted from `epoch`, so no wall-clock jump makes
/// a nonce invalid.
#[derive(Debug)]
pub(crate) struct Nonces {
    key: Hmac<Sha256>,
    epoch: Instant,
    lifetime: Duration,
    made: u64,
}

/// Which nonce it is: when it was made, in seconds since the epoch, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NonceId {
    pub(crate) made_at: u32,
    pub(crate) number: u64,
}

impl Nonces {
    pub(crate) fn new(key: Hmac<Sha256>, epoch: Instant, lifetime: Duration) -> Nonces {
        Nonces {
            key,
            epoch,
            lifetime,
            made: 0,
        }
    }

    /// A fresh nonce for an address: letters, digits, `-` and `_`.
    pub(crate) fn make(&mut self, now: Instant, source: IpAddr) -> String {
        self.made += 1;
        let id = NonceId {
            made_at: self.seconds(now),
            number: self.made,
        };
        let plain = id.plain();
        URL_SAFE_NO_PAD.encode([plain, self.proof(&plain, source)].concat())
    }

    /// The nonce's identity, when we made it for this address and it has not lapsed.
    pub(crate) fn check(&self, now: Instant, nonce: &[u8], source: IpAddr) -> Option<NonceId> {
        let mut bytes = [0; PLAIN + PROOF];
        let length = URL_SAFE_NO_PAD.decode_slice(nonce, &mut bytes).ok()?;
        let (plain, proof) = bytes.get(..length)?.split_first_chunk::<PLAIN>()?;
        let genuine: bool = self.proof(plain, source).ct_eq(proof).into();
        let id = NonceId::from_plain(plain)?;
        let age = self.seconds(now).checked_sub(id.made_at)?;
        (genuine && u64::from(age) <= self.lifetime.as_secs()).then_some(id)
    }

    fn seconds(&self, now: Instant) -> u32 {
        let since = now.saturating_duration_since(self.epoch).as_secs();
        u32::try_from(since).unwrap_or(u32::MAX)
    }

    fn proof(&self, plain: &[u8], source: IpAddr) -> [u8; PROOF] {
        let mut mac = self.key.clone();
        mac.update(b"nonce");
        mac.update(plain);
        match source {
            IpAddr::V4(ip) => mac.update(&ip.octets()),
            IpAddr::V6(ip) => mac.update(&ip.octets()),
        }
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        full.first_chunk().copied().unwrap_or([0; PROOF])
    }
}

impl NonceId {
    fn plain(self) -> [u8; PLAIN] {
        let mut out = [0; PLAIN];
        let bytes = self.made_at.to_be_bytes().into_iter();
        for (to, from) in out.iter_mut().zip(bytes.chain(self.number.to_be_bytes())) {
            *to = from;
        }
        out
    }

    fn from_plain(plain: &[u8; PLAIN]) -> Option<NonceId> {
        let (made_at, number) = plain.split_first_chunk()?;
        Some(NonceId {
            made_at: u32::from_be_bytes(*made_at),
            number: u64::from_be_bytes(*number.first_chunk()?),
        })
    }
}

/// A keyed MAC from a seed; any two seeds give unrelated MACs.
pub(crate) fn keyed(seed: [u8; 32]) -> Hmac<Sha256> {
    let mut block = [0u8; 64];
    for (to, from) in block.iter_mut().zip(seed) {
        *to = from;
    }
    <Hmac<Sha256> as KeyInit>::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIFETIME: Duration = Duration::from_secs(300);

    fn nonces(epoch: Instant) -> Nonces {
        Nonces::new(keyed([7; 32]), epoch, LIFETIME)
    }

    fn ip(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn a_nonce_counts_for_its_address_and_lifetime_only() {
        let start = Instant::now();
        let mut nonces = nonces(start);
        let nonce = nonces.make(start, ip(1));
        let check = |after: u64, from| {
            let now = start + Duration::from_secs(after);
            nonces.check(now, nonce.as_bytes(), from).is_some()
        };
        assert!(check(0, ip(1)) && check(300, ip(1)));
        assert!(!check(301, ip(1)));
        assert!(!check(0, ip(2)));
        let other_run = Nonces::new(keyed([8; 32]), start, LIFETIME);
        assert!(other_run.check(start, nonce.as_bytes(), ip(1)).is_none());
    }

    #[test]
    fn no_two_nonces_are_equal() {
        let start = Instant::now();
        let mut nonces = nonces(start);
        assert_ne!(nonces.make(start, ip(1)), nonces.make(start, ip(1)));
    }

    #[test]
    fn a_changed_nonce_is_refused_at_every_place() {
        let start = Instant::now();
        let mut nonces = nonces(start);
        let nonce = nonces.make(start, ip(1)).into_bytes();
        for at in 0..nonce.len() {
            let mut bad = nonce.clone();
            bad[at] = if bad[at] == b'A' { b'B' } else { b'A' };
            assert!(nonces.check(start, &bad, ip(1)).is_none(), "{at}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_is_no_nonce(text: Vec<u8>) {
            prop_assert!(nonces(Instant::now()).check(Instant::now(), &text, ip(1)).is_none());
        }
    }
}
