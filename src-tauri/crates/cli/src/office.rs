//! Further offices of the engine.

use crate::{
    arguments::NewOffice,
    client::{Client, as_json, understand},
    failed::Failed,
    table::table,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// A further office, as far as this program needs to know it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Office {
    id: i64,
    version: i64,
    name: String,
    folder: String,
    parent: Option<i64>,
    accent: Option<String>,
    domains: Vec<String>,
    state: String,
    trouble: Option<String>,
    phones: usize,
    calls: usize,
    window: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    url: String,
    expires_in_seconds: u64,
}

pub(crate) fn list(client: &Client, json: bool) -> Result<String, Failed> {
    let offices = client.get("offices")?;
    if json {
        return Ok(as_json(&offices));
    }
    understand(offices).map(|offices: Vec<Office>| as_table(&offices))
}

/// Adds an office, which begins at once.
pub(crate) fn add(client: &Client, new: &NewOffice, json: bool) -> Result<String, Failed> {
    let parent = new.part_of.as_deref().map(|named| find(client, named));
    let parent = parent.transpose()?.map(|parent| parent.id);
    let wish = json!({
        "name": new.name,
        "domains": new.domains,
        "parent": parent,
        "accent": new.accent,
        "language": new.language,
        "timeZone": new.time_zone,
    });
    let added = client.post("offices", &wish)?;
    if json {
        return Ok(as_json(&added));
    }
    let office: Office = understand(added)?;
    let Office { name, folder, .. } = &office;
    let data = client.data().join("offices").join(folder);
    Ok(format!(
        "{name} runs. Its phones register at {}.\n\
         Everything else is done in its own folder, as in:\n  cordboardctl --data {} person add \"Anna\" --extension 101\n",
        office.domains.join(" or "),
        data.display()
    ))
}

/// Turns an office on or off.
pub(crate) fn switch(client: &Client, named: &str, on: bool) -> Result<String, Failed> {
    let office = find(client, named)?;
    put(client, &office, &office.domains, on)?;
    let state = if on { "on" } else { "off" };
    Ok(format!("{} is {state}.\n", office.name))
}

/// Has an office answer for these domains and no others.
pub(crate) fn answer_for(
    client: &Client,
    named: &str,
    domains: &[String],
) -> Result<String, Failed> {
    let office = find(client, named)?;
    put(client, &office, domains, office.state != "off")?;
    let domains = domains.join(" and ");
    Ok(format!("{} answers for {domains}.\n", office.name))
}

/// Takes an office that is off from the list.
pub(crate) fn remove(client: &Client, named: &str) -> Result<String, Failed> {
    let office = find(client, named)?;
    client.delete(&format!("offices/{}", office.id), office.version)?;
    let data = client.data().join("offices").join(&office.folder);
    Ok(format!(
        "{} is off the list. Its data stays in {}.\n",
        office.name,
        data.display()
    ))
}

/// A link into the window of an office.
pub(crate) fn open(client: &Client, named: &str, json: bool) -> Result<String, Failed> {
    let office = find(client, named)?;
    let link = client.post(&format!("offices/{}/link", office.id), &Value::Null)?;
    if json {
        return Ok(as_json(&link));
    }
    let link: Link = understand(link)?;
    Ok(format!(
        "{}\n\nOpen this in a browser of this computer within {} seconds. It works once, and for \
         whoever has it: do not pass it on.\n",
        link.url, link.expires_in_seconds
    ))
}

fn put(client: &Client, office: &Office, domains: &[String], on: bool) -> Result<Value, Failed> {
    let wish = json!({
        "name": office.name,
        "domains": domains,
        "parent": office.parent,
        "accent": office.accent,
        "enabled": on,
    });
    client.put_on(&format!("offices/{}", office.id), office.version, &wish)
}

/// The office of that name, folder or number.
fn find(client: &Client, named: &str) -> Result<Office, Failed> {
    let offices: Vec<Office> = understand(client.get("offices")?)?;
    let lower = named.to_lowercase();
    let is_it = |office: &Office| {
        office.id.to_string() == named
            || office.folder == lower
            || office.name.to_lowercase() == lower
    };
    let found = offices.into_iter().find(is_it);
    found.ok_or_else(|| Failed::NoSuchOffice(named.to_owned()))
}

fn as_table(offices: &[Office]) -> String {
    if offices.is_empty() {
        return "This engine has one office and no further ones.\n".to_owned();
    }
    let rows: Vec<_> = offices
        .iter()
        .map(|office| {
            let state = match &office.trouble {
                Some(why) => format!("{}: {why}", office.state),
                None => office.state.clone(),
            };
            [
                office.id.to_string(),
                office.name.clone(),
                office.domains.join(", "),
                office.phones.to_string(),
                office.calls.to_string(),
                office.window.clone().unwrap_or_default(),
                state,
            ]
        })
        .collect();
    let headings = [
        "", "office", "domains", "phones", "calls", "window", "state",
    ];
    table(headings, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_are_listed_with_how_they_are() {
        let office = |id, name: &str, state: &str, trouble: Option<&str>| Office {
            id,
            version: 1,
            name: name.to_owned(),
            folder: name.to_lowercase(),
            parent: None,
            accent: None,
            domains: vec![format!("{}.example.com", name.to_lowercase())],
            state: state.to_owned(),
            trouble: trouble.map(str::to_owned),
            phones: 2,
            calls: 1,
            window: (state == "running").then(|| "http://127.0.0.1:7081".to_owned()),
        };
        let table = as_table(&[
            office(1, "Acme", "running", None),
            office(2, "Bolt", "failed", Some("the disk is full")),
        ]);
        assert_eq!(
            table,
            "   office  domains           phones  calls  window                 state\n\
             1  Acme    acme.example.com  2       1      http://127.0.0.1:7081  running\n\
             2  Bolt    bolt.example.com  2       1                             failed: the disk is full\n"
        );
        assert!(as_table(&[]).contains("no further ones"));
    }
}
