//! What a schedule says about every moment, day by day.

use super::clock::{Pass, WallClock, plus_days};
use super::rules::{DaySpans, Rule, Rules, YearOfHolidays};
use super::time::{DAY_MINUTES, Moment};
use super::{Because, BecauseKind, NextChange, OpenState, Openness, Span};
use crate::TimeZone;
use crate::limits::SCHEDULE_HORIZON_DAYS;
use chrono::{Datelike, NaiveDate};

/// A schedule while it is asked: it remembers the holidays of the years it has come across.
pub(super) struct Timeline<'a> {
    rules: &'a Rules,
    clock: WallClock,
    years: Vec<(i32, YearOfHolidays)>,
    /// The dates on which something set by hand can hold, and one more at each end.
    by_hand: Option<(NaiveDate, NaiveDate)>,
}

/// Some time during which one thing holds for one reason, in milliseconds since 1970 (UTC), without
/// its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Segment {
    from: i64,
    until: i64,
    state: OpenState,
    rule: Rule,
}

/// A span of a day as time, with the rule it is from.
struct Stretch {
    from: i64,
    until: i64,
    rule: Rule,
}

impl<'a> Timeline<'a> {
    pub(super) fn new(rules: &'a Rules, office_zone: TimeZone) -> Self {
        let clock = WallClock::of(rules.zone.unwrap_or(office_zone));
        let by_hand = rules.by_hand.as_ref().map(|set| {
            let since = set.since.map_or(i64::MIN, Moment::unix_ms);
            let [first, last] = [since, set.until.unix_ms()].map(|at| clock.date(at));
            (plus_days(first, -1), plus_days(last, 1))
        });
        Self {
            rules,
            clock,
            years: Vec::new(),
            by_hand,
        }
    }

    /// What holds at a moment, since when, and what comes next.
    pub(super) fn openness(&mut self, at: i64) -> Openness {
        let at = WallClock::within_reach(at);
        let date = self.date_of(at);
        let today = self.segments(date);
        let holds = |segment: &Segment| segment.from <= at && at < segment.until;
        let Some((place, now)) = today.iter().copied().enumerate().find(|(_, s)| holds(s)) else {
            return Openness::fault();
        };
        let because = self.because(now.rule);
        let greeting = match now.rule {
            _ if now.state == OpenState::Open => None,
            Rule::Exception(place) => self.rules.exceptions.get(place).and_then(|e| e.greeting),
            Rule::Holiday(source, place) => self.rules.greeting(source, place, date),
            Rule::ByHand | Rule::Week | Rule::Nothing => None,
        };
        let later = today.iter().skip(place + 1);
        let next = later
            .copied()
            .find(|segment| segment.state != now.state)
            .or_else(|| self.next_after(date, now.state));
        let since = if now.rule == Rule::ByHand {
            let by_hand = self.rules.by_hand.as_ref();
            by_hand.and_then(|set| Some(set.since?.unix_ms()))
        } else {
            let earlier = today.iter().take(place).rev();
            earlier
                .copied()
                .find(|segment| segment.state != now.state)
                .or_else(|| self.last_before(date, now.state))
                .map(|segment| segment.until)
        };
        Openness {
            state: now.state,
            label: because.label.clone(),
            since,
            next: next.map(|segment| NextChange {
                at: segment.from,
                state: segment.state,
            }),
            because,
            greeting,
        }
    }

    /// What holds on so many days, from the day of a moment on.
    pub(super) fn spans(&mut self, at: i64, days: u16) -> Vec<Span> {
        let first = self.date_of(WallClock::within_reach(at));
        let mut merged: Vec<Segment> = Vec::new();
        for day in 0..i64::from(days) {
            for segment in self.segments(plus_days(first, day)) {
                push(&mut merged, segment);
            }
        }
        merged
            .into_iter()
            .map(|segment| Span {
                from: segment.from,
                to: segment.until,
                state: segment.state,
                because: self.because(segment.rule),
            })
            .collect()
    }

    /// The rule that decides a date.
    pub(super) fn deciding(&mut self, date: NaiveDate) -> Rule {
        let rules = self.rules;
        rules.deciding(date, self.holidays_of(date.year()))
    }

    /// Whether the schedule is ever open on a date.
    pub(super) fn opens_on(&mut self, date: NaiveDate) -> bool {
        let segments = self.segments(date);
        segments
            .iter()
            .any(|segment| segment.state == OpenState::Open)
    }

    /// The first segment after a date in which something else holds.
    fn next_after(&mut self, date: NaiveDate, state: OpenState) -> Option<Segment> {
        (1..=i64::from(SCHEDULE_HORIZON_DAYS)).find_map(|days| {
            let date = plus_days(date, days);
            if self.all_day(date) == Some(state) {
                return None;
            }
            let segments = self.segments(date);
            segments.into_iter().find(|segment| segment.state != state)
        })
    }

    /// The last segment before a date in which something else held.
    fn last_before(&mut self, date: NaiveDate, state: OpenState) -> Option<Segment> {
        (1..=i64::from(SCHEDULE_HORIZON_DAYS)).find_map(|days| {
            let date = plus_days(date, -days);
            if self.all_day(date) == Some(state) {
                return None;
            }
            let segments = self.segments(date);
            segments.into_iter().rfind(|segment| segment.state != state)
        })
    }

    /// What holds on a date from one midnight to the next, where that is seen without working out
    /// its hours. Most days on which nothing changes are found here, at a hundredth of the work.
    fn all_day(&mut self, date: NaiveDate) -> Option<OpenState> {
        if self
            .by_hand
            .is_some_and(|(first, last)| (first..=last).contains(&date))
        {
            return None;
        }
        let yesterday = plus_days(date, -1);
        let [before, rule] = [yesterday, date].map(|date| self.deciding(date));
        if before == Rule::Week && rule == Rule::Week {
            return self.rules.all_week;
        }
        let runs_on = |spans: &[(u16, u16)]| spans.iter().any(|(_, end)| *end >= DAY_MINUTES);
        let night = self.rules.spans(before, yesterday);
        let night_runs_on = runs_on(&night.open) || runs_on(&night.breaks);
        let own = self.rules.spans(rule, date);
        let closed = own.open.is_empty() && !night_runs_on;
        closed.then(|| self.rules.closed_as(rule))
    }

    /// A date from its midnight to the next, cut where something changes. Empty for a date the zone
    /// has left out.
    fn segments(&mut self, date: NaiveDate) -> Vec<Segment> {
        let begins = self.clock.instant(date, 0, Pass::First);
        let ends = self.clock.instant(plus_days(date, 1), 0, Pass::First);
        let rule = self.deciding(date);
        let [mut open, mut breaks] = [const { Vec::new() }; 2];
        if !self.rules.cuts(rule) {
            let yesterday = plus_days(date, -1);
            let rule = self.deciding(yesterday);
            let DaySpans { open: o, breaks: b } = self.rules.spans(rule, yesterday);
            // One that ends at midnight runs on for a while if that midnight comes twice.
            let runs_on = |span: &&(u16, u16)| span.1 >= DAY_MINUTES;
            open.extend(
                o.iter()
                    .filter(runs_on)
                    .map(|s| self.stretch(yesterday, *s, rule)),
            );
            breaks.extend(
                b.iter()
                    .filter(runs_on)
                    .map(|s| self.stretch(yesterday, *s, rule)),
            );
        }
        let own = self.rules.spans(rule, date);
        open.extend(own.open.iter().map(|span| self.stretch(date, *span, rule)));
        breaks.extend(
            own.breaks
                .iter()
                .map(|span| self.stretch(date, *span, rule)),
        );

        let by_hand = self.rules.by_hand.as_ref().map(|set| Stretch {
            from: set.since.map_or(i64::MIN, |since| since.unix_ms()),
            until: set.until.unix_ms(),
            rule: Rule::ByHand,
        });
        let stretches = open.iter().chain(&breaks).chain(&by_hand);
        let inside = |at: &i64| begins < *at && *at < ends;
        let mut cuts: Vec<i64> = stretches
            .flat_map(|stretch| [stretch.from, stretch.until])
            .filter(inside)
            .chain([begins, ends])
            .collect();
        cuts.sort_unstable();
        cuts.dedup();

        let mut segments = Vec::new();
        for (from, until) in cuts.iter().zip(cuts.iter().skip(1)) {
            let covering = |stretches: &[Stretch]| {
                // The date's own hours before those of the night before.
                let mut stretches = stretches.iter().rev();
                stretches
                    .find(|stretch| stretch.from <= *from && *until <= stretch.until)
                    .map(|stretch| stretch.rule)
            };
            let set = by_hand.as_slice();
            let (state, rule) = match (covering(set), covering(&open), covering(&breaks)) {
                (Some(by_hand), _, _) => (self.state_by_hand(), by_hand),
                (None, Some(_), Some(rule)) => (OpenState::Break, rule),
                (None, Some(rule), None) => (OpenState::Open, rule),
                (None, None, _) => (self.rules.closed_as(rule), rule),
            };
            let segment = Segment {
                from: *from,
                until: *until,
                state,
                rule,
            };
            push(&mut segments, segment);
        }
        segments
    }

    fn stretch(&self, date: NaiveDate, (start, end): (u16, u16), rule: Rule) -> Stretch {
        Stretch {
            from: self.clock.instant(date, start, Pass::First),
            until: self.clock.instant(date, end, Pass::Second),
            rule,
        }
    }

    fn state_by_hand(&self) -> OpenState {
        let set = self.rules.by_hand.as_ref();
        set.map_or(OpenState::Open, |set| set.state.into())
    }

    /// The date a moment belongs to: the last that has begun. That is what the clock shows, unless
    /// it is put back over midnight.
    fn date_of(&self, at: i64) -> NaiveDate {
        let shown = self.clock.date(at);
        let tomorrow = plus_days(shown, 1);
        if self.clock.instant(tomorrow, 0, Pass::First) <= at {
            tomorrow
        } else {
            shown
        }
    }

    fn holidays_of(&mut self, year: i32) -> &YearOfHolidays {
        let place = self.years.iter().position(|(known, _)| *known == year);
        let place = place.unwrap_or_else(|| {
            self.years.push((year, self.rules.holidays_of(year)));
            self.years.len() - 1
        });
        const NONE: &YearOfHolidays = &Vec::new();
        self.years.get(place).map_or(NONE, |(_, holidays)| holidays)
    }

    fn because(&self, rule: Rule) -> Because {
        let (kind, id, label) = match rule {
            Rule::ByHand => {
                let set = self.rules.by_hand.as_ref();
                let reason = set.and_then(|set| set.reason.clone());
                (BecauseKind::Override, None, reason)
            }
            Rule::Exception(place) => {
                let exception = self.rules.exceptions.get(place);
                let id = exception.map(|each| each.id.clone());
                let label = exception.and_then(|each| each.label.clone());
                (BecauseKind::Exception, id, label)
            }
            Rule::Holiday(source, place) => {
                let holiday = self.rules.holiday(source, place);
                let (id, label) = holiday.map(|(id, name)| (id, name.to_owned())).unzip();
                (BecauseKind::Holiday, id, label)
            }
            Rule::Week => (BecauseKind::Weekly, None, None),
            Rule::Nothing => (BecauseKind::NoRule, None, None),
        };
        Because { kind, id, label }
    }
}

/// Adds a segment, as part of the last one if nothing changes between them.
fn push(segments: &mut Vec<Segment>, segment: Segment) {
    match segments.last_mut() {
        Some(last) if (last.state, last.rule) == (segment.state, segment.rule) => {
            last.until = segment.until;
        }
        _ => segments.push(segment),
    }
}
