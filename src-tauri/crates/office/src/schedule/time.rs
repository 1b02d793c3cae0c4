//! The times a schedule is written in: times of day, spans, dates of every year, moments.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A time of day as a clock on the wall shows it, to the minute: `00:00` to `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

/// The minutes of a day by the clock on the wall.
pub(super) const DAY_MINUTES: u16 = 24 * 60;

impl TimeOfDay {
    /// Midnight, when a day begins.
    pub const START_OF_DAY: Self = Self(0);

    /// Midnight, when a day ends.
    pub const END_OF_DAY: Self = Self(DAY_MINUTES);

    /// A time so many minutes after midnight, 0 to 1,440.
    #[must_use]
    pub const fn from_minutes(minutes: u16) -> Option<Self> {
        if minutes <= DAY_MINUTES {
            Some(Self(minutes))
        } else {
            None
        }
    }

    /// Reads `HH:MM`, both of two digits.
    ///
    /// # Errors
    /// There is no such time.
    pub fn parse(text: &str) -> Result<Self, BadTimeOfDay> {
        let (hours, minutes) = text.split_once(':').ok_or(BadTimeOfDay)?;
        let [hours, minutes] = [two_digits(hours), two_digits(minutes)];
        match (hours, minutes) {
            (Some(24), Some(0)) => Ok(Self::END_OF_DAY),
            (Some(hours @ 0..24), Some(minutes @ 0..60)) => Ok(Self(hours * 60 + minutes)),
            _ => Err(BadTimeOfDay),
        }
    }

    /// Minutes since midnight, 0 to 1,440.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

fn two_digits(text: &str) -> Option<u16> {
    let good = text.len() == 2 && text.bytes().all(|c| c.is_ascii_digit());
    good.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = BadTimeOfDay;

    fn try_from(text: String) -> Result<Self, BadTimeOfDay> {
        Self::parse(&text)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

/// The text is no time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time of day is written from 00:00 to 24:00, with two digits each")]
pub struct BadTimeOfDay;

/// From one time of day until another, which is not part of it. An end that is not after the start
/// is on the next day, so `09:00` to `09:00` is a day and a night.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Interval(pub TimeOfDay, pub TimeOfDay);

impl Interval {
    /// From midnight to midnight.
    pub const WHOLE_DAY: Self = Self(TimeOfDay::START_OF_DAY, TimeOfDay::END_OF_DAY);

    /// When it ends, in minutes since the midnight at which the day of its start began.
    #[must_use]
    pub const fn end_minutes(self) -> u16 {
        let Self(start, end) = self;
        if end.0 <= start.0 {
            end.0 + DAY_MINUTES
        } else {
            end.0
        }
    }

    /// Whether it runs into the next day.
    #[must_use]
    pub const fn is_overnight(self) -> bool {
        self.end_minutes() > DAY_MINUTES
    }
}

/// A date of every year: `12-24`. The 29th of February is one of leap years only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct YearlyDate {
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl YearlyDate {
    /// Reads `MM-DD`.
    ///
    /// # Errors
    /// No year has such a date.
    pub fn parse(text: &str) -> Result<Self, BadYearlyDate> {
        let (month, day) = text.split_once('-').ok_or(BadYearlyDate)?;
        let [month, day] = [two_digits(month), two_digits(day)];
        let (month, day) = month.zip(day).ok_or(BadYearlyDate)?;
        // A leap year has every date there is.
        NaiveDate::from_ymd_opt(2024, month.into(), day.into()).ok_or(BadYearlyDate)?;
        let [month, day] = [month, day].map(|number| u8::try_from(number).unwrap_or_default());
        Ok(Self { month, day })
    }
}

impl TryFrom<String> for YearlyDate {
    type Error = BadYearlyDate;

    fn try_from(text: String) -> Result<Self, BadYearlyDate> {
        Self::parse(&text)
    }
}

impl From<YearlyDate> for String {
    fn from(date: YearlyDate) -> Self {
        format!("{:02}-{:02}", date.month, date.day)
    }
}

/// The text is no date of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a yearly date is written month-day, such as 12-24")]
pub struct BadYearlyDate;

/// A moment, to the millisecond. In JSON as RFC 3339 has it: `2026-12-24T17:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(i64);

impl Moment {
    /// So many milliseconds after 1970 (UTC), if a calendar has it.
    #[must_use]
    pub fn from_unix_ms(unix_ms: i64) -> Option<Self> {
        DateTime::from_timestamp_millis(unix_ms).map(|_| Self(unix_ms))
    }

    /// Milliseconds since 1970 (UTC).
    #[must_use]
    pub const fn unix_ms(self) -> i64 {
        self.0
    }
}

impl TryFrom<String> for Moment {
    type Error = BadMoment;

    fn try_from(text: String) -> Result<Self, BadMoment> {
        let moment = DateTime::parse_from_rfc3339(&text).map_err(|_| BadMoment)?;
        Ok(Self(moment.timestamp_millis()))
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        DateTime::<Utc>::from_timestamp_millis(moment.0)
            .unwrap_or_default()
            .to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

/// The text is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a moment is written with its offset from universal time, such as 2026-12-24T18:00:00+01:00"
)]
pub struct BadMoment;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_end_at_24_00() {
        let cases = [
            ("00:00", Some(0)),
            ("09:30", Some(570)),
            ("24:00", Some(1440)),
            ("24:01", None),
            ("9:30", None),
            ("09:60", None),
            ("+9:30", None),
            ("0930", None),
            ("09:30:00", None),
            ("٠٩:٣٠", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let time = TimeOfDay::parse(text).ok();
            assert_eq!(time.map(TimeOfDay::minutes), expected, "{text:?}");
            if let Some(time) = time {
                assert_eq!(time.to_string(), text);
            }
        }
    }

    #[test]
    fn an_end_that_is_not_after_the_start_is_tomorrow() {
        let interval = |start, end| {
            let [start, end] = [start, end].map(|text| TimeOfDay::parse(text).unwrap());
            Interval(start, end)
        };
        let cases = [
            (interval("09:00", "17:30"), 1_050, false),
            (interval("20:00", "02:00"), 1_560, true),
            (interval("20:00", "24:00"), 1_440, false),
            (interval("20:00", "00:00"), 1_440, false),
            (interval("09:00", "09:00"), 1_980, true),
        ];
        for (interval, end, overnight) in cases {
            assert_eq!(interval.end_minutes(), end, "{interval:?}");
            assert_eq!(interval.is_overnight(), overnight, "{interval:?}");
        }
    }

    #[test]
    fn yearly_dates_are_those_of_a_leap_year() {
        assert!(YearlyDate::parse("02-29").is_ok());
        for text in ["02-30", "13-01", "00-10", "4-01", "04-1", "0401", ""] {
            assert_eq!(YearlyDate::parse(text), Err(BadYearlyDate), "{text:?}");
        }
    }

    #[test]
    fn a_moment_keeps_its_time_whatever_offset_it_was_written_with() {
        let moment: Moment = serde_json::from_str("\"2026-12-24T18:00:00+01:00\"").unwrap();
        assert_eq!(
            serde_json::to_string(&moment).unwrap(),
            "\"2026-12-24T17:00:00Z\""
        );
        assert!(serde_json::from_str::<Moment>("\"2026-12-24T18:00:00\"").is_err());
    }
}
