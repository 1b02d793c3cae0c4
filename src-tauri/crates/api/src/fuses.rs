//! The fuses that stop a bill from growing: how much of each is used, and which have blown.

use crate::{values::Millis, views::fuses::FuseView};
use std::collections::BTreeMap;
use switch::{FuseId, FuseState, Happening, What};

/// All fuses, as the switch told them last.
#[derive(Debug, Default)]
pub(crate) struct Fuses {
    measured: BTreeMap<FuseId, FuseState>,
    /// Since when those that have blown are blown; not known of those that blew before the engine
    /// was started anew.
    blown: BTreeMap<FuseId, Option<Millis>>,
}

impl Fuses {
    /// Takes in a happening. The fuses that blew or hold again.
    pub(crate) fn tell(&mut self, happening: &Happening) -> Vec<FuseId> {
        let at = Millis(happening.unix_ms);
        match &happening.what {
            What::FusesMeasured { fuses } => {
                self.measured = fuses.iter().map(|state| (state.fuse, *state)).collect();
                let is_blown = |fuse: &FuseId| {
                    let state = self.measured.get(fuse);
                    state.is_some_and(|state| state.blown)
                };
                let before: Vec<FuseId> = self.blown.keys().copied().collect();
                self.blown.retain(|fuse, _| is_blown(fuse));
                for state in fuses.iter().filter(|state| state.blown) {
                    self.blown.entry(state.fuse).or_default();
                }
                let holds = before.iter().filter(|fuse| !self.blown.contains_key(fuse));
                let holds = holds.copied().collect::<Vec<_>>().into_iter();
                holds.chain(self.blown.keys().copied()).collect()
            }
            What::FuseTripped {
                fuse, used, max, ..
            } => {
                let state = FuseState {
                    fuse: *fuse,
                    used: *used,
                    max: *max,
                    blown: true,
                };
                self.measured.insert(*fuse, state);
                self.blown.entry(*fuse).or_insert(Some(at));
                vec![*fuse]
            }
            What::FuseReset { fuse } => {
                self.measured.remove(fuse);
                self.blown.remove(fuse);
                vec![*fuse]
            }
            _ => Vec::new(),
        }
    }

    /// All of them: those of which something is used up, and the office's.
    pub(crate) fn all(&self) -> Vec<FuseView> {
        self.measured
            .values()
            .map(|state| self.view(state))
            .collect()
    }

    /// A fuse, if it has blown.
    pub(crate) fn blown(&self, fuse: FuseId) -> Option<FuseView> {
        self.blown.get(&fuse)?;
        self.measured.get(&fuse).map(|state| self.view(state))
    }

    /// Those that have blown.
    pub(crate) fn all_blown(&self) -> Vec<FuseView> {
        let blown = self.blown.keys();
        blown.filter_map(|fuse| self.blown(*fuse)).collect()
    }

    fn view(&self, state: &FuseState) -> FuseView {
        FuseView::of(state, self.blown.get(&state.fuse).copied().flatten())
    }
}
