//! Extensions on disk.

use crate::StoreError;
use crate::described::EXTENSION;
use crate::office_change::OfficeChange;
use crate::row::{Revised, bad, expect_one, get_json, get_parsed, to_json};
use office::{
    ConferenceRoomId, Extension, ExtensionNumber, FlowId, MailboxId, NumberHours, OfficeProblem,
    PersonId, Record, RouteTarget, ScheduleId,
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
        let (schedule, when_closed) = hours_columns(extension.hours.as_ref())?;
        self.connection
            .prepare_cached(
                "INSERT INTO extensions (number, dest_kind, dest_person, dest_extension,
                     dest_mailbox, dest_room, dest_flow, dest_outside, hours, when_closed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                number,
                to.kind,
                to.person,
                to.extension,
                to.mailbox,
                to.room,
                to.flow,
                to.outside,
                schedule,
                when_closed
            ])?;
        let added = EXTENSION.find(self.connection, &number)?;
        self.record("extension.added", None, added)
    }

    /// Lets an extension lead elsewhere, or go by other hours, if it still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_extension(&self, extension: &Extension, revision: i64) -> Result<(), StoreError> {
        let number = extension.number.as_str();
        let to = Columns::of(&extension.target);
        let (schedule, when_closed) = hours_columns(extension.hours.as_ref())?;
        self.recorded("extension.edited", &EXTENSION, &number, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE extensions SET revision = revision + 1, dest_kind = ?1,
                         dest_person = ?2, dest_extension = ?3, dest_mailbox = ?4, dest_room = ?5,
                         dest_flow = ?6, dest_outside = ?7, hours = ?8, when_closed = ?9
                     WHERE number = ?10 AND revision = ?11",
                )?
                .execute(params![
                    to.kind,
                    to.person,
                    to.extension,
                    to.mailbox,
                    to.room,
                    to.flow,
                    to.outside,
                    schedule,
                    when_closed,
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

    /// Gives something another number of its own: the old one is free, the new one leads there at the
    /// hours of the old one.
    pub(crate) fn move_number(
        &self,
        old: Option<&ExtensionNumber>,
        new: Option<&ExtensionNumber>,
        target: &RouteTarget,
    ) -> Result<(), StoreError> {
        if old == new {
            return Ok(());
        }
        let leading_there = self.extensions_to(target)?;
        let find = |number: &ExtensionNumber| {
            let mut numbers = leading_there.iter();
            numbers.find(|extension| extension.number == *number)
        };
        let old = old.and_then(find);
        if let Some(old) = old {
            self.drop_extension(&old.number)?;
        }
        match new {
            Some(new) if find(new).is_none() => self.add_extension(&Extension {
                number: new.clone(),
                target: target.clone(),
                hours: old.and_then(|old| old.hours.clone()),
            }),
            _ => Ok(()),
        }
    }

    /// Sets the numbers aside that lead straight to a target about to be removed.
    pub(crate) fn set_numbers_aside(&self, target: &RouteTarget) -> Result<(), StoreError> {
        let to = Columns::of(target);
        for Extension { number, hours, .. } in self.extensions_to(target)? {
            let (schedule, when_closed) = hours_columns(hours.as_ref())?;
            self.connection.execute(
                "INSERT INTO removed_numbers (person, mailbox, room, flow, number, hours, when_closed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    to.person,
                    to.mailbox,
                    to.room,
                    to.flow,
                    number.as_str(),
                    schedule,
                    when_closed
                ],
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
            "SELECT number, schedules.id, when_closed FROM removed_numbers
                 LEFT JOIN schedules ON schedules.id = hours AND schedules.removed_at IS NULL
             WHERE person IS ?1 AND mailbox IS ?2 AND room IS ?3 AND flow IS ?4 ORDER BY number",
        )?;
        let rows = select.query_map(params![to.person, to.mailbox, to.room, to.flow], |row| {
            Ok(Extension {
                number: get_parsed(row, 0)?,
                target: target.clone(),
                hours: get_hours(row, 1)?,
            })
        })?;
        for extension in rows.collect::<rusqlite::Result<Vec<Extension>>>()? {
            let number = extension.number.clone();
            if let Some(taken) = EXTENSION.find(self.connection, &number.as_str())? {
                let by = taken.fields.get("leadsTo").and_then(|to| to.as_str());
                return Err(StoreError::NumberTaken {
                    number,
                    by: by.unwrap_or_default().to_owned(),
                });
            }
            self.add_extension(&extension)?;
        }
        self.connection.execute(
            "DELETE FROM removed_numbers
             WHERE person IS ?1 AND mailbox IS ?2 AND room IS ?3 AND flow IS ?4",
            params![to.person, to.mailbox, to.room, to.flow],
        )?;
        Ok(())
    }

    fn extensions_to(&self, target: &RouteTarget) -> Result<Vec<Extension>, StoreError> {
        let to = Columns::of(target);
        let mut select = self.connection.prepare_cached(
            "SELECT number, hours, when_closed FROM extensions
             WHERE dest_kind = ?1 AND dest_person IS ?2 AND dest_mailbox IS ?3 AND dest_room IS ?4
                 AND dest_flow IS ?5 ORDER BY number",
        )?;
        let rows = select.query_map(
            params![to.kind, to.person, to.mailbox, to.room, to.flow],
            |row| {
                Ok(Extension {
                    number: get_parsed(row, 0)?,
                    target: target.clone(),
                    hours: get_hours(row, 1)?,
                })
            },
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
                dest_flow, dest_outside, hours, when_closed
         FROM extensions ORDER BY number",
    )?;
    let rows = select.query_map([], |row| {
        let value = Extension {
            number: get_parsed(row, 0)?,
            target: target(row)?,
            hours: get_hours(row, 9)?,
        };
        Ok(Revised {
            revision: row.get(1)?,
            value,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Hours as the columns they are kept in: the schedule, and the route as JSON.
fn hours_columns(hours: Option<&NumberHours>) -> Result<(Option<i64>, Option<String>), StoreError> {
    let Some(hours) = hours else {
        return Ok((None, None));
    };
    Ok((Some(hours.schedule.0), Some(to_json(&hours.when_closed)?)))
}

/// The hours in two columns that begin at `at`.
fn get_hours(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<NumberHours>> {
    let Some(schedule) = row.get(at)? else {
        return Ok(None);
    };
    Ok(Some(NumberHours {
        schedule: ScheduleId(schedule),
        when_closed: get_json(row, at + 1)?,
    }))
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
