//! Two or more ends on a simulated wire, in virtual time, with loss, duplication and reordering by
//! seed. An address without an end is a far end written by hand: the test reads what was sent to it
//! and injects what it would send.

use bytes::Bytes;
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use sip_dialog::ext::events::{Notifier, NotifierEvent, Subscriber, SubscriberEvent, Terms};
use sip_dialog::{
    Ctx, DialogId, Invite, Local, Session, SessionConfig, SessionEvent, SessionState,
};
use sip_message::{Message, Method, Request, Response, StatusCode, Text, Uri, header::NameAddr};
use sip_transaction::{Destination, Endpoint, EndpointConfig, Event, Output};
use sip_transport::{Flow, Listener, Target, Transport, TransportOutput};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

pub const ALICE: usize = 0;
pub const BOB: usize = 1;

/// How the wire treats datagrams, in percent, and how far apart two may arrive.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    pub loss: u32,
    pub duplication: u32,
    pub jitter_ms: u64,
}

/// One user agent.
pub struct End {
    pub endpoint: Endpoint,
    pub addr: SocketAddr,
    pub sessions: Vec<Session>,
    /// What happened, by session.
    pub events: Vec<(usize, SessionEvent)>,
    pub config: SessionConfig,
    /// Answers to INVITEs that were refused before there was a session.
    pub refused: Vec<Response>,
    /// Subscriptions others have with this end, and what they told.
    pub notifiers: Vec<Notifier>,
    pub notified: Vec<NotifierEvent>,
    /// Subscriptions this end has with others, and what they told.
    pub subscribers: Vec<Subscriber>,
    pub news: Vec<SubscriberEvent>,
}

/// Whether the wire loses this datagram.
pub type DropIf = Box<dyn FnMut(&Message) -> bool>;

pub struct Wire {
    pub start: Instant,
    pub now: Instant,
    pub ends: Vec<End>,
    pub weather: Weather,
    /// Drops the next datagrams for which this says so.
    pub drop_if: Option<DropIf>,
    /// What was sent to addresses nobody listens at.
    pub unclaimed: Vec<Message>,
    /// Every datagram handed to the wire, as `12.500 A>B INVITE`.
    pub trace: Vec<String>,
    queue: BTreeMap<(Instant, u64), (SocketAddr, SocketAddr, Bytes)>,
    serial: u64,
    chance: ChaCha12Rng,
}

/// How long subscriptions last at every end.
pub const TERMS: Terms = Terms {
    default: 3600,
    min: 60,
    max: 7200,
};

pub fn addr(n: usize) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, n as u8 + 1], 5060))
}

pub fn uri(text: &str) -> Uri {
    Uri::parse(Bytes::copy_from_slice(text.as_bytes())).expect("uri")
}

pub fn sdp(text: &str) -> Bytes {
    Bytes::from(format!("v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns={text}\r\n"))
}

pub fn status(code: u16) -> StatusCode {
    StatusCode::new(code).expect("status")
}

impl Wire {
    pub fn new(seed: u64) -> Wire {
        Wire::with_config(seed, SessionConfig::default())
    }

    pub fn with_config(seed: u64, config: SessionConfig) -> Wire {
        let start = Instant::now();
        let end = |n: usize| {
            let mut own = [n as u8; 32];
            own[..8].copy_from_slice(&seed.to_le_bytes());
            let mut endpoint = Endpoint::new(EndpointConfig::default(), own);
            endpoint.transports().listen(Listener {
                transport: Transport::Udp,
                local: addr(n),
                advertised: None,
            });
            End {
                endpoint,
                addr: addr(n),
                sessions: Vec::new(),
                events: Vec::new(),
                config: config.clone(),
                refused: Vec::new(),
                notifiers: Vec::new(),
                notified: Vec::new(),
                subscribers: Vec::new(),
                news: Vec::new(),
            }
        };
        Wire {
            start,
            now: start,
            ends: vec![end(0), end(1)],
            weather: Weather::default(),
            drop_if: None,
            unclaimed: Vec::new(),
            trace: Vec::new(),
            queue: BTreeMap::new(),
            serial: 0,
            chance: ChaCha12Rng::seed_from_u64(seed),
        }
    }

    pub fn below(&mut self, n: u32) -> u32 {
        self.chance.next_u32() % n.max(1)
    }

    /// Does something to a session of an end.
    pub fn with<R>(
        &mut self,
        end: usize,
        session: usize,
        act: impl FnOnce(&mut Session, &mut Ctx<'_>) -> R,
    ) -> R {
        let end = &mut self.ends[end];
        let mut ctx = Ctx {
            now: self.now,
            endpoint: &mut end.endpoint,
        };
        let result = act(&mut end.sessions[session], &mut ctx);
        self.flush();
        result
    }

    pub fn invite_of(&self, from: usize, to: usize, sdp: Option<Bytes>) -> Invite {
        Invite {
            request_uri: uri(&format!("sip:bob@{}", addr(to))),
            from: NameAddr::new(uri(&format!("sip:alice@{}", addr(from)))),
            to: NameAddr::new(uri(&format!("sip:bob@{}", addr(to)))),
            contact: uri(&format!("sip:alice@{}", addr(from))),
            call_id: None,
            routes: Vec::new(),
            sdp,
            headers: Vec::new(),
            config: self.ends[from].config.clone(),
        }
    }

    /// Alice calls Bob.
    pub fn call(&mut self, sdp: Option<Bytes>) -> usize {
        let invite = self.invite_of(ALICE, BOB, sdp);
        self.place(ALICE, BOB, invite)
    }

    pub fn place(&mut self, from: usize, to: usize, invite: Invite) -> usize {
        let to = Destination::Target(Target {
            transport: Transport::Udp,
            addr: addr(to),
            server_name: None,
        });
        let end = &mut self.ends[from];
        let mut ctx = Ctx {
            now: self.now,
            endpoint: &mut end.endpoint,
        };
        end.sessions.push(Session::invite(&mut ctx, to, invite));
        let session = end.sessions.len() - 1;
        self.flush();
        session
    }

    /// Alice and Bob talk.
    pub fn talking(seed: u64) -> Wire {
        Wire::talking_with(seed, SessionConfig::default())
    }

    pub fn talking_with(seed: u64, config: SessionConfig) -> Wire {
        let mut wire = Wire::with_config(seed, config);
        wire.talk();
        wire
    }

    /// Sets a call up over a wire without weather.
    pub fn talk(&mut self) {
        self.call(Some(sdp("alice")));
        self.run_ms(50);
        self.with(BOB, 0, |s, ctx| s.ring(ctx, status(180), None, &[]));
        self.run_ms(50);
        self.with(BOB, 0, |s, ctx| s.answer(ctx, Some(sdp("bob")), &[]));
        self.run_ms(100);
        assert_eq!(self.state(ALICE), SessionState::Talking);
        assert_eq!(self.state(BOB), SessionState::Talking);
        for end in &mut self.ends {
            end.events.clear();
        }
        self.trace.clear();
    }

    pub fn state(&self, end: usize) -> SessionState {
        self.ends[end].sessions[0].state()
    }

    /// The names of what happened at an end since last asked.
    pub fn events(&mut self, end: usize) -> Vec<String> {
        let events = std::mem::take(&mut self.ends[end].events);
        events.iter().map(|(_, event)| name_of(event)).collect()
    }

    pub fn run_ms(&mut self, ms: u64) {
        self.run_until(self.now + Duration::from_millis(ms));
    }

    pub fn run_secs(&mut self, seconds: u64) {
        self.run_ms(seconds * 1000);
    }

    /// Everything that happens up to `until`.
    pub fn run_until(&mut self, until: Instant) {
        self.flush();
        for _ in 0..200_000 {
            let packet = self.queue.keys().next().map(|(at, _)| *at);
            let timer = self.next_timer();
            let Some(next) = packet
                .into_iter()
                .chain(timer)
                .min()
                .filter(|at| *at <= until)
            else {
                self.now = until;
                return;
            };
            self.now = self.now.max(next);
            if packet.is_some_and(|at| at <= self.now) {
                if let Some((_, (from, to, bytes))) = self.queue.pop_first() {
                    self.deliver(from, to, bytes);
                }
            } else {
                self.fire();
            }
            self.flush();
        }
        panic!("the wire never comes to rest:\n{}", self.trace.join("\n"));
    }

    fn next_timer(&self) -> Option<Instant> {
        self.ends
            .iter()
            .flat_map(|end| {
                let sessions = end.sessions.iter().filter_map(Session::next_timeout);
                let notifiers = end.notifiers.iter().filter_map(Notifier::next_timeout);
                let subscribers = end.subscribers.iter().filter_map(Subscriber::next_timeout);
                let endpoint = end.endpoint.next_timeout().into_iter();
                endpoint.chain(sessions).chain(notifiers).chain(subscribers)
            })
            .min()
    }

    fn fire(&mut self) {
        for end in &mut self.ends {
            if end.endpoint.next_timeout().is_some_and(|at| at <= self.now) {
                end.endpoint.handle_timeout(self.now);
            }
            for session in &mut end.sessions {
                if session.next_timeout().is_some_and(|at| at <= self.now) {
                    let mut ctx = Ctx {
                        now: self.now,
                        endpoint: &mut end.endpoint,
                    };
                    session.on_timeout(&mut ctx);
                }
            }
            let mut ctx = Ctx {
                now: self.now,
                endpoint: &mut end.endpoint,
            };
            for notifier in &mut end.notifiers {
                notifier.on_timeout(&mut ctx);
            }
            for subscriber in &mut end.subscribers {
                subscriber.on_timeout(&mut ctx);
            }
        }
    }

    fn deliver(&mut self, from: SocketAddr, to: SocketAddr, bytes: Bytes) {
        match self.ends.iter_mut().find(|end| end.addr == to) {
            Some(end) => end.endpoint.receive(self.now, Flow::udp(to, from), bytes),
            None => self
                .unclaimed
                .push(Message::parse(bytes).expect("we send messages")),
        }
    }

    /// Puts a message of a hand-written far end on the wire.
    pub fn inject(&mut self, from: SocketAddr, to: usize, bytes: &Bytes) {
        self.deliver(from, addr(to), bytes.clone());
        self.flush();
    }

    /// Lets every end say what it has to say.
    pub fn flush(&mut self) {
        for n in 0..self.ends.len() {
            while let Some(output) = self.ends[n].endpoint.poll() {
                match output {
                    Output::Transport(TransportOutput::Send { flow, bytes }) => {
                        self.put(flow.local, flow.remote, bytes);
                    }
                    Output::Transport(_) | Output::Resolve { .. } => {}
                    Output::Event(event) => self.ends[n].on_event(self.now, event),
                }
            }
            let end = &mut self.ends[n];
            for (index, session) in end.sessions.iter_mut().enumerate() {
                while let Some(event) = session.poll() {
                    end.events.push((index, event));
                }
            }
            for notifier in &mut end.notifiers {
                end.notified.extend(std::iter::from_fn(|| notifier.poll()));
            }
            for subscriber in &mut end.subscribers {
                end.news.extend(std::iter::from_fn(|| subscriber.poll()));
            }
        }
    }

    fn put(&mut self, from: SocketAddr, to: SocketAddr, bytes: Bytes) {
        let message = Message::parse(bytes.clone()).expect("we send messages");
        let letter = |a: SocketAddr| match a.ip() {
            std::net::IpAddr::V4(ip) => char::from(b'A' + ip.octets()[3] - 1),
            std::net::IpAddr::V6(_) => '?',
        };
        let at = (self.now - self.start).as_secs_f64();
        let what = words(&message);
        let dropped = self.drop_if.as_mut().is_some_and(|drop| drop(&message))
            || self.chance.next_u32() % 100 < self.weather.loss;
        let lost = if dropped { "  (lost)" } else { "" };
        self.trace.push(format!(
            "{at:.3} {}>{} {what}{lost}",
            letter(from),
            letter(to)
        ));
        if dropped {
            return;
        }
        let copies = 1 + u32::from(self.chance.next_u32() % 100 < self.weather.duplication);
        for _ in 0..copies {
            let jitter = match self.weather.jitter_ms {
                0 => 0,
                ms => u64::from(self.chance.next_u32()) % ms,
            };
            self.serial += 1;
            let at = self.now + Duration::from_millis(10 + jitter);
            self.queue
                .insert((at, self.serial), (from, to, bytes.clone()));
        }
    }

    /// Nothing is left anywhere.
    pub fn assert_at_rest(&self) {
        for (n, end) in self.ends.iter().enumerate() {
            for session in &end.sessions {
                assert!(
                    session.is_over(),
                    "end {n} not over: {session:#?}\n{}",
                    self.trace.join("\n")
                );
                assert_eq!(session.next_timeout(), None, "end {n} still has a clock");
            }
            let counts = end.endpoint.counts();
            assert_eq!(
                (counts.client, counts.server),
                (0, 0),
                "end {n}\n{}",
                self.trace.join("\n")
            );
        }
    }

    /// The trace without times.
    pub fn flow(&self) -> Vec<&str> {
        self.trace
            .iter()
            .filter_map(|line| line.split_once(' '))
            .map(|(_, what)| what)
            .collect()
    }

    pub fn count(&self, what: &str) -> usize {
        self.trace.iter().filter(|line| line.contains(what)).count()
    }
}

impl End {
    fn on_event(&mut self, now: Instant, event: Event) {
        let mut ctx = Ctx {
            now,
            endpoint: &mut self.endpoint,
        };
        let dialog = |request: &Request| DialogId::of_request(request);
        let owner = |sessions: &[Session], id: DialogId| {
            sessions
                .iter()
                .position(|s| *s.call_id() == id.call_id && s.local_tag() == id.local_tag)
        };
        match event {
            Event::Request {
                server,
                flow,
                request,
            } => {
                if let Some(id) = dialog(&request) {
                    let mut subscribers = self.subscribers.iter_mut();
                    if let Some(s) = subscribers
                        .find(|s| *s.call_id() == id.call_id && *s.local_tag() == id.local_tag)
                    {
                        return s.on_notify(&mut ctx, server, flow, &request);
                    }
                    let mut notifiers = self.notifiers.iter_mut();
                    if let Some(n) = notifiers.find(|n| *n.dialog() == id) {
                        return n.on_subscribe(&mut ctx, server, flow, &request);
                    }
                    match owner(&self.sessions, id) {
                        Some(n) => self.sessions[n].on_request(&mut ctx, server, flow, &request),
                        None => {
                            let gone = Response::to(&request, status(481)).build();
                            ctx.endpoint.respond(now, server, gone);
                        }
                    }
                } else if request.method() == Method::Invite {
                    let local = Local {
                        contact: uri(&format!("sip:bob@{}", self.addr)),
                        tag: None,
                        config: self.config.clone(),
                    };
                    match Session::incoming(&mut ctx, server, flow, &request, local) {
                        Ok(session) => self.sessions.push(session),
                        Err(response) => self.refused.push(response),
                    }
                } else if request.method() == Method::Subscribe {
                    let contact = uri(&format!("sip:bob@{}", self.addr));
                    match Notifier::accept(&mut ctx, server, flow, &request, contact, TERMS, false)
                    {
                        Ok(notifier) => {
                            self.notifiers.push(notifier);
                            self.notified.push(NotifierEvent::StateWanted);
                        }
                        Err(response) => self.refused.push(response),
                    }
                } else {
                    let no = Response::to(&request, status(405)).to_tag("x").build();
                    ctx.endpoint.respond(now, server, no);
                }
            }
            Event::Cancel { server, request } => {
                let mut sessions = self.sessions.iter_mut();
                if let Some(s) = sessions.find(|s| s.servers().any(|id| id == server)) {
                    s.on_cancel(&mut ctx, &request);
                }
            }
            Event::Ack { request, .. } => {
                if let Some(n) = dialog(&request).and_then(|id| owner(&self.sessions, id)) {
                    self.sessions[n].on_ack(&mut ctx, &request);
                }
            }
            Event::Response {
                client, response, ..
            } => {
                let mut sessions = self.sessions.iter_mut();
                if let Some(s) = sessions.find(|s| s.clients().any(|id| id == client)) {
                    s.on_response(&mut ctx, client, &response);
                }
                for notifier in &mut self.notifiers {
                    notifier.on_response(&mut ctx, client, &response);
                }
                for subscriber in &mut self.subscribers {
                    subscriber.on_response(&mut ctx, client, &response);
                }
            }
            Event::ClientTimeout { client } => self.failed(now, client, true),
            Event::ClientFailed { client } => self.failed(now, client, false),
            Event::ServerTimeout { .. }
            | Event::ServerTransportError { .. }
            | Event::Located { .. }
            | Event::FlowClosed { .. } => {}
        }
    }

    fn failed(&mut self, now: Instant, client: sip_transaction::ClientId, timeout: bool) {
        let mut ctx = Ctx {
            now,
            endpoint: &mut self.endpoint,
        };
        let mut sessions = self.sessions.iter_mut();
        if let Some(s) = sessions.find(|s| s.clients().any(|id| id == client)) {
            s.on_client_failed(&mut ctx, client, timeout);
        }
        for notifier in &mut self.notifiers {
            notifier.on_client_failed(client);
        }
        for subscriber in &mut self.subscribers {
            subscriber.on_client_failed(client, timeout);
        }
    }
}

/// `INVITE +sdp`, `200 INVITE`.
pub fn words(message: &Message) -> String {
    let body = match message.body().is_empty() {
        true => "",
        false => " +sdp",
    };
    match message {
        Message::Request(request) => format!("{}{body}", request.method()),
        Message::Response(response) => {
            let method = response.cseq().map(|c| c.method.to_string());
            format!("{} {}{body}", response.status(), method.unwrap_or_default())
        }
    }
}

pub fn name_of(event: &SessionEvent) -> String {
    let with = |sdp: &Option<Bytes>| match sdp {
        Some(sdp) => {
            let text = String::from_utf8_lossy(sdp).into_owned();
            let name = text.lines().find_map(|l| l.strip_prefix("s="));
            format!(" sdp={}", name.unwrap_or("?"))
        }
        None => String::new(),
    };
    match event {
        SessionEvent::Progress { status, sdp, .. } => format!("Progress {status}{}", with(sdp)),
        SessionEvent::Answered { sdp, is_offer, .. } => {
            let offer = if *is_offer { " offer" } else { "" };
            format!("Answered{offer}{}", with(sdp))
        }
        SessionEvent::Rejected { status, .. } => format!("Rejected {status}"),
        SessionEvent::Challenged { response, .. } => format!("Challenged {}", response.status()),
        SessionEvent::PrackArrived { sdp } => format!("PrackArrived{}", with(sdp)),
        SessionEvent::AckArrived { sdp } => format!("AckArrived{}", with(sdp)),
        SessionEvent::Offer { sdp, by, .. } => format!("Offer by {by}{}", with(sdp)),
        SessionEvent::OfferWithdrawn => "OfferWithdrawn".to_owned(),
        SessionEvent::OfferAnswered { sdp, .. } => format!("OfferAnswered{}", with(sdp)),
        SessionEvent::OfferRejected { status, .. } => format!("OfferRejected {status}"),
        SessionEvent::Redescribed { .. } => "Redescribed".to_owned(),
        SessionEvent::Request { request, .. } => format!("Request {}", request.method()),
        SessionEvent::Response { response, .. } => format!("Response {}", response.status()),
        SessionEvent::Cancelled { reason } => format!("Cancelled{}", because(reason)),
        SessionEvent::Ended {
            by_remote,
            cause,
            reason,
        } => {
            let who = if *by_remote { "them" } else { "us" };
            format!("Ended by {who}: {cause:?}{}", because(reason))
        }
    }
}

fn because(reason: &Option<Text>) -> String {
    reason
        .as_ref()
        .map(|r| format!(" [{r}]"))
        .unwrap_or_default()
}

/// Whether this is one of the three events a session ends with.
pub fn is_last(event: &SessionEvent) -> bool {
    matches!(
        event,
        SessionEvent::Rejected { .. } | SessionEvent::Cancelled { .. } | SessionEvent::Ended { .. }
    )
}
