//! Lines to the outside world on disk: one document each, the password sealed beside it.

use crate::described::{Fields, Kind};
use crate::office_change::OfficeChange;
use crate::outside_uses::{OutsideUse, expect_unused};
use crate::row::{Revised, expect_one, get_json, to_json};
use crate::secrets::{self, DataKey, Place};
use crate::{Store, StoreError};
use office::{Record, Secret, Trunk, TrunkId};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

const EXISTS: &str = "SELECT 1 FROM trunks WHERE id = ?1 AND removed_at IS NULL";

pub(crate) const TRUNK: Kind = Kind {
    select: "SELECT id, name, json_set(json_remove(document, '$.id'), '$.hasPassword',
                 json(iif(EXISTS (SELECT 1 FROM secrets WHERE owner = 'trunk'
                     AND owner_id = trunks.id AND field = 'password'), 'true', 'false')))
             FROM trunks WHERE removed_at IS NULL",
    key: "id",
};

impl OfficeChange<'_> {
    /// Adds a line with its password. Which identity it names does not matter.
    ///
    /// # Errors
    /// Only what the disk says.
    pub fn add_trunk(&self, trunk: &Trunk) -> Result<TrunkId, StoreError> {
        self.connection
            .prepare_cached("INSERT INTO trunks (name, document) VALUES (?1, ?2)")?
            .execute(params![trunk.name, to_json(trunk)?])?;
        let id = TrunkId(self.connection.last_insert_rowid());
        if let Some(password) = &trunk.password {
            self.key
                .put(self.connection, place(id, PASSWORD), password)?;
        }
        let added = TRUNK.find(self.connection, &id.0)?;
        self.record("trunk.added", None, added)?;
        Ok(id)
    }

    /// Replaces a line's record, if it still has that revision. Its password stays; see
    /// [`set_trunk_password`](Self::set_trunk_password).
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_trunk(&self, trunk: &Trunk, revision: i64) -> Result<(), StoreError> {
        let id = trunk.id;
        self.recorded("trunk.edited", &TRUNK, &id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE trunks SET revision = revision + 1, name = ?1, document = ?2
                     WHERE id = ?3 AND revision = ?4 AND removed_at IS NULL",
                )?
                .execute(params![trunk.name, to_json(trunk)?, id.0, revision])?;
            expect_one(changed, self.connection, EXISTS, &id.0, Record::Trunk(id))
        })
    }

    /// Gives a line another password, or takes it away. It leaves the revision as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_trunk_password(
        &self,
        id: TrunkId,
        password: Option<&Secret>,
    ) -> Result<(), StoreError> {
        let trunk = TRUNK
            .find(self.connection, &id.0)?
            .ok_or(StoreError::NotFound(Record::Trunk(id)))?;
        let what = self.save_password(place(id, PASSWORD), password)?;
        let changed = Fields::from_iter([("password".to_owned(), what.into())]);
        self.write_down("trunk.passwordChanged", &trunk.name, None, Some(&changed))
    }

    /// Removes a line no number, rule or emergency plan names. For
    /// [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_trunk`](Self::restore_trunk) brings it back with its password.
    ///
    /// # Errors
    /// [`StoreError::StillUsed`], [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_trunk(&self, id: TrunkId, revision: i64) -> Result<(), StoreError> {
        expect_unused(self.connection, OutsideUse::Trunk(id))?;
        self.recorded("trunk.removed", &TRUNK, &id.0, || {
            let removed = self
                .connection
                .prepare_cached(
                    "UPDATE trunks SET revision = revision + 1, removed_at = ?1
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![self.at, id.0, revision])?;
            expect_one(removed, self.connection, EXISTS, &id.0, Record::Trunk(id))
        })
    }

    /// Brings back a line that was removed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if none of that identity was removed, or too long ago.
    pub fn restore_trunk(&self, id: TrunkId) -> Result<(), StoreError> {
        self.recorded("trunk.restored", &TRUNK, &id.0, || {
            let back = self.connection.execute(
                "UPDATE trunks SET revision = revision + 1, removed_at = NULL
                 WHERE id = ?1 AND removed_at IS NOT NULL",
                [id.0],
            )?;
            match back {
                0 => Err(StoreError::NotFound(Record::Trunk(id))),
                _ => Ok(()),
            }
        })
    }

    /// Seals a password in its place, or forgets it; says which for the audit log.
    pub(crate) fn save_password(
        &self,
        place: Place<'_>,
        password: Option<&Secret>,
    ) -> Result<&'static str, StoreError> {
        match password {
            Some(password) => {
                self.key.put(self.connection, place, password)?;
                Ok("changed")
            }
            None => {
                secrets::forget_field(self.connection, place)?;
                Ok("removed")
            }
        }
    }
}

impl Store {
    /// All lines by identity, with their passwords and the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood, or a seal is broken.
    pub fn trunks(&self) -> Result<Vec<Revised<Trunk>>, StoreError> {
        load(&self.connection, &self.key)
    }

    /// What tells the calls of each line from those of the others (`line=` in its Contact): 32 hex
    /// digits nobody can guess, made when first asked for, the same from then on.
    ///
    /// # Errors
    /// What the disk says, or a seal is broken.
    pub fn line_tokens(&mut self) -> Result<BTreeMap<TrunkId, Secret>, StoreError> {
        let ids: Vec<i64> = self
            .connection
            .prepare_cached("SELECT id FROM trunks WHERE removed_at IS NULL")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut tokens = BTreeMap::new();
        for id in ids.into_iter().map(TrunkId) {
            let place = place(id, TOKEN);
            let token = match self.key.get(&self.connection, place)? {
                Some(token) => token,
                None => {
                    let token = secrets::new_token()?;
                    self.key.put(&self.connection, place, &token)?;
                    token
                }
            };
            tokens.insert(id, token);
        }
        Ok(tokens)
    }
}

/// Reads all lines and opens their passwords, by identity.
pub(crate) fn load(
    connection: &Connection,
    key: &DataKey,
) -> Result<Vec<Revised<Trunk>>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT id, revision, name, document FROM trunks WHERE removed_at IS NULL ORDER BY id",
    )?;
    let mut rows = select.query([])?;
    let mut trunks = Vec::new();
    while let Some(row) = rows.next()? {
        let id = TrunkId(row.get(0)?);
        trunks.push(Revised {
            revision: row.get(1)?,
            value: Trunk {
                id,
                name: row.get(2)?,
                password: key.get(connection, place(id, PASSWORD))?,
                ..get_json(row, 3)?
            },
        });
    }
    Ok(trunks)
}

/// What a provider knows us by.
const PASSWORD: &str = "password";

/// What tells a line's calls from others.
const TOKEN: &str = "token";

fn place(trunk: TrunkId, field: &str) -> Place<'_> {
    Place {
        owner: "trunk",
        owner_id: trunk.0,
        field,
    }
}
