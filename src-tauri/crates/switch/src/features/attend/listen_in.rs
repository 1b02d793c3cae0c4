//! Hearing a talk of others. What is heard, and by whom, is seen to in `features/listen_in.rs`; keys
//! change it: 4 to listen, 5 to whisper to the office's own side, 6 to talk with both.

use super::{Heard, Step};
use crate::happening::Party;
use office::CallId;

/// Somebody listens to a talk.
#[derive(Debug)]
pub(crate) struct ListenIn {
    to: CallId,
    /// Who talks.
    parties: Party,
}

impl ListenIn {
    /// To that talk of those parties.
    pub(crate) fn new(to: CallId, parties: Party) -> ListenIn {
        ListenIn { to, parties }
    }

    pub(crate) fn on(&self, heard: Heard) -> Vec<Step> {
        match heard {
            Heard::Key(key) => vec![Step::Listen(key)],
            _ => Vec::new(),
        }
    }

    pub(crate) fn to(&self) -> CallId {
        self.to
    }

    pub(crate) fn parties(&self) -> Party {
        self.parties.clone()
    }
}
