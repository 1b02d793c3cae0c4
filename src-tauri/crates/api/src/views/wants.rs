//! What a person wants: to be called, or to be left alone.

use crate::values::Millis;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// What a person has said about being called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wants {
    pub(crate) state: WantsState,
    /// In their own words, such as "back at two".
    pub(crate) note: String,
    /// When it ends by itself.
    pub(crate) until: Option<Millis>,
}

/// Whether a person wants to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "WantsState")]
pub enum WantsState {
    /// They do.
    Available,
    /// They are there, and want no calls.
    DoNotDisturb,
    /// They are not there.
    Away,
}

impl Wants {
    /// What holds now: a wish that has ended leaves nothing behind.
    pub(crate) fn of(wants: &office::Wants, now: Millis) -> Self {
        if wants.until_unix_ms.is_some_and(|until| until <= now.0) {
            return Self {
                state: WantsState::Available,
                note: String::new(),
                until: None,
            };
        }
        Self {
            state: match wants.state {
                office::WantsState::Available => WantsState::Available,
                office::WantsState::DoNotDisturb => WantsState::DoNotDisturb,
                office::WantsState::Away => WantsState::Away,
            },
            note: wants.note.clone(),
            until: wants.until_unix_ms.map(Millis),
        }
    }
}

impl From<Wants> for office::Wants {
    fn from(wants: Wants) -> Self {
        Self {
            state: match wants.state {
                WantsState::Available => office::WantsState::Available,
                WantsState::DoNotDisturb => office::WantsState::DoNotDisturb,
                WantsState::Away => office::WantsState::Away,
            },
            note: wants.note.trim().to_owned(),
            until_unix_ms: wants.until.map(|until| until.0),
        }
    }
}
