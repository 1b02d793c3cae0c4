//! What the computer has spoken for flows, found by what is said: a live call never waits for a voice,
//! and the same words are spoken once.

use crate::row::get_parsed;
use crate::{Store, StoreError};
use office::SoundName;
use rusqlite::{Connection, OptionalExtension, params};

/// Words that have been spoken into a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenPrompt {
    /// Which file.
    pub name: SoundName,
    /// What is said.
    pub text: String,
    /// Which voice says it.
    pub voice: String,
    /// How long it is, in milliseconds.
    pub lasts_ms: u32,
    /// When it was spoken, in milliseconds since 1970 (UTC).
    pub made_ms: i64,
}

impl Store {
    /// The file in which a voice says something, with how long it is in milliseconds.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn spoken_prompt(
        &self,
        voice: &str,
        text: &str,
    ) -> Result<Option<(SoundName, u32)>, StoreError> {
        find(&self.connection, voice, text)
    }

    /// All prompts that were spoken: voice, words and file.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn spoken_prompts(&self) -> Result<Vec<(String, String, SoundName)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT voice, spoken, name FROM sounds
             WHERE kind = 'prompt' AND voice IS NOT NULL AND spoken IS NOT NULL",
        )?;
        let rows = select.query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, get_parsed(row, 2)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Takes down a prompt whose file is in its place; one that is known stays as it is.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keep_spoken_prompt(&mut self, prompt: &SpokenPrompt) -> Result<(), StoreError> {
        keep(&self.connection, prompt)
    }
}

/// The file in which a voice says that, with how long it is in milliseconds.
fn find(
    connection: &Connection,
    voice: &str,
    text: &str,
) -> Result<Option<(SoundName, u32)>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT name, lasts_ms FROM sounds
             WHERE kind = 'prompt' AND voice = ?1 AND spoken = ?2",
        )?
        .query_row([voice, text], |row| Ok((get_parsed(row, 0)?, row.get(1)?)))
        .optional()?;
    Ok(found)
}

/// Takes down a prompt whose file is in its place; one that is known stays as it is.
fn keep(connection: &Connection, prompt: &SpokenPrompt) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO sounds (name, kind, title, lasts_ms, made_at, made_by, spoken,
                 voice)
             VALUES (?1, 'prompt', '', ?2, ?3, 'text', ?4, ?5)",
        )?
        .execute(params![
            prompt.name.as_str(),
            prompt.lasts_ms,
            prompt.made_ms,
            prompt.text,
            prompt.voice
        ])?;
    Ok(())
}
