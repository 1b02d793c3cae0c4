//! What is wrong with a schedule's document, and in which field.

use super::document::{
    Effect, Exception, HolidayOrigin, HolidaySource, SCHEMA_VERSION, ScheduleDocument, WeeklyRow,
    When,
};
use super::time::{Interval, TimeOfDay};
use crate::clean_text;
use crate::holidays::{BadCalendar, Calendar};
use crate::limits::{
    IMPORTED_DATES_MAX, NAME_MAX_CHARS, SCHEDULE_EXCEPTIONS_MAX, SCHEDULE_FIRST_YEAR,
    SCHEDULE_HOLIDAY_SOURCES_MAX, SCHEDULE_LAST_YEAR, SCHEDULE_SPANS_MAX, SCHEDULE_TEXT_MAX_CHARS,
};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

/// One thing that keeps a document from being a schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {fault}")]
pub struct ScheduleProblem {
    /// Where, as a path into the document: `exceptions[2].when.from`; empty for the whole of it.
    pub field: String,
    /// What.
    pub fault: ScheduleFault,
}

/// What can be wrong with a field of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleFault {
    /// It does not have the form it needs. An unknown time zone is such a fault, too.
    #[error("{why}")]
    Unreadable {
        /// What the reader says.
        why: String,
    },
    /// The document is of a form this version does not know.
    #[error(
        "this schedule was written by a later version of Cordboard (form {version}); update to use it"
    )]
    UnknownVersion {
        /// Its form.
        version: u32,
    },
    /// A name that is empty, too long or holds what [`clean_text`] removes.
    #[error("a name needs 1 to {NAME_MAX_CHARS} visible characters")]
    BadName,
    /// A text that is too long.
    #[error("this text may have up to {SCHEDULE_TEXT_MAX_CHARS} characters")]
    TextTooLong,
    /// A span of the week on no day.
    #[error("these hours are on no day; choose at least one")]
    NoDays,
    /// A day that is none, or twice in one list.
    #[error("days are 0 (Sunday) to 6 (Saturday), each once")]
    BadDays,
    /// A span that begins at 24:00.
    #[error("a span begins before midnight; 24:00 is an end only")]
    StartsAtEndOfDay,
    /// An exception without spans.
    #[error("special hours need at least one span; to be closed all day, choose closed")]
    NoHours,
    /// An exception without an identity, or with that of another.
    #[error("every exception needs an identity of its own")]
    BadId,
    /// A range that ends before it begins.
    #[error("the last day is before the first")]
    RangeBackwards,
    /// A date no schedule reaches.
    #[error("dates are from {SCHEDULE_FIRST_YEAR} to {SCHEDULE_LAST_YEAR}")]
    DateOutOfReach,
    /// Built-in holidays of a country or region Cordboard has none of.
    #[error("{why}")]
    Holidays {
        /// Which is missing.
        why: BadCalendar,
    },
    /// More entries than a schedule holds.
    #[error("at most {limit} fit here")]
    TooMany {
        /// How many there may be.
        limit: usize,
    },
}

impl ScheduleProblem {
    pub(super) fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>) -> Self {
        let path = error.path().to_string();
        Self {
            field: if path == "." { String::new() } else { path },
            fault: ScheduleFault::Unreadable {
                why: error.inner().to_string(),
            },
        }
    }
}

impl ScheduleDocument {
    /// Everything that keeps the document from being a schedule, in the document's order.
    #[must_use]
    pub fn check(&self) -> Vec<ScheduleProblem> {
        let mut found = Found(Vec::new());
        if self.schema_version != SCHEMA_VERSION {
            let version = self.schema_version;
            found.add("schemaVersion", ScheduleFault::UnknownVersion { version });
        }
        if self.name.is_empty() || clean_text(&self.name) != self.name {
            found.add("name", ScheduleFault::BadName);
        }
        found.count("weekly", self.weekly.len(), SCHEDULE_SPANS_MAX);
        for (index, row) in self.weekly.iter().enumerate() {
            found.check_row(&format!("weekly[{index}]"), row);
        }
        found.count("exceptions", self.exceptions.len(), SCHEDULE_EXCEPTIONS_MAX);
        let mut ids = BTreeSet::new();
        for (index, exception) in self.exceptions.iter().enumerate() {
            let path = format!("exceptions[{index}]");
            if exception.id.is_empty() || !ids.insert(exception.id.as_str()) {
                found.add(&format!("{path}.id"), ScheduleFault::BadId);
            }
            found.check_exception(&path, exception);
        }
        let limit = SCHEDULE_HOLIDAY_SOURCES_MAX;
        found.count("holidays", self.holidays.len(), limit);
        for (index, source) in self.holidays.iter().enumerate().take(limit) {
            found.check_holidays(&format!("holidays[{index}]"), source);
        }
        if let Some(by_hand) = &self.set_by_hand {
            found.check_text("override.by", Some(&by_hand.by));
            found.check_text("override.reason", by_hand.reason.as_ref());
        }
        found.0
    }
}

/// What has been found so far.
struct Found(Vec<ScheduleProblem>);

impl Found {
    fn add(&mut self, field: &str, fault: ScheduleFault) {
        let field = field.to_owned();
        self.0.push(ScheduleProblem { field, fault });
    }

    fn count(&mut self, field: &str, count: usize, limit: usize) {
        if count > limit {
            self.add(field, ScheduleFault::TooMany { limit });
        }
    }

    fn check_row(&mut self, path: &str, row: &WeeklyRow) {
        let distinct: BTreeSet<u8> = row.days.iter().copied().filter(|day| *day < 7).collect();
        if row.days.is_empty() {
            self.add(&format!("{path}.days"), ScheduleFault::NoDays);
        } else if distinct.len() != row.days.len() {
            self.add(&format!("{path}.days"), ScheduleFault::BadDays);
        }
        self.check_interval(&format!("{path}.open"), row.open);
    }

    fn check_interval(&mut self, path: &str, interval: Interval) {
        if interval.0 == TimeOfDay::END_OF_DAY {
            self.add(path, ScheduleFault::StartsAtEndOfDay);
        }
    }

    fn check_exception(&mut self, path: &str, exception: &Exception) {
        self.check_text(&format!("{path}.label"), exception.label.as_ref());
        self.check_text(&format!("{path}.greeting"), exception.greeting.as_ref());
        match exception.when {
            When::Date { date } => self.check_date(&format!("{path}.when.date"), date),
            When::Range { from, to } => {
                self.check_date(&format!("{path}.when.from"), from);
                self.check_date(&format!("{path}.when.to"), to);
                if to < from {
                    self.add(&format!("{path}.when.to"), ScheduleFault::RangeBackwards);
                }
            }
            When::Yearly { .. } => {}
        }
        if let Effect::Hours(spans) = &exception.effect {
            let path = format!("{path}.effect");
            if spans.is_empty() {
                self.add(&path, ScheduleFault::NoHours);
            }
            self.count(&path, spans.len(), SCHEDULE_SPANS_MAX);
            for (index, span) in spans.iter().enumerate() {
                self.check_interval(&format!("{path}[{index}]"), *span);
            }
        }
    }

    fn check_holidays(&mut self, path: &str, source: &HolidaySource) {
        self.count(
            &format!("{path}.skip"),
            source.skip.len(),
            IMPORTED_DATES_MAX,
        );
        let greetings = format!("{path}.greetings");
        self.count(&greetings, source.greetings.len(), IMPORTED_DATES_MAX);
        for (day, greeting) in &source.greetings {
            self.check_text(&format!("{greetings}.{day}"), Some(greeting));
        }
        let dates = format!("{path}.dates");
        self.count(&dates, source.dates.len(), IMPORTED_DATES_MAX);
        for (index, each) in source.dates.iter().enumerate() {
            self.check_date(&format!("{dates}[{index}].date"), each.date);
            self.check_text(&format!("{dates}[{index}].name"), Some(&each.name));
        }
        if source.source == HolidayOrigin::Builtin {
            let country = source.country.as_deref().unwrap_or_default();
            if let Err(why) = Calendar::of(country, source.region.as_deref()) {
                let field = match why {
                    BadCalendar::UnknownCountry { .. } => "country",
                    BadCalendar::UnknownRegion { .. } => "region",
                };
                self.add(&format!("{path}.{field}"), ScheduleFault::Holidays { why });
            }
        }
    }

    fn check_date(&mut self, path: &str, date: NaiveDate) {
        if !(SCHEDULE_FIRST_YEAR..=SCHEDULE_LAST_YEAR).contains(&date.year()) {
            self.add(path, ScheduleFault::DateOutOfReach);
        }
    }

    fn check_text(&mut self, path: &str, text: Option<&String>) {
        if text.is_some_and(|text| text.chars().count() > SCHEDULE_TEXT_MAX_CHARS) {
            self.add(path, ScheduleFault::TextTooLong);
        }
    }
}
