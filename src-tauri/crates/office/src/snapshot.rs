//! The office as one immutable value, checked as a whole and quick to ask.

use crate::limits::EXTENSION_HOPS_MAX;
use crate::{
    CallerList, CallerListId, CallingPolicy, CallingRights, ConferenceRoom, ConferenceRoomId,
    Device, DeviceId, Domain, DomainAccess, EmergencyPlan, Extension, ExtensionNumber, Flow,
    FlowId, Language, Mailbox, MailboxId, MailboxOwner, Mode, ModeId, MusicOnHold, Number,
    OfficeProblem, OfficeSettings, Openness, OutboundRule, OutsideAdmission, Peer, PeerId, Person,
    PersonId, PhoneNumber, PinSet, PinSetId, Record, RecordingRule, RingFor, RouteTarget, Schedule,
    ScheduleId, SipUser, Trunk, TrunkId,
    schedule::{Moment, Override, OverrideState},
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A company's configuration at one moment. Everything it refers to exists, every extension leads
/// somewhere, and every list it gives is sorted.
#[derive(Clone, Debug)]
pub struct Office {
    settings: OfficeSettings,
    persons: BTreeMap<PersonId, Person>,
    devices: BTreeMap<DeviceId, Device>,
    extensions: BTreeMap<ExtensionNumber, Extension>,
    mailboxes: BTreeMap<MailboxId, Mailbox>,
    rooms: BTreeMap<ConferenceRoomId, ConferenceRoom>,
    schedules: BTreeMap<ScheduleId, Arc<Schedule>>,
    flows: BTreeMap<FlowId, Flow>,
    modes: BTreeMap<ModeId, Mode>,
    pin_sets: BTreeMap<PinSetId, PinSet>,
    caller_lists: BTreeMap<CallerListId, Arc<CallerList>>,
    trunks: BTreeMap<TrunkId, Arc<Trunk>>,
    peers: BTreeMap<PeerId, Arc<Peer>>,
    phone_numbers: BTreeMap<PhoneNumber, Number>,
    outside: OutsideParts,
    mailbox_of: BTreeMap<PersonId, MailboxId>,
    device_by_user: BTreeMap<SipUser, DeviceId>,
    devices_of: BTreeMap<PersonId, Vec<DeviceId>>,
    numbers_of: BTreeMap<PersonId, Vec<ExtensionNumber>>,
}

/// The records an office is built from, in any order.
#[derive(Clone, Debug)]
pub struct OfficeParts {
    /// What holds for the office as a whole.
    pub settings: OfficeSettings,
    /// Its persons.
    pub persons: Vec<Person>,
    /// Their devices.
    pub devices: Vec<Device>,
    /// Its short numbers.
    pub extensions: Vec<Extension>,
    /// Its mailboxes.
    pub mailboxes: Vec<Mailbox>,
    /// Its conference rooms.
    pub rooms: Vec<ConferenceRoom>,
    /// Its schedules.
    pub schedules: Vec<Schedule>,
    /// Its call flows.
    pub flows: Vec<Flow>,
    /// Its modes.
    pub modes: Vec<Mode>,
    /// Its sets of PINs.
    pub pin_sets: Vec<PinSet>,
    /// Its lists of callers.
    pub caller_lists: Vec<CallerList>,
    /// Its lines to the outside world.
    pub trunks: Vec<Trunk>,
    /// Other telephone systems.
    pub peers: Vec<Peer>,
    /// Its numbers in the telephone network.
    pub phone_numbers: Vec<Number>,
    /// How it calls out.
    pub outside: OutsideParts,
}

/// How the office calls out, and who may reach it.
#[derive(Clone, Debug, Default)]
pub struct OutsideParts {
    /// Which line a call takes, by position.
    pub rules: Vec<OutboundRule>,
    /// What persons may do who may not do what the others may.
    pub rights: Vec<CallingRights>,
    /// What stops a bill from growing.
    pub calling: CallingPolicy,
    /// How many calls go in and out.
    pub admission: OutsideAdmission,
    /// What is ready for an emergency call.
    pub emergency: EmergencyPlan,
    /// Who may reach it under which domain.
    pub domain_access: Vec<DomainAccess>,
}

impl OfficeParts {
    /// The parts of an office with nobody and nothing in it yet.
    #[must_use]
    pub fn empty(settings: OfficeSettings) -> Self {
        Self {
            settings,
            persons: Vec::new(),
            devices: Vec::new(),
            extensions: Vec::new(),
            mailboxes: Vec::new(),
            rooms: Vec::new(),
            schedules: Vec::new(),
            flows: Vec::new(),
            modes: Vec::new(),
            pin_sets: Vec::new(),
            caller_lists: Vec::new(),
            trunks: Vec::new(),
            peers: Vec::new(),
            phone_numbers: Vec::new(),
            outside: OutsideParts::default(),
        }
    }
}

/// Where a dialled number leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialled<'a> {
    /// To a person.
    Person(&'a Person),
    /// To a mailbox, to leave a message there at once.
    Mailbox(MailboxId),
    /// To a conference room.
    Room(ConferenceRoomId),
    /// Into a call flow.
    Flow(FlowId),
    /// To a number outside the office.
    Outside(&'a PhoneNumber),
    /// To nobody, as the office has decided.
    Hangup,
    /// The office has no such extension.
    Unknown,
}

impl Office {
    /// Checks the records as a whole and makes them an office.
    ///
    /// # Errors
    /// All problems found, in a fixed order.
    pub fn build(parts: OfficeParts) -> Result<Self, Vec<OfficeProblem>> {
        let mut problems = check::settings(&parts);
        let mut office = Self {
            settings: parts.settings,
            persons: BTreeMap::new(),
            devices: BTreeMap::new(),
            extensions: BTreeMap::new(),
            mailboxes: BTreeMap::new(),
            rooms: BTreeMap::new(),
            schedules: BTreeMap::new(),
            flows: BTreeMap::new(),
            modes: BTreeMap::new(),
            pin_sets: BTreeMap::new(),
            caller_lists: BTreeMap::new(),
            trunks: BTreeMap::new(),
            peers: BTreeMap::new(),
            phone_numbers: BTreeMap::new(),
            outside: parts.outside,
            mailbox_of: BTreeMap::new(),
            device_by_user: BTreeMap::new(),
            devices_of: BTreeMap::new(),
            numbers_of: BTreeMap::new(),
        };
        for person in parts.persons {
            let id = person.id;
            if office.persons.insert(id, person).is_some() {
                problems.push(OfficeProblem::DuplicatePerson { person: id });
            }
        }
        for extension in parts.extensions {
            let number = extension.number.clone();
            if office
                .extensions
                .insert(number.clone(), extension)
                .is_some()
            {
                problems.push(OfficeProblem::DuplicateExtension { number });
            }
        }
        for device in parts.devices {
            let id = device.id;
            if office.devices.insert(id, device).is_some() {
                problems.push(OfficeProblem::DuplicateDevice { device: id });
            }
        }
        for mailbox in parts.mailboxes {
            let id = mailbox.id;
            if office.mailboxes.insert(id, mailbox).is_some() {
                problems.push(OfficeProblem::DuplicateMailbox { mailbox: id });
            }
        }
        for room in parts.rooms {
            let id = room.id;
            if office.rooms.insert(id, room).is_some() {
                problems.push(OfficeProblem::DuplicateRoom { room: id });
            }
        }
        for schedule in parts.schedules {
            let id = schedule.id();
            if office.schedules.insert(id, Arc::new(schedule)).is_some() {
                let record = Record::Schedule(id);
                problems.push(OfficeProblem::ListedTwice { record });
            }
        }
        for flow in parts.flows {
            let id = flow.id;
            if office.flows.insert(id, flow).is_some() {
                let record = Record::Flow(id);
                problems.push(OfficeProblem::ListedTwice { record });
            }
        }
        for mode in parts.modes {
            let id = mode.id;
            if office.modes.insert(id, mode).is_some() {
                let record = Record::Mode(id);
                problems.push(OfficeProblem::ListedTwice { record });
            }
        }
        for set in parts.pin_sets {
            let id = set.id;
            if office.pin_sets.insert(id, set).is_some() {
                let record = Record::PinSet(id);
                problems.push(OfficeProblem::ListedTwice { record });
            }
        }
        for mut list in parts.caller_lists {
            let id = list.id;
            list.sort();
            if office.caller_lists.insert(id, Arc::new(list)).is_some() {
                let record = Record::CallerList(id);
                problems.push(OfficeProblem::ListedTwice { record });
            }
        }
        for trunk in parts.trunks {
            let id = trunk.id;
            if office.trunks.insert(id, Arc::new(trunk)).is_some() {
                let record = Record::Trunk(id);
                problems.push(OfficeProblem::ListedTwice { record });
            }
        }
        for peer in parts.peers {
            let id = peer.id;
            if office.peers.insert(id, Arc::new(peer)).is_some() {
                let record = Record::Peer(id);
                problems.push(OfficeProblem::ListedTwice { record });
            }
        }
        for number in parts.phone_numbers {
            let own = number.number.clone();
            if office.phone_numbers.insert(own.clone(), number).is_some() {
                let record = Record::PhoneNumber(own);
                problems.push(OfficeProblem::ListedTwice { record });
            }
        }
        office
            .outside
            .rules
            .sort_by_key(|rule| (rule.position, rule.id));
        problems.extend(office.check());
        problems.extend(office.index());
        if problems.is_empty() {
            Ok(office)
        } else {
            Err(problems)
        }
    }

    /// What holds for the office as a whole.
    #[must_use]
    pub fn settings(&self) -> &OfficeSettings {
        &self.settings
    }

    /// The person of that identity.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.persons.get(&id)
    }

    /// All persons, by identity.
    pub fn persons(&self) -> impl ExactSizeIterator<Item = &Person> {
        self.persons.values()
    }

    /// The device of that identity.
    #[must_use]
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.devices.get(&id)
    }

    /// The device that logs in by that name. Exact: the user part of a SIP URI is case-sensitive
    /// (RFC 3261 §19.1.4), and the name is part of the login's hash.
    #[must_use]
    pub fn device_by_user(&self, sip_user: &str) -> Option<&Device> {
        self.device_by_user
            .get(sip_user)
            .and_then(|id| self.devices.get(id))
    }

    /// All devices, by identity.
    pub fn devices(&self) -> impl ExactSizeIterator<Item = &Device> {
        self.devices.values()
    }

    /// The devices of a person, by identity.
    pub fn devices_of(&self, person: PersonId) -> impl Iterator<Item = &Device> {
        let ids = self.devices_of.get(&person).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.devices.get(id))
    }

    /// The extension of that number.
    #[must_use]
    pub fn extension(&self, number: &str) -> Option<&Extension> {
        self.extensions.get(number)
    }

    /// All extensions, by number.
    pub fn extensions(&self) -> impl ExactSizeIterator<Item = &Extension> {
        self.extensions.values()
    }

    /// Every number that leads to a person, directly or over other extensions, sorted.
    #[must_use]
    pub fn numbers_of(&self, person: PersonId) -> &[ExtensionNumber] {
        self.numbers_of.get(&person).map_or(&[], Vec::as_slice)
    }

    /// The mailbox of that identity.
    #[must_use]
    pub fn mailbox(&self, id: MailboxId) -> Option<&Mailbox> {
        self.mailboxes.get(&id)
    }

    /// All mailboxes, by identity.
    pub fn mailboxes(&self) -> impl ExactSizeIterator<Item = &Mailbox> {
        self.mailboxes.values()
    }

    /// A person's own mailbox, whether it takes messages or not.
    #[must_use]
    pub fn mailbox_of(&self, person: PersonId) -> Option<&Mailbox> {
        self.mailbox(*self.mailbox_of.get(&person)?)
    }

    /// What a mailbox is called: its person's name, or that of its group.
    #[must_use]
    pub fn mailbox_name<'a>(&'a self, mailbox: &'a Mailbox) -> &'a str {
        match &mailbox.owner {
            MailboxOwner::Person { person } => {
                self.person(*person).map_or("", |person| &person.name)
            }
            MailboxOwner::Group { name } => name,
        }
    }

    /// The language the callers of a mailbox hear.
    #[must_use]
    pub fn mailbox_language<'a>(&'a self, mailbox: &'a Mailbox) -> &'a Language {
        let own = mailbox.language.as_ref();
        own.unwrap_or(&self.settings.language)
    }

    /// The conference room of that identity.
    #[must_use]
    pub fn room(&self, id: ConferenceRoomId) -> Option<&ConferenceRoom> {
        self.rooms.get(&id)
    }

    /// All conference rooms, by identity.
    pub fn rooms(&self) -> impl ExactSizeIterator<Item = &ConferenceRoom> {
        self.rooms.values()
    }

    /// The schedule of that identity.
    #[must_use]
    pub fn schedule(&self, id: ScheduleId) -> Option<&Arc<Schedule>> {
        self.schedules.get(&id)
    }

    /// All schedules, by identity.
    pub fn schedules(&self) -> impl ExactSizeIterator<Item = &Arc<Schedule>> {
        self.schedules.values()
    }

    /// What a schedule says at a time (milliseconds since 1970, UTC). One that does not exist counts
    /// as open, so that callers still reach somebody; the reason then is a fault.
    #[must_use]
    pub fn openness(&self, schedule: ScheduleId, at_unix_ms: i64) -> Openness {
        self.schedule(schedule)
            .map_or_else(Openness::fault, |schedule| {
                schedule.openness(self.settings.time_zone, at_unix_ms)
            })
    }

    /// The call flow of that identity.
    #[must_use]
    pub fn flow(&self, id: FlowId) -> Option<&Flow> {
        self.flows.get(&id)
    }

    /// All call flows, by identity.
    pub fn flows(&self) -> impl ExactSizeIterator<Item = &Flow> {
        self.flows.values()
    }

    /// The mode of that identity.
    #[must_use]
    pub fn mode(&self, id: ModeId) -> Option<&Mode> {
        self.modes.get(&id)
    }

    /// All modes, by identity.
    pub fn modes(&self) -> impl ExactSizeIterator<Item = &Mode> {
        self.modes.values()
    }

    /// The set of PINs of that identity.
    #[must_use]
    pub fn pin_set(&self, id: PinSetId) -> Option<&PinSet> {
        self.pin_sets.get(&id)
    }

    /// All sets of PINs, by identity.
    pub fn pin_sets(&self) -> impl ExactSizeIterator<Item = &PinSet> {
        self.pin_sets.values()
    }

    /// The list of callers of that identity.
    #[must_use]
    pub fn caller_list(&self, id: CallerListId) -> Option<&Arc<CallerList>> {
        self.caller_lists.get(&id)
    }

    /// All lists of callers, by identity.
    pub fn caller_lists(&self) -> impl ExactSizeIterator<Item = &Arc<CallerList>> {
        self.caller_lists.values()
    }

    /// The line of that identity.
    #[must_use]
    pub fn trunk(&self, id: TrunkId) -> Option<&Arc<Trunk>> {
        self.trunks.get(&id)
    }

    /// All lines, by identity, those that are off among them.
    pub fn trunks(&self) -> impl ExactSizeIterator<Item = &Arc<Trunk>> {
        self.trunks.values()
    }

    /// The other telephone system of that identity.
    #[must_use]
    pub fn peer(&self, id: PeerId) -> Option<&Arc<Peer>> {
        self.peers.get(&id)
    }

    /// All other telephone systems, by identity.
    pub fn peers(&self) -> impl ExactSizeIterator<Item = &Arc<Peer>> {
        self.peers.values()
    }

    /// What a number of the office does.
    #[must_use]
    pub fn phone_number(&self, number: &str) -> Option<&Number> {
        self.phone_numbers.get(number)
    }

    /// All numbers of the office, sorted.
    pub fn phone_numbers(&self) -> impl ExactSizeIterator<Item = &Number> {
        self.phone_numbers.values()
    }

    /// The rules for calls that go out, the first that fits first.
    #[must_use]
    pub fn outbound_rules(&self) -> &[OutboundRule] {
        &self.outside.rules
    }

    /// What a person may do outside, where that differs from the others.
    #[must_use]
    pub fn calling_rights(&self, person: PersonId) -> Option<&CallingRights> {
        let mut rights = self.outside.rights.iter();
        rights.find(|rights| rights.person == person)
    }

    /// What stops a bill from growing.
    #[must_use]
    pub fn calling(&self) -> &CallingPolicy {
        &self.outside.calling
    }

    /// How many calls go in and out.
    #[must_use]
    pub fn outside_admission(&self) -> &OutsideAdmission {
        &self.outside.admission
    }

    /// What is ready for an emergency call.
    #[must_use]
    pub fn emergency(&self) -> &EmergencyPlan {
        &self.outside.emergency
    }

    /// Whether somebody at that address may talk to the office in a request that names these hosts.
    ///
    /// Whoever writes a request chooses the hosts in it, and every login is good under each domain. So
    /// besides the domains that are named all others count: an address that one of them turns away
    /// comes in under no other name, unless a domain lists it among those it is for.
    #[must_use]
    pub fn lets_in(&self, hosts: &[String], address: std::net::IpAddr) -> bool {
        let named: Vec<Domain> = hosts.iter().flat_map(|host| Domain::parse(host)).collect();
        let all = &self.outside.domain_access;
        let mut of_named = all.iter().filter(|access| named.contains(&access.domain));
        of_named.all(|access| access.lets_in(address))
            && (all.iter().all(|access| access.lets_in(address))
                || all.iter().any(|access| access.is_for(address)))
    }

    /// Where a number dialled inside the office leads.
    #[must_use]
    pub fn resolve(&self, dialled: &str) -> Dialled<'_> {
        let mut number = dialled;
        for _ in 0..=EXTENSION_HOPS_MAX {
            match self.extension(number).map(|extension| &extension.target) {
                Some(RouteTarget::User(id)) => {
                    return self.person(*id).map_or(Dialled::Unknown, Dialled::Person);
                }
                Some(RouteTarget::Extension(next)) => number = next.as_str(),
                Some(RouteTarget::Voicemail(id)) => return Dialled::Mailbox(*id),
                Some(RouteTarget::Conference(id)) => return Dialled::Room(*id),
                Some(RouteTarget::Flow(id)) => return Dialled::Flow(*id),
                Some(RouteTarget::Forward(number)) => return Dialled::Outside(number),
                Some(RouteTarget::Hangup) => return Dialled::Hangup,
                None => return Dialled::Unknown,
            }
        }
        Dialled::Unknown
    }

    /// Whether the office has taken on that host as one of its domains, however it is spelled. The
    /// addresses of the computer it runs on count too, but are not known here.
    #[must_use]
    pub fn answers_for(&self, host: &str) -> bool {
        Domain::parse(host).is_ok_and(|domain| self.settings.domains.contains(&domain))
    }

    /// The same office with hours set by hand until then (milliseconds since 1970, UTC), as callers
    /// would meet it. Hours that are not there, or cannot be read, are as they are.
    #[must_use]
    pub fn with_hours_by_hand(&self, id: ScheduleId, state: OverrideState, until: i64) -> Self {
        let mut office = self.clone();
        let document = self.schedule(id).and_then(|schedule| schedule.document());
        if let (Some(document), Some(until)) = (document, Moment::from_unix_ms(until)) {
            let mut document = document.clone();
            document.set_by_hand = Some(Override {
                state,
                since: None,
                until,
                by: "rehearsal".to_owned(),
                reason: None,
                other: serde_json::Map::new(),
            });
            office
                .schedules
                .insert(id, Arc::new(Schedule::new(id, document)));
        }
        office
    }

    /// How many calls a person may have at a time.
    #[must_use]
    pub fn simultaneous_calls(&self, person: &Person) -> u16 {
        person
            .simultaneous_calls
            .unwrap_or(self.settings.admission.calls_per_person)
    }

    /// How long a person's devices ring.
    #[must_use]
    pub fn ring_for(&self, person: &Person) -> RingFor {
        person.ring_for.unwrap_or(self.settings.ring_for)
    }

    /// Whether a person's calls are recorded.
    #[must_use]
    pub fn recording_rule(&self, person: &Person) -> RecordingRule {
        person.recording.unwrap_or(self.settings.recording.rule)
    }

    /// What those hear whom a person puts on hold.
    #[must_use]
    pub fn music<'a>(&'a self, person: &'a Person) -> &'a MusicOnHold {
        person.music.as_ref().unwrap_or(&self.settings.music)
    }

    /// Fills the tables for asking.
    fn index(&mut self) -> Vec<OfficeProblem> {
        let mut problems = Vec::new();
        for device in self.devices.values() {
            self.devices_of
                .entry(device.person)
                .or_default()
                .push(device.id);
            let sip_user = device.sip_user.clone();
            if let Some(other) = self.device_by_user.insert(sip_user.clone(), device.id) {
                problems.push(OfficeProblem::DuplicateSipUser {
                    device: device.id,
                    other,
                    sip_user,
                });
            }
        }
        for mailbox in self.mailboxes.values() {
            let Some(person) = mailbox.person() else {
                continue;
            };
            if self.mailbox_of.insert(person, mailbox.id).is_some() {
                problems.push(OfficeProblem::SecondMailbox {
                    mailbox: mailbox.id,
                    name: self.mailbox_name(mailbox).to_owned(),
                });
            }
        }
        let mut numbers_of: BTreeMap<PersonId, Vec<ExtensionNumber>> = BTreeMap::new();
        for number in self.extensions.keys() {
            if let Dialled::Person(person) = self.resolve(number.as_str()) {
                numbers_of
                    .entry(person.id)
                    .or_default()
                    .push(number.clone());
            }
        }
        self.numbers_of = numbers_of;
        problems
    }
}

mod check;
mod led;

pub use led::{Closed, Led, WithHours};

#[cfg(test)]
mod tests;
