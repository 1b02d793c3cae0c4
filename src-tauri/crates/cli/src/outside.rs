//! The office's numbers, where a number would go, and the fuses that stop a bill from growing.

use crate::{
    client::{Client, as_json, understand},
    failed::Failed,
    person,
    table::table,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// A number, as far as this program needs to know it.
#[derive(Debug, Deserialize)]
struct Number {
    number: String,
    shown: String,
    label: String,
    route: Value,
}

/// Where a number would go.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Where {
    leads: String,
    reads_as: Option<String>,
    kind: Option<String>,
    country: Option<String>,
    refusal: Option<String>,
    why: Vec<Step>,
    line: Option<i64>,
    shows: Option<String>,
    hidden: bool,
}

#[derive(Debug, Deserialize)]
struct Step {
    sentence: String,
    rule: Option<i64>,
    line: Option<i64>,
    detail: String,
}

/// A fuse that counts something.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fuse {
    id: String,
    used: u64,
    limit: u64,
    blown: bool,
}

pub(crate) fn numbers(client: &Client, json: bool) -> Result<String, Failed> {
    let numbers = client.get("numbers")?;
    if json {
        return Ok(as_json(&numbers));
    }
    let numbers: Vec<Number> = understand(numbers)?;
    let row = |number: &Number| {
        let route = &number.route;
        let id = &route["dest_id"];
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let kind = route["dest_kind"].as_str().unwrap_or_default();
        let leads = if route["dest_id"].is_null() {
            kind.to_owned()
        } else {
            format!("{kind} {id}")
        };
        [
            number.number.clone(),
            number.shown.clone(),
            number.label.clone(),
            leads,
        ]
    };
    let rows: Vec<_> = numbers.iter().map(row).collect();
    Ok(table(["NUMBER", "WRITTEN", "FOR", "LEADS TO"], &rows))
}

/// Adds a number that leads to an extension.
pub(crate) fn add_number(
    client: &Client,
    number: &str,
    extension: &str,
    json: bool,
) -> Result<String, Failed> {
    let added = client.post(
        "numbers",
        &json!({
            "number": number, "label": "", "line": null,
            "route": { "dest_kind": "extension", "dest_id": extension }, "hours": null,
            "channels": null, "anonymous": "accept", "challenge": false,
        }),
    )?;
    if json {
        return Ok(as_json(&added));
    }
    let number: Number = understand(added)?;
    Ok(format!("{} leads to {extension}.\n", number.number))
}

/// Says where a number would go, and why.
pub(crate) fn where_to(
    client: &Client,
    number: &str,
    person: Option<&str>,
    json: bool,
) -> Result<String, Failed> {
    let person = match person {
        Some(person) => Some(person::find(client, person)?.id),
        None => None,
    };
    let ask = json!({ "number": number, "person": person });
    let answer = client.post("outbound/where", &ask)?;
    if json {
        return Ok(as_json(&answer));
    }
    understand(answer).map(|answer: Where| in_words(number, &answer))
}

pub(crate) fn fuses(client: &Client, json: bool) -> Result<String, Failed> {
    let fuses = client.get("fuses")?;
    if json {
        return Ok(as_json(&fuses));
    }
    let fuses: Vec<Fuse> = understand(fuses)?;
    let row = |fuse: &Fuse| {
        let state = if fuse.blown { "blown" } else { "" };
        [
            fuse.id.clone(),
            fuse.used.to_string(),
            fuse.limit.to_string(),
            state.to_owned(),
        ]
    };
    let rows: Vec<_> = fuses.iter().map(row).collect();
    Ok(table(["FUSE", "USED", "OF", ""], &rows))
}

fn in_words(dialled: &str, answer: &Where) -> String {
    let facts = [
        answer.reads_as.as_deref(),
        answer.kind.as_deref(),
        answer.country.as_deref(),
    ];
    let facts: Vec<&str> = facts.into_iter().flatten().collect();
    let mut text = format!("{dialled} leads {} {}", answer.leads, facts.join(" "));
    text.truncate(text.trim_end().len());
    text.push('\n');
    for step in &answer.why {
        let about = [
            step.rule.map(|rule| format!("rule {rule}")),
            step.line.map(|line| format!("line {line}")),
            Some(step.detail.clone()).filter(|detail| !detail.is_empty()),
        ];
        let about: Vec<String> = about.into_iter().flatten().collect();
        let line = format!("  {} {}", step.sentence, about.join(" "));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    match (&answer.refusal, answer.line) {
        (Some(refusal), _) => text.push_str(&format!("It would not be called: {refusal}\n")),
        (None, Some(line)) => {
            let shows = match (&answer.shows, answer.hidden) {
                (_, true) => "no number",
                (Some(number), false) => number,
                (None, false) => "what the provider shows",
            };
            text.push_str(&format!("It would take line {line} and show {shows}\n"));
        }
        (None, None) => {}
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_number_goes_is_said_step_by_step() {
        let answer = json!({
            "leads": "outside", "readsAs": "+442079460000", "kind": "fixed", "country": "GB",
            "refusal": null, "line": 2, "shows": "+4930555123", "hidden": false,
            "why": [
                { "sentence": "ruleChosen", "rule": 1, "line": null, "detail": "" },
                { "sentence": "lineSkipped", "rule": null, "line": 1, "detail": "down" },
                { "sentence": "lineChosen", "rule": null, "line": 2, "detail": "" },
            ],
        });
        let answer: Where = serde_json::from_value(answer).unwrap();
        insta::assert_snapshot!(in_words("0044 20 7946 0000", &answer), @r"
        0044 20 7946 0000 leads outside +442079460000 fixed GB
          ruleChosen rule 1
          lineSkipped line 1 down
          lineChosen line 2
        It would take line 2 and show +4930555123
        ");
    }
}
