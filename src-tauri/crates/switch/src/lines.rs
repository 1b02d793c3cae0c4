//! The lines of the office: which there are, how each is, and whose a call from outside is.
//!
//! What a line does by itself is [`sip_server::line`]'s; this is one such line for each trunk that is
//! set up, begun anew when the trunk changes, and what is told of it.

mod incoming;
mod outgoing;
mod peers;
mod state;

pub(crate) use incoming::{Called, called, called_in_brief, caller, forwarded_from};
pub(crate) use outgoing::{Callee, ShownAs, write};

use crate::{
    features::moved,
    gate::LineHealth,
    happening::{CommandRefusal, KnownBy, What},
    limits::{LINES_BEGIN_APART, NETWORK_SETTLES},
    switch::Switch,
};
use office::{LineTransport, Office, PeerId, SipPlace, Trunk, TrunkAccess, TrunkId};
use outgoing::{account, from_domain};
use peers::LivePeer;
use sip_dialog::Ctx;
use sip_message::{Host, HostPort, Params, Request, Scheme, SipUri, Uri};
use sip_server::{
    digest::{Login, Secret},
    guard::Network,
    house::Knows,
    line::{self, ContactAddress, Entrance, LineConfig, LineNews, Register, Usable, whose},
};
use sip_transaction::{Endpoint, Event};
use sip_transport::Flow;
use state::Told;
use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

/// All lines.
#[derive(Debug)]
pub(crate) struct Lines {
    all: BTreeMap<TrunkId, LiveLine>,
    /// Other telephone systems.
    pub(crate) peers: BTreeMap<PeerId, LivePeer>,
    /// Lines that were taken away, until their providers know.
    leaving: Vec<line::Line>,
    /// By what calls of a registered line are known, kept over restarts by whoever starts us.
    tokens: BTreeMap<TrunkId, String>,
    /// When the network has been still long enough for lines to begin, or to register anew.
    settles: Option<Instant>,
    /// The time of the input that is being handled.
    pub(crate) now: Instant,
}

/// How well an office knows the number that an INVITE of a provider is for, whichever of its lines it
/// has there.
#[must_use]
pub fn knows_number(office: &Office, request: &Request) -> Knows {
    let country = office.settings().country.as_ref();
    let lines = office.trunks().filter(|trunk| trunk.enabled);
    let known = lines.map(|trunk| {
        // The CANCEL of a call has to be for the same office.
        let called = called_in_brief(trunk, request, country);
        if is_number_of(office, trunk.id, &called) {
            Knows::Number
        } else if called.had_prefix {
            Knows::Prefix
        } else {
            Knows::Nothing
        }
    });
    known.max().unwrap_or_default()
}

/// Whether the number called is one of the office's that may be called on that line.
fn is_number_of(office: &Office, line: TrunkId, called: &Called) -> bool {
    let number = office.phone_number(&called.text);
    number.is_some_and(|number| number.trunk.is_none_or(|only| only == line))
}

/// One line.
#[derive(Debug)]
pub(crate) struct LiveLine {
    pub(crate) trunk: Arc<Trunk>,
    /// None while it is off, or cannot be used as it is set up.
    pub(crate) machine: Option<line::Line>,
    /// When it begins; none once it has.
    begins: Option<Instant>,
    told: Option<Told>,
    /// Somebody waits for news of it, be they old.
    tell_anyway: bool,
}

impl Lines {
    pub(crate) fn new(now: Instant) -> Lines {
        Lines {
            all: BTreeMap::new(),
            peers: BTreeMap::new(),
            leaving: Vec::new(),
            tokens: BTreeMap::new(),
            settles: None,
            now,
        }
    }

    /// Whether a call should go out on it.
    pub(crate) fn health(&self, line: TrunkId) -> LineHealth {
        let machine = self.all.get(&line).and_then(|line| line.machine.as_ref());
        match machine.map(|machine| machine.usable(self.now)) {
            Some(Usable::Yes | Usable::Trial) => LineHealth::Up,
            Some(Usable::No { .. }) | None => LineHealth::Avoid,
        }
    }

    /// Our address as a line's provider sees it, where that is not our own.
    pub(crate) fn seen_by(&self, line: TrunkId) -> Option<IpAddr> {
        self.all.get(&line)?.machine.as_ref()?.seen()
    }

    /// Where a line's provider reaches us now.
    pub(crate) fn contact(&self, line: TrunkId, now: Instant, endpoint: &Endpoint) -> Option<Uri> {
        self.all
            .get(&line)?
            .machine
            .as_ref()?
            .contact(now, endpoint)
    }

    pub(crate) fn get_mut(&mut self, line: TrunkId) -> Option<&mut LiveLine> {
        self.all.get_mut(&line)
    }

    /// When something is due.
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let lines = self.all.values().flat_map(|line| {
            let due = line.machine.as_ref().and_then(line::Line::next_timeout);
            [line.begins, due].into_iter().flatten()
        });
        let leaving = self.leaving.iter().filter_map(line::Line::next_timeout);
        let peers = self.peers.values();
        let peers = peers.filter_map(|peer| peer.machine.as_ref()?.next_timeout());
        lines.chain(leaving).chain(peers).chain(self.settles).min()
    }

    /// Whose a request outside any dialog is that nobody has proved; `serves`: whether the number
    /// called is one of that line's.
    fn whose(
        &self,
        request: &Request,
        flow: &Flow,
        serves: impl Fn(TrunkId) -> bool,
    ) -> Option<(TrunkId, KnownBy)> {
        let entrances: Vec<(TrunkId, &Entrance)> = self
            .all
            .iter()
            .filter_map(|(id, line)| Some((*id, line.machine.as_ref()?.entrance())))
            .collect();
        let (line, by) = whose(request, flow, &entrances, serves)?;
        Some(match by {
            line::KnownBy::Token => (line, KnownBy::Registration),
            line::KnownBy::Source => (line, KnownBy::Address),
        })
    }
}

impl Switch {
    /// The lines are those of the office: new ones begin, changed ones begin anew.
    pub(crate) fn review_lines(&mut self) {
        let office = self.office();
        let gone: Vec<TrunkId> = self.lines.all.keys().copied().collect();
        let gone = gone.into_iter().filter(|id| office.trunk(*id).is_none());
        for id in gone.collect::<Vec<_>>() {
            if let Some(line) = self.lines.all.remove(&id) {
                self.leave(line.machine);
            }
            self.lines.tokens.remove(&id);
            self.tell(What::LineRemoved { line: id });
        }
        let mut begins = self.now();
        for trunk in office.trunks() {
            let known = self.lines.all.get(&trunk.id);
            if known.is_some_and(|known| is_same(&known.trunk, trunk)) {
                continue;
            }
            let before = self.lines.all.remove(&trunk.id);
            let told = before.as_ref().and_then(|before| before.told.clone());
            self.leave(before.and_then(|before| before.machine));
            let token = match self.lines.tokens.get(&trunk.id) {
                Some(token) => token.clone(),
                None => self.endpoint.token(),
            };
            self.lines.tokens.insert(trunk.id, token.clone());
            let mut ctx = Ctx {
                now: self.now,
                endpoint: &mut self.endpoint,
            };
            let machine = trunk
                .enabled
                .then(|| line::Line::new(&mut ctx, config(trunk, token)));
            let line = LiveLine {
                trunk: Arc::clone(trunk),
                begins: machine.as_ref().map(|_| begins),
                machine,
                told: told.map(|told| told.before_it_begins()),
                tell_anyway: true,
            };
            self.lines.all.insert(trunk.id, line);
            begins += LINES_BEGIN_APART;
        }
        if !self.is_listening() {
            // Nothing can be sent yet: they begin once we listen somewhere.
            for line in self.lines.all.values_mut() {
                line.begins = None;
            }
        }
        self.review_peers();
        self.exempt_lines();
        self.run_lines();
    }

    /// Where we listen has changed: once it stays so, lines begin, or register anew at once.
    pub(crate) fn network_changed(&mut self) {
        self.lines.settles = Some(self.now() + NETWORK_SETTLES);
    }

    /// By what calls of registered lines are known.
    pub(crate) fn keep_line_tokens(&mut self, tokens: BTreeMap<TrunkId, office::Secret>) {
        let tokens = tokens.into_iter();
        let mark = self.config.mark;
        let tokens = tokens.map(|(line, token)| (line, format!("{mark}{}", token.expose())));
        self.lines.tokens.extend(tokens);
        // A line that has not begun begins with its own.
        let begun = |line: &LiveLine| line.told.as_ref().is_some_and(|told| told.begun);
        self.lines.all.retain(|_, line| begun(line));
        self.review_lines();
    }

    /// Somebody wants a line tried now.
    pub(crate) fn try_line(&mut self, line: TrunkId) -> Result<(), CommandRefusal> {
        let live = self.lines.all.get_mut(&line);
        let live = live.ok_or(CommandRefusal::NoSuchLine)?;
        live.tell_anyway = true;
        if let Some(machine) = &mut live.machine {
            let mut ctx = Ctx {
                now: self.now,
                endpoint: &mut self.endpoint,
            };
            machine.retry(&mut ctx);
        } else if !live.trunk.enabled {
            return Err(CommandRefusal::LineOff);
        }
        self.run_lines();
        Ok(())
    }

    /// An event of the endpoint, which may be a line's own. `true`: it concerns nobody else.
    pub(crate) fn on_line_event(&mut self, event: &Event) -> bool {
        let mut ctx = Ctx {
            now: self.now,
            endpoint: &mut self.endpoint,
        };
        let lines = self.lines.all.values_mut();
        let mut all = lines
            .filter_map(|line| line.machine.as_mut())
            .chain(
                self.lines
                    .peers
                    .values_mut()
                    .filter_map(|peer| peer.machine.as_mut()),
            )
            .chain(&mut self.lines.leaving);
        let taken = all.any(|line| line.on_event(&mut ctx, event));
        if taken || matches!(event, Event::FlowClosed { .. }) {
            self.run_lines();
        }
        taken
    }

    /// Does what is due on the lines, and tells what is new.
    pub(crate) fn run_lines(&mut self) {
        let now = self.now;
        let settled = self.lines.settles.is_some_and(|at| at <= now) && self.is_listening();
        if settled {
            self.lines.settles = None;
        }
        let mut begins = now;
        let mut moved = false;
        let mut news = Vec::new();
        let mut ctx = Ctx {
            now,
            endpoint: &mut self.endpoint,
        };
        for line in self.lines.all.values_mut() {
            let Some(machine) = &mut line.machine else {
                continue;
            };
            if settled {
                match line.told.as_ref().is_some_and(|told| told.begun) {
                    true => machine.kick(&mut ctx),
                    false => {
                        line.begins = Some(begins);
                        begins += LINES_BEGIN_APART;
                    }
                }
            }
            if line.begins.is_some_and(|at| at <= now) {
                line.begins = None;
                machine.start(&mut ctx);
                line.told.get_or_insert_with(Told::starting).begun = true;
                line.tell_anyway = true;
            }
            if machine.next_timeout().is_some_and(|at| at <= now) {
                machine.handle_timeout(&mut ctx);
            }
            while let Some(what) = machine.poll() {
                moved |= matches!(what, LineNews::Located { .. });
                line.tell_anyway |= matches!(
                    what,
                    LineNews::Failed { .. } | LineNews::Refused { .. } | LineNews::Withheld(_)
                );
            }
        }
        for (id, line) in &mut self.lines.all {
            let told = Told::of(line, now);
            let is_new = line.told.as_ref().is_none_or(|before| !before.says(&told));
            if is_new || std::mem::take(&mut line.tell_anyway) {
                news.push((*id, told.clone()));
            }
            line.told = Some(told);
        }
        let peers = self.lines.peers.values_mut();
        for machine in peers.filter_map(|peer| peer.machine.as_mut()) {
            if settled {
                machine.kick(&mut ctx);
            }
            if machine.next_timeout().is_some_and(|at| at <= now) {
                machine.handle_timeout(&mut ctx);
            }
            while let Some(what) = machine.poll() {
                moved |= matches!(what, LineNews::Located { .. });
            }
        }
        self.lines.leaving.retain_mut(|line| {
            if line.next_timeout().is_some_and(|at| at <= now) {
                line.handle_timeout(&mut ctx);
            }
            !line.is_over()
        });
        if moved {
            self.exempt_lines();
        }
        if settled {
            moved::begin(self);
        }
        for (line, told) in news {
            let next_try_unix_ms = told.next_try.map(|at| {
                let wait = at.saturating_duration_since(now).as_millis();
                self.unix_ms() + i64::try_from(wait).unwrap_or(i64::MAX / 2)
            });
            self.tell(What::LineChanged {
                line,
                state: told.state,
                reason: told.reason,
                detail: told.detail,
                next_try_unix_ms,
            });
        }
    }

    /// The line a call from outside comes in on, and by what it is known to be that line's.
    pub(crate) fn line_of(&self, request: &Request, flow: &Flow) -> Option<(TrunkId, KnownBy)> {
        let office = self.office();
        let country = office.settings().country.clone();
        self.lines.whose(request, flow, |line| {
            let trunk = office.trunk(line);
            let called = trunk.map(|trunk| called(trunk, request, country.as_ref()));
            called.is_some_and(|called| is_number_of(&office, line, &called))
        })
    }

    /// Takes leave of a line's provider.
    fn leave(&mut self, machine: Option<line::Line>) {
        let Some(mut machine) = machine else {
            return;
        };
        let mut ctx = Ctx {
            now: self.now,
            endpoint: &mut self.endpoint,
        };
        machine.stop(&mut ctx);
        if !machine.is_over() {
            self.lines.leaving.push(machine);
        }
    }

    fn is_listening(&self) -> bool {
        !self.endpoint.transports_ref().listeners().is_empty()
    }

    /// What the lines' providers send is never taken for a flood.
    fn exempt_lines(&mut self) {
        let lines = self.lines.all.values().filter_map(|l| l.machine.as_ref());
        let peers = self.lines.peers.values().filter_map(|p| p.machine.as_ref());
        let machines = lines.chain(peers);
        let networks = machines.flat_map(|machine| {
            let sources = machine.config().sources.iter().map(|source| source.network);
            let targets = machine.entrance().targets.iter();
            let targets = targets.map(|target| Network::from(target.addr.ip()));
            sources.chain(targets).collect::<Vec<_>>()
        });
        let networks = networks.collect();
        self.door.guard.set_exempt(networks);
    }
}

/// Whether nothing has changed that a line would have to begin anew for.
fn is_same(one: &Trunk, other: &Trunk) -> bool {
    let secret = |trunk: &Trunk| trunk.password.as_ref().map(|p| p.expose().to_owned());
    let machine = |trunk: &Trunk| {
        (
            trunk.enabled,
            trunk.server.clone(),
            trunk.outbound_proxy.clone(),
            trunk.access,
            trunk.identity.clone(),
            trunk.realm.clone(),
            trunk.networks.clone(),
            trunk.srtp,
            trunk.probe_seconds,
        )
    };
    machine(one) == machine(other) && secret(one) == secret(other)
}

/// A trunk as the line's machine needs it.
fn config(trunk: &Trunk, token: String) -> LineConfig {
    let identity = &trunk.identity;
    let contact_user = match identity.contact_user.as_str() {
        "" => account(trunk),
        user => user,
    };
    let login = trunk.password.as_ref().map(|password| Login {
        username: identity.auth_user.clone(),
        realm: trunk.realm.clone(),
        secret: Secret::Password(password.expose().to_owned()),
    });
    let networks = trunk.networks.iter();
    let networks = networks.filter_map(|network| network.as_str().parse::<Network>().ok());
    LineConfig {
        registrar: place_uri(&trunk.server),
        outbound_proxy: trunk.outbound_proxy.as_ref().map(place_uri),
        from_user: account(trunk).to_owned(),
        from_domain: from_domain(trunk).to_owned(),
        contact_user: contact_user.to_owned(),
        token,
        register: match trunk.access {
            TrunkAccess::Register { expires, bulk } => Some(Register { expires, bulk }),
            TrunkAccess::Address => None,
        },
        contact_address: ContactAddress::AsSeen,
        login,
        probe: trunk
            .probe_seconds
            .map(|seconds| Duration::from_secs(seconds.into())),
        sources: networks.map(line::Source::from).collect(),
    }
}

/// A server as a URI that leads there.
pub(crate) fn place_uri(place: &SipPlace) -> Uri {
    let host = HostPort::new(Host::from_name(place.host.as_str()), place.port);
    let uri = SipUri::new(Scheme::Sip, None, host);
    let transport = match place.transport {
        LineTransport::Auto => return Uri::Sip(uri),
        LineTransport::Udp => "udp",
        LineTransport::Tcp => "tcp",
        LineTransport::Tls => "tls",
    };
    Uri::Sip(uri.with_params(Params::new().with("transport", transport)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use office::Domain;

    /// A line of a provider who knows us by our address.
    pub(crate) fn trunk(id: i64, host: &str) -> Trunk {
        let server = SipPlace::named(Domain::parse(host).unwrap());
        Trunk::at(TrunkId(id), &format!("Line {id}"), server)
    }

    #[test]
    fn a_trunk_is_begun_anew_only_when_its_machine_would_differ() {
        let before = trunk(1, "carrier.example");
        let mut renamed = before.clone();
        renamed.name = "Carrier".to_owned();
        renamed.channels.all = 30;
        assert!(is_same(&before, &renamed));
        let mut moved = before.clone();
        moved.server.port = Some(5080);
        assert!(!is_same(&before, &moved));
        let mut other_password = before.clone();
        other_password.password = Some(office::Secret::new("new".to_owned()));
        assert!(!is_same(&before, &other_password));
    }

    #[test]
    fn a_place_leads_where_it_says() {
        let mut place = trunk(1, "carrier.example").server;
        assert_eq!(place_uri(&place).to_string(), "sip:carrier.example");
        place.port = Some(5080);
        place.transport = LineTransport::Tcp;
        assert_eq!(
            place_uri(&place).to_string(),
            "sip:carrier.example:5080;transport=tcp"
        );
    }
}
