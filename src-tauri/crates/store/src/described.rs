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
    pub(crate) select: &'static str,
    pub(crate) key: &'static str,
}

/// What a target in a document is called, as SQL: by its name, or its number.
macro_rules! target_in_words {
    ($target:literal) => {
        concat!(
            "CASE ",
            $target,
            " ->> 'dest_kind'
                 WHEN 'user' THEN (SELECT name FROM persons
                     WHERE persons.id = ",
            $target,
            " ->> 'dest_id')
                 WHEN 'conference' THEN (SELECT name FROM rooms
                     WHERE rooms.id = ",
            $target,
            " ->> 'dest_id')
                 WHEN 'flow' THEN (SELECT name FROM flows
                     WHERE flows.id = ",
            $target,
            " ->> 'dest_id')
                 WHEN 'voicemail' THEN (SELECT coalesce(persons.name, mailboxes.name)
                     FROM mailboxes LEFT JOIN persons ON persons.id = mailboxes.person
                     WHERE mailboxes.id = ",
            $target,
            " ->> 'dest_id')
                 ELSE coalesce(",
            $target,
            " ->> 'dest_id', ",
            $target,
            " ->> 'dest_kind') END"
        )
    };
}

pub(crate) use target_in_words;

pub(crate) const SETTINGS: Kind = Kind {
    select: "SELECT id, name, json_object(
                 'name', name, 'realm', realm, 'country', country, 'timeZone', time_zone,
                 'language', language, 'registerMin', register_min,
                 'registerDefault', register_default, 'registerMax', register_max,
                 'ringSeconds', ring_for, 'sessionExpires', session_expires,
                 'maxCalls', office_calls, 'maxCallsPerPerson', calls_per_person,
                 'setUp', json(iif(set_up, 'true', 'false')),
                 'recording', iif(recording = 'on_demand', 'onDemand', recording),
                 'recordingAnnounced', json(iif(recording_announce, 'true', 'false')),
                 'recordingDays', recording_keep_days,
                 'listening', json(iif(listening, 'true', 'false')),
                 'music', (SELECT group_concat(sound, ', ' ORDER BY position)
                     FROM music_on_hold WHERE person = 0),
                 'parking', json(iif(parking, 'true', 'false')), 'parkingFirst', parking_first,
                 'parkingSlots', parking_slots, 'parkingSeconds', parking_back,
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
                 'wantsNote', wants_note, 'wantsUntil', wants_until,
                 'recording', iif(recording = 'on_demand', 'onDemand', recording),
                 'hours', (SELECT name FROM schedules WHERE schedules.id = hours),
                 'whenClosed', json(when_closed),
                 'music', (SELECT group_concat(sound, ', ' ORDER BY position)
                     FROM music_on_hold WHERE person = persons.id))
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
    select: concat!(
        "SELECT extensions.number, extensions.number, json_object(
                 'number', extensions.number,
                 'leadsTo', coalesce(persons.name, dest_extension, rooms.name, flows.name,
                     owners.name, mailboxes.name, dest_outside, dest_kind),
                 'hours', (SELECT name FROM schedules WHERE schedules.id = extensions.hours),
                 'whenClosed', ",
        target_in_words!("extensions.when_closed"),
        ")
             FROM extensions LEFT JOIN persons ON persons.id = dest_person
                 LEFT JOIN rooms ON rooms.id = dest_room
                 LEFT JOIN flows ON flows.id = dest_flow
                 LEFT JOIN mailboxes ON mailboxes.id = dest_mailbox
                 LEFT JOIN persons AS owners ON owners.id = mailboxes.person WHERE true"
    ),
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

pub(crate) const MAILBOX: Kind = Kind {
    select: "SELECT mailboxes.id, coalesce(persons.name, mailboxes.name), json_object(
                 'name', coalesce(persons.name, mailboxes.name), 'extension', mailboxes.number,
                 'language', language, 'enabled', json(iif(enabled, 'true', 'false')),
                 'maxMessage', max_message, 'quotaMessages', quota_messages,
                 'quotaSeconds', quota_seconds, 'keepDays', keep_days,
                 'greetings', json_object(
                     'standard', coalesce(
                         (SELECT title FROM sounds WHERE sounds.name = greeting_standard), greeting_standard),
                     'name', coalesce(
                         (SELECT title FROM sounds WHERE sounds.name = greeting_name), greeting_name),
                     'busy', coalesce(
                         (SELECT title FROM sounds WHERE sounds.name = greeting_busy), greeting_busy),
                     'closed', coalesce(
                         (SELECT title FROM sounds WHERE sounds.name = greeting_closed), greeting_closed),
                     'away', coalesce(
                         (SELECT title FROM sounds WHERE sounds.name = greeting_away), greeting_away),
                     'awayUntil', away_until),
                 'members', (SELECT group_concat(members.name, ', ' ORDER BY members.id)
                     FROM mailbox_members JOIN persons AS members ON members.id = person
                     WHERE mailbox = mailboxes.id),
                 'email', (SELECT group_concat(address, ', ' ORDER BY position)
                     FROM mailbox_addresses WHERE mailbox = mailboxes.id),
                 'emailAttach', json(iif(email_attach, 'true', 'false')),
                 'emailDelete', json(iif(email_delete, 'true', 'false')),
                 'hasPin', json(iif(EXISTS (SELECT 1 FROM secrets
                     WHERE owner = 'mailbox' AND owner_id = mailboxes.id), 'true', 'false')))
             FROM mailboxes LEFT JOIN persons ON persons.id = mailboxes.person
             WHERE mailboxes.removed_at IS NULL AND persons.removed_at IS NULL",
    key: "mailboxes.id",
};

pub(crate) const ROOM: Kind = Kind {
    select: "SELECT id, name, json_object(
                 'name', name, 'extension', number,
                 'waitForHost', json(iif(wait_for_host, 'true', 'false')),
                 'muteOnEntry', json(iif(mute_on_entry, 'true', 'false')),
                 'announce', announce, 'maxMembers', max_members,
                 'hasPin', json(iif(EXISTS (SELECT 1 FROM secrets WHERE owner = 'room'
                     AND owner_id = rooms.id AND field = 'pin'), 'true', 'false')),
                 'hasHostPin', json(iif(EXISTS (SELECT 1 FROM secrets WHERE owner = 'room'
                     AND owner_id = rooms.id AND field = 'host_pin'), 'true', 'false')))
             FROM rooms WHERE removed_at IS NULL",
    key: "rooms.id",
};

pub(crate) const SOUND: Kind = Kind {
    select: "SELECT name, title, json_object(
                 'name', name, 'title', title, 'kind', kind, 'lastsMs', lasts_ms,
                 'spoken', spoken)
             FROM sounds WHERE kind IN ('greeting', 'music') AND removed_at IS NULL",
    key: "sounds.name",
};

pub(crate) const MAIL_SETTINGS: Kind = Kind {
    select: "SELECT id, host, json_object(
                 'enabled', json(iif(enabled, 'true', 'false')),
                 'host', host, 'port', port, 'security', security, 'user', user,
                 'fromAddress', from_address, 'fromName', from_name,
                 'hasPassword', json(iif(EXISTS (SELECT 1 FROM secrets
                     WHERE owner = 'mail'), 'true', 'false')))
             FROM mail_settings WHERE true",
    key: "id",
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
