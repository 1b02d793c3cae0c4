//! The endpoint: transports and transactions behind one door.

use crate::{
    ClientId, EndpointConfig, Event, Output, ServerId, TimerWheel,
    client::Client,
    connections::{KeptAlive, Watch, is_stun},
    limits::CONNECTIONS_OF_A_MARK,
    machine::Timer,
    matching::{ClientKey, SeededHash, ServerKey},
    own_request,
    resolving::Resolving,
    server::Server,
    table::Table,
    token,
};
use bytes::Bytes;
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use sip_message::{Message, Method, Request, RequestBuilder, Uri};
use sip_transport::{ConnectionId, Flow, Received, Route, Target, TransportOutput, Transports};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    net::SocketAddr,
    time::{Duration, Instant},
};

/// Transports and transactions of one SIP element.
///
/// The host reports what arrives and when; the transaction user (dialogs, proxy, registrar) sends
/// and answers; both then [`poll`](Endpoint::poll) until there is nothing more.
#[derive(Debug)]
pub struct Endpoint {
    pub(crate) config: EndpointConfig,
    pub(crate) transports: Transports,
    pub(crate) chance: ChaCha12Rng,
    pub(crate) clients: Table<Client>,
    pub(crate) client_index: HashMap<ClientKey, ClientId, SeededHash>,
    /// Client transactions by the stream connection they wait on.
    pub(crate) on_connection: BTreeSet<(ConnectionId, ClientId)>,
    pub(crate) servers: Table<Server>,
    pub(crate) server_index: HashMap<ServerKey, ServerId, SeededHash>,
    pub(crate) resolving: Table<Resolving>,
    pub(crate) watches: BTreeMap<ConnectionId, Watch>,
    pub(crate) kept_alive: BTreeMap<Flow, KeptAlive>,
    /// Peers that could not be reached over TCP, and until when not to try it again.
    pub(crate) udp_only: BTreeMap<SocketAddr, Instant>,
    pub(crate) wheel: TimerWheel<Due>,
    pub(crate) questions: VecDeque<Output>,
    pub(crate) events: VecDeque<Event>,
    /// The latest time anybody told.
    pub(crate) now: Option<Instant>,
}

/// What a timer of the wheel is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Due {
    Client(ClientId, Timer),
    Server(ServerId, Timer),
    Connection(ConnectionId),
    KeepAlive(Flow),
}

/// Where a request goes.
#[derive(Clone, Debug)]
pub enum Destination {
    /// Over this flow, whatever happens.
    Flow(Flow),
    /// To this address.
    Target(Target),
    /// To the first of these that answers: the next one is tried after a transport error, no
    /// answer at all, or a 503 (RFC 3263 §4.3).
    Targets(Vec<Target>),
    /// Where this URI leads by RFC 3263; asks the resolver through [`Output::Resolve`].
    Resolve(Uri),
}

/// How much the endpoint holds; all zero at rest, but for connections kept open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Client transactions.
    pub client: usize,
    /// Server transactions.
    pub server: usize,
    /// Open and opening connections.
    pub connections: usize,
    /// Questions to the resolver without an answer.
    pub resolving: usize,
    /// Running timers.
    pub timers: usize,
}

impl Endpoint {
    /// An endpoint without listeners. `seed` feeds branches, tokens and SRV weights.
    pub fn new(config: EndpointConfig, seed: [u8; 32]) -> Endpoint {
        let mut chance = ChaCha12Rng::from_seed(seed);
        let hash = SeededHash::new(&mut chance);
        let connections = u64::from(config.mark.0) << CONNECTIONS_OF_A_MARK;
        Endpoint {
            config,
            transports: Transports::numbering_after(connections),
            chance,
            clients: Table::new(),
            client_index: HashMap::with_hasher(hash.clone()),
            on_connection: BTreeSet::new(),
            servers: Table::new(),
            server_index: HashMap::with_hasher(hash),
            resolving: Table::new(),
            watches: BTreeMap::new(),
            kept_alive: BTreeMap::new(),
            udp_only: BTreeMap::new(),
            wheel: TimerWheel::default(),
            questions: VecDeque::new(),
            events: VecDeque::new(),
            now: None,
        }
    }

    /// The transport layer, to add listeners and accept connections.
    pub fn transports(&mut self) -> &mut Transports {
        &mut self.transports
    }

    /// The transport layer, to look at.
    pub fn transports_ref(&self) -> &Transports {
        &self.transports
    }

    /// One datagram or one message cut from a stream arrived. Never fails: what cannot be
    /// understood is answered where RFC 3261 wants that, and dropped otherwise.
    pub fn receive(&mut self, now: Instant, flow: Flow, bytes: Bytes) {
        self.now = Some(now);
        if is_stun(&flow, &bytes) {
            return self.receive_stun(now, flow, &bytes);
        }
        if let Some(id) = flow.connection {
            self.heard(now, id);
        }
        if bytes.iter().all(|b| matches!(b, b'\r' | b'\n')) {
            return self.receive_keep_alive(now, flow, &bytes);
        }
        let Ok(message) = Message::parse(bytes) else {
            return;
        };
        match self.transports.receive(&flow, message) {
            Received::Request(request) => self.check_request(now, flow, request),
            Received::Response(response) if response.flaw().is_none() => {
                self.receive_response(now, flow, response);
            }
            Received::Response(_) | Received::Misdirected => {}
        }
    }

    /// A connection asked for is open; what waited for it goes out.
    pub fn connected(&mut self, now: Instant, id: ConnectionId) {
        self.now = Some(now);
        self.transports.connected(id);
        self.heard(now, id);
    }

    /// A connection closed, broke, or could not be opened. Its client transactions fail or go to
    /// their next target.
    pub fn connection_closed(&mut self, now: Instant, id: ConnectionId) {
        self.now = Some(now);
        let connecting = self.transports.is_connecting(id);
        if let Some(flow) = self.transports.connection_closed(id) {
            self.forget_connection(now, flow, connecting);
        }
    }

    /// The network says that a UDP flow's peer cannot be reached (ICMP, RFC 3261 §18.4). Believed
    /// only where nothing contradicts it: by requests that nobody has answered, and by responses.
    pub fn udp_unreachable(&mut self, now: Instant, flow: Flow) {
        self.now = Some(now);
        self.fail_clients_over(now, flow);
        self.fail_servers_over(now, flow);
    }

    /// Runs every timer that is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.now = Some(now);
        while let Some(due) = self.wheel.pop(now) {
            match due {
                Due::Client(id, timer) => self.client_timer(now, id, timer),
                Due::Server(id, timer) => self.server_timer(now, id, timer),
                Due::Connection(id) => self.connection_timer(now, id),
                Due::KeepAlive(flow) => self.keep_alive_timer(now, flow),
            }
        }
    }

    /// When [`Endpoint::handle_timeout`] is wanted next.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.wheel.next_deadline()
    }

    /// Sends a request without a transaction: the ACK to a 2xx. Our Via is pushed with a fresh
    /// branch.
    pub fn send_stateless(&mut self, now: Instant, to: Destination, request: RequestBuilder) {
        let branch = token::branch(self.config.mark, &mut self.chance);
        self.send_stateless_with_branch(now, to, request, &branch);
    }

    /// Sends a request without a transaction, with the branch the caller computed: a stateless
    /// proxy's must be the same for each retransmission (RFC 3261 §16.11). The magic cookie is put
    /// before it where it is missing.
    pub fn send_stateless_with_branch(
        &mut self,
        now: Instant,
        to: Destination,
        request: RequestBuilder,
        branch: &str,
    ) {
        self.now = Some(now);
        let draft = self.complete(request);
        let targets = match to {
            Destination::Flow(flow) => return self.shoot(flow, draft, branch),
            Destination::Target(target) => vec![target],
            Destination::Targets(targets) => targets,
            Destination::Resolve(uri) => return self.resolve_stateless(now, &uri, draft, branch),
        };
        self.shoot_at(now, &targets, draft, branch);
    }

    /// The next thing to do or to know.
    pub fn poll(&mut self) -> Option<Output> {
        while let Some(output) = self.transports.poll() {
            // Transactions have learnt of a failure where it happened.
            if !matches!(output, TransportOutput::Failed { .. }) {
                return Some(Output::Transport(output));
            }
        }
        if let Some(question) = self.questions.pop_front() {
            return Some(question);
        }
        self.events.pop_front().map(Output::Event)
    }

    /// A fresh random token for tags and Call-IDs: 100 bits, lower-case letters and digits, behind
    /// the endpoint's mark.
    pub fn token(&mut self) -> String {
        let mut out = String::new();
        token::push_token(&mut out, self.config.mark, &mut self.chance);
        out
    }

    /// A time between these two, by chance: jitter for whoever sends something regularly.
    pub fn time_between(&mut self, least: Duration, most: Duration) -> Duration {
        let spread = most.saturating_sub(least).as_millis();
        let spread = u64::try_from(spread).unwrap_or(u64::MAX - 1);
        least + Duration::from_millis(self.chance.next_u64() % (spread + 1))
    }

    /// How much is held.
    pub fn counts(&self) -> Counts {
        Counts {
            client: self.clients.len(),
            server: self.servers.len(),
            connections: self.transports.connection_count(),
            resolving: self.resolving.len(),
            timers: self.wheel.len(),
        }
    }

    /// The configuration.
    pub fn config(&self) -> &EndpointConfig {
        &self.config
    }

    /// Sends a stateless request to the first target with a route.
    pub(crate) fn shoot_at(
        &mut self,
        now: Instant,
        targets: &[Target],
        draft: RequestBuilder,
        branch: &str,
    ) {
        for target in targets {
            if let Some(flow) = self.route(now, target) {
                return self.shoot(flow, draft, branch);
            }
        }
    }

    /// The flow to a target; a connection is opened where there is none.
    pub(crate) fn route(&mut self, now: Instant, target: &Target) -> Option<Flow> {
        match self.transports.route(target) {
            Route::Flow(flow) => Some(flow),
            Route::Connecting(flow) => {
                self.watch_opening(now, &flow);
                Some(flow)
            }
            Route::None => None,
        }
    }

    fn shoot(&mut self, flow: Flow, draft: RequestBuilder, branch: &str) {
        let sent_by = self.transports.sent_by(&flow);
        let (via, _) = own_request::via_with(flow.transport.via_name(), sent_by, branch);
        let request = draft.push_first(&via).build();
        // Stateless: nobody is told of a loss.
        let _ = self.transports.try_send(flow, request.bytes().clone());
    }

    /// Answers a request that is broken, hands on one that is not.
    fn check_request(&mut self, now: Instant, flow: Flow, request: Request) {
        let Ok(via) = request.via() else {
            return; // no way back
        };
        match request.flaw() {
            None => {
                self.transports.learn_alias(&flow, &via);
                self.receive_request(now, flow, request, &via);
            }
            Some(_) if request.method() == Method::Ack => {}
            Some(flaw) => {
                let answer = self
                    .own_response(&request, flaw.status)
                    .reason(&flaw.reason)
                    .build();
                self.respond_stateless(flow, &request, answer);
            }
        }
    }
}
