//! The office as one immutable value, checked as a whole and quick to ask.

use crate::limits::{
    CALLS_PER_PERSON_MAX, CONFERENCE_ROOMS_MAX, CONTACTS_PER_DEVICE_MAX, DEVICES_MAX, DOMAINS_MAX,
    EXTENSION_HOPS_MAX, EXTENSIONS_MAX, MAILBOXES_MAX, OFFICE_CALLS_MAX, PERSONS_MAX,
    REGISTER_EXPIRY_MAX_SECONDS, REGISTER_EXPIRY_MIN_SECONDS, ROOM_MEMBERS_MAX,
    SESSION_EXPIRES_MAX_SECONDS, SESSION_EXPIRES_MIN_SECONDS, TEAM_MAX_CHARS, WANTS_NOTE_MAX_CHARS,
};
use crate::mailbox::is_keep_days;
use crate::{
    ConferenceRoom, ConferenceRoomId, Device, DeviceId, Domain, Extension, ExtensionNumber,
    Language, Mailbox, MailboxId, MailboxOwner, MusicOnHold, OfficeProblem, OfficeSettings, Person,
    PersonId, Record, RecordingRule, RingFor, RouteTarget, SipUser, clean_text,
};
use std::collections::BTreeMap;

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
        let mut problems = check_settings(&parts);
        let mut office = Self {
            settings: parts.settings,
            persons: BTreeMap::new(),
            devices: BTreeMap::new(),
            extensions: BTreeMap::new(),
            mailboxes: BTreeMap::new(),
            rooms: BTreeMap::new(),
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
        problems.extend(
            office
                .persons
                .values()
                .flat_map(|person| office.check_person(person)),
        );
        problems.extend(
            office
                .devices
                .values()
                .flat_map(|device| office.check_device(device)),
        );
        problems.extend(
            office
                .extensions
                .values()
                .filter_map(|each| office.check_target(each)),
        );
        problems.extend(
            office
                .mailboxes
                .values()
                .flat_map(|mailbox| office.check_mailbox(mailbox)),
        );
        problems.extend(
            office
                .rooms
                .values()
                .flat_map(|room| office.check_room(room)),
        );
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

    fn check_person(&self, person: &Person) -> Vec<OfficeProblem> {
        let id = person.id;
        let record = Record::Person(id);
        let mut problems = Vec::new();
        problems.extend(check_name(&person.name, record.clone(), "name"));
        if let Some(name) = &person.presentation_name {
            problems.extend(check_name(name, record.clone(), "presentation_name"));
        }
        problems.extend(check_text(
            &person.team,
            record.clone(),
            "team",
            TEAM_MAX_CHARS,
        ));
        problems.extend(check_text(
            &person.wants.note,
            record,
            "wants.note",
            WANTS_NOTE_MAX_CHARS,
        ));
        if person
            .simultaneous_calls
            .is_some_and(|calls| !is_calls_per_person(calls))
        {
            problems.push(OfficeProblem::PersonCalls { person: Some(id) });
        }
        if !person.music.as_ref().is_none_or(MusicOnHold::is_in_bounds) {
            problems.push(OfficeProblem::Music { person: Some(id) });
        }
        if let Some(number) = person.number.clone() {
            if self.extension(number.as_str()).is_none() {
                problems.push(OfficeProblem::OwnNumberMissing {
                    person: id,
                    name: person.name.clone(),
                    number,
                });
            } else if self.resolve(number.as_str()) != Dialled::Person(person) {
                problems.push(OfficeProblem::OwnNumberLeadsElsewhere {
                    person: id,
                    name: person.name.clone(),
                    number,
                });
            }
        }
        problems
    }

    fn check_device(&self, device: &Device) -> Vec<OfficeProblem> {
        let id = device.id;
        let mut problems = Vec::new();
        problems.extend(check_name(&device.label, Record::Device(id), "label"));
        if self.person(device.person).is_none() {
            problems.push(OfficeProblem::DeviceWithoutPerson {
                device: id,
                label: device.label.clone(),
                person: device.person,
            });
        }
        if !(1..=CONTACTS_PER_DEVICE_MAX).contains(&device.max_contacts) {
            problems.push(OfficeProblem::DeviceContacts { device: id });
        }
        if device.credentials.realm != self.settings.realm {
            problems.push(OfficeProblem::SecretOfAnotherRealm {
                device: id,
                label: device.label.clone(),
            });
        }
        problems
    }

    fn check_target(&self, extension: &Extension) -> Option<OfficeProblem> {
        let number = extension.number.clone();
        match &extension.target {
            RouteTarget::Hangup => None,
            RouteTarget::User(person) => {
                self.person(*person)
                    .is_none()
                    .then_some(OfficeProblem::TargetPersonMissing {
                        number,
                        person: *person,
                    })
            }
            RouteTarget::Voicemail(mailbox) => {
                self.mailbox(*mailbox)
                    .is_none()
                    .then_some(OfficeProblem::TargetMailboxMissing {
                        number,
                        mailbox: *mailbox,
                    })
            }
            RouteTarget::Conference(room) => {
                self.room(*room)
                    .is_none()
                    .then_some(OfficeProblem::TargetRoomMissing {
                        number,
                        room: *room,
                    })
            }
            RouteTarget::Extension(target) if self.extension(target.as_str()).is_none() => {
                Some(OfficeProblem::TargetExtensionMissing {
                    number,
                    target: target.clone(),
                })
            }
            RouteTarget::Extension(target) => {
                (!self.comes_to_an_end(target)).then_some(OfficeProblem::ExtensionCircle { number })
            }
        }
    }

    fn check_mailbox(&self, mailbox: &Mailbox) -> Vec<OfficeProblem> {
        let id = mailbox.id;
        let record = Record::Mailbox(id);
        let mut problems = Vec::new();
        if let MailboxOwner::Group { name } = &mailbox.owner {
            problems.extend(check_name(name, record.clone(), "name"));
        }
        let people = mailbox.person().into_iter().chain(mailbox.members.clone());
        let missing = people.filter(|person| self.person(*person).is_none());
        problems.extend(missing.map(|person| OfficeProblem::MailboxPersonMissing {
            mailbox: id,
            person,
        }));
        if let Some(field) = mailbox.field_out_of_bounds() {
            problems.push(OfficeProblem::MailboxBounds { mailbox: id, field });
        }
        if let Some(number) = &mailbox.number {
            problems.extend(self.check_number(number, Dialled::Mailbox(id), record));
        }
        problems
    }

    fn check_room(&self, room: &ConferenceRoom) -> Vec<OfficeProblem> {
        let id = room.id;
        let record = Record::Room(id);
        let mut problems = Vec::new();
        problems.extend(check_name(&room.name, record.clone(), "name"));
        problems.extend(self.check_number(&room.number, Dialled::Room(id), record));
        if !(2..=ROOM_MEMBERS_MAX).contains(&room.max_members) {
            problems.push(OfficeProblem::RoomMembers { room: id });
        }
        if room.wait_for_host && room.host_pin.is_none() {
            problems.push(OfficeProblem::RoomWithoutHost {
                room: id,
                name: room.name.clone(),
            });
        }
        problems
    }

    fn check_number(
        &self,
        number: &ExtensionNumber,
        leads_to: Dialled<'_>,
        record: Record,
    ) -> Option<OfficeProblem> {
        (self.resolve(number.as_str()) != leads_to).then(|| OfficeProblem::NumberLeadsElsewhere {
            record,
            number: number.clone(),
        })
    }

    /// Whether a chain of extensions that begins with this one comes to an end in reach.
    fn comes_to_an_end(&self, number: &ExtensionNumber) -> bool {
        let mut number = number;
        for _ in 0..EXTENSION_HOPS_MAX {
            match self
                .extension(number.as_str())
                .map(|extension| &extension.target)
            {
                Some(RouteTarget::Extension(next)) => number = next,
                _ => return true,
            }
        }
        false
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

fn check_settings(parts: &OfficeParts) -> Vec<OfficeProblem> {
    let settings = &parts.settings;
    let mut problems = Vec::new();
    let counts = [
        ("domains", settings.domains.len(), DOMAINS_MAX),
        ("persons", parts.persons.len(), PERSONS_MAX),
        ("devices", parts.devices.len(), DEVICES_MAX),
        ("extensions", parts.extensions.len(), EXTENSIONS_MAX),
        ("mailboxes", parts.mailboxes.len(), MAILBOXES_MAX),
        ("rooms", parts.rooms.len(), CONFERENCE_ROOMS_MAX),
    ];
    for (what, count, limit) in counts {
        if count > limit {
            problems.push(OfficeProblem::TooMany { what, count, limit });
        }
    }
    problems.extend(check_name(&settings.name, Record::Settings, "name"));
    let expiry = settings.register_expiry;
    let in_order = REGISTER_EXPIRY_MIN_SECONDS <= expiry.min
        && expiry.min <= expiry.default
        && expiry.default <= expiry.max
        && expiry.max <= REGISTER_EXPIRY_MAX_SECONDS;
    if !in_order {
        problems.push(OfficeProblem::RegisterExpiry);
    }
    let sessions = SESSION_EXPIRES_MIN_SECONDS..=SESSION_EXPIRES_MAX_SECONDS;
    if !sessions.contains(&settings.session_expires) {
        problems.push(OfficeProblem::SessionExpires);
    }
    if !(1..=OFFICE_CALLS_MAX).contains(&settings.admission.office_calls) {
        problems.push(OfficeProblem::OfficeCalls);
    }
    if !is_calls_per_person(settings.admission.calls_per_person) {
        problems.push(OfficeProblem::PersonCalls { person: None });
    }
    if !settings.music.is_in_bounds() {
        problems.push(OfficeProblem::Music { person: None });
    }
    if !settings.recording.keep_days.is_none_or(is_keep_days) {
        problems.push(OfficeProblem::RecordingDays);
    }
    if settings.lan.port == 0 {
        problems.push(OfficeProblem::LanPort);
    }
    problems
}

fn check_name(name: &str, record: Record, field: &'static str) -> Option<OfficeProblem> {
    let good = !name.is_empty() && clean_text(name) == name;
    (!good).then_some(OfficeProblem::BadName { record, field })
}

fn check_text(
    text: &str,
    record: Record,
    field: &'static str,
    limit: usize,
) -> Option<OfficeProblem> {
    let good = clean_text(text) == text && text.chars().count() <= limit;
    (!good).then_some(OfficeProblem::BadText {
        record,
        field,
        limit,
    })
}

fn is_calls_per_person(calls: u16) -> bool {
    (1..=CALLS_PER_PERSON_MAX).contains(&calls)
}

#[cfg(test)]
mod tests;
