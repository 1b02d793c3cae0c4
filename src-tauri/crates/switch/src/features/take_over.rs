//! Take-over from the board: a call that rings elsewhere, or is talked elsewhere, comes to a person's
//! own phones. It stays the same call.

use crate::{
    arrival::Ring,
    call::Activity,
    destination::HandedTo,
    features::{flow, park, ring, talk, transfer},
    happening::{CallSide, CommandRefusal, RefusalReason, StopReason, What},
    io::Asker,
    switch::{Deadline, Switch},
};
use office::{CallId, PersonId, WantsState};

/// Brings a call to a person's phones.
pub(crate) fn begin(
    switch: &mut Switch,
    call: CallId,
    person: PersonId,
) -> Result<(), CommandRefusal> {
    if switch.office().person(person).is_none() {
        return Err(CommandRefusal::NoSuchPerson);
    }
    match switch.calls.get(&call).map(|state| &state.activity) {
        Some(Activity::Ringing(_)) => ring_here(switch, call, person),
        Some(Activity::Talking(_)) => talk_here(switch, call, person),
        Some(Activity::Parked(_)) => park::get(switch, call, person),
        Some(Activity::Attending(_)) if switch.queues.has(call) => {
            waits_no_more(switch, call, person)
        }
        _ => Err(CommandRefusal::NotNow),
    }
}

/// Somebody who waits in a queue is put through to this person, whoever's turn it is.
fn waits_no_more(
    switch: &mut Switch,
    call: CallId,
    person: PersonId,
) -> Result<(), CommandRefusal> {
    let office = switch.office();
    let wants = office.person(person);
    let wants = wants.map(|taker| taker.wants.at(switch.unix_ms()));
    if flow::is_caller(switch, call, person) {
        return Err(CommandRefusal::AlreadyThere);
    }
    if !switch.admission.has_room(&office, person) {
        return Err(CommandRefusal::Call(RefusalReason::PersonBusy));
    }
    if wants == Some(WantsState::DoNotDisturb) {
        return Err(CommandRefusal::Call(RefusalReason::DoNotDisturb));
    }
    if !switch.is_online(person) {
        return Err(CommandRefusal::Call(RefusalReason::NobodyOnline));
    }
    if let Some(by) = switch.party_of(person) {
        switch.tell(What::CallTakenOver { call, by });
    }
    flow::bring(switch, call, person);
    Ok(())
}

/// It rings at this person's phones instead.
fn ring_here(switch: &mut Switch, call: CallId, person: PersonId) -> Result<(), CommandRefusal> {
    let office = switch.office();
    let (Some(state), Some(taker)) = (ring::of(switch, call), office.person(person)) else {
        return Err(CommandRefusal::NotNow);
    };
    let caller = state.caller;
    let is_there = |leg| switch.party(leg).person == Some(person);
    if is_there(caller) || state.legs.iter().any(|leg| is_there(*leg)) {
        return Err(CommandRefusal::AlreadyThere);
    }
    if !switch.admission.has_room(&office, person) {
        return Err(CommandRefusal::Call(RefusalReason::PersonBusy));
    }
    let from = switch.party(caller);
    let ring = Ring {
        from: Some(from.clone()),
        for_leg: Some(caller),
        offer: switch.description_of(caller),
        ..Ring::of_call(switch, call)
    };
    let rung = switch.call_devices(call, person, &ring);
    let rung = rung.map_err(CommandRefusal::Call)?;
    if rung.is_empty() {
        return Err(CommandRefusal::Call(RefusalReason::NobodyOnline));
    }
    if let Some(by) = switch.party_of(person) {
        switch.tell(What::CallTakenOver { call, by });
    }
    let until = switch.now() + office.ring_for(taker).duration();
    let before = ring::rings_elsewhere(switch, call, (rung, person), until);
    for leg in before {
        ring::stop(switch, call, leg, StopReason::TakenOver);
    }
    switch.wake_call_at(call, until, Deadline::Ring(call));
    let persons = from.person.into_iter().chain([person]).collect();
    switch.count_persons(call, persons);
    Ok(())
}

/// Their phones ring; once one is picked up, whoever had their side of the talk is let go.
fn talk_here(switch: &mut Switch, call: CallId, person: PersonId) -> Result<(), CommandRefusal> {
    let Some(talk) = talk::of(switch, call) else {
        return Err(CommandRefusal::NotNow);
    };
    // Of a person's own talk the other phones ring; of others' talk, the one called is relieved.
    let is_caller = switch.party(talk.caller).person == Some(person);
    let is_callee = switch.party(talk.callee).person == Some(person);
    let keeps = match is_caller && !is_callee {
        true => CallSide::Callee,
        false => CallSide::Caller,
    };
    if !switch.is_online(person) {
        return Err(CommandRefusal::Call(RefusalReason::NobodyOnline));
    }
    let to = switch.party_of(person).map(|party| party.number);
    // To a person of the office: nothing is counted by who asks.
    let to_whom = (Ok(HandedTo::Person(person)), Asker::Somebody);
    transfer::hand_on_from_board(switch, call, keeps, to.unwrap_or_default(), to_whom)
}
