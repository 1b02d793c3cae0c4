//! Fetching a parked call: from a phone that dials its slot, or to the phones of somebody at the board.
//! Whoever comes first gets it.

use super::{Parked, of, of_mut, ring_back, take as take_out};
use crate::{
    features::{
        attend::{self, ParkDoor, Service},
        flow, hold, join, talk, transfer,
    },
    happening::{CommandRefusal, EndReason, RefusalReason, StopReason, What},
    leg::{Errand, LegId},
    media_way::Said,
    switch::Switch,
};
use bytes::Bytes;
use callflow::walk::ParkEnd;
use office::{CallId, ParkSlot, PersonId};
use sip_dialog::{OfferVia, SessionState};

/// Who gets a parked call.
#[derive(Debug)]
pub(super) struct Taker {
    pub(super) leg: LegId,
    /// What their phone said of its sound.
    sdp: Option<Bytes>,
    /// Whether it was called and has been picked up, rather than having dialled the slot.
    picked_up: bool,
}

impl Taker {
    /// Somebody who has picked up.
    pub(super) fn picked_up(leg: LegId, sdp: Bytes) -> Taker {
        Taker {
            leg,
            sdp: Some(sdp),
            picked_up: true,
        }
    }
}

/// Somebody dials a slot, or the number for the next free one.
pub(crate) fn on_dialled(
    switch: &mut Switch,
    call: CallId,
    caller: LegId,
    slot: Option<ParkSlot>,
    offer: Option<Bytes>,
) {
    let parked = slot.and_then(|slot| super::at(switch, slot));
    let is_free = |parked: &CallId| of(switch, *parked).is_some_and(|each| each.taker.is_none());
    let Some(parked) = parked.filter(is_free) else {
        let door = ParkDoor::new(super::door_to(switch, slot));
        return attend::begin(switch, call, caller, offer, Service::ParkDoor(door));
    };
    if let Some(offer) = &offer {
        switch.keep_description(caller, offer);
    }
    ring_back::stop(switch, parked, StopReason::AnsweredElsewhere);
    switch.move_leg(caller, parked);
    // The call that their dialling began is over either way: its leg belongs to the other one now.
    switch.end(call, EndReason::Transferred, None);
    let taker = Taker {
        leg: caller,
        sdp: offer,
        picked_up: false,
    };
    take(switch, parked, taker);
}

/// Brings a parked call to a person's phones.
pub(crate) fn get(
    switch: &mut Switch,
    call: CallId,
    person: PersonId,
) -> Result<(), CommandRefusal> {
    let Some(parked) = of(switch, call).filter(|parked| parked.taker.is_none()) else {
        return Err(CommandRefusal::NotNow);
    };
    let is_theirs = |leg: &LegId| switch.party(*leg).person == Some(person);
    if let Some(rings) = &parked.rings
        && rings.legs.iter().any(is_theirs)
    {
        return Err(CommandRefusal::AlreadyThere);
    }
    if !switch.is_online(person) {
        return Err(CommandRefusal::Call(RefusalReason::NobodyOnline));
    }
    ring_back::stop(switch, call, StopReason::TakenOver);
    ring_back::ring_phones(switch, call, person, false).map_err(CommandRefusal::Call)
}

/// Somebody gets the call, as soon as whoever waits agrees on nothing else.
pub(super) fn take(switch: &mut Switch, call: CallId, taker: Taker) {
    if let Some(parked) = of_mut(switch, call) {
        parked.taker = Some(taker);
        connect(switch, call);
    }
}

/// A phone of a parked call said something of its sound in answer to what we said.
pub(crate) fn on_described(switch: &mut Switch, call: CallId, leg: LegId, sdp: &Bytes) {
    match of(switch, call).is_some_and(|parked| parked.kept == leg) {
        true => {
            hold::on_described(switch, leg, sdp);
            connect(switch, call);
        }
        false => attend::on_described(switch, leg, sdp),
    }
}

/// A phone of a parked call offers something new.
pub(crate) fn on_offer(switch: &mut Switch, call: CallId, leg: LegId, sdp: Option<Bytes>) {
    let Some(parked) = of(switch, call) else {
        return;
    };
    if parked.kept != leg {
        return attend::on_offer(switch, leg, sdp);
    }
    let is_agreeing = switch.legs.get(&leg).is_none_or(|l| l.errand.is_some());
    if is_agreeing || parked.taker.is_some() {
        return talk::refuse_offer(switch, leg, 491);
    }
    hold::on_offer_of_held(switch, call, leg, sdp);
}

/// Whoever waits has agreed on the sound of the phone that dialled their slot.
pub(crate) fn on_fetched_described(
    switch: &mut Switch,
    call: CallId,
    kept: LegId,
    sdp: Option<Bytes>,
) {
    let Some(taker) = of_mut(switch, call).and_then(|parked| parked.taker.take()) else {
        return wait_on(switch, call, kept); // they have given up meanwhile
    };
    let waits = |leg: LegId| {
        let state = switch.legs.get(&leg).map(|leg| leg.session.state());
        state == Some(SessionState::AwaitingDecision)
    };
    let said = match taker.sdp {
        Some(_) => Said::Answer,
        None => Said::Offer, // their phone answers it with its ACK
    };
    let leg = taker.leg;
    let answer = sdp.filter(|_| waits(leg));
    let answer = answer.and_then(|sdp| switch.pass_on(kept, leg, &sdp, said).ok());
    let Some(answer) = answer else {
        switch.reject(leg, 488, &[]);
        return wait_on(switch, call, kept);
    };
    switch.with_session(leg, |session, ctx| session.answer(ctx, Some(answer), &[]));
    fetched(switch, call, leg);
    switch.tell_sound(call, kept);
    switch.expect_media(call);
}

/// Whoever waits has refused it.
pub(crate) fn on_fetched_refused(switch: &mut Switch, call: CallId, kept: LegId, status: u16) {
    if let Some(taker) = of_mut(switch, call).and_then(|parked| parked.taker.take()) {
        switch.reject(taker.leg, status, &[]);
    }
    wait_on(switch, call, kept);
}

/// Puts the two together, unless whoever waits is agreeing on something else just now.
fn connect(switch: &mut Switch, call: CallId) {
    let Some(parked) = of_mut(switch, call) else {
        return;
    };
    let kept = parked.kept;
    let Some(taker) = parked.taker.take() else {
        return;
    };
    let is_agreeing = switch
        .legs
        .get(&kept)
        .is_none_or(|leg| leg.errand.is_some());
    if is_agreeing {
        if let Some(parked) = of_mut(switch, call) {
            parked.taker = Some(taker);
        }
        return;
    }
    let leg = taker.leg;
    if taker.picked_up {
        let passed = taker.sdp.as_ref();
        let passed = passed.and_then(|sdp| switch.pass_on(leg, kept, sdp, Said::Offer).ok());
        if passed.is_none() {
            switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
            return wait_on(switch, call, kept);
        }
        fetched(switch, call, leg);
        return join::offer(switch, kept, passed, Errand::JoinBack { with: leg });
    }
    let passed = match &taker.sdp {
        Some(sdp) => switch.pass_on(leg, kept, sdp, Said::Offer).map(Some),
        None => Ok(None), // their phone said nothing yet: whoever waits makes the offer
    };
    let sent = passed.ok().and_then(|offer| {
        switch.with_session(kept, |session, ctx| {
            session.offer(ctx, offer, OfferVia::ReInvite, &[]).is_ok()
        })
    });
    if sent != Some(true) {
        switch.reject(leg, 488, &[]);
        return wait_on(switch, call, kept);
    }
    switch.set_errand(kept, Some(Errand::Fetch));
    if let Some(parked) = of_mut(switch, call) {
        parked.taker = Some(taker);
    }
}

/// Nothing came of it: whoever waits hears music again.
fn wait_on(switch: &mut Switch, call: CallId, kept: LegId) {
    if of(switch, call).is_some() {
        hold::entertain(switch, call, kept);
    }
}

/// The call is a talk again.
fn fetched(switch: &mut Switch, call: CallId, leg: LegId) {
    let Some(parked) = take_out(switch, call) else {
        return;
    };
    let Parked {
        slot,
        kept,
        keeps,
        by,
        told,
        ..
    } = *parked;
    if let Some(told) = told {
        transfer::report(switch, told.leg, 200, true);
        switch.with_session(told.leg, |session, ctx| session.hangup(ctx, None));
    }
    talk::begin_beside(switch, call, (kept, keeps), leg);
    switch.count_for(call, [kept, leg]);
    switch.tell(What::CallFetched {
        call,
        slot,
        by: switch.party(leg),
        side: keeps.other(),
    });
    if by.is_none() {
        flow::on_park_over(switch, call, ParkEnd::Fetched);
    }
}
