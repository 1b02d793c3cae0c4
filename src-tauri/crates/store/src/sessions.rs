//! Who is signed in to the window.

use crate::audit::{self, REFUSED};
use crate::limits::{LOGIN_MAX_CHARS, SESSION_IDLE_DAYS, SESSION_SEEN_EVERY_MS, SESSIONS_MAX};
use crate::secrets::{self, DataKey, Place};
use crate::users::{Role, get_role, role_text};
use crate::{Actor, Store, StoreError};
use chrono::{DateTime, Utc};
use office::{PersonId, Record, Secret, UserId, clean_text};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// What a session is known by: 128 random bits. Its `Debug` shows nothing of it.
#[derive(Clone, Debug)]
pub struct SessionId(Secret);

/// Someone signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who; `None` for this computer's owner.
    pub user: Option<UserId>,
    /// Their login; empty for this computer's owner.
    pub login: String,
    /// What they may by now.
    pub role: Role,
    /// The person of the office they are.
    pub person: Option<PersonId>,
    /// Whether they came over the network.
    pub remote: bool,
    /// Since when, in milliseconds since 1970 (UTC).
    pub created_at: i64,
    /// When they were last seen, to the minute, in milliseconds since 1970 (UTC).
    pub last_seen: i64,
}

const DAY: i64 = 86_400_000;
const ID_BYTES: usize = 16;
const KEY_BYTES: usize = 32;

impl SessionId {
    /// Reads what [`expose`](Self::expose) gave; `None` if it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        (text.len() == 2 * ID_BYTES && digits(text)).then(|| Self(Secret::new(text.to_owned())))
    }

    /// The identity as 32 hex digits, for its holder alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.expose().as_bytes()).to_vec()
    }
}

impl Store {
    /// Begins a session, of a user whose password was verified or else of this computer's owner,
    /// and writes it down in the audit log.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the user was removed meanwhile; or what the disk says.
    pub fn begin_session(
        &mut self,
        actor: &Actor,
        user: Option<UserId>,
        remote: bool,
        at: DateTime<Utc>,
    ) -> Result<SessionId, StoreError> {
        let at = at.timestamp_millis();
        self.in_transaction(|connection| begin(connection, actor, user, remote, at))
    }

    /// Who is signed in by that identity, with the role they have by now; `None` if nobody is (any
    /// more): they signed out, were removed, or got another password or role.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn session(&self, id: &SessionId) -> Result<Option<SignedIn>, StoreError> {
        find(&self.connection, id)
    }

    /// Says that a session is in use. Costs a write once a minute at most.
    ///
    /// # Errors
    /// What the disk says.
    pub fn session_seen(&mut self, id: &SessionId, at: DateTime<Utc>) -> Result<(), StoreError> {
        seen(&self.connection, id, at.timestamp_millis())
    }

    /// Ends a session and writes it down in the audit log; one that has ended is no error.
    ///
    /// # Errors
    /// What the disk says.
    pub fn end_session(
        &mut self,
        actor: &Actor,
        id: &SessionId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let at = at.timestamp_millis();
        self.in_transaction(|connection| end(connection, actor, id, at))
    }

    /// Writes a refused sign-in down in the audit log. Meant for after the guard at the door: each
    /// costs a write.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sign_in_refused(&mut self, actor: &Actor, at: DateTime<Utc>) -> Result<(), StoreError> {
        let at = at.timestamp_millis();
        self.in_transaction(|connection| refused(connection, actor, at))
    }

    /// The key that signs session tokens: 64 hex digits, sealed on disk, made when first asked for.
    ///
    /// # Errors
    /// What the disk says, or the seal is broken.
    pub fn session_key(&mut self) -> Result<Secret, StoreError> {
        key(&self.connection, &self.key)
    }
}

/// Begins a session, and writes it down.
pub(crate) fn begin(
    connection: &Connection,
    actor: &Actor,
    user: Option<UserId>,
    remote: bool,
    at: i64,
) -> Result<SessionId, StoreError> {
    let id = SessionId(Secret::new(hex(&secrets::random::<ID_BYTES>()?)));
    let role = match user {
        None => Role::Owner,
        Some(user) => connection
            .prepare_cached("UPDATE users SET last_sign_in = ?1 WHERE id = ?2 RETURNING role")?
            .query_row([at, user.0], |row| get_role(row, 0))
            .optional()?
            .ok_or(StoreError::NotFound(Record::User(user)))?,
    };
    connection
        .prepare_cached(
            "INSERT INTO sessions (id_hash, user, role, created_at, last_seen, remote)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
        )?
        .execute(params![
            id.hash(),
            user.map(|user| user.0),
            role_text(role),
            at,
            remote
        ])?;
    connection
        .prepare_cached(
            "DELETE FROM sessions WHERE id_hash IN (
                 SELECT id_hash FROM sessions ORDER BY last_seen DESC LIMIT -1 OFFSET ?1)",
        )?
        .execute([SESSIONS_MAX])?;
    note(connection, actor, "session.signedIn", at)?;
    Ok(id)
}

/// Who is signed in by that identity; `None` if nobody (any more).
pub(crate) fn find(
    connection: &Connection,
    id: &SessionId,
) -> Result<Option<SignedIn>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT sessions.user, coalesce(login, ''), coalesce(users.role, sessions.role),
                    persons.id, remote, sessions.created_at, sessions.last_seen
             FROM sessions LEFT JOIN users ON users.id = sessions.user
                  LEFT JOIN persons ON persons.id = users.person AND persons.removed_at IS NULL
             WHERE id_hash = ?1 AND revoked_at IS NULL",
        )?
        .query_row([id.hash()], |row| {
            let (user, person): (Option<i64>, Option<i64>) = (row.get(0)?, row.get(3)?);
            Ok(SignedIn {
                user: user.map(UserId),
                login: row.get(1)?,
                role: get_role(row, 2)?,
                person: person.map(PersonId),
                remote: row.get(4)?,
                created_at: row.get(5)?,
                last_seen: row.get(6)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Writes down that a session was seen, unless it was lately: not every click is worth a write.
pub(crate) fn seen(connection: &Connection, id: &SessionId, at: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE sessions SET last_seen = ?1
             WHERE id_hash = ?2 AND last_seen <= ?1 - ?3 AND revoked_at IS NULL",
        )?
        .execute(params![at, id.hash(), SESSION_SEEN_EVERY_MS])?;
    Ok(())
}

/// Ends a session, and writes it down. One that has ended already is no error.
pub(crate) fn end(
    connection: &Connection,
    actor: &Actor,
    id: &SessionId,
    at: i64,
) -> Result<(), StoreError> {
    let ended = connection
        .prepare_cached(
            "UPDATE sessions SET revoked_at = ?1 WHERE id_hash = ?2 AND revoked_at IS NULL",
        )?
        .execute(params![at, id.hash()])?;
    if ended > 0 {
        note(connection, actor, "session.signedOut", at)?;
    }
    Ok(())
}

/// Writes down that a sign-in was refused. What was typed as a login may be anything.
pub(crate) fn refused(connection: &Connection, actor: &Actor, at: i64) -> Result<(), StoreError> {
    let login = clean_text(&actor.login)
        .chars()
        .take(LOGIN_MAX_CHARS)
        .collect();
    let actor = Actor {
        login,
        address: actor.address.clone(),
    };
    note(connection, &actor, REFUSED, at)
}

/// Ends all sessions of a user.
pub(crate) fn revoke_of(connection: &Connection, user: UserId, at: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE sessions SET revoked_at = ?1 WHERE user = ?2 AND revoked_at IS NULL",
        )?
        .execute([at, user.0])?;
    Ok(())
}

/// Forgets sessions that have ended, or that nobody used for long.
pub(crate) fn forget_old(connection: &Connection, now: i64) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM sessions WHERE revoked_at IS NOT NULL OR last_seen <= ?1",
        [now.saturating_sub(SESSION_IDLE_DAYS * DAY)],
    )?;
    Ok(())
}

/// Where the key that signs session tokens is sealed.
pub(crate) const KEY: Place<'static> = Place {
    owner: "office",
    owner_id: 1,
    field: "session_key",
};

/// The key that signs session tokens, made when first asked for.
pub(crate) fn key(connection: &Connection, key: &DataKey) -> Result<Secret, StoreError> {
    if let Some(secret) = key.get(connection, KEY)? {
        return Ok(secret);
    }
    let secret = Secret::new(hex(&secrets::random::<KEY_BYTES>()?));
    key.put(connection, KEY, &secret)?;
    Ok(secret)
}

fn note(connection: &Connection, actor: &Actor, action: &str, at: i64) -> Result<(), StoreError> {
    audit::add(connection, at, actor, (action, &actor.login), [None, None])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
