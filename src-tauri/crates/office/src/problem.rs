//! What is wrong with an office's configuration, in sentences.

use crate::limits::{
    CALLS_PER_PERSON_MAX, CONTACTS_PER_DEVICE_MAX, EXTENSION_HOPS_MAX, KEEP_DAYS_MAX,
    MAILBOX_ADDRESSES_MAX, MAILBOX_MEMBERS_MAX, MAILBOX_MESSAGES_MAX, MAILBOX_SECONDS_MAX,
    MAILBOX_SECONDS_MIN, MODE_STATES_MAX, MUSIC_SOUNDS_MAX, NAME_MAX_CHARS, OFFICE_CALLS_MAX,
    PARKING_BACK_MAX_SECONDS, PARKING_BACK_MIN_SECONDS, PARKING_SLOTS_MAX,
    REGISTER_EXPIRY_MAX_SECONDS, REGISTER_EXPIRY_MIN_SECONDS, ROOM_MEMBERS_MAX,
    SESSION_EXPIRES_MAX_SECONDS, SESSION_EXPIRES_MIN_SECONDS,
};
use crate::{
    CallRecordingId, CallerListId, ConferenceRoomId, DeviceId, ExtensionNumber, FlowId, MailboxId,
    MessageId, ModeId, OutboundRuleId, ParkSlot, PeerId, PersonId, PhoneNumber, PinSetId,
    ScheduleId, SipUser, SoundName, TrunkId, UserId,
};
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
    /// Two mailboxes have one identity.
    #[error("mailbox {mailbox} is listed twice")]
    DuplicateMailbox {
        /// The identity.
        mailbox: MailboxId,
    },
    /// A person has two mailboxes.
    #[error(
        "{name} has two mailboxes, so messages could lie in either unheard; remove one of them"
    )]
    SecondMailbox {
        /// The later one.
        mailbox: MailboxId,
        /// The person's name.
        name: String,
    },
    /// A mailbox belongs to, or is shared with, a person who does not exist.
    #[error(
        "the mailbox belongs to a person who does not exist, so nobody would hear its messages"
    )]
    MailboxPersonMissing {
        /// The mailbox.
        mailbox: MailboxId,
        /// The missing person.
        person: PersonId,
    },
    /// A setting of a mailbox is out of bounds.
    #[error("{}", mailbox_bounds(.field))]
    MailboxBounds {
        /// The mailbox.
        mailbox: MailboxId,
        /// Which setting.
        field: &'static str,
    },
    /// Two conference rooms have one identity.
    #[error("conference room {room} is listed twice")]
    DuplicateRoom {
        /// The identity.
        room: ConferenceRoomId,
    },
    /// A conference room's number of members is out of bounds.
    #[error("a conference room has room for 2 to {ROOM_MEMBERS_MAX} people")]
    RoomMembers {
        /// The room.
        room: ConferenceRoomId,
    },
    /// A conference room waits for a host nobody can be.
    #[error(
        "{name} waits for its host, but has no PIN for one, so its members would hear music for ever; set a host PIN"
    )]
    RoomWithoutHost {
        /// The room.
        room: ConferenceRoomId,
        /// What it is called.
        name: String,
    },
    /// The number of a mailbox or conference room is no extension, or leads elsewhere.
    #[error(
        "{number} does not lead here, so who calls it would reach someone else or nobody; choose another number"
    )]
    NumberLeadsElsewhere {
        /// The mailbox or room.
        record: Record,
        /// The number.
        number: ExtensionNumber,
    },
    /// An extension leads to a mailbox that does not exist.
    #[error(
        "extension {number} leads to a mailbox that does not exist, so its callers could leave no message"
    )]
    TargetMailboxMissing {
        /// The extension.
        number: ExtensionNumber,
        /// The missing mailbox.
        mailbox: MailboxId,
    },
    /// An extension leads to a conference room that does not exist.
    #[error(
        "extension {number} leads to a conference room that does not exist, so its callers would reach nobody"
    )]
    TargetRoomMissing {
        /// The extension.
        number: ExtensionNumber,
        /// The missing room.
        room: ConferenceRoomId,
    },
    /// Two schedules, call flows, modes, sets of PINs or lists of callers have one identity.
    #[error("this is listed twice")]
    ListedTwice {
        /// Which.
        record: Record,
    },
    /// A schedule, mode, set of PINs or list of callers holds more than it can.
    #[error("there are {count} {field} here; at most {limit} fit")]
    Overfull {
        /// Which.
        record: Record,
        /// Of what, in the plural.
        field: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// An extension leads to a call flow that does not exist.
    #[error(
        "extension {number} leads to a call flow that does not exist, so its callers would reach nobody"
    )]
    TargetFlowMissing {
        /// The extension.
        number: ExtensionNumber,
        /// The missing call flow.
        flow: FlowId,
    },
    /// A person takes calls by a schedule that does not exist.
    #[error(
        "{name} takes calls by opening hours that do not exist, so nobody knows when to ring; choose others"
    )]
    PersonScheduleMissing {
        /// The person.
        person: PersonId,
        /// Their name.
        name: String,
        /// The missing schedule.
        schedule: ScheduleId,
    },
    /// Where a person's callers go outside of their hours does not exist.
    #[error(
        "outside of their hours {name}'s callers go to something that does not exist, so they would reach nobody; choose another"
    )]
    PersonClosedTargetMissing {
        /// The person.
        person: PersonId,
        /// Their name.
        name: String,
    },
    /// A mode has too few or too many positions, two of one identity, or stands at none of them.
    #[error(
        "a mode has 2 to {MODE_STATES_MAX} positions, each with an identity of its own, and stands at one of them"
    )]
    ModeStates {
        /// The mode.
        mode: ModeId,
    },
    /// The slots for parked calls cannot be dialled, or their time is out of bounds.
    #[error(
        "there are 1 to {PARKING_SLOTS_MAX} slots for parked calls with numbers of up to 8 digits, and a parked call comes back after {PARKING_BACK_MIN_SECONDS} seconds to {} minutes",
        PARKING_BACK_MAX_SECONDS / 60
    )]
    Parking,
    /// An extension is a slot for parked calls as well.
    #[error(
        "{number} is an extension, and the slots {first} to {last} for parked calls take it too, so nobody could tell which is meant; choose other slots or another extension"
    )]
    ParkingOverlaps {
        /// The extension.
        number: ExtensionNumber,
        /// The first slot.
        first: ParkSlot,
        /// The last slot.
        last: ParkSlot,
    },
    /// A list of music is empty or too long.
    #[error(
        "music of one's own has 1 to {MUSIC_SOUNDS_MAX} pieces, or those who wait would hear nothing"
    )]
    Music {
        /// The person; `None` for the office's own setting.
        person: Option<PersonId>,
    },
    /// Recordings are kept for a number of days out of bounds.
    #[error("recordings are kept for 1 to {KEEP_DAYS_MAX} days, or for ever")]
    RecordingDays,
    /// Port 0 is none.
    #[error(
        "other computers reach the window at a port of 1 to 65535; with 0 nobody could find it"
    )]
    LanPort,
    /// A line, a number, or how the office calls out.
    #[error("{fault}")]
    Outside {
        /// Which.
        record: Record,
        /// Which field of it.
        field: &'static str,
        /// What is wrong with it.
        fault: OutsideFault,
    },
}

mod outside;

pub use outside::OutsideFault;

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
    /// A mailbox.
    Mailbox(MailboxId),
    /// A conference room.
    Room(ConferenceRoomId),
    /// A schedule.
    Schedule(ScheduleId),
    /// A call flow.
    Flow(FlowId),
    /// A mode.
    Mode(ModeId),
    /// A set of PINs.
    PinSet(PinSetId),
    /// A list of callers.
    CallerList(CallerListId),
    /// A line to the outside world.
    Trunk(TrunkId),
    /// Another telephone system.
    Peer(PeerId),
    /// A number of the office in the telephone network.
    PhoneNumber(PhoneNumber),
    /// A rule for calls that go out.
    OutboundRule(OutboundRuleId),
    /// All rules for calls that go out, as a list.
    OutboundRules,
    /// What a person may do outside.
    CallingRights(PersonId),
    /// What stops a bill from growing.
    CallingPolicy,
    /// How many calls go in and out.
    OutsideAdmission,
    /// What is ready for an emergency call.
    EmergencyPlan,
    /// Who may reach the office under which domain.
    DomainAccess,
    /// A message in a mailbox.
    Message(MessageId),
    /// A call recording.
    Recording(CallRecordingId),
    /// A sound the office keeps.
    Sound(SoundName),
    /// The mail server's settings.
    MailSettings,
    /// A letter in the mail queue.
    Letter(i64),
    /// A further office of the engine.
    FurtherOffice(i64),
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
            | Self::RecordingDays
            | Self::Parking
            | Self::ParkingOverlaps { .. }
            | Self::Music { person: None }
            | Self::PersonCalls { person: None } => Record::Settings,
            Self::BadName { record, .. }
            | Self::BadText { record, .. }
            | Self::NumberLeadsElsewhere { record, .. }
            | Self::ListedTwice { record }
            | Self::Overfull { record, .. }
            | Self::Outside { record, .. } => record.clone(),
            Self::ModeStates { mode } => Record::Mode(*mode),
            Self::DuplicatePerson { person }
            | Self::PersonScheduleMissing { person, .. }
            | Self::PersonClosedTargetMissing { person, .. }
            | Self::OwnNumberMissing { person, .. }
            | Self::OwnNumberLeadsElsewhere { person, .. }
            | Self::PersonCalls {
                person: Some(person),
            }
            | Self::Music {
                person: Some(person),
            } => Record::Person(*person),
            Self::DuplicateMailbox { mailbox }
            | Self::SecondMailbox { mailbox, .. }
            | Self::MailboxPersonMissing { mailbox, .. }
            | Self::MailboxBounds { mailbox, .. } => Record::Mailbox(*mailbox),
            Self::DuplicateRoom { room }
            | Self::RoomMembers { room }
            | Self::RoomWithoutHost { room, .. } => Record::Room(*room),
            Self::DuplicateDevice { device }
            | Self::DuplicateSipUser { device, .. }
            | Self::DeviceWithoutPerson { device, .. }
            | Self::DeviceContacts { device }
            | Self::SecretOfAnotherRealm { device, .. } => Record::Device(*device),
            Self::DuplicateExtension { number }
            | Self::TargetPersonMissing { number, .. }
            | Self::TargetExtensionMissing { number, .. }
            | Self::TargetMailboxMissing { number, .. }
            | Self::TargetRoomMissing { number, .. }
            | Self::TargetFlowMissing { number, .. }
            | Self::ExtensionCircle { number } => Record::Extension(number.clone()),
        }
    }

    /// The field of that record to mend, by its name in the record's type.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::TooMany { what, .. } => what,
            Self::DuplicatePerson { .. }
            | Self::DuplicateDevice { .. }
            | Self::DuplicateMailbox { .. }
            | Self::DuplicateRoom { .. }
            | Self::ListedTwice { .. } => "id",
            Self::DuplicateExtension { .. }
            | Self::NumberLeadsElsewhere { .. }
            | Self::OwnNumberMissing { .. }
            | Self::OwnNumberLeadsElsewhere { .. } => "number",
            Self::DuplicateSipUser { .. } => "sip_user",
            Self::PersonScheduleMissing { .. } => "hours.schedule",
            Self::PersonClosedTargetMissing { .. } => "hours.when_closed",
            Self::ModeStates { .. } => "states",
            Self::BadName { field, .. }
            | Self::Overfull { field, .. }
            | Self::BadText { field, .. }
            | Self::Outside { field, .. }
            | Self::MailboxBounds { field, .. } => field,
            Self::SecondMailbox { .. } | Self::MailboxPersonMissing { .. } => "owner",
            Self::RoomMembers { .. } => "max_members",
            Self::RoomWithoutHost { .. } => "wait_for_host",
            Self::Music { .. } => "music",
            Self::RecordingDays => "recording.keep_days",
            Self::Parking => "parking",
            Self::ParkingOverlaps { .. } => "parking.first",
            Self::PersonCalls { person: Some(_) } => "simultaneous_calls",
            Self::PersonCalls { person: None } => "admission.calls_per_person",
            Self::DeviceWithoutPerson { .. } => "person",
            Self::DeviceContacts { .. } => "max_contacts",
            Self::SecretOfAnotherRealm { .. } => "credentials",
            Self::TargetPersonMissing { .. }
            | Self::TargetExtensionMissing { .. }
            | Self::TargetMailboxMissing { .. }
            | Self::TargetRoomMissing { .. }
            | Self::TargetFlowMissing { .. }
            | Self::ExtensionCircle { .. } => "target",
            Self::RegisterExpiry => "register_expiry",
            Self::SessionExpires => "session_expires",
            Self::OfficeCalls => "admission.office_calls",
            Self::LanPort => "lan.port",
        }
    }
}

fn mailbox_bounds(field: &str) -> String {
    match field {
        "members" => format!(
            "the mailbox of a group is shared by up to {MAILBOX_MEMBERS_MAX} people, that of a person by nobody"
        ),
        "quota" => format!(
            "a mailbox holds 1 to {MAILBOX_MESSAGES_MAX} messages, {} to {} minutes together",
            MAILBOX_SECONDS_MIN / 60,
            MAILBOX_SECONDS_MAX / 60
        ),
        "keep_days" => format!("messages are kept for 1 to {KEEP_DAYS_MAX} days, or for ever"),
        _ => format!(
            "a mailbox sends its messages to 1 to {MAILBOX_ADDRESSES_MAX} addresses, and deletes only what it has attached"
        ),
    }
}
