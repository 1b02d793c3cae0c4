//! The office's numbers in the telephone network, and what each does, on disk.

use crate::described::{Kind, target_in_words};
use crate::office_change::OfficeChange;
use crate::row::{Revised, expect_one, get_json, to_json};
use crate::{Store, StoreError, unknown_numbers};
use office::{Number, OfficeProblem, PhoneNumber, Record};
use rusqlite::{Connection, params};

const EXISTS: &str = "SELECT 1 FROM phone_numbers WHERE number = ?1 AND removed_at IS NULL";

pub(crate) const PHONE_NUMBER: Kind = Kind {
    select: concat!(
        "SELECT number, number, json_object(
             'number', number, 'label', document ->> 'label',
             'line', (SELECT name FROM trunks WHERE trunks.id = phone_numbers.document ->> 'trunk'),
             'leadsTo', ",
        target_in_words!("phone_numbers.document -> 'route'"),
        ", 'set', document -> '$.route.dest_xform',
             'hours', (SELECT name FROM schedules
                 WHERE schedules.id = phone_numbers.document ->> '$.hours.schedule'),
             'whenClosed', ",
        target_in_words!("phone_numbers.document -> '$.hours.whenClosed'"),
        ", 'maxCalls', document -> 'channels', 'anonymous', document ->> 'anonymous',
             'challenge', document -> 'challenge')
         FROM phone_numbers WHERE removed_at IS NULL"
    ),
    key: "number",
};

impl OfficeChange<'_> {
    /// Adds a number. It is no longer among the unknown ones.
    ///
    /// # Errors
    /// [`StoreError::Problems`] if the office has it already.
    pub fn add_phone_number(&self, number: &Number) -> Result<(), StoreError> {
        let text = number.number.as_str();
        if self.connection.prepare_cached(EXISTS)?.exists([text])? {
            let record = Record::PhoneNumber(number.number.clone());
            return Err(StoreError::Problems(vec![OfficeProblem::ListedTwice {
                record,
            }]));
        }
        // One that was removed gives way: it is set up anew.
        self.connection
            .prepare_cached(
                "INSERT INTO phone_numbers (number, document) VALUES (?1, ?2)
                 ON CONFLICT DO UPDATE SET revision = revision + 1, document = excluded.document,
                     removed_at = NULL",
            )?
            .execute(params![text, to_json(number)?])?;
        unknown_numbers::forget(self.connection, text)?;
        let added = PHONE_NUMBER.find(self.connection, &text)?;
        self.record("number.added", None, added)
    }

    /// Lets a number do something else, if it still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_phone_number(&self, number: &Number, revision: i64) -> Result<(), StoreError> {
        let text = number.number.as_str();
        self.recorded("number.edited", &PHONE_NUMBER, &text, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE phone_numbers SET revision = revision + 1, document = ?1
                     WHERE number = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![to_json(number)?, text, revision])?;
            let record = Record::PhoneNumber(number.number.clone());
            expect_one(changed, self.connection, EXISTS, &text, record)
        })
    }

    /// Removes a number. For [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_phone_number`](Self::restore_phone_number) brings it back.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_phone_number(
        &self,
        number: &PhoneNumber,
        revision: i64,
    ) -> Result<(), StoreError> {
        let text = number.as_str();
        self.recorded("number.removed", &PHONE_NUMBER, &text, || {
            let removed = self
                .connection
                .prepare_cached(
                    "UPDATE phone_numbers SET revision = revision + 1, removed_at = ?1
                     WHERE number = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![self.at, text, revision])?;
            let record = Record::PhoneNumber(number.clone());
            expect_one(removed, self.connection, EXISTS, &text, record)
        })
    }

    /// Brings back a number that was removed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it was not removed, too long ago, or added anew meanwhile.
    pub fn restore_phone_number(&self, number: &PhoneNumber) -> Result<(), StoreError> {
        let text = number.as_str();
        self.recorded("number.restored", &PHONE_NUMBER, &text, || {
            let back = self.connection.execute(
                "UPDATE phone_numbers SET revision = revision + 1, removed_at = NULL
                 WHERE number = ?1 AND removed_at IS NOT NULL",
                [text],
            )?;
            match back {
                0 => Err(StoreError::NotFound(Record::PhoneNumber(number.clone()))),
                _ => Ok(()),
            }
        })
    }
}

impl Store {
    /// All numbers of the office, sorted, with the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn phone_numbers(&self) -> Result<Vec<Revised<Number>>, StoreError> {
        load(&self.connection)
    }
}

/// Reads all numbers, sorted.
pub(crate) fn load(connection: &Connection) -> Result<Vec<Revised<Number>>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT revision, document FROM phone_numbers WHERE removed_at IS NULL ORDER BY number",
    )?;
    let rows = select.query_map([], |row| {
        Ok(Revised {
            revision: row.get(0)?,
            value: get_json(row, 1)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
