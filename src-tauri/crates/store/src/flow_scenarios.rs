//! Calls of which a flow must go on doing the same, whatever is published.

use crate::flows::expect_flow;
use crate::limits::SCENARIOS_PER_FLOW_MAX;
use crate::row::Revised;
use crate::{Store, StoreError};
use office::{FlowId, OfficeProblem, Record};
use rusqlite::{Connection, params};

/// A call with what must become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Its identity; of no meaning while it is added.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// Who calls when, and what they do, as JSON.
    pub call: String,
    /// What must become of it, as JSON.
    pub expects: String,
}

impl Store {
    /// All scenarios of a flow by identity, with the revision to name when changing one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn flow_scenarios(&self, flow: FlowId) -> Result<Vec<Revised<Scenario>>, StoreError> {
        list(&self.connection, flow)
    }

    /// Adds a scenario to a flow.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Problems`] if there are too many.
    pub fn add_flow_scenario(
        &mut self,
        flow: FlowId,
        scenario: &Scenario,
    ) -> Result<i64, StoreError> {
        self.in_transaction(|connection| add(connection, flow, scenario))
    }

    /// Replaces a scenario, if it still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_flow_scenario(
        &mut self,
        flow: FlowId,
        scenario: &Scenario,
        revision: i64,
    ) -> Result<(), StoreError> {
        self.in_transaction(|connection| edit(connection, flow, scenario, revision))
    }

    /// Removes a scenario, if it still has that revision where one is named.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_flow_scenario(
        &mut self,
        flow: FlowId,
        id: i64,
        revision: Option<i64>,
    ) -> Result<(), StoreError> {
        self.in_transaction(|connection| remove(connection, flow, id, revision))
    }
}

/// All scenarios of a flow, by identity.
fn list(connection: &Connection, flow: FlowId) -> Result<Vec<Revised<Scenario>>, StoreError> {
    expect_flow(connection, flow)?;
    let mut select = connection.prepare_cached(
        "SELECT id, revision, name, call, expects FROM flow_scenarios WHERE flow = ?1 ORDER BY id",
    )?;
    let rows = select.query_map([flow.0], |row| {
        Ok(Revised {
            revision: row.get(1)?,
            value: Scenario {
                id: row.get(0)?,
                name: row.get(2)?,
                call: row.get(3)?,
                expects: row.get(4)?,
            },
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Adds a scenario.
fn add(connection: &Connection, flow: FlowId, scenario: &Scenario) -> Result<i64, StoreError> {
    let count = list(connection, flow)?.len();
    if count >= SCENARIOS_PER_FLOW_MAX {
        return Err(StoreError::Problems(vec![OfficeProblem::TooMany {
            what: "scenarios",
            count: count + 1,
            limit: SCENARIOS_PER_FLOW_MAX,
        }]));
    }
    connection
        .prepare_cached(
            "INSERT INTO flow_scenarios (flow, name, call, expects) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            flow.0,
            scenario.name,
            scenario.call,
            scenario.expects
        ])?;
    Ok(connection.last_insert_rowid())
}

/// Replaces a scenario, if it still has that revision.
fn edit(
    connection: &Connection,
    flow: FlowId,
    scenario: &Scenario,
    revision: i64,
) -> Result<(), StoreError> {
    let changed = connection
        .prepare_cached(
            "UPDATE flow_scenarios SET revision = revision + 1, name = ?1, call = ?2, expects = ?3
             WHERE id = ?4 AND flow = ?5 AND revision = ?6",
        )?
        .execute(params![
            scenario.name,
            scenario.call,
            scenario.expects,
            scenario.id,
            flow.0,
            revision
        ])?;
    expect_scenario(connection, flow, scenario.id, changed)
}

/// Removes a scenario, if it still has that revision.
fn remove(
    connection: &Connection,
    flow: FlowId,
    id: i64,
    revision: Option<i64>,
) -> Result<(), StoreError> {
    let removed = connection
        .prepare_cached(
            "DELETE FROM flow_scenarios
             WHERE id = ?1 AND flow = ?2 AND revision = coalesce(?3, revision)",
        )?
        .execute(params![id, flow.0, revision])?;
    expect_scenario(connection, flow, id, removed)
}

fn expect_scenario(
    connection: &Connection,
    flow: FlowId,
    id: i64,
    changed: usize,
) -> Result<(), StoreError> {
    if changed > 0 {
        return Ok(());
    }
    let is_there = connection
        .prepare_cached("SELECT 1 FROM flow_scenarios WHERE id = ?1 AND flow = ?2")?
        .exists([id, flow.0])?;
    Err(if is_there {
        StoreError::ChangedMeanwhile(Record::Flow(flow))
    } else {
        StoreError::NotFound(Record::Flow(flow))
    })
}
