//! A call: identity and wiring. What is going on in it is its [`Activity`], whose behaviour lives in
//! the feature files.

use crate::{
    features::{ring::Ringing, talk::Talk, transfer::Transfer},
    leg::LegId,
};
use media::RelayId;
use office::PersonId;

/// A call as the office sees it, with all its legs.
#[derive(Debug)]
pub(crate) struct Call {
    /// What was dialled.
    pub(crate) dialled: String,
    /// What is going on.
    pub(crate) activity: Activity,
    /// The relay its sound runs through, if any, and the legs at its two sides.
    pub(crate) relay: Option<Relay>,
    /// Persons counted by admission for this call.
    pub(crate) admitted: Vec<PersonId>,
    /// Happenings told and not yet ended; a call ends once.
    pub(crate) ended: bool,
}

/// What is going on in a call.
#[derive(Debug)]
pub(crate) enum Activity {
    /// Devices ring for a caller.
    Ringing(Ringing),
    /// Two parties talk, or one holds the other.
    Talking(Talk),
    /// One party of a talk is being handed to someone else.
    Transferring(Transfer),
    /// Legs are saying goodbye; nothing new begins.
    Ending,
}

/// An open relay and whose sides are whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Relay {
    pub(crate) id: RelayId,
    pub(crate) a: LegId,
    pub(crate) b: LegId,
}
