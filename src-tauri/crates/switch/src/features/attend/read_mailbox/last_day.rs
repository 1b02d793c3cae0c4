//! The last day of an absence, dialled: two digits for the day and two for the month.

use super::Scene;
use crate::hours::midnight;
use chrono::{Datelike, NaiveDate};

/// How many digits a day has.
const DIGITS: usize = 4;

/// What was dialled of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LastDay(String);

/// What another key makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialled {
    /// More is to come.
    Part,
    /// There is no such day.
    NoSuchDay,
    /// This one.
    Day(NaiveDate),
}

impl LastDay {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next digit. The day is the next of that name from today on: who is away in January says
    /// so in December.
    pub(super) fn push(&mut self, key: char, today: NaiveDate) -> Dialled {
        self.0.push(key);
        if self.0.len() < DIGITS {
            return Dialled::Part;
        }
        let number = |at: std::ops::Range<usize>| self.0.get(at)?.parse::<u32>().ok();
        let (Some(day), Some(month)) = (number(0..2), number(2..DIGITS)) else {
            return Dialled::NoSuchDay;
        };
        // There are never more than eight years from one 29th of February to the next.
        let years = (0..=8).map(|years| today.year() + years);
        let mut days = years.filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
        let next = days.find(|day| *day >= today);
        next.map_or(Dialled::NoSuchDay, Dialled::Day)
    }
}

/// When a day is over at the office, in milliseconds since 1970 (UTC).
pub(super) fn end_of(scene: &Scene<'_>, day: NaiveDate) -> Option<i64> {
    let zone = scene.about.office.settings().time_zone;
    day.succ_opt().map(|next| midnight(next, zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_next_of_its_name() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let dialled = |keys: &str, today: &str| {
            let mut day = LastDay::default();
            let told: Vec<Dialled> = keys.chars().map(|key| day.push(key, date(today))).collect();
            assert!(told[..3].iter().all(|told| *told == Dialled::Part));
            told[3]
        };
        for (keys, today, meant) in [
            ("2412", "2026-01-05", "2026-12-24"),
            ("0501", "2026-01-05", "2026-01-05"),
            ("0401", "2026-01-05", "2027-01-04"),
            ("2902", "2026-03-01", "2028-02-29"),
        ] {
            let day = Dialled::Day(date(meant));
            assert_eq!(dialled(keys, today), day, "{keys}");
        }
        for keys in ["3102", "0000", "0113", "3204"] {
            let none = Dialled::NoSuchDay;
            assert_eq!(dialled(keys, "2026-01-05"), none, "{keys}");
        }
    }
}
