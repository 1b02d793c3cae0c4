//! The switch: one input in, its effects out. It owns every call; nothing else does.

mod calls;
mod fault;
mod hearing;
mod ladder;
mod legs;

use crate::{
    admission::Admission,
    board::Historian,
    call::Call,
    door::Door,
    encryption::PhonesEncryption,
    features::{
        ask_in, attend, call_out, call_peer, click_to_call, echo,
        emergency::{self, Emergencies},
        flow::{self, Walking},
        listen_in, moved, park, part, recording, ring, round_trip, still_there, take_over, talk,
        transfer,
    },
    flight_recorder::FlightRecorder,
    flows::CallFlows,
    gate::Gate,
    happening::{CommandRefusal, CommandResult, EndReason, Happening, MediaWay, What},
    io::{Command, Input, Output, Write},
    leg::{Leg, LegId},
    limits::MAX_OUTPUTS,
    lines::Lines,
    mailboxes::Mailboxes,
    passing,
    pin_lock::{CallerLock, PinLock},
    questions::QuestionId,
    rooms::{self, Rooms},
    sound_heard::SoundHeard,
    subscriptions::Subscriptions,
};
use callflow::Queues;
use media::{MediaCommand, PortPool, PortRangeTooSmall, RecordingId, StreamId};
use office::{CallId, Office};
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use sip_message::Text;
use sip_server::proxy::Proxy;
use sip_transaction::{
    ClientId, Endpoint, EndpointConfig, Event, Mark, Output as EndpointOutput, ServerId,
};
use sip_transport::TransportOutput;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    ops::RangeInclusive,
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
    /// What its messages are told by, where several offices share their sockets.
    pub mark: Mark,
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
            mark: Mark::NONE,
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
    pub(crate) subscriptions: Subscriptions,
    pub(crate) lines: Lines,
    pub(crate) mailboxes: Mailboxes,
    pub(crate) pin_lock: PinLock,
    pub(crate) set_lock: CallerLock,
    pub(crate) flows: Arc<CallFlows>,
    /// Walks whose callers are gone and that wait for a reply.
    pub(crate) walks_left: BTreeMap<CallId, Box<Walking>>,
    pub(crate) rooms: Rooms,
    /// Who waits for agents.
    pub(crate) queues: Queues<CallId>,
    /// When it is looked whose turn it is though nothing has happened.
    pub(crate) queues_wake: Option<Instant>,
    pub(crate) calls: BTreeMap<CallId, Call>,
    pub(crate) legs: BTreeMap<LegId, Leg>,
    pub(crate) admission: Admission,
    pub(crate) gate: Gate,
    pub(crate) emergencies: Emergencies,
    pub(crate) ports: PortPool,
    /// Open streams, and those whose end the media thread has yet to tell.
    pub(crate) streams: BTreeMap<StreamId, LegId>,
    pub(crate) next_stream: u64,
    pub(crate) next_play: u64,
    /// Calls by which lines are tried, each until it is over.
    pub(crate) round_trips: BTreeMap<CallId, round_trip::Trip>,
    /// The calls of recordings under way.
    pub(crate) recordings: BTreeMap<RecordingId, CallId>,
    pub(crate) next_recording: u64,
    pub(crate) call_recordings: recording::CallRecordings,
    pub(crate) listeners: listen_in::Listeners,
    /// Callers who are gone, whose recording is not whole yet.
    pub(crate) departed: BTreeMap<RecordingId, (CallId, Box<attend::Attending>)>,
    /// What was asked and is not answered yet, and for which call.
    /// The same: for which call, and whether only for a text to be spoken, of which nothing is to be
    /// kept.
    pub(crate) questions: BTreeMap<QuestionId, (CallId, bool)>,
    pub(crate) next_question: u64,
    /// Ways asked for by the board, until the call ends.
    pub(crate) forced_way: BTreeMap<CallId, MediaWay>,
    pub(crate) sound_heard: SoundHeard,
    pub(crate) phones_encryption: PhonesEncryption,
    pub(crate) chance: ChaCha12Rng,
    office: Arc<Office>,
    pub(crate) now: Instant,
    /// The wall clock at an instant: milliseconds since 1970 UTC.
    wall: (Instant, i64),
    began: Instant,
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
    Fetch(CallId),
    Echo(CallId),
    Attend(CallId),
    Ring(CallId),
    CallOut(LegId),
    Park(CallId),
    Part(CallId),
    Transfer(CallId),
    Silence(CallId),
    Recording(CallId),
    ListenedTo(CallId),
    StillThere(LegId),
    Moved(LegId),
    /// It may be somebody's turn in a queue.
    Queues,
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
            mark: config.mark,
            ..EndpointConfig::default()
        };
        let endpoint = Endpoint::new(endpoint_config, fresh());
        let ports = PortPool::new(config.media_ports.clone(), ChaCha12Rng::from_seed(fresh()))?;
        let door = Door::new(&office, [fresh(), fresh()], now);
        let proxy = passing::proxy(&office, fresh());
        let mut switch = Switch {
            endpoint,
            door,
            proxy,
            subscriptions: Subscriptions::default(),
            lines: Lines::new(now),
            mailboxes: Mailboxes::new(&office),
            pin_lock: PinLock::default(),
            set_lock: CallerLock::default(),
            flows: Arc::default(),
            walks_left: BTreeMap::new(),
            rooms: Rooms::default(),
            queues: Queues::default(),
            queues_wake: None,
            ports,
            calls: BTreeMap::new(),
            legs: BTreeMap::new(),
            admission: Admission::default(),
            gate: Gate::default(),
            emergencies: Emergencies::default(),
            streams: BTreeMap::new(),
            next_stream: 0,
            next_play: 0,
            round_trips: BTreeMap::new(),
            recordings: BTreeMap::new(),
            next_recording: 0,
            call_recordings: recording::CallRecordings::default(),
            listeners: listen_in::Listeners::default(),
            departed: BTreeMap::new(),
            questions: BTreeMap::new(),
            next_question: 0,
            forced_way: BTreeMap::new(),
            sound_heard: SoundHeard::default(),
            phones_encryption: PhonesEncryption::default(),
            office,
            now,
            wall: (now, unix_ms),
            began: now,
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
        };
        switch.review_lines();
        Ok(switch)
    }

    /// Takes in one input. A fault in one call ends that call and no other.
    pub fn handle(&mut self, now: Instant, input: Input) {
        self.now = now.max(self.now); // the monotonic clock of the host is trusted, replays are not
        self.lines.now = self.now;
        self.recorder.record(self.now, &input);
        self.working_on = None;
        // A wait that ends in the moment in which something comes in has ended.
        self.guarded(Switch::run_due);
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

    /// What is held right now; all zero but registrations and subscriptions when the office is at
    /// rest.
    pub fn held(&self) -> Held {
        let counts = self.endpoint.counts();
        Held {
            calls: self.calls.len(),
            legs: self.legs.len(),
            dialogs: self.dialogs.len(),
            transactions: counts.client + counts.server,
            port_pairs: self.ports.in_use(),
            outside: self.gate.len() + self.round_trips.len(),
            streams: self.streams.len(),
            recordings: self.recordings.len() + self.departed.len() + self.call_recordings.len(),
            listeners: self.listeners.len(),
            questions: self.questions.len(),
            walks_left: self.walks_left.len(),
            waiting: self.queues.held(),
            room_members: self.rooms.all_members(),
            room_recordings: self.rooms.recordings(),
            records: self.historian.running(),
            indexed: self.clients.len() + self.servers.len() + self.replies.len(),
            passing: self.proxy.under_way(),
            registrations: self.door.registrations.len(),
            subscriptions: self.subscriptions.len(),
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

    /// Milliseconds that pass evenly, whoever sets the clock.
    pub(crate) fn steady_ms(&self) -> i64 {
        let since = self.now.saturating_duration_since(self.began).as_millis();
        i64::try_from(since).unwrap_or(i64::MAX)
    }

    pub(crate) fn is_shutting_down(&self) -> bool {
        self.shutting_down
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Message { flow, bytes } => {
                if self.lets_in(flow, &bytes) {
                    self.endpoint.receive(self.now, flow, bytes);
                }
            }
            Input::Listening(listener) => {
                self.endpoint.transports().listen(listener);
                self.network_changed();
            }
            Input::StoppedListening(listener) => {
                self.endpoint.stop_listening(self.now, &listener);
                self.network_changed();
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
            Input::Answered { id, answer } => self.on_answered(id, answer),
            Input::OfficeChanged(office) => {
                let before = std::mem::replace(&mut self.office, office);
                self.forget_removed_devices(&before);
                self.await_new_passwords(&before);
                self.review_subscriptions(&before);
                self.review_lines();
                self.unlock_new_pins(&before);
                rooms::on_office_changed(self);
                listen_in::on_office_changed(self);
                self.review_fuses();
                self.tell(What::OfficeChanged);
            }
            Input::FlowsChanged(flows) => self.flows = flows,
            Input::LineTokens(tokens) => self.keep_line_tokens(tokens),
            Input::Command(command) => self.on_command(command),
            Input::Mailboxes(all) => self.on_mailboxes(&all),
            Input::MailboxChanged(counts) => self.mailbox_changed(counts),
            Input::Ledger(entries) => self.load_ledger(&entries),
            Input::KnownPhones(known) => self.gate.phones.remember(known),
            Input::CallBacks(known) => emergency::remember(self, known),
            Input::WallClock(unix_ms) => self.wall = (self.now, unix_ms),
            Input::Tick => {}
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::HangUp(call) if emergency::is_emergency(self, call) => {}
            Command::HangUp(call) => self.hang_up(call, EndReason::EndedByOffice),
            Command::MoveMedia { call, to } => self.move_media(call, to),
            Command::Transfer {
                ticket,
                call,
                keep,
                to,
                asker,
            } => {
                let done = self.in_call(call, |switch| {
                    transfer::begin_from_board(switch, call, keep, &to, asker)
                });
                self.answer(ticket, Some(call), done);
            }
            Command::Park {
                ticket,
                call,
                keep,
                slot,
            } => {
                let done = self.in_call(call, |switch| {
                    park::begin_from_board(switch, call, keep, slot)
                });
                self.answer(ticket, Some(call), done);
            }
            Command::Forgive {
                ticket,
                user,
                address,
            } => {
                self.forgive(user, address);
                self.answer(ticket, None, Ok(()));
            }
            Command::RecordCall {
                ticket,
                call,
                action,
            } => {
                let done = self.in_call(call, |switch| recording::on_command(switch, call, action));
                self.answer(ticket, Some(call), done);
            }
            Command::ListenIn {
                ticket,
                call,
                person,
                how,
            } => match self.in_call(call, |switch| listen_in::begin(switch, call, person, how)) {
                Ok(own) => self.answer(ticket, Some(own), Ok(())),
                Err(reason) => self.answer(ticket, Some(call), Err(reason)),
            },
            Command::Originate {
                ticket,
                person,
                to,
                line,
                asker,
            } => match click_to_call::begin(self, person, &to, (line, asker)) {
                Ok(call) => self.answer(ticket, Some(call), Ok(())),
                Err(reason) => self.answer(ticket, None, Err(reason)),
            },
            Command::TakeOver {
                ticket,
                call,
                person,
            } => {
                let done = self.in_call(call, |switch| take_over::begin(switch, call, person));
                self.answer(ticket, Some(call), done);
            }
            Command::LockRoom {
                ticket,
                room,
                locked,
            } => {
                let done = rooms::lock(self, room, locked);
                self.answer(ticket, None, done);
            }
            Command::MuteMember {
                ticket,
                room,
                call,
                muted,
            } => {
                let done = rooms::mute(self, room, call, muted);
                self.answer(ticket, call, done);
            }
            Command::RemoveMember { ticket, room, call } => {
                let done = self.in_call(call, |switch| rooms::remove(switch, room, call));
                self.answer(ticket, Some(call), done);
            }
            Command::RecordRoom { ticket, room, on } => {
                let done = rooms::recording::record(self, room, on);
                self.answer(ticket, None, done);
            }
            Command::InviteToRoom {
                ticket,
                room,
                by,
                to,
            } => match ask_in::invite(self, room, by, &to) {
                Ok(call) => self.answer(ticket, Some(call), Ok(())),
                Err(reason) => self.answer(ticket, None, Err(reason)),
            },
            Command::RecordSound {
                ticket,
                person,
                title,
            } => match click_to_call::record_sound(self, person, &title) {
                Ok(call) => self.answer(ticket, Some(call), Ok(())),
                Err(reason) => self.answer(ticket, None, Err(reason)),
            },
            Command::RegisterLine { ticket, line } => {
                let done = self.try_line(line);
                self.answer(ticket, None, done);
            }
            Command::TryRoundTrip {
                ticket,
                line,
                number,
                person,
            } => match round_trip::begin(self, (line, number.as_ref()), person) {
                Ok(call) => self.answer(ticket, Some(call), Ok(())),
                Err(reason) => self.answer(ticket, None, Err(reason)),
            },
            Command::ResetFuse { ticket, fuse } => {
                let done = self.reset_fuse(fuse);
                self.answer(ticket, None, done);
            }
            Command::Explain {
                ticket,
                whose,
                number,
                passed_on,
                hidden,
                line,
                at_unix_ms,
            } => {
                let number = (number.as_str(), &passed_on);
                let done = self.explain_for(ticket, whose, number, hidden, line, at_unix_ms);
                self.answer(ticket, None, done);
            }
            Command::ShutDown => {
                self.shutting_down = true;
                let calls: Vec<CallId> = self.calls.keys().copied().collect();
                // A call for help goes on for as long as the host waits.
                let others = |call: &CallId| !emergency::is_emergency(self, *call);
                for call in calls.into_iter().filter(others).collect::<Vec<_>>() {
                    self.hang_up(call, EndReason::EndedByOffice);
                }
            }
        }
    }

    /// Does something the board asks of a call that is going on.
    fn in_call<T>(
        &mut self,
        call: CallId,
        work: impl FnOnce(&mut Switch) -> Result<T, CommandRefusal>,
    ) -> Result<T, CommandRefusal> {
        if self.calls.get(&call).is_none_or(|state| state.ended) {
            return Err(CommandRefusal::NoSuchCall);
        }
        // Nobody but the caller touches a call for help.
        if emergency::is_emergency(self, call) {
            return Err(CommandRefusal::NotNow);
        }
        self.working_on = Some(call);
        work(self)
    }

    /// Tells what became of a command.
    fn answer(&mut self, ticket: u64, call: Option<CallId>, done: Result<(), CommandRefusal>) {
        let result = match done {
            Ok(()) => CommandResult::Taken { call },
            Err(reason) => CommandResult::Refused { reason },
        };
        self.tell(What::CommandDone { ticket, result });
    }

    /// Runs what is due until nothing is left to do at this instant.
    fn run(&mut self) {
        self.endpoint.handle_timeout(self.now);
        self.proxy.handle_timeout(self.now, &mut self.endpoint);
        self.expire_registrations();
        self.run_subscriptions();
        self.run_lines();
        self.run_fuses();
        self.run_due();
        self.drain();
        flow::look_for_turns(self);
        self.drain();
    }

    /// Does what is due at this instant for calls.
    fn run_due(&mut self) {
        while let Some((at, deadline)) = self.deadlines.first().copied()
            && at <= self.now
        {
            self.deadlines.remove(&(at, deadline));
            self.on_deadline(deadline);
            self.drain();
        }
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
        let of_leg = match &event {
            Event::Response { client, .. }
            | Event::ClientTimeout { client }
            | Event::ClientFailed { client } => self.clients.contains_key(client),
            Event::Located { .. } | Event::FlowClosed { .. } => false,
            _ => true,
        };
        if !of_leg && self.on_line_event(&event) {
            return;
        }
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
            Event::Response {
                client,
                response,
                flow,
            } => {
                if let Some(leg) = self.clients.get(&client).copied() {
                    self.trace_for(leg, true, response.bytes());
                    call_out::on_response(self, leg, &response, flow);
                    call_peer::on_response(self, leg, flow);
                    self.touch(leg, |session, ctx| {
                        session.on_response(ctx, client, &response)
                    });
                } else if !self.on_notify_answered(client, &response) {
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
            Event::Located { .. } => {} // only lines ask where a URI leads
            Event::FlowClosed { flow } => {
                self.end_subscriptions_over(flow);
                self.on_flow_closed(flow);
            }
        }
    }

    fn on_client_failed(&mut self, client: ClientId, timeout: bool) {
        if let Some(leg) = self.clients.get(&client).copied() {
            self.touch(leg, |session, ctx| {
                session.on_client_failed(ctx, client, timeout)
            });
        } else if !self.on_notify_failed(client) {
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
            Deadline::Fetch(call) => self.on_call(call, |s| click_to_call::on_deadline(s, call)),
            Deadline::Echo(call) => self.on_call(call, |s| echo::on_deadline(s, call)),
            Deadline::Attend(call) => self.on_call(call, |s| attend::on_deadline(s, call)),
            Deadline::Ring(call) => self.on_call(call, |s| ring::on_deadline(s, call)),
            Deadline::CallOut(leg) => {
                if let Some(call) = self.legs.get(&leg).map(|leg| leg.call) {
                    self.on_call(call, |s| call_out::on_deadline(s, call, leg));
                }
            }
            Deadline::Park(call) => self.on_call(call, |s| park::on_deadline(s, call)),
            Deadline::Part(call) => self.on_call(call, |s| part::on_deadline(s, call)),
            Deadline::Transfer(call) => self.on_call(call, |s| transfer::on_deadline(s, call)),
            Deadline::Silence(call) => self.on_call(call, |s| talk::on_deadline(s, call)),
            Deadline::Recording(call) => self.on_call(call, |s| recording::on_deadline(s, call)),
            Deadline::ListenedTo(call) => self.on_call(call, |s| listen_in::on_deadline(s, call)),
            Deadline::Moved(leg) => {
                if let Some(call) = self.legs.get(&leg).map(|leg| leg.call) {
                    self.on_call(call, |s| moved::on_deadline(s, leg));
                }
            }
            // It is looked after whatever happens.
            Deadline::Queues => {}
            Deadline::StillThere(leg) => {
                if let Some(call) = self.legs.get(&leg).map(|leg| leg.call) {
                    self.on_call(call, |s| still_there::on_deadline(s, leg));
                }
            }
        }
    }

    pub(crate) fn on_call(&mut self, call: CallId, f: impl FnOnce(&mut Switch)) {
        self.working_on = Some(call);
        f(self);
    }

    pub(crate) fn put_out(&mut self, output: Output) {
        self.outputs.push_back(output);
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
            self.subscriptions.next_timeout(),
            self.lines.next_timeout(),
            self.gate.next_timeout(),
        ]
        .into_iter()
        .flatten()
        .min()
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
    pub outside: usize,
    pub streams: usize,
    pub recordings: usize,
    pub listeners: usize,
    pub questions: usize,
    pub walks_left: usize,
    /// Callers in queues, and agents who are rung for one or talk with one.
    pub waiting: usize,
    pub room_members: usize,
    pub room_recordings: usize,
    pub records: usize,
    pub indexed: usize,
    pub passing: usize,
    pub registrations: usize,
    pub subscriptions: usize,
}
