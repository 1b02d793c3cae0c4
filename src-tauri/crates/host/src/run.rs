//! Starting and stopping the host: what to listen on, where news goes, why it cannot start.

use crate::{
    descriptors,
    inbox::Inbox,
    interfaces,
    limits::MAX_SLEEP,
    listening::Listening,
    media_thread::MediaThread,
    names::Names,
    port_holder::PortHolder,
    post::{Nameplate, Post},
    punctuality::Punctuality,
    signalling::{self, Signalling},
    streams::{Origins, Streams},
    tls::{Tls, TlsError, TlsIdentity, Trust},
};
use mio::{Poll, Waker};
use sip_transaction::Mark;
use sip_transport::Transport;
use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};
use switch::{Command, Happening, Input, Question, QuestionId, Switch, TracedMessage, Write};
use tokio::runtime::{Handle, Runtime};

/// Threads for streams and names.
const RUNTIME_THREADS: usize = 2;

/// What the host is told to listen on. An unspecified address (0.0.0.0, [::]) means every address
/// of the machine of that family, now and as they come and go; port 0 means any.
#[derive(Clone, Debug, Default)]
pub struct HostConfig {
    /// SIP over UDP.
    pub udp: Vec<SocketAddr>,
    /// SIP over TCP.
    pub tcp: Vec<SocketAddr>,
    /// SIP over TLS; needs an identity.
    pub tls: Vec<SocketAddr>,
    /// SIP over WebSocket.
    pub ws: Vec<SocketAddr>,
    /// SIP over secure WebSocket; needs an identity.
    pub wss: Vec<SocketAddr>,
    /// The certificate for TLS and secure WebSocket; [`crate::tls::generate`] makes one.
    pub identity: Option<TlsIdentity>,
    /// Whose certificates are believed when we open a TLS connection.
    pub trust: Trust,
    /// Web pages that may connect over WebSocket.
    pub origins: Origins,
    /// The name servers to ask; `None`: those of the system.
    pub name_servers: Option<Vec<SocketAddr>>,
    /// The data folder: sounds are read and recordings written below it.
    pub data: PathBuf,
    /// The mark of the switch, where offices may be added [beside](Sockets::start) it.
    pub mark: Mark,
}

/// A further office that shares the sockets of the first.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The mark of its switch; no other office has it.
    pub mark: Mark,
    /// Its data folder.
    pub data: PathBuf,
    /// Its web pages, which may connect over WebSocket.
    pub origins: Vec<String>,
}

/// Where the switch's news goes. Called on the signalling thread: hand over and return.
pub struct Sinks {
    /// Something to be kept.
    pub store: Box<dyn FnMut(Write) + Send>,
    /// Something happened.
    pub tell: Box<dyn FnMut(Arc<Happening>) + Send>,
    /// A message of a call.
    pub trace: Box<dyn FnMut(TracedMessage) + Send>,
    /// A question; its answer comes as [`Input::Answered`] through the inbox. What is asked first
    /// is to be done first.
    pub ask: Box<dyn FnMut(QuestionId, Question) + Send>,
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
    #[error("cannot listen on {transport} {address}: {}", trouble(why, holder.as_ref()))]
    Bind {
        /// The transport.
        transport: Transport,
        /// The address.
        address: SocketAddr,
        /// The system's word.
        why: io::Error,
        /// The program that holds the port, where the system tells.
        holder: Option<PortHolder>,
    },
    /// The certificate cannot be used, or there is none.
    #[error("{0}")]
    Tls(#[from] TlsError),
    /// TLS or secure WebSocket is configured without a certificate.
    #[error("a certificate is needed to listen on {0}")]
    NoCertificate(Transport),
    /// The system refuses threads, polls or interface lists.
    #[error("the system refuses: {0}")]
    System(#[from] io::Error),
}

/// The running host of one office. Dropping it ends its calls politely and stops; the host that has
/// the sockets goes last.
#[derive(Debug)]
pub struct Host {
    inbox: Inbox,
    bound: Vec<Bound>,
    sockets: Sockets,
    mark: Mark,
    signalling: Option<JoinHandle<()>>,
    alive: signalling::Alive,
    punctuality: Punctuality,
    /// Outlives the signalling thread, which closes the connections; none where another office's
    /// host has it.
    runtime: Option<Threads>,
}

/// The sockets of a running host, which further offices share. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Sockets {
    streams: Streams,
    post: Post,
    runtime: Handle,
    name_servers: Option<Vec<SocketAddr>>,
}

/// The Tokio runtime of streams and names. Dropped like this it may end anywhere, also on a thread
/// of another runtime, which Tokio's own way of dropping forbids.
#[derive(Debug)]
struct Threads(Option<Runtime>);

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Binds the sockets, then runs `switch` on a thread of its own.
///
/// # Errors
/// [`HostError`] says which address, certificate or resource is not to be had; nothing runs then.
pub fn start(config: &HostConfig, switch: Switch, sinks: Sinks) -> Result<Host, HostError> {
    let needs_identity = [(&config.tls, Transport::Tls), (&config.wss, Transport::Wss)];
    for (addresses, transport) in needs_identity {
        if !addresses.is_empty() && config.identity.is_none() {
            return Err(HostError::NoCertificate(transport));
        }
    }
    let tls = Tls::new(config.identity.as_ref(), config.trust.clone())?;
    let poll = Poll::new()?;
    let inbox = Inbox::new(Waker::new(poll.registry(), signalling::WAKE)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(RUNTIME_THREADS)
        .thread_name("streams")
        .enable_all()
        .build()?;
    let handle = &runtime.handle().clone();
    let threads = Threads(Some(runtime));
    let max_streams = descriptors::raise();
    let post = Post::new(config.mark, inbox.clone());
    let streams = Streams::new(
        handle.clone(),
        post.clone(),
        tls,
        config.origins.clone(),
        max_streams,
    );
    let registry = poll.registry().try_clone()?;
    let listening = Listening::bind(config, registry, streams.clone(), post.clone())?;
    let bound = listening.bound();
    let names = Names::new(
        handle.clone(),
        inbox.clone(),
        config.name_servers.as_deref(),
    );
    let media = MediaThread::start(inbox.clone(), &config.data, chance()?)?;
    let punctuality = media.punctuality();
    let (report, addresses) = mpsc::sync_channel(1);
    let waking = inbox.clone();
    handle.spawn(interfaces::watch(move |found| {
        // A full channel: the signalling thread has not yet seen the last report.
        if report.try_send(found).is_ok() {
            waking.wake();
        }
    }));
    let alive = signalling::Alive::new();
    let signalling = Signalling::new(signalling::Parts {
        poll,
        inbox: inbox.clone(),
        listening,
        streams: streams.clone(),
        names,
        media,
        switch,
        sinks,
        addresses: Some(addresses),
        post: post.clone(),
        mark: config.mark,
        alive: alive.clone(),
    });
    let thread = thread::Builder::new()
        .name("signalling".into())
        .spawn(move || signalling.run())?;
    Ok(Host {
        inbox,
        bound,
        sockets: Sockets {
            streams,
            post,
            runtime: handle.clone(),
            name_servers: config.name_servers.clone(),
        },
        mark: config.mark,
        signalling: Some(thread),
        alive,
        punctuality,
        runtime: Some(threads),
    })
}

fn chance() -> io::Result<[u8; 32]> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|why| io::Error::other(why.to_string()))?;
    Ok(seed)
}

impl Sockets {
    /// Runs the switch of a further office on threads of its own. It gets what is
    /// [for it](Nameplate); its calls, its inbox and its sound are its own.
    ///
    /// # Errors
    /// The system gives no threads or no poll.
    pub fn start(&self, config: &Beside, switch: Switch, sinks: Sinks) -> Result<Host, HostError> {
        let poll = Poll::new()?;
        let inbox = Inbox::new(Waker::new(poll.registry(), signalling::WAKE)?);
        let streams = self.streams.beside(config.mark, &config.origins);
        let registry = poll.registry().try_clone()?;
        let listening = Listening::shared(registry, streams.clone(), self.post.clone());
        let bound = listening.bound();
        let names = Names::new(
            self.runtime.clone(),
            inbox.clone(),
            self.name_servers.as_deref(),
        );
        let media = MediaThread::start(inbox.clone(), &config.data, chance()?)?;
        let punctuality = media.punctuality();
        let alive = signalling::Alive::new();
        let signalling = Signalling::new(signalling::Parts {
            poll,
            inbox: inbox.clone(),
            listening,
            streams: streams.clone(),
            names,
            media,
            switch,
            sinks,
            addresses: None,
            post: self.post.clone(),
            mark: config.mark,
            alive: alive.clone(),
        });
        self.post.join(config.mark, inbox.clone());
        let thread = thread::Builder::new()
            .name(format!("signalling {}", config.mark.0))
            .spawn(move || signalling.run());
        let thread = thread.inspect_err(|_| self.post.leave(config.mark))?;
        Ok(Host {
            inbox,
            bound,
            sockets: Sockets {
                streams,
                ..self.clone()
            },
            mark: config.mark,
            signalling: Some(thread),
            alive,
            punctuality,
            runtime: None,
        })
    }
}

impl Host {
    /// The sockets, for further offices.
    pub fn sockets(&self) -> Sockets {
        self.sockets.clone()
    }

    /// How this office says what it answers for. Until it does, what names it by its mark reaches
    /// it, and the first office gets the rest.
    pub fn nameplate(&self) -> Nameplate {
        Nameplate {
            post: self.sockets.post.clone(),
            mark: self.mark,
        }
    }

    /// The way to the switch for commands and configuration changes.
    pub fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// The sockets that were open at the start, those the network reaches before loopback.
    pub fn bound(&self) -> &[Bound] {
        &self.bound
    }

    /// Shows another certificate from the next connection on; those that are open go on. That of a
    /// further office is shown to those who name one of its domains, that of the first to all others.
    ///
    /// # Errors
    /// [`TlsError`]: the certificate cannot be used, and the one before stays.
    pub fn set_identity(&self, identity: &TlsIdentity) -> Result<(), TlsError> {
        self.sockets.streams.set_identity(identity)
    }

    /// How long ago the signalling thread last did a round of work; it does one at least every
    /// [`MAX_SLEEP`]. For a watchdog.
    pub fn silent_for(&self) -> Duration {
        self.alive.silent_for()
    }

    /// How punctual the sound is.
    pub fn punctuality(&self) -> Punctuality {
        self.punctuality.clone()
    }

    /// Whether the signalling thread is at work as it should be.
    pub fn is_well(&self) -> bool {
        self.silent_for() < 2 * MAX_SLEEP
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // News of the host's own is always let in.
        let _ = self.inbox.push(Input::Command(Command::ShutDown));
        if let Some(thread) = self.signalling.take() {
            let _ = thread.join();
        }
        if self.runtime.is_none() {
            self.sockets.post.leave(self.mark);
        }
    }
}

impl HostConfig {
    pub(crate) fn listeners(&self) -> Vec<(Transport, SocketAddr)> {
        let all = [
            (Transport::Udp, &self.udp),
            (Transport::Tcp, &self.tcp),
            (Transport::Tls, &self.tls),
            (Transport::Ws, &self.ws),
            (Transport::Wss, &self.wss),
        ];
        let each = all.iter().flat_map(|(transport, addresses)| {
            addresses.iter().map(|address| (*transport, *address))
        });
        each.collect()
    }
}

fn trouble(why: &io::Error, holder: Option<&PortHolder>) -> String {
    match (why.kind(), holder) {
        (io::ErrorKind::AddrInUse, Some(holder)) => format!("the port is taken by {holder}"),
        (io::ErrorKind::AddrInUse, None) => "the port is taken by another program".to_owned(),
        _ => why.to_string(),
    }
}
