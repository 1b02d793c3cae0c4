//! Every sound file the office has made: greetings, music, messages, recordings.
//!
//! The store keeps what is known of a file, not the file. A file is there before its row, and gone
//! before its row is: see [`Store::sounds_to_delete`](crate::Store::sounds_to_delete).

use crate::described::SOUND;
use crate::limits::{REMOVED_SOUND_KEPT_DAYS, SOUNDS_MAX};
use crate::office_change::OfficeChange;
use crate::row::{bad, get_parsed};
use crate::{StoreError, removed::DAY};
use office::{OfficeProblem, Record, SoundName, clean_text};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// A sound that was uploaded, recorded or spoken to be used again: a greeting or music.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Which file.
    pub name: SoundName,
    /// What it is for.
    pub kind: SoundKind,
    /// What people call it: clean text, not empty.
    pub title: String,
    /// How long it is, in milliseconds.
    pub lasts_ms: u32,
    /// The SHA-256 of the file, in 64 small hex digits.
    pub sha256: String,
    /// What is said, if the computer has spoken it.
    pub spoken: Option<String>,
    /// When it was made, in milliseconds since 1970 (UTC).
    pub made_ms: i64,
}

/// What a sound is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SoundKind {
    /// What callers of a mailbox hear.
    Greeting,
    /// What those hear who wait.
    Music,
}

impl OfficeChange<'_> {
    /// Adds a sound whose file is in its place. One that is there already gets the new title.
    ///
    /// # Errors
    /// [`StoreError::Problems`] if it has no proper title, or there are too many.
    pub fn add_sound(&self, sound: &Sound) -> Result<(), StoreError> {
        let count: u32 = self.connection.query_row(
            "SELECT count(*) FROM sounds WHERE kind IN ('greeting', 'music') AND removed_at IS NULL",
            [],
            |row| row.get(0),
        )?;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count >= SOUNDS_MAX {
            return Err(StoreError::Problems(vec![OfficeProblem::TooMany {
                what: "sounds",
                count: count + 1,
                limit: SOUNDS_MAX,
            }]));
        }
        check_title(&sound.name, &sound.title)?;
        self.recorded("sound.added", &SOUND, &sound.name.as_str(), || {
            self.connection
                .prepare_cached(
                    "INSERT INTO sounds (name, kind, title, lasts_ms, sha256, spoken, made_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                     ON CONFLICT DO UPDATE SET title = excluded.title, kind = excluded.kind,
                         spoken = excluded.spoken, removed_at = NULL
                     WHERE kind IN ('greeting', 'music')",
                )?
                .execute(params![
                    sound.name.as_str(),
                    kind_text(sound.kind),
                    sound.title,
                    sound.lasts_ms,
                    sound.sha256,
                    sound.spoken,
                    sound.made_ms,
                ])?;
            Ok(())
        })
    }

    /// Calls a sound something else.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Problems`] if that is no proper title.
    pub fn rename_sound(&self, name: &SoundName, title: &str) -> Result<(), StoreError> {
        check_title(name, title)?;
        self.recorded("sound.edited", &SOUND, &name.as_str(), || {
            let renamed = self
                .connection
                .prepare_cached(&format!("UPDATE sounds SET title = ?1 {KEPT}"))?
                .execute([title, name.as_str()])?;
            expect_sound(renamed, name)
        })
    }

    /// Removes a sound nobody uses. For
    /// [`REMOVED_SOUND_KEPT_DAYS`] days [`restore_sound`](Self::restore_sound) brings it back.
    ///
    /// # Errors
    /// [`StoreError::SoundInUse`] or [`StoreError::NotFound`].
    pub fn remove_sound(&self, name: &SoundName) -> Result<(), StoreError> {
        let used_by: Option<String> = self
            .connection
            .prepare_cached(
                "SELECT coalesce(persons.name, mailboxes.name) FROM mailboxes
                     LEFT JOIN persons ON persons.id = mailboxes.person
                     WHERE ?1 IN (greeting_standard, greeting_name, greeting_busy,
                         greeting_closed, greeting_away)
                 UNION ALL
                 SELECT coalesce(persons.name, (SELECT name FROM settings)) FROM music_on_hold
                     LEFT JOIN persons ON persons.id = music_on_hold.person WHERE sound = ?1
                 LIMIT 1",
            )?
            .query_row([name.as_str()], |row| row.get(0))
            .optional()?;
        if let Some(by) = used_by {
            return Err(StoreError::SoundInUse { by });
        }
        self.recorded("sound.removed", &SOUND, &name.as_str(), || {
            let removed = self
                .connection
                .prepare_cached(&format!("UPDATE sounds SET removed_at = ?1 {KEPT}"))?
                .execute(params![self.at, name.as_str()])?;
            expect_sound(removed, name)
        })
    }

    /// Brings back a sound that was removed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if none of that name was removed, or too long ago.
    pub fn restore_sound(&self, name: &SoundName) -> Result<(), StoreError> {
        self.recorded("sound.restored", &SOUND, &name.as_str(), || {
            let back = self.connection.execute(
                "UPDATE sounds SET removed_at = NULL WHERE name = ?1 AND removed_at IS NOT NULL",
                [name.as_str()],
            )?;
            expect_sound(back, name)
        })
    }
}

/// A kept sound of that name; the place of the name is the second parameter.
const KEPT: &str = "WHERE name = ?2 AND kind IN ('greeting', 'music') AND removed_at IS NULL";

/// All greetings and all music by title.
pub(crate) fn load(connection: &Connection) -> Result<Vec<Sound>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT name, kind, title, lasts_ms, sha256, spoken, made_at FROM sounds
         WHERE kind IN ('greeting', 'music') AND removed_at IS NULL
         ORDER BY title COLLATE NOCASE, name",
    )?;
    let rows = select.query_map([], |row| {
        Ok(Sound {
            name: get_parsed(row, 0)?,
            kind: parse_kind(&row.get::<_, String>(1)?)?,
            title: row.get(2)?,
            lasts_ms: row.get(3)?,
            sha256: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
            spoken: row.get(5)?,
            made_ms: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Takes down the file of a message or recording about to be made. It is called nothing: it is
/// found by what it belongs to.
pub(crate) fn begin(
    connection: &Connection,
    name: &SoundName,
    kind: &'static str,
    at: i64,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO sounds (name, kind, title, lasts_ms, made_at) VALUES (?1, ?2, '', 0, ?3)",
        )?
        .execute(params![name.as_str(), kind, at])?;
    Ok(())
}

/// The files nothing refers to any more.
pub(crate) fn to_delete(connection: &Connection, now: i64) -> Result<Vec<SoundName>, StoreError> {
    let last = now.saturating_sub(REMOVED_SOUND_KEPT_DAYS * DAY);
    let mut select = connection.prepare_cached(
        "SELECT name FROM sounds
         WHERE (kind IN ('message', 'recording') OR removed_at <= ?1)
             AND NOT EXISTS (SELECT 1 FROM messages WHERE sound = name)
             AND NOT EXISTS (SELECT 1 FROM recordings WHERE sound = name)
             AND NOT EXISTS (SELECT 1 FROM mail_attachments WHERE sound = name)
         ORDER BY name",
    )?;
    let rows = select.query_map([last], |row| get_parsed(row, 0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Forgets files that are gone; one that is referred to again meanwhile is passed over.
pub(crate) fn forget(
    connection: &Connection,
    names: &[SoundName],
    now: i64,
) -> Result<(), StoreError> {
    let to_delete = to_delete(connection, now)?;
    for name in names.iter().filter(|name| to_delete.contains(name)) {
        connection
            .prepare_cached("DELETE FROM sounds WHERE name = ?1")?
            .execute([name.as_str()])?;
    }
    Ok(())
}

fn expect_sound(changed: usize, name: &SoundName) -> Result<(), StoreError> {
    match changed {
        0 => Err(StoreError::NotFound(Record::Sound(name.clone()))),
        _ => Ok(()),
    }
}

fn check_title(name: &SoundName, title: &str) -> Result<(), StoreError> {
    if !title.is_empty() && clean_text(title) == title {
        return Ok(());
    }
    Err(StoreError::Problems(vec![OfficeProblem::BadName {
        record: Record::Sound(name.clone()),
        field: "title",
    }]))
}

fn kind_text(kind: SoundKind) -> &'static str {
    match kind {
        SoundKind::Greeting => "greeting",
        SoundKind::Music => "music",
    }
}

fn parse_kind(text: &str) -> rusqlite::Result<SoundKind> {
    match text {
        "greeting" => Ok(SoundKind::Greeting),
        "music" => Ok(SoundKind::Music),
        _ => Err(bad(1, format!("no sound is for {text:?}").into())),
    }
}
