//! What was published of each flow. A version stays as it is for ever; which one is live may change.

use crate::flow_uses::{self, FlowUse};
use crate::flows::{FLOW, expect_flow};
use crate::office_change::OfficeChange;
use crate::{Store, StoreError};
use office::{FlowId, Record};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;

/// A published version, without its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowVersion {
    /// 1 for the first, then counted on.
    pub revision: i64,
    /// Equal where two documents do the same to calls.
    pub semantic_hash: String,
    /// The login of who published it; empty for this computer's owner.
    pub author: String,
    /// When, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// What they said about it.
    pub message: String,
}

/// A version about to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVersion {
    /// The save of the draft that is published.
    pub seq: i64,
    /// The document as JSON.
    pub document: String,
    /// What it refers to.
    pub uses: BTreeSet<FlowUse>,
    /// Equal where two documents do the same to calls.
    pub semantic_hash: String,
    /// What is said about it.
    pub message: String,
    /// What the checks and scenarios said, as JSON.
    pub checks: String,
}

impl OfficeChange<'_> {
    /// Publishes a version: it is live from now on.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] if the draft was saved since; [`StoreError::NotFound`].
    pub fn publish_flow(&self, id: FlowId, version: &NewVersion) -> Result<i64, StoreError> {
        expect_flow(self.connection, id)?;
        let seq: i64 = self
            .connection
            .prepare_cached("SELECT seq FROM flow_drafts WHERE flow = ?1")?
            .query_row([id.0], |row| row.get(0))?;
        if seq != version.seq {
            return Err(StoreError::ChangedMeanwhile(Record::Flow(id)));
        }
        self.recorded("flow.published", &FLOW, &id.0, || {
            let revision: i64 = self
                .connection
                .prepare_cached(
                    "SELECT coalesce(max(revision), 0) + 1 FROM flow_versions WHERE flow = ?1",
                )?
                .query_row([id.0], |row| row.get(0))?;
            self.connection
                .prepare_cached(
                    "INSERT INTO flow_versions (flow, revision, document, semantic_hash, author,
                         at, message, checks)
                     VALUES (?1, ?2, json_set(?3, '$.revision', ?2), ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    id.0,
                    revision,
                    version.document,
                    version.semantic_hash,
                    self.actor.login,
                    self.at,
                    version.message,
                    version.checks,
                ])?;
            flow_uses::write(self.connection, id, revision, &version.uses)?;
            self.go_live(id, revision)?;
            Ok(revision)
        })
    }

    /// An earlier version is live again. The draft stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such flow or version.
    pub fn roll_back_flow(&self, id: FlowId, revision: i64) -> Result<(), StoreError> {
        expect_flow(self.connection, id)?;
        document(self.connection, id, revision)?;
        self.recorded("flow.rolledBack", &FLOW, &id.0, || {
            self.go_live(id, revision)
        })
    }

    fn go_live(&self, id: FlowId, revision: i64) -> Result<(), StoreError> {
        // The flow's own revision stays: whoever renames it meanwhile is in nobody's way.
        self.connection
            .prepare_cached("UPDATE flows SET live = ?1 WHERE id = ?2")?
            .execute([revision, id.0])?;
        Ok(())
    }
}

impl Store {
    /// What was published of a flow, the newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn flow_versions(&self, flow: FlowId) -> Result<Vec<FlowVersion>, StoreError> {
        list(&self.connection, flow)
    }

    /// The document of a version, as JSON.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn flow_document(&self, flow: FlowId, revision: i64) -> Result<String, StoreError> {
        document(&self.connection, flow, revision)
    }
}

/// All versions of a flow, the newest first.
fn list(connection: &Connection, flow: FlowId) -> Result<Vec<FlowVersion>, StoreError> {
    expect_flow(connection, flow)?;
    let mut select = connection.prepare_cached(
        "SELECT revision, semantic_hash, author, at, message FROM flow_versions
         WHERE flow = ?1 ORDER BY revision DESC",
    )?;
    let rows = select.query_map([flow.0], version)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The document of a version.
fn document(connection: &Connection, flow: FlowId, revision: i64) -> Result<String, StoreError> {
    connection
        .prepare_cached("SELECT document FROM flow_versions WHERE flow = ?1 AND revision = ?2")?
        .query_row([flow.0, revision], |row| row.get(0))
        .optional()?
        .ok_or(StoreError::NotFound(Record::Flow(flow)))
}

fn version(row: &Row<'_>) -> rusqlite::Result<FlowVersion> {
    Ok(FlowVersion {
        revision: row.get(0)?,
        semantic_hash: row.get(1)?,
        author: row.get(2)?,
        at_ms: row.get(3)?,
        message: row.get(4)?,
    })
}
