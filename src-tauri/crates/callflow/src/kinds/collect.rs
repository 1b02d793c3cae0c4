//! `collect`: the caller dials a number that the flow remembers.

use super::{Behaviour, Silence};
use crate::Value;
use crate::catalogue::{Group, Kind, Param, Takes, or_else, required};
use crate::check::NodeCheck;
use crate::expr::Pattern;
use crate::limits::MAX_DIGITS;
use crate::program::Around;
use crate::prompt::{Prompt, Sound};
use crate::walk::{Event, Next, Turn};
use serde::{Deserialize, Deserializer};
use spoken::{phrase, say};
use std::time::Duration;

/// The caller dials a number that the flow remembers.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Collect {
    variable: String,
    prompts: Vec<Prompt>,
    min_digits: usize,
    max_digits: usize,
    terminator: Terminator,
    timeout: u32,
    inter_digit: u32,
    attempts: u32,
    pattern: OptionalPattern,
    confirm: bool,
    sensitive: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Terminator {
    #[serde(rename = "#")]
    Hash,
    #[serde(rename = "*")]
    Star,
    #[serde(rename = "none")]
    None,
}

/// A pattern, if there is one; what is none is told by the check and fits everything.
#[derive(Clone, Debug)]
struct OptionalPattern {
    pattern: Option<Pattern>,
    bad: bool,
}

/// What is remembered while a caller dials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct State {
    attempt: u32,
    digits: String,
    /// They were read back, and the caller says whether they are right.
    confirming: bool,
}

impl Behaviour for Collect {
    type State = State;

    const KIND: Kind = Kind::new("collect", Group::Ask, "binary")
        .params(&[
            Param::new("variable", Takes::Variable).required(),
            Param::new("prompts", Takes::Prompts).required(),
            Param::new("minDigits", Takes::Integer).number(1).range(0, MAX_DIGITS as i64),
            Param::new("maxDigits", Takes::Integer).number(10).range(1, MAX_DIGITS as i64),
            Param::choice("terminator", &["#", "*", "none"]),
            Param::new("timeout", Takes::Seconds).number(5).range(1, 60),
            Param::new("interDigit", Takes::Seconds).number(3).range(1, 30).advanced(),
            Param::new("attempts", Takes::Integer).number(3).range(1, 10),
            Param::new("pattern", Takes::Regex).advanced(),
            Param::new("confirm", Takes::Boolean).flag(false),
            Param::new("sensitive", Takes::Boolean).flag(false).advanced(),
        ])
        .outcomes(&[required("default"), required("timeout"), or_else("invalid", "timeout")])
        .answers()
        .paces();

    fn enter(&self, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
        state.attempt = 1;
        self.ask(state, turn, Vec::new())
    }

    fn on(&self, state: &mut State, turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        match event {
            Event::Said => {
                turn.wait(Duration::from_secs(self.timeout.into()));
                Next::Stay
            }
            Event::Key(key) if state.confirming => self.confirmed(state, turn, *key),
            Event::Key(key) => self.pressed(state, turn, *key),
            Event::TimeUp if state.confirming || state.digits.is_empty() => {
                self.again(state, turn, "timeout", phrase::calls::NOTHING_PRESSED)
            }
            Event::TimeUp => self.entered(state, turn),
            _ => Next::Stay,
        }
    }

    fn sets(&self) -> Vec<(&'static str, &str)> {
        vec![("default", &self.variable)]
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        if self.pattern.bad {
            check.error("collect.badPattern").field("pattern").remove_field("pattern");
        }
        if self.min_digits > self.max_digits {
            check
                .error("collect.minAboveMax")
                .set_field("minDigits", self.max_digits.into());
        }
        let holds = check.variable(&self.variable);
        if let Some(holds) = holds
            && !matches!(holds, crate::Type::Text | crate::Type::Digits | crate::Type::Number)
        {
            check
                .error("E07")
                .variant("type")
                .field("variable")
                .with("variable", self.variable.as_str())
                .with("got", "digits")
                .with("wanted", holds.to_string());
        }
    }

    fn in_silence(&self, around: &Around<'_>) -> Silence {
        let once = around.lasts(&self.prompts) + Duration::from_secs(self.timeout.into());
        Silence::only(&["timeout"], once * self.attempts)
    }
}

impl Collect {
    fn ask(&self, state: &mut State, turn: &mut Turn<'_, '_>, before: Vec<Sound>) -> Next {
        state.digits.clear();
        state.confirming = false;
        // Keys pressed while something was said before are the beginning of the number.
        while !state.confirming && let Some(key) = turn.next_key() {
            match self.pressed(state, turn, key) {
                Next::Stay => {}
                next => return next,
            }
        }
        if state.confirming || !state.digits.is_empty() {
            return Next::Stay;
        }
        let sounds = [before, turn.sounds(&self.prompts)].concat();
        if !turn.say_sounds(sounds, true) {
            turn.answer();
            turn.wait(Duration::from_secs(self.timeout.into()));
        }
        Next::Stay
    }

    fn pressed(&self, state: &mut State, turn: &mut Turn<'_, '_>, key: char) -> Next {
        let ends = match self.terminator {
            Terminator::Hash => key == '#',
            Terminator::Star => key == '*',
            Terminator::None => false,
        };
        if !ends {
            state.digits.push(key);
        }
        if ends || state.digits.len() >= self.max_digits {
            return self.entered(state, turn);
        }
        turn.wait(Duration::from_secs(self.inter_digit.into()));
        Next::Stay
    }

    fn entered(&self, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
        turn.tell_digits(&state.digits, self.sensitive);
        let fits = self.pattern.pattern.as_ref();
        if state.digits.len() < self.min_digits
            || fits.is_some_and(|pattern| !pattern.fits(&state.digits))
        {
            return self.again(state, turn, "invalid", phrase::calls::INVALID_CHOICE);
        }
        if !self.confirm {
            return self.keep(state, turn);
        }
        state.confirming = true;
        let lang = turn.lang();
        let mut sounds: Vec<Sound> = Sound::pieces(lang, say::telephone(&state.digits)).collect();
        sounds.push(Sound::Silence { ms: 300 });
        let words = [phrase::voicemail::TO_CONFIRM, phrase::voicemail::TO_CHANGE];
        sounds.extend(turn.phrases(&words));
        turn.say_sounds(sounds, true);
        Next::Stay
    }

    fn confirmed(&self, state: &mut State, turn: &mut Turn<'_, '_>, key: char) -> Next {
        turn.tell_key(key);
        match key {
            '1' => self.keep(state, turn),
            // They want to change it: that is no mistake, but the tries are still bounded.
            _ if state.attempt >= self.attempts => Next::leave("invalid"),
            _ => {
                state.attempt += 1;
                self.ask(state, turn, Vec::new())
            }
        }
    }

    fn keep(&self, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
        let digits = std::mem::take(&mut state.digits);
        turn.set(&self.variable, Value::Text(digits), self.sensitive);
        Next::leave("default")
    }

    fn again(
        &self,
        state: &mut State,
        turn: &mut Turn<'_, '_>,
        outcome: &'static str,
        why: spoken::Phrase,
    ) -> Next {
        if state.attempt >= self.attempts {
            return Next::leave(outcome);
        }
        state.attempt += 1;
        let before = turn.phrases(&[why, phrase::calls::TRY_AGAIN]);
        self.ask(state, turn, before)
    }
}

impl<'de> Deserialize<'de> for OptionalPattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let pattern = (!text.is_empty()).then(|| Pattern::parse_whole(&text));
        Ok(Self {
            bad: matches!(pattern, Some(Err(_))),
            pattern: pattern.and_then(Result::ok),
        })
    }
}
