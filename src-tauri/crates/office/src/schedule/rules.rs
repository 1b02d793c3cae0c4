//! A schedule made ready to be asked: its week by days, its exceptions in the order they decide.

use super::OpenState;
use super::document::{
    AllDay, Effect, HolidayOrigin, Override, OverrideState, ScheduleDocument, Spill, WeeklyAs,
    When, sound_of,
};
use super::time::{DAY_MINUTES, Interval, YearlyDate};
use crate::holidays::{Calendar, HolidayType};
use crate::{SoundId, TimeZone};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// What a document says, ready to be asked.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// The zone its times are in; `None` for that of the office.
    pub(super) zone: Option<TimeZone>,
    pub(super) by_hand: Option<Override>,
    pub(super) exceptions: Vec<PreparedException>,
    holidays: Vec<PreparedHolidays>,
    /// What is heard on holidays, for each source by date or identity.
    greetings: Vec<BTreeMap<String, SoundId>>,
    /// Exceptions of one date, sorted by date and then identity.
    dates: Vec<(NaiveDate, usize)>,
    /// Exceptions of a range, in the order they decide.
    ranges: Vec<(NaiveDate, NaiveDate, usize)>,
    /// Exceptions of every year, sorted by date and then identity.
    yearly: Vec<(YearlyDate, usize)>,
    week: [DaySpans; 7],
    /// Whether the week has any hours.
    has_week: bool,
    /// What holds all week long, if nothing ever changes in it.
    pub(super) all_week: Option<OpenState>,
}

/// The spans that begin on a day, in minutes after its midnight. An end is up to a day later.
#[derive(Clone, Debug, Default)]
pub(super) struct DaySpans {
    pub(super) open: Vec<(u16, u16)>,
    pub(super) breaks: Vec<(u16, u16)>,
}

/// An exception ready to be asked.
#[derive(Clone, Debug)]
pub(super) struct PreparedException {
    pub(super) id: String,
    pub(super) label: Option<String>,
    pub(super) greeting: Option<SoundId>,
    /// Whether the night before ends at midnight.
    pub(super) cuts: bool,
    /// What holds outside of its spans.
    closed_as: OpenState,
    spans: DaySpans,
}

/// The holidays of one source.
#[derive(Clone, Debug)]
enum PreparedHolidays {
    Builtin {
        calendar: Calendar,
        skipped: BTreeSet<NaiveDate>,
    },
    Imported(Vec<(NaiveDate, String)>),
}

/// Which rule decides a date, or what holds at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    ByHand,
    /// By its place among the exceptions.
    Exception(usize),
    /// By the place of its source, and its own in there.
    Holiday(usize, usize),
    Week,
    Nothing,
}

/// The holidays of a year, each with its rule, sorted by date.
pub(super) type YearOfHolidays = Vec<(NaiveDate, Rule)>;

impl Rules {
    /// Prepares a document that [`check`](ScheduleDocument::check) has found good.
    pub(super) fn of(document: &ScheduleDocument) -> Self {
        let mut week: [DaySpans; 7] = Default::default();
        for row in &document.weekly {
            for day in &row.days {
                if let Some(spans) = week.get_mut(usize::from(*day)) {
                    match row.state {
                        WeeklyAs::Open => spans.open.push(minutes(row.open)),
                        WeeklyAs::Break => spans.breaks.push(minutes(row.open)),
                    }
                }
            }
        }
        let [mut dates, mut ranges, mut yearly] = [const { Vec::new() }; 3];
        for (place, exception) in document.exceptions.iter().enumerate() {
            match exception.when {
                When::Date { date } => dates.push((date, date, place)),
                When::Range { from, to } => ranges.push((from, to, place)),
                When::Yearly { yearly: date } => {
                    let in_a_leap_year =
                        NaiveDate::from_ymd_opt(2024, date.month.into(), date.day.into());
                    yearly.extend(in_a_leap_year.map(|any| (any, any, place)));
                }
            }
        }
        let id = |place: &usize| document.exceptions.get(*place).map(|each| each.id.as_str());
        dates.sort_by(|a, b| (a.0, id(&a.2)).cmp(&(b.0, id(&b.2))));
        ranges.sort_by(|a, b| (a.1 - a.0, id(&a.2)).cmp(&(b.1 - b.0, id(&b.2))));
        yearly.sort_by(|a, b| (a.0, id(&a.2)).cmp(&(b.0, id(&b.2))));
        let exceptions = document.exceptions.iter();
        Self {
            zone: document.timezone,
            by_hand: document.set_by_hand.clone(),
            exceptions: exceptions.map(PreparedException::of).collect(),
            holidays: document.holidays.iter().map(prepare_holidays).collect(),
            greetings: document.holidays.iter().map(prepare_greetings).collect(),
            dates: dates
                .into_iter()
                .map(|(date, _, place)| (date, place))
                .collect(),
            ranges,
            yearly: yearly
                .into_iter()
                .map(|(date, _, place)| (yearly_date(date), place))
                .collect(),
            has_week: week.iter().any(|day| !day.open.is_empty()),
            all_week: all_week(&week),
            week,
        }
    }

    /// The rule that decides a date, given the holidays of its year.
    pub(super) fn deciding(&self, date: NaiveDate, holidays: &YearOfHolidays) -> Rule {
        first_at(&self.dates, date)
            .or_else(|| {
                let mut ranges = self.ranges.iter();
                ranges
                    .find(|(from, to, _)| (*from..=*to).contains(&date))
                    .map(|(_, _, place)| *place)
            })
            .or_else(|| first_at(&self.yearly, yearly_date(date)))
            .map(Rule::Exception)
            .or_else(|| first_at(holidays, date))
            .unwrap_or(if self.has_week {
                Rule::Week
            } else {
                Rule::Nothing
            })
    }

    /// The holidays of a year.
    pub(super) fn holidays_of(&self, year: i32) -> YearOfHolidays {
        let mut found = Vec::new();
        for (source, holidays) in self.holidays.iter().enumerate() {
            match holidays {
                PreparedHolidays::Builtin { calendar, skipped } => {
                    let kept = calendar.kept_in(year);
                    let kept = kept.iter().filter(|day| !skipped.contains(&day.date));
                    found.extend(kept.map(|day| (day.date, Rule::Holiday(source, day.rule))));
                }
                PreparedHolidays::Imported(dates) => {
                    let kept = dates.iter().enumerate();
                    let kept = kept.filter(|(_, (date, _))| date.year() == year);
                    found.extend(
                        kept.map(|(place, (date, _))| (*date, Rule::Holiday(source, place))),
                    );
                }
            }
        }
        // Stable: of two on one date that of the earlier source decides.
        found.sort_by_key(|(date, _)| *date);
        found
    }

    /// The spans that begin on a date.
    pub(super) fn spans(&self, rule: Rule, date: NaiveDate) -> &DaySpans {
        const NONE: &DaySpans = &DaySpans {
            open: Vec::new(),
            breaks: Vec::new(),
        };
        match rule {
            Rule::Week => self.week.get(weekday(date)).unwrap_or(NONE),
            Rule::Exception(place) => self.exceptions.get(place).map_or(NONE, |each| &each.spans),
            Rule::Holiday(..) | Rule::ByHand | Rule::Nothing => NONE,
        }
    }

    /// What holds on a date outside of all spans.
    pub(super) fn closed_as(&self, rule: Rule) -> OpenState {
        match rule {
            Rule::Exception(place) => self
                .exceptions
                .get(place)
                .map_or(OpenState::Closed, |each| each.closed_as),
            Rule::Holiday(..) => OpenState::Holiday,
            Rule::Week | Rule::ByHand | Rule::Nothing => OpenState::Closed,
        }
    }

    /// Whether the night before a date ends at its midnight.
    pub(super) fn cuts(&self, rule: Rule) -> bool {
        match rule {
            Rule::Exception(place) => self.exceptions.get(place).is_some_and(|each| each.cuts),
            _ => false,
        }
    }

    /// What is heard on a holiday that falls on a date: what is set for that date, or else for every
    /// year.
    pub(super) fn greeting(&self, source: usize, place: usize, on: NaiveDate) -> Option<SoundId> {
        let greetings = self.greetings.get(source)?;
        let every_year = || greetings.get(&self.holiday(source, place)?.0);
        greetings.get(&on.to_string()).or_else(every_year).copied()
    }

    /// The identity and the name of a holiday.
    pub(super) fn holiday(&self, source: usize, place: usize) -> Option<(String, &str)> {
        match self.holidays.get(source)? {
            PreparedHolidays::Builtin { calendar, .. } => {
                let rule = calendar.rule(place)?;
                Some((rule.id.clone(), &rule.name))
            }
            PreparedHolidays::Imported(dates) => {
                let (date, name) = dates.get(place)?;
                Some((date.to_string(), name))
            }
        }
    }
}

impl PreparedException {
    fn of(exception: &super::document::Exception) -> Self {
        let (closed_as, open) = match &exception.effect {
            Effect::AllDay(AllDay::Closed) => (OpenState::Closed, Vec::new()),
            Effect::AllDay(AllDay::Holiday) => (OpenState::Holiday, Vec::new()),
            Effect::AllDay(AllDay::Open) => (OpenState::Closed, vec![minutes(Interval::WHOLE_DAY)]),
            Effect::Hours(spans) => {
                let spans = spans.iter().copied().map(minutes);
                (OpenState::Closed, spans.collect())
            }
        };
        Self {
            id: exception.id.clone(),
            label: exception.label.clone(),
            greeting: exception.greeting.as_deref().and_then(sound_of),
            cuts: exception.spill == Spill::Cut,
            closed_as,
            spans: DaySpans {
                open,
                breaks: Vec::new(),
            },
        }
    }
}

impl From<OverrideState> for OpenState {
    fn from(state: OverrideState) -> Self {
        match state {
            OverrideState::Open => Self::Open,
            OverrideState::Closed => Self::Closed,
            OverrideState::Holiday => Self::Holiday,
        }
    }
}

fn prepare_greetings(source: &super::document::HolidaySource) -> BTreeMap<String, SoundId> {
    let greetings = source.greetings.iter();
    let known = greetings.filter_map(|(day, greeting)| Some((day.clone(), sound_of(greeting)?)));
    known.collect()
}

fn prepare_holidays(source: &super::document::HolidaySource) -> PreparedHolidays {
    let skipped_dates = source.skip.iter().filter_map(|skip| skip.parse().ok());
    let skipped: BTreeSet<NaiveDate> = skipped_dates.collect();
    let country = source.country.as_deref().unwrap_or_default();
    match (
        source.source,
        Calendar::of(country, source.region.as_deref()),
    ) {
        (HolidayOrigin::Builtin, Ok(mut calendar)) => {
            let types: &[HolidayType] = if source.types.is_empty() {
                &[HolidayType::Public]
            } else {
                &source.types
            };
            calendar.keep(|rule| types.contains(&rule.kind) && !source.skip.contains(&rule.id));
            PreparedHolidays::Builtin { calendar, skipped }
        }
        _ => {
            let dates = source.dates.iter();
            let dates = dates.filter(|each| !skipped.contains(&each.date));
            PreparedHolidays::Imported(dates.map(|each| (each.date, each.name.clone())).collect())
        }
    }
}

/// The first entry of a key in a list sorted by it.
fn first_at<K: Ord + Copy, V: Copy>(sorted: &[(K, V)], key: K) -> Option<V> {
    let place = sorted.partition_point(|(each, _)| *each < key);
    sorted
        .get(place)
        .filter(|(each, _)| *each == key)
        .map(|(_, value)| *value)
}

fn minutes(interval: Interval) -> (u16, u16) {
    (interval.0.minutes(), interval.end_minutes())
}

fn yearly_date(date: NaiveDate) -> YearlyDate {
    let [month, day] = [date.month(), date.day()].map(|n| u8::try_from(n).unwrap_or_default());
    YearlyDate { month, day }
}

/// 0 for Sunday to 6 for Saturday.
pub(super) fn weekday(date: NaiveDate) -> usize {
    date.weekday().num_days_from_sunday() as usize
}

/// What holds at every minute of the week, if it is always the same.
fn all_week(week: &[DaySpans; 7]) -> Option<OpenState> {
    if week.iter().all(|day| day.open.is_empty()) {
        return Some(OpenState::Closed);
    }
    if week.iter().any(|day| !day.breaks.is_empty()) {
        return None;
    }
    const WEEK: u16 = 7 * DAY_MINUTES;
    let mut spans: Vec<(u16, u16)> = Vec::new();
    for (day, begins) in (0..WEEK).step_by(DAY_MINUTES.into()).enumerate() {
        let open = week.get(day).map_or(&[][..], |spans| &spans.open);
        spans.extend(
            open.iter()
                .map(|(start, end)| (begins + start, begins + end)),
        );
    }
    // What runs over the end of the week has begun before its start.
    let over = spans.iter().filter(|(_, end)| *end > WEEK);
    let mut covered = over.map(|(_, end)| end - WEEK).max().unwrap_or(0);
    spans.sort_unstable();
    for (start, end) in spans {
        if start > covered {
            return None;
        }
        covered = covered.max(end);
    }
    (covered >= WEEK).then_some(OpenState::Open)
}
