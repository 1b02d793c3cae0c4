//! Guessing passwords is made slow: whoever fails must wait, longer each time, by address and by
//! login.

use crate::limits::{
    FREE_TRIES, GUESSES_FORGOTTEN, MAX_GUESSERS, MAX_WAIT_OF_ADDRESS, MAX_WAIT_OF_LOGIN,
};
use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Who tried to sign in lately and failed.
#[derive(Debug, Default)]
pub(crate) struct Guesses(Mutex<Tables>);

#[derive(Debug, Default)]
struct Tables {
    addresses: HashMap<IpAddr, Tries>,
    logins: HashMap<String, Tries>,
}

#[derive(Clone, Copy, Debug)]
struct Tries {
    failed: u32,
    last: Instant,
}

impl Guesses {
    /// Counts a try as failed before it is made, so that many at once gain nothing.
    ///
    /// # Errors
    /// How long to wait before the next try; this one then does not count.
    pub(crate) fn begin(&self, address: IpAddr, login: &str, now: Instant) -> Result<(), Duration> {
        let tables = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (address, login) = (network_of(address), spelling_of(login));
        let wait = wait(&tables.addresses, &address, MAX_WAIT_OF_ADDRESS, now).max(wait(
            &tables.logins,
            &login,
            MAX_WAIT_OF_LOGIN,
            now,
        ));
        if !wait.is_zero() {
            return Err(wait);
        }
        count(&mut tables.addresses, address, now);
        count(&mut tables.logins, login, now);
        Ok(())
    }

    /// The try was right after all: what failed before is forgotten.
    pub(crate) fn succeeded(&self, address: IpAddr, login: &str) {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tables.addresses.remove(&network_of(address));
        tables.logins.remove(&spelling_of(login));
    }
}

fn wait<K: Hash + Eq>(
    table: &HashMap<K, Tries>,
    key: &K,
    longest: Duration,
    now: Instant,
) -> Duration {
    let Some(tries) = table.get(key) else {
        return Duration::ZERO;
    };
    let Some(over) = tries.failed.checked_sub(FREE_TRIES) else {
        return Duration::ZERO;
    };
    let pause = Duration::from_secs(1u64 << over.min(30)).min(longest);
    (tries.last + pause).saturating_duration_since(now)
}

fn count<K: Hash + Eq + Clone>(table: &mut HashMap<K, Tries>, key: K, now: Instant) {
    let old = |tries: &Tries| now.saturating_duration_since(tries.last) >= GUESSES_FORGOTTEN;
    if table.get(&key).is_some_and(old) {
        table.remove(&key);
    }
    if table.len() >= MAX_GUESSERS && !table.contains_key(&key) {
        table.retain(|_, tries| !old(tries));
        // Who has failed least, then longest ago, is the least missed: a guesser cannot push its own
        // line out by inventing others.
        let least = table
            .iter()
            .min_by_key(|(_, tries)| (tries.failed, tries.last));
        if let Some(least) = least
            .map(|(key, _)| key.clone())
            .filter(|_| table.len() >= MAX_GUESSERS)
        {
            table.remove(&least);
        }
    }
    let tries = table.entry(key).or_insert(Tries {
        failed: 0,
        last: now,
    });
    tries.failed = tries.failed.saturating_add(1);
    tries.last = now;
}

/// One computer may have a whole /64 of IPv6 addresses to guess from.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => {
            let prefix = u128::from(v6) & !u128::from(u64::MAX);
            Ipv6Addr::from(prefix).into()
        }
    }
}

fn spelling_of(login: &str) -> String {
    login.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn whoever_fails_waits_longer_each_time_and_success_forgets() {
        let (guesses, mut now) = (Guesses::default(), Instant::now());
        for _ in 0..FREE_TRIES {
            assert_eq!(guesses.begin(address(1), "anna", now), Ok(()));
        }
        let mut waits = Vec::new();
        for _ in 0..12 {
            let wait = guesses.begin(address(1), "anna", now).unwrap_err();
            waits.push(wait.as_secs());
            now += wait;
            assert_eq!(guesses.begin(address(1), "anna", now), Ok(()));
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        guesses.succeeded(address(1), "Anna ");
        assert_eq!(guesses.begin(address(1), "anna", now), Ok(()));
    }

    #[test]
    fn guessing_from_many_addresses_slows_the_login_but_locks_nobody_out_for_long() {
        let (guesses, now) = (Guesses::default(), Instant::now());
        let mut longest = Duration::ZERO;
        let mut at = now;
        for last in 0..=255 {
            if let Err(wait) = guesses.begin(address(last), "owner", at) {
                longest = longest.max(wait);
                at += wait;
            }
        }
        assert_eq!(longest, MAX_WAIT_OF_LOGIN);
    }

    #[test]
    fn a_network_of_ipv6_addresses_is_one_guesser() {
        let (guesses, now) = (Guesses::default(), Instant::now());
        let one_of_many =
            |last: u16| -> IpAddr { Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last).into() };
        for last in 0..FREE_TRIES {
            let last = u16::try_from(last).unwrap();
            assert_eq!(
                guesses.begin(one_of_many(last), &last.to_string(), now),
                Ok(())
            );
        }
        assert!(guesses.begin(one_of_many(99), "other", now).is_err());
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert_eq!(network_of(mapped), address(1));
    }

    #[test]
    fn the_tables_do_not_grow_without_end_and_keep_the_worst() {
        let (guesses, now) = (Guesses::default(), Instant::now());
        for _ in 0..FREE_TRIES {
            guesses.begin(address(1), "anna", now).unwrap();
        }
        for n in 0..u32::try_from(MAX_GUESSERS).unwrap() + 50 {
            let other = IpAddr::from(n.to_be_bytes());
            guesses.begin(other, &n.to_string(), now).unwrap();
        }
        let tables = guesses.0.lock().unwrap();
        assert_eq!(tables.addresses.len(), MAX_GUESSERS);
        assert_eq!(tables.logins.len(), MAX_GUESSERS);
        assert_eq!(tables.logins["anna"].failed, FREE_TRIES);
    }
}
