//! A mode of the office: something people switch for everybody, such as day and night.

use crate::ModeId;
use serde::{Deserialize, Serialize};

/// A switch with two or more named positions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mode {
    /// Its identity.
    pub id: ModeId,
    /// What it is called: clean text, not empty.
    pub name: String,
    /// Its positions, 2 to [`MODE_STATES_MAX`](crate::limits::MODE_STATES_MAX). It rests in the
    /// first.
    pub states: Vec<ModeState>,
    /// What somebody has set; `None` while it rests.
    pub set: Option<ModeSetting>,
}

/// A position of a mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeState {
    /// By what call flows know it: 1 to [`MODE_STATE_ID_MAX_CHARS`] letters of ASCII, digits and
    /// `_`; no other position of the mode has it.
    ///
    /// [`MODE_STATE_ID_MAX_CHARS`]: crate::limits::MODE_STATE_ID_MAX_CHARS
    pub id: String,
    /// What it is called: clean text, not empty.
    pub name: String,
}

/// What somebody has set a mode to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModeSetting {
    /// The position.
    pub state: String,
    /// Who has set it.
    pub by: String,
    /// When, in milliseconds since 1970 (UTC).
    pub since_unix_ms: i64,
    /// When it goes back to rest by itself; `None` for when somebody says so.
    pub until_unix_ms: Option<i64>,
}

impl Mode {
    /// The position it is in at a time (milliseconds since 1970, UTC): at rest again from the very
    /// millisecond a setting ends. `None` only for a mode without positions.
    #[must_use]
    pub fn at(&self, unix_ms: i64) -> Option<&ModeState> {
        let set = self.set.as_ref().filter(|set| {
            set.until_unix_ms
                .is_none_or(|until_unix_ms| unix_ms < until_unix_ms)
        });
        set.and_then(|set| self.state(&set.state))
            .or_else(|| self.states.first())
    }

    /// The position of that identity.
    #[must_use]
    pub fn state(&self, id: &str) -> Option<&ModeState> {
        self.states.iter().find(|state| state.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_goes_back_to_rest_by_itself() {
        let state = |id: &str| ModeState {
            id: id.to_owned(),
            name: id.to_owned(),
        };
        let mut mode = Mode {
            id: ModeId(1),
            name: "Day and night".to_owned(),
            states: vec![state("day"), state("night")],
            set: Some(ModeSetting {
                state: "night".to_owned(),
                by: "Anna".to_owned(),
                since_unix_ms: 0,
                until_unix_ms: Some(1_000),
            }),
        };
        let at = |mode: &Mode, ms| mode.at(ms).map(|state| state.id.clone());
        assert_eq!(at(&mode, 999).as_deref(), Some("night"));
        assert_eq!(at(&mode, 1_000).as_deref(), Some("day"));
        mode.states.pop();
        assert_eq!(at(&mode, 999).as_deref(), Some("day"));
    }
}
