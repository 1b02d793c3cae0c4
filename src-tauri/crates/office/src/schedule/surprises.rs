//! Holidays on which a schedule is open though nobody has said so.

use super::clock::{WallClock, plus_days};
use super::rules::Rule;
use super::timeline::Timeline;
use super::{HolidayOrigin, OpenState, Schedule};
use crate::holidays::{Calendar, HolidayType};
use crate::{Country, TimeZone};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// A public holiday on which a schedule is open by its ordinary week: perhaps nobody has thought
/// of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Surprise {
    /// The date.
    pub date: NaiveDate,
    /// What is kept on it, in the country's language.
    pub holiday: String,
    /// What the schedule says.
    pub state: OpenState,
}

impl Schedule {
    /// The surprises of so many days, at most
    /// [`SCHEDULE_HORIZON_DAYS`](crate::limits::SCHEDULE_HORIZON_DAYS), from the date of a moment
    /// on (milliseconds since 1970, UTC). The holidays are those of the countries and regions the
    /// schedule names, else those kept in all of the office's country. What somebody has left out,
    /// or made an exception of, is no surprise.
    #[must_use]
    pub fn surprises(
        &self,
        office_zone: TimeZone,
        office_country: Option<&Country>,
        at_unix_ms: i64,
        days: u16,
    ) -> Vec<Surprise> {
        let Some((rules, document)) = self.rules.as_ref().zip(self.document.as_ref()) else {
            return Vec::new();
        };
        let days = days.min(crate::limits::SCHEDULE_HORIZON_DAYS);
        let first = WallClock::of(self.zone(office_zone)).date(WallClock::within_reach(at_unix_ms));
        let last = plus_days(first, i64::from(days) - 1);

        let own = document.holidays.iter();
        let own = own.filter(|source| source.source == HolidayOrigin::Builtin);
        let mut sources: Vec<(&str, Option<&str>, &[String])> = own
            .filter_map(|source| {
                let country = source.country.as_deref()?;
                Some((country, source.region.as_deref(), &source.skip[..]))
            })
            .collect();
        if sources.is_empty() {
            sources.extend(office_country.map(|country| (country.as_str(), None, &[][..])));
        }
        let mut expected: BTreeMap<NaiveDate, String> = BTreeMap::new();
        for (country, region, skip) in sources {
            let Ok(mut calendar) = Calendar::of(country, region) else {
                continue;
            };
            calendar.keep(|rule| rule.kind == HolidayType::Public && !skip.contains(&rule.id));
            for day in (first.year()..=last.year()).flat_map(|year| calendar.kept_in(year)) {
                let within = (first..=last).contains(&day.date);
                if within && !skip.contains(&day.date.to_string()) {
                    let name = calendar.rule(day.rule).map(|rule| rule.name.clone());
                    expected.entry(day.date).or_insert(name.unwrap_or_default());
                }
            }
        }
        let mut timeline = Timeline::new(rules, office_zone);
        expected
            .into_iter()
            .filter(|(date, _)| timeline.deciding(*date) == Rule::Week && timeline.opens_on(*date))
            .map(|(date, holiday)| Surprise {
                date,
                holiday,
                state: OpenState::Open,
            })
            .collect()
    }
}
