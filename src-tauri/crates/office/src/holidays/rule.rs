//! On which date of a year a holiday falls, as the files write it.
//!
//! - `12-25`: on a date
//! - `easter`, `orthodox`: on Easter Sunday, in the West and in the Orthodox churches
//! - `3rd mon in 01`, `last mon in 05`: on a weekday of a month
//! - `wed before 11-23`, `sat from 06-20`, `mon until 05-24`, `mon after 05-01`, `mon nearest 01-29`:
//!   on the weekday before the date, on it or after it, on it or before it, after it, nearest to it
//! - `spring-equinox`, `autumn-equinox`: as Japan keeps them, 1980 to 2099
//! - any of these with days added or taken off: `easter -2`, `4th thu in 11 +1`
//! - `2026-09-22`: once
//!
//! Where a holiday goes by the weekday it falls on is written `sat-1 sun+1`: from Saturday to the
//! day before, from Sunday to the day after.

use super::easter;
use chrono::{Datelike, Duration, NaiveDate, Weekday};

/// A day of the year, by a rule and days added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    anchor: Anchor,
    plus: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    Once(NaiveDate),
    Date {
        month: u32,
        day: u32,
    },
    Easter,
    Orthodox,
    SpringEquinox,
    AutumnEquinox,
    /// The nth of a month, or its last for `None`.
    Nth {
        nth: Option<u8>,
        weekday: Weekday,
        month: u32,
    },
    Near {
        side: Side,
        weekday: Weekday,
        month: u32,
        day: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    Until,
    From,
    After,
    Nearest,
}

impl Day {
    /// Reads a rule; `None` if it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words: Vec<&str> = text.split_ascii_whitespace().collect();
        let plus = match words.last() {
            Some(last) if words.len() > 1 && last.starts_with(['+', '-']) => {
                let plus = last.parse().ok()?;
                words.pop();
                plus
            }
            _ => 0,
        };
        let anchor = match words.as_slice() {
            ["easter"] => Anchor::Easter,
            ["orthodox"] => Anchor::Orthodox,
            ["spring-equinox"] => Anchor::SpringEquinox,
            ["autumn-equinox"] => Anchor::AutumnEquinox,
            [date] if date.len() == 10 => Anchor::Once(date.parse().ok()?),
            [date] => {
                let (month, day) = month_and_day(date)?;
                Anchor::Date { month, day }
            }
            [nth, weekday, "in", month] => Anchor::Nth {
                nth: match *nth {
                    "last" => None,
                    nth => Some(
                        ["1st", "2nd", "3rd", "4th", "5th"]
                            .into_iter()
                            .zip(1..)
                            .find(|(each, _)| *each == nth)?
                            .1,
                    ),
                },
                weekday: weekday.parse().ok()?,
                month: month
                    .parse()
                    .ok()
                    .filter(|month| (1..=12).contains(month))?,
            },
            [weekday, side, date] => {
                let (month, day) = month_and_day(date)?;
                Anchor::Near {
                    side: match *side {
                        "before" => Side::Before,
                        "until" => Side::Until,
                        "from" => Side::From,
                        "after" => Side::After,
                        "nearest" => Side::Nearest,
                        _ => return None,
                    },
                    weekday: weekday.parse().ok()?,
                    month,
                    day,
                }
            }
            _ => return None,
        };
        Some(Self { anchor, plus })
    }

    /// The date in a year; `None` if the year has none.
    pub(super) fn in_year(self, year: i32) -> Option<NaiveDate> {
        let date = match self.anchor {
            Anchor::Once(date) => Some(date).filter(|date| date.year() == year),
            Anchor::Date { month, day } => NaiveDate::from_ymd_opt(year, month, day),
            Anchor::Easter => easter::western(year),
            Anchor::Orthodox => easter::orthodox(year),
            Anchor::SpringEquinox => equinox(year, 3, 20_843_100),
            Anchor::AutumnEquinox => equinox(year, 9, 23_248_800),
            Anchor::Nth {
                nth: Some(nth),
                weekday,
                month,
            } => NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth),
            Anchor::Nth {
                nth: None,
                weekday,
                month,
            } => [5, 4]
                .into_iter()
                .find_map(|nth| NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth)),
            Anchor::Near {
                side,
                weekday,
                month,
                day,
            } => {
                let date = NaiveDate::from_ymd_opt(year, month, day)?;
                let ahead = i64::from(weekday.days_since(date.weekday()));
                let days = match side {
                    Side::From => ahead,
                    Side::After if ahead == 0 => 7,
                    Side::After => ahead,
                    Side::Until if ahead == 0 => 0,
                    Side::Until | Side::Before => ahead - 7,
                    Side::Nearest if ahead <= 3 => ahead,
                    Side::Nearest => ahead - 7,
                };
                date.checked_add_signed(Duration::days(days))
            }
        };
        date?.checked_add_signed(Duration::days(self.plus))
    }
}

/// To which day something goes by its weekday, from Sunday on; `None` where it stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shifts([Option<i8>; 7]);

impl Shifts {
    /// Reads `sat-1 sun+1`; `None` if it is nothing of the kind.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut shifts = Self::default();
        for word in text.split_ascii_whitespace() {
            let (weekday, by) = word.split_at_checked(3)?;
            let weekday: Weekday = weekday.parse().ok()?;
            let place = shifts.0.get_mut(weekday.num_days_from_sunday() as usize)?;
            *place = Some(by.parse().ok()?);
        }
        Some(shifts)
    }

    /// Where something on that date goes; `None` if it stays.
    pub(super) fn of(self, date: NaiveDate) -> Option<NaiveDate> {
        let place = date.weekday().num_days_from_sunday() as usize;
        let by = (*self.0.get(place)?)?;
        date.checked_add_signed(Duration::days(by.into()))
    }
}

/// Japan's equinoxes as its almanac reckons them: a day of 1980, in millionths, and 0.242194 days
/// more each year, less the leap days.
fn equinox(year: i32, month: u32, millionths_1980: i64) -> Option<NaiveDate> {
    let years = i64::from(year) - 1980;
    let day = (millionths_1980 + 242_194 * years).div_euclid(1_000_000) - years.div_euclid(4);
    NaiveDate::from_ymd_opt(year, month, day.try_into().ok()?)
}

fn month_and_day(text: &str) -> Option<(u32, u32)> {
    let (month, day) = text.split_once('-')?;
    let [month, day] = [month.parse().ok()?, day.parse().ok()?];
    NaiveDate::from_ymd_opt(2024, month, day)?;
    Some((month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_rule_finds_its_date() {
        let cases = [
            ("12-25", 2026, "2026-12-25"),
            ("easter -2", 2026, "2026-04-03"),
            ("orthodox +1", 2026, "2026-04-13"),
            ("3rd mon in 01", 2026, "2026-01-19"),
            ("last mon in 05", 2026, "2026-05-25"),
            ("last mon in 08", 2026, "2026-08-31"),
            ("4th thu in 11 +1", 2026, "2026-11-27"),
            ("wed before 11-23", 2026, "2026-11-18"),
            ("wed before 11-23", 2022, "2022-11-16"),
            ("mon until 05-24", 2027, "2027-05-24"),
            ("sat from 06-20", 2026, "2026-06-20"),
            ("mon after 06-01", 2026, "2026-06-08"),
            ("mon nearest 01-29", 2026, "2026-01-26"),
            ("mon nearest 01-29", 2027, "2027-02-01"),
            ("spring-equinox", 2026, "2026-03-20"),
            ("autumn-equinox", 2026, "2026-09-23"),
            ("autumn-equinox", 2024, "2024-09-22"),
            ("2026-09-22", 2026, "2026-09-22"),
        ];
        for (rule, year, expected) in cases {
            let date = Day::parse(rule).and_then(|day| day.in_year(year));
            assert_eq!(
                date.map(|date| date.to_string()).as_deref(),
                Some(expected),
                "{rule}"
            );
        }
        let once = Day::parse("2026-09-22").unwrap();
        assert_eq!(once.in_year(2027), None);
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for text in [
            "",
            "13-01",
            "02-30",
            "easter two",
            "6th mon in 01",
            "3rd day in 01",
            "3rd mon in 13",
            "mon around 01-01",
            "passover",
            "2026-02-30",
        ] {
            assert_eq!(Day::parse(text), None, "{text:?}");
        }
        for text in ["sat", "xyz+1", "sat+x", "sa"] {
            assert_eq!(Shifts::parse(text), None, "{text:?}");
        }
    }
}
