//! What calls outside took: what a fuse goes by, and what is kept of it.

use crate::{PersonId, TrunkId};

/// What calls outside took on one day, as far as one person, line and kind go. Two of the same day,
/// person, line and kind add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideUsage {
    /// The day in the office's time zone, as `2026-11-21`.
    pub day: String,
    /// Who paid; `None` for the office itself and for other telephone systems.
    pub person: Option<PersonId>,
    /// The line; `None` for tries that never got one.
    pub trunk: Option<TrunkId>,
    /// What was called or what happened, in at most 32 characters, in the words of whoever counts.
    pub kind: String,
    /// How long they lasted together, or what a reset forgave, in seconds.
    pub seconds: u64,
    /// What they cost, or what a reset forgave, in hundredths of the smallest coin.
    pub money: u64,
    /// How many calls, or how often.
    pub calls: u32,
}
