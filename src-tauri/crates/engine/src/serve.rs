//! Starting the engine, keeping it running, and ending it politely.

use crate::{
    certificates::{Authority, CertificateEnd, computer_name},
    courier,
    engine_file::EngineFile,
    health::{Health, Moved},
    options::{Media, Serve, Sip},
    start_failed::StartFailed,
    voicemail,
};
use api::{Api, Certificates, Clerk, Configuration, Desk, Keeper, Keys, SipListener};
use host::{
    Bound, Host, HostConfig, Origins, Sinks,
    tls::{TlsError, Trust},
    wall_clock,
};
use serde::Serialize;
use sip_transport::{Flow, Transport};
use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use store::{OpenReport, Store, StoredBinding};
use switch::{Input, KnownBinding, Switch, SwitchConfig};
use tokio::{runtime::Runtime, sync::oneshot};

/// How long running calls may take to end when the engine is stopped.
const GOODBYE: Duration = Duration::from_secs(5);
/// A backup soon after the start, for computers that run for less than an hour at a time.
const FIRST_BACKUP: Duration = Duration::from_secs(5 * 60);
const BACKUP_INTERVAL: Duration = Duration::from_secs(60 * 60);
/// Far below the time a certificate is valid.
const CERTIFICATE_RENEWAL: Duration = Duration::from_secs(30 * 86_400);
/// Phones that are on their way back after a restart are not missed yet.
const FIRST_CHECK: Duration = Duration::from_secs(150);
const CHECK_INTERVAL: Duration = Duration::from_secs(5 * 60);
const WATCH_INTERVAL: Duration = Duration::from_secs(5);
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
    let file = EngineFile::write(data, &engine.ready.api)?;
    engine.ready.print();
    engine.say_what_is_next(data);
    drop(within);
    runtime.block_on(wait(engine, signals));
    drop(file);
    Ok(())
}

/// Runs until a signal comes, then ends calls.
async fn wait(engine: Engine, mut signals: Signals) {
    tokio::select! {
        () = signals.next() => {}
        () = back_up_hourly(&engine.keeper) => {}
        () = voicemail::sweep_hourly(&engine.keeper, &engine.desk, &engine.data) => {}
        () = renew_certificate(&engine) => {}
        () = watch(&engine.host, &engine.desk) => {}
        () = check_health(&engine.desk) => {}
    }
    tracing::info!("stopping");
    tokio::select! {
        () = engine.stop() => {}
        // Whoever asks twice does not want to wait.
        () = signals.next() => {}
    }
}

struct Engine {
    host: Host,
    authority: Arc<Authority>,
    certificate: Arc<CertificateEnd>,
    keeper: Arc<Keeper>,
    desk: Arc<Desk>,
    data: PathBuf,
    ready: Ready,
    /// Dropping it lets the API end.
    _serving: oneshot::Sender<()>,
}

/// What programs that start the engine wait for, on one line of standard output.
#[derive(Serialize)]
struct Ready {
    api: String,
    sip: Vec<SipListener>,
}

impl Engine {
    fn start(options: Serve, data: &Path) -> Result<Self, StartFailed> {
        let started = Instant::now();
        let (mut store, report) = Store::open(data)?;
        tell_report(&report);
        voicemail::recover(&mut store, data)?;
        let configuration = Configuration::read(&store)?;
        let keys = Keys {
            token: store.api_token()?,
            passes: store.session_key()?,
        };
        let unix_ms = wall_clock();
        let mut seed = [0u8; 32];
        getrandom::fill(&mut seed).map_err(StartFailed::Random)?;
        let media_ports = options.media_ports;
        let config = SwitchConfig {
            media_ports: media_ports.clone(),
            always_relay: options.media == Media::Relay,
            first_call: report.last_call.0 + 1,
            ..SwitchConfig::default()
        };
        let mut switch = Switch::new(
            Arc::clone(configuration.office()),
            config,
            seed,
            started,
            unix_ms,
        )
        .map_err(|_| StartFailed::TooFewMediaPorts)?;
        let bindings = store.load_bindings(unix_ms)?;
        switch.restore(bindings.into_iter().filter_map(known).collect());
        // Before anything is listened on: the lamps of phones are right with their first REGISTER.
        let counts = api::mailbox_counts(&store)?;
        switch.handle(started, Input::Mailboxes(counts.into()));
        for kept in api::outside_calls(&mut store, unix_ms)? {
            switch.handle(started, kept);
        }

        let (listener, address) = listen(options.api)?;
        let desk = Arc::new(Desk::new(configuration, started));
        let keeper = Arc::new(Keeper::start(store, Arc::clone(&desk))?);
        let authority = Arc::new(Authority::of_office(data)?);
        let (sip, moved) = at_free_ports(options.sip);
        let config = host_config(sip, &authority, address, data)?;
        let host = host::start(&config, switch, sinks(&desk, &keeper)?)?;
        // Only now it is known under which addresses phones find us.
        let addresses: Vec<IpAddr> = host
            .bound()
            .iter()
            .map(|bound| bound.address.ip())
            .collect();
        let shown = authority.issue(&addresses)?;
        host.set_identity(&shown)?;
        let certificate = Arc::new(CertificateEnd::of(&shown));
        let sip: Vec<SipListener> = host.bound().iter().map(sip_listener).collect();
        let inbox = host.inbox().clone();
        desk.connect(move |input: Input| inbox.push(input).is_ok(), sip.clone());
        let health = Health {
            desk: Arc::downgrade(&desk),
            data: data.to_owned(),
            moved,
            media_ports,
            certificate: Arc::clone(&certificate),
        };
        desk.connect_health(move || health.check_all());
        courier::start(Arc::clone(&keeper), Arc::clone(&desk), data)?;

        let api = Api::new(
            Arc::clone(&desk),
            Arc::clone(&keeper),
            keys,
            Certificates {
                computer: computer_name(),
                authority: Arc::clone(&authority) as Arc<dyn api::Authority>,
            },
            address,
        );
        let (serving, stopped) = oneshot::channel::<()>();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::spawn(async move {
            let stopping = async { drop(stopped.await) };
            if let Err(why) = api::serve(listener, api, stopping).await {
                tracing::error!(%why, "window and command line are cut off");
            }
        });
        Ok(Self {
            host,
            authority,
            certificate,
            keeper,
            desk,
            data: data.to_owned(),
            ready: Ready {
                api: format!("http://{address}"),
                sip,
            },
            _serving: serving,
        })
    }

    /// Ends calls, then writes what is left to write.
    async fn stop(self) {
        let Self { host, keeper, .. } = self;
        let goodbye = tokio::task::spawn_blocking(move || drop(host));
        if tokio::time::timeout(GOODBYE, goodbye).await.is_err() {
            tracing::warn!("some calls did not end in time");
        }
        // The disk is given all the time it needs.
        let _ = tokio::task::spawn_blocking(move || keeper.stop()).await;
    }

    /// On standard error, for the person who started the engine by hand.
    fn say_what_is_next(&self, data: &Path) {
        if self.desk.office().persons().len() > 0 {
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
        }
        if let Err(why) = show_certificate(engine) {
            tracing::error!(%why, "the certificate could not be renewed");
        }
    }
}

/// Shows phones a new certificate for the addresses they find us under.
fn show_certificate(engine: &Engine) -> Result<(), TlsError> {
    let addresses: Vec<IpAddr> = engine
        .host
        .bound()
        .iter()
        .map(|bound| bound.address.ip())
        .collect();
    let shown = engine.authority.issue(&addresses)?;
    engine.host.set_identity(&shown)?;
    engine.certificate.set(&shown);
    Ok(())
}

/// Says in the log when calls are no longer looked after; never ends.
async fn watch(host: &Host, desk: &Desk) {
    let mut was_well = true;
    loop {
        tokio::time::sleep(WATCH_INTERVAL).await;
        let is_well = host.is_well();
        if was_well && !is_well {
            let silent_for = host.silent_for();
            tracing::error!(
                ?silent_for,
                "the signalling thread hangs; please restart the engine"
            );
        }
        desk.set_well(is_well);
        was_well = is_well;
    }
}

/// Looks now and then whether all is well, so that what is not shows without being asked for;
/// never ends.
async fn check_health(desk: &Arc<Desk>) {
    let mut wait = FIRST_CHECK;
    loop {
        tokio::time::sleep(wait).await;
        wait = CHECK_INTERVAL;
        let desk = Arc::clone(desk);
        // Some checks wait for the disk or for a program of the system.
        let checked = tokio::task::spawn_blocking(move || desk.check_health());
        let _ = checked.await;
    }
}

/// Makes backups; never ends.
async fn back_up_hourly(keeper: &Keeper) {
    let mut wait = FIRST_BACKUP;
    loop {
        tokio::time::sleep(wait).await;
        wait = BACKUP_INTERVAL;
        match keeper.ask(|store| store.back_up(chrono::Utc::now())).await {
            Ok(_) => tracing::debug!("backed up"),
            Err(why) => tracing::error!(%why, "the hourly backup failed"),
        }
    }
}

fn sinks(desk: &Arc<Desk>, keeper: &Arc<Keeper>) -> std::io::Result<Sinks> {
    let clerk = Clerk::new(Arc::clone(keeper), Arc::clone(desk))?;
    let (keeper, telling, tracing) = (Arc::clone(keeper), Arc::clone(desk), Arc::clone(desk));
    let keeping = clerk.clone();
    Ok(Sinks {
        store: Box::new(move |write| keeper.keep(write)),
        tell: Box::new(move |happening| {
            tracing::debug!(what = ?happening.what);
            telling.tell(&happening);
            keeping.tell(&happening);
        }),
        trace: Box::new(move |message| tracing.trace(message)),
        ask: Box::new(move |id, question| clerk.ask(id, question)),
    })
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartFailed> {
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

fn sip_listener(bound: &Bound) -> SipListener {
    SipListener {
        transport: bound.transport.to_string(),
        address: bound.address,
    }
}

/// A registration of an earlier run; `None` if its transport is none of ours.
fn known(binding: StoredBinding) -> Option<KnownBinding> {
    let transport = Transport::from_uri_name(binding.transport.as_bytes(), false)?;
    Some(KnownBinding {
        device: binding.device,
        contact: binding.contact.into(),
        flow: Flow {
            transport,
            local: binding.local,
            remote: binding.source,
            connection: None,
        },
        path: binding.path.into_iter().map(Into::into).collect(),
        instance: binding.instance,
        reg_id: binding.reg_id,
        q: binding.q,
        expires_unix_ms: binding.expires_at,
        call_id: binding.call_id,
        cseq: binding.cseq,
        user_agent: binding.user_agent,
    })
}

fn tell_report(report: &OpenReport) {
    if report.founded {
        tracing::info!("a new office was founded");
    }
    for backup in &report.updated {
        tracing::info!(?backup, "the data was brought to this version's format");
    }
    if let Some(restored) = &report.restored {
        tracing::warn!(?restored, "the data was damaged; a backup took its place");
    }
}
