//! What can go wrong with the office on disk, each with the sentence to show.

use crate::limits::{FURTHER_OFFICES_MAX, LOGIN_MAX_CHARS, PASSPHRASE_MIN_CHARS};
use office::{Domain, ExtensionNumber, OfficeProblem, Record, SipUser};
use rusqlite::ErrorCode;
use std::io;
use std::path::{Path, PathBuf};

/// Why something could not be read or saved. Nothing is half saved when one of these comes back.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another engine has the directory open.
    #[error("the phone engine already runs on {}{}; stop it first, or choose another data folder", .dir.display(), .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    InUse {
        /// The directory.
        dir: PathBuf,
        /// The other engine's process, where it could be read.
        pid: Option<u32>,
    },
    /// The database was written by a newer version of the program.
    #[error("{} was written by a newer version of Cordboard (its format is {found}, this version knows {known}); install that version again, or restore a backup made before the update", .file.display())]
    NewerFormat {
        /// The database.
        file: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format this version knows.
        known: i64,
    },
    /// A database is damaged, and no good backup took its place.
    #[error("{} is damaged and cannot be read; restore a backup", .file.display())]
    Damaged {
        /// The database.
        file: PathBuf,
    },
    /// The disk is full. Running calls go on.
    #[error("the disk is full, so nothing can be saved; free some space and try again")]
    DiskFull,
    /// The key that opens the secrets is not there, though there are secrets.
    #[error("the key file {} is missing, so no phone could log in; bring it back from where the data folder was copied", .file.display())]
    KeyMissing {
        /// Where it should be.
        file: PathBuf,
    },
    /// The key file is not the one the secrets were sealed with, or is no key at all.
    #[error("the key file {} does not fit this office's data, so no phone could log in; bring back the one that belongs to it", .file.display())]
    WrongKey {
        /// The file.
        file: PathBuf,
    },
    /// One sealed value does not open: it was altered, or moved from another row.
    #[error("the sealed {place} was altered; give that record a new secret")]
    BrokenSeal {
        /// `owner/id/field`.
        place: String,
    },
    /// The change would leave an office that does not hold together.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<OfficeProblem>),
    /// Someone else changed the record since it was read.
    #[error("someone else changed this in the meantime; look at the new state and try again")]
    ChangedMeanwhile(Record),
    /// There is no such record (any more).
    #[error("this does not exist any more")]
    NotFound(Record),
    /// Another device logs in by that name.
    #[error("another device already logs in as {0}; choose another name")]
    SipUserTaken(SipUser),
    /// A login that is empty, too long or holds what [`office::clean_text`] removes.
    #[error("a login has 1 to {LOGIN_MAX_CHARS} visible characters")]
    BadLogin,
    /// Another user signs in with that login.
    #[error("another user already signs in as {0}; choose another login")]
    LoginTaken(String),
    /// Another office of the engine answers for that domain.
    #[error("another office already answers for {domain}; choose another domain")]
    DomainTaken {
        /// The domain.
        domain: Domain,
    },
    /// The engine has as many offices as it may.
    #[error("an engine has at most {FURTHER_OFFICES_MAX} further offices")]
    TooManyOffices,
    /// The office is still enabled.
    #[error("the office still runs; turn it off first")]
    OfficeRuns,
    /// Other offices are parts of it.
    #[error("other offices are parts of this one; move them first")]
    OfficeHasParts,
    /// An office cannot be a part of itself, nor of one of its own parts.
    #[error("an office cannot be a part of itself or of one of its parts")]
    OfficeInItself,
    /// Nobody could turn LAN access off any more.
    #[error(
        "other computers may open the window, so at least one owner needs a password; give an owner one, or turn the access off first"
    )]
    NoOwnerForLan,
    /// A password could not be hashed.
    #[error("a password could not be hashed: {0}")]
    Hashing(String),
    /// A passphrase that would be found by trying.
    #[error(
        "a passphrase needs at least {PASSPHRASE_MIN_CHARS} characters, or it is found by trying"
    )]
    PassphraseTooShort,
    /// The file given is none of ours.
    #[error("this file is no Cordboard backup; choose another")]
    NotABackup,
    /// A newer version of the program made the backup file.
    #[error("a newer version of Cordboard made this backup; install that version to restore it")]
    BackupTooNew,
    /// The office, or the file, is beyond [`BACKUP_MAX_BYTES`](crate::limits::BACKUP_MAX_BYTES), or
    /// its further files are too many.
    #[error("this backup is larger than any office; choose another file")]
    BackupTooLarge,
    /// The passphrase is not the one of that file.
    #[error(
        "the passphrase does not open this backup; it is the one that was typed when the backup was made"
    )]
    WrongPassphrase,
    /// The file is not as it was made.
    #[error("this backup is damaged and cannot be restored; choose another")]
    BackupDamaged,
    /// A number of someone to be brought back was given out meanwhile.
    #[error(
        "extension {number} leads to {by} by now, so callers of the one brought back would reach someone else; give it up there first"
    )]
    NumberTaken {
        /// The number.
        number: ExtensionNumber,
        /// To whom or what it leads.
        by: String,
    },
    /// A mailbox goes with its person and not without them.
    #[error(
        "a person's mailbox cannot be removed; turn it off, and their callers are told that nobody answers"
    )]
    MailboxOfPerson,
    /// A sound is heard somewhere.
    #[error(
        "{by} uses this sound, so callers would hear nothing there; choose another there first"
    )]
    SoundInUse {
        /// Whose mailbox or music.
        by: String,
    },
    /// Something is to be removed that callers would miss.
    #[error(
        "{by} uses this, so callers would not get there what they should; choose another there first"
    )]
    StillUsed {
        /// The flow or person.
        by: String,
    },
    /// A value in the database is not what the program wrote there.
    #[error("a saved value cannot be understood ({0}); restore a backup")]
    BadValue(rusqlite::Error),
    /// The disk refused.
    #[error("could not {doing} {}: {source}", .path.display())]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The system gave no random numbers.
    #[error("this computer gives no random numbers, so no secret can be made: {0}")]
    Random(getrandom::Error),
    /// Any other answer of the database.
    #[error("the database answered: {0}")]
    Database(rusqlite::Error),
}

impl StoreError {
    /// Makes a function that wraps what the disk said about a file: what was being done with it
    /// (a verb), and which file it is.
    pub fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull => Self::DiskFull,
            _ => Self::Io {
                doing,
                path,
                source,
            },
        }
    }
}

impl StoreError {
    /// Whether it is the disk that refuses, full or unwritable: the same may be done later.
    #[must_use]
    pub fn is_of_the_disk(&self) -> bool {
        match self {
            Self::DiskFull | Self::Io { .. } => true,
            Self::Database(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    ErrorCode::SystemIoFailure
                        | ErrorCode::ReadOnly
                        | ErrorCode::CannotOpen
                        | ErrorCode::DatabaseBusy
                )
            ),
            _ => false,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..) => Self::BadValue(error),
            _ => match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => Self::DiskFull,
                _ => Self::Database(error),
            },
        }
    }
}

impl From<getrandom::Error> for StoreError {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}
