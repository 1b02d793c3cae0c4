//! A list of callers the office keeps: by whom a call flow tells them apart and what it looks up.

use crate::CallerListId;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Callers by their numbers, each with a name and whatever else the office keeps of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerList {
    /// Its identity.
    pub id: CallerListId,
    /// What it is called: clean text, not empty.
    pub name: String,
    /// What is kept of each caller besides number and name ("customer number", "language").
    pub columns: Vec<String>,
    /// The callers, sorted by number once the list is in an [`Office`](crate::Office).
    pub callers: Vec<ListedCaller>,
}

/// A caller in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedCaller {
    /// Their number, as somebody typed it.
    pub number: String,
    /// That number as numbers are compared, which depends on where the office is:
    /// `numbering::read_lists` reads it anew for every office.
    #[serde(skip)]
    pub compared: String,
    /// What they are called.
    pub name: String,
    /// What is kept of them, one for each column; what is missing at the end is empty.
    #[serde(default)]
    pub values: Vec<String>,
}

impl CallerList {
    /// The caller with that number, as numbers are compared; `numbering::find_listed` takes any
    /// spelling. Only for a list in an office: it is searched as sorted.
    #[must_use]
    pub fn find(&self, compared: &str) -> Option<&ListedCaller> {
        let place = self
            .callers
            .binary_search_by(|caller| caller.compared.as_str().cmp(compared))
            .ok()?;
        self.callers.get(place)
    }

    /// What the list keeps of a caller in that column.
    #[must_use]
    pub fn value<'a>(&self, caller: &'a ListedCaller, column: &str) -> Option<&'a str> {
        let place = self.columns.iter().position(|each| each == column)?;
        Some(caller.values.get(place).map_or("", String::as_str))
    }

    pub(crate) fn sort(&mut self) {
        self.callers
            .sort_by(|one, other| one.compared.cmp(&other.compared));
        self.callers
            .dedup_by(|later, earlier| later.compared == earlier.compared);
    }
}

/// A number without the spaces, brackets and strokes people write it with, and with `+` for `00`. A
/// number without its country code stays without: callers are compared by `numbering::compared`.
#[must_use]
pub fn plain_number(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | '*' | '#');
    let kept = if text.chars().all(is_plain) {
        Cow::Borrowed(text)
    } else {
        let text = text.replace("(0)", "");
        Cow::Owned(text.chars().filter(|c| is_plain(*c)).collect())
    };
    match kept.strip_prefix("00") {
        Some(rest) if !rest.is_empty() => Cow::Owned(format!("+{rest}")),
        _ => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        let cases = [
            ("+49 151 1234567", "+491511234567"),
            ("0049 (0)151/12345-67", "+491511234567"),
            ("201", "201"),
            ("(030) 901820", "030901820"),
            ("anonymous", ""),
            ("00", "00"),
        ];
        for (written, plain) in cases {
            assert_eq!(plain_number(written), plain, "{written:?}");
        }
    }

    #[test]
    fn a_caller_is_found_and_of_two_with_one_number_the_first_counts() {
        let caller = |number: &str, compared: &str, name: &str, values: &[&str]| ListedCaller {
            number: number.to_owned(),
            compared: compared.to_owned(),
            name: name.to_owned(),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        let mut list = CallerList {
            id: CallerListId(1),
            name: "Customers".to_owned(),
            columns: vec!["customer".to_owned(), "language".to_owned()],
            callers: vec![
                caller("0044 20 7946 0000", "+442079460000", "London", &["18"]),
                caller("030 901820", "+4930901820", "Berlin", &["17", "de"]),
                caller("+49 30 901820", "+4930901820", "Again", &[]),
            ],
        };
        list.sort();
        assert_eq!(list.callers.len(), 2);
        let london = list.find("+442079460000").unwrap();
        assert_eq!(list.value(london, "customer"), Some("18"));
        assert_eq!(list.value(london, "language"), Some(""));
        assert_eq!(list.value(london, "colour"), None);
        let berlin = list.find("+4930901820").unwrap();
        assert_eq!(
            (berlin.number.as_str(), berlin.name.as_str()),
            ("030 901820", "Berlin")
        );
        assert!(list.find("+4930901821").is_none());
    }
}
