//! What those hear who wait.

use crate::SoundName;
use crate::limits::MUSIC_SOUNDS_MAX;
use serde::{Deserialize, Serialize};

/// What those hear who were put on hold or parked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "sounds", rename_all = "camelCase")]
pub enum MusicOnHold {
    /// The music that comes with Cordboard.
    #[default]
    Standard,
    /// Pieces of their own, one after the other and again from the start:
    /// 1 to [`MUSIC_SOUNDS_MAX`].
    Own(Vec<SoundName>),
}

impl MusicOnHold {
    pub(crate) fn is_in_bounds(&self) -> bool {
        match self {
            Self::Standard => true,
            Self::Own(sounds) => (1..=MUSIC_SOUNDS_MAX).contains(&sounds.len()),
        }
    }
}
