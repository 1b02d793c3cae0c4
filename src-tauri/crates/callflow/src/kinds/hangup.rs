//! `hangup`: the call ends, after a goodbye or with a reason the telephone shows.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Param, Takes};
use crate::check::NodeCheck;
use crate::prompt::Prompt;
use crate::walk::{EndCause, Event, Next, Turn};
use serde::Deserialize;

/// The call ends.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Hangup {
    goodbye: Vec<Prompt>,
    cause: EndCause,
}

impl Behaviour for Hangup {
    type State = ();

    const KIND: Kind = Kind::new("hangup", Group::Start, "phone-off")
        .params(&[
            Param::new("goodbye", Takes::Prompts),
            Param::choice("cause", &["normal", "busy", "rejected", "unavailable"]),
        ])
        .quiet();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        if turn.is_gone() || self.goodbye.is_empty() {
            return Next::End(self.cause);
        }
        if turn.say(&self.goodbye, false) {
            Next::Stay
        } else {
            Next::End(self.cause)
        }
    }

    fn on(&self, (): &mut (), _turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        match event {
            Event::Said => Next::End(self.cause),
            _ => Next::Stay,
        }
    }

    fn leaves(&self) -> bool {
        true
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        if !self.goodbye.is_empty() && self.cause != EndCause::Normal {
            check.warn("hangup.goodbyeAnswers").field("goodbye").remove_field("goodbye");
        }
    }
}
