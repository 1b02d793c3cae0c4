//! Which calls are recorded, and how.

use serde::{Deserialize, Serialize};

/// Whether calls are recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RecordingRule {
    /// Never; nobody can turn it on during a call either. In many countries recording without
    /// asking is a crime, so nothing is recorded until the office has decided to.
    #[default]
    Never,
    /// When somebody of the office turns it on during a call.
    OnDemand,
    /// From the first word on.
    Always,
}

/// Recording in the whole office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recording {
    /// The rule where a person has set nothing.
    pub rule: RecordingRule,
    /// Whether those recorded are told so before it begins.
    pub announce: bool,
    /// After how many days a recording is deleted by itself, 1 to
    /// [`KEEP_DAYS_MAX`](crate::limits::KEEP_DAYS_MAX); `None` for never.
    pub keep_days: Option<u16>,
}

impl Default for Recording {
    /// Nothing is recorded. Where somebody changes that, it is announced, and kept for 90 days.
    fn default() -> Self {
        Self {
            rule: RecordingRule::Never,
            announce: true,
            keep_days: Some(90),
        }
    }
}
