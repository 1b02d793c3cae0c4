//! How long a phone rings before the call goes on.

use crate::limits::{RING_FOR_MAX_SECONDS, RING_FOR_MIN_SECONDS};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a person's phones ring before the call goes on; whole seconds, travels as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct RingFor(u32);

impl RingFor {
    /// Checks a number of seconds.
    ///
    /// # Errors
    /// Below [`RING_FOR_MIN_SECONDS`] or above [`RING_FOR_MAX_SECONDS`].
    pub fn from_seconds(seconds: u32) -> Result<Self, BadRingFor> {
        if (RING_FOR_MIN_SECONDS..=RING_FOR_MAX_SECONDS).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(BadRingFor)
        }
    }

    /// The time in seconds.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.0
    }

    /// The time as a duration.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

impl Default for RingFor {
    /// Twenty seconds: four to five rings.
    fn default() -> Self {
        Self(20)
    }
}

impl TryFrom<u32> for RingFor {
    type Error = BadRingFor;

    fn try_from(seconds: u32) -> Result<Self, BadRingFor> {
        Self::from_seconds(seconds)
    }
}

impl From<RingFor> for u32 {
    fn from(ring_for: RingFor) -> Self {
        ring_for.0
    }
}

/// A ringing time out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a phone rings for {RING_FOR_MIN_SECONDS} to {RING_FOR_MAX_SECONDS} seconds")]
pub struct BadRingFor;
