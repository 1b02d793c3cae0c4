//! The name by which a device logs in: the user part of its SIP address and its digest user name.

use crate::limits::{SIP_USER_MAX_CHARS, SIP_USER_MIN_CHARS};
use crate::text_value::text_value;
use serde::{Deserialize, Serialize};

/// A device's own SIP user name, such as `anna-desk-7f3k`.
///
/// Lower-case ASCII letters, digits, `-`, `.` and `_`, so that it needs no escaping in a URI
/// (RFC 3261 §25.1 `unreserved`) and no shift key on a phone. It begins with a letter: a name that
/// is all digits could be mistaken for an extension, and extensions are what attackers try first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SipUser(String);

text_value!(SipUser, BadSipUser);

impl SipUser {
    /// Checks a given name.
    ///
    /// # Errors
    /// Says what is wrong with the name.
    pub fn parse(text: &str) -> Result<Self, BadSipUser> {
        if !(SIP_USER_MIN_CHARS..=SIP_USER_MAX_CHARS).contains(&text.len()) {
            return Err(BadSipUser::Length);
        }
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(BadSipUser::FirstCharacter);
        }
        let allowed =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
        match text.chars().find(|c| !allowed(*c)) {
            None => Ok(Self(text.to_owned())),
            Some(character) => Err(BadSipUser::Character { character }),
        }
    }

    /// Makes a name from the person's name, the device's label and 32 random bits, so that the
    /// office manager recognises it and nobody guesses it: `anna-desk-7f3k9x2`.
    #[must_use]
    pub fn generate(person: &str, label: &str, random: u32) -> Self {
        let mut user = first_word(person).unwrap_or_else(|| "phone".to_owned());
        if let Some(label) = first_word(label) {
            user.push('-');
            user.push_str(&label);
        }
        user.push('-');
        let mut bits = random;
        for _ in 0..7 {
            user.push(ALPHABET.get((bits & 31) as usize).copied().unwrap_or('x'));
            bits >>= 5;
        }
        Self(user)
    }
}

/// Thirty-two signs that are not mistaken for one another when read from a screen.
const ALPHABET: [char; 32] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v',
    'w', 'x', 'y', 'z', '2', '3', '4', '5', '6', '7', '8', '9', '0',
];

/// The first word of `text` that begins with an ASCII letter, in lower case, at most 12 long.
fn first_word(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(|word| {
            word.chars()
                .take(12)
                .collect::<String>()
                .to_ascii_lowercase()
        })
}

/// Why a text is no SIP user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSipUser {
    /// Shorter or longer than allowed.
    #[error("a SIP user name has {SIP_USER_MIN_CHARS} to {SIP_USER_MAX_CHARS} characters")]
    Length,
    /// Does not begin with a letter.
    #[error(
        "a SIP user name begins with a small letter, so that it cannot be mistaken for an extension"
    )]
    FirstCharacter,
    /// A character that would need escaping, or a capital.
    #[error(
        "a SIP user name has small letters, digits, '-', '.' and '_' only: {character:?} does not belong there"
    )]
    Character {
        /// The first character that does not belong.
        character: char,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sip_user_needs_no_escaping_and_is_no_extension() {
        let cases = [
            ("anna-desk-7f3k", None),
            ("a.b_c", None),
            ("ab", Some(BadSipUser::Length)),
            ("201", Some(BadSipUser::FirstCharacter)),
            ("Anna", Some(BadSipUser::FirstCharacter)),
            ("annA", Some(BadSipUser::Character { character: 'A' })),
            ("an@na", Some(BadSipUser::Character { character: '@' })),
            ("anna é", Some(BadSipUser::Character { character: ' ' })),
        ];
        for (text, expected) in cases {
            assert_eq!(SipUser::parse(text).err(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_generated_user_is_recognisable() {
        assert_eq!(
            SipUser::generate("Anna Petrović", "Desk phone", 0).as_str(),
            "anna-desk-aaaaaaa"
        );
        assert_eq!(
            SipUser::generate("李雷", "", u32::MAX).as_str(),
            "phone-000000d"
        );
    }

    proptest! {
        #[test]
        fn a_generated_user_is_always_valid(person in ".*", label in ".*", random: u32) {
            let user = SipUser::generate(&person, &label, random);
            prop_assert_eq!(SipUser::parse(user.as_str()), Ok(user));
        }
    }
}
