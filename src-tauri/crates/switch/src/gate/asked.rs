//! What is known of a wish while it is decided.

use super::{Reading, Reason, Wish};
use office::Office;

/// A wish as it was read, and what was found out about it so far.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) reading: Reading,
    pub(super) reasons: Vec<Reason>,
}

impl Asked {
    pub(super) fn new(office: &Office, wish: &Wish<'_>) -> Asked {
        Asked {
            reading: Reading::of(office, wish.dialled),
            reasons: Vec::new(),
        }
    }
}
