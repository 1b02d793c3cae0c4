//! The SIP messages of a call as a ladder: a column for each phone, the office beside its caller,
//! an arrow for each message.

use crate::{call::when, visible::visible};
use chrono::TimeZone;
use serde::Deserialize;
use std::fmt::{Display, Write};

/// The messages of a call, as the engine tells them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Trace {
    call: u64,
    began: i64,
    live: bool,
    legs: Vec<Leg>,
    messages: Vec<Message>,
    left_out: u32,
}

#[derive(Clone, Debug, Deserialize)]
struct Leg {
    leg: u32,
    name: String,
    address: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Message {
    offset: u32,
    direction: Direction,
    leg: u32,
    flow: String,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    In,
    Out,
}

/// From one column to the next.
const STEP: usize = 26;
/// Where the first column is: after the time.
const FIRST: usize = 20;
/// What the column in the middle is called.
const OFFICE: &str = "the office";

/// The ladder: the caller's phone, the office, then the phones it called.
pub(crate) fn ladder<Z: TimeZone<Offset: Display>>(trace: &Trace, zone: &Z) -> String {
    let mut text = heading(trace, zone);
    let columns = Columns::of(trace);
    let names = columns.legs().map(|(at, leg)| (at, leg.name.as_str()));
    let addresses = columns.legs().map(|(at, leg)| (at, leg.address.as_str()));
    line(&mut text, &centred(names.chain([(columns.office, OFFICE)])));
    line(&mut text, &centred(addresses));
    line(&mut text, &columns.lifelines());
    for message in &trace.messages {
        line(&mut text, &columns.arrow(message));
    }
    text.push_str(&ending(trace));
    text
}

/// The messages themselves, each under its time and way.
pub(crate) fn messages<Z: TimeZone<Offset: Display>>(trace: &Trace, zone: &Z) -> String {
    let mut text = heading(trace, zone);
    for message in &trace.messages {
        let leg = trace.legs.iter().find(|leg| leg.leg == message.leg);
        let name = leg.map_or("", |leg| leg.name.as_str());
        let (from, to) = match message.direction {
            Direction::In => (name, OFFICE),
            Direction::Out => (OFFICE, name),
        };
        let at = seconds(message.offset);
        let flow = visible(&message.flow);
        line(&mut text, &format!("── {at} s  {from} ▶ {to}  ({flow})"));
        text.push('\n');
        text.push_str(visible(&message.text).trim_end());
        text.push_str("\n\n");
    }
    text.push_str(&ending(trace));
    text
}

/// Where each column stands.
struct Columns<'a> {
    legs: Vec<(usize, &'a Leg)>,
    office: usize,
}

impl<'a> Columns<'a> {
    fn of(trace: &'a Trace) -> Self {
        // The caller's leg is the first; the office comes second.
        let place = |index: usize| if index == 0 { 0 } else { index + 1 };
        let legs = trace.legs.iter().enumerate();
        Self {
            legs: legs
                .map(|(index, leg)| (FIRST + place(index) * STEP, leg))
                .collect(),
            office: FIRST + STEP,
        }
    }

    fn legs(&self) -> impl Iterator<Item = (usize, &'a Leg)> {
        self.legs.iter().copied()
    }

    fn lifelines(&self) -> String {
        let last = self.legs().map(|(at, _)| at).chain([self.office]).max();
        let mut row = vec![' '; last.unwrap_or(FIRST) + 1];
        for at in self.legs().map(|(at, _)| at).chain([self.office]) {
            put(&mut row, at, '│');
        }
        row.into_iter().collect()
    }

    fn arrow(&self, message: &Message) -> String {
        let mut row: Vec<char> = self.lifelines().chars().collect();
        for (at, letter) in format!("{:>9}", seconds(message.offset))
            .chars()
            .enumerate()
        {
            put(&mut row, at, letter);
        }
        let Some((leg, _)) = self.legs().find(|(_, leg)| leg.leg == message.leg) else {
            return row.into_iter().collect();
        };
        let (left, right) = (leg.min(self.office), leg.max(self.office));
        for at in left + 1..right {
            let crosses = row.get(at) == Some(&'│');
            put(&mut row, at, if crosses { '┼' } else { '─' });
        }
        let to_the_right = (message.direction == Direction::In) == (leg < self.office);
        if to_the_right {
            put(&mut row, right - 1, '▶');
        } else {
            put(&mut row, left + 1, '◀');
        }
        // The label stands beside the phone, where no other column is crossed.
        let label = format!(" {} ", shortened(&label(&message.text), STEP - 8));
        let middle = if leg < self.office {
            leg + STEP / 2
        } else {
            leg - STEP / 2
        };
        let begin = middle - label.chars().count() / 2;
        for (at, letter) in label.chars().enumerate() {
            put(&mut row, begin + at, letter);
        }
        row.into_iter().collect()
    }
}

/// A method or a status, and whether the message describes sound.
fn label(text: &str) -> String {
    let first = visible(text.lines().next().unwrap_or_default());
    let mut words = first.splitn(3, ' ');
    let label = match (words.next(), words.next(), words.next()) {
        (Some("SIP/2.0"), Some(status), reason) => {
            format!("{status} {}", reason.unwrap_or_default())
        }
        (Some(method), ..) => method.to_owned(),
        (None, ..) => String::new(),
    };
    let describes_sound = text.contains("\r\n\r\nv=0") || text.contains("\n\nv=0");
    let sound = if describes_sound { " (SDP)" } else { "" };
    format!("{}{sound}", label.trim_end())
}

fn heading<Z: TimeZone<Offset: Display>>(trace: &Trace, zone: &Z) -> String {
    let goes_on = if trace.live { ", goes on" } else { "" };
    format!(
        "Call {}, {}{goes_on}\n\n",
        trace.call,
        when(trace.began, zone)
    )
}

fn ending(trace: &Trace) -> String {
    match trace.left_out {
        0 => String::new(),
        more => format!("\n{more} more messages were not kept.\n"),
    }
}

/// Milliseconds as seconds.
fn seconds(milliseconds: u32) -> String {
    format!("{}.{:03}", milliseconds / 1_000, milliseconds % 1_000)
}

/// A row of words, each centred at its place.
fn centred<'a>(words: impl Iterator<Item = (usize, &'a str)>) -> String {
    let mut row = Vec::new();
    for (at, word) in words {
        let word = shortened(&visible(word), STEP - 2);
        let begin = at.saturating_sub(word.chars().count() / 2);
        for (offset, letter) in word.chars().enumerate() {
            put(&mut row, begin + offset, letter);
        }
    }
    row.into_iter().collect()
}

fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest - 1).collect();
    format!("{kept}…")
}

fn put(row: &mut Vec<char>, at: usize, letter: char) {
    if row.len() <= at {
        row.resize(at + 1, ' ');
    }
    if let Some(place) = row.get_mut(at) {
        *place = letter;
    }
}

fn line(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", line.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;

    /// Anna calls Ben, who has two phones; the second answers.
    fn call() -> Trace {
        let leg = |leg, name: &str, address: &str| Leg {
            leg,
            name: name.to_owned(),
            address: address.to_owned(),
        };
        let message = |offset, direction, leg, first: &str, body: &str| Message {
            offset,
            direction,
            leg,
            flow: "udp 192.0.2.7:5060 - 192.0.2.11:5060".to_owned(),
            text: format!("{first}\r\nAuthorization: (masked)\r\n\r\n{body}"),
        };
        use Direction::{In, Out};
        Trace {
            call: 12,
            began: 1_763_717_401_000,
            live: false,
            legs: vec![
                leg(1, "Anna", "192.0.2.11:5060"),
                leg(2, "Ben", "192.0.2.12:5060"),
                leg(
                    3,
                    "Ben with a name too long for his column",
                    "192.0.2.13:40123",
                ),
            ],
            messages: vec![
                message(0, In, 1, "INVITE sip:102@192.0.2.7 SIP/2.0", "v=0\r\n"),
                message(1, Out, 1, "SIP/2.0 100 Trying", ""),
                message(2, Out, 2, "INVITE sip:ben@192.0.2.12 SIP/2.0", "v=0\r\n"),
                message(2, Out, 3, "INVITE sip:ben@192.0.2.13 SIP/2.0", "v=0\r\n"),
                message(31, In, 3, "SIP/2.0 180 Ringing", ""),
                message(31, Out, 1, "SIP/2.0 180 Ringing", ""),
                message(4_007, In, 3, "SIP/2.0 200 OK", "v=0\r\n"),
                message(4_008, Out, 2, "CANCEL sip:ben@192.0.2.12 SIP/2.0", ""),
                message(4_020, In, 2, "SIP/2.0 487 Request Terminated After All", ""),
                message(64_900, In, 1, "BYE sip:office@192.0.2.7 SIP/2.0", ""),
            ],
            left_out: 0,
        }
    }

    #[test]
    fn a_call_is_drawn_as_a_ladder() {
        insta::assert_snapshot!(ladder(&call(), &Utc));
    }

    #[test]
    fn a_call_without_messages_is_drawn_too() {
        let empty = Trace {
            legs: vec![],
            messages: vec![],
            left_out: 2,
            live: true,
            ..call()
        };
        insta::assert_snapshot!(ladder(&empty, &Utc));
    }

    #[test]
    fn the_messages_are_shown_whole() {
        let mut trace = call();
        trace.messages.truncate(2);
        insta::assert_snapshot!(messages(&trace, &Utc));
    }
}
