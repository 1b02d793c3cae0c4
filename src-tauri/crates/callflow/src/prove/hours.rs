//! The moments of the next days that differ for a flow: one for each combination of what its
//! schedules say.

use crate::limits::MAX_KINDS_OF_HOURS;
use crate::program::Program;
use crate::rehearse::Stage;
use office::ScheduleId;
use office::schedule::{OpenState, Span};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// One moment for each combination of what the schedules say that a caller of the flow may be asked
/// about, the first of its kind from `from` on.
pub(super) fn kinds_of_hours(
    program: &Arc<Program>,
    stage: &Stage<'_>,
    from: i64,
    days: u16,
) -> Vec<i64> {
    let mut asked: BTreeSet<ScheduleId> = program.schedules().collect();
    for (_, other) in stage.flows.iter() {
        asked.extend(other.schedules());
    }
    let zone = stage.office.settings().time_zone;
    let calendars: Vec<Vec<Span>> = asked
        .iter()
        .filter_map(|id| stage.office.schedule(*id))
        .map(|schedule| schedule.spans(zone, from, days))
        .filter(|spans| !spans.is_empty())
        .collect();
    let changes = calendars.iter().flatten().map(|span| span.from);
    let moments: BTreeSet<i64> = changes.filter(|at| *at > from).chain([from]).collect();
    // Where each calendar has been read to.
    let mut read = vec![0; calendars.len()];
    let mut seen = HashSet::new();
    let mut kinds = Vec::new();
    for at in moments {
        let says: Vec<Option<OpenState>> = calendars
            .iter()
            .zip(&mut read)
            .map(|(spans, read)| {
                while spans.get(*read + 1).is_some_and(|next| next.from <= at) {
                    *read += 1;
                }
                spans.get(*read).map(|span| span.state)
            })
            .collect();
        if seen.insert(says) {
            kinds.push(at);
        }
        if kinds.len() >= MAX_KINDS_OF_HOURS {
            break;
        }
    }
    kinds
}
