//! A day of the office, from midnight to midnight of its time zone.

use super::At;
use crate::hours::midnight;
use chrono::{DateTime, Days};
use std::time::{Duration, Instant};

/// A day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Day {
    /// `2026-11-21`.
    pub(super) date: String,
    /// Its first moment, in milliseconds since 1970 UTC.
    pub(super) begins_ms: i64,
    /// The first moment of the next.
    ends_ms: i64,
}

impl Day {
    pub(super) fn of(at: &At<'_>) -> Day {
        let zone = at.office.settings().time_zone;
        let moment = DateTime::from_timestamp_millis(at.unix_ms).unwrap_or_default();
        let date = moment.with_timezone(&zone.rules()).date_naive();
        let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
        Day {
            date: date.format("%Y-%m-%d").to_string(),
            begins_ms: midnight(date, zone).min(at.unix_ms),
            ends_ms: midnight(next, zone).max(at.unix_ms.saturating_add(1)),
        }
    }

    /// When it ends, as the clock goes now.
    pub(super) fn ends(&self, at: &At<'_>) -> Instant {
        let left = self.ends_ms.saturating_sub(at.unix_ms);
        let by = Duration::from_millis(left.unsigned_abs());
        let ends = if left >= 0 {
            at.now.checked_add(by)
        } else {
            at.now.checked_sub(by)
        };
        ends.unwrap_or(at.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use office::TimeZone;

    fn ms(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text)
            .unwrap()
            .timestamp_millis()
    }

    #[test]
    fn a_day_is_as_long_as_the_clock_on_the_wall_makes_it() {
        let berlin = TimeZone::parse("Europe/Berlin").unwrap();
        let date = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
        assert_eq!(
            midnight(date("2026-11-21"), berlin),
            ms("2026-11-21T00:00:00+01:00")
        );
        let hours = |from: &str, to: &str| {
            (midnight(date(to), berlin) - midnight(date(from), berlin)) / 3_600_000
        };
        assert_eq!(hours("2026-03-29", "2026-03-30"), 23);
        assert_eq!(hours("2026-10-25", "2026-10-26"), 25);
        // There the clock is put forward at midnight.
        let beirut = TimeZone::parse("Asia/Beirut").unwrap();
        assert_eq!(
            midnight(date("2026-03-29"), beirut),
            ms("2026-03-29T01:00:00+03:00")
        );
    }
}
