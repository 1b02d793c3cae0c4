//! Server transactions: what the endpoint keeps for each, and how it carries out their tables.

use crate::{
    Endpoint, Event, ServerId, Timers,
    client::path_of,
    endpoint::Due,
    invite_server,
    limits::RETRY_AFTER_SECONDS,
    machine::{Action, Path, Timer},
    matching::{ServerKey, is_ack_to},
    non_invite_server,
    running::Running,
};
use sip_message::{Method, Request, Response, ResponseBuilder, StatusCode, header::Via};
use sip_transport::{Flow, Target, listening_addr};
use std::time::{Duration, Instant};

/// A request from outside until its answer cannot be asked for any more.
#[derive(Debug)]
pub(crate) struct Server {
    machine: Machine,
    key: ServerKey,
    request: Request,
    /// How the request came.
    flow: Flow,
    /// How responses go.
    reply: Flow,
    path: Path,
    /// The latest response.
    response: Option<Response>,
    /// The next interval of timer G.
    interval: Duration,
    running: Running,
}

#[derive(Debug)]
enum Machine {
    Invite(invite_server::State),
    NonInvite(non_invite_server::State),
}

/// What happens to a server transaction.
#[derive(Clone, Copy, Debug)]
enum Moment {
    Again,
    Ack,
    Answer(StatusCode),
    Timer(Timer),
    TransportError,
}

impl Endpoint {
    /// Answers a request.
    ///
    /// `false`: the transaction is gone, has its final response already, or may not be answered so
    /// (a provisional response other than 100 to a request that is no INVITE, RFC 4320 §4.1). A 408
    /// to a request that is no INVITE ends its transaction in silence (RFC 4320 §4.2).
    pub fn respond(&mut self, now: Instant, server: ServerId, response: Response) -> bool {
        self.now = Some(now);
        let status = response.status();
        let Some(this) = self.servers.get_mut(server.0) else {
            return false;
        };
        if !this.machine.accepts(status) {
            return false;
        }
        this.response = Some(response);
        self.server_on(now, server, Moment::Answer(status), None);
        true
    }

    /// Answers a request and forgets it at once, as befits strangers who are asked for credentials:
    /// they must not fill our memory (RFC 3261 §8.2.7). A repetition counts as a new request, so the
    /// response needs the same To tag each time; the ACK of an INVITE is told and to be ignored.
    /// `false`: the transaction is gone.
    pub fn respond_and_forget(&mut self, server: ServerId, response: Response) -> bool {
        let Some(this) = self.servers.get(server.0) else {
            return false;
        };
        // Nobody waits for the outcome: the client repeats its request.
        let _ = self
            .transports
            .try_send(this.reply, response.bytes().clone());
        self.remove_server(server);
        true
    }

    /// Answers a request without a transaction.
    pub fn respond_stateless(&mut self, flow: Flow, request: &Request, response: Response) {
        let flow = self.transports.response_flow(&flow, request);
        // Nobody waits for the outcome: the client repeats its request.
        let _ = self.transports.try_send(flow, response.bytes().clone());
    }

    /// The request of a server transaction.
    pub fn server_request(&self, server: ServerId) -> Option<&Request> {
        self.servers.get(server.0).map(|server| &server.request)
    }

    /// The user gives up: a request that has no final response gets a 500.
    pub fn drop_server(&mut self, server: ServerId) {
        let (Some(now), Some(this)) = (self.now, self.servers.get(server.0)) else {
            return;
        };
        if let Some(status) = StatusCode::new(500) {
            let response = self.own_response(&this.request.clone(), status).build();
            self.respond(now, server, response);
        }
    }

    /// A request whose form has been checked.
    pub(crate) fn receive_request(
        &mut self,
        now: Instant,
        flow: Flow,
        request: Request,
        via: &Via,
    ) {
        let Ok(key) = ServerKey::of(&request, via) else {
            return;
        };
        let known = self.server_index.get(&key).copied();
        match (request.method(), known) {
            (Method::Ack, known) => self.receive_ack(now, flow, request, known),
            (_, Some(server)) => self.server_on(now, server, Moment::Again, None),
            (Method::Cancel, None) => self.receive_cancel(now, flow, request, via, key),
            (_, None) if self.servers.len() >= self.config.max_server_transactions => {
                self.refuse_overload(flow, &request);
            }
            (_, None) => {
                let server = self.insert_server(flow, request, via, key);
                self.start_server(now, server);
            }
        }
    }

    pub(crate) fn server_timer(&mut self, now: Instant, id: ServerId, timer: Timer) {
        if let Some(server) = self.servers.get_mut(id.0) {
            server.running.take(timer);
        }
        self.server_on(now, id, Moment::Timer(timer), None);
    }

    /// Responses over a UDP flow whose peer is unreachable are lost.
    pub(crate) fn fail_servers_over(&mut self, now: Instant, flow: Flow) {
        let lost: Vec<ServerId> = self
            .servers
            .iter()
            .filter(|(_, server)| server.reply == flow && server.response.is_some())
            .map(|(key, _)| ServerId(key))
            .collect();
        for id in lost {
            self.server_on(now, id, Moment::TransportError, None);
        }
    }

    /// A response of our own to a request: `Server` and, above 100, a To tag.
    pub(crate) fn own_response(
        &mut self,
        request: &Request,
        status: StatusCode,
    ) -> ResponseBuilder {
        let mut response = Response::to(request, status);
        if status != StatusCode::TRYING && request.to_tag().is_none() {
            response = response.to_tag(&self.token());
        }
        match &self.config.server_name {
            Some(name) => response.set_raw("Server", name.as_bytes()),
            None => response,
        }
    }

    fn receive_ack(
        &mut self,
        now: Instant,
        flow: Flow,
        request: Request,
        invite: Option<ServerId>,
    ) {
        let acknowledged = invite.filter(|id| {
            self.servers.get(id.0).is_some_and(|server| {
                !server.key.is_old()
                    || server
                        .response
                        .as_ref()
                        .is_some_and(|response| is_ack_to(&request, response))
            })
        });
        match acknowledged {
            Some(id) => self.server_on(now, id, Moment::Ack, Some((flow, &request))),
            // The ACK to a 2xx has a branch of its own (RFC 3261 §13.2.2.4).
            None => self.events.push_back(Event::Ack { flow, request }),
        }
    }

    /// Answers a CANCEL and tells the user when it meets a pending INVITE (RFC 3261 §9.2).
    fn receive_cancel(
        &mut self,
        now: Instant,
        flow: Flow,
        request: Request,
        via: &Via,
        key: ServerKey,
    ) {
        let invite = ServerKey::of_cancelled(&request, via)
            .ok()
            .and_then(|key| self.server_index.get(&key).copied());
        let status = match invite {
            Some(_) => StatusCode::OK,
            None => StatusCode::new(481).unwrap_or(StatusCode::OK),
        };
        let mut response = Response::to(&request, status);
        // The CANCEL's answer carries the tag of the INVITE's answer, if that has one.
        let tag = invite
            .and_then(|id| self.servers.get(id.0)?.response.as_ref()?.to_tag())
            .map_or_else(|| self.token(), |tag| tag.to_str().into_owned());
        response = response.to_tag(&tag);
        if let Some(name) = &self.config.server_name {
            response = response.set_raw("Server", name.as_bytes());
        }
        let response = response.build();
        if self.servers.len() < self.config.max_server_transactions {
            let server = self.insert_server(flow, request.clone(), via, key);
            self.respond(now, server, response);
        } else {
            self.respond_stateless(flow, &request, response);
        }
        if let Some(server) = invite
            && self.servers.get(server.0).is_some_and(Server::is_pending)
        {
            self.events.push_back(Event::Cancel { server, request });
        }
    }

    /// Refuses a request without keeping anything of it.
    fn refuse_overload(&mut self, flow: Flow, request: &Request) {
        if let Some(status) = StatusCode::new(503) {
            let refusal = self
                .own_response(request, status)
                .push_raw("Retry-After", RETRY_AFTER_SECONDS.to_string().as_bytes())
                .build();
            self.respond_stateless(flow, request, refusal);
        }
    }

    fn insert_server(
        &mut self,
        flow: Flow,
        request: Request,
        via: &Via,
        key: ServerKey,
    ) -> ServerId {
        let machine = match request.method() {
            Method::Invite => Machine::Invite(invite_server::State::Proceeding),
            _ => Machine::NonInvite(non_invite_server::State::Trying),
        };
        let id = ServerId(self.servers.insert(Server {
            machine,
            key: key.clone(),
            flow,
            reply: self.transports.response_flow_by(&flow, via),
            path: path_of(&flow),
            request,
            response: None,
            interval: self.config.timers.t1,
            running: Running::default(),
        }));
        self.server_index.insert(key, id);
        id
    }

    fn start_server(&mut self, now: Instant, id: ServerId) {
        let Some(server) = self.servers.get(id.0) else {
            return;
        };
        let actions = match server.machine {
            Machine::Invite(_) => invite_server::start(server.path).1,
            Machine::NonInvite(_) => non_invite_server::start(server.path).1,
        };
        self.server_do(now, id, actions, None);
    }

    fn server_on(
        &mut self,
        now: Instant,
        id: ServerId,
        moment: Moment,
        ack: Option<(Flow, &Request)>,
    ) {
        if let Some(server) = self.servers.get_mut(id.0) {
            let actions = server.machine.on(moment, server.path);
            self.server_do(now, id, actions, ack);
        }
    }

    /// Carries out what a table ordered.
    fn server_do(
        &mut self,
        now: Instant,
        id: ServerId,
        actions: &[Action],
        ack: Option<(Flow, &Request)>,
    ) {
        let mut undelivered = false;
        for action in actions {
            match action {
                Action::Send => undelivered |= !self.send_response(now, id),
                Action::SendTrying => {
                    self.prepare_trying(id);
                    undelivered |= !self.send_response(now, id);
                }
                Action::SendAck => {}
                Action::Pass => self.pass_request(id, ack),
                Action::TellTimeout => {
                    self.events.push_back(Event::ServerTimeout { server: id });
                }
                Action::TellFailure => {
                    self.events
                        .push_back(Event::ServerTransportError { server: id });
                }
                Action::Start(timer) => self.start_server_timer(now, id, *timer),
                Action::Stop(timer) => {
                    if let Some(server) = self.servers.get_mut(id.0)
                        && let Some(running) = server.running.take(*timer)
                    {
                        self.wheel.cancel(running);
                    }
                }
            }
        }
        if undelivered {
            return self.server_on(now, id, Moment::TransportError, None);
        }
        if self.servers.get(id.0).is_some_and(|s| s.machine.is_over()) {
            self.remove_server(id);
        }
    }

    /// The 100 to send is the user's, if it gave one too early for RFC 4320, or else our own.
    fn prepare_trying(&mut self, id: ServerId) {
        let request = match self.servers.get(id.0) {
            Some(server) if server.response.is_none() => server.request.clone(),
            _ => return,
        };
        let trying = self.own_response(&request, StatusCode::TRYING).build();
        if let Some(server) = self.servers.get_mut(id.0) {
            server.response = Some(trying);
        }
    }

    fn pass_request(&mut self, id: ServerId, ack: Option<(Flow, &Request)>) {
        let event = match (ack, self.servers.get(id.0)) {
            (Some((flow, request)), _) => Event::Ack {
                flow,
                request: request.clone(),
            },
            (None, Some(server)) => Event::Request {
                server: id,
                flow: server.flow,
                request: server.request.clone(),
            },
            (None, None) => return,
        };
        self.events.push_back(event);
    }

    /// Sends the latest response, over a new connection if the request's is gone. `false`: lost.
    fn send_response(&mut self, now: Instant, id: ServerId) -> bool {
        let Some(server) = self.servers.get_mut(id.0) else {
            return true;
        };
        let Some(response) = &server.response else {
            return true; // repeated before any answer
        };
        let bytes = response.bytes().clone();
        if self
            .transports
            .try_send(server.reply, bytes.clone())
            .is_ok()
        {
            return true;
        }
        // RFC 3261 §18.2.2: to the source address and the port where the client listens.
        let Some(addr) = server
            .request
            .via()
            .ok()
            .and_then(|via| listening_addr(&via))
        else {
            return false;
        };
        let target = Target {
            transport: server.reply.transport,
            addr,
            server_name: None,
        };
        let Some(flow) = self.route(now, &target) else {
            return false;
        };
        if let Some(server) = self.servers.get_mut(id.0) {
            server.reply = flow;
        }
        self.transports.try_send(flow, bytes).is_ok()
    }

    fn start_server_timer(&mut self, now: Instant, id: ServerId, timer: Timer) {
        let timers = self.config.timers;
        let Some(server) = self.servers.get_mut(id.0) else {
            return;
        };
        let after = match timer {
            Timer::G => {
                let this = server.interval.min(timers.t2);
                server.interval = this.saturating_mul(2);
                this
            }
            Timer::I => timers.t4,
            Timer::Trying => match server.machine {
                Machine::Invite(_) => timers.trying_after,
                Machine::NonInvite(_) => until_client_repeats_slowly(&timers),
            },
            _ => timers.patience(),
        };
        if let Some(old) = server.running.take(timer) {
            self.wheel.cancel(old);
        }
        let at = now.checked_add(after).unwrap_or(now);
        let running = self.wheel.insert(now, at, Due::Server(id, timer));
        server.running.put(timer, running);
    }

    fn remove_server(&mut self, id: ServerId) {
        if let Some(mut server) = self.servers.remove(id.0) {
            self.server_index.remove(&server.key);
            for timer in server.running.take_all() {
                self.wheel.cancel(timer);
            }
        }
    }
}

/// How long a client's timer E takes to reach T2: T1 + 2*T1 + ... (RFC 4320 §4.1).
fn until_client_repeats_slowly(timers: &Timers) -> Duration {
    let mut interval = timers.t1.max(Duration::from_millis(1));
    let mut total = Duration::ZERO;
    while interval < timers.t2 {
        total = total.saturating_add(interval);
        interval = interval.saturating_mul(2);
    }
    total
}

impl Server {
    /// An INVITE without a final response.
    fn is_pending(&self) -> bool {
        matches!(
            self.machine,
            Machine::Invite(invite_server::State::Proceeding)
        )
    }
}

impl Machine {
    /// Whether the user may answer so now.
    fn accepts(&self, status: StatusCode) -> bool {
        use invite_server::State as Invite;
        use non_invite_server::State as NonInvite;
        match self {
            Machine::Invite(Invite::Proceeding) => true,
            Machine::Invite(Invite::Accepted) => status.is_success(),
            Machine::Invite(_) => false,
            Machine::NonInvite(NonInvite::Trying | NonInvite::Proceeding) => {
                status.is_final() || status == StatusCode::TRYING
            }
            Machine::NonInvite(_) => false,
        }
    }

    fn on(&mut self, moment: Moment, path: Path) -> &'static [Action] {
        match self {
            Machine::Invite(state) => {
                let Some(event) = invite_event(moment) else {
                    return &[];
                };
                let (next, actions) = invite_server::on(*state, event, path);
                *state = next;
                actions
            }
            Machine::NonInvite(state) => {
                let Some(event) = non_invite_event(moment) else {
                    return &[];
                };
                let (next, actions) = non_invite_server::on(*state, event, path);
                *state = next;
                actions
            }
        }
    }

    fn is_over(&self) -> bool {
        matches!(
            self,
            Machine::Invite(invite_server::State::Terminated)
                | Machine::NonInvite(non_invite_server::State::Terminated)
        )
    }
}

fn invite_event(moment: Moment) -> Option<invite_server::Event> {
    use invite_server::Event;
    Some(match moment {
        Moment::Again => Event::Again,
        Moment::Ack => Event::Ack,
        Moment::Answer(status) if status.is_provisional() => Event::UserProvisional,
        Moment::Answer(status) if status.is_success() => Event::UserSuccess,
        Moment::Answer(_) => Event::UserFailure,
        Moment::Timer(Timer::G) => Event::TimerG,
        Moment::Timer(Timer::H) => Event::TimerH,
        Moment::Timer(Timer::I) => Event::TimerI,
        Moment::Timer(Timer::L) => Event::TimerL,
        Moment::Timer(Timer::Trying) => Event::TimerTrying,
        Moment::Timer(_) => return None,
        Moment::TransportError => Event::TransportError,
    })
}

fn non_invite_event(moment: Moment) -> Option<non_invite_server::Event> {
    use non_invite_server::Event;
    Some(match moment {
        Moment::Again => Event::Again,
        Moment::Answer(status) if status.is_provisional() => Event::UserProvisional,
        Moment::Answer(status) if status == 408 => Event::UserTimeout,
        Moment::Answer(_) => Event::UserFinal,
        Moment::Timer(Timer::J) => Event::TimerJ,
        Moment::Timer(Timer::Trying) => Event::TimerTrying,
        Moment::Timer(Timer::Expired) => Event::TimerExpired,
        Moment::TransportError => Event::TransportError,
        Moment::Ack | Moment::Timer(_) => return None,
    })
}
