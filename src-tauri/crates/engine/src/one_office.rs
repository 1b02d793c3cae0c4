//! One office of the engine: its data, its switch on threads of its own, its API, and what is done
//! for it now and then.

use crate::{
    certificates::{Authority, CertificateEnd, computer_name},
    courier,
    disk_watch::DiskWatch,
    engine_file::EngineFile,
    health::{AuditLog, Health, Moved, Sound, disk},
    house::Plate,
    serve::{CERTIFICATE_RENEWAL, GOODBYE},
    start_failed::StartFailed,
    voicemail,
};
use api::{Api, Certificates, Clerk, Configuration, Desk, Keeper, Keys, Offices, SipListener};
use host::{Bound, Host, Sinks, wall_clock};
use office::Domain;
use sip_transaction::Mark;
use sip_transport::{Flow, Transport};
use std::{
    net::{SocketAddr, TcpListener},
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use store::{OpenReport, Store, StoreError, StoredBinding};
use switch::{Input, KnownBinding, Switch, SwitchConfig};
use tokio::sync::oneshot;

/// A backup soon after the start, for computers that run for less than an hour at a time.
const FIRST_BACKUP: Duration = Duration::from_secs(5 * 60);
const BACKUP_INTERVAL: Duration = Duration::from_secs(60 * 60);
/// Phones that are on their way back after a restart are not missed yet.
const FIRST_CHECK: Duration = Duration::from_secs(150);
const CHECK_INTERVAL: Duration = Duration::from_secs(5 * 60);
const WATCH_INTERVAL: Duration = Duration::from_secs(5);

/// An office that runs.
#[derive(Debug)]
pub(crate) struct OneOffice {
    pub(crate) host: Host,
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) api: Arc<Api>,
    pub(crate) plate: Arc<Plate>,
    authority: Arc<Authority>,
    certificate: Arc<CertificateEnd>,
    disk: Arc<DiskWatch>,
    data: PathBuf,
    _file: EngineFile,
    /// Dropping it lets the API end.
    _serving: oneshot::Sender<()>,
}

/// What an office is started with.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) mark: Mark,
    pub(crate) media_ports: RangeInclusive<u16>,
    pub(crate) always_relay: bool,
}

/// What is around an office.
pub(crate) struct Around {
    /// Where its API is served.
    pub(crate) listener: TcpListener,
    pub(crate) address: SocketAddr,
    /// Who vouches for its window towards other computers.
    pub(crate) authority: Arc<Authority>,
    /// Of the certificate that phones are shown.
    pub(crate) certificate: Arc<CertificateEnd>,
    pub(crate) moved: Option<Moved>,
    /// The domains it answers for; as its own settings say if none.
    pub(crate) domains: Option<Vec<Domain>>,
    pub(crate) offices: Option<Arc<dyn Offices>>,
}

/// An office whose data is open, and whose switch has yet to get its sockets.
pub(crate) struct Opened {
    keeper: Arc<Keeper>,
    desk: Arc<Desk>,
    keys: Keys,
    mark: Mark,
    media_ports: RangeInclusive<u16>,
    data: PathBuf,
}

impl Opened {
    /// Opens the data. `prepare` may change it before anything is read, and is told whether the office
    /// was founded just now.
    pub(crate) fn open(
        data: &Path,
        setup: &Setup,
        prepare: impl FnOnce(&mut Store, bool) -> Result<(), StoreError>,
    ) -> Result<(Self, Switch), StartFailed> {
        let started = Instant::now();
        let (mut store, report) = Store::open(data)?;
        tell_report(&report);
        prepare(&mut store, report.founded)?;
        voicemail::recover(&mut store, data)?;
        let configuration = Configuration::read(&store)?;
        let keys = Keys {
            token: store.api_token()?,
            passes: store.session_key()?,
        };
        let unix_ms = wall_clock();
        let mut seed = [0u8; 32];
        getrandom::fill(&mut seed).map_err(StartFailed::Random)?;
        let config = SwitchConfig {
            media_ports: setup.media_ports.clone(),
            always_relay: setup.always_relay,
            first_call: report.last_call.0 + 1,
            mark: setup.mark,
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
        let desk = Arc::new(Desk::new(configuration, started));
        let keeper = Arc::new(Keeper::start(store, Arc::clone(&desk))?);
        let opened = Self {
            keeper,
            desk,
            keys,
            mark: setup.mark,
            media_ports: setup.media_ports.clone(),
            data: data.to_owned(),
        };
        Ok((opened, switch))
    }

    /// What its settings say it answers for.
    pub(crate) fn domains(&self) -> Vec<Domain> {
        self.desk.office().settings().domains.clone()
    }

    pub(crate) fn keeper(&self) -> &Arc<Keeper> {
        &self.keeper
    }

    /// Where the news of its switch goes.
    pub(crate) fn sinks(&self) -> std::io::Result<Sinks> {
        sinks(&self.desk, &self.keeper)
    }

    /// Everything else of an office whose switch runs on `host`.
    pub(crate) fn run(self, host: Host, around: Around) -> Result<OneOffice, StartFailed> {
        let Self {
            keeper,
            desk,
            keys,
            mark,
            media_ports,
            data,
        } = self;
        let Around {
            listener,
            address,
            authority,
            certificate,
            moved,
            domains,
            offices,
        } = around;
        let plate = Arc::new(Plate::new(host.nameplate(), domains));
        plate.set(&desk.office());
        let sip: Vec<SipListener> = host.bound().iter().map(sip_listener).collect();
        let (inbox, named) = (host.inbox().clone(), Arc::clone(&plate));
        let switch = move |input: Input| {
            if let Input::OfficeChanged(office) = &input {
                named.set(office);
            }
            inbox.push(input).is_ok()
        };
        desk.connect(switch, sip);
        let disk = Arc::new(DiskWatch::start(&data)?);
        let health = Health {
            desk: Arc::downgrade(&desk),
            data: data.clone(),
            disk: Arc::clone(&disk),
            moved,
            media_ports,
            certificate: Arc::clone(&certificate),
            sound: Sound::of(host.punctuality()),
            audit: AuditLog::of(data.clone()),
        };
        desk.connect_health(move || health.check_all());
        courier::start(Arc::clone(&keeper), Arc::clone(&desk), &data)?;

        let certificates = Certificates {
            computer: computer_name(),
            authority: Arc::clone(&authority) as Arc<dyn api::Authority>,
        };
        let api = Api::new(
            Arc::clone(&desk),
            Arc::clone(&keeper),
            keys,
            certificates,
            address,
        );
        let api = Arc::new(match offices {
            Some(offices) => api.with_offices(offices),
            None => api.of_further_office(mark.0),
        });
        let (serving, stopped) = oneshot::channel::<()>();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let served = Arc::clone(&api);
        tokio::spawn(async move {
            let stopping = async { drop(stopped.await) };
            if let Err(why) = api::serve(listener, served, stopping).await {
                tracing::error!(%why, "window and command line are cut off");
            }
        });
        Ok(OneOffice {
            _file: EngineFile::write(&data, &format!("http://{address}"))?,
            host,
            keeper,
            desk,
            api,
            plate,
            authority,
            certificate,
            disk,
            data,
            _serving: serving,
        })
    }
}

impl OneOffice {
    /// What is done now and then; never ends.
    pub(crate) async fn look_after(&self) {
        tokio::select! {
            () = back_up_hourly(&self.keeper) => {}
            () = voicemail::sweep_hourly(&self.keeper, &self.desk, &self.data) => {}
            () = watch(&self.host, &self.desk) => {}
            () = check_health(&self.desk) => {}
            () = self.watch_disk() => {}
        }
    }

    /// Tells windows when the disk does not take what is written, and when it does again; never ends.
    async fn watch_disk(&self) {
        let tell = || self.desk.note_check(disk::check(&self.disk.found()));
        self.disk.watch(&self.desk, tell).await;
    }

    /// Shows those who name a domain of this office a certificate of its own, a new one when it has
    /// other domains or its authority was replaced; never ends.
    pub(crate) async fn keep_certificate(&self) {
        loop {
            let domains = self.plate.domains(&self.desk.office());
            let shown = self.authority.issue_under(&domains, &[]);
            let shown = shown.and_then(|shown| self.host.set_identity(&shown).map(|()| shown));
            match shown {
                Ok(shown) => self.certificate.set(&shown),
                Err(why) => tracing::error!(%why, "an office has no certificate of its own"),
            }
            tokio::select! {
                () = tokio::time::sleep(CERTIFICATE_RENEWAL) => {}
                () = self.authority.replaced() => {}
                () = self.plate.renamed() => {}
            }
        }
    }

    /// Ends its calls, then writes what is left to write.
    pub(crate) async fn stop(self) {
        let Self {
            host, keeper, desk, ..
        } = self;
        let goodbye = tokio::task::spawn_blocking(move || drop(host));
        if tokio::time::timeout(GOODBYE, goodbye).await.is_err() {
            tracing::warn!("some calls did not end in time");
        }
        // The disk is given all the time it needs.
        let _ = tokio::task::spawn_blocking(move || {
            keeper.stop();
            // The courier sees that there is nobody left to work for.
            desk.wake_courier();
        })
        .await;
    }
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
