//! Why a recording ended, and why there is none.

use serde::Serialize;

/// Why a recording ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RecordingStop {
    /// The call ended.
    CallEnded,
    /// Others talk now. Where they are recorded too, another one begins.
    PartiesChanged,
    /// Somebody stopped it.
    Stopped,
    /// It reached the longest; another one goes on.
    Longest,
    /// The disk is full, cannot be written to, or was so slow that the recording has gaps.
    Disk,
}

/// Why a call is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NotRecorded {
    /// The sound of a phone is encrypted, or of a codec the office does not speak.
    SoundNotKnown,
    /// The phones would not send their sound through the office.
    SoundStaysElsewhere,
    /// Those who talk could not be told.
    NotAnnounced,
    /// The store could not note it.
    NotKept,
}
