//! Who may sign in to the window, and as what.

use crate::described::{Fields, USER};
use crate::limits::{LOGIN_MAX_CHARS, USERS_MAX};
use crate::office_change::OfficeChange;
use crate::passwords::PasswordHash;
use crate::row::{Revised, bad, expect_one};
use crate::secrets::{self, DataKey, Place};
use crate::{StoreError, sessions};
use office::{OfficeProblem, PersonId, Record, UserId, clean_text};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// What a user may do, from the most to the least; the API knows what that means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Everything.
    Owner,
    /// The daily running of the office.
    Admin,
    /// Everybody's calls.
    Receptionist,
    /// Their own calls.
    Staff,
}

/// Someone who may sign in to the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their identity.
    pub id: UserId,
    /// What they sign in with; capitals do not matter.
    pub login: String,
    /// What they may.
    pub role: Role,
    /// The person of the office they are, if they are one.
    pub person: Option<PersonId>,
    /// Whether they have a password; without one they cannot sign in.
    pub has_password: bool,
    /// Since when there is this user, in milliseconds since 1970 (UTC).
    pub created_at: i64,
    /// When they signed in for the last time, in milliseconds since 1970 (UTC).
    pub last_sign_in: Option<i64>,
}

/// What may be changed of a user; the fields are those of [`User`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEdit {
    /// See [`User::login`]; clean text, 1 to [`LOGIN_MAX_CHARS`] characters.
    pub login: String,
    /// See [`User::role`].
    pub role: Role,
    /// See [`User::person`].
    pub person: Option<PersonId>,
}

/// What a sign-in is checked with.
#[derive(Clone, Debug)]
pub struct UserCredentials {
    /// Who signs in.
    pub user: User,
    /// The hash of their password.
    pub password: PasswordHash,
}

const OWNER: &str = "user";
const EXISTS: &str = "SELECT 1 FROM users WHERE id = ?1";

impl OfficeChange<'_> {
    /// Adds a user; without a password they cannot sign in yet.
    ///
    /// # Errors
    /// [`StoreError::BadLogin`], [`StoreError::LoginTaken`]; [`StoreError::NotFound`] if there is
    /// no such person; [`StoreError::Problems`] if there are too many users.
    pub fn add_user(
        &self,
        user: &UserEdit,
        password: Option<&PasswordHash>,
    ) -> Result<UserId, StoreError> {
        let count: u32 = self
            .connection
            .query_row("SELECT count(*) FROM users", [], |row| row.get(0))?;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count >= USERS_MAX {
            return Err(StoreError::Problems(vec![OfficeProblem::TooMany {
                what: "users",
                count: count + 1,
                limit: USERS_MAX,
            }]));
        }
        self.check_user(user, UserId(0))?;
        self.connection
            .prepare_cached(
                "INSERT INTO users (login, login_key, role, person, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                user.login,
                login_key(&user.login),
                role_text(user.role),
                user.person.map(|person| person.0),
                self.at,
            ])?;
        let id = UserId(self.connection.last_insert_rowid());
        if let Some(password) = password {
            self.key
                .put(self.connection, place(id), password.secret())?;
        }
        let added = USER.find(self.connection, &id.0)?;
        self.record("user.added", None, added)?;
        Ok(id)
    }

    /// Replaces a user's record, if it still has that revision; without a password, the old one
    /// stays. With another role or password they have to sign in anew everywhere.
    ///
    /// # Errors
    /// Those of [`add_user`](Self::add_user), and [`StoreError::ChangedMeanwhile`]. The change as
    /// a whole is refused if no owner could sign in any more while LAN access is on.
    pub fn edit_user(
        &self,
        id: UserId,
        user: &UserEdit,
        password: Option<&PasswordHash>,
        revision: i64,
    ) -> Result<(), StoreError> {
        self.check_user(user, id)?;
        let role = |connection: &Connection| -> Result<Option<String>, StoreError> {
            let mut select = connection.prepare_cached("SELECT role FROM users WHERE id = ?1")?;
            Ok(select.query_row([id.0], |row| row.get(0)).optional()?)
        };
        let role_before = role(self.connection)?;
        self.recorded("user.edited", &USER, &id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE users SET revision = revision + 1, login = ?1, login_key = ?2,
                         role = ?3, person = ?4
                     WHERE id = ?5 AND revision = ?6",
                )?
                .execute(params![
                    user.login,
                    login_key(&user.login),
                    role_text(user.role),
                    user.person.map(|person| person.0),
                    id.0,
                    revision,
                ])?;
            expect_one(changed, self.connection, EXISTS, &id.0, Record::User(id))
        })?;
        if let Some(password) = password {
            self.key
                .put(self.connection, place(id), password.secret())?;
            let changed = Fields::from_iter([("password".to_owned(), "changed".into())]);
            self.write_down("user.passwordChanged", &user.login, None, Some(&changed))?;
        }
        if password.is_some() || role(self.connection)? != role_before {
            sessions::revoke_of(self.connection, id, self.at)?;
        }
        Ok(())
    }

    /// Removes a user, who is signed out everywhere.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`]. The change as a whole is
    /// refused if no owner could sign in any more while LAN access is on.
    pub fn remove_user(&self, id: UserId, revision: i64) -> Result<(), StoreError> {
        self.recorded("user.removed", &USER, &id.0, || {
            let removed = self
                .connection
                .prepare_cached("DELETE FROM users WHERE id = ?1 AND revision = ?2")?
                .execute([id.0, revision])?;
            expect_one(removed, self.connection, EXISTS, &id.0, Record::User(id))?;
            Ok(secrets::forget(self.connection, OWNER, id.0)?)
        })
    }

    fn check_user(&self, user: &UserEdit, id: UserId) -> Result<(), StoreError> {
        let login = &user.login;
        let length = login.chars().count();
        if !(1..=LOGIN_MAX_CHARS).contains(&length) || clean_text(login) != login.as_str() {
            return Err(StoreError::BadLogin);
        }
        let taken = self
            .connection
            .prepare_cached("SELECT 1 FROM users WHERE login_key = ?1 AND id <> ?2")?
            .exists(params![login_key(login), id.0])?;
        if taken {
            return Err(StoreError::LoginTaken(login.clone()));
        }
        if let Some(person) = user.person {
            let living = self
                .connection
                .prepare_cached("SELECT 1 FROM persons WHERE id = ?1 AND removed_at IS NULL")?
                .exists([person.0])?;
            if !living {
                return Err(StoreError::NotFound(Record::Person(person)));
            }
        }
        Ok(())
    }
}

/// While other computers may open the window, one owner at least must be able to sign in: to turn
/// it off again, and to keep the others out.
pub(crate) fn check_owner(connection: &Connection, lan_enabled: bool) -> Result<(), StoreError> {
    let mut owner = connection.prepare_cached(
        "SELECT 1 FROM users JOIN secrets ON owner = 'user' AND owner_id = id WHERE role = 'owner'",
    )?;
    if lan_enabled && !owner.exists([])? {
        return Err(StoreError::NoOwnerForLan);
    }
    Ok(())
}

/// Reads all users, by identity.
pub(crate) fn load(connection: &Connection) -> Result<Vec<Revised<User>>, StoreError> {
    let mut select = connection.prepare(&format!("{SELECT} ORDER BY users.id"))?;
    let rows = select.query_map([], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What a sign-in with that login is checked with; `None` if nobody has it, or has no password.
pub(crate) fn credentials(
    connection: &Connection,
    key: &DataKey,
    login: &str,
) -> Result<Option<UserCredentials>, StoreError> {
    let user = connection
        .prepare_cached(&format!("{SELECT} WHERE login_key = ?1"))?
        .query_row([login_key(login)], read)
        .optional()?;
    let Some(user) = user.map(|user| user.value) else {
        return Ok(None);
    };
    let password = key.get(connection, place(user.id))?;
    Ok(password.map(|secret| UserCredentials {
        user,
        password: PasswordHash::from_sealed(secret),
    }))
}

const SELECT: &str = "SELECT users.id, users.revision, login, role, persons.id,
        EXISTS (SELECT 1 FROM secrets WHERE owner = 'user' AND owner_id = users.id),
        created_at, last_sign_in
    FROM users LEFT JOIN persons ON persons.id = users.person AND persons.removed_at IS NULL";

fn read(row: &Row<'_>) -> rusqlite::Result<Revised<User>> {
    let person: Option<i64> = row.get(4)?;
    Ok(Revised {
        revision: row.get(1)?,
        value: User {
            id: UserId(row.get(0)?),
            login: row.get(2)?,
            role: get_role(row, 3)?,
            person: person.map(PersonId),
            has_password: row.get(5)?,
            created_at: row.get(6)?,
            last_sign_in: row.get(7)?,
        },
    })
}

pub(crate) fn role_text(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Admin => "admin",
        Role::Receptionist => "receptionist",
        Role::Staff => "staff",
    }
}

pub(crate) fn get_role(row: &Row<'_>, column: usize) -> rusqlite::Result<Role> {
    match row.get::<_, String>(column)?.as_str() {
        "owner" => Ok(Role::Owner),
        "admin" => Ok(Role::Admin),
        "receptionist" => Ok(Role::Receptionist),
        "staff" => Ok(Role::Staff),
        role => Err(bad(column, format!("no role is called {role:?}").into())),
    }
}

fn login_key(login: &str) -> String {
    login.to_lowercase()
}

fn place(user: UserId) -> Place<'static> {
    Place {
        owner: OWNER,
        owner_id: user.0,
        field: "password",
    }
}
