//! A set of PINs that let a caller through at one point of a call flow.

use crate::{PinHash, PinSetId};
use serde::Serialize;

/// PINs of which any lets a caller through. It serialises without them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PinSet {
    /// Its identity.
    pub id: PinSetId,
    /// What it is called: clean text, not empty.
    pub name: String,
    /// The PINs, at most [`PINS_PER_SET_MAX`](crate::limits::PINS_PER_SET_MAX). With none, nobody is
    /// let through.
    pub pins: Vec<NamedPin>,
}

/// One PIN of a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedPin {
    /// Whose it is ("the cleaners"): clean text, not empty.
    pub name: String,
    /// What is dialled is checked against this.
    #[serde(skip)]
    pub hash: PinHash,
}
