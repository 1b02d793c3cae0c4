//! `pause`: the caller waits a while.

use super::{Behaviour, Silence};
use crate::catalogue::{Group, Kind, Param, Takes, required};
use crate::check::NodeCheck;
use crate::program::Around;
use crate::prompt::HearsDocument;
use crate::walk::{Event, Next, Turn};
use serde::Deserialize;
use std::time::Duration;

/// The caller waits a while.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Pause {
    duration: u32,
    hears: HearsDocument,
}

/// How long callers bear to hear nothing.
const LONG_SILENCE: u32 = 10;

impl Behaviour for Pause {
    type State = ();

    const KIND: Kind = Kind::new("pause", Group::Speak, "timer")
        .params(&[
            Param::new("duration", Takes::Seconds).number(2).range(1, 600),
            Param::new("hears", Takes::Hears).text("moh").required(),
        ])
        .outcomes(&[required("default")])
        .answers()
        .paces();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        turn.hear(&self.hears);
        turn.wait(Duration::from_secs(self.duration.into()));
        Next::Stay
    }

    fn on(&self, (): &mut (), _turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        match event {
            Event::TimeUp => Next::leave("default"),
            _ => Next::Stay,
        }
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        if self.duration > LONG_SILENCE && matches!(self.hears, HearsDocument::Silence) {
            check
                .warn("pause.longSilence")
                .with("seconds", self.duration)
                .set_field("hears", "moh".into());
        }
    }

    fn in_silence(&self, _around: &Around<'_>) -> Silence {
        Silence::after(Duration::from_secs(self.duration.into()))
    }
}
