//! Modes on disk: switches with named positions, such as day and night.

use crate::described::Kind;
use crate::flow_uses::{FlowUse, expect_unused};
use crate::office_change::OfficeChange;
use crate::row::{Revised, bad, expect_one, to_json};
use crate::{Store, StoreError};
use office::{Mode, ModeId, ModeSetting, ModeState, Record};
use rusqlite::{Connection, params};

const EXISTS: &str = "SELECT 1 FROM modes WHERE id = ?1 AND removed_at IS NULL";

pub(crate) const MODE: Kind = Kind {
    select: "SELECT id, name, json_object('name', name, 'states', json(states),
                 'setting', json(setting))
             FROM modes WHERE removed_at IS NULL",
    key: "id",
};

impl OfficeChange<'_> {
    /// Adds a mode, at rest in its first position.
    ///
    /// # Errors
    /// Only what the disk says.
    pub fn add_mode(&self, name: &str, states: &[ModeState]) -> Result<ModeId, StoreError> {
        self.connection
            .prepare_cached("INSERT INTO modes (name, states) VALUES (?1, ?2)")?
            .execute(params![name, to_json(states)?])?;
        let id = ModeId(self.connection.last_insert_rowid());
        let added = MODE.find(self.connection, &id.0)?;
        self.record("mode.added", None, added)?;
        Ok(id)
    }

    /// Calls a mode something else or gives it other positions, if it still has that revision. It
    /// goes to rest if the position it is in is gone.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_mode(
        &self,
        id: ModeId,
        name: &str,
        states: &[ModeState],
        revision: i64,
    ) -> Result<(), StoreError> {
        self.recorded("mode.edited", &MODE, &id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE modes SET revision = revision + 1, name = ?1, states = ?2,
                         setting = CASE WHEN setting ->> 'state' IN
                             (SELECT value ->> 'id' FROM json_each(?2)) THEN setting END
                     WHERE id = ?3 AND revision = ?4 AND removed_at IS NULL",
                )?
                .execute(params![name, to_json(states)?, id.0, revision])?;
            expect_one(changed, self.connection, EXISTS, &id.0, Record::Mode(id))
        })
    }

    /// Sets a mode to a position, or lets it rest. It leaves the revision as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_mode(&self, id: ModeId, set: Option<&ModeSetting>) -> Result<(), StoreError> {
        let set = set.map(to_json).transpose()?;
        self.recorded("mode.set", &MODE, &id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE modes SET setting = ?1 WHERE id = ?2 AND removed_at IS NULL",
                )?
                .execute(params![set, id.0])?;
            expect_one(changed, self.connection, EXISTS, &id.0, Record::Mode(id))
        })
    }

    /// Removes a mode no flow asks for. For
    /// [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_mode`](Self::restore_mode) brings it back.
    ///
    /// # Errors
    /// [`StoreError::StillUsed`], [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_mode(&self, id: ModeId, revision: i64) -> Result<(), StoreError> {
        expect_unused(self.connection, &FlowUse::Mode(id))?;
        self.recorded("mode.removed", &MODE, &id.0, || {
            let removed = self
                .connection
                .prepare_cached(
                    "UPDATE modes SET revision = revision + 1, removed_at = ?1
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![self.at, id.0, revision])?;
            expect_one(removed, self.connection, EXISTS, &id.0, Record::Mode(id))
        })
    }

    /// Brings back a mode that was removed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if none of that identity was removed, or too long ago.
    pub fn restore_mode(&self, id: ModeId) -> Result<(), StoreError> {
        self.recorded("mode.restored", &MODE, &id.0, || {
            let back = self.connection.execute(
                "UPDATE modes SET revision = revision + 1, removed_at = NULL
                 WHERE id = ?1 AND removed_at IS NOT NULL",
                [id.0],
            )?;
            match back {
                0 => Err(StoreError::NotFound(Record::Mode(id))),
                _ => Ok(()),
            }
        })
    }
}

impl Store {
    /// All modes by identity, with the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn modes(&self) -> Result<Vec<Revised<Mode>>, StoreError> {
        load(&self.connection)
    }
}

/// Reads all modes, by identity.
pub(crate) fn load(connection: &Connection) -> Result<Vec<Revised<Mode>>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT id, revision, name, states, setting FROM modes
         WHERE removed_at IS NULL ORDER BY id",
    )?;
    let rows = select.query_map([], |row| {
        let states: String = row.get(3)?;
        let set: Option<String> = row.get(4)?;
        Ok(Revised {
            revision: row.get(1)?,
            value: Mode {
                id: ModeId(row.get(0)?),
                name: row.get(2)?,
                states: serde_json::from_str(&states).map_err(|why| bad(3, why.into()))?,
                set: set
                    .map(|set| serde_json::from_str(&set))
                    .transpose()
                    .map_err(|why| bad(4, why.into()))?,
            },
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
