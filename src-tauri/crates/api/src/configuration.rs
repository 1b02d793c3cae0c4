//! The office as it is configured, with the revision of each of its records.

use crate::{
    flow_drafts::Draft,
    prompts::Spoken,
    surroundings::Surroundings,
    values::{Millis, SoundId},
};
use office::{
    CallerListId, ConferenceRoomId, DeviceId, DomainAccess, ExtensionNumber, FlowId, MailboxId,
    MessageCounts, ModeId, Office, PeerId, PersonId, PhoneNumber, PinSetId, ScheduleId, SoundName,
    TrunkId,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    time::Duration,
};
use store::{FlowRecord, FlowUse, Revised, Store, StoreError};

/// What is saved, as it was read at one moment.
#[derive(Clone, Debug)]
pub struct Configuration {
    office: Arc<Office>,
    settings: i64,
    persons: BTreeMap<PersonId, i64>,
    devices: BTreeMap<DeviceId, i64>,
    extensions: BTreeMap<ExtensionNumber, i64>,
    mailboxes: BTreeMap<MailboxId, i64>,
    rooms: BTreeMap<ConferenceRoomId, i64>,
    schedules: BTreeMap<ScheduleId, i64>,
    modes: BTreeMap<ModeId, i64>,
    pin_sets: BTreeMap<PinSetId, i64>,
    caller_lists: BTreeMap<CallerListId, i64>,
    lines: BTreeMap<TrunkId, i64>,
    peers: BTreeMap<PeerId, i64>,
    numbers: BTreeMap<PhoneNumber, i64>,
    calling_rights: BTreeMap<PersonId, i64>,
    outbound_rules: i64,
    calling_policy: i64,
    outside_admission: i64,
    emergency_plan: i64,
    domain_access: Revised<Vec<DomainAccess>>,
    flows: BTreeMap<FlowId, Revised<FlowRecord>>,
    drafts: BTreeMap<FlowId, Arc<Draft>>,
    users: BTreeMap<FlowUse, Vec<(FlowId, String)>>,
    sounds: BTreeMap<SoundId, (SoundName, Duration)>,
    spoken: Spoken,
    /// Made when first asked for.
    surroundings: OnceLock<Arc<Surroundings>>,
    messages: BTreeMap<MailboxId, MessageCounts>,
    last_seen: BTreeMap<DeviceId, i64>,
}

impl Configuration {
    /// Reads what is saved now.
    ///
    /// # Errors
    /// A saved value cannot be understood, or a seal is broken.
    pub fn read(store: &Store) -> Result<Self, StoreError> {
        Self::with_revisions(Arc::new(store.load_office()?), store)
    }

    /// The revisions of an office just read from `store`.
    pub(crate) fn with_revisions(office: Arc<Office>, store: &Store) -> Result<Self, StoreError> {
        let persons = store.persons()?.into_iter();
        let devices = store.devices()?.into_iter();
        let extensions = store.extensions()?.into_iter();
        let mailboxes = store.mailboxes()?.into_iter();
        let rooms = store.rooms()?.into_iter();
        let schedules = store.schedules()?.into_iter();
        let modes = store.modes()?.into_iter();
        let pin_sets = store.pin_sets()?.into_iter();
        let caller_lists = store.caller_lists()?.into_iter();
        let lines = store.trunks()?.into_iter();
        let peers = store.peers()?.into_iter();
        let numbers = store.phone_numbers()?.into_iter();
        let calling_rights = store.calling_rights()?.into_iter();
        let flows = store.flows()?.into_iter();
        let drafts = store.flow_drafts()?.into_iter();
        let sounds = store.sounds()?.into_iter();
        Ok(Self {
            office,
            settings: store.settings()?.revision,
            persons: persons.map(|row| (row.value.id, row.revision)).collect(),
            devices: devices.map(|row| (row.value.id, row.revision)).collect(),
            extensions: extensions
                .map(|row| (row.value.number, row.revision))
                .collect(),
            mailboxes: mailboxes.map(|row| (row.value.id, row.revision)).collect(),
            rooms: rooms.map(|row| (row.value.id, row.revision)).collect(),
            schedules: schedules
                .map(|row| (row.value.id(), row.revision))
                .collect(),
            modes: modes.map(|row| (row.value.id, row.revision)).collect(),
            pin_sets: pin_sets.map(|row| (row.value.id, row.revision)).collect(),
            caller_lists: caller_lists
                .map(|row| (row.value.id, row.revision))
                .collect(),
            lines: lines.map(|row| (row.value.id, row.revision)).collect(),
            peers: peers.map(|row| (row.value.id, row.revision)).collect(),
            numbers: numbers
                .map(|row| (row.value.number, row.revision))
                .collect(),
            calling_rights: calling_rights
                .map(|row| (row.value.person, row.revision))
                .collect(),
            outbound_rules: store.outbound_rules()?.revision,
            calling_policy: store.calling_policy()?.revision,
            outside_admission: store.outside_admission()?.revision,
            emergency_plan: store.emergency_plan()?.revision,
            domain_access: store.domain_access()?,
            flows: flows.map(|row| (row.value.id, row)).collect(),
            drafts: drafts
                .map(|(flow, json)| (flow, Arc::new(Draft::of(&json))))
                .collect(),
            users: store.flow_users()?,
            spoken: store
                .spoken_prompts()?
                .into_iter()
                .map(|(voice, text, name)| ((voice, text), name))
                .collect(),
            surroundings: OnceLock::new(),
            sounds: sounds
                .map(|sound| {
                    let lasts = Duration::from_millis(sound.lasts_ms.into());
                    (SoundId::of(&sound.name), (sound.name, lasts))
                })
                .collect(),
            messages: store.message_counts()?,
            last_seen: store.last_seen()?,
        })
    }

    /// The office.
    #[must_use]
    pub fn office(&self) -> &Arc<Office> {
        &self.office
    }

    /// To be named when changing the settings.
    pub(crate) fn revision_of_settings(&self) -> i64 {
        self.settings
    }

    /// To be named when changing a person; 0, which no record has, for one that is not there.
    pub(crate) fn revision_of_person(&self, person: PersonId) -> i64 {
        self.persons.get(&person).copied().unwrap_or_default()
    }

    /// To be named when changing a device; 0, which no record has, for one that is not there.
    pub(crate) fn revision_of_device(&self, device: DeviceId) -> i64 {
        self.devices.get(&device).copied().unwrap_or_default()
    }

    /// To be named when changing a mailbox; 0, which no record has, for one that is not there.
    pub(crate) fn revision_of_mailbox(&self, mailbox: MailboxId) -> i64 {
        self.mailboxes.get(&mailbox).copied().unwrap_or_default()
    }

    /// To be named when changing a conference room; 0, which no record has, for one that is not
    /// there.
    pub(crate) fn revision_of_room(&self, room: ConferenceRoomId) -> i64 {
        self.rooms.get(&room).copied().unwrap_or_default()
    }

    /// To be named when changing a schedule; 0, which no record has, for one that is not there.
    pub(crate) fn revision_of_schedule(&self, schedule: ScheduleId) -> i64 {
        self.schedules.get(&schedule).copied().unwrap_or_default()
    }

    /// To be named when changing a mode; 0, which no record has, for one that is not there.
    pub(crate) fn revision_of_mode(&self, mode: ModeId) -> i64 {
        self.modes.get(&mode).copied().unwrap_or_default()
    }

    /// To be named when changing a set of PINs; 0, which no record has, for one that is not there.
    pub(crate) fn revision_of_pin_set(&self, set: PinSetId) -> i64 {
        self.pin_sets.get(&set).copied().unwrap_or_default()
    }

    /// To be named when changing a list of callers; 0, which no record has, for one that is not
    /// there.
    pub(crate) fn revision_of_caller_list(&self, list: CallerListId) -> i64 {
        self.caller_lists.get(&list).copied().unwrap_or_default()
    }

    /// To be named when changing a line; 0, which no record has, for one that is not there.
    pub(crate) fn revision_of_line(&self, line: TrunkId) -> i64 {
        self.lines.get(&line).copied().unwrap_or_default()
    }

    /// To be named when changing another telephone system; 0, which no record has, for one that is
    /// not there.
    pub(crate) fn revision_of_peer(&self, peer: PeerId) -> i64 {
        self.peers.get(&peer).copied().unwrap_or_default()
    }

    /// To be named when changing a number; 0, which no record has, for one that is not there.
    pub(crate) fn revision_of_number(&self, number: &PhoneNumber) -> i64 {
        self.numbers.get(number).copied().unwrap_or_default()
    }

    /// To be named when changing what a person may do outside; 0 while nothing is set for them.
    pub(crate) fn revision_of_calling_rights(&self, person: PersonId) -> i64 {
        self.calling_rights
            .get(&person)
            .copied()
            .unwrap_or_default()
    }

    /// To be named when changing the rules for calls that go out.
    pub(crate) fn revision_of_outbound_rules(&self) -> i64 {
        self.outbound_rules
    }

    /// To be named when changing what stops a bill from growing.
    pub(crate) fn revision_of_calling_policy(&self) -> i64 {
        self.calling_policy
    }

    /// To be named when changing how many calls go in and out.
    pub(crate) fn revision_of_outside_admission(&self) -> i64 {
        self.outside_admission
    }

    /// To be named when changing what is ready for an emergency call.
    pub(crate) fn revision_of_emergency_plan(&self) -> i64 {
        self.emergency_plan
    }

    /// Who may talk to the office under which of its domains.
    pub(crate) fn domain_access(&self) -> &Revised<Vec<DomainAccess>> {
        &self.domain_access
    }

    /// A number as people of the office's country write it.
    pub(crate) fn write_number(&self, number: &PhoneNumber) -> String {
        numbering::show(number, self.office.settings().country.as_ref())
    }

    /// The same of the text of a number; as it is if it is none.
    pub(crate) fn write_shown(&self, text: &str) -> String {
        let number = PhoneNumber::parse(text);
        number.map_or_else(|_| text.to_owned(), |number| self.write_number(&number))
    }

    /// What a line is called.
    pub(crate) fn line_name(&self, line: office::TrunkId) -> Option<String> {
        self.office.trunk(line).map(|trunk| trunk.name.clone())
    }

    /// The number somebody wrote, as people of the office's country do or with its country code.
    pub(crate) fn read_number(&self, text: &str) -> Option<PhoneNumber> {
        let country = self.office.settings().country.as_ref();
        PhoneNumber::parse(text.trim())
            .ok()
            .or_else(|| numbering::normalise_incoming(text, country))
    }

    /// All flows, by identity.
    pub(crate) fn flows(&self) -> impl Iterator<Item = &Revised<FlowRecord>> {
        self.flows.values()
    }

    /// One flow; `None` if there is none of that identity.
    pub(crate) fn flow(&self, flow: FlowId) -> Option<&Revised<FlowRecord>> {
        self.flows.get(&flow)
    }

    /// What is being edited of a flow.
    pub(crate) fn draft(&self, flow: FlowId) -> Option<&Arc<Draft>> {
        self.drafts.get(&flow)
    }

    /// The flows that refer to something, live or in their drafts, by name.
    pub(crate) fn flows_that_use(&self, used: &FlowUse) -> &[(FlowId, String)] {
        self.users.get(used).map_or(&[], Vec::as_slice)
    }

    /// The office's own sounds, by the number documents know them by, with how long each is.
    pub(crate) fn sounds(&self) -> &BTreeMap<SoundId, (SoundName, Duration)> {
        &self.sounds
    }

    /// The file in which a voice says that, if it was spoken.
    pub(crate) fn spoken(&self, voice: &str, text: &str) -> Option<&SoundName> {
        self.spoken.get(&(voice.to_owned(), text.to_owned()))
    }

    /// What flows are checked and rehearsed against.
    pub(crate) fn surroundings(&self) -> &Surroundings {
        self.surroundings
            .get_or_init(|| Arc::new(Surroundings::of(self)))
    }

    /// What lay in the mailboxes when this configuration was read; in those that were removed too.
    pub(crate) fn messages(&self) -> &BTreeMap<MailboxId, MessageCounts> {
        &self.messages
    }

    /// When a device registered for the last time, as far as it was saved with this configuration.
    pub(crate) fn last_seen(&self, device: DeviceId) -> Option<Millis> {
        self.last_seen.get(&device).copied().map(Millis)
    }

    /// To be named when changing an extension; 0, which no record has, for one that is not there.
    pub(crate) fn revision_of_extension(&self, number: &ExtensionNumber) -> i64 {
        self.extensions.get(number).copied().unwrap_or_default()
    }
}
