//! `split`: the lot decides, by weights.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Outcome, Param, Takes};
use crate::check::NodeCheck;
use crate::program::Around;
use crate::walk::{Next, Reason, Turn, spread};
use office::plain_number;
use serde::Deserialize;

/// The lot decides, by weights.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Split {
    buckets: Vec<Bucket>,
    sticky: bool,
}

#[derive(Clone, Debug, Deserialize)]
struct Bucket {
    #[serde(default)]
    id: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    weight: u32,
}

impl Behaviour for Split {
    type State = ();

    const KIND: Kind = Kind::new("split", Group::Decide, "split")
        .params(&[
            Param::new("buckets", Takes::Buckets).required().range(1, 20),
            Param::new("sticky", Takes::Boolean).flag(false),
        ])
        .quiet();

    fn outcomes(&self, _around: &Around<'_>) -> Vec<Outcome> {
        let buckets = self.buckets.iter().take(20);
        buckets
            .map(|bucket| Outcome::required(format!("bucket:{}", bucket.id), &bucket.label))
            .collect()
    }

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let buckets = || self.buckets.iter().take(20);
        let total: u64 = buckets().map(|bucket| u64::from(bucket.weight)).sum();
        if total == 0 {
            return Next::Fail(Reason::new("notChosen").with("what", "buckets"));
        }
        let number = turn.facts().caller_number.as_deref().filter(|_| self.sticky);
        let mut drawn = match number.map(|number| hash(&plain_number(number))) {
            // The same caller always gets the same bucket.
            Some(hash) => hash % total,
            None => turn.draw(total),
        };
        for bucket in buckets() {
            match drawn.checked_sub(bucket.weight.into()) {
                Some(rest) => drawn = rest,
                None => return Next::leave(format!("bucket:{}", bucket.id)),
            }
        }
        Next::Fail(Reason::new("notChosen").with("what", "buckets"))
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        check.entry_ids("buckets", self.buckets.iter().map(|bucket| bucket.id.as_str()));
        let sum: u64 = self.buckets.iter().map(|bucket| u64::from(bucket.weight)).sum();
        if sum != 100 {
            check.error("split.sum").field("buckets").with("sum", sum);
        }
    }
}

/// FNV-1a, spread: the same on every computer and for ever.
fn hash(text: &str) -> u64 {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    spread(text.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}
