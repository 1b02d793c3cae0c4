//! `park`: the caller waits in a parking lot until somebody fetches them. The office has none yet.

use super::{Behaviour, Silence};
use crate::catalogue::{
    Class, FixedOutcome, Group, Kind, Param, Refers, Takes, required,
};
use crate::program::Around;
use crate::walk::{Next, Reason, Turn};
use serde::Deserialize;
use std::time::Duration;

/// The caller waits in a parking lot until somebody fetches them.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Park {}

impl Behaviour for Park {
    type State = ();

    const KIND: Kind = Kind::new("park", Group::Connect, "circle-parking")
        .params(&[
            Param::reference("lot", Refers::Lot).required(),
            Param::new("timeout", Takes::Seconds).number(120).range(5, 3_600),
        ])
        .outcomes(&[
            FixedOutcome {
                name: "retrieved",
                class: Class::Terminal,
            },
            required("timeout"),
        ])
        .answers()
        .paces()
        .offers()
        .fails_by("timeout");

    fn enter(&self, (): &mut (), _turn: &mut Turn<'_, '_>) -> Next {
        Next::Fail(Reason::new("noneYet").with("what", Refers::Lot.name()))
    }

    fn in_silence(&self, _around: &Around<'_>) -> Silence {
        Silence::only(&["timeout"], Duration::ZERO)
    }
}
