//! Two people and somebody who forges messages, on a wire that loses, doubles and reorders: once
//! they hang up and every timer has run out, every session is over, was told so once, and nothing
//! is kept.
#![no_main]

use bytes::Bytes;
use cordboard_fuzz::Script;
use libfuzzer_sys::fuzz_target;
use sip_dialog::{
    Ctx, DialogId, Invite, Local, OfferVia, Reliable, Session, SessionConfig, SessionEvent,
};
use sip_message::{Message, Method, Request, Response, StatusCode, Uri, header::NameAddr};
use sip_transaction::{
    ClientId, Counts, Destination, Endpoint, EndpointConfig, Event, Output, ServerId,
};
use sip_transport::{Flow, Listener, Resolution, Target, Transport, TransportOutput};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

const STATUSES: [u16; 15] = [
    100, 180, 183, 200, 202, 302, 401, 408, 422, 481, 486, 487, 491, 503, 600,
];
const METHODS: [Method; 11] = [
    Method::Invite,
    Method::Ack,
    Method::Bye,
    Method::Cancel,
    Method::Update,
    Method::Prack,
    Method::Info,
    Method::Refer,
    Method::Notify,
    Method::Options,
    Method::Message,
];

fuzz_target!(|data: &[u8]| {
    let mut script = Script::new(data);
    let reliable = [Reliable::Off, Reliable::Supported, Reliable::Required];
    let config = SessionConfig {
        reliable: script.pick(&reliable).copied().unwrap_or_default(),
        session_expires: Some(90).filter(|_| script.flag()),
        answers_challenges: script.flag(),
        ..SessionConfig::default()
    };
    let mut wire = Wire::new(config);
    wire.call(description(&mut script));
    while let Some(step) = script.step() {
        wire.act(step, &mut script);
        wire.settle();
    }
    wire.finish();
});

struct Wire {
    now: Instant,
    ends: [End; 2],
    on_the_way: BTreeMap<(Instant, usize), Letter>,
    /// All that was ever sent.
    seen: Vec<Letter>,
    forged: usize,
    /// What happens to the next datagrams.
    lose: usize,
    double: usize,
    delay: Duration,
}

#[derive(Clone)]
struct Letter {
    from: SocketAddr,
    to: SocketAddr,
    bytes: Bytes,
}

/// A user agent and its owner.
struct End {
    endpoint: Endpoint,
    addr: SocketAddr,
    config: SessionConfig,
    sessions: Vec<Session>,
    /// How often each session said that it is over.
    farewells: Vec<usize>,
    mood: Mood,
}

#[derive(Clone, Copy)]
enum Mood {
    Agrees,
    Refuses,
    Sleeps,
}

impl Wire {
    fn new(config: SessionConfig) -> Wire {
        let end = |n: u8| {
            let mut endpoint = Endpoint::new(EndpointConfig::default(), [n; 32]);
            endpoint.transports().listen(Listener {
                transport: Transport::Udp,
                local: address(n),
                advertised: None,
            });
            End {
                endpoint,
                addr: address(n),
                config: config.clone(),
                sessions: Vec::new(),
                farewells: Vec::new(),
                mood: Mood::Agrees,
            }
        };
        Wire {
            now: Instant::now(),
            ends: [end(1), end(2)],
            on_the_way: BTreeMap::new(),
            seen: Vec::new(),
            forged: 0,
            lose: 0,
            double: 0,
            delay: Duration::ZERO,
        }
    }

    /// The first end calls the second.
    fn call(&mut self, sdp: Option<Bytes>) {
        let [caller, _] = &mut self.ends;
        let invite = Invite {
            request_uri: uri("sip:bob@192.0.2.2"),
            from: NameAddr::new(uri("sip:alice@192.0.2.1")),
            to: NameAddr::new(uri("sip:bob@192.0.2.2")),
            contact: uri("sip:alice@192.0.2.1"),
            call_id: None,
            routes: Vec::new(),
            sdp,
            headers: Vec::new(),
            config: caller.config.clone(),
        };
        let to = Destination::Target(Target {
            transport: Transport::Udp,
            addr: address(2),
            server_name: None,
        });
        let mut ctx = Ctx {
            now: self.now,
            endpoint: &mut caller.endpoint,
        };
        let session = Session::invite(&mut ctx, to, invite);
        caller.add(session);
        self.settle();
    }

    fn act(&mut self, step: u8, script: &mut Script<'_>) {
        match step {
            b'w' => self.run_for(script.wait()),
            b'l' => self.lose = script.number(),
            b'd' => self.double = script.number(),
            b'j' => self.delay = script.wait(),
            // Messages nobody sent: a changed one, an answer of anybody's, a request of any method.
            b'i' => {
                if let Some(mut letter) = script.pick(&self.seen).cloned() {
                    letter.bytes = script.changed(&letter.bytes);
                    self.deliver(letter);
                }
            }
            b'b' => {
                if let Some(letter) = script.pick(&self.seen).cloned() {
                    self.forge_answer(&letter, script);
                }
            }
            b'm' => {
                if let Some(letter) = script.pick(&self.seen).cloned() {
                    self.forge_request(letter, script);
                }
            }
            _ => {
                let end = &mut self.ends[script.number() % 2];
                end.act(self.now, step, script);
            }
        }
    }

    fn forge_answer(&mut self, letter: &Letter, script: &mut Script<'_>) {
        let Ok(Message::Request(request)) = Message::parse(letter.bytes.clone()) else {
            return;
        };
        let answer = Response::to(&request, status(script));
        let tags = ["one", "two", "three"];
        let mut answer = match (request.to_tag(), script.pick(&tags)) {
            (None, Some(tag)) => answer.to_tag(tag),
            _ => answer,
        };
        if script.flag() {
            let number = script.number().to_string();
            answer = answer
                .push_raw("Contact", b"<sip:fork@192.0.2.2>")
                .push_raw("Require", b"100rel")
                .push_raw("RSeq", number.as_bytes());
        }
        if let Some(sdp) = description(script) {
            answer = answer.body("application/sdp", sdp);
        }
        let bytes = script.changed(answer.build().bytes());
        self.deliver(Letter {
            from: letter.to,
            to: letter.from,
            bytes,
        });
    }

    /// A request seen on the wire once more: with another method, a higher CSeq, a branch of its own.
    fn forge_request(&mut self, mut letter: Letter, script: &mut Script<'_>) {
        let Ok(Message::Request(request)) = Message::parse(letter.bytes.clone()) else {
            return;
        };
        let Ok(cseq) = request.cseq() else { return };
        self.forged += 1;
        let method = script.pick(&METHODS).cloned().unwrap_or(Method::Bye);
        let number = cseq.number.wrapping_add(script.number() as u32);
        let text = String::from_utf8_lossy(&letter.bytes)
            .replacen(&cseq.method.to_string(), &method.to_string(), 1)
            .replace(
                &format!("CSeq: {} {}", cseq.number, cseq.method),
                &format!("CSeq: {number} {method}"),
            )
            .replace("z9hG4bK", &format!("z9hG4bK{}", self.forged));
        letter.bytes = script.changed(text.as_bytes());
        self.deliver(letter);
    }

    fn deliver(&mut self, letter: Letter) {
        let mut ends = self.ends.iter_mut();
        if let Some(end) = ends.find(|end| end.addr == letter.to) {
            let flow = Flow::udp(letter.to, letter.from);
            end.endpoint.receive(self.now, flow, letter.bytes);
        }
    }

    /// Lets both ends say what they have to say.
    fn settle(&mut self) {
        for n in 0..self.ends.len() {
            for letter in self.ends[n].listen(self.now) {
                self.send(letter);
            }
        }
    }

    fn send(&mut self, letter: Letter) {
        self.seen.push(letter.clone());
        if self.lose > 0 {
            self.lose -= 1;
            return;
        }
        let copies = if self.double > 0 { 2 } else { 1 };
        self.double = self.double.saturating_sub(1);
        let at = self.now + Duration::from_millis(10) + std::mem::take(&mut self.delay);
        for copy in 0..copies {
            let key = (at, 2 * self.seen.len() + copy);
            self.on_the_way.insert(key, letter.clone());
        }
    }

    fn run_for(&mut self, time: Duration) {
        let until = self.now + time;
        self.settle();
        loop {
            let letter = self.on_the_way.first_key_value().map(|((at, _), _)| *at);
            let timer = self.ends.iter().filter_map(End::next_timeout).min();
            let next = letter.into_iter().chain(timer).min();
            let Some(next) = next.filter(|at| *at <= until) else {
                break;
            };
            self.now = self.now.max(next);
            match self.on_the_way.first_entry() {
                Some(first) if first.key().0 <= self.now => {
                    let letter = first.remove();
                    self.deliver(letter);
                }
                _ => self
                    .ends
                    .iter_mut()
                    .for_each(|end| end.on_timeout(self.now)),
            }
            self.settle();
        }
        self.now = until;
    }

    /// Everybody hangs up, again and again: a call may arrive after it was given up.
    fn finish(&mut self) {
        (self.lose, self.double) = (0, 0);
        for end in &mut self.ends {
            end.mood = Mood::Agrees;
        }
        for _ in 0..40 {
            for end in &mut self.ends {
                end.hang_up(self.now);
            }
            self.run_for(Duration::from_secs(10));
        }
        for end in &self.ends {
            for (session, farewells) in end.sessions.iter().zip(&end.farewells) {
                assert!(session.is_over(), "not over: {session:#?}");
                assert_eq!(
                    session.next_timeout(),
                    None,
                    "still has a clock: {session:#?}"
                );
                assert_eq!(*farewells, 1, "told its end so often: {session:#?}");
            }
            assert_eq!(end.endpoint.counts(), Counts::default());
        }
    }
}

impl End {
    fn add(&mut self, session: Session) {
        self.sessions.push(session);
        self.farewells.push(0);
    }

    /// The owner does something, fitting or not.
    fn act(&mut self, now: Instant, step: u8, script: &mut Script<'_>) {
        if step == b'q' {
            let moods = [Mood::Agrees, Mood::Refuses, Mood::Sleeps];
            self.mood = script.pick(&moods).copied().unwrap_or(Mood::Agrees);
            return;
        }
        let Some(session) = self.sessions.last_mut() else {
            return;
        };
        let mut ctx = Ctx {
            now,
            endpoint: &mut self.endpoint,
        };
        let ctx = &mut ctx;
        match step {
            b'r' => session.ring(ctx, status(script), description(script), &[]),
            b'a' => session.answer(ctx, description(script), &[]),
            b'x' => session.reject(ctx, status(script), &[]),
            b'o' => {
                let ways = [OfferVia::ReInvite, OfferVia::Update, OfferVia::Whichever];
                let way = script.pick(&ways).copied().unwrap_or(OfferVia::Whichever);
                let _ = session.offer(ctx, description(script), way, &[]);
            }
            b'y' => session.accept_offer(ctx, description(script), &[]),
            b'n' => session.reject_offer(ctx, status(script)),
            b'p' => session.provide_answer(ctx, some_description(script)),
            b'f' => {
                let method = script.pick(&METHODS[4..]).cloned();
                session.send(ctx, method.unwrap_or(Method::Info), None, &[]);
            }
            b't' => {
                let servers: Vec<_> = session.servers().collect();
                if let Some(server) = script.pick(&servers) {
                    session.respond(ctx, *server, status(script), None, &[]);
                }
            }
            b'u' => {
                let clients: Vec<ClientId> = session.clients().collect();
                if let Some(client) = script.pick(&clients) {
                    let login = (
                        "Authorization".to_owned(),
                        Bytes::from_static(b"Digest a=b"),
                    );
                    session.authorize(ctx, *client, &[login]);
                }
            }
            b'h' => session.hangup(ctx, None),
            b'c' => session.cancel(ctx, Some("SIP;cause=200")),
            _ => {}
        }
    }

    fn hang_up(&mut self, now: Instant) {
        for session in &mut self.sessions {
            let mut ctx = Ctx {
                now,
                endpoint: &mut self.endpoint,
            };
            session.hangup(&mut ctx, None);
        }
    }

    fn next_timeout(&self) -> Option<Instant> {
        let sessions = self.sessions.iter().filter_map(Session::next_timeout);
        sessions.chain(self.endpoint.next_timeout()).min()
    }

    fn on_timeout(&mut self, now: Instant) {
        self.endpoint.handle_timeout(now);
        for session in &mut self.sessions {
            if session.next_timeout().is_some_and(|at| at <= now) {
                let mut ctx = Ctx {
                    now,
                    endpoint: &mut self.endpoint,
                };
                session.on_timeout(&mut ctx);
            }
        }
    }

    /// Hears endpoint and sessions until they are silent; gives what is to be sent.
    fn listen(&mut self, now: Instant) -> Vec<Letter> {
        let mut letters = Vec::new();
        loop {
            while let Some(output) = self.endpoint.poll() {
                match output {
                    Output::Transport(TransportOutput::Send { flow, bytes }) => {
                        letters.push(Letter {
                            from: flow.local,
                            to: flow.remote,
                            bytes,
                        });
                    }
                    Output::Transport(TransportOutput::Connect { connection, .. }) => {
                        self.endpoint.connection_closed(now, connection);
                    }
                    Output::Transport(_) => {}
                    Output::Resolve { id, .. } => {
                        self.endpoint.resolved(now, id, Resolution::NotFound);
                    }
                    Output::Event(event) => self.on_event(now, event),
                }
            }
            let mut sessions = self.sessions.iter_mut().enumerate();
            let Some((n, event)) = sessions.find_map(|(n, s)| Some((n, s.poll()?))) else {
                return letters;
            };
            self.on_session(now, n, event);
        }
    }

    /// The owner reacts.
    fn on_session(&mut self, now: Instant, n: usize, event: SessionEvent) {
        let mut ctx = Ctx {
            now,
            endpoint: &mut self.endpoint,
        };
        let ctx = &mut ctx;
        let session = &mut self.sessions[n];
        match (event, self.mood) {
            (
                SessionEvent::Rejected { .. }
                | SessionEvent::Cancelled { .. }
                | SessionEvent::Ended { .. },
                _,
            ) => self.farewells[n] += 1,
            (_, Mood::Sleeps) => {}
            (SessionEvent::Offer { .. }, Mood::Refuses) => {
                session.reject_offer(ctx, code(488));
            }
            (SessionEvent::Offer { .. }, Mood::Agrees) => {
                session.accept_offer(ctx, Some(sdp(7)), &[]);
            }
            (SessionEvent::Challenged { client, .. }, Mood::Refuses) => {
                session.decline_challenge(ctx, client);
            }
            (SessionEvent::Challenged { client, .. }, Mood::Agrees) => {
                let login = (
                    "Authorization".to_owned(),
                    Bytes::from_static(b"Digest a=b"),
                );
                session.authorize(ctx, client, &[login]);
            }
            (
                SessionEvent::Answered { is_offer: true, .. }
                | SessionEvent::OfferAnswered { .. }
                | SessionEvent::Progress { .. },
                _,
            ) => session.provide_answer(ctx, sdp(8)),
            (SessionEvent::Request { server, .. }, _) => {
                session.respond(ctx, server, StatusCode::OK, None, &[]);
            }
            _ => {}
        }
    }

    fn on_event(&mut self, now: Instant, event: Event) {
        let contact = uri(&format!("sip:end@{}", self.addr));
        let mut ctx = Ctx {
            now,
            endpoint: &mut self.endpoint,
        };
        let ctx = &mut ctx;
        let sessions = &mut self.sessions;
        match event {
            Event::Request {
                server,
                flow,
                request,
            } => match (DialogId::of_request(&request), request.method()) {
                (Some(id), _) => match of_dialog(sessions, &id) {
                    Some(session) => session.on_request(ctx, server, flow, &request),
                    None => refuse(ctx, server, &request, 481),
                },
                (None, Method::Invite) => {
                    let local = Local {
                        contact,
                        tag: None,
                        config: self.config.clone(),
                    };
                    if let Ok(session) = Session::incoming(ctx, server, flow, &request, local) {
                        self.add(session);
                    }
                }
                (None, _) => refuse(ctx, server, &request, 405),
            },
            Event::Cancel { server, request } => {
                let mut sessions = sessions.iter_mut();
                if let Some(session) = sessions.find(|s| s.servers().any(|id| id == server)) {
                    session.on_cancel(ctx, &request);
                }
            }
            Event::Ack { request, .. } => {
                let id = DialogId::of_request(&request);
                if let Some(session) = id.and_then(|id| of_dialog(sessions, &id)) {
                    session.on_ack(ctx, &request);
                }
            }
            Event::Response {
                client, response, ..
            } => {
                if let Some(session) = of_client(sessions, client) {
                    session.on_response(ctx, client, &response);
                }
            }
            Event::ClientTimeout { client } => {
                if let Some(session) = of_client(sessions, client) {
                    session.on_client_failed(ctx, client, true);
                }
            }
            Event::ClientFailed { client } => {
                if let Some(session) = of_client(sessions, client) {
                    session.on_client_failed(ctx, client, false);
                }
            }
            Event::ServerTimeout { .. }
            | Event::ServerTransportError { .. }
            | Event::Located { .. }
            | Event::FlowClosed { .. } => {}
        }
    }
}

fn of_dialog<'a>(sessions: &'a mut [Session], id: &DialogId) -> Option<&'a mut Session> {
    let mut sessions = sessions.iter_mut();
    sessions.find(|s| *s.call_id() == id.call_id && s.local_tag() == id.local_tag)
}

fn of_client(sessions: &mut [Session], client: ClientId) -> Option<&mut Session> {
    let mut sessions = sessions.iter_mut();
    sessions.find(|s| s.clients().any(|id| id == client))
}

fn refuse(ctx: &mut Ctx<'_>, server: ServerId, request: &Request, status: u16) {
    let answer = Response::to(request, code(status)).to_tag("no").build();
    ctx.endpoint.respond(ctx.now, server, answer);
}

fn status(script: &mut Script<'_>) -> StatusCode {
    code(script.pick(&STATUSES).copied().unwrap_or(200))
}

fn code(status: u16) -> StatusCode {
    StatusCode::new(status).expect("a status code")
}

/// `0` is none.
fn description(script: &mut Script<'_>) -> Option<Bytes> {
    match script.number() {
        0 => None,
        version => Some(sdp(version)),
    }
}

fn some_description(script: &mut Script<'_>) -> Bytes {
    sdp(script.number())
}

fn sdp(version: usize) -> Bytes {
    Bytes::from(format!(
        "v=0\r\no=- 1 {version} IN IP4 192.0.2.9\r\ns=-\r\n"
    ))
}

fn uri(text: &str) -> Uri {
    Uri::parse(Bytes::copy_from_slice(text.as_bytes())).expect("a URI")
}

fn address(last: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, last], 5060))
}
