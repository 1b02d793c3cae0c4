//! Extensions on disk.

use crate::StoreError;
use crate::described::EXTENSION;
use crate::office_change::OfficeChange;
use crate::row::{Revised, bad, expect_one, get_parsed};
use office::{Extension, ExtensionNumber, OfficeProblem, PersonId, Record, RouteTarget};
use rusqlite::{Connection, Row, params};

const EXISTS: &str = "SELECT 1 FROM extensions WHERE number = ?1";

impl OfficeChange<'_> {
    /// Adds an extension.
    ///
    /// # Errors
    /// [`StoreError::Problems`] if the number is given out already.
    pub fn add_extension(&self, extension: &Extension) -> Result<(), StoreError> {
        let number = extension.number.as_str();
        if self.connection.prepare_cached(EXISTS)?.exists([number])? {
            let number = extension.number.clone();
            return Err(StoreError::Problems(vec![
                OfficeProblem::DuplicateExtension { number },
            ]));
        }
        let (kind, person, target) = columns(&extension.target);
        self.connection
            .prepare_cached(
                "INSERT INTO extensions (number, dest_kind, dest_person, dest_extension)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![number, kind, person, target])?;
        let added = EXTENSION.find(self.connection, &number)?;
        self.record("extension.added", None, added)
    }

    /// Lets an extension lead elsewhere, if it still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_extension(&self, extension: &Extension, revision: i64) -> Result<(), StoreError> {
        let number = extension.number.as_str();
        let (kind, person, target) = columns(&extension.target);
        self.recorded("extension.edited", &EXTENSION, &number, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE extensions SET revision = revision + 1, dest_kind = ?1,
                         dest_person = ?2, dest_extension = ?3
                     WHERE number = ?4 AND revision = ?5",
                )?
                .execute(params![kind, person, target, number, revision])?;
            let record = Record::Extension(extension.number.clone());
            expect_one(changed, self.connection, EXISTS, &number, record)
        })
    }

    /// Removes an extension.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_extension(
        &self,
        number: &ExtensionNumber,
        revision: i64,
    ) -> Result<(), StoreError> {
        self.recorded("extension.removed", &EXTENSION, &number.as_str(), || {
            let removed = self
                .connection
                .prepare_cached("DELETE FROM extensions WHERE number = ?1 AND revision = ?2")?
                .execute(params![number.as_str(), revision])?;
            let record = Record::Extension(number.clone());
            expect_one(removed, self.connection, EXISTS, &number.as_str(), record)
        })
    }
}

/// Reads all extensions, by number.
pub(crate) fn load(connection: &Connection) -> Result<Vec<Revised<Extension>>, StoreError> {
    let mut select = connection.prepare(
        "SELECT number, revision, dest_kind, dest_person, dest_extension
         FROM extensions ORDER BY number",
    )?;
    let rows = select.query_map([], |row| {
        let value = Extension {
            number: get_parsed(row, 0)?,
            target: target(row)?,
        };
        Ok(Revised {
            revision: row.get(1)?,
            value,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A target as `dest_kind`, `dest_person`, `dest_extension`.
fn columns(target: &RouteTarget) -> (&'static str, Option<i64>, Option<&str>) {
    match target {
        RouteTarget::User(person) => ("user", Some(person.0), None),
        RouteTarget::Extension(number) => ("extension", None, Some(number.as_str())),
        RouteTarget::Voicemail(mailbox) => ("voicemail", Some(mailbox.0), None),
        RouteTarget::Conference(room) => ("conference", Some(room.0), None),
        RouteTarget::Hangup => ("hangup", None, None),
    }
}

fn target(row: &Row<'_>) -> rusqlite::Result<RouteTarget> {
    match row.get::<_, String>(2)?.as_str() {
        "user" => Ok(RouteTarget::User(PersonId(row.get(3)?))),
        "extension" => Ok(RouteTarget::Extension(get_parsed(row, 4)?)),
        "hangup" => Ok(RouteTarget::Hangup),
        kind => Err(bad(2, format!("no target is called {kind:?}").into())),
    }
}
