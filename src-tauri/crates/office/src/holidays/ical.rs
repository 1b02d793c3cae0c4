//! Calendar files (RFC 5545), as far as they hold the dates of holidays.
//!
//! Every event gives the dates it covers: one that lasts several days gives each of them, one that
//! comes every year gives those of the next years. What is not understood is left out: somebody
//! looks through the dates before a schedule keeps them.

use crate::clean_text;
use crate::limits::{CALENDAR_FILE_MAX_BYTES, CALENDAR_LINE_MAX_BYTES, IMPORTED_DATES_MAX};
use crate::schedule::NamedDate;
use chrono::{Datelike, NaiveDate};

/// How many days of one event are taken: school holidays are long.
const EVENT_DAYS_MAX: usize = 100;

/// How many years of a yearly event are taken.
const YEARS_AHEAD: i32 = 10;

/// The text is no calendar file, or holds too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCalendarFile {
    /// It does not begin like one.
    #[error("this is no calendar file; one begins with BEGIN:VCALENDAR")]
    NotACalendar,
    /// It is too large.
    #[error("a calendar file may have up to {} KiB", CALENDAR_FILE_MAX_BYTES / 1024)]
    TooLarge,
    /// It has too many dates.
    #[error("a calendar of holidays has up to {IMPORTED_DATES_MAX} dates; this one has more")]
    TooManyDates,
    /// It has none.
    #[error("there is no date in this calendar")]
    NoDates,
}

/// Reads the dates of a calendar file, sorted, each name once on a date. Of yearly events those from
/// the year `this_year` on.
///
/// # Errors
/// Why it is none.
pub fn read_ical(text: &str, this_year: i32) -> Result<Vec<NamedDate>, BadCalendarFile> {
    if text.len() > CALENDAR_FILE_MAX_BYTES {
        return Err(BadCalendarFile::TooLarge);
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text
        .get(..15)
        .is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCALENDAR"))
    {
        return Err(BadCalendarFile::NotACalendar);
    }
    let mut dates = Vec::new();
    let mut event: Option<Event> = None;
    // How deep in a part of an event we are: an alarm has dates and a summary of its own.
    let mut parts = 0_usize;
    for line in unfold(text) {
        let Some(line) = Line::read(&line) else {
            continue;
        };
        let is_event = line.value.eq_ignore_ascii_case("VEVENT");
        match (line.name.as_str(), &mut event) {
            ("BEGIN", None) if is_event => event = Some(Event::default()),
            ("BEGIN", Some(_)) => parts += 1,
            ("END", Some(_)) if parts > 0 => parts -= 1,
            ("END", Some(_)) => {
                dates.extend(event.take().unwrap_or_default().dates(this_year));
                if dates.len() > IMPORTED_DATES_MAX {
                    return Err(BadCalendarFile::TooManyDates);
                }
            }
            (_, Some(event)) if parts == 0 => event.take_in(&line),
            _ => {}
        }
    }
    dates.sort();
    dates.dedup();
    if dates.is_empty() {
        return Err(BadCalendarFile::NoDates);
    }
    Ok(dates)
}

/// The lines of a file, those that were folded (§3.1) made whole and cut at their limit.
fn unfold(text: &str) -> impl Iterator<Item = String> {
    let mut lines = text.lines().peekable();
    std::iter::from_fn(move || {
        let mut whole = lines.next()?.to_owned();
        while let Some(more) = lines.next_if(|line| line.starts_with([' ', '\t'])) {
            if whole.len() < CALENDAR_LINE_MAX_BYTES {
                whole.push_str(more.get(1..).unwrap_or_default());
            }
        }
        Some(whole)
    })
}

/// `NAME;PARAMETER=…:value` (§3.1), without its parameters: of a date we need what the clock shows
/// in its own zone.
struct Line<'a> {
    name: String,
    value: &'a str,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut quoted = false;
        let colon = line.bytes().position(|byte| {
            quoted ^= byte == b'"';
            byte == b':' && !quoted
        })?;
        let (head, value) = line.split_at_checked(colon)?;
        let name = head.split(';').next()?.trim().to_ascii_uppercase();
        Some(Self {
            name,
            value: value.get(1..)?.trim(),
        })
    }
}

/// An event, as far as it has been read.
#[derive(Default)]
struct Event {
    name: String,
    start: Option<NaiveDate>,
    /// The day after the last.
    end: Option<NaiveDate>,
    cancelled: bool,
    yearly: Option<Yearly>,
    left_out: Vec<NaiveDate>,
}

/// That an event comes every year.
struct Yearly {
    every: i32,
    until: Option<NaiveDate>,
    count: Option<i32>,
}

impl Event {
    fn take_in(&mut self, line: &Line<'_>) {
        match line.name.as_str() {
            "SUMMARY" => self.name = clean_text(&unescape(line.value)).into_owned(),
            "DTSTART" => self.start = date(line.value),
            "DTEND" => {
                // A time other than midnight is still part of its day.
                let in_its_day = line.value.get(9..15).is_some_and(|time| time != "000000");
                let end = date(line.value);
                self.end = end.and_then(|end| {
                    if in_its_day {
                        end.succ_opt()
                    } else {
                        Some(end)
                    }
                });
            }
            "STATUS" => self.cancelled = line.value.eq_ignore_ascii_case("CANCELLED"),
            "RRULE" => self.yearly = Yearly::read(line.value),
            "EXDATE" if self.left_out.len() < IMPORTED_DATES_MAX => {
                self.left_out.extend(line.value.split(',').filter_map(date));
            }
            _ => {}
        }
    }

    fn dates(self, this_year: i32) -> Vec<NamedDate> {
        let Some(start) = self.start.filter(|_| !self.cancelled) else {
            return Vec::new();
        };
        let days = self.end.map_or(1, |end| (end - start).num_days());
        let days = usize::try_from(days).unwrap_or(0).clamp(1, EVENT_DAYS_MAX);
        let starts: Vec<NaiveDate> = match &self.yearly {
            None => vec![start],
            Some(yearly) => yearly.starts(start, this_year),
        };
        let starts = starts
            .into_iter()
            .filter(|start| !self.left_out.contains(start));
        starts
            .flat_map(|start| start.iter_days().take(days))
            .map(|date| NamedDate {
                date,
                name: self.name.clone(),
            })
            .collect()
    }
}

impl Yearly {
    /// Reads a rule (§3.3.10) that says no more than every year on the same date.
    fn read(value: &str) -> Option<Self> {
        let mut yearly = None;
        let (mut every, mut until, mut count) = (1, None, None);
        for part in value.split(';') {
            let (name, value) = part.split_once('=')?;
            match name.to_ascii_uppercase().as_str() {
                "FREQ" => yearly = value.eq_ignore_ascii_case("YEARLY").then_some(()),
                "INTERVAL" => every = value.parse().ok().filter(|every| *every >= 1)?,
                "UNTIL" => until = Some(date(value)?),
                "COUNT" => count = Some(value.parse().ok()?),
                // They repeat what the start says.
                "BYMONTH" | "BYMONTHDAY" | "WKST" if value.parse::<u32>().is_ok() => {}
                "WKST" => {}
                _ => return None,
            }
        }
        yearly.map(|()| Self {
            every,
            until,
            count,
        })
    }

    fn starts(&self, first: NaiveDate, this_year: i32) -> Vec<NaiveDate> {
        let years = first.year().max(this_year)..this_year.saturating_add(YEARS_AHEAD);
        years
            .filter_map(|year| first.with_year(year))
            .filter(|date| {
                let since = date.year() - first.year();
                since % self.every == 0
                    && self.count.is_none_or(|count| since / self.every < count)
                    && self.until.is_none_or(|until| *date <= until)
            })
            .collect()
    }
}

/// The date of `20261224` or `20261224T090000Z`, within the years of a schedule.
fn date(value: &str) -> Option<NaiveDate> {
    use crate::limits::{SCHEDULE_FIRST_YEAR, SCHEDULE_LAST_YEAR};
    let digits = value.trim().get(..8)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let year = i32::try_from(number(0, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(4, 6)?, number(6, 8)?)?;
    (SCHEDULE_FIRST_YEAR..=SCHEDULE_LAST_YEAR)
        .contains(&year)
        .then_some(date)
}

/// A text value without its backslashes (§3.3.11).
fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        let meant = if letter == '\\' {
            letters.next()
        } else {
            Some(letter)
        };
        match (letter, meant) {
            ('\\', Some('n' | 'N')) => text.push(' '),
            _ => text.extend(meant),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(events: &str) -> Result<Vec<String>, BadCalendarFile> {
        let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n");
        let dates = read_ical(&text, 2026)?;
        let said = dates
            .iter()
            .map(|each| format!("{} {}", each.date, each.name));
        Ok(said.collect())
    }

    #[test]
    fn all_day_events_are_dates() {
        let dates = read(
            "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\n\
             SUMMARY;LANGUAGE=de:Weihnach\r\n ten\\, alle\r\n\
             BEGIN:VALARM\r\nSUMMARY:An alarm\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\n\
             BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260101\r\nSUMMARY:New Year\r\nEND:VEVENT\r\n",
        );
        assert_eq!(
            dates.unwrap(),
            [
                "2026-01-01 New Year",
                "2026-12-24 Weihnachten, alle",
                "2026-12-25 Weihnachten, alle",
                "2026-12-26 Weihnachten, alle"
            ]
        );
    }

    #[test]
    fn events_with_times_are_the_dates_they_touch() {
        let dates = read(
            "BEGIN:VEVENT\nDTSTART;TZID=\"Europe/Berlin:x\":20260515T090000\nDTEND:20260515T120000\n\
             SUMMARY:Half a day\nEND:VEVENT\n\
             BEGIN:VEVENT\nDTSTART:20260520T220000Z\nDTEND:20260521T000000Z\nSUMMARY:Night\nEND:VEVENT\n",
        );
        assert_eq!(
            dates.unwrap(),
            ["2026-05-15 Half a day", "2026-05-20 Night"]
        );
    }

    #[test]
    fn yearly_events_come_in_the_years_ahead_until_they_end() {
        let dates = read(
            "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20200514\nRRULE:FREQ=YEARLY;UNTIL=20281231\n\
             EXDATE;VALUE=DATE:20270514\nSUMMARY:Founders\nEND:VEVENT\n\
             BEGIN:VEVENT\nDTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;COUNT=5\nSUMMARY:Leap\nEND:VEVENT\n\
             BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260601\nRRULE:FREQ=WEEKLY\nSUMMARY:Once\nEND:VEVENT\n\
             BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260602\nSTATUS:CANCELLED\nSUMMARY:Never\nEND:VEVENT\n",
        );
        assert_eq!(
            dates.unwrap(),
            [
                "2026-05-14 Founders",
                "2026-06-01 Once",
                "2028-02-29 Leap",
                "2028-05-14 Founders"
            ]
        );
    }

    #[test]
    fn what_is_no_calendar_is_refused() {
        assert_eq!(read_ical("", 2026), Err(BadCalendarFile::NotACalendar));
        assert_eq!(
            read_ical("<html>", 2026),
            Err(BadCalendarFile::NotACalendar)
        );
        assert_eq!(read(""), Err(BadCalendarFile::NoDates));
        let endless = "BEGIN:VEVENT\nDTSTART:20260101\nDTEND:20990101\nEND:VEVENT\n";
        assert_eq!(
            read(&endless.repeat(21)),
            Err(BadCalendarFile::TooManyDates)
        );
        let large = " ".repeat(CALENDAR_FILE_MAX_BYTES + 1);
        assert_eq!(read_ical(&large, 2026), Err(BadCalendarFile::TooLarge));
    }

    proptest! {
        #[test]
        fn no_file_brings_the_reader_down(
            lines in prop::collection::vec(
                prop_oneof![
                    Just("BEGIN:VEVENT".to_owned()),
                    Just("END:VEVENT".to_owned()),
                    r"(DTSTART|DTEND|EXDATE)(;[A-Z=]{0,5})?:[0-9]{6,9}(T[0-9]{6}Z?)?",
                    r"RRULE:FREQ=YEARLY(;(COUNT|INTERVAL)=-?[0-9]{1,12})?",
                    r"\PC{0,40}",
                ],
                0..40,
            ),
            year in any::<i32>(),
        ) {
            let text = format!("BEGIN:VCALENDAR\n{}", lines.join("\n"));
            if let Ok(dates) = read_ical(&text, year) {
                prop_assert!(dates.len() <= IMPORTED_DATES_MAX);
            }
        }
    }
}
