//! The way into a mailbox from a phone that is not its owner's: its number, then its PIN.

use super::{About, Heard, Next, Step, Turn, mailbox_of_number, say};
use crate::{
    limits::{DIGITS_WAIT, ENTRANCE_TRIES, MENU_WAIT},
    questions::{Answer, PinDigits, PinIs, PinOf, Question},
};
use office::{
    MailboxId,
    limits::{EXTENSION_NUMBER_MAX_CHARS, PIN_MIN_DIGITS},
};
use spoken::{
    Lang, Phrase, Piece,
    phrase::{calls, voicemail},
};

/// Somebody is at the door.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entrance {
    asks: Asks,
    /// What was wrong so far.
    failed: u32,
}

#[derive(Clone, Debug, PartialEq)]
enum Asks {
    /// Whose mailbox; the digits so far.
    Whose(String),
    Pin(MailboxId, PinDigits),
    /// The digits are being checked.
    Wait(MailboxId),
}

impl Entrance {
    pub(super) fn whose() -> Entrance {
        Entrance {
            asks: Asks::Whose(String::new()),
            failed: 0,
        }
    }

    pub(super) fn of(mailbox: MailboxId) -> Entrance {
        Entrance {
            asks: Asks::Pin(mailbox, PinDigits::default()),
            failed: 0,
        }
    }

    pub(super) fn mailbox(&self) -> Option<MailboxId> {
        match &self.asks {
            Asks::Whose(_) => None,
            Asks::Pin(mailbox, _) | Asks::Wait(mailbox) => Some(*mailbox),
        }
    }

    pub(super) fn on(&mut self, about: &About<'_>, lang: Lang, heard: Heard) -> Turn {
        match (&mut self.asks, heard) {
            (Asks::Pin(mailbox, _), Heard::Began) if !can_be_opened(about, *mailbox) => {
                Turn::default().then(Next::Out(vec![voicemail::NO_BOX.into()]))
            }
            (_, Heard::Began) => self.ask(about, lang, &[]),
            (_, Heard::Said) => Turn::wait(),
            (Asks::Whose(digits), Heard::Key(digit)) => match digit.key() {
                '#' => self.look_up(about, lang),
                '*' => self.ask(about, lang, &[]),
                key => {
                    if digits.len() < EXTENSION_NUMBER_MAX_CHARS {
                        digits.push(key);
                    }
                    Turn::new(vec![Step::Wait(MENU_WAIT)])
                }
            },
            (Asks::Whose(digits), Heard::TimeUp) if !digits.is_empty() => self.look_up(about, lang),
            (Asks::Pin(_, digits), Heard::Key(digit)) => match digit.key() {
                '#' if digits.is_empty() => self.ask(about, lang, &[]),
                '#' => self.check(about),
                '*' => self.ask(about, lang, &[]),
                key => {
                    digits.push(key);
                    // As many digits as most PINs have are enough, with or without a hash key.
                    let is_whole = digits.expose().len() >= PIN_MIN_DIGITS;
                    let wait = if is_whole { DIGITS_WAIT } else { MENU_WAIT };
                    Turn::new(vec![Step::Wait(wait)])
                }
            },
            (Asks::Pin(_, digits), Heard::TimeUp) if !digits.is_empty() => self.check(about),
            (Asks::Whose(_) | Asks::Pin(..), Heard::TimeUp) => self.ask(about, lang, &[]),
            (Asks::Wait(mailbox), Heard::Told(Answer::Pin(is))) => match is {
                PinIs::Right => Turn::default().then(Next::Open(*mailbox)),
                PinIs::Wrong | PinIs::Host => self.on_wrong_pin(about, lang),
            },
            (Asks::Wait(_), Heard::Told(Answer::Failed(_))) => {
                let words = [calls::OUT_OF_ORDER, calls::TOO_MANY_TRIES];
                Turn::default().then(Next::Out(super::sentences(words)))
            }
            _ => Turn::default(),
        }
    }

    /// Asks, with nothing dialled yet.
    fn ask(&mut self, about: &About<'_>, lang: Lang, first: &[Phrase]) -> Turn {
        let question = match &mut self.asks {
            Asks::Pin(mailbox, _)
                if about
                    .pin_lock
                    .is_locked(PinOf::Mailbox(*mailbox), about.now) =>
            {
                return Turn::default().then(Next::Out(vec![voicemail::PIN_LOCKED.into()]));
            }
            Asks::Whose(digits) => {
                digits.clear();
                voicemail::ENTER_BOX
            }
            Asks::Pin(_, digits) => {
                *digits = PinDigits::default();
                voicemail::ENTER_PIN
            }
            Asks::Wait(_) => return Turn::default(),
        };
        let mut words: Vec<Piece> = super::sentences(first.iter().copied());
        words.push(question.into());
        Turn::new(vec![Step::Say(say(lang, &words))])
    }

    fn look_up(&mut self, about: &About<'_>, lang: Lang) -> Turn {
        let Asks::Whose(digits) = &self.asks else {
            return Turn::default();
        };
        let found = mailbox_of_number(about.office, digits).map(|mailbox| mailbox.id);
        match found.filter(|mailbox| can_be_opened(about, *mailbox)) {
            Some(mailbox) => {
                self.asks = Asks::Pin(mailbox, PinDigits::default());
                self.ask(about, lang, &[])
            }
            None => self.fail(about, lang, voicemail::NO_BOX),
        }
    }

    fn check(&mut self, about: &About<'_>) -> Turn {
        let Asks::Pin(mailbox, digits) = &mut self.asks else {
            return Turn::default();
        };
        let (mailbox, digits) = (*mailbox, std::mem::take(digits));
        if about.pin_lock.is_locked(PinOf::Mailbox(mailbox), about.now) {
            return Turn::default().then(Next::Out(vec![voicemail::PIN_LOCKED.into()]));
        }
        self.asks = Asks::Wait(mailbox);
        let whose = PinOf::Mailbox(mailbox);
        Turn::new(vec![Step::Ask(Question::CheckPin { whose, digits })])
    }

    fn on_wrong_pin(&mut self, about: &About<'_>, lang: Lang) -> Turn {
        if let Asks::Wait(mailbox) = &self.asks {
            self.asks = Asks::Pin(*mailbox, PinDigits::default());
        }
        self.fail(about, lang, voicemail::WRONG_PIN)
    }

    /// Says what was wrong and asks again, or says goodbye.
    fn fail(&mut self, about: &About<'_>, lang: Lang, why: Phrase) -> Turn {
        self.failed += 1;
        if self.failed >= ENTRANCE_TRIES {
            let words = [why, calls::TOO_MANY_TRIES];
            return Turn::default().then(Next::Out(super::sentences(words)));
        }
        self.ask(about, lang, &[why])
    }
}

/// A mailbox without a PIN is heard from its owner's phones only; others are told of it as little as
/// of one that does not exist.
fn can_be_opened(about: &About<'_>, mailbox: MailboxId) -> bool {
    let found = about.office.mailbox(mailbox);
    found.is_some_and(|mailbox| mailbox.pin.is_some())
}
