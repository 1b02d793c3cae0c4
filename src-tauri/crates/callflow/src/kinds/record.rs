//! `record`: the caller says something that is played to somebody else later, such as their name.

use super::{Behaviour, Silence};
use crate::Value;
use crate::catalogue::{Group, Kind, Param, Takes, or_else, required};
use crate::check::NodeCheck;
use crate::program::Around;
use crate::walk::{Act, Event, Next, Turn};
use serde::Deserialize;
use std::time::Duration;

/// The caller says something that is played to somebody else later.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    variable: String,
    max: u32,
    beep: bool,
    stop_key: String,
}

/// What is shorter is a cough.
const LEAST: Duration = Duration::from_millis(500);

impl Behaviour for Record {
    type State = ();

    const KIND: Kind = Kind::new("record", Group::Ask, "mic")
        .params(&[
            Param::new("variable", Takes::Variable).required(),
            Param::new("max", Takes::Seconds).number(30).range(1, 300),
            Param::new("beep", Takes::Boolean).flag(true),
            Param::new("stopKey", Takes::Digits).text("#").range(0, 1).advanced(),
        ])
        .outcomes(&[required("default"), or_else("empty", "default")])
        .answers()
        .paces();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        turn.answer();
        turn.forget_keys();
        let clip = turn.new_clip();
        turn.act(Act::Record {
            clip,
            max: Duration::from_secs(self.max.into()),
            beep: self.beep,
            stop_key: self.stop_key.chars().next(),
        });
        Next::Stay
    }

    fn on(&self, (): &mut (), turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        match event {
            Event::Recorded { lasts, .. } if *lasts < LEAST => Next::leave("empty"),
            Event::Recorded { clip, .. } => {
                turn.set(&self.variable, Value::Clip(*clip), false);
                Next::leave("default")
            }
            _ => Next::Stay,
        }
    }

    fn sets(&self) -> Vec<(&'static str, &str)> {
        vec![("default", &self.variable)]
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let holds = check.variable(&self.variable);
        if let Some(holds) = holds.filter(|holds| *holds != crate::Type::Audio) {
            check
                .error("E07")
                .variant("type")
                .field("variable")
                .with("variable", self.variable.as_str())
                .with("got", "audio")
                .with("wanted", holds.to_string());
        }
    }

    fn in_silence(&self, _around: &Around<'_>) -> Silence {
        Silence::after(Duration::from_secs(self.max.into()))
    }
}
