//! What a person wants: to be called, or to be left alone, possibly until a certain time.

use serde::{Deserialize, Serialize};

/// What a person has said about being called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wants {
    /// What they said.
    pub state: WantsState,
    /// More in their own words ("back at two"): clean text, possibly empty.
    pub note: String,
    /// When it ends by itself, in milliseconds since 1970 (UTC); `None` for when they say so.
    pub until_unix_ms: Option<i64>,
}

/// Whether a person wants to be called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WantsState {
    /// They do.
    #[default]
    Available,
    /// They are there, and want no calls.
    DoNotDisturb,
    /// They are not there.
    Away,
}

impl Wants {
    /// What holds at a time (milliseconds since 1970, UTC): available again from the very
    /// millisecond it ends.
    #[must_use]
    pub fn at(&self, unix_ms: i64) -> WantsState {
        match self.until_unix_ms {
            Some(until) if until <= unix_ms => WantsState::Available,
            _ => self.state,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn do_not_disturb_ends_by_itself() {
        let mut wants = Wants {
            state: WantsState::DoNotDisturb,
            note: "in a meeting".to_owned(),
            until_unix_ms: Some(1_000),
        };
        assert_eq!(
            [i64::MIN, 999, 1_000, i64::MAX].map(|at| wants.at(at)),
            [
                WantsState::DoNotDisturb,
                WantsState::DoNotDisturb,
                WantsState::Available,
                WantsState::Available
            ]
        );
        wants.until_unix_ms = None;
        assert_eq!(wants.at(i64::MAX), WantsState::DoNotDisturb);
    }
}
