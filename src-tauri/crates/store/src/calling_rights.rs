//! What single persons may do outside, on disk.

use crate::described::Kind;
use crate::office_change::OfficeChange;
use crate::row::{Revised, get_json, to_json};
use crate::{Store, StoreError};
use office::{CallingRights, Record};
use rusqlite::{Connection, params};

pub(crate) const CALLING_RIGHTS: Kind = Kind {
    select: "SELECT person, persons.name, json_remove(document, '$.person')
             FROM calling_rights JOIN persons ON persons.id = person
             WHERE persons.removed_at IS NULL",
    key: "person",
};

impl OfficeChange<'_> {
    /// Says what a person may do outside. The first time the revision is 0.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`]; [`StoreError::NotFound`] if there is no such person.
    pub fn edit_calling_rights(
        &self,
        rights: &CallingRights,
        revision: i64,
    ) -> Result<(), StoreError> {
        let person = rights.person;
        let exists = "SELECT 1 FROM persons WHERE id = ?1 AND removed_at IS NULL";
        if !self.connection.prepare_cached(exists)?.exists([person.0])? {
            return Err(StoreError::NotFound(Record::Person(person)));
        }
        self.recorded("callingRights.edited", &CALLING_RIGHTS, &person.0, || {
            let sql = if revision == 0 {
                "INSERT OR IGNORE INTO calling_rights (person, document)
                 SELECT ?1, ?2 WHERE ?3 = 0"
            } else {
                "UPDATE calling_rights SET revision = revision + 1, document = ?2
                 WHERE person = ?1 AND revision = ?3"
            };
            let changed = self.connection.prepare_cached(sql)?.execute(params![
                person.0,
                to_json(rights)?,
                revision
            ])?;
            match changed {
                0 => Err(StoreError::ChangedMeanwhile(Record::CallingRights(person))),
                _ => Ok(()),
            }
        })
    }
}

impl Store {
    /// What persons may do outside who may not do what the others may, by person.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn calling_rights(&self) -> Result<Vec<Revised<CallingRights>>, StoreError> {
        load(&self.connection)
    }
}

/// Reads the rights of everybody who has some of their own, by person.
pub(crate) fn load(connection: &Connection) -> Result<Vec<Revised<CallingRights>>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT calling_rights.revision, document
         FROM calling_rights JOIN persons ON persons.id = person
         WHERE persons.removed_at IS NULL ORDER BY person",
    )?;
    let rows = select.query_map([], |row| {
        Ok(Revised {
            revision: row.get(0)?,
            value: get_json(row, 1)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
