//! The clock on the wall of a time zone, with its jumps in spring and autumn.

use crate::TimeZone;
use chrono::{
    DateTime, Days, MappedLocalTime, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone as _,
};
use chrono_tz::Tz;

/// A clock on the wall.
#[derive(Clone, Copy, Debug)]
pub(super) struct WallClock(Tz);

/// Which one is meant of a time that comes twice, when the clock is put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// The earlier one: what begins then.
    First,
    /// The later one: what ends then.
    Second,
}

/// The first and last milliseconds since 1970 a schedule looks at: the years 1 to 9998. What is
/// asked about beyond is taken as the nearest of them.
const REACH: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_370_764_800_000;

/// A clock is never put forward by more than this: one zone has left out a whole day.
const LONGEST_GAP_MINUTES: i64 = 26 * 60;

impl WallClock {
    pub(super) fn of(zone: TimeZone) -> Self {
        Self(zone.rules())
    }

    /// The nearest moment within reach.
    pub(super) fn within_reach(at: i64) -> i64 {
        at.clamp(*REACH.start(), *REACH.end())
    }

    /// The date it shows.
    pub(super) fn date(self, at: i64) -> NaiveDate {
        self.wall(at).date_naive()
    }

    /// Milliseconds since 1970 (UTC) when it shows the time so many minutes after the midnight a
    /// date begins with. A time it leaves out is the first after it that it shows.
    pub(super) fn instant(self, date: NaiveDate, minutes: u16, pass: Pass) -> i64 {
        let minutes = i64::from(minutes);
        let shown = |minutes: i64| {
            let wall = date
                .and_time(NaiveTime::MIN)
                .checked_add_signed(TimeDelta::minutes(minutes))?;
            match (self.0.from_local_datetime(&wall), pass) {
                (MappedLocalTime::Single(at), _)
                | (MappedLocalTime::Ambiguous(at, _), Pass::First)
                | (MappedLocalTime::Ambiguous(_, at), Pass::Second) => Some(at.timestamp_millis()),
                (MappedLocalTime::None, _) => None,
            }
        };
        shown(minutes)
            .or_else(|| (1..=LONGEST_GAP_MINUTES).find_map(|later| shown(minutes + later)))
            .unwrap_or(*REACH.end())
    }

    /// How far ahead of universal time it is, in minutes.
    pub(super) fn offset_minutes(self, at: i64) -> i32 {
        self.wall(at).offset().fix().local_minus_utc() / 60
    }

    fn wall(self, at: i64) -> DateTime<Tz> {
        DateTime::from_timestamp_millis(Self::within_reach(at))
            .unwrap_or_default()
            .with_timezone(&self.0)
    }
}

/// A date so many days later or, below 0, earlier.
pub(super) fn plus_days(date: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    let moved = if days < 0 {
        date.checked_sub_days(by)
    } else {
        date.checked_add_days(by)
    };
    moved.unwrap_or(date)
}

/// The clock of a zone is put forward or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockChange {
    /// When, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// By how many minutes; below 0 it is put back.
    pub by_minutes: i32,
}

/// When a zone's clock is put forward or back in the time from one moment until another
/// (milliseconds since 1970, UTC). Two changes that undo one another within a day are not found.
#[must_use]
pub fn clock_changes(zone: TimeZone, from: i64, until: i64) -> Vec<ClockChange> {
    const DAY_MS: i64 = 86_400_000;
    let clock = WallClock::of(zone);
    let until = WallClock::within_reach(until);
    let mut changes = Vec::new();
    let mut before = WallClock::within_reach(from);
    while before < until {
        let after = (before + DAY_MS).min(until);
        let [old, new] = [before, after].map(|at| clock.offset_minutes(at));
        if old != new {
            // Halve the time until the change is found, to the millisecond.
            let (mut same, mut changed) = (before, after);
            while changed - same > 1 {
                let middle = same + (changed - same) / 2;
                if clock.offset_minutes(middle) == old {
                    same = middle;
                } else {
                    changed = middle;
                }
            }
            changes.push(ClockChange {
                at: changed,
                by_minutes: new - old,
            });
        }
        before = after;
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_changes_of_a_year_are_found() {
        let changes = |zone: &str| {
            let zone = TimeZone::parse(zone).unwrap();
            // 2026.
            clock_changes(zone, 1_767_225_600_000, 1_798_761_600_000)
                .iter()
                .map(|change| (change.at, change.by_minutes))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            changes("Europe/Berlin"),
            [(1_774_746_000_000, 60), (1_792_890_000_000, -60)]
        );
        assert_eq!(
            changes("Australia/Lord_Howe")
                .iter()
                .map(|change| change.1)
                .collect::<Vec<_>>(),
            [-30, 30]
        );
        assert!(changes("Asia/Tokyo").is_empty());
    }
}
