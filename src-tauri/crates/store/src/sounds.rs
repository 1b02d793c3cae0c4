//! Every sound file the office has made: greetings, music, messages, recordings.
//!
//! The store keeps what is known of a file, not the file. A file is there before its row, and gone
//! before its row is: see [`Store::sounds_to_delete`](crate::Store::sounds_to_delete).

use crate::described::SOUND;
use crate::limits::{REMOVED_SOUND_KEPT_DAYS, SOUNDS_MAX};
use crate::office_change::OfficeChange;
use crate::removed::DAY;
use crate::row::{bad, get_parsed};
use crate::{Store, StoreError};
use office::{OfficeProblem, Record, SoundName, clean_text};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// How it came here.
    pub made_by: SoundOrigin,
    /// What is said, if the computer has spoken it.
    pub spoken: Option<String>,
    /// Which voice has spoken it, as a language tag with a region.
    pub voice: Option<String>,
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

/// How a sound came to the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SoundOrigin {
    /// Somebody brought a file.
    Upload,
    /// Somebody spoke at a computer.
    Microphone,
    /// Somebody spoke into a phone.
    Phone,
    /// The computer spoke a text.
    Text,
}

/// What a file looks like, found by reading it: of greetings, music, messages and recordings alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoundOutline {
    /// How large the file is.
    pub bytes: u64,
    /// The loudest moment of each of as many equal parts as there are numbers.
    pub peaks: Vec<u8>,
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
                    "INSERT INTO sounds (name, kind, title, lasts_ms, sha256, made_by, spoken,
                         voice, made_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                     ON CONFLICT DO UPDATE SET title = excluded.title, kind = excluded.kind,
                         made_by = excluded.made_by, spoken = excluded.spoken,
                         voice = excluded.voice, removed_at = NULL
                     WHERE kind IN ('greeting', 'music')",
                )?
                .execute(params![
                    sound.name.as_str(),
                    kind_text(sound.kind),
                    sound.title,
                    sound.lasts_ms,
                    sound.sha256,
                    origin_text(sound.made_by),
                    sound.spoken,
                    sound.voice,
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

    /// The file of a sound is another one from now on, such as a part of what it was. Whoever uses
    /// the sound uses that.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn replace_sound_file(
        &self,
        name: &SoundName,
        lasts_ms: u32,
        sha256: &str,
    ) -> Result<(), StoreError> {
        self.recorded("sound.edited", &SOUND, &name.as_str(), || {
            let replaced = self
                .connection
                .prepare_cached(
                    "UPDATE sounds SET lasts_ms = ?1, sha256 = ?3, bytes = NULL, peaks = NULL
                     WHERE name = ?2 AND kind IN ('greeting', 'music') AND removed_at IS NULL",
                )?
                .execute(params![lasts_ms, name.as_str(), sha256])?;
            expect_sound(replaced, name)
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
                 UNION ALL
                 SELECT trunks.name FROM trunks, json_each(document, '$.music.sounds') AS piece
                 WHERE piece.value = ?1 AND removed_at IS NULL
                 UNION ALL
                 SELECT flows.name FROM flow_uses JOIN flows ON flows.id = flow
                 WHERE kind = 'sound' AND target = ?1 AND version IN (0, flows.live)
                     AND flows.removed_at IS NULL
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

impl Store {
    /// All greetings and all music, by title.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn sounds(&self) -> Result<Vec<Sound>, StoreError> {
        load(&self.connection)
    }

    /// How those files look, as far as it was found out.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sound_outlines(
        &self,
        names: &[SoundName],
    ) -> Result<BTreeMap<SoundName, SoundOutline>, StoreError> {
        outlines(&self.connection, names)
    }

    /// Remembers how a file looks, so that it need not be read again for that.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keep_sound_outline(
        &mut self,
        name: &SoundName,
        outline: &SoundOutline,
    ) -> Result<(), StoreError> {
        keep_outline(&self.connection, name, outline)
    }

    /// Files nothing refers to any more: of discarded and deleted messages and recordings, and of
    /// sounds removed some days ago. They are named until [`sounds_deleted`](Self::sounds_deleted)
    /// says that they are gone, so that a power cut in between loses track of none.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sounds_to_delete(&self, now_ms: i64) -> Result<Vec<SoundName>, StoreError> {
        to_delete(&self.connection, now_ms)
    }

    /// A file was made that nothing will ever refer to: it is among the next
    /// [`sounds_to_delete`](Self::sounds_to_delete).
    ///
    /// # Errors
    /// What the disk says, or that there is a sound of that name.
    pub fn discard_sound(&mut self, name: &SoundName, now_ms: i64) -> Result<(), StoreError> {
        begin(&self.connection, name, "message", now_ms)
    }

    /// Those files are deleted.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sounds_deleted(&mut self, names: &[SoundName], now_ms: i64) -> Result<(), StoreError> {
        self.in_transaction(|connection| forget(connection, names, now_ms))
    }
}

/// All greetings and all music by title.
pub(crate) fn load(connection: &Connection) -> Result<Vec<Sound>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT name, kind, title, lasts_ms, sha256, coalesce(made_by, 'upload'), spoken, voice,
             made_at FROM sounds
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
            made_by: parse_origin(&row.get::<_, String>(5)?)?,
            spoken: row.get(6)?,
            voice: row.get(7)?,
            made_ms: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What is known of how those files look; those nobody has looked at are left out.
pub(crate) fn outlines(
    connection: &Connection,
    names: &[SoundName],
) -> Result<BTreeMap<SoundName, SoundOutline>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT bytes, peaks FROM sounds
         WHERE name = ?1 AND bytes IS NOT NULL AND peaks IS NOT NULL",
    )?;
    let mut outlines = BTreeMap::new();
    for name in names {
        let outline = select.query_row([name.as_str()], |row| {
            Ok(SoundOutline {
                bytes: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
                peaks: row.get(1)?,
            })
        });
        if let Some(outline) = outline.optional()? {
            outlines.insert(name.clone(), outline);
        }
    }
    Ok(outlines)
}

/// Remembers how a file looks; one that is gone by now is passed over.
pub(crate) fn keep_outline(
    connection: &Connection,
    name: &SoundName,
    outline: &SoundOutline,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE sounds SET bytes = ?1, peaks = ?2 WHERE name = ?3")?
        .execute(params![
            i64::try_from(outline.bytes).unwrap_or(i64::MAX),
            outline.peaks,
            name.as_str()
        ])?;
    Ok(())
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
         WHERE (kind IN ('message', 'recording') OR removed_at <= ?1
                 OR (kind = 'prompt' AND made_at <= ?1))
             AND NOT EXISTS (SELECT 1 FROM flow_uses WHERE kind = 'sound' AND target = name)
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

fn origin_text(origin: SoundOrigin) -> &'static str {
    match origin {
        SoundOrigin::Upload => "upload",
        SoundOrigin::Microphone => "microphone",
        SoundOrigin::Phone => "phone",
        SoundOrigin::Text => "text",
    }
}

fn parse_origin(text: &str) -> rusqlite::Result<SoundOrigin> {
    match text {
        "upload" => Ok(SoundOrigin::Upload),
        "microphone" => Ok(SoundOrigin::Microphone),
        "phone" => Ok(SoundOrigin::Phone),
        "text" => Ok(SoundOrigin::Text),
        _ => Err(bad(5, format!("no sound comes by {text:?}").into())),
    }
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
