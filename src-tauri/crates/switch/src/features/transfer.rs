//! Transfer: one party of a talk hands the other to someone else, at once (REFER, RFC 3515) or
//! after asking first (`attended`), or the board does it for them.
//!
//! Nobody is left hanging: until the target answers, the two parties stay connected. A target that
//! cannot be had changes nothing, unless the party that transfers has hung up meanwhile; then their
//! phones ring again.

mod attended;

use crate::{
    arrival::Ring,
    call::Activity,
    destination::HandedTo,
    features::{
        attend, call_out, call_peer, emergency, join, listen_in,
        park::{self, ToPark},
        recording, replace,
        ring::{self, Refused},
        talk,
    },
    gate::{PeerPermit, Permit, WayOut},
    happening::{CallSide, CommandRefusal, EndReason, Party, RefusalReason, StopReason, What},
    io::Asker,
    leg::{Errand, LegId},
    limits::TRANSFER_RING,
    media_way::Said,
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use office::{CallId, PersonId};
use sip_message::{Method, Request, StatusCode, header::ReferTo};
use sip_transaction::ServerId;
use std::{collections::BTreeSet, time::Instant};

/// One party waits while someone else is rung for them.
#[derive(Debug)]
pub(crate) struct Transfer {
    /// Who transfers, and their leg while they have not hung up.
    pub(crate) by: Option<LegId>,
    pub(crate) by_party: Party,
    /// The phone that asked for it and is told how it goes; none when the board asked.
    asker: Option<LegId>,
    /// Who is being transferred, and their side of the call.
    pub(crate) kept: LegId,
    pub(crate) keeps: CallSide,
    /// Devices of the target that may still answer.
    pub(crate) legs: BTreeSet<LegId>,
    pub(crate) until: Instant,
    worst: Option<Refused>,
    /// Whether those devices were offered the kept party's own description, so that one more offer
    /// completes the exchange; otherwise it takes two.
    offered_kept: bool,
    /// Whether the call is on its way back to the one who transferred.
    returning: bool,
}

/// One party of a talk is to be handed to someone else.
struct Handing {
    by: LegId,
    kept: LegId,
    keeps: CallSide,
    /// Where to, as told.
    to: String,
    /// Who asked for it at the board; none where the phone of `by` did.
    from_board: Option<Asker>,
}

/// Whom a party is put through to.
enum ToRing {
    Person(PersonId),
    /// Somebody at another telephone system.
    Peer(PeerPermit),
    /// Somebody outside.
    Outside(Permit),
}

/// A phone asks for a transfer of the talk it is in.
pub(crate) fn on_refer(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    server: ServerId,
    request: &Request,
) {
    let Some(kept) = talk::peer(switch, call, leg) else {
        // Nobody to hand on, or already on the way. Not 481: that would end the phone's own dialog.
        return switch.respond_in(leg, server, 491);
    };
    let Ok(refer_to) = request.headers().get::<ReferTo>() else {
        return switch.respond_in(leg, server, 400);
    };
    let Some(target) = refer_to
        .uri()
        .user()
        .map(|u| String::from_utf8_lossy(&u).into_owned())
    else {
        return switch.respond_in(leg, server, 400);
    };
    let replaces = refer_to
        .uri()
        .as_sip()
        .and_then(|uri| uri.header("Replaces"));
    switch.respond_in(leg, server, 202);
    let keeps = talk::side(switch, call, kept).unwrap_or(CallSide::Caller);
    match replaces.map(|text| replace::parse(&text)) {
        None => {
            let callee = switch.handed_to(call, &target);
            let handing = Handing {
                by: leg,
                kept,
                keeps,
                to: target,
                from_board: None,
            };
            // The phone has been told.
            let _ = hand_on(switch, call, handing, callee);
        }
        Some(Some(replaces)) => attended::begin(switch, call, leg, (kept, keeps), &replaces),
        Some(None) => report(switch, leg, 400, true),
    }
}

/// The board hands one party of a talk to a number.
pub(crate) fn begin_from_board(
    switch: &mut Switch,
    call: CallId,
    keeps: CallSide,
    to: &str,
    asker: Asker,
) -> Result<(), CommandRefusal> {
    let to = office::clean_text(to).into_owned();
    let callee = switch.handed_to(call, &to);
    hand_on_from_board(switch, call, keeps, to, (callee, asker))
}

/// The board hands one party of a talk to a person or a place of the office, or `to_whom` says why
/// not.
pub(crate) fn hand_on_from_board(
    switch: &mut Switch,
    call: CallId,
    keeps: CallSide,
    to: String,
    (to_whom, asker): (Result<HandedTo, RefusalReason>, Asker),
) -> Result<(), CommandRefusal> {
    let talk = talk::of(switch, call).ok_or(CommandRefusal::NotNow)?;
    let (kept, by) = (talk.on(keeps), talk.on(keeps.other()));
    let is_free = |leg: LegId| switch.legs.get(&leg).is_some_and(|l| l.errand.is_none());
    if !is_free(kept) || !is_free(by) {
        return Err(CommandRefusal::NotNow);
    }
    let handing = Handing {
        by,
        kept,
        keeps,
        to,
        from_board: Some(asker),
    };
    hand_on(switch, call, handing, to_whom).map_err(CommandRefusal::Call)
}

/// Rings whoever one party is handed to, for them; the two go on talking meanwhile. Where the office
/// itself attends to them they are at once.
fn hand_on(
    switch: &mut Switch,
    call: CallId,
    handing: Handing,
    to_whom: Result<HandedTo, RefusalReason>,
) -> Result<(), RefusalReason> {
    let Handing {
        by,
        kept,
        keeps,
        to,
        from_board,
    } = handing;
    let by_party = switch.party(by);
    let asker = from_board.is_none().then_some(by);
    switch.tell(What::TransferBegan {
        call,
        by: by_party.clone(),
        to,
        attended: false,
        from_board: from_board.is_some(),
    });
    let to_ring = match to_whom {
        Ok(HandedTo::Place(place)) => {
            let done = place_at(switch, call, (by, kept), place);
            match done {
                Ok(()) => report_to(switch, asker, 200, true),
                Err(reason) => failed_at_once(switch, call, asker, reason),
            }
            if done.is_ok() {
                switch.with_session(by, |session, ctx| session.hangup(ctx, None));
            }
            return done;
        }
        Ok(HandedTo::Slot(slot)) => {
            let to_park = ToPark {
                kept,
                keeps,
                by: Some(by_party),
                slot,
                door: None,
                wait: None,
            };
            return park_at(switch, call, (by, asker), to_park);
        }
        Ok(HandedTo::Person(person)) => Ok(ToRing::Person(person)),
        Ok(HandedTo::Peer(peer, number)) => {
            let way = handing_on(from_board);
            let (pays, hairpin) = who_pays(switch, by, kept);
            let permit = switch.permit_peer_for(call, pays, (peer, &number), (way, hairpin));
            permit.map(ToRing::Peer)
        }
        Ok(HandedTo::Outside(number, dialled)) => {
            let way = match dialled {
                WayOut::Dialled => handing_on(from_board),
                way => way,
            };
            permit(switch, call, (by, kept), &number, way).map(ToRing::Outside)
        }
        Err(reason) => Err(reason),
    };
    let rung = to_ring.and_then(|to_ring| {
        // Whoever is in this call already needs no room for it.
        if let ToRing::Person(person) = &to_ring
            && by_party.person != Some(*person)
            && !switch.admission.has_room(&switch.office(), *person)
        {
            return Err(RefusalReason::PersonBusy);
        }
        let transfer = Transfer {
            by: Some(by),
            by_party,
            asker,
            kept,
            keeps,
            legs: BTreeSet::new(),
            until: switch.now() + TRANSFER_RING,
            worst: None,
            offered_kept: true,
            returning: false,
        };
        ring_for(switch, call, transfer, to_ring)
    });
    match rung {
        Ok(()) => report_to(switch, asker, 100, false),
        Err(reason) => {
            failed_at_once(switch, call, asker, reason);
            emergency::came_to_nothing(switch, call, [Some(by), Some(kept)]);
        }
    }
    rung
}

/// The way out for a party who is handed on.
fn handing_on(from_board: Option<Asker>) -> WayOut {
    match from_board {
        Some(Asker::Program) => WayOut::Api,
        Some(Asker::Somebody) => WayOut::Transfer,
        None => WayOut::Refer,
    }
}

/// Asks the gate for a party who is handed on to a number outside: whoever hands on pays, or who is
/// handed on, if only they are of the office.
fn permit(
    switch: &mut Switch,
    call: CallId,
    (by, kept): (LegId, LegId),
    number: &str,
    way: WayOut,
) -> Result<Permit, RefusalReason> {
    let (pays, hairpin) = who_pays(switch, by, kept);
    switch.permit_for(call, pays, number, (way, hairpin))
}

/// Who pays for where a party is handed on to, and whether that party is on a line already.
fn who_pays(switch: &Switch, by: LegId, kept: LegId) -> (LegId, bool) {
    let pays = match switch.party(by).person {
        Some(_) => by,
        None => kept,
    };
    (pays, switch.party(kept).line.is_some())
}

/// One party comes to where the office attends to them; the other has done their part.
fn place_at(
    switch: &mut Switch,
    call: CallId,
    (by, kept): (LegId, LegId),
    place: attend::Place,
) -> Result<(), RefusalReason> {
    if switch
        .legs
        .get(&kept)
        .is_none_or(|leg| leg.errand.is_some())
    {
        return Err(RefusalReason::BadMedia); // the two phones are agreeing on something else
    }
    let to = place.party(&switch.office());
    let by = switch.party(by);
    attend::take_on(switch, call, kept, place, |switch| {
        recording::on_left(switch, call);
        listen_in::on_left(switch, call);
        switch.tell(What::TransferDone { call, by, to });
    })
}

/// One party waits in a parking slot; the other has done their part once they know which.
fn park_at(
    switch: &mut Switch,
    call: CallId,
    (by, asker): (LegId, Option<LegId>),
    to_park: ToPark,
) -> Result<(), RefusalReason> {
    let chosen = to_park.slot.is_some();
    match park::begin(switch, call, to_park) {
        Err(reason) => {
            failed_at_once(switch, call, asker, reason);
            return Err(reason);
        }
        Ok(slot) if !chosen && asker.is_some() && park::tells(switch, call, by, slot) => {}
        Ok(_) => {
            report_to(switch, asker, 200, true);
            switch.with_session(by, |session, ctx| session.hangup(ctx, None));
        }
    }
    Ok(())
}

fn failed_at_once(switch: &mut Switch, call: CallId, asker: Option<LegId>, reason: RefusalReason) {
    let status = reason.status();
    report_to(switch, asker, status, true);
    switch.tell(What::TransferFailed { call, status });
}

/// Rings a person's devices for the kept party, but not the phone that hands them on.
fn ring_for(
    switch: &mut Switch,
    call: CallId,
    mut transfer: Transfer,
    to_ring: ToRing,
) -> Result<(), RefusalReason> {
    let kept = transfer.kept;
    let offer = switch.description_of(kept);
    let ring = Ring {
        from: Some(switch.shown(call, kept)),
        for_leg: Some(kept),
        offer: Some(offer.ok_or(RefusalReason::BadMedia)?),
        except: transfer.by.and_then(|by| switch.party(by).device),
        ..Ring::of_call(switch, call)
    };
    let legs = match to_ring {
        ToRing::Person(person) => switch.call_devices(call, person, &ring)?,
        ToRing::Peer(permit) => vec![call_peer::ring_there(switch, call, permit, &ring)?],
        ToRing::Outside(permit) => vec![call_out::ring_outside(switch, call, permit, &ring)?],
    };
    if legs.is_empty() {
        return Err(RefusalReason::NobodyOnline);
    }
    transfer.legs.extend(legs);
    switch.wake_call_at(call, transfer.until, Deadline::Transfer(call));
    if let Some(state) = switch.calls.get_mut(&call) {
        state.activity = Activity::Transferring(transfer);
    }
    Ok(())
}

/// The target's phone says 1xx.
pub(crate) fn on_progress(switch: &mut Switch, call: CallId, leg: LegId, status: u16) {
    let Some(state) = transfer(switch, call) else {
        return;
    };
    if status < 180 || !state.legs.contains(&leg) {
        return;
    }
    let asker = state.asker;
    switch.tell(What::DeviceRang { call, leg: leg.0 });
    report_to(switch, asker, status, false);
}

/// The target answered: the two are put together and the one who transferred is let go.
pub(crate) fn on_answered(switch: &mut Switch, call: CallId, leg: LegId, sdp: Option<Bytes>) {
    let Some(state) = transfer(switch, call) else {
        return;
    };
    if !state.legs.remove(&leg) {
        return;
    }
    let losers = std::mem::take(&mut state.legs);
    let (by, kept, offered_kept) = (state.by.take(), state.kept, state.offered_kept);
    let (asker, keeps, returning) = (state.asker.take(), state.keeps, state.returning);
    let by_party = state.by_party.clone();
    for loser in losers {
        ring::stop(switch, call, loser, StopReason::AnsweredElsewhere);
    }
    let Some(sdp) = sdp else {
        switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
        return fail(switch, call, Refused::Failed(488));
    };
    let to = switch.party(leg);
    switch.tell(What::CallAnswered {
        call,
        leg: leg.0,
        by: to.clone(),
        side: keeps.other(),
    });
    talk::begin_beside(switch, call, (kept, keeps), leg);
    switch.count_for(call, [kept, leg]);
    if offered_kept {
        let passed = switch.pass_on(leg, kept, &sdp, Said::Offer);
        join::offer(switch, kept, passed.ok(), Errand::JoinBack { with: leg });
    } else {
        switch.keep_description(leg, &sdp);
        join::join(switch, kept, leg);
    }
    report_to(switch, asker, 200, true);
    if let Some(by) = by {
        switch.with_session(by, |session, ctx| session.hangup(ctx, None));
    }
    // Back with the one who transferred, the call is as it was.
    if !returning {
        switch.tell(What::TransferDone {
            call,
            by: by_party,
            to,
        });
    }
}

/// A phone of the target refuses.
pub(crate) fn on_rejected(switch: &mut Switch, call: CallId, leg: LegId, status: u16) {
    let Some(state) = transfer(switch, call) else {
        return;
    };
    if !state.legs.remove(&leg) {
        return;
    }
    let why = Refused::of(status);
    state.worst = state.worst.max(Some(why));
    let over = state.legs.is_empty();
    switch.tell(What::DeviceStopped {
        call,
        leg: leg.0,
        reason: why.stop_reason(),
    });
    if over {
        fail(switch, call, why);
    }
}

/// One of the parties hung up meanwhile.
pub(crate) fn on_ended(switch: &mut Switch, call: CallId, leg: LegId, reason: EndReason) {
    let Some(state) = transfer(switch, call) else {
        return;
    };
    if state.by == Some(leg) {
        (state.by, state.asker) = (None, None); // the usual end: the phone leaves at once
        return;
    }
    if state.kept != leg {
        return;
    }
    let (by, legs) = (state.by.take(), std::mem::take(&mut state.legs));
    let asker = state.asker.take();
    for ringing in legs {
        ring::stop(switch, call, ringing, StopReason::CallerGaveUp);
    }
    report_to(switch, asker, 487, true);
    if let Some(by) = by {
        switch.with_session(by, |session, ctx| session.hangup(ctx, None));
    }
    let party = switch.party(leg);
    switch.end(call, reason, Some(party));
}

/// The target has rung long enough.
pub(crate) fn on_deadline(switch: &mut Switch, call: CallId) {
    let now = switch.now();
    let Some(state) = transfer(switch, call) else {
        return;
    };
    if state.until > now {
        return;
    }
    let legs = std::mem::take(&mut state.legs);
    for leg in legs {
        ring::stop(switch, call, leg, StopReason::RangOut);
    }
    fail(switch, call, Refused::RangOut);
}

/// Ends a transfer that the office itself ends.
pub(crate) fn end(switch: &mut Switch, call: CallId) {
    let Some(state) = transfer(switch, call) else {
        return;
    };
    let legs = std::mem::take(&mut state.legs);
    let others = [state.by, Some(state.kept)];
    for leg in legs {
        ring::stop(switch, call, leg, StopReason::CallEnded);
    }
    for leg in others.into_iter().flatten() {
        switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
    }
}

/// The target cannot be had: back to the one who transferred, or to their phones.
fn fail(switch: &mut Switch, call: CallId, why: Refused) {
    let Some(state) = transfer(switch, call) else {
        return;
    };
    let (by, asker, returning) = (state.by, state.asker, state.returning);
    let (kept, keeps) = (state.kept, state.keeps);
    let by_party = state.by_party.clone();
    switch.tell(What::TransferFailed {
        call,
        status: why.status(),
    });
    emergency::came_to_nothing(switch, call, [by, Some(kept)]);
    report_to(switch, asker, why.status(), true);
    if let Some(by) = by {
        return talk::begin_beside(switch, call, (kept, keeps), by);
    }
    // They hung up trusting the transfer: nobody is left hanging, their phones ring again.
    let again = match by_party.person {
        Some(person) if !returning => {
            let back = Transfer {
                by: None,
                by_party,
                asker: None,
                kept,
                keeps,
                legs: BTreeSet::new(),
                until: switch.now() + TRANSFER_RING,
                worst: None,
                offered_kept: true,
                returning: true,
            };
            ring_for(switch, call, back, ToRing::Person(person))
        }
        _ => Err(RefusalReason::NobodyOnline),
    };
    if again.is_err() {
        switch.with_session(kept, |session, ctx| session.hangup(ctx, None));
        switch.end(call, EndReason::NobodyAnswered, None);
    }
}

/// The same where the board may have asked, which is told by what happens.
fn report_to(switch: &mut Switch, asker: Option<LegId>, status: u16, last: bool) {
    if let Some(asker) = asker {
        report(switch, asker, status, last);
    }
}

/// Tells the phone that asked for a transfer how it goes (RFC 3515 §2.4.4).
pub(crate) fn report(switch: &mut Switch, leg: LegId, status: u16, last: bool) {
    let Some(status) = StatusCode::new(status) else {
        return;
    };
    let body = format!("SIP/2.0 {status} {}\r\n", status.reason());
    let state = if last {
        "terminated;reason=noresource"
    } else {
        "active;expires=60"
    };
    let headers = vec![
        ("Event".to_owned(), Bytes::from_static(b"refer")),
        (
            "Subscription-State".to_owned(),
            Bytes::from_static(state.as_bytes()),
        ),
    ];
    let body = Some(("message/sipfrag;version=2.0", Bytes::from(body)));
    switch.with_session(leg, |session, ctx| {
        session.send(ctx, Method::Notify, body, &headers)
    });
}

fn transfer(switch: &mut Switch, call: CallId) -> Option<&mut Transfer> {
    match &mut switch.calls.get_mut(&call)?.activity {
        Activity::Transferring(transfer) => Some(transfer),
        _ => None,
    }
}
