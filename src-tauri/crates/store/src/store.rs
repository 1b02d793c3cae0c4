//! The data directory of one office, open for one engine.

use crate::backup::{self, BackupFile, Occasion, Restored};
use crate::calls::CallArchive;
use crate::database::{self, Format};
use crate::location::{self, BindingWrite, StoredBinding};
use crate::lock::DirectoryLock;
use crate::office_change::{OfficeChange, load_office};
use crate::row::Revised;
use crate::secrets::{self, DataKey, KeySource};
use crate::{
    Actor, AuditEntry, BackupDiff, CopiedSounds, OfficeCopy, SoundUse, StoreError, User,
    UserCredentials, api_token, audit, devices, extensions, mail_queue, mailboxes, messages,
    office_copy, outside_usage, persons, private_files, recordings, removed, rooms, sessions,
    settings, sounds, users,
};
use chrono::{DateTime, Utc};
use office::{
    CallId, ConferenceRoom, Device, DeviceId, Extension, Language, Mailbox, MailboxId, Office,
    OfficeSettings, Person, Realm, Secret, SoundName,
};
use rusqlite::{Connection, TransactionBehavior};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The office on disk. One thread owns it and does all its writing; every method may wait for the
/// disk, so none belongs on the signalling thread.
pub struct Store {
    dir: PathBuf,
    pub(crate) connection: Connection,
    pub(crate) key: DataKey,
    pub(crate) calls: CallArchive,
    _lock: DirectoryLock,
}

/// What happened while the store was opened, to be told to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenReport {
    /// Whether a new office was founded because the directory held none.
    pub founded: bool,
    /// The backups made because this version changed the format, the oldest first.
    pub updated: Vec<BackupFile>,
    /// The backup that took the place of a damaged database, if one had to.
    pub restored: Option<Restored>,
    /// The highest identity of any call kept; the switch counts on from there.
    pub last_call: CallId,
}

/// What a [`sweep`](Store::sweep) has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Mailboxes in which messages were deleted: their lamps and lists change.
    pub mailboxes: BTreeSet<MailboxId>,
    /// Files nothing refers to any more. Delete them, then say so with
    /// [`sounds_deleted`](Store::sounds_deleted).
    pub sounds: Vec<SoundName>,
}

pub(crate) const DATABASE: &str = "office.sqlite";
const BACKUPS: &str = "backups";
const KEY_FILE: &str = "secret.key";
pub(crate) const FORMAT: Format = Format {
    scripts: &[
        include_str!("../migrations/office/0001_office.sql"),
        include_str!("../migrations/office/0002_board_and_window.sql"),
        include_str!("../migrations/office/0003_undo_users_audit.sql"),
        include_str!("../migrations/office/0004_voicemail_rooms_recordings_mail.sql"),
        include_str!("../migrations/office/0005_mail_off.sql"),
        include_str!("../migrations/office/0006_how_sounds_look.sql"),
        include_str!("../migrations/office/0007_flows_and_hours.sql"),
        include_str!("../migrations/office/0008_lines_and_numbers.sql"),
        include_str!("../migrations/office/0009_further_offices.sql"),
        include_str!("../migrations/office/0010_hours_of_extensions.sql"),
        include_str!("../migrations/office/0011_parking.sql"),
        include_str!("../migrations/office/0012_audit_chain.sql"),
        include_str!("../migrations/office/0013_listening_in.sql"),
    ],
};

impl Store {
    /// Opens a data directory, making directory and office where there are none. A damaged
    /// database is replaced by its newest good backup, and the report says so.
    ///
    /// # Errors
    /// Another engine has it open; a newer program wrote it; it is damaged and has no good backup;
    /// its key is missing or wrong; or the disk refuses.
    pub fn open(dir: &Path) -> Result<(Self, OpenReport), StoreError> {
        let now = Utc::now();
        private_files::create_dir(dir)?;
        let lock = DirectoryLock::take(dir)?;
        let path = dir.join(DATABASE);
        let backups = dir.join(BACKUPS);

        let (mut connection, restored) = open_or_restore(&path, &backups, now)?;
        let mut updated = Vec::new();
        database::migrate(&mut connection, &path, &FORMAT, |connection, _| {
            updated.push(backup::make(
                connection,
                &backups,
                Utc::now(),
                Occasion::BeforeUpdate,
            )?);
            Ok(())
        })?;
        let key = KeySource::File(dir.join(KEY_FILE)).unlock(&connection)?;
        let founded = found_office(&mut connection)?;
        begin_audit(&mut connection, restored.as_ref(), now)?;
        let mut calls = CallArchive::new(dir.to_owned());
        let last_call = calls.last_id()?;

        let report = OpenReport {
            founded,
            updated,
            restored,
            last_call,
        };
        Ok((
            Self {
                dir: dir.to_owned(),
                connection,
                key,
                calls,
                _lock: lock,
            },
            report,
        ))
    }

    /// The data directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Reads the whole office.
    ///
    /// # Errors
    /// What is saved does not hold together, or a seal is broken.
    pub fn load_office(&self) -> Result<Office, StoreError> {
        load_office(&self.connection, &self.key)
    }

    /// A [`change_by`](Self::change_by) this computer's owner.
    ///
    /// # Errors
    /// The same.
    pub fn change<T>(
        &mut self,
        steps: impl FnOnce(&OfficeChange<'_>) -> Result<T, StoreError>,
    ) -> Result<(T, Office), StoreError> {
        self.change_by(&Actor::default(), steps)
    }

    /// Makes one change of as many steps as needed, and gives the office as it is from now on. It
    /// is saved for good when this returns, and with it what the audit log says of it. If a step
    /// fails, or the office would not hold together afterwards, nothing is saved.
    ///
    /// # Errors
    /// That of the step; [`StoreError::Problems`] if the result does not hold together.
    pub fn change_by<T>(
        &mut self,
        actor: &Actor,
        steps: impl FnOnce(&OfficeChange<'_>) -> Result<T, StoreError>,
    ) -> Result<(T, Office), StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = steps(&OfficeChange {
            connection: &transaction,
            key: &self.key,
            actor,
            at: Utc::now().timestamp_millis(),
        })?;
        let office = load_office(&transaction, &self.key)?;
        users::check_owner(&transaction, office.settings().lan.enabled)?;
        transaction.commit()?;
        Ok((value, office))
    }

    /// The settings, with the revision to name when changing them.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn settings(&self) -> Result<Revised<OfficeSettings>, StoreError> {
        settings::load(&self.connection)
    }

    /// All persons by identity, with the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn persons(&self) -> Result<Vec<Revised<Person>>, StoreError> {
        persons::load(&self.connection)
    }

    /// All devices by identity, with the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood, or a seal is broken.
    pub fn devices(&self) -> Result<Vec<Revised<Device>>, StoreError> {
        devices::load(&self.connection, &self.key)
    }

    /// All extensions by number, with the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn extensions(&self) -> Result<Vec<Revised<Extension>>, StoreError> {
        extensions::load(&self.connection)
    }

    /// All mailboxes by identity, with the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood, or a seal is broken.
    pub fn mailboxes(&self) -> Result<Vec<Revised<Mailbox>>, StoreError> {
        mailboxes::load(&self.connection, &self.key)
    }

    /// All conference rooms by identity, with the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood, or a seal is broken.
    pub fn rooms(&self) -> Result<Vec<Revised<ConferenceRoom>>, StoreError> {
        rooms::load(&self.connection, &self.key)
    }

    /// Deletes what has been kept for long enough: heard messages, recordings, old letters, what
    /// calls took more than a year ago. Meant for every hour. A new message is never deleted by
    /// itself.
    ///
    /// # Errors
    /// What the disk says; nothing is deleted then.
    pub fn sweep(&mut self, now_ms: i64) -> Result<Swept, StoreError> {
        self.in_transaction(|connection| {
            let mailboxes = messages::sweep(connection, now_ms)?;
            recordings::sweep(connection, now_ms)?;
            mail_queue::sweep(connection, now_ms)?;
            outside_usage::sweep(connection, now_ms)?;
            let sounds = sounds::to_delete(connection, now_ms)?;
            Ok(Swept { mailboxes, sounds })
        })
    }

    /// All users of the window by identity, with the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn users(&self) -> Result<Vec<Revised<User>>, StoreError> {
        users::load(&self.connection)
    }

    /// What a sign-in with that login is checked with; `None` if nobody has it, or has no password:
    /// give that to [`verify_password`](crate::verify_password) all the same, away from the store.
    ///
    /// # Errors
    /// A saved value cannot be understood, or a seal is broken.
    pub fn credentials_of(&self, login: &str) -> Result<Option<UserCredentials>, StoreError> {
        users::credentials(&self.connection, &self.key, login)
    }

    /// Saves registrations, all of them in one transaction. Collect them for a second or so: a
    /// transaction costs the disk the same for one as for five hundred. Bindings of devices removed
    /// in the meantime are passed over.
    ///
    /// # Errors
    /// What the disk says; nothing is saved then.
    pub fn apply_bindings(&mut self, writes: &[BindingWrite]) -> Result<(), StoreError> {
        let now = Utc::now().timestamp_millis();
        self.in_transaction(|connection| location::apply(connection, writes, now))
    }

    /// When each device registered for the last time, in milliseconds since 1970 (UTC), whether or
    /// not it is registered now. Devices that never did are missing.
    ///
    /// # Errors
    /// What the database says.
    pub fn last_seen(&self) -> Result<BTreeMap<DeviceId, i64>, StoreError> {
        devices::last_seen(&self.connection)
    }

    /// The newest lines of the audit log, or those before one; at most
    /// [`AUDIT_PAGE_MAX`](crate::limits::AUDIT_PAGE_MAX).
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn audit(&self, limit: usize, before: Option<i64>) -> Result<Vec<AuditEntry>, StoreError> {
        audit::page(&self.connection, None, limit, before)
    }

    /// Reads the registrations that have not lapsed at `now` (milliseconds since 1970, UTC), and
    /// forgets the others.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn load_bindings(&self, now: i64) -> Result<Vec<StoredBinding>, StoreError> {
        location::load(&self.connection, now)
    }

    /// Forgets what was removed too long ago to be brought back, copies the office's database while
    /// it is in use, checks the copy, and thins out the older ones: the last [`BACKUPS_NEWEST`](crate::limits::BACKUPS_NEWEST) stay, and one a day for
    /// [`BACKUP_DAYS`](crate::limits::BACKUP_DAYS). Meant for every hour.
    ///
    /// # Errors
    /// What the disk says, or the copy cannot be read.
    pub fn back_up(&self, at: DateTime<Utc>) -> Result<BackupFile, StoreError> {
        removed::forget_old(&self.connection, at.timestamp_millis())?;
        sessions::forget_old(&self.connection, at.timestamp_millis())?;
        let dir = self.dir.join(BACKUPS);
        let made = backup::make(&self.connection, &dir, at, Occasion::Hourly)?;
        backup::thin_out(&dir)?;
        Ok(made)
    }

    /// Copies the whole office, its secrets included, to be sealed under a passphrase with
    /// [`OfficeCopy::seal`]. Further files of the engine go along by name: plain file names of
    /// small letters, digits, `-`, `_` and `.`. The files of the sounds that go along, those of
    /// [`copied_sounds`](Self::copied_sounds), are added by whoever keeps them.
    ///
    /// # Errors
    /// [`StoreError::BackupTooLarge`], or what the disk says.
    pub fn copy(
        &self,
        files: &[(&str, &[u8])],
        with: CopiedSounds,
        at: DateTime<Utc>,
    ) -> Result<OfficeCopy, StoreError> {
        let at = at.timestamp_millis();
        office_copy::make(&self.connection, &self.key, &self.dir, files, with, at)
    }

    /// Every sound a copy of the office could hold, by name.
    ///
    /// # Errors
    /// What the disk says.
    pub fn copied_sounds(&self) -> Result<Vec<(SoundName, SoundUse)>, StoreError> {
        office_copy::sounds::kept(&self.connection)
    }

    /// Says what [`restore`](Self::restore) would change.
    ///
    /// # Errors
    /// [`StoreError::BackupTooNew`] or [`StoreError::BackupDamaged`]; or what the disk says.
    pub fn compare(&self, copy: &OfficeCopy) -> Result<BackupDiff, StoreError> {
        office_copy::compare(&self.connection, &self.key, &self.dir, copy)
    }

    /// Puts a copy in the place of the office, and gives the office as it is from now on. A backup
    /// is made first; then all changes or none, whatever happens. The call history, the audit log,
    /// this computer's own sessions and the registrations of devices that stay are kept; users have
    /// to sign in anew. The copy's further files are left to the engine.
    ///
    /// # Errors
    /// Those of [`compare`](Self::compare), and [`StoreError::NoOwnerForLan`].
    pub fn restore(
        &mut self,
        actor: &Actor,
        copy: &OfficeCopy,
        at: DateTime<Utc>,
    ) -> Result<Office, StoreError> {
        let backups = self.dir.join(BACKUPS);
        backup::make(&self.connection, &backups, at, Occasion::BeforeRestore)?;
        let at = at.timestamp_millis();
        office_copy::restore(&mut self.connection, &self.key, &self.dir, copy, actor, at)
    }

    pub(crate) fn in_transaction<T>(
        &mut self,
        steps: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = steps(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// The data directory.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.dir
    }

    /// All backups, the newest first.
    #[must_use]
    pub fn backups(&self) -> Vec<BackupFile> {
        backup::list(&self.dir.join(BACKUPS))
    }

    /// The token by which the owner's own programs speak to the engine's API: 64 hex digits in the
    /// file `api-token`, readable by the owner only, made when first asked for.
    ///
    /// # Errors
    /// What the disk says.
    pub fn api_token(&self) -> Result<Secret, StoreError> {
        api_token::read_or_make(&self.dir)
    }
}

/// Chains the audit log of an older version, and writes down in it that a backup took the place of the
/// database: what was written since is missing.
fn begin_audit(
    connection: &mut Connection,
    restored: Option<&Restored>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    audit::chain::begin(&transaction)?;
    if let Some(restored) = restored {
        let made = restored.from.at.and_utc().to_rfc3339();
        let at = now.timestamp_millis();
        let by = Actor::default();
        let what = ("database.replaced", made.as_str());
        audit::add(&transaction, at, &by, what, [None, None])?;
    }
    transaction.commit()?;
    Ok(())
}

/// Opens the office's database. If it is damaged, or empty though there are backups, the newest
/// good backup takes its place: an office must not be founded anew over one that was lost.
fn open_or_restore(
    path: &Path,
    backups: &Path,
    now: DateTime<Utc>,
) -> Result<(Connection, Option<Restored>), StoreError> {
    let damaged = match database::open(path) {
        Ok(connection) => match sound(&connection, backups) {
            Ok(true) => return Ok((connection, None)),
            Ok(false) => StoreError::Damaged {
                file: path.to_owned(),
            },
            Err(error) => database::damage_of(path)(error),
        },
        Err(error) => error,
    };
    if !matches!(damaged, StoreError::Damaged { .. }) {
        return Err(damaged);
    }
    match backup::restore_newest(path, backups, FORMAT.newest(), now)? {
        Some(restored) => Ok((database::open(path)?, Some(restored))),
        None => Err(damaged),
    }
}

fn sound(connection: &Connection, backups: &Path) -> rusqlite::Result<bool> {
    database::check(connection)?;
    Ok(database::format_of(connection)? > 0 || backup::list(backups).is_empty())
}

/// Gives a new office its settings, with a realm no other office has (RFC 3261 §22.1). False if
/// there are settings already.
fn found_office(connection: &mut Connection) -> Result<bool, StoreError> {
    if connection.prepare("SELECT 1 FROM settings")?.exists([])? {
        return Ok(false);
    }
    let realm = Realm::generate(u64::from_be_bytes(secrets::random()?));
    let transaction = connection.transaction()?;
    settings::found(
        &transaction,
        &OfficeSettings::founded(realm, Language::default()),
    )?;
    transaction.commit()?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewPerson;

    #[test]
    fn a_full_disk_refuses_the_change_and_keeps_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, _) = Store::open(dir.path()).unwrap();
        let hire = |store: &mut Store| {
            let name = "Anna".to_owned();
            store.change(|change| {
                for _ in 0..1_000 {
                    change.add_person(&NewPerson {
                        name: name.clone(),
                        ..NewPerson::default()
                    })?;
                }
                Ok(())
            })
        };
        let set_pages = |store: &Store, pages: i64| {
            store
                .connection
                .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
                .unwrap();
        };
        set_pages(&store, 1); // no fewer than there are: the file cannot grow
        let refused = hire(&mut store).map(drop);
        assert!(matches!(refused, Err(StoreError::DiskFull)), "{refused:?}");
        assert_eq!(store.load_office().unwrap().persons().len(), 0);
        set_pages(&store, 1_000_000);
        hire(&mut store).unwrap();
        assert_eq!(store.load_office().unwrap().persons().len(), 1_000);
    }

    #[test]
    fn a_store_can_be_given_to_its_writer_thread() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(dir.path()).unwrap();
        let persons = std::thread::spawn(move || store.persons().unwrap().len())
            .join()
            .unwrap();
        assert_eq!(persons, 0);
    }
}
