//! The sockets we listen on, one per concrete address, and how they follow the machine's addresses.

use crate::{
    interfaces,
    port_holder::holder_of,
    post::{OpenSocket, Post},
    run::{Bound, HostConfig, HostError},
    streams::{self, Streams},
    udp::{Batch, SipSocket},
};
use bytes::Bytes;
use mio::{Registry, Token};
use sip_transport::{Flow, Listener, Transport};
use slab::Slab;
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use switch::Input;

/// All sockets we listen on.
pub(crate) struct Listening {
    configured: Vec<(Transport, SocketAddr)>,
    registry: Registry,
    streams: Streams,
    /// UDP sockets by the number of their token.
    udp: Slab<Udp>,
    /// Those of another office's host are none of ours to close.
    tcp: BTreeMap<(Transport, SocketAddr), Option<streams::Listening>>,
    arrived: Vec<Input>,
    /// Where the sockets are told or, with no address configured, found.
    post: Post,
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
        post: Post,
    ) -> Result<Listening, HostError> {
        let mut listening = Listening {
            configured: config.listeners(),
            registry,
            streams,
            udp: Slab::new(),
            tcp: BTreeMap::new(),
            arrived: Vec::new(),
            post,
        };
        let machine = interfaces::addresses()?;
        for index in 0..listening.configured.len() {
            let configured = listening.configured.get(index);
            let stands_for_many = configured.is_some_and(|(_, at)| at.ip().is_unspecified());
            listening.open_missing(index, &machine, |transport, address, why| {
                if stands_for_many && is_passing(&why) {
                    return Ok(());
                }
                Err(HostError::Bind {
                    transport,
                    address,
                    why,
                    holder: holder_of(transport, address),
                })
            })?;
        }
        listening.publish();
        Ok(listening)
    }

    /// The sockets of another office's host: what is sent goes out through them, what arrives comes
    /// through the inbox.
    pub(crate) fn shared(registry: Registry, streams: Streams, post: Post) -> Listening {
        let mut listening = Listening {
            configured: Vec::new(),
            registry,
            streams,
            udp: Slab::new(),
            tcp: BTreeMap::new(),
            arrived: Vec::new(),
            post,
        };
        listening.follow_shared();
        listening
    }

    /// The host that has the sockets has opened or closed some; tells what changed.
    pub(crate) fn follow_shared(&mut self) -> Vec<Input> {
        let sockets = self.post.sockets();
        let known = self.bound();
        let is_open = |at: &Bound| sockets.open.iter().any(|open| open.at == *at);
        let mut news = Vec::new();
        for gone in known.iter().filter(|at| !is_open(at)) {
            self.udp.retain(|_, udp| {
                gone.transport != Transport::Udp || udp.socket.local != gone.address
            });
            self.tcp.remove(&(gone.transport, gone.address));
            news.push(Input::StoppedListening(listener(
                gone.transport,
                gone.address,
            )));
        }
        for open in sockets.open.iter().filter(|open| !known.contains(&open.at)) {
            let Bound { transport, address } = open.at;
            match &open.udp {
                Some(socket) => {
                    self.udp.insert(Udp {
                        socket: SipSocket::sharing(address, Arc::clone(socket)),
                        may_have_more: false,
                    });
                }
                None => {
                    self.tcp.insert((transport, address), None);
                }
            }
            news.push(Input::Listening(listener(transport, address)));
        }
        self.put_first(&mut news);
        news
    }

    /// Tells the other offices which sockets there are.
    fn publish(&self) {
        let udp = self.udp.iter().map(|(_, udp)| OpenSocket {
            at: Bound {
                transport: Transport::Udp,
                address: udp.socket.local,
            },
            udp: Some(Arc::clone(&udp.socket.socket)),
        });
        let streams = self.tcp.keys().map(|(transport, address)| OpenSocket {
            at: Bound {
                transport: *transport,
                address: *address,
            },
            udp: None,
        });
        self.post.publish(udp.chain(streams).collect());
    }

    /// The sockets that are open: the one towards the world first, then those the network reaches.
    pub(crate) fn bound(&self) -> Vec<Bound> {
        let udp = self
            .udp
            .iter()
            .map(|(_, udp)| (Transport::Udp, udp.socket.local));
        let streams = self.tcp.keys().copied();
        let all = udp.chain(streams);
        let mut bound: Vec<Bound> = all
            .map(|(transport, address)| Bound { transport, address })
            .collect();
        let world = interfaces::towards_the_world();
        bound.sort_by_key(|at| {
            let ip = at.address.ip();
            (at.transport, ip.is_loopback(), !world.contains(&ip))
        });
        bound
    }

    /// Where something has changed, what leads to the world is told once more, which puts it first:
    /// requests of our own leave there.
    fn put_first(&self, news: &mut Vec<Input>) {
        if news.is_empty() {
            return;
        }
        let world = interfaces::towards_the_world();
        let bound = self.bound().into_iter();
        let first = bound.filter(|at| world.contains(&at.address.ip()));
        news.extend(first.map(|at| Input::Listening(listener(at.transport, at.address))));
    }

    /// The machine has these addresses now: opens and closes sockets, and tells what changed.
    pub(crate) fn follow(&mut self, machine: &BTreeSet<IpAddr>) -> Vec<Input> {
        let mut news = Vec::new();
        for index in 0..self.configured.len() {
            let Some((transport, configured)) = self.configured.get(index).copied() else {
                break;
            };
            if !configured.ip().is_unspecified() {
                continue;
            }
            // Which of them leads to the world is told when all are open.
            let wanted = interfaces::expand(configured, machine, &[]);
            for gone in self.open_for(transport, configured) {
                if !wanted.contains(&gone) {
                    tracing::info!(%transport, address = %gone, "address is gone");
                    self.close(transport, gone);
                    news.push(Input::StoppedListening(listener(transport, gone)));
                }
            }
            let opened = self.open_missing(index, machine, |transport, address, why| {
                // Tried again with the next look.
                tracing::debug!(%transport, %address, %why, "cannot listen yet");
                Ok::<(), Infallible>(())
            });
            for local in opened.unwrap_or_default() {
                tracing::info!(%transport, address = %local, "new address");
                news.push(Input::Listening(listener(transport, local)));
            }
        }
        if !news.is_empty() {
            self.publish();
        }
        self.put_first(&mut news);
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

    /// Opens what one configured address stands for and is not open yet; what was opened.
    fn open_missing<E>(
        &mut self,
        index: usize,
        machine: &BTreeSet<IpAddr>,
        on_trouble: impl Fn(Transport, SocketAddr, io::Error) -> Result<(), E>,
    ) -> Result<Vec<SocketAddr>, E> {
        let mut opened = Vec::new();
        let Some((transport, configured)) = self.configured.get(index).copied() else {
            return Ok(opened);
        };
        let open = self.open_for(transport, configured);
        let mut port = configured.port();
        let towards = interfaces::towards_the_world();
        for mut address in interfaces::expand(configured, machine, &towards) {
            // Port 0 of several addresses becomes one and the same port.
            address.set_port(port);
            if open.contains(&address) {
                continue;
            }
            match self.open(transport, address) {
                Ok(local) => {
                    port = local.port();
                    opened.push(local);
                }
                Err(why) => on_trouble(transport, address, why)?,
            }
        }
        if let Some((_, configured)) = self.configured.get_mut(index) {
            configured.set_port(port);
        }
        Ok(opened)
    }

    fn open(&mut self, transport: Transport, address: SocketAddr) -> io::Result<SocketAddr> {
        if transport == Transport::Udp {
            let mut socket = SipSocket::bind(address)?;
            let entry = self.udp.vacant_entry();
            socket.register(&self.registry, Token(entry.key()))?;
            let local = socket.local;
            entry.insert(Udp {
                socket,
                may_have_more: true,
            });
            return Ok(local);
        }
        let listening = self.streams.listen(transport, address)?;
        let local = listening.local;
        self.tcp.insert((transport, local), Some(listening));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        inbox::Inbox,
        streams::Origins,
        tls::{Tls, Trust},
    };
    use sip_transaction::Mark;

    fn machine(addresses: &[&str]) -> BTreeSet<IpAddr> {
        addresses.iter().map(|ip| ip.parse().unwrap()).collect()
    }

    #[test]
    #[cfg(target_os = "linux")] // where all of 127.0.0.0/8 can be had
    fn sockets_follow_the_addresses_of_the_machine() {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        let poll = mio::Poll::new().unwrap();
        let inbox = Inbox::new(mio::Waker::new(poll.registry(), Token(usize::MAX)).unwrap());
        let tls = Tls::new(None, Trust::default()).unwrap();
        let post = Post::new(Mark::NONE, inbox);
        let handle = runtime.handle().clone();
        let streams = Streams::new(handle, post.clone(), tls, Origins::Any, 16);
        let any: SocketAddr = "0.0.0.0:0".parse().unwrap();
        let config = HostConfig {
            udp: vec![any],
            tcp: vec![any],
            ..HostConfig::default()
        };
        let registry = poll.registry().try_clone().unwrap();
        let mut listening =
            Listening::bind(&config, registry, streams.clone(), post.clone()).unwrap();
        listening.follow(&machine(&["127.0.0.1"]));
        let registry = poll.registry().try_clone().unwrap();
        let mut beside = Listening::shared(registry, streams, post);
        let before = listening.bound();
        assert_eq!(beside.bound(), before);
        assert_eq!(before.len(), 2, "{before:?}");
        let port = |transport| {
            let mut bound = before.iter().filter(|at| at.transport == transport);
            bound.next().unwrap().address.port()
        };

        let news = listening.follow(&machine(&["127.0.0.1", "127.0.0.2"]));
        for transport in [Transport::Udp, Transport::Tcp] {
            let new = SocketAddr::new("127.0.0.2".parse().unwrap(), port(transport));
            let told = |input: &Input| matches!(input, Input::Listening(l) if l.transport == transport && l.local == new);
            assert_eq!(
                news.iter().filter(|input| told(input)).count(),
                1,
                "{news:?}"
            );
        }
        assert_eq!(beside.follow_shared().len(), 2);
        let all = |of: &Listening| -> BTreeSet<_> {
            let bound = of.bound().into_iter();
            bound.map(|at| (at.transport, at.address)).collect()
        };
        assert_eq!(all(&beside), all(&listening));
        assert!(
            listening
                .follow(&machine(&["127.0.0.1", "127.0.0.2"]))
                .is_empty()
        );

        let news = listening.follow(&machine(&["127.0.0.2"]));
        assert_eq!(news.len(), 2, "{news:?}");
        // Whoever only sends through it does not keep the address taken.
        assert_eq!(beside.follow_shared().len(), 2);
        for input in &news {
            let Input::StoppedListening(gone) = input else {
                panic!("{input:?}");
            };
            assert_eq!(
                gone.local.to_string(),
                format!("127.0.0.1:{}", port(gone.transport))
            );
            std::net::UdpSocket::bind(gone.local).unwrap();
        }
        assert_eq!(listening.bound().len(), 2);
    }
}
