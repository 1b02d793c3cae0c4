//! The whole office in one file under a passphrase, what restoring it would change, and restoring.

use crate::audit;
use crate::caller_lists::CALLER_LIST;
use crate::calling_policy::{CALLING_POLICY, DOMAIN_ACCESS, EMERGENCY_PLAN, OUTSIDE_ADMISSION};
use crate::calling_rights::CALLING_RIGHTS;
use crate::described::{
    DEVICE, Described, EXTENSION, Kind, MAIL_SETTINGS, MAILBOX, PERSON, ROOM, SETTINGS, SOUND, USER,
};
use crate::flows::FLOW;
use crate::limits::{BACKUP_FILES_MAX, BACKUP_MAX_BYTES, BACKUP_SOUNDS_MAX};
use crate::modes::MODE;
use crate::office_change::load_office;
use crate::outbound_rules::OUTBOUND_RULE;
use crate::peers::PEER;
use crate::phone_numbers::PHONE_NUMBER;
use crate::pin_sets::PIN_SET;
use crate::schedules::SCHEDULE;
use crate::sealed_file::{self, take};
use crate::secrets::{DataKey, KEY_BYTES, Place};
use crate::trunks::TRUNK;
use crate::{Actor, StoreError, backup, database, devices, private_files, store, users};
use office::{DeviceId, Office, Secret, SoundName};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params_from_iter};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs};

pub(crate) mod sounds;

pub use sounds::{CopiedSounds, SoundUse};

/// Everything it takes to bring the office up on another computer: its database, the key of its
/// secrets, further files of the engine, and its sounds. The call history is not in it.
///
/// The files of sounds are read and written by whoever keeps them:
/// [`add_sound`](Self::add_sound) before sealing, [`sounds`](Self::sounds) after opening.
///
/// Sealing and opening need no store and take about a second of a processor: do them where they
/// hold up nobody.
#[derive(Clone)]
pub struct OfficeCopy {
    made_at: i64,
    database: Vec<u8>,
    key: [u8; KEY_BYTES],
    files: Vec<(String, Vec<u8>)>,
    sounds: Arc<BTreeMap<SoundName, Vec<u8>>>,
    /// What sounds are called here that are called otherwise in its database.
    renamed: BTreeMap<SoundName, SoundName>,
}

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

const DATABASE: &str = "office.sqlite";
const KEY: &str = "secret.key";
/// What the names of sounds begin with in the file; the names of other files hold no `/`.
const SOUNDS: &str = "sound/";

impl OfficeCopy {
    /// When it was made, in milliseconds since 1970 (UTC).
    #[must_use]
    pub fn made_at(&self) -> i64 {
        self.made_at
    }

    /// The engine's further files in it, by name. Restoring leaves them to the engine.
    #[must_use]
    pub fn files(&self) -> &[(String, Vec<u8>)] {
        &self.files
    }

    /// Puts the file of a sound into it.
    pub fn add_sound(&mut self, name: SoundName, file: Vec<u8>) {
        Arc::make_mut(&mut self.sounds).insert(name, file);
    }

    /// The files of sounds in it, each under the name it is to have here. They have to lie in their
    /// places before [`Store::restore`](crate::Store::restore).
    pub fn sounds(&self) -> impl Iterator<Item = (&SoundName, &[u8])> {
        self.sounds
            .iter()
            .map(|(name, file)| (self.renamed.get(name).unwrap_or(name), &file[..]))
    }

    /// Decides which name each of its sounds is to have here.
    pub fn name_sounds(&mut self, name: impl Fn(&SoundName, &[u8]) -> SoundName) {
        let named = self.sounds.iter().map(|(old, file)| (old, name(old, file)));
        self.renamed = named
            .filter(|(old, new)| *old != new)
            .map(|(old, new)| (old.clone(), new))
            .collect();
    }

    /// Makes it one file that only the passphrase opens.
    ///
    /// # Errors
    /// [`StoreError::PassphraseTooShort`] or [`StoreError::BackupTooLarge`].
    pub fn seal(&self, passphrase: &str) -> Result<Vec<u8>, StoreError> {
        sealed_file::seal(passphrase, &self.pack()?)
    }

    /// Opens such a file.
    ///
    /// # Errors
    /// [`StoreError::NotABackup`], [`StoreError::BackupTooNew`], [`StoreError::BackupTooLarge`],
    /// [`StoreError::WrongPassphrase`] or [`StoreError::BackupDamaged`].
    pub fn open(file: &[u8], passphrase: &str) -> Result<Self, StoreError> {
        Self::unpack(&sealed_file::open(passphrase, file)?)
    }

    /// The time, then each file: the length of its name (1 byte), its name, its length (4 bytes,
    /// the highest first) and its content.
    fn pack(&self) -> Result<Vec<u8>, StoreError> {
        let mut packed = self.made_at.to_be_bytes().to_vec();
        let own = [(DATABASE, &self.database[..]), (KEY, &self.key[..])];
        let further = self
            .files
            .iter()
            .map(|(name, content)| (name.clone(), &content[..]));
        let sounds = self
            .sounds
            .iter()
            .map(|(name, file)| (format!("{SOUNDS}{name}"), &file[..]));
        let own = own.map(|(name, content)| (name.to_owned(), content));
        for (name, content) in own.into_iter().chain(further).chain(sounds) {
            if packed.len() + content.len() > BACKUP_MAX_BYTES {
                return Err(StoreError::BackupTooLarge);
            }
            let length = u32::try_from(content.len()).map_err(|_| StoreError::BackupTooLarge)?;
            packed.push(u8::try_from(name.len()).map_err(|_| StoreError::BackupTooLarge)?);
            packed.extend(name.as_bytes());
            packed.extend(length.to_be_bytes());
            packed.extend(content);
        }
        Ok(packed)
    }

    fn unpack(mut packed: &[u8]) -> Result<Self, StoreError> {
        let made_at = i64::from_be_bytes(take(&mut packed)?);
        let (mut database, mut key, mut files) = (None, None, Vec::new());
        let mut sounds = BTreeMap::new();
        while !packed.is_empty() {
            let [length] = take(&mut packed)?;
            let name = take_slice(&mut packed, usize::from(length))?;
            let name = std::str::from_utf8(name).map_err(|_| StoreError::BackupDamaged)?;
            let length = u32::from_be_bytes(take(&mut packed)?);
            let length = usize::try_from(length).map_err(|_| StoreError::BackupDamaged)?;
            let content = take_slice(&mut packed, length)?;
            match name {
                DATABASE => database = Some(content.to_vec()),
                KEY => key = content.try_into().ok(),
                _ if is_file_name(name) && files.len() < BACKUP_FILES_MAX => {
                    files.push((name.to_owned(), content.to_vec()));
                }
                _ if name.starts_with(SOUNDS) && sounds.len() < BACKUP_SOUNDS_MAX => {
                    let name = name.trim_start_matches(SOUNDS);
                    let name = SoundName::parse(name).map_err(|_| StoreError::BackupDamaged)?;
                    sounds.insert(name, content.to_vec());
                }
                _ => return Err(StoreError::BackupDamaged),
            }
        }
        Ok(Self {
            made_at,
            database: database.ok_or(StoreError::BackupDamaged)?,
            key: key.ok_or(StoreError::BackupDamaged)?,
            files,
            sounds: Arc::new(sounds),
            renamed: BTreeMap::new(),
        })
    }
}

impl fmt::Debug for OfficeCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfficeCopy")
            .field("made_at", &self.made_at)
            .field("bytes", &self.database.len())
            .field("sounds", &self.sounds.len())
            .finish_non_exhaustive()
    }
}

/// Copies the office while it is in use. Sessions, registrations, the audit log, letters, what was
/// called, and the list of further offices stay here: they belong to this computer.
pub(crate) fn make(
    connection: &Connection,
    key: &DataKey,
    dir: &Path,
    files: &[(&str, &[u8])],
    with: CopiedSounds,
    made_at: i64,
) -> Result<OfficeCopy, StoreError> {
    if files.len() > BACKUP_FILES_MAX || !files.iter().all(|(name, _)| is_file_name(name)) {
        return Err(StoreError::BackupTooLarge);
    }
    let draft = Draft::at(dir.join("outgoing.sqlite"))?;
    backup::copy(connection, &draft.0)?;
    let copy = Connection::open_with_flags(&draft.0, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    copy.execute_batch(
        "PRAGMA foreign_keys = ON; DELETE FROM sessions; DELETE FROM bindings; DELETE FROM audit;
         DELETE FROM mail_queue; DELETE FROM outside_usage; DELETE FROM unknown_numbers;
         DELETE FROM office_domains; DELETE FROM offices;",
    )?;
    sounds::leave_out(&copy, with)?;
    copy.execute_batch("VACUUM")?;
    drop(copy);
    let database = fs::read(&draft.0).map_err(StoreError::io("read", &draft.0))?;
    let further: usize = files.iter().map(|(_, content)| content.len()).sum();
    if database.len() + further > BACKUP_MAX_BYTES {
        return Err(StoreError::BackupTooLarge);
    }
    Ok(OfficeCopy {
        made_at,
        database,
        key: key.bytes(),
        files: files
            .iter()
            .map(|(name, content)| ((*name).to_owned(), content.to_vec()))
            .collect(),
        sounds: Arc::default(),
        renamed: BTreeMap::new(),
    })
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

/// Puts a copy in the place of the office, in one transaction: a power cut leaves the one or the
/// other. Registrations of devices that stay the same stay; users have to sign in anew.
pub(crate) fn restore(
    connection: &mut Connection,
    key: &DataKey,
    dir: &Path,
    copy: &OfficeCopy,
    actor: &Actor,
    at: i64,
) -> Result<Office, StoreError> {
    let incoming = Incoming::open(dir, copy)?;
    incoming.office()?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.pragma_update(None, "defer_foreign_keys", true)?;
    let bindings = Rows::read(&transaction, &transaction, "bindings")?;
    let messages = Rows::read(&transaction, &transaction, "messages")?;
    let letters = letters_of_messages(&transaction)?;
    let marks = mailbox_marks(&transaction)?;
    let known = sip_users(&transaction)?;
    let seen = devices::last_seen(&transaction)?;
    let revision = highest_revision(&transaction)?;
    let last_rule: i64 =
        transaction.query_row("SELECT last_id FROM outbound_rules", [], |row| row.get(0))?;
    transaction.execute_batch(
        "DELETE FROM bindings; DELETE FROM sessions WHERE user IS NOT NULL;
         DELETE FROM secrets WHERE owner <> 'office';",
    )?;
    for table in TABLES.iter().rev() {
        transaction.execute(&format!("DELETE FROM {table}"), [])?;
    }
    let files: BTreeSet<&str> = copy.sounds().map(|(name, _)| name.as_str()).collect();
    sounds::restore(&incoming, &transaction, |name| files.contains(name))?;
    for table in TABLES {
        Rows::read(&transaction, &incoming.connection, table)
            .map_err(damaged)?
            .write(&transaction)
            .map_err(damaged)?;
    }
    // A window still open holds revisions of before: none of them may fit by chance.
    for table in REVISED {
        let raise = format!("UPDATE {table} SET revision = revision + ?1");
        transaction.execute(&raise, [revision])?;
    }
    // The story of a call names its rule: no other may get that identity.
    transaction.execute(
        "UPDATE outbound_rules SET last_id = max(last_id, ?1)",
        [last_rule],
    )?;
    seal_anew(&incoming, &transaction, key)?;
    let same = sip_users(&transaction)?;
    bindings
        .only(|row| matches!(row.first(), Some(Value::Integer(id)) if same.get(id).is_some_and(|user| known.get(id) == Some(user))))
        .write(&transaction)?;
    let kept = mailbox_marks(&transaction)?;
    messages
        .only(|row| matches!(row.get(1), Some(Value::Integer(mailbox)) if kept.get(mailbox).is_some_and(|mark| marks.get(mailbox) == Some(mark))))
        .write(&transaction)?;
    sounds::restore_messages(&incoming, &transaction, &marks)?;
    let is_same_office = kept
        .values()
        .any(|mark| marks.values().any(|own| own == mark));
    sounds::restore_recordings(&incoming, &transaction, is_same_office)?;
    for (letter, message) in letters {
        transaction
            .prepare_cached(
                "UPDATE mail_queue SET message = (SELECT id FROM messages WHERE id = ?1)
                 WHERE id = ?2",
            )?
            .execute([message, letter])?;
    }
    for (DeviceId(id), seen) in seen {
        transaction
            .prepare_cached(
                "UPDATE devices SET last_seen = max(coalesce(last_seen, 0), ?1) WHERE id = ?2",
            )?
            .execute([seen, id])?;
    }
    let office = load_office(&transaction, key)?;
    users::check_owner(&transaction, office.settings().lan.enabled)?;
    let made = format!(r#"{{"madeAt":{}}}"#, copy.made_at);
    let what = ("backup.restored", office.settings().name.as_str());
    audit::add(&transaction, at, actor, what, [None, Some(made)])?;
    transaction.commit()?;
    Ok(office)
}

/// What a copy replaces, in the order of who refers to whom. Secrets are sealed anew instead.
const TABLES: [&str; 36] = [
    "settings",
    "domains",
    "schedules",
    "persons",
    "devices",
    "mailboxes",
    "mailbox_members",
    "mailbox_addresses",
    "rooms",
    "flows",
    "flow_versions",
    "flow_drafts",
    "flow_steps",
    "flow_uses",
    "flow_scenarios",
    "extensions",
    "removed_numbers",
    "music_on_hold",
    "modes",
    "pin_sets",
    "pins",
    "caller_lists",
    "listed_callers",
    "web_keys",
    "mail_settings",
    "users",
    "trunks",
    "peers",
    "phone_numbers",
    "outbound_rules",
    "calling_rights",
    "calling_policy",
    "outside_admission",
    "emergency_plan",
    "domain_access",
    "known_devices",
];

const REVISED: [&str; 24] = [
    "settings",
    "schedules",
    "persons",
    "devices",
    "extensions",
    "users",
    "mailboxes",
    "rooms",
    "flows",
    "flow_scenarios",
    "modes",
    "pin_sets",
    "caller_lists",
    "web_keys",
    "mail_settings",
    "trunks",
    "peers",
    "phone_numbers",
    "outbound_rules",
    "calling_rights",
    "calling_policy",
    "outside_admission",
    "emergency_plan",
    "domain_access",
];

fn highest_revision(connection: &Connection) -> Result<i64, StoreError> {
    let all = REVISED.map(|table| format!("SELECT revision FROM {table}"));
    let highest = format!("SELECT max(revision) FROM ({})", all.join(" UNION ALL "));
    Ok(connection.query_row(&highest, [], |row| row.get(0))?)
}

fn sip_users(connection: &Connection) -> Result<BTreeMap<i64, String>, StoreError> {
    let mut select =
        connection.prepare("SELECT id, sip_user FROM devices WHERE removed_at IS NULL")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What tells each mailbox from one of another office: only the same one keeps its messages.
fn mailbox_marks(connection: &Connection) -> Result<BTreeMap<i64, String>, StoreError> {
    let mut select = connection.prepare("SELECT id, mark FROM mailboxes")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The letters that tell of a message, each with it.
fn letters_of_messages(connection: &Connection) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut select =
        connection.prepare("SELECT id, message FROM mail_queue WHERE message IS NOT NULL")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Opens the copy's secrets with its own key and seals them with this computer's.
fn seal_anew(incoming: &Incoming, target: &Connection, key: &DataKey) -> Result<(), StoreError> {
    let mut select = incoming
        .connection
        .prepare("SELECT owner, owner_id, field FROM secrets WHERE owner <> 'office'")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (owner, field): (String, String) = (row.get(0)?, row.get(2)?);
        let place = Place {
            owner: &owner,
            owner_id: row.get(1)?,
            field: &field,
        };
        let secret = incoming.key.get(&incoming.connection, place);
        if let Some(secret) = secret.map_err(damaged)? {
            key.put(target, place, &secret)?;
        }
    }
    Ok(())
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

/// A copy's database, opened beside the office's own and brought to its format.
struct Incoming {
    // Closed before its file is removed: fields are dropped in this order.
    connection: Connection,
    key: DataKey,
    _draft: Draft,
}

impl Incoming {
    fn open(dir: &Path, copy: &OfficeCopy) -> Result<Self, StoreError> {
        let draft = Draft::at(dir.join("incoming.sqlite"))?;
        private_files::write_new(&draft.0, &copy.database)?;
        let mut connection = database::open(&draft.0).map_err(damaged)?;
        database::check(&connection).map_err(|why| damaged(why.into()))?;
        let format = database::format_of(&connection).map_err(|why| damaged(why.into()))?;
        if format > store::FORMAT.newest() {
            return Err(StoreError::BackupTooNew);
        }
        if format < 1 {
            return Err(StoreError::BackupDamaged);
        }
        database::migrate(&mut connection, &draft.0, &store::FORMAT, |_, _| Ok(()))
            .map_err(damaged)?;
        let key = DataKey::new(copy.key);
        if !key.fits(&connection).map_err(damaged)? {
            return Err(StoreError::BackupDamaged);
        }
        sounds::rename(&mut connection, &copy.renamed).map_err(damaged)?;
        Ok(Self {
            connection,
            key,
            _draft: draft,
        })
    }

    fn office(&self) -> Result<Office, StoreError> {
        load_office(&self.connection, &self.key).map_err(damaged)
    }
}

/// A database file that is there only for the moment; what an earlier try left behind is removed.
struct Draft(PathBuf);

impl Draft {
    fn at(path: PathBuf) -> Result<Self, StoreError> {
        let draft = Self(path);
        draft.remove()?;
        Ok(draft)
    }

    fn remove(&self) -> Result<(), StoreError> {
        for suffix in ["-wal", "-shm", "-journal", ""] {
            let mut name = self.0.as_os_str().to_owned();
            name.push(suffix);
            let path = PathBuf::from(name);
            match fs::remove_file(&path) {
                Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::io("remove", &path)(why));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What cannot be removed now is removed before the next try.
        let _ = self.remove();
    }
}

/// All rows of a table, with the columns this version knows.
struct Rows {
    table: &'static str,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

impl Rows {
    /// Reads a table of `source` by the names its columns have in `ours`.
    fn read(
        ours: &Connection,
        source: &Connection,
        table: &'static str,
    ) -> Result<Self, StoreError> {
        let known = ours.prepare(&format!("SELECT * FROM {table} LIMIT 0"))?;
        let columns: Vec<String> = known.column_names().map(str::to_owned).collect();
        let mut select = source.prepare(&format!("SELECT {} FROM {table}", columns.join(", ")))?;
        let rows =
            select.query_map([], |row| (0..columns.len()).map(|at| row.get(at)).collect())?;
        let rows = rows.collect::<rusqlite::Result<_>>()?;
        Ok(Self {
            table,
            columns,
            rows,
        })
    }

    fn only(mut self, wanted: impl Fn(&[Value]) -> bool) -> Self {
        self.rows.retain(|row| wanted(row));
        self
    }

    fn write(&self, target: &Connection) -> Result<(), StoreError> {
        self.insert("INSERT", target)
    }

    /// Passes over rows that are there already.
    fn write_new(&self, target: &Connection) -> Result<(), StoreError> {
        self.insert("INSERT OR IGNORE", target)
    }

    fn insert(&self, verb: &str, target: &Connection) -> Result<(), StoreError> {
        let marks = vec!["?"; self.columns.len()].join(", ");
        let (table, columns) = (self.table, self.columns.join(", "));
        let mut insert =
            target.prepare(&format!("{verb} INTO {table} ({columns}) VALUES ({marks})"))?;
        for row in &self.rows {
            insert.execute(params_from_iter(row))?;
        }
        Ok(())
    }
}

fn take_slice<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], StoreError> {
    let (taken, left) = rest
        .split_at_checked(length)
        .ok_or(StoreError::BackupDamaged)?;
    *rest = left;
    Ok(taken)
}

/// Whether a name is one of a plain file: no path, nothing hidden.
fn is_file_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    (1..=64).contains(&name.len())
        && !name.starts_with('.')
        && ![DATABASE, KEY].contains(&name)
        && name.chars().all(allowed)
}

/// Whatever a copy's content is refused for, the copy is of no use; the disk is another matter.
fn damaged(error: StoreError) -> StoreError {
    match error {
        StoreError::DiskFull | StoreError::Io { .. } | StoreError::BackupTooNew => error,
        _ => StoreError::BackupDamaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NewPerson, Store};
    use chrono::DateTime;

    #[test]
    fn a_file_with_rubbish_in_it_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, _) = Store::open(dir.path()).unwrap();
        let anna = NewPerson {
            name: "Anna".to_owned(),
            ..NewPerson::default()
        };
        store.change(|c| c.add_person(&anna)).unwrap();
        let copy = store
            .copy(&[], CopiedSounds::default(), DateTime::UNIX_EPOCH)
            .unwrap();
        let with = |change: &dyn Fn(&mut OfficeCopy)| {
            let mut copy = copy.clone();
            change(&mut copy);
            copy
        };
        let cases = [
            (with(&|c| c.database = b"SELECT".to_vec()), "damaged"),
            (with(&|c| c.database.clear()), "damaged"),
            (with(&|c| c.database[5_000..].fill(0xA5)), "damaged"),
            (with(&|c| c.key[0] ^= 1), "damaged"),
            // SQLite's user_version.
            (with(&|c| c.database[60..64].fill(0x33)), "newer version"),
        ];
        let before = store.persons().unwrap();
        for (copy, said) in cases {
            let told = store.compare(&copy).unwrap_err().to_string();
            assert!(told.contains(said), "{told}");
            let told = store.restore(&Actor::default(), &copy, DateTime::UNIX_EPOCH);
            let told = told.map(drop).unwrap_err().to_string();
            assert!(told.contains(said), "{told}");
            assert_eq!(store.persons().unwrap(), before);
        }
        assert!(store.compare(&copy).unwrap().changes.is_empty());
    }

    #[test]
    fn a_packed_copy_that_is_cut_or_grown_is_damaged() {
        let copy = OfficeCopy {
            made_at: 7,
            database: b"database".to_vec(),
            key: [1; KEY_BYTES],
            files: vec![("a.pem".to_owned(), b"pem".to_vec())],
            sounds: Arc::default(),
            renamed: BTreeMap::new(),
        };
        let packed = copy.pack().unwrap();
        let back = OfficeCopy::unpack(&packed).unwrap();
        assert_eq!(
            (back.made_at, back.database, back.key, back.files),
            (copy.made_at, copy.database, copy.key, copy.files)
        );
        // Cut just before the further file, a copy is whole: only the seal tells.
        let whole_without = packed.len() - (1 + 5 + 4 + 3);
        for length in (0..packed.len()).filter(|length| *length != whole_without) {
            assert!(OfficeCopy::unpack(&packed[..length]).is_err(), "{length}");
        }
        assert!(OfficeCopy::unpack(&[&packed[..], &[0]].concat()).is_err());
        let huge = [&packed[..8], b"\x01x\xFF\xFF\xFF\xFF"].concat();
        assert!(OfficeCopy::unpack(&huge).is_err(), "it asks for 4 GiB");
    }
}
