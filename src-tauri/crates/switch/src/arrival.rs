//! A caller arrives: who they are, what they dialled, whether they are let in, and which devices
//! ring for them.

use crate::{
    call::Call,
    encryption::Encryption,
    features::{
        attend, call_out, call_peer, emergency, flow, park, recording, replace, ring,
        still_there::Asking,
    },
    gate::{
        ChosenBy, Forwards, FromPhone, OnBehalfOf, PeerPermit, Permit, ShownBecause, WayOut, Wish,
    },
    happening::{LineTest, MediaWay, Party, RefusalReason, What},
    hops, hours,
    leg::{Leg, LegId, Place, is_same_place},
    limits::{ANY_VOICEMAIL, MAX_LEGS_PER_CALL, VOICEMAIL},
    sound_format,
    switch::Switch,
};
use bytes::Bytes;
use callflow::walk::CallerId;
use media::Network;
use office::{
    CallId, Coming, ConferenceRoomId, Device, Dialled, FlowId, Led, MailboxId, Office, ParkSlot,
    PeerId, Person, PersonId, PhoneNumber, WantsState, clean_text,
};
use rand_core::RngCore;
use sip_dialog::{Ctx, Invite, Local, Reliable, Session, SessionConfig};
use sip_message::{
    HeaderName, HostPort, Params, Request, Scheme, SipUri, Uri,
    header::{NameAddr, Privacy, Via},
};
use sip_sdp::{OriginRewriter, SessionDescription};
use sip_server::digest::Authenticated;
use sip_transaction::ServerId;
use sip_transport::{Flow, Transport};
use std::{borrow::Cow, net::IpAddr, sync::Arc};

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

    /// Where a dialled number leads, if it may be called now. Someone who is away rings as usual:
    /// only do-not-disturb keeps calls from a person, who then may take messages.
    pub(crate) fn destination(&self, dialled: &str) -> Result<Destination, RefusalReason> {
        let office = self.office();
        if emergency::number(&office, dialled).is_some() {
            return Ok(Destination::Outside {
                number: dialled.to_owned(),
                by: WayOut::Dialled,
            });
        }
        if let Some(led) = self.destination_led(&office, &office.led(dialled, self.unix_ms())) {
            return led;
        }
        match dialled {
            VOICEMAIL => return Ok(Destination::Voicemail(WhoseMailbox::Own)),
            ANY_VOICEMAIL => return Ok(Destination::Voicemail(WhoseMailbox::Any)),
            _ => {}
        }
        if let Some(slot) = park::slot(self, dialled) {
            return Ok(Destination::Slot(Some(slot)));
        }
        if park::is_anywhere(&office, dialled) {
            return Ok(Destination::Slot(None));
        }
        if let Some(test) = attend::line_test(dialled) {
            return Ok(Destination::LineTest(test));
        }
        if let Some((peer, number)) = self.peer_with(dialled) {
            return Ok(Destination::Peer(peer, number));
        }
        match is_outside(&office, dialled) {
            true => Ok(Destination::Outside {
                number: dialled.to_owned(),
                by: WayOut::Dialled,
            }),
            false => Err(RefusalReason::UnknownNumber),
        }
    }

    /// Where whoever was led somewhere comes to; `None` if there is nothing of that number.
    pub(crate) fn destination_led(
        &self,
        office: &Office,
        led: &Led<'_>,
    ) -> Option<Result<Destination, RefusalReason>> {
        Some(match led.to {
            Dialled::Person(callee)
                if callee.wants.at(self.unix_ms()) == WantsState::DoNotDisturb =>
            {
                match attend::mailbox_of(office, callee.id) {
                    Some(mailbox) => Ok(Destination::Mailbox(mailbox, Coming::Busy)),
                    None => Err(RefusalReason::DoNotDisturb),
                }
            }
            Dialled::Person(callee) => Ok(Destination::Person(callee.id)),
            Dialled::Mailbox(mailbox) => Ok(Destination::Mailbox(mailbox, hours::coming(led))),
            Dialled::Flow(flow) => Ok(Destination::Flow(flow)),
            Dialled::Outside(number) => Ok(Destination::Outside {
                number: number.as_str().to_owned(),
                by: WayOut::Forward,
            }),
            Dialled::Hangup => Err(RefusalReason::NumberHangsUp),
            Dialled::Room(room) => Ok(Destination::Room(room)),
            Dialled::Unknown => return None,
        })
    }

    /// Where whoever is handed on to a dialled number comes to: nobody is handed on to an echo.
    pub(crate) fn handed_to(
        &mut self,
        call: CallId,
        dialled: &str,
    ) -> Result<HandedTo, RefusalReason> {
        // They come anew: what was closed when they called counts no more.
        if let Some(state) = self.calls.get_mut(&call) {
            state.coming = Coming::default();
        }
        match self.destination_of(call, dialled)? {
            Destination::Person(callee) => Ok(HandedTo::Person(callee)),
            // Whoever hands on does better to hear that they do not want to be disturbed.
            Destination::Mailbox(_, Coming::Busy) => Err(RefusalReason::DoNotDisturb),
            Destination::Mailbox(mailbox, kind) => {
                Ok(HandedTo::Place(attend::Place::Mailbox(mailbox, kind)))
            }
            Destination::Room(room) => Ok(HandedTo::Place(attend::Place::Room(room))),
            Destination::Flow(flow) => Ok(HandedTo::Place(attend::Place::Flow(flow))),
            Destination::Outside { number, by } => Ok(HandedTo::Outside(number, by)),
            Destination::Peer(peer, number) => Ok(HandedTo::Peer(peer, number)),
            Destination::Slot(slot) => Ok(HandedTo::Slot(slot)),
            Destination::LineTest(_) | Destination::Voicemail(_) => {
                Err(RefusalReason::UnknownNumber)
            }
        }
    }

    /// Whether any phone of a person can be called.
    pub(crate) fn is_online(&self, person: PersonId) -> bool {
        let office = self.office();
        let registrations = &self.door.registrations;
        office.devices_of(person).any(|device| {
            let reach = registrations.reach(self.now(), &device.sip_user, &self.endpoint);
            !reach.is_empty()
        })
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
            && let Ok(offer) = sip_sdp::SessionDescription::parse(offer)
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

    /// Brings a caller whose call counts already to a destination.
    pub(crate) fn lead_to(
        &mut self,
        call: CallId,
        caller: LegId,
        destination: Destination,
        offer: Option<Bytes>,
    ) {
        match destination {
            Destination::Person(callee) => ring::begin(self, call, caller, callee, offer),
            Destination::LineTest(test) => attend::test_line(self, call, caller, offer, test),
            Destination::Mailbox(mailbox, kind) => {
                attend::take_message(self, call, caller, offer, (mailbox, kind));
            }
            Destination::Voicemail(whose) => {
                attend::read_mailbox(self, call, caller, offer, whose);
            }
            Destination::Room(room) => {
                attend::join_room(self, call, caller, offer, (room, false));
            }
            Destination::Flow(flow) => flow::begin(self, call, caller, flow, offer),
            Destination::Slot(slot) => park::on_dialled(self, call, caller, slot, offer),
            Destination::Peer(peer, number) => {
                let hairpin = self.party(caller).line.is_some();
                let way = (WayOut::Dialled, hairpin);
                match self.permit_peer_for(call, caller, (peer, &number), way) {
                    Ok(permit) => call_peer::begin(self, call, caller, permit, offer),
                    Err(reason) => self.refuse(call, caller, reason),
                }
            }
            Destination::Outside { number, by } => {
                let hairpin = self.party(caller).line.is_some();
                match self.permit_for(call, caller, &number, (by, hairpin)) {
                    Ok(permit) => call_out::begin(self, call, caller, permit, offer),
                    Err(reason) => self.refuse(call, caller, reason),
                }
            }
        }
    }

    /// Brings somebody to a destination who came from outside or was in a flow, and whose phone may
    /// be up already.
    pub(crate) fn put_through(
        &mut self,
        call: CallId,
        caller: LegId,
        destination: Result<Destination, RefusalReason>,
        offer: Option<Bytes>,
    ) {
        let office = self.office();
        let destination = match destination {
            Ok(Destination::Person(callee)) if !self.admission.has_room(&office, callee) => {
                match attend::mailbox_of(&office, callee) {
                    Some(mailbox) => Ok(Destination::Mailbox(mailbox, Coming::Busy)),
                    None => Err(RefusalReason::PersonBusy),
                }
            }
            other => other,
        };
        let destination = match destination {
            Ok(destination) => destination,
            Err(reason) => return self.refuse(call, caller, reason),
        };
        let own = self.party(caller).person;
        match &destination {
            Destination::Person(callee) => {
                self.count_persons(call, own.into_iter().chain([*callee]).collect());
            }
            Destination::Outside { .. } | Destination::Peer(..) => {
                self.count_persons(call, own.into_iter().collect())
            }
            _ => return self.lead_to(call, caller, destination, offer),
        }
        if self.is_up(caller) {
            if attend::answer(self, caller).is_err() {
                return self.refuse(call, caller, RefusalReason::BadMedia);
            }
            self.ring_back(caller);
        }
        let offer = offer.or_else(|| self.description_of(caller));
        self.lead_to(call, caller, destination, offer);
    }

    /// Asks the gate for a call outside, for whoever is at a leg.
    pub(crate) fn permit_for(
        &mut self,
        call: CallId,
        leg: LegId,
        number: &str,
        way: (WayOut, bool),
    ) -> Result<Permit, RefusalReason> {
        self.wish_of(call, leg, number, way, Switch::permit)
    }

    /// Asks the gate for a call to another telephone system, for whoever is at a leg.
    pub(crate) fn permit_peer_for(
        &mut self,
        call: CallId,
        leg: LegId,
        (peer, number): (PeerId, &str),
        way: (WayOut, bool),
    ) -> Result<PeerPermit, RefusalReason> {
        self.wish_of(call, leg, number, way, |switch, wish| {
            switch.permit_peer(wish, peer)
        })
    }

    /// What whoever is at a leg wants of the gate, which is asked for it.
    fn wish_of<T>(
        &mut self,
        call: CallId,
        leg: LegId,
        number: &str,
        (by, hairpin): (WayOut, bool),
        ask: impl FnOnce(&mut Switch, &Wish<'_>) -> Result<T, RefusalReason>,
    ) -> Result<T, RefusalReason> {
        let Some(state) = self.legs.get(&leg) else {
            return Err(RefusalReason::NoLine);
        };
        let party = state.party.clone();
        let address = state.place.flow.remote.ip();
        let request = state
            .server
            .and_then(|server| self.endpoint.server_request(server));
        let header = |name: HeaderName| {
            let value = request.and_then(|request| request.headers().value(name));
            value.map(|value| value.to_str().into_owned())
        };
        let agent = header(HeaderName::UserAgent);
        let hidden = request.is_some_and(|request| {
            let privacy = request.headers().get::<Privacy>();
            privacy.is_ok_and(|privacy| privacy.has("id") || privacy.has("user"))
        });
        let phone = party.device.map(|device| FromPhone {
            device,
            address,
            agent: agent.as_deref(),
        });
        let shows = match flow::caller_id(self, call).filter(|_| by == WayOut::FlowDial) {
            None | Some(CallerId::Caller) => {
                let own = PhoneNumber::parse(&party.number).ok();
                own.map(|number| (number, ShownBecause::Caller))
            }
            Some(CallerId::Office) => None,
            Some(CallerId::Custom(typed)) => {
                let office = self.office();
                let country = office.settings().country.as_ref();
                let number = numbering::normalise_incoming(typed, country);
                number.map(|number| (number, ShownBecause::Rule))
            }
        };
        let (on_behalf_of, dialled_by) = match (party.person, party.peer) {
            (Some(person), _) => (OnBehalfOf::Person(person), ChosenBy::Person),
            (None, Some(peer)) => (OnBehalfOf::Peer(peer), ChosenBy::Person),
            (None, None) => (OnBehalfOf::Office, ChosenBy::Caller),
        };
        let chosen_by = match by {
            // These lead to numbers that the configuration names, whoever comes along.
            WayOut::Forward | WayOut::FlowDial => ChosenBy::Office,
            _ => dialled_by,
        };
        let called = self.calls.get(&call).and_then(|call| call.called.clone());
        let forwards = matches!(by, WayOut::Forward | WayOut::FlowDial) && party.line.is_some();
        let wish = Wish {
            by,
            on_behalf_of,
            dialled: number,
            chosen_by,
            call,
            hairpin,
            phone,
            hidden,
            shows: shows
                .as_ref()
                .map(|(number, why)| (number, *why))
                .filter(|(_, why)| party.is_outside() || *why == ShownBecause::Rule),
            forwards: forwards.then(|| Forwards {
                number: called.as_ref(),
                why: flow::forwarded_because(self, call),
            }),
            only: self
                .calls
                .get(&call)
                .and_then(|state| state.only_line)
                .filter(|_| matches!(by, WayOut::BoardCall | WayOut::Api)),
        };
        ask(self, &wish)
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
        let reason = if taken {
            crate::happening::EndReason::Transferred
        } else {
            crate::happening::EndReason::Refused
        };
        self.end(call, reason, None);
    }

    pub(crate) fn new_leg(
        &mut self,
        call: CallId,
        session: Session,
        party: Party,
        place: Place,
    ) -> Leg {
        let id = self.new_leg_id();
        let mut leg = self.leg_to_be(id, call, party, place);
        if leg.encryption != Encryption::Required {
            leg.encryption = Encryption::Plain; // it says itself what it likes
        }
        leg.with_session(session)
    }

    pub(crate) fn leg_to_be(
        &mut self,
        id: LegId,
        call: CallId,
        party: Party,
        place: Place,
    ) -> LegToBe {
        let sources = self.sources_of(&party);
        let encryption = self.encryption_of(&party, place.flow.transport);
        LegToBe {
            sources,
            encryption,
            id,
            call,
            party,
            place,
            way: MediaWay::Relayed,
            ports: None,
            ours: None,
            origin: OriginRewriter::new(self.chance.next_u64(), place.flow.local.ip()),
        }
    }

    /// Where the sound of somebody outside may come from besides where they say.
    fn sources_of(&self, party: &Party) -> Option<Arc<[Network]>> {
        let office = self.office();
        let networks = match (party.line, party.peer) {
            (Some(line), _) => office.trunk(line)?.networks.clone(),
            (None, Some(peer)) => office.peer(peer)?.networks.clone(),
            (None, None) => return None,
        };
        let networks = networks.iter().filter_map(|network| {
            let text = network.as_str();
            let (address, bits) = text.split_once('/').unwrap_or((text, ""));
            let address: IpAddr = address.parse().ok()?;
            let all = if address.is_ipv4() { 32 } else { 128 };
            Network::new(address, bits.parse().unwrap_or(all)).ok()
        });
        Some(networks.collect())
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
        let sdp = sip_sdp::SessionDescription::parse(&request.body()).ok();
        let sound = sdp
            .as_ref()
            .and_then(|sdp| sip_sdp::media_targets(sdp).first()?.address);
        let elsewhere =
            |ip: Option<std::net::IpAddr>| ip.is_some_and(|ip| !is_same_place(ip, here));
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

/// Where a number leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// To a person's phones.
    Person(PersonId),
    /// To a test of the caller's line.
    LineTest(LineTest),
    /// To a mailbox, for that reason.
    Mailbox(MailboxId, Coming),
    /// To the caller's mailbox, or another's, to hear it.
    Voicemail(WhoseMailbox),
    /// Into a conference room.
    Room(ConferenceRoomId),
    /// Into a call flow.
    Flow(FlowId),
    /// To a parking slot, or the next free one.
    Slot(Option<ParkSlot>),
    /// To a number of another telephone system.
    Peer(PeerId, String),
    /// To a number outside, if the gate lets it.
    Outside {
        /// As it was dialled, or as the office has it.
        number: String,
        /// Dialled, or where an extension or flow leads.
        by: WayOut,
    },
}

impl Destination {
    /// The same for whoever comes for that reason, where the way there gives none of its own.
    pub(crate) fn for_who_comes(self, coming: Coming) -> Destination {
        match self {
            Destination::Mailbox(mailbox, Coming::Unanswered) => {
                Destination::Mailbox(mailbox, coming)
            }
            other => other,
        }
    }
}

/// Where somebody comes to who is handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HandedTo {
    /// To a person's phones.
    Person(PersonId),
    /// To a number outside, if the gate lets it.
    Outside(String, WayOut),
    /// To a number of another telephone system.
    Peer(PeerId, String),
    /// To a parking slot, or the next free one.
    Slot(Option<ParkSlot>),
    /// To where the office itself attends to them.
    Place(attend::Place),
}

/// Whose mailbox a caller wants to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhoseMailbox {
    /// Their own.
    Own,
    /// One whose number and PIN they dial.
    Any,
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

/// A leg whose session is about to be made.
pub(crate) struct LegToBe {
    pub(crate) id: LegId,
    call: CallId,
    pub(crate) party: Party,
    pub(crate) place: Place,
    pub(crate) way: MediaWay,
    pub(crate) ports: Option<media::PortPair>,
    pub(crate) ours: Option<sip_sdp::SessionDescription>,
    /// What is wanted of its sound.
    pub(crate) encryption: Encryption,
    pub(crate) origin: OriginRewriter,
    /// Where its sound may come from besides where it says, if it is outside.
    sources: Option<Arc<[Network]>>,
}

impl LegToBe {
    pub(crate) fn with_session(self, session: Session) -> Leg {
        Leg {
            id: self.id,
            call: self.call,
            session,
            party: self.party,
            place: self.place,
            ports: self.ports,
            stream: None,
            theirs: None,
            ours: self.ours,
            encryption: self.encryption,
            playing: None,
            origin: self.origin,
            way: self.way,
            hears_music: false,
            holds: false,
            errand: None,
            put_off: None,
            on_line: None,
            at_peer: None,
            sources: self.sources,
            server: None,
            clients: Vec::new(),
            armed: None,
            asking: Asking::default(),
            tells_moved: None,
        }
    }
}

/// Whether what was dialled is to be asked about at the gate: a number outside, of an office that has
/// lines, be it dialled as elsewhere, or an emergency number wherever it is dialled.
fn is_outside(office: &Office, dialled: &str) -> bool {
    let calling = office.calling();
    let at = numbering::Dialling {
        country: office.settings().country.as_ref(),
        area: calling.area_code.as_deref(),
        outside_prefix: calling.outside_prefix.as_deref(),
    };
    match numbering::read(dialled, &at) {
        numbering::Outside::Emergency(_) => true,
        numbering::Outside::Number(_)
        | numbering::Outside::NotANumber(numbering::WhyNot::AnotherWayAbroad { .. }) => {
            office.trunks().len() > 0
        }
        numbering::Outside::NotANumber(_) => false,
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
