//! The mail server's settings and the letters on their way.
//!
//! One letter goes to one address, so that each has a state of its own. Who sends them, and when
//! one is tried again, is decided elsewhere.

use crate::described::{Fields, MAIL_SETTINGS};
use crate::limits::{
    LETTERS_KEPT_DAYS, LETTERS_KEPT_MAX, LETTERS_PER_PAGE_MAX, LETTERS_WAITING_MAX,
};
use crate::messages::{self, MessageChange};
use crate::office_change::OfficeChange;
use crate::removed::DAY;
use crate::row::{Revised, bad, get_parsed};
use crate::secrets::{self, DataKey, Place};
use crate::{Store, StoreError};
use office::{EmailAddress, MessageId, Record, Secret, SoundName, VoiceMessage};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the office's mail is sent. The password is kept apart, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailSettings {
    /// Whether letters are sent. While they are not, they wait.
    pub enabled: bool,
    /// The name or address of the mail server.
    pub host: String,
    /// Its TCP port: 465 for TLS, 587 for STARTTLS, as a rule.
    pub port: u16,
    /// How the way to it is protected.
    pub security: MailSecurity,
    /// What to sign in with; `None` to send without signing in.
    pub user: Option<String>,
    /// Whom letters come from.
    pub from_address: EmailAddress,
    /// The name shown with it: clean text, possibly empty.
    pub from_name: String,
}

/// How the office's mail is sent, with what it takes to sign in.
#[derive(Clone, Debug)]
pub struct MailAccount {
    /// All but the password.
    pub settings: MailSettings,
    /// The password, if there is one.
    pub password: Option<Secret>,
}

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MailSecurity {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// TLS after STARTTLS (RFC 3207), and nothing if the server refuses it.
    Starttls,
    /// None: for a server on this computer or in this network only.
    None,
}

/// Names a letter. Never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LetterId(pub i64);

/// A letter about to be queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLetter {
    /// What it tells of.
    pub kind: LetterKind,
    /// Whom it goes to.
    pub to: EmailAddress,
    /// Its subject, one line.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// The sounds that go along.
    pub sounds: Vec<SoundName>,
    /// The message it tells of.
    pub message: Option<MessageId>,
    /// Whether that message is deleted when all letters that tell of it were sent.
    pub deletes_message: bool,
    /// When it is queued, in milliseconds since 1970 (UTC).
    pub queued_ms: i64,
}

/// What a letter tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LetterKind {
    /// A message in a mailbox.
    VoiceMessage,
    /// Something in the office that needs attention.
    Alert,
}

/// A letter in the queue. Times are milliseconds since 1970 (UTC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its identity.
    pub id: LetterId,
    /// What it tells of.
    pub kind: LetterKind,
    /// Whom it goes to.
    pub to: EmailAddress,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// Its `Message-ID` without the brackets, the same with every try, so that a server that got it
    /// twice can tell (RFC 5322 §3.6.4).
    pub message_id: String,
    /// The sounds that go along.
    pub sounds: Vec<SoundName>,
    /// The message it tells of, while that is kept.
    pub message: Option<MessageId>,
    /// How far it has come.
    pub state: LetterState,
    /// When it was queued.
    pub queued_ms: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next, while it is queued.
    pub next_try_ms: i64,
    /// When it was sent or given up.
    pub done_ms: Option<i64>,
    /// Why the last try failed, as a sentence.
    pub last_error: Option<String>,
}

/// How far a letter has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LetterState {
    /// It waits for its first or next try.
    Queued,
    /// The mail server has taken it.
    Sent,
    /// It was given up.
    Failed,
}

/// Why a try to send a letter failed, and what comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedTry {
    /// When it was tried, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// Why, as a sentence without any secret.
    pub why: String,
    /// When it is tried again; `None` to give it up.
    pub again_ms: Option<i64>,
}

const PASSWORD: Place<'static> = Place {
    owner: "mail",
    owner_id: 1,
    field: "password",
};

impl OfficeChange<'_> {
    /// Sets how mail is sent. The first time the revision is 0. The password stays; see
    /// [`set_mail_password`](Self::set_mail_password).
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`].
    pub fn edit_mail_settings(
        &self,
        settings: &MailSettings,
        revision: i64,
    ) -> Result<(), StoreError> {
        self.recorded("mail.edited", &MAIL_SETTINGS, &1, || {
            let values = params![
                settings.host,
                settings.port,
                security_text(settings.security),
                settings.user,
                settings.from_address.as_str(),
                settings.from_name,
                settings.enabled,
                revision,
            ];
            let sql = if revision == 0 {
                "INSERT OR IGNORE INTO mail_settings
                     (id, host, port, security, user, from_address, from_name, enabled)
                 SELECT 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ?8 = 0"
            } else {
                "UPDATE mail_settings SET revision = revision + 1, host = ?1, port = ?2,
                     security = ?3, user = ?4, from_address = ?5, from_name = ?6, enabled = ?7
                 WHERE id = 1 AND revision = ?8"
            };
            match self.connection.execute(sql, values)? {
                0 => Err(StoreError::ChangedMeanwhile(Record::MailSettings)),
                _ => Ok(()),
            }
        })
    }

    /// Sets or forgets the password of the mail server.
    ///
    /// # Errors
    /// Only what the disk says.
    pub fn set_mail_password(&self, password: Option<&Secret>) -> Result<(), StoreError> {
        let what = match password {
            Some(password) => {
                self.key.put(self.connection, PASSWORD, password)?;
                "changed"
            }
            None => {
                secrets::forget_field(self.connection, PASSWORD)?;
                "removed"
            }
        };
        let changed = Fields::from_iter([("password".to_owned(), what.into())]);
        self.write_down("mail.passwordChanged", "", None, Some(&changed))
    }
}

impl Store {
    /// How mail is sent, with the revision to name when changing it; `None` until it was set up.
    ///
    /// # Errors
    /// A saved value cannot be understood, or a seal is broken.
    pub fn mail_account(&self) -> Result<Option<Revised<MailAccount>>, StoreError> {
        account(&self.connection, &self.key)
    }

    /// Queues a letter.
    ///
    /// # Errors
    /// What the disk says.
    pub fn queue_letter(&mut self, letter: &NewLetter) -> Result<LetterId, StoreError> {
        self.in_transaction(|connection| add(connection, letter))
    }

    /// Letters whose time has come, the longest due first.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn due_letters(&self, now_ms: i64, limit: usize) -> Result<Vec<Letter>, StoreError> {
        due(&self.connection, now_ms, limit)
    }

    /// When the next letter is due, in milliseconds since 1970 (UTC); `None` if none waits.
    ///
    /// # Errors
    /// What the disk says.
    pub fn next_letter_due(&self) -> Result<Option<i64>, StoreError> {
        next_due(&self.connection)
    }

    /// The newest letters first, or those before one; at most
    /// [`LETTERS_PER_PAGE_MAX`](crate::limits::LETTERS_PER_PAGE_MAX).
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn letters(
        &self,
        limit: usize,
        before: Option<LetterId>,
    ) -> Result<Vec<Letter>, StoreError> {
        page(&self.connection, limit, before)
    }

    /// The mail server has taken a letter. Gives the message that was deleted for it, if its
    /// mailbox wants that and this was the last letter that tells of it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if no such letter waits.
    pub fn letter_sent(
        &mut self,
        id: LetterId,
        at_ms: i64,
    ) -> Result<Option<VoiceMessage>, StoreError> {
        self.in_transaction(|connection| sent(connection, id, at_ms))
    }

    /// A try to send a letter failed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if no such letter waits.
    pub fn letter_failed(&mut self, id: LetterId, failed: &FailedTry) -> Result<(), StoreError> {
        self::failed(&self.connection, id, failed)
    }

    /// Tries a letter again at once that waits or was given up.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none, or it was sent.
    pub fn retry_letter(&mut self, id: LetterId, at_ms: i64) -> Result<(), StoreError> {
        retry(&self.connection, id, at_ms)
    }

    /// Takes a letter out of the queue, sent or not.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn remove_letter(&mut self, id: LetterId) -> Result<(), StoreError> {
        remove(&self.connection, id)
    }

    /// How far the letters have come that tell of each of these messages: of several the one that
    /// has come least far. A message nothing tells of is left out.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn letters_about(
        &self,
        messages: &[MessageId],
    ) -> Result<BTreeMap<MessageId, LetterState>, StoreError> {
        about(&self.connection, messages)
    }
}

/// How mail is sent; `None` until it was set up.
pub(crate) fn account(
    connection: &Connection,
    key: &DataKey,
) -> Result<Option<Revised<MailAccount>>, StoreError> {
    let password = key.get(connection, PASSWORD)?;
    let account = connection
        .prepare_cached(
            "SELECT revision, host, port, security, user, from_address, from_name, enabled
             FROM mail_settings WHERE id = 1",
        )?
        .query_row([], |row| {
            Ok(Revised {
                revision: row.get(0)?,
                value: MailAccount {
                    settings: MailSettings {
                        enabled: row.get(7)?,
                        host: row.get(1)?,
                        port: row.get(2)?,
                        security: parse_security(&row.get::<_, String>(3)?)?,
                        user: row.get(4)?,
                        from_address: get_parsed(row, 5)?,
                        from_name: row.get(6)?,
                    },
                    password,
                },
            })
        })
        .optional()?;
    Ok(account)
}

/// Queues a letter. Beyond [`LETTERS_WAITING_MAX`] it is given up at once, visibly: what it tells
/// of must not be refused for it.
pub(crate) fn add(connection: &Connection, letter: &NewLetter) -> Result<LetterId, StoreError> {
    let waiting: i64 = connection
        .prepare_cached("SELECT count(*) FROM mail_queue WHERE state = 'queued'")?
        .query_row([], |row| row.get(0))?;
    let too_many = (waiting >= LETTERS_WAITING_MAX)
        .then_some("too many letters wait to be sent; see whether the mail server answers");
    let from: Option<EmailAddress> = connection
        .prepare_cached("SELECT from_address FROM mail_settings")?
        .query_row([], |row| get_parsed(row, 0))
        .optional()?;
    let unique = u128::from_be_bytes(secrets::random()?);
    let domain = from
        .as_ref()
        .map_or("cordboard.invalid", EmailAddress::domain);
    let message_id = format!("{unique:032x}@{domain}");
    connection
        .prepare_cached(
            "INSERT INTO mail_queue (kind, recipient, subject, body, message_id, message,
                 deletes_message, queued_at, next_try_at, state, done_at, last_error)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, iif(?9 IS NULL, 'queued', 'failed'),
                 iif(?9 IS NULL, NULL, ?8), ?9)",
        )?
        .execute(params![
            kind_text(letter.kind),
            letter.to.as_str(),
            letter.subject,
            letter.body,
            message_id,
            letter.message.map(|message| message.0),
            letter.deletes_message,
            letter.queued_ms,
            too_many,
        ])?;
    let id = LetterId(connection.last_insert_rowid());
    for (position, sound) in (0_i64..).zip(&letter.sounds) {
        connection
            .prepare_cached(
                "INSERT INTO mail_attachments (letter, position, sound) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![id.0, position, sound.as_str()])?;
    }
    connection
        .prepare_cached("DELETE FROM mail_queue WHERE id <= ?1 AND state <> 'queued'")?
        .execute([id.0 - LETTERS_KEPT_MAX])?;
    Ok(id)
}

/// Letters whose time has come, the longest due first.
pub(crate) fn due(
    connection: &Connection,
    now: i64,
    limit: usize,
) -> Result<Vec<Letter>, StoreError> {
    let limit = i64::try_from(limit.min(LETTERS_PER_PAGE_MAX)).unwrap_or(i64::MAX);
    let mut select = connection.prepare_cached(&format!(
        "{SELECT} WHERE state = 'queued' AND next_try_at <= ?1 ORDER BY next_try_at, id LIMIT ?2"
    ))?;
    let rows = select.query_map([now, limit], read)?;
    with_sounds(connection, rows.collect::<rusqlite::Result<_>>()?)
}

/// When the next letter is due; `None` if none waits.
pub(crate) fn next_due(connection: &Connection) -> Result<Option<i64>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT min(next_try_at) FROM mail_queue WHERE state = 'queued'")?
        .query_row([], |row| row.get(0))?)
}

/// The newest letters first, or those before one.
pub(crate) fn page(
    connection: &Connection,
    limit: usize,
    before: Option<LetterId>,
) -> Result<Vec<Letter>, StoreError> {
    let limit = i64::try_from(limit.min(LETTERS_PER_PAGE_MAX)).unwrap_or(i64::MAX);
    let before = before.map_or(i64::MAX, |before| before.0);
    let mut select =
        connection.prepare_cached(&format!("{SELECT} WHERE id < ?1 ORDER BY id DESC LIMIT ?2"))?;
    let rows = select.query_map([before, limit], read)?;
    with_sounds(connection, rows.collect::<rusqlite::Result<_>>()?)
}

/// The mail server has taken a letter. If that was the last one that tells of a message to be
/// deleted then, gives the message as it was deleted.
pub(crate) fn sent(
    connection: &Connection,
    id: LetterId,
    at: i64,
) -> Result<Option<VoiceMessage>, StoreError> {
    let done = connection
        .prepare_cached(
            "UPDATE mail_queue SET state = 'sent', attempts = attempts + 1, done_at = ?1,
                 last_error = NULL
             WHERE id = ?2 AND state = 'queued'",
        )?
        .execute([at, id.0])?;
    expect_letter(done, id)?;
    // The file is let go of at once: only what is still to be sent needs it.
    connection
        .prepare_cached("DELETE FROM mail_attachments WHERE letter = ?1")?
        .execute([id.0])?;
    let over: Option<i64> = connection
        .prepare_cached(
            "SELECT message FROM mail_queue AS letter
             WHERE id = ?1 AND deletes_message AND NOT EXISTS (
                 SELECT 1 FROM mail_queue AS other
                 WHERE other.message = letter.message AND other.state <> 'sent')",
        )?
        .query_row([id.0], |row| row.get(0))
        .optional()?
        .flatten();
    over.map(|message| {
        let deleted = MessageChange::Delete { at_ms: at };
        messages::change(connection, MessageId(message), &deleted)
    })
    .transpose()
}

/// A try to send a letter failed.
pub(crate) fn failed(
    connection: &Connection,
    id: LetterId,
    failed: &FailedTry,
) -> Result<(), StoreError> {
    let changed = connection
        .prepare_cached(
            "UPDATE mail_queue SET attempts = attempts + 1, last_error = ?1,
                 state = iif(?2 IS NULL, 'failed', 'queued'),
                 next_try_at = coalesce(?2, next_try_at), done_at = iif(?2 IS NULL, ?3, NULL)
             WHERE id = ?4 AND state = 'queued'",
        )?
        .execute(params![failed.why, failed.again_ms, failed.at_ms, id.0])?;
    expect_letter(changed, id)
}

/// Tries a letter again that was given up or waits; its time begins anew.
pub(crate) fn retry(connection: &Connection, id: LetterId, at: i64) -> Result<(), StoreError> {
    let changed = connection
        .prepare_cached(
            "UPDATE mail_queue SET state = 'queued', queued_at = ?1, next_try_at = ?1,
                 attempts = 0, done_at = NULL
             WHERE id = ?2 AND state <> 'sent'",
        )?
        .execute([at, id.0])?;
    expect_letter(changed, id)
}

/// Takes a letter out of the queue, sent or not.
pub(crate) fn remove(connection: &Connection, id: LetterId) -> Result<(), StoreError> {
    let removed = connection
        .prepare_cached("DELETE FROM mail_queue WHERE id = ?1")?
        .execute([id.0])?;
    expect_letter(removed, id)
}

/// How far the letters have come that tell of each of these messages: of several the one that has
/// come least far. A message nothing tells of is left out.
pub(crate) fn about(
    connection: &Connection,
    messages: &[MessageId],
) -> Result<BTreeMap<MessageId, LetterState>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT state FROM mail_queue WHERE message = ?1
         ORDER BY CASE state WHEN 'failed' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END LIMIT 1",
    )?;
    let mut found = BTreeMap::new();
    for message in messages {
        let state = select
            .query_row([message.0], |row| row.get::<_, String>(0))
            .optional()?;
        if let Some(state) = state {
            found.insert(*message, parse_state(&state)?);
        }
    }
    Ok(found)
}

/// Forgets letters that were sent or given up [`LETTERS_KEPT_DAYS`] days ago.
pub(crate) fn sweep(connection: &Connection, now: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM mail_queue WHERE done_at <= ?1")?
        .execute([now.saturating_sub(LETTERS_KEPT_DAYS * DAY)])?;
    Ok(())
}

const SELECT: &str = "SELECT id, kind, recipient, subject, body, message_id, message, state,
        queued_at, attempts, next_try_at, done_at, last_error
    FROM mail_queue";

fn read(row: &Row<'_>) -> rusqlite::Result<Letter> {
    Ok(Letter {
        id: LetterId(row.get(0)?),
        kind: parse_kind(&row.get::<_, String>(1)?)?,
        to: get_parsed(row, 2)?,
        subject: row.get(3)?,
        body: row.get(4)?,
        message_id: row.get(5)?,
        sounds: Vec::new(),
        message: row.get::<_, Option<i64>>(6)?.map(MessageId),
        state: parse_state(&row.get::<_, String>(7)?)?,
        queued_ms: row.get(8)?,
        attempts: row.get(9)?,
        next_try_ms: row.get(10)?,
        done_ms: row.get(11)?,
        last_error: row.get(12)?,
    })
}

fn with_sounds(
    connection: &Connection,
    mut letters: Vec<Letter>,
) -> Result<Vec<Letter>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT sound FROM mail_attachments WHERE letter = ?1 ORDER BY position")?;
    for letter in &mut letters {
        let rows = select.query_map([letter.id.0], |row| get_parsed(row, 0))?;
        letter.sounds = rows.collect::<rusqlite::Result<_>>()?;
    }
    Ok(letters)
}

fn expect_letter(changed: usize, id: LetterId) -> Result<(), StoreError> {
    match changed {
        0 => Err(StoreError::NotFound(Record::Letter(id.0))),
        _ => Ok(()),
    }
}

fn security_text(security: MailSecurity) -> &'static str {
    match security {
        MailSecurity::Tls => "tls",
        MailSecurity::Starttls => "starttls",
        MailSecurity::None => "none",
    }
}

fn parse_security(text: &str) -> rusqlite::Result<MailSecurity> {
    match text {
        "tls" => Ok(MailSecurity::Tls),
        "starttls" => Ok(MailSecurity::Starttls),
        "none" => Ok(MailSecurity::None),
        _ => Err(bad(3, format!("no protection is called {text:?}").into())),
    }
}

fn kind_text(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::VoiceMessage => "voice_message",
        LetterKind::Alert => "alert",
    }
}

fn parse_kind(text: &str) -> rusqlite::Result<LetterKind> {
    match text {
        "voice_message" => Ok(LetterKind::VoiceMessage),
        "alert" => Ok(LetterKind::Alert),
        _ => Err(bad(1, format!("no letter tells of {text:?}").into())),
    }
}

fn parse_state(text: &str) -> rusqlite::Result<LetterState> {
    match text {
        "queued" => Ok(LetterState::Queued),
        "sent" => Ok(LetterState::Sent),
        "failed" => Ok(LetterState::Failed),
        _ => Err(bad(7, format!("no letter is {text:?}").into())),
    }
}
