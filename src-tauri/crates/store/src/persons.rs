//! Persons on disk.

use crate::StoreError;
use crate::described::PERSON;
use crate::music;
use crate::office_change::OfficeChange;
use crate::outside_uses::{self, OutsideUse};
use crate::recordings::{get_optional_rule, rule_text};
use crate::row::{Revised, bad, expect_one, get_optional_parsed};
use office::{
    ExtensionNumber, MusicOnHold, Person, PersonHours, PersonId, Record, RecordingRule, RingFor,
    RouteTarget, ScheduleId, Wants, WantsState,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A person about to join the office; the fields are those of [`Person`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPerson {
    /// See [`Person::name`].
    pub name: String,
    /// See [`Person::team`].
    pub team: String,
    /// See [`Person::number`]; add the extension that leads to them in the same change.
    pub number: Option<ExtensionNumber>,
    /// See [`Person::presentation_name`].
    pub presentation_name: Option<String>,
    /// See [`Person::simultaneous_calls`].
    pub simultaneous_calls: Option<u16>,
    /// See [`Person::ring_for`].
    pub ring_for: Option<RingFor>,
    /// See [`Person::wants`].
    pub wants: Wants,
    /// See [`Person::recording`].
    pub recording: Option<RecordingRule>,
    /// See [`Person::music`].
    pub music: Option<MusicOnHold>,
    /// See [`Person::hours`].
    pub hours: Option<PersonHours>,
}

const EXISTS: &str = "SELECT 1 FROM persons WHERE id = ?1 AND removed_at IS NULL";

impl OfficeChange<'_> {
    /// Adds a person, with a mailbox that takes messages.
    ///
    /// # Errors
    /// Only what the disk says.
    pub fn add_person(&self, person: &NewPerson) -> Result<PersonId, StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO persons (name, number, presentation_name, simultaneous_calls, ring_for,
                     team, wants, wants_note, wants_until, recording, hours, when_closed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                person.name,
                person.number.as_ref().map(ExtensionNumber::as_str),
                person.presentation_name,
                person.simultaneous_calls,
                person.ring_for.map(RingFor::seconds),
                person.team,
                wants_text(person.wants.state),
                person.wants.note,
                person.wants.until_unix_ms,
                person.recording.map(rule_text),
                person.hours.as_ref().map(|hours| hours.schedule.0),
                when_closed(person.hours.as_ref())?,
            ])?;
        let id = PersonId(self.connection.last_insert_rowid());
        music::write(self.connection, id, person.music.as_ref())?;
        let added = PERSON.find(self.connection, &id.0)?;
        self.record("person.added", None, added)?;
        self.add_mailbox_of(id)?;
        Ok(id)
    }

    /// Replaces a person's record, if it still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_person(&self, person: &Person, revision: i64) -> Result<(), StoreError> {
        self.recorded("person.edited", &PERSON, &person.id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE persons SET revision = revision + 1, name = ?1, number = ?2,
                         presentation_name = ?3, simultaneous_calls = ?4, ring_for = ?5, team = ?6,
                         wants = ?7, wants_note = ?8, wants_until = ?9, recording = ?10,
                         hours = ?11, when_closed = ?12
                     WHERE id = ?13 AND revision = ?14 AND removed_at IS NULL",
                )?
                .execute(params![
                    person.name,
                    person.number.as_ref().map(ExtensionNumber::as_str),
                    person.presentation_name,
                    person.simultaneous_calls,
                    person.ring_for.map(RingFor::seconds),
                    person.team,
                    wants_text(person.wants.state),
                    person.wants.note,
                    person.wants.until_unix_ms,
                    person.recording.map(rule_text),
                    person.hours.as_ref().map(|hours| hours.schedule.0),
                    when_closed(person.hours.as_ref())?,
                    person.id.0,
                    revision,
                ])?;
            let record = Record::Person(person.id);
            expect_one(changed, self.connection, EXISTS, &person.id.0, record)?;
            music::write(self.connection, person.id, person.music.as_ref())
        })
    }

    /// Writes down what a person wants. It leaves the revision as it is: whoever edits the person's
    /// record at the same time is in nobody's way.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_wants(&self, id: PersonId, wants: &Wants) -> Result<(), StoreError> {
        self.recorded("person.wants", &PERSON, &id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE persons SET wants = ?1, wants_note = ?2, wants_until = ?3
                     WHERE id = ?4 AND removed_at IS NULL",
                )?
                .execute(params![
                    wants_text(wants.state),
                    wants.note,
                    wants.until_unix_ms,
                    id.0
                ])?;
            expect_one(changed, self.connection, EXISTS, &id.0, Record::Person(id))
        })
    }

    /// Removes a person with their devices, their registrations, their mailbox, and the extensions
    /// that lead straight to them or to it. For [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_person`](Self::restore_person) brings all but the registrations back.
    ///
    /// # Errors
    /// [`StoreError::StillUsed`] if a number from outside leads to them, or a rule of calling out or
    /// the emergency plan names them; [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_person(&self, id: PersonId, revision: i64) -> Result<(), StoreError> {
        outside_uses::expect_unused(self.connection, OutsideUse::Person(id))?;
        // What goes along is told from what went before by its time, so that must differ even
        // within one millisecond and when the clock was set back.
        let earlier: Option<i64> = self.connection.query_row(
            "SELECT max(removed_at) FROM devices WHERE person = ?1",
            [id.0],
            |row| row.get(0),
        )?;
        let at = earlier.map_or(self.at, |earlier| self.at.max(earlier + 1));
        self.recorded("person.removed", &PERSON, &id.0, || {
            let removed = self
                .connection
                .prepare_cached(
                    "UPDATE persons SET revision = revision + 1, removed_at = ?1
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![at, id.0, revision])?;
            expect_one(removed, self.connection, EXISTS, &id.0, Record::Person(id))
        })?;
        for device in self.devices_of(id, None)? {
            self.set_device_aside(device, at)?;
        }
        self.set_mailbox_of_aside(id, at)?;
        self.set_numbers_aside(&RouteTarget::User(id))
    }

    /// Brings back a person who was removed, with the numbers that led to them, and the devices
    /// and the mailbox that went with them: their phones log in again as before.
    ///
    /// # Errors
    /// [`StoreError::NumberTaken`] if one of the numbers was given out meanwhile;
    /// [`StoreError::NotFound`] if nobody of that identity was removed, or too long ago.
    pub fn restore_person(&self, id: PersonId) -> Result<(), StoreError> {
        let removed_at: i64 = self
            .connection
            .query_row(
                "SELECT removed_at FROM persons WHERE id = ?1 AND removed_at IS NOT NULL",
                [id.0],
                |row| row.get(0),
            )
            .optional()?
            .ok_or(StoreError::NotFound(Record::Person(id)))?;
        self.recorded("person.restored", &PERSON, &id.0, || {
            self.connection.execute(
                "UPDATE persons SET revision = revision + 1, removed_at = NULL WHERE id = ?1",
                [id.0],
            )?;
            Ok(())
        })?;
        self.bring_numbers_back(&RouteTarget::User(id))?;
        self.bring_mailbox_of_back(id)?;
        for device in self.devices_of(id, Some(removed_at))? {
            self.bring_device_back(device)?;
        }
        Ok(())
    }
}

/// Reads all persons, by identity.
pub(crate) fn load(connection: &Connection) -> Result<Vec<Revised<Person>>, StoreError> {
    let mut music = music::load(connection)?;
    let mut select = connection.prepare(
        "SELECT id, revision, name, number, presentation_name, simultaneous_calls, ring_for,
                team, wants, wants_note, wants_until, recording, hours, when_closed
         FROM persons WHERE removed_at IS NULL ORDER BY id",
    )?;
    let rows = select.query_map([], |row| {
        let ring_for: Option<u32> = row.get(6)?;
        let id = PersonId(row.get(0)?);
        Ok(Revised {
            revision: row.get(1)?,
            value: Person {
                id,
                name: row.get(2)?,
                number: get_optional_parsed(row, 3)?,
                presentation_name: row.get(4)?,
                simultaneous_calls: row.get(5)?,
                ring_for: ring_for
                    .map(RingFor::from_seconds)
                    .transpose()
                    .map_err(|error| bad(6, error.into()))?,
                team: row.get(7)?,
                wants: Wants {
                    state: parse_wants(&row.get::<_, String>(8)?)?,
                    note: row.get(9)?,
                    until_unix_ms: row.get(10)?,
                },
                recording: get_optional_rule(row, 11)?,
                music: music.remove(&id),
                hours: get_hours(row)?,
            },
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn when_closed(hours: Option<&PersonHours>) -> Result<Option<String>, StoreError> {
    let target = hours.map(|hours| serde_json::to_string(&hours.when_closed));
    Ok(target.transpose().map_err(|why| bad(0, why.into()))?)
}

fn get_hours(row: &Row<'_>) -> rusqlite::Result<Option<PersonHours>> {
    let (schedule, target): (Option<i64>, Option<String>) = (row.get(12)?, row.get(13)?);
    let Some((schedule, target)) = schedule.zip(target) else {
        return Ok(None);
    };
    Ok(Some(PersonHours {
        schedule: ScheduleId(schedule),
        when_closed: serde_json::from_str(&target).map_err(|why| bad(13, why.into()))?,
    }))
}

fn wants_text(state: WantsState) -> &'static str {
    match state {
        WantsState::Available => "available",
        WantsState::DoNotDisturb => "do_not_disturb",
        WantsState::Away => "away",
    }
}

fn parse_wants(text: &str) -> rusqlite::Result<WantsState> {
    match text {
        "available" => Ok(WantsState::Available),
        "do_not_disturb" => Ok(WantsState::DoNotDisturb),
        "away" => Ok(WantsState::Away),
        _ => Err(bad(8, format!("nobody wants {text:?}").into())),
    }
}
