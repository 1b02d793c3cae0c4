//! The window for other computers of the office's network: the same routes over TLS, on every
//! address of this computer, for as long as the settings say so.

use crate::{
    guard::Door,
    limits::{
        CERTIFICATE_LIFE, LAN_GOODBYE, LAN_PATIENCE, LOOK_AT_ADDRESSES, MAX_LAN_CONNECTIONS,
        MAX_LAN_CONNECTIONS_OF_ADDRESS,
    },
    server::Api,
    views::live::LanState,
};
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use socket2::{Domain, Protocol, Socket, Type};
use std::{
    collections::HashMap,
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot, watch},
    time::{interval, sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

/// How the engine proves to other computers who it is.
pub struct Certificates {
    /// What this computer calls itself in the network.
    pub computer: Option<String>,
    /// Who vouches for it.
    pub authority: Arc<dyn Authority>,
}

/// The office's own authority, which phones and browsers are told to trust.
pub trait Authority: Send + Sync {
    /// Its own certificate and key. The key leaves the engine in encrypted backup files only.
    fn identity(&self) -> Identity;

    /// Makes a server's certificate for these addresses and the computer's names.
    ///
    /// # Errors
    /// Why there is none, for the log.
    fn issue(&self, addresses: &[IpAddr]) -> Result<Identity, String>;

    /// Puts the authority of a restored office in its place, for good.
    ///
    /// # Errors
    /// Why it cannot be used or kept, for the log.
    fn replace(&self, identity: Identity) -> Result<(), String>;
}

/// A certificate with its key.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The certificate and those that vouch for it, as PEM.
    pub certificates: String,
    /// Its private key, as PEM.
    pub key: String,
}

/// The way to the task that listens.
#[derive(Debug)]
pub(crate) struct Lan {
    pub(crate) certificates: Certificates,
    /// The certificate shown last, as PEM.
    pub(crate) shown: Mutex<Option<String>>,
    asks: mpsc::Sender<oneshot::Sender<()>>,
    asked: Mutex<Option<mpsc::Receiver<oneshot::Sender<()>>>>,
}

impl Lan {
    pub(crate) fn new(certificates: Certificates) -> Self {
        let (asks, asked) = mpsc::channel(16);
        Self {
            certificates,
            shown: Mutex::default(),
            asks,
            asked: Mutex::new(Some(asked)),
        }
    }

    /// Waits until what the settings say is so.
    pub(crate) async fn settle(&self) {
        // Without the task nothing listens, and there is nothing to wait for.
        let is_kept = self
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none();
        let (done, settled) = oneshot::channel();
        if is_kept && self.asks.send(done).await.is_ok() {
            let _ = settled.await;
        }
    }

    /// The names other computers may use instead of an address.
    fn names(&self) -> Vec<String> {
        let computer = self.certificates.computer.iter();
        let names = computer.flat_map(|name| [name.clone(), format!("{name}.local")]);
        names.chain(["localhost".to_owned()]).collect()
    }
}

/// Listens whenever the settings say so; never ends. Dropping it closes everything.
pub(crate) async fn keep(api: Arc<Api>, router: Router) {
    let asked = &api.lan.asked;
    let Some(mut asked) = asked.lock().unwrap_or_else(PoisonError::into_inner).take() else {
        return;
    };
    let mut open = None;
    let mut rhythm = interval(LOOK_AT_ADDRESSES);
    loop {
        let asker = tokio::select! {
            // The first comes at once.
            _ = rhythm.tick() => None,
            asker = asked.recv() => asker,
        };
        open = as_the_settings_say(&api, &router, open).await;
        if let Some(asker) = asker {
            // Whoever asked may have left.
            let _ = asker.send(());
        }
    }
}

/// What is open to the network. Dropping it closes it.
struct Open {
    port: u16,
    addresses: Vec<IpAddr>,
    /// The certificate of the authority that vouches for what is shown.
    authority: String,
    issued: Instant,
    tls: watch::Sender<Arc<ServerConfig>>,
    /// Dropping it tells every connection to end.
    _stop: watch::Sender<()>,
}

async fn as_the_settings_say(api: &Arc<Api>, router: &Router, open: Option<Open>) -> Option<Open> {
    let wanted = api.desk.office().settings().lan;
    if !wanted.enabled {
        if open.is_some() {
            tracing::info!("other computers can no longer open the window");
        }
        tell(api, LanState::default());
        return None;
    }
    let addresses = tokio::task::spawn_blocking(addresses).await;
    let addresses = addresses.unwrap_or_default();
    let open = open.filter(|open| open.port == wanted.port);
    let authority = api.lan.certificates.authority.identity().certificates;
    let is_current = |open: &Open| {
        open.addresses == addresses
            && open.authority == authority
            && open.issued.elapsed() < CERTIFICATE_LIFE
    };
    let result = match open {
        Some(open) if is_current(&open) => Ok(open),
        Some(open) => renew(&api.lan, open, addresses.clone(), authority),
        None => begin(api, router, wanted.port, addresses.clone(), authority),
    };
    let (open, problem) = match result {
        Ok(open) => (Some(open), None),
        Err(problem) => (None, Some(problem.to_owned())),
    };
    let urls = match problem {
        None => urls(&api.lan, wanted.port, &addresses),
        Some(_) => Vec::new(),
    };
    tell(
        api,
        LanState {
            enabled: true,
            urls,
            problem,
        },
    );
    open
}

fn tell(api: &Api, state: LanState) {
    if api.desk.engine().lan != state {
        api.desk.set_lan(state);
    }
}

fn begin(
    api: &Arc<Api>,
    router: &Router,
    port: u16,
    addresses: Vec<IpAddr>,
    authority: String,
) -> Result<Open, &'static str> {
    let config = config(&api.lan, &addresses)?;
    let listeners = listen(port).map_err(|why| problem_of(port, &why))?;
    let (tls, shown) = watch::channel(config);
    let (stop, stopped) = watch::channel(());
    let entrance = Arc::new(Entrance {
        router: router.clone(),
        names: api.lan.names(),
        crowd: Crowd::default(),
        tls: shown,
        stopped,
    });
    for listener in listeners {
        tokio::spawn(accept(listener, Arc::clone(&entrance)));
    }
    tracing::info!(port, "other computers can open the window");
    Ok(Open {
        port,
        addresses,
        authority,
        issued: Instant::now(),
        tls,
        _stop: stop,
    })
}

fn renew(
    lan: &Lan,
    open: Open,
    addresses: Vec<IpAddr>,
    authority: String,
) -> Result<Open, &'static str> {
    open.tls.send_replace(config(lan, &addresses)?);
    Ok(Open {
        addresses,
        authority,
        issued: Instant::now(),
        ..open
    })
}

fn problem_of(port: u16, why: &io::Error) -> &'static str {
    tracing::error!(port, %why, "other computers cannot open the window");
    match why.kind() {
        io::ErrorKind::AddrInUse => "portTaken",
        io::ErrorKind::PermissionDenied => "portForbidden",
        _ => "cannotListen",
    }
}

/// Why the port cannot be listened on, as the `problem` of the state; nothing if it can.
pub(crate) fn try_port(port: u16) -> Result<(), &'static str> {
    listen(port).map(drop).map_err(|why| problem_of(port, &why))
}

/// Every address of this computer, of both families where it has both.
fn listen(port: u16) -> io::Result<Vec<TcpListener>> {
    let listen = |address: SocketAddr| {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::STREAM,
            Some(Protocol::TCP),
        )?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        // A port that was closed a moment ago is not taken.
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(128)?;
        TcpListener::from_std(socket.into())
    };
    let mut listeners = vec![listen((Ipv4Addr::UNSPECIFIED, port).into())?];
    // Some systems have no IPv6 at all.
    listeners.extend(listen((Ipv6Addr::UNSPECIFIED, port).into()));
    Ok(listeners)
}

fn config(lan: &Lan, addresses: &[IpAddr]) -> Result<Arc<ServerConfig>, &'static str> {
    let unusable = |why: String| {
        tracing::error!(why, "there is no certificate to show other computers");
        "certificate"
    };
    let identity = lan.certificates.authority.issue(addresses);
    let identity = identity.map_err(unusable)?;
    let config = config_of(&identity).map_err(|why| unusable(why.to_string()))?;
    let mut shown = lan.shown.lock().unwrap_or_else(PoisonError::into_inner);
    *shown = Some(identity.certificates);
    Ok(Arc::new(config))
}

/// Whether a certificate and a key belong together.
pub(crate) fn fit_together(identity: &Identity) -> bool {
    config_of(identity).is_ok()
}

fn config_of(identity: &Identity) -> Result<ServerConfig, Box<dyn std::error::Error>> {
    let chain = CertificateDer::pem_slice_iter(identity.certificates.as_bytes());
    let chain = chain.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes())?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The addresses of this computer that others can use in a link, and its loopback ones.
fn addresses() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let usable = |ip: &IpAddr| match ip {
        IpAddr::V4(ip) => !ip.is_link_local(),
        IpAddr::V6(ip) => !ip.is_unicast_link_local(),
    };
    let mut addresses: Vec<IpAddr> = interfaces
        .iter()
        .map(if_addrs::Interface::ip)
        .filter(usable)
        .collect();
    addresses.sort();
    addresses.dedup();
    addresses
}

/// What to type into a browser: by name first, then by address.
fn urls(lan: &Lan, port: u16, addresses: &[IpAddr]) -> Vec<String> {
    let names = lan.certificates.computer.iter();
    let outside = addresses.iter().filter(|ip| !ip.is_loopback());
    let by_address = outside.map(|ip| format!("https://{}", SocketAddr::new(*ip, port)));
    names
        .map(|name| format!("https://{name}:{port}"))
        .chain(by_address)
        .collect()
}

/// What every connection needs.
struct Entrance {
    router: Router,
    names: Vec<String>,
    crowd: Crowd,
    tls: watch::Receiver<Arc<ServerConfig>>,
    stopped: watch::Receiver<()>,
}

async fn accept(listener: TcpListener, entrance: Arc<Entrance>) {
    let mut stopped = entrance.stopped.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                tokio::spawn(greet(stream, peer, Arc::clone(&entrance)));
            }
            Err(why) => {
                // Too many open files, mostly: in a moment there are fewer.
                tracing::warn!(%why, "a connection over the network was not taken");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Serves one connection until it ends or the window is closed to the network.
async fn greet(stream: TcpStream, peer: SocketAddr, entrance: Arc<Entrance>) {
    let Some(_place) = entrance.crowd.enter(peer.ip().to_canonical()) else {
        return;
    };
    let Ok(address) = stream.local_addr() else {
        return;
    };
    let config = Arc::clone(&entrance.tls.borrow());
    let agreed = timeout(LAN_PATIENCE, TlsAcceptor::from(config).accept(stream)).await;
    let Ok(Ok(stream)) = agreed else {
        return;
    };
    let door = Door::network(&entrance.names, address, peer.ip());
    let service = TowerToHyperService::new(entrance.router.clone().layer(Extension(door)));
    let mut stopped = entrance.stopped.clone();
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(LAN_PATIENCE)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        // How a connection ends is the browser's business.
        _ = connection.as_mut() => {}
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = timeout(LAN_GOODBYE, connection).await;
        }
    }
}

/// How many connections there are, in all and of each address.
#[derive(Debug, Default)]
struct Crowd(Mutex<HashMap<IpAddr, usize>>);

impl Crowd {
    /// A place for one more of that address, if there is one.
    fn enter(&self, address: IpAddr) -> Option<Place<'_>> {
        let mut there = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = there.values().sum();
        let own = there.entry(address).or_default();
        if all >= MAX_LAN_CONNECTIONS || *own >= MAX_LAN_CONNECTIONS_OF_ADDRESS {
            return None;
        }
        *own += 1;
        Some(Place {
            crowd: self,
            address,
        })
    }
}

/// A connection's place, given back when it ends.
struct Place<'a> {
    crowd: &'a Crowd,
    address: IpAddr,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut there = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = there.get_mut(&self.address) {
            *own -= 1;
            if *own == 0 {
                there.remove(&self.address);
            }
        }
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates")
            .field("computer", &self.computer)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_computer_does_not_take_every_place() {
        let crowd = Crowd::default();
        let address = |last: u16| IpAddr::from([10, 0, (last >> 8) as u8, last as u8]);
        let greedy: Vec<_> = (0..MAX_LAN_CONNECTIONS)
            .map_while(|_| crowd.enter(address(1)))
            .collect();
        assert_eq!(greedy.len(), MAX_LAN_CONNECTIONS_OF_ADDRESS);
        let others: Vec<_> = (2..2_000)
            .map_while(|last| crowd.enter(address(last)))
            .collect();
        assert_eq!(greedy.len() + others.len(), MAX_LAN_CONNECTIONS);
        drop(greedy);
        assert!(crowd.enter(address(1)).is_some());
        drop(others);
    }
}
