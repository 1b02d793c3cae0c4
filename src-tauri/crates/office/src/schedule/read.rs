//! Opening hours as people type them: "Mon-Thu 9-17:30, Fri 9-15, break 12:30-13:15".
//!
//! Days and words are understood in English and German alike; the language decides how the hours
//! are said back. What is said back is understood again, and means the same.

mod words;

use super::document::{WeeklyAs, WeeklyRow};
use super::time::{DAY_MINUTES, Interval, TimeOfDay};
use crate::Language;
use crate::limits::{SCHEDULE_LINE_MAX_CHARS, SCHEDULE_SPANS_MAX};
use std::collections::BTreeMap;
use words::{Half, Token, Typed, Word, Words, tokens};

/// The typed line cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct BadHoursLine {
    /// Where, in characters from the start.
    pub at: usize,
    /// What is wrong there.
    pub fault: HoursLineFault,
}

/// What is wrong with a typed line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursLineFault {
    /// There is nothing.
    #[error("type days and times, such as Mon-Fri 9-17")]
    Empty,
    /// It is too long.
    #[error("a line of hours has up to {SCHEDULE_LINE_MAX_CHARS} characters")]
    TooLong,
    /// A word or sign that means nothing here.
    #[error("{word:?} means nothing here")]
    NotUnderstood {
        /// The word.
        word: String,
    },
    /// A number that is no time.
    #[error("there is no such time; times are 0:00 to 24:00")]
    NoSuchTime,
    /// Times for no day.
    #[error("for which days? Type them before the times, such as Mon-Fri")]
    DaysMissing,
    /// Days without times.
    #[error("from when to when? Type the times after the days, such as 9-17")]
    TimesMissing,
    /// A time without its end.
    #[error("until when? Type the end after the start, such as 9-17")]
    EndMissing,
}

/// Reads a typed line as the rows of a week, sorted, each span once.
///
/// # Errors
/// What is not understood, and where.
pub fn read_week(text: &str, language: &Language) -> Result<Vec<WeeklyRow>, BadHoursLine> {
    let fail = |at, fault| BadHoursLine { at, fault };
    if text.chars().count() > SCHEDULE_LINE_MAX_CHARS {
        let at = SCHEDULE_LINE_MAX_CHARS;
        return Err(fail(at, HoursLineFault::TooLong));
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(fail(0, HoursLineFault::Empty));
    }
    let mut reader = Reader {
        tokens: &tokens,
        place: 0,
        end: text.chars().count(),
        twelve_hours: Words::of(language).twelve_hours,
        week: Week::default(),
        everywhere: Vec::new(),
    };
    reader.line()?;
    let Reader {
        mut week,
        everywhere,
        ..
    } = reader;
    // A break said of no days is one on every day there are hours.
    for day in week.days.iter_mut().filter(|day| !day.open.is_empty()) {
        day.breaks.extend(&everywhere);
    }
    Ok(week.rows())
}

/// Says the rows of a week as a line: "Mon-Thu 09:00-17:30, Fri 09:00-15:00, break 12:30-13:15".
#[must_use]
pub fn say_week(rows: &[WeeklyRow], language: &Language) -> String {
    let words = Words::of(language);
    let week = Week::of(rows);
    let is_open = |day: usize| week.days.get(day).is_some_and(|day| !day.open.is_empty());
    let open_days: Vec<usize> = (0..7).filter(|day| is_open(*day)).collect();
    let mut clauses = Vec::new();
    for (days, spans) in week.grouped(|day| &day.open) {
        clauses.push(format!("{} {}", words.say_days(&days), say_spans(&spans)));
    }
    for (days, spans) in week.grouped(|day| &day.breaks) {
        let days = if days == open_days {
            String::new()
        } else {
            format!("{} ", words.say_days(&days))
        };
        clauses.push(format!("{} {days}{}", words.break_word, say_spans(&spans)));
    }
    if clauses.is_empty() {
        return words.closed_word.to_owned();
    }
    clauses.join(", ")
}

fn say_spans(spans: &[Interval]) -> String {
    let said = spans
        .iter()
        .map(|Interval(start, end)| format!("{start}-{end}"));
    said.collect::<Vec<_>>().join(", ")
}

/// A week by days, Monday first, as people read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Week {
    days: [Day; 7],
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Day {
    open: Vec<Interval>,
    breaks: Vec<Interval>,
}

impl Week {
    fn of(rows: &[WeeklyRow]) -> Self {
        let mut week = Self::default();
        for row in rows {
            for day in &row.days {
                // A schedule counts from Sunday.
                week.add((usize::from(*day) + 6) % 7, row.state, row.open);
            }
        }
        week.sort();
        week
    }

    fn add(&mut self, day: usize, state: WeeklyAs, span: Interval) {
        if let Some(day) = self.days.get_mut(day) {
            match state {
                WeeklyAs::Open => day.open.push(span),
                WeeklyAs::Break => day.breaks.push(span),
            }
        }
    }

    fn sort(&mut self) {
        for day in &mut self.days {
            for spans in [&mut day.open, &mut day.breaks] {
                spans.sort_unstable();
                spans.dedup();
            }
        }
    }

    fn rows(mut self) -> Vec<WeeklyRow> {
        self.sort();
        let mut rows: BTreeMap<(bool, usize, Interval), Vec<u8>> = BTreeMap::new();
        let mut firsts: BTreeMap<(bool, Interval), usize> = BTreeMap::new();
        for (place, (day, number)) in self.days.iter().zip([1, 2, 3, 4, 5, 6, 0]).enumerate() {
            let open = day.open.iter().map(|span| (false, *span));
            let breaks = day.breaks.iter().map(|span| (true, *span));
            for key in open.chain(breaks) {
                let first = *firsts.entry(key).or_insert(place);
                rows.entry((key.0, first, key.1)).or_default().push(number);
            }
        }
        rows.into_iter()
            .map(|((is_break, _, open), days)| WeeklyRow {
                days,
                open,
                state: if is_break {
                    WeeklyAs::Break
                } else {
                    WeeklyAs::Open
                },
                other: serde_json::Map::new(),
            })
            .collect()
    }

    /// The days that have the same spans, with them, in the order of their first day.
    fn grouped(&self, of: impl Fn(&Day) -> &Vec<Interval>) -> Vec<(Vec<usize>, Vec<Interval>)> {
        let mut groups: Vec<(Vec<usize>, Vec<Interval>)> = Vec::new();
        for (place, day) in self.days.iter().enumerate() {
            let spans = of(day);
            if spans.is_empty() {
                continue;
            }
            match groups.iter_mut().find(|(_, known)| known == spans) {
                Some((days, _)) => days.push(place),
                None => groups.push((vec![place], spans.clone())),
            }
        }
        groups
    }
}

/// Goes through the words of a line once.
struct Reader<'a> {
    tokens: &'a [Token],
    place: usize,
    /// The length of the line, in characters.
    end: usize,
    /// Whether "9-5" ends in the afternoon.
    twelve_hours: bool,
    week: Week,
    /// Breaks that were said of no days.
    everywhere: Vec<Interval>,
}

/// What the next times are for.
struct Group {
    /// `None` for every day there are hours.
    days: Option<Vec<usize>>,
    state: WeeklyAs,
    /// Whether times have been said already, so that a day begins another group.
    is_said: bool,
}

impl Reader<'_> {
    fn line(&mut self) -> Result<(), BadHoursLine> {
        let mut group = Group {
            days: Some(Vec::new()),
            state: WeeklyAs::Open,
            is_said: false,
        };
        // Where days wait for their times.
        let mut waiting = None;
        let mut after_comma = true;
        let mut spans = 0;
        while let Some(token) = self.peek() {
            let at = token.at;
            let was_after_comma = std::mem::take(&mut after_comma);
            match token.word.clone() {
                Word::Comma | Word::And => {
                    self.place += 1;
                    after_comma = true;
                }
                Word::Filler => self.place += 1,
                Word::Days(_) => {
                    let days = self.days()?;
                    if group.is_said {
                        group = Group {
                            days: Some(Vec::new()),
                            state: WeeklyAs::Open,
                            is_said: false,
                        };
                    }
                    group.days.get_or_insert_default().extend(days);
                    waiting.get_or_insert(at);
                }
                Word::Break => {
                    self.place += 1;
                    // "Mon-Fri 9-17 break 12-13" is of those days, ", break 12-13" of all.
                    if group.is_said && was_after_comma {
                        group.days = None;
                    }
                    group.state = WeeklyAs::Break;
                    group.is_said = false;
                    waiting = Some(at);
                }
                Word::Closed => {
                    self.place += 1;
                    for day in group.days.iter().flatten() {
                        if let Some(day) = self.week.days.get_mut(*day) {
                            *day = Day::default();
                        }
                    }
                    group.is_said = true;
                    waiting = None;
                }
                Word::Time(..) | Word::AllDay => {
                    let span = self.span()?;
                    spans += 1;
                    let too_many = spans > SCHEDULE_SPANS_MAX;
                    match &group.days {
                        _ if too_many => {
                            return Err(self.fail(at, HoursLineFault::TooLong));
                        }
                        None => self.everywhere.push(span),
                        Some(days) if days.is_empty() && group.state == WeeklyAs::Break => {
                            self.everywhere.push(span);
                        }
                        Some(days) if days.is_empty() => {
                            return Err(self.fail(at, HoursLineFault::DaysMissing));
                        }
                        Some(days) => {
                            for day in days {
                                self.week.add(*day, group.state, span);
                            }
                        }
                    }
                    group.is_said = true;
                    waiting = None;
                }
                Word::To | Word::Half(_) => {
                    return Err(self.fail(
                        at,
                        HoursLineFault::NotUnderstood {
                            word: token.text.clone(),
                        },
                    ));
                }
            }
        }
        match waiting {
            Some(_) => Err(self.fail(self.end, HoursLineFault::TimesMissing)),
            None => Ok(()),
        }
    }

    /// "Mon", "Mon-Thu", "daily".
    fn days(&mut self) -> Result<Vec<usize>, BadHoursLine> {
        let first = self.take_days();
        let (Some([from]), Some(Word::To)) = (first.as_deref(), self.peek().map(|t| &t.word))
        else {
            return Ok(first.unwrap_or_default());
        };
        let from = *from;
        self.place += 1;
        let at = self.peek().map_or(self.end, |token| token.at);
        match self.take_days().as_deref() {
            Some([to]) => {
                let count = (to + 7 - from) % 7;
                Ok((0..=count).map(|step| (from + step) % 7).collect())
            }
            _ => Err(self.fail(at, HoursLineFault::DaysMissing)),
        }
    }

    fn take_days(&mut self) -> Option<Vec<usize>> {
        let Word::Days(days) = &self.peek()?.word else {
            return None;
        };
        let days = days.to_vec();
        self.place += 1;
        Some(days)
    }

    /// "9-17:30", "9am to 5pm", "24h".
    fn span(&mut self) -> Result<Interval, BadHoursLine> {
        if matches!(self.peek().map(|token| &token.word), Some(Word::AllDay)) {
            self.place += 1;
            return Ok(Interval::WHOLE_DAY);
        }
        let start_at = self.peek().map_or(self.end, |token| token.at);
        let (start, start_half) = self.time()?;
        self.skip_fillers();
        let at = self.peek().map_or(self.end, |token| token.at);
        if !matches!(self.peek().map(|token| &token.word), Some(Word::To)) {
            return Err(self.fail(at, HoursLineFault::EndMissing));
        }
        self.place += 1;
        self.skip_fillers();
        let at = self.peek().map_or(self.end, |token| token.at);
        if !matches!(self.peek().map(|token| &token.word), Some(Word::Time(_))) {
            return Err(self.fail(at, HoursLineFault::EndMissing));
        }
        let (typed_end, end_half) = self.time()?;
        let noon = DAY_MINUTES / 2;
        let (start, mut end) = (start.minutes, typed_end.minutes);
        let counts_to_twelve = self.twelve_hours || start_half.is_some();
        let may_be_afternoon = typed_end.loose && end_half.is_none() && counts_to_twelve;
        if may_be_afternoon && start < noon && end < noon && end <= start {
            end += noon;
        }
        let [start, end] = [start, end].map(TimeOfDay::from_minutes);
        match (start, end) {
            (Some(start), Some(end)) if start < TimeOfDay::END_OF_DAY => Ok(Interval(start, end)),
            _ => Err(self.fail(start_at, HoursLineFault::NoSuchTime)),
        }
    }

    /// A time, with the half of the day that was said.
    fn time(&mut self) -> Result<(Typed, Option<Half>), BadHoursLine> {
        let token = self.peek();
        let (at, mut typed) = match token {
            Some(Token {
                at,
                word: Word::Time(typed),
                ..
            }) => (*at, *typed),
            _ => return Err(self.fail(self.end, HoursLineFault::EndMissing)),
        };
        self.place += 1;
        let Some(Word::Half(half)) = self.peek().map(|token| token.word.clone()) else {
            return Ok((typed, None));
        };
        self.place += 1;
        let noon = DAY_MINUTES / 2;
        typed.minutes = match half {
            _ if !(60..noon + 60).contains(&typed.minutes) => {
                return Err(self.fail(at, HoursLineFault::NoSuchTime));
            }
            Half::Morning => typed.minutes % noon,
            Half::Afternoon => typed.minutes % noon + noon,
        };
        Ok((typed, Some(half)))
    }

    fn skip_fillers(&mut self) {
        while matches!(self.peek().map(|token| &token.word), Some(Word::Filler)) {
            self.place += 1;
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.place)
    }

    fn fail(&self, at: usize, fault: HoursLineFault) -> BadHoursLine {
        BadHoursLine { at, fault }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn language(tag: &str) -> Language {
        Language::parse(tag).unwrap()
    }

    fn echo(text: &str, tag: &str) -> String {
        let language = language(tag);
        match read_week(text, &language) {
            Ok(rows) => say_week(&rows, &language),
            Err(error) => format!("{}: {error}", error.at),
        }
    }

    #[test]
    fn the_line_of_the_specification() {
        let rows = read_week(
            "Mon-Thu 9-17:30, Fri 9-15, break 12:30-13:15",
            &language("en"),
        );
        let json = serde_json::to_value(rows.unwrap()).unwrap();
        assert_eq!(
            json,
            serde_json::json!([
                { "days": [1, 2, 3, 4], "open": ["09:00", "17:30"] },
                { "days": [5], "open": ["09:00", "15:00"] },
                { "days": [1, 2, 3, 4, 5], "open": ["12:30", "13:15"], "as": "break" },
            ])
        );
    }

    #[test]
    fn many_ways_of_typing_mean_the_same() {
        let cases = [
            ("mon – fri 9:00–17:00", "Mon-Fri 09:00-17:00"),
            ("Monday to Friday from 9am to 5pm", "Mon-Fri 09:00-17:00"),
            ("weekdays 9-5", "Mon-Fri 09:00-17:00"),
            ("Mo-Fr 9.00-17.00 h", "Mon-Fri 09:00-17:00"),
            (
                "Mon, Wed and Fri 8-12, 13-17",
                "Mon, Wed, Fri 08:00-12:00, 13:00-17:00",
            ),
            ("Sat 20-2", "Sat 20:00-02:00"),
            ("Fri-Mon 10-12", "Mon, Fri-Sun 10:00-12:00"),
            ("daily 9-17, Sun closed", "Mon-Sat 09:00-17:00"),
            ("daily 24h", "Mon-Sun 00:00-24:00"),
            ("Mon-Fri noon-midnight", "Mon-Fri 12:00-24:00"),
            ("Tue 12am-12pm", "Tue 00:00-12:00"),
            ("closed", "closed"),
            (
                "Mon-Thu 9-17 break 12-13, Fri 9-15",
                "Mon-Thu 09:00-17:00, Fri 09:00-15:00, break Mon-Thu 12:00-13:00",
            ),
            (
                "Mon-Fri 9-17; break Wed 10-11; break 12-13",
                "Mon-Fri 09:00-17:00, break Mon-Tue, Thu-Fri 12:00-13:00, \
                 break Wed 10:00-11:00, 12:00-13:00",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(echo(text, "en"), expected, "{text:?}");
            assert_eq!(echo(expected, "en"), expected);
        }
    }

    #[test]
    fn german_is_understood_and_said() {
        let cases = [
            (
                "Mo-Do 9-17:30, Fr 9-15, Pause 12:30-13:15",
                "Mo-Do 09:00-17:30, Fr 09:00-15:00, Pause 12:30-13:15",
            ),
            (
                "montags bis donnerstags von 9 bis 17 Uhr",
                "Mo-Do 09:00-17:00",
            ),
            ("Mo., Mi. und Fr. 8–12 Uhr", "Mo, Mi, Fr 08:00-12:00"),
            ("täglich rund um die Uhr", "Mo-So 00:00-24:00"),
            (
                "werktags 7-18, Mittagspause 12-13",
                "Mo-Sa 07:00-18:00, Pause 12:00-13:00",
            ),
            ("wochentags 22-6", "Mo-Fr 22:00-06:00"),
            ("Mo-So 9-17, Mi geschlossen", "Mo-Di, Do-So 09:00-17:00"),
            ("Sa 10-2", "Sa 10:00-02:00"),
        ];
        for (text, expected) in cases {
            assert_eq!(echo(text, "de"), expected, "{text:?}");
            assert_eq!(echo(expected, "de"), expected);
        }
    }

    #[test]
    fn what_is_not_understood_is_pointed_at() {
        let cases = [
            ("", 0, HoursLineFault::Empty),
            ("Mon", 3, HoursLineFault::TimesMissing),
            ("Mon-Fri 9", 9, HoursLineFault::EndMissing),
            ("Mon-Fri 9-", 10, HoursLineFault::EndMissing),
            ("9-17", 0, HoursLineFault::DaysMissing),
            ("Mon-9 9-17", 4, HoursLineFault::DaysMissing),
            ("Mon 9-25", 6, HoursLineFault::NoSuchTime),
            ("Mon 9-17:70", 6, HoursLineFault::NoSuchTime),
            ("Mon 24-2", 4, HoursLineFault::NoSuchTime),
            ("Mon 13pm-17", 4, HoursLineFault::NoSuchTime),
            (
                "Tué 9-17",
                0,
                HoursLineFault::NotUnderstood {
                    word: "Tué".to_owned(),
                },
            ),
            (
                "Mon 9-17 ☕",
                9,
                HoursLineFault::NotUnderstood {
                    word: "☕".to_owned(),
                },
            ),
        ];
        for (text, at, fault) in cases {
            let error = read_week(text, &language("en")).unwrap_err();
            assert_eq!(error, BadHoursLine { at, fault }, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_line_brings_the_reader_down(
            text in r"((mon|Di|fr|daily|break|closed|to|-|,|and|am|pm|9|17:30|24|:|noon|\PC)[ ]?){0,30}",
        ) {
            let english = language("en");
            if let Ok(rows) = read_week(&text, &english) {
                let said = say_week(&rows, &english);
                prop_assert_eq!(read_week(&said, &english), Ok(rows), "{}", said);
            }
        }

        #[test]
        fn what_is_said_means_the_same(
            spans in prop::collection::vec(
                (prop::collection::btree_set(0_u8..7, 1..7), 0_u16..1440, 0_u16..=1440, any::<bool>()),
                0..8,
            ),
            german in any::<bool>(),
        ) {
            let language = language(if german { "de" } else { "en" });
            let rows: Vec<WeeklyRow> = spans
                .into_iter()
                .map(|(days, start, end, is_break)| {
                    let [start, end] = [start, end].map(|m| TimeOfDay::from_minutes(m).unwrap());
                    WeeklyRow {
                        days: days.into_iter().collect(),
                        open: Interval(start, end),
                        state: if is_break { WeeklyAs::Break } else { WeeklyAs::Open },
                        other: serde_json::Map::new(),
                    }
                })
                .collect();
            let said = say_week(&rows, &language);
            let read = read_week(&said, &language).unwrap();
            prop_assert_eq!(Week::of(&read), Week::of(&rows), "{}", said);
        }
    }
}
