//! Lines to the telephone network.

use crate::{
    client::{Client, as_json, understand},
    failed::Failed,
    table::table,
};
use serde::Deserialize;
use serde_json::json;
use std::{
    thread,
    time::{Duration, Instant},
};

/// How often a test that goes on is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// Longer than any test lasts.
const LONGEST_TEST: Duration = Duration::from_secs(30);

/// A line, as far as this program needs to know it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: i64,
    name: String,
    server: Server,
    live: Live,
}

#[derive(Clone, Debug, Deserialize)]
struct Server {
    host: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Live {
    state: String,
    sentence: Option<String>,
    detail: String,
    calls_in: u32,
    calls_out: u32,
}

/// What the test of a line has found.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    finished_at: Option<i64>,
    checks: Vec<Check>,
}

#[derive(Debug, Deserialize)]
struct Check {
    check: String,
    state: String,
    sentence: String,
    detail: String,
}

pub(crate) fn list(client: &Client, json: bool) -> Result<String, Failed> {
    let lines = client.get("lines")?;
    if json {
        return Ok(as_json(&lines));
    }
    understand(lines).map(|lines: Vec<Line>| as_table(&lines))
}

/// Turns a line on or off.
pub(crate) fn switch(client: &Client, named: &str, on: bool) -> Result<String, Failed> {
    let line = find(client, named)?;
    client.post(&format!("lines/{}/switch", line.id), &json!({ "on": on }))?;
    let state = if on { "on" } else { "off" };
    Ok(format!("{} is {state}.\n", line.name))
}

/// Has a line try at once.
pub(crate) fn register(client: &Client, named: &str) -> Result<String, Failed> {
    let line = find(client, named)?;
    client.post(&format!("lines/{}/register", line.id), &json!({}))?;
    Ok(format!(
        "{} tries. See what comes of it: cordboardctl line list\n",
        line.name
    ))
}

/// Tests a line and waits for what is found.
pub(crate) fn test(client: &Client, named: &str, json: bool) -> Result<String, Failed> {
    let line = find(client, named)?;
    let path = format!("lines/{}/test", line.id);
    let mut found = client.post(&path, &json!({}))?;
    let until = Instant::now() + LONGEST_TEST;
    while found["finishedAt"].is_null() && Instant::now() < until {
        thread::sleep(LOOK_AGAIN);
        found = client.get(&path)?;
    }
    if json {
        return Ok(as_json(&found));
    }
    understand(found).map(|test: Test| tested(&test))
}

/// The line of that name or number.
fn find(client: &Client, named: &str) -> Result<Line, Failed> {
    let lines: Vec<Line> = understand(client.get("lines")?)?;
    let lower = named.to_lowercase();
    let is_it = |line: &Line| line.id.to_string() == named || line.name.to_lowercase() == lower;
    let found = lines.into_iter().find(is_it);
    found.ok_or_else(|| Failed::NoSuchLine(named.to_owned()))
}

fn as_table(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "No lines yet. Set one up in the window, under Numbers & lines.\n".to_owned();
    }
    let row = |line: &Line| {
        let live = &line.live;
        let why = live.sentence.as_deref().unwrap_or_default();
        [
            line.id.to_string(),
            line.name.clone(),
            line.server.host.clone(),
            live.state.clone(),
            format!("{why} {}", live.detail).trim().to_owned(),
            format!("{}/{}", live.calls_in, live.calls_out),
        ]
    };
    let rows: Vec<_> = lines.iter().map(row).collect();
    table(["LINE", "NAME", "SERVER", "NOW", "WHY", "IN/OUT"], &rows)
}

fn tested(test: &Test) -> String {
    let row = |check: &Check| {
        [
            check.check.clone(),
            check.state.clone(),
            format!("{} {}", check.sentence, check.detail)
                .trim()
                .to_owned(),
        ]
    };
    let rows: Vec<_> = test.checks.iter().map(row).collect();
    let mut text = table(["CHECK", "FOUND", "WHAT"], &rows);
    if test.finished_at.is_none() {
        text.push_str("The test goes on.\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_listed_with_what_they_are_doing() {
        let line = Line {
            id: 1,
            name: "Provider".to_owned(),
            server: Server {
                host: "sip.example.com".to_owned(),
            },
            live: Live {
                state: "refused".to_owned(),
                sentence: Some("wrongPassword".to_owned()),
                detail: "403 Forbidden".to_owned(),
                calls_in: 0,
                calls_out: 1,
            },
        };
        insta::assert_snapshot!(as_table(&[line]), @r"
        LINE  NAME      SERVER           NOW      WHY                          IN/OUT
        1     Provider  sip.example.com  refused  wrongPassword 403 Forbidden  0/1
        ");
    }
}
