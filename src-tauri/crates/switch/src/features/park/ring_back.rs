//! Phones that ring for a parked call: those of whoever has parked it, once it has waited long enough,
//! or those of somebody who gets it at the board.

use super::{fetch, fetch::Taker, of, of_mut};
use crate::{
    arrival::Ring,
    features::{
        attend::{self, Place},
        ring::{self, Refused},
    },
    happening::{RefusalReason, StopReason, What},
    leg::LegId,
    limits::PARKED_CALL_COMES_BACK,
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use office::{CallId, Coming, ParkSlot, PersonId};
use spoken::Lang;
use std::{collections::BTreeSet, time::Instant};

/// Phones that ring for a parked call.
#[derive(Debug)]
pub(super) struct Rings {
    pub(super) legs: BTreeSet<LegId>,
    until: Instant,
    /// Whether it comes back to whoever has parked it.
    pub(super) is_back: bool,
}

/// The call comes back to whoever has parked it.
pub(super) fn begin(switch: &mut Switch, call: CallId) {
    let Some((slot, by)) = of(switch, call).map(|parked| (parked.slot, parked.by.clone())) else {
        return;
    };
    switch.tell(What::ParkedCallCameBack {
        call,
        slot,
        to: by.clone(),
    });
    let person = by.and_then(|by| by.person);
    let rung = person.ok_or(RefusalReason::NobodyOnline);
    if rung
        .and_then(|person| ring_phones(switch, call, person, true))
        .is_err()
    {
        not_fetched(switch, call);
    }
}

/// Rings a person's phones for a parked call.
pub(super) fn ring_phones(
    switch: &mut Switch,
    call: CallId,
    person: PersonId,
    is_back: bool,
) -> Result<(), RefusalReason> {
    let office = switch.office();
    let parked = of(switch, call).ok_or(RefusalReason::UnknownNumber)?;
    let (slot, kept) = (parked.slot, parked.kept);
    let found = office.person(person).ok_or(RefusalReason::UnknownNumber)?;
    if !switch.admission.has_room(&office, person) {
        return Err(RefusalReason::PersonBusy);
    }
    let mut from = switch.shown(call, kept);
    let who = match from.name.as_str() {
        "" => &from.number,
        name => name,
    };
    from.name = shown_from(Lang::of(&office.settings().language), slot, who);
    let offer = switch.description_of(kept);
    let ring = Ring {
        from: Some(from),
        for_leg: Some(kept),
        offer: Some(offer.ok_or(RefusalReason::BadMedia)?),
        ..Ring::of_call(switch, call)
    };
    let legs = switch.call_devices(call, person, &ring)?;
    if legs.is_empty() {
        return Err(RefusalReason::NobodyOnline);
    }
    let until = switch.now() + office.ring_for(found).duration();
    switch.wake_call_at(call, until, Deadline::Park(call));
    if let Some(parked) = of_mut(switch, call) {
        parked.rings = Some(Rings {
            legs: legs.into_iter().collect(),
            until,
            is_back,
        });
    }
    Ok(())
}

/// A phone says 1xx.
pub(crate) fn on_progress(switch: &mut Switch, call: CallId, leg: LegId, status: u16) {
    if status >= 180 && rings(switch, call, leg) {
        switch.tell(What::DeviceRang { call, leg: leg.0 });
    }
}

/// A phone is picked up: the two are put together.
pub(crate) fn on_answered(switch: &mut Switch, call: CallId, leg: LegId, sdp: Option<Bytes>) {
    if !rings(switch, call, leg) {
        return;
    }
    let Some(sdp) = sdp else {
        switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
        return on_rejected(switch, call, leg, 488);
    };
    let taken = of_mut(switch, call).and_then(|parked| Some((parked.rings.take()?, parked.keeps)));
    let Some((rings, keeps)) = taken else { return };
    for loser in rings.legs.into_iter().filter(|other| *other != leg) {
        ring::stop(switch, call, loser, StopReason::AnsweredElsewhere);
    }
    let by = switch.party(leg);
    switch.tell(What::CallAnswered {
        call,
        leg: leg.0,
        by,
        side: keeps.other(),
    });
    fetch::take(switch, call, Taker::picked_up(leg, sdp));
}

/// A phone refuses, or cannot be had.
pub(crate) fn on_rejected(switch: &mut Switch, call: CallId, leg: LegId, status: u16) {
    if !rings(switch, call, leg) {
        return;
    }
    let why = Refused::of(status);
    switch.tell(What::DeviceStopped {
        call,
        leg: leg.0,
        reason: why.stop_reason(),
    });
    let Some(rings) = of_mut(switch, call).and_then(|parked| parked.rings.as_mut()) else {
        return;
    };
    rings.legs.remove(&leg);
    // Someone who declines on one device declines for all of theirs.
    if rings.legs.is_empty() || why == Refused::Declined {
        over(switch, call, StopReason::Declined);
    }
}

/// They may have rung long enough.
pub(super) fn on_due(switch: &mut Switch, call: CallId) {
    let now = switch.now();
    let rings = of(switch, call).and_then(|parked| parked.rings.as_ref());
    if rings.is_some_and(|rings| rings.until <= now) {
        over(switch, call, StopReason::RangOut);
    }
}

/// No phone rings for the call any more.
pub(super) fn stop(switch: &mut Switch, call: CallId, why: StopReason) {
    let rings = of_mut(switch, call).and_then(|parked| parked.rings.take());
    for leg in rings.into_iter().flat_map(|rings| rings.legs) {
        ring::stop(switch, call, leg, why);
    }
}

/// Nobody has picked up: the call waits on.
fn over(switch: &mut Switch, call: CallId, why: StopReason) {
    let rings = of(switch, call).and_then(|parked| parked.rings.as_ref());
    let was_back = rings.is_some_and(|rings| rings.is_back);
    stop(switch, call, why);
    if was_back {
        not_fetched(switch, call);
    } else {
        switch.wake_call_at(call, switch.now(), Deadline::Park(call));
    }
}

/// It came back to nobody: it waits on and comes back once more; then it goes to the mailbox of
/// whoever has parked it, if they have one.
fn not_fetched(switch: &mut Switch, call: CallId) {
    let office = switch.office();
    let now = switch.now();
    let Some(parked) = of_mut(switch, call) else {
        return;
    };
    parked.unanswered += 1;
    parked.due = now + office.settings().parking.back_after();
    let (unanswered, due) = (parked.unanswered, parked.due);
    let (kept, by) = (parked.kept, parked.by.clone());
    switch.wake_call_at(call, due, Deadline::Park(call));
    let person = by.as_ref().and_then(|by| by.person);
    let mailbox = person.and_then(|person| attend::mailbox_of(&office, person));
    let Some(mailbox) = mailbox.filter(|_| unanswered >= PARKED_CALL_COMES_BACK) else {
        return;
    };
    let place = Place::Mailbox(mailbox, Coming::Unanswered);
    let to = place.party(&office);
    let slot = of(switch, call).map(|parked| super::party(parked.slot));
    // Where it cannot be the call goes on waiting, and coming back.
    let _ = attend::take_on(switch, call, kept, place, |switch| {
        let by = slot.unwrap_or_default();
        switch.tell(What::TransferDone { call, by, to });
    });
}

fn rings(switch: &Switch, call: CallId, leg: LegId) -> bool {
    let rings = of(switch, call).and_then(|parked| parked.rings.as_ref());
    rings.is_some_and(|rings| rings.legs.contains(&leg))
}

/// The name of a call that comes back from a slot, as phones show it.
fn shown_from(lang: Lang, slot: ParkSlot, who: &str) -> String {
    match lang {
        Lang::En => format!("Parked {slot}: {who}"),
        Lang::De => format!("Geparkt {slot}: {who}"),
    }
}
