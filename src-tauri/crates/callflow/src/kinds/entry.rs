//! `entry`: where a call comes in.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Param, required};
use crate::walk::{Next, Turn};
use serde::Deserialize;

/// Where a call comes in.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entry {}

impl Behaviour for Entry {
    type State = ();

    const KIND: Kind = Kind::new("entry", Group::Start, "phone-incoming")
        .params(&[Param::choice("trigger", &["inbound", "internal", "api"]).advanced()])
        .outcomes(&[required("default")])
        .quiet();

    fn enter(&self, (): &mut (), _turn: &mut Turn<'_, '_>) -> Next {
        Next::leave("default")
    }
}
