//! `pin`: only who knows a PIN goes on.

use super::{Behaviour, Silence};
use crate::catalogue::{Group, Kind, Param, Refers, Takes, required};
use crate::check::NodeCheck;
use crate::limits::MAX_DIGITS;
use crate::program::Around;
use crate::prompt::{Prompt, Sound};
use crate::walk::{Act, Event, Next, PinVerdict, Reason, SecretPart, Turn};
use office::PinSetId;
use serde::Deserialize;
use spoken::phrase::voicemail;
use std::time::Duration;

/// Only who knows a PIN goes on.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pin {
    pin_set: String,
    prompts: Vec<Prompt>,
    attempts: u32,
}

/// What is remembered while a caller dials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct State {
    attempt: u32,
    digits: String,
    /// The PIN is being checked.
    checking: bool,
}

const TIMEOUT: Duration = Duration::from_secs(7);
const NEXT_DIGIT: Duration = Duration::from_secs(4);

impl Behaviour for Pin {
    type State = State;

    const KIND: Kind = Kind::new("pin", Group::Ask, "lock-keyhole")
        .params(&[
            Param::reference("pinSet", Refers::PinSet).required(),
            Param::new("prompts", Takes::Prompts),
            Param::new("attempts", Takes::Integer).number(3).range(1, 10),
        ])
        .outcomes(&[required("ok"), required("denied")])
        .answers()
        .paces()
        .fails_by("denied");

    fn enter(&self, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
        if let Err(next) = self.pin_set(turn) {
            return next;
        }
        turn.answer();
        state.attempt = 1;
        self.ask(state, turn, Vec::new())
    }

    fn on(&self, state: &mut State, turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        match event {
            Event::Said => {
                turn.wait(TIMEOUT);
                Next::Stay
            }
            Event::Key(_) if state.checking => Next::Stay,
            Event::Key(key) => self.pressed(state, turn, *key),
            Event::TimeUp => self.entered(state, turn),
            Event::PinChecked(PinVerdict::Right) => Next::leave("ok"),
            Event::PinChecked(PinVerdict::Wrong) => {
                let before = turn.phrases(&[voicemail::WRONG_PIN]);
                self.again(state, turn, before)
            }
            Event::PinChecked(PinVerdict::Locked) => {
                turn.tell_because(Reason::new("locked"));
                Next::leave("denied")
            }
            _ => Next::Stay,
        }
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let id = crate::target::read_id(&self.pin_set);
        let set = id.and_then(|id| check.around().office.pin_set(PinSetId(id)));
        if set.is_some_and(|set| set.pins.is_empty()) {
            check.warn("pin.emptySet").field("pinSet");
        }
    }

    fn in_silence(&self, around: &Around<'_>) -> Silence {
        let once = around.lasts(&self.prompts) + TIMEOUT + Duration::from_secs(3);
        Silence::only(&["denied"], once * self.attempts)
    }
}

impl Pin {
    fn pin_set(&self, turn: &Turn<'_, '_>) -> Result<PinSetId, Next> {
        let id = turn.chosen(&self.pin_set, Refers::PinSet)?;
        match turn.office().pin_set(PinSetId(id)) {
            Some(_) => Ok(PinSetId(id)),
            None => Err(Next::Fail(Reason::new("noSuchPinSet").with("id", id))),
        }
    }

    fn ask(&self, state: &mut State, turn: &mut Turn<'_, '_>, before: Vec<Sound>) -> Next {
        state.digits.clear();
        state.checking = false;
        // Keys pressed while something was said before are the beginning of the PIN.
        while !state.checking && let Some(key) = turn.next_key() {
            match self.pressed(state, turn, key) {
                Next::Stay => {}
                next => return next,
            }
        }
        if state.checking || !state.digits.is_empty() {
            return Next::Stay;
        }
        let mut own = turn.sounds(&self.prompts);
        if own.is_empty() {
            own = turn.phrases(&[voicemail::ENTER_PIN]);
        }
        turn.say_sounds([before, own].concat(), true);
        Next::Stay
    }

    fn pressed(&self, state: &mut State, turn: &mut Turn<'_, '_>, key: char) -> Next {
        if key == '#' {
            return self.entered(state, turn);
        }
        state.digits.push(key);
        if state.digits.len() >= MAX_DIGITS {
            return self.entered(state, turn);
        }
        turn.wait(NEXT_DIGIT);
        Next::Stay
    }

    fn entered(&self, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
        if state.digits.is_empty() {
            return self.again(state, turn, Vec::new());
        }
        let pin_set = match self.pin_set(turn) {
            Ok(pin_set) => pin_set,
            Err(next) => return next,
        };
        turn.tell_digits("", true);
        state.checking = true;
        let digits = SecretPart::new(std::mem::take(&mut state.digits));
        turn.act(Act::VerifyPin { pin_set, digits });
        Next::Stay
    }

    fn again(&self, state: &mut State, turn: &mut Turn<'_, '_>, before: Vec<Sound>) -> Next {
        if state.attempt >= self.attempts {
            return Next::leave("denied");
        }
        state.attempt += 1;
        self.ask(state, turn, before)
    }
}
