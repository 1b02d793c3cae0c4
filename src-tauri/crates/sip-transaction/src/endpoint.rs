//! The endpoint: transports and transactions behind one door.

use crate::{ClientId, EndpointConfig, Event, Output, ResolveId, ServerId, table::Table};
use bytes::Bytes;
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use sip_message::{Request, RequestBuilder, Response, Uri};
use sip_transport::{ConnectionId, Flow, Resolution, Target, Transports};
use std::{collections::VecDeque, time::Instant};

/// Transports and transactions of one SIP element.
#[derive(Debug)]
pub struct Endpoint {
    config: EndpointConfig,
    transports: Transports,
    chance: ChaCha12Rng,
    clients: Table<()>,
    servers: Table<Request>,
    events: VecDeque<Event>,
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

/// How much the endpoint holds; all zero at rest.
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
}

impl Endpoint {
    /// An endpoint without listeners. `seed` feeds branches, tokens and SRV weights.
    pub fn new(config: EndpointConfig, seed: [u8; 32]) -> Endpoint {
        Endpoint {
            config,
            transports: Transports::default(),
            chance: ChaCha12Rng::from_seed(seed),
            clients: Table::new(),
            servers: Table::new(),
            events: VecDeque::new(),
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

    /// One datagram or one framed message arrived.
    pub fn receive(&mut self, now: Instant, flow: Flow, bytes: Bytes) {
        let _ = (now, flow, bytes);
    }

    /// A connection asked for is open.
    pub fn connected(&mut self, now: Instant, id: ConnectionId) {
        let _ = now;
        self.transports.connected(id);
    }

    /// A connection closed, broke, or could not be opened. Its client transactions fail or go to
    /// their next target.
    pub fn connection_closed(&mut self, now: Instant, id: ConnectionId) {
        let _ = now;
        if let Some(flow) = self.transports.connection_closed(id) {
            self.events.push_back(Event::FlowClosed { flow });
        }
    }

    /// The network says that a UDP flow's peer cannot be reached (ICMP, RFC 3261 §18.4).
    pub fn udp_unreachable(&mut self, now: Instant, flow: Flow) {
        let _ = (now, flow);
    }

    /// The resolver's answer to [`Output::Resolve`].
    pub fn resolved(&mut self, now: Instant, id: ResolveId, answer: Resolution) {
        let _ = (now, id, answer);
    }

    /// Runs every timer that is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }

    /// When [`Endpoint::handle_timeout`] is wanted next.
    pub fn next_timeout(&self) -> Option<Instant> {
        None
    }

    /// Starts a client transaction: pushes our Via with a fresh branch, adds Max-Forwards where
    /// absent, and sends. Failure is told later, as an event.
    pub fn send(&mut self, now: Instant, to: Destination, request: RequestBuilder) -> ClientId {
        let _ = (now, to, request);
        ClientId(self.clients.insert(()))
    }

    /// Sends a request without a transaction: the ACK to a 2xx. Our Via is pushed with a fresh
    /// branch.
    pub fn send_stateless(&mut self, now: Instant, to: Destination, request: RequestBuilder) {
        let branch = self.token();
        self.send_stateless_with_branch(now, to, request, &branch);
    }

    /// Sends a request without a transaction, with the branch the caller computed: a stateless
    /// proxy's must be the same for each retransmission (RFC 3261 §16.11).
    pub fn send_stateless_with_branch(
        &mut self,
        now: Instant,
        to: Destination,
        request: RequestBuilder,
        branch: &str,
    ) {
        let _ = (now, to, request, branch);
    }

    /// Cancels a pending INVITE (RFC 3261 §9.1). The CANCEL waits for the first provisional
    /// response and is retransmitted until it is answered. `reason` is a Reason header's value.
    /// `None`: no such INVITE, or it is over, or it has been cancelled before.
    pub fn cancel(
        &mut self,
        now: Instant,
        client: ClientId,
        reason: Option<&str>,
    ) -> Option<ClientId> {
        let _ = (now, reason);
        self.clients.get(client.0)?;
        None
    }

    /// Answers a request. `false`: its transaction is gone or has been answered.
    pub fn respond(&mut self, now: Instant, server: ServerId, response: Response) -> bool {
        let _ = (now, response);
        self.servers.get(server.0).is_some()
    }

    /// Answers a request without a transaction.
    pub fn respond_stateless(&mut self, flow: Flow, request: &Request, response: Response) {
        let flow = self.transports.response_flow(&flow, request);
        self.transports.send(flow, response.bytes().clone());
    }

    /// The request of a server transaction.
    pub fn server_request(&self, server: ServerId) -> Option<&Request> {
        self.servers.get(server.0)
    }

    /// The user gives up without having answered: a 500 is sent for it.
    pub fn drop_server(&mut self, server: ServerId) {
        self.servers.remove(server.0);
    }

    /// The next thing to do or to know.
    pub fn poll(&mut self) -> Option<Output> {
        if let Some(output) = self.transports.poll() {
            return Some(Output::Transport(output));
        }
        self.events.pop_front().map(Output::Event)
    }

    /// A fresh random token for tags and Call-IDs: 96 bits, lower-case letters and digits.
    pub fn token(&mut self) -> String {
        let mut random = [0u8; 12];
        self.chance.fill_bytes(&mut random);
        random.iter().map(|b| format!("{b:02x}")).collect()
    }

    /// How much is held.
    pub fn counts(&self) -> Counts {
        Counts {
            client: self.clients.len(),
            server: self.servers.len(),
            connections: self.transports.connection_count(),
            resolving: 0,
        }
    }

    /// The configuration.
    pub fn config(&self) -> &EndpointConfig {
        &self.config
    }
}
