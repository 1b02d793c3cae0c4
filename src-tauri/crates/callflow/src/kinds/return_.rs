//! `return`: a flow that another one runs ends, and names the outcome the other goes on by.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Param, Takes};
use crate::check::NodeCheck;
use crate::walk::{Next, Turn};
use serde::Deserialize;

/// A flow that another one runs ends.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Return {
    pub(crate) name: String,
}

impl Behaviour for Return {
    type State = ();

    const KIND: Kind = Kind::new("return", Group::Start, "undo-2")
        .params(&[Param::new("name", Takes::Text).text("done").range(0, 32)])
        .quiet();

    fn enter(&self, (): &mut (), _turn: &mut Turn<'_, '_>) -> Next {
        Next::Return(self.name.clone())
    }

    fn leaves(&self) -> bool {
        true
    }

    fn offers(&self) -> bool {
        true
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if self.name.is_empty() || !self.name.chars().all(plain) {
            check.error("return.badName").set_field("name", "done".into());
        }
        if check.around().this.is_some() && !check.is_run_by_another() {
            check.warn("return.neverRun");
        }
    }
}
