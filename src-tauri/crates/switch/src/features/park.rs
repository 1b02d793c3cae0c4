//! Parking: one party of a call waits in a slot of the office, hears music and is fetched from any
//! phone that dials the slot. Nobody is lost there: after a time the call comes back to whoever has
//! parked it, again and again, and then goes to their mailbox.
//!
//! The same number parks and fetches: whoever is handed on to a free slot is parked there, whoever
//! dials it while somebody is in it gets them.

mod fetch;
mod ring_back;

pub(crate) use fetch::{
    get, on_described, on_dialled, on_fetched_described, on_fetched_refused, on_offer,
};
pub(crate) use ring_back::{on_answered, on_progress, on_rejected};

use crate::{
    call::Activity,
    features::{
        attend::{self, LeadsTo},
        emergency, flow, hold, listen_in, part, recording, talk, transfer,
    },
    happening::{CallSide, CommandRefusal, EndReason, Party, RefusalReason, StopReason, What},
    leg::LegId,
    limits::{PARK_ANYWHERE, PARKED_AT_MOST, PARKING_WORDS},
    sound_format,
    switch::{Deadline, Switch},
};
use callflow::walk::ParkEnd;
use fetch::Taker;
use media::PlayId;
use office::{CallId, Office, ParkSlot, PersonId};
use ring_back::Rings;
use spoken::{Piece, phrase::calls};
use std::time::{Duration, Instant};

/// One party of a call waits in a slot.
#[derive(Debug)]
pub(crate) struct Parked {
    slot: ParkSlot,
    /// Who waits, and their side of the call.
    kept: LegId,
    keeps: CallSide,
    /// Who has parked them; nobody of the office where a call flow has.
    by: Option<Party>,
    /// When the call comes back.
    due: Instant,
    /// When it has waited long enough, whatever happens.
    until: Instant,
    /// Phones that ring for it.
    rings: Option<Rings>,
    /// How often it has come back and nobody answered.
    unanswered: u32,
    /// Who gets it as soon as the phones have agreed.
    taker: Option<Taker>,
    /// Who has parked it and hears where.
    told: Option<Told>,
}

/// Whoever has parked a call hears its slot before they are let go.
#[derive(Debug)]
struct Told {
    leg: LegId,
    play: PlayId,
    until: Instant,
}

/// Who is to be parked.
pub(crate) struct ToPark {
    /// Who waits, and their side of the call.
    pub(crate) kept: LegId,
    pub(crate) keeps: CallSide,
    /// Who parks them; nobody where a call flow does.
    pub(crate) by: Option<Party>,
    /// Where; in the next free slot if nobody has said.
    pub(crate) slot: Option<ParkSlot>,
    /// The call whose door to the slot they stand at, for whom it is kept free.
    pub(crate) door: Option<CallId>,
    /// How long they wait; as long as the office says if nobody has.
    pub(crate) wait: Option<Duration>,
}

/// Parks somebody who is in a call. Nothing changes when that cannot be.
pub(crate) fn begin(
    switch: &mut Switch,
    call: CallId,
    to_park: ToPark,
) -> Result<ParkSlot, RefusalReason> {
    let ToPark {
        kept,
        keeps,
        by,
        slot,
        door,
        wait,
    } = to_park;
    let slot = match slot {
        Some(slot) if is_taken(switch, slot, door) => return Err(RefusalReason::SlotTaken),
        Some(slot) => slot,
        None => free_slot(switch).ok_or(RefusalReason::SlotsFull)?,
    };
    let state = switch.legs.get(&kept).ok_or(RefusalReason::BadMedia)?;
    let theirs = state.theirs.as_ref();
    let (hears_music, is_agreeing) = (state.hears_music, state.errand.is_some());
    if !theirs.is_some_and(sound_format::is_decodable) || (is_agreeing && !hears_music) {
        return Err(RefusalReason::BadMedia);
    }
    // Whoever is on hold goes on hearing what they hear.
    if !hears_music && !hold::entertain(switch, call, kept) {
        return Err(RefusalReason::BadMedia);
    }
    let now = switch.now();
    let wait = wait.unwrap_or(switch.office().settings().parking.back_after());
    let (due, until) = (now + wait, now + PARKED_AT_MOST.max(wait));
    if let Some(state) = switch.calls.get_mut(&call) {
        state.activity = Activity::Parked(Box::new(Parked {
            slot,
            kept,
            keeps,
            by: by.clone(),
            due,
            until,
            rings: None,
            unanswered: 0,
            taker: None,
            told: None,
        }));
    }
    recording::on_left(switch, call);
    listen_in::on_left(switch, call);
    let person = switch.party(kept).person;
    switch.count_persons(call, person.into_iter().collect());
    switch.tell(What::CallParked {
        call,
        slot,
        by,
        keeps,
    });
    for at in [due, until] {
        switch.wake_call_at(call, at, Deadline::Park(call));
    }
    Ok(slot)
}

/// The board parks one side of a talk.
pub(crate) fn begin_from_board(
    switch: &mut Switch,
    call: CallId,
    keeps: CallSide,
    slot: Option<ParkSlot>,
) -> Result<(), CommandRefusal> {
    let talk = talk::of(switch, call).ok_or(CommandRefusal::NotNow)?;
    let (kept, by) = (talk.on(keeps), talk.on(keeps.other()));
    let parking = switch.office().settings().parking;
    if !parking.on || slot.is_some_and(|slot| parking.slot(&slot.to_string()).is_none()) {
        return Err(CommandRefusal::Call(RefusalReason::UnknownNumber));
    }
    let is_free = |leg: LegId| switch.legs.get(&leg).is_some_and(|l| l.errand.is_none());
    // Nobody outside is let go so that somebody of the office may wait.
    if !is_free(by) || switch.party(by).is_outside() {
        return Err(CommandRefusal::NotNow);
    }
    let to_park = ToPark {
        kept,
        keeps,
        by: Some(switch.party(by)),
        slot,
        door: None,
        wait: None,
    };
    begin(switch, call, to_park).map_err(CommandRefusal::Call)?;
    switch.with_session(by, |session, ctx| session.hangup(ctx, None));
    Ok(())
}

/// Whoever has parked a call in a slot they did not choose hears which it is, if they can. `false`:
/// they are to be let go at once.
pub(crate) fn tells(switch: &mut Switch, call: CallId, by: LegId, slot: ParkSlot) -> bool {
    // A phone that holds plays nothing of what it is sent.
    let holds = switch.legs.get(&by).is_none_or(|leg| leg.holds);
    if holds || attend::answer(switch, by).is_err() {
        return false;
    }
    let mut said = vec![Piece::FULL_STOP];
    said.extend(attend::parked_at(slot));
    let said = attend::say(attend::language_of(switch, call, by), &said);
    let Some(play) = switch.play_alone(by, said) else {
        return false;
    };
    let until = switch.now() + PARKING_WORDS;
    let Some(parked) = of_mut(switch, call) else {
        return false;
    };
    parked.told = Some(Told {
        leg: by,
        play,
        until,
    });
    switch.wake_call_at(call, until, Deadline::Park(call));
    true
}

/// What was played has ended: whoever has parked the call has heard where.
pub(crate) fn on_played(switch: &mut Switch, call: CallId, play: PlayId) {
    let is_it = |told: &Told| told.play == play;
    if of(switch, call).is_some_and(|parked| parked.told.as_ref().is_some_and(is_it)) {
        let_go(switch, call);
    }
}

/// The slot a call is parked in.
pub(crate) fn at(switch: &Switch, slot: ParkSlot) -> Option<CallId> {
    let mut calls = switch.calls.iter();
    let found = calls.find(|(_, state)| match &state.activity {
        Activity::Parked(parked) => parked.slot == slot,
        _ => false,
    });
    found.map(|(call, _)| *call)
}

/// The slot dialled so: one of the office's, or one that somebody still waits in although the office
/// has moved its slots meanwhile.
pub(crate) fn slot(switch: &Switch, dialled: &str) -> Option<ParkSlot> {
    let office = switch.office();
    let known = office.settings().parking.slot(dialled);
    known.or_else(|| {
        let slot = ParkSlot(dialled.parse().ok()?);
        (slot.to_string() == dialled && at(switch, slot).is_some()).then_some(slot)
    })
}

/// Whether calls can be parked in a slot that the office chooses.
pub(crate) fn is_anywhere(office: &Office, dialled: &str) -> bool {
    dialled == PARK_ANYWHERE && office.settings().parking.on
}

/// A slot as the other party of whoever waits in it.
pub(crate) fn party(slot: ParkSlot) -> Party {
    Party {
        number: slot.to_string(),
        ..Party::default()
    }
}

/// The slot that whoever stands at a door wants to use for somebody else.
pub(crate) fn door(switch: &Switch, call: CallId) -> Option<LeadsTo> {
    match &switch.calls.get(&call)?.activity {
        Activity::Attending(attending) => attending.park_door(),
        _ => None,
    }
}

/// What somebody who dials an empty slot, or the number for the next free one, is told of it.
pub(crate) fn door_to(switch: &Switch, slot: Option<ParkSlot>) -> LeadsTo {
    match (slot, free_slot(switch)) {
        (Some(slot), _) => LeadsTo::Empty(slot),
        (None, Some(slot)) => LeadsTo::Free(slot),
        (None, None) => LeadsTo::Full,
    }
}

/// Who has parked the call, if somebody of the office has.
pub(crate) fn parker(switch: &Switch, call: CallId) -> Option<PersonId> {
    of(switch, call)?.by.as_ref()?.person
}

/// Whether somebody is in a slot, or it is kept free for somebody at its door.
fn is_taken(switch: &Switch, slot: ParkSlot, but_for: Option<CallId>) -> bool {
    let mut calls = switch.calls.iter();
    calls.any(|(call, state)| match &state.activity {
        Activity::Parked(parked) => parked.slot == slot,
        Activity::Attending(attending) => {
            Some(*call) != but_for && attending.park_door() == Some(LeadsTo::Free(slot))
        }
        _ => false,
    })
}

fn free_slot(switch: &Switch) -> Option<ParkSlot> {
    let office = switch.office();
    let mut all = office.settings().parking.all();
    // An emergency number is called, whatever else it is.
    let can_be_dialled = |slot: &ParkSlot| emergency::number(&office, &slot.to_string()).is_none();
    all.find(|slot| can_be_dialled(slot) && !is_taken(switch, *slot, None))
}

/// One of the phones of a parked call has hung up, or is gone.
pub(crate) fn on_ended(switch: &mut Switch, call: CallId, leg: LegId, reason: EndReason) {
    let Some(parked) = of_mut(switch, call) else {
        return;
    };
    if parked.kept == leg {
        ring_back::stop(switch, call, StopReason::CallerGaveUp);
        let_go(switch, call);
        let by = (reason == EndReason::HungUp).then(|| switch.party(leg));
        return switch.end(call, reason, by);
    }
    if parked.told.as_ref().is_some_and(|told| told.leg == leg) {
        parked.told = None;
    } else if parked.taker.as_ref().is_some_and(|taker| taker.leg == leg) {
        parked.taker = None;
    } else {
        ring_back::on_rejected(switch, call, leg, 480);
    }
}

/// Another program holds the ports: whoever waits hears music at others.
pub(crate) fn retake_ports(switch: &mut Switch, call: CallId, leg: LegId) {
    if of(switch, call).is_some_and(|parked| parked.kept == leg) {
        hold::entertain(switch, call, leg);
    }
}

/// It is time to look at a parked call.
pub(crate) fn on_deadline(switch: &mut Switch, call: CallId) {
    let now = switch.now();
    let is_over = |told: &Told| told.until <= now;
    if of(switch, call).is_some_and(|parked| parked.told.as_ref().is_some_and(is_over)) {
        let_go(switch, call);
    }
    ring_back::on_due(switch, call);
    let Some(parked) = of(switch, call).filter(|parked| parked.rings.is_none()) else {
        return;
    };
    if parked.taker.is_some() {
        return;
    }
    if parked.until <= now {
        return give_up(switch, call);
    }
    if parked.due <= now {
        match parked.by {
            Some(_) => ring_back::begin(switch, call),
            None => back_to_flow(switch, call),
        }
    }
}

/// Ends a parked call that the office itself ends.
pub(crate) fn end(switch: &mut Switch, call: CallId) {
    ring_back::stop(switch, call, StopReason::CallEnded);
    let_go(switch, call);
    if let Some(kept) = of(switch, call).map(|parked| parked.kept) {
        switch.with_session(kept, |session, ctx| session.hangup(ctx, None));
    }
}

/// Whoever has parked the call has done their part.
fn let_go(switch: &mut Switch, call: CallId) {
    if let Some(told) = of_mut(switch, call).and_then(|parked| parked.told.take()) {
        attend::hush(switch, told.leg);
        transfer::report(switch, told.leg, 200, true);
        switch.with_session(told.leg, |session, ctx| session.hangup(ctx, None));
    }
}

/// Nobody has fetched a caller of a flow in time: the flow goes on.
fn back_to_flow(switch: &mut Switch, call: CallId) {
    let Some(slot) = of(switch, call).map(|parked| parked.slot) else {
        return;
    };
    switch.tell(What::ParkedCallCameBack {
        call,
        slot,
        to: None,
    });
    flow::on_park_over(switch, call, ParkEnd::TimeUp);
}

/// It came back again and again, and nobody wants it: the caller is told, rather than left to wait
/// for ever.
fn give_up(switch: &mut Switch, call: CallId) {
    if let Some(kept) = of(switch, call).map(|parked| parked.kept) {
        let why = (480, EndReason::NobodyAnswered);
        part::begin_in_words(switch, call, kept, calls::NOBODY_AVAILABLE, why);
    }
}

/// Takes a call out of its slot. The activity is anybody's from here on.
fn take(switch: &mut Switch, call: CallId) -> Option<Box<Parked>> {
    let state = switch.calls.get_mut(&call)?;
    match std::mem::replace(&mut state.activity, Activity::Ending) {
        Activity::Parked(parked) => Some(parked),
        other => {
            state.activity = other;
            None
        }
    }
}

fn of(switch: &Switch, call: CallId) -> Option<&Parked> {
    match &switch.calls.get(&call)?.activity {
        Activity::Parked(parked) => Some(parked),
        _ => None,
    }
}

fn of_mut(switch: &mut Switch, call: CallId) -> Option<&mut Parked> {
    match &mut switch.calls.get_mut(&call)?.activity {
        Activity::Parked(parked) => Some(parked),
        _ => None,
    }
}
