//! `callerMatch`: who calls decides; the first rule that fits wins.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Outcome, Param, Refers, Takes, required};
use crate::check::NodeCheck;
use crate::program::Around;
use crate::target::read_id;
use crate::walk::{Next, Reason, Turn};
use numbering::{Dialling, beginning, compared, find_listed};
use office::{CallerListId, plain_number};
use serde::Deserialize;

/// Who calls decides.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CallerMatch {
    rules: Vec<Rule>,
}

/// A rule; what it asks for first of list, prefix, anonymous and internal counts.
#[derive(Clone, Debug, Deserialize)]
struct Rule {
    #[serde(default)]
    id: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    list: Option<String>,
    #[serde(default)]
    prefix: Option<String>,
    #[serde(default)]
    anonymous: bool,
    #[serde(default)]
    internal: bool,
}

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asks {
    List(Option<i64>),
    Prefix(String),
    Anonymous,
    Internal,
    Nothing,
}

impl Behaviour for CallerMatch {
    type State = ();

    const KIND: Kind = Kind::new("callerMatch", Group::Decide, "id-card")
        .params(&[Param::new("rules", Takes::Rules).required().range(1, 50)])
        .outcomes(&[required("else")])
        .quiet();

    fn outcomes(&self, _around: &Around<'_>) -> Vec<Outcome> {
        let rules = self.rules.iter().take(50);
        rules
            .map(|rule| Outcome::required(format!("rule:{}", rule.id), &rule.label))
            .chain(Self::KIND.fixed_outcomes())
            .collect()
    }

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        for rule in self.rules.iter().take(50) {
            match rule.fits(turn) {
                Ok(false) => {}
                Ok(true) => return Next::leave(format!("rule:{}", rule.id)),
                // A list that is gone fits nobody; the others still decide.
                Err(reason) => turn.tell_fault(reason),
            }
        }
        Next::leave("else")
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        check.entry_ids("rules", self.rules.iter().map(|rule| rule.id.as_str()));
        for (index, rule) in self.rules.iter().enumerate() {
            let asks = rule.asks();
            match &asks {
                Asks::Nothing => {
                    let found = check.error("callerMatch.asksNothing").field("rules");
                    found.with("rule", rule.id.as_str()).drop_entry("rules", index);
                }
                Asks::List(id) => {
                    let lists = check.around().office;
                    let known = id.and_then(|id| lists.caller_list(CallerListId(id)));
                    if known.is_none() {
                        check.missing("rules", Refers::CallerList, rule.list.as_deref());
                    }
                }
                _ => {}
            }
            let earlier = self.rules.iter().take(index).map(Rule::asks);
            if asks != Asks::Nothing && earlier.clone().any(|earlier| shadows(&earlier, &asks)) {
                let found = check.warn("callerMatch.shadowed").field("rules");
                found.with("rule", rule.id.as_str()).drop_entry("rules", index);
            }
        }
    }
}

impl CallerMatch {
    /// The beginnings of numbers that are asked for.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = String> {
        let prefix = |rule: &Rule| match rule.asks() {
            Asks::Prefix(prefix) => Some(prefix),
            _ => None,
        };
        self.rules.iter().filter_map(prefix)
    }
}

impl Rule {
    fn asks(&self) -> Asks {
        match (&self.list, &self.prefix) {
            (Some(list), _) => Asks::List(read_id(list)),
            (None, Some(prefix)) if !plain_number(prefix).is_empty() => {
                Asks::Prefix(plain_number(prefix).into_owned())
            }
            _ if self.anonymous => Asks::Anonymous,
            _ if self.internal => Asks::Internal,
            _ => Asks::Nothing,
        }
    }

    fn fits(&self, turn: &Turn<'_, '_>) -> Result<bool, Reason> {
        let facts = turn.facts();
        let number = facts.caller_number.as_deref();
        Ok(match self.asks() {
            Asks::List(id) => {
                let list = id.and_then(|id| turn.office().caller_list(CallerListId(id)));
                let missing = || {
                    let id = self.list.as_deref().unwrap_or("");
                    Reason::new("noSuchList").with("id", id)
                };
                let list = list.ok_or_else(missing)?;
                number.is_some_and(|number| find_listed(turn.office(), list, number).is_some())
            }
            Asks::Prefix(prefix) => number.is_some_and(|number| {
                let at = Dialling::on_paper(turn.office());
                // As it stands for extensions, and as at home for those who call from outside.
                plain_number(number).starts_with(&prefix)
                    || compared(number, &at).starts_with(&*beginning(&prefix, &at))
            }),
            Asks::Anonymous => number.is_none(),
            Asks::Internal => facts.internal,
            Asks::Nothing => false,
        })
    }
}

/// Whether everybody who fits the later rule has fitted the earlier one already.
fn shadows(earlier: &Asks, later: &Asks) -> bool {
    match (earlier, later) {
        (Asks::Prefix(short), Asks::Prefix(long)) => long.starts_with(short),
        _ => earlier == later,
    }
}
