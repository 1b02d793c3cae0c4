//! Texts with gaps: `Hello {{caller.name}}`.

use crate::Value;
use crate::limits::MAX_VALUE_CHARS;
use serde::{Deserialize, Deserializer};

/// A text with variables to be filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Template {
    parts: Vec<Part>,
    whole: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Text(String),
    Variable(String),
}

impl Template {
    /// Reads a text. Whatever is no proper gap stays text; [`is_whole`](Self::is_whole) tells.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut whole = true;
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((inside, behind)) = after.split_once("}}") else {
                whole = false;
                break;
            };
            let name = inside.trim();
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            if is_name(name) {
                parts.push(Part::Variable(name.to_owned()));
            } else {
                whole = false;
                parts.push(Part::Text(format!("{{{{{inside}}}}}")));
            }
            rest = behind;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Self { parts, whole }
    }

    /// Whether every gap is closed and names a variable.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole || self.parts.is_empty()
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The text, where it has no gaps.
    #[must_use]
    pub fn fixed(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The variables it asks for, in their order.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text with its gaps filled, cut to `most` characters; an unset variable leaves nothing.
    #[must_use]
    pub fn fill(&self, most: usize, value: impl Fn(&str) -> Option<Value>) -> String {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Variable(name) => {
                    if let Some(value) = value(name) {
                        filled.extend(value.to_string().chars().take(MAX_VALUE_CHARS));
                    }
                }
            }
        }
        match filled.char_indices().nth(most) {
            Some((end, _)) => filled[..end].to_owned(),
            None => filled,
        }
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self::parse(&text))
    }
}

/// Whether a text can name a variable: `orderNumber`, `caller.number`.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.len() <= 32
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let mut parts = text.split('.');
    parts.clone().count() <= 2 && parts.all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_and_what_is_no_gap_stays() {
        let fill = |text: &str| {
            Template::parse(text).fill(100, |name| {
                (name == "caller.name").then(|| Value::text("Anna"))
            })
        };
        assert_eq!(fill("Hello {{ caller.name }}!"), "Hello Anna!");
        assert_eq!(fill("{{caller.name}}{{order}}"), "Anna");
        assert_eq!(fill("a {{ b"), "a {{ b");
        assert_eq!(fill("{{9}} }}"), "{{9}} }}");
        assert!(!Template::parse("a {{ b").is_whole());
        assert!(!Template::parse("{{A b}}").is_whole());
        assert_eq!(Template::parse("ä{{x}}").fill(1, |_| None), "ä");
    }
}
