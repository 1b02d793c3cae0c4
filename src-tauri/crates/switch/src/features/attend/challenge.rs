//! Asking a caller whom nobody knows to press a key: machines that call at random do not.

use super::{About, Heard, Step, say};
use crate::limits::{CHALLENGE_TRIES, CHALLENGE_WAIT};
use office::PhoneNumber;
use spoken::{
    Piece,
    phrase::{calls, queue},
};

/// The key that lets them through, as they are told.
const KEY: char = '1';

/// A caller is asked to press a key.
#[derive(Debug)]
pub(crate) struct Challenge {
    number: PhoneNumber,
    asked: u32,
}

impl Challenge {
    /// For a caller of that number of the office.
    pub(crate) fn new(number: PhoneNumber) -> Challenge {
        Challenge { number, asked: 0 }
    }

    /// The number of the office that they called.
    pub(crate) fn number(&self) -> &PhoneNumber {
        &self.number
    }

    pub(crate) fn on(&mut self, about: &About<'_>, heard: Heard) -> Vec<Step> {
        match heard {
            Heard::Began | Heard::TimeUp if self.asked < CHALLENGE_TRIES => {
                self.asked += 1;
                let words: [Piece; 4] = [
                    calls::WELCOME.into(),
                    Piece::FULL_STOP,
                    queue::TO_ACCEPT.into(),
                    Piece::FULL_STOP,
                ];
                vec![Step::Say(say(about.lang, &words))]
            }
            Heard::Said => vec![Step::Wait(CHALLENGE_WAIT)],
            Heard::Key(digit) if digit.key() == KEY => vec![Step::Screened(true)],
            Heard::Key(_) => vec![Step::Wait(CHALLENGE_WAIT)],
            Heard::TimeUp => vec![Step::Screened(false)],
            _ => Vec::new(),
        }
    }
}
