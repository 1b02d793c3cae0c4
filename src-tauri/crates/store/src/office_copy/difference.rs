//! What restoring a copy would change, record by record and field by field.

use super::{Incoming, OfficeCopy, damaged, sounds};
use crate::StoreError;
use crate::caller_lists::CALLER_LIST;
use crate::calling_policy::{CALLING_POLICY, DOMAIN_ACCESS, EMERGENCY_PLAN, OUTSIDE_ADMISSION};
use crate::calling_rights::CALLING_RIGHTS;
use crate::described::{
    DEVICE, Described, EXTENSION, Kind, MAIL_SETTINGS, MAILBOX, PERSON, ROOM, SETTINGS, SOUND, USER,
};
use crate::flows::FLOW;
use crate::modes::MODE;
use crate::outbound_rules::OUTBOUND_RULE;
use crate::peers::PEER;
use crate::phone_numbers::PHONE_NUMBER;
use crate::pin_sets::PIN_SET;
use crate::schedules::SCHEDULE;
use crate::secrets::{DataKey, Place};
use crate::trunks::TRUNK;
use office::Secret;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;

/// What restoring a copy would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupDiff {
    /// When the copy was made, in milliseconds since 1970 (UTC).
    pub made_at: i64,
    /// The name of the office in it.
    pub office: String,
    /// Record by record; empty if nothing would change.
    pub changes: Vec<BackupChange>,
    /// How many messages would come back.
    pub messages: usize,
    /// How many recordings would come back.
    pub recordings: usize,
}

/// What restoring would change of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupChange {
    /// The kind of record.
    pub subject: BackupSubject,
    /// What would happen to it.
    pub change: BackupChangeKind,
    /// What people call it.
    pub name: String,
    /// Its fields that would change.
    pub fields: Vec<FieldChange>,
}

/// A kind of record in a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupSubject {
    /// The office's settings.
    Settings,
    /// A person.
    Person,
    /// An extension.
    Extension,
    /// A device.
    Device,
    /// A mailbox.
    Mailbox,
    /// A conference room.
    Room,
    /// A greeting or music.
    Sound,
    /// Opening hours.
    Schedule,
    /// A call flow.
    Flow,
    /// A mode of the office.
    Mode,
    /// A set of PINs.
    PinSet,
    /// A list of callers.
    CallerList,
    /// A line to the outside world.
    Trunk,
    /// Another telephone system.
    Peer,
    /// A number of the office in the telephone network.
    PhoneNumber,
    /// A rule for calls that go out.
    OutboundRule,
    /// What a person may do outside.
    CallingRights,
    /// What stops a bill from growing.
    CallingPolicy,
    /// How many calls go in and out.
    OutsideAdmission,
    /// What is ready for an emergency call.
    EmergencyPlan,
    /// Who may reach the office under which domain.
    DomainAccess,
    /// How mail is sent.
    Mail,
    /// A user of the window.
    User,
}

/// What restoring would do to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupChangeKind {
    /// It is only in the copy.
    Added,
    /// It is not in the copy.
    Removed,
    /// It differs.
    Changed,
}

/// One field of a record, now and after restoring; empty where there is none. A secret that differs
/// says only so (`current` and `earlier`), and so does a whole `document`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// By its name in the API.
    pub field: String,
    /// As it is.
    pub now: String,
    /// As it would be.
    pub then: String,
}

impl FieldChange {
    /// Only that it differs.
    fn unsaid(field: &str) -> Self {
        Self {
            field: field.to_owned(),
            now: "current".to_owned(),
            then: "earlier".to_owned(),
        }
    }
}

/// Says what restoring a copy would change.
pub(crate) fn compare(
    connection: &Connection,
    key: &DataKey,
    dir: &Path,
    copy: &OfficeCopy,
) -> Result<BackupDiff, StoreError> {
    let incoming = Incoming::open(dir, copy)?;
    let office = incoming.office()?;
    let now = (connection, key);
    let then = (&incoming.connection, &incoming.key);
    let mut changes = Vec::new();
    for (subject, kind) in [
        (BackupSubject::Settings, &SETTINGS),
        (BackupSubject::Person, &PERSON),
        (BackupSubject::Extension, &EXTENSION),
        (BackupSubject::Device, &DEVICE),
        (BackupSubject::Mailbox, &MAILBOX),
        (BackupSubject::Room, &ROOM),
        (BackupSubject::Sound, &SOUND),
        (BackupSubject::Schedule, &SCHEDULE),
        (BackupSubject::Flow, &FLOW),
        (BackupSubject::Mode, &MODE),
        (BackupSubject::PinSet, &PIN_SET),
        (BackupSubject::CallerList, &CALLER_LIST),
        (BackupSubject::Trunk, &TRUNK),
        (BackupSubject::Peer, &PEER),
        (BackupSubject::PhoneNumber, &PHONE_NUMBER),
        (BackupSubject::OutboundRule, &OUTBOUND_RULE),
        (BackupSubject::CallingRights, &CALLING_RIGHTS),
        (BackupSubject::CallingPolicy, &CALLING_POLICY),
        (BackupSubject::OutsideAdmission, &OUTSIDE_ADMISSION),
        (BackupSubject::EmergencyPlan, &EMERGENCY_PLAN),
        (BackupSubject::DomainAccess, &DOMAIN_ACCESS),
        (BackupSubject::Mail, &MAIL_SETTINGS),
        (BackupSubject::User, &USER),
    ] {
        changes.extend(changes_of(subject, kind, now, then)?);
    }
    // What is here and not in the copy stays.
    changes.retain(|each| {
        each.subject != BackupSubject::Sound || each.change != BackupChangeKind::Removed
    });
    let (messages, recordings) = sounds::coming_back(&incoming, connection, copy)?;
    Ok(BackupDiff {
        made_at: copy.made_at,
        office: office.settings().name.clone(),
        changes,
        messages,
        recordings,
    })
}

fn changes_of(
    subject: BackupSubject,
    kind: &Kind,
    now: (&Connection, &DataKey),
    then: (&Connection, &DataKey),
) -> Result<Vec<BackupChange>, StoreError> {
    let by_key = |records: Vec<Described>| -> BTreeMap<String, Described> {
        records
            .into_iter()
            .map(|each| (each.key.clone(), each))
            .collect()
    };
    let mut here = by_key(kind.all(now.0)?);
    let mut changes = Vec::new();
    for (key, there) in by_key(kind.all(then.0).map_err(damaged)?) {
        let here = here.remove(&key);
        let mut fields = differing(here.as_ref(), Some(&there));
        for &(owner, secret, field) in secrets_of(subject) {
            let place = Place {
                owner,
                owner_id: key.parse().map_err(|_| StoreError::BackupDamaged)?,
                field: secret,
            };
            let of = |(connection, key): (&Connection, &DataKey)| key.get(connection, place);
            let same = same_secret(of(now)?.as_ref(), of(then).map_err(damaged)?.as_ref());
            if here.is_some() && !same {
                fields.push(FieldChange::unsaid(field));
            }
        }
        if fields.is_empty() {
            continue;
        }
        let (change, name) = match here {
            Some(here) => (BackupChangeKind::Changed, here.name),
            None => (BackupChangeKind::Added, there.name),
        };
        changes.push(BackupChange {
            subject,
            change,
            name,
            fields,
        });
    }
    changes.extend(here.into_values().map(|gone| BackupChange {
        subject,
        change: BackupChangeKind::Removed,
        fields: differing(Some(&gone), None),
        name: gone.name,
    }));
    Ok(changes)
}

fn differing(now: Option<&Described>, then: Option<&Described>) -> Vec<FieldChange> {
    let texts = |side: Option<&Described>| -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for (field, value) in side.into_iter().flat_map(|side| &side.fields) {
            match value {
                // Too long to be read, and drawn elsewhere.
                serde_json::Value::Object(_) if field == "document" => {
                    texts.insert(field.clone(), value.to_string());
                }
                // Such as the greetings of a mailbox, each for its occasion.
                serde_json::Value::Object(parts) => {
                    for (part, value) in parts {
                        texts.insert(format!("{field}.{part}"), text(value));
                    }
                }
                value => {
                    texts.insert(field.clone(), text(value));
                }
            }
        }
        texts
    };
    let (now, then) = (texts(now), texts(then));
    let fields = if then.is_empty() { &now } else { &then };
    let at = |side: &BTreeMap<String, String>, field| side.get(field).cloned().unwrap_or_default();
    let changed = fields.keys().map(|field| FieldChange {
        field: field.clone(),
        now: at(&now, field),
        then: at(&then, field),
    });
    let changed = changed.filter(|field| field.now != field.then);
    changed
        .map(|field| match field.field.as_str() {
            "document" => FieldChange::unsaid("document"),
            _ => field,
        })
        .collect()
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// What records prove themselves with, to be compared only: the owner of the secret, its field, and
/// what the API calls it.
fn secrets_of(subject: BackupSubject) -> &'static [(&'static str, &'static str, &'static str)] {
    match subject {
        BackupSubject::Device => &[("device", "ha1_sha256", "secret")],
        BackupSubject::User => &[("user", "password", "password")],
        BackupSubject::Mailbox => &[("mailbox", "pin", "pin")],
        BackupSubject::Room => &[("room", "pin", "pin"), ("room", "host_pin", "hostPin")],
        BackupSubject::Mail => &[("mail", "password", "password")],
        BackupSubject::Trunk => &[("trunk", "password", "password")],
        BackupSubject::Peer => &[("peer", "password", "password")],
        _ => &[],
    }
}

fn same_secret(now: Option<&Secret>, then: Option<&Secret>) -> bool {
    now.map(Secret::expose) == then.map(Secret::expose)
}
