//! The name of a sound the office keeps: which file, below the data folder's `sound/`.

use crate::limits::SOUND_NAME_MAX_CHARS;
use crate::text_value::text_value;
use serde::{Deserialize, Serialize};

/// Names a sound: a path with `/` below the folder `sound/`, such as `greetings/4f2a…` or
/// `messages/2026/11/7-1.opus`.
///
/// Small letters, digits, `-`, `_` and `.`, so that it is the same file on every computer; no part
/// is empty or begins with a dot, so that it never leaves its folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SoundName(String);

text_value!(SoundName, BadSoundName);

impl SoundName {
    /// Checks a name.
    ///
    /// # Errors
    /// It is no such path.
    pub fn parse(text: &str) -> Result<Self, BadSoundName> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
        let is_part =
            |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(allowed);
        if text.len() <= SOUND_NAME_MAX_CHARS && text.split('/').all(is_part) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadSoundName)
        }
    }
}

/// The text names no sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a sound is named by up to {SOUND_NAME_MAX_CHARS} small letters, digits, -, _ and ., in parts between /"
)]
pub struct BadSoundName;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_never_leaves_its_folder() {
        for good in ["greetings/4f2a", "messages/2026/11/7-1.opus", "a"] {
            assert_eq!(SoundName::parse(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(SOUND_NAME_MAX_CHARS + 1);
        for bad in [
            "",
            "/",
            "/etc/passwd",
            "a//b",
            "a/",
            "../a",
            "a/../b",
            "a/.hidden",
            "a\\b",
            "c:a",
            "A",
            "ä",
            "a b",
            "a\0",
            &long,
        ] {
            assert_eq!(SoundName::parse(bad), Err(BadSoundName), "{bad:?}");
        }
        assert!(serde_json::from_str::<SoundName>("\"../a\"").is_err());
    }
}
