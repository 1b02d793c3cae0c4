//! Listeners, open connections, and which of them a message takes (RFC 3261 §18).

use crate::{
    Capabilities, ConnectionId, Flow, Transport,
    limits::{MAX_CONNECTIONS, MAX_CONNECTIONS_PER_HOST, MAX_WAITING_PER_CONNECTION},
};
use bytes::Bytes;
use sip_message::{HostPort, Message, Request, Response, header::Via};
use std::{
    collections::{BTreeMap, VecDeque},
    net::{IpAddr, SocketAddr},
};

/// A socket the host listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// The transport.
    pub transport: Transport,
    /// The bound address; may be unspecified (0.0.0.0).
    pub local: SocketAddr,
    /// What our Via and Contact say for this listener when its address is unspecified: the address
    /// peers reach us at. Port 0 means the bound port.
    pub advertised: Option<HostPort>,
}

/// A next hop after resolution.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The transport to use.
    pub transport: Transport,
    /// The address.
    pub addr: SocketAddr,
    /// The name a TLS certificate must prove: the host before any DNS look-up (RFC 5922).
    pub server_name: Option<String>,
}

/// How a target is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Over this flow, now.
    Flow(Flow),
    /// Over a connection that is being opened; messages sent on its flow wait for it.
    Connecting(Flow),
    /// No listener of this transport and address family, or too many connections.
    None,
}

/// A message after the receiving transport's part (RFC 3261 §18.1.2, §18.2.1).
#[derive(Clone, Debug)]
pub enum Received {
    /// A request; its top Via carries `received` and `rport` where needed.
    Request(Request),
    /// A response whose top Via is ours.
    Response(Response),
    /// A response that is not for us; dropped.
    Misdirected,
}

/// What the host is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportOutput {
    /// Send these bytes.
    Send {
        /// Over this flow.
        flow: Flow,
        /// One whole message.
        bytes: Bytes,
    },
    /// Open a connection and report with [`Transports::connected`] or
    /// [`Transports::connection_closed`].
    Connect {
        /// The number the connection will have.
        connection: ConnectionId,
        /// Where to.
        target: Target,
    },
    /// Close a connection.
    Close(ConnectionId),
    /// The flow failed before these messages could be sent; their transactions must know.
    Failed {
        /// The flow as the messages knew it.
        flow: Flow,
    },
}

/// Why a message could not be sent over a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undeliverable {
    /// The flow's connection is gone.
    #[error("connection closed")]
    Closed,
    /// Too many messages wait for the flow's connection to open.
    #[error("too many messages wait for the connection")]
    QueueFull,
}

/// The transport layer's state.
#[derive(Debug, Default)]
pub struct Transports {
    listeners: Vec<Listener>,
    connections: BTreeMap<ConnectionId, Connection>,
    by_peer: BTreeMap<Peer, ConnectionId>,
    next_connection: u64,
    outputs: VecDeque<TransportOutput>,
}

/// Whom a connection reaches: transport, address, and for an encrypted one that we opened the name
/// its certificate proved. A connection proven for one name carries no requests for another, though
/// both may live at one address (RFC 5922 §7.3).
type Peer = (Transport, SocketAddr, Option<String>);

#[derive(Debug)]
struct Connection {
    flow: Flow,
    server_name: Option<String>,
    /// Messages waiting while the connection opens; `None` once it is open.
    waiting: Option<Vec<Bytes>>,
    /// Where the peer listens, when it wants requests to that address to come over this connection.
    alias: Option<SocketAddr>,
}

impl Transports {
    /// One whose connections are numbered above `last`, so that they never meet those of others who
    /// share their host.
    #[must_use]
    pub fn numbering_after(last: u64) -> Transports {
        Transports {
            next_connection: last,
            ..Transports::default()
        }
    }

    /// Adds a listener; the host has bound it. One that is told again goes first: there is the way to
    /// the world now.
    pub fn listen(&mut self, listener: Listener) {
        let before = self.listeners.len();
        self.listeners.retain(|known| *known != listener);
        match self.listeners.len() < before {
            true => self.listeners.insert(0, listener),
            false => self.listeners.push(listener),
        }
    }

    /// Removes a listener whose socket is gone.
    pub fn stop_listening(&mut self, listener: &Listener) {
        self.listeners.retain(|l| l != listener);
    }

    /// All listeners.
    pub fn listeners(&self) -> &[Listener] {
        &self.listeners
    }

    /// A number for a connection the host accepted.
    pub fn new_connection_id(&mut self) -> ConnectionId {
        self.next_connection += 1;
        ConnectionId(self.next_connection)
    }

    /// The host accepted a connection. `false`: too many, close it.
    pub fn accepted(&mut self, flow: Flow) -> bool {
        let Some(id) = flow.connection else {
            return false;
        };
        if self.connections.len() >= MAX_CONNECTIONS
            || self.connections_of(flow.remote.ip()) >= MAX_CONNECTIONS_PER_HOST
        {
            return false;
        }
        self.by_peer.insert((flow.transport, flow.remote, None), id);
        self.connections.insert(
            id,
            Connection {
                flow,
                server_name: None,
                waiting: None,
                alias: None,
            },
        );
        true
    }

    /// A connection asked for is open; what waited for it goes out.
    pub fn connected(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(&id) {
            let flow = connection.flow;
            for bytes in connection.waiting.take().unwrap_or_default() {
                self.outputs
                    .push_back(TransportOutput::Send { flow, bytes });
            }
        }
    }

    /// A connection closed, broke, or could not be opened. Gives its flow, whose transactions fail.
    pub fn connection_closed(&mut self, id: ConnectionId) -> Option<Flow> {
        let connection = self.connections.remove(&id)?;
        let transport = connection.flow.transport;
        let known_as = [
            Some((transport, connection.flow.remote, connection.server_name)),
            connection.alias.map(|addr| (transport, addr, None)),
        ];
        for peer in known_as.into_iter().flatten() {
            if self.by_peer.get(&peer) == Some(&id) {
                self.by_peer.remove(&peer);
            }
        }
        Some(connection.flow)
    }

    /// Closes a connection. Gives its flow, whose transactions fail.
    pub fn close(&mut self, id: ConnectionId) -> Option<Flow> {
        let flow = self.connection_closed(id)?;
        self.outputs.push_back(TransportOutput::Close(id));
        Some(flow)
    }

    /// Whether a connection is open or being opened.
    pub fn has_connection(&self, id: ConnectionId) -> bool {
        self.connections.contains_key(&id)
    }

    /// Whether a connection is being opened.
    pub fn is_connecting(&self, id: ConnectionId) -> bool {
        self.connections
            .get(&id)
            .is_some_and(|connection| connection.waiting.is_some())
    }

    /// The peer says with `alias` in its top Via that requests to where it listens may use the
    /// connection it opened (RFC 5923 §4). Believed for its own address only, and where no other
    /// connection leads there: a stranger must not draw another's calls.
    pub fn learn_alias(&mut self, flow: &Flow, via: &Via) {
        let (Some(id), true) = (flow.connection, via.params.has("alias")) else {
            return;
        };
        let Some(listening) = listening_addr(via).filter(|at| at.ip() == flow.remote.ip()) else {
            return;
        };
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let peer = (flow.transport, listening, None);
        if connection.alias.is_none() && !self.by_peer.contains_key(&peer) {
            connection.alias = Some(listening);
            self.by_peer.insert(peer, id);
        }
    }

    /// Whether a flow can still carry a message.
    pub fn is_alive(&self, flow: &Flow) -> bool {
        match flow.connection {
            None => self.udp_listener(flow.local).is_some(),
            Some(id) => self.connections.contains_key(&id),
        }
    }

    /// The connections whose near end is at an address.
    pub fn connections_from(&self, ip: IpAddr) -> Vec<ConnectionId> {
        let all = self.connections.iter();
        all.filter(|(_, connection)| connection.flow.local.ip() == ip)
            .map(|(id, _)| *id)
            .collect()
    }

    /// Where we are for whoever is at an address: a listener of that transport and family; a near one
    /// for whoever is on this computer, the one of their own network for whoever is in the house (where
    /// a container network or a VPN may listen, too), or else the first.
    pub fn local_towards(&self, transport: Transport, remote: IpAddr) -> Option<SocketAddr> {
        let of_family =
            |l: &&Listener| l.transport == transport && l.local.is_ipv4() == remote.is_ipv4();
        let fits =
            |l: &&Listener| of_family(l) && l.local.ip().is_loopback() == remote.is_loopback();
        let all = || self.listeners.iter();
        // Backwards, since of several that are as near the last is taken, and the first is to be.
        let beside = all().rev().filter(fits).filter_map(|listener| {
            let alike = bits_alike(listener.local.ip(), remote)?;
            Some((alike, listener))
        });
        let found = beside
            .max_by_key(|(alike, _)| *alike)
            .map(|(_, listener)| listener)
            .or_else(|| all().find(fits))
            .or_else(|| all().find(of_family));
        found.map(|listener| listener.local)
    }

    /// Number of open and opening connections.
    pub fn connection_count(&self) -> usize {
        self.connections.len()
    }

    /// Which flow reaches `target`: an open connection to reuse, the UDP socket of its address
    /// family, or a connection to open.
    pub fn route(&mut self, target: &Target) -> Route {
        if target.transport == Transport::Udp {
            return match self.local_towards(Transport::Udp, target.addr.ip()) {
                Some(local) => Route::Flow(Flow::udp(local, target.addr)),
                None => Route::None,
            };
        }
        let peer = peer_of(target);
        if let Some(connection) = self
            .connection_to(&peer)
            .and_then(|id| self.connections.get(&id))
        {
            return match connection.waiting {
                None => Route::Flow(connection.flow),
                Some(_) => Route::Connecting(connection.flow),
            };
        }
        let Some(local) = self.local_towards(target.transport, target.addr.ip()) else {
            return Route::None;
        };
        if self.connections.len() >= MAX_CONNECTIONS {
            return Route::None;
        }
        let id = self.new_connection_id();
        let flow = Flow {
            transport: target.transport,
            local,
            remote: target.addr,
            connection: Some(id),
        };
        let server_name = peer.2.clone();
        self.by_peer.insert(peer, id);
        self.connections.insert(
            id,
            Connection {
                flow,
                server_name,
                waiting: Some(Vec::new()),
                alias: None,
            },
        );
        self.outputs.push_back(TransportOutput::Connect {
            connection: id,
            target: target.clone(),
        });
        Route::Connecting(flow)
    }

    /// The connection that leads to a target, if there is one.
    pub fn connection_of(&self, target: &Target) -> Option<ConnectionId> {
        self.connection_to(&peer_of(target))
    }

    /// Sends bytes over a flow, or reports it failed with [`TransportOutput::Failed`].
    pub fn send(&mut self, flow: Flow, bytes: Bytes) {
        if self.try_send(flow, bytes).is_err() {
            self.outputs.push_back(TransportOutput::Failed { flow });
        }
    }

    /// Sends bytes over a flow, at once or when its connection has opened.
    pub fn try_send(&mut self, flow: Flow, bytes: Bytes) -> Result<(), Undeliverable> {
        if let Some(id) = flow.connection {
            let connection = self.connections.get_mut(&id).ok_or(Undeliverable::Closed)?;
            if let Some(waiting) = &mut connection.waiting {
                if waiting.len() >= MAX_WAITING_PER_CONNECTION {
                    return Err(Undeliverable::QueueFull);
                }
                waiting.push(bytes);
                return Ok(());
            }
        }
        self.outputs
            .push_back(TransportOutput::Send { flow, bytes });
        Ok(())
    }

    /// The transports we can send over: those of our listeners.
    pub fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        for listener in &self.listeners {
            capabilities.add(listener.transport, listener.local.is_ipv4());
        }
        capabilities
    }

    /// The receiving side's work on a message that came over `flow`.
    pub fn receive(&self, flow: &Flow, message: Message) -> Received {
        match message {
            Message::Request(request) => {
                let Ok(via) = request.via() else {
                    return Received::Request(request);
                };
                let with_source = via.clone().with_source(flow.remote);
                if with_source == via {
                    return Received::Request(request);
                }
                Received::Request(request.edit().pop::<Via>().push_first(&with_source).build())
            }
            Message::Response(response) => match response.via() {
                Ok(via) if self.is_ours(&via.sent_by, flow.local) => Received::Response(response),
                _ => Received::Misdirected,
            },
        }
    }

    /// Where a response to `request`, which came over `flow`, goes: back over its connection, or
    /// for UDP to `received`/`rport` of the top Via (RFC 3261 §18.2.2, RFC 3581).
    pub fn response_flow(&self, flow: &Flow, request: &Request) -> Flow {
        match request.via() {
            Ok(via) => self.response_flow_by(flow, &via),
            Err(_) => *flow,
        }
    }

    /// The same, from a top Via that has been read already.
    pub fn response_flow_by(&self, flow: &Flow, via: &Via) -> Flow {
        match via.response_target() {
            Some(remote) if flow.connection.is_none() => Flow { remote, ..*flow },
            _ => *flow,
        }
    }

    /// What our Via and Contact say when talking over `flow`.
    pub fn sent_by(&self, flow: &Flow) -> HostPort {
        let listener = self
            .listeners
            .iter()
            .find(|l| l.transport == flow.transport && l.local == flow.local)
            .or_else(|| {
                self.listeners
                    .iter()
                    .find(|l| l.transport == flow.transport)
            });
        match listener {
            Some(Listener {
                advertised: Some(host_port),
                local,
                ..
            }) => HostPort {
                host: host_port.host.clone(),
                port: host_port.port.filter(|p| *p != 0).or(Some(local.port())),
            },
            Some(listener) if !listener.local.ip().is_unspecified() => {
                HostPort::from(listener.local)
            }
            _ => HostPort::from(flow.local),
        }
    }

    /// Next thing for the host to do.
    pub fn poll(&mut self) -> Option<TransportOutput> {
        self.outputs.pop_front()
    }

    /// A connection to a peer; without a name to prove, any to that address will do.
    fn connection_to(&self, peer: &Peer) -> Option<ConnectionId> {
        let (transport, addr, server_name) = peer;
        if server_name.is_some() {
            return self.by_peer.get(peer).copied();
        }
        let (found, id) = self.by_peer.range(peer..).next()?;
        (found.0 == *transport && found.1 == *addr).then_some(*id)
    }

    /// Connections with one address.
    fn connections_of(&self, ip: IpAddr) -> usize {
        [
            Transport::Tcp,
            Transport::Tls,
            Transport::Ws,
            Transport::Wss,
        ]
        .into_iter()
        .map(|transport| {
            let first: Peer = (transport, SocketAddr::new(ip, 0), None);
            self.by_peer
                .range(first..)
                .take_while(|((t, addr, _), _)| *t == transport && addr.ip() == ip)
                .count()
        })
        .sum()
    }

    fn udp_listener(&self, local: SocketAddr) -> Option<&Listener> {
        self.listeners
            .iter()
            .find(|l| l.transport == Transport::Udp && l.local == local)
    }

    fn is_ours(&self, sent_by: &HostPort, local: SocketAddr) -> bool {
        if sent_by.host.ip() == Some(local.ip()) {
            return true;
        }
        self.listeners
            .iter()
            .any(|l| match (&l.advertised, sent_by.host.ip()) {
                (Some(advertised), _) if advertised.host == sent_by.host => true,
                (_, Some(ip)) => same_host(l.local.ip(), ip),
                _ => false,
            })
    }
}

/// Where the sender of a request listens, as far as its top Via tells: the source address and the
/// sent-by port. A response goes there when the request's connection is gone (RFC 3261 §18.2.2).
pub fn listening_addr(via: &Via) -> Option<SocketAddr> {
    let mut listening = via.clone();
    listening.params = listening.params.without("rport");
    listening.response_target()
}

/// Whether a packet for `ip` reaches a socket bound to `bound`.
fn peer_of(target: &Target) -> Peer {
    let server_name = match target.transport.is_secure() {
        true => target.server_name.clone(),
        false => None,
    };
    (target.transport, target.addr, server_name)
}

/// How many leading bits two addresses have in common, if those are so many that both may be of one
/// private network.
fn bits_alike(here: IpAddr, there: IpAddr) -> Option<u32> {
    match (here, there) {
        (IpAddr::V4(here), IpAddr::V4(there)) if there.is_private() => {
            let alike = (here.to_bits() ^ there.to_bits()).leading_zeros();
            (alike >= 16).then_some(alike)
        }
        (IpAddr::V6(here), IpAddr::V6(there)) => {
            let alike = (here.to_bits() ^ there.to_bits()).leading_zeros();
            (alike >= 48).then_some(alike)
        }
        _ => None,
    }
}

fn same_host(bound: IpAddr, ip: IpAddr) -> bool {
    bound == ip || (bound.is_unspecified() && bound.is_ipv4() == ip.is_ipv4())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sip_message::Header;

    fn addr(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn transports() -> Transports {
        let mut transports = Transports::default();
        for transport in [Transport::Udp, Transport::Tcp] {
            transports.listen(Listener {
                transport,
                local: addr("192.0.2.1:5060"),
                advertised: None,
            });
        }
        transports
    }

    fn accepted(transports: &mut Transports, remote: &str) -> Flow {
        let id = transports.new_connection_id();
        let flow = Flow {
            transport: Transport::Tcp,
            local: addr("192.0.2.1:5060"),
            remote: addr(remote),
            connection: Some(id),
        };
        assert!(transports.accepted(flow));
        flow
    }

    fn to(remote: &str) -> Target {
        Target {
            transport: Transport::Tcp,
            addr: addr(remote),
            server_name: None,
        }
    }

    fn via(text: &'static str) -> Via {
        Via::parse(Bytes::from_static(text.as_bytes())).unwrap()
    }

    #[test]
    fn an_alias_reuses_the_peers_connection() {
        let mut transports = transports();
        let flow = accepted(&mut transports, "198.51.100.1:40000");
        let theirs = via("SIP/2.0/TCP 198.51.100.1:5060;alias;branch=z9hG4bK1");
        transports.learn_alias(&flow, &theirs);
        assert_eq!(
            transports.route(&to("198.51.100.1:5060")),
            Route::Flow(flow)
        );
        transports.connection_closed(flow.connection.unwrap());
        assert!(matches!(
            transports.route(&to("198.51.100.1:5060")),
            Route::Connecting(_)
        ));
    }

    #[test]
    fn an_alias_cannot_draw_another_hosts_calls() {
        let mut transports = transports();
        let flow = accepted(&mut transports, "198.51.100.1:40000");
        let claim = via("SIP/2.0/TCP 203.0.113.9:5060;alias;branch=z9hG4bK1");
        transports.learn_alias(&flow, &claim);
        assert!(matches!(
            transports.route(&to("203.0.113.9:5060")),
            Route::Connecting(_)
        ));
        // Nor one that somebody else already serves on the same host.
        let first = accepted(&mut transports, "198.51.100.7:40000");
        let second = accepted(&mut transports, "198.51.100.7:40001");
        let theirs = via("SIP/2.0/TCP 198.51.100.7:5060;alias;branch=z9hG4bK1");
        transports.learn_alias(&first, &theirs);
        transports.learn_alias(&second, &theirs);
        assert_eq!(
            transports.route(&to("198.51.100.7:5060")),
            Route::Flow(first)
        );
    }

    #[test]
    fn one_host_cannot_take_all_connections() {
        let mut transports = transports();
        for port in 0..MAX_CONNECTIONS_PER_HOST {
            accepted(&mut transports, &format!("198.51.100.1:{}", 10_000 + port));
        }
        let one_more = Flow {
            transport: Transport::Tcp,
            local: addr("192.0.2.1:5060"),
            remote: addr("198.51.100.1:9999"),
            connection: Some(transports.new_connection_id()),
        };
        assert!(!transports.accepted(one_more));
        accepted(&mut transports, "198.51.100.2:9999");
    }

    #[test]
    fn a_connection_proven_for_one_name_carries_nothing_for_another() {
        let mut transports = transports();
        transports.listen(Listener {
            transport: Transport::Tls,
            local: addr("192.0.2.1:5061"),
            advertised: None,
        });
        let named = |name: Option<&str>| Target {
            transport: Transport::Tls,
            addr: addr("198.51.100.1:5061"),
            server_name: name.map(str::to_owned),
        };
        let Route::Connecting(first) = transports.route(&named(Some("a.example"))) else {
            panic!("none yet");
        };
        let Route::Connecting(second) = transports.route(&named(Some("b.example"))) else {
            panic!("another name, another proof");
        };
        assert_ne!(first.connection, second.connection);
        let again = transports.route(&named(Some("a.example")));
        assert_eq!(again, Route::Connecting(first));
        // Where no name is to be proven, either will do.
        assert_eq!(transports.route(&named(None)), Route::Connecting(first));
        for flow in [first, second] {
            transports.connection_closed(flow.connection.unwrap());
        }
        assert!(transports.by_peer.is_empty());
    }

    #[test]
    fn messages_wait_for_their_connection_and_no_more_than_allowed() {
        let mut transports = transports();
        let Route::Connecting(flow) = transports.route(&to("198.51.100.1:5060")) else {
            panic!("no connection yet");
        };
        for _ in 0..MAX_WAITING_PER_CONNECTION {
            assert_eq!(transports.try_send(flow, Bytes::from_static(b"x")), Ok(()));
        }
        let full = transports.try_send(flow, Bytes::from_static(b"x"));
        assert_eq!(full, Err(Undeliverable::QueueFull));
        assert!(matches!(
            transports.poll(),
            Some(TransportOutput::Connect { .. })
        ));
        assert_eq!(transports.poll(), None);
        transports.connected(flow.connection.unwrap());
        let sent = std::iter::from_fn(|| transports.poll()).count();
        assert_eq!(sent, MAX_WAITING_PER_CONNECTION);
        transports.close(flow.connection.unwrap());
        let closed = transports.try_send(flow, Bytes::from_static(b"x"));
        assert_eq!(closed, Err(Undeliverable::Closed));
    }

    #[test]
    fn whoever_is_in_the_house_is_reached_from_their_network_and_the_world_by_the_way_told_last() {
        let at = |ip: &str| Listener {
            transport: Transport::Udp,
            local: SocketAddr::new(ip.parse().unwrap(), 5060),
            advertised: None,
        };
        let mut transports = Transports::default();
        let all = ["172.17.0.1", "127.0.0.1", "192.168.56.1", "192.168.1.77"];
        for ip in all {
            transports.listen(at(ip));
        }
        let from = |transports: &Transports, to: &str| {
            let local = transports.local_towards(Transport::Udp, to.parse().unwrap());
            local.unwrap().ip().to_string()
        };
        assert_eq!(from(&transports, "192.168.1.20"), "192.168.1.77");
        assert_eq!(from(&transports, "198.51.100.1"), "172.17.0.1");
        transports.listen(at("192.168.1.77"));
        assert_eq!(from(&transports, "198.51.100.1"), "192.168.1.77");
        assert_eq!(from(&transports, "10.0.0.1"), "192.168.1.77");
        assert_eq!(from(&transports, "127.0.0.1"), "127.0.0.1");
        assert_eq!(transports.listeners().len(), all.len());
    }
}
