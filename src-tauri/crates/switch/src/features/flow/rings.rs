//! Telephones that ring for a flow: whom, in which order, and what comes of them all. The ringing
//! itself is `features/ring.rs`'s.

use super::{Screen, hears, of, of_mut, screens, tell};
use crate::{
    arrival::Ring,
    call::Activity,
    features::{
        attend, call_out,
        ring::{self, Refused, Ringing, Whom},
    },
    gate::WayOut,
    happening::{MediaWay, Party, StopReason},
    leg::LegId,
    switch::{Deadline, Switch},
};
use callflow::{
    Event, Hears,
    rehearse::together,
    walk::{Alert, CallerId, RingEnd, RingTarget, Strategy},
};
use office::{CallId, DeviceId, PersonId, WantsState};
use std::{
    collections::{BTreeSet, VecDeque},
    time::{Duration, Instant},
};

/// Whom a flow rings.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    /// Those of later rounds.
    later: VecDeque<RingTarget>,
    /// Those of this round who do not ring yet.
    due: Vec<(Instant, RingTarget)>,
    strategy: Strategy,
    ring_for: Duration,
    caller_id: CallerId,
    /// Stands before the caller's name; empty for what the call is labelled.
    pub(super) prefix: String,
    /// The talk is recorded from its beginning.
    pub(super) records: bool,
    /// What came of telephones so far.
    ends: Vec<RingEnd>,
}

impl Rounds {
    /// The number that is to be shown.
    pub(super) fn caller_id(&self) -> &CallerId {
        &self.caller_id
    }

    pub(super) fn new(
        targets: Vec<RingTarget>,
        strategy: Strategy,
        ring_for: Duration,
        caller_id: CallerId,
    ) -> Rounds {
        Rounds {
            later: targets.into(),
            strategy,
            ring_for,
            caller_id,
            ..Rounds::default()
        }
    }
}

/// Rings them; the caller hears that, or something else if their telephone is up.
pub(super) fn begin(
    switch: &mut Switch,
    call: CallId,
    rounds: Rounds,
    hears: &Hears,
) -> Option<Event> {
    let walking = of_mut(switch, call)?;
    walking.rounds = rounds;
    let caller = walking.caller;
    if switch.is_answered(caller) {
        if let Err(reason) = attend::answer(switch, caller) {
            switch.refuse(call, caller, reason);
            return None;
        }
        hears::play_waiting(switch, call, hears);
    }
    next_round(switch, call)
}

/// The next of them ring. Without any, ringing has come to its end.
fn next_round(switch: &mut Switch, call: CallId) -> Option<Event> {
    let now = switch.now();
    of_mut(switch, call)?.screening.clear();
    loop {
        let rounds = &mut of_mut(switch, call)?.rounds;
        match rounds.strategy {
            Strategy::All => {
                let ring_for = rounds.ring_for;
                let all = rounds
                    .later
                    .drain(..)
                    .map(|target| (target.delay(), target));
                let in_time = all.filter(|(delay, _)| *delay < ring_for);
                let due = in_time.map(|(delay, target)| (now + delay, target));
                rounds.due = due.collect();
            }
            Strategy::Order | Strategy::Random => {
                let next = rounds.later.pop_front();
                rounds.due = next.map(|target| (now, target)).into_iter().collect();
            }
        }
        if rounds.due.is_empty() {
            return Some(finish(switch, call));
        }
        let until = now + rounds.ring_for;
        let times: BTreeSet<Instant> = rounds.due.iter().map(|(at, _)| *at).collect();
        let caller = of(switch, call)?.caller;
        let told = match &switch.calls.get(&call)?.activity {
            Activity::Ringing(ringing) => ringing.told,
            _ => 0,
        };
        if let Some(state) = switch.calls.get_mut(&call) {
            state.activity = Activity::Ringing(Ringing {
                told,
                ..Ringing::of(caller, Whom::ForFlow, until)
            });
        }
        for at in times.into_iter().filter(|at| *at > now).chain([until]) {
            switch.wake_call_at(call, at, Deadline::Ring(call));
        }
        if ring_due(switch, call) {
            return None;
        }
    }
}

/// The caller goes on before anybody has answered: no telephone rings for them any more.
pub(super) fn give_up(switch: &mut Switch, call: CallId) {
    let Some(ringing) = ringing(switch, call) else {
        return;
    };
    for leg in std::mem::take(&mut ringing.legs) {
        ring::stop(switch, call, leg, StopReason::CallerGaveUp);
    }
    finish(switch, call);
}

/// Nobody is left to ring.
fn finish(switch: &mut Switch, call: CallId) -> Event {
    let mut end = RingEnd::Unreachable;
    if let Some(walking) = of_mut(switch, call) {
        end = together(std::mem::take(&mut walking.rounds.ends));
        walking.awaits = super::Awaits::Nothing;
        let (caller, flow) = (walking.caller, walking.flow);
        if switch.is_answered(caller) {
            hears::quiet(switch, call);
        }
        // Whoever was to take the call over has not.
        let person = switch.party(caller).person;
        switch.count_persons(call, person.into_iter().collect());
        attend::stay_in_flow(switch, call, caller, flow);
    }
    Event::RingEnded { end, by: None }
}

/// Rings those whose time has come. Whether anybody rings or will.
fn ring_due(switch: &mut Switch, call: CallId) -> bool {
    let now = switch.now();
    let Some(walking) = of_mut(switch, call) else {
        return false;
    };
    let due = std::mem::take(&mut walking.rounds.due);
    let (due, later): (Vec<_>, Vec<_>) = due.into_iter().partition(|(at, _)| *at <= now);
    walking.rounds.due = later;
    for (_, target) in due {
        match ring(switch, call, &target) {
            Ok(legs) => {
                if let Some(ringing) = ringing(switch, call) {
                    ringing.legs.extend(legs);
                }
            }
            Err(end) => note(switch, call, end),
        }
    }
    let waits = of(switch, call).is_some_and(|walking| !walking.rounds.due.is_empty());
    waits || ringing(switch, call).is_some_and(|ringing| !ringing.legs.is_empty())
}

/// Rings one of them, or tells why not.
fn ring(switch: &mut Switch, call: CallId, target: &RingTarget) -> Result<Vec<LegId>, RingEnd> {
    let office = switch.office();
    let (person, only): (PersonId, Option<DeviceId>) = match target {
        RingTarget::Person { id, .. } => (*id, None),
        RingTarget::Outside { number, .. } => return ring_outside(switch, call, number),
        RingTarget::Device { id, .. } => {
            let device = office.device(*id).ok_or(RingEnd::Unreachable)?;
            (device.person, Some(*id))
        }
    };
    let found = office.person(person).ok_or(RingEnd::Unreachable)?;
    if found.wants.at(switch.unix_ms()) == WantsState::DoNotDisturb {
        return Err(RingEnd::Declined);
    }
    if !switch.admission.has_room(&office, person) {
        return Err(RingEnd::Busy);
    }
    let walking = of(switch, call).ok_or(RingEnd::Unreachable)?;
    let caller = walking.caller;
    if walking.screen.speaks() {
        // What they hear first comes from here.
        switch.forced_way.insert(call, MediaWay::Relayed);
    }
    let ring = Ring {
        from: Some(shown(switch, call, caller)),
        for_leg: Some(caller),
        offer: switch.description_of(caller),
        only,
        alert: match of(switch, call).map(|walking| walking.label.alert) {
            Some(Alert::Internal) => Some("urn:alert:source:internal"),
            Some(Alert::Vip) => Some("urn:alert:priority:high"),
            Some(Alert::Normal) | None => None,
        },
        ..Ring::of_call(switch, call)
    };
    let rings = rings_already(switch, call, person);
    if rings.is_empty() {
        return match switch.call_devices(call, person, &ring) {
            Ok(legs) if !legs.is_empty() => Ok(legs),
            Ok(_) | Err(_) => Err(RingEnd::Unreachable),
        };
    }
    // A telephone rings once, though its owner is listed and it is itself.
    let mut legs = Vec::new();
    let others = office.devices_of(person).map(|device| device.id);
    let others = others.filter(|id| only.is_none_or(|only| only == *id) && !rings.contains(id));
    for other in others {
        let ring = Ring {
            only: Some(other),
            ..ring.clone()
        };
        legs.extend(switch.call_devices(call, person, &ring).unwrap_or_default());
    }
    Ok(legs)
}

/// Which telephones of a person ring for a call.
fn rings_already(switch: &Switch, call: CallId, person: PersonId) -> BTreeSet<DeviceId> {
    let Some(Activity::Ringing(ringing)) = switch.calls.get(&call).map(|state| &state.activity)
    else {
        return BTreeSet::new();
    };
    let parties = ringing.legs.iter().map(|leg| switch.party(*leg));
    let theirs = parties.filter(|party| party.person == Some(person));
    theirs.filter_map(|party| party.device).collect()
}

/// Rings a number outside, if the gate lets the call out.
fn ring_outside(switch: &mut Switch, call: CallId, number: &str) -> Result<Vec<LegId>, RingEnd> {
    let caller = of(switch, call).ok_or(RingEnd::Unreachable)?.caller;
    let hairpin = switch.party(caller).line.is_some();
    let permit = switch.permit_for(call, caller, number, (WayOut::FlowDial, hairpin));
    let permit = permit.map_err(|_| RingEnd::Unreachable)?;
    let ring = Ring {
        from: Some(shown(switch, call, caller)),
        for_leg: Some(caller),
        offer: switch.description_of(caller),
        ..Ring::of_call(switch, call)
    };
    let leg = call_out::ring_outside(switch, call, permit, &ring);
    leg.map(|leg| vec![leg]).map_err(|_| RingEnd::Unreachable)
}

/// Who the telephones show as calling.
fn shown(switch: &Switch, call: CallId, caller: LegId) -> Party {
    let mut party = switch.shown(call, caller);
    let Some(walking) = of(switch, call) else {
        return party;
    };
    match &walking.rounds.caller_id {
        CallerId::Caller => {}
        CallerId::Office => {
            let dialled = switch.calls.get(&call).map(|state| state.dialled.clone());
            party.number = dialled.unwrap_or_default();
        }
        CallerId::Custom(number) => party.number.clone_from(number),
    }
    let prefix = match walking.rounds.prefix.as_str() {
        "" => walking.label.prefix.as_str(),
        prefix => prefix,
    };
    if !prefix.is_empty() {
        party.name = format!("{prefix} {}", party.name);
    }
    party
}

/// A telephone that rang for a flow does so no longer.
pub(crate) fn on_refused(switch: &mut Switch, call: CallId, why: Refused) {
    note(
        switch,
        call,
        match why {
            Refused::RangOut => RingEnd::NoAnswer,
            Refused::Busy => RingEnd::Busy,
            Refused::Declined => RingEnd::Declined,
            Refused::Unreachable | Refused::Failed(_) => RingEnd::Unreachable,
        },
    );
}

/// None of those who rang does any more. Others may be due later; when time is up the next ones ring.
pub(crate) fn on_round_over(switch: &mut Switch, call: CallId) {
    let now = switch.now();
    let is_time_up = ringing(switch, call).is_some_and(|ringing| ringing.until <= now);
    let Some(walking) = of_mut(switch, call) else {
        return;
    };
    if !walking.rounds.due.is_empty() && !is_time_up {
        return;
    }
    if let Some(event) = next_round(switch, call) {
        tell(switch, call, event);
    }
}

/// The board has brought the call to somebody: nobody whom the flow would ring yet is rung. If they
/// do not answer, the flow goes on.
pub(crate) fn on_taken_over(switch: &mut Switch, call: CallId, by: PersonId) {
    super::queue::on_taken_over(switch, call, by);
    if let Some(walking) = of_mut(switch, call) {
        walking.rounds.later.clear();
        walking.rounds.due.clear();
        walking.screening.clear();
        walking.screen = Screen::default();
    }
}

/// Some ring later than others, and their time may have come.
pub(crate) fn on_due(switch: &mut Switch, call: CallId) {
    screens::on_deadline(switch, call);
    if !ring_due(switch, call) {
        on_round_over(switch, call);
    }
}

fn note(switch: &mut Switch, call: CallId, end: RingEnd) {
    if let Some(walking) = of_mut(switch, call) {
        walking.missed = Some(end);
        walking.rounds.ends.push(end);
    }
}

fn ringing(switch: &mut Switch, call: CallId) -> Option<&mut Ringing> {
    match &mut switch.calls.get_mut(&call)?.activity {
        Activity::Ringing(ringing) => Some(ringing),
        _ => None,
    }
}
