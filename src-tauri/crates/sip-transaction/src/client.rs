//! Client transactions: what the endpoint keeps for each, and how it carries out their tables.

use crate::{
    ClientId, Destination, Endpoint, Event,
    endpoint::Due,
    ids::Key,
    invite_client,
    limits::{MAX_TARGETS, MAX_UDP_ONLY_PEERS},
    machine::{Action, Path, Timer},
    matching::ClientKey,
    non_invite_client, own_request,
    running::Running,
};
use sip_message::{HeaderName, Method, Request, RequestBuilder, Response, StatusCode, header::Via};
use sip_transport::{
    ConnectionId, Flow, Target, Transport,
    limits::{MAX_UDP_REQUEST, SWITCH_PATIENCE, SWITCH_RETRY_AFTER},
};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    time::{Duration, Instant},
};

/// A request the user sent, over all its attempts.
#[derive(Debug)]
pub(crate) struct Client {
    owner: Owner,
    invite: bool,
    /// What is on the wire; `None` while the next hop is looked up.
    flight: Option<Flight>,
    /// The request without our Via, while the next hop is looked up.
    draft: Option<Box<RequestBuilder>>,
    /// Next hops not tried yet.
    attempts: VecDeque<Attempt>,
    cancel: Cancel,
    running: Running,
}

/// One transaction of RFC 3261: one branch over one flow.
#[derive(Debug)]
struct Flight {
    machine: Machine,
    key: ClientKey,
    request: Request,
    flow: Flow,
    path: Path,
    /// Whether any response has come.
    answered: bool,
    /// The next interval of timer A or E.
    interval: Duration,
    /// The ACK, once a final response other than 2xx has come.
    ack: Option<Request>,
}

/// Who hears of a client transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    User,
    /// An attempt that has been given up for the next target. It absorbs what still comes; a 2xx
    /// is told under the name of the request.
    Forsaken(ClientId),
    /// The CANCEL of a forsaken attempt.
    Nobody,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cancel {
    No,
    /// The CANCEL waits for the first provisional response (RFC 3261 §9.1).
    Held(ClientId),
    Sent,
}

#[derive(Debug)]
struct Attempt {
    target: Target,
    /// Whether a request too large for UDP may go over TCP instead.
    may_switch: bool,
}

#[derive(Debug)]
enum Machine {
    Invite(invite_client::State),
    NonInvite(non_invite_client::State),
    /// A CANCEL that is not due yet.
    Held,
}

/// What happens to a client transaction.
#[derive(Clone, Copy, Debug)]
enum Moment {
    Response(StatusCode),
    Timer(Timer),
    TransportError,
}

impl Endpoint {
    /// Starts a client transaction: pushes our Via with a fresh branch, adds Max-Forwards where
    /// absent, and sends. Failure is told later, as an event.
    pub fn send(&mut self, now: Instant, to: Destination, request: RequestBuilder) -> ClientId {
        self.now = Some(now);
        let id = self.new_client(Owner::User);
        if self.clients.len() > self.config.max_client_transactions {
            self.client_failed(id);
            return id;
        }
        let draft = self.complete(request);
        match to {
            Destination::Flow(flow) => self.launch(now, id, draft, flow),
            Destination::Target(target) => {
                self.set_attempts(id, vec![target]);
                self.next_attempt(now, id, draft);
            }
            Destination::Targets(targets) => {
                self.set_attempts(id, targets);
                self.next_attempt(now, id, draft);
            }
            Destination::Resolve(uri) => {
                if let Some(client) = self.clients.get_mut(id.0) {
                    client.draft = Some(Box::new(draft));
                }
                self.resolve_for(now, id, &uri);
            }
        }
        id
    }

    /// Cancels a pending INVITE (RFC 3261 §9.1). The CANCEL waits for the first provisional
    /// response and is retransmitted until it is answered. `reason` is a Reason header's value.
    ///
    /// Gives the CANCEL's own transaction, whose response or failure is told like any other's; a
    /// CANCEL that was never sent because the INVITE ended first is not heard of again. `None`: no
    /// such INVITE, it has its final response, it was cancelled before, or it had not been sent at
    /// all (then [`Event::ClientTimeout`] ends it at once).
    pub fn cancel(
        &mut self,
        now: Instant,
        client: ClientId,
        reason: Option<&str>,
    ) -> Option<ClientId> {
        self.now = Some(now);
        let invite = self.clients.get_mut(client.0)?;
        if invite.cancel != Cancel::No {
            return None;
        }
        let Some(flight) = &invite.flight else {
            self.remove_client(client);
            self.events.push_back(Event::ClientTimeout { client });
            return None;
        };
        if !invite.invite {
            return None;
        }
        invite.attempts.clear();
        match flight.machine {
            Machine::Invite(invite_client::State::Calling) => {
                let cancel = self.hold_cancel(client, reason, Owner::User)?;
                self.clients.get_mut(client.0)?.cancel = Cancel::Held(cancel);
                Some(cancel)
            }
            Machine::Invite(invite_client::State::Proceeding) => {
                let cancel = self.hold_cancel(client, reason, Owner::User)?;
                self.release_cancel(now, client, cancel);
                Some(cancel)
            }
            _ => None,
        }
    }

    /// Gives up the target a request went to, which nobody has answered at all, for the next one.
    /// `false`: there is no next one, somebody has answered, or it is no INVITE that was sent:
    /// sent twice, another request might be done twice.
    pub fn try_next_target(&mut self, now: Instant, client: ClientId) -> bool {
        self.now = Some(now);
        let waits = self
            .clients
            .get(client.0)
            .is_some_and(Client::is_unanswered);
        if !waits || !self.can_fail_over(client) {
            return false;
        }
        let targets_left = |endpoint: &Endpoint| {
            let client = endpoint.clients.get(client.0);
            client.map_or(0, |client| client.attempts.len())
        };
        let before = targets_left(self);
        self.forsake_target(now, client);
        targets_left(self) < before
    }

    /// Tries the next target; without one the request has failed.
    pub(crate) fn next_attempt(&mut self, now: Instant, id: ClientId, draft: RequestBuilder) {
        loop {
            let Some(client) = self.clients.get_mut(id.0) else {
                return;
            };
            let Some(attempt) = client.attempts.pop_front() else {
                self.client_failed(id);
                return;
            };
            let Some(flow) = self.route(now, &attempt.target) else {
                continue;
            };
            if attempt.may_switch && flow.transport == Transport::Udp {
                return self.launch_sized(now, id, draft, flow, attempt.target);
            }
            return self.launch(now, id, draft, flow);
        }
    }

    pub(crate) fn set_attempts(&mut self, id: ClientId, targets: Vec<Target>) {
        if let Some(client) = self.clients.get_mut(id.0) {
            let attempt = |target| Attempt {
                target,
                may_switch: true,
            };
            client.attempts = targets.into_iter().take(MAX_TARGETS).map(attempt).collect();
        }
    }

    /// The request that waits for the resolver.
    pub(crate) fn take_draft(&mut self, id: ClientId) -> Option<RequestBuilder> {
        Some(*self.clients.get_mut(id.0)?.draft.take()?)
    }

    /// A response whose top Via is ours.
    pub(crate) fn receive_response(&mut self, now: Instant, flow: Flow, response: Response) {
        let Some(key) = ClientKey::of(&response) else {
            return;
        };
        let Some(id) = self.client_index.get(&key).copied() else {
            return; // late, or not ours
        };
        let Some(client) = self.clients.get_mut(id.0) else {
            return;
        };
        let Some(flight) = &mut client.flight else {
            return;
        };
        let same_method = response
            .cseq()
            .is_ok_and(|cseq| cseq.method == flight.request.method());
        if !same_method {
            return;
        }
        flight.answered = true;
        let status = response.status();
        let waiting = flight.machine.is_waiting();
        // RFC 3263 §4.3: a 503 is a failure of this target, not an answer to the request.
        if status == 503 && waiting && self.can_fail_over(id) {
            if let Some((forsaken, draft)) = self.forsake(id) {
                self.client_on(
                    now,
                    forsaken,
                    Moment::Response(status),
                    Some((&response, flow)),
                );
                self.next_attempt(now, id, draft);
            }
            return;
        }
        if status.is_provisional() {
            self.cancel_if_due(now, id);
        }
        self.client_on(now, id, Moment::Response(status), Some((&response, flow)));
    }

    pub(crate) fn client_timer(&mut self, now: Instant, id: ClientId, timer: Timer) {
        if let Some(client) = self.clients.get_mut(id.0) {
            client.running.take(timer);
        }
        if timer != Timer::Failover {
            return self.client_on(now, id, Moment::Timer(timer), None);
        }
        let unanswered = self.clients.get(id.0).is_some_and(Client::is_unanswered);
        if unanswered && self.can_fail_over(id) {
            self.forsake_target(now, id);
        }
    }

    /// Goes on to the next target, where it is known that nobody has answered.
    fn forsake_target(&mut self, now: Instant, id: ClientId) {
        let Some(client) = self.clients.get(id.0) else {
            return;
        };
        let connection = client.flight.as_ref().and_then(|f| f.flow.connection);
        if let Some(connection) = connection.filter(|c| self.transports.is_connecting(*c)) {
            // It fails there and goes on to the next target.
            return self.close_connection(now, connection);
        }
        if !client.invite {
            return; // sent twice it might be done twice
        }
        if let Some((forsaken, draft)) = self.forsake(id) {
            self.start_client_timer(now, forsaken, Timer::B);
            self.next_attempt(now, id, draft);
        }
    }

    /// Every client transaction on a connection that is gone fails.
    pub(crate) fn fail_clients_on(&mut self, now: Instant, connection: ConnectionId) {
        let first = (connection, ClientId(Key::MIN));
        let lost: Vec<ClientId> = self
            .on_connection
            .range(first..)
            .take_while(|(on, _)| *on == connection)
            .map(|(_, id)| *id)
            .collect();
        for id in lost {
            self.client_on(now, id, Moment::TransportError, None);
        }
    }

    /// Client transactions over a UDP flow whose peer is unreachable and has never answered.
    pub(crate) fn fail_clients_over(&mut self, now: Instant, flow: Flow) {
        let lost: Vec<ClientId> = self
            .clients
            .iter()
            .filter(|(_, client)| {
                client.is_unanswered()
                    && client
                        .flight
                        .as_ref()
                        .is_some_and(|flight| flight.flow == flow)
            })
            .map(|(key, _)| ClientId(key))
            .collect();
        for id in lost {
            self.client_on(now, id, Moment::TransportError, None);
        }
    }

    /// What a request gets before its Via: Max-Forwards where absent, and our User-Agent when the
    /// request starts here.
    pub(crate) fn complete(&self, mut request: RequestBuilder) -> RequestBuilder {
        if !request.has(HeaderName::MaxForwards) {
            request = request.push(&own_request::MAX_FORWARDS);
        }
        if let Some(name) = &self.config.server_name
            && !request.has(HeaderName::Via)
            && !request.has(HeaderName::UserAgent)
        {
            request = request.push_raw("User-Agent", name.as_bytes());
        }
        request
    }

    fn new_client(&mut self, owner: Owner) -> ClientId {
        ClientId(self.clients.insert(Client {
            owner,
            invite: false,
            flight: None,
            draft: None,
            attempts: VecDeque::new(),
            cancel: Cancel::No,
            running: Running::default(),
        }))
    }

    /// Sends over UDP, or over TCP when the request is too large for a datagram (RFC 3261 §18.1.1).
    fn launch_sized(
        &mut self,
        now: Instant,
        id: ClientId,
        draft: RequestBuilder,
        flow: Flow,
        target: Target,
    ) {
        let (request, key) = self.with_via(draft, &flow);
        let fits = request.bytes().len() <= MAX_UDP_REQUEST;
        let tcp = if fits || self.knows_udp_only(now, target.addr) {
            None
        } else {
            let transport = Transport::Tcp;
            self.route(
                now,
                &Target {
                    transport,
                    ..target.clone()
                },
            )
        };
        let Some(tcp) = tcp else {
            return self.fly(now, id, request, key, flow);
        };
        if let Some(client) = self.clients.get_mut(id.0) {
            client.attempts.push_front(Attempt {
                target,
                may_switch: false,
            });
        }
        self.launch(now, id, request.edit().pop::<Via>(), tcp);
        let opening = tcp
            .connection
            .is_some_and(|id| self.transports.is_connecting(id));
        let on_it = |client: &Client| client.flight.as_ref().is_some_and(|f| f.flow == tcp);
        if opening && self.clients.get(id.0).is_some_and(on_it) {
            self.start_client_timer(now, id, Timer::Failover);
        }
    }

    /// Whether a peer was not to be reached over TCP lately.
    fn knows_udp_only(&mut self, now: Instant, peer: SocketAddr) -> bool {
        self.udp_only.get(&peer).is_some_and(|until| *until > now)
    }

    fn remember_udp_only(&mut self, now: Instant, peer: SocketAddr) {
        if self.udp_only.len() >= MAX_UDP_ONLY_PEERS {
            self.udp_only.retain(|_, until| *until > now);
        }
        if self.udp_only.len() < MAX_UDP_ONLY_PEERS {
            self.udp_only.insert(peer, now + SWITCH_RETRY_AFTER);
        }
    }

    fn launch(&mut self, now: Instant, id: ClientId, draft: RequestBuilder, flow: Flow) {
        let (request, key) = self.with_via(draft, &flow);
        self.fly(now, id, request, key, flow);
    }

    /// Pushes our Via with a fresh branch.
    fn with_via(&mut self, draft: RequestBuilder, flow: &Flow) -> (Request, ClientKey) {
        let (via, branch) = own_request::fresh_via(
            flow.transport.via_name(),
            self.transports.sent_by(flow),
            self.config.mark,
            &mut self.chance,
        );
        let request = draft.push_first(&via).build();
        let cancel = request.method() == Method::Cancel;
        (request, ClientKey { branch, cancel })
    }

    /// Puts a request on the wire.
    fn fly(&mut self, now: Instant, id: ClientId, request: Request, key: ClientKey, flow: Flow) {
        let path = path_of(&flow);
        let invite = request.method() == Method::Invite;
        let (machine, actions) = Machine::start(invite, path);
        let Some(client) = self.clients.get_mut(id.0) else {
            return;
        };
        client.invite = invite;
        let more_targets = !client.attempts.is_empty();
        client.flight = Some(Flight {
            machine,
            key: key.clone(),
            request,
            flow,
            path,
            answered: false,
            interval: self.config.timers.t1,
            ack: None,
        });
        self.client_index.insert(key, id);
        if let Some(connection) = flow.connection {
            self.on_connection.insert((connection, id));
        }
        if invite && more_targets && self.config.failover_after.is_some() {
            self.start_client_timer(now, id, Timer::Failover);
        }
        self.client_do(now, id, actions, None);
    }

    fn client_on(
        &mut self,
        now: Instant,
        id: ClientId,
        moment: Moment,
        response: Option<(&Response, Flow)>,
    ) {
        let Some(client) = self.clients.get_mut(id.0) else {
            return;
        };
        let Some(flight) = &mut client.flight else {
            return;
        };
        let actions = flight.machine.on(moment, flight.path);
        self.client_do(now, id, actions, response);
    }

    /// Carries out what a table ordered.
    fn client_do(
        &mut self,
        now: Instant,
        id: ClientId,
        actions: &[Action],
        response: Option<(&Response, Flow)>,
    ) {
        let mut undelivered = false;
        let mut next = false;
        for action in actions {
            match action {
                Action::Send => undelivered |= !self.send_request(id),
                Action::SendAck => undelivered |= !self.send_ack(id, response.map(|(r, _)| r)),
                Action::SendTrying => {}
                Action::Pass => self.pass_response(id, response),
                Action::TellTimeout | Action::TellFailure => {
                    let unanswered = self.clients.get(id.0).is_some_and(|c| !c.has_answer());
                    if unanswered && self.can_fail_over(id) {
                        next = true;
                    } else if self.is_users(id) {
                        self.events.push_back(match action {
                            Action::TellTimeout => Event::ClientTimeout { client: id },
                            _ => Event::ClientFailed { client: id },
                        });
                    }
                }
                Action::Start(timer) => self.start_client_timer(now, id, *timer),
                Action::Stop(timer) => self.stop_client_timer(id, *timer),
            }
        }
        if undelivered {
            return self.client_on(now, id, Moment::TransportError, None);
        }
        let over = self.clients.get(id.0).is_some_and(Client::is_over);
        if next {
            let flight = self.land(id);
            let switched = self
                .clients
                .get(id.0)
                .and_then(|client| client.attempts.front())
                .filter(|attempt| !attempt.may_switch)
                .map(|attempt| attempt.target.addr);
            if let Some(peer) = switched {
                self.remember_udp_only(now, peer);
            }
            if let Some(flight) = flight {
                self.next_attempt(now, id, flight.request.edit().pop::<Via>());
            }
        } else if over {
            self.remove_client(id);
        }
    }

    fn send_request(&mut self, id: ClientId) -> bool {
        match self.clients.get(id.0).and_then(|c| c.flight.as_ref()) {
            Some(flight) => {
                let bytes = flight.request.bytes().clone();
                self.transports.try_send(flight.flow, bytes).is_ok()
            }
            None => true,
        }
    }

    fn send_ack(&mut self, id: ClientId, response: Option<&Response>) -> bool {
        let Some(flight) = self.clients.get_mut(id.0).and_then(|c| c.flight.as_mut()) else {
            return true;
        };
        if flight.ack.is_none()
            && let Some(response) = response
        {
            flight.ack = own_request::ack(&flight.request, response);
        }
        match &flight.ack {
            Some(ack) => self
                .transports
                .try_send(flight.flow, ack.bytes().clone())
                .is_ok(),
            None => true,
        }
    }

    fn pass_response(&mut self, id: ClientId, response: Option<(&Response, Flow)>) {
        let (Some(client), Some((response, flow))) = (self.clients.get(id.0), response) else {
            return;
        };
        let client = match client.owner {
            Owner::User => id,
            Owner::Forsaken(client) if client_saw_success(response) => client,
            Owner::Forsaken(_) | Owner::Nobody => return,
        };
        self.events.push_back(Event::Response {
            client,
            response: response.clone(),
            flow,
        });
    }

    /// On the first provisional response a CANCEL that waits for it goes out; an attempt that was
    /// given up and now turns out to ring is cancelled.
    fn cancel_if_due(&mut self, now: Instant, id: ClientId) {
        let Some(client) = self.clients.get(id.0) else {
            return;
        };
        match (client.cancel, client.owner) {
            (Cancel::Held(cancel), _) => self.release_cancel(now, id, cancel),
            (Cancel::No, Owner::Forsaken(_)) if client.invite => {
                if let Some(cancel) = self.hold_cancel(id, None, Owner::Nobody) {
                    self.release_cancel(now, id, cancel);
                }
            }
            _ => {}
        }
    }

    /// Prepares the CANCEL of an INVITE in its own transaction.
    fn hold_cancel(
        &mut self,
        invite: ClientId,
        reason: Option<&str>,
        owner: Owner,
    ) -> Option<ClientId> {
        let flight = self.clients.get(invite.0)?.flight.as_ref()?;
        let (flow, path) = (flight.flow, flight.path);
        let key = ClientKey {
            cancel: true,
            ..flight.key.clone()
        };
        let request = own_request::cancel(&flight.request, reason)?;
        let interval = self.config.timers.t1;
        let id = self.new_client(owner);
        if let Some(client) = self.clients.get_mut(id.0) {
            client.flight = Some(Flight {
                machine: Machine::Held,
                key,
                request,
                flow,
                path,
                answered: false,
                interval,
                ack: None,
            });
        }
        Some(id)
    }

    /// Sends a prepared CANCEL and bounds the wait for the INVITE's end.
    fn release_cancel(&mut self, now: Instant, invite: ClientId, cancel: ClientId) {
        if let Some(client) = self.clients.get_mut(invite.0) {
            client.cancel = Cancel::Sent;
        }
        self.start_client_timer(now, invite, Timer::Cancelled);
        let held = self.clients.get_mut(cancel.0).and_then(|c| c.flight.take());
        if let Some(flight) = held {
            self.fly(now, cancel, flight.request, flight.key, flight.flow);
        }
    }

    fn can_fail_over(&self, id: ClientId) -> bool {
        self.clients.get(id.0).is_some_and(|client| {
            client.owner == Owner::User
                && client.cancel == Cancel::No
                && !client.attempts.is_empty()
        })
    }

    fn is_users(&self, id: ClientId) -> bool {
        self.clients
            .get(id.0)
            .is_some_and(|client| client.owner == Owner::User)
    }

    /// Gives an attempt up for the next target: its transaction lives on under a new name, and the
    /// request, without our Via, is free to be sent again.
    fn forsake(&mut self, id: ClientId) -> Option<(ClientId, RequestBuilder)> {
        let flight = self.land(id)?;
        let draft = flight.request.edit().pop::<Via>();
        let forsaken = self.new_client(Owner::Forsaken(id));
        self.client_index.insert(flight.key.clone(), forsaken);
        if let Some(connection) = flight.flow.connection {
            self.on_connection.insert((connection, forsaken));
        }
        let client = self.clients.get_mut(forsaken.0)?;
        client.invite = flight.request.method() == Method::Invite;
        client.flight = Some(flight);
        Some((forsaken, draft))
    }

    /// Takes a request off the wire: no timers, and its responses find it no more.
    fn land(&mut self, id: ClientId) -> Option<Flight> {
        let client = self.clients.get_mut(id.0)?;
        for timer in client.running.take_all() {
            self.wheel.cancel(timer);
        }
        let flight = client.flight.take()?;
        if self.client_index.get(&flight.key) == Some(&id) {
            self.client_index.remove(&flight.key);
        }
        if let Some(connection) = flight.flow.connection {
            self.on_connection.remove(&(connection, id));
        }
        Some(flight)
    }

    pub(crate) fn client_failed(&mut self, id: ClientId) {
        self.remove_client(id);
        self.events.push_back(Event::ClientFailed { client: id });
    }

    fn remove_client(&mut self, id: ClientId) {
        self.land(id);
        if let Some(client) = self.clients.remove(id.0)
            && let Cancel::Held(cancel) = client.cancel
        {
            self.clients.remove(cancel.0);
        }
    }

    fn start_client_timer(&mut self, now: Instant, id: ClientId, timer: Timer) {
        let timers = self.config.timers;
        let failover_after = self.config.failover_after;
        let Some(client) = self.clients.get_mut(id.0) else {
            return;
        };
        let Some(flight) = &mut client.flight else {
            return;
        };
        let after = match timer {
            Timer::A => {
                let this = flight.interval;
                flight.interval = this.saturating_mul(2);
                this
            }
            Timer::E => {
                let this = match flight.machine {
                    Machine::NonInvite(non_invite_client::State::Proceeding) => timers.t2,
                    _ => flight.interval,
                };
                flight.interval = this.saturating_mul(2).min(timers.t2);
                this
            }
            Timer::D => timers.timer_d,
            Timer::K => timers.t4,
            Timer::Failover => failover_after.unwrap_or(SWITCH_PATIENCE),
            _ => timers.patience(),
        };
        if let Some(old) = client.running.take(timer) {
            self.wheel.cancel(old);
        }
        let at = now.checked_add(after).unwrap_or(now);
        let running = self.wheel.insert(now, at, Due::Client(id, timer));
        client.running.put(timer, running);
    }

    fn stop_client_timer(&mut self, id: ClientId, timer: Timer) {
        if let Some(client) = self.clients.get_mut(id.0)
            && let Some(running) = client.running.take(timer)
        {
            self.wheel.cancel(running);
        }
    }
}

impl Client {
    fn is_over(&self) -> bool {
        self.flight.as_ref().is_some_and(|f| f.machine.is_over())
    }

    fn has_answer(&self) -> bool {
        self.flight.as_ref().is_some_and(|flight| flight.answered)
    }

    /// On the wire, and nobody has answered at all.
    fn is_unanswered(&self) -> bool {
        self.flight
            .as_ref()
            .is_some_and(|flight| !flight.answered && flight.machine.is_waiting())
    }
}

impl Machine {
    fn start(invite: bool, path: Path) -> (Machine, &'static [Action]) {
        if invite {
            let (state, actions) = invite_client::start(path);
            (Machine::Invite(state), actions)
        } else {
            let (state, actions) = non_invite_client::start(path);
            (Machine::NonInvite(state), actions)
        }
    }

    fn on(&mut self, moment: Moment, path: Path) -> &'static [Action] {
        match self {
            Machine::Invite(state) => {
                let Some(event) = invite_event(moment) else {
                    return &[];
                };
                let (next, actions) = invite_client::on(*state, event, path);
                *state = next;
                actions
            }
            Machine::NonInvite(state) => {
                let Some(event) = non_invite_event(moment) else {
                    return &[];
                };
                let (next, actions) = non_invite_client::on(*state, event, path);
                *state = next;
                actions
            }
            Machine::Held => &[],
        }
    }

    /// Whether no final response has come.
    fn is_waiting(&self) -> bool {
        use invite_client::State as Invite;
        use non_invite_client::State as NonInvite;
        matches!(
            self,
            Machine::Invite(Invite::Calling | Invite::Proceeding)
                | Machine::NonInvite(NonInvite::Trying | NonInvite::Proceeding)
        )
    }

    fn is_over(&self) -> bool {
        matches!(
            self,
            Machine::Invite(invite_client::State::Terminated)
                | Machine::NonInvite(non_invite_client::State::Terminated)
        )
    }
}

fn invite_event(moment: Moment) -> Option<invite_client::Event> {
    use invite_client::Event;
    Some(match moment {
        Moment::Response(status) if status.is_provisional() => Event::Provisional,
        Moment::Response(status) if status.is_success() => Event::Success,
        Moment::Response(_) => Event::Failure,
        Moment::Timer(Timer::A) => Event::TimerA,
        Moment::Timer(Timer::B) => Event::TimerB,
        Moment::Timer(Timer::D) => Event::TimerD,
        Moment::Timer(Timer::M) => Event::TimerM,
        Moment::Timer(Timer::Cancelled) => Event::TimerCancelled,
        Moment::Timer(_) => return None,
        Moment::TransportError => Event::TransportError,
    })
}

fn non_invite_event(moment: Moment) -> Option<non_invite_client::Event> {
    use non_invite_client::Event;
    Some(match moment {
        Moment::Response(status) if status.is_provisional() => Event::Provisional,
        Moment::Response(_) => Event::Final,
        Moment::Timer(Timer::E) => Event::TimerE,
        Moment::Timer(Timer::F) => Event::TimerF,
        Moment::Timer(Timer::K) => Event::TimerK,
        Moment::Timer(_) => return None,
        Moment::TransportError => Event::TransportError,
    })
}

pub(crate) fn path_of(flow: &Flow) -> Path {
    if flow.transport.is_reliable() {
        Path::Reliable
    } else {
        Path::Unreliable
    }
}

fn client_saw_success(response: &Response) -> bool {
    response.status().is_success() && response.cseq().is_ok_and(|c| c.method == Method::Invite)
}
