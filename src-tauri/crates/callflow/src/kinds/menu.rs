//! `menu`: "press 1 for sales": a prompt, then one key.

use super::{Behaviour, Silence, Touches};
use crate::catalogue::{Group, Kind, Outcome, Param, Takes, or_else, required};
use crate::check::NodeCheck;
use crate::program::Around;
use crate::prompt::Prompt;
use crate::target::Target;
use crate::walk::{Event, Next, Turn};
use office::ExtensionNumber;
use serde::Deserialize;
use serde_json::Map;
use spoken::phrase::calls;
use std::time::Duration;

/// A prompt, then one key.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Menu {
    prompts: Vec<Prompt>,
    options: Vec<KeyOption>,
    timeout: u32,
    attempts: u32,
    invalid_prompts: Vec<Prompt>,
    timeout_prompts: Vec<Prompt>,
    barge_in: bool,
    direct_dial: bool,
}

/// A key that can be pressed.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct KeyOption {
    #[serde(default)]
    pub(crate) digit: String,
    #[serde(default)]
    pub(crate) label: String,
}

/// What a menu remembers while a caller is at it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct State {
    /// Which try this is, from 1.
    attempt: u32,
    /// What has been dialled of an extension.
    dialled: String,
    /// Something is said that no key interrupts; keys wait until it is over.
    speaking: bool,
}

/// How long the next digit of an extension may take.
const NEXT_DIGIT: Duration = Duration::from_secs(2);

impl Behaviour for Menu {
    type State = State;

    const KIND: Kind = Kind::new("menu", Group::Ask, "grid-3x3")
        .params(&[
            Param::new("prompts", Takes::Prompts).required(),
            Param::new("options", Takes::Options).required().range(1, 12),
            Param::new("timeout", Takes::Seconds).number(5).range(1, 60),
            Param::new("attempts", Takes::Integer).number(3).range(1, 10),
            Param::new("invalidPrompts", Takes::Prompts).advanced(),
            Param::new("timeoutPrompts", Takes::Prompts).advanced(),
            Param::new("bargeIn", Takes::Boolean).flag(true).advanced(),
            Param::new("directDial", Takes::Boolean).flag(false),
        ])
        .outcomes(&[required("timeout"), or_else("invalid", "timeout")])
        .answers()
        .paces();

    fn outcomes(&self, _around: &Around<'_>) -> Vec<Outcome> {
        let keys = self.options.iter().take(12).map(|option| {
            Outcome::required(format!("digit:{}", option.digit), &option.label)
        });
        keys.chain(Self::KIND.fixed_outcomes()).collect()
    }

    fn enter(&self, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
        state.attempt = 1;
        self.ask(state, turn, &[])
    }

    fn on(&self, state: &mut State, turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        match event {
            Event::Said => {
                state.speaking = false;
                if let Some(key) = turn.next_key() {
                    return self.pressed(state, turn, key);
                }
                turn.wait(Duration::from_secs(self.timeout.into()));
                Next::Stay
            }
            Event::Key(key) if state.speaking => {
                turn.keep_key(*key);
                Next::Stay
            }
            Event::Key(key) => self.pressed(state, turn, *key),
            Event::TimeUp if state.dialled.is_empty() => {
                let words = [calls::NOTHING_PRESSED, calls::TRY_AGAIN];
                self.again(state, turn, "timeout", &self.timeout_prompts, &words)
            }
            Event::TimeUp => {
                let dialled = std::mem::take(&mut state.dialled);
                self.decide(state, turn, &dialled)
            }
            _ => Next::Stay,
        }
    }

    fn touches(&self, around: &Around<'_>) -> Vec<Touches> {
        let numbers = around.office.extensions().filter(|_| self.direct_dial);
        numbers
            .map(|extension| Touches::Number(extension.number.to_string()))
            .collect()
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        if self.options.len() > 5 {
            check.warn("menu.manyKeys").field("options").with("keys", self.options.len());
        }
        let mut seen = Vec::new();
        for (index, option) in self.options.iter().enumerate() {
            let key = option.digit.as_str();
            let is_key = matches!(key.as_bytes(), [b'0'..=b'9' | b'*' | b'#']);
            if !is_key {
                let found = check.error("menu.noKey").field("options").with("key", key);
                found.drop_entry("options", index);
            } else if seen.contains(&key) {
                let found = check.error("menu.sameKey").field("options").with("key", key);
                found.drop_entry("options", index);
            }
            seen.push(key);
        }
        self.check_direct_dial(check);
        self.check_words(check);
    }

    fn in_silence(&self, around: &Around<'_>) -> Silence {
        let once = around.lasts(&self.prompts) + Duration::from_secs(self.timeout.into());
        Silence::only(&["timeout"], once * self.attempts)
    }
}

impl Menu {
    fn pressed(&self, state: &mut State, turn: &mut Turn<'_, '_>, key: char) -> Next {
        turn.tell_key(key);
        if state.dialled.is_empty() && !(self.direct_dial && begins_number(turn, key)) {
            return self.decide(state, turn, &key.to_string());
        }
        state.dialled.push(key);
        if longer_number(turn, &state.dialled) {
            turn.wait(NEXT_DIGIT);
            return Next::Stay;
        }
        let dialled = std::mem::take(&mut state.dialled);
        self.decide(state, turn, &dialled)
    }

    /// The caller has pressed a key, or dialled an extension.
    fn decide(&self, state: &mut State, turn: &mut Turn<'_, '_>, dialled: &str) -> Next {
        if self.options.iter().any(|option| option.digit == dialled) {
            return Next::leave(format!("digit:{dialled}"));
        }
        if self.direct_dial
            && turn.office().extension(dialled).is_some()
            && let Ok(number) = ExtensionNumber::parse(dialled)
        {
            return Next::Goto(Target::Extension(number), Map::new());
        }
        let words = [calls::INVALID_CHOICE, calls::TRY_AGAIN];
        self.again(state, turn, "invalid", &self.invalid_prompts, &words)
    }

    /// Asks anew, unless it was the last try.
    fn again(
        &self,
        state: &mut State,
        turn: &mut Turn<'_, '_>,
        outcome: &'static str,
        own: &[Prompt],
        words: &[spoken::Phrase],
    ) -> Next {
        if state.attempt >= self.attempts {
            return Next::leave(outcome);
        }
        state.attempt += 1;
        let mut before = turn.sounds(own);
        if before.is_empty() {
            before = turn.phrases(words);
        }
        self.ask(state, turn, &before)
    }

    fn ask(&self, state: &mut State, turn: &mut Turn<'_, '_>, before: &[crate::Sound]) -> Next {
        if let Some(key) = turn.next_key() {
            return self.pressed(state, turn, key);
        }
        let sounds = [before, &turn.sounds(&self.prompts)].concat();
        if turn.say_sounds(sounds, self.barge_in) {
            state.speaking = !self.barge_in;
        } else {
            turn.answer();
            turn.wait(Duration::from_secs(self.timeout.into()));
        }
        Next::Stay
    }

    fn check_direct_dial(&self, check: &mut NodeCheck<'_, '_>) {
        if !self.direct_dial {
            return;
        }
        let office = check.around().office;
        for option in &self.options {
            let clash = office.extensions().find(|extension| {
                let number = extension.number.as_str();
                number.len() > 1 && number.starts_with(&option.digit) && !option.digit.is_empty()
            });
            if let Some(extension) = clash {
                check
                    .warn("menu.keyDelayed")
                    .field("directDial")
                    .with("key", option.digit.as_str())
                    .with("extension", extension.number.as_str())
                    .with("seconds", NEXT_DIGIT.as_secs())
                    .set_field("directDial", false.into());
            }
        }
    }

    /// Whether what is spoken mentions every key. Only texts can be read; a menu with a recording
    /// is taken to be right.
    fn check_words(&self, check: &mut NodeCheck<'_, '_>) {
        let mut text = String::new();
        for prompt in &self.prompts {
            match prompt {
                Prompt::Tts { text: part, .. } => match part.fixed() {
                    Some(part) => {
                        text.push(' ');
                        text.push_str(&part.to_lowercase());
                    }
                    None => return,
                },
                Prompt::Silence { .. } => {}
                Prompt::Audio { .. } | Prompt::Value { .. } => return,
            }
        }
        for option in &self.options {
            if !text.is_empty() && !mentions(&text, &option.digit) {
                check
                    .warn("menu.keyNotSpoken")
                    .field("prompts")
                    .outcome(&format!("digit:{}", option.digit))
                    .with("key", option.digit.as_str())
                    .with("label", option.label.as_str());
            }
        }
    }
}

/// Whether a text names a key, as a digit or in words of the languages the office speaks.
fn mentions(text: &str, key: &str) -> bool {
    let words: &[&str] = match key {
        "0" => &["zero", "null", "oh"],
        "1" => &["one", "eins"],
        "2" => &["two", "zwei", "zwo"],
        "3" => &["three", "drei"],
        "4" => &["four", "vier"],
        "5" => &["five", "fünf"],
        "6" => &["six", "sechs"],
        "7" => &["seven", "sieben"],
        "8" => &["eight", "acht"],
        "9" => &["nine", "neun"],
        "*" => &["star", "stern", "sterntaste"],
        "#" => &["hash", "pound", "raute", "rautetaste"],
        _ => return true,
    };
    text.split(|c: char| !c.is_alphanumeric() && c != '*' && c != '#')
        .any(|word| word == key || words.contains(&word))
}

fn begins_number(turn: &Turn<'_, '_>, key: char) -> bool {
    turn.office().extensions().any(|extension| extension.number.as_str().starts_with(key))
}

/// Whether an extension begins with these digits and goes on.
fn longer_number(turn: &Turn<'_, '_>, dialled: &str) -> bool {
    turn.office().extensions().any(|extension| {
        let number = extension.number.as_str();
        number.len() > dialled.len() && number.starts_with(dialled)
    })
}
