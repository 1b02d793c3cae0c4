//! What the office says: recorded phrases in English and German, and the grammar of each language
//! that joins them to numbers, dates and whole sentences. And what it gives instead of words: the
//! [`tones`] of each country.
//!
//! Nothing here makes a sound. A [`Phrase`] is a recording's name and its words; [`say`] and
//! [`sentence`] give chains of [`Piece`]s, which the switch hands to the media thread as files and
//! pauses. The recordings are in `assets/prompts/<language>/<phrase>.opus`.
#![forbid(unsafe_code)]

pub mod limits;
pub mod phrase;
pub mod say;
pub mod sentence;
pub mod tones;

mod language;
mod piece;

pub use language::Lang;
pub use phrase::Phrase;
pub use piece::{Piece, words};
