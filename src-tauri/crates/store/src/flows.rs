//! Call flows on disk: what they are called, which number leads there, and which version is live.
//! Their drafts and versions are kept next door.

use crate::described::Kind;
use crate::flow_uses::{self, DRAFT, FlowUse};
use crate::office_change::OfficeChange;
use crate::outside_uses::{self, OutsideUse};
use crate::row::{Revised, bad, expect_one, get_optional_parsed, get_try};
use crate::{FlowVersion, Store, StoreError, flow_drafts};
use office::{ExtensionNumber, Flow, FlowId, Record, RouteTarget};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A flow as it is kept, without its documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowRecord {
    /// Its identity.
    pub id: FlowId,
    /// What people call it.
    pub name: String,
    /// What is dialled to walk it.
    pub number: Option<ExtensionNumber>,
    /// The version calls walk; none until the first was published.
    pub live: Option<FlowVersion>,
}

/// A flow about to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFlow {
    /// What people call it.
    pub name: String,
    /// What is dialled to walk it.
    pub number: Option<ExtensionNumber>,
    /// Its first draft, as JSON.
    pub document: String,
    /// What that refers to.
    pub uses: BTreeSet<FlowUse>,
}

const EXISTS: &str = "SELECT 1 FROM flows WHERE id = ?1 AND removed_at IS NULL";

pub(crate) const FLOW: Kind = Kind {
    select: "SELECT id, name, json_object('name', name, 'number', number, 'live', live)
             FROM flows WHERE removed_at IS NULL",
    key: "id",
};

impl OfficeChange<'_> {
    /// Adds a flow with its first draft, and lets its number lead there.
    ///
    /// # Errors
    /// [`StoreError::Problems`] if the number is given out already.
    pub fn add_flow(&self, flow: &NewFlow) -> Result<FlowId, StoreError> {
        self.connection
            .prepare_cached("INSERT INTO flows (name, number) VALUES (?1, ?2)")?
            .execute(params![
                flow.name,
                flow.number.as_ref().map(ExtensionNumber::as_str)
            ])?;
        let id = FlowId(self.connection.last_insert_rowid());
        flow_drafts::begin(self.connection, id, &flow.document)?;
        flow_uses::write(self.connection, id, DRAFT, &flow.uses)?;
        self.move_number(None, flow.number.as_ref(), &RouteTarget::Flow(id))?;
        let added = FLOW.find(self.connection, &id.0)?;
        self.record("flow.added", None, added)?;
        Ok(id)
    }

    /// Calls a flow something else or gives it another number, if it still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`]; [`StoreError::Problems`] if
    /// the number is given out already.
    pub fn edit_flow(
        &self,
        id: FlowId,
        name: &str,
        number: Option<&ExtensionNumber>,
        revision: i64,
    ) -> Result<(), StoreError> {
        self.recorded("flow.edited", &FLOW, &id.0, || {
            let old: Option<Option<ExtensionNumber>> = self
                .connection
                .prepare_cached("SELECT number FROM flows WHERE id = ?1")?
                .query_row([id.0], |row| get_optional_parsed(row, 0))
                .optional()?;
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE flows SET revision = revision + 1, name = ?1, number = ?2
                     WHERE id = ?3 AND revision = ?4 AND removed_at IS NULL",
                )?
                .execute(params![
                    name,
                    number.map(ExtensionNumber::as_str),
                    id.0,
                    revision
                ])?;
            expect_one(changed, self.connection, EXISTS, &id.0, Record::Flow(id))?;
            let old = old.flatten();
            self.move_number(old.as_ref(), number, &RouteTarget::Flow(id))
        })
    }

    /// Removes a flow no other refers to, with the numbers that lead straight to it. Calls that
    /// walk it go on. For [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_flow`](Self::restore_flow) brings all of it back.
    ///
    /// # Errors
    /// [`StoreError::StillUsed`], [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_flow(&self, id: FlowId, revision: i64) -> Result<(), StoreError> {
        let users = flow_uses::users(self.connection, &FlowUse::Flow(id))?;
        if let Some((_, by)) = users.into_iter().find(|(user, _)| *user != id) {
            return Err(StoreError::StillUsed { by });
        }
        outside_uses::expect_unused(self.connection, OutsideUse::Flow(id))?;
        self.recorded("flow.removed", &FLOW, &id.0, || {
            let removed = self
                .connection
                .prepare_cached(
                    "UPDATE flows SET revision = revision + 1, removed_at = ?1
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![self.at, id.0, revision])?;
            expect_one(removed, self.connection, EXISTS, &id.0, Record::Flow(id))
        })?;
        self.set_numbers_aside(&RouteTarget::Flow(id))
    }

    /// Brings back a flow that was removed, with its numbers, versions and draft.
    ///
    /// # Errors
    /// [`StoreError::NumberTaken`] if one of the numbers was given out meanwhile;
    /// [`StoreError::NotFound`] if no such flow was removed, or too long ago.
    pub fn restore_flow(&self, id: FlowId) -> Result<(), StoreError> {
        self.recorded("flow.restored", &FLOW, &id.0, || {
            let back = self.connection.execute(
                "UPDATE flows SET revision = revision + 1, removed_at = NULL
                 WHERE id = ?1 AND removed_at IS NOT NULL",
                [id.0],
            )?;
            match back {
                0 => Err(StoreError::NotFound(Record::Flow(id))),
                _ => Ok(()),
            }
        })?;
        self.bring_numbers_back(&RouteTarget::Flow(id))
    }
}

impl Store {
    /// All flows by identity, with the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn flows(&self) -> Result<Vec<Revised<FlowRecord>>, StoreError> {
        load(&self.connection)
    }

    /// How many calls of the history that began at `since` (milliseconds since 1970, UTC) or later
    /// came to each flow.
    ///
    /// # Errors
    /// A month's file cannot be read.
    pub fn flow_calls(&mut self, since: i64) -> Result<BTreeMap<FlowId, u32>, StoreError> {
        self.calls.flow_calls(since)
    }
}

/// Reads all flows, by identity.
fn load(connection: &Connection) -> Result<Vec<Revised<FlowRecord>>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT flows.id, flows.revision, name, number, live, semantic_hash, author, at, message
         FROM flows LEFT JOIN flow_versions AS versions
             ON versions.flow = flows.id AND versions.revision = live
         WHERE removed_at IS NULL ORDER BY flows.id",
    )?;
    let rows = select.query_map([], |row| {
        let live: Option<i64> = row.get(4)?;
        let live = match live {
            Some(revision) => Some(FlowVersion {
                revision,
                semantic_hash: row.get(5)?,
                author: row.get(6)?,
                at_ms: row.get(7)?,
                message: row.get(8)?,
            }),
            None => None,
        };
        Ok(Revised {
            revision: row.get(1)?,
            value: FlowRecord {
                id: FlowId(row.get(0)?),
                name: row.get(2)?,
                number: get_optional_parsed(row, 3)?,
                live,
            },
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Reads all flows as calls meet them: with the live document, and with the draft where it names
/// callers who try it out.
pub(crate) fn of_office(connection: &Connection) -> Result<Vec<Flow>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT flows.id, name, number, versions.revision, versions.document, seq,
                iif(drafts.document ->> '$.settings.testCallers[0]' IS NULL, NULL,
                    json_set(drafts.document, '$.revision', 0))
         FROM flows JOIN flow_drafts AS drafts ON drafts.flow = flows.id
             LEFT JOIN flow_versions AS versions
             ON versions.flow = flows.id AND versions.revision = live
         WHERE removed_at IS NULL ORDER BY flows.id",
    )?;
    let rows = select.query_map([], |row| {
        Ok(Flow {
            id: FlowId(row.get(0)?),
            name: row.get(1)?,
            number: get_optional_parsed(row, 2)?,
            live: version(row, 3, 4)?,
            draft: version(row, 5, 6)?,
            pinned: Vec::new(),
        })
    })?;
    let mut flows = rows.collect::<rusqlite::Result<Vec<Flow>>>()?;
    let mut select = connection.prepare_cached(PINNED)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let id = FlowId(row.get(0)?);
        if let Some(flow) = flows.iter_mut().find(|flow| flow.id == id) {
            flow.pinned.extend(version(row, 1, 2)?);
        }
    }
    Ok(flows)
}

/// The publications that flows run by their number, live or in their drafts, and those that these run.
const PINNED: &str = "WITH RECURSIVE
    drawn(document) AS (
        SELECT document FROM flow_drafts AS drafts JOIN flows ON flows.id = flow
        WHERE removed_at IS NULL AND EXISTS (SELECT 1 FROM flow_uses AS uses
            WHERE uses.flow = flows.id AND uses.version = 0 AND kind = 'flow')
        UNION ALL
        SELECT document FROM flows JOIN flow_versions AS versions
            ON versions.flow = flows.id AND versions.revision = live
        WHERE removed_at IS NULL AND EXISTS (SELECT 1 FROM flow_uses AS uses
            WHERE uses.flow = flows.id AND uses.version = live AND kind = 'flow')
    ),
    pinned(flow, revision) AS (
        SELECT CAST(node.value ->> '$.data.flow' AS INTEGER), node.value ->> '$.data.revision'
        FROM drawn, json_each(document, '$.nodes') AS node
        WHERE node.value ->> '$.data.kind' = 'subflow'
            AND node.value ->> '$.data.version' = 'pinned'
        UNION
        SELECT CAST(node.value ->> '$.data.flow' AS INTEGER), node.value ->> '$.data.revision'
        FROM pinned JOIN flow_versions AS versions
            ON versions.flow = pinned.flow AND versions.revision = pinned.revision,
            json_each(document, '$.nodes') AS node
        WHERE node.value ->> '$.data.kind' = 'subflow'
            AND node.value ->> '$.data.version' = 'pinned'
    )
    SELECT versions.flow, versions.revision, document
    FROM pinned JOIN flow_versions AS versions
        ON versions.flow = pinned.flow AND versions.revision = pinned.revision
    ORDER BY versions.flow, versions.revision";

fn version(
    row: &Row<'_>,
    revision: usize,
    document: usize,
) -> rusqlite::Result<Option<office::FlowVersion>> {
    let Some(text) = row.get::<_, Option<String>>(document)? else {
        return Ok(None);
    };
    let json = serde_json::from_str(&text).map_err(|why| bad(document, why.into()))?;
    Ok(Some(office::FlowVersion {
        revision: get_try::<i64, _>(row, revision)?,
        document: Arc::new(json),
    }))
}

/// # Errors
/// [`StoreError::NotFound`].
pub(crate) fn expect_flow(connection: &Connection, id: FlowId) -> Result<(), StoreError> {
    if connection.prepare_cached(EXISTS)?.exists([id.0])? {
        return Ok(());
    }
    Err(StoreError::NotFound(Record::Flow(id)))
}
