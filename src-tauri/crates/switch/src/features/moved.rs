//! The computer has another address than when a call began: each other end is told in its dialog where
//! we are from now on, and where its sound is to go (a target refresh, RFC 3261 §12.2, with a new
//! offer). Whoever no longer answers there is hung up on as anybody who does not; nobody stays in a
//! call with an address that nobody has.

use crate::{
    happening::MediaWay,
    leg::{Errand, LegId},
    limits::TELL_MOVED_AGAIN,
    switch::{Deadline, Switch},
};
use bytes::Bytes;
use media::PortPair;
use sip_dialog::{OfferRefused, OfferVia, SessionState};
use sip_message::Uri;
use sip_sdp::{MediaKind, MediaRoute, SessionDescription};
use sip_transport::Flow;
use std::net::IpAddr;

/// The network has been still for a while: everybody in a call is told who knows us at an address that
/// is gone.
pub(crate) fn begin(switch: &mut Switch) {
    let legs = switch.legs.values();
    let gone: Vec<LegId> = legs
        .filter(|leg| is_gone(switch, leg.place.flow.local.ip()))
        .map(|leg| leg.id)
        .collect();
    for leg in gone {
        tell(switch, leg);
    }
}

/// What could not be told before, as something else was being agreed on.
pub(crate) fn on_deadline(switch: &mut Switch, leg: LegId) {
    if let Some(state) = switch.legs.get_mut(&leg)
        && state.tells_moved.take().is_some()
    {
        offer_again(switch, leg);
    }
}

/// The other end has taken our new address, and may have said something new itself.
pub(crate) fn on_answered(switch: &mut Switch, leg: LegId, sdp: &Bytes) {
    let Ok(theirs) = SessionDescription::parse(sdp) else {
        return;
    };
    if !switch.may_send_to(leg, &theirs) {
        return;
    }
    if let Some(state) = switch.legs.get_mut(&leg) {
        state.theirs = Some(theirs);
        if state.stream.is_some() {
            switch.open_stream(leg);
        }
    }
}

/// Whether nothing listens at an address any more at which something did.
fn is_gone(switch: &Switch, ip: IpAddr) -> bool {
    let mut listeners = switch.endpoint.transports_ref().listeners().iter();
    !listeners.any(|listener| listener.local.ip() == ip || listener.local.ip().is_unspecified())
}

/// Sends what belongs to a leg from where we are now, and tells its other end so.
fn tell(switch: &mut Switch, leg: LegId) {
    let Some(state) = switch.legs.get(&leg) else {
        return;
    };
    let before = state.place.flow;
    let transports = switch.endpoint.transports_ref();
    // Without any the next change of the network will bring one.
    let Some(local) = transports.local_towards(before.transport, before.remote.ip()) else {
        return;
    };
    let flow = match before.connection {
        None => Flow { local, ..before },
        // The connection is gone with the address; the next one is opened where the dialog leads.
        Some(_) => Flow {
            local,
            connection: None,
            ..before
        },
    };
    let contact = contact(switch, leg, &flow);
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    state.place.flow = flow;
    state.session.set_contact(contact);
    if state.session.flow().is_some() {
        let bound = before.connection.is_none().then_some(flow);
        state.session.set_flow(bound);
    }
    offer_again(switch, leg);
}

/// Where we are from now on, as the other end of a leg is to know it.
fn contact(switch: &Switch, leg: LegId, flow: &Flow) -> Uri {
    let line = switch.legs.get(&leg).and_then(|leg| leg.party.line);
    let of_line = line.and_then(|line| switch.lines.contact(line, switch.now(), &switch.endpoint));
    of_line.unwrap_or_else(|| switch.contact(flow))
}

/// Offers what it was last told, with our present address.
fn offer_again(switch: &mut Switch, leg: LegId) {
    let Some(state) = switch.legs.get(&leg) else {
        return;
    };
    if state.session.state() != SessionState::Talking
        && state.session.state() != SessionState::AwaitingAck
    {
        return; // what begins or ends now comes to its end by itself
    }
    let here = switch.address_towards(&state.party, &state.place.flow);
    let ours = state.ours.as_ref();
    // Ports are kept for when its sound comes here again; while it goes straight to the other phone,
    // they are not where it is to send.
    let comes_here = state.stream.is_some() || state.way == MediaWay::Relayed;
    let ports = state.ports.filter(|_| comes_here);
    let moved = ours.and_then(|ours| at_address(ours, ports, here));
    let busy = state.errand.is_some();
    let Some(moved) = moved.filter(|_| !busy) else {
        if busy {
            again_later(switch, leg);
        }
        return;
    };
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    let written = state.origin.stamp(&moved);
    let bytes = written.to_bytes();
    let sent = switch.with_session(leg, |session, ctx| {
        session.offer(ctx, Some(bytes), OfferVia::ReInvite, &[])
    });
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    match sent {
        Some(Ok(_)) => {
            state.ours = Some(written);
            state.errand = Some(Errand::Moved);
        }
        Some(Err(OfferRefused::Glare)) => again_later(switch, leg),
        Some(Err(OfferRefused::WrongState)) | None => {}
    }
}

fn again_later(switch: &mut Switch, leg: LegId) {
    let at = switch.now() + TELL_MOVED_AGAIN;
    let Some(state) = switch.legs.get_mut(&leg) else {
        return;
    };
    let before = state.tells_moved.replace(at);
    switch.wake_again_at(before, at, Deadline::Moved(leg));
}

/// A description of ours with our sound at another address. What goes straight from one telephone to
/// another stays as it is.
fn at_address(
    ours: &SessionDescription,
    ports: Option<PortPair>,
    here: IpAddr,
) -> Option<SessionDescription> {
    let routes = ours.media().iter().map(|media| match ports {
        Some(ports) if media.kind == MediaKind::Audio && media.is_active() => MediaRoute::Relay {
            address: here,
            rtp_port: ports.rtp(),
            rtcp_port: ports.rtcp(),
        },
        _ => MediaRoute::Direct,
    });
    sip_sdp::relay_rewrite(ours, &routes.collect::<Vec<_>>()).ok()
}
