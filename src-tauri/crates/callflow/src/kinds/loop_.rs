//! `loop`: so many times one way, then the other.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Param, Takes, required};
use crate::walk::{Next, Turn};
use serde::Deserialize;

/// So many times one way, then the other.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Loop {
    pub(crate) times: u32,
}

impl Behaviour for Loop {
    type State = ();

    const KIND: Kind = Kind::new("loop", Group::Decide, "repeat")
        .params(&[Param::new("times", Takes::Integer).number(3).range(1, 20)])
        .outcomes(&[required("again"), required("done")])
        .paces()
        .quiet();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        if turn.count() <= self.times {
            return Next::leave("again");
        }
        turn.forget_count();
        Next::leave("done")
    }
}
