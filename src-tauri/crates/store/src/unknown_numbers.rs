//! Numbers that were called from outside and that nobody has set up.

use crate::limits::{UNKNOWN_NUMBER_MAX_CHARS, UNKNOWN_NUMBERS_MAX};
use crate::{Store, StoreError};
use office::{TrunkId, clean_text};
use rusqlite::{Connection, params};

/// A number that was called and leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownNumber {
    /// The number as it was called, with `+` and country code where it could be read; clean text.
    pub number: String,
    /// The line it came in on.
    pub trunk: Option<TrunkId>,
    /// When it was called for the last time, in milliseconds since 1970 (UTC).
    pub last_ms: i64,
    /// How often.
    pub times: u32,
}

impl Store {
    /// Remembers that a number was called that nobody has set up. Only the
    /// [`UNKNOWN_NUMBERS_MAX`] called last are kept: whoever calls at random fills no disk.
    ///
    /// # Errors
    /// What the disk says.
    pub fn unknown_number_called(
        &mut self,
        number: &str,
        trunk: Option<TrunkId>,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        let number: String = clean_text(number)
            .chars()
            .take(UNKNOWN_NUMBER_MAX_CHARS)
            .collect();
        self.in_transaction(|connection| {
            connection
                .prepare_cached(
                    "INSERT INTO unknown_numbers (number, trunk, last_at, times)
                     VALUES (?1, ?2, ?3, 1)
                     ON CONFLICT DO UPDATE SET last_at = excluded.last_at,
                         times = min(times + 1, 1000000)",
                )?
                .execute(params![number, trunk.map_or(0, |trunk| trunk.0), at_ms])?;
            connection
                .prepare_cached(
                    "DELETE FROM unknown_numbers WHERE (number, trunk) IN (
                         SELECT number, trunk FROM unknown_numbers
                         ORDER BY last_at DESC, number, trunk LIMIT -1 OFFSET ?1)",
                )?
                .execute([UNKNOWN_NUMBERS_MAX])?;
            Ok(())
        })
    }

    /// Forgets a number nobody wants to set up, whatever line it came in on, until it is called
    /// again. One that is not there is no error.
    ///
    /// # Errors
    /// What the disk says.
    pub fn forget_unknown_number(&mut self, number: &str) -> Result<(), StoreError> {
        forget(&self.connection, number)
    }

    /// The numbers that were called and that nobody has set up, the last called first.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn unknown_numbers(&self) -> Result<Vec<UnknownNumber>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT number, nullif(trunk, 0), last_at, times FROM unknown_numbers
             ORDER BY last_at DESC, number, trunk",
        )?;
        let rows = select.query_map([], |row| {
            let trunk: Option<i64> = row.get(1)?;
            Ok(UnknownNumber {
                number: row.get(0)?,
                trunk: trunk.map(TrunkId),
                last_ms: row.get(2)?,
                times: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// Forgets a number that was set up meanwhile.
pub(crate) fn forget(connection: &Connection, number: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM unknown_numbers WHERE number = ?1")?
        .execute([number])?;
    Ok(())
}
