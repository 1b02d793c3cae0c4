//! A number of the public telephone network (ITU-T E.164).

use crate::text_value::text_value;
use serde::{Deserialize, Serialize};

/// Fewest digits of a number behind its `+`. Real ones have more; short tests of carriers do not.
const MIN_DIGITS: usize = 3;

/// Most digits of a number behind its `+` (E.164 §6.2.1).
const MAX_DIGITS: usize = 15;

/// A number as it is dialled from anywhere in the world: `+`, the country code, the rest, digits
/// only. How people write it at home is read and written by the crate `numbering`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

text_value!(PhoneNumber, BadPhoneNumber);

impl PhoneNumber {
    /// Checks the one spelling: `+` and 3 to 15 digits, the first not 0.
    ///
    /// # Errors
    /// The text is anything else, though a person might read a number in it.
    pub fn parse(text: &str) -> Result<Self, BadPhoneNumber> {
        let digits = text.strip_prefix('+').ok_or(BadPhoneNumber)?;
        let is_number = (MIN_DIGITS..=MAX_DIGITS).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0');
        is_number
            .then(|| Self(text.to_owned()))
            .ok_or(BadPhoneNumber)
    }

    /// The digits without the `+`.
    #[must_use]
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }
}

/// The text is no number as the world dials it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a telephone number is written with its country code, such as +49 30 1234567")]
pub struct BadPhoneNumber;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_spelling_is_a_number() {
        assert_eq!(
            PhoneNumber::parse("+4930123456").unwrap().digits(),
            "4930123456"
        );
        for wrong in [
            "",
            "+",
            "+12",
            "030123456",
            "+0301234",
            "+49 30 1",
            "+1234567890123456",
            "+49a30",
        ] {
            assert_eq!(PhoneNumber::parse(wrong), Err(BadPhoneNumber), "{wrong:?}");
        }
    }
}
