//! Transactions over whatever arrives, over whatever flow, and whatever their user does: once all
//! is answered and every timer has run out, nothing is kept.
#![no_main]

use bytes::Bytes;
use cordboard_fuzz::Script;
use libfuzzer_sys::fuzz_target;
use sip_message::{
    Message, Method, Request, RequestBuilder, Response, StatusCode, Uri, header::CSeq,
};
use sip_transaction::{
    ClientId, Counts, Destination, Endpoint, EndpointConfig, Event, Output, Probe, ResolveId,
    ServerId,
};
use sip_transport::{
    ConnectionId, Flow, Listener, NaptrRecord, Resolution, SrvRecord, Target, Transport,
    TransportOutput, stun,
};
use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

const INVITE: &[u8] = b"INVITE sip:a@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK1\r\n\
    From: <sip:b@x>;tag=1\r\nTo: <sip:a@x>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n";
const STATUSES: [u16; 14] = [
    100, 180, 183, 200, 202, 302, 401, 408, 481, 486, 487, 503, 600, 699,
];
const METHODS: [Method; 8] = [
    Method::Invite,
    Method::Ack,
    Method::Cancel,
    Method::Bye,
    Method::Options,
    Method::Prack,
    Method::Register,
    Method::Subscribe,
];

fuzz_target!(|data: &[u8]| {
    let mut script = Script::new(data);
    let mut user = User::new();
    while let Some(step) = script.step() {
        user.act(step, &mut script);
        user.listen();
    }
    user.finish();
});

/// The transaction user, the resolver, the host and the far ends in one.
struct User {
    now: Instant,
    endpoint: Endpoint,
    clients: Vec<ClientId>,
    servers: Vec<ServerId>,
    questions: Vec<ResolveId>,
    /// All there ever were: no number is used twice.
    connections: BTreeSet<ConnectionId>,
    kept_alive: BTreeSet<Flow>,
    sent: Vec<(Flow, Bytes)>,
}

impl User {
    fn new() -> User {
        let mut endpoint = Endpoint::new(EndpointConfig::default(), [3; 32]);
        for transport in [Transport::Udp, Transport::Tcp] {
            endpoint.transports().listen(Listener {
                transport,
                local: address(1),
                advertised: None,
            });
        }
        User {
            now: Instant::now(),
            endpoint,
            clients: Vec::new(),
            servers: Vec::new(),
            questions: Vec::new(),
            connections: BTreeSet::new(),
            kept_alive: BTreeSet::new(),
            sent: Vec::new(),
        }
    }

    fn act(&mut self, step: u8, script: &mut Script<'_>) {
        let now = self.now;
        match step {
            // Something arrives: any text, an INVITE or its like, STUN.
            b'r' => {
                let flow = flow(script.number());
                let text = Bytes::copy_from_slice(script.text());
                self.endpoint.receive(now, flow, text);
            }
            b'i' => {
                let flow = flow(script.number());
                let invite = script.changed(INVITE);
                self.endpoint.receive(now, flow, invite);
            }
            b'm' => {
                let flow = flow(script.number());
                let method = script.pick(&METHODS).map(Method::to_string);
                let like = String::from_utf8_lossy(INVITE);
                let like = like.replace("INVITE", &method.unwrap_or_default());
                let like = script.changed(like.as_bytes());
                self.endpoint.receive(now, flow, like);
            }
            b'n' => {
                let flow = flow(script.number());
                let stun = script.changed(&stun::request([1; 12]));
                self.endpoint.receive(now, flow, stun);
            }
            // What we sent comes back, or is answered.
            b'e' => {
                if let Some((flow, bytes)) = script.pick(&self.sent) {
                    let echo = script.changed(bytes);
                    self.endpoint.receive(now, *flow, echo);
                }
            }
            b'a' => {
                if let Some((flow, bytes)) = script.pick(&self.sent)
                    && let Ok(Message::Request(request)) = Message::parse(bytes.clone())
                {
                    let answer = Response::to(&request, status(script)).to_tag("f").build();
                    let answer = script.changed(answer.bytes());
                    self.endpoint.receive(now, *flow, answer);
                }
            }
            // The user asks and answers.
            b's' => {
                let to = destination(script.number());
                let request = request(script);
                self.clients.push(self.endpoint.send(now, to, request));
            }
            b'S' => {
                let to = destination(script.number());
                self.endpoint.send_stateless(now, to, request(script));
            }
            b'c' => {
                if let Some(client) = script.pick(&self.clients) {
                    let cancel = self.endpoint.cancel(now, *client, Some("SIP;cause=200"));
                    self.clients.extend(cancel);
                }
            }
            b'p' => {
                if let Some(server) = script.pick(&self.servers)
                    && let Some(request) = self.endpoint.server_request(*server)
                {
                    let answer = Response::to(request, status(script)).to_tag("u").build();
                    self.endpoint.respond(now, *server, answer);
                }
            }
            b'd' => {
                if let Some(server) = script.pick(&self.servers) {
                    self.endpoint.drop_server(*server);
                }
            }
            // The host and the resolver report.
            b'w' => {
                self.now += script.wait();
                self.endpoint.handle_timeout(self.now);
            }
            b'o' => {
                let flow = flow(script.number());
                if let Some(id) = flow.connection
                    && !self.connections.contains(&id)
                    && self.endpoint.accepted(now, flow)
                {
                    self.connections.insert(id);
                }
            }
            b'k' => self.endpoint.connected(now, self.connection(script)),
            b'x' => self
                .endpoint
                .connection_closed(now, self.connection(script)),
            b'X' => self.endpoint.close_connection(now, self.connection(script)),
            b'u' => self.endpoint.udp_unreachable(now, flow(script.number())),
            b'v' => {
                if let Some(id) = script.pick(&self.questions) {
                    self.endpoint.resolved(now, *id, resolution(script));
                }
            }
            b'l' => {
                let flow = flow(script.number());
                let probes = [Probe::Ping, Probe::Stun, Probe::OneWay];
                let probe = script.pick(&probes).copied().unwrap_or(Probe::OneWay);
                let flow_timer = Some(script.wait()).filter(|timer| !timer.is_zero());
                if self.endpoint.keep_alive(now, flow, probe, flow_timer) {
                    self.kept_alive.insert(flow);
                }
            }
            _ => {}
        }
    }

    fn listen(&mut self) {
        while let Some(output) = self.endpoint.poll() {
            match output {
                Output::Transport(TransportOutput::Send { flow, bytes }) => {
                    self.sent.push((flow, bytes));
                }
                Output::Transport(TransportOutput::Connect { connection, .. }) => {
                    self.connections.insert(connection);
                }
                Output::Transport(_) => {}
                Output::Resolve { id, .. } => self.questions.push(id),
                Output::Event(Event::Request { server, .. }) => self.servers.push(server),
                Output::Event(_) => {}
            }
        }
    }

    /// The user answers what it was asked, the resolver too, and time goes by.
    fn finish(&mut self) {
        for server in std::mem::take(&mut self.servers) {
            self.endpoint.drop_server(server);
        }
        self.listen();
        while let Some(id) = self.questions.pop() {
            self.endpoint.resolved(self.now, id, Resolution::Failed);
            self.listen();
        }
        for client in std::mem::take(&mut self.clients) {
            self.endpoint.cancel(self.now, client, None);
        }
        for flow in std::mem::take(&mut self.kept_alive) {
            self.endpoint.stop_keep_alive(flow);
        }
        for _ in 0..10 {
            self.now += Duration::from_secs(40);
            self.endpoint.handle_timeout(self.now);
            self.listen();
        }
        let counts = self.endpoint.counts();
        let held = (counts.client, counts.server, counts.resolving);
        assert_eq!(held, (0, 0, 0), "transactions are left");
        assert!(counts.timers <= counts.connections, "{counts:?}");
        for id in std::mem::take(&mut self.connections) {
            self.endpoint.connection_closed(self.now, id);
        }
        assert_eq!(self.endpoint.counts(), Counts::default());
    }

    fn connection(&self, script: &mut Script<'_>) -> ConnectionId {
        let known: Vec<ConnectionId> = self.connections.iter().copied().collect();
        script.pick(&known).copied().unwrap_or(ConnectionId(77))
    }
}

/// Datagrams from two peers, and two connections that the host may have accepted.
fn flow(number: usize) -> Flow {
    let number = number % 4;
    match number {
        0 | 1 => Flow::udp(address(1), address(number + 2)),
        _ => Flow {
            transport: Transport::Tcp,
            local: address(1),
            remote: address(number),
            // The endpoint numbers the connections it asks for; the host's are others.
            connection: Some(ConnectionId(1_000_000 + number as u64)),
        },
    }
}

fn destination(number: usize) -> Destination {
    let target = |transport, at| Target {
        transport,
        addr: address(at),
        server_name: None,
    };
    let name = Uri::parse(Bytes::from_static(b"sip:example.com"));
    match (number % 6, name) {
        (0, _) => Destination::Target(target(Transport::Udp, 2)),
        (1, _) => Destination::Target(target(Transport::Tcp, 3)),
        (2, _) => Destination::Targets(vec![target(Transport::Udp, 2), target(Transport::Udp, 3)]),
        (3, _) => Destination::Targets(vec![target(Transport::Tcp, 2), target(Transport::Tcp, 4)]),
        (4, Ok(name)) => Destination::Resolve(name),
        _ => Destination::Flow(flow(number / 6)),
    }
}

/// The next request of the user: method, and whether it is long enough to need TCP.
fn request(script: &mut Script<'_>) -> RequestBuilder {
    let method = script.pick(&METHODS).cloned().unwrap_or(Method::Options);
    let uri = Uri::parse(Bytes::from_static(b"sip:a@10.0.0.2")).expect("a URI");
    let request = Request::builder(method.clone(), &uri)
        .push_raw("From", b"<sip:b@x>;tag=1")
        .push_raw("To", b"<sip:a@x>")
        .push_raw("Call-ID", b"c")
        .push(&CSeq { number: 1, method });
    match script.flag() {
        true => request.body("text/plain", Bytes::from(vec![b'x'; 1_400])),
        false => request,
    }
}

fn status(script: &mut Script<'_>) -> StatusCode {
    let code = script.pick(&STATUSES).copied().unwrap_or(200);
    StatusCode::new(code).expect("a status code")
}

fn resolution(script: &mut Script<'_>) -> Resolution {
    let srv = |transport: &str| NaptrRecord {
        order: 1,
        preference: 1,
        flags: "s".into(),
        service: format!("SIP+D2{transport}"),
        replacement: "_sip._udp.example.com".into(),
    };
    let host = |priority| SrvRecord {
        priority,
        weight: 1,
        port: 5060,
        target: format!("h{priority}.example.com"),
    };
    let number = script.number();
    match number % 6 {
        0 => Resolution::Failed,
        1 => Resolution::NotFound,
        2 => Resolution::Addrs(Vec::new()),
        3 => Resolution::Addrs(vec![
            address(2).ip(),
            IpAddr::from([0; 16]),
            address(3).ip(),
        ]),
        4 => Resolution::Srv((0..number as u16 / 6).map(host).collect()),
        _ => Resolution::Naptr(vec![srv("U"), srv("T"), srv("Q")]),
    }
}

fn address(last: usize) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, last as u8], 5060))
}
