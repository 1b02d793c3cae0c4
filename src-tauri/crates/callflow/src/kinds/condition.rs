//! `condition`: what the flow knows decides; the first case that holds wins.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Outcome, Param, Takes, required};
use crate::check::NodeCheck;
use crate::expr::Expr;
use crate::program::Around;
use crate::walk::{Next, Turn};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

/// What the flow knows decides.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Condition {
    cases: Vec<Case>,
}

#[derive(Clone, Debug, Deserialize)]
struct Case {
    #[serde(default)]
    id: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    expr: OptionalExpr,
}

/// An expression, if it can be read; one that cannot never holds, and the check tells why.
#[derive(Clone, Debug, Default)]
pub(crate) struct OptionalExpr(pub(crate) Option<Expr>);

impl Behaviour for Condition {
    type State = ();

    const KIND: Kind = Kind::new("condition", Group::Decide, "git-branch")
        .params(&[Param::new("cases", Takes::Cases).required().range(1, 50)])
        .outcomes(&[required("else")])
        .quiet();

    fn outcomes(&self, _around: &Around<'_>) -> Vec<Outcome> {
        let cases = self.cases.iter().take(50);
        cases
            .map(|case| Outcome::required(format!("case:{}", case.id), &case.label))
            .chain(Self::KIND.fixed_outcomes())
            .collect()
    }

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let holds = |case: &&Case| {
            let expr = case.expr.0.as_ref();
            expr.is_some_and(|expr| expr.holds(&|name| turn.value(name)))
        };
        match self.cases.iter().take(50).find(holds) {
            Some(case) => Next::leave(format!("case:{}", case.id)),
            None => Next::leave("else"),
        }
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        check.entry_ids("cases", self.cases.iter().map(|case| case.id.as_str()));
        for case in &self.cases {
            if case.expr.0.as_ref().is_some_and(|expr| expr.constant().is_some()) {
                let found = check.warn("condition.constant").field("cases");
                found.with("case", case.label.as_str());
            }
        }
    }
}

impl<'de> Deserialize<'de> for OptionalExpr {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(from)?;
        Ok(Self(Expr::read(&json).ok()))
    }
}
