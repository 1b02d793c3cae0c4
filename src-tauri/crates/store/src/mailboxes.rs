//! Mailboxes on disk.

use crate::described::{Fields, MAILBOX};
use crate::office_change::OfficeChange;
use crate::outside_uses::{self, OutsideUse};
use crate::row::{Revised, expect_one, get_optional_parsed, get_parsed, get_try};
use crate::secrets::{DataKey, Place};
use crate::{StoreError, pins};
use office::{
    AwayGreeting, EmailAddress, ExtensionNumber, GreetingKind, Greetings, Language, Mailbox,
    MailboxEmail, MailboxId, MailboxOwner, MailboxQuota, PersonId, PinHash, Record, RouteTarget,
    SoundName,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

const EXISTS: &str = "SELECT 1 FROM mailboxes WHERE id = ?1 AND removed_at IS NULL";

impl OfficeChange<'_> {
    /// Adds the mailbox of a group, and lets its number lead there. Which identity it names does
    /// not matter. Persons have theirs from the start.
    ///
    /// # Errors
    /// [`StoreError::Problems`] if the number is given out already, or if it is a second mailbox
    /// of a person.
    pub fn add_mailbox(&self, mailbox: &Mailbox) -> Result<MailboxId, StoreError> {
        let (person, name) = owner_columns(&mailbox.owner);
        self.connection
            .prepare_cached("INSERT INTO mailboxes (person, name) VALUES (?1, ?2)")?
            .execute(params![person, name])?;
        let id = MailboxId(self.connection.last_insert_rowid());
        self.write_mailbox(id, mailbox)?;
        self.write_greetings(id, &mailbox.greetings)?;
        pins::save(self.connection, self.key, place(id), mailbox.pin.as_ref())?;
        self.move_number(None, mailbox.number.as_ref(), &RouteTarget::Voicemail(id))?;
        let added = MAILBOX.find(self.connection, &id.0)?;
        self.record("mailbox.added", None, added)?;
        Ok(id)
    }

    /// Replaces a mailbox's record, if it still has that revision. Its greetings, its PIN and whose
    /// it is stay; the name of a group may change. If its number changes, the old one is free and
    /// the new one leads there.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`]; [`StoreError::Problems`] if
    /// the number is given out already.
    pub fn edit_mailbox(&self, mailbox: &Mailbox, revision: i64) -> Result<(), StoreError> {
        let id = mailbox.id;
        self.recorded("mailbox.edited", &MAILBOX, &id.0, || {
            let old: Option<Option<ExtensionNumber>> = self
                .connection
                .prepare_cached("SELECT number FROM mailboxes WHERE id = ?1")?
                .query_row([id.0], |row| get_optional_parsed(row, 0))
                .optional()?;
            let (_, name) = owner_columns(&mailbox.owner);
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE mailboxes SET revision = revision + 1, name = iif(name IS NULL, NULL, ?1)
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![name, id.0, revision])?;
            expect_one(changed, self.connection, EXISTS, &id.0, Record::Mailbox(id))?;
            self.write_mailbox(id, mailbox)?;
            self.move_number(
                old.flatten().as_ref(),
                mailbox.number.as_ref(),
                &RouteTarget::Voicemail(id),
            )
        })
    }

    /// Sets a greeting, or goes back to the office's own words. It leaves the revision as it is:
    /// whoever edits the mailbox's record at the same time is in nobody's way. `until_unix_ms` is
    /// for the greeting of a holiday; others leave it unused.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_greeting(
        &self,
        id: MailboxId,
        kind: GreetingKind,
        sound: Option<&SoundName>,
        until_unix_ms: Option<i64>,
    ) -> Result<(), StoreError> {
        self.recorded("mailbox.greeting", &MAILBOX, &id.0, || {
            let mut greetings = self
                .connection
                .prepare_cached(&format!(
                    "SELECT {GREETINGS} FROM mailboxes WHERE id = ?1 AND removed_at IS NULL"
                ))?
                .query_row([id.0], |row| read_greetings(row, 0))
                .optional()?
                .ok_or(StoreError::NotFound(Record::Mailbox(id)))?;
            let sound = sound.cloned();
            match kind {
                GreetingKind::Standard => greetings.standard = sound,
                GreetingKind::Name => greetings.name = sound,
                GreetingKind::Busy => greetings.busy = sound,
                GreetingKind::Closed => greetings.closed = sound,
                GreetingKind::Away => {
                    greetings.away = sound.map(|sound| AwayGreeting {
                        sound,
                        until_unix_ms,
                    });
                }
            }
            self.write_greetings(id, &greetings)
        })
    }

    /// Gives a mailbox another PIN, or takes it away. It leaves the revision as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_mailbox_pin(&self, id: MailboxId, pin: Option<&PinHash>) -> Result<(), StoreError> {
        let mailbox = MAILBOX
            .find(self.connection, &id.0)?
            .ok_or(StoreError::NotFound(Record::Mailbox(id)))?;
        pins::save(self.connection, self.key, place(id), pin)?;
        let what = if pin.is_some() { "changed" } else { "removed" };
        let changed = Fields::from_iter([("pin".to_owned(), what.into())]);
        self.write_down("mailbox.pinChanged", &mailbox.name, None, Some(&changed))
    }

    /// Removes the mailbox of a group with its messages and the extensions that lead straight to
    /// it. For [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_mailbox`](Self::restore_mailbox) brings all of it back. A person's mailbox goes
    /// with the person.
    ///
    /// # Errors
    /// [`StoreError::MailboxOfPerson`], [`StoreError::ChangedMeanwhile`] or
    /// [`StoreError::NotFound`].
    pub fn remove_mailbox(&self, id: MailboxId, revision: i64) -> Result<(), StoreError> {
        let of_person = "SELECT 1 FROM mailboxes WHERE id = ?1 AND person IS NOT NULL";
        if self.connection.prepare_cached(of_person)?.exists([id.0])? {
            return Err(StoreError::MailboxOfPerson);
        }
        outside_uses::expect_unused(self.connection, OutsideUse::Mailbox(id))?;
        self.recorded("mailbox.removed", &MAILBOX, &id.0, || {
            let removed = self
                .connection
                .prepare_cached(
                    "UPDATE mailboxes SET revision = revision + 1, removed_at = ?1
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![self.at, id.0, revision])?;
            expect_one(removed, self.connection, EXISTS, &id.0, Record::Mailbox(id))
        })?;
        self.set_numbers_aside(&RouteTarget::Voicemail(id))
    }

    /// Brings back the mailbox of a group that was removed, with its messages and numbers.
    ///
    /// # Errors
    /// [`StoreError::NumberTaken`] if one of the numbers was given out meanwhile;
    /// [`StoreError::NotFound`] if no such mailbox was removed, or too long ago.
    pub fn restore_mailbox(&self, id: MailboxId) -> Result<(), StoreError> {
        let removed = "SELECT 1 FROM mailboxes
             WHERE id = ?1 AND removed_at IS NOT NULL AND person IS NULL";
        if !self.connection.prepare_cached(removed)?.exists([id.0])? {
            return Err(StoreError::NotFound(Record::Mailbox(id)));
        }
        self.bring_mailbox_back(id)
    }

    /// Gives a person just added a mailbox.
    pub(crate) fn add_mailbox_of(&self, person: PersonId) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT INTO mailboxes (person) VALUES (?1)")?
            .execute([person.0])?;
        Ok(())
    }

    /// Sets the mailbox of a person about to be removed aside.
    pub(crate) fn set_mailbox_of_aside(&self, person: PersonId, at: i64) -> Result<(), StoreError> {
        let Some(id) = self.mailbox_of(person)? else {
            return Ok(());
        };
        self.connection
            .prepare_cached(
                "UPDATE mailboxes SET revision = revision + 1, removed_at = ?1 WHERE id = ?2",
            )?
            .execute([at, id.0])?;
        self.set_numbers_aside(&RouteTarget::Voicemail(id))
    }

    /// Brings the mailbox of a person back who is brought back.
    pub(crate) fn bring_mailbox_of_back(&self, person: PersonId) -> Result<(), StoreError> {
        match self.mailbox_of(person)? {
            Some(id) => self.bring_mailbox_back(id),
            None => self.add_mailbox_of(person),
        }
    }

    fn bring_mailbox_back(&self, id: MailboxId) -> Result<(), StoreError> {
        self.recorded("mailbox.restored", &MAILBOX, &id.0, || {
            self.connection
                .prepare_cached(
                    "UPDATE mailboxes SET revision = revision + 1, removed_at = NULL WHERE id = ?1",
                )?
                .execute([id.0])?;
            Ok(())
        })?;
        self.bring_numbers_back(&RouteTarget::Voicemail(id))
    }

    fn mailbox_of(&self, person: PersonId) -> Result<Option<MailboxId>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT id FROM mailboxes WHERE person = ?1")?
            .query_row([person.0], |row| row.get(0).map(MailboxId))
            .optional()?)
    }

    /// Writes all but the owner, the greetings and the PIN.
    fn write_mailbox(&self, id: MailboxId, mailbox: &Mailbox) -> Result<(), StoreError> {
        let email = mailbox.email.as_ref();
        self.connection
            .prepare_cached(
                "UPDATE mailboxes SET number = ?1, language = ?2, enabled = ?3, max_message = ?4,
                     quota_messages = ?5, quota_seconds = ?6, keep_days = ?7, email_attach = ?8,
                     email_delete = ?9
                 WHERE id = ?10",
            )?
            .execute(params![
                mailbox.number.as_ref().map(ExtensionNumber::as_str),
                mailbox.language.as_ref().map(Language::as_str),
                mailbox.enabled,
                mailbox.max_message.seconds(),
                mailbox.quota.messages,
                mailbox.quota.seconds,
                mailbox.keep_days,
                email.map(|email| email.attach),
                email.map(|email| email.delete_after_sending),
                id.0,
            ])?;
        for table in ["mailbox_members", "mailbox_addresses"] {
            let empty = format!("DELETE FROM {table} WHERE mailbox = ?1");
            self.connection.prepare_cached(&empty)?.execute([id.0])?;
        }
        for member in &mailbox.members {
            self.connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO mailbox_members (mailbox, person) VALUES (?1, ?2)",
                )?
                .execute([id.0, member.0])?;
        }
        let addresses = email.map_or(&[][..], |email| &email.addresses);
        for (position, address) in (0_i64..).zip(addresses) {
            self.connection
                .prepare_cached(
                    "INSERT INTO mailbox_addresses (mailbox, position, address)
                     VALUES (?1, ?2, ?3)",
                )?
                .execute(params![id.0, position, address.as_str()])?;
        }
        Ok(())
    }

    fn write_greetings(&self, id: MailboxId, greetings: &Greetings) -> Result<(), StoreError> {
        let name = |sound: &Option<SoundName>| sound.as_ref().map(|sound| sound.to_string());
        let away = greetings.away.as_ref();
        self.connection
            .prepare_cached(
                "UPDATE mailboxes SET greeting_standard = ?1, greeting_name = ?2,
                     greeting_busy = ?3, greeting_closed = ?4, greeting_away = ?5, away_until = ?6
                 WHERE id = ?7",
            )?
            .execute(params![
                name(&greetings.standard),
                name(&greetings.name),
                name(&greetings.busy),
                name(&greetings.closed),
                away.map(|away| away.sound.as_str()),
                away.and_then(|away| away.until_unix_ms),
                id.0,
            ])?;
        Ok(())
    }
}

/// Reads all mailboxes and opens their PINs, by identity.
pub(crate) fn load(
    connection: &Connection,
    key: &DataKey,
) -> Result<Vec<Revised<Mailbox>>, StoreError> {
    let mut members: BTreeMap<MailboxId, Vec<PersonId>> = BTreeMap::new();
    let mut select = connection.prepare_cached(
        "SELECT mailbox, person FROM mailbox_members
         JOIN persons ON persons.id = person AND persons.removed_at IS NULL
         ORDER BY mailbox, person",
    )?;
    for row in select.query_map([], |row| {
        Ok((MailboxId(row.get(0)?), PersonId(row.get(1)?)))
    })? {
        let (mailbox, person) = row?;
        members.entry(mailbox).or_default().push(person);
    }
    let mut addresses: BTreeMap<MailboxId, Vec<EmailAddress>> = BTreeMap::new();
    let mut select = connection.prepare_cached(
        "SELECT mailbox, address FROM mailbox_addresses ORDER BY mailbox, position",
    )?;
    for row in select.query_map([], |row| Ok((MailboxId(row.get(0)?), get_parsed(row, 1)?)))? {
        let (mailbox, address) = row?;
        addresses.entry(mailbox).or_default().push(address);
    }
    let mut select = connection.prepare_cached(&format!(
        "SELECT id, revision, person, name, number, language, enabled, max_message,
             quota_messages, quota_seconds, keep_days, email_attach, email_delete, {GREETINGS}
         FROM mailboxes WHERE removed_at IS NULL ORDER BY id"
    ))?;
    let mut rows = select.query([])?;
    let mut mailboxes = Vec::new();
    while let Some(row) = rows.next()? {
        let id = MailboxId(row.get(0)?);
        let person: Option<i64> = row.get(2)?;
        let attach: Option<bool> = row.get(11)?;
        let email = match attach {
            Some(attach) => Some(MailboxEmail {
                addresses: addresses.remove(&id).unwrap_or_default(),
                attach,
                delete_after_sending: row.get(12)?,
            }),
            None => None,
        };
        mailboxes.push(Revised {
            revision: row.get(1)?,
            value: Mailbox {
                id,
                owner: match person {
                    Some(person) => MailboxOwner::Person {
                        person: PersonId(person),
                    },
                    None => MailboxOwner::Group { name: row.get(3)? },
                },
                members: members.remove(&id).unwrap_or_default(),
                number: get_optional_parsed(row, 4)?,
                language: get_optional_parsed(row, 5)?,
                enabled: row.get(6)?,
                pin: pins::load(connection, key, place(id))?,
                greetings: read_greetings(row, 13)?,
                max_message: get_try::<u32, _>(row, 7)?,
                quota: MailboxQuota {
                    messages: row.get(8)?,
                    seconds: row.get(9)?,
                },
                keep_days: row.get(10)?,
                email,
            },
        });
    }
    Ok(mailboxes)
}

const GREETINGS: &str = "greeting_standard, greeting_name, greeting_busy, greeting_closed,
    greeting_away, away_until";

fn read_greetings(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Greetings> {
    let until_unix_ms = row.get(first + 5)?;
    let away: Option<SoundName> = get_optional_parsed(row, first + 4)?;
    Ok(Greetings {
        standard: get_optional_parsed(row, first)?,
        name: get_optional_parsed(row, first + 1)?,
        busy: get_optional_parsed(row, first + 2)?,
        closed: get_optional_parsed(row, first + 3)?,
        away: away.map(|sound| AwayGreeting {
            sound,
            until_unix_ms,
        }),
    })
}

fn owner_columns(owner: &MailboxOwner) -> (Option<i64>, Option<&str>) {
    match owner {
        MailboxOwner::Person { person } => (Some(person.0), None),
        MailboxOwner::Group { name } => (None, Some(name)),
    }
}

fn place(mailbox: MailboxId) -> Place<'static> {
    Place {
        owner: "mailbox",
        owner_id: mailbox.0,
        field: "pin",
    }
}
