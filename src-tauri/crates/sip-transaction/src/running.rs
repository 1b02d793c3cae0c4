//! The timers of one transaction that are running.

use crate::{TimerId, machine::Timer};
use smallvec::SmallVec;

/// Running timers by name; a transaction has at most a handful.
#[derive(Debug, Default)]
pub(crate) struct Running(SmallVec<[(Timer, TimerId); 2]>);

impl Running {
    /// Notes that `timer` runs.
    pub(crate) fn put(&mut self, timer: Timer, id: TimerId) {
        self.0.push((timer, id));
    }

    /// Forgets `timer` and gives what to cancel.
    pub(crate) fn take(&mut self, timer: Timer) -> Option<TimerId> {
        let at = self.0.iter().position(|(t, _)| *t == timer)?;
        Some(self.0.swap_remove(at).1)
    }

    /// Forgets all and gives what to cancel.
    pub(crate) fn take_all(&mut self) -> impl Iterator<Item = TimerId> + use<> {
        std::mem::take(&mut self.0).into_iter().map(|(_, id)| id)
    }
}
