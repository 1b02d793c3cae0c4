//! Every phrase that is recorded: its id and its words in each language.
//!
//! One module for each matter. A new phrase is one entry there and, after `cargo xtask prompts`, one
//! recording for each language.

/// Makes one constant for each phrase, documented by its English words, and the list `SINGLE` of
/// them.
macro_rules! phrases {
    (@one $id:literal, $en:literal, $de:literal) => {
        $crate::phrase::Phrase(&$crate::phrase::Entry { id: $id, en: $en, de: $de })
    };
    ($($name:ident = $id:literal, $en:literal, $de:literal;)*) => {
        $(
            #[doc = concat!("“", $en, "”")]
            pub const $name: $crate::Phrase = phrases!(@one $id, $en, $de);
        )*
        pub(super) const SINGLE: &[$crate::Phrase] = &[$($name),*];
    };
}

/// Makes an array of phrases that are chosen by a number.
macro_rules! row {
    ($($id:literal, $en:literal, $de:literal;)*) => {
        [$(phrases!(@one $id, $en, $de)),*]
    };
}

pub mod calendar;
pub mod calls;
pub mod conference;
pub mod line_test;
pub mod numbers;
pub mod queue;
pub mod voicemail;

use crate::Lang;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A recorded phrase.
#[derive(Clone, Copy)]
pub struct Phrase(&'static Entry);

impl Phrase {
    /// Its name, the same in every language: lower-case letters, digits and hyphens.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.0.id
    }

    /// What is said.
    #[must_use]
    pub const fn text(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.0.en,
            Lang::De => self.0.de,
        }
    }

    /// The name of its recording, as the player asks for it: `prompts/en/goodbye`.
    #[must_use]
    pub fn file(self, lang: Lang) -> String {
        format!("prompts/{}/{}", lang.code(), self.id())
    }

    /// All phrases, matter by matter.
    pub fn all() -> impl Iterator<Item = Self> {
        [
            &numbers::UP_TO_99[..],
            &numbers::HUNDREDS,
            numbers::SINGLE,
            &calendar::DAYS,
            &calendar::MONTHS,
            &calendar::WEEKDAYS,
            &calendar::HOURS,
            &calendar::MINUTES,
            calendar::SINGLE,
            calls::SINGLE,
            voicemail::SINGLE,
            queue::SINGLE,
            conference::SINGLE,
            line_test::SINGLE,
        ]
        .into_iter()
        .flatten()
        .copied()
    }
}

// Two phrases are the same when their ids are: ids are unique, which a test holds.
impl PartialEq for Phrase {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Phrase {}

impl Hash for Phrase {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

struct Entry {
    id: &'static str,
    en: &'static str,
    de: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_phrase_has_an_id_of_its_own_and_words_in_every_language() {
        let mut ids = BTreeSet::new();
        for phrase in Phrase::all() {
            let id = phrase.id();
            assert!(ids.insert(id), "two phrases are called {id}");
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(!id.is_empty() && id.chars().all(plain), "{id}");
            for lang in Lang::ALL {
                let text = phrase.text(lang);
                assert!(!text.is_empty() && text == text.trim(), "{id}: {text:?}");
            }
        }
    }

    #[test]
    fn every_phrase_is_recorded_in_every_language_and_nothing_else_is() {
        let assets = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets"));
        for lang in Lang::ALL {
            for phrase in Phrase::all() {
                let file = assets.join(phrase.file(lang) + ".opus");
                assert!(
                    file.is_file(),
                    "{}: run `cargo xtask prompts`",
                    file.display()
                );
            }
            let folder = assets.join("prompts").join(lang.code());
            assert_eq!(folder.read_dir().unwrap().count(), Phrase::all().count());
        }
    }

    #[test]
    fn sentences_end_as_sentences_in_both_languages() {
        for phrase in Phrase::all() {
            let ends = |lang| phrase.text(lang).ends_with(['.', '?', '!']);
            let id = phrase.id();
            assert_eq!(
                ends(Lang::En),
                ends(Lang::De),
                "{id}: a sentence in one language only"
            );
        }
    }
}
