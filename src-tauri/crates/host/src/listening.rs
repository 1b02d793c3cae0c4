//! The sockets we listen on, one per concrete address, and how they follow the machine's addresses.

use crate::{
    interfaces,
    port_holder::holder_of,
    run::{Bound, HostConfig, HostError},
    streams::{self, Streams},
    udp::{Batch, SipSocket},
};
use bytes::Bytes;
use mio::{Interest, Registry, Token};
use sip_transport::{Flow, Listener, Transport};
use slab::Slab;
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::{IpAddr, SocketAddr},
};
use switch::Input;

/// All sockets we listen on.
pub(crate) struct Listening {
    configured: Vec<(Transport, SocketAddr)>,
    registry: Registry,
    streams: Streams,
    /// UDP sockets by the number of their token.
    udp: Slab<Udp>,
    tcp: BTreeMap<(Transport, SocketAddr), streams::Listening>,
    arrived: Vec<Input>,
}

struct Udp {
    socket: SipSocket,
    may_have_more: bool,
}

impl Listening {
    /// Binds everything configured. Addresses that come and go with the network are bound as they
    /// come; any other trouble is an error now, never a silently missing service.
    pub(crate) fn bind(
        config: &HostConfig,
        registry: Registry,
        streams: Streams,
    ) -> Result<Listening, HostError> {
        let mut listening = Listening {
            configured: config.listeners(),
            registry,
            streams,
            udp: Slab::new(),
            tcp: BTreeMap::new(),
            arrived: Vec::new(),
        };
        let machine = interfaces::addresses()?;
        for (transport, configured) in &mut listening.configured.clone() {
            for mut address in interfaces::expand(*configured, &machine) {
                // Port 0 of several addresses becomes one and the same port.
                address.set_port(configured.port());
                match listening.open(*transport, address) {
                    Ok(local) => configured.set_port(local.port()),
                    Err(why) if is_passing(&why) && configured.ip().is_unspecified() => {}
                    Err(why) => {
                        let holder = holder_of(*transport, address);
                        return Err(HostError::Bind {
                            transport: *transport,
                            address,
                            why,
                            holder,
                        });
                    }
                }
            }
        }
        Ok(listening)
    }

    /// The sockets that are open, those the network reaches first.
    pub(crate) fn bound(&self) -> Vec<Bound> {
        let udp = self
            .udp
            .iter()
            .map(|(_, udp)| (Transport::Udp, udp.socket.local));
        let streams = self
            .tcp
            .iter()
            .map(|((transport, _), open)| (*transport, open.local));
        let all = udp.chain(streams);
        let mut bound: Vec<Bound> = all
            .map(|(transport, address)| Bound { transport, address })
            .collect();
        bound.sort_by_key(|at| (at.transport, at.address.ip().is_loopback()));
        bound
    }

    /// The machine has these addresses now: opens and closes sockets, and tells what changed.
    pub(crate) fn follow(&mut self, machine: &BTreeSet<IpAddr>) -> Vec<Input> {
        let mut news = Vec::new();
        for (transport, configured) in self.configured.clone() {
            if !configured.ip().is_unspecified() {
                continue;
            }
            let wanted = interfaces::expand(configured, machine);
            for gone in self.open_for(transport, configured) {
                if !wanted.contains(&gone) {
                    tracing::info!(%transport, address = %gone, "address is gone");
                    self.close(transport, gone);
                    news.push(Input::StoppedListening(listener(transport, gone)));
                }
            }
            let open = self.open_for(transport, configured);
            for address in wanted {
                if open.contains(&address) {
                    continue;
                }
                match self.open(transport, address) {
                    Ok(local) => {
                        tracing::info!(%transport, address = %local, "new address");
                        news.push(Input::Listening(listener(transport, local)));
                    }
                    // Tried again with the next look.
                    Err(why) => tracing::debug!(%transport, %address, %why, "cannot listen yet"),
                }
            }
        }
        news
    }

    /// A socket has something to read.
    pub(crate) fn on_ready(&mut self, token: Token) {
        if let Some(udp) = self.udp.get_mut(token.0) {
            udp.may_have_more = true;
        }
    }

    /// Whether there may be datagrams to read.
    pub(crate) fn has_more(&self) -> bool {
        self.udp.iter().any(|(_, udp)| udp.may_have_more)
    }

    /// Reads datagrams from all sockets that may have some.
    pub(crate) fn receive(&mut self, batch: &mut Batch) -> impl Iterator<Item = Input> + '_ {
        for (_, udp) in &mut self.udp {
            if udp.may_have_more {
                udp.may_have_more = udp.socket.receive(batch, &mut self.arrived);
            }
        }
        self.arrived.drain(..)
    }

    /// Puts a datagram in line.
    pub(crate) fn send(&mut self, flow: Flow, bytes: Bytes, batch: &mut Batch) {
        let socket = self
            .udp
            .iter_mut()
            .find(|(_, udp)| udp.socket.local == flow.local);
        match socket {
            Some((_, udp)) => {
                if udp.socket.send(flow.remote, bytes) {
                    udp.socket.flush(batch, &mut self.arrived);
                }
            }
            None => self.arrived.push(Input::Unreachable(flow)),
        }
    }

    /// Sends what is in line. What failed comes with the next [`Listening::receive`].
    pub(crate) fn flush(&mut self, batch: &mut Batch) {
        for (_, udp) in &mut self.udp {
            udp.socket.flush(batch, &mut self.arrived);
        }
    }

    /// Whether [`Listening::receive`] has something without reading.
    pub(crate) fn has_failures(&self) -> bool {
        !self.arrived.is_empty()
    }

    fn open(&mut self, transport: Transport, address: SocketAddr) -> io::Result<SocketAddr> {
        if transport == Transport::Udp {
            let mut socket = SipSocket::bind(address)?;
            let entry = self.udp.vacant_entry();
            self.registry
                .register(&mut socket.socket, Token(entry.key()), Interest::READABLE)?;
            let local = socket.local;
            entry.insert(Udp {
                socket,
                may_have_more: true,
            });
            return Ok(local);
        }
        let listening = self.streams.listen(transport, address)?;
        let local = listening.local;
        self.tcp.insert((transport, local), listening);
        Ok(local)
    }

    fn close(&mut self, transport: Transport, address: SocketAddr) {
        self.udp
            .retain(|_, udp| transport != Transport::Udp || udp.socket.local != address);
        if self.tcp.remove(&(transport, address)).is_some() {
            self.streams.address_is_gone(address.ip());
        }
    }

    /// What is open on behalf of one configured address.
    fn open_for(&self, transport: Transport, configured: SocketAddr) -> Vec<SocketAddr> {
        let ours = |open: &SocketAddr| {
            open.port() == configured.port() && open.is_ipv4() == configured.is_ipv4()
        };
        let udp = self
            .udp
            .iter()
            .map(|(_, udp)| (Transport::Udp, udp.socket.local));
        let all = udp.chain(self.tcp.keys().copied());
        all.filter(|(t, open)| *t == transport && ours(open))
            .map(|(_, open)| open)
            .collect()
    }
}

/// How the switch is told of a socket.
pub(crate) fn listener(transport: Transport, local: SocketAddr) -> Listener {
    Listener {
        transport,
        local,
        advertised: None,
    }
}

/// An address that is only just coming or going.
fn is_passing(why: &io::Error) -> bool {
    why.kind() == io::ErrorKind::AddrNotAvailable
}
