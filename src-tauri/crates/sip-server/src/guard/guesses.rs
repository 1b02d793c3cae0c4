//! Counts wrong passwords per account and proven source, and per proven source over all accounts.

use crate::{
    limits::{
        GUESS_WINDOW, GUESSES_PER_ACCOUNT, GUESSES_PER_SOURCE, MAX_GUESS_DOUBLINGS, MAX_GUESSERS,
    },
    recent::Recent,
};
use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

#[derive(Debug)]
pub(crate) struct Guesses {
    accounts: Recent<(IpAddr, Box<[u8]>), Count>,
    sources: Recent<IpAddr, Count>,
}

#[derive(Debug)]
struct Count {
    wrong: u32,
    since: Instant,
    pause_until: Option<Instant>,
    pauses: u32,
}

impl Guesses {
    pub(crate) fn new() -> Guesses {
        Guesses {
            accounts: Recent::new(MAX_GUESSERS),
            sources: Recent::new(MAX_GUESSERS),
        }
    }

    /// How long this source still has to wait.
    pub(crate) fn pause(&self, now: Instant, source: IpAddr, account: &[u8]) -> Option<Duration> {
        let account = self.accounts.peek(&(source, Box::from(account)));
        let until = [account, self.sources.peek(&source)]
            .into_iter()
            .flatten()
            .filter_map(|count| count.pause_until)
            .max()?;
        until.checked_duration_since(now).filter(|d| !d.is_zero())
    }

    pub(crate) fn on_wrong(&mut self, now: Instant, source: IpAddr, account: &[u8]) {
        let fresh = || Count::new(now);
        self.accounts
            .touch((source, Box::from(account)), fresh, drop)
            .on_wrong(now, GUESSES_PER_ACCOUNT);
        self.sources
            .touch(source, fresh, drop)
            .on_wrong(now, GUESSES_PER_SOURCE);
    }

    /// The account's count starts anew. The source's does not: one password known must not buy
    /// guesses at others.
    pub(crate) fn on_proved(&mut self, source: IpAddr, account: &[u8]) {
        self.accounts.remove(&(source, Box::from(account)));
    }

    /// Forgets the wrong answers for an account from anywhere, and those of a source for any
    /// account. A source that is paused for having tried the account may go on as well.
    pub(crate) fn forgive(&mut self, account: Option<&[u8]>, source: Option<IpAddr>) {
        let mut sources: Vec<IpAddr> = source.into_iter().collect();
        self.accounts.retain(|(from, of), _| {
            let tried = account == Some(&**of);
            if tried {
                sources.push(*from);
            }
            !tried && source != Some(*from)
        });
        for source in sources {
            self.sources.remove(&source);
        }
    }
}

impl Count {
    fn new(now: Instant) -> Count {
        Count {
            wrong: 0,
            since: now,
            pause_until: None,
            pauses: 0,
        }
    }

    fn on_wrong(&mut self, now: Instant, allowed: u32) {
        if now.saturating_duration_since(self.since) >= GUESS_WINDOW {
            self.wrong = 0;
            self.since = now;
        }
        self.wrong += 1;
        if self.wrong >= allowed {
            let pause = GUESS_WINDOW.saturating_mul(1 << self.pauses);
            self.pauses = (self.pauses + 1).min(MAX_GUESS_DOUBLINGS);
            self.pause_until = now.checked_add(pause);
            self.wrong = 0;
            self.since = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_known_password_buys_no_guesses_at_others() {
        let now = Instant::now();
        let source = IpAddr::from([192, 0, 2, 1]);
        let mut guesses = Guesses::new();
        let mut tried = 0u32;
        while guesses.pause(now, source, b"x").is_none() {
            guesses.on_wrong(now, source, format!("user{tried}").as_bytes());
            guesses.on_proved(source, b"mine");
            tried += 1;
        }
        assert_eq!(tried, GUESSES_PER_SOURCE);
    }

    #[test]
    fn a_phone_that_mistypes_now_and_then_is_left_alone() {
        let mut now = Instant::now();
        let source = IpAddr::from([192, 0, 2, 1]);
        let mut guesses = Guesses::new();
        for _ in 0..1_000 {
            guesses.on_wrong(now, source, b"anna");
            now += Duration::from_secs(90);
            assert!(guesses.pause(now, source, b"anna").is_none());
        }
    }
}
