//! A call from outside: which number of the office was called, who is let through, and where that
//! number leads at this hour.
//!
//! A line is no phone of the office. It dials nothing: only numbers that are set up lead anywhere, and
//! out again only through the gate. What its calls say of who calls is shown, and believed by nobody.

use crate::{
    admission::{Arriving, Via},
    call::Call,
    destination::Destination,
    encryption,
    features::{
        attend::{self, Challenge, Service},
        emergency, round_trip,
    },
    gate::WayOut,
    happening::{CameBack, KnownBy, Party, RefusalReason, Screened, What},
    hops,
    leg::{LegId, Place},
    limits::MAX_PEER_EXTENSION_DIGITS,
    lines,
    switch::Switch,
};
use bytes::Bytes;
use numbering::find_listed;
use office::{
    Anonymous, CallId, CallerListId, Dialled, MediaPolicy, Number, Office, PeerId, PhoneNumber,
    Route, RouteTarget, TrunkId, clean_text, schedule::OpenState,
};
use rand_core::RngCore;
use sip_dialog::{Ctx, Local, Session, SessionConfig};
use sip_message::{HeaderName, Request, Uri};
use sip_transaction::ServerId;
use sip_transport::Flow;

/// An INVITE on a line.
pub(crate) fn on_invite(
    switch: &mut Switch,
    server: ServerId,
    flow: Flow,
    request: &Request,
    (line, known_by): (TrunkId, KnownBy),
) {
    let office = switch.office();
    let Some(trunk) = office.trunk(line) else {
        return switch.respond_plain(server, request, 404);
    };
    // Nobody outside takes calls of the office over (RFC 3891 §9).
    if request.headers().has(HeaderName::Replaces) {
        return switch.respond_plain(server, request, 403);
    }
    if switch.is_merged(server, request) {
        return switch.respond_plain(server, request, 482);
    }
    if hops::left(request) == Some(0) {
        return switch.respond_plain(server, request, 483);
    }
    let country = office.settings().country.as_ref();
    let called = lines::called(trunk, request, country);
    let caller = lines::caller(trunk, request, country);
    let known = switch.name_outside(&caller.number);
    let from = Party {
        name: known.unwrap_or_else(|| caller.name.clone()),
        number: caller.number.clone(),
        line: Some(line),
        ..Party::default()
    };
    let now = switch.now();
    let contact = switch
        .lines
        .get_mut(line)
        .and_then(|live| live.machine.as_ref());
    let contact = contact.and_then(|machine| machine.contact(now, &switch.endpoint));
    let contact = contact.unwrap_or_else(|| switch.contact(&flow));
    let own = office.settings().session_expires;
    let local = Local {
        contact,
        tag: None,
        config: SessionConfig {
            session_expires: Some(trunk.session_expires.unwrap_or(own)),
            ..SessionConfig::default()
        },
    };
    let Some((call, leg)) = arrive(switch, server, (flow, request), local, from.clone()) else {
        return;
    };
    let number = called.number.as_ref();
    let number = number.and_then(|number| office.phone_number(number.as_str()));
    let number = number.or_else(|| office.phone_number(&called.text));
    let number = number.filter(|number| number.trunk.is_none_or(|only| only == line));
    begin(switch, call, from, called.text.clone());
    if let Some(state) = switch.calls.get_mut(&call) {
        state.called = number.map(|number| number.number.clone());
    }
    let forwarded_from = lines::forwarded_from(request, &called, country);
    switch.tell(What::NumberCalled {
        call,
        line,
        number: called.text,
        known: number.is_some(),
        forwarded_from,
        known_by,
        called_as: called.written.clone(),
        caller_as: caller.written.clone(),
    });
    let offer = Some(request.body()).filter(|body| !body.is_empty());
    if let Some(offer) = &offer {
        switch.keep_description(leg, offer);
    }
    let back = called.number.as_ref();
    if let Some(back) = back.and_then(|number| emergency::called_back(switch, number)) {
        return emergency::ring_back(switch, call, leg, &back, offer);
    }
    if switch.is_shutting_down() {
        return switch.refuse(call, leg, RefusalReason::ShuttingDown);
    }
    if is_too_plain(switch, leg) {
        return switch.refuse(call, leg, RefusalReason::NotEncrypted);
    }
    let Some(number) = number else {
        return switch.refuse(call, leg, RefusalReason::UnknownNumber);
    };
    let trip = round_trip::awaited(switch, &number.number, &caller.number);
    if let Some(trip) = trip {
        let back = CameBack {
            call,
            line,
            known_by,
            called_as: called.written,
            caller: caller.number.clone(),
            caller_as: caller.written,
        };
        round_trip::came_back(switch, trip, back);
    }
    let screened = match trip {
        Some(_) => Ok(Asked::Nothing),
        None => screen(switch, number, &caller.number),
    };
    if let Err((how, reason)) = screened {
        switch.tell(What::CallerScreened { call, how });
        return switch.refuse(call, leg, reason);
    }
    let counts = screened != Ok(Asked::NothingEver) && !caller.number.is_empty();
    let arriving = Arriving {
        call,
        via: Via::Line(line),
        number: Some(&number.number),
        caller: counts.then_some(caller.number.as_str()),
    };
    match switch.admission.admit_arriving(&office, now, &arriving) {
        Ok(ticket) => {
            if let Some(state) = switch.calls.get_mut(&call) {
                state.ticket = Some(ticket);
            }
        }
        Err(reason) => return switch.refuse(call, leg, reason),
    }
    if let Some(trip) = trip {
        return round_trip::begin_back(switch, trip, call, leg);
    }
    if screened == Ok(Asked::ToPressAKey) {
        let how = Screened::Challenged;
        switch.tell(What::CallerScreened { call, how });
        let chance = switch.chance.next_u32();
        let service = Service::Challenge(Challenge::new(number.number.clone(), chance));
        return attend::begin(switch, call, leg, offer, service);
    }
    lead(switch, call, leg, &number.number, offer);
}

/// An INVITE from another telephone system. Its people call those of the office as they do each
/// other, and further only where they may.
pub(crate) fn on_peer(
    switch: &mut Switch,
    server: ServerId,
    flow: Flow,
    request: &Request,
    peer: PeerId,
) {
    let office = switch.office();
    let user = |uri: &Uri| {
        let user = uri
            .user()
            .map(|user| String::from_utf8_lossy(&user).into_owned());
        clean_text(&user.unwrap_or_default()).into_owned()
    };
    let dialled = request.uri().map(|uri| user(&uri)).unwrap_or_default();
    if dialled.is_empty() {
        return switch.respond_plain(server, request, 404);
    }
    if request.headers().has(HeaderName::Replaces) {
        return switch.respond_plain(server, request, 403);
    }
    if switch.is_merged(server, request) {
        return switch.respond_plain(server, request, 482);
    }
    if hops::left(request) == Some(0) {
        return switch.respond_plain(server, request, 483);
    }
    let caller = request.from().ok();
    let name = caller.as_ref().and_then(|from| from.display());
    let name = name.map(|name| clean_text(&name.to_str()).into_owned());
    let from = Party {
        name: name.unwrap_or_default(),
        number: as_dialled_here(&office, peer, caller.map(|from| user(from.uri()))),
        peer: Some(peer),
        ..Party::default()
    };
    let local = Local {
        contact: switch.contact(&flow),
        tag: None,
        config: SessionConfig {
            session_expires: Some(office.settings().session_expires),
            ..SessionConfig::default()
        },
    };
    let Some((call, leg)) = arrive(switch, server, (flow, request), local, from.clone()) else {
        return;
    };
    begin(switch, call, from, dialled.clone());
    let offer = Some(request.body()).filter(|body| !body.is_empty());
    if let Some(offer) = &offer {
        switch.keep_description(leg, offer);
    }
    if switch.is_shutting_down() {
        return switch.refuse(call, leg, RefusalReason::ShuttingDown);
    }
    if is_too_plain(switch, leg) {
        return switch.refuse(call, leg, RefusalReason::NotEncrypted);
    }
    let arriving = Arriving {
        call,
        via: Via::Peer(peer),
        number: None,
        caller: None,
    };
    match switch
        .admission
        .admit_arriving(&office, switch.now, &arriving)
    {
        Ok(ticket) => {
            if let Some(state) = switch.calls.get_mut(&call) {
                state.ticket = Some(ticket);
            }
        }
        Err(reason) => return switch.refuse(call, leg, reason),
    }
    let destination = match switch.destination_of(call, &dialled) {
        // Mailboxes to listen to, parked calls and tests of lines are for those of the office.
        Ok(
            Destination::Voicemail(_)
            | Destination::LineTest(_)
            | Destination::Slot(_)
            | Destination::Peer(..),
        ) => Err(RefusalReason::UnknownNumber),
        Ok(Destination::Outside { number, .. }) => Ok(Destination::Outside {
            number,
            by: WayOut::PeerCall,
        }),
        other => other,
    };
    switch.put_through(call, leg, destination, offer);
}

/// The number of somebody at another system, as it is dialled here to reach them: whoever was not there
/// calls back from the list of their telephone.
fn as_dialled_here(office: &Office, peer: PeerId, number: Option<String>) -> String {
    let number = number.unwrap_or_default();
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let is_extension = digits && (1..=MAX_PEER_EXTENSION_DIGITS).contains(&number.len());
    let peer = office.peer(peer).filter(|peer| peer.strip_prefix);
    match peer.and_then(|peer| peer.prefixes.first()) {
        Some(prefix) if is_extension => format!("{prefix}{number}"),
        _ => number,
    }
}

/// Whether a caller offers sound that is not encrypted as it has to be, or not as we can.
fn is_too_plain(switch: &Switch, leg: LegId) -> bool {
    let leg = switch.legs.get(&leg);
    leg.is_some_and(|leg| {
        let theirs = leg.theirs.as_ref();
        theirs.is_some_and(|theirs| encryption::is_refused(leg.encryption, theirs))
    })
}

/// A leg for somebody who calls from outside, in a call of its own.
pub(crate) fn arrive(
    switch: &mut Switch,
    server: ServerId,
    (flow, request): (Flow, &Request),
    local: Local,
    from: Party,
) -> Option<(CallId, LegId)> {
    let mut ctx = Ctx {
        now: switch.now(),
        endpoint: &mut switch.endpoint,
    };
    // Where this fails the session has answered already.
    let session = Session::incoming(&mut ctx, server, flow, request, local).ok()?;
    let call = switch.new_call_id();
    let place = Place {
        flow,
        behind_nat: false,
        policy: MediaPolicy::AlwaysRelay,
    };
    let mut leg = switch.new_leg(call, session, from, place);
    leg.server = Some(server);
    let id = leg.id;
    let arriving = Call {
        hops: hops::left(request),
        ..Call::new(String::new())
    };
    switch.calls.insert(call, arriving);
    switch.add_leg(leg);
    switch.trace_arrival(id, flow, request.bytes());
    Some((call, id))
}

/// Tells that somebody calls.
pub(crate) fn begin(switch: &mut Switch, call: CallId, from: Party, dialled: String) {
    if let Some(state) = switch.calls.get_mut(&call) {
        state.dialled.clone_from(&dialled);
    }
    switch.tell(What::CallerArrived {
        call,
        from,
        dialled,
        from_board: false,
    });
}

/// What a caller has to do before they are let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Nothing,
    /// They are welcome, however often they call.
    NothingEver,
    ToPressAKey,
}

/// Looks at who calls; `caller` is empty for those who hide their number.
fn screen(
    switch: &Switch,
    number: &Number,
    caller: &str,
) -> Result<Asked, (Screened, RefusalReason)> {
    let office = switch.office();
    let policy = office.calling();
    let is_in = |list: Option<CallerListId>| {
        let list = list.and_then(|list| office.caller_list(list));
        !caller.is_empty() && list.is_some_and(|list| find_listed(&office, list, caller).is_some())
    };
    if is_in(policy.welcome) {
        return Ok(Asked::NothingEver);
    }
    if is_in(policy.blocked) {
        return Err((Screened::Blocked, RefusalReason::CallerBlocked));
    }
    if caller.is_empty() {
        return match number.anonymous {
            Anonymous::Accept => Ok(Asked::Nothing),
            Anonymous::Challenge => Ok(Asked::ToPressAKey),
            Anonymous::Refuse => Err((Screened::AnonymousRefused, RefusalReason::CallerHidden)),
        };
    }
    match number.challenge && switch.name_outside(caller).is_none() {
        true => Ok(Asked::ToPressAKey),
        false => Ok(Asked::Nothing),
    }
}

/// Whoever was asked to press a key has done so, or has not.
pub(crate) fn on_challenged(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    number: &PhoneNumber,
    pressed: bool,
) {
    let how = match pressed {
        true => Screened::Passed,
        false => Screened::Failed,
    };
    switch.tell(What::CallerScreened { call, how });
    match pressed {
        true => lead(switch, call, leg, number, None),
        false => switch.refuse(call, leg, RefusalReason::ChallengeFailed),
    }
}

/// Leads a caller where a number of the office leads at this hour.
fn lead(switch: &mut Switch, call: CallId, leg: LegId, number: &PhoneNumber, offer: Option<Bytes>) {
    let office = switch.office();
    let Some(number) = office.phone_number(number.as_str()) else {
        // The office was changed meanwhile.
        return switch.refuse(call, leg, RefusalReason::UnknownNumber);
    };
    let (route, openness) = number.route_at(&office, switch.unix_ms());
    let is_closed = openness
        .as_ref()
        .is_some_and(|openness| openness.state != OpenState::Open);
    if let Some(hours) = number.hours.as_ref().filter(|_| is_closed) {
        let what = number.number.as_str();
        let greeting = openness.and_then(|openness| openness.greeting);
        let hours = (hours.schedule, greeting);
        switch.come_by_closed(call, (what, None), hours, &route.target);
    }
    follow(switch, call, leg, route, offer);
}

/// Leads a caller from outside along a route.
fn follow(switch: &mut Switch, call: CallId, leg: LegId, route: &Route, offer: Option<Bytes>) {
    if let Some(state) = switch.calls.get_mut(&call) {
        *state.xform = route.dest_xform.clone();
    }
    let destination = match &route.target {
        RouteTarget::User(person) => switch.destination_of_person(call, *person),
        RouteTarget::Extension(number) => match switch.office().resolve(number.as_str()) {
            // Codes that are no extension are for those of the office.
            Dialled::Unknown => Err(RefusalReason::UnknownNumber),
            _ => switch.destination_of(call, number.as_str()),
        },
        RouteTarget::Voicemail(mailbox) => Ok(Destination::Mailbox(*mailbox, switch.coming(call))),
        RouteTarget::Conference(room) => Ok(Destination::Room(*room)),
        RouteTarget::Flow(flow) => Ok(Destination::Flow(*flow)),
        RouteTarget::Forward(number) => Ok(Destination::Outside {
            number: number.as_str().to_owned(),
            by: WayOut::Forward,
        }),
        RouteTarget::Hangup => Err(RefusalReason::NumberHangsUp),
    };
    switch.put_through(call, leg, destination, offer);
}
