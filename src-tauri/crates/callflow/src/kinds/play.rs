//! `play`: says something.

use super::{Behaviour, Silence};
use crate::catalogue::{Group, Kind, Param, Takes, required};
use crate::check::NodeCheck;
use crate::program::Around;
use crate::prompt::Prompt;
use crate::walk::{Event, Next, Turn};
use serde::Deserialize;
use std::time::Duration;

/// Says something.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Play {
    prompts: Vec<Prompt>,
    barge_in: bool,
    repeat: u32,
}

/// How long a caller listens before they can choose; more loses them.
const LONG: Duration = Duration::from_secs(60);

impl Behaviour for Play {
    /// How often it has been said.
    type State = u32;

    const KIND: Kind = Kind::new("play", Group::Speak, "volume-2")
        .params(&[
            Param::new("prompts", Takes::Prompts).required(),
            Param::new("bargeIn", Takes::Boolean).flag(false),
            Param::new("repeat", Takes::Integer).number(1).range(1, 10).advanced(),
        ])
        .outcomes(&[required("default")])
        .answers();

    fn enter(&self, said: &mut u32, turn: &mut Turn<'_, '_>) -> Next {
        *said += 1;
        if turn.say(&self.prompts, self.barge_in) {
            Next::Stay
        } else {
            Next::leave("default")
        }
    }

    fn on(&self, said: &mut u32, turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        match event {
            Event::Said if *said < self.repeat => self.enter(said, turn),
            Event::Said => Next::leave("default"),
            // The key stops what is said, and answers the next question.
            Event::Key(key) if self.barge_in => {
                turn.keep_key(*key);
                Next::leave("default")
            }
            _ => Next::Stay,
        }
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let lasts = check.around().lasts(&self.prompts) * self.repeat;
        if lasts > LONG && !self.barge_in {
            check
                .warn("play.long")
                .with("seconds", lasts.as_secs())
                .set_field("bargeIn", true.into());
        }
    }

    fn in_silence(&self, around: &Around<'_>) -> Silence {
        Silence::after(around.lasts(&self.prompts) * self.repeat)
    }
}
