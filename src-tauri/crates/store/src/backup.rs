//! Copies of the office's database: made while it runs, checked, thinned out, and put back.

use crate::limits::{BACKUP_DAYS, BACKUPS_BEFORE_RESTORE, BACKUPS_NEWEST};
use crate::{StoreError, database, private_files};
use chrono::{DateTime, NaiveDateTime, Utc};
use rusqlite::{Connection, OpenFlags, backup::Backup};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const TIME: &str = "%Y%m%dT%H%M%S%3fZ";

/// A backup that was checked when it was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BackupFile {
    /// When it was made (UTC).
    pub at: NaiveDateTime,
    /// Whether it was made because a new version was about to change the format. Those stay.
    pub before_update: bool,
    /// Whether it was made because a copy of the office was about to be restored. The newest ten of
    /// those stay.
    pub before_restore: bool,
    /// Where it is.
    pub path: PathBuf,
}

/// Why a backup is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    Hourly,
    BeforeUpdate,
    BeforeRestore,
}

/// Copies a database into `dir` and checks the copy; one that cannot be read does not count.
pub(crate) fn make(
    source: &Connection,
    dir: &Path,
    at: DateTime<Utc>,
    occasion: Occasion,
) -> Result<BackupFile, StoreError> {
    private_files::create_dir(dir)?;
    let path = dir.join(format!("{}-{}.sqlite", at.format(TIME), occasion.word()));
    let draft = private_files::draft_of(&path);
    copy(source, &draft)?;
    fs::rename(&draft, &path).map_err(StoreError::io("write", &path))?;
    private_files::sync_parent(&path)?;
    Ok(BackupFile {
        at: at.naive_utc(),
        before_update: occasion == Occasion::BeforeUpdate,
        before_restore: occasion == Occasion::BeforeRestore,
        path,
    })
}

/// Copies a database into one file, and checks the copy.
pub(crate) fn copy(source: &Connection, path: &Path) -> Result<(), StoreError> {
    drop(private_files::make_private(path)?);
    let mut target = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    Backup::new(source, &mut target)?.run_to_completion(1_000, Duration::ZERO, None)?;
    // The copy inherits the write-ahead mode; a backup is one file.
    target.pragma_update(None, "journal_mode", "delete")?;
    integrity(&target)?;
    drop(target);
    let file = private_files::make_private(path)?;
    file.sync_all().map_err(StoreError::io("flush", path))
}

/// All backups in a directory, the newest first.
pub(crate) fn list(dir: &Path) -> Vec<BackupFile> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut backups: Vec<BackupFile> = entries
        .filter_map(|entry| recognise(entry.ok()?.path()))
        .collect();
    backups.sort();
    backups.reverse();
    backups
}

fn recognise(path: PathBuf) -> Option<BackupFile> {
    let (time, kind) = path
        .file_name()?
        .to_str()?
        .strip_suffix(".sqlite")?
        .split_once('-')?;
    let at = NaiveDateTime::parse_from_str(time, TIME).ok()?;
    let occasion = [
        Occasion::Hourly,
        Occasion::BeforeUpdate,
        Occasion::BeforeRestore,
    ]
    .into_iter()
    .find(|occasion| occasion.word() == kind)?;
    Some(BackupFile {
        at,
        before_update: occasion == Occasion::BeforeUpdate,
        before_restore: occasion == Occasion::BeforeRestore,
        path,
    })
}

impl Occasion {
    fn word(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::BeforeUpdate => "before-update",
            Self::BeforeRestore => "before-restore",
        }
    }
}

/// Removes what is neither among the newest nor the last of one of the newest days.
pub(crate) fn thin_out(dir: &Path) -> Result<(), StoreError> {
    let mut days = BTreeSet::new();
    let backups = list(dir);
    for (age, backup) in backups
        .iter()
        .filter(|backup| !backup.before_update && !backup.before_restore)
        .enumerate()
    {
        let last_of_its_day = days.insert(backup.at.date());
        let kept = age < BACKUPS_NEWEST || (last_of_its_day && days.len() <= BACKUP_DAYS);
        if !kept {
            fs::remove_file(&backup.path).map_err(StoreError::io("remove", &backup.path))?;
        }
    }
    let before_restore = backups.iter().filter(|backup| backup.before_restore);
    for backup in before_restore.skip(BACKUPS_BEFORE_RESTORE) {
        fs::remove_file(&backup.path).map_err(StoreError::io("remove", &backup.path))?;
    }
    Ok(())
}

/// Puts the newest good backup this version can read in the place of a damaged database, which is
/// kept aside under another name. `None` if there is no good one; nothing is changed then.
pub(crate) fn restore_newest(
    database: &Path,
    dir: &Path,
    newest_format: i64,
    at: DateTime<Utc>,
) -> Result<Option<Restored>, StoreError> {
    for backup in list(dir) {
        let Ok(source) =
            Connection::open_with_flags(&backup.path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        else {
            continue;
        };
        let usable = integrity(&source).is_ok()
            && database::format_of(&source)
                .is_ok_and(|format| (1..=newest_format).contains(&format));
        if !usable {
            continue;
        }
        let draft = private_files::draft_of(database);
        copy(&source, &draft)?;
        let aside = set_aside(database, at)?;
        fs::rename(&draft, database).map_err(StoreError::io("restore", database))?;
        private_files::sync_parent(database)?;
        return Ok(Some(Restored {
            from: backup,
            damaged: aside,
        }));
    }
    Ok(None)
}

/// What was restored at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The backup used. What was configured after it is lost.
    pub from: BackupFile,
    /// Where the damaged database was put.
    pub damaged: PathBuf,
}

/// Renames a database and what belongs to it. Its log goes first: a log without its database is
/// harmless, a log beside a database it does not belong to is not.
pub(crate) fn set_aside(database: &Path, at: DateTime<Utc>) -> Result<PathBuf, StoreError> {
    let with = |path: &Path, suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let aside = with(database, &format!(".damaged-{}", at.format(TIME)));
    for suffix in ["-wal", "-shm", ""] {
        let file = with(database, suffix);
        if file.exists() {
            fs::rename(&file, with(&aside, suffix)).map_err(StoreError::io("set aside", &file))?;
        }
    }
    Ok(aside)
}

fn integrity(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "trusted_schema", false)?;
    database::check(connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone};

    #[test]
    fn backups_are_thinned_out_to_a_day_of_hours_and_a_fortnight_of_days() {
        let dir = tempfile::tempdir().unwrap();
        let source = Connection::open_in_memory().unwrap();
        source.pragma_update(None, "user_version", 1).unwrap();
        let now = Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap();
        let update = make(
            &source,
            dir.path(),
            now - TimeDelta::days(300),
            Occasion::BeforeUpdate,
        )
        .unwrap();
        for hours in (0..20 * 24).step_by(6) {
            make(
                &source,
                dir.path(),
                now - TimeDelta::hours(hours),
                Occasion::Hourly,
            )
            .unwrap();
        }
        for minute in 0..15 {
            let at = now - TimeDelta::minutes(minute);
            make(&source, dir.path(), at, Occasion::BeforeRestore).unwrap();
        }
        thin_out(dir.path()).unwrap();
        let (restores, others): (Vec<_>, Vec<_>) = list(dir.path())
            .into_iter()
            .partition(|backup| backup.before_restore);
        assert_eq!(restores.len(), BACKUPS_BEFORE_RESTORE);
        let (before_update, hourly): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|backup| backup.before_update);
        assert_eq!(before_update, [update]);
        // 24 six-hourly ones reach over seven days, the other seven days have one each.
        assert_eq!(hourly.len(), 24 + 14 - 7);
        assert_eq!(hourly.first().unwrap().at, now.naive_utc());
        assert_eq!(
            hourly.last().unwrap().at.date(),
            (now - TimeDelta::days(13)).date_naive()
        );
    }
}
