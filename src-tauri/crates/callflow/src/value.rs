//! What a flow remembers of a call: typed values.

use crate::limits::MAX_VALUE_CHARS;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::fmt;
use std::hash::{Hash, Hasher};

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// Any text.
    Text,
    /// Keys of a telephone.
    Digits,
    /// A number.
    Number,
    /// Yes or no.
    Bool,
    /// A moment.
    Datetime,
    /// Something the caller has said.
    Audio,
}

/// What a variable holds at a moment.
#[derive(Clone, Debug)]
pub enum Value {
    /// A text, or digits.
    Text(String),
    /// A finite number.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// A moment, in milliseconds since 1970 (UTC).
    Moment(i64),
    /// A clip recorded in this call, by its number.
    Clip(u32),
}

impl Type {
    /// Reads a value of this type out of JSON: a variable's first value, or part of a reply.
    /// Long texts are cut.
    #[must_use]
    pub fn read(self, json: &Json) -> Option<Value> {
        match (self, json) {
            (Self::Text, Json::String(text)) => Some(Value::text(text)),
            (Self::Text, Json::Number(number)) => Some(Value::text(&number.to_string())),
            (Self::Text, Json::Bool(yes)) => Some(Value::text(&yes.to_string())),
            (Self::Digits, Json::String(text)) => is_digits(text).then(|| Value::text(text)),
            (Self::Digits, Json::Number(number)) => {
                number.as_u64().map(|n| Value::Text(n.to_string()))
            }
            (Self::Number, Json::Number(number)) => number.as_f64().and_then(Value::number),
            (Self::Number, Json::String(text)) => text.trim().parse().ok().and_then(Value::number),
            (Self::Bool, Json::Bool(yes)) => Some(Value::Bool(*yes)),
            (Self::Datetime, Json::Number(number)) => number.as_i64().map(Value::Moment),
            (Self::Datetime, Json::String(text)) => chrono::DateTime::parse_from_rfc3339(text)
                .ok()
                .map(|at| Value::Moment(at.timestamp_millis())),
            _ => None,
        }
    }

    /// Reads a value of this type as somebody has typed it where only text can be typed.
    #[must_use]
    pub fn read_text(self, text: &str) -> Option<Value> {
        match (self, text) {
            (Self::Bool, "true") => Some(Value::Bool(true)),
            (Self::Bool, "false") => Some(Value::Bool(false)),
            _ => self.read(&Json::String(text.to_owned())),
        }
    }

    /// Whether a value of the `other` type may be kept in a variable of this one.
    #[must_use]
    pub fn takes(self, other: Self) -> bool {
        self == other || (self == Self::Text && other != Self::Audio)
    }

    /// Brings a value to this type, if it can be.
    #[must_use]
    pub fn convert(self, value: Value) -> Option<Value> {
        match (self, value) {
            (Self::Text, Value::Clip(_)) => None,
            (Self::Text, value) => Some(Value::text(&value.to_string())),
            (Self::Digits, Value::Text(text)) => is_digits(&text).then_some(Value::Text(text)),
            (Self::Digits, Value::Number(n)) if n >= 0.0 && n.fract() == 0.0 => {
                Some(Value::Text(n.to_string()))
            }
            (Self::Number, Value::Text(text)) => text.trim().parse().ok().and_then(Value::number),
            (Self::Number, value @ Value::Number(_))
            | (Self::Bool, value @ Value::Bool(_))
            | (Self::Datetime, value @ Value::Moment(_))
            | (Self::Audio, value @ Value::Clip(_)) => Some(value),
            _ => None,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Digits => "digits",
            Self::Number => "number",
            Self::Bool => "bool",
            Self::Datetime => "datetime",
            Self::Audio => "audio",
        })
    }
}

impl Value {
    /// A text, cut to [`MAX_VALUE_CHARS`].
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.chars().take(MAX_VALUE_CHARS).collect())
    }

    /// A number, if it is finite.
    #[must_use]
    pub fn number(number: f64) -> Option<Self> {
        // Minus nothing is nothing: equal values are equal bits.
        number.is_finite().then_some(Self::Number(number + 0.0))
    }

    /// As a number: a number, or digits that make one.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
            Self::Bool(_) | Self::Moment(_) | Self::Clip(_) => None,
        }
    }
}

/// As it stands in a filled-in template; moments in RFC 3339 (UTC).
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Bool(yes) => yes.fmt(f),
            Self::Moment(ms) => match chrono::DateTime::from_timestamp_millis(*ms) {
                Some(at) => f.write_str(&at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
                None => ms.fmt(f),
            },
            Self::Clip(number) => write!(f, "clip {number}"),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Number(one), Self::Number(other)) => one.to_bits() == other.to_bits(),
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Moment(one), Self::Moment(other)) => one == other,
            (Self::Clip(one), Self::Clip(other)) => one == other,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Text(text) => text.hash(state),
            Self::Number(number) => number.to_bits().hash(state),
            Self::Bool(yes) => yes.hash(state),
            Self::Moment(ms) => ms.hash(state),
            Self::Clip(number) => number.hash(state),
        }
    }
}

fn is_digits(text: &str) -> bool {
    let key = |c: char| c.is_ascii_digit() || matches!(c, '*' | '#' | '+');
    !text.is_empty() && text.len() <= MAX_VALUE_CHARS && text.chars().all(key)
}
