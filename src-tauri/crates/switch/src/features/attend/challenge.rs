//! Asking a caller whom nobody knows to press a key, another in each call: machines that call at random
//! do not.

use super::{About, Heard, Step, say};
use crate::limits::{CHALLENGE_TRIES, CHALLENGE_WAIT};
use office::PhoneNumber;
use spoken::{Piece, phrase::calls, say as words};

/// The keys one of which lets them through: digits, which everybody finds.
const KEYS: [char; 9] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// A caller is asked to press a key.
#[derive(Debug)]
pub(crate) struct Challenge {
    number: PhoneNumber,
    /// The key that lets them through, as they are told.
    key: char,
    asked: u32,
}

impl Challenge {
    /// For a caller of that number of the office. `chance` chooses the key.
    pub(crate) fn new(number: PhoneNumber, chance: u32) -> Challenge {
        Challenge {
            key: KEYS[chance as usize % KEYS.len()],
            number,
            asked: 0,
        }
    }

    /// The number of the office that they called.
    pub(crate) fn number(&self) -> &PhoneNumber {
        &self.number
    }

    pub(crate) fn on(&mut self, about: &About<'_>, heard: Heard) -> Vec<Step> {
        match heard {
            Heard::Key(digit) if digit.key() == self.key => vec![Step::Screened(true)],
            // A machine that presses all keys is let through no sooner than one that presses none.
            Heard::Began | Heard::TimeUp | Heard::Key(_) if self.asked < CHALLENGE_TRIES => {
                self.asked += 1;
                let mut said: Vec<Piece> = vec![
                    calls::WELCOME.into(),
                    Piece::FULL_STOP,
                    calls::PRESS_TO_GO_ON.into(),
                ];
                said.extend(words::digits(&self.key.to_string()));
                said.push(Piece::FULL_STOP);
                vec![Step::Say(say(about.lang, &said))]
            }
            Heard::Said => vec![Step::Wait(CHALLENGE_WAIT)],
            Heard::TimeUp | Heard::Key(_) => vec![Step::Screened(false)],
            _ => Vec::new(),
        }
    }
}
