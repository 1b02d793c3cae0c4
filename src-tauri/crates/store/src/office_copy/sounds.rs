//! The sounds of an office in its copy: their files, and the messages and recordings they belong to.
//!
//! Nothing that is here is taken away or written over by a restore: what comes back is added.

use super::restoring::{Rows, mailbox_marks};
use super::{Incoming, OfficeCopy, damaged};
use crate::StoreError;
use crate::row::get_parsed;
use office::SoundName;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use std::collections::BTreeMap;

/// Which sounds go along in a copy beside greetings and music, which always do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CopiedSounds {
    /// What callers said into mailboxes; deleted messages stay here.
    pub messages: bool,
    /// Recorded calls.
    pub recordings: bool,
}

/// Why the office keeps a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SoundUse {
    /// It is a greeting or music, or spoken for a call flow.
    Library,
    /// Somebody said it into a mailbox.
    Message,
    /// It is a recorded call.
    Recording,
}

/// Every sound a copy could hold, by name.
pub(crate) fn kept(connection: &Connection) -> Result<Vec<(SoundName, SoundUse)>, StoreError> {
    let mut select = connection.prepare(
        "SELECT name, kind FROM sounds
         WHERE (kind IN ('greeting', 'music', 'prompt') AND removed_at IS NULL)
             OR EXISTS (SELECT 1 FROM messages
                 WHERE sound = name AND lasts_ms IS NOT NULL AND deleted_at IS NULL)
             OR EXISTS (SELECT 1 FROM recordings WHERE sound = name AND lasts_ms IS NOT NULL)
         ORDER BY name",
    )?;
    let rows = select.query_map([], |row| {
        let kind: String = row.get(1)?;
        let used = match kind.as_str() {
            "message" => SoundUse::Message,
            "recording" => SoundUse::Recording,
            _ => SoundUse::Library,
        };
        Ok((get_parsed(row, 0)?, used))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Leaves in the copy's database only what goes along.
pub(super) fn leave_out(copy: &Connection, wanted: CopiedSounds) -> Result<(), StoreError> {
    let messages = match wanted.messages {
        true => "lasts_ms IS NULL OR deleted_at IS NOT NULL",
        false => "true",
    };
    let recordings = match wanted.recordings {
        true => "lasts_ms IS NULL",
        false => "true",
    };
    copy.execute_batch(&format!(
        "DELETE FROM messages WHERE {messages};
         DELETE FROM recordings WHERE {recordings};
         DELETE FROM sounds WHERE (removed_at IS NOT NULL OR kind NOT IN ('greeting', 'music', 'prompt'))
             AND NOT EXISTS (SELECT 1 FROM messages WHERE sound = name)
             AND NOT EXISTS (SELECT 1 FROM recordings WHERE sound = name);"
    ))?;
    Ok(())
}

/// Calls sounds of an opened copy as their files are called here.
pub(super) fn rename(
    copy: &mut Connection,
    renamed: &BTreeMap<SoundName, SoundName>,
) -> Result<(), StoreError> {
    const REFERENCES: [(&str, &str); 9] = [
        ("sounds", "name"),
        ("messages", "sound"),
        ("recordings", "sound"),
        ("music_on_hold", "sound"),
        ("mailboxes", "greeting_standard"),
        ("mailboxes", "greeting_name"),
        ("mailboxes", "greeting_busy"),
        ("mailboxes", "greeting_closed"),
        ("mailboxes", "greeting_away"),
    ];
    if renamed.is_empty() {
        return Ok(());
    }
    let transaction = copy.transaction()?;
    transaction.pragma_update(None, "defer_foreign_keys", true)?;
    for (table, column) in REFERENCES {
        let sql = format!("UPDATE {table} SET {column} = ?2 WHERE {column} = ?1");
        let mut update = transaction.prepare(&sql)?;
        for (from, to) in renamed {
            update.execute([from.as_str(), to.as_str()])?;
        }
    }
    // The music of a line stands in its document, as a whole string.
    let mut update = transaction.prepare(
        "UPDATE trunks SET document = replace(document, json_quote(?1), json_quote(?2))
         WHERE EXISTS (SELECT 1 FROM json_each(document, '$.music.sounds') WHERE value = ?1)",
    )?;
    for (from, to) in renamed {
        update.execute([from.as_str(), to.as_str()])?;
    }
    drop(update);
    Ok(transaction.commit()?)
}

/// Adds the copy's sounds to those here: greetings and music, and whatever its file came along for.
pub(super) fn restore(
    incoming: &Incoming,
    target: &Connection,
    has_file: impl Fn(&str) -> bool,
) -> Result<(), StoreError> {
    let rows = Rows::read(target, &incoming.connection, "sounds").map_err(damaged)?;
    let rows = rows.only(|row| match row {
        [Value::Text(name), Value::Text(kind), ..] => {
            ["greeting", "music", "prompt"].contains(&kind.as_str()) || has_file(name)
        }
        _ => false,
    });
    for row in &rows.rows {
        if let Some(name) = row.first() {
            target.execute(
                "UPDATE sounds SET removed_at = NULL WHERE name = ?1",
                [name],
            )?;
        }
    }
    rows.write_new(target).map_err(damaged)
}

/// Adds the copy's messages to those that stay, unless they are here already. In another office
/// than the one they were left in they belong to no call: its calls have other numbers.
pub(super) fn restore_messages(
    incoming: &Incoming,
    target: &Connection,
    marks_before: &BTreeMap<i64, String>,
) -> Result<(), StoreError> {
    let marks = mailbox_marks(target)?;
    let mut add = target.prepare(
        "INSERT INTO messages (mailbox, call, sound, from_number, from_name, from_person,
             received_at, lasts_ms, state, heard_at, assigned_to, note)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12
         WHERE EXISTS (SELECT 1 FROM sounds WHERE name = ?3)
             AND NOT EXISTS (SELECT 1 FROM messages WHERE mailbox = ?1 AND sound = ?3)",
    )?;
    let mut select = incoming.connection.prepare(
        "SELECT mailbox, call, sound, from_number, from_name, from_person, received_at, lasts_ms,
             state, heard_at, assigned_to, note
         FROM messages WHERE lasts_ms IS NOT NULL AND deleted_at IS NULL ORDER BY id",
    )?;
    let columns = select.column_count();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let mut values: Vec<Value> = (0..columns)
            .map(|column| row.get(column))
            .collect::<rusqlite::Result<_>>()?;
        let mailbox: i64 = row.get(0)?;
        if marks_before.get(&mailbox) != marks.get(&mailbox) {
            values[1] = Value::Integer(NO_CALL);
        }
        add.execute(params_from_iter(values))?;
    }
    Ok(())
}

/// Adds the copy's recordings to those here, unless they are here already.
pub(super) fn restore_recordings(
    incoming: &Incoming,
    target: &Connection,
    is_same_office: bool,
) -> Result<(), StoreError> {
    let mut select = incoming.connection.prepare(
        "SELECT id, iif(?1, call, ?2), sound, parties, started_at, lasts_ms, why, announced
         FROM recordings WHERE lasts_ms IS NOT NULL ORDER BY id",
    )?;
    let mut add = target.prepare(
        "INSERT INTO recordings (call, sound, parties, started_at, lasts_ms, why, announced)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
         WHERE EXISTS (SELECT 1 FROM sounds WHERE name = ?2)
             AND NOT EXISTS (SELECT 1 FROM recordings WHERE sound = ?2)",
    )?;
    let mut persons = incoming
        .connection
        .prepare("SELECT person FROM recorded_persons WHERE recording = ?1")?;
    let mut rows = select.query(params![is_same_office, NO_CALL])?;
    while let Some(row) = rows.next()? {
        let values: Vec<Value> = (1..8)
            .map(|column| row.get(column))
            .collect::<rusqlite::Result<_>>()?;
        if add.execute(params_from_iter(values))? == 0 {
            continue;
        }
        let recording = target.last_insert_rowid();
        let who = persons.query_map([row.get::<_, i64>(0)?], |row| row.get::<_, i64>(0))?;
        for person in who {
            target
                .prepare_cached("INSERT INTO recorded_persons (recording, person) VALUES (?1, ?2)")?
                .execute([recording, person?])?;
        }
    }
    Ok(())
}

/// How many messages and recordings would come back: those that are not here.
pub(super) fn coming_back(
    incoming: &Incoming,
    here: &Connection,
    copy: &OfficeCopy,
) -> Result<(usize, usize), StoreError> {
    let marks = mailbox_marks(here)?;
    let marks_then = mailbox_marks(&incoming.connection).map_err(damaged)?;
    let mut kept = here.prepare("SELECT 1 FROM messages WHERE mailbox = ?1 AND sound = ?2")?;
    let mut recorded = here.prepare("SELECT 1 FROM recordings WHERE sound = ?1")?;
    let (mut messages, mut recordings) = (0, 0);
    for (name, _) in copy.sounds() {
        let mut select = incoming.connection.prepare_cached(
            "SELECT mailbox FROM messages
             WHERE sound = ?1 AND lasts_ms IS NOT NULL AND deleted_at IS NULL",
        )?;
        let mut rows = select.query([name.as_str()])?;
        while let Some(row) = rows.next()? {
            let mailbox: i64 = row.get(0)?;
            let is_same = marks.get(&mailbox) == marks_then.get(&mailbox);
            if !(is_same && kept.exists(params![mailbox, name.as_str()])?) {
                messages += 1;
            }
        }
        let mut select = incoming
            .connection
            .prepare_cached("SELECT 1 FROM recordings WHERE sound = ?1 AND lasts_ms IS NOT NULL")?;
        if select.exists([name.as_str()])? && !recorded.exists([name.as_str()])? {
            recordings += 1;
        }
    }
    Ok((messages, recordings))
}

/// Calls are numbered from one.
const NO_CALL: i64 = 0;
