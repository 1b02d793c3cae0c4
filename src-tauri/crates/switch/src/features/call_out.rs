//! Calling a number outside: the legs that ring on lines, one after the other until one takes the
//! call.
//!
//! A leg on a line is rung, answered and hung up as any other leg; what is different is here: it
//! needs a [`Permit`], its line's password answers challenges, and when its line cannot carry the
//! call, the next line of the permit is tried in its place and nobody else notices.

use crate::{
    arrival::Ring,
    call::Activity,
    features::cut_off,
    features::{
        call_peer,
        ring::{self, Ringing, Whom},
    },
    fuse::{ChargeId, FuseId},
    gate::{Called, Permit},
    happening::{EndReason, LineTrouble, MediaWay, Party, RefusalReason, StopReason, What},
    hops,
    leg::{LegId, Place},
    limits::{EMERGENCY_RING, OUTSIDE_RING},
    lines::{self, Callee, ShownAs},
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use office::{CallId, MediaPolicy, TrunkId};
use sip_dialog::{Ctx, Invite, Reliable, Session, SessionConfig, SessionState};
use sip_message::{Method, Request, Response, StatusCode, header::RetryAfter};
use sip_server::line::{Attempt, CallLogin, NextLine, Step, verdict};
use sip_transaction::{ClientId, Destination};
use sip_transport::{Flow, Route};
use std::{collections::BTreeSet, time::Duration};

/// What a leg has that we called on a line.
#[derive(Debug)]
pub(crate) struct OnLine {
    line: TrunkId,
    charge: ChargeId,
    /// By which the next line is tried; none once somebody has answered.
    permit: Option<Permit>,
    attempt: Attempt,
    login: CallLogin,
    /// How the last response came.
    heard: Option<Flow>,
    for_leg: Option<LegId>,
    offer: Option<Bytes>,
    from: Option<Party>,
    /// Nothing more is to be given back.
    is_over: bool,
}

/// By which a leg outside is counted, if we called it.
pub(crate) fn charge(switch: &Switch, leg: LegId) -> Option<ChargeId> {
    let leg = switch.legs.get(&leg)?;
    let on_line = leg.on_line.as_deref().map(|on_line| on_line.charge);
    on_line.or_else(|| leg.at_peer.as_deref()?.charge)
}

/// Rings a number outside for the caller of a new call.
pub(crate) fn begin(
    switch: &mut Switch,
    call: CallId,
    caller: LegId,
    permit: Permit,
    offer: Option<Bytes>,
) {
    let rings_for = match permit.called() {
        Called::Number(_) => OUTSIDE_RING,
        Called::Emergency(_) => EMERGENCY_RING,
    };
    let until = switch.now() + rings_for;
    if let Some(state) = switch.calls.get_mut(&call) {
        state.activity = Activity::Ringing(Ringing::of(caller, Whom::Outside, until));
    }
    switch.wake_call_at(call, until, Deadline::Ring(call));
    let ring = Ring {
        from: Some(switch.party(caller)),
        for_leg: Some(caller),
        offer,
        ..Ring::of_call(switch, call)
    };
    match ring_outside(switch, call, permit, &ring) {
        Ok(leg) => ring::also_rings(switch, call, leg),
        Err(reason) => switch.refuse(call, caller, reason),
    }
}

/// Calls a number outside on the first of its lines that takes the call. Gives the leg, which rings
/// for whoever asked.
pub(crate) fn ring_outside(
    switch: &mut Switch,
    call: CallId,
    mut permit: Permit,
    ring: &Ring,
) -> Result<LegId, RefusalReason> {
    loop {
        let trouble = match invite(switch, call, &permit, ring) {
            Ok((leg, attempt)) => {
                keep(switch, leg, permit, attempt, ring);
                return Ok(leg);
            }
            Err(trouble) => trouble,
        };
        if let Some(failed) = permit.line() {
            let line = failed.line;
            switch.tell(What::LineFailed {
                call,
                line,
                reason: trouble,
            });
        }
        if !switch.next_line(&mut permit) {
            switch.give_back(permit);
            return Err(match trouble {
                LineTrouble::BadMedia => RefusalReason::BadMedia,
                _ => RefusalReason::LinesDown,
            });
        }
    }
}

/// Sends the INVITE on the present line of a permit.
fn invite(
    switch: &mut Switch,
    call: CallId,
    permit: &Permit,
    ring: &Ring,
) -> Result<(LegId, Attempt), LineTrouble> {
    let office = switch.office();
    let now = switch.now();
    let candidate = permit.line().ok_or(LineTrouble::Off)?;
    let line = candidate.line;
    let trunk = office.trunk(line).cloned().ok_or(LineTrouble::Off)?;
    let live = switch.lines.get_mut(line).ok_or(LineTrouble::Off)?;
    let machine = live.machine.as_mut().ok_or(LineTrouble::Off)?;
    let Some(Destination::Targets(targets)) = machine.destination(now) else {
        return Err(LineTrouble::Down);
    };
    let (routes, contact) = (machine.routes(), machine.contact(now, &switch.endpoint));
    let contact = contact.ok_or(LineTrouble::Down)?;
    let first = targets.first().ok_or(LineTrouble::Down)?;
    let flow = match switch.endpoint.transports().route(first) {
        Route::Flow(flow) | Route::Connecting(flow) => flow,
        Route::None => return Err(LineTrouble::Unreachable),
    };
    let place = Place {
        flow,
        behind_nat: false,
        policy: MediaPolicy::AlwaysRelay,
    };
    let party = callee(switch, permit.called(), line);
    let id = switch.new_leg_id();
    let mut leg = switch.leg_to_be(id, call, party.clone(), place);
    leg.way = MediaWay::Relayed;
    let offer = match (&ring.offer, ring.for_leg) {
        (Some(offer), Some(from)) => {
            let first = switch.first_offer(from, &mut leg, offer);
            Some(first.map_err(|_| LineTrouble::BadMedia)?)
        }
        (None, None) => Some(
            switch
                .own_first_offer(&mut leg)
                .ok_or(LineTrouble::BadMedia)?,
        ),
        _ => None,
    };
    let shown = ShownAs {
        number: candidate.shows.number.as_ref(),
        hidden: candidate.shows.hidden,
        forwarded: candidate.shows.forwarded.as_ref(),
    };
    let called = match permit.called() {
        Called::Number(number) => Callee::Number(number),
        Called::Emergency(number) => Callee::AsDialled(&number.send),
    };
    let country = office.settings().country.as_ref();
    let written = lines::write(&trunk, called, shown, country);
    let headers = match permit.called() {
        Called::Number(_) => hops::passed_on(switch, call, written.headers),
        // A call for help does not run out of steps.
        Called::Emergency(_) => written.headers,
    };
    let own = office.settings().session_expires;
    let invite = Invite {
        request_uri: written.request_uri,
        from: written.from,
        to: written.to,
        contact,
        call_id: None,
        routes,
        sdp: offer,
        headers,
        config: SessionConfig {
            session_expires: Some(trunk.session_expires.unwrap_or(own)),
            reliable: Reliable::Supported,
            answers_challenges: true,
            ..SessionConfig::default()
        },
    };
    let mut ctx = Ctx {
        now,
        endpoint: &mut switch.endpoint,
    };
    let session = Session::invite(&mut ctx, Destination::Targets(targets), invite);
    let leg = leg.with_session(session);
    switch.add_leg(leg);
    let shows = shown.number.filter(|_| !shown.hidden);
    switch.tell(What::LineChosen {
        call,
        line,
        shows: shows.map(|number| number.as_str().to_owned()),
        forwarded: shown
            .forwarded
            .map(|forwarded| forwarded.number.to_string()),
    });
    switch.tell(What::DeviceCalled {
        call,
        leg: id.0,
        to: party,
        media: Some(MediaWay::Relayed),
    });
    let live = switch.lines.get_mut(line);
    let machine = live.and_then(|live| live.machine.as_mut());
    let attempt = machine.map(|machine| machine.begin_call(now));
    Ok((id, attempt.unwrap_or_else(|| Attempt::new(now))))
}

/// Notes what a leg needs to try the next line.
fn keep(switch: &mut Switch, leg: LegId, permit: Permit, attempt: Attempt, ring: &Ring) {
    let Some(line) = permit.line().map(|candidate| candidate.line) else {
        return switch.give_back(permit);
    };
    let on_line = OnLine {
        line,
        charge: permit.charge(),
        permit: Some(permit),
        attempt,
        login: CallLogin::default(),
        heard: None,
        for_leg: ring.for_leg,
        offer: ring.offer.clone(),
        from: ring.from.clone(),
        is_over: false,
    };
    if let Some(state) = switch.legs.get_mut(&leg) {
        state.on_line = Some(Box::new(on_line));
    }
    arm(switch, leg);
}

fn arm(switch: &mut Switch, leg: LegId) {
    let Some(state) = switch.legs.get(&leg) else {
        return;
    };
    let due = state
        .on_line
        .as_ref()
        .and_then(|on| on.attempt.next_timeout());
    if let Some(at) = due {
        let call = state.call;
        switch.wake_call_at(call, at, Deadline::CallOut(leg));
    }
}

/// Who is called, as they are shown: by the name some list of callers has for them.
fn callee(switch: &Switch, called: &Called, line: TrunkId) -> Party {
    let (number, name) = match called {
        Called::Number(number) => (number.as_str(), switch.name_outside(number.as_str())),
        Called::Emergency(number) => (number.number.as_str(), None),
    };
    Party {
        name: name.unwrap_or_default(),
        number: number.to_owned(),
        line: Some(line),
        ..Party::default()
    }
}

/// A response came to something a leg on a line has sent, before its session hears of it.
pub(crate) fn on_response(switch: &mut Switch, leg: LegId, response: &Response, flow: Flow) {
    let now = switch.now();
    let Some(on_line) = on_line(switch, leg) else {
        return;
    };
    on_line.heard = Some(flow);
    let line = on_line.line;
    let is_invite = response
        .cseq()
        .is_ok_and(|cseq| cseq.method == Method::Invite);
    let challenges = matches!(response.status().code(), 401 | 407);
    if is_invite
        && response.status().code() == 503
        && let Ok(wait) = response.headers().get::<RetryAfter>()
    {
        let wait = Duration::from_secs(wait.seconds.into());
        on_line.attempt.asked_to_wait(wait);
    }
    if is_invite && !challenges && on_line.permit.is_some() {
        // What is final is heard of once more, as what became of the session.
        let _ = on_line.attempt.on_response(now, response.status(), false);
    }
    let machine = switch
        .lines
        .get_mut(line)
        .and_then(|live| live.machine.as_mut());
    if let Some(machine) = machine {
        let ctx = Ctx {
            now,
            endpoint: &mut switch.endpoint,
        };
        machine.on_call_response(&ctx, response, &flow);
    }
}

/// Somebody wants a password: the line's own server gets it, for a call that we began there.
pub(crate) fn on_challenged(
    switch: &mut Switch,
    leg: LegId,
    client: ClientId,
    request: &Request,
    response: &Response,
) {
    let now = switch.now();
    let at_peer = call_peer::answer_challenge(switch, leg, request, response);
    let answer = at_peer.or_else(|| {
        let on_line = switch.legs.get_mut(&leg)?.on_line.as_mut()?;
        let flow = on_line.heard?;
        let live = switch.lines.get_mut(on_line.line)?;
        let machine = live.machine.as_mut()?;
        let mut ctx = Ctx {
            now,
            endpoint: &mut switch.endpoint,
        };
        let login = &mut on_line.login;
        let answer = machine.answer_challenge(&mut ctx, login, request, response, &flow);
        if request.method() == Method::Invite && on_line.permit.is_some() {
            let _ = on_line
                .attempt
                .on_response(now, response.status(), answer.is_ok());
        }
        answer.ok()
    });
    match answer {
        Some(lines) => {
            switch.with_session(leg, |session, ctx| session.authorize(ctx, client, &lines));
        }
        None => {
            switch.with_session(leg, |session, ctx| session.decline_challenge(ctx, client));
        }
    }
}

/// A leg on a line came to nothing. `true`: another line is tried in its place.
pub(crate) fn on_rejected(switch: &mut Switch, call: CallId, leg: LegId, status: u16) -> bool {
    let Some(mut on_line) = switch.legs.get_mut(&leg).and_then(|l| l.on_line.take()) else {
        return false;
    };
    let Some(permit) = on_line.permit.take().filter(|_| !on_line.is_over) else {
        return false;
    };
    end_attempt(switch, &on_line);
    let rang = on_line.attempt.rang();
    let code = StatusCode::new(status);
    // It was offered nothing but encrypted sound and takes none; another line may have other wishes.
    let not_encrypted =
        matches!(status, 415 | 488) && switch.line_that_must_encrypt(leg) == Some(on_line.line);
    let tries_next = not_encrypted || code.is_some_and(|code| verdict(code, rang) == NextLine::Try);
    let trouble = match status {
        _ if not_encrypted => LineTrouble::NotEncrypted,
        300..=399 => LineTrouble::Redirects,
        401 | 407 => LineTrouble::Challenges,
        408 if !on_line.attempt_was_heard() => LineTrouble::NoAnswer,
        503 if !on_line.attempt_was_heard() => LineTrouble::Unreachable,
        status => LineTrouble::Status(status),
    };
    if tries_next || trouble == LineTrouble::Redirects || trouble == LineTrouble::Challenges {
        switch.tell(What::LineFailed {
            call,
            line: on_line.line,
            reason: trouble,
        });
    }
    let is_wanted = rings(switch, call).is_some_and(|legs| legs.contains(&leg));
    if !tries_next || !is_wanted {
        switch.give_back(permit);
        return false;
    }
    try_next(switch, call, leg, (permit, *on_line))
}

/// A line has said nothing to the call for too long: its next server is tried, or the next line.
pub(crate) fn on_deadline(switch: &mut Switch, call: CallId, leg: LegId) {
    let now = switch.now();
    let Some(on_line) = on_line(switch, leg) else {
        return;
    };
    if on_line.permit.is_none() || on_line.attempt.next_timeout().is_none_or(|at| at > now) {
        return arm(switch, leg);
    }
    match on_line.attempt.handle_timeout(now) {
        Step::Wait | Step::Stop => return arm(switch, leg),
        Step::NextTarget => {
            let invite = switch
                .legs
                .get(&leg)
                .and_then(|l| l.session.clients().next());
            let moved = invite.is_some_and(|client| switch.endpoint.try_next_target(now, client));
            if moved {
                return arm(switch, leg);
            }
        }
        Step::NextLine => {}
    }
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    let is_last = state.on_line.as_ref().is_some_and(|on| {
        let permit = on.permit.as_ref();
        permit.is_none_or(|permit| permit.lines().last().map(|l| l.line) == Some(on.line))
    });
    if is_last {
        return; // a slow line is better than none
    }
    let Some(mut on_line) = state.on_line.take() else {
        return;
    };
    end_attempt(switch, &on_line);
    switch.tell(What::LineFailed {
        call,
        line: on_line.line,
        reason: LineTrouble::NoAnswer,
    });
    switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
    if let Some(permit) = on_line.permit.take()
        && !try_next(switch, call, leg, (permit, *on_line))
    {
        switch.leg_rejected(call, leg, 408);
    }
}

/// Tries the next line of a permit in the place of a leg that failed.
fn try_next(
    switch: &mut Switch,
    call: CallId,
    failed: LegId,
    (mut permit, on_line): (Permit, OnLine),
) -> bool {
    if !switch.next_line(&mut permit) {
        switch.give_back(permit);
        return false;
    }
    let ring = Ring {
        from: on_line.from,
        for_leg: on_line.for_leg,
        offer: on_line.offer,
        ..Ring::of_call(switch, call)
    };
    let Ok(next) = ring_outside(switch, call, permit, &ring) else {
        return false;
    };
    if let Some(legs) = rings(switch, call) {
        legs.remove(&failed);
        legs.insert(next);
    }
    switch.tell(What::DeviceStopped {
        call,
        leg: failed.0,
        reason: StopReason::NextLine,
    });
    true
}

/// Whoever was called outside has answered: from now on the call is paid for.
pub(crate) fn on_answered(switch: &mut Switch, leg: LegId) {
    if let Some(charge) = charge_at_peer(switch, leg) {
        return switch.outside_answered(charge);
    }
    let Some(on_line) = on_line(switch, leg) else {
        return;
    };
    let charge = on_line.charge;
    if on_line.permit.take().is_none() {
        return;
    }
    if let Some(on_line) = switch.legs.get_mut(&leg).and_then(|l| l.on_line.take()) {
        end_attempt(switch, &on_line);
        if let Some(state) = switch.legs.get_mut(&leg) {
            state.on_line = Some(on_line);
        }
    }
    switch.outside_answered(charge);
}

/// After a leg's session was used: once it is no longer in its call, everything is given back.
pub(crate) fn on_settled(switch: &mut Switch, leg: LegId) {
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    let in_call = matches!(
        state.session.state(),
        SessionState::AwaitingAnswer | SessionState::AwaitingOurAnswer | SessionState::Talking
    );
    if !in_call {
        over(switch, leg);
    }
}

/// A leg is gone: everything is given back.
pub(crate) fn over(switch: &mut Switch, leg: LegId) {
    if let Some(charge) = charge_at_peer(switch, leg) {
        return switch.outside_over(charge);
    }
    let Some(on_line) = on_line(switch, leg) else {
        return;
    };
    if std::mem::replace(&mut on_line.is_over, true) {
        return;
    }
    let charge = on_line.charge;
    match on_line.permit.take() {
        Some(permit) => {
            if let Some(on_line) = switch.legs.get_mut(&leg).and_then(|l| l.on_line.take()) {
                end_attempt(switch, &on_line);
            }
            switch.give_back(permit);
        }
        None => switch.outside_over(charge),
    }
}

/// A limit of the day is used up: the call ends.
pub(crate) fn fuse_blown(switch: &mut Switch, call: CallId, _charge: ChargeId, _fuse: FuseId) {
    cut_off::begin(switch, call, EndReason::FuseBlown);
}

impl OnLine {
    /// Whether the line has said anything to the call.
    fn attempt_was_heard(&self) -> bool {
        self.heard.is_some()
    }
}

fn end_attempt(switch: &mut Switch, on_line: &OnLine) {
    let now = switch.now();
    let live = switch.lines.get_mut(on_line.line);
    if let Some(machine) = live.and_then(|live| live.machine.as_mut()) {
        machine.end_call(now, &on_line.attempt);
    }
}

fn charge_at_peer(switch: &Switch, leg: LegId) -> Option<ChargeId> {
    switch.legs.get(&leg)?.at_peer.as_deref()?.charge
}

fn on_line(switch: &mut Switch, leg: LegId) -> Option<&mut OnLine> {
    switch.legs.get_mut(&leg)?.on_line.as_deref_mut()
}

/// The legs of a call that may still be answered.
fn rings(switch: &mut Switch, call: CallId) -> Option<&mut BTreeSet<LegId>> {
    match &mut switch.calls.get_mut(&call)?.activity {
        Activity::Ringing(ringing) => Some(&mut ringing.legs),
        Activity::Transferring(transfer) => Some(&mut transfer.legs),
        Activity::Fetching(fetching) => Some(&mut fetching.legs),
        _ => None,
    }
}

impl Switch {
    /// The name that some list of callers has for a number outside.
    pub(crate) fn name_outside(&self, number: &str) -> Option<String> {
        let office = self.office();
        let compared = numbering::compared(number, &numbering::Dialling::of(&office));
        let mut lists = office.caller_lists();
        lists.find_map(|list| {
            let name = list.find(&compared).map(|caller| caller.name.clone());
            name.filter(|name| !name.is_empty())
        })
    }
}
