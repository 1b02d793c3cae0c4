//! Stream connections: TCP, TLS, WebSocket and secure WebSocket, accepted and opened.
//!
//! They live on a small Tokio runtime. What arrives goes into the inbox of the office it is for; what
//! is to be sent waits in a bounded queue per connection. One connection may carry messages of several
//! offices: it ends when the last of them has no more use for it. A stranger can neither hold a place by silence nor keep
//! others out by coming often (promise R16).

mod framed;
mod listener;
mod open;
mod patience;
mod websocket;

use crate::{
    inbox::Full,
    limits::{
        FLUSH_WITHIN, INBOX_PAUSE, KEEP_ALIVE_AFTER, KEEP_ALIVE_EVERY, KEEP_ALIVE_PROBES,
        MAX_QUEUED, MAX_QUEUED_BYTES, MAX_SILENT_PER_PEER, MAX_STREAMS_PER_PEER,
    },
    post::Post,
    tls::{Tls, TlsError, TlsIdentity},
};
use bytes::Bytes;
pub(crate) use listener::Listening;
use patience::Patience;
use sip_message::framing::{Frame, FramingError};
use sip_server::house::Whose;
use sip_transaction::Mark;
use sip_transport::{ConnectionId, Flow, Target};
use socket2::{SockRef, TcpKeepalive};
use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use switch::Input;
use tokio::{
    net::TcpStream,
    runtime::Handle,
    sync::{
        Notify,
        mpsc::{self, Receiver, Sender},
    },
    task::AbortHandle,
    time::{error::Elapsed, sleep, timeout},
};

/// Numbers of accepted connections, so that they never meet the switch's own.
const ACCEPTED: u64 = 1 << 63;

/// A line break: the answer to a keep-alive (RFC 5626 §4.4.1).
const PONG: &[u8] = b"\r\n";

/// Web pages whose scripts may connect over WebSocket. Programs that are no browser send no Origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// Pages from these origins, such as `https://pbx.example.com`.
    Only(Vec<String>),
    /// Any page; the password alone protects.
    #[default]
    Any,
}

/// The stream connections, as the signalling thread of one office sees them. Cloning shares them.
#[derive(Clone, Debug)]
pub(crate) struct Streams {
    shared: Arc<Shared>,
    runtime: Handle,
    /// Whose signalling thread.
    mark: Mark,
}

#[derive(Debug)]
struct Shared {
    post: Post,
    tls: Tls,
    origins: RwLock<Origins>,
    max: usize,
    table: Mutex<Table>,
    one_less: Notify,
}

#[derive(Debug, Default)]
struct Table {
    connections: BTreeMap<ConnectionId, Connection>,
    accepted: u64,
}

#[derive(Debug)]
struct Connection {
    /// The far end's address or IPv6 network.
    peer: IpAddr,
    /// Our end, once known.
    local: Option<IpAddr>,
    /// Gone when the connection is to end after what is queued.
    outgoing: Option<Sender<Bytes>>,
    status: Arc<Status>,
    task: Option<AbortHandle>,
}

#[derive(Debug, Default)]
struct Status {
    queued: AtomicUsize,
    /// Whether it has brought a SIP message, or was opened by us.
    has_spoken: AtomicBool,
    /// The offices that have heard of it, have use for it, and must hear of its end.
    users: Mutex<Vec<Mark>>,
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Ended {
    #[error("{0}")]
    System(#[from] io::Error),
    #[error("{0}")]
    Tls(#[from] TlsError),
    #[error("{0}")]
    WebSocket(#[from] tokio_tungstenite::tungstenite::Error),
    #[error("{0}")]
    Framing(#[from] FramingError),
    #[error("too slow")]
    TooSlow(#[from] Elapsed),
    #[error("no name to prove")]
    NoName,
}

impl Streams {
    pub(crate) fn new(
        runtime: Handle,
        post: Post,
        tls: Tls,
        origins: Origins,
        max: usize,
    ) -> Streams {
        let mark = post.addresses().first();
        tls.know_offices(post.clone());
        let shared = Shared {
            post,
            tls,
            origins: RwLock::new(origins),
            max,
            table: Mutex::default(),
            one_less: Notify::new(),
        };
        Streams {
            shared: Arc::new(shared),
            runtime,
            mark,
        }
    }

    /// The same connections, for the signalling thread of another office, whose web pages are
    /// `origins`.
    pub(crate) fn beside(&self, mark: Mark, origins: &[String]) -> Streams {
        let mut welcome = self
            .shared
            .origins
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if let Origins::Only(welcome) = &mut *welcome {
            welcome.extend_from_slice(origins);
        }
        Streams {
            mark,
            ..self.clone()
        }
    }

    /// Shows another certificate from the next connection on, as that of this office.
    pub(crate) fn set_identity(&self, identity: &TlsIdentity) -> Result<(), TlsError> {
        self.shared.tls.set_identity(self.mark, identity)
    }

    /// Opens a connection; [`Input::Connected`] or [`Input::Closed`] follows.
    pub(crate) fn open(&self, id: ConnectionId, target: Target) {
        let (place, outgoing) = self.shared.place(id, self.mark, target.addr.ip());
        place.status.has_spoken.store(true, Ordering::Relaxed);
        place.status.has_user(self.mark);
        self.run(id, open::run(place, target, outgoing));
    }

    /// Queues a message. A connection whose far end does not take its messages is dropped.
    pub(crate) fn send(&self, id: ConnectionId, bytes: Bytes) {
        self.shared.send(id, bytes);
    }

    /// The office has no more use for a connection. Without another's use it ends after what is
    /// queued.
    pub(crate) fn close(&self, id: ConnectionId) {
        if let Some(connection) = self.shared.lock().connections.get_mut(&id) {
            connection.leave(self.mark);
        }
    }

    /// The office has no more use for any connection.
    pub(crate) fn close_own(&self) {
        for connection in self.shared.lock().connections.values_mut() {
            if connection.status.users().contains(&self.mark) {
                connection.leave(self.mark);
            }
        }
    }

    /// Drops the connections that ran over an address this machine no longer has.
    pub(crate) fn address_is_gone(&self, local: IpAddr) {
        let table = self.shared.lock();
        for connection in table.connections.values() {
            if connection.local == Some(local)
                && let Some(task) = &connection.task
            {
                task.abort();
            }
        }
    }

    /// Ends all connections after what is queued, and waits for that a little.
    pub(crate) fn close_all(&self) {
        for connection in self.shared.lock().connections.values_mut() {
            connection.outgoing = None;
        }
        let all_gone = async {
            while !self.shared.lock().connections.is_empty() {
                self.shared.one_less.notified().await;
            }
        };
        // Whoever is slower than that hears nothing more.
        let _ = self
            .runtime
            .block_on(async { timeout(FLUSH_WITHIN, all_gone).await });
    }

    fn run(&self, id: ConnectionId, task: impl Future<Output = ()> + Send + 'static) {
        let task = self.runtime.spawn(task).abort_handle();
        if let Some(connection) = self.shared.lock().connections.get_mut(&id) {
            connection.task = Some(task);
        }
    }
}

impl Shared {
    /// Gives a connection its place in the table.
    fn place(
        self: &Arc<Shared>,
        id: ConnectionId,
        home: Mark,
        remote: IpAddr,
    ) -> (Place, Receiver<Bytes>) {
        let (outgoing, queue) = mpsc::channel(MAX_QUEUED);
        let status = Arc::<Status>::default();
        let connection = Connection {
            peer: peer_of(remote),
            local: None,
            outgoing: Some(outgoing),
            status: Arc::clone(&status),
            task: None,
        };
        self.lock().connections.insert(id, connection);
        let place = Place {
            shared: Arc::clone(self),
            id,
            home,
            status,
        };
        (place, queue)
    }

    fn send(&self, id: ConnectionId, bytes: Bytes) {
        let table = self.lock();
        let Some(connection) = table.connections.get(&id) else {
            return; // its end is on the way to the switch
        };
        let Some(outgoing) = &connection.outgoing else {
            return;
        };
        let length = bytes.len();
        let queued = connection
            .status
            .queued
            .fetch_add(length, Ordering::Relaxed)
            + length;
        let is_full = queued > MAX_QUEUED_BYTES || outgoing.try_send(bytes).is_err();
        if is_full && let Some(task) = &connection.task {
            tracing::info!(connection = id.0, "dropped: the far end does not read");
            task.abort();
        }
    }

    fn origins(&self) -> Origins {
        let origins = self.origins.read();
        origins.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Nothing panics while holding it.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// A number for a connection from `remote`, or none when there is no room for it. Where silent
    /// ones take up the room, the oldest of them goes.
    fn admit(&mut self, remote: IpAddr, max: usize) -> Option<ConnectionId> {
        let peer = peer_of(remote);
        let from_peer = self.connections.values().filter(|c| c.peer == peer);
        let (mut all, mut silent) = (0, 0);
        for connection in from_peer {
            all += 1;
            silent += usize::from(connection.is_silent());
        }
        let has_room = if silent >= MAX_SILENT_PER_PEER || all >= MAX_STREAMS_PER_PEER {
            self.end_oldest(|c| c.peer == peer && c.is_silent())
        } else if self.connections.len() >= max {
            self.end_oldest(Connection::is_silent)
        } else {
            true
        };
        if !has_room {
            return None;
        }
        self.accepted += 1;
        Some(ConnectionId(ACCEPTED | self.accepted))
    }

    /// Ends the oldest connection of a kind. `false` when there is none.
    fn end_oldest(&mut self, of_kind: impl Fn(&Connection) -> bool) -> bool {
        let oldest = self.connections.values_mut().find(|c| of_kind(c));
        let Some(connection) = oldest else {
            return false;
        };
        // It counts no more; its place is given back when its task has ended.
        connection.status.has_spoken.store(true, Ordering::Relaxed);
        if let Some(task) = &connection.task {
            task.abort();
        }
        true
    }
}

impl Connection {
    fn is_silent(&self) -> bool {
        !self.status.has_spoken.load(Ordering::Relaxed)
    }

    /// One office has no more use for it.
    fn leave(&mut self, office: Mark) {
        let mut users = self.status.users();
        match users.iter().any(|user| *user != office) {
            true => users.retain(|user| *user != office),
            // The last one hears of its end.
            false => self.outgoing = None,
        }
    }
}

impl Status {
    fn users(&self) -> MutexGuard<'_, Vec<Mark>> {
        // Nothing panics while holding it.
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An office has use for the connection from now on. Whether it had none before.
    fn has_user(&self, office: Mark) -> bool {
        let mut users = self.users();
        let is_new = !users.contains(&office);
        if is_new {
            users.push(office);
        }
        is_new
    }
}

/// A connection's place in the table, held by its task: however the task ends, the place is given
/// back and the switches are told.
#[derive(Debug)]
struct Place {
    shared: Arc<Shared>,
    id: ConnectionId,
    /// Who opened it, the first office for those that were accepted: what names no office is theirs.
    home: Mark,
    status: Arc<Status>,
}

/// A [`Place`] with the flow that its messages travel.
#[derive(Debug)]
struct Line {
    place: Place,
    flow: Flow,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.lock().connections.remove(&self.id);
        self.shared.one_less.notify_one();
        let addresses = self.shared.post.addresses();
        for user in self.status.users().drain(..) {
            if let Some(inbox) = addresses.inbox(user) {
                let _ = inbox.push(Input::Closed(self.id));
            }
        }
    }
}

impl Place {
    /// The connection is open; the switch hears of it.
    async fn established(self, flow: Flow) -> Line {
        if let Some(connection) = self.shared.lock().connections.get_mut(&self.id) {
            connection.local = Some(flow.local.ip());
        }
        let line = Line { place: self, flow };
        let home = line.place.home;
        line.place.status.has_user(home);
        let news = match line.is_accepted() {
            true => Input::Accepted(flow),
            false => Input::Connected(line.place.id),
        };
        line.tell(home, news).await;
        line
    }
}

impl Line {
    fn is_accepted(&self) -> bool {
        self.place.id.0 & ACCEPTED != 0
    }

    fn has_spoken(&self) -> bool {
        self.place.status.has_spoken.load(Ordering::Relaxed)
    }

    /// Takes in what arrived.
    async fn take_in(&self, frame: Frame) {
        match frame {
            Frame::Message(bytes) => {
                self.place.status.has_spoken.store(true, Ordering::Relaxed);
                let (flow, home) = (self.flow, self.place.home);
                // On a stream nothing is everyone's.
                let whose = self
                    .place
                    .shared
                    .post
                    .addresses()
                    .whose(&flow, &bytes, home);
                let office = match whose {
                    Whose::Of(office) => office,
                    Whose::Everyones => home,
                };
                if self.place.status.has_user(office) {
                    self.tell(office, Input::Accepted(flow)).await;
                }
                self.tell(office, Input::Message { flow, bytes }).await;
            }
            Frame::Ping => {
                let pong = Bytes::from_static(PONG);
                self.place.shared.send(self.place.id, pong);
            }
            Frame::Pong => {}
        }
    }

    /// A message of that many bytes left the queue.
    fn sent(&self, length: usize) {
        self.place
            .status
            .queued
            .fetch_sub(length, Ordering::Relaxed);
    }

    /// Hands over when there is room; meanwhile nothing more is read, and the far end must wait.
    async fn tell(&self, office: Mark, mut input: Input) {
        // An office that is no more has no inbox.
        while let Some(inbox) = self.place.shared.post.addresses().inbox(office) {
            match inbox.push(input) {
                Ok(()) => return,
                Err(Full(back)) => input = *back,
            }
            sleep(INBOX_PAUSE).await;
        }
    }
}

impl Origins {
    fn welcomes(&self, origin: &str) -> bool {
        match self {
            Origins::Any => true,
            Origins::Only(welcome) => welcome.iter().any(|o| o.eq_ignore_ascii_case(origin)),
        }
    }
}

/// Whom a connection counts against: IPv6 hosts have a whole /64 of addresses to come from.
fn peer_of(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => IpAddr::V4(ip),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Small messages at once, and a far end that has silently gone is noticed.
fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let keep_alive = TcpKeepalive::new()
        .with_time(KEEP_ALIVE_AFTER)
        .with_interval(KEEP_ALIVE_EVERY);
    #[cfg(not(target_os = "openbsd"))]
    let keep_alive = keep_alive.with_retries(KEEP_ALIVE_PROBES);
    let socket = SockRef::from(stream);
    socket.set_tcp_keepalive(&keep_alive)?;
    // Keep-alive alone does not notice a far end that vanished while data is under way to it.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(
        KEEP_ALIVE_AFTER + KEEP_ALIVE_EVERY * KEEP_ALIVE_PROBES,
    ))?;
    Ok(())
}

fn log_end(id: ConnectionId, remote: SocketAddr, ended: Result<(), Ended>) {
    if let Err(why) = ended {
        tracing::debug!(connection = id.0, %remote, %why, "connection ended");
    }
}

#[cfg(test)]
mod tests;
