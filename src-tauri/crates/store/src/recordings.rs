//! Call recordings on disk.
//!
//! As with messages, a recording has its row from its first second on, so that a power cut loses
//! track of none.

use crate::limits::RECORDINGS_PER_PAGE_MAX;
use crate::messages::{self, call_number, get_call};
use crate::removed::DAY;
use crate::row::{bad, get_parsed};
use crate::{Actor, Store, StoreError, audit, sounds};
use chrono::{DateTime, Utc};
use office::{CallId, CallRecordingId, PersonId, Record, RecordingRule, SoundName, VoiceMessage};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// A recorded call, or the part of it that was recorded. Times are milliseconds since 1970 (UTC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecording {
    /// Its identity.
    pub id: CallRecordingId,
    /// The call.
    pub call: CallId,
    /// What was said.
    pub sound: SoundName,
    /// Who spoke, in words: "Anna Smith and +49 30 123456".
    pub parties: String,
    /// Who of the office took part, sorted.
    pub persons: Vec<PersonId>,
    /// When it began.
    pub started_ms: i64,
    /// How long it is, in milliseconds, without its pauses.
    pub lasts_ms: u32,
    /// Why it was made.
    pub why: RecordingReason,
    /// Whether those recorded were told so.
    pub announced: bool,
}

/// A recording about to begin; the fields are those of [`CallRecording`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecording {
    /// See [`CallRecording::call`].
    pub call: CallId,
    /// See [`CallRecording::sound`]; a name no other sound has.
    pub sound: SoundName,
    /// See [`CallRecording::parties`].
    pub parties: String,
    /// See [`CallRecording::persons`].
    pub persons: Vec<PersonId>,
    /// See [`CallRecording::started_ms`].
    pub started_ms: i64,
    /// See [`CallRecording::why`].
    pub why: RecordingReason,
    /// See [`CallRecording::announced`].
    pub announced: bool,
}

/// Why a recording was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RecordingReason {
    /// All calls of somebody in it are recorded.
    Always,
    /// Somebody turned it on.
    OnDemand,
}

/// Which recordings; the default is all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordingFilter {
    /// Only those in which this person took part.
    pub person: Option<PersonId>,
    /// Only those of this call.
    pub call: Option<CallId>,
}

impl Store {
    /// Takes down that a recording begins, before its file is made.
    ///
    /// # Errors
    /// What the disk says.
    pub fn begin_recording(
        &mut self,
        recording: &NewRecording,
    ) -> Result<CallRecordingId, StoreError> {
        self.in_transaction(|connection| begin(connection, recording))
    }

    /// A recording's file is whole and on the disk.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if no such recording was begun.
    pub fn finish_recording(
        &mut self,
        id: CallRecordingId,
        lasts_ms: u32,
    ) -> Result<CallRecording, StoreError> {
        self.in_transaction(|connection| finish(connection, id, lasts_ms))
    }

    /// Forgets a recording that was begun and holds nothing.
    ///
    /// # Errors
    /// What the disk says.
    pub fn discard_recording(&mut self, id: CallRecordingId) -> Result<(), StoreError> {
        discard(&self.connection, id)
    }

    /// Recordings that ran when the engine was stopped without warning. Each is to be finished with
    /// the length of its file, or discarded. Asked once, at the start.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn unfinished_recordings(&self) -> Result<Vec<CallRecording>, StoreError> {
        unfinished(&self.connection)
    }

    /// One recording.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn recording(&self, id: CallRecordingId) -> Result<CallRecording, StoreError> {
        find(&self.connection, id)
    }

    /// The newest recordings first, or those before one; at most
    /// [`RECORDINGS_PER_PAGE_MAX`](crate::limits::RECORDINGS_PER_PAGE_MAX).
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn recordings(
        &self,
        filter: RecordingFilter,
        limit: usize,
        before: Option<CallRecordingId>,
    ) -> Result<Vec<CallRecording>, StoreError> {
        page(&self.connection, filter, limit, before)
    }

    /// What is kept of those calls: their recordings, the oldest first, and the messages their
    /// callers left.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn kept_of_calls(
        &self,
        calls: &[CallId],
    ) -> Result<(Vec<CallRecording>, Vec<VoiceMessage>), StoreError> {
        let recordings = of_calls(&self.connection, calls)?;
        let messages = messages::of_calls(&self.connection, calls)?;
        Ok((recordings, messages))
    }

    /// Deletes a recording for good, and writes down in the audit log who did.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn delete_recording(
        &mut self,
        actor: &Actor,
        id: CallRecordingId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let at = at.timestamp_millis();
        self.in_transaction(|connection| delete(connection, actor, id, at))
    }
}

pub(crate) fn begin(
    connection: &Connection,
    recording: &NewRecording,
) -> Result<CallRecordingId, StoreError> {
    sounds::begin(
        connection,
        &recording.sound,
        "recording",
        recording.started_ms,
    )?;
    connection
        .prepare_cached(
            "INSERT INTO recordings (call, sound, parties, started_at, why, announced)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            call_number(recording.call),
            recording.sound.as_str(),
            recording.parties,
            recording.started_ms,
            why_text(recording.why),
            recording.announced,
        ])?;
    let id = CallRecordingId(connection.last_insert_rowid());
    for person in &recording.persons {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO recorded_persons (recording, person) VALUES (?1, ?2)",
            )?
            .execute([id.0, person.0])?;
    }
    Ok(id)
}

pub(crate) fn finish(
    connection: &Connection,
    id: CallRecordingId,
    lasts_ms: u32,
) -> Result<CallRecording, StoreError> {
    connection
        .prepare_cached("UPDATE recordings SET lasts_ms = ?1 WHERE id = ?2 AND lasts_ms IS NULL")?
        .execute(params![lasts_ms, id.0])?;
    find(connection, id)
}

/// Forgets a recording of nothing.
pub(crate) fn discard(connection: &Connection, id: CallRecordingId) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM recordings WHERE id = ?1 AND lasts_ms IS NULL")?
        .execute([id.0])?;
    Ok(())
}

/// Recordings that were begun and neither finished nor discarded.
pub(crate) fn unfinished(connection: &Connection) -> Result<Vec<CallRecording>, StoreError> {
    let mut select = connection.prepare(&format!("{SELECT} WHERE lasts_ms IS NULL ORDER BY id"))?;
    let rows = select.query_map([], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn find(
    connection: &Connection,
    id: CallRecordingId,
) -> Result<CallRecording, StoreError> {
    connection
        .prepare_cached(&format!("{SELECT} WHERE id = ?1 AND lasts_ms IS NOT NULL"))?
        .query_row([id.0], read)
        .optional()?
        .ok_or(StoreError::NotFound(Record::Recording(id)))
}

/// The newest first, or those before one.
pub(crate) fn page(
    connection: &Connection,
    filter: RecordingFilter,
    limit: usize,
    before: Option<CallRecordingId>,
) -> Result<Vec<CallRecording>, StoreError> {
    let mut select = connection.prepare_cached(&format!(
        "{SELECT} WHERE lasts_ms IS NOT NULL AND id < ?1
             AND (?2 IS NULL OR EXISTS (
                 SELECT 1 FROM recorded_persons WHERE recording = id AND person = ?2))
             AND (?3 IS NULL OR call = ?3)
         ORDER BY id DESC LIMIT ?4"
    ))?;
    let limit = i64::try_from(limit.min(RECORDINGS_PER_PAGE_MAX)).unwrap_or(i64::MAX);
    let rows = select.query_map(
        params![
            before.map_or(i64::MAX, |before| before.0),
            filter.person.map(|person| person.0),
            filter.call.map(call_number),
            limit
        ],
        read,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The recordings of some calls, the oldest first.
pub(crate) fn of_calls(
    connection: &Connection,
    calls: &[CallId],
) -> Result<Vec<CallRecording>, StoreError> {
    let mut select = connection.prepare_cached(&format!(
        "{SELECT} WHERE lasts_ms IS NOT NULL AND call = ?1 ORDER BY id"
    ))?;
    let mut found = Vec::new();
    for call in calls {
        let rows = select.query_map([call_number(*call)], read)?;
        for row in rows {
            found.push(row?);
        }
    }
    Ok(found)
}

/// Deletes a recording for good, and writes down who did.
pub(crate) fn delete(
    connection: &Connection,
    actor: &Actor,
    id: CallRecordingId,
    at: i64,
) -> Result<(), StoreError> {
    let recording = find(connection, id)?;
    connection.execute("DELETE FROM recordings WHERE id = ?1", [id.0])?;
    let call = format!(
        r#"{{"call":{},"startedAt":{}}}"#,
        recording.call, recording.started_ms
    );
    let what = ("recording.deleted", recording.parties.as_str());
    audit::add(connection, at, actor, what, [Some(call), None])
}

/// Deletes what is older than the office keeps recordings.
pub(crate) fn sweep(connection: &Connection, now: i64) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM recordings
         WHERE lasts_ms IS NOT NULL
             AND started_at + ?1 * (SELECT recording_keep_days FROM settings) <= ?2",
        [DAY, now],
    )?;
    Ok(())
}

const SELECT: &str = "SELECT id, call, sound, parties, started_at, coalesce(lasts_ms, 0), why,
        announced, (SELECT group_concat(person, ' ' ORDER BY person) FROM recorded_persons
            WHERE recording = recordings.id)
    FROM recordings";

fn read(row: &Row<'_>) -> rusqlite::Result<CallRecording> {
    let persons: Option<String> = row.get(8)?;
    let persons = persons.as_deref().unwrap_or_default().split(' ');
    Ok(CallRecording {
        id: CallRecordingId(row.get(0)?),
        call: get_call(row, 1)?,
        sound: get_parsed(row, 2)?,
        parties: row.get(3)?,
        started_ms: row.get(4)?,
        lasts_ms: row.get(5)?,
        why: parse_why(&row.get::<_, String>(6)?)?,
        announced: row.get(7)?,
        persons: persons
            .filter(|id| !id.is_empty())
            .map(|id| {
                id.parse()
                    .map(PersonId)
                    .map_err(|why: std::num::ParseIntError| bad(8, why.into()))
            })
            .collect::<rusqlite::Result<_>>()?,
    })
}

fn why_text(why: RecordingReason) -> &'static str {
    match why {
        RecordingReason::Always => "always",
        RecordingReason::OnDemand => "on_demand",
    }
}

fn parse_why(text: &str) -> rusqlite::Result<RecordingReason> {
    match text {
        "always" => Ok(RecordingReason::Always),
        "on_demand" => Ok(RecordingReason::OnDemand),
        _ => Err(bad(
            6,
            format!("nothing is recorded because of {text:?}").into(),
        )),
    }
}

/// A rule as persons and settings keep it.
pub(crate) fn rule_text(rule: RecordingRule) -> &'static str {
    match rule {
        RecordingRule::Never => "never",
        RecordingRule::OnDemand => "on_demand",
        RecordingRule::Always => "always",
    }
}

pub(crate) fn get_rule(row: &Row<'_>, column: usize) -> rusqlite::Result<RecordingRule> {
    parse_rule(column, &row.get::<_, String>(column)?)
}

pub(crate) fn get_optional_rule(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<RecordingRule>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| parse_rule(column, &text)).transpose()
}

fn parse_rule(column: usize, text: &str) -> rusqlite::Result<RecordingRule> {
    match text {
        "never" => Ok(RecordingRule::Never),
        "on_demand" => Ok(RecordingRule::OnDemand),
        "always" => Ok(RecordingRule::Always),
        _ => Err(bad(
            column,
            format!("no recording rule is called {text:?}").into(),
        )),
    }
}
