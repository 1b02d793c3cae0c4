//! Putting a copy in the place of the office, and what of this computer stays.

use super::{Incoming, OfficeCopy, damaged, sounds};
use crate::office_change::load_office;
use crate::secrets::{DataKey, Place};
use crate::{Actor, StoreError, audit, devices, users};
use office::{DeviceId, Office};
use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior, params_from_iter};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Puts a copy in the place of the office, in one transaction: a power cut leaves the one or the
/// other. Registrations of devices that stay the same stay; users have to sign in anew.
pub(crate) fn restore(
    connection: &mut Connection,
    key: &DataKey,
    dir: &Path,
    copy: &OfficeCopy,
    actor: &Actor,
    at: i64,
) -> Result<Office, StoreError> {
    let incoming = Incoming::open(dir, copy)?;
    incoming.office()?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.pragma_update(None, "defer_foreign_keys", true)?;
    let bindings = Rows::read(&transaction, &transaction, "bindings")?;
    let messages = Rows::read(&transaction, &transaction, "messages")?;
    let letters = letters_of_messages(&transaction)?;
    let marks = mailbox_marks(&transaction)?;
    let known = sip_users(&transaction)?;
    let seen = devices::last_seen(&transaction)?;
    let revision = highest_revision(&transaction)?;
    let last_rule: i64 =
        transaction.query_row("SELECT last_id FROM outbound_rules", [], |row| row.get(0))?;
    transaction.execute_batch(
        "DELETE FROM bindings; DELETE FROM sessions WHERE user IS NOT NULL;
         DELETE FROM secrets WHERE owner <> 'office';",
    )?;
    for table in TABLES.iter().rev() {
        transaction.execute(&format!("DELETE FROM {table}"), [])?;
    }
    let files: BTreeSet<&str> = copy.sounds().map(|(name, _)| name.as_str()).collect();
    sounds::restore(&incoming, &transaction, |name| files.contains(name))?;
    for table in TABLES {
        Rows::read(&transaction, &incoming.connection, table)
            .map_err(damaged)?
            .write(&transaction)
            .map_err(damaged)?;
    }
    // A window still open holds revisions of before: none of them may fit by chance.
    for table in REVISED {
        let raise = format!("UPDATE {table} SET revision = revision + ?1");
        transaction.execute(&raise, [revision])?;
    }
    // The story of a call names its rule: no other may get that identity.
    transaction.execute(
        "UPDATE outbound_rules SET last_id = max(last_id, ?1)",
        [last_rule],
    )?;
    seal_anew(&incoming, &transaction, key)?;
    let same = sip_users(&transaction)?;
    bindings
        .only(|row| matches!(row.first(), Some(Value::Integer(id)) if same.get(id).is_some_and(|user| known.get(id) == Some(user))))
        .write(&transaction)?;
    let kept = mailbox_marks(&transaction)?;
    messages
        .only(|row| matches!(row.get(1), Some(Value::Integer(mailbox)) if kept.get(mailbox).is_some_and(|mark| marks.get(mailbox) == Some(mark))))
        .write(&transaction)?;
    sounds::restore_messages(&incoming, &transaction, &marks)?;
    let is_same_office = kept
        .values()
        .any(|mark| marks.values().any(|own| own == mark));
    sounds::restore_recordings(&incoming, &transaction, is_same_office)?;
    for (letter, message) in letters {
        transaction
            .prepare_cached(
                "UPDATE mail_queue SET message = (SELECT id FROM messages WHERE id = ?1)
                 WHERE id = ?2",
            )?
            .execute([message, letter])?;
    }
    for (DeviceId(id), seen) in seen {
        transaction
            .prepare_cached(
                "UPDATE devices SET last_seen = max(coalesce(last_seen, 0), ?1) WHERE id = ?2",
            )?
            .execute([seen, id])?;
    }
    let office = load_office(&transaction, key)?;
    users::check_owner(&transaction, office.settings().lan.enabled)?;
    let made = format!(r#"{{"madeAt":{}}}"#, copy.made_at);
    let what = ("backup.restored", office.settings().name.as_str());
    audit::add(&transaction, at, actor, what, [None, Some(made)])?;
    transaction.commit()?;
    Ok(office)
}

/// What a copy replaces, in the order of who refers to whom. Secrets are sealed anew instead.
const TABLES: [&str; 36] = [
    "settings",
    "domains",
    "schedules",
    "persons",
    "devices",
    "mailboxes",
    "mailbox_members",
    "mailbox_addresses",
    "rooms",
    "flows",
    "flow_versions",
    "flow_drafts",
    "flow_steps",
    "flow_uses",
    "flow_scenarios",
    "extensions",
    "removed_numbers",
    "music_on_hold",
    "modes",
    "pin_sets",
    "pins",
    "caller_lists",
    "listed_callers",
    "web_keys",
    "mail_settings",
    "users",
    "trunks",
    "peers",
    "phone_numbers",
    "outbound_rules",
    "calling_rights",
    "calling_policy",
    "outside_admission",
    "emergency_plan",
    "domain_access",
    "known_devices",
];

const REVISED: [&str; 24] = [
    "settings",
    "schedules",
    "persons",
    "devices",
    "extensions",
    "users",
    "mailboxes",
    "rooms",
    "flows",
    "flow_scenarios",
    "modes",
    "pin_sets",
    "caller_lists",
    "web_keys",
    "mail_settings",
    "trunks",
    "peers",
    "phone_numbers",
    "outbound_rules",
    "calling_rights",
    "calling_policy",
    "outside_admission",
    "emergency_plan",
    "domain_access",
];

fn highest_revision(connection: &Connection) -> Result<i64, StoreError> {
    let all = REVISED.map(|table| format!("SELECT revision FROM {table}"));
    let highest = format!("SELECT max(revision) FROM ({})", all.join(" UNION ALL "));
    Ok(connection.query_row(&highest, [], |row| row.get(0))?)
}

fn sip_users(connection: &Connection) -> Result<BTreeMap<i64, String>, StoreError> {
    let mut select =
        connection.prepare("SELECT id, sip_user FROM devices WHERE removed_at IS NULL")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What tells each mailbox from one of another office: only the same one keeps its messages.
pub(super) fn mailbox_marks(connection: &Connection) -> Result<BTreeMap<i64, String>, StoreError> {
    let mut select = connection.prepare("SELECT id, mark FROM mailboxes")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The letters that tell of a message, each with it.
fn letters_of_messages(connection: &Connection) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut select =
        connection.prepare("SELECT id, message FROM mail_queue WHERE message IS NOT NULL")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Opens the copy's secrets with its own key and seals them with this computer's.
fn seal_anew(incoming: &Incoming, target: &Connection, key: &DataKey) -> Result<(), StoreError> {
    let mut select = incoming
        .connection
        .prepare("SELECT owner, owner_id, field FROM secrets WHERE owner <> 'office'")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (owner, field): (String, String) = (row.get(0)?, row.get(2)?);
        let place = Place {
            owner: &owner,
            owner_id: row.get(1)?,
            field: &field,
        };
        let secret = incoming.key.get(&incoming.connection, place);
        if let Some(secret) = secret.map_err(damaged)? {
            key.put(target, place, &secret)?;
        }
    }
    Ok(())
}

/// All rows of a table, with the columns this version knows.
pub(super) struct Rows {
    table: &'static str,
    columns: Vec<String>,
    pub(super) rows: Vec<Vec<Value>>,
}

impl Rows {
    /// Reads a table of `source` by the names its columns have in `ours`.
    pub(super) fn read(
        ours: &Connection,
        source: &Connection,
        table: &'static str,
    ) -> Result<Self, StoreError> {
        let known = ours.prepare(&format!("SELECT * FROM {table} LIMIT 0"))?;
        let columns: Vec<String> = known.column_names().map(str::to_owned).collect();
        let mut select = source.prepare(&format!("SELECT {} FROM {table}", columns.join(", ")))?;
        let rows =
            select.query_map([], |row| (0..columns.len()).map(|at| row.get(at)).collect())?;
        let rows = rows.collect::<rusqlite::Result<_>>()?;
        Ok(Self {
            table,
            columns,
            rows,
        })
    }

    pub(super) fn only(mut self, wanted: impl Fn(&[Value]) -> bool) -> Self {
        self.rows.retain(|row| wanted(row));
        self
    }

    pub(super) fn write(&self, target: &Connection) -> Result<(), StoreError> {
        self.insert("INSERT", target)
    }

    /// Passes over rows that are there already.
    pub(super) fn write_new(&self, target: &Connection) -> Result<(), StoreError> {
        self.insert("INSERT OR IGNORE", target)
    }

    fn insert(&self, verb: &str, target: &Connection) -> Result<(), StoreError> {
        let marks = vec!["?"; self.columns.len()].join(", ");
        let (table, columns) = (self.table, self.columns.join(", "));
        let mut insert =
            target.prepare(&format!("{verb} INTO {table} ({columns}) VALUES ({marks})"))?;
        for row in &self.rows {
            insert.execute(params_from_iter(row))?;
        }
        Ok(())
    }
}
