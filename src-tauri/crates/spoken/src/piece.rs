//! One link of what is said: a phrase or a pause.

use crate::{Lang, Phrase};
use std::time::Duration;

/// A phrase or a pause; a chain of them is heard as a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Piece {
    /// A recording.
    Phrase(Phrase),
    /// Nothing for a while: between two sentences, between groups of digits.
    Pause(Duration),
}

impl Piece {
    /// The rest between two sentences.
    pub const FULL_STOP: Self = Self::Pause(Duration::from_millis(300));
    /// The rest between two groups of digits.
    pub const BREATH: Self = Self::Pause(Duration::from_millis(180));
}

impl From<Phrase> for Piece {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(phrase)
    }
}

/// What a chain says, for transcripts and tests: the words of its phrases with spaces between.
#[must_use]
pub fn words(lang: Lang, pieces: &[Piece]) -> String {
    let words: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Phrase(phrase) => Some(phrase.text(lang)),
            Piece::Pause(_) => None,
        })
        .collect();
    words.join(" ")
}
