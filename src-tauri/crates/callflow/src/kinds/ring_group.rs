//! `ringGroup`: rings a group of people that is kept for itself. The office has none yet.

use super::{Behaviour, Silence};
use crate::catalogue::{Group, Kind, Param, Refers, Takes, or_else, or_hang_up, required};
use crate::program::Around;
use crate::walk::{Next, Reason, Turn};
use serde::Deserialize;
use std::time::Duration;

/// Rings a group of people that is kept for itself.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RingGroup {}

impl Behaviour for RingGroup {
    type State = ();

    const KIND: Kind = Kind::new("ringGroup", Group::Connect, "users-round")
        .params(&[
            Param::reference("group", Refers::RingGroup).required(),
            Param::new("ringTime", Takes::Seconds).range(5, 300).advanced(),
        ])
        .outcomes(&[
            or_hang_up("answered"),
            required("no_answer"),
            or_else("busy", "no_answer"),
            or_else("declined", "no_answer"),
            or_else("unreachable", "no_answer"),
        ])
        .paces()
        .offers()
        .fails_by("unreachable");

    fn enter(&self, (): &mut (), _turn: &mut Turn<'_, '_>) -> Next {
        Next::Fail(Reason::new("noneYet").with("what", Refers::RingGroup.name()))
    }

    fn in_silence(&self, _around: &Around<'_>) -> Silence {
        Silence::only(&["unreachable"], Duration::ZERO)
    }
}
