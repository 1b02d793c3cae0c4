//! `setVar`: the flow remembers something.

use super::Behaviour;
use super::condition::OptionalExpr;
use crate::catalogue::{Group, Kind, Param, Takes, required};
use crate::walk::{Next, Turn};
use serde::Deserialize;

/// The flow remembers something.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SetVar {
    assign: Vec<Assignment>,
}

/// A variable and what it is set to.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Assignment {
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) value: OptionalExpr,
}

impl Behaviour for SetVar {
    type State = ();

    const KIND: Kind = Kind::new("setVar", Group::Data, "variable")
        .params(&[Param::new("assign", Takes::Assignments).required().range(1, 50)])
        .outcomes(&[required("default")])
        .quiet();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        for assignment in self.assign.iter().take(50) {
            let expr = assignment.value.0.as_ref();
            // What is missing leaves the variable as it was.
            if let Some(value) = expr.and_then(|expr| expr.value(&|name| turn.value(name))) {
                turn.set(&assignment.name, value, false);
            }
        }
        Next::leave("default")
    }

    fn sets(&self) -> Vec<(&'static str, &str)> {
        let names = self.assign.iter().map(|assignment| assignment.name.as_str());
        names.map(|name| ("default", name)).collect()
    }
}
