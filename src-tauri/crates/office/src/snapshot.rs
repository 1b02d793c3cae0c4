//! The office as one immutable value, checked as a whole and quick to ask.

use crate::limits::{
    CALLS_PER_PERSON_MAX, CONTACTS_PER_DEVICE_MAX, DEVICES_MAX, DOMAINS_MAX, EXTENSION_HOPS_MAX,
    EXTENSIONS_MAX, OFFICE_CALLS_MAX, PERSONS_MAX, REGISTER_EXPIRY_MAX_SECONDS,
    REGISTER_EXPIRY_MIN_SECONDS, SESSION_EXPIRES_MAX_SECONDS, SESSION_EXPIRES_MIN_SECONDS,
    TEAM_MAX_CHARS, WANTS_NOTE_MAX_CHARS,
};
use crate::{
    Device, DeviceId, Domain, Extension, ExtensionNumber, OfficeProblem, OfficeSettings, Person,
    PersonId, Record, RingFor, RouteTarget, SipUser, clean_text,
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
}

/// Where a dialled number leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialled<'a> {
    /// To a person.
    Person(&'a Person),
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
