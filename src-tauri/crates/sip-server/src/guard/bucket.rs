//! A token bucket over a clock that is handed in.

use std::time::{Duration, Instant};

/// Lets through `burst` at once and `rate` per second after that. Counts in thousandths.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    rate: u32,
    burst: u32,
    level: u64,
    at: Instant,
}

impl Bucket {
    /// A full bucket.
    pub(crate) fn new(rate: u32, burst: u32, now: Instant) -> Bucket {
        Bucket {
            rate,
            burst,
            level: u64::from(burst) * 1_000,
            at: now,
        }
    }

    /// Takes one, if there is one.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let since = now.saturating_duration_since(self.at);
        let millis = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        // Only whole milliseconds are credited; the rest waits for the next time.
        let credited = Duration::from_millis(millis);
        self.at = self.at.checked_add(credited).unwrap_or(now);
        let gained = millis.saturating_mul(u64::from(self.rate));
        self.level = self
            .level
            .saturating_add(gained)
            .min(u64::from(self.burst) * 1_000);
        match self.level.checked_sub(1_000) {
            Some(rest) => {
                self.level = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn burst_then_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10, 5, start);
        let taken = |bucket: &mut Bucket, at| (0..100).filter(|_| bucket.take(at)).count();
        assert_eq!(taken(&mut bucket, start), 5);
        assert_eq!(taken(&mut bucket, start + Duration::from_millis(250)), 2);
        assert_eq!(taken(&mut bucket, start + Duration::from_millis(300)), 1);
        assert_eq!(taken(&mut bucket, start + Duration::from_secs(60)), 5);
    }

    #[test]
    fn asking_often_does_not_lose_the_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10, 1, start);
        let asked = (0..=100_000u64).map(|n| start + Duration::from_micros(n * 10));
        assert_eq!(asked.filter(|at| bucket.take(*at)).count(), 11);
    }
}
