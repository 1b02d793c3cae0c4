//! A caller arrives: who they are, what they dialled, whether they are let in, and which devices
//! ring for them.

use crate::{
    call::Call,
    destination::Destination,
    encryption::Encryption,
    features::{attend, emergency, recording, replace},
    happening::{EndReason, MediaWay, Party, RefusalReason, What},
    hops,
    leg::{LegId, Place, is_same_place},
    limits::MAX_LEGS_PER_CALL,
    sound_format,
    switch::Switch,
};
use bytes::Bytes;
use office::{CallId, Coming, Device, Office, Person, PersonId, clean_text};
use sip_dialog::{Ctx, Invite, Local, Reliable, Session, SessionConfig};
use sip_message::{
    HeaderName, HostPort, Params, Request, Scheme, SipUri, Uri,
    header::{NameAddr, Via},
};
use sip_sdp::SessionDescription;
use sip_server::digest::Authenticated;
use sip_transaction::ServerId;
use sip_transport::{Flow, Transport};
use std::{borrow::Cow, net::IpAddr};

impl Switch {
    /// An INVITE of a device that proved who it is.
    pub(crate) fn on_caller(&mut self, server: ServerId, request: &Authenticated<Request>) {
        let office = self.office();
        let flow = request.flow();
        let user = request.account().to_str();
        let device = office.device_by_user(&user);
        let Some(device) = device.map(|device| device.id) else {
            // The device was removed between its proof and now.
            return self.respond_plain(server, request.get(), 403);
        };
        self.on_device_calls(server, flow, request.get(), device);
    }

    /// An INVITE of a device that is known.
    pub(crate) fn on_device_calls(
        &mut self,
        server: ServerId,
        flow: Flow,
        request: &Request,
        device: office::DeviceId,
    ) {
        let office = self.office();
        let device = office.device(device);
        let Some((device, person)) = device.and_then(|d| Some((d, office.person(d.person)?)))
        else {
            return self.respond_plain(server, request, 403);
        };
        let dialled = match request.uri().map(|uri| uri.user().map(Cow::into_owned)) {
            Ok(Some(user)) => clean_text(&String::from_utf8_lossy(&user)).into_owned(),
            Ok(None) => return self.respond_plain(server, request, 404),
            Err(_) => return self.respond_plain(server, request, 400),
        };
        if self.is_merged(server, request) {
            return self.respond_plain(server, request, 482);
        }
        let from = party(&office, person, Some(device));
        let place = self.place_of_caller(flow, request, device);
        let local = Local {
            contact: self.contact(&flow),
            tag: None,
            config: self.session_config(),
        };
        let mut ctx = Ctx {
            now: self.now(),
            endpoint: &mut self.endpoint,
        };
        let Ok(session) = Session::incoming(&mut ctx, server, flow, request, local) else {
            return; // the session has already answered: bad Require, bad timer, merged request
        };
        let call = self.new_call_id();
        let mut leg = self.new_leg(call, session, from.clone(), place);
        leg.server = Some(server);
        let arriving = Call {
            hops: hops::left(request),
            ..Call::new(dialled.clone())
        };
        self.calls.insert(call, arriving);
        let caller = leg.id;
        self.add_leg(leg);
        self.trace_arrival(caller, flow, request.bytes());
        let offer = Some(request.body()).filter(|body| !body.is_empty());
        self.tell(What::CallerArrived {
            call,
            from,
            dialled: dialled.clone(),
            from_board: false,
        });
        if let Some(replaces) = request.headers().value(HeaderName::Replaces) {
            self.take_over(call, caller, person.id, &replaces, offer);
        } else {
            self.admit(call, caller, person.id, &dialled, offer);
        }
    }

    /// Whether any phone of a person can be called.
    pub(crate) fn is_online(&self, person: PersonId) -> bool {
        let office = self.office();
        let registrations = &self.door.registrations;
        let mut devices = office.devices_of(person);
        devices.any(|device| registrations.is_there(self.now(), &device.sip_user))
    }

    /// A person as others are shown them, at no phone in particular.
    pub(crate) fn party_of(&self, person: PersonId) -> Option<Party> {
        let office = self.office();
        let found = office.person(person)?;
        Some(party(&office, found, None))
    }

    /// Rings every registered contact of a person's devices. Gives the legs; none when nobody is
    /// online.
    pub(crate) fn call_devices(
        &mut self,
        call: CallId,
        person: PersonId,
        ring: &Ring,
    ) -> Result<Vec<LegId>, RefusalReason> {
        let office = self.office();
        let Some(callee) = office.person(person) else {
            return Err(RefusalReason::UnknownNumber);
        };
        let for_leg = ring.for_leg;
        // A phone without G.711 may be understood by none of the others: the office translates.
        if let Some(offer) = &ring.offer
            && let Ok(offer) = SessionDescription::parse(offer)
            && sound_format::is_decodable(&offer)
            && !sound_format::offers_g711(&offer)
        {
            self.forced_way.entry(call).or_insert(MediaWay::Relayed);
        }
        let persons = for_leg.and_then(|leg| self.legs.get(&leg)?.party.person);
        let persons: Vec<PersonId> = persons.into_iter().chain([callee.id]).collect();
        if recording::needs_relay(&office, &persons) {
            self.forced_way.entry(call).or_insert(MediaWay::Relayed);
        }
        let own = for_leg.and_then(|leg| self.legs.get(&leg)?.party.device);
        let alert = ring.alert.map(|urn| {
            let value = format!("<{urn}>");
            ("Alert-Info".to_owned(), Bytes::from(value))
        });
        let offer = ring.offer.as_ref();
        let offer = offer.and_then(|offer| SessionDescription::parse(offer).ok());
        let is_keyed = offer.as_ref().is_some_and(sip_sdp::offers_keys);
        let mut legs = Vec::new();
        let mut trouble = None;
        for device in office.devices_of(person) {
            let is_other = ring.only.is_some_and(|only| only != device.id);
            if is_other || [own, ring.except].contains(&Some(device.id)) {
                continue;
            }
            for reach in self
                .door
                .registrations
                .reach(self.now(), &device.sip_user, &self.endpoint)
            {
                if legs.len() == MAX_LEGS_PER_CALL {
                    break;
                }
                let place = Place {
                    flow: reach.flow,
                    behind_nat: reach.behind_nat,
                    policy: device.media,
                };
                let party = party(&office, callee, Some(device));
                let id = self.new_leg_id();
                let caller = for_leg.and_then(|leg| self.legs.get(&leg));
                let way = match caller {
                    Some(caller) if !self.config.always_relay && caller.place.can_reach(&place) => {
                        let forced = self.forced_way.get(&call);
                        forced.copied().unwrap_or(MediaWay::Direct)
                    }
                    _ => MediaWay::Relayed,
                };
                // The leg must exist before its offer is written: the relay's ports belong to it.
                let mut leg = self.leg_to_be(id, call, party.clone(), place);
                let way = match is_keyed || leg.encryption.is_wanted() {
                    true => MediaWay::Relayed, // each has its keys with the office
                    false => way,
                };
                if way == MediaWay::Direct {
                    leg.encryption = Encryption::Plain;
                }
                leg.way = way;
                let offer = match (&ring.offer, for_leg) {
                    (Some(offer), Some(from)) => match self.first_offer(from, &mut leg, offer) {
                        Ok(offer) => Some(offer),
                        Err(why) => {
                            trouble = Some(why);
                            continue;
                        }
                    },
                    _ => None,
                };
                let invite = Invite {
                    request_uri: reach.uri.clone(),
                    from: self.caller_address(ring.from.as_ref(), &place.flow),
                    to: NameAddr::new(self.address(&ring.to, &place.flow)),
                    contact: self.contact(&place.flow),
                    call_id: None,
                    routes: reach.path.clone(),
                    sdp: offer,
                    headers: alert.clone().into_iter().collect(),
                    config: SessionConfig {
                        // Nothing is agreed with a caller's own phone before it is picked up.
                        reliable: match for_leg {
                            Some(_) => Reliable::default(),
                            None => Reliable::Off,
                        },
                        ..self.session_config()
                    },
                };
                let mut ctx = Ctx {
                    now: self.now(),
                    endpoint: &mut self.endpoint,
                };
                let session = Session::invite(&mut ctx, reach.to.clone(), invite);
                let leg = leg.with_session(session);
                self.add_leg(leg);
                legs.push(id);
                self.tell(What::DeviceCalled {
                    call,
                    leg: id.0,
                    to: party,
                    media: for_leg.map(|_| way),
                });
            }
        }
        match trouble {
            Some(why) if legs.is_empty() => Err(why),
            _ => Ok(legs),
        }
    }

    /// Where our own requests and answers over a flow say we are.
    pub(crate) fn contact(&self, flow: &Flow) -> Uri {
        let host = self.endpoint.transports_ref().sent_by(flow);
        let uri = SipUri::new(Scheme::Sip, Some("cordboard"), host);
        let params = match flow.transport {
            Transport::Udp => Params::new(),
            other => Params::new().with("transport", other.uri_name()),
        };
        Uri::Sip(uri.with_params(params))
    }

    /// Whether this INVITE has come already by another way: forked on its path here, both copies
    /// are one call (RFC 3261 §8.2.2.2).
    pub(crate) fn is_merged(&self, server: ServerId, request: &Request) -> bool {
        let same = |other: &Request| {
            let key = |r: &Request| {
                Some((
                    r.call_id().ok()?,
                    r.from().ok()?.tag()?,
                    r.cseq().ok()?.number,
                ))
            };
            key(other).is_some_and(|of_other| key(request) == Some(of_other))
        };
        let Ok(call_id) = request.call_id() else {
            return false;
        };
        self.legs_of_call_id(&call_id)
            .filter_map(|leg| leg.server.filter(|of_leg| *of_leg != server))
            .filter_map(|of_leg| self.endpoint.server_request(of_leg))
            .any(same)
    }

    fn session_config(&self) -> SessionConfig {
        SessionConfig {
            session_expires: Some(self.office().settings().session_expires),
            ..SessionConfig::default()
        }
    }

    fn admit(
        &mut self,
        call: CallId,
        caller: LegId,
        person: PersonId,
        dialled: &str,
        offer: Option<Bytes>,
    ) {
        let office = self.office();
        if emergency::number(&office, dialled).is_some() {
            return emergency::begin(self, call, caller, dialled, offer);
        }
        if self.is_shutting_down() {
            return self.refuse(call, caller, RefusalReason::ShuttingDown);
        }
        let mut destination = match self.destination_of(call, dialled) {
            Ok(destination) => destination,
            Err(reason) => return self.refuse(call, caller, reason),
        };
        let callee = match destination {
            Destination::Person(callee) => Some(callee),
            _ => None,
        };
        let mut admitted = self.admission.admit(&office, person, callee);
        if let (Err(RefusalReason::PersonBusy), Some(callee)) = (&admitted, callee)
            && let Some(mailbox) = attend::mailbox_of(&office, callee)
        {
            destination = Destination::Mailbox(mailbox, Coming::Busy);
            admitted = self.admission.admit(&office, person, None);
        }
        match (admitted, self.calls.get_mut(&call)) {
            (Ok(admitted), Some(call)) => {
                call.admitted = admitted;
                call.counts = true;
            }
            (Err(reason), _) => return self.refuse(call, caller, reason),
            (Ok(_), None) => return,
        }
        self.lead_to(call, caller, destination, offer);
    }

    fn take_over(
        &mut self,
        call: CallId,
        new: LegId,
        person: PersonId,
        replaces: &sip_message::Text,
        offer: Option<Bytes>,
    ) {
        let taken =
            offer.is_some_and(|offer| replace::take_over(self, new, person, replaces, &offer));
        if !taken {
            self.reject(new, 481, &[]);
        }
        // The call this INVITE opened is over either way: its leg belongs to the other call now.
        let reason = match taken {
            true => EndReason::Transferred,
            false => EndReason::Refused,
        };
        self.end(call, reason, None);
    }

    fn place_of_caller(&self, flow: Flow, request: &Request, device: &Device) -> Place {
        // A phone that knows its outside address writes it into Via and SDP; one behind NAT
        // writes what nobody outside can reach.
        let here = flow.remote.ip();
        let via = request
            .headers()
            .get::<Via>()
            .ok()
            .and_then(|via| via.sent_by.host.ip());
        let sdp = SessionDescription::parse(&request.body()).ok();
        let sound = sdp
            .as_ref()
            .and_then(|sdp| sip_sdp::media_targets(sdp).first()?.address);
        let elsewhere = |ip: Option<IpAddr>| ip.is_some_and(|ip| !is_same_place(ip, here));
        let is_websocket = matches!(flow.transport, Transport::Ws | Transport::Wss);
        Place {
            flow,
            behind_nat: elsewhere(sound) || (elsewhere(via) && !is_websocket),
            policy: device.media,
        }
    }

    /// `"Anna" <sip:101@here>`.
    pub(crate) fn caller_address(&self, caller: Option<&Party>, flow: &Flow) -> NameAddr {
        match caller {
            Some(party) if party.number.is_empty() => {
                NameAddr::new(self.address("anonymous", flow)).with_display(&party.name)
            }
            Some(party) => {
                NameAddr::new(self.address(&party.number, flow)).with_display(&party.name)
            }
            None => NameAddr::new(self.address("anonymous", flow)),
        }
    }

    /// An address of the office for a number, as the phone at the other end of `flow` knows us.
    fn address(&self, number: &str, flow: &Flow) -> Uri {
        let host = self.endpoint.transports_ref().sent_by(flow).host;
        Uri::Sip(SipUri::new(
            Scheme::Sip,
            Some(number),
            HostPort::new(host, None),
        ))
    }
}

/// How devices are rung.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ring {
    /// The leg they are rung for, whose own phone is left out; none while a caller's own phones
    /// ring.
    pub(crate) for_leg: Option<LegId>,
    /// What that leg offers; without, they are asked to offer.
    pub(crate) offer: Option<Bytes>,
    /// Who they show as calling.
    pub(crate) from: Option<Party>,
    /// The number they show as called.
    pub(crate) to: String,
    /// One more phone to be left out.
    pub(crate) except: Option<office::DeviceId>,
    /// How it is to sound (RFC 7462), where that is not as always.
    pub(crate) alert: Option<&'static str>,
    /// The only phone that rings, if not all do.
    pub(crate) only: Option<office::DeviceId>,
}

impl Ring {
    /// For nobody yet, with the number that was dialled.
    pub(crate) fn of_call(switch: &Switch, call: CallId) -> Ring {
        let dialled = switch.calls.get(&call).map(|c| c.dialled.clone());
        Ring {
            to: dialled.unwrap_or_default(),
            ..Ring::default()
        }
    }
}

/// A person of the office as the other side is shown them.
fn party(office: &Office, person: &Person, device: Option<&Device>) -> Party {
    let own = person
        .number
        .as_ref()
        .or_else(|| office.numbers_of(person.id).first());
    Party {
        person: Some(person.id),
        device: device.map(|d| d.id),
        name: person.shown_name().to_owned(),
        number: own.map_or_else(String::new, |n| n.as_str().to_owned()),
        ..Party::default()
    }
}
