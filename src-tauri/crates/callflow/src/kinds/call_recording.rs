//! `callRecording`: the call is recorded from here on, or no longer.

use super::{Behaviour, Silence};
use crate::catalogue::{Group, Kind, Param, Takes, required};
use crate::check::NodeCheck;
use crate::program::Around;
use crate::prompt::Prompt;
use crate::walk::{Act, Event, Next, Switch, Turn};
use serde::Deserialize;

/// The call is recorded from here on, or no longer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CallRecording {
    action: Switch,
    announce: Vec<Prompt>,
}

impl Behaviour for CallRecording {
    type State = ();

    const KIND: Kind = Kind::new("callRecording", Group::Data, "disc")
        .params(&[
            Param::choice("action", &["start", "stop"]),
            Param::new("announce", Takes::Prompts),
        ])
        .outcomes(&[required("default")])
        .answers();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        if turn.say(&self.announce, false) {
            return Next::Stay;
        }
        self.switch(turn)
    }

    fn on(&self, (): &mut (), turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        match event {
            Event::Said => self.switch(turn),
            _ => Next::Stay,
        }
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        if self.action == Switch::Start && self.announce.is_empty() {
            let country = check.around().office.settings().country.as_ref();
            let country = country.map_or("", |country| country.as_str()).to_owned();
            check
                .warn("callRecording.unannounced")
                .field("announce")
                .with("country", country);
        }
    }

    fn in_silence(&self, around: &Around<'_>) -> Silence {
        Silence::after(around.lasts(&self.announce))
    }
}

impl CallRecording {
    fn switch(&self, turn: &mut Turn<'_, '_>) -> Next {
        turn.answer();
        turn.act(Act::Recording(self.action));
        Next::leave("default")
    }
}
