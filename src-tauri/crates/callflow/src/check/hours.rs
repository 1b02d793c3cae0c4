//! W06: public holidays that the hours of a flow say nothing of.

use super::{Checking, Level};
use crate::kinds::Node;
use crate::target::read_id;
use office::ScheduleId;
use std::collections::HashSet;

/// How far it is looked ahead.
const DAYS: u16 = 60;

pub(super) fn holidays(checking: &mut Checking<'_>) {
    let Some(now) = checking.around.now_unix_ms else {
        return;
    };
    let office = checking.around.office;
    let settings = office.settings();
    let mut seen = HashSet::new();
    let mut forgotten = Vec::new();
    for (index, node) in checking.nodes.iter().enumerate() {
        let Node::TimeCondition(asks) = &node.does else {
            continue;
        };
        let id = read_id(&asks.schedule).map(ScheduleId);
        let Some(schedule) = id.and_then(|id| office.schedule(id)) else {
            continue;
        };
        if !seen.insert(schedule.id()) {
            continue;
        }
        let country = settings.country.as_ref();
        let surprises = schedule.surprises(settings.time_zone, country, now, DAYS);
        if let Some(first) = surprises.first() {
            let name = schedule.name().to_owned();
            forgotten.push((index, name, first.date.to_string(), first.holiday.clone()));
        }
    }
    for (index, schedule, date, holiday) in forgotten {
        checking
            .find_at(index, "W06", Level::Warning)
            .field("schedule")
            .with("schedule", schedule)
            .with("date", date)
            .with("holiday", holiday);
    }
}
