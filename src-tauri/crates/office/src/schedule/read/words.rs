//! The words of a typed line of hours, and how its days are said.

use super::{BadHoursLine, HoursLineFault};
use crate::Language;

/// A word of a line, with where it begins in characters.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) text: String,
    pub(super) word: Word,
}

/// What a word means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Days of the week, 0 for Monday.
    Days(&'static [usize]),
    /// A time of day.
    Time(Typed),
    /// "am", "pm" after a time.
    Half(Half),
    AllDay,
    To,
    Comma,
    And,
    Break,
    Closed,
    /// "from", "Uhr": means nothing more.
    Filler,
}

/// A time as it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    /// Minutes after midnight.
    pub(super) minutes: u16,
    /// Whether its hour was typed with one digit, so that it may be one of the afternoon.
    pub(super) loose: bool,
}

/// The halves of a day of twelve hours each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Morning,
    Afternoon,
}

/// How hours are said in a language.
pub(super) struct Words {
    days: [&'static str; 7],
    pub(super) break_word: &'static str,
    pub(super) closed_word: &'static str,
    /// Whether people count the hours to twelve, so that "9-5" ends in the afternoon.
    pub(super) twelve_hours: bool,
}

const ENGLISH: Words = Words {
    days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    break_word: "break",
    closed_word: "closed",
    twelve_hours: true,
};

const GERMAN: Words = Words {
    days: ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
    break_word: "Pause",
    closed_word: "geschlossen",
    twelve_hours: false,
};

impl Words {
    /// Those of a language; English for one that has none here.
    pub(super) fn of(language: &Language) -> &'static Self {
        match language.as_str().split('-').next() {
            Some("de") => &GERMAN,
            _ => &ENGLISH,
        }
    }

    /// "Mon-Thu, Sat": days in their order, three or more and two in a row as a range.
    pub(super) fn say_days(&self, days: &[usize]) -> String {
        let name = |day: usize| self.days.get(day).copied().unwrap_or_default();
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for day in days {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == *day => *last = *day,
                _ => runs.push((*day, *day)),
            }
        }
        let said = runs.into_iter().map(|(first, last)| {
            if first == last {
                name(first).to_owned()
            } else {
                format!("{}-{}", name(first), name(last))
            }
        });
        said.collect::<Vec<_>>().join(", ")
    }
}

/// The words of a line.
///
/// # Errors
/// The first that means nothing.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, BadHoursLine> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let rest = letters.get(at..).unwrap_or_default();
        let length = match letter {
            letter if letter.is_whitespace() && *letter != '\n' => {
                at += 1;
                continue;
            }
            letter if letter.is_ascii_digit() => {
                let (length, typed) = time(rest);
                let text = rest.iter().take(length).collect();
                let word = match typed {
                    Some(typed) => Word::Time(typed),
                    None => {
                        return Err(BadHoursLine {
                            at,
                            fault: HoursLineFault::NoSuchTime,
                        });
                    }
                };
                tokens.push(Token { at, text, word });
                length
            }
            letter if letter.is_alphabetic() => {
                let is_part = |c: &char| c.is_alphabetic() || matches!(c, '.' | '\'' | '’');
                let length = rest.iter().take_while(|c| is_part(c)).count();
                let text: String = rest.iter().take(length).collect();
                let after_time = matches!(tokens.last().map(|t| &t.word), Some(Word::Time(_)));
                let word = match all_day(&tokens, &text) {
                    true => {
                        tokens.pop();
                        Some(Word::AllDay)
                    }
                    false => word(&text, after_time),
                };
                let Some(word) = word else {
                    let fault = HoursLineFault::NotUnderstood { word: text };
                    return Err(BadHoursLine { at, fault });
                };
                tokens.push(Token { at, text, word });
                length
            }
            letter => {
                let word = match letter {
                    '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '~' => Word::To,
                    ',' | ';' | '\n' | '|' => Word::Comma,
                    '+' | '&' | '/' => Word::And,
                    ':' | '.' => Word::Filler,
                    other => {
                        let fault = HoursLineFault::NotUnderstood {
                            word: other.to_string(),
                        };
                        return Err(BadHoursLine { at, fault });
                    }
                };
                tokens.push(Token {
                    at,
                    text: letter.to_string(),
                    word,
                });
                1
            }
        };
        at += length;
    }
    Ok(tokens)
}

/// "24h", "24 hours", "24 Stunden" is all day; but "24 h" after a dash is an end.
fn all_day(before: &[Token], text: &str) -> bool {
    let hours = matches!(
        text.to_lowercase().as_str(),
        "h" | "hrs" | "hours" | "std" | "stunden"
    );
    let mut before = before.iter().rev();
    let is_24 = before
        .next()
        .is_some_and(|token| matches!(token.word, Word::Time(typed) if typed.minutes == 24 * 60));
    hours && is_24 && before.next().is_none_or(|token| token.word != Word::To)
}

/// A time at the start of the letters: how many of them, and its minutes; `None` for no time.
fn time(letters: &[char]) -> (usize, Option<Typed>) {
    let digits = |from: usize| {
        let rest = letters.get(from..).unwrap_or_default();
        rest.iter().take_while(|c| c.is_ascii_digit()).count()
    };
    let number = |from: usize, count: usize| {
        let digits = letters.get(from..from + count)?;
        digits.iter().collect::<String>().parse::<u16>().ok()
    };
    let hours = digits(0);
    let separated = matches!(letters.get(hours), Some(':' | '.' | 'h' | 'H'));
    let minutes = if separated { digits(hours + 1) } else { 0 };
    let length = if minutes > 0 {
        hours + 1 + minutes
    } else {
        hours
    };
    let minutes = match minutes {
        0 => Some(0),
        2 => number(hours + 1, 2).filter(|minutes| *minutes < 60),
        _ => None,
    };
    let loose = hours == 1;
    let hours = number(0, hours).filter(|number| *number <= 24 && hours <= 2);
    let time = hours.zip(minutes).map(|(hours, minutes)| Typed {
        minutes: hours * 60 + minutes,
        loose,
    });
    (length, time.filter(|time| time.minutes <= 24 * 60))
}

fn word(text: &str, after_time: bool) -> Option<Word> {
    let exact = |minutes| {
        Word::Time(Typed {
            minutes,
            loose: false,
        })
    };
    let plain: String = text.to_lowercase().replace(['.', '\'', '’'], "");
    // "am" is half a day in English, and nothing in German: "am Montag".
    match (plain.as_str(), after_time) {
        ("am" | "a", true) => return Some(Word::Half(Half::Morning)),
        ("pm" | "p", true) => return Some(Word::Half(Half::Afternoon)),
        _ => {}
    }
    let word = match plain.as_str() {
        "to" | "until" | "till" | "til" | "through" | "thru" | "bis" => Word::To,
        "and" | "und" | "sowie" => Word::And,
        "break" | "breaks" | "lunch" | "pause" | "mittagspause" => Word::Break,
        "closed" | "geschlossen" | "zu" | "ruhetag" | "off" => Word::Closed,
        "noon" | "midday" | "mittags" => exact(12 * 60),
        "midnight" | "mitternacht" => exact(24 * 60),
        "rund" => Word::AllDay,
        "from" | "von" | "open" | "geöffnet" | "offen" | "on" | "am" | "uhr" | "h" | "hrs"
        | "hours" | "oclock" | "um" | "die" | "every" | "jeden" => Word::Filler,
        "daily" | "täglich" | "taeglich" | "everyday" | "day" | "tag" => {
            Word::Days(&[0, 1, 2, 3, 4, 5, 6])
        }
        "weekdays" | "weekday" | "wochentags" => Word::Days(&[0, 1, 2, 3, 4]),
        "werktags" => Word::Days(&[0, 1, 2, 3, 4, 5]),
        "weekend" | "weekends" | "wochenende" | "wochenenden" => Word::Days(&[5, 6]),
        other => Word::Days(day(other)?),
    };
    Some(word)
}

fn day(name: &str) -> Option<&'static [usize]> {
    const DAYS: [(&[usize], &[&str]); 7] = [
        (
            &[0],
            &["mo", "mon", "monday", "mondays", "montag", "montags"],
        ),
        (
            &[1],
            &[
                "tu",
                "tue",
                "tues",
                "tuesday",
                "tuesdays",
                "di",
                "dienstag",
                "dienstags",
            ],
        ),
        (
            &[2],
            &[
                "we",
                "wed",
                "weds",
                "wednesday",
                "wednesdays",
                "mi",
                "mit",
                "mittwoch",
                "mittwochs",
            ],
        ),
        (
            &[3],
            &[
                "th",
                "thu",
                "thur",
                "thurs",
                "thursday",
                "thursdays",
                "do",
                "don",
                "donnerstag",
                "donnerstags",
            ],
        ),
        (
            &[4],
            &[
                "fr", "fri", "friday", "fridays", "frei", "freitag", "freitags",
            ],
        ),
        (
            &[5],
            &[
                "sa",
                "sat",
                "saturday",
                "saturdays",
                "sam",
                "samstag",
                "samstags",
                "sonnabend",
                "sonnabends",
            ],
        ),
        (
            &[6],
            &[
                "su", "sun", "sunday", "sundays", "so", "son", "sonntag", "sonntags",
            ],
        ),
    ];
    let found = DAYS.iter().find(|(_, names)| names.contains(&name));
    found.map(|(day, _)| *day)
}
