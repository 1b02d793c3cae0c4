//! Calls for help. They pass every control of the gate; here is what else they bring about: an
//! ordinary call gives its line up for them, the office is told at once, nobody but the caller ends
//! them, and for an hour the number they showed rings the phone they came from.
//!
//! A phone whose login fails is let through to an emergency number when the request comes over the
//! very flow of its live registration: see decision 19.

use crate::{
    features::{cut_off, ring},
    gate::{Candidate, OnBehalfOf, WayOut, Wish},
    happening::{EndReason, Party, What},
    io::{KnownCallBack, Write},
    leg::LegId,
    limits::{CALL_BACK_HELD, MAX_CALL_BACKS},
    registrations::Reach,
    switch::Switch,
};
use bytes::Bytes;
use numbering::{Dialling, EmergencyNumber};
use office::{CallId, DeviceId, ExtensionNumber, Office, PersonId, PhoneNumber};
use sip_message::{
    HostPort, Method, Request, Scheme, SipUri, Uri,
    header::{CSeq, CallId as SipCallId, From, NameAddr, Route, To},
};
use sip_transport::Flow;
use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

/// The calls for help that go on, and whom the emergency service reaches by calling back.
#[derive(Debug, Default)]
pub(crate) struct Emergencies {
    /// Each with the call it was told as: it may go on in another one.
    running: BTreeMap<CallId, CallId>,
    call_backs: VecDeque<CallBack>,
}

/// Somebody has called for help, and may be called back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallBack {
    /// The number that was shown.
    number: PhoneNumber,
    /// Who called.
    pub(crate) person: PersonId,
    /// From which phone.
    pub(crate) device: Option<DeviceId>,
    until: Instant,
}

/// The emergency number somebody dialled, if it is one: exactly, with or without what is dialled for
/// an outside line. While nobody has said where the office is, what might be one somewhere takes no
/// call from a colleague who has that extension.
pub(crate) fn number(office: &Office, dialled: &str) -> Option<EmergencyNumber> {
    if office.settings().country.is_none() && office.extension(dialled).is_some() {
        return None;
    }
    numbering::emergency(dialled, &Dialling::of(office))
}

/// The extensions of an office that nobody can reach: in its country, whoever dials them calls for help.
#[must_use]
pub fn shadowed_by_emergency(office: &Office) -> Vec<ExtensionNumber> {
    let extensions = office.extensions();
    let shadowed =
        extensions.filter(|extension| number(office, extension.number.as_str()).is_some());
    shadowed.map(|extension| extension.number.clone()).collect()
}

/// Whether a call is one for help. Nobody but its caller ends it, hands it on or records it.
pub(crate) fn is_emergency(switch: &Switch, call: CallId) -> bool {
    switch.emergencies.running.contains_key(&call)
}

/// Somebody inside has dialled an emergency number: past all limits, to the lines.
pub(crate) fn begin(
    switch: &mut Switch,
    call: CallId,
    caller: LegId,
    dialled: &str,
    offer: Option<Bytes>,
) {
    match switch.permit_for(call, caller, dialled, (WayOut::Dialled, false)) {
        Ok(permit) => crate::features::call_out::begin(switch, call, caller, permit, offer),
        Err(reason) => switch.refuse(call, caller, reason),
    }
}

/// The gate has let a call for help through, or there is no line for it: the office is told.
pub(crate) fn called(
    switch: &mut Switch,
    wish: &Wish<'_>,
    number: &EmergencyNumber,
    line: Option<&Candidate>,
) {
    let office = switch.office();
    let call = wish.call;
    if is_emergency(switch, call) {
        return;
    }
    switch.emergencies.running.insert(call, call);
    let person = match wish.on_behalf_of {
        OnBehalfOf::Person(person) => Some(person),
        OnBehalfOf::Peer(_) | OnBehalfOf::Office => None,
    };
    let from = caller(switch, call, person);
    let callback = line.and_then(|line| line.shows.number.clone());
    if let (Some(person), Some(number)) = (person, callback.clone()) {
        let known = KnownCallBack {
            number,
            person,
            device: from.device,
            unix_ms: switch.unix_ms(),
        };
        hold(switch, &known);
        switch.store(Write::CallBack(known));
    }
    let location = location(&office, person).to_owned();
    alert_phones(switch, &from, number, &location);
    switch.tell(What::EmergencyCalled {
        call,
        from,
        number: number.number.clone(),
        location,
        callback,
        line: line.map(|line| line.line),
    });
}

/// Who called for help before the engine was started anew: the hour goes on for them.
pub(crate) fn remember(switch: &mut Switch, known: Vec<KnownCallBack>) {
    for known in known {
        hold(switch, &known);
    }
}

/// For the rest of the hour the number that was shown leads to the phone that called.
fn hold(switch: &mut Switch, known: &KnownCallBack) {
    let since = switch.unix_ms().saturating_sub(known.unix_ms);
    // A clock that was set back makes nobody wait longer.
    let since = Duration::from_millis(u64::try_from(since).unwrap_or_default());
    let Some(left) = CALL_BACK_HELD.checked_sub(since) else {
        return;
    };
    let until = switch.now() + left;
    let call_backs = &mut switch.emergencies.call_backs;
    if call_backs.len() >= MAX_CALL_BACKS {
        call_backs.pop_front();
    }
    call_backs.push_back(CallBack {
        number: known.number.clone(),
        person: known.person,
        device: known.device,
        until,
    });
}

/// An ordinary call has lost its place on a line to a call for help.
pub(crate) fn give_way(switch: &mut Switch, call: CallId) {
    cut_off::begin(switch, call, EndReason::GaveWay);
}

/// A call is over.
pub(crate) fn on_call_ended(switch: &mut Switch, call: CallId) {
    if let Some(told_as) = switch.emergencies.running.remove(&call) {
        switch.tell(What::EmergencyEnded { call: told_as });
    }
}

/// Somebody was to be handed on to help and cannot be: the talk that goes on between these two is the
/// office's own again, unless one of them is help already.
pub(crate) fn came_to_nothing(switch: &mut Switch, call: CallId, parties: [Option<LegId>; 2]) {
    if !parties.into_iter().flatten().any(|leg| helps(switch, leg)) {
        on_call_ended(switch, call);
    }
}

/// A leg belongs to another call now: where it is help, that is the call for help from here on.
pub(crate) fn on_leg_moved(switch: &mut Switch, leg: LegId, from: CallId, to: CallId) {
    if !helps(switch, leg) {
        return;
    }
    let Some(told_as) = switch.emergencies.running.remove(&from) else {
        return;
    };
    if is_emergency(switch, to) {
        switch.tell(What::EmergencyEnded { call: told_as });
    } else {
        switch.emergencies.running.insert(to, told_as);
    }
}

/// Whether a leg is one to the emergency service, called on a line.
fn helps(switch: &Switch, leg: LegId) -> bool {
    let leg = switch.legs.get(&leg).filter(|leg| leg.on_line.is_some());
    leg.is_some_and(|leg| number(&switch.office(), &leg.party.number).is_some())
}

/// Who called for help and showed this number within the hour: the last of them. A call to it from
/// outside rings their phone, whatever else it would do.
pub(crate) fn called_back(switch: &Switch, number: &PhoneNumber) -> Option<CallBack> {
    let now = switch.now();
    let mut held = switch.emergencies.call_backs.iter().rev();
    let found = held.find(|held| held.number == *number && held.until > now)?;
    switch.office().person(found.person)?;
    Some(found.clone())
}

/// The device of a live registration over the very flow a call for help came over, whose login it
/// names.
pub(crate) fn known_phone(switch: &Switch, flow: Flow, request: &Request) -> Option<DeviceId> {
    let office = switch.office();
    if request.method() != Method::Invite {
        return None;
    }
    let dialled = request.uri().ok()?.user()?.into_owned();
    number(&office, &String::from_utf8_lossy(&dialled))?;
    let from = request.from().ok()?;
    let user = from.uri().user()?.into_owned();
    let device = office.device_by_user(std::str::from_utf8(&user).ok()?)?;
    let registered = &switch.door.registrations;
    let devices = registered.devices(switch.now(), &device.sip_user);
    let mut flows = devices.iter().flat_map(|device| &device.flows);
    flows
        .any(|binding| binding.flow == flow)
        .then_some(device.id)
}

/// Whether a person is calling for help.
pub(crate) fn is_calling(switch: &Switch, person: PersonId) -> bool {
    let calls = switch.emergencies.running.keys();
    let mut legs = calls.flat_map(|call| {
        let state = switch.calls.get(call);
        state.into_iter().flat_map(|state| &state.legs)
    });
    legs.any(|leg| switch.party(*leg).person == Some(person))
}

/// Whether bytes come in that the guard would drop: an INVITE for help over the flow of a live
/// registration, or anything over the flow of a call for help that goes on.
pub(crate) fn is_let_in(switch: &Switch, flow: Flow, bytes: &Bytes) -> bool {
    let of_calls = switch.emergencies.running.keys();
    let mut legs = of_calls.flat_map(|call| {
        switch
            .calls
            .get(call)
            .into_iter()
            .flat_map(|state| &state.legs)
    });
    if legs.any(|leg| {
        switch
            .legs
            .get(leg)
            .is_some_and(|leg| leg.place.flow == flow)
    }) {
        return true;
    }
    let request = Some(bytes).filter(|bytes| bytes.starts_with(b"INVITE "));
    let request = request.and_then(|bytes| Request::parse(bytes.clone()).ok());
    request.is_some_and(|request| known_phone(switch, flow, &request).is_some())
}

/// The emergency service calls back: the phone rings that called, whatever else its person wants.
pub(crate) fn ring_back(
    switch: &mut Switch,
    call: CallId,
    leg: LegId,
    back: &CallBack,
    offer: Option<Bytes>,
) {
    ring::begin(switch, call, leg, back.person, offer);
}

/// Where somebody's phones are, as one would say it to the ambulance.
fn location(office: &Office, person: Option<PersonId>) -> &str {
    let plan = office.emergency();
    let mut own = plan.locations.iter();
    let own = own.find(|own| Some(own.person) == person);
    own.map_or(&plan.location, |own| &own.location)
}

/// Who calls: at their phone, if it is one of this call.
fn caller(switch: &Switch, call: CallId, person: Option<PersonId>) -> Party {
    let legs = switch
        .calls
        .get(&call)
        .into_iter()
        .flat_map(|state| &state.legs);
    let mut parties = legs.map(|leg| switch.party(*leg));
    let at_phone = parties.find(|party| person.is_some() && party.person == person);
    at_phone
        .or_else(|| switch.party_of(person?))
        .unwrap_or_default()
}

/// Writes to the phones of those who are to know: a text (RFC 3428) on every one that is registered.
fn alert_phones(switch: &mut Switch, from: &Party, number: &EmergencyNumber, location: &str) {
    let office = switch.office();
    let text = alert(&office, from, &number.number, location);
    for person in &office.emergency().alert_persons {
        for device in office.devices_of(*person) {
            let registrations = &switch.door.registrations;
            for reach in registrations.reach(switch.now(), &device.sip_user, &switch.endpoint) {
                write_to(switch, device.sip_user.as_str(), &reach, &text);
            }
        }
    }
}

/// What is written to them, in the office's language.
fn alert(office: &Office, from: &Party, number: &str, location: &str) -> String {
    let who = match from.number.as_str() {
        "" => from.name.clone(),
        phone => format!("{} ({phone})", from.name),
    };
    match office.settings().language.as_str().starts_with("de") {
        true => format!("NOTRUF {number} von {who}. {location}"),
        false => format!("EMERGENCY CALL {number} by {who}. {location}"),
    }
}

fn write_to(switch: &mut Switch, user: &str, reach: &Reach, text: &str) {
    let (call_id, tag) = (switch.endpoint.token(), switch.endpoint.token());
    let host = switch.endpoint.transports_ref().sent_by(&reach.flow).host;
    let at = |user: &str| {
        let uri = SipUri::new(Scheme::Sip, Some(user), HostPort::new(host.clone(), None));
        NameAddr::new(Uri::Sip(uri))
    };
    let mut message = Request::builder(Method::Message, &reach.uri);
    for route in &reach.path {
        message = message.push(&Route(route.clone()));
    }
    let message = message
        .push(&From(at("cordboard").with_tag(&tag)))
        .push(&To(at(user)))
        .push(&SipCallId(call_id.into()))
        .push(&CSeq {
            number: 1,
            method: Method::Message,
        })
        .body("text/plain;charset=utf-8", Bytes::from(text.to_owned()));
    switch.endpoint.send(switch.now, reach.to.clone(), message);
}
