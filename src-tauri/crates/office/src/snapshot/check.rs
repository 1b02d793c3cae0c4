//! What keeps the records of an office from being one.

mod outside;

use super::{Dialled, Office, OfficeParts};
use crate::limits::{
    CALLER_COLUMNS_MAX, CALLER_LISTS_MAX, CALLERS_PER_LIST_MAX, CALLS_PER_PERSON_MAX,
    CONFERENCE_ROOMS_MAX, CONTACTS_PER_DEVICE_MAX, DEVICES_MAX, DOMAINS_MAX, EXTENSION_HOPS_MAX,
    EXTENSIONS_MAX, FLOWS_MAX, MAILBOXES_MAX, MODE_STATE_ID_MAX_CHARS, MODE_STATES_MAX, MODES_MAX,
    OFFICE_CALLS_MAX, OUTBOUND_RULES_MAX, PEERS_MAX, PERSONS_MAX, PHONE_NUMBERS_MAX, PIN_SETS_MAX,
    PINS_PER_SET_MAX, REGISTER_EXPIRY_MAX_SECONDS, REGISTER_EXPIRY_MIN_SECONDS, ROOM_MEMBERS_MAX,
    SCHEDULES_MAX, SESSION_EXPIRES_MAX_SECONDS, SESSION_EXPIRES_MIN_SECONDS, TEAM_MAX_CHARS,
    TRUNKS_MAX, WANTS_NOTE_MAX_CHARS,
};
use crate::mailbox::is_keep_days;
use crate::{
    CallerList, ConferenceRoom, Device, Extension, ExtensionNumber, Flow, Mailbox, MailboxOwner,
    Mode, MusicOnHold, OfficeProblem, OutsideFault, ParkSlot, Person, PinSet, Record, RouteTarget,
    clean_text,
};
use std::collections::BTreeSet;

impl Office {
    /// What is wrong with the records, each for itself and with one another.
    pub(super) fn check(&self) -> Vec<OfficeProblem> {
        let mut problems = Vec::new();
        problems.extend(self.persons().flat_map(|each| self.check_person(each)));
        problems.extend(self.devices().flat_map(|each| self.check_device(each)));
        problems.extend(self.extensions().filter_map(|each| self.check_target(each)));
        problems.extend(self.extensions().flat_map(|each| self.check_hours(each)));
        problems.extend(self.mailboxes().flat_map(|each| self.check_mailbox(each)));
        problems.extend(self.rooms().flat_map(|each| self.check_room(each)));
        problems.extend(self.flows().flat_map(|each| self.check_flow(each)));
        problems.extend(self.modes().flat_map(check_mode));
        problems.extend(self.pin_sets().flat_map(check_pin_set));
        problems.extend(self.caller_lists().flat_map(|each| check_caller_list(each)));
        problems.extend(self.check_outside());
        problems
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
        if let Some(hours) = &person.hours {
            if self.schedule(hours.schedule).is_none() {
                problems.push(OfficeProblem::PersonScheduleMissing {
                    person: id,
                    name: person.name.clone(),
                    schedule: hours.schedule,
                });
            }
            if !self.leads_somewhere(&hours.when_closed) {
                problems.push(OfficeProblem::PersonClosedTargetMissing {
                    person: id,
                    name: person.name.clone(),
                });
            } else if self.person_leads_back(person) {
                problems.push(OfficeProblem::Outside {
                    record: Record::Person(id),
                    field: "hours.when_closed",
                    fault: OutsideFault::ClosedCircle,
                });
            }
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
            RouteTarget::Forward(_) | RouteTarget::Hangup => None,
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
            RouteTarget::Flow(flow) => {
                self.flow(*flow)
                    .is_none()
                    .then_some(OfficeProblem::TargetFlowMissing {
                        number,
                        flow: *flow,
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

    fn check_flow(&self, flow: &Flow) -> Vec<OfficeProblem> {
        let record = Record::Flow(flow.id);
        let mut problems = Vec::from_iter(check_name(&flow.name, record.clone(), "name"));
        if let Some(number) = &flow.number {
            problems.extend(self.check_number(number, Dialled::Flow(flow.id), record));
        }
        problems
    }

    /// Whether what a call is sent to exists.
    fn leads_somewhere(&self, target: &RouteTarget) -> bool {
        match target {
            RouteTarget::User(person) => self.person(*person).is_some(),
            RouteTarget::Extension(number) => self.resolve(number.as_str()) != Dialled::Unknown,
            RouteTarget::Voicemail(mailbox) => self.mailbox(*mailbox).is_some(),
            RouteTarget::Conference(room) => self.room(*room).is_some(),
            RouteTarget::Flow(flow) => self.flow(*flow).is_some(),
            RouteTarget::Forward(_) | RouteTarget::Hangup => true,
        }
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
}

fn check_mode(mode: &Mode) -> Vec<OfficeProblem> {
    let record = || Record::Mode(mode.id);
    let mut problems = Vec::from_iter(check_name(&mode.name, record(), "name"));
    let names = mode.states.iter();
    problems.extend(names.filter_map(|state| check_name(&state.name, record(), "states")));
    let ids: BTreeSet<&str> = mode.states.iter().map(|state| state.id.as_str()).collect();
    let is_id = |id: &str| {
        (1..=MODE_STATE_ID_MAX_CHARS).contains(&id.len())
            && id.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
    };
    let good = (2..=MODE_STATES_MAX).contains(&mode.states.len())
        && ids.len() == mode.states.len()
        && ids.iter().all(|id| is_id(id))
        && mode
            .set
            .as_ref()
            .is_none_or(|set| ids.contains(set.state.as_str()));
    if !good {
        problems.push(OfficeProblem::ModeStates { mode: mode.id });
    }
    problems
}

fn check_pin_set(set: &PinSet) -> Vec<OfficeProblem> {
    let record = || Record::PinSet(set.id);
    let mut problems = Vec::from_iter(check_name(&set.name, record(), "name"));
    let pins = set.pins.iter();
    problems.extend(pins.filter_map(|pin| check_name(&pin.name, record(), "pins")));
    problems.extend(check_count(
        record(),
        "pins",
        set.pins.len(),
        PINS_PER_SET_MAX,
    ));
    problems
}

fn check_caller_list(list: &CallerList) -> Vec<OfficeProblem> {
    let record = || Record::CallerList(list.id);
    let mut problems = Vec::from_iter(check_name(&list.name, record(), "name"));
    let columns = list.columns.iter();
    problems.extend(columns.filter_map(|column| check_name(column, record(), "columns")));
    let counts = [
        ("columns", list.columns.len(), CALLER_COLUMNS_MAX),
        ("callers", list.callers.len(), CALLERS_PER_LIST_MAX),
    ];
    let counts = counts.into_iter();
    problems.extend(
        counts.filter_map(|(field, count, limit)| check_count(record(), field, count, limit)),
    );
    problems
}

fn check_count(
    record: Record,
    field: &'static str,
    count: usize,
    limit: usize,
) -> Option<OfficeProblem> {
    (count > limit).then_some(OfficeProblem::Overfull {
        record,
        field,
        count,
        limit,
    })
}

pub(super) fn settings(parts: &OfficeParts) -> Vec<OfficeProblem> {
    let settings = &parts.settings;
    let mut problems = Vec::new();
    let counts = [
        ("domains", settings.domains.len(), DOMAINS_MAX),
        ("persons", parts.persons.len(), PERSONS_MAX),
        ("devices", parts.devices.len(), DEVICES_MAX),
        ("extensions", parts.extensions.len(), EXTENSIONS_MAX),
        ("mailboxes", parts.mailboxes.len(), MAILBOXES_MAX),
        ("rooms", parts.rooms.len(), CONFERENCE_ROOMS_MAX),
        ("schedules", parts.schedules.len(), SCHEDULES_MAX),
        ("flows", parts.flows.len(), FLOWS_MAX),
        ("modes", parts.modes.len(), MODES_MAX),
        ("pin_sets", parts.pin_sets.len(), PIN_SETS_MAX),
        ("caller_lists", parts.caller_lists.len(), CALLER_LISTS_MAX),
        ("trunks", parts.trunks.len(), TRUNKS_MAX),
        ("peers", parts.peers.len(), PEERS_MAX),
        (
            "phone_numbers",
            parts.phone_numbers.len(),
            PHONE_NUMBERS_MAX,
        ),
        (
            "outbound_rules",
            parts.outside.rules.len(),
            OUTBOUND_RULES_MAX,
        ),
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
    let parking = settings.parking;
    if !parking.is_in_bounds() {
        problems.push(OfficeProblem::Parking);
    }
    let taken = parts.extensions.iter();
    let taken = taken.filter(|each| parking.slot(each.number.as_str()).is_some());
    problems.extend(taken.map(|each| OfficeProblem::ParkingOverlaps {
        number: each.number.clone(),
        first: ParkSlot(parking.first),
        last: parking.last(),
    }));
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
