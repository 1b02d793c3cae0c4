//! Numbers, keys, amounts, dates and times, each by the grammar of its language.
//!
//! Every function gives a chain of recorded phrases. Dates and times are said as adverbs (“on the
//! third of March”, “am dritten März”), so that they fit behind any sentence.

use crate::limits::{MAX_DIGITS, MAX_NUMBER};
use crate::phrase::{calendar, numbers};
use crate::{Lang, Phrase, Piece};
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use std::time::Duration;

/// A cardinal number: “one hundred twenty-one”, „einhunderteinundzwanzig“. Above
/// [`MAX_NUMBER`] its digits.
#[must_use]
pub fn number(lang: Lang, n: u32) -> Vec<Piece> {
    if n > MAX_NUMBER {
        return digits(&n.to_string());
    }
    let (millions, thousands, rest) = (n / 1_000_000, n / 1_000 % 1_000, n % 1_000);
    let mut said = Vec::new();
    match millions {
        0 => {}
        1 => said.push(numbers::ONE_MILLION),
        _ => {
            below_thousand(&mut said, millions, one_before_millions(lang));
            said.push(numbers::MILLION);
        }
    }
    if thousands > 0 {
        below_thousand(&mut said, thousands, one_before_thousand(lang));
        said.push(numbers::THOUSAND);
    }
    if rest > 0 || n == 0 {
        below_thousand(&mut said, rest, numbers::UP_TO_99[1]);
    }
    pieces(said)
}

/// Keys one by one, without groups: “one, star, two”. What is no key is left out, and so is what
/// follows the first [`MAX_DIGITS`].
#[must_use]
pub fn digits(keys: &str) -> Vec<Piece> {
    pieces(keys.chars().filter_map(key).take(MAX_DIGITS).collect())
}

/// A telephone number in groups with a breath between them: as it is written where it is written
/// with spaces, hyphens or brackets, else by threes with no single digit left over.
#[must_use]
pub fn telephone(number: &str) -> Vec<Piece> {
    let groups: Vec<Vec<Phrase>> = number
        .split([' ', '-', '/', '(', ')', '.'])
        .map(|group| group.chars().filter_map(key).collect())
        .filter(|group: &Vec<Phrase>| !group.is_empty())
        .collect();
    let groups = match <[Vec<Phrase>; 1]>::try_from(groups) {
        Ok([unwritten]) => by_threes(unwritten),
        Err(written) => written,
    };
    let mut said = Vec::new();
    let mut room = MAX_DIGITS;
    for mut group in groups {
        group.truncate(room);
        room -= group.len();
        if !said.is_empty() && !group.is_empty() {
            said.push(Piece::BREATH);
        }
        said.extend(pieces(group));
    }
    said
}

/// What can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// Messages, new and saved together.
    Message,
    /// Messages not heard yet.
    NewMessage,
    /// Messages heard and kept.
    SavedMessage,
    /// Callers.
    Caller,
    /// Hours.
    Hour,
    /// Minutes.
    Minute,
    /// Seconds.
    Second,
    /// Thousandths of a second.
    Millisecond,
}

/// So many of something, in the right number and gender: “one new message”, „eine neue Nachricht“,
/// “no callers”, „zwölf Minuten“.
#[must_use]
pub fn count(lang: Lang, n: u32, noun: Noun) -> Vec<Piece> {
    let [none, one, many] = noun.forms();
    match n {
        0 => vec![none.into()],
        1 => vec![one.into()],
        _ => {
            let mut said = number(lang, n);
            said.push(many.into());
            said
        }
    }
}

impl Noun {
    /// None of it, one of it, and what follows a greater number.
    const fn forms(self) -> [Phrase; 3] {
        use numbers as n;
        match self {
            Self::Message => [n::NO_MESSAGES, n::ONE_MESSAGE, n::MESSAGES],
            Self::NewMessage => [n::NO_NEW_MESSAGES, n::ONE_NEW_MESSAGE, n::NEW_MESSAGES],
            Self::SavedMessage => [
                n::NO_SAVED_MESSAGES,
                n::ONE_SAVED_MESSAGE,
                n::SAVED_MESSAGES,
            ],
            Self::Caller => [n::NO_CALLERS, n::ONE_CALLER, n::CALLERS],
            Self::Hour => [n::NO_HOURS, n::ONE_HOUR, n::HOURS],
            Self::Minute => [n::NO_MINUTES, n::ONE_MINUTE, n::MINUTES],
            Self::Second => [n::NO_SECONDS, n::ONE_SECOND, n::SECONDS],
            Self::Millisecond => [n::NO_MILLISECONDS, n::ONE_MILLISECOND, n::MILLISECONDS],
        }
    }
}

/// How long something lasts: “two minutes and ten seconds”. From an hour on without seconds.
/// Fractions of a second are dropped.
#[must_use]
pub fn duration(lang: Lang, lasts: Duration) -> Vec<Piece> {
    let seconds = u32::try_from(lasts.as_secs()).unwrap_or(u32::MAX);
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    let parts = if hours > 0 {
        [(hours, Noun::Hour), (minutes, Noun::Minute)]
    } else {
        [(minutes, Noun::Minute), (seconds % 60, Noun::Second)]
    };
    match parts {
        [(0, _), (n, noun)] | [(n, noun), (0, _)] => count(lang, n, noun),
        [(first, unit), (second, smaller)] => {
            let mut said = count(lang, first, unit);
            said.push(numbers::AND.into());
            said.extend(count(lang, second, smaller));
            said
        }
    }
}

/// A day seen from `today`: “today”, “yesterday”, “tomorrow”, within six days “on Monday”, else “on
/// the third of March”, with the year where it is not this one.
#[must_use]
pub fn date(lang: Lang, day: NaiveDate, today: NaiveDate) -> Vec<Piece> {
    match (day - today).num_days() {
        0 => vec![calendar::TODAY.into()],
        1 => vec![calendar::TOMORROW.into()],
        -1 => vec![calendar::YESTERDAY.into()],
        -6..=6 => {
            let weekday = day.weekday().num_days_from_monday() as usize;
            vec![calendar::WEEKDAYS[weekday].into()]
        }
        _ => {
            let mut said = vec![
                calendar::DAYS[day.day0() as usize].into(),
                calendar::MONTHS[day.month0() as usize].into(),
            ];
            if day.year() != today.year() {
                said.extend(year(lang, day.year()));
            }
            said
        }
    }
}

/// A time of day: “nine ten a.m.”, “noon”; „neun Uhr zehn“. Seconds are dropped.
#[must_use]
pub fn time(lang: Lang, time: NaiveTime) -> Vec<Piece> {
    let hour = calendar::HOURS[time.hour() as usize];
    let minute = match time.minute() as usize {
        0 => return vec![hour.into()],
        few @ 1..=9 => calendar::MINUTES[few - 1],
        many => numbers::UP_TO_99[many],
    };
    match lang {
        Lang::De => pieces(vec![hour, minute]),
        Lang::En => {
            let (afternoon, twelfth) = time.hour12();
            let half = if afternoon {
                calendar::PM
            } else {
                calendar::AM
            };
            pieces(vec![numbers::UP_TO_99[twelfth as usize], minute, half])
        }
    }
}

/// A day and a time on it: “on Monday at nine ten a.m.”, „am Montag um neun Uhr zehn“.
#[must_use]
pub fn moment(lang: Lang, day: NaiveDate, at: NaiveTime, today: NaiveDate) -> Vec<Piece> {
    let mut said = date(lang, day, today);
    said.push(calendar::AT.into());
    said.extend(time(lang, at));
    said
}

/// A year as one says it: “twenty twenty-six”, “two thousand six”; „zweitausendsechsundzwanzig“,
/// „neunzehnhundertneunzig“.
fn year(lang: Lang, year: i32) -> Vec<Piece> {
    let n = year.unsigned_abs();
    let (century, rest) = ((n / 100) as usize, (n % 100) as usize);
    match lang {
        Lang::En if (10..100).contains(&century) && rest >= 10 => {
            pieces(vec![numbers::UP_TO_99[century], numbers::UP_TO_99[rest]])
        }
        Lang::De if (11..20).contains(&century) => {
            let mut said = vec![numbers::UP_TO_99[century], numbers::HUNDRED];
            if rest > 0 {
                said.push(numbers::UP_TO_99[rest]);
            }
            pieces(said)
        }
        _ => number(lang, n),
    }
}

/// A number from 0 to 999. A one at the end that is not part of an eleven or of a twenty-one is
/// `one`: German says „ein“ before „tausend“ and „eine“ before „Millionen“.
fn below_thousand(said: &mut Vec<Phrase>, n: u32, one: Phrase) {
    let (hundreds, rest) = ((n / 100) as usize, (n % 100) as usize);
    if hundreds > 0 {
        said.push(numbers::HUNDREDS[hundreds - 1]);
    }
    match rest {
        0 if hundreds > 0 => {}
        1 => said.push(one),
        _ => said.push(numbers::UP_TO_99[rest]),
    }
}

const fn one_before_thousand(lang: Lang) -> Phrase {
    match lang {
        Lang::En => numbers::UP_TO_99[1],
        Lang::De => numbers::ONE_BEFORE_THOUSAND,
    }
}

const fn one_before_millions(lang: Lang) -> Phrase {
    match lang {
        Lang::En => numbers::UP_TO_99[1],
        Lang::De => numbers::ONE_BEFORE_MILLIONS,
    }
}

fn key(key: char) -> Option<Phrase> {
    match key {
        '*' => Some(numbers::STAR),
        '#' => Some(numbers::HASH),
        '+' => Some(numbers::PLUS),
        _ => Some(numbers::UP_TO_99[key.to_digit(10)? as usize]),
    }
}

/// Groups of three; of the last four, two and two, since a single digit is lost to the ear.
fn by_threes(keys: Vec<Phrase>) -> Vec<Vec<Phrase>> {
    let mut rest = keys.as_slice();
    let mut groups = Vec::new();
    while !rest.is_empty() {
        let size = match rest.len() {
            1..=3 => rest.len(),
            4 => 2,
            _ => 3,
        };
        let (group, others) = rest.split_at(size);
        groups.push(group.to_vec());
        rest = others;
    }
    groups
}

fn pieces(phrases: Vec<Phrase>) -> Vec<Piece> {
    phrases.into_iter().map(Piece::Phrase).collect()
}

#[cfg(test)]
mod tests;
