//! How many calls began lately: limits over any span of time, not over full minutes of the clock.

use crate::limits::MAX_RATE_WINDOWS;
use office::{PersonId, PhoneNumber, RateLimit, RateScope};
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// When calls began that are counted together.
#[derive(Debug, Default)]
pub(super) struct Rates {
    windows: BTreeMap<(Span, Counted), VecDeque<Instant>>,
}

/// What calls are counted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Counted {
    /// All that come from outside.
    In,
    /// All that go outside.
    Out,
    /// Those of one person.
    Person(PersonId),
    /// Those to one number of the office.
    Number(PhoneNumber),
    /// Those of one caller.
    Caller(String),
}

/// The calls and seconds of a limit: a limit that was changed counts anew.
type Span = (u16, u32);

impl Rates {
    /// Whether one more call, counted so, may begin under all limits.
    pub(super) fn has_room(&self, limits: &[RateLimit], now: Instant, counted: &[Counted]) -> bool {
        pairs(limits, counted).all(|(limit, counted)| {
            let key = (span(limit), counted.clone());
            let began = self.windows.get(&key).map_or(0, |began| {
                began
                    .iter()
                    .filter(|at| is_within(**at, now, limit))
                    .count()
            });
            began < usize::from(limit.calls)
        })
    }

    /// A call begins that is counted so.
    pub(super) fn note(&mut self, limits: &[RateLimit], now: Instant, counted: &[Counted]) {
        for (limit, counted) in pairs(limits, counted) {
            let key = (span(limit), counted.clone());
            if !self.windows.contains_key(&key) {
                self.make_room();
            }
            let began = self.windows.entry(key).or_default();
            began.push_back(now);
            // Never more than may begin, so that a window stays small.
            while began.len() > usize::from(limit.calls)
                || began.front().is_some_and(|at| !is_within(*at, now, limit))
            {
                began.pop_front();
            }
        }
    }

    /// Forgets the window that has been quiet for longest when there are too many.
    fn make_room(&mut self) {
        if self.windows.len() < MAX_RATE_WINDOWS {
            return;
        }
        let quietest = self
            .windows
            .iter()
            .min_by_key(|(_, began)| began.back().copied());
        if let Some(key) = quietest.map(|(key, _)| key.clone()) {
            self.windows.remove(&key);
        }
    }
}

fn span(limit: &RateLimit) -> Span {
    (limit.calls, limit.seconds)
}

fn is_within(at: Instant, now: Instant, limit: &RateLimit) -> bool {
    now.saturating_duration_since(at) < Duration::from_secs(u64::from(limit.seconds))
}

/// The limits and what of a call they count.
fn pairs<'a>(
    limits: &'a [RateLimit],
    counted: &'a [Counted],
) -> impl Iterator<Item = (&'a RateLimit, &'a Counted)> {
    let is_of = |limit: &RateLimit, counted: &Counted| {
        matches!(
            (limit.of, counted),
            (RateScope::AllIn, Counted::In)
                | (RateScope::AllOut, Counted::Out)
                | (RateScope::PersonOut, Counted::Person(_))
                | (RateScope::NumberIn, Counted::Number(_))
                | (RateScope::CallerIn, Counted::Caller(_))
        )
    };
    limits.iter().flat_map(move |limit| {
        let of_limit = counted.iter().filter(move |counted| is_of(limit, counted));
        of_limit.map(move |counted| (limit, counted))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_slides_and_does_not_begin_anew_with_the_minute() {
        let limits = [RateLimit {
            of: RateScope::AllIn,
            calls: 2,
            seconds: 60,
        }];
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut rates = Rates::default();
        let mut begin = |seconds| {
            let room = rates.has_room(&limits, at(seconds), &[Counted::In]);
            if room {
                rates.note(&limits, at(seconds), &[Counted::In]);
            }
            room
        };
        assert_eq!(
            [58, 59, 60, 61, 117].map(&mut begin),
            [true, true, false, false, false]
        );
        assert_eq!([118, 118, 119].map(&mut begin), [true, false, true]);
    }

    #[test]
    fn callers_who_invent_their_numbers_fill_no_memory() {
        let limits = [RateLimit {
            of: RateScope::CallerIn,
            calls: 1,
            seconds: 60,
        }];
        let start = Instant::now();
        let mut rates = Rates::default();
        for caller in 0..MAX_RATE_WINDOWS as u64 + 50 {
            let counted = [Counted::Caller(caller.to_string())];
            rates.note(&limits, start + Duration::from_millis(caller), &counted);
        }
        assert_eq!(rates.windows.len(), MAX_RATE_WINDOWS);
        assert!(rates.has_room(&limits, start, &[Counted::Caller("0".to_owned())]));
    }
}
