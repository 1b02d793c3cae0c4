//! How long sound has to wait, from how unevenly packets arrived of late.

use crate::frame::SAMPLE_RATE;
use crate::limits::{LEAST_DELAY, MOST_DELAY};

/// So many packets are remembered, if they are not older than [`WINDOW`].
const REMEMBERED: usize = 400;

/// 8 s in samples: long enough to know the worst, short enough to forget it.
const WINDOW: usize = 8 * SAMPLE_RATE as usize;

/// One in so many packets may come too late. Concealing it costs less than making all wait.
const TOO_LATE: usize = 100;

/// The fastest of so many packets is what delay is measured from.
const FASTEST_OF: usize = 64;

/// Until so many packets have come, there is no telling; then sound waits [`FIRST_DELAY`].
const KNOWN_AFTER: usize = 25;
const FIRST_DELAY: i64 = 640;

/// A packet this much earlier or later than the others belongs to another time line: 500 ms.
const JUMP: i64 = 8_000;

/// The transit times of the last packets: when each arrived, less when its sound begins. In samples
/// of 16 kHz; only their differences mean something.
#[derive(Debug)]
pub(super) struct Spread {
    /// Of the last [`REMEMBERED`] packets, once one has come.
    transits: Vec<i32>,
    /// How many were ever observed since the last [`Spread::forget`].
    observed: usize,
    fastest: i64,
    slowest: i64,
}

impl Spread {
    pub(super) fn new() -> Self {
        Self {
            transits: Vec::new(),
            observed: 0,
            fastest: 0,
            slowest: 0,
        }
    }

    /// Takes note of a packet that holds `length` samples.
    pub(super) fn observe(&mut self, transit: i64, length: usize) {
        let transit = transit.clamp(i32::MIN.into(), i32::MAX.into());
        if self.transits.is_empty() {
            self.transits = vec![0; REMEMBERED];
        }
        self.transits[self.observed % REMEMBERED] = transit as i32;
        self.observed += 1;
        // Nothing changes with most packets, so all are looked at only now and then.
        if self.observed < KNOWN_AFTER || self.observed.is_multiple_of(16) || transit > self.slowest
        {
            let window = (WINDOW / length.max(1)).clamp(KNOWN_AFTER, REMEMBERED);
            self.slowest = self.slowest_of(window);
        }
        if self.observed == 1 || transit < self.fastest || self.observed.is_multiple_of(16) {
            let fastest = self.newest(FASTEST_OF).min();
            self.fastest = fastest.map_or(transit, i64::from);
        }
    }

    /// How long after the beginning of its sound on the time line a packet is to be heard.
    pub(super) fn target(&self) -> i64 {
        // Packets are fetched a frame ahead, so the slowest must be there a frame before.
        let needed = self.slowest - self.fastest + samples(LEAST_DELAY);
        let least = if self.observed < KNOWN_AFTER {
            FIRST_DELAY
        } else {
            samples(LEAST_DELAY)
        };
        self.fastest + needed.clamp(least, samples(MOST_DELAY))
    }

    /// The transit time of the fastest packet of late.
    pub(super) const fn fastest(&self) -> i64 {
        self.fastest
    }

    /// Whether a transit time is so far from all others that the sender's clock was set anew.
    pub(super) fn is_jump(&self, transit: i64) -> bool {
        self.observed > 0
            && !(self.fastest - JUMP..=self.fastest + samples(MOST_DELAY) + JUMP).contains(&transit)
    }

    /// Everything came too late: what was true before no longer is. Only the newest is kept.
    pub(super) fn forget(&mut self) {
        let newest = self.newest(1).next();
        self.observed = 0;
        if let Some(transit) = newest {
            self.observe(transit.into(), 320);
        }
    }

    fn newest(&self, count: usize) -> impl Iterator<Item = i32> {
        let count = count.min(self.observed).min(REMEMBERED);
        (self.observed - count..self.observed).map(|index| self.transits[index % REMEMBERED])
    }

    /// The transit time that all but one in [`TOO_LATE`] of the newest `window` packets kept to.
    fn slowest_of(&self, window: usize) -> i64 {
        let mut sorted = [0; REMEMBERED];
        let mut count = 0;
        for (slot, transit) in sorted.iter_mut().zip(self.newest(window)) {
            *slot = transit;
            count += 1;
        }
        let rank = count - count / TOO_LATE;
        if rank == 0 {
            return 0;
        }
        let (_, slowest, _) = sorted[..count].select_nth_unstable(rank - 1);
        i64::from(*slowest)
    }
}

const fn samples(time: std::time::Duration) -> i64 {
    (time.as_micros() as i64) * (SAMPLE_RATE as i64) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(transits: impl Iterator<Item = i64>) -> Spread {
        let mut spread = Spread::new();
        transits.for_each(|transit| spread.observe(transit, 320));
        spread
    }

    #[test]
    fn even_packets_wait_one_frame() {
        assert_eq!(after((0..3).map(|_| 50)).target(), 50 + FIRST_DELAY);
        assert_eq!(after((0..100).map(|_| 50)).target(), 50 + 320);
    }

    #[test]
    fn uneven_packets_wait_for_the_slowest_but_not_for_the_odd_one() {
        let spread = after((0..400).map(|n| (n * 37) % 640));
        assert!(
            (950..=960).contains(&spread.target()),
            "{}",
            spread.target()
        );
        let odd = after((0..400).map(|n| if n == 300 { 3000 } else { 0 }));
        assert_eq!(odd.target(), 320);
    }

    #[test]
    fn waiting_grows_within_five_slow_packets() {
        let spread = after((0..405).map(|n| if n >= 400 { 1600 } else { 0 }));
        assert_eq!(spread.target(), 1600 + 320);
    }

    #[test]
    fn nothing_waits_longer_than_the_most() {
        let spread = after((0..400).map(|n| (n % 2) * 6000));
        assert_eq!(spread.target(), samples(MOST_DELAY));
    }
}
