//! When somebody is there: opening hours, breaks, holidays and what was set by hand.
//!
//! A [`Schedule`] is asked what holds at a moment, and answers with the reason and with when that
//! will change. Times in it are those of the clock on the wall in its time zone. What comes first
//! decides: what was set by hand, an exception of one date, one of a range (the shortest first), one
//! of every year, a holiday, the ordinary week.

mod check;
mod clock;
mod document;
mod read;
mod rules;
mod surprises;
mod time;
mod timeline;

pub use check::{ScheduleFault, ScheduleProblem};
pub use clock::{ClockChange, clock_changes};
pub use document::{
    AllDay, Effect, Exception, HolidayOrigin, HolidaySource, NamedDate, Override, OverrideState,
    SCHEMA_VERSION, ScheduleDocument, Spill, WeeklyAs, WeeklyRow, When,
};
pub use read::{BadHoursLine, HoursLineFault, read_week, say_week};
pub use surprises::Surprise;
pub use time::{BadMoment, BadTimeOfDay, BadYearlyDate, Interval, Moment, TimeOfDay, YearlyDate};

use crate::limits::SCHEDULE_HORIZON_DAYS;
use crate::{ScheduleId, SoundId, TimeZone};
use rules::Rules;
use serde::Serialize;
use timeline::Timeline;

/// A schedule of the office.
#[derive(Clone, Debug)]
pub struct Schedule {
    id: ScheduleId,
    name: String,
    document: Option<ScheduleDocument>,
    problems: Vec<ScheduleProblem>,
    rules: Option<Rules>,
}

impl Schedule {
    /// Makes the document of a schedule ready to be asked. One that does not hold together is kept
    /// with its problems: it counts as open, so that callers still reach somebody.
    #[must_use]
    pub fn new(id: ScheduleId, document: ScheduleDocument) -> Self {
        let problems = document.check();
        Self {
            id,
            name: document.name.clone(),
            rules: problems.is_empty().then(|| Rules::of(&document)),
            document: Some(document),
            problems,
        }
    }

    /// A schedule whose document cannot be read any more. It counts as open.
    #[must_use]
    pub fn unreadable(id: ScheduleId, name: String, problems: Vec<ScheduleProblem>) -> Self {
        Self {
            id,
            name,
            document: None,
            problems,
            rules: None,
        }
    }

    /// What holds at a moment (milliseconds since 1970, UTC), in an office of that time zone.
    #[must_use]
    pub fn openness(&self, office_zone: TimeZone, at_unix_ms: i64) -> Openness {
        self.rules.as_ref().map_or_else(Openness::fault, |rules| {
            Timeline::new(rules, office_zone).openness(at_unix_ms)
        })
    }

    /// What holds on so many days, at most [`SCHEDULE_HORIZON_DAYS`], from the midnight before a
    /// moment on (milliseconds since 1970, UTC). Without gaps; empty for a schedule with problems.
    #[must_use]
    pub fn spans(&self, office_zone: TimeZone, at_unix_ms: i64, days: u16) -> Vec<Span> {
        let days = days.min(SCHEDULE_HORIZON_DAYS);
        self.rules.as_ref().map_or_else(Vec::new, |rules| {
            Timeline::new(rules, office_zone).spans(at_unix_ms, days)
        })
    }

    /// The zone its times are in, in an office of that time zone.
    #[must_use]
    pub fn zone(&self, office_zone: TimeZone) -> TimeZone {
        let own = self
            .document
            .as_ref()
            .and_then(|document| document.timezone);
        own.unwrap_or(office_zone)
    }

    /// Its identity.
    #[must_use]
    pub fn id(&self) -> ScheduleId {
        self.id
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it was made from; `None` if that could not be read.
    #[must_use]
    pub fn document(&self) -> Option<&ScheduleDocument> {
        self.document.as_ref()
    }

    /// What keeps it from being asked; empty for a good one.
    #[must_use]
    pub fn problems(&self) -> &[ScheduleProblem] {
        &self.problems
    }
}

/// What holds at a moment, why, and when that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Openness {
    /// What holds.
    pub state: OpenState,
    /// What the reason is called, for people: "Christmas closure".
    pub label: Option<String>,
    /// Since when, in milliseconds since 1970 (UTC); `None` for longer than
    /// [`SCHEDULE_HORIZON_DAYS`](crate::limits::SCHEDULE_HORIZON_DAYS), or if nobody knows.
    pub since: Option<i64>,
    /// What comes next; `None` if nothing changes for as long.
    pub next: Option<NextChange>,
    /// Why.
    pub because: Because,
    /// What callers of a mailbox hear then instead of the usual words, if this reason for not being
    /// open has words of its own.
    #[serde(skip)]
    pub greeting: Option<SoundId>,
}

/// A time during which one thing holds, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// From this millisecond on (since 1970, UTC).
    pub from: i64,
    /// Until just before this one.
    pub to: i64,
    /// What holds.
    pub state: OpenState,
    /// Why.
    pub because: Because,
}

/// What a schedule can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OpenState {
    /// Somebody is there.
    Open,
    /// Nobody is there.
    Closed,
    /// Nobody is there, because it is a holiday.
    Holiday,
    /// Nobody is there for a short while.
    Break,
}

/// When something else holds, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NextChange {
    /// From this millisecond on (since 1970, UTC).
    pub at: i64,
    /// What holds then.
    pub state: OpenState,
}

/// Which rule decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Because {
    /// The kind of rule.
    pub kind: BecauseKind,
    /// The identity of the exception or the holiday.
    pub id: Option<String>,
    /// What the rule is called, for people.
    pub label: Option<String>,
}

/// The kinds of rules that decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum BecauseKind {
    /// It was set by hand.
    Override,
    /// An exception.
    Exception,
    /// A holiday.
    Holiday,
    /// The ordinary week.
    Weekly,
    /// The schedule has no hours at all, so it is closed.
    NoRule,
    /// The schedule does not exist or cannot be read, so it counts as open.
    Fault,
}

impl Openness {
    /// What holds where there is no schedule to ask: open, so that callers still reach somebody,
    /// and marked as a fault.
    #[must_use]
    pub fn fault() -> Self {
        Self {
            state: OpenState::Open,
            label: None,
            since: None,
            next: None,
            because: Because {
                kind: BecauseKind::Fault,
                id: None,
                label: None,
            },
            greeting: None,
        }
    }
}

#[cfg(test)]
mod tests;
