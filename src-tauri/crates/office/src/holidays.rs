//! Public holidays by country and region, from the rules in `assets/holidays`, and from calendar
//! files people import.

mod easter;
mod files;
mod ical;
mod rule;

pub use ical::{BadCalendarFile, read_ical};

use chrono::{Datelike, Duration, NaiveDate};
use rule::{Day, Shifts};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// How widely a holiday is kept.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum HolidayType {
    /// By law: nearly everybody is off.
    #[default]
    Public,
    /// By banks and offices, while shops may be open.
    Bank,
    /// By custom: nobody is off by law.
    Observance,
}

/// A holiday on its date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holiday {
    /// The date.
    pub date: NaiveDate,
    /// By what schedules name it: the same every year.
    pub id: String,
    /// Its name in the country's language.
    pub name: String,
    /// Its name in English.
    pub english: String,
    /// How widely it is kept.
    #[serde(rename = "type")]
    pub kind: HolidayType,
    /// Whether this is the day off for a holiday that falls on a weekend or another holiday.
    pub substitute: bool,
}

/// A country whose holidays Cordboard knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HolidayCountry {
    /// Its ISO code.
    pub country: String,
    /// Its name in English.
    pub name: String,
    /// The parts of it that have holidays of their own, by code.
    pub regions: Vec<HolidayRegion>,
}

/// A part of a country that has holidays of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HolidayRegion {
    /// Its code in the country's file, of ISO 3166-2 where there is one, without the country.
    pub code: String,
    /// Its name as people there have it.
    pub name: String,
}

/// All countries whose holidays Cordboard knows, by code. Reads every file: not for the time of a
/// call.
#[must_use]
pub fn countries() -> Vec<HolidayCountry> {
    files::CODES
        .iter()
        .filter_map(|(code, file)| Some((code, files::read(file).ok()?)))
        .map(|(code, file)| HolidayCountry {
            country: code.to_ascii_uppercase(),
            name: file.name,
            regions: file
                .regions
                .into_iter()
                .map(|(code, name)| HolidayRegion { code, name })
                .collect(),
        })
        .collect()
}

/// The holidays of some types kept in a country, or in one of its regions, from one date to
/// another, both included. At most [`HOLIDAY_YEARS_MAX`](crate::limits::HOLIDAY_YEARS_MAX) years are
/// looked at.
///
/// # Errors
/// Cordboard has no holidays of that country, or the country no such region.
pub fn holidays(
    country: &str,
    region: Option<&str>,
    types: &[HolidayType],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Holiday>, BadCalendar> {
    let mut calendar = Calendar::of(country, region)?;
    calendar.keep(|rule| types.contains(&rule.kind));
    let years = (from.year()..=to.year()).take(crate::limits::HOLIDAY_YEARS_MAX);
    let kept = years.flat_map(|year| calendar.kept_in(year));
    let within = kept.filter(|day| (from..=to).contains(&day.date));
    Ok(within
        .filter_map(|day| {
            let rule = calendar.rule(day.rule)?;
            Some(Holiday {
                date: day.date,
                id: rule.id.clone(),
                name: rule.name.clone(),
                english: rule.english.clone(),
                kind: rule.kind,
                substitute: day.substitute,
            })
        })
        .collect())
}

/// The rules of the holidays of a country, or of one of its regions.
#[derive(Clone, Debug)]
pub struct Calendar {
    rules: Vec<HolidayRule>,
}

/// One holiday of a calendar.
#[derive(Clone, Debug)]
pub struct HolidayRule {
    /// By what schedules name it.
    pub id: String,
    /// Its name in the country's language.
    pub name: String,
    /// Its name in English.
    pub english: String,
    /// How widely it is kept.
    pub kind: HolidayType,
    days: Vec<Day>,
    /// The years it is kept in.
    years: RangeInclusive<i32>,
    /// To which other date it goes by the weekday it falls on.
    moved: Shifts,
    /// Which other day is off as well by the weekday it falls on.
    substitute: Shifts,
}

/// A holiday on its date, by the place of its rule in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptDay {
    /// The date.
    pub date: NaiveDate,
    /// For [`Calendar::rule`].
    pub rule: usize,
    /// Whether this is the day off for a holiday that falls on a weekend or another holiday.
    pub substitute: bool,
}

impl Calendar {
    /// The holidays kept in a country, by its ISO code, and in one of its regions; without a region
    /// those kept in all of it.
    ///
    /// # Errors
    /// Cordboard has no holidays of that country, or the country no such region.
    pub fn of(country: &str, region: Option<&str>) -> Result<Self, BadCalendar> {
        let unknown = || BadCalendar::UnknownCountry {
            country: country.chars().take(8).collect(),
        };
        let lower = country.to_ascii_lowercase();
        let file = files::CODES.iter().find(|(code, _)| *code == lower);
        let (_, file) = file.ok_or_else(unknown)?;
        // A test reads every file.
        let file = files::read(file).map_err(|_| unknown())?;
        if let Some(region) = region.filter(|region| !file.regions.contains_key(*region)) {
            return Err(BadCalendar::UnknownRegion {
                country: country.to_owned(),
                region: region.chars().take(16).collect(),
            });
        }
        Ok(Self {
            rules: file.rules_in(region),
        })
    }

    /// Leaves out the holidays that are not wanted.
    pub fn keep(&mut self, wanted: impl Fn(&HolidayRule) -> bool) {
        self.rules.retain(wanted);
    }

    /// The holiday a [`KeptDay`] of this calendar is of.
    #[must_use]
    pub fn rule(&self, place: usize) -> Option<&HolidayRule> {
        self.rules.get(place)
    }

    /// The holidays kept in a year, by date.
    #[must_use]
    pub fn kept_in(&self, year: i32) -> Vec<KeptDay> {
        let mut kept = Vec::with_capacity(3 * self.rules.len());
        // A day off can be in the year before its holiday, or after.
        for near in [year.saturating_sub(1), year, year.saturating_add(1)] {
            for (place, rule) in self.rules.iter().enumerate() {
                let on = rule.days.iter().filter_map(|day| day.in_year(near));
                let on = on.filter(|_| rule.years.contains(&near));
                kept.extend(on.map(|date| KeptDay {
                    date: rule.moved.of(date).unwrap_or(date),
                    rule: place,
                    substitute: false,
                }));
            }
        }
        kept.sort_unstable();
        for place in 0..kept.len() {
            let Some(day) = kept.get(place).copied() else {
                break;
            };
            let shifts = self.rule(day.rule).map(|rule| rule.substitute);
            if let Some(mut date) = shifts.and_then(|shifts| shifts.of(day.date)) {
                // The next day that is nobody else's.
                while kept.iter().any(|other| other.date == date) {
                    date += Duration::days(1);
                }
                kept.push(KeptDay {
                    date,
                    substitute: true,
                    ..day
                });
            }
        }
        kept.retain(|day| day.date.year() == year);
        kept.sort_unstable();
        kept
    }
}

/// There are no such holidays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCalendar {
    /// Of that country.
    #[error(
        "Cordboard has no holidays of {country:?}; add the dates as exceptions, or import a calendar file"
    )]
    UnknownCountry {
        /// The country's code as given, its first 8 characters.
        country: String,
    },
    /// In that region.
    #[error("{country} has no region {region:?} with holidays of its own")]
    UnknownRegion {
        /// The country's code.
        country: String,
        /// The region's code as given, its first 16 characters.
        region: String,
    },
}

#[cfg(test)]
mod tests;
