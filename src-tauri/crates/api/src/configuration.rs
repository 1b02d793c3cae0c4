//! The office as it is configured, with the revision of each of its records.

use crate::values::Millis;
use office::{
    ConferenceRoomId, DeviceId, ExtensionNumber, MailboxId, MessageCounts, Office, PersonId,
};
use std::{collections::BTreeMap, sync::Arc};
use store::{Store, StoreError};

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
