//! Calls: those that were, the messages of one, and orders to one that goes on.

use crate::{
    arguments::Way,
    client::{Client, as_json, understand},
    failed::Failed,
    ladder::{self, Trace},
    table::table,
};
use chrono::{DateTime, Local, TimeZone};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    id: u64,
    started_at: i64,
    answered_at: Option<i64>,
    ended_at: Option<i64>,
    from: Party,
    to: Party,
    outcome: String,
}

#[derive(Debug, Deserialize)]
struct Party {
    number: String,
    name: String,
}

pub(crate) fn list(
    client: &Client,
    limit: usize,
    search: Option<&str>,
    json: bool,
) -> Result<String, Failed> {
    let query = search
        .map(|text| format!("&q={}", escaped(text)))
        .unwrap_or_default();
    let mut page = client.get(&format!("calls?limit={limit}{query}"))?;
    let calls = page["calls"].take();
    if json {
        return Ok(as_json(&calls));
    }
    understand(calls).map(|calls: Vec<Call>| as_table(&calls, &Local))
}

pub(crate) fn trace(client: &Client, call: u64, raw: bool, json: bool) -> Result<String, Failed> {
    let trace = client.get(&format!("calls/{call}/trace"))?;
    if json {
        return Ok(as_json(&trace));
    }
    let trace: Trace = understand(trace)?;
    Ok(if raw {
        ladder::messages(&trace, &Local)
    } else {
        ladder::ladder(&trace, &Local)
    })
}

pub(crate) fn hang_up(client: &Client, call: u64) -> Result<String, Failed> {
    client.post(&format!("calls/{call}/hang-up"), &Value::Null)?;
    Ok(format!("Call {call} is being ended.\n"))
}

pub(crate) fn move_media(client: &Client, call: u64, way: Way) -> Result<String, Failed> {
    let (way, said) = match way {
        Way::Direct => ("direct", "straight between the two phones"),
        Way::Relayed => ("relayed", "through the office"),
    };
    client.put(&format!("calls/{call}/media"), &json!({ "way": way }))?;
    Ok(format!("The sound of call {call} is being sent {said}.\n"))
}

fn as_table<Z: TimeZone<Offset: std::fmt::Display>>(calls: &[Call], zone: &Z) -> String {
    if calls.is_empty() {
        return "No calls.\n".to_owned();
    }
    let row = |call: &Call| {
        let answered = call.answered_at.zip(call.ended_at);
        [
            call.id.to_string(),
            when(call.started_at, zone),
            call.from.shown(),
            call.to.shown(),
            answered.map_or_else(String::new, |(from, to)| talked(to - from)),
            in_words(&call.outcome),
        ]
    };
    let rows: Vec<_> = calls.iter().map(row).collect();
    table(["CALL", "WHEN", "FROM", "TO", "TALKED", "OUTCOME"], &rows)
}

/// Milliseconds since 1970 as the office's clock on the wall showed them.
pub(crate) fn when<Z: TimeZone<Offset: std::fmt::Display>>(unix_ms: i64, zone: &Z) -> String {
    DateTime::from_timestamp_millis(unix_ms)
        .map(|at| {
            at.with_timezone(zone)
                .format("%Y-%m-%d %H:%M:%S")
                .to_string()
        })
        .unwrap_or_default()
}

/// Milliseconds as minutes and seconds.
fn talked(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// `nobodyAnswered` as `nobody answered`.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// What was typed, as the value of a query (RFC 3986 §2.1).
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    text.bytes()
        .map(|byte| match byte {
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

impl Party {
    fn shown(&self) -> String {
        match (self.name.as_str(), self.number.as_str()) {
            ("", number) => number.to_owned(),
            (name, "") => name.to_owned(),
            (name, number) => format!("{name} ({number})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;

    #[test]
    fn calls_are_listed() {
        let party = |name: &str, number: &str| Party {
            number: number.to_owned(),
            name: name.to_owned(),
        };
        let calls = [
            Call {
                id: 12,
                started_at: 1_763_717_401_000,
                answered_at: Some(1_763_717_405_000),
                ended_at: Some(1_763_717_470_400),
                from: party("Anna", "101"),
                to: party("Ben", "102"),
                outcome: "answered".to_owned(),
            },
            Call {
                id: 11,
                started_at: 1_763_717_301_000,
                answered_at: None,
                ended_at: Some(1_763_717_331_000),
                from: party("", "101"),
                to: party("", "199"),
                outcome: "nobodyAnswered".to_owned(),
            },
        ];
        insta::assert_snapshot!(as_table(&calls, &Utc), @r"
        CALL  WHEN                 FROM        TO         TALKED  OUTCOME
        12    2025-11-21 09:30:01  Anna (101)  Ben (102)  1:05    answered
        11    2025-11-21 09:28:21  101         199                nobody answered
        ");
    }

    #[test]
    fn what_is_looked_for_cannot_become_another_question() {
        assert_eq!(escaped("Ana é&limit=9"), "Ana%20%C3%A9%26limit%3D9");
    }
}
