//! A line, its provider as a script, and the clock between them.

use crate::support::Door;
use sip_dialog::Ctx;
use sip_message::{Message, Method, Request, Response, ResponseBuilder, StatusCode};
use sip_server::{
    digest::{Login, Secret},
    line::{Line, LineConfig, LineNews, Register},
};
use sip_transaction::{Endpoint, EndpointConfig, Output};
use sip_transport::{
    ConnectionId, Flow, Listener, Query, Resolution, SrvRecord, Transport, TransportOutput,
};
use std::{
    cell::RefCell,
    collections::BTreeSet,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

pub const OUR_ADDRESS: &str = "192.0.2.5:5060";
pub const FIRST: &str = "198.51.100.1:5060";
pub const SECOND: &str = "198.51.100.2:5060";
pub const TOKEN: &str = "k3yk3yk3yk3yk3yk3yk3";

/// What a provider says to a request that reached it at an address; `None`: nothing.
pub type Script = Box<dyn FnMut(Instant, SocketAddr, &Request) -> Option<Response>>;

/// What the name service says; `None`: nothing at all.
pub type Names = Box<dyn FnMut(&Query) -> Option<Resolution>>;

/// A request that left us.
pub struct Sent {
    pub at: Instant,
    pub to: SocketAddr,
    pub flow: Flow,
    pub request: Request,
}

pub struct World {
    pub endpoint: Endpoint,
    pub line: Line,
    pub now: Instant,
    /// Every request once; retransmissions are left out.
    pub sent: Vec<Sent>,
    branches: BTreeSet<Vec<u8>>,
    pub news: Vec<(Instant, LineNews)>,
    pub script: Script,
    pub names: Names,
    /// Connections are neither accepted nor refused.
    pub drops_connections: bool,
}

pub fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

pub fn config() -> LineConfig {
    LineConfig {
        registrar: "sip:provider.example;transport=udp".parse().unwrap(),
        outbound_proxy: None,
        from_user: "anna".to_owned(),
        from_domain: "office.example".to_owned(),
        contact_user: "4930123".to_owned(),
        token: TOKEN.to_owned(),
        register: Some(Register::default()),
        contact_address: Default::default(),
        login: Some(Login {
            username: "anna".to_owned(),
            realm: None,
            secret: Secret::Password("zanzibar".to_owned()),
        }),
        probe: None,
        sources: Vec::new(),
    }
}

pub fn status(code: u16) -> StatusCode {
    StatusCode::new(code).unwrap()
}

/// A response with header lines.
pub fn reply(request: &Request, code: u16, headers: &[(&str, &str)]) -> Response {
    let to = Response::to(request, status(code)).to_tag("provider");
    let with = |response: ResponseBuilder, (name, value): &(&str, &str)| {
        response.push_raw(name, value.as_bytes())
    };
    headers.iter().fold(to, with).build()
}

/// A 200 that lists the contacts of the request, as registrars do.
pub fn taken(request: &Request, expires: u32) -> Response {
    let listed = contacts(request);
    let line = format!("{};expires={expires}", listed.first().unwrap());
    reply(request, 200, &[("Contact", &line)])
}

pub fn contacts(request: &Request) -> Vec<String> {
    let named = request.headers().named(sip_message::HeaderName::Contact);
    named.map(|line| line.value().to_string()).collect()
}

/// A registrar that wants a password and grants what it is asked for.
pub fn registrar() -> Script {
    let mut door = Door::standard();
    Box::new(move |now, from, request| Some(registered(&mut door, now, from, request)))
}

pub fn registered(door: &mut Door, now: Instant, at: SocketAddr, request: &Request) -> Response {
    use sip_server::digest::Verdict;
    door.now = now;
    // The door binds nonces to an address; here it is always ours.
    let flow = Flow::udp(at, OUR_ADDRESS.parse().unwrap());
    match door.verify(flow, request.clone()) {
        Verdict::Authenticated(_) => {
            let expires = request.headers().get::<sip_message::header::Expires>();
            taken(request, expires.unwrap().0)
        }
        Verdict::Challenge(response) | Verdict::Refuse(response) => response,
    }
}

pub fn script(mut answer: impl FnMut(&Request) -> Option<Response> + 'static) -> Script {
    Box::new(move |_, _, request| answer(request))
}

pub fn two_servers(query: &Query) -> Option<Resolution> {
    let srv = |priority, target: &str| SrvRecord {
        priority,
        weight: 0,
        port: 5060,
        target: target.to_owned(),
    };
    Some(match query {
        Query::Srv(name) if name == "_sip._udp.provider.example" => Resolution::Srv(vec![
            srv(1, "a.provider.example"),
            srv(2, "b.provider.example"),
        ]),
        Query::Addr(name) if name == "a.provider.example" => {
            Resolution::Addrs(vec!["198.51.100.1".parse().unwrap()])
        }
        Query::Addr(name) if name == "b.provider.example" => {
            Resolution::Addrs(vec!["198.51.100.2".parse().unwrap()])
        }
        _ => Resolution::NotFound,
    })
}

/// No SRV records, one address.
pub fn one_server(query: &Query) -> Option<Resolution> {
    Some(match query {
        Query::Addr(name) if name == "provider.example" => {
            Resolution::Addrs(vec!["198.51.100.1".parse().unwrap()])
        }
        _ => Resolution::NotFound,
    })
}

impl World {
    pub fn new(config: LineConfig, script: Script) -> World {
        World::seeded(config, script, [7; 32])
    }

    pub fn seeded(config: LineConfig, script: Script, seed: [u8; 32]) -> World {
        let now = Instant::now();
        let mut endpoint = Endpoint::new(EndpointConfig::default(), seed);
        for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
            endpoint.transports().listen(Listener {
                transport,
                local: OUR_ADDRESS.parse().unwrap(),
                advertised: None,
            });
        }
        let line = Line::new(
            &mut Ctx {
                now,
                endpoint: &mut endpoint,
            },
            config,
        );
        World {
            endpoint,
            line,
            now,
            sent: Vec::new(),
            branches: BTreeSet::new(),
            news: Vec::new(),
            script,
            names: Box::new(one_server),
            drops_connections: false,
        }
    }

    /// With a provider of two servers.
    pub fn with_two(config: LineConfig, script: Script) -> World {
        let mut world = World::new(config, script);
        world.names = Box::new(two_servers);
        world
    }

    pub fn act(&mut self, act: impl FnOnce(&mut Line, &mut Ctx<'_>)) {
        let mut ctx = Ctx {
            now: self.now,
            endpoint: &mut self.endpoint,
        };
        act(&mut self.line, &mut ctx);
        self.settle();
    }

    pub fn start(&mut self) {
        self.act(Line::start);
    }

    /// Lets time pass.
    pub fn run(&mut self, duration: Duration) {
        let end = self.now + duration;
        let mut rounds = 0;
        loop {
            let due = self
                .endpoint
                .next_timeout()
                .into_iter()
                .chain(self.line.next_timeout());
            let Some(next) = due.min().filter(|at| *at <= end) else {
                break;
            };
            rounds += 1;
            assert!(rounds < 1_000_000, "time stands still");
            self.now = next.max(self.now);
            self.endpoint.handle_timeout(self.now);
            self.act(Line::handle_timeout);
        }
        self.now = end;
    }

    pub fn settle(&mut self) {
        for _ in 0..10_000 {
            let Some(output) = self.endpoint.poll() else {
                while let Some(news) = self.line.poll() {
                    self.news.push((self.now, news));
                }
                return;
            };
            match output {
                Output::Transport(TransportOutput::Send { flow, bytes }) => {
                    if let Ok(Message::Request(request)) = Message::parse(bytes) {
                        self.deliver(flow, request);
                    }
                }
                Output::Transport(TransportOutput::Connect { connection, .. }) => {
                    if !self.drops_connections {
                        self.endpoint.connected(self.now, connection);
                    }
                }
                Output::Transport(_) => {}
                Output::Resolve { id, query } => {
                    if let Some(answer) = (self.names)(&query) {
                        self.endpoint.resolved(self.now, id, answer);
                    }
                }
                Output::Event(event) => {
                    let mut ctx = Ctx {
                        now: self.now,
                        endpoint: &mut self.endpoint,
                    };
                    self.line.on_event(&mut ctx, &event);
                }
            }
        }
        panic!("it never comes to rest");
    }

    pub fn deliver(&mut self, flow: Flow, request: Request) {
        let branch = request.via().unwrap().branch().unwrap().to_vec();
        if self.branches.insert(branch) {
            self.sent.push(Sent {
                at: self.now,
                to: flow.remote,
                flow,
                request: request.clone(),
            });
        }
        if let Some(response) = (self.script)(self.now, flow.remote, &request) {
            self.endpoint
                .receive(self.now, flow, response.bytes().clone());
        }
    }

    pub fn registers(&self) -> Vec<&Request> {
        let registers = self.sent.iter().map(|sent| &sent.request);
        registers
            .filter(|r| r.method() == Method::Register)
            .collect()
    }

    pub fn is_registered(&self) -> bool {
        self.line.registration().unwrap().is_registered(self.now)
    }

    /// The news but for what was sent, as text.
    pub fn told(&self) -> Vec<String> {
        let news = self.news.iter().map(|(_, news)| news);
        news.filter(|news| {
            !matches!(
                news,
                LineNews::Registering { .. } | LineNews::Located { .. }
            )
        })
        .map(|news| match news {
            LineNews::Registered { granted, .. } => format!("registered {granted:?}"),
            LineNews::Refused { why, .. } => format!("refused {why:?}"),
            LineNews::Failed { why, .. } => format!("failed {why:?}"),
            other => format!("{other:?}"),
        })
        .collect()
    }
}

/// Something two closures look at.
pub fn shared<T>(value: T) -> Rc<RefCell<T>> {
    Rc::new(RefCell::new(value))
}

pub fn udp(remote: &str) -> Flow {
    Flow::udp(OUR_ADDRESS.parse().unwrap(), remote.parse().unwrap())
}

pub fn tls(remote: &str) -> Flow {
    Flow {
        transport: Transport::Tls,
        connection: Some(ConnectionId(1)),
        ..udp(remote)
    }
}

pub fn header(request: &Request, name: &str) -> Vec<String> {
    let lines = request.headers().lines();
    lines
        .filter(|line| line.raw_name().is(name))
        .map(|line| line.value().to_string())
        .collect()
}
