//! People.

use crate::{
    client::{Client, as_json, understand},
    failed::Failed,
    table::table,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// A person, as far as this program needs to know them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) revision: i64,
    pub(crate) name: String,
    pub(crate) extension: Option<String>,
    pub(crate) numbers: Vec<String>,
    pub(crate) doing: String,
}

pub(crate) fn add(
    client: &Client,
    name: &str,
    extension: &str,
    json: bool,
) -> Result<String, Failed> {
    let added = client.post("people", &json!({ "name": name, "extension": extension }))?;
    if json {
        return Ok(as_json(&added));
    }
    let person: Person = understand(added)?;
    Ok(format!(
        "{} has extension {extension}. Next, add a phone: cordboardctl device add {extension} \"Desk phone\"\n",
        person.name
    ))
}

pub(crate) fn list(client: &Client, json: bool) -> Result<String, Failed> {
    let people = client.get("people")?;
    if json {
        return Ok(as_json(&people));
    }
    understand(people).map(|people: Vec<Person>| as_table(&people))
}

pub(crate) fn remove(client: &Client, named: &str) -> Result<String, Failed> {
    let person = find(client, named)?;
    client.delete(&format!("people/{}", person.id), person.revision)?;
    Ok(format!(
        "{} is removed, with phones and numbers.\n",
        person.name
    ))
}

/// The person of that extension or name.
pub(crate) fn find(client: &Client, named: &str) -> Result<Person, Failed> {
    let people: Value = client.get("people")?;
    choose(understand(people)?, named)
}

fn choose(people: Vec<Person>, named: &str) -> Result<Person, Failed> {
    let has_number = |person: &&Person| person.numbers.iter().any(|number| number == named);
    if let Some(person) = people.iter().find(has_number) {
        return Ok(person.clone());
    }
    let lower = named.to_lowercase();
    let mut called = people
        .into_iter()
        .filter(|p| p.name.to_lowercase() == lower);
    match (called.next(), called.next()) {
        (Some(person), None) => Ok(person),
        (Some(_), Some(_)) => Err(Failed::SeveralPeople(named.to_owned())),
        (None, _) => Err(Failed::NoSuchPerson(named.to_owned())),
    }
}

fn as_table(people: &[Person]) -> String {
    if people.is_empty() {
        return "Nobody yet. Add the first: cordboardctl person add \"Anna\" --extension 101\n"
            .to_owned();
    }
    let row = |person: &Person| {
        [
            person.extension.clone().unwrap_or_default(),
            person.name.clone(),
            person.doing.clone(),
        ]
    };
    let rows: Vec<_> = people.iter().map(row).collect();
    table(["EXTENSION", "NAME", "NOW"], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: i64, name: &str, number: &str) -> Person {
        Person {
            id,
            revision: 1,
            name: name.to_owned(),
            extension: Some(number.to_owned()),
            numbers: vec![number.to_owned()],
            doing: "free".to_owned(),
        }
    }

    #[test]
    fn people_are_found_by_number_or_name() {
        let people = || {
            vec![
                person(1, "Anna", "101"),
                person(2, "Ben", "102"),
                person(3, "ben", "103"),
                person(4, "101", "104"),
            ]
        };
        let found = |named| choose(people(), named).map(|person| person.id);
        assert!(matches!(found("101"), Ok(1)), "numbers come first");
        assert!(matches!(found("ANNA"), Ok(1)));
        assert!(matches!(found("Ben"), Err(Failed::SeveralPeople(_))));
        assert!(matches!(found("Zoe"), Err(Failed::NoSuchPerson(_))));
    }

    #[test]
    fn people_are_listed() {
        let people = [person(1, "Anna Petrović", "101"), person(2, "Ben", "102")];
        insta::assert_snapshot!(as_table(&people), @r"
        EXTENSION  NAME           NOW
        101        Anna Petrović  free
        102        Ben            free
        ");
        insta::assert_snapshot!(as_table(&[]), @r#"Nobody yet. Add the first: cordboardctl person add "Anna" --extension 101"#);
    }
}
