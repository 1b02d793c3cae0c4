//! Ringing: all devices of a person ring for a caller until one answers, all refuse, the time is up
//! or the caller gives up. The caller's phone called us, or was called for a call from the board and
//! has been answered; then it is offered the answer instead of being answered.

use crate::{
    arrival::Ring,
    call::Activity,
    features::{attend, flow, join, part},
    happening::{CallSide, EndReason, LineTrouble, MediaWay, RefusalReason, StopReason, What},
    leg::{Errand, LegId},
    media_way::Said,
    sound_format,
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use office::{CallId, Coming, PersonId};
use sip_message::StatusCode;
use std::{collections::BTreeSet, time::Instant};

/// Devices ring for a caller.
#[derive(Debug)]
pub(crate) struct Ringing {
    /// Who waits.
    pub(crate) caller: LegId,
    /// Devices that may still answer.
    pub(crate) legs: BTreeSet<LegId>,
    /// When they have rung long enough.
    pub(crate) until: Instant,
    /// The best refusal so far.
    pub(crate) worst: Option<Refused>,
    /// The last provisional status the caller was told.
    pub(crate) told: u16,
    /// Whether the caller hears something before anybody has answered.
    pub(crate) hears_early: bool,
    /// Whose phones ring.
    pub(crate) whom: Whom,
    /// Whether a phone is worth being asked once more, with encrypted sound.
    pub(crate) asks_encrypted: bool,
}

/// Whose phones ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    /// A person's.
    Person(PersonId),
    /// Those of several, who are a call flow's business.
    ForFlow,
    /// Somebody's outside.
    Outside,
}

impl Ringing {
    /// Phones are about to ring.
    pub(crate) fn of(caller: LegId, whom: Whom, until: Instant) -> Ringing {
        Ringing {
            caller,
            legs: BTreeSet::new(),
            until,
            worst: None,
            told: 0,
            hears_early: false,
            whom,
            asks_encrypted: false,
        }
    }
}

/// Why nobody answered, the most telling last: one declined call outweighs three dead phones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Refused {
    Unreachable,
    Failed(u16),
    RangOut,
    Busy,
    Declined,
}

impl Refused {
    pub(crate) fn of(status: u16) -> Refused {
        match status {
            408 | 430 | 480 | 503 => Refused::Unreachable,
            486 | 600 => Refused::Busy,
            603 | 604 | 606 | 607 | 608 => Refused::Declined,
            other => Refused::Failed(other),
        }
    }

    pub(crate) fn stop_reason(self) -> StopReason {
        match self {
            Refused::Unreachable => StopReason::Unreachable,
            Refused::Failed(status) => StopReason::Refused(status),
            Refused::RangOut => StopReason::RangOut,
            Refused::Busy => StopReason::Busy,
            Refused::Declined => StopReason::Declined,
        }
    }

    fn end_reason(self) -> EndReason {
        match self {
            Refused::Unreachable => EndReason::Unreachable,
            Refused::Failed(_) => EndReason::Failed,
            Refused::RangOut => EndReason::NobodyAnswered,
            Refused::Busy => EndReason::Busy,
            Refused::Declined => EndReason::Declined,
        }
    }

    /// What the caller's phone is told.
    pub(crate) fn status(self) -> u16 {
        match self {
            Refused::Unreachable | Refused::RangOut => 480,
            // A phone's 401, 3xx or server error is its own affair; a codec mismatch is not.
            Refused::Failed(status) => match status {
                404 | 415 | 484 | 488 | 493 => status,
                _ => 480,
            },
            Refused::Busy => 486,
            Refused::Declined => 603,
        }
    }
}

/// Rings all devices of a person for the caller of a new call.
pub(crate) fn begin(
    switch: &mut Switch,
    call: CallId,
    caller: LegId,
    person: PersonId,
    offer: Option<Bytes>,
) {
    let ring_for = {
        let office = switch.office();
        let set = switch.calls.get(&call).and_then(|call| call.xform.ring_for);
        let own = office.person(person).map(|p| office.ring_for(p));
        set.or(own).map(office::RingFor::duration)
    };
    let until = switch.now() + ring_for.unwrap_or_default();
    if let Some(call) = switch.calls.get_mut(&call) {
        call.activity = Activity::Ringing(Ringing::of(caller, Whom::Person(person), until));
    }
    switch.wake_call_at(call, until, Deadline::Ring(call));
    let ring = Ring {
        from: Some(switch.shown(call, caller)),
        for_leg: Some(caller),
        offer: offer.clone(),
        ..Ring::of_call(switch, call)
    };
    let legs = switch.call_devices(call, person, &ring);
    match legs {
        Err(reason) => switch.refuse(call, caller, reason),
        Ok(legs) if legs.is_empty() => match attend::mailbox_of(&switch.office(), person) {
            Some(mailbox) => {
                let to = (mailbox, Coming::Unanswered);
                attend::take_message(switch, call, caller, offer, to);
            }
            None => switch.refuse(call, caller, RefusalReason::NobodyOnline),
        },
        Ok(legs) => {
            if let Some(ringing) = ringing(switch, call) {
                ringing.legs.extend(legs);
            }
        }
    }
}

/// A device says 1xx.
pub(crate) fn on_progress(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    status: u16,
    sdp: Option<Bytes>,
) {
    let Some(state) = ringing(switch, call) else {
        return;
    };
    if !state.legs.contains(&leg) || status == 100 {
        return;
    }
    let caller = state.caller;
    let is_new = status != state.told;
    state.told = status;
    if (180..=182).contains(&status) {
        switch.tell(What::DeviceRang { call, leg: leg.0 });
    }
    if switch.is_answered(caller) {
        return; // started from the board: their phone has been answered and can hear no ringing
    }
    let early = sdp.and_then(|sdp| switch.pass_on(leg, caller, &sdp, Said::Answer).ok());
    // Whoever hears what the far network plays would hear a tone of their own phone instead.
    if of(switch, call).is_some_and(|state| state.hears_early) && early.is_none() {
        return;
    }
    if early.is_some()
        && let Some(state) = ringing(switch, call)
    {
        state.hears_early = true;
    }
    if is_new || early.is_some() {
        let status = if early.is_some() {
            StatusCode::SESSION_PROGRESS
        } else {
            StatusCode::RINGING
        };
        switch.with_session(caller, |session, ctx| session.ring(ctx, status, early, &[]));
    }
}

/// A device answers: the caller is connected, all others stop ringing.
pub(crate) fn on_answered(switch: &mut Switch, call: CallId, leg: LegId, sdp: Option<Bytes>) {
    let Some(state) = ringing(switch, call) else {
        return;
    };
    if !state.legs.contains(&leg) {
        return;
    }
    let (caller, for_flow) = (state.caller, state.whom == Whom::ForFlow);
    if for_flow
        && let Some(sdp) = &sdp
        && flow::is_screened(switch, call, leg, sdp)
    {
        return;
    }
    if let Some(state) = ringing(switch, call) {
        state.legs.remove(&leg);
    }
    let passed = match sdp {
        // A phone started from the board is up: it is offered what this one answers.
        Some(sdp) if switch.is_answered(caller) => switch.pass_on(leg, caller, &sdp, Said::Offer),
        Some(sdp) => switch.pass_on(leg, caller, &sdp, Said::Answer),
        None => Err(crate::media_way::BadMedia),
    };
    let Ok(answer) = passed else {
        if let Some(line) = switch.line_that_must_encrypt(leg) {
            let reason = LineTrouble::NotEncrypted;
            switch.tell(What::LineFailed { call, line, reason });
        }
        tell_of_plain_peer(switch, call, leg);
        switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
        on_refused(switch, call, leg, Refused::Failed(488), true);
        return;
    };
    let losers = ringing(switch, call)
        .map(|r| std::mem::take(&mut r.legs))
        .unwrap_or_default();
    for loser in losers {
        stop(switch, call, loser, StopReason::AnsweredElsewhere);
    }
    if switch.is_answered(caller) {
        let errand = Errand::JoinBack { with: leg };
        join::offer(switch, caller, Some(answer), errand);
    } else {
        switch.with_session(caller, |session, ctx| {
            session.answer(ctx, Some(answer), &[])
        });
    }
    let by = switch.party(leg);
    switch.tell(What::CallAnswered {
        call,
        leg: leg.0,
        by,
        side: CallSide::Callee,
    });
    switch.tell_sound(call, leg);
    crate::features::talk::begin(switch, call, caller, leg);
    if for_flow {
        flow::on_answered(switch, call, leg);
    }
}

/// Another system that is to encrypt its sound does not.
fn tell_of_plain_peer(switch: &mut Switch, call: CallId, leg: LegId) {
    if let Some(to) = switch.peer_that_must_encrypt(leg) {
        switch.tell(What::PeerNotEncrypted { call, to });
    }
}

/// A device refuses, or cannot be reached.
pub(crate) fn on_rejected(switch: &mut Switch, call: CallId, leg: LegId, status: u16) {
    let relayed = !switch.is_direct(leg);
    if matches!(status, 415 | 488) {
        tell_of_plain_peer(switch, call, leg);
    }
    if status == 488
        && relayed
        && switch.offer_encrypted_next(leg)
        && let Some(state) = ringing(switch, call)
    {
        state.asks_encrypted = true;
    }
    on_refused(switch, call, leg, Refused::of(status), false);
}

/// A device has had its time, though others may go on ringing.
pub(crate) fn on_rang_out(switch: &mut Switch, call: CallId, leg: LegId) {
    switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
    on_refused(switch, call, leg, Refused::RangOut, false);
}

/// The caller hung up while it rang.
pub(crate) fn on_caller_gone(switch: &mut Switch, call: CallId) {
    let Some(state) = ringing(switch, call) else {
        return;
    };
    let legs = std::mem::take(&mut state.legs);
    let caller = state.caller;
    for leg in legs {
        stop(switch, call, leg, StopReason::CallerGaveUp);
    }
    let by = Some(switch.party(caller));
    switch.end(call, EndReason::CallerGaveUp, by);
}

/// A session is over: the caller's, or that of a device which had answered just as it was stopped.
pub(crate) fn on_ended(switch: &mut Switch, call: CallId, leg: LegId) {
    match ringing(switch, call).map(|state| state.caller == leg) {
        Some(true) => on_caller_gone(switch, call),
        Some(false) => on_refused(switch, call, leg, Refused::Unreachable, false),
        None => {}
    }
}

/// The devices have rung long enough.
pub(crate) fn on_deadline(switch: &mut Switch, call: CallId) {
    let now = switch.now();
    let Some(state) = ringing(switch, call) else {
        return;
    };
    if state.until > now {
        if state.whom == Whom::ForFlow {
            flow::on_due(switch, call);
        }
        return;
    }
    let for_flow = state.whom == Whom::ForFlow;
    let legs = std::mem::take(&mut state.legs);
    state.worst = state.worst.max(Some(Refused::RangOut));
    for leg in legs {
        stop(switch, call, leg, StopReason::RangOut);
        if for_flow {
            flow::on_refused(switch, call, Refused::RangOut);
        }
    }
    give_up(switch, call);
}

/// Ends the ringing of a call that the office itself ends.
pub(crate) fn end(switch: &mut Switch, call: CallId) {
    let Some(state) = ringing(switch, call) else {
        return;
    };
    let legs = std::mem::take(&mut state.legs);
    let caller = state.caller;
    for leg in legs {
        stop(switch, call, leg, StopReason::CallEnded);
    }
    switch.reject(caller, 480, &[]);
}

fn on_refused(switch: &mut Switch, call: CallId, leg: LegId, why: Refused, had_answered: bool) {
    let person = switch.party(leg).person;
    let parties = of(switch, call)
        .into_iter()
        .flat_map(|ringing| &ringing.legs);
    // Nobody knows who is at a number outside.
    let of_person = parties.filter(|leg| person.is_some() && switch.party(**leg).person == person);
    let of_person: BTreeSet<LegId> = of_person.copied().collect();
    let Some(state) = ringing(switch, call) else {
        return;
    };
    if !state.legs.remove(&leg) && !had_answered {
        return;
    }
    state.worst = state.worst.max(Some(why));
    // Someone who declines on one device declines for all of theirs.
    let others = match why == Refused::Declined {
        true => &state.legs & &of_person,
        false => BTreeSet::new(),
    };
    state.legs.retain(|leg| !others.contains(leg));
    let over = state.legs.is_empty();
    let for_flow = state.whom == Whom::ForFlow;
    switch.tell(What::DeviceStopped {
        call,
        leg: leg.0,
        reason: why.stop_reason(),
    });
    for other in others {
        stop(switch, call, other, StopReason::Declined);
    }
    if for_flow {
        flow::on_refused(switch, call, why);
    }
    if over {
        give_up(switch, call);
    }
}

/// Nobody is left to ring: the caller hears why.
fn give_up(switch: &mut Switch, call: CallId) {
    let Some(state) = ringing(switch, call) else {
        return;
    };
    let (caller, worst) = (state.caller, state.worst.unwrap_or(Refused::Unreachable));
    let callee = match state.whom {
        Whom::Person(callee) => callee,
        Whom::ForFlow => return flow::on_round_over(switch, call),
        Whom::Outside => {
            let why = (worst.status(), worst.end_reason());
            return part::begin(switch, call, caller, why, None);
        }
    };
    if matches!(worst, Refused::Failed(415 | 488))
        && (ring_translated(switch, call, callee).is_some()
            || ring_encrypted(switch, call, callee).is_some())
    {
        return;
    }
    if let Some(mailbox) = attend::mailbox_of(&switch.office(), callee) {
        let kind = match worst {
            Refused::Busy | Refused::Declined => Coming::Busy,
            Refused::Unreachable | Refused::Failed(_) | Refused::RangOut => Coming::Unanswered,
        };
        return attend::take_message(switch, call, caller, None, (mailbox, kind));
    }
    let why = (worst.status(), worst.end_reason());
    part::begin(switch, call, caller, why, None);
}

/// Phones that can do none of the caller's codecs, and were asked to send straight to them, are rung
/// once more with all that the office can translate. `None` if there is nothing more to offer.
fn ring_translated(switch: &mut Switch, call: CallId, callee: PersonId) -> Option<()> {
    let caller = of(switch, call)?.caller;
    if switch.is_up(caller) || switch.forced_way.get(&call) == Some(&MediaWay::Relayed) {
        return None;
    }
    let offer = switch.legs.get(&caller)?.theirs.as_ref();
    let offer = offer.filter(|offer| sound_format::is_decodable(offer))?;
    let ring = Ring {
        from: Some(switch.shown(call, caller)),
        for_leg: Some(caller),
        offer: Some(offer.to_bytes()),
        ..Ring::of_call(switch, call)
    };
    switch.forced_way.insert(call, MediaWay::Relayed);
    let legs = switch.call_devices(call, callee, &ring).ok()?;
    let rings = !legs.is_empty();
    let state = ringing(switch, call)?;
    state.worst = None;
    state.legs.extend(legs);
    rings.then_some(())
}

/// Phones that may take encrypted sound only are rung once more with such.
fn ring_encrypted(switch: &mut Switch, call: CallId, callee: PersonId) -> Option<()> {
    let state = ringing(switch, call)?;
    let caller = state.caller;
    if !std::mem::take(&mut state.asks_encrypted) {
        return None;
    }
    let offer = switch.description_of(caller)?;
    let ring = Ring {
        from: Some(switch.shown(call, caller)),
        for_leg: Some(caller),
        offer: Some(offer),
        ..Ring::of_call(switch, call)
    };
    let legs = switch.call_devices(call, callee, &ring).ok()?;
    let rings = !legs.is_empty();
    let state = ringing(switch, call)?;
    state.worst = None;
    state.legs.extend(legs);
    rings.then_some(())
}

/// Only this device may still have the call, until then.
pub(crate) fn stop_others(switch: &mut Switch, call: CallId, leg: LegId, until: Instant) {
    let Some(state) = ringing(switch, call) else {
        return;
    };
    state.until = state.until.max(until);
    let until = state.until;
    let others = std::mem::replace(&mut state.legs, BTreeSet::from([leg]));
    for other in others.into_iter().filter(|other| *other != leg) {
        stop(switch, call, other, StopReason::AnsweredElsewhere);
    }
    switch.wake_call_at(call, until, Deadline::Ring(call));
}

pub(crate) fn stop(switch: &mut Switch, call: CallId, leg: LegId, reason: StopReason) {
    // RFC 3326: a phone that learns that others answered shows no missed call.
    let header = (reason == StopReason::AnsweredElsewhere)
        .then_some("SIP;cause=200;text=\"Call completed elsewhere\"");
    switch.with_session(leg, |session, ctx| session.hangup(ctx, header));
    switch.tell(What::DeviceStopped {
        call,
        leg: leg.0,
        reason,
    });
}

/// The call rings at somebody else's phones from now on. Gives those that are to stop.
pub(crate) fn rings_elsewhere(
    switch: &mut Switch,
    call: CallId,
    (legs, by): (Vec<LegId>, PersonId),
    until: Instant,
) -> BTreeSet<LegId> {
    let Some(state) = ringing(switch, call) else {
        return BTreeSet::new();
    };
    state.until = until;
    state.worst = None;
    let before = std::mem::replace(&mut state.legs, legs.into_iter().collect());
    flow::on_taken_over(switch, call, by);
    before
}

/// One more leg rings for the caller.
pub(crate) fn also_rings(switch: &mut Switch, call: CallId, leg: LegId) {
    if let Some(state) = ringing(switch, call) {
        state.legs.insert(leg);
    }
}

/// The ringing of a call, if it rings.
pub(crate) fn of(switch: &Switch, call: CallId) -> Option<&Ringing> {
    match &switch.calls.get(&call)?.activity {
        Activity::Ringing(ringing) => Some(ringing),
        _ => None,
    }
}

fn ringing(switch: &mut Switch, call: CallId) -> Option<&mut Ringing> {
    match &mut switch.calls.get_mut(&call)?.activity {
        Activity::Ringing(ringing) => Some(ringing),
        _ => None,
    }
}
