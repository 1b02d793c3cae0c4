//! The whole office in one file under a passphrase: made, sealed and opened again.

mod difference;
mod restoring;
pub(crate) mod sounds;

pub(crate) use difference::compare;
pub use difference::{BackupChange, BackupChangeKind, BackupDiff, BackupSubject, FieldChange};
pub(crate) use restoring::restore;
pub use sounds::{CopiedSounds, SoundUse};

use crate::limits::{BACKUP_FILES_MAX, BACKUP_MAX_BYTES, BACKUP_SOUNDS_MAX};
use crate::office_change::load_office;
use crate::sealed_file::{self, take};
use crate::secrets::{DataKey, KEY_BYTES};
use crate::{StoreError, backup, database, private_files, store};
use office::{Office, SoundName};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs};

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
         DELETE FROM audit_chains;
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
    use crate::{Actor, NewPerson, Store};
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
