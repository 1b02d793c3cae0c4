//! Records in the words of the API, as the audit log and the comparison of backups show them.

use crate::StoreError;
use crate::row::bad;
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use serde_json::{Map, Value};

/// A record's fields by name; never a secret.
pub(crate) type Fields = Map<String, Value>;

/// One record of the office as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    /// Its identity within its kind.
    pub(crate) key: String,
    /// What people call it.
    pub(crate) name: String,
    pub(crate) fields: Fields,
}

/// A kind of record: the query that describes all of its kind, and the column that tells them
/// apart.
#[derive(Debug)]
pub(crate) struct Kind {
    select: &'static str,
    key: &'static str,
}

pub(crate) const SETTINGS: Kind = Kind {
    select: "SELECT id, name, json_object(
                 'name', name, 'realm', realm, 'country', country, 'timeZone', time_zone,
                 'language', language, 'registerMin', register_min,
                 'registerDefault', register_default, 'registerMax', register_max,
                 'ringSeconds', ring_for, 'sessionExpires', session_expires,
                 'maxCalls', office_calls, 'maxCallsPerPerson', calls_per_person,
                 'setUp', json(iif(set_up, 'true', 'false')),
                 'lanEnabled', json(iif(lan_enabled, 'true', 'false')), 'lanPort', lan_port,
                 'domains', (SELECT group_concat(domain, ', ' ORDER BY position) FROM domains))
             FROM settings WHERE true",
    key: "id",
};

pub(crate) const PERSON: Kind = Kind {
    select: "SELECT id, name, json_object(
                 'name', name, 'team', team, 'extension', number,
                 'presentationName', presentation_name, 'maxCalls', simultaneous_calls,
                 'ringSeconds', ring_for,
                 'wants', iif(wants = 'do_not_disturb', 'doNotDisturb', wants),
                 'wantsNote', wants_note, 'wantsUntil', wants_until)
             FROM persons WHERE removed_at IS NULL",
    key: "id",
};

pub(crate) const DEVICE: Kind = Kind {
    select: "SELECT devices.id, label, json_object(
                 'label', label, 'person', persons.name, 'user', sip_user,
                 'maxContacts', max_contacts,
                 'media', iif(media = 'always_relay', 'alwaysRelay', media))
             FROM devices LEFT JOIN persons ON persons.id = devices.person
             WHERE devices.removed_at IS NULL",
    key: "devices.id",
};

pub(crate) const EXTENSION: Kind = Kind {
    select: "SELECT extensions.number, extensions.number, json_object(
                 'number', extensions.number,
                 'leadsTo', coalesce(persons.name, dest_extension, dest_kind))
             FROM extensions LEFT JOIN persons ON persons.id = dest_person WHERE true",
    key: "extensions.number",
};

pub(crate) const USER: Kind = Kind {
    select: "SELECT users.id, login, json_object(
                 'login', login, 'role', role, 'person', persons.name,
                 'hasPassword', json(iif(EXISTS (SELECT 1 FROM secrets
                     WHERE owner = 'user' AND owner_id = users.id), 'true', 'false')))
             FROM users LEFT JOIN persons ON persons.id = users.person WHERE true",
    key: "users.id",
};

impl Kind {
    /// The record of that identity, if there is one.
    pub(crate) fn find(
        &self,
        connection: &Connection,
        key: &dyn ToSql,
    ) -> Result<Option<Described>, StoreError> {
        let sql = format!("{} AND {} = ?1", self.select, self.key);
        let found = connection
            .prepare_cached(&sql)?
            .query_row([key], described)
            .optional()?;
        Ok(found)
    }

    /// All records of the kind, by identity.
    pub(crate) fn all(&self, connection: &Connection) -> Result<Vec<Described>, StoreError> {
        let mut select = connection.prepare(&format!("{} ORDER BY {}", self.select, self.key))?;
        let rows = select.query_map([], described)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn described(row: &Row<'_>) -> rusqlite::Result<Described> {
    let key: rusqlite::types::Value = row.get(0)?;
    let key = match key {
        rusqlite::types::Value::Integer(id) => id.to_string(),
        rusqlite::types::Value::Text(text) => text,
        _ => return Err(bad(0, "an identity is a number or a text".into())),
    };
    Ok(Described {
        key,
        name: row.get(1)?,
        fields: serde_json::from_str(&row.get::<_, String>(2)?)
            .map_err(|why| bad(2, why.into()))?,
    })
}
