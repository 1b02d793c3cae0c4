//! Talking: two parties hear each other; either may hold, change its codecs, press keys or hang up,
//! and what one phone asks is passed to the other.

use crate::{
    call::Activity,
    features::{emergency, flow, hold, listen_in, recording},
    happening::{CallSide, EndReason, What},
    leg::{Errand, LegId},
    limits::BOTH_SILENT_END,
    line_sound,
    media_way::Said,
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use office::CallId;
use sip_dialog::OfferVia;
use sip_message::{HeaderName, Method, Request, StatusCode};
use sip_transaction::ServerId;
use std::time::Instant;

/// Two parties in talk.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) caller: LegId,
    pub(crate) callee: LegId,
    /// Since when each of the two has been silent though it ought to be heard.
    silent: [Option<Instant>; 2],
}

impl Talk {
    fn side(&self, leg: LegId) -> Option<CallSide> {
        match leg {
            leg if leg == self.caller => Some(CallSide::Caller),
            leg if leg == self.callee => Some(CallSide::Callee),
            _ => None,
        }
    }

    /// The leg on a side.
    pub(crate) fn on(&self, side: CallSide) -> LegId {
        match side {
            CallSide::Caller => self.caller,
            CallSide::Callee => self.callee,
        }
    }
}

/// Two legs are connected from now on.
pub(crate) fn begin(switch: &mut Switch, call: CallId, caller: LegId, callee: LegId) {
    if let Some(call) = switch.calls.get_mut(&call) {
        call.activity = Activity::Talking(Talk {
            caller,
            callee,
            silent: [None; 2],
        });
    }
    switch.expect_media(call);
    hold::prepare(switch, [caller, callee]);
    recording::on_talk(switch, call);
    listen_in::on_talk(switch, call);
}

/// The same for a party who stays on their side and whoever they talk with from now on.
pub(crate) fn begin_beside(
    switch: &mut Switch,
    call: CallId,
    (kept, side): (LegId, CallSide),
    other: LegId,
) {
    match side {
        CallSide::Caller => begin(switch, call, kept, other),
        CallSide::Callee => begin(switch, call, other, kept),
    }
}

/// The talk of a call, if it is one.
pub(crate) fn of(switch: &Switch, call: CallId) -> Option<&Talk> {
    match &switch.calls.get(&call)?.activity {
        Activity::Talking(talk) => Some(talk),
        _ => None,
    }
}

/// The side of a party in a talk.
pub(crate) fn side(switch: &Switch, call: CallId, leg: LegId) -> Option<CallSide> {
    of(switch, call)?.side(leg)
}

/// The other party of a talk.
pub(crate) fn peer(switch: &Switch, call: CallId, leg: LegId) -> Option<LegId> {
    let talk = of(switch, call)?;
    Some(talk.on(talk.side(leg)?.other()))
}

/// One phone offers something new (hold, resume, other codecs, another address): the other decides.
pub(crate) fn on_offer(switch: &mut Switch, call: CallId, leg: LegId, sdp: Option<Bytes>) {
    let Some(peer) = peer(switch, call, leg) else {
        return refuse_offer(switch, leg, 491);
    };
    let busy = |id: LegId| switch.legs.get(&id).is_none_or(|l| l.errand.is_some());
    if busy(peer) || busy(leg) {
        return refuse_offer(switch, leg, 491);
    }
    if hold::is_entertained(switch, leg) {
        return hold::on_offer_of_held(switch, call, leg, sdp);
    }
    if let Some(sdp) = &sdp
        && hold::begin(switch, call, (leg, peer), sdp)
    {
        return;
    }
    let passed = match &sdp {
        Some(sdp) => switch.pass_on(leg, peer, sdp, Said::Offer).map(Some),
        None => Ok(None), // a delayed offer: the other phone makes one
    };
    let Ok(offer) = passed else {
        return refuse_offer(switch, leg, 488);
    };
    let sent = switch.with_session(peer, |session, ctx| {
        session.offer(ctx, offer, OfferVia::ReInvite, &[]).is_ok()
    });
    if sent == Some(true) {
        switch.set_errand(peer, Some(Errand::PassOn));
    } else {
        refuse_offer(switch, leg, 491);
    }
}

/// The other phone answered what we passed on.
pub(crate) fn on_offer_answered(switch: &mut Switch, call: CallId, leg: LegId, sdp: Option<Bytes>) {
    let Some(peer) = peer(switch, call, leg) else {
        return;
    };
    let answer = sdp.and_then(|sdp| switch.pass_on(leg, peer, &sdp, Said::Answer).ok());
    switch.with_session(peer, |session, ctx| session.accept_offer(ctx, answer, &[]));
    tell_hold(switch, call, peer);
    switch.tell_sound(call, leg);
    switch.expect_media(call);
}

/// The other phone refused it: the call goes on as it was.
pub(crate) fn on_offer_rejected(switch: &mut Switch, call: CallId, leg: LegId, status: u16) {
    if let Some(peer) = peer(switch, call, leg) {
        refuse_offer(switch, peer, status);
    }
}

/// INFO, MESSAGE and others inside a talk go to the other phone with their bodies.
pub(crate) fn on_request(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    server: ServerId,
    request: &Request,
) {
    if line_sound::on_info(switch, call, leg, server, request) {
        return;
    }
    // Nobody to pass it to just now. Not 481: that would end the phone's own dialog (RFC 5057).
    let Some(peer) = peer(switch, call, leg) else {
        switch.respond_in(leg, server, 480);
        return;
    };
    let method = request.method();
    if !matches!(method, Method::Info | Method::Message | Method::Notify) {
        switch.respond_in(leg, server, 405);
        return;
    }
    let content_type = request.headers().value(HeaderName::ContentType);
    let content_type = content_type.map(|t| t.to_str().into_owned());
    let body = content_type.as_deref().map(|t| (t, request.body()));
    let headers: Vec<(String, Bytes)> = [
        "Info-Package",
        "Content-Disposition",
        "Event",
        "Subscription-State",
    ]
    .into_iter()
    .filter_map(|name| {
        let line = request.headers().lines().find(|l| l.raw_name().is(name))?;
        Some((name.to_owned(), line.value().bytes().clone()))
    })
    .collect();
    let client = switch.with_session(peer, |session, ctx| {
        session.send(ctx, method, body, &headers)
    });
    match client.flatten() {
        Some(client) => switch.await_reply(client, leg, server),
        None => switch.respond_in(leg, server, 480),
    }
}

/// One party is gone: the other is hung up.
pub(crate) fn on_ended(switch: &mut Switch, call: CallId, leg: LegId, reason: EndReason) {
    let Some(peer) = peer(switch, call, leg) else {
        return;
    };
    if let Some(side) = side(switch, call, leg)
        && flow::takes_back(switch, call, (leg, side), reason, peer)
    {
        return;
    }
    let by = (reason == EndReason::HungUp).then(|| switch.party(leg));
    switch.with_session(peer, |session, ctx| session.hangup(ctx, None));
    switch.end(call, reason, by);
}

/// The media thread hears nothing from one side, or hears it again.
pub(crate) fn on_silence(switch: &mut Switch, call: CallId, leg: LegId, since: Option<Instant>) {
    let Some(call_state) = switch.calls.get_mut(&call) else {
        return;
    };
    let Activity::Talking(talk) = &mut call_state.activity else {
        return;
    };
    let [caller, callee] = &mut talk.silent;
    match leg {
        leg if leg == talk.caller => *caller = since,
        leg if leg == talk.callee => *callee = since,
        _ => return,
    }
    if let [Some(a), Some(b)] = talk.silent {
        switch.wake_call_at(call, a.max(b) + BOTH_SILENT_END, Deadline::Silence(call));
    }
}

/// Both sides have been silent for long: nobody is there any more.
pub(crate) fn on_deadline(switch: &mut Switch, call: CallId) {
    let now = switch.now();
    let Some(talk) = of(switch, call) else {
        return;
    };
    let [Some(a), Some(b)] = talk.silent else {
        return;
    };
    // Who calls for help may be unable to speak.
    if a.max(b) + BOTH_SILENT_END <= now && !emergency::is_emergency(switch, call) {
        end(switch, call);
        switch.end(call, EndReason::Silent, None);
    }
}

/// Hangs up both.
pub(crate) fn end(switch: &mut Switch, call: CallId) {
    let Some(talk) = of(switch, call) else {
        return;
    };
    for leg in [talk.caller, talk.callee] {
        switch.with_session(leg, |session, ctx| session.hangup(ctx, None));
    }
}

/// Refuses a phone's offer.
pub(crate) fn refuse_offer(switch: &mut Switch, leg: LegId, status: u16) {
    let status = StatusCode::new(status).unwrap_or(StatusCode::OK);
    switch.with_session(leg, |session, ctx| session.reject_offer(ctx, status));
}

/// Tells when a phone began or ended its hold.
pub(crate) fn tell_hold(switch: &mut Switch, call: CallId, leg: LegId) {
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    let holds = state.theirs.as_ref().is_some_and(sip_sdp::is_hold);
    if holds == state.holds {
        return;
    }
    state.holds = holds;
    let by = state.party.clone();
    switch.tell(if holds {
        What::CallHeld { call, by }
    } else {
        What::CallResumed { call, by }
    });
}
