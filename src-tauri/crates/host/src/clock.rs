//! The wall clock, and when somebody sets it.

use crate::limits::WALL_CLOCK_JUMP;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970 UTC.
pub fn wall_clock() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// What the switch was last told of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WallClock {
    at: Instant,
    unix_ms: i64,
}

impl WallClock {
    pub(crate) fn new(at: Instant, unix_ms: i64) -> WallClock {
        WallClock { at, unix_ms }
    }

    /// Compares with the clocks of now; the new time when the wall clock has moved against the
    /// monotonic one: it was set, or the machine slept (promise R9).
    pub(crate) fn check(&mut self, now: Instant, unix_ms: i64) -> Option<i64> {
        let passed = now.saturating_duration_since(self.at).as_millis();
        let expected = self
            .unix_ms
            .saturating_add(i64::try_from(passed).unwrap_or(i64::MAX));
        if u128::from(unix_ms.abs_diff(expected)) <= WALL_CLOCK_JUMP.as_millis() {
            return None;
        }
        *self = WallClock::new(now, unix_ms);
        Some(unix_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_that_is_set_is_told_once_and_a_steady_one_never() {
        let begin = Instant::now();
        let mut clock = WallClock::new(begin, 1_000_000);
        let later = |seconds| begin + Duration::from_secs(seconds);
        assert_eq!(clock.check(later(60), 1_060_000), None);
        assert_eq!(clock.check(later(60), 1_061_000), None, "slewed a little");
        assert_eq!(
            clock.check(later(61), 4_661_000),
            Some(4_661_000),
            "set an hour ahead"
        );
        assert_eq!(clock.check(later(62), 4_662_000), None);
        assert_eq!(
            clock.check(later(63), 1_063_000),
            Some(1_063_000),
            "and back"
        );
        assert_eq!(clock.check(later(64), 1_064_000), None);
    }
}
