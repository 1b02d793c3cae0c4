//! `enqueue`: the caller waits in a queue. The office has none yet.

use super::menu::KeyOption;
use super::{Behaviour, Silence};
use crate::catalogue::{Group, Kind, Outcome, Param, Refers, Takes, or_else, or_hang_up, required};
use crate::check::NodeCheck;
use crate::program::Around;
use crate::walk::{Next, Reason, Turn};
use serde::Deserialize;
use std::time::Duration;

/// The caller waits in a queue.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Enqueue {
    exit_keys: Vec<KeyOption>,
}

impl Behaviour for Enqueue {
    type State = ();

    const KIND: Kind = Kind::new("enqueue", Group::Connect, "list-ordered")
        .params(&[
            Param::reference("queue", Refers::Queue).required(),
            Param::new("priority", Takes::Integer).number(0).range(-10, 10).advanced(),
            Param::new("maxWait", Takes::Seconds).range(5, 7_200),
            Param::new("exitKeys", Takes::ExitKeys).range(0, 12),
        ])
        .outcomes(&[
            or_hang_up("answered"),
            required("timeout"),
            or_else("no_agents", "timeout"),
            or_else("queue_full", "timeout"),
            or_else("ewt", "timeout"),
        ])
        .answers()
        .paces()
        .offers()
        .fails_by("no_agents");

    fn outcomes(&self, _around: &Around<'_>) -> Vec<Outcome> {
        let keys = self.exit_keys.iter().take(12);
        let keys = keys.map(|key| Outcome::required(format!("key:{}", key.digit), &key.label));
        let mut outcomes = Self::KIND.fixed_outcomes();
        outcomes.extend(keys);
        outcomes
    }

    fn enter(&self, (): &mut (), _turn: &mut Turn<'_, '_>) -> Next {
        Next::Fail(Reason::new("noneYet").with("what", Refers::Queue.name()))
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let mut seen = Vec::new();
        for (index, key) in self.exit_keys.iter().enumerate() {
            let digit = key.digit.as_str();
            let is_key = matches!(digit.as_bytes(), [b'0'..=b'9' | b'*' | b'#']);
            if !is_key || seen.contains(&digit) {
                let rule = if is_key { "menu.sameKey" } else { "menu.noKey" };
                let found = check.error(rule).field("exitKeys").with("key", digit);
                found.drop_entry("exitKeys", index);
            }
            seen.push(digit);
        }
    }

    fn in_silence(&self, _around: &Around<'_>) -> Silence {
        Silence::only(&["no_agents"], Duration::ZERO)
    }
}
