//! Whole sentences that hold a number, a date or a name, in the word order of their language.

use crate::phrase::{calls, conference, line_test, numbers, queue, voicemail};
use crate::say::{self, Noun};
use crate::{Lang, Phrase, Piece};
use chrono::{NaiveDate, NaiveTime};
use std::time::Duration;

/// “You have two new messages and one saved message.” Of new ones it is always said how many there
/// are, of saved ones only where there are some.
#[must_use]
pub fn you_have(lang: Lang, new: u32, saved: u32) -> Vec<Piece> {
    let mut said = then(voicemail::YOU_HAVE, say::count(lang, new, Noun::NewMessage));
    if saved > 0 {
        said.push(numbers::AND.into());
        said.extend(say::count(lang, saved, Noun::SavedMessage));
    }
    said
}

/// Whom a message is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender<'a> {
    /// A number: it is read out.
    Number(&'a str),
    /// Nobody knows.
    Unknown,
}

/// “Message three, from 0 3 0 …, received today at nine ten a.m., length one minute.”
#[must_use]
pub fn envelope(
    lang: Lang,
    place: u32,
    from: Sender<'_>,
    received: (NaiveDate, NaiveTime),
    today: NaiveDate,
    lasts: Duration,
) -> Vec<Piece> {
    let mut said = then(voicemail::MESSAGE_NUMBER, say::number(lang, place));
    said.push(Piece::BREATH);
    match from {
        Sender::Number(number) => said.extend(then(voicemail::FROM, say::telephone(number))),
        Sender::Unknown => said.push(voicemail::FROM_UNKNOWN.into()),
    }
    said.push(Piece::BREATH);
    let (day, at) = received;
    said.extend(then(voicemail::RECEIVED, say::moment(lang, day, at, today)));
    said.push(Piece::BREATH);
    said.extend(then(voicemail::LENGTH, say::duration(lang, lasts)));
    said.push(Piece::FULL_STOP);
    said
}

/// “You have reached extension 1 0 1. Please leave a message after the tone.” For a box without a
/// greeting and without a name.
#[must_use]
pub fn standard_greeting(extension: &str) -> Vec<Piece> {
    let mut said = then(voicemail::REACHED_EXTENSION, say::digits(extension));
    said.push(Piece::FULL_STOP);
    said.push(voicemail::LEAVE_MESSAGE.into());
    said
}

/// What a box says of which nobody has recorded a greeting; after the name of its owner where that is
/// recorded. `busy`: its owner is on a call, or has rejected this one.
#[must_use]
pub fn box_greeting(busy: bool, named: bool, extension: Option<&str>) -> Vec<Piece> {
    let why = match (named, busy, extension) {
        (true, true, _) => voicemail::NAMED_BUSY,
        (true, false, _) => voicemail::NAMED_NOT_AVAILABLE,
        (false, true, _) => calls::PERSON_BUSY,
        (false, false, Some(extension)) => return standard_greeting(extension),
        (false, false, None) => voicemail::NOBODY_CAN_ANSWER,
    };
    vec![
        why.into(),
        Piece::FULL_STOP,
        voicemail::LEAVE_MESSAGE.into(),
    ]
}

/// “The person you are calling is away. Back again on Monday. …” for somebody away until the day
/// before `back`; without a day where none is set or it has passed.
#[must_use]
pub fn away_greeting(lang: Lang, back: Option<NaiveDate>, today: NaiveDate) -> Vec<Piece> {
    let mut said = vec![voicemail::PERSON_AWAY.into(), Piece::FULL_STOP];
    if let Some(day) = back.filter(|day| *day > today) {
        said.extend(then(voicemail::BACK_AGAIN, say::date(lang, day, today)));
        said.push(Piece::FULL_STOP);
    }
    said.push(voicemail::LEAVE_MESSAGE.into());
    said
}

/// “We are open today until five thirty p.m.”
#[must_use]
pub fn open_until(lang: Lang, closes: NaiveTime) -> Vec<Piece> {
    then(calls::OPEN_TODAY_UNTIL, say::time(lang, closes))
}

/// “We are closed. We are back on Monday at nine a.m.”
#[must_use]
pub fn closed_until(lang: Lang, opens: (NaiveDate, NaiveTime), today: NaiveDate) -> Vec<Piece> {
    let (day, at) = opens;
    let mut said = vec![calls::WE_ARE_CLOSED.into(), Piece::FULL_STOP];
    said.extend(then(calls::WE_ARE_BACK, say::moment(lang, day, at, today)));
    said
}

/// “You are next.” or “You are number four.”; the first waiting is 1.
#[must_use]
pub fn place_in_queue(lang: Lang, place: u32) -> Vec<Piece> {
    match place {
        0 | 1 => vec![queue::YOU_ARE_NEXT.into()],
        _ => then(queue::YOUR_PLACE, say::number(lang, place)),
    }
}

/// “The wait is about four minutes.” Rounded up to minutes, from ten on to five of them: more would
/// be a promise.
#[must_use]
pub fn estimated_wait(lang: Lang, wait: Duration) -> Vec<Piece> {
    let minutes = u32::try_from(wait.as_secs().div_ceil(60)).unwrap_or(u32::MAX);
    match minutes {
        0 | 1 => vec![queue::WAIT_UNDER_A_MINUTE.into()],
        2..=10 => then(queue::WAIT_ABOUT, say::count(lang, minutes, Noun::Minute)),
        11..=60 => {
            let fives = minutes.next_multiple_of(5);
            then(queue::WAIT_ABOUT, say::count(lang, fives, Noun::Minute))
        }
        _ => vec![queue::WAIT_LONG.into()],
    }
}

/// “We will call you back on 0 3 0 …”
#[must_use]
pub fn call_back_on(number: &str) -> Vec<Piece> {
    then(queue::CALL_BACK_NUMBER, say::telephone(number))
}

/// “You are the first in the room.” or how many others are there.
#[must_use]
pub fn others_in_room(lang: Lang, others: u32) -> Vec<Piece> {
    match others {
        0 => vec![conference::YOU_ARE_FIRST.into()],
        1 => vec![conference::ONE_OTHER.into()],
        _ => {
            let mut said = then(conference::THERE_ARE, say::number(lang, others));
            said.push(conference::OTHERS.into());
            said
        }
    }
}

/// “The delay is one hundred twenty milliseconds.”, and what that means for a talk. The voice takes
/// `there_and_back`; above 300 ms one way people interrupt each other (ITU-T G.114).
#[must_use]
pub fn delay_is(lang: Lang, there_and_back: Duration) -> Vec<Piece> {
    let milliseconds = u32::try_from(there_and_back.as_millis()).unwrap_or(u32::MAX);
    let counted = say::count(lang, milliseconds, Noun::Millisecond);
    let mut said = then(line_test::DELAY_IS, counted);
    said.push(Piece::FULL_STOP);
    said.push(match milliseconds {
        0..=600 => line_test::DELAY_GOOD.into(),
        _ => line_test::DELAY_LONG.into(),
    });
    said
}

/// “You pressed one, star.” or that nothing came.
#[must_use]
pub fn you_pressed(keys: &str) -> Vec<Piece> {
    match say::digits(keys) {
        none if none.is_empty() => vec![line_test::NO_KEYS.into()],
        keys => then(line_test::YOU_PRESSED, keys),
    }
}

fn then(phrase: Phrase, rest: Vec<Piece>) -> Vec<Piece> {
    let mut said = vec![phrase.into()];
    said.extend(rest);
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;
    use std::fmt::Write as _;

    #[test]
    fn sentences_in_both_languages() {
        let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
        let at = |h, m| NaiveTime::from_hms_opt(h, m, 0).unwrap();
        let today = day(11, 18);
        let minute = Duration::from_secs(60);
        let mut told = String::new();
        for lang in Lang::ALL {
            let number = Sender::Number("03012345");
            let early = (day(11, 17), at(9, 10));
            for pieces in [
                you_have(lang, 0, 0),
                you_have(lang, 1, 1),
                you_have(lang, 3, 12),
                envelope(lang, 2, number, early, today, minute * 2),
                envelope(lang, 3, Sender::Unknown, early, today, minute / 6),
                standard_greeting("101"),
                away_greeting(lang, Some(day(12, 1)), today),
                away_greeting(lang, Some(today), today),
                away_greeting(lang, None, today),
                open_until(lang, at(17, 30)),
                closed_until(lang, (day(11, 19), at(8, 0)), today),
                place_in_queue(lang, 1),
                place_in_queue(lang, 4),
                estimated_wait(lang, minute / 2),
                estimated_wait(lang, minute * 4),
                estimated_wait(lang, minute * 12),
                estimated_wait(lang, minute * 300),
                call_back_on("+49301234567"),
                others_in_room(lang, 0),
                others_in_room(lang, 1),
                others_in_room(lang, 11),
                delay_is(lang, Duration::from_millis(121)),
                delay_is(lang, Duration::from_secs(1)),
                you_pressed("1*"),
                you_pressed(""),
            ] {
                writeln!(told, "{}", words(lang, &pieces)).unwrap();
            }
        }
        insta::assert_snapshot!(told);
    }
}
