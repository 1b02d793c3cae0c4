//! When a dead engine is started again: at once, then ever later, and in the end not at all.

use std::time::Duration;

/// The wait before each attempt; after the last one we give up.
const WAITS: [Duration; 7] = [
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(30),
];
/// An engine that lived this long was well; its death is counted as the first.
const STEADY: Duration = Duration::from_secs(60);

/// Deaths in quick succession.
#[derive(Debug, Default)]
pub struct BackOff {
    quick_deaths: usize,
}

impl BackOff {
    /// How long to wait before the next start of an engine that `lived` this long; `None` when it
    /// is time to ask a person.
    pub fn after_death(&mut self, lived: Duration) -> Option<Duration> {
        if lived >= STEADY {
            self.quick_deaths = 0;
        }
        let wait = WAITS.get(self.quick_deaths).copied();
        self.quick_deaths += 1;
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_comes_at_once_and_the_last_never() {
        let mut back_off = BackOff::default();
        let waits: Vec<_> = (0..WAITS.len())
            .map(|_| back_off.after_death(Duration::ZERO).unwrap())
            .collect();
        assert_eq!(waits[..3], WAITS[..3]);
        assert!(waits.is_sorted());
        assert_eq!(back_off.after_death(Duration::ZERO), None);
    }

    #[test]
    fn an_engine_that_was_well_is_forgiven() {
        let mut back_off = BackOff::default();
        while back_off.after_death(Duration::from_secs(1)).is_some() {}
        assert_eq!(back_off.after_death(STEADY), Some(WAITS[0]));
        assert_eq!(back_off.after_death(Duration::ZERO), Some(WAITS[1]));
    }
}
