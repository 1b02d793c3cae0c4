//! Whether this computer is quick enough for the sound of calls.

use super::{ok, warning};
use api::{Check, CheckId};
use host::Punctuality;
use media::Ticks;
use std::{
    collections::VecDeque,
    sync::Mutex,
    time::{Duration, Instant},
};

/// How far back a computer that was too busy is held against it.
const LOOKED_BACK: Duration = Duration::from_secs(15 * 60);

/// So many moments of 20 ms that came late are heard by nobody: phones wait a little for what is late.
const FORGIVEN: u64 = 25;

/// The share of late moments that callers begin to hear: one in so many.
const ONE_IN: u64 = 1_000;

/// What callers hear of the office itself: greetings, music, rooms, translated calls.
pub(crate) struct Sound {
    punctuality: Punctuality,
    /// What was found in earlier looks, the oldest first; the first is [`LOOKED_BACK`] old or the start.
    looks: Mutex<VecDeque<(Instant, Ticks)>>,
}

impl Sound {
    pub(crate) fn of(punctuality: Punctuality) -> Sound {
        let looks = VecDeque::from([(Instant::now(), Ticks::default())]);
        Sound {
            punctuality,
            looks: Mutex::new(looks),
        }
    }

    pub(super) fn check(&self, now: Instant) -> Check {
        let ticks = self.punctuality.ticks();
        let mut looks = self.looks.lock().unwrap_or_else(|held| held.into_inner());
        while looks.len() > 1 && now.saturating_duration_since(looks[1].0) >= LOOKED_BACK {
            looks.pop_front();
        }
        looks.push_back((now, ticks));
        judge(looks[0].1, ticks)
    }
}

fn judge(before: Ticks, now: Ticks) -> Check {
    let late = now.late - before.late + now.skipped - before.skipped;
    let done = now.done - before.done;
    match late > FORGIVEN && late * ONE_IN > done {
        true => warning(CheckId::Sound, "late").with("times", late.cast_signed()),
        false => ok(CheckId::Sound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(done: u64, late: u64, skipped: u64) -> Ticks {
        Ticks {
            done,
            late,
            skipped,
        }
    }

    #[test]
    fn gaps_that_callers_heard_are_counted_and_single_ones_are_not() {
        let start = ticks(1_000_000, 400, 100);
        assert_eq!(judge(start, start).finding, "ok");
        assert_eq!(judge(start, ticks(1_000_500, 425, 100)).finding, "ok");
        let busy = judge(start, ticks(1_010_000, 430, 110));
        assert_eq!(busy.finding, "late");
        assert_eq!(busy.facts["times"], 40.into());
        // The same number in a large office on a busy day is one in two thousand.
        assert_eq!(judge(start, ticks(1_080_000, 430, 110)).finding, "ok");
    }

    #[test]
    fn what_is_long_ago_is_forgotten() {
        let sound = Sound::of(Punctuality::default());
        let minute = |n: u64| Instant::now() + Duration::from_secs(60 * n);
        for n in 0..60 {
            assert_eq!(sound.check(minute(n)).finding, "ok");
        }
        // One look a minute: those of a quarter of an hour, the one before them, and this one.
        assert!(sound.looks.lock().unwrap().len() <= 17);
    }
}
