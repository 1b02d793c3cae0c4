//! The historian: folds the happenings of a call, once it has ended, into the record that history
//! keeps.

use super::{CallDirection, LiveCall};
use crate::{
    happening::{EndReason, Happening, MediaWay, OfficeService, Party, What},
    limits::MAX_EVENTS_PER_CALL,
};
use office::{CallId, CallRecordingId, PersonId, TrunkId};
use serde::Serialize;
use std::{collections::BTreeMap, time::Instant};

/// One finished call, folded from its happenings: what history keeps.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallRecord {
    /// The call.
    pub call: CallId,
    /// Who called.
    pub from: Party,
    /// What was dialled.
    pub dialled: String,
    /// Who talked with the caller last.
    pub with: Option<Party>,
    /// How the sound travelled last.
    pub media: Option<MediaWay>,
    /// What sound was agreed on last, such as `G.722`.
    pub codec: Option<String>,
    /// What the office itself did for the caller, at last.
    pub service: Option<OfficeService>,
    /// Its recordings, in their order.
    pub recordings: Vec<CallRecordingId>,
    /// Whether it crossed the office's edge.
    pub direction: CallDirection,
    /// The line it came in on, or else went out on last.
    pub line: Option<TrunkId>,
    /// The number of the office that was called from outside, or that whom was called outside was
    /// shown.
    pub shows: Option<String>,
    /// Milliseconds since 1970 UTC.
    pub arrived_unix_ms: i64,
    /// Milliseconds since 1970 UTC; `None` when nobody answered.
    pub answered_unix_ms: Option<i64>,
    /// Milliseconds since 1970 UTC, by the monotonic clock from arrival on.
    pub ended_unix_ms: i64,
    /// Why it ended.
    pub reason: EndReason,
    /// Who ended it.
    pub by: Option<Party>,
    /// Every happening of the call: milliseconds after arrival, and what.
    pub events: Vec<(i64, What)>,
}

/// Folds happenings into call records.
#[derive(Debug, Default)]
pub struct Historian {
    running: BTreeMap<CallId, Running>,
    /// Kept for its room only.
    persons: Vec<PersonId>,
}

#[derive(Debug)]
struct Running {
    live: LiveCall,
    events: Vec<(Instant, What)>,
}

impl Historian {
    /// Takes in one happening; gives the record when it was the call's last.
    pub fn apply(&mut self, happening: &Happening) -> Option<CallRecord> {
        let call = happening.what.call()?;
        if let What::CallerArrived { from, dialled, .. } = &happening.what {
            let running = Running {
                live: LiveCall::arrived(from, dialled, happening.unix_ms),
                events: Vec::new(),
            };
            self.running.insert(call, running);
        }
        let Running { live, events } = self.running.get_mut(&call)?;
        if events.len() < MAX_EVENTS_PER_CALL {
            events.push((happening.at, happening.what.clone()));
        }
        let What::CallEnded { reason, by, .. } = &happening.what else {
            self.persons.clear();
            live.fold(&happening.what, happening.unix_ms, &mut self.persons);
            return None;
        };
        let Running { live, events } = self.running.remove(&call)?;
        let began = events.first()?.0;
        let since = |at: Instant| {
            i64::try_from(at.saturating_duration_since(began).as_millis()).unwrap_or(i64::MAX)
        };
        Some(CallRecord {
            call,
            from: live.from,
            dialled: live.dialled,
            with: live.with,
            media: live.media,
            codec: live.codec,
            service: live.service,
            recordings: live.recordings,
            direction: live.direction,
            line: live.line,
            shows: live.shows,
            arrived_unix_ms: live.arrived_unix_ms,
            answered_unix_ms: live.answered_unix_ms,
            ended_unix_ms: live.arrived_unix_ms + since(happening.at),
            reason: *reason,
            by: by.clone(),
            events: events
                .into_iter()
                .map(|(at, what)| (since(at), what))
                .collect(),
        })
    }

    /// Calls whose end has not been seen yet.
    pub fn running(&self) -> usize {
        self.running.len()
    }
}
