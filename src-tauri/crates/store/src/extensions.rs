//! Extensions on disk.

use crate::StoreError;
use crate::described::EXTENSION;
use crate::office_change::OfficeChange;
use crate::row::{Revised, bad, expect_one, get_parsed};
use office::{
    ConferenceRoomId, Extension, ExtensionNumber, FlowId, MailboxId, OfficeProblem, PersonId,
    Record, RouteTarget,
};
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
        let to = Columns::of(&extension.target);
        self.connection
            .prepare_cached(
                "INSERT INTO extensions (number, dest_kind, dest_person, dest_extension,
                     dest_mailbox, dest_room, dest_flow, dest_outside)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                number,
                to.kind,
                to.person,
                to.extension,
                to.mailbox,
                to.room,
                to.flow,
                to.outside
            ])?;
        let added = EXTENSION.find(self.connection, &number)?;
        self.record("extension.added", None, added)
    }

    /// Lets an extension lead elsewhere, if it still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_extension(&self, extension: &Extension, revision: i64) -> Result<(), StoreError> {
        let number = extension.number.as_str();
        let to = Columns::of(&extension.target);
        self.recorded("extension.edited", &EXTENSION, &number, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE extensions SET revision = revision + 1, dest_kind = ?1,
                         dest_person = ?2, dest_extension = ?3, dest_mailbox = ?4, dest_room = ?5,
                         dest_flow = ?6, dest_outside = ?7
                     WHERE number = ?8 AND revision = ?9",
                )?
                .execute(params![
                    to.kind,
                    to.person,
                    to.extension,
                    to.mailbox,
                    to.room,
                    to.flow,
                    to.outside,
                    number,
                    revision
                ])?;
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

    /// Gives something another number of its own: the old one is free, the new one leads there.
    pub(crate) fn move_number(
        &self,
        old: Option<&ExtensionNumber>,
        new: Option<&ExtensionNumber>,
        target: &RouteTarget,
    ) -> Result<(), StoreError> {
        if old == new {
            return Ok(());
        }
        let leading_there = self.numbers_to(target)?;
        if let Some(old) = old.filter(|old| leading_there.contains(old)) {
            self.drop_extension(old)?;
        }
        match new {
            Some(new) if !leading_there.contains(new) => self.add_extension(&Extension {
                number: new.clone(),
                target: target.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Sets the numbers aside that lead straight to a target about to be removed.
    pub(crate) fn set_numbers_aside(&self, target: &RouteTarget) -> Result<(), StoreError> {
        let to = Columns::of(target);
        for number in self.numbers_to(target)? {
            self.connection.execute(
                "INSERT INTO removed_numbers (person, mailbox, room, flow, number)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![to.person, to.mailbox, to.room, to.flow, number.as_str()],
            )?;
            self.drop_extension(&number)?;
        }
        Ok(())
    }

    /// Lets the numbers set aside lead to their target again.
    ///
    /// # Errors
    /// [`StoreError::NumberTaken`] if one was given out meanwhile.
    pub(crate) fn bring_numbers_back(&self, target: &RouteTarget) -> Result<(), StoreError> {
        let to = Columns::of(target);
        let mut select = self.connection.prepare_cached(
            "SELECT number FROM removed_numbers
             WHERE person IS ?1 AND mailbox IS ?2 AND room IS ?3 AND flow IS ?4 ORDER BY number",
        )?;
        let rows = select.query_map(params![to.person, to.mailbox, to.room, to.flow], |row| {
            get_parsed(row, 0)
        })?;
        for number in rows.collect::<rusqlite::Result<Vec<ExtensionNumber>>>()? {
            if let Some(taken) = EXTENSION.find(self.connection, &number.as_str())? {
                let by = taken.fields.get("leadsTo").and_then(|to| to.as_str());
                return Err(StoreError::NumberTaken {
                    number,
                    by: by.unwrap_or_default().to_owned(),
                });
            }
            let target = target.clone();
            self.add_extension(&Extension { number, target })?;
        }
        self.connection.execute(
            "DELETE FROM removed_numbers
             WHERE person IS ?1 AND mailbox IS ?2 AND room IS ?3 AND flow IS ?4",
            params![to.person, to.mailbox, to.room, to.flow],
        )?;
        Ok(())
    }

    fn numbers_to(&self, target: &RouteTarget) -> Result<Vec<ExtensionNumber>, StoreError> {
        let to = Columns::of(target);
        let mut select = self.connection.prepare_cached(
            "SELECT number FROM extensions
             WHERE dest_kind = ?1 AND dest_person IS ?2 AND dest_mailbox IS ?3 AND dest_room IS ?4
                 AND dest_flow IS ?5 ORDER BY number",
        )?;
        let rows = select.query_map(
            params![to.kind, to.person, to.mailbox, to.room, to.flow],
            |row| get_parsed(row, 0),
        )?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn drop_extension(&self, number: &ExtensionNumber) -> Result<(), StoreError> {
        self.recorded("extension.removed", &EXTENSION, &number.as_str(), || {
            self.connection
                .prepare_cached("DELETE FROM extensions WHERE number = ?1")?
                .execute([number.as_str()])?;
            Ok(())
        })
    }
}

/// Reads all extensions, by number.
pub(crate) fn load(connection: &Connection) -> Result<Vec<Revised<Extension>>, StoreError> {
    let mut select = connection.prepare(
        "SELECT number, revision, dest_kind, dest_person, dest_extension, dest_mailbox, dest_room,
                dest_flow, dest_outside
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

/// A target as the columns it is kept in.
#[derive(Default)]
struct Columns<'a> {
    kind: &'static str,
    person: Option<i64>,
    extension: Option<&'a str>,
    mailbox: Option<i64>,
    room: Option<i64>,
    flow: Option<i64>,
    outside: Option<&'a str>,
}

impl<'a> Columns<'a> {
    fn of(target: &'a RouteTarget) -> Self {
        let mut columns = Self::default();
        match target {
            RouteTarget::User(person) => (columns.kind, columns.person) = ("user", Some(person.0)),
            RouteTarget::Extension(number) => {
                (columns.kind, columns.extension) = ("extension", Some(number.as_str()));
            }
            RouteTarget::Voicemail(mailbox) => {
                (columns.kind, columns.mailbox) = ("voicemail", Some(mailbox.0));
            }
            RouteTarget::Conference(room) => {
                (columns.kind, columns.room) = ("conference", Some(room.0));
            }
            RouteTarget::Flow(flow) => (columns.kind, columns.flow) = ("flow", Some(flow.0)),
            RouteTarget::Forward(number) => {
                (columns.kind, columns.outside) = ("forward", Some(number.as_str()));
            }
            RouteTarget::Hangup => columns.kind = "hangup",
        }
        columns
    }
}

fn target(row: &Row<'_>) -> rusqlite::Result<RouteTarget> {
    match row.get::<_, String>(2)?.as_str() {
        "user" => Ok(RouteTarget::User(PersonId(row.get(3)?))),
        "extension" => Ok(RouteTarget::Extension(get_parsed(row, 4)?)),
        "voicemail" => Ok(RouteTarget::Voicemail(MailboxId(row.get(5)?))),
        "conference" => Ok(RouteTarget::Conference(ConferenceRoomId(row.get(6)?))),
        "flow" => Ok(RouteTarget::Flow(FlowId(row.get(7)?))),
        "forward" => Ok(RouteTarget::Forward(get_parsed(row, 8)?)),
        "hangup" => Ok(RouteTarget::Hangup),
        kind => Err(bad(2, format!("no target is called {kind:?}").into())),
    }
}
