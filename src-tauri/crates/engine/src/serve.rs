//! Starting the engine, keeping it running, and ending it politely.

use crate::{
    certificates::{Authority, CertificateEnd},
    health::Moved,
    house::House,
    one_office::{Around, OneOffice, Opened, Setup},
    options::{Media, Serve, Sip},
    start_failed::StartFailed,
};
use api::{Offices, SipListener};
use host::{
    HostConfig, Origins,
    tls::{TlsError, Trust},
};
use serde::Serialize;
use sip_transaction::Mark;
use sip_transport::Transport;
use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio::runtime::Runtime;

/// The mark of the first office. It has one though it gets all that is not marked: what others send
/// back to it must not be taken for another office's because of the domains it names.
pub(crate) const FIRST: Mark = Mark(1);

/// How long running calls may take to end when the engine is stopped.
pub(crate) const GOODBYE: Duration = Duration::from_secs(5);
/// Far below the time a certificate is valid.
pub(crate) const CERTIFICATE_RENEWAL: Duration = Duration::from_secs(30 * 86_400);
/// The API and the signals; calls have threads of their own.
const WORKER_THREADS: usize = 2;

/// Runs the engine until it is told to stop.
///
/// # Errors
/// A sentence for the person at the terminal or in front of the window.
pub(crate) fn serve(options: Serve) -> Result<(), StartFailed> {
    let data = options.data.clone().or_else(data_folder::default);
    let data = data.ok_or(StartFailed::NoDataFolder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKER_THREADS)
        .enable_all()
        .build()?;
    let outcome = start_and_wait(options, &data, &runtime);
    // A request that waits for a hanging disk must not keep the engine from ending.
    runtime.shutdown_background();
    outcome
}

fn start_and_wait(options: Serve, data: &Path, runtime: &Runtime) -> Result<(), StartFailed> {
    let within = runtime.enter();
    // From here on, a signal ends the engine politely.
    let signals = Signals::new()?;
    // Not within a task: a host that cannot start waits for its own threads to end.
    let engine = Engine::start(options, data)?;
    engine.house.start_all();
    engine.ready.print();
    engine.say_what_is_next(data);
    drop(within);
    runtime.block_on(wait(engine, signals));
    Ok(())
}

/// Runs until a signal comes, then ends calls.
async fn wait(engine: Engine, mut signals: Signals) {
    tokio::select! {
        () = signals.next() => {}
        () = engine.first.look_after() => {}
        () = renew_certificate(&engine) => {}
    }
    tracing::info!("stopping");
    tokio::select! {
        () = engine.stop() => {}
        // Whoever asks twice does not want to wait.
        () = signals.next() => {}
    }
}

/// The first office, the further ones, and what all of them share.
struct Engine {
    first: OneOffice,
    house: Arc<House>,
    authority: Arc<Authority>,
    certificate: Arc<CertificateEnd>,
    ready: Ready,
}

/// What programs that start the engine wait for, on one line of standard output.
#[derive(Serialize)]
struct Ready {
    api: String,
    sip: Vec<SipListener>,
}

impl Engine {
    fn start(options: Serve, data: &Path) -> Result<Self, StartFailed> {
        let setup = Setup {
            mark: FIRST,
            media_ports: options.media_ports.clone(),
            always_relay: options.media == Media::Relay,
        };
        let (opened, switch) = Opened::open(data, &setup, |_, _| Ok(()))?;
        let house = Arc::new(House::new(&options, data));
        let (listener, address) = listen(options.api)?;
        let authority = Arc::new(Authority::of_office(data)?);
        let (sip, moved) = at_free_ports(options.sip);
        let config = host_config(sip, &authority, address, data)?;
        let host = host::start(&config, switch, opened.sinks()?)?;
        // Only now it is known under which addresses phones find us.
        let addresses: Vec<IpAddr> = host
            .bound()
            .iter()
            .map(|bound| bound.address.ip())
            .collect();
        let domains = opened.domains();
        let shown = authority.issue_under(&domains, &addresses)?;
        host.set_identity(&shown)?;
        let certificate = Arc::new(CertificateEnd::of(&shown));
        house.connect(host.sockets(), Arc::clone(opened.keeper()));
        let first = opened.run(
            host,
            Around {
                listener,
                address,
                authority: Arc::clone(&authority),
                certificate: Arc::clone(&certificate),
                moved,
                domains: None,
                offices: Some(Arc::clone(&house) as Arc<dyn Offices>),
            },
        )?;
        let ready = Ready {
            api: format!("http://{address}"),
            sip: first.desk.listeners().to_vec(),
        };
        Ok(Self {
            first,
            house,
            authority,
            certificate,
            ready,
        })
    }

    /// Ends calls, then writes what is left to write. The first office goes last: it has the sockets.
    async fn stop(self) {
        let Self { first, house, .. } = self;
        let further = tokio::task::spawn_blocking(move || house.stop_all());
        if tokio::time::timeout(GOODBYE, further).await.is_err() {
            tracing::warn!("some calls of further offices did not end in time");
        }
        first.stop().await;
    }

    /// On standard error, for the person who started the engine by hand.
    fn say_what_is_next(&self, data: &Path) {
        if self.first.desk.office().persons().len() > 0 {
            return;
        }
        let ctl = if Some(data) == data_folder::default().as_deref() {
            "cordboardctl".to_owned()
        } else {
            format!("cordboardctl --data {}", data.display())
        };
        eprintln!(
            "\nCordboard is running, and the office is still empty. What to do next:\n\
             \n  1. Add a person:    {ctl} person add \"Anna\" --extension 101\
             \n  2. Add their phone: {ctl} device add 101 \"Desk phone\"\
             \n  3. Type what that prints into any SIP phone; do the same for a second person.\
             \n\nOr do all of that in the window; in a browser of this computer it opens with the link \
             that this prints: {ctl} open\n"
        );
    }
}

impl Ready {
    fn print(&self) {
        let mut output = std::io::stdout().lock();
        // Nobody may be reading; the engine runs all the same.
        if let Ok(json) = serde_json::to_string(self) {
            let _ = writeln!(output, "ready {json}").and_then(|()| output.flush());
        }
    }
}

/// Ctrl+C, and SIGTERM where there is such a thing.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Keeps the certificate from lapsing, and from being vouched for by an authority that was
/// replaced; never ends.
async fn renew_certificate(engine: &Engine) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(CERTIFICATE_RENEWAL) => {}
            () = engine.authority.replaced() => {}
            () = engine.first.plate.renamed() => {}
        }
        if let Err(why) = show_certificate(engine) {
            tracing::error!(%why, "the certificate could not be renewed");
        }
    }
}

/// Shows phones a new certificate for the addresses they find us under.
fn show_certificate(engine: &Engine) -> Result<(), TlsError> {
    let addresses: Vec<IpAddr> = engine
        .first
        .host
        .bound()
        .iter()
        .map(|bound| bound.address.ip())
        .collect();
    let domains = engine.first.plate.domains(&engine.first.desk.office());
    let shown = engine.authority.issue_under(&domains, &addresses)?;
    engine.first.host.set_identity(&shown)?;
    engine.certificate.set(&shown);
    Ok(())
}

pub(crate) fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartFailed> {
    let open = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    open().map_err(|why| StartFailed::Api { address, why })
}

/// Where phones look for SIP unless they are told otherwise (RFC 3261 §19.1.2).
const USUAL_PORT: u16 = 5060;
/// Tried after it, each with the port after it for TLS.
const NEXT_PORTS: [u16; 9] = [5062, 5064, 5066, 5068, 5070, 5072, 5074, 5076, 5078];

/// Where SIP is taken. The usual ports may be another program's; then an office that asked for none
/// gets the next ones, and the health check says so: phones that work are better than a refusal.
fn at_free_ports(asked: Sip) -> (Sip, Option<Moved>) {
    if asked != Sip::default() {
        return (asked, None);
    }
    let Some(taken) = taken_at(USUAL_PORT) else {
        return (asked.or_everywhere(USUAL_PORT), None);
    };
    let next = NEXT_PORTS
        .into_iter()
        .find(|port| taken_at(*port).is_none());
    let Some(port) = next else {
        // Binding the usual ones names who holds them.
        return (asked.or_everywhere(USUAL_PORT), None);
    };
    let holder = [Transport::Udp, Transport::Tcp]
        .into_iter()
        .find_map(|transport| host::holder_of(transport, taken));
    let moved = Moved {
        wanted: taken.port(),
        port: port + (taken.port() - USUAL_PORT),
        holder,
    };
    tracing::warn!(
        wanted = moved.wanted,
        port = moved.port,
        "a port for phones is taken; the next one is used"
    );
    (asked.or_everywhere(port), Some(moved))
}

/// The port that is not to be had, of those SIP needs from `port` on.
fn taken_at(port: u16) -> Option<SocketAddr> {
    let [plain, tls] = [port, port + 1].map(|port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)));
    let is_free = |place| UdpSocket::bind(place).is_ok() && TcpListener::bind(place).is_ok();
    if !is_free(plain) {
        return Some(plain);
    }
    TcpListener::bind(tls).is_err().then_some(tls)
}

/// Where to listen, and whom to believe.
fn host_config(
    sip: Sip,
    authority: &Authority,
    api: SocketAddr,
    data: &Path,
) -> Result<HostConfig, StartFailed> {
    let plain: Vec<SocketAddr> = sip.plain.into_iter().map(with_port).collect();
    Ok(HostConfig {
        udp: plain.clone(),
        tcp: plain,
        tls: sip.tls,
        ws: sip.ws,
        wss: sip.wss,
        identity: Some(authority.issue(&[])?),
        trust: Trust {
            system: true,
            authorities: vec![authority.identity().certificates],
        },
        origins: Origins::Only(vec![
            format!("http://{api}"),
            format!("http://localhost:{}", api.port()),
        ]),
        name_servers: None,
        data: data.to_owned(),
        mark: FIRST,
    })
}

/// Port 0 as a port that is free for UDP and TCP alike: both are to share it.
fn with_port(address: SocketAddr) -> SocketAddr {
    const TRIES: usize = 16;
    if address.port() != 0 {
        return address;
    }
    let free_for_both = || {
        let udp = UdpSocket::bind(address)
            .and_then(|socket| socket.local_addr())
            .ok()?;
        TcpListener::bind(udp).is_ok().then_some(udp.port())
    };
    let port = (0..TRIES).find_map(|_| free_for_both());
    SocketAddr::new(address.ip(), port.unwrap_or(0))
}
