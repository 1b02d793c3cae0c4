//! Whether the audit log is as it was written, and the log as a table.

use crate::{
    client::{Client, as_json, understand},
    failed::Failed,
};
use serde::Deserialize;

/// What the engine found.
#[derive(Debug, Deserialize)]
struct Check {
    whole: bool,
    series: Vec<Series>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Series {
    series: String,
    lines: u64,
    last: String,
    whole: bool,
    broken_line: Option<Line>,
}

#[derive(Debug, Deserialize)]
struct Line {
    id: i64,
}

/// Has all of it read. What was written down before is looked for as well.
pub(crate) fn check(client: &Client, seen: &[String], json: bool) -> Result<String, Failed> {
    let found = client.get("audit/check")?;
    let check: Check = understand(found.clone())?;
    if !check.whole {
        return Err(Failed::AuditBroken(broken(&check)));
    }
    if !seen.is_empty() {
        let log = client.get_text("audit.csv")?;
        let gone = seen.iter().find(|hash| !has(&log, hash));
        if let Some(hash) = gone {
            let why = format!("no line has the hash {hash} any more");
            return Err(Failed::AuditBroken(why));
        }
    }
    Ok(match json {
        true => as_json(&found),
        false => in_words(&check),
    })
}

pub(crate) fn export(client: &Client) -> Result<String, Failed> {
    client.get_text("audit.csv")
}

/// Whether a line of the table has that hash: 64 hex digits in a cell of their own.
fn has(log: &str, hash: &str) -> bool {
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash && log.contains(&format!(",{},", hash.to_ascii_lowercase()))
}

fn in_words(check: &Check) -> String {
    let mut text = "The audit log is as it was written.\n".to_owned();
    for Series {
        series,
        lines,
        last,
        ..
    } in &check.series
    {
        text.push_str(&format!(
            "  {series:12} {lines:>7} lines, the last {last}\n"
        ));
    }
    text.push_str(
        "Write the last hashes down elsewhere: with --seen they tell later whether the log was written anew.\n",
    );
    text
}

fn broken(check: &Check) -> String {
    let broken = check.series.iter().filter(|series| !series.whole);
    let said = broken.map(|series| match &series.broken_line {
        Some(line) => format!(
            "line {} of {} was changed, or one before it was taken out or put in",
            line.id, series.series
        ),
        None => format!(
            "lines at the end of {} were taken out or put in",
            series.series
        ),
    });
    said.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_log_that_was_changed_is_told_with_the_line() {
        let check = json!({ "checkedAt": 0, "whole": false, "series": [
            { "series": "deeds", "lines": 7, "last": "ab", "whole": true, "brokenLine": null },
            { "series": "signIns", "lines": 0, "last": "00", "whole": false, "brokenLine": null },
            { "series": "calls", "lines": 3, "last": "cd", "whole": false,
              "brokenLine": { "id": 12, "at": 5 } },
        ] });
        let check: Check = serde_json::from_value(check).unwrap();
        assert_eq!(
            broken(&check),
            "lines at the end of signIns were taken out or put in; \
             line 12 of calls was changed, or one before it was taken out or put in"
        );
        assert!(in_words(&check).contains("  deeds              7 lines, the last ab\n"));
    }

    #[test]
    fn a_hash_is_found_only_as_a_cell_of_its_own() {
        let hash = "0a".repeat(32);
        let log = format!("deeds,x,{hash},\"[]\"\r\n");
        assert!(has(&log, &hash.to_uppercase()));
        assert!(!has(&log, &hash[..32]));
        assert!(!has(&log, &"0b".repeat(32)));
    }
}
