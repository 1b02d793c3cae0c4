//! Two endpoints, a wire between them that loses, doubles and delays, and a clock of its own.

use bytes::Bytes;
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use sip_message::{Method, Request, RequestBuilder, Uri, header::CSeq};
use sip_transaction::{Endpoint, EndpointConfig, Event, Output};
use sip_transport::{ConnectionId, Flow, Listener, Target, Transport, TransportOutput};
use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    time::{Duration, Instant},
};

/// Which endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Caller,
    Callee,
}

impl Side {
    pub fn other(self) -> Side {
        match self {
            Side::Caller => Side::Callee,
            Side::Callee => Side::Caller,
        }
    }

    pub fn addr(self) -> SocketAddr {
        match self {
            Side::Caller => SocketAddr::from(([10, 0, 0, 1], 5060)),
            Side::Callee => SocketAddr::from(([10, 0, 0, 2], 5060)),
        }
    }
}

/// How bad the wire is, in percent and milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    pub loss: u32,
    pub doubling: u32,
    pub longest_delay: u32,
}

/// What becomes of a connection that is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connecting {
    Opens,
    Refused,
    /// A firewall swallows it.
    Hangs,
}

pub struct Wire {
    pub start: Instant,
    pub now: Instant,
    pub caller: Endpoint,
    pub callee: Endpoint,
    pub weather: Weather,
    /// Every message put on the wire: milliseconds since the start, from whom, its first line.
    pub trace: Vec<(u64, Side, String)>,
    /// What becomes of a connection that is to be opened.
    pub connecting: Connecting,
    /// Whom no datagram reaches.
    pub deaf: Option<Side>,
    pub questions: Vec<(sip_transaction::ResolveId, sip_transport::Query)>,
    chance: ChaCha12Rng,
    travelling: BTreeMap<(Instant, u64), (Side, Flow, Bytes)>,
    peers: BTreeMap<(Side, ConnectionId), Flow>,
    events: VecDeque<(Side, Event)>,
    sequence: u64,
}

impl Wire {
    pub fn new(seed: u64, config: EndpointConfig) -> Wire {
        let start = Instant::now();
        let endpoint = |side: Side| {
            let mut endpoint = Endpoint::new(config.clone(), [side as u8 + 1; 32]);
            for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
                endpoint.transports().listen(Listener {
                    transport,
                    local: side.addr(),
                    advertised: None,
                });
            }
            endpoint
        };
        Wire {
            start,
            now: start,
            caller: endpoint(Side::Caller),
            callee: endpoint(Side::Callee),
            weather: Weather::default(),
            trace: Vec::new(),
            connecting: Connecting::Opens,
            deaf: None,
            questions: Vec::new(),
            chance: ChaCha12Rng::seed_from_u64(seed),
            travelling: BTreeMap::new(),
            peers: BTreeMap::new(),
            events: VecDeque::new(),
            sequence: 0,
        }
    }

    pub fn endpoint(&mut self, side: Side) -> &mut Endpoint {
        match side {
            Side::Caller => &mut self.caller,
            Side::Callee => &mut self.callee,
        }
    }

    pub fn dice(&mut self, sides: u32) -> u32 {
        self.chance.next_u32() % sides.max(1)
    }

    /// The next event of either side up to `until`, in virtual time; `None` when it is reached.
    pub fn next_event(&mut self, until: Instant) -> Option<(Side, Event)> {
        loop {
            self.collect();
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let packet = self.travelling.keys().next().map(|(at, _)| *at);
            let timers = [self.caller.next_timeout(), self.callee.next_timeout()];
            let next = timers.into_iter().flatten().chain(packet).min();
            let Some(next) = next.filter(|next| *next <= until) else {
                self.now = self.now.max(until);
                return None;
            };
            self.now = self.now.max(next);
            if let Some((side, flow, bytes)) = self.arrived() {
                let now = self.now;
                self.endpoint(side).receive(now, flow, bytes);
            } else {
                self.caller.handle_timeout(self.now);
                self.callee.handle_timeout(self.now);
            }
        }
    }

    /// Every event for this long.
    pub fn run(&mut self, time: Duration) -> Vec<(Side, Event)> {
        let until = self.now + time;
        std::iter::from_fn(|| self.next_event(until)).collect()
    }

    /// Only what is due at this very moment.
    pub fn settle(&mut self) -> Vec<(Side, Event)> {
        self.run(Duration::ZERO)
    }

    /// Cuts every connection.
    pub fn cut(&mut self) {
        let now = self.now;
        for (side, id) in std::mem::take(&mut self.peers).into_keys() {
            self.endpoint(side).connection_closed(now, id);
        }
        self.travelling
            .retain(|_, (_, flow, _)| flow.connection.is_none());
    }

    fn arrived(&mut self) -> Option<(Side, Flow, Bytes)> {
        let first = self.travelling.first_entry()?;
        (first.key().0 <= self.now).then(|| first.remove())
    }

    fn collect(&mut self) {
        for side in [Side::Caller, Side::Callee] {
            while let Some(output) = self.endpoint(side).poll() {
                match output {
                    Output::Transport(output) => self.carry(side, output),
                    Output::Resolve { id, query } => self.questions.push((id, query)),
                    Output::Event(event) => self.events.push_back((side, event)),
                }
            }
        }
    }

    fn carry(&mut self, from: Side, output: TransportOutput) {
        let now = self.now;
        match output {
            TransportOutput::Send { flow, bytes } => self.put(from, flow, bytes),
            TransportOutput::Connect { connection, target } => {
                let to = from.other();
                match self.connecting {
                    Connecting::Opens if target.addr == to.addr() => {}
                    Connecting::Hangs => return,
                    _ => return self.endpoint(from).connection_closed(now, connection),
                }
                let id = self.endpoint(to).transports().new_connection_id();
                let there = Flow {
                    transport: target.transport,
                    local: to.addr(),
                    remote: SocketAddr::new(from.addr().ip(), 40_000 + connection.0 as u16),
                    connection: Some(id),
                };
                let here = Flow {
                    transport: target.transport,
                    local: from.addr(),
                    remote: target.addr,
                    connection: Some(connection),
                };
                assert!(self.endpoint(to).accepted(now, there));
                self.peers.insert((from, connection), there);
                self.peers.insert((to, id), here);
                self.endpoint(from).connected(now, connection);
            }
            TransportOutput::Close(id) => {
                self.endpoint(from).connection_closed(now, id);
                if let Some(there) = self.peers.remove(&(from, id)).and_then(|f| f.connection) {
                    self.peers.remove(&(from.other(), there));
                    self.endpoint(from.other()).connection_closed(now, there);
                }
            }
            TransportOutput::Failed { flow } => panic!("swallowed by the endpoint: {flow}"),
        }
    }

    fn put(&mut self, from: Side, flow: Flow, bytes: Bytes) {
        let line = bytes.split(|b| *b == b'\r').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line).into_owned();
        let at = (self.now - self.start).as_millis() as u64;
        self.trace.push((at, from, line));
        let to = from.other();
        let there = match flow.connection {
            Some(id) => match self.peers.get(&(from, id)) {
                Some(there) => *there,
                None => return,
            },
            None if flow.remote == to.addr() => Flow::udp(to.addr(), from.addr()),
            None => return, // nobody there
        };
        let copies = if self.deaf == Some(to) {
            0
        } else if flow.connection.is_some() {
            1
        } else if self.dice(100) < self.weather.loss {
            0
        } else if self.dice(100) < self.weather.doubling {
            2
        } else {
            1
        };
        for _ in 0..copies {
            let longest = if flow.connection.is_some() {
                0
            } else {
                self.weather.longest_delay
            };
            let delay = Duration::from_millis(u64::from(self.dice(longest + 1)));
            self.sequence += 1;
            let key = (self.now + delay, self.sequence);
            self.travelling.insert(key, (to, there, bytes.clone()));
        }
    }

    /// The trace so far as lines, one per message, and forgets it.
    pub fn story(&mut self) -> String {
        let lines = std::mem::take(&mut self.trace);
        lines
            .into_iter()
            .map(|(at, side, line)| format!("{at:>6} {side:?}: {line}\n"))
            .collect()
    }
}

/// A request without Via.
pub fn request(method: Method, call: &str) -> RequestBuilder {
    let uri: Uri = "sip:callee@10.0.0.2".parse().unwrap();
    Request::builder(method.clone(), &uri)
        .push_raw("From", b"<sip:caller@10.0.0.1>;tag=from1")
        .push_raw("To", b"<sip:callee@10.0.0.2>")
        .push_raw("Call-ID", call.as_bytes())
        .push(&CSeq { number: 1, method })
}

/// The callee as a target.
pub fn callee(transport: Transport) -> Target {
    Target {
        transport,
        addr: Side::Callee.addr(),
        server_name: None,
    }
}
