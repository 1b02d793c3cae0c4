//! Messages callers left, on disk.
//!
//! A message has its row from the moment the caller begins to speak: after a power cut its file is
//! found again, and with it who spoke, when and to whom.

use crate::limits::{DELETED_MESSAGE_KEPT_DAYS, MESSAGE_NOTE_MAX_CHARS, MESSAGES_PER_PAGE_MAX};
use crate::mail_queue::{self, NewLetter};
use crate::removed::DAY;
use crate::row::{bad, get_parsed, get_try};
use crate::{Store, StoreError, sounds};
use office::{
    CallId, MailboxId, MessageCounts, MessageId, MessageState, OfficeProblem, PersonId, Record,
    SoundName, VoiceMessage, clean_text,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::{BTreeMap, BTreeSet};

/// A message a caller is about to leave; the fields are those of [`VoiceMessage`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// See [`VoiceMessage::mailbox`].
    pub mailbox: MailboxId,
    /// See [`VoiceMessage::call`].
    pub call: CallId,
    /// See [`VoiceMessage::sound`]; a name no other sound has.
    pub sound: SoundName,
    /// See [`VoiceMessage::from_number`].
    pub from_number: String,
    /// See [`VoiceMessage::from_name`].
    pub from_name: String,
    /// See [`VoiceMessage::from_person`].
    pub from_person: Option<PersonId>,
    /// See [`VoiceMessage::received_ms`].
    pub received_ms: i64,
}

/// What is done to a message. Times are milliseconds since 1970 (UTC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageChange {
    /// Somebody heard it: it is saved from now on, and the time of the first hearing is kept.
    Heard {
        /// When.
        at_ms: i64,
    },
    /// It counts as new again, or as saved unheard.
    Mark(MessageState),
    /// Somebody takes it upon themselves to call back, or gives it up.
    Assign(Option<PersonId>),
    /// The office notes something about it: clean text of at most
    /// [`MESSAGE_NOTE_MAX_CHARS`] characters, or nothing.
    Note(String),
    /// It is deleted; for [`DELETED_MESSAGE_KEPT_DAYS`] days it can be brought back.
    Delete {
        /// When.
        at_ms: i64,
    },
    /// It is brought back.
    Restore,
    /// It lies in another mailbox from now on, as a new one.
    Move(MailboxId),
}

/// Where in a mailbox's list a page begins: after this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessagePosition {
    /// When it was left.
    pub received_ms: i64,
    /// Its identity.
    pub id: MessageId,
}

/// Which messages of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageFolder {
    /// New and saved ones.
    Inbox,
    /// New ones only.
    New,
    /// Saved ones only.
    Saved,
    /// Deleted ones that can be brought back.
    Deleted,
}

impl Store {
    /// Takes down that a caller begins to leave a message, before its file is made.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such mailbox; or what the disk says.
    pub fn begin_message(&mut self, message: &NewMessage) -> Result<MessageId, StoreError> {
        self.in_transaction(|connection| begin(connection, message))
    }

    /// A message's file is whole and on the disk: it is in its mailbox from now on, and the letters
    /// that tell of it are queued. All of it is saved for good when this returns.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if no such message was begun, or it is finished.
    pub fn finish_message(
        &mut self,
        id: MessageId,
        lasts_ms: u32,
        letters: &[NewLetter],
    ) -> Result<VoiceMessage, StoreError> {
        self.in_transaction(|connection| finish(connection, id, lasts_ms, letters))
    }

    /// Forgets a message that was begun and in which nothing was said. Its file is among the next
    /// [`sounds_to_delete`](Self::sounds_to_delete).
    ///
    /// # Errors
    /// What the disk says.
    pub fn discard_message(&mut self, id: MessageId) -> Result<(), StoreError> {
        discard(&self.connection, id)
    }

    /// Messages that were being left when the engine was stopped without warning. Each is to be
    /// finished with the length of its file, or discarded. Asked once, at the start.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn unfinished_messages(&self) -> Result<Vec<VoiceMessage>, StoreError> {
        unfinished(&self.connection)
    }

    /// One message.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn message(&self, id: MessageId) -> Result<VoiceMessage, StoreError> {
        find(&self.connection, id)
    }

    /// The newest messages of a mailbox first, or those after a position; at most
    /// [`MESSAGES_PER_PAGE_MAX`](crate::limits::MESSAGES_PER_PAGE_MAX).
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn messages(
        &self,
        mailbox: MailboxId,
        folder: MessageFolder,
        limit: usize,
        after: Option<MessagePosition>,
    ) -> Result<Vec<VoiceMessage>, StoreError> {
        page(&self.connection, mailbox, folder, limit, after)
    }

    /// How many messages each mailbox holds; one that holds none is left out.
    ///
    /// # Errors
    /// What the disk says.
    pub fn message_counts(&self) -> Result<BTreeMap<MailboxId, MessageCounts>, StoreError> {
        counts(&self.connection)
    }

    /// Does something to a message, and gives it as it is from now on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Problems`] if it is a note that cannot be shown.
    pub fn change_message(
        &mut self,
        id: MessageId,
        change: &MessageChange,
    ) -> Result<VoiceMessage, StoreError> {
        self.in_transaction(|connection| self::change(connection, id, change))
    }

    /// Puts a copy of a message into another mailbox, as a new one with a note, and queues the
    /// letters that tell of the copy. Gives it; both have one file.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Problems`] if the note cannot be shown.
    pub fn forward_message(
        &mut self,
        id: MessageId,
        to: MailboxId,
        note: &str,
        letters: impl FnOnce(&VoiceMessage) -> Vec<NewLetter>,
    ) -> Result<VoiceMessage, StoreError> {
        self.in_transaction(|connection| forward(connection, id, to, note, letters))
    }
}

pub(crate) fn begin(
    connection: &Connection,
    message: &NewMessage,
) -> Result<MessageId, StoreError> {
    expect_mailbox(connection, message.mailbox)?;
    sounds::begin(connection, &message.sound, "message", message.received_ms)?;
    connection
        .prepare_cached(
            "INSERT INTO messages (mailbox, call, sound, from_number, from_name, from_person,
                 received_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            message.mailbox.0,
            call_number(message.call),
            message.sound.as_str(),
            message.from_number,
            clean_text(&message.from_name),
            message.from_person.map(|person| person.0),
            message.received_ms,
        ])?;
    Ok(MessageId(connection.last_insert_rowid()))
}

/// The message is whole, and so are the letters that tell of it: one transaction.
pub(crate) fn finish(
    connection: &Connection,
    id: MessageId,
    lasts_ms: u32,
    letters: &[NewLetter],
) -> Result<VoiceMessage, StoreError> {
    let finished = connection
        .prepare_cached("UPDATE messages SET lasts_ms = ?1 WHERE id = ?2 AND lasts_ms IS NULL")?
        .execute(params![lasts_ms, id.0])?;
    if finished == 0 {
        return Err(StoreError::NotFound(Record::Message(id)));
    }
    connection
        .prepare_cached(
            "UPDATE sounds SET lasts_ms = ?1
             WHERE name = (SELECT sound FROM messages WHERE id = ?2)",
        )?
        .execute(params![lasts_ms, id.0])?;
    for letter in letters {
        mail_queue::add(connection, letter)?;
    }
    find(connection, id)
}

/// Forgets a message in which nothing was said.
pub(crate) fn discard(connection: &Connection, id: MessageId) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM messages WHERE id = ?1 AND lasts_ms IS NULL")?
        .execute([id.0])?;
    Ok(())
}

/// Messages that were begun and neither finished nor discarded.
pub(crate) fn unfinished(connection: &Connection) -> Result<Vec<VoiceMessage>, StoreError> {
    let mut select = connection.prepare(&format!("{SELECT} WHERE lasts_ms IS NULL ORDER BY id"))?;
    let rows = select.query_map([], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn find(connection: &Connection, id: MessageId) -> Result<VoiceMessage, StoreError> {
    connection
        .prepare_cached(&format!("{SELECT} WHERE id = ?1 AND lasts_ms IS NOT NULL"))?
        .query_row([id.0], read)
        .optional()?
        .ok_or(StoreError::NotFound(Record::Message(id)))
}

/// The newest messages of a mailbox first.
/// The messages that were left in some calls, as they came; deleted ones are left out.
pub(crate) fn of_calls(
    connection: &Connection,
    calls: &[CallId],
) -> Result<Vec<VoiceMessage>, StoreError> {
    let mut select = connection.prepare_cached(&format!(
        "{SELECT} WHERE call = ?1 AND lasts_ms IS NOT NULL AND deleted_at IS NULL ORDER BY id"
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

pub(crate) fn page(
    connection: &Connection,
    mailbox: MailboxId,
    folder: MessageFolder,
    limit: usize,
    after: Option<MessagePosition>,
) -> Result<Vec<VoiceMessage>, StoreError> {
    let kept = match folder {
        MessageFolder::Inbox => "deleted_at IS NULL",
        MessageFolder::New => "deleted_at IS NULL AND state = 'new'",
        MessageFolder::Saved => "deleted_at IS NULL AND state = 'saved'",
        MessageFolder::Deleted => "deleted_at IS NOT NULL",
    };
    let after = after.unwrap_or(MessagePosition {
        received_ms: i64::MAX,
        id: MessageId(i64::MAX),
    });
    let mut select = connection.prepare_cached(&format!(
        "{SELECT} WHERE mailbox = ?1 AND lasts_ms IS NOT NULL AND {kept}
             AND (received_at, id) < (?2, ?3)
         ORDER BY received_at DESC, id DESC LIMIT ?4"
    ))?;
    let limit = i64::try_from(limit.min(MESSAGES_PER_PAGE_MAX)).unwrap_or(i64::MAX);
    let rows = select.query_map(
        params![mailbox.0, after.received_ms, after.id.0, limit],
        read,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many messages each mailbox holds that holds any.
pub(crate) fn counts(
    connection: &Connection,
) -> Result<BTreeMap<MailboxId, MessageCounts>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT mailbox, sum(state = 'new'), sum(state = 'saved'), sum(lasts_ms) FROM messages
         WHERE lasts_ms IS NOT NULL AND deleted_at IS NULL GROUP BY mailbox",
    )?;
    let rows = select.query_map([], |row| {
        let counts = MessageCounts {
            new: row.get(1)?,
            saved: row.get(2)?,
            lasts_ms: get_try::<i64, _>(row, 3)?,
        };
        Ok((MailboxId(row.get(0)?), counts))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn change(
    connection: &Connection,
    id: MessageId,
    change: &MessageChange,
) -> Result<VoiceMessage, StoreError> {
    let set = |sql: &str, value: &dyn rusqlite::ToSql| -> Result<(), StoreError> {
        let sql = format!("UPDATE messages SET {sql} WHERE id = ?2 AND lasts_ms IS NOT NULL");
        match connection
            .prepare_cached(&sql)?
            .execute(params![value, id.0])?
        {
            0 => Err(StoreError::NotFound(Record::Message(id))),
            _ => Ok(()),
        }
    };
    match change {
        MessageChange::Heard { at_ms } => {
            set("state = 'saved', heard_at = coalesce(heard_at, ?1)", at_ms)?;
        }
        MessageChange::Mark(state) => set("state = ?1", &state_text(*state))?,
        MessageChange::Assign(person) => set("assigned_to = ?1", &person.map(|person| person.0))?,
        MessageChange::Note(note) => {
            check_note(id, note)?;
            set("note = ?1", note)?;
        }
        MessageChange::Delete { at_ms } => set("deleted_at = coalesce(deleted_at, ?1)", at_ms)?,
        MessageChange::Restore => set("deleted_at = ?1", &rusqlite::types::Null)?,
        MessageChange::Move(mailbox) => {
            expect_mailbox(connection, *mailbox)?;
            set(
                "mailbox = ?1, state = 'new', heard_at = NULL, assigned_to = NULL",
                &mailbox.0,
            )?;
        }
    }
    find(connection, id)
}

/// Puts a copy into another mailbox as a new message. Both have one file.
pub(crate) fn forward(
    connection: &Connection,
    id: MessageId,
    to: MailboxId,
    note: &str,
    letters: impl FnOnce(&VoiceMessage) -> Vec<NewLetter>,
) -> Result<VoiceMessage, StoreError> {
    expect_mailbox(connection, to)?;
    check_note(id, note)?;
    let copied = connection
        .prepare_cached(
            "INSERT INTO messages (mailbox, call, sound, from_number, from_name, from_person,
                 received_at, lasts_ms, note)
             SELECT ?1, call, sound, from_number, from_name, from_person, received_at, lasts_ms, ?2
             FROM messages WHERE id = ?3 AND lasts_ms IS NOT NULL",
        )?
        .execute(params![to.0, note, id.0])?;
    if copied == 0 {
        return Err(StoreError::NotFound(Record::Message(id)));
    }
    let copy = find(connection, MessageId(connection.last_insert_rowid()))?;
    for letter in letters(&copy) {
        mail_queue::add(connection, &letter)?;
    }
    Ok(copy)
}

/// Deletes what was heard and kept for as long as its mailbox says, and forgets what was deleted
/// [`DELETED_MESSAGE_KEPT_DAYS`] days ago. Gives the mailboxes that changed for those who look.
pub(crate) fn sweep(connection: &Connection, now: i64) -> Result<BTreeSet<MailboxId>, StoreError> {
    let mut expire = connection.prepare_cached(
        "UPDATE messages SET deleted_at = ?1
         WHERE state = 'saved' AND deleted_at IS NULL AND lasts_ms IS NOT NULL
             AND coalesce(heard_at, received_at) + ?2 * (
                 SELECT keep_days FROM mailboxes WHERE mailboxes.id = mailbox) <= ?1
         RETURNING mailbox",
    )?;
    let rows = expire.query_map([now, DAY], |row| row.get(0).map(MailboxId))?;
    let changed = rows.collect::<rusqlite::Result<_>>()?;
    connection
        .prepare_cached("DELETE FROM messages WHERE deleted_at <= ?1")?
        .execute([now.saturating_sub(DELETED_MESSAGE_KEPT_DAYS * DAY)])?;
    Ok(changed)
}

const SELECT: &str = "SELECT id, mailbox, call, sound, from_number, from_name, from_person,
        received_at, coalesce(lasts_ms, 0), state, heard_at, assigned_to, note, deleted_at
    FROM messages";

fn read(row: &Row<'_>) -> rusqlite::Result<VoiceMessage> {
    let person = |column| -> rusqlite::Result<Option<PersonId>> {
        Ok(row.get::<_, Option<i64>>(column)?.map(PersonId))
    };
    Ok(VoiceMessage {
        id: MessageId(row.get(0)?),
        mailbox: MailboxId(row.get(1)?),
        call: get_call(row, 2)?,
        sound: get_parsed(row, 3)?,
        from_number: row.get(4)?,
        from_name: row.get(5)?,
        from_person: person(6)?,
        received_ms: row.get(7)?,
        lasts_ms: row.get(8)?,
        state: parse_state(&row.get::<_, String>(9)?)?,
        heard_ms: row.get(10)?,
        assigned_to: person(11)?,
        note: row.get(12)?,
        deleted_ms: row.get(13)?,
    })
}

fn expect_mailbox(connection: &Connection, id: MailboxId) -> Result<(), StoreError> {
    let mut select = connection
        .prepare_cached("SELECT 1 FROM mailboxes WHERE id = ?1 AND removed_at IS NULL")?;
    if select.exists([id.0])? {
        Ok(())
    } else {
        Err(StoreError::NotFound(Record::Mailbox(id)))
    }
}

fn check_note(id: MessageId, note: &str) -> Result<(), StoreError> {
    if clean_text(note) == note && note.chars().count() <= MESSAGE_NOTE_MAX_CHARS {
        return Ok(());
    }
    Err(StoreError::Problems(vec![OfficeProblem::BadText {
        record: Record::Message(id),
        field: "note",
        limit: MESSAGE_NOTE_MAX_CHARS,
    }]))
}

/// SQLite's integers are signed; an identity of a call grows from one and never reaches the sign.
pub(crate) fn call_number(call: CallId) -> i64 {
    i64::try_from(call.0).unwrap_or(i64::MAX)
}

pub(crate) fn get_call(row: &Row<'_>, column: usize) -> rusqlite::Result<CallId> {
    let number: i64 = row.get(column)?;
    Ok(CallId(
        u64::try_from(number).map_err(|why| bad(column, why.into()))?,
    ))
}

fn state_text(state: MessageState) -> &'static str {
    match state {
        MessageState::New => "new",
        MessageState::Saved => "saved",
    }
}

fn parse_state(text: &str) -> rusqlite::Result<MessageState> {
    match text {
        "new" => Ok(MessageState::New),
        "saved" => Ok(MessageState::Saved),
        _ => Err(bad(9, format!("no message is {text:?}").into())),
    }
}
