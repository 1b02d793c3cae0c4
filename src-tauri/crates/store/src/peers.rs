//! Other telephone systems on disk: one document each, the password sealed beside it.

use crate::described::{Fields, Kind};
use crate::office_change::OfficeChange;
use crate::row::{Revised, expect_one, get_json, to_json};
use crate::secrets::{DataKey, Place};
use crate::{Store, StoreError};
use office::{Peer, PeerId, Record, Secret};
use rusqlite::{Connection, params};

const EXISTS: &str = "SELECT 1 FROM peers WHERE id = ?1 AND removed_at IS NULL";

pub(crate) const PEER: Kind = Kind {
    select: "SELECT id, name, json_set(json_remove(document, '$.id', '$.channels'),
                 '$.maxCalls', document -> 'channels', '$.hasPassword',
                 json(iif(EXISTS (SELECT 1 FROM secrets WHERE owner = 'peer'
                     AND owner_id = peers.id AND field = 'password'), 'true', 'false')))
             FROM peers WHERE removed_at IS NULL",
    key: "id",
};

impl OfficeChange<'_> {
    /// Adds a telephone system with its password. Which identity it names does not matter.
    ///
    /// # Errors
    /// Only what the disk says.
    pub fn add_peer(&self, peer: &Peer) -> Result<PeerId, StoreError> {
        self.connection
            .prepare_cached("INSERT INTO peers (name, document) VALUES (?1, ?2)")?
            .execute(params![peer.name, to_json(peer)?])?;
        let id = PeerId(self.connection.last_insert_rowid());
        if let Some(password) = &peer.password {
            self.key.put(self.connection, place(id), password)?;
        }
        let added = PEER.find(self.connection, &id.0)?;
        self.record("peer.added", None, added)?;
        Ok(id)
    }

    /// Replaces a telephone system's record, if it still has that revision. Its password stays; see
    /// [`set_peer_password`](Self::set_peer_password).
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_peer(&self, peer: &Peer, revision: i64) -> Result<(), StoreError> {
        let id = peer.id;
        self.recorded("peer.edited", &PEER, &id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE peers SET revision = revision + 1, name = ?1, document = ?2
                     WHERE id = ?3 AND revision = ?4 AND removed_at IS NULL",
                )?
                .execute(params![peer.name, to_json(peer)?, id.0, revision])?;
            expect_one(changed, self.connection, EXISTS, &id.0, Record::Peer(id))
        })
    }

    /// Gives a telephone system another password, or takes it away. It leaves the revision as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_peer_password(
        &self,
        id: PeerId,
        password: Option<&Secret>,
    ) -> Result<(), StoreError> {
        let peer = PEER
            .find(self.connection, &id.0)?
            .ok_or(StoreError::NotFound(Record::Peer(id)))?;
        let what = self.save_password(place(id), password)?;
        let changed = Fields::from_iter([("password".to_owned(), what.into())]);
        self.write_down("peer.passwordChanged", &peer.name, None, Some(&changed))
    }

    /// Removes a telephone system. For
    /// [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_peer`](Self::restore_peer) brings it back with its password.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_peer(&self, id: PeerId, revision: i64) -> Result<(), StoreError> {
        self.recorded("peer.removed", &PEER, &id.0, || {
            let removed = self
                .connection
                .prepare_cached(
                    "UPDATE peers SET revision = revision + 1, removed_at = ?1
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![self.at, id.0, revision])?;
            expect_one(removed, self.connection, EXISTS, &id.0, Record::Peer(id))
        })
    }

    /// Brings back a telephone system that was removed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if none of that identity was removed, or too long ago.
    pub fn restore_peer(&self, id: PeerId) -> Result<(), StoreError> {
        self.recorded("peer.restored", &PEER, &id.0, || {
            let back = self.connection.execute(
                "UPDATE peers SET revision = revision + 1, removed_at = NULL
                 WHERE id = ?1 AND removed_at IS NOT NULL",
                [id.0],
            )?;
            match back {
                0 => Err(StoreError::NotFound(Record::Peer(id))),
                _ => Ok(()),
            }
        })
    }
}

impl Store {
    /// All other telephone systems by identity, with their passwords and the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood, or a seal is broken.
    pub fn peers(&self) -> Result<Vec<Revised<Peer>>, StoreError> {
        load(&self.connection, &self.key)
    }
}

/// Reads all other telephone systems and opens their passwords, by identity.
pub(crate) fn load(
    connection: &Connection,
    key: &DataKey,
) -> Result<Vec<Revised<Peer>>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT id, revision, name, document FROM peers WHERE removed_at IS NULL ORDER BY id",
    )?;
    let mut rows = select.query([])?;
    let mut peers = Vec::new();
    while let Some(row) = rows.next()? {
        let id = PeerId(row.get(0)?);
        peers.push(Revised {
            revision: row.get(1)?,
            value: Peer {
                id,
                name: row.get(2)?,
                password: key.get(connection, place(id))?,
                ..get_json(row, 3)?
            },
        });
    }
    Ok(peers)
}

fn place(peer: PeerId) -> Place<'static> {
    Place {
        owner: "peer",
        owner_id: peer.0,
        field: "password",
    }
}
