//! The only loop: one input into the switch, its outputs out to the world, then the next.

use crate::{
    inbox::Inbox,
    interfaces,
    limits::{INPUTS_PER_ROUND, MAX_DATAGRAM, MAX_SLEEP},
    media_thread::MediaThread,
    udp::SipSocket,
};
use mio::{Events, Interest, Poll, Token, Waker};
use sip_transport::{Listener, Transport};
use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Instant, SystemTime, UNIX_EPOCH},
};
use switch::{Command, Happening, Input, Output, Switch, TracedMessage, Write};

const WAKE: Token = Token(usize::MAX);

/// What the host is told to listen on.
#[derive(Clone, Debug)]
pub struct HostConfig {
    /// SIP over UDP on these addresses; an unspecified one means every address of the machine.
    pub udp: Vec<SocketAddr>,
}

/// Where the switch's news goes. Called on the signalling thread: hand over and return.
pub struct Sinks {
    /// Something to be kept.
    pub store: Box<dyn FnMut(Write) + Send>,
    /// Something happened.
    pub tell: Box<dyn FnMut(Arc<Happening>) + Send>,
    /// A message of a call.
    pub trace: Box<dyn FnMut(TracedMessage) + Send>,
}

/// A socket that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The transport.
    pub transport: Transport,
    /// The address.
    pub address: SocketAddr,
}

/// Why the host could not start.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// An address is not to be had.
    #[error("cannot listen on {transport} {address}: {why}")]
    Bind {
        /// The transport.
        transport: Transport,
        /// The address.
        address: SocketAddr,
        /// The system's word.
        why: io::Error,
    },
    /// The system refuses threads, polls or interface lists.
    #[error("the system refuses: {0}")]
    System(#[from] io::Error),
}

/// The running host. Dropping it ends all calls politely and stops.
#[derive(Debug)]
pub struct Host {
    inbox: Inbox,
    bound: Vec<Bound>,
    signalling: Option<JoinHandle<()>>,
}

/// Binds the sockets, then runs `switch` on a thread of its own.
pub fn start(config: &HostConfig, switch: Switch, sinks: Sinks) -> Result<Host, HostError> {
    let poll = Poll::new()?;
    let inbox = Inbox::new(Waker::new(poll.registry(), WAKE)?);
    let mut sockets = Vec::new();
    let mut bound = Vec::new();
    for configured in &config.udp {
        for address in interfaces::expand(*configured)? {
            let mut socket = SipSocket::bind(address).map_err(|why| HostError::Bind {
                transport: Transport::Udp,
                address,
                why,
            })?;
            poll.registry().register(
                &mut socket.socket,
                Token(sockets.len()),
                Interest::READABLE,
            )?;
            bound.push(Bound {
                transport: Transport::Udp,
                address: socket.local,
            });
            sockets.push(socket);
        }
    }
    for at in &bound {
        inbox.push_awake(std::iter::once(Input::Listening(Listener {
            transport: at.transport,
            local: at.address,
            advertised: None,
        })));
    }
    let media = MediaThread::start(inbox.clone())?;
    let mut signalling = Signalling {
        poll,
        inbox: inbox.clone(),
        sockets,
        media,
        switch,
        sinks,
        stopping: false,
    };
    let thread = thread::Builder::new()
        .name("signalling".into())
        .spawn(move || signalling.run())?;
    Ok(Host {
        inbox,
        bound,
        signalling: Some(thread),
    })
}

impl Host {
    /// The way to the switch for commands and configuration changes.
    pub fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// The sockets that are open.
    pub fn bound(&self) -> &[Bound] {
        &self.bound
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.inbox.push(Input::Command(Command::ShutDown));
        if let Some(thread) = self.signalling.take() {
            let _ = thread.join();
        }
    }
}

/// Milliseconds since 1970 UTC.
pub fn wall_clock() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

struct Signalling {
    poll: Poll,
    inbox: Inbox,
    sockets: Vec<SipSocket>,
    media: MediaThread,
    switch: Switch,
    sinks: Sinks,
    stopping: bool,
}

impl Signalling {
    fn run(&mut self) {
        let mut events = Events::with_capacity(64);
        let mut buffer = Box::new([0u8; MAX_DATAGRAM]);
        let mut inputs = Vec::with_capacity(INPUTS_PER_ROUND);
        let mut readable: Vec<bool> = vec![true; self.sockets.len()];
        let mut wake_at = None;
        loop {
            let idle = self.inbox.is_empty() && !readable.contains(&true);
            let sleep = match (idle, wake_at) {
                (false, _) => std::time::Duration::ZERO,
                (true, Some(at)) => {
                    MAX_SLEEP.min(Instant::saturating_duration_since(&at, Instant::now()))
                }
                (true, None) => MAX_SLEEP,
            };
            if let Err(why) = self.poll.poll(&mut events, Some(sleep))
                && why.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%why, "the signalling thread cannot wait for messages");
                return;
            }
            for event in &events {
                if let Some(flag) = readable.get_mut(event.token().0) {
                    *flag = true;
                }
            }
            for (socket, more) in self.sockets.iter().zip(&mut readable) {
                if *more {
                    *more = socket.receive(&mut buffer, |input| {
                        self.inbox.push_awake(std::iter::once(input))
                    });
                }
            }
            self.inbox.take(INPUTS_PER_ROUND, &mut inputs);
            if inputs.is_empty() {
                inputs.push(Input::Tick);
            }
            for input in inputs.drain(..) {
                self.stopping |= matches!(input, Input::Command(Command::ShutDown));
                self.switch.handle(Instant::now(), input);
                wake_at = self.carry_out();
            }
            if self.stopping && self.switch.is_at_rest() {
                return;
            }
        }
    }

    /// Does what the switch wants until it wants to sleep.
    fn carry_out(&mut self) -> Option<Instant> {
        loop {
            match self.switch.poll() {
                Output::Send { flow, bytes } => self.send(flow, &bytes),
                Output::Media(command) => self.media.order(command),
                Output::Store(write) => (self.sinks.store)(write),
                Output::Tell(happening) => (self.sinks.tell)(happening),
                Output::Trace(message) => (self.sinks.trace)(message),
                Output::Connect { connection, .. } => {
                    self.inbox
                        .push_awake(std::iter::once(Input::Closed(connection)));
                }
                Output::Close(_) | Output::Resolve { .. } => {}
                Output::SleepUntil(at) => return at,
            }
        }
    }

    fn send(&mut self, flow: sip_transport::Flow, bytes: &[u8]) {
        if flow.connection.is_some() {
            return;
        }
        if let Some(socket) = self.sockets.iter().find(|s| s.local == flow.local)
            && socket.send(flow.remote, bytes).is_err()
        {
            self.inbox
                .push_awake(std::iter::once(Input::Unreachable(flow)));
        }
    }
}
