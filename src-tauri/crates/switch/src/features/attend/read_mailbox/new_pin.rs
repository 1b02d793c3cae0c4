//! Choosing another PIN: six digits, twice.

use super::{Heard, Scene, Step, Turn};
use crate::{
    limits::{DIGITS_WAIT, MENU_WAIT},
    questions::{Answer, PinDigits, Question},
};
use office::{Pin, limits::PIN_MIN_DIGITS};
use spoken::{
    Phrase, Piece,
    phrase::{calls, voicemail},
};

/// Somebody chooses a PIN.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NewPin {
    /// What was chosen the first time.
    first: Option<PinDigits>,
    digits: PinDigits,
    /// It is being kept.
    waits: bool,
}

impl NewPin {
    pub(super) fn begin(scene: &Scene<'_>) -> (NewPin, Turn) {
        let mut new_pin = NewPin {
            first: None,
            digits: PinDigits::default(),
            waits: false,
        };
        let turn = new_pin.ask(scene, &[]);
        (new_pin, turn)
    }

    pub(super) fn on(&mut self, scene: &Scene<'_>, heard: Heard) -> Turn {
        match heard {
            Heard::Told(Answer::Done) if self.waits => {
                Turn::back_with(super::sentences([voicemail::PIN_CHANGED]))
            }
            Heard::Told(Answer::Failed(_)) if self.waits => {
                Turn::back_with(super::sentences([calls::OUT_OF_ORDER]))
            }
            _ if self.waits => Turn::default(),
            Heard::Said => Turn::wait(),
            Heard::TimeUp if self.digits.is_empty() => self.ask(scene, &[]),
            Heard::TimeUp => self.take(scene),
            Heard::Key(digit) => match digit.key() {
                '*' => Turn::back_with(super::sentences([voicemail::CANCELLED])),
                '#' if self.digits.is_empty() => self.ask(scene, &[]),
                '#' => self.take(scene),
                key => {
                    self.digits.push(key);
                    let is_whole = self.digits.expose().len() >= PIN_MIN_DIGITS;
                    let wait = if is_whole { DIGITS_WAIT } else { MENU_WAIT };
                    Turn::new(vec![Step::Wait(wait)])
                }
            },
            _ => Turn::default(),
        }
    }

    fn ask(&mut self, scene: &Scene<'_>, first: &[Phrase]) -> Turn {
        self.digits = PinDigits::default();
        let question = match self.first {
            None => voicemail::NEW_PIN,
            Some(_) => voicemail::NEW_PIN_AGAIN,
        };
        let mut words: Vec<Piece> = super::sentences(first.iter().copied());
        words.push(question.into());
        Turn::new(vec![scene.say(&words)])
    }

    /// The digits are dialled.
    fn take(&mut self, scene: &Scene<'_>) -> Turn {
        let digits = std::mem::take(&mut self.digits);
        if let Some(first) = self.first.take() {
            if first != digits {
                return self.ask(scene, &[voicemail::PIN_DIFFERS]);
            }
            self.waits = true;
            let mailbox = scene.mailbox.id;
            return Turn::new(vec![Step::Ask(Question::SetPin {
                mailbox,
                digits,
                by: scene.about.caller.clone(),
            })]);
        }
        if digits.expose().len() != PIN_MIN_DIGITS {
            return self.ask(scene, &[voicemail::PIN_WRONG_LENGTH]);
        }
        if Pin::choose(digits.expose(), &scene.numbers()).is_err() {
            return self.ask(scene, &[voicemail::PIN_WEAK]);
        }
        self.first = Some(digits);
        self.ask(scene, &[])
    }
}
