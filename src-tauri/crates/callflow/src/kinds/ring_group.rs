//! `ringGroup`: rings the people of a ring group, as that says.

use super::dial::{self, Dial};
use super::{Behaviour, Silence, Touches};
use crate::catalogue::{Group, Kind, Param, Refers, Takes, or_else, or_hang_up, required};
use crate::check::NodeCheck;
use crate::program::{Around, Flows};
use crate::ring_group::{Hours, RingGroup as Kept};
use crate::target::read_id;
use crate::walk::{Event, Next, Reason, Turn};
use office::schedule::OpenState;
use office::{FlowId, Openness};
use serde::Deserialize;
use std::time::Duration;

/// Rings the people of a ring group.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RingGroup {
    group: String,
    ring_time: Option<u32>,
}

impl Behaviour for RingGroup {
    type State = ();

    const KIND: Kind = Kind::new("ringGroup", Group::Connect, "users-round")
        .params(&[
            Param::reference("group", Refers::RingGroup).required(),
            Param::new("ringTime", Takes::Seconds).range(5, 300).advanced(),
        ])
        .outcomes(&[
            or_hang_up("answered"),
            required("no_answer"),
            or_else("busy", "no_answer"),
            or_else("declined", "no_answer"),
            or_else("unreachable", "no_answer"),
        ])
        .paces()
        .offers()
        .fails_by("unreachable");

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let id = match turn.chosen(&self.group, Refers::RingGroup) {
            Ok(id) => FlowId(id),
            Err(next) => return next,
        };
        let flows = turn.flows();
        let Some((name, group)) = find(&flows, id) else {
            return Next::Fail(Reason::new("noSuchRingGroup").with("id", id));
        };
        if let Some((reason, openness)) = closed(name, group, turn) {
            turn.go_by(&openness);
            turn.tell_because(reason);
            return Next::leave("declined");
        }
        self.dial(group).enter(&mut (), turn)
    }

    fn on(&self, (): &mut (), _turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        dial::after(event)
    }

    fn touches(&self, around: &Around<'_>) -> Vec<Touches> {
        let Some((_, group)) = self.kept(around) else {
            return Vec::new();
        };
        let members = group.members.iter();
        let members = members.map(|member| Touches::Person(member.person));
        let hours = group.hours.iter();
        let hours = hours.map(|hours| Touches::Schedule(hours.schedule));
        members.chain(hours).collect()
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let around = check.around();
        let Some((_, group)) = self.kept(around) else {
            return;
        };
        let mut members = group.members.iter();
        if members.all(|member| around.office.devices_of(member.person).next().is_none()) {
            check.warn("ringGroup.noDevice").field("group");
        }
    }

    fn in_silence(&self, around: &Around<'_>) -> Silence {
        match self.kept(around) {
            Some((_, group)) => self.dial(group).in_silence(around),
            None => Silence::only(&["unreachable"], Duration::ZERO),
        }
    }
}

impl RingGroup {
    fn kept<'a>(&self, around: &Around<'a>) -> Option<(&'a str, &'a Kept)> {
        find(around.flows, read_id(&self.group).map(FlowId)?)
    }

    fn dial(&self, group: &Kept) -> Dial {
        Dial::of(group, self.ring_time.unwrap_or(group.ring_for))
    }
}

/// Why a ring group is not rung at this hour, if its hours say so, and what they say.
pub(super) fn closed(
    name: &str,
    group: &Kept,
    turn: &Turn<'_, '_>,
) -> Option<(Reason, Openness)> {
    not_open(name, group.hours.as_ref()?, turn)
}

/// Why something takes no calls at this hour, if its hours say so, and what they say.
pub(super) fn not_open(
    name: &str,
    hours: &Hours,
    turn: &Turn<'_, '_>,
) -> Option<(Reason, Openness)> {
    let openness = turn.office().openness(hours.schedule, turn.about().unix_ms);
    if openness.state == OpenState::Open {
        return None;
    }
    let schedule = turn.office().schedule(hours.schedule);
    let schedule = schedule.map_or("", |schedule| schedule.name());
    let reason = Reason::new("closed").with("what", name);
    Some((reason.with("schedule", schedule), openness))
}

/// A ring group and what it is called. One that was drawn further still rings its people.
pub(crate) fn find(flows: &Flows, id: FlowId) -> Option<(&str, &Kept)> {
    let program = flows.live(id)?;
    Some((program.name(), program.ring_group()?))
}
