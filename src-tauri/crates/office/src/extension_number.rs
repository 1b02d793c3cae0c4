//! What is dialled inside the office: an extension (`201`) or a feature code (`*97`).

use crate::limits::EXTENSION_NUMBER_MAX_CHARS;
use crate::text_value::text_value;
use serde::{Deserialize, Serialize};

/// An extension number or a feature code, as dialled.
///
/// An extension is 1–8 digits (one digit, because many offices reach the front desk by `0`). A
/// feature code begins with `*` or `#`, followed by 1–7 digits, `*` or `#`. Both live in one type
/// because both are keys of the same dial plan and must not collide. Ordered as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExtensionNumber(String);

text_value!(ExtensionNumber, BadExtensionNumber);

impl ExtensionNumber {
    /// Checks `text` as typed by the customer; no spaces or other decoration allowed.
    ///
    /// # Errors
    /// Says what is wrong with the number.
    pub fn parse(text: &str) -> Result<Self, BadExtensionNumber> {
        if text.is_empty() {
            return Err(BadExtensionNumber::Empty);
        }
        if text.len() > EXTENSION_NUMBER_MAX_CHARS {
            return Err(BadExtensionNumber::TooLong);
        }
        let is_code = text.starts_with(['*', '#']);
        if is_code && text.len() == 1 {
            return Err(BadExtensionNumber::BareStar);
        }
        let allowed = |c: char| c.is_ascii_digit() || (is_code && matches!(c, '*' | '#'));
        match text.chars().find(|c| !allowed(*c)) {
            None => Ok(Self(text.to_owned())),
            Some(character) => Err(BadExtensionNumber::Character { character }),
        }
    }

    /// Whether this is a feature code (`*97`) rather than an extension (`201`).
    #[must_use]
    pub fn is_feature_code(&self) -> bool {
        self.0.starts_with(['*', '#'])
    }
}

/// Why a text is no extension number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadExtensionNumber {
    /// Nothing was given.
    #[error("an extension needs at least one digit")]
    Empty,
    /// Longer than [`EXTENSION_NUMBER_MAX_CHARS`].
    #[error(
        "an extension has at most {EXTENSION_NUMBER_MAX_CHARS} digits; outside numbers go over a line"
    )]
    TooLong,
    /// Only `*` or `#`.
    #[error("a feature code needs a digit after * or #")]
    BareStar,
    /// A character no phone key sends, or `*` and `#` after a digit.
    #[error(
        "an extension has digits only, a feature code begins with * or #: {character:?} does not belong there"
    )]
    Character {
        /// The first character that does not belong.
        character: char,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_and_feature_codes_are_told_from_everything_else() {
        let cases = [
            ("201", Ok(false)),
            ("0", Ok(false)),
            ("12345678", Ok(false)),
            ("*97", Ok(true)),
            ("*72*1#", Ok(true)),
            ("#1", Ok(true)),
            ("", Err(BadExtensionNumber::Empty)),
            ("123456789", Err(BadExtensionNumber::TooLong)),
            ("*", Err(BadExtensionNumber::BareStar)),
            ("20*", Err(BadExtensionNumber::Character { character: '*' })),
            ("+49", Err(BadExtensionNumber::Character { character: '+' })),
            (
                " 201",
                Err(BadExtensionNumber::Character { character: ' ' }),
            ),
            ("٢٠١", Err(BadExtensionNumber::Character { character: '٢' })),
        ];
        for (text, expected) in cases {
            let got = ExtensionNumber::parse(text).map(|number| number.is_feature_code());
            assert_eq!(got, expected, "{text:?}");
        }
    }

    #[test]
    fn json_cannot_smuggle_in_an_unchecked_number() {
        assert!(serde_json::from_str::<ExtensionNumber>("\"2 01\"").is_err());
        let number: ExtensionNumber = serde_json::from_str("\"201\"").unwrap();
        assert_eq!(serde_json::to_string(&number).unwrap(), "\"201\"");
    }
}
