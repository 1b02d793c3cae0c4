//! A schedule as it is written down: the JSON people edit, keep and exchange.
//!
//! Fields this version does not know are kept as they are, so that a document of a later version
//! survives being edited by this one.

use super::ScheduleProblem;
use super::time::{Interval, Moment, YearlyDate};
use crate::holidays::HolidayType;
use crate::{SoundId, TimeZone};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// When somebody is there, as people write it: the hours of a week, the dates that differ, the
/// public holidays, and what was set by hand for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleDocument {
    /// The form of the document: [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What the document calls itself; the office knows a schedule by its
    /// [`ScheduleId`](crate::ScheduleId).
    #[serde(default)]
    pub id: String,
    /// What it is called: clean text, not empty.
    pub name: String,
    /// The time zone its times are in; `None` for that of the office.
    pub timezone: Option<TimeZone>,
    /// The hours of an ordinary week.
    pub weekly: Vec<WeeklyRow>,
    /// The dates that differ.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
    /// The holidays it keeps.
    #[serde(default)]
    pub holidays: Vec<HolidaySource>,
    /// What was set by hand and holds above all else until it ends.
    #[serde(default, rename = "override")]
    pub set_by_hand: Option<Override>,
    /// What this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The form of document this version writes and reads.
pub const SCHEMA_VERSION: u32 = 1;

/// One span of an ordinary week, on one day or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyRow {
    /// On which days it begins, 0 for Sunday to 6 for Saturday.
    pub days: Vec<u8>,
    /// From when to when.
    pub open: Interval,
    /// Whether it is open then, or on a break.
    #[serde(default, rename = "as", skip_serializing_if = "WeeklyAs::is_open")]
    pub state: WeeklyAs,
    /// What this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a span of the week is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WeeklyAs {
    /// Open.
    #[default]
    Open,
    /// A break, as far as it would be open.
    Break,
}

impl WeeklyAs {
    fn is_open(&self) -> bool {
        *self == Self::Open
    }
}

/// Dates that differ from the ordinary week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// By what it is named in [`Because`](super::Because); no other exception has it.
    pub id: String,
    /// What it is called ("Company party"), for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// On which dates.
    pub when: When,
    /// What holds then.
    pub effect: Effect,
    /// Whether the night before runs into the date.
    #[serde(default, skip_serializing_if = "Spill::is_keep")]
    pub spill: Spill,
    /// What callers of a mailbox hear while it closes the office, instead of the usual words: a
    /// sound of the office, as decimal digits. Anything else is yet to be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greeting: Option<String>,
    /// What this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// On which dates an exception holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected {\"date\": \"2026-12-11\"}, {\"from\": …, \"to\": …} or {\"yearly\": \"05-14\"}"
)]
pub enum When {
    /// On one.
    Date {
        /// The date.
        date: NaiveDate,
    },
    /// On several in a row.
    Range {
        /// The first.
        from: NaiveDate,
        /// The last.
        to: NaiveDate,
    },
    /// On one of each year.
    Yearly {
        /// Month and day.
        yearly: YearlyDate,
    },
}

/// What holds on the dates of an exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected \"closed\", \"holiday\", \"open\" or spans such as [[\"09:00\", \"12:00\"]]"
)]
pub enum Effect {
    /// The same all day.
    AllDay(AllDay),
    /// Open in these spans, closed otherwise.
    Hours(Vec<Interval>),
}

/// What holds for a whole date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AllDay {
    /// Closed.
    Closed,
    /// Closed, and callers are told that it is a holiday.
    Holiday,
    /// Open around the clock.
    Open,
}

/// Whether an opening that began the evening before runs into a date that differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spill {
    /// It does.
    #[default]
    Keep,
    /// It ends at midnight.
    Cut,
}

impl Spill {
    fn is_keep(&self) -> bool {
        *self == Self::Keep
    }
}

/// Holidays a schedule keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HolidaySource {
    /// From where.
    pub source: HolidayOrigin,
    /// Whose, for built-in ones: the country's ISO code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Which part of the country, by its code in the country's file; `None` for those kept
    /// everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Which kinds of built-in ones; empty for public ones only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<HolidayType>,
    /// Those that are ordinary days here: a date ("2026-08-15") leaves out one, a holiday's
    /// identity ("assumption") leaves it out every year.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skip: Vec<String>,
    /// What callers of a mailbox hear on some of them, as [`Exception::greeting`] has it: by date, or
    /// by a holiday's identity for every year.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub greetings: BTreeMap<String, String>,
    /// The dates of an imported calendar.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<NamedDate>,
    /// Up to when somebody has looked through them and agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_through: Option<NaiveDate>,
    /// What this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Where holidays come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HolidayOrigin {
    /// From the rules Cordboard has for a country.
    Builtin,
    /// From a calendar file somebody has imported; its dates are in the document.
    Ical,
}

/// A date with its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NamedDate {
    /// The date.
    pub date: NaiveDate,
    /// What is kept on it.
    pub name: String,
}

/// What was set by hand. It always ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// What holds.
    pub state: OverrideState,
    /// Since when; `None` for as long as anybody asks about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Moment>,
    /// When it ends: from this moment on the rules hold again.
    pub until: Moment,
    /// Who has set it.
    pub by: String,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What can be set by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OverrideState {
    /// Open.
    Open,
    /// Closed.
    Closed,
    /// Closed, and callers are told that it is a holiday.
    Holiday,
}

/// The sound a greeting refers to; `None` for one yet to be chosen.
pub(super) fn sound_of(greeting: &str) -> Option<SoundId> {
    let digits = !greeting.is_empty() && greeting.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| greeting.parse().ok()).flatten().map(SoundId)
}

impl ScheduleDocument {
    /// All sounds it has callers hear, each with where in the document it stands.
    #[must_use]
    pub fn greetings(&self) -> Vec<(String, SoundId)> {
        let mut found = Vec::new();
        for (index, exception) in self.exceptions.iter().enumerate() {
            let sound = exception.greeting.as_deref().and_then(sound_of);
            found.extend(sound.map(|sound| (format!("exceptions[{index}].greeting"), sound)));
        }
        for (index, source) in self.holidays.iter().enumerate() {
            for (day, greeting) in &source.greetings {
                let field = format!("holidays[{index}].greetings.{day}");
                found.extend(sound_of(greeting).map(|sound| (field, sound)));
            }
        }
        found
    }

    /// Reads a document and checks it.
    ///
    /// # Errors
    /// The first field that cannot be read, else everything that does not fit, in the document's
    /// order.
    pub fn read(json: &str) -> Result<Self, Vec<ScheduleProblem>> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let document: Self = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| vec![ScheduleProblem::unreadable(&error)])?;
        reader.end().map_err(|error| {
            vec![ScheduleProblem {
                field: String::new(),
                fault: super::ScheduleFault::Unreadable {
                    why: error.to_string(),
                },
            }]
        })?;
        let problems = document.check();
        if problems.is_empty() {
            Ok(document)
        } else {
            Err(problems)
        }
    }
}
