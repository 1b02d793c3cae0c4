//! Sets of PINs on disk. What is kept of a PIN is its hash, sealed.

use crate::described::{Fields, Kind};
use crate::flow_uses::{FlowUse, expect_unused};
use crate::office_change::OfficeChange;
use crate::row::{Revised, expect_one};
use crate::secrets::{self, DataKey, Place};
use crate::{Store, StoreError, pins};
use office::{NamedPin, PinHash, PinSet, PinSetId, Record};
use rusqlite::{Connection, params};

const EXISTS: &str = "SELECT 1 FROM pin_sets WHERE id = ?1 AND removed_at IS NULL";

pub(crate) const PIN_SET: Kind = Kind {
    select: "SELECT id, name, json_object('name', name, 'pins', (SELECT
                 group_concat(pins.name, ', ' ORDER BY pins.id) FROM pins WHERE pin_set = pin_sets.id))
             FROM pin_sets WHERE removed_at IS NULL",
    key: "id",
};

/// One PIN of a set as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinEdit {
    /// Whose it is.
    pub name: String,
    /// The new one; without it, the PIN of that name stays as it is.
    pub hash: Option<PinHash>,
}

impl OfficeChange<'_> {
    /// Adds a set of PINs.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if one of them has no hash.
    pub fn add_pin_set(&self, name: &str, pins: &[PinEdit]) -> Result<PinSetId, StoreError> {
        self.connection
            .prepare_cached("INSERT INTO pin_sets (name) VALUES (?1)")?
            .execute([name])?;
        let id = PinSetId(self.connection.last_insert_rowid());
        self.write_pins(id, pins)?;
        let added = PIN_SET.find(self.connection, &id.0)?;
        self.record("pinSet.added", None, added)?;
        Ok(id)
    }

    /// Replaces a set of PINs, if it still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`], also if there is no PIN of a
    /// name that is to stay.
    pub fn edit_pin_set(
        &self,
        id: PinSetId,
        name: &str,
        pins: &[PinEdit],
        revision: i64,
    ) -> Result<(), StoreError> {
        self.recorded("pinSet.edited", &PIN_SET, &id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE pin_sets SET revision = revision + 1, name = ?1
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![name, id.0, revision])?;
            expect_one(changed, self.connection, EXISTS, &id.0, Record::PinSet(id))?;
            self.write_pins(id, pins)
        })?;
        // That a PIN is another one shows nowhere else.
        let renewed: Vec<&str> = pins
            .iter()
            .filter(|pin| pin.hash.is_some())
            .map(|pin| pin.name.as_str())
            .collect();
        if renewed.is_empty() {
            return Ok(());
        }
        let changed = Fields::from_iter([("pins".to_owned(), renewed.join(", ").into())]);
        self.write_down("pinSet.pinsChanged", name, None, Some(&changed))
    }

    /// Removes a set of PINs no flow asks for. For
    /// [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_pin_set`](Self::restore_pin_set) brings it back.
    ///
    /// # Errors
    /// [`StoreError::StillUsed`], [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_pin_set(&self, id: PinSetId, revision: i64) -> Result<(), StoreError> {
        expect_unused(self.connection, &FlowUse::PinSet(id))?;
        self.recorded("pinSet.removed", &PIN_SET, &id.0, || {
            let removed = self
                .connection
                .prepare_cached(
                    "UPDATE pin_sets SET revision = revision + 1, removed_at = ?1
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![self.at, id.0, revision])?;
            expect_one(removed, self.connection, EXISTS, &id.0, Record::PinSet(id))
        })
    }

    /// Brings back a set of PINs that was removed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if none of that identity was removed, or too long ago.
    pub fn restore_pin_set(&self, id: PinSetId) -> Result<(), StoreError> {
        self.recorded("pinSet.restored", &PIN_SET, &id.0, || {
            let back = self.connection.execute(
                "UPDATE pin_sets SET revision = revision + 1, removed_at = NULL
                 WHERE id = ?1 AND removed_at IS NOT NULL",
                [id.0],
            )?;
            match back {
                0 => Err(StoreError::NotFound(Record::PinSet(id))),
                _ => Ok(()),
            }
        })
    }

    fn write_pins(&self, set: PinSetId, wished: &[PinEdit]) -> Result<(), StoreError> {
        let before = pins_of(self.connection, self.key, set)?;
        let mut hashes = Vec::new();
        for pin in wished {
            let kept = before.iter().find(|(_, kept)| kept.name == pin.name);
            let hash = pin.hash.clone().or(kept.map(|(_, kept)| kept.hash.clone()));
            let missing = StoreError::NotFound(Record::PinSet(set));
            hashes.push((pin.name.as_str(), hash.ok_or(missing)?));
        }
        for (id, _) in before {
            secrets::forget_field(self.connection, place(id))?;
        }
        self.connection
            .prepare_cached("DELETE FROM pins WHERE pin_set = ?1")?
            .execute([set.0])?;
        for (name, hash) in hashes {
            self.connection
                .prepare_cached("INSERT INTO pins (pin_set, name) VALUES (?1, ?2)")?
                .execute(params![set.0, name])?;
            let id = self.connection.last_insert_rowid();
            pins::save(self.connection, self.key, place(id), Some(&hash))?;
        }
        Ok(())
    }
}

impl Store {
    /// All sets of PINs by identity, with the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood, or a seal is broken.
    pub fn pin_sets(&self) -> Result<Vec<Revised<PinSet>>, StoreError> {
        load(&self.connection, &self.key)
    }
}

/// Reads all sets and opens their PINs, by identity.
pub(crate) fn load(
    connection: &Connection,
    key: &DataKey,
) -> Result<Vec<Revised<PinSet>>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT id, revision, name FROM pin_sets WHERE removed_at IS NULL ORDER BY id",
    )?;
    let rows = select.query_map([], |row| {
        Ok((PinSetId(row.get(0)?), row.get(1)?, row.get(2)?))
    })?;
    let rows: Vec<(PinSetId, i64, String)> = rows.collect::<rusqlite::Result<_>>()?;
    let read = |(id, revision, name)| {
        let pins = pins_of(connection, key, id)?.into_iter();
        Ok(Revised {
            revision,
            value: PinSet {
                id,
                name,
                pins: pins.map(|(_, pin)| pin).collect(),
            },
        })
    };
    rows.into_iter().map(read).collect()
}

/// The PINs of a set, each with its identity, in the order in which they were given.
fn pins_of(
    connection: &Connection,
    key: &DataKey,
    set: PinSetId,
) -> Result<Vec<(i64, NamedPin)>, StoreError> {
    let mut select =
        connection.prepare_cached("SELECT id, name FROM pins WHERE pin_set = ?1 ORDER BY id")?;
    let rows = select.query_map([set.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut found = Vec::new();
    for row in rows.collect::<rusqlite::Result<Vec<(i64, String)>>>()? {
        let (id, name) = row;
        let place = place(id);
        let broken = || StoreError::BrokenSeal {
            place: place.to_string(),
        };
        let hash = pins::load(connection, key, place)?.ok_or_else(broken)?;
        found.push((id, NamedPin { name, hash }));
    }
    Ok(found)
}

fn place(pin: i64) -> Place<'static> {
    Place {
        owner: "pin",
        owner_id: pin,
        field: "hash",
    }
}
