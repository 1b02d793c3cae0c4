//! The media thread: owns the media sockets and the relay table, and moves packets between them.

use crate::{
    inbox::Inbox,
    limits::{MAX_MEDIA_COMMANDS, MAX_SLEEP, MEDIA_SOCKET_BUFFER},
    udp,
};
use media::{Forward, MediaCommand, MediaEvent, PortPair, Refusal, RelayId, RelayTable, SocketId};
use mio::{Events, Interest, Poll, Token, Waker, net::UdpSocket};
use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::Instant,
};
use switch::Input;

const WAKE: Token = Token(usize::MAX);

/// Packets read from one socket before the others get their turn.
const PACKET_BATCH: usize = 32;

/// The way to the media thread. Dropping it ends the thread.
#[derive(Debug)]
pub(crate) struct MediaThread {
    commands: SyncSender<MediaCommand>,
    waker: Arc<Waker>,
    thread: Option<JoinHandle<()>>,
}

impl MediaThread {
    pub(crate) fn start(inbox: Inbox) -> io::Result<MediaThread> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        let (commands, orders) = sync_channel(MAX_MEDIA_COMMANDS);
        let mut media = Media {
            poll,
            orders,
            inbox,
            table: RelayTable::new(),
            sockets: Vec::new(),
            relays: BTreeMap::new(),
            v6: udp::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0), 0).is_ok(),
        };
        let thread = thread::Builder::new()
            .name("media".into())
            .spawn(move || media.run())?;
        Ok(MediaThread {
            commands,
            waker,
            thread: Some(thread),
        })
    }

    /// Gives an order. A full queue means the media thread hangs; the order is lost and logged.
    pub(crate) fn order(&self, command: MediaCommand) {
        match self.commands.try_send(command) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => tracing::error!("the media thread does not keep up"),
            Err(TrySendError::Disconnected(_)) => tracing::error!("the media thread has stopped"),
        }
        let _ = self.waker.wake();
    }
}

impl Drop for MediaThread {
    fn drop(&mut self) {
        let (closed, _) = sync_channel(0);
        self.commands = closed; // the thread sees its orders end
        let _ = self.waker.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Media {
    poll: Poll,
    orders: Receiver<MediaCommand>,
    inbox: Inbox,
    table: RelayTable,
    /// Sockets by port number: IPv4 and, where the machine has it, IPv6.
    sockets: Vec<Option<Pair>>,
    /// Port pairs of each open relay.
    relays: BTreeMap<RelayId, [PortPair; 2]>,
    v6: bool,
}

/// The sockets of one port.
struct Pair {
    v4: UdpSocket,
    v6: Option<UdpSocket>,
}

impl Media {
    fn run(&mut self) {
        let mut events = Events::with_capacity(256);
        let mut buffer = [0u8; 2_048]; // an RTP packet fits one frame of the network
        loop {
            let now = Instant::now();
            let sleep = self
                .table
                .next_timeout()
                .map_or(MAX_SLEEP, |at| at.saturating_duration_since(now))
                .min(MAX_SLEEP);
            if let Err(why) = self.poll.poll(&mut events, Some(sleep))
                && why.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%why, "the media thread cannot wait for packets");
                return;
            }
            let now = Instant::now();
            for event in &events {
                if event.token() != WAKE {
                    self.pass_on(now, event.token(), &mut buffer);
                }
            }
            if !self.take_orders(Instant::now()) {
                return;
            }
            self.table.poll_timeouts(now);
            while let Some(event) = self.table.poll_event() {
                let _ = self.inbox.push(Input::Media(event));
            }
        }
    }

    /// Moves the packets waiting on one socket. Edge-triggered: reads until there are no more, but
    /// in batches, re-arming by a wake when a flood would starve the others.
    fn pass_on(&mut self, now: Instant, token: Token, buffer: &mut [u8]) {
        let (port, is_v6) = (token.0 >> 1, token.0 & 1 == 1);
        let mut rounds = 0;
        loop {
            let Some(Some(pair)) = self.sockets.get(port) else {
                return;
            };
            let Some(socket) = (if is_v6 {
                pair.v6.as_ref()
            } else {
                Some(&pair.v4)
            }) else {
                return;
            };
            let (len, from) = match socket.recv_from(buffer) {
                Ok(packet) => packet,
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => continue, // an ICMP error of an earlier send
            };
            let Some(packet) = buffer.get(..len) else {
                return;
            };
            let id = SocketId(u32::try_from(port).unwrap_or(u32::MAX));
            if let Forward::To { socket, to } = self.table.on_packet(now, id, from, packet)
                && let Some(Some(pair)) = self.sockets.get(socket.0 as usize)
            {
                let out = if to.is_ipv6() {
                    pair.v6.as_ref()
                } else {
                    Some(&pair.v4)
                };
                if let Some(out) = out {
                    let _ = out.send_to(packet, to); // a lost packet is the far end's to notice
                }
            }
            rounds += 1;
            if rounds == PACKET_BATCH * 64 {
                return self.rearm(port, is_v6);
            }
        }
    }

    /// Asks to be told again about a socket that still has packets.
    fn rearm(&mut self, port: usize, is_v6: bool) {
        let registry = self.poll.registry();
        if let Some(Some(pair)) = self.sockets.get_mut(port) {
            let socket = if is_v6 {
                pair.v6.as_mut()
            } else {
                Some(&mut pair.v4)
            };
            if let Some(socket) = socket {
                let token = Token(port << 1 | usize::from(is_v6));
                let _ = registry.reregister(socket, token, Interest::READABLE);
            }
        }
    }

    /// Follows what the switch ordered. `false` when it is gone.
    fn take_orders(&mut self, now: Instant) -> bool {
        loop {
            match self.orders.try_recv() {
                Ok(command) => self.follow(now, command),
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn follow(&mut self, now: Instant, command: MediaCommand) {
        match &command {
            MediaCommand::OpenRelay { relay, a, b } => {
                let ports = [a.local, b.local];
                for (i, pair) in ports.into_iter().enumerate() {
                    if !self.open(pair) {
                        ports.iter().take(i).for_each(|p| self.close(*p));
                        let why = Refusal::PortsTaken(pair);
                        let _ = self
                            .inbox
                            .push(Input::Media(MediaEvent::Refused { relay: *relay, why }));
                        return;
                    }
                }
                self.relays.insert(*relay, ports);
            }
            MediaCommand::CloseRelay { relay } => {
                if let Some(ports) = self.relays.remove(relay) {
                    ports.into_iter().for_each(|pair| self.close(pair));
                }
            }
            MediaCommand::UpdateSide { .. } | MediaCommand::ExpectMedia { .. } => {}
        }
        self.table.apply(now, command);
    }

    /// Binds both ports of a pair. `false` when the system will not give them.
    fn open(&mut self, pair: PortPair) -> bool {
        if self
            .bind(pair.rtp())
            .and_then(|()| self.bind(pair.rtcp()))
            .is_ok()
        {
            return true;
        }
        self.close(pair);
        false
    }

    fn bind(&mut self, port: u16) -> io::Result<()> {
        let registry = self.poll.registry();
        let index = usize::from(port);
        let any4 = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port);
        let mut v4 = udp::bind(any4, MEDIA_SOCKET_BUFFER)?;
        registry.register(&mut v4, Token(index << 1), Interest::READABLE)?;
        let mut v6 = None;
        if self.v6 {
            let any6 = SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), port);
            let mut socket = udp::bind(any6, MEDIA_SOCKET_BUFFER)?;
            registry.register(&mut socket, Token(index << 1 | 1), Interest::READABLE)?;
            v6 = Some(socket);
        }
        if self.sockets.len() <= index {
            self.sockets.resize_with(index + 1, || None);
        }
        if let Some(place) = self.sockets.get_mut(index) {
            *place = Some(Pair { v4, v6 });
        }
        Ok(())
    }

    fn close(&mut self, pair: PortPair) {
        for port in [pair.rtp(), pair.rtcp()] {
            if let Some(place) = self.sockets.get_mut(usize::from(port)) {
                *place = None; // closing a socket takes it out of the poll
            }
        }
    }
}
