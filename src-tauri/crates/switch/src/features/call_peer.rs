//! Calling a number of another telephone system, to which the office goes straight: it needs no line.
//! What is dialled there may be a telephone number all the same, so the gate is asked (decision 22).

use crate::{
    arrival::Ring,
    call::Activity,
    features::ring::{self, Ringing, Whom},
    fuse::ChargeId,
    gate::PeerPermit,
    happening::{MediaWay, Party, RefusalReason, What},
    hops,
    leg::{LegId, Place},
    limits::OUTSIDE_RING,
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use office::{CallId, MediaPolicy};
use sip_dialog::{Ctx, Invite, Session, SessionConfig};
use sip_message::{Host, HostPort, Request, Response, Scheme, SipUri, Uri, header::NameAddr};
use sip_server::line::CallLogin;
use sip_transaction::Destination;
use sip_transport::{Flow, Route};

/// What a leg has that we called at another system.
#[derive(Debug, Default)]
pub(crate) struct AtPeer {
    /// By which it is counted, if it is a telephone number that is called there.
    pub(crate) charge: Option<ChargeId>,
    login: CallLogin,
    /// How the last response came.
    heard: Option<Flow>,
}

/// Rings a number of another system for the caller of a new call.
pub(crate) fn begin(
    switch: &mut Switch,
    call: CallId,
    caller: LegId,
    permit: PeerPermit,
    offer: Option<Bytes>,
) {
    let until = switch.now() + OUTSIDE_RING;
    if let Some(state) = switch.calls.get_mut(&call) {
        state.activity = Activity::Ringing(Ringing::of(caller, Whom::Outside, until));
    }
    switch.wake_call_at(call, until, Deadline::Ring(call));
    let ring = Ring {
        from: Some(switch.shown(call, caller)),
        for_leg: Some(caller),
        offer,
        ..Ring::of_call(switch, call)
    };
    match ring_there(switch, call, permit, &ring) {
        Ok(leg) => ring::also_rings(switch, call, leg),
        Err(reason) => switch.refuse(call, caller, reason),
    }
}

/// Calls a number of another system. Gives the leg.
pub(crate) fn ring_there(
    switch: &mut Switch,
    call: CallId,
    permit: PeerPermit,
    ring: &Ring,
) -> Result<LegId, RefusalReason> {
    let rung = invite(switch, call, &permit, ring);
    match &rung {
        Ok(leg) => {
            if let Some(leg) = switch.legs.get_mut(leg) {
                leg.at_peer = Some(Box::new(AtPeer {
                    charge: permit.charge(),
                    ..AtPeer::default()
                }));
            }
        }
        Err(_) => switch.give_back_peer(&permit),
    }
    rung
}

/// Sends the INVITE.
fn invite(
    switch: &mut Switch,
    call: CallId,
    permit: &PeerPermit,
    ring: &Ring,
) -> Result<LegId, RefusalReason> {
    let (peer, number) = (permit.peer(), permit.number().to_owned());
    let office = switch.office();
    let found = office.peer(peer).ok_or(RefusalReason::PeerUnreachable)?;
    let at_peer = |leg: &&crate::leg::Leg| leg.party.peer == Some(peer);
    if switch.legs.values().filter(at_peer).count() >= usize::from(found.channels) {
        return Err(RefusalReason::LinesFull);
    }
    let now = switch.now();
    let live = switch.lines.peers.get_mut(&peer);
    let machine = live.and_then(|live| live.machine.as_mut());
    let machine = machine.ok_or(RefusalReason::PeerUnreachable)?;
    let Some(Destination::Targets(targets)) = machine.destination(now) else {
        return Err(RefusalReason::PeerUnreachable);
    };
    let contact = machine.contact(now, &switch.endpoint);
    let contact = contact.ok_or(RefusalReason::PeerUnreachable)?;
    let first = targets.first().ok_or(RefusalReason::PeerUnreachable)?;
    let flow = match switch.endpoint.transports().route(first) {
        Route::Flow(flow) | Route::Connecting(flow) => flow,
        Route::None => return Err(RefusalReason::PeerUnreachable),
    };
    let place = Place {
        flow,
        behind_nat: false,
        policy: MediaPolicy::AlwaysRelay,
    };
    let party = Party {
        name: found.name.clone(),
        number: number.clone(),
        peer: Some(peer),
        ..Party::default()
    };
    let id = switch.new_leg_id();
    let mut leg = switch.leg_to_be(id, call, party.clone(), place);
    leg.way = MediaWay::Relayed;
    let offer = match (&ring.offer, ring.for_leg) {
        (Some(offer), Some(from)) => Some(switch.first_offer(from, &mut leg, offer)?),
        (None, None) => Some(
            switch
                .own_first_offer(&mut leg)
                .ok_or(RefusalReason::BadMedia)?,
        ),
        _ => None,
    };
    let there = found.place.as_ref().ok_or(RefusalReason::PeerUnreachable)?;
    let host = HostPort::new(Host::from_name(there.host.as_str()), there.port);
    let uri = Uri::Sip(SipUri::new(Scheme::Sip, Some(&number), host));
    let invite = Invite {
        request_uri: uri.clone(),
        from: switch.caller_address(ring.from.as_ref(), &flow),
        to: NameAddr::new(uri),
        contact,
        call_id: None,
        routes: Vec::new(),
        sdp: offer,
        headers: hops::passed_on(switch, call, Vec::new()),
        config: SessionConfig {
            session_expires: Some(office.settings().session_expires),
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
    switch.tell(What::DeviceCalled {
        call,
        leg: id.0,
        to: party,
        media: Some(MediaWay::Relayed),
    });
    Ok(id)
}

/// A response came to something we sent to another system.
pub(crate) fn on_response(switch: &mut Switch, leg: LegId, flow: Flow) {
    let at_peer = switch
        .legs
        .get_mut(&leg)
        .and_then(|leg| leg.at_peer.as_mut());
    if let Some(at_peer) = at_peer {
        at_peer.heard = Some(flow);
    }
}

/// The other system wants a password for a call that we began there. The lines to send it again
/// with, if it may have it.
pub(crate) fn answer_challenge(
    switch: &mut Switch,
    leg: LegId,
    request: &Request,
    response: &Response,
) -> Option<Vec<(String, Bytes)>> {
    let state = switch.legs.get_mut(&leg)?;
    let peer = state.party.peer?;
    let at_peer = state.at_peer.as_mut()?;
    let flow = at_peer.heard?;
    let machine = switch.lines.peers.get_mut(&peer)?.machine.as_mut()?;
    let mut ctx = Ctx {
        now: switch.now,
        endpoint: &mut switch.endpoint,
    };
    let login = &mut at_peer.login;
    let answer = machine.answer_challenge(&mut ctx, login, request, response, &flow);
    answer.ok()
}
