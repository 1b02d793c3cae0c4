//! What is being edited of each flow, with the steps that led there. Every save is on the disk
//! before it is answered; nothing of it reaches a call before it is published.

use crate::flow_uses::{self, DRAFT, FlowUse};
use crate::flows::expect_flow;
use crate::limits::DRAFT_STEPS_MAX;
use crate::office_change::OfficeChange;
use crate::{Store, StoreError};
use office::{FlowId, Record};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// The draft of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowDraft {
    /// The document as JSON.
    pub document: String,
    /// How often it was saved; to be named when saving it the next time.
    pub seq: i64,
    /// What led here and what was taken back, the oldest first; at most [`DRAFT_STEPS_MAX`].
    pub steps: Vec<DraftStep>,
    /// How many of the steps are in the document; the others were taken back.
    pub cursor: usize,
}

/// One step of editing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftStep {
    /// What was done, in the words of who did it.
    pub name: String,
    /// How to do it again: patches, as JSON.
    pub forward: String,
    /// How to take it back: patches, as JSON.
    pub back: String,
}

/// One save of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftSave {
    /// The document from now on, as JSON.
    pub document: String,
    /// What it refers to.
    pub uses: BTreeSet<FlowUse>,
    /// The step that led there; it takes the place of those that were taken back.
    pub step: Option<DraftStep>,
    /// Without a step: how many of the steps are in the document, after some were taken back or
    /// done again.
    pub cursor: usize,
}

/// What is saved of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DraftSaved {
    /// To be named when saving it the next time.
    pub seq: i64,
    /// How many of the kept steps are in the document.
    pub cursor: usize,
}

impl Store {
    /// The draft of a flow with its steps.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn flow_draft(&self, flow: FlowId) -> Result<FlowDraft, StoreError> {
        load(&self.connection, flow)
    }

    /// The documents of all drafts by flow, as JSON.
    ///
    /// # Errors
    /// What the disk says.
    pub fn flow_drafts(&self) -> Result<Vec<(FlowId, String)>, StoreError> {
        documents(&self.connection)
    }

    /// Saves a draft that is still the one of `seq`. Calls go on as they were, except those of
    /// callers who try the draft out: read the office anew where it names any.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] if somebody else saved it; [`StoreError::NotFound`].
    pub fn save_flow_draft(
        &mut self,
        flow: FlowId,
        seq: i64,
        draft: &DraftSave,
    ) -> Result<DraftSaved, StoreError> {
        self.in_transaction(|connection| save(connection, flow, seq, draft))
    }
}

impl OfficeChange<'_> {
    /// The same within a change of the office.
    ///
    /// # Errors
    /// As [`Store::save_flow_draft`].
    pub fn save_flow_draft(
        &self,
        flow: FlowId,
        seq: i64,
        draft: &DraftSave,
    ) -> Result<DraftSaved, StoreError> {
        save(self.connection, flow, seq, draft)
    }
}

/// How often a flow was saved that has just been added.
pub const FIRST_SEQ: i64 = 1;

/// The first draft of a flow.
pub(crate) fn begin(
    connection: &Connection,
    flow: FlowId,
    document: &str,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO flow_drafts (flow, seq, document, cursor) VALUES (?1, ?2, ?3, 0)",
        )?
        .execute(params![flow.0, FIRST_SEQ, document])?;
    Ok(())
}

/// Reads the draft of a flow.
fn load(connection: &Connection, flow: FlowId) -> Result<FlowDraft, StoreError> {
    expect_flow(connection, flow)?;
    let (document, seq, cursor): (String, i64, i64) = connection
        .prepare_cached("SELECT document, seq, cursor FROM flow_drafts WHERE flow = ?1")?
        .query_row([flow.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut select = connection.prepare_cached(
        "SELECT position, name, forward, back FROM flow_steps WHERE flow = ?1 ORDER BY position",
    )?;
    let rows = select.query_map([flow.0], |row| {
        let position: i64 = row.get(0)?;
        Ok((
            position,
            DraftStep {
                name: row.get(1)?,
                forward: row.get(2)?,
                back: row.get(3)?,
            },
        ))
    })?;
    let steps: Vec<(i64, DraftStep)> = rows.collect::<rusqlite::Result<_>>()?;
    let first = steps.first().map_or(cursor, |(position, _)| *position);
    Ok(FlowDraft {
        document,
        seq,
        cursor: count(cursor - first),
        steps: steps.into_iter().map(|(_, step)| step).collect(),
    })
}

/// The documents of all drafts.
fn documents(connection: &Connection) -> Result<Vec<(FlowId, String)>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT flow, document FROM flow_drafts JOIN flows ON flows.id = flow
         WHERE removed_at IS NULL ORDER BY flow",
    )?;
    let rows = select.query_map([], |row| Ok((FlowId(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Saves a draft that is still the one of `seq`.
///
/// Steps are counted on for ever; those kept are the last [`DRAFT_STEPS_MAX`] of them.
fn save(
    connection: &Connection,
    flow: FlowId,
    seq: i64,
    save: &DraftSave,
) -> Result<DraftSaved, StoreError> {
    expect_flow(connection, flow)?;
    let (now, cursor): (i64, i64) = connection
        .prepare_cached("SELECT seq, cursor FROM flow_drafts WHERE flow = ?1")?
        .query_row([flow.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if now != seq {
        return Err(StoreError::ChangedMeanwhile(Record::Flow(flow)));
    }
    let (first, end) = kept(connection, flow, cursor)?;
    let cursor = match &save.step {
        Some(step) => {
            connection
                .prepare_cached("DELETE FROM flow_steps WHERE flow = ?1 AND position >= ?2")?
                .execute([flow.0, cursor])?;
            connection
                .prepare_cached(
                    "INSERT INTO flow_steps (flow, position, name, forward, back)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![flow.0, cursor, step.name, step.forward, step.back])?;
            let limit = i64::try_from(DRAFT_STEPS_MAX).unwrap_or(i64::MAX);
            connection
                .prepare_cached("DELETE FROM flow_steps WHERE flow = ?1 AND position <= ?2")?
                .execute([flow.0, cursor - limit])?;
            cursor + 1
        }
        None => (first + i64::try_from(save.cursor).unwrap_or(i64::MAX - first)).min(end),
    };
    connection
        .prepare_cached(
            "UPDATE flow_drafts SET seq = seq + 1, document = ?1, cursor = ?2 WHERE flow = ?3",
        )?
        .execute(params![save.document, cursor, flow.0])?;
    flow_uses::write(connection, flow, DRAFT, &save.uses)?;
    let (first, _) = kept(connection, flow, cursor)?;
    Ok(DraftSaved {
        seq: seq + 1,
        cursor: count(cursor - first),
    })
}

/// The position of the first step that is kept, and the one after the last.
fn kept(connection: &Connection, flow: FlowId, cursor: i64) -> Result<(i64, i64), StoreError> {
    let bounds: Option<(Option<i64>, Option<i64>)> = connection
        .prepare_cached("SELECT min(position), max(position) + 1 FROM flow_steps WHERE flow = ?1")?
        .query_row([flow.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match bounds {
        Some((Some(first), Some(end))) => (first, end),
        _ => (cursor, cursor),
    })
}

fn count(steps: i64) -> usize {
    usize::try_from(steps).unwrap_or(0)
}
