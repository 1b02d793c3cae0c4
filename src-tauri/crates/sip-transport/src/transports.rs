//! Listeners, open connections, and which of them a message takes (RFC 3261 §18).

use crate::{
    Capabilities, ConnectionId, Flow, Transport,
    limits::{MAX_CONNECTIONS, MAX_WAITING_PER_CONNECTION},
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
    by_peer: BTreeMap<(Transport, SocketAddr), ConnectionId>,
    next_connection: u64,
    outputs: VecDeque<TransportOutput>,
}

#[derive(Debug)]
struct Connection {
    flow: Flow,
    /// Messages waiting while the connection opens; `None` once it is open.
    waiting: Option<Vec<Bytes>>,
}

impl Transports {
    /// Adds a listener; the host has bound it.
    pub fn listen(&mut self, listener: Listener) {
        self.listeners.push(listener);
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
        if self.connections.len() >= MAX_CONNECTIONS {
            return false;
        }
        self.by_peer.insert((flow.transport, flow.remote), id);
        self.connections.insert(
            id,
            Connection {
                flow,
                waiting: None,
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
        let peer = (connection.flow.transport, connection.flow.remote);
        if self.by_peer.get(&peer) == Some(&id) {
            self.by_peer.remove(&peer);
        }
        Some(connection.flow)
    }

    /// Whether a flow can still carry a message.
    pub fn is_alive(&self, flow: &Flow) -> bool {
        match flow.connection {
            None => self.udp_listener(flow.local).is_some(),
            Some(id) => self.connections.contains_key(&id),
        }
    }

    /// Number of open and opening connections.
    pub fn connection_count(&self) -> usize {
        self.connections.len()
    }

    /// Which flow reaches `target`: an open connection to reuse, the UDP socket of its address
    /// family, or a connection to open.
    pub fn route(&mut self, target: &Target) -> Route {
        if target.transport == Transport::Udp {
            let fits = |l: &&Listener| {
                l.transport == Transport::Udp
                    && l.local.is_ipv4() == target.addr.is_ipv4()
                    && l.local.ip().is_loopback() == target.addr.ip().is_loopback()
            };
            let any = |l: &&Listener| {
                l.transport == Transport::Udp && l.local.is_ipv4() == target.addr.is_ipv4()
            };
            let listener = self
                .listeners
                .iter()
                .find(fits)
                .or_else(|| self.listeners.iter().find(any));
            return match listener {
                Some(l) => Route::Flow(Flow::udp(l.local, target.addr)),
                None => Route::None,
            };
        }
        if let Some(connection) = self
            .by_peer
            .get(&(target.transport, target.addr))
            .and_then(|id| self.connections.get(id))
        {
            return match connection.waiting {
                None => Route::Flow(connection.flow),
                Some(_) => Route::Connecting(connection.flow),
            };
        }
        let Some(local) = self
            .listeners
            .iter()
            .find(|l| l.transport == target.transport && l.local.is_ipv4() == target.addr.is_ipv4())
            .map(|l| l.local)
        else {
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
        self.by_peer.insert((target.transport, target.addr), id);
        self.connections.insert(
            id,
            Connection {
                flow,
                waiting: Some(Vec::new()),
            },
        );
        self.outputs.push_back(TransportOutput::Connect {
            connection: id,
            target: target.clone(),
        });
        Route::Connecting(flow)
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
        if flow.connection.is_some() {
            return *flow;
        }
        let target = request.via().ok().and_then(|via| via.response_target());
        Flow {
            remote: target.unwrap_or(flow.remote),
            ..*flow
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
fn same_host(bound: IpAddr, ip: IpAddr) -> bool {
    bound == ip || (bound.is_unspecified() && bound.is_ipv4() == ip.is_ipv4())
}
