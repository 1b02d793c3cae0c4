//! Answering a phone for the office itself, and what is agreed with it on its sound: the answer, new
//! offers of its own, other ports.

use super::{of, steps};
use crate::{
    features::{flow, join, listen_in, talk},
    happening::{EndReason, MediaWay, RefusalReason},
    leg::{Errand, LegId},
    media_way::Wanted,
    rooms,
    switch::Switch,
};
use bytes::Bytes;
use media::MediaCommand;
use office::CallId;
use sip_dialog::SessionState;
use sip_sdp::{Direction, SessionDescription};

/// The phone offers something new, such as a hold, or asks what we would offer.
pub(crate) fn on_offer(switch: &mut Switch, leg: LegId, sdp: Option<Bytes>) {
    let theirs = sdp.map(|sdp| SessionDescription::parse(&sdp));
    let ports = switch.legs.get(&leg).and_then(|l| l.ports);
    let Some(ports) = ports else {
        return talk::refuse_offer(switch, leg, 488);
    };
    let answer = match theirs {
        Some(Ok(offer)) if switch.may_send_to(leg, &offer) => {
            let at = (ports.rtp(), ports.rtcp());
            let both = Direction::SendRecv;
            let answer = switch.own_answer(leg, &offer, at, both, Wanted::Decodable);
            if let (Some(_), Some(state)) = (&answer, switch.legs.get_mut(&leg)) {
                state.theirs = Some(offer);
            }
            answer
        }
        Some(_) => None,
        None => switch.own_offer(leg, ports),
    };
    match answer {
        Some(answer) => {
            switch.with_session(leg, |session, ctx| {
                session.accept_offer(ctx, Some(answer), &[]);
            });
            switch.open_stream(leg);
            if let Some(call) = switch.legs.get(&leg).map(|leg| leg.call) {
                rooms::rewire(switch, call);
                listen_in::rewire(switch, call);
            }
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
        let is_first = state.theirs.replace(theirs).is_none();
        let call = state.call;
        switch.open_stream(leg);
        if is_first {
            steps::repeat(switch, call, leg); // until now nobody knew how to say it to them
        }
    }
}

/// Another program holds the ports: the phone is told others.
pub(crate) fn retake_ports(switch: &mut Switch, call: CallId) {
    let Some(leg) = of(switch, call).map(|attending| attending.leg) else {
        return;
    };
    match describe(switch, leg) {
        Ok(sdp) => {
            rooms::rewire(switch, call);
            listen_in::rewire(switch, call);
            let attending = of(switch, call).map(|a| (a.echoes, a.said.clone()));
            let (echoes, said) = attending.unwrap_or_default();
            if echoes {
                steps::echo_to(switch, leg, true);
            }
            // At the ports they could not have, nobody heard it.
            if switch
                .legs
                .get(&leg)
                .is_some_and(|leg| leg.playing.is_some())
            {
                steps::say_to(switch, leg, said);
            }
            join::offer(switch, leg, Some(sdp), Errand::Announce);
        }
        Err(_) => switch.hang_up(call, EndReason::Failed),
    }
}

/// The same for a caller whose phone may be up, and whose sound may come to us already.
pub(crate) fn answer_here(switch: &mut Switch, leg: LegId) -> Result<(), RefusalReason> {
    if switch.is_answered(leg) && flow::is_with_us(switch, leg) {
        switch.open_stream(leg);
        return Ok(());
    }
    answer(switch, leg, None)
}

/// Answers the phone, and opens our ports to it.
pub(super) fn answer(
    switch: &mut Switch,
    leg: LegId,
    offer: Option<Bytes>,
) -> Result<(), RefusalReason> {
    let offered = match offer {
        Some(sdp) => Some(SessionDescription::parse(&sdp).map_err(|_| RefusalReason::BadMedia)?),
        None => switch.legs.get(&leg).and_then(|l| l.theirs.clone()),
    };
    let is_good = |offer: &SessionDescription| switch.may_send_to(leg, offer);
    if offered.as_ref().is_some_and(|offer| !is_good(offer)) {
        return Err(RefusalReason::BadMedia);
    }
    if let Some(state) = switch.legs.get_mut(&leg) {
        state.theirs = offered.or(state.theirs.take());
        state.way = MediaWay::Relayed;
    }
    let sdp = describe(switch, leg)?;
    let state = switch.legs.get(&leg).map(|leg| leg.session.state());
    match state {
        // Its owner was called by us and has picked up.
        Some(SessionState::Talking | SessionState::AwaitingAck) => {
            join::offer(switch, leg, Some(sdp), Errand::Announce);
        }
        Some(SessionState::AwaitingOurAnswer) => {
            switch.with_session(leg, |session, ctx| session.provide_answer(ctx, sdp));
        }
        _ => {
            switch.with_session(leg, |session, ctx| session.answer(ctx, Some(sdp), &[]));
        }
    }
    Ok(())
}

/// What the phone is told of our sound: an answer to what it said, or an offer. Takes ports and
/// opens them.
pub(super) fn describe(switch: &mut Switch, leg: LegId) -> Result<Bytes, RefusalReason> {
    let now = switch.now();
    let state = switch.legs.get(&leg).ok_or(RefusalReason::BadMedia)?;
    let theirs = state.theirs.clone();
    let ports = match state.ports {
        Some(ports) => ports,
        None => {
            let taken = switch.ports.take(now);
            taken.map_err(|_| RefusalReason::NoMediaPorts)?
        }
    };
    if let Some(state) = switch.legs.get_mut(&leg) {
        state.ports = Some(ports);
    }
    let described = match &theirs {
        Some(theirs) => {
            let at = (ports.rtp(), ports.rtcp());
            switch.own_answer(leg, theirs, at, Direction::SendRecv, Wanted::Decodable)
        }
        None => switch.own_offer(leg, ports),
    };
    let Some(described) = described else {
        switch.close_ports(leg);
        return Err(RefusalReason::BadMedia);
    };
    if let Some(stream) = switch.open_stream(leg) {
        let to = media::Wiring::Nothing;
        switch.order(MediaCommand::Wire { stream, to });
    }
    Ok(described)
}
