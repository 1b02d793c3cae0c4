//! Conference rooms on disk.

use crate::described::{Fields, ROOM};
use crate::office_change::OfficeChange;
use crate::outside_uses::{self, OutsideUse};
use crate::row::{Revised, bad, expect_one, get_parsed};
use crate::secrets::{DataKey, Place};
use crate::{StoreError, pins};
use office::{
    ConferenceRoom, ConferenceRoomId, ExtensionNumber, JoinSound, PinHash, Record, RouteTarget,
};
use rusqlite::{Connection, OptionalExtension, params};

/// One of the two PINs of a conference room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomPin {
    /// Lets members in.
    Member,
    /// Says who is the host.
    Host,
}

const EXISTS: &str = "SELECT 1 FROM rooms WHERE id = ?1 AND removed_at IS NULL";

impl OfficeChange<'_> {
    /// Adds a conference room with its PINs, and lets its number lead there. Which identity it
    /// names does not matter.
    ///
    /// # Errors
    /// [`StoreError::Problems`] if the number is given out already.
    pub fn add_room(&self, room: &ConferenceRoom) -> Result<ConferenceRoomId, StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO rooms (number, name, wait_for_host, mute_on_entry, announce,
                     max_members)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                room.number.as_str(),
                room.name,
                room.wait_for_host,
                room.mute_on_entry,
                announce_text(room.announce),
                room.max_members,
            ])?;
        let id = ConferenceRoomId(self.connection.last_insert_rowid());
        for (which, pin) in [
            (RoomPin::Member, &room.pin),
            (RoomPin::Host, &room.host_pin),
        ] {
            pins::save(self.connection, self.key, place(id, which), pin.as_ref())?;
        }
        self.move_number(None, Some(&room.number), &RouteTarget::Conference(id))?;
        let added = ROOM.find(self.connection, &id.0)?;
        self.record("room.added", None, added)?;
        Ok(id)
    }

    /// Replaces a conference room's record, if it still has that revision. Its PINs stay. If its
    /// number changes, the old one is free and the new one leads there.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`]; [`StoreError::Problems`] if
    /// the number is given out already.
    pub fn edit_room(&self, room: &ConferenceRoom, revision: i64) -> Result<(), StoreError> {
        let id = room.id;
        self.recorded("room.edited", &ROOM, &id.0, || {
            let old: Option<ExtensionNumber> = self
                .connection
                .prepare_cached("SELECT number FROM rooms WHERE id = ?1")?
                .query_row([id.0], |row| get_parsed(row, 0))
                .optional()?;
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE rooms SET revision = revision + 1, number = ?1, name = ?2,
                         wait_for_host = ?3, mute_on_entry = ?4, announce = ?5, max_members = ?6
                     WHERE id = ?7 AND revision = ?8 AND removed_at IS NULL",
                )?
                .execute(params![
                    room.number.as_str(),
                    room.name,
                    room.wait_for_host,
                    room.mute_on_entry,
                    announce_text(room.announce),
                    room.max_members,
                    id.0,
                    revision,
                ])?;
            expect_one(changed, self.connection, EXISTS, &id.0, Record::Room(id))?;
            self.move_number(
                old.as_ref(),
                Some(&room.number),
                &RouteTarget::Conference(id),
            )
        })
    }

    /// Gives a conference room another PIN, or takes it away. It leaves the revision as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_room_pin(
        &self,
        id: ConferenceRoomId,
        which: RoomPin,
        pin: Option<&PinHash>,
    ) -> Result<(), StoreError> {
        let room = ROOM
            .find(self.connection, &id.0)?
            .ok_or(StoreError::NotFound(Record::Room(id)))?;
        pins::save(self.connection, self.key, place(id, which), pin)?;
        let what = if pin.is_some() { "changed" } else { "removed" };
        let changed = Fields::from_iter([(field(which).to_owned(), what.into())]);
        self.write_down("room.pinChanged", &room.name, None, Some(&changed))
    }

    /// Removes a conference room no number from outside leads to, and the extensions that lead straight to it. For
    /// [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_room`](Self::restore_room) brings all of it back.
    ///
    /// # Errors
    /// [`StoreError::StillUsed`], [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_room(&self, id: ConferenceRoomId, revision: i64) -> Result<(), StoreError> {
        outside_uses::expect_unused(self.connection, OutsideUse::Room(id))?;
        self.recorded("room.removed", &ROOM, &id.0, || {
            let removed = self
                .connection
                .prepare_cached(
                    "UPDATE rooms SET revision = revision + 1, removed_at = ?1
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![self.at, id.0, revision])?;
            expect_one(removed, self.connection, EXISTS, &id.0, Record::Room(id))
        })?;
        self.set_numbers_aside(&RouteTarget::Conference(id))
    }

    /// Brings back a conference room that was removed, with its numbers and PINs.
    ///
    /// # Errors
    /// [`StoreError::NumberTaken`] if one of the numbers was given out meanwhile;
    /// [`StoreError::NotFound`] if no such room was removed, or too long ago.
    pub fn restore_room(&self, id: ConferenceRoomId) -> Result<(), StoreError> {
        self.recorded("room.restored", &ROOM, &id.0, || {
            let back = self.connection.execute(
                "UPDATE rooms SET revision = revision + 1, removed_at = NULL
                 WHERE id = ?1 AND removed_at IS NOT NULL",
                [id.0],
            )?;
            if back == 0 {
                return Err(StoreError::NotFound(Record::Room(id)));
            }
            Ok(())
        })?;
        self.bring_numbers_back(&RouteTarget::Conference(id))
    }
}

/// Reads all conference rooms and opens their PINs, by identity.
pub(crate) fn load(
    connection: &Connection,
    key: &DataKey,
) -> Result<Vec<Revised<ConferenceRoom>>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT id, revision, number, name, wait_for_host, mute_on_entry, announce, max_members
         FROM rooms WHERE removed_at IS NULL ORDER BY id",
    )?;
    let mut rows = select.query([])?;
    let mut rooms = Vec::new();
    while let Some(row) = rows.next()? {
        let id = ConferenceRoomId(row.get(0)?);
        rooms.push(Revised {
            revision: row.get(1)?,
            value: ConferenceRoom {
                id,
                number: get_parsed(row, 2)?,
                name: row.get(3)?,
                pin: pins::load(connection, key, place(id, RoomPin::Member))?,
                host_pin: pins::load(connection, key, place(id, RoomPin::Host))?,
                wait_for_host: row.get(4)?,
                mute_on_entry: row.get(5)?,
                announce: parse_announce(&row.get::<_, String>(6)?)?,
                max_members: row.get(7)?,
            },
        });
    }
    Ok(rooms)
}

fn announce_text(announce: JoinSound) -> &'static str {
    match announce {
        JoinSound::Tone => "tone",
        JoinSound::Nothing => "nothing",
    }
}

fn parse_announce(text: &str) -> rusqlite::Result<JoinSound> {
    match text {
        "tone" => Ok(JoinSound::Tone),
        "nothing" => Ok(JoinSound::Nothing),
        _ => Err(bad(6, format!("no room announces {text:?}").into())),
    }
}

fn field(which: RoomPin) -> &'static str {
    match which {
        RoomPin::Member => "pin",
        RoomPin::Host => "host_pin",
    }
}

fn place(room: ConferenceRoomId, which: RoomPin) -> Place<'static> {
    Place {
        owner: "room",
        owner_id: room.0,
        field: field(which),
    }
}
