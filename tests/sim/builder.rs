//! Founding a simulated office: who works there, which phones they have, how the network is.

use super::{
    network::{Network, Weather},
    office::{PhoneId, SimOffice, version},
    phone::SimPhone,
};
use office::{
    Anonymous, CallerList, CallerListId, Channels, ConferenceRoom, ConferenceRoomId, Device,
    DeviceId, DigestCredentials, Domain, Extension, ExtensionNumber, Flow, FlowId, JoinSound,
    Language, LineTransport, ListedCaller, Mailbox, MailboxId, MailboxOwner, MediaPolicy, Number,
    Office, OfficeParts, OfficeSettings, Outgoing, Person, PersonId, PhoneNumber, PinHash, Realm,
    Route, RouteTarget, Secret, SipPlace, SipUser, Trunk, TrunkAccess, TrunkId, TrunkIdentity,
};
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use switch::SwitchConfig;

/// Where the switch listens.
pub(super) const OFFICE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), 5060);

/// The number that the lines of the office show where nothing else says so.
pub const MAIN_NUMBER: &str = "+4930123450";

/// The wall clock when the office opens: Monday, 5 January 2026, 08:55 UTC.
pub(super) const OPENS_AT: i64 = 1_767_603_300_000;

/// An office to be founded.
#[derive(Debug)]
pub struct SimOfficeBuilder {
    parts: OfficeParts,
    seed: u64,
    weather: Weather,
    config: SwitchConfig,
    at_home: Vec<DeviceId>,
    /// Other telephone systems that an exchange stands for.
    peers: Vec<String>,
}

impl SimOfficeBuilder {
    /// An office without anybody.
    pub fn new() -> SimOfficeBuilder {
        let realm = Realm::parse("office.example").expect("a realm");
        let language = Language::default();
        SimOfficeBuilder {
            parts: OfficeParts::empty(OfficeSettings::founded(realm, language)),
            seed: 1,
            weather: Weather::FINE,
            config: SwitchConfig::default(),
            at_home: Vec::new(),
            peers: Vec::new(),
        }
    }

    /// Somebody with an extension and phones, named by what they are: "desk", "mobile".
    pub fn person(mut self, name: &str, number: &str, phones: &[&str]) -> SimOfficeBuilder {
        let id = PersonId(self.parts.persons.len() as i64 + 1);
        let number = ExtensionNumber::parse(number).expect("an extension number");
        self.parts.persons.push(Person {
            number: Some(number.clone()),
            ..Person::named(id, name)
        });
        self.parts
            .extensions
            .push(Extension::to(number, RouteTarget::User(id)));
        for label in phones {
            let device = self.parts.devices.len() as i64 + 1;
            let user = format!("{}-{label}-{device}", name.to_lowercase().replace(' ', "-"));
            let sip_user = SipUser::parse(&user).expect("a SIP user");
            let realm = &self.parts.settings.realm;
            let password = Secret::new(password(&user));
            self.parts.devices.push(Device {
                id: DeviceId(device),
                person: id,
                label: (*label).to_owned(),
                credentials: DigestCredentials::of_password(&sip_user, realm, &password),
                sip_user,
                max_contacts: 3,
                media: MediaPolicy::Auto,
            });
        }
        self
    }

    /// The last person named has a mailbox.
    pub fn mailbox(mut self) -> SimOfficeBuilder {
        let person = self.parts.persons.last().map(|person| person.id);
        let owner = MailboxOwner::Person {
            person: person.expect("a person"),
        };
        self.add_mailbox(owner);
        self
    }

    /// The last mailbox named has a PIN: [`PIN`](super::PIN).
    pub fn mailbox_pin(mut self) -> SimOfficeBuilder {
        let mailbox = self.parts.mailboxes.last_mut().expect("a mailbox");
        mailbox.pin = Some(PinHash::new(Secret::new("a hash".to_owned())));
        self
    }

    /// A mailbox of several people.
    pub fn group_mailbox(mut self, name: &str, number: &str, people: &[&str]) -> SimOfficeBuilder {
        let owner = MailboxOwner::Group {
            name: name.to_owned(),
        };
        let persons = self.parts.persons.iter();
        let members = persons.filter(|person| people.contains(&person.name.as_str()));
        let members = members.map(|person| person.id).collect();
        let number = ExtensionNumber::parse(number).expect("an extension number");
        let mailbox = self.add_mailbox(owner);
        mailbox.members = members;
        mailbox.number = Some(number.clone());
        let target = RouteTarget::Voicemail(mailbox.id);
        self.parts.extensions.push(Extension::to(number, target));
        self
    }

    /// A conference room. A room with a host PIN waits for its host.
    pub fn room(mut self, number: &str, change: impl FnOnce(&mut ConferenceRoom)) -> Self {
        let number = ExtensionNumber::parse(number).expect("an extension number");
        let id = ConferenceRoomId(self.parts.rooms.len() as i64 + 1);
        let mut room = ConferenceRoom {
            id,
            number: number.clone(),
            name: format!("Room {number}"),
            pin: None,
            host_pin: None,
            wait_for_host: false,
            mute_on_entry: false,
            announce: JoinSound::Tone,
            max_members: 10,
        };
        change(&mut room);
        self.parts.rooms.push(room);
        let target = RouteTarget::Conference(id);
        self.parts.extensions.push(Extension::to(number, target));
        self
    }

    /// A call flow, published once.
    pub fn flow(mut self, name: &str, number: &str, document: serde_json::Value) -> Self {
        let number = ExtensionNumber::parse(number).expect("an extension number");
        let id = FlowId(self.parts.flows.len() as i64 + 1);
        self.parts.flows.push(Flow {
            id,
            name: name.to_owned(),
            number: Some(number.clone()),
            live: Some(version(1, document)),
            draft: None,
            pinned: Vec::new(),
        });
        let target = RouteTarget::Flow(id);
        self.parts.extensions.push(Extension::to(number, target));
        self
    }

    /// A line of a provider who knows the office by its address, and the exchange at its far end.
    pub fn line(mut self, name: &str, change: impl FnOnce(&mut Trunk)) -> Self {
        let at = self.parts.trunks.len() as i64 + 1;
        let host = Ipv4Addr::new(198, 51, 100, at as u8).to_string();
        let server = SipPlace {
            transport: LineTransport::Udp,
            ..SipPlace::named(Domain::parse(&host).expect("an address"))
        };
        let mut trunk = Trunk {
            identity: TrunkIdentity {
                auth_user: format!("account{at}"),
                ..TrunkIdentity::default()
            },
            outgoing: Outgoing {
                main_number: PhoneNumber::parse(MAIN_NUMBER).ok(),
                ..Outgoing::default()
            },
            channels: Channels {
                all: 10,
                incoming: None,
                outgoing: None,
            },
            ..Trunk::at(TrunkId(at), name, server)
        };
        change(&mut trunk);
        self.parts.trunks.push(trunk);
        self
    }

    /// The last line named is registered for, by digest.
    pub fn registered(mut self) -> Self {
        let trunk = self.parts.trunks.last_mut().expect("a line");
        trunk.access = TrunkAccess::Register {
            expires: None,
            bulk: false,
        };
        trunk.password = Some(Secret::new("a secret".to_owned()));
        self
    }

    /// The exchange of another telephone system.
    pub fn peer_exchange(mut self, name: &str) -> Self {
        self.peers.push(name.to_owned());
        self
    }

    /// A number of the office, and where it leads.
    pub fn number(mut self, number: &str, target: RouteTarget) -> Self {
        self.parts.phone_numbers.push(Number {
            number: PhoneNumber::parse(number).expect("a number"),
            label: String::new(),
            trunk: None,
            route: Route::to(target),
            hours: None,
            channels: None,
            anonymous: Anonymous::Accept,
            challenge: false,
        });
        self
    }

    /// Changes anything else.
    pub fn parts(mut self, change: impl FnOnce(&mut OfficeParts)) -> Self {
        change(&mut self.parts);
        self
    }

    /// A list of callers: their numbers as somebody typed them, and their names.
    pub fn caller_list(mut self, name: &str, callers: &[(&str, &str)]) -> Self {
        let callers = callers.iter().map(|(number, name)| ListedCaller {
            number: (*number).to_owned(),
            compared: String::new(),
            name: (*name).to_owned(),
            values: Vec::new(),
        });
        self.parts.caller_lists.push(CallerList {
            id: CallerListId(self.parts.caller_lists.len() as i64 + 1),
            name: name.to_owned(),
            columns: Vec::new(),
            callers: callers.collect(),
        });
        self
    }

    fn add_mailbox(&mut self, owner: MailboxOwner) -> &mut Mailbox {
        let id = MailboxId(self.parts.mailboxes.len() as i64 + 1);
        self.parts.mailboxes.push(Mailbox::new(id, owner));
        self.parts.mailboxes.last_mut().expect("just added")
    }

    /// The last phone named stands at home, behind a router that translates addresses.
    pub fn at_home(mut self) -> SimOfficeBuilder {
        self.at_home
            .extend(self.parts.devices.last().map(|device| device.id));
        self
    }

    /// The last phone named has its sound relayed always.
    pub fn always_relayed(mut self) -> SimOfficeBuilder {
        if let Some(device) = self.parts.devices.last_mut() {
            device.media = MediaPolicy::AlwaysRelay;
        }
        self
    }

    /// A number that leads to nobody.
    pub fn closed_number(mut self, number: &str) -> SimOfficeBuilder {
        self.parts.extensions.push(Extension::to(
            ExtensionNumber::parse(number).expect("an extension number"),
            RouteTarget::Hangup,
        ));
        self
    }

    /// Changes the office's settings.
    pub fn settings(mut self, change: impl FnOnce(&mut OfficeSettings)) -> SimOfficeBuilder {
        change(&mut self.parts.settings);
        self
    }

    /// Changes the switch's set-up.
    pub fn config(mut self, change: impl FnOnce(&mut SwitchConfig)) -> SimOfficeBuilder {
        change(&mut self.config);
        self
    }

    /// All chance comes from this.
    pub fn seed(mut self, seed: u64) -> SimOfficeBuilder {
        self.seed = seed;
        self
    }

    /// What the network is like once all phones are registered.
    pub fn weather(mut self, weather: Weather) -> SimOfficeBuilder {
        self.weather = weather;
        self
    }

    /// Opens the office: every phone registers, then the weather sets in.
    pub fn open(self) -> SimOffice {
        let mut chance = ChaCha12Rng::seed_from_u64(self.seed);
        let network = Network::new(Weather::FINE, ChaCha12Rng::seed_from_u64(chance.next_u64()));
        let phones = self.parts.devices.iter().map(|device| {
            let owner = self.parts.persons.iter().find(|p| p.id == device.person);
            let owner = owner.map_or("", |p| p.name.as_str());
            let user = device.sip_user.as_str();
            let mut seed = [0; 32];
            chance.fill_bytes(&mut seed);
            let here = self.address_of(device.id);
            let name = format!("{owner}'s {} phone", device.label);
            SimPhone::new(name, (user.to_owned(), password(user)), here, OFFICE, seed)
        });
        let mut phones: Vec<SimPhone> = phones.collect();
        let lines = self.parts.trunks.iter().map(|trunk| {
            let user = trunk.identity.auth_user.clone();
            let account = trunk.password.is_some().then(|| user.clone());
            (&trunk.name, &trunk.server, user, account)
        });
        let peers = self.parts.peers.iter();
        let peers = peers.filter(|peer| self.peers.contains(&peer.name));
        let peers = peers.filter_map(|peer| {
            let place = peer.place.as_ref()?;
            Some((&peer.name, place, "exchange".to_owned(), None))
        });
        for (name, place, user, account) in lines.chain(peers) {
            let mut seed = [0; 32];
            chance.fill_bytes(&mut seed);
            let ip: IpAddr = place.host.as_str().parse().expect("an address");
            let here = SocketAddr::new(ip, place.port.unwrap_or(5060));
            let name = format!("the exchange of {name}");
            let mut exchange = SimPhone::new(name, (user, String::new()), here, OFFICE, seed);
            exchange.becomes_carrier();
            exchange.carrier_mut().account = account;
            phones.push(exchange);
        }
        let founded = built(self.parts.clone());
        let mut sim = SimOffice::new(
            founded,
            self.parts.clone(),
            self.config,
            network,
            phones,
            chance,
        );
        for device in &self.at_home {
            let PhoneId(at) = phone_of(*device);
            let outside = Ipv4Addr::new(203, 0, 113, 10 + at as u8);
            let home = sim.phone(PhoneId(at)).here().ip();
            sim.network().put_behind_router(home, outside.into());
        }
        sim.register_all();
        sim.network().set_weather(self.weather);
        sim
    }

    fn address_of(&self, device: DeviceId) -> SocketAddr {
        let PhoneId(at) = phone_of(device);
        let ip = match self.at_home.contains(&device) {
            true => Ipv4Addr::new(192, 168, 178, at as u8 + 20),
            false => Ipv4Addr::new(10, 0, 1, at as u8 + 1),
        };
        SocketAddr::new(ip.into(), 5060)
    }
}

impl Default for SimOfficeBuilder {
    fn default() -> SimOfficeBuilder {
        SimOfficeBuilder::new()
    }
}

/// The phone that is a device: they are counted alike.
pub(super) fn phone_of(device: DeviceId) -> PhoneId {
    PhoneId(usize::try_from(device.0 - 1).expect("a device of this office"))
}

fn password(user: &str) -> String {
    format!("secret of {user}")
}

/// The office that these parts make, as the store makes it.
pub(super) fn built(mut parts: OfficeParts) -> Office {
    numbering::read_lists(&mut parts);
    Office::build(parts).expect("an office without problems")
}
