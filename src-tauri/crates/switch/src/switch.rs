//! The switch: one input in, its effects out. It owns every call; nothing else does.

use crate::{
    admission::Admission,
    board::Historian,
    call::{Activity, Call},
    door::Door,
    features::{ring, talk, transfer},
    flight_recorder::FlightRecorder,
    happening::{EndReason, Happening, MediaWay, Party, RefusalReason, SideQuality, What},
    io::{Command, Input, Output, TracedMessage, Write},
    leg::{Errand, Leg, LegId},
    limits::MAX_OUTPUTS,
    passing, trace,
};
use bytes::Bytes;
use media::{MediaCommand, PortPool, PortRangeTooSmall, RelayId};
use office::{CallId, Office};
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use sip_dialog::{Ctx, EndCause, Session, SessionEvent};
use sip_message::{Message, StatusCode, Text};
use sip_server::proxy::Proxy;
use sip_transaction::{
    ClientId, Endpoint, EndpointConfig, Event, Output as EndpointOutput, ServerId,
};
use sip_transport::TransportOutput;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    ops::RangeInclusive,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

/// How a switch is set up, apart from the office itself.
#[derive(Clone, Debug)]
pub struct SwitchConfig {
    /// UDP ports for relayed sound, even ports for RTP.
    pub media_ports: RangeInclusive<u16>,
    /// Never let sound run straight between two phones.
    pub always_relay: bool,
    /// The number of the first call; above those of earlier runs.
    pub first_call: u64,
    /// What `Server` and `User-Agent` say.
    pub name: String,
    /// Timer values of the transactions; the RFC's by default.
    pub timers: sip_transaction::Timers,
}

impl Default for SwitchConfig {
    fn default() -> SwitchConfig {
        SwitchConfig {
            media_ports: 10_000..=19_999,
            always_relay: false,
            first_call: 1,
            name: concat!("Cordboard/", env!("CARGO_PKG_VERSION")).to_owned(),
            timers: sip_transaction::Timers::default(),
        }
    }
}

/// The brain of the office.
#[derive(Debug)]
pub struct Switch {
    pub(crate) config: SwitchConfig,
    pub(crate) endpoint: Endpoint,
    pub(crate) door: Door,
    pub(crate) proxy: Proxy,
    pub(crate) calls: BTreeMap<CallId, Call>,
    pub(crate) legs: BTreeMap<LegId, Leg>,
    pub(crate) admission: Admission,
    pub(crate) ports: PortPool,
    pub(crate) relays: BTreeMap<RelayId, CallId>,
    pub(crate) next_relay: u64,
    /// Ways asked for by the board, until the call ends.
    pub(crate) forced_way: BTreeMap<CallId, MediaWay>,
    pub(crate) quality: BTreeMap<CallId, [Option<SideQuality>; 2]>,
    pub(crate) chance: ChaCha12Rng,
    office: Arc<Office>,
    pub(crate) now: Instant,
    /// The wall clock at an instant: milliseconds since 1970 UTC.
    wall: (Instant, i64),
    next_call: u64,
    next_leg: u32,
    /// Our Call-ID and tag of every leg, for requests inside dialogs.
    dialogs: BTreeMap<(Text, Text), LegId>,
    clients: BTreeMap<ClientId, LegId>,
    /// INVITEs not answered yet, for CANCEL.
    servers: BTreeMap<ServerId, LegId>,
    /// Requests passed to the other side of a talk, whose answers go back.
    replies: BTreeMap<ClientId, (LegId, ServerId)>,
    deadlines: BTreeSet<(Instant, Deadline)>,
    touched: BTreeSet<LegId>,
    historian: Historian,
    recorder: FlightRecorder,
    working_on: Option<CallId>,
    shutting_down: bool,
    outputs: VecDeque<Output>,
}

/// Something to look at when its time comes; stale ones are ignored by their feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deadline {
    Session(LegId),
    Ring(CallId),
    Transfer(CallId),
    Silence(CallId),
}

impl Switch {
    /// A switch for an office. `seed` must be unpredictable outside of tests: tags, branches,
    /// nonces and ports come from it. `unix_ms` is the wall clock at `now`.
    pub fn new(
        office: Arc<Office>,
        config: SwitchConfig,
        seed: [u8; 32],
        now: Instant,
        unix_ms: i64,
    ) -> Result<Switch, PortRangeTooSmall> {
        let mut chance = ChaCha12Rng::from_seed(seed);
        let mut fresh = || {
            let mut seed = [0u8; 32];
            chance.fill_bytes(&mut seed);
            seed
        };
        let endpoint_config = EndpointConfig {
            timers: config.timers,
            server_name: Some(config.name.clone()),
            ..EndpointConfig::default()
        };
        let endpoint = Endpoint::new(endpoint_config, fresh());
        let ports = PortPool::new(config.media_ports.clone(), ChaCha12Rng::from_seed(fresh()))?;
        let door = Door::new(&office, [fresh(), fresh()], now);
        let proxy = passing::proxy(&office, fresh());
        Ok(Switch {
            endpoint,
            door,
            proxy,
            ports,
            calls: BTreeMap::new(),
            legs: BTreeMap::new(),
            admission: Admission::default(),
            relays: BTreeMap::new(),
            next_relay: 0,
            forced_way: BTreeMap::new(),
            quality: BTreeMap::new(),
            office,
            now,
            wall: (now, unix_ms),
            next_call: config.first_call,
            next_leg: 0,
            dialogs: BTreeMap::new(),
            clients: BTreeMap::new(),
            servers: BTreeMap::new(),
            replies: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            touched: BTreeSet::new(),
            historian: Historian::default(),
            recorder: FlightRecorder::default(),
            working_on: None,
            shutting_down: false,
            outputs: VecDeque::new(),
            chance,
            config,
        })
    }

    /// Takes in one input. A fault in one call ends that call and no other.
    pub fn handle(&mut self, now: Instant, input: Input) {
        self.now = now.max(self.now); // the monotonic clock of the host is trusted, replays are not
        self.recorder.record(self.now, &input);
        self.working_on = None;
        self.guarded(|switch| {
            switch.take(input);
            switch.run();
        });
    }

    /// The next thing to do; [`Output::SleepUntil`] when there is none.
    pub fn poll(&mut self) -> Output {
        match self.outputs.pop_front() {
            Some(output) => output,
            None => Output::SleepUntil(self.next_timeout()),
        }
    }

    /// Whether nothing is going on: no call, no transaction.
    pub fn is_at_rest(&self) -> bool {
        let counts = self.endpoint.counts();
        self.calls.is_empty() && self.legs.is_empty() && counts.client == 0 && counts.server == 0
    }

    /// What is held right now; all zero but registrations when the office is at rest.
    pub fn held(&self) -> Held {
        let counts = self.endpoint.counts();
        Held {
            calls: self.calls.len(),
            legs: self.legs.len(),
            dialogs: self.dialogs.len(),
            transactions: counts.client + counts.server,
            port_pairs: self.ports.in_use(),
            relays: self.relays.len(),
            records: self.historian.running(),
            indexed: self.clients.len() + self.servers.len() + self.replies.len(),
            passing: self.proxy.under_way(),
            registrations: self.door.registrations.len(),
        }
    }

    /// The office as configured now.
    pub fn office(&self) -> Arc<Office> {
        Arc::clone(&self.office)
    }

    pub(crate) fn now(&self) -> Instant {
        self.now
    }

    pub(crate) fn unix_ms(&self) -> i64 {
        let since = self.now.saturating_duration_since(self.wall.0).as_millis();
        self.wall
            .1
            .saturating_add(i64::try_from(since).unwrap_or(i64::MAX))
    }

    /// Shows the ladder of a call its first message, which came before the call was.
    pub(crate) fn trace_arrival(&mut self, leg: LegId, flow: sip_transport::Flow, bytes: &Bytes) {
        self.trace_at(leg, true, flow, bytes);
    }

    pub(crate) fn is_shutting_down(&self) -> bool {
        self.shutting_down
    }

    /// Does something that may meet a fault.
    fn guarded(&mut self, work: impl FnOnce(&mut Switch)) {
        if let Err(fault) = catch_unwind(AssertUnwindSafe(|| work(self))) {
            self.contain(fault.as_ref());
        }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Message { flow, bytes } => {
                if self.lets_in(flow, &bytes) {
                    self.endpoint.receive(self.now, flow, bytes);
                }
            }
            Input::Listening(listener) => self.endpoint.transports().listen(listener),
            Input::StoppedListening(listener) => {
                self.endpoint.transports().stop_listening(&listener);
            }
            Input::Accepted(flow) => {
                if !self.endpoint.accepted(self.now, flow)
                    && let Some(id) = flow.connection
                {
                    self.outputs.push_back(Output::Close(id));
                }
            }
            Input::Connected(id) => self.endpoint.connected(self.now, id),
            Input::Closed(id) => self.endpoint.connection_closed(self.now, id),
            Input::Unreachable(flow) => self.endpoint.udp_unreachable(self.now, flow),
            Input::Resolved { id, answer } => self.endpoint.resolved(self.now, id, answer),
            Input::Media(event) => self.on_media(event),
            Input::OfficeChanged(office) => {
                self.office = office;
                self.forget_removed_devices();
                self.tell(What::OfficeChanged);
            }
            Input::Command(command) => self.on_command(command),
            Input::WallClock(unix_ms) => self.wall = (self.now, unix_ms),
            Input::Tick => {}
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::HangUp(call) => self.hang_up(call, EndReason::EndedByOffice),
            Command::MoveMedia { call, to } => self.move_media(call, to),
            Command::ShutDown => {
                self.shutting_down = true;
                let calls: Vec<CallId> = self.calls.keys().copied().collect();
                for call in calls {
                    self.hang_up(call, EndReason::EndedByOffice);
                }
            }
        }
    }

    /// Runs what is due until nothing is left to do at this instant.
    fn run(&mut self) {
        self.endpoint.handle_timeout(self.now);
        self.proxy.handle_timeout(self.now, &mut self.endpoint);
        self.expire_registrations();
        while let Some((at, deadline)) = self.deadlines.first().copied()
            && at <= self.now
        {
            self.deadlines.remove(&(at, deadline));
            self.on_deadline(deadline);
            self.drain();
        }
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            if let Some(leg) = self.touched.pop_first() {
                self.settle(leg);
                continue;
            }
            match self.endpoint.poll() {
                Some(EndpointOutput::Transport(output)) => self.on_transport(output),
                Some(EndpointOutput::Resolve { id, query }) => {
                    self.outputs.push_back(Output::Resolve { id, query });
                }
                Some(EndpointOutput::Event(event)) => self.on_event(event),
                None => return,
            }
        }
    }

    fn on_transport(&mut self, output: TransportOutput) {
        let output = match output {
            TransportOutput::Send { flow, bytes } => {
                self.trace(false, flow, &bytes);
                Output::Send { flow, bytes }
            }
            TransportOutput::Connect { connection, target } => {
                Output::Connect { connection, target }
            }
            TransportOutput::Close(id) => Output::Close(id),
            // The endpoint has already failed the transactions concerned.
            TransportOutput::Failed { .. } => return,
        };
        self.outputs.push_back(output);
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Request {
                server,
                flow,
                request,
            } => {
                self.trace(true, flow, request.bytes());
                let leg = request
                    .to_tag()
                    .zip(request.call_id().ok())
                    .and_then(|(tag, call_id)| self.leg_of_dialog(&call_id, &tag));
                match leg {
                    Some(leg) => self.touch(leg, |session, ctx| {
                        session.on_request(ctx, server, flow, &request);
                    }),
                    None => self.on_new_request(server, flow, request),
                }
            }
            Event::Ack { flow, request } => {
                self.trace(true, flow, request.bytes());
                let leg = request
                    .to_tag()
                    .zip(request.call_id().ok())
                    .and_then(|(tag, call_id)| self.leg_of_dialog(&call_id, &tag));
                if let Some(leg) = leg {
                    self.touch(leg, |session, ctx| session.on_ack(ctx, &request));
                }
            }
            Event::Cancel { server, request } => {
                if let Some(leg) = self.servers.get(&server).copied() {
                    self.touch(leg, |session, ctx| session.on_cancel(ctx, &request));
                }
            }
            Event::Response { client, response } => {
                if let Some(leg) = self.clients.get(&client).copied() {
                    self.trace_for(leg, true, response.bytes());
                    self.touch(leg, |session, ctx| {
                        session.on_response(ctx, client, &response)
                    });
                } else {
                    self.on_passed_response(client, &response);
                }
            }
            Event::ClientTimeout { client } => self.on_client_failed(client, true),
            Event::ClientFailed { client } => self.on_client_failed(client, false),
            // The INVITE's final answer was never acknowledged or could not be sent: the session
            // is over on our side already.
            Event::ServerTimeout { server } | Event::ServerTransportError { server } => {
                self.servers.remove(&server);
            }
            Event::FlowClosed { flow } => self.on_flow_closed(flow),
        }
    }

    fn on_client_failed(&mut self, client: ClientId, timeout: bool) {
        if let Some(leg) = self.clients.get(&client).copied() {
            self.touch(leg, |session, ctx| {
                session.on_client_failed(ctx, client, timeout)
            });
        } else {
            self.on_passed_failed(client, timeout);
        }
    }

    fn on_deadline(&mut self, deadline: Deadline) {
        match deadline {
            Deadline::Session(leg) => {
                if let Some(state) = self.legs.get_mut(&leg) {
                    state.armed = None;
                    self.touch(leg, |session, ctx| session.on_timeout(ctx));
                }
            }
            Deadline::Ring(call) => self.on_call(call, |s| ring::on_deadline(s, call)),
            Deadline::Transfer(call) => self.on_call(call, |s| transfer::on_deadline(s, call)),
            Deadline::Silence(call) => self.on_call(call, |s| talk::on_deadline(s, call)),
        }
    }

    fn on_call(&mut self, call: CallId, f: impl FnOnce(&mut Switch)) {
        self.working_on = Some(call);
        f(self);
    }

    /// After a session was used: indexes what it waits for, hears its events, arms its timer,
    /// forgets it when it is over.
    fn settle(&mut self, leg: LegId) {
        while let Some(event) = self.legs.get_mut(&leg).and_then(|l| l.session.poll()) {
            self.on_session(leg, event);
        }
        let Some(state) = self.legs.get_mut(&leg) else {
            return;
        };
        if state.session.is_over() {
            return self.forget_leg(leg);
        }
        for client in state.session.clients() {
            if self.clients.insert(client, leg).is_none() {
                state.clients.push(client);
            }
        }
        state.clients.retain(|client| {
            let used = state.session.clients().any(|c| c == *client);
            if !used {
                self.clients.remove(client);
            }
            used
        });
        let wanted = state.session.next_timeout();
        if wanted != state.armed {
            if let Some(at) = state.armed {
                self.deadlines.remove(&(at, Deadline::Session(leg)));
            }
            if let Some(at) = wanted {
                self.deadlines.insert((at, Deadline::Session(leg)));
            }
            state.armed = wanted;
        }
    }

    /// Decides, by what is going on in its call, what an event of a leg means.
    fn on_session(&mut self, leg: LegId, event: SessionEvent) {
        let Some(call) = self.legs.get(&leg).map(|l| l.call) else {
            return;
        };
        self.working_on = Some(call);
        let errand = self.legs.get(&leg).and_then(|l| l.errand);
        match event {
            SessionEvent::Progress { status, sdp, .. } => match self.activity(call) {
                Doing::Ringing => ring::on_progress(self, call, leg, status.code(), sdp),
                Doing::Transferring => transfer::on_progress(self, call, leg, status.code()),
                _ => {}
            },
            SessionEvent::Answered { sdp, .. } => match self.activity(call) {
                Doing::Ringing => ring::on_answered(self, call, leg, sdp),
                Doing::Transferring => transfer::on_answered(self, call, leg, sdp),
                _ => {
                    self.with_session(leg, |session, ctx| session.hangup(ctx, None));
                }
            },
            SessionEvent::Rejected { status, .. } => match self.activity(call) {
                Doing::Ringing => ring::on_rejected(self, call, leg, status.code()),
                Doing::Transferring => transfer::on_rejected(self, call, leg, status.code()),
                _ => {}
            },
            SessionEvent::AckArrived { sdp: Some(sdp) } => {
                // A delayed offer: the caller's answer came with its ACK.
                if let Some(peer) = talk::peer(self, call, leg)
                    && let Ok(answer) = self.pass_on(leg, peer, &sdp)
                {
                    self.with_session(peer, |session, ctx| session.provide_answer(ctx, answer));
                    self.expect_media(call);
                }
            }
            SessionEvent::AckArrived { sdp: None } => {}
            SessionEvent::Offer { sdp, .. } => talk::on_offer(self, call, leg, sdp),
            SessionEvent::OfferAnswered { sdp, .. } => {
                self.set_errand(leg, None);
                match (errand, sdp) {
                    (Some(Errand::TakeOver { new, replaced }), sdp) => {
                        transfer::on_taken_over(self, call, leg, (new, replaced), Ok(sdp));
                    }
                    (Some(Errand::PassOn), sdp) => talk::on_offer_answered(self, call, leg, sdp),
                    (Some(errand), Some(sdp)) => transfer::on_joined(self, leg, errand, &sdp),
                    _ => {}
                }
            }
            SessionEvent::OfferRejected { status, .. } => {
                self.set_errand(leg, None);
                match errand {
                    Some(Errand::TakeOver { new, replaced }) => {
                        let refused = Err(status.code());
                        transfer::on_taken_over(self, call, leg, (new, replaced), refused);
                    }
                    Some(Errand::PassOn) => {
                        talk::on_offer_rejected(self, call, leg, status.code());
                    }
                    _ => {}
                }
            }
            SessionEvent::Request { server, request } => {
                if request.method() == sip_message::Method::Refer {
                    transfer::on_refer(self, call, leg, server, &request);
                } else {
                    talk::on_request(self, call, leg, server, &request);
                }
            }
            SessionEvent::Response { client, response } => {
                if let Some((asker, server)) = self.replies.remove(&client)
                    && response.status().is_final()
                {
                    self.respond_in(asker, server, response.status().code());
                }
            }
            // Our own phones are not asked for credentials, nor do we refresh with new media.
            SessionEvent::Challenged { client, .. } => {
                self.with_session(leg, |session, ctx| session.decline_challenge(ctx, client));
            }
            // The phone took its offer back: what we passed on is answered into the void, and the
            // next offer tells the truth again.
            SessionEvent::OfferWithdrawn => {}
            SessionEvent::Redescribed { sdp } => self.keep_description(leg, &sdp),
            SessionEvent::PrackArrived { .. } => {}
            SessionEvent::Cancelled { .. } => match self.activity(call) {
                Doing::Ringing => ring::on_caller_gone(self, call),
                _ => transfer::on_ended(self, call, leg, EndReason::CallerGaveUp),
            },
            SessionEvent::Ended { cause, .. } => self.on_leg_ended(call, leg, cause),
        }
    }

    fn on_leg_ended(&mut self, call: CallId, leg: LegId, cause: EndCause) {
        let reason = match cause {
            EndCause::Bye => EndReason::HungUp,
            EndCause::Declined => EndReason::EndedByOffice,
            EndCause::NoAck | EndCause::NoPrack => EndReason::NotAcknowledged,
            EndCause::SessionTimer => EndReason::SessionExpired,
            EndCause::Timeout | EndCause::FlowLost => EndReason::Unreachable,
            EndCause::Error => EndReason::Failed,
        };
        match self.activity(call) {
            Doing::Talking => talk::on_ended(self, call, leg, reason),
            Doing::Transferring => transfer::on_ended(self, call, leg, reason),
            Doing::Ringing => ring::on_ended(self, call, leg),
            Doing::Ending => {}
        }
    }

    fn activity(&self, call: CallId) -> Doing {
        match self.calls.get(&call).map(|c| &c.activity) {
            Some(Activity::Ringing(_)) => Doing::Ringing,
            Some(Activity::Talking(_)) => Doing::Talking,
            Some(Activity::Transferring(_)) => Doing::Transferring,
            Some(Activity::Ending) | None => Doing::Ending,
        }
    }

    // What the features use.

    pub(crate) fn new_call_id(&mut self) -> CallId {
        let call = CallId(self.next_call);
        self.next_call += 1;
        call
    }

    pub(crate) fn new_leg_id(&mut self) -> LegId {
        self.next_leg = self.next_leg.wrapping_add(1);
        LegId(self.next_leg)
    }

    /// Keeps a new leg and indexes its dialog.
    pub(crate) fn add_leg(&mut self, leg: Leg) {
        let id = leg.id;
        self.dialogs
            .insert((leg.session.call_id().clone(), leg.session.local_tag()), id);
        if let Some(server) = leg.server {
            self.servers.insert(server, id);
        }
        if let Some(call) = self.calls.get_mut(&leg.call) {
            call.legs.insert(id);
        }
        self.legs.insert(id, leg);
        self.touched.insert(id);
    }

    /// Uses a leg's session; its events are heard once the caller is done.
    pub(crate) fn with_session<R>(
        &mut self,
        leg: LegId,
        f: impl FnOnce(&mut Session, &mut Ctx<'_>) -> R,
    ) -> Option<R> {
        let state = self.legs.get_mut(&leg)?;
        self.touched.insert(leg);
        let mut ctx = Ctx {
            now: self.now,
            endpoint: &mut self.endpoint,
        };
        Some(f(&mut state.session, &mut ctx))
    }

    fn touch(&mut self, leg: LegId, f: impl FnOnce(&mut Session, &mut Ctx<'_>)) {
        self.working_on = self.legs.get(&leg).map(|l| l.call);
        self.with_session(leg, f);
    }

    pub(crate) fn leg_of_dialog(&self, call_id: &Text, tag: &Text) -> Option<LegId> {
        self.dialogs.get(&(call_id.clone(), tag.clone())).copied()
    }

    /// The legs whose dialogs have this Call-ID.
    pub(crate) fn legs_of_call_id(&self, call_id: &Text) -> impl Iterator<Item = &Leg> {
        let first = (call_id.clone(), Text::default());
        let call_id = call_id.clone();
        self.dialogs
            .range(first..)
            .take_while(move |((of_leg, _), _)| *of_leg == call_id)
            .filter_map(|(_, leg)| self.legs.get(leg))
    }

    pub(crate) fn party(&self, leg: LegId) -> Party {
        match self.legs.get(&leg) {
            Some(leg) => leg.party.clone(),
            None => Party {
                person: None,
                device: None,
                name: String::new(),
                number: String::new(),
            },
        }
    }

    pub(crate) fn set_errand(&mut self, leg: LegId, errand: Option<Errand>) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.errand = errand;
        }
    }

    /// A leg goes over to another call.
    pub(crate) fn move_leg(&mut self, leg: LegId, call: CallId) {
        let Some(old) = self
            .legs
            .get_mut(&leg)
            .map(|l| std::mem::replace(&mut l.call, call))
        else {
            return;
        };
        if let Some(left) = self.calls.get_mut(&old) {
            left.legs.remove(&leg);
            if left.relay.is_some_and(|r| r.a == leg || r.b == leg) {
                self.close_relay(old);
            }
        }
        if let Some(joined) = self.calls.get_mut(&call) {
            joined.legs.insert(leg);
        }
    }

    /// Answers a request inside a leg's dialog.
    pub(crate) fn respond_in(&mut self, leg: LegId, server: ServerId, status: u16) {
        let status = StatusCode::new(status).unwrap_or(StatusCode::OK);
        self.with_session(leg, |session, ctx| {
            session.respond(ctx, server, status, None, &[])
        });
    }

    /// The answer to a passed-on request goes back to where it came from.
    pub(crate) fn await_reply(&mut self, client: ClientId, asker: LegId, server: ServerId) {
        self.replies.insert(client, (asker, server));
    }

    /// Turns a caller away with a status.
    pub(crate) fn reject(&mut self, leg: LegId, status: u16) {
        let status = StatusCode::new(status).unwrap_or(StatusCode::OK);
        self.with_session(leg, |session, ctx| session.reject(ctx, status, &[]));
    }

    /// A call that never rang: tells why and ends it.
    pub(crate) fn refuse(&mut self, call: CallId, caller: LegId, reason: RefusalReason) {
        self.tell(What::CallRefused { call, reason });
        self.reject(caller, reason.status());
        self.end(call, EndReason::Refused, None);
    }

    /// The call is over; its legs may still be saying goodbye.
    pub(crate) fn end(&mut self, call: CallId, reason: EndReason, by: Option<Party>) {
        let Some(state) = self.calls.get_mut(&call) else {
            return;
        };
        state.activity = Activity::Ending;
        if std::mem::replace(&mut state.ended, true) {
            return;
        }
        let admitted = std::mem::take(&mut state.admitted);
        let legs = state.legs.clone();
        self.admission.release(&admitted);
        self.close_relay(call);
        // Sessions stay for late answers and lost ACKs; their sound is over.
        for leg in legs {
            // A phone that was about to take over is no party of the talk, and waits like one.
            self.with_session(leg, |session, ctx| session.hangup(ctx, None));
            if let Some(ports) = self.legs.get_mut(&leg).and_then(|l| l.ports.take()) {
                self.ports.give_back(self.now, ports);
            }
        }
        self.forced_way.remove(&call);
        let quality = self.quality.remove(&call).unwrap_or_default();
        let quality = quality.into_iter().flatten().collect();
        self.tell(What::CallEnded {
            call,
            reason,
            by,
            quality,
        });
        self.forget_call(call);
    }

    /// A call goes on between these two: it counts for them and nobody else.
    pub(crate) fn count_for(&mut self, call: CallId, parties: [LegId; 2]) {
        let mut persons: Vec<_> = parties
            .iter()
            .filter_map(|leg| self.legs.get(leg)?.party.person)
            .collect();
        persons.dedup();
        if let Some(state) = self.calls.get_mut(&call)
            && !state.admitted.is_empty()
        {
            self.admission.hand_over(&state.admitted, &persons);
            state.admitted = persons;
        }
    }

    /// Ends a call whatever is going on in it.
    pub(crate) fn hang_up(&mut self, call: CallId, reason: EndReason) {
        match self.activity(call) {
            Doing::Ringing => ring::end(self, call),
            Doing::Talking => talk::end(self, call),
            Doing::Transferring => transfer::end(self, call),
            Doing::Ending => return,
        }
        self.end(call, reason, None);
    }

    /// Looks at a call again at that time.
    pub(crate) fn wake_call_at(&mut self, call: CallId, at: Instant, deadline: Deadline) {
        if let Some(state) = self.calls.get_mut(&call)
            && self.deadlines.insert((at, deadline))
        {
            state.deadlines.push((at, deadline));
        }
    }

    pub(crate) fn order(&mut self, command: MediaCommand) {
        self.outputs.push_back(Output::Media(command));
    }

    pub(crate) fn store(&mut self, write: Write) {
        self.outputs.push_back(Output::Store(write));
    }

    pub(crate) fn tell(&mut self, what: What) {
        let happening = Happening {
            at: self.now,
            unix_ms: self.unix_ms(),
            what,
        };
        if let Some(record) = self.historian.apply(&happening) {
            self.store(Write::Call(Box::new(record)));
        }
        if self.outputs.len() < MAX_OUTPUTS {
            self.outputs.push_back(Output::Tell(Arc::new(happening)));
        }
    }

    fn next_timeout(&self) -> Option<Instant> {
        let own = self.deadlines.first().map(|(at, _)| *at);
        let passing = self.proxy.next_timeout();
        [
            own,
            passing,
            self.endpoint.next_timeout(),
            self.next_expiry(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn forget_leg(&mut self, leg: LegId) {
        let Some(state) = self.legs.remove(&leg) else {
            return;
        };
        self.dialogs
            .remove(&(state.session.call_id().clone(), state.session.local_tag()));
        for client in &state.clients {
            self.clients.remove(client);
            self.replies.remove(client);
        }
        if let Some(server) = state.server {
            self.servers.remove(&server);
        }
        self.replies.retain(|_, (asker, _)| *asker != leg);
        if let Some(at) = state.armed {
            self.deadlines.remove(&(at, Deadline::Session(leg)));
        }
        if let Some(ports) = state.ports {
            self.ports.give_back(self.now, ports);
        }
        if let Some(call) = self.calls.get_mut(&state.call) {
            call.legs.remove(&leg);
        }
        self.forget_call(state.call);
    }

    /// Forgets a call that has ended and whose legs are gone.
    fn forget_call(&mut self, call: CallId) {
        let over = |state: &Call| state.ended && state.legs.is_empty();
        if !self.calls.get(&call).is_some_and(over) {
            return;
        }
        for deadline in self
            .calls
            .remove(&call)
            .map(|c| c.deadlines)
            .unwrap_or_default()
        {
            self.deadlines.remove(&deadline);
        }
    }

    /// A fault: the call at hand ends, its recording is kept, the office goes on.
    fn contain(&mut self, fault: &(dyn std::any::Any + Send)) {
        let words = fault
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| fault.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a fault without words".to_owned());
        let call = self.working_on.take();
        let text = self.recorder.recording(&words);
        self.store(Write::FlightRecording { call, text });
        self.tell(What::CallFaulted { call, fault: words });
        let Some(call) = call else { return };
        let legs: Vec<LegId> = self
            .legs
            .values()
            .filter(|l| l.call == call)
            .map(|l| l.id)
            .collect();
        let goodbye = catch_unwind(AssertUnwindSafe(|| {
            for leg in &legs {
                self.with_session(*leg, |session, ctx| session.hangup(ctx, None));
            }
            self.end(call, EndReason::Fault, None);
            self.drain();
        }));
        if goodbye.is_err() {
            // Its state cannot be trusted even for a goodbye.
            for leg in legs {
                self.forget_leg(leg);
            }
            self.end(call, EndReason::Fault, None);
            self.touched.clear();
        }
    }

    fn trace(&mut self, incoming: bool, flow: sip_transport::Flow, bytes: &Bytes) {
        let Ok(message) = Message::parse(bytes.clone()) else {
            return;
        };
        let Some(leg) = self.leg_of_message(&message) else {
            return;
        };
        self.trace_at(leg, incoming, flow, bytes);
    }

    fn trace_for(&mut self, leg: LegId, incoming: bool, bytes: &Bytes) {
        if let Some(flow) = self.legs.get(&leg).map(|l| l.place.flow) {
            self.trace_at(leg, incoming, flow, bytes);
        }
    }

    fn trace_at(&mut self, leg: LegId, incoming: bool, flow: sip_transport::Flow, bytes: &Bytes) {
        let Some(call) = self.legs.get(&leg).map(|l| l.call) else {
            return;
        };
        let unix_ms = self.unix_ms();
        let bytes = trace::masked(bytes);
        let message = TracedMessage {
            call,
            leg: leg.0,
            unix_ms,
            incoming,
            flow,
            bytes,
        };
        if self.outputs.len() < MAX_OUTPUTS {
            self.outputs.push_back(Output::Trace(message));
        }
    }

    fn leg_of_message(&self, message: &Message) -> Option<LegId> {
        let headers = message.headers();
        let call_id = headers.get::<sip_message::header::CallId>().ok()?.0;
        let tags = [
            headers.get::<sip_message::header::From>().ok()?.tag(),
            headers.get::<sip_message::header::To>().ok()?.tag(),
        ];
        tags.into_iter()
            .flatten()
            .find_map(|tag| self.leg_of_dialog(&call_id, &tag))
    }
}

/// Counts of everything the switch holds, for tests of leaks and for the health page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // the names say it
pub struct Held {
    pub calls: usize,
    pub legs: usize,
    pub dialogs: usize,
    pub transactions: usize,
    pub port_pairs: usize,
    pub relays: usize,
    pub records: usize,
    pub indexed: usize,
    pub passing: usize,
    pub registrations: usize,
}

enum Doing {
    Ringing,
    Talking,
    Transferring,
    Ending,
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::{Language, OfficeParts, OfficeSettings, Realm};

    fn switch() -> Switch {
        let settings = OfficeSettings::founded(Realm::generate(7), Language::default());
        let office = Office::build(OfficeParts {
            settings,
            persons: vec![],
            devices: vec![],
            extensions: vec![],
        });
        let config = SwitchConfig::default();
        Switch::new(
            Arc::new(office.unwrap()),
            config,
            [7; 32],
            Instant::now(),
            0,
        )
        .unwrap()
    }

    fn begin_call(switch: &mut Switch) -> CallId {
        let call = switch.new_call_id();
        switch.calls.insert(
            call,
            Call {
                dialled: "102".to_owned(),
                activity: Activity::Ending,
                relay: None,
                admitted: Vec::new(),
                ended: false,
                legs: BTreeSet::new(),
                deadlines: Vec::new(),
            },
        );
        let from = switch.party(LegId(0));
        switch.tell(What::CallerArrived {
            call,
            from,
            dialled: "102".to_owned(),
        });
        call
    }

    #[test]
    fn a_fault_ends_its_call_and_no_other() {
        let mut switch = switch();
        let (faulty, sound) = (begin_call(&mut switch), begin_call(&mut switch));
        switch.guarded(|switch| switch.on_call(faulty, |_| panic!("what never happens")));
        assert_eq!(
            switch.calls.keys().copied().collect::<Vec<_>>(),
            [sound],
            "the other call goes on"
        );
        let mut recorded = false;
        let mut told = Vec::new();
        loop {
            match switch.poll() {
                Output::Store(Write::FlightRecording { call, text }) => {
                    recorded = call == Some(faulty) && text.contains("what never happens");
                }
                Output::Tell(happening) => told.push(happening.what.clone()),
                Output::SleepUntil(_) => break,
                _ => {}
            }
        }
        assert!(recorded, "for a report and a test");
        let ends: Vec<_> = told
            .iter()
            .filter_map(|what| match what {
                What::CallEnded { call, reason, .. } => Some((*call, *reason)),
                _ => None,
            })
            .collect();
        assert_eq!(ends, [(faulty, EndReason::Fault)]);
    }
}
