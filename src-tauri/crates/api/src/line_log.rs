//! What happened to each line of late, in the order in which it happened.

use crate::{
    keeper::word,
    limits::MAX_LINE_LOG,
    values::Millis,
    views::lines::{LineLogEntry, LineState},
};
use office::{Office, TrunkId};
use std::collections::{BTreeMap, VecDeque};
use switch::{Happening, What};

/// The log of every line, the newest entry first.
#[derive(Debug, Default)]
pub(crate) struct LineLogs(BTreeMap<TrunkId, VecDeque<LineLogEntry>>);

impl LineLogs {
    /// Takes in a happening.
    pub(crate) fn tell(&mut self, happening: &Happening) {
        match &happening.what {
            What::LineChanged {
                line,
                state,
                reason,
                detail,
                ..
            } => {
                let log = self.0.entry(*line).or_default();
                log.truncate(MAX_LINE_LOG - 1);
                log.push_front(LineLogEntry {
                    at: Millis(happening.unix_ms),
                    state: LineState::of(*state),
                    sentence: word(reason),
                    detail: detail.clone(),
                });
            }
            What::LineRemoved { line } => {
                self.0.remove(line);
            }
            _ => {}
        }
    }

    /// What happened to a line, the newest first.
    pub(crate) fn of(&self, line: TrunkId) -> Vec<LineLogEntry> {
        let log = self.0.get(&line);
        log.into_iter().flatten().cloned().collect()
    }

    /// Forgets lines the office has not any more.
    pub(crate) fn follow(&mut self, office: &Office) {
        self.0.retain(|line, _| office.trunk(*line).is_some());
    }
}
