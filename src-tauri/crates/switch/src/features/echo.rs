//! The echo test of a phone that speaks no codec the office does, or whose sound is encrypted. The
//! office answers with the first codec it offers, and each packet is sent back to where it was
//! vouched to come from, undecoded. To all others it is explained
//! ([`TestLine`](crate::features::attend)).

use crate::{
    call::Activity,
    features::{attend, join, talk},
    happening::{EndReason, LineTest, MediaWay, RefusalReason, What},
    leg::{Errand, LegId},
    limits::ECHO_TEST_AT_MOST,
    media_way::Wanted,
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use media::{MediaCommand, PortPair, Wiring};
use office::CallId;
use sip_dialog::SessionState;
use sip_sdp::{Direction, SessionDescription};
use std::time::Instant;

/// Somebody hears themselves.
#[derive(Debug)]
pub(crate) struct Echo {
    leg: LegId,
    until: Instant,
}

/// Answers a phone that called, or that we called for its owner, and begins the echo.
pub(crate) fn begin(switch: &mut Switch, call: CallId, leg: LegId, offer: Option<Bytes>) {
    let offer = offer.and_then(|sdp| SessionDescription::parse(&sdp).ok());
    let Some(offer) = offer.filter(|offer| switch.may_send_to(leg, offer)) else {
        return switch.refuse(call, leg, RefusalReason::BadMedia);
    };
    if let Some(leg) = switch.legs.get_mut(&leg) {
        leg.theirs = Some(offer);
        leg.way = MediaWay::Relayed;
    }
    let answer = match open(switch, leg) {
        Ok(answer) => answer,
        Err(reason) => return switch.refuse(call, leg, reason),
    };
    switch.with_session(leg, |session, ctx| match session.state() {
        SessionState::AwaitingOurAnswer => session.provide_answer(ctx, answer),
        _ => session.answer(ctx, Some(answer), &[]),
    });
    let until = switch.now() + ECHO_TEST_AT_MOST;
    if let Some(state) = switch.calls.get_mut(&call) {
        state.activity = Activity::Echoing(Echo { leg, until });
    }
    switch.wake_call_at(call, until, Deadline::Echo(call));
    switch.tell(What::EchoBegan {
        call,
        by: attend::line_test_party(LineTest::Echo),
    });
    switch.tell_sound(call, leg);
}

/// The phone offers something new, such as a hold, or asks what we would offer.
pub(crate) fn on_offer(switch: &mut Switch, call: CallId, leg: LegId, sdp: Option<Bytes>) {
    let theirs = sdp.map(|sdp| SessionDescription::parse(&sdp));
    let ports = switch.legs.get(&leg).and_then(|l| l.ports);
    let before = switch.legs.get(&leg).and_then(|l| l.theirs.clone());
    let offer = match theirs {
        Some(Ok(offer)) if switch.may_send_to(leg, &offer) => Some(offer),
        Some(_) => None,
        None => before,
    };
    let answer = offer.and_then(|offer| {
        let answer = switch.own_answer(
            leg,
            &offer,
            at(ports?),
            Direction::SendRecv,
            Wanted::AnySound,
        )?;
        switch.legs.get_mut(&leg)?.theirs = Some(offer);
        Some(answer)
    });
    match answer {
        Some(answer) => {
            switch.with_session(leg, |session, ctx| {
                session.accept_offer(ctx, Some(answer), &[]);
            });
            switch.open_stream(leg);
            switch.tell_sound(call, leg);
        }
        None => talk::refuse_offer(switch, leg, 488),
    }
}

/// The phone said something of its sound in answer to what we said.
pub(crate) fn on_described(switch: &mut Switch, leg: LegId, sdp: &Bytes) {
    let described = SessionDescription::parse(sdp);
    if let Ok(theirs) = described
        && switch.may_send_to(leg, &theirs)
        && let Some(state) = switch.legs.get_mut(&leg)
    {
        state.theirs = Some(theirs);
        switch.open_stream(leg);
    }
}

/// Another program holds the ports: the phone is told others.
pub(crate) fn retake_ports(switch: &mut Switch, call: CallId) {
    let Some(leg) = echo(switch, call).map(|echo| echo.leg) else {
        return;
    };
    match open(switch, leg) {
        Ok(sdp) => join::offer(switch, leg, Some(sdp), Errand::Announce),
        Err(_) => switch.hang_up(call, EndReason::Failed),
    }
}

/// The phone hung up, or is gone.
pub(crate) fn on_ended(switch: &mut Switch, call: CallId, leg: LegId, reason: EndReason) {
    if echo(switch, call).is_some_and(|echo| echo.leg == leg) {
        let by = (reason == EndReason::HungUp).then(|| switch.party(leg));
        switch.end(call, reason, by);
    }
}

/// It has gone on long enough.
pub(crate) fn on_deadline(switch: &mut Switch, call: CallId) {
    let now = switch.now();
    if echo(switch, call).is_some_and(|echo| echo.until <= now) {
        switch.hang_up(call, EndReason::EndedByOffice);
    }
}

/// Hangs up.
pub(crate) fn end(switch: &mut Switch, call: CallId) {
    if let Some(leg) = echo(switch, call).map(|echo| echo.leg) {
        switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
    }
}

/// Takes ports, sends what comes there back to the phone, and gives what the phone is to be told.
fn open(switch: &mut Switch, leg: LegId) -> Result<Bytes, RefusalReason> {
    let now = switch.now();
    let theirs = switch.legs.get(&leg).and_then(|l| l.theirs.clone());
    let theirs = theirs.ok_or(RefusalReason::BadMedia)?;
    let ports = match switch.legs.get(&leg).and_then(|l| l.ports) {
        Some(ports) => ports,
        None => {
            let taken = switch.ports.take(now);
            taken.map_err(|_| RefusalReason::NoMediaPorts)?
        }
    };
    let answer = switch.own_answer(
        leg,
        &theirs,
        at(ports),
        Direction::SendRecv,
        Wanted::AnySound,
    );
    let (Some(answer), Some(state)) = (answer, switch.legs.get_mut(&leg)) else {
        switch.ports.give_back(now, ports);
        if let Some(state) = switch.legs.get_mut(&leg) {
            state.ports = None;
        }
        return Err(RefusalReason::BadMedia);
    };
    state.ports = Some(ports);
    if let Some(stream) = switch.open_stream(leg) {
        let to = Wiring::Echo;
        switch.order(MediaCommand::Wire { stream, to });
    }
    Ok(answer)
}

/// RTP and RTCP port.
fn at(ports: PortPair) -> (u16, u16) {
    (ports.rtp(), ports.rtcp())
}

fn echo(switch: &Switch, call: CallId) -> Option<&Echo> {
    match &switch.calls.get(&call)?.activity {
        Activity::Echoing(echo) => Some(echo),
        _ => None,
    }
}
