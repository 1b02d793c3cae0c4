//! How every database of the office is opened: what survives a power cut, and in which format it is.

use crate::limits::{BUSY_TIMEOUT, JOURNAL_SIZE_MAX};
use crate::{StoreError, private_files};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;

/// The formats one kind of database has had: script `n` leads from format `n` to `n + 1`. Format 0
/// is the empty file. A script, once shipped, is never edited.
pub(crate) struct Format {
    pub(crate) scripts: &'static [&'static str],
}

impl Format {
    /// The format this version of the program knows.
    pub(crate) fn newest(&self) -> i64 {
        i64::try_from(self.scripts.len()).unwrap_or(i64::MAX)
    }
}

/// Opens a database, making it where there is none.
///
/// # Errors
/// [`StoreError::Damaged`] if the file is no database or its first pages are broken.
pub(crate) fn open(path: &Path) -> Result<Connection, StoreError> {
    let is_new = !path.exists();
    private_files::make_private(path)?;
    if is_new {
        private_files::sync_parent(path)?;
    }
    open_existing(path).map_err(damage_of(path))
}

/// Makes a function that says which database is damaged, where the answer is that one is.
pub(crate) fn damage_of(path: &Path) -> impl FnOnce(rusqlite::Error) -> StoreError {
    move |error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged {
            file: path.to_owned(),
        },
        _ => error.into(),
    }
}

fn open_existing(path: &Path) -> rusqlite::Result<Connection> {
    // Without SQLITE_OPEN_URI: a directory name may contain '?'.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Views and triggers of a file that someone swapped in get no functions with side effects.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // FULL, not NORMAL: what was acknowledged as saved is there after a power cut.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "journal_size_limit", JOURNAL_SIZE_MAX)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// Reads a whole database; fails as corrupt if its pages do not fit together.
pub(crate) fn check(connection: &Connection) -> rusqlite::Result<()> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        return Ok(());
    }
    let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    Err(rusqlite::Error::SqliteFailure(corrupt, Some(verdict)))
}

/// The format a database is in.
pub(crate) fn format_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings a database to the newest format, one step at a time, each in a transaction of its own.
/// `before_step` is called with the format about to be left, and can stop the step; an empty
/// database is filled without asking.
///
/// # Errors
/// [`StoreError::NewerFormat`] if a newer program wrote it; nothing is changed then.
pub(crate) fn migrate(
    connection: &mut Connection,
    path: &Path,
    format: &Format,
    mut before_step: impl FnMut(&Connection, i64) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let found = format_of(connection).map_err(damage_of(path))?;
    if found > format.newest() {
        return Err(StoreError::NewerFormat {
            file: path.to_owned(),
            found,
            known: format.newest(),
        });
    }
    for (step, script) in (0_i64..).zip(format.scripts) {
        if step < found {
            continue;
        }
        if found > 0 {
            before_step(connection, step)?;
        }
        // A script may rebuild a table others refer to; the references are checked as a whole
        // afterwards. The switch has no effect within a transaction.
        connection.pragma_update(None, "foreign_keys", false)?;
        let transaction = connection.transaction()?;
        transaction.execute_batch(script)?;
        let broken = transaction
            .prepare("PRAGMA foreign_key_check")?
            .exists([])?;
        if broken {
            return Err(StoreError::Damaged {
                file: path.to_owned(),
            });
        }
        transaction.pragma_update(None, "user_version", step + 1)?;
        transaction.commit()?;
        connection.pragma_update(None, "foreign_keys", true)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        "CREATE TABLE colours (name TEXT) STRICT; INSERT INTO colours VALUES ('red');";
    const TWO: &str = "ALTER TABLE colours ADD COLUMN shade INTEGER NOT NULL DEFAULT 5;";
    const BROKEN: &str = "UPDATE colours SET name = 'blue'; CREATE TABLE colours (x);";

    #[test]
    fn an_old_database_is_brought_up_step_by_step_with_a_backup_before_each() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.sqlite");
        let mut connection = open(&path).unwrap();
        let mut left = Vec::new();
        let mut migrate_to = |scripts| {
            migrate(&mut connection, &path, &Format { scripts }, |_, format| {
                left.push(format);
                Ok(())
            })
        };
        migrate_to(&[ONE]).unwrap();
        migrate_to(&[ONE]).unwrap();
        migrate_to(&[ONE, TWO, "SELECT 1;"]).unwrap();
        assert_eq!(
            left,
            [1, 2],
            "no backup of an empty database, one before each step of a full one"
        );
        let row: (String, i64) = connection
            .query_row("SELECT name, shade FROM colours", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(
            (row, format_of(&connection).unwrap()),
            (("red".to_owned(), 5), 3)
        );
    }

    #[test]
    fn a_step_that_fails_leaves_the_database_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.sqlite");
        let mut connection = open(&path).unwrap();
        let no_backup = |_: &Connection, _| Ok(());
        migrate(
            &mut connection,
            &path,
            &Format { scripts: &[ONE] },
            no_backup,
        )
        .unwrap();
        let scripts = &[ONE, BROKEN];
        assert!(migrate(&mut connection, &path, &Format { scripts }, no_backup).is_err());
        let name: String = connection
            .query_row("SELECT name FROM colours", [], |row| row.get(0))
            .unwrap();
        assert_eq!((name.as_str(), format_of(&connection).unwrap()), ("red", 1));
    }

    #[test]
    fn a_database_of_a_newer_program_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.sqlite");
        let mut connection = open(&path).unwrap();
        connection.pragma_update(None, "user_version", 9).unwrap();
        let result = migrate(
            &mut connection,
            &path,
            &Format { scripts: &[ONE] },
            |_, _| Ok(()),
        );
        assert!(
            matches!(
                result,
                Err(StoreError::NewerFormat {
                    found: 9,
                    known: 1,
                    ..
                })
            ),
            "{result:?}"
        );
    }

    #[test]
    fn a_power_cut_is_survived_because_every_commit_reaches_the_disk() {
        let dir = tempfile::tempdir().unwrap();
        let connection = open(&dir.path().join("x.sqlite")).unwrap();
        let pragma = |name| {
            connection
                .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
                .unwrap()
        };
        let journal: String = connection
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .unwrap();
        assert_eq!(journal, "wal");
        assert_eq!(pragma("synchronous"), 2, "2 is FULL");
        assert_eq!(pragma("foreign_keys"), 1);
        assert_eq!(pragma("trusted_schema"), 0);
    }
}
