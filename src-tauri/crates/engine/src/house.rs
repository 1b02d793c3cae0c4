//! The further offices of this engine: each a whole office in a folder of its own below the first's,
//! with threads of its own, sharing the first's sockets.

use crate::{
    certificates::{Authority, CertificateEnd},
    one_office::{Around, OneOffice, Opened, Setup},
    options::{Media, Serve},
    serve::{FIRST, listen},
    start_failed::StartFailed,
};
use api::{Api, Keeper, Offices};
use host::{Beside, Nameplate, Sockets};
use office::{Domain, LineTransport, Office, OfficeSettings, SipPlace};
use sip_server::{guard::Network, house::inner_name, line::Source};
use sip_transaction::Mark;
use sip_transport::Transport;
use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock},
};
use store::{
    FurtherOffice, FurtherOfficeId, OfficeFolder, Store, StoreError, limits::FURTHER_OFFICES_MAX,
};
use tokio::{
    runtime::Handle,
    sync::{Notify, oneshot},
    task::JoinHandle,
};

/// Below the data folder of the first office.
const FOLDER: &str = "offices";

/// The further offices.
#[derive(Debug)]
pub(crate) struct House {
    data: PathBuf,
    /// Where the APIs are: the address of the first's.
    ip: IpAddr,
    always_relay: bool,
    first_media_ports: RangeInclusive<u16>,
    media_ports: RangeInclusive<u16>,
    runtime: Handle,
    first: OnceLock<First>,
    rooms: Mutex<Rooms>,
}

/// What of the first office the others need.
#[derive(Debug)]
struct First {
    sockets: Sockets,
    keeper: Arc<Keeper>,
}

#[derive(Debug, Default)]
struct Rooms {
    running: BTreeMap<FurtherOfficeId, Running>,
    /// Why those that should run do not.
    trouble: BTreeMap<FurtherOfficeId, String>,
    /// Nobody moves in any more.
    closing: bool,
}

#[derive(Debug)]
struct Running {
    api: Arc<Api>,
    keeper: Arc<Keeper>,
    plate: Arc<Plate>,
    /// Which part of the ports for sound it has.
    part: usize,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl House {
    pub(crate) fn new(options: &Serve, data: &Path) -> Self {
        Self {
            data: data.join(FOLDER),
            ip: options.api.ip(),
            always_relay: options.media == Media::Relay,
            first_media_ports: options.media_ports.clone(),
            media_ports: options.further_media_ports.clone(),
            runtime: Handle::current(),
            first: OnceLock::new(),
            rooms: Mutex::default(),
        }
    }

    /// The first office runs.
    pub(crate) fn connect(&self, sockets: Sockets, keeper: Arc<Keeper>) {
        // What was connected first stays.
        let _ = self.first.set(First { sockets, keeper });
    }

    /// Starts all offices that are to run. One that cannot keeps no other from it.
    pub(crate) fn start_all(&self) {
        let Some(first) = self.first.get() else {
            return;
        };
        let listed = self
            .runtime
            .block_on(first.keeper.ask(|store| store.further_offices()));
        match listed {
            Ok(offices) => {
                for office in offices.into_iter().filter(|office| office.value.enabled) {
                    // Why it does not run is in the log, and on the list.
                    let _ = self.start(&office.value);
                }
            }
            Err(why) => tracing::error!(%why, "the further offices could not be read"),
        }
    }

    /// Ends all offices, all at the same time.
    pub(crate) fn stop_all(&self) {
        let running = {
            let mut rooms = self.rooms();
            rooms.closing = true;
            std::mem::take(&mut rooms.running)
        };
        let ending: Vec<JoinHandle<()>> = running.into_values().map(Running::end).collect();
        for ended in ending {
            let _ = self.runtime.block_on(ended);
        }
    }

    fn try_start(&self, office: &FurtherOffice, part: usize) -> Result<Running, StartFailed> {
        let _within = self.runtime.enter();
        let first = self.first.get().ok_or(StartFailed::NoSockets)?;
        let mark = mark_of(office.id).ok_or(StartFailed::NoSockets)?;
        let data = self.data.join(office.folder.as_str());
        let setup = Setup {
            mark,
            media_ports: self.part_of_ports(part)?,
            always_relay: self.always_relay,
        };
        let (opened, switch) = Opened::open(&data, &setup, |store, founded| {
            prepare(store, office, founded)
        })?;
        let (listener, address) = self.listen(office.api_port)?;
        let (id, port) = (office.id, address.port());
        if office.api_port != Some(port) {
            first.keeper.work(move |store| {
                if let Err(why) = store.keep_office_port(id, port) {
                    tracing::warn!(%why, "where an office's window is could not be kept");
                }
            });
        }
        // Its backup files hold this; the first office's own is none of its business.
        let authority = Arc::new(Authority::of_office(&data)?);
        let certificate = Arc::new(CertificateEnd::of(&authority.issue(&[])?));
        let beside = Beside {
            mark,
            data,
            origins: vec![
                format!("http://{address}"),
                format!("http://localhost:{port}"),
            ],
        };
        let keeper = Arc::clone(opened.keeper());
        let host = first.sockets.start(&beside, switch, opened.sinks()?)?;
        let accent = accent_of(office);
        let office = opened.run(
            host,
            Around {
                listener,
                address,
                authority,
                certificate,
                moved: None,
                domains: Some(office.domains.clone()),
                offices: None,
            },
        )?;
        office.desk.set_accent(accent);
        let (api, plate) = (Arc::clone(&office.api), Arc::clone(&office.plate));
        let (stop, stopping) = oneshot::channel();
        Ok(Running {
            api,
            keeper,
            plate,
            part,
            stop,
            ended: self.runtime.spawn(live(office, stopping)),
        })
    }

    /// Where its API was, so that links still lead there; anywhere if that is taken.
    fn listen(
        &self,
        port: Option<u16>,
    ) -> Result<(std::net::TcpListener, SocketAddr), StartFailed> {
        let at = |port| listen(SocketAddr::new(self.ip, port));
        match port {
            Some(port) => at(port).or_else(|_| at(0)),
            None => at(0),
        }
    }

    /// All parts are equal, so that an office that is added takes nothing from those that run.
    fn part_of_ports(&self, part: usize) -> Result<RangeInclusive<u16>, StartFailed> {
        let ports = &self.media_ports;
        let meets = |one: &RangeInclusive<u16>, other: &RangeInclusive<u16>| {
            one.start() <= other.end() && other.start() <= one.end()
        };
        if meets(ports, &self.first_media_ports) {
            return Err(StartFailed::MediaPortsMeet);
        }
        let all = usize::from(ports.end() - ports.start()) + 1;
        let each = all / FURTHER_OFFICES_MAX;
        let first = usize::from(*ports.start()) + part * each;
        let bounds = (first, first + each.saturating_sub(1));
        match (u16::try_from(bounds.0), u16::try_from(bounds.1)) {
            (Ok(first), Ok(last)) if each > 1 => Ok(first..=last),
            _ => Err(StartFailed::TooFewFurtherMediaPorts),
        }
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Offices for House {
    fn start(&self, office: &FurtherOffice) -> Result<(), String> {
        // Held while it starts: two starts of one office must not meet.
        let mut rooms = self.rooms();
        if rooms.closing {
            return Err("the engine is stopping".to_owned());
        }
        if rooms.running.contains_key(&office.id) {
            return Ok(());
        }
        let is_free = |part: &usize| rooms.running.values().all(|running| running.part != *part);
        let part = (0..FURTHER_OFFICES_MAX).find(is_free);
        let started = part
            .ok_or(StartFailed::TooFewFurtherMediaPorts)
            .and_then(|part| self.try_start(office, part));
        match started {
            Ok(running) => {
                tracing::info!(office = office.name, "a further office runs");
                rooms.trouble.remove(&office.id);
                rooms.running.insert(office.id, running);
                Ok(())
            }
            Err(why) => {
                let why = why.to_string();
                tracing::error!(office = office.name, why, "a further office cannot run");
                rooms.trouble.insert(office.id, why.clone());
                Err(why)
            }
        }
    }

    fn changed(&self, office: &FurtherOffice) {
        let Some((api, keeper, plate)) = self.rooms().running.get(&office.id).map(|running| {
            let Running {
                api, keeper, plate, ..
            } = running;
            (Arc::clone(api), Arc::clone(keeper), Arc::clone(plate))
        }) else {
            return;
        };
        plate.answer_for(office.domains.clone(), &api.desk().office());
        api.desk().set_accent(accent_of(office));
        let domains = office.domains.clone();
        let told = keeper.change(move |change| change.set_domains(&domains));
        if let Err(why) = self.runtime.block_on(told) {
            tracing::error!(%why, "an office could not be told its domains");
        }
    }

    fn stop(&self, id: FurtherOfficeId) {
        let running = {
            let mut rooms = self.rooms();
            rooms.trouble.remove(&id);
            rooms.running.remove(&id)
        };
        if let Some(running) = running {
            let _ = self.runtime.block_on(running.end());
        }
    }

    fn running(&self, id: FurtherOfficeId) -> Option<Arc<Api>> {
        let rooms = self.rooms();
        rooms
            .running
            .get(&id)
            .map(|running| Arc::clone(&running.api))
    }

    fn trouble(&self, id: FurtherOfficeId) -> Option<String> {
        self.rooms().trouble.get(&id).cloned()
    }

    fn inner_name(&self, id: Option<FurtherOfficeId>) -> Option<Domain> {
        let mark = match id {
            Some(id) => mark_of(id)?,
            None => FIRST,
        };
        Domain::parse(&inner_name(mark)).ok()
    }

    fn has_folder(&self, folder: &OfficeFolder) -> bool {
        self.data.join(folder.as_str()).exists()
    }
}

impl Running {
    /// Has it end; what is given ends with it.
    fn end(self) -> JoinHandle<()> {
        // It has ended already if nobody hears.
        let _ = self.stop.send(());
        self.ended
    }
}

/// An office from its start to its end.
async fn live(office: OneOffice, stopping: oneshot::Receiver<()>) {
    tokio::select! {
        () = office.look_after() => {}
        () = office.keep_certificate() => {}
        _ = stopping => {}
    }
    office.stop().await;
}

/// An office that was just founded begins as the list says; one that is older is told its domains.
fn prepare(store: &mut Store, office: &FurtherOffice, founded: bool) -> Result<(), StoreError> {
    let settings = store.settings()?;
    let mut wanted = settings.value.clone();
    if founded {
        wanted = OfficeSettings {
            name: office.name.clone(),
            language: office.language.clone(),
            time_zone: office.time_zone,
            ..wanted
        };
    }
    wanted.domains.clone_from(&office.domains);
    if wanted == settings.value {
        return Ok(());
    }
    store.change(|change| change.edit_settings(&wanted, settings.revision))?;
    Ok(())
}

fn accent_of(office: &FurtherOffice) -> Option<String> {
    let accent = office.accent.as_ref();
    accent.map(|accent| accent.as_str().to_owned())
}

/// The first office has 1.
fn mark_of(id: FurtherOfficeId) -> Option<Mark> {
    u16::try_from(id.0).ok()?.checked_add(1).map(Mark)
}

/// What an office answers for, kept current.
#[derive(Debug)]
pub(crate) struct Plate {
    nameplate: Nameplate,
    /// As the list of offices says; none for the first, whose own settings say it.
    domains: RwLock<Option<Vec<Domain>>>,
    /// What it said last.
    said: Mutex<Vec<Domain>>,
    renamed: Notify,
}

impl Plate {
    pub(crate) fn new(nameplate: Nameplate, domains: Option<Vec<Domain>>) -> Self {
        Self {
            nameplate,
            domains: RwLock::new(domains),
            said: Mutex::default(),
            renamed: Notify::new(),
        }
    }

    /// What the office answers for.
    pub(crate) fn domains(&self, office: &Office) -> Vec<Domain> {
        let listed = self.domains.read().unwrap_or_else(PoisonError::into_inner);
        let domains = listed.as_ref().unwrap_or(&office.settings().domains);
        domains.clone()
    }

    /// Waits until it answers for other domains, or returns at once if it does since the last time.
    pub(crate) async fn renamed(&self) {
        self.renamed.notified().await;
    }

    /// The office is as it is now.
    pub(crate) fn set(&self, office: &Arc<Office>) {
        let domains = self.domains(office);
        {
            let said = self.said.lock();
            let mut said = said.unwrap_or_else(PoisonError::into_inner);
            if *said != domains {
                said.clone_from(&domains);
                self.renamed.notify_one();
            }
        }
        let domains = domains.iter().map(|domain| domain.as_str().to_owned());
        self.nameplate
            .set(office, domains.collect(), sources(office));
    }

    /// The list says otherwise from now on.
    fn answer_for(&self, domains: Vec<Domain>, office: &Arc<Office>) {
        let listed = self.domains.write();
        *listed.unwrap_or_else(PoisonError::into_inner) = Some(domains);
        self.set(office);
    }
}

/// Where the lines and the peers of an office are, as far as its settings name addresses. Where names
/// lead, its host learns.
fn sources(office: &Office) -> Vec<Source> {
    let mut sources = Vec::new();
    for trunk in office.trunks().filter(|trunk| trunk.enabled) {
        let places = [Some(&trunk.server), trunk.outbound_proxy.as_ref()];
        sources.extend(places.into_iter().flatten().filter_map(at_place));
        sources.extend(trunk.networks.iter().filter_map(from_network));
    }
    for peer in office.peers().filter(|peer| peer.enabled) {
        sources.extend(peer.place.as_ref().and_then(at_place));
        sources.extend(peer.networks.iter().filter_map(from_network));
    }
    sources
}

fn at_place(place: &SipPlace) -> Option<Source> {
    let network: Network = place.host.as_str().parse().ok()?;
    let transport = match place.transport {
        LineTransport::Tls => Some(Transport::Tls),
        LineTransport::Auto | LineTransport::Udp | LineTransport::Tcp => None,
    };
    Some(Source {
        transport,
        ..network.into()
    })
}

fn from_network(network: &office::Network) -> Option<Source> {
    let network: Network = network.as_str().parse().ok()?;
    Some(network.into())
}
