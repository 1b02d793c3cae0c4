//! What is wrong with an office's configuration, in sentences.

use crate::limits::{
    CALLS_PER_PERSON_MAX, CONTACTS_PER_DEVICE_MAX, EXTENSION_HOPS_MAX, NAME_MAX_CHARS,
    OFFICE_CALLS_MAX, REGISTER_EXPIRY_MAX_SECONDS, REGISTER_EXPIRY_MIN_SECONDS,
    SESSION_EXPIRES_MAX_SECONDS, SESSION_EXPIRES_MIN_SECONDS,
};
use crate::{DeviceId, ExtensionNumber, PersonId, SipUser, UserId};
use serde::Serialize;

/// One thing that keeps a configuration from being an office. `Display` says cause and effect to
/// the office manager; [`record`](Self::record) and [`field`](Self::field) say where to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfficeProblem {
    /// More records than an office can hold.
    #[error("there are {count} {what}; an office holds at most {limit}")]
    TooMany {
        /// Of what, in the plural.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Two persons have one identity.
    #[error("person {person} is listed twice")]
    DuplicatePerson {
        /// The identity.
        person: PersonId,
    },
    /// Two devices have one identity.
    #[error("device {device} is listed twice")]
    DuplicateDevice {
        /// The identity.
        device: DeviceId,
    },
    /// Two extensions have one number.
    #[error(
        "extension {number} is given out twice, so a call to it could go to either; give one of them another number"
    )]
    DuplicateExtension {
        /// The number.
        number: ExtensionNumber,
    },
    /// Two devices have one SIP user name.
    #[error(
        "two devices log in as {sip_user}, so one would get the other's calls; give one of them another name"
    )]
    DuplicateSipUser {
        /// The later device.
        device: DeviceId,
        /// The earlier device.
        other: DeviceId,
        /// The name.
        sip_user: SipUser,
    },
    /// A name that is empty, too long or holds what [`clean_text`](crate::clean_text) removes.
    #[error(
        "a name needs 1 to {NAME_MAX_CHARS} visible characters, or a display could show nothing or something false"
    )]
    BadName {
        /// Whose name.
        record: Record,
        /// Which name.
        field: &'static str,
    },
    /// A free text that is too long or holds what [`clean_text`](crate::clean_text) removes.
    #[error(
        "this text may have up to {limit} visible characters, or a display could not show it whole"
    )]
    BadText {
        /// Whose text.
        record: Record,
        /// Which text.
        field: &'static str,
        /// Its longest length, in characters.
        limit: usize,
    },
    /// The number a person calls from is not an extension.
    #[error(
        "{name} calls from {number}, but there is no extension {number}, so nobody could call back; add it or choose another"
    )]
    OwnNumberMissing {
        /// The person.
        person: PersonId,
        /// Their name.
        name: String,
        /// The number.
        number: ExtensionNumber,
    },
    /// The number a person calls from leads to somebody else.
    #[error(
        "{name} calls from {number}, but {number} leads elsewhere, so who calls back would reach someone else"
    )]
    OwnNumberLeadsElsewhere {
        /// The person.
        person: PersonId,
        /// Their name.
        name: String,
        /// The number.
        number: ExtensionNumber,
    },
    /// A person's limit of simultaneous calls is out of bounds.
    #[error("a person can have 1 to {CALLS_PER_PERSON_MAX} calls at a time")]
    PersonCalls {
        /// The person; `None` for the office's own setting.
        person: Option<PersonId>,
    },
    /// A device belongs to nobody.
    #[error(
        "the device {label:?} belongs to nobody, so it could neither call nor be called; choose whose device it is"
    )]
    DeviceWithoutPerson {
        /// The device.
        device: DeviceId,
        /// What it is called.
        label: String,
        /// The missing person.
        person: PersonId,
    },
    /// A device's number of contacts is out of bounds.
    #[error("a device can be registered from 1 to {CONTACTS_PER_DEVICE_MAX} places at a time")]
    DeviceContacts {
        /// The device.
        device: DeviceId,
    },
    /// A device's secret was made for another realm.
    #[error(
        "the secret of the device {label:?} was made for another realm, so it could not log in; give it a new secret"
    )]
    SecretOfAnotherRealm {
        /// The device.
        device: DeviceId,
        /// What it is called.
        label: String,
    },
    /// An extension leads to a person who does not exist.
    #[error(
        "extension {number} leads to a person who does not exist, so its callers would reach nobody"
    )]
    TargetPersonMissing {
        /// The extension.
        number: ExtensionNumber,
        /// The missing person.
        person: PersonId,
    },
    /// An extension leads to an extension that does not exist.
    #[error(
        "extension {number} leads to extension {target}, which does not exist, so its callers would reach nobody"
    )]
    TargetExtensionMissing {
        /// The extension.
        number: ExtensionNumber,
        /// The missing extension.
        target: ExtensionNumber,
    },
    /// An extension leads in a circle, or over too many others.
    #[error(
        "extension {number} leads to itself again or over more than {EXTENSION_HOPS_MAX} others, so its callers would reach nobody"
    )]
    ExtensionCircle {
        /// The extension.
        number: ExtensionNumber,
    },
    /// The register expiry's bounds are out of order or out of range.
    #[error(
        "a registration lasts {REGISTER_EXPIRY_MIN_SECONDS} to {REGISTER_EXPIRY_MAX_SECONDS} seconds, and its shortest, usual and longest time must be in that order"
    )]
    RegisterExpiry,
    /// The session interval is out of range.
    #[error(
        "a session interval is {SESSION_EXPIRES_MIN_SECONDS} to {SESSION_EXPIRES_MAX_SECONDS} seconds"
    )]
    SessionExpires,
    /// The office's limit of calls is out of bounds.
    #[error("an office can have 1 to {OFFICE_CALLS_MAX} calls at a time")]
    OfficeCalls,
    /// Port 0 is none.
    #[error(
        "other computers reach the window at a port of 1 to 65535; with 0 nobody could find it"
    )]
    LanPort,
}

/// The record a problem is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "record", content = "id", rename_all = "snake_case")]
pub enum Record {
    /// The office's settings.
    Settings,
    /// A person.
    Person(PersonId),
    /// A device.
    Device(DeviceId),
    /// An extension.
    Extension(ExtensionNumber),
    /// A user of the window.
    User(UserId),
}

impl OfficeProblem {
    /// The record to mend.
    #[must_use]
    pub fn record(&self) -> Record {
        match self {
            Self::TooMany { .. }
            | Self::RegisterExpiry
            | Self::SessionExpires
            | Self::OfficeCalls
            | Self::LanPort
            | Self::PersonCalls { person: None } => Record::Settings,
            Self::BadName { record, .. } | Self::BadText { record, .. } => record.clone(),
            Self::DuplicatePerson { person }
            | Self::OwnNumberMissing { person, .. }
            | Self::OwnNumberLeadsElsewhere { person, .. }
            | Self::PersonCalls {
                person: Some(person),
            } => Record::Person(*person),
            Self::DuplicateDevice { device }
            | Self::DuplicateSipUser { device, .. }
            | Self::DeviceWithoutPerson { device, .. }
            | Self::DeviceContacts { device }
            | Self::SecretOfAnotherRealm { device, .. } => Record::Device(*device),
            Self::DuplicateExtension { number }
            | Self::TargetPersonMissing { number, .. }
            | Self::TargetExtensionMissing { number, .. }
            | Self::ExtensionCircle { number } => Record::Extension(number.clone()),
        }
    }

    /// The field of that record to mend, by its name in the record's type.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::TooMany { what, .. } => what,
            Self::DuplicatePerson { .. } | Self::DuplicateDevice { .. } => "id",
            Self::DuplicateExtension { .. }
            | Self::OwnNumberMissing { .. }
            | Self::OwnNumberLeadsElsewhere { .. } => "number",
            Self::DuplicateSipUser { .. } => "sip_user",
            Self::BadName { field, .. } | Self::BadText { field, .. } => field,
            Self::PersonCalls { person: Some(_) } => "simultaneous_calls",
            Self::PersonCalls { person: None } => "admission.calls_per_person",
            Self::DeviceWithoutPerson { .. } => "person",
            Self::DeviceContacts { .. } => "max_contacts",
            Self::SecretOfAnotherRealm { .. } => "credentials",
            Self::TargetPersonMissing { .. }
            | Self::TargetExtensionMissing { .. }
            | Self::ExtensionCircle { .. } => "target",
            Self::RegisterExpiry => "register_expiry",
            Self::SessionExpires => "session_expires",
            Self::OfficeCalls => "admission.office_calls",
            Self::LanPort => "lan.port",
        }
    }
}
