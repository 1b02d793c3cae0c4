//! Which pair of UDP ports the next stream gets.

use std::collections::VecDeque;
use std::fmt;
use std::ops::RangeInclusive;
use std::time::Instant;

use rand_chacha::ChaCha12Rng;
use rand_core::RngCore;

use crate::limits::PORT_QUARANTINE;

/// Hands out even/odd port pairs at random, so that a stranger cannot guess the ports of the next
/// call, and lets each pair rest after use, so that stragglers of the last call are not heard in
/// the next.
#[derive(Debug)]
pub struct PortPool {
    first: u16,
    free: Vec<PortPair>,
    resting: VecDeque<(Instant, PortPair)>,
    taken: Vec<bool>,
    chance: ChaCha12Rng,
}

impl PortPool {
    /// A pool of every even/odd pair inside `range`.
    ///
    /// # Errors
    /// [`PortRangeTooSmall`] if not one pair fits.
    pub fn new(range: RangeInclusive<u16>, chance: ChaCha12Rng) -> Result<Self, PortRangeTooSmall> {
        let free: Vec<PortPair> = range
            .clone()
            .filter(|rtp| rtp % 2 == 0 && *rtp != 0 && *rtp < *range.end())
            .map(|rtp| PortPair { rtp })
            .collect();
        let Some(first) = free.first() else {
            return Err(PortRangeTooSmall {
                first: *range.start(),
                last: *range.end(),
            });
        };
        Ok(Self {
            first: first.rtp,
            taken: vec![false; free.len()],
            resting: VecDeque::new(),
            free,
            chance,
        })
    }

    /// A pair nobody uses and that has rested.
    ///
    /// # Errors
    /// [`NoPortsLeft`] when all pairs are in use or resting.
    pub fn take(&mut self, now: Instant) -> Result<PortPair, NoPortsLeft> {
        self.wake_rested(now);
        let Some(last) = self.free.len().checked_sub(1) else {
            return Err(NoPortsLeft {
                in_use: self.in_use(),
                resting: self.resting.len(),
            });
        };
        // Scales 32 random bits to 0..=last; the bias is below 2⁻¹⁶ and of no use to a guesser.
        let pick = (u64::from(self.chance.next_u32()) * (last as u64 + 1)) >> 32;
        let pair = self.free.swap_remove(pick as usize);
        self.mark(pair, true);
        Ok(pair)
    }

    /// The stream ended. The pair is handed out again after [`PORT_QUARANTINE`].
    /// A pair that is not in use is left alone.
    pub fn give_back(&mut self, now: Instant, pair: PortPair) {
        if self.mark(pair, false) {
            self.resting.push_back((now + PORT_QUARANTINE, pair));
        }
    }

    /// Pairs in use now.
    #[must_use]
    pub fn in_use(&self) -> usize {
        self.taken.iter().filter(|taken| **taken).count()
    }

    /// All pairs of this pool.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.taken.len()
    }

    fn wake_rested(&mut self, now: Instant) {
        while let Some((until, pair)) = self.resting.front().copied()
            && until <= now
        {
            self.resting.pop_front();
            self.free.push(pair);
        }
    }

    /// Sets whether `pair` is taken and says whether that was news.
    fn mark(&mut self, pair: PortPair, taken: bool) -> bool {
        let index = usize::from(pair.rtp.wrapping_sub(self.first)) / 2;
        match self.taken.get_mut(index) {
            Some(slot) if *slot != taken => {
                *slot = taken;
                true
            }
            _ => false,
        }
    }
}

/// Two neighbouring UDP ports: RTP on the even one, RTCP on the odd one above (RFC 3550 §11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortPair {
    rtp: u16,
}

impl PortPair {
    /// The pair whose RTP port is `rtp`; `None` if that is odd or zero.
    #[must_use]
    pub const fn starting_at(rtp: u16) -> Option<Self> {
        if rtp.is_multiple_of(2) && rtp != 0 {
            Some(Self { rtp })
        } else {
            None
        }
    }

    /// The even port.
    #[must_use]
    pub const fn rtp(self) -> u16 {
        self.rtp
    }

    /// The odd port above it.
    #[must_use]
    pub const fn rtcp(self) -> u16 {
        self.rtp + 1
    }

    /// The socket bound to the RTP port.
    #[must_use]
    pub const fn rtp_socket(self) -> SocketId {
        SocketId(self.rtp as u32)
    }

    /// The socket bound to the RTCP port.
    #[must_use]
    pub const fn rtcp_socket(self) -> SocketId {
        SocketId(self.rtcp() as u32)
    }
}

impl fmt::Display for PortPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.rtp(), self.rtcp())
    }
}

/// Names one of the host's media sockets. It is the number of the local UDP port, because the
/// office has one socket per media port; so the switch can name a socket before the host has bound
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// Not one even/odd pair fits into the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no even/odd pair of ports fits between {first} and {last}")]
pub struct PortRangeTooSmall {
    /// First port of the range.
    pub first: u16,
    /// Last port of the range.
    pub last: u16,
}

/// Every pair is in use or resting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("all audio ports are in use ({in_use} by calls, {resting} resting)")]
pub struct NoPortsLeft {
    /// Pairs in use by calls.
    pub in_use: usize,
    /// Pairs that rest after a call.
    pub resting: usize,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use proptest::prelude::*;
    use rand_core::SeedableRng;

    use super::*;

    fn pool(range: RangeInclusive<u16>, seed: u64) -> PortPool {
        PortPool::new(range, ChaCha12Rng::seed_from_u64(seed)).unwrap()
    }

    #[test]
    fn every_even_odd_pair_of_the_range_and_no_other_is_handed_out() {
        let table: [(RangeInclusive<u16>, &[u16]); 6] = [
            (10_000..=10_005, &[10_000, 10_002, 10_004]),
            (10_001..=10_005, &[10_002, 10_004]),
            (10_000..=10_004, &[10_000, 10_002]),
            (10_000..=10_001, &[10_000]),
            (65_533..=65_535, &[65_534]),
            (0..=3, &[2]),
        ];
        for (range, expected) in table {
            let mut pool = pool(range.clone(), 1);
            let now = Instant::now();
            let taken: BTreeSet<u16> = std::iter::from_fn(|| pool.take(now).ok())
                .map(PortPair::rtp)
                .collect();
            assert_eq!(taken.into_iter().collect::<Vec<_>>(), expected, "{range:?}");
            let none_left = NoPortsLeft {
                in_use: expected.len(),
                resting: 0,
            };
            assert_eq!(pool.take(now), Err(none_left));
        }
    }

    #[test]
    fn a_range_without_a_pair_is_refused() {
        #[expect(
            clippy::reversed_empty_ranges,
            reason = "an administrator may enter the ends the wrong way round"
        )]
        let ranges = [10_001..=10_002, 10_000..=10_000, 0..=1, 10_010..=10_000];
        for range in ranges {
            assert!(
                PortPool::new(range.clone(), ChaCha12Rng::seed_from_u64(1)).is_err(),
                "{range:?}"
            );
        }
    }

    #[test]
    fn a_pair_rests_before_it_is_used_again() {
        let mut pool = pool(10_000..=10_001, 1);
        let now = Instant::now();
        let pair = pool.take(now).unwrap();
        pool.give_back(now, pair);
        let almost = now + PORT_QUARANTINE - Duration::from_millis(1);
        assert_eq!(
            pool.take(almost),
            Err(NoPortsLeft {
                in_use: 0,
                resting: 1
            })
        );
        assert_eq!(pool.take(now + PORT_QUARANTINE), Ok(pair));
    }

    #[test]
    fn a_pair_given_back_twice_or_never_taken_is_not_handed_out_twice() {
        let mut pool = pool(10_000..=10_003, 1);
        let now = Instant::now();
        let pair = pool.take(now).unwrap();
        for stray in [
            pair,
            pair,
            PortPair { rtp: 10_002 },
            PortPair { rtp: 2 },
            PortPair { rtp: 65_534 },
        ] {
            pool.give_back(now, stray);
        }
        let later = now + PORT_QUARANTINE;
        let mut taken: Vec<u16> = std::iter::from_fn(|| pool.take(later).ok())
            .map(PortPair::rtp)
            .collect();
        taken.sort_unstable();
        assert_eq!(taken, [10_000, 10_002]);
    }

    #[test]
    fn the_next_ports_cannot_be_guessed_from_the_last() {
        let now = Instant::now();
        let order = |seed| {
            let mut pool = pool(10_000..=20_000, seed);
            (0..50)
                .map(|_| pool.take(now).unwrap().rtp())
                .collect::<Vec<_>>()
        };
        assert_eq!(order(1), order(1), "the seed decides");
        assert_ne!(order(1), order(2));
        assert!(
            order(1)
                .windows(2)
                .all(|pair| pair[0].abs_diff(pair[1]) != 2),
            "no neighbours in a row"
        );
    }

    proptest! {
        #[test]
        fn no_pair_is_in_use_twice_and_none_is_lost(
            seed: u64,
            steps in proptest::collection::vec((any::<bool>(), 0usize..8, 0u64..6_000), 1..200),
        ) {
            let mut pool = pool(10_000..=10_015, seed);
            let mut now = Instant::now();
            let mut in_use: Vec<PortPair> = Vec::new();
            for (take, which, wait_ms) in steps {
                now += Duration::from_millis(wait_ms);
                if take {
                    if let Ok(pair) = pool.take(now) {
                        prop_assert!(!in_use.contains(&pair));
                        in_use.push(pair);
                    }
                } else if !in_use.is_empty() {
                    let pair = in_use.swap_remove(which % in_use.len());
                    pool.give_back(now, pair);
                }
                prop_assert_eq!(pool.in_use(), in_use.len());
            }
            in_use.drain(..).for_each(|pair| pool.give_back(now, pair));
            now += PORT_QUARANTINE;
            let all = std::iter::from_fn(|| pool.take(now).ok()).count();
            prop_assert_eq!(all, pool.capacity());
        }
    }
}
