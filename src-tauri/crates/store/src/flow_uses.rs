//! What flows refer to, so that nothing is removed under a call's feet.

use crate::row::bad;
use crate::{Store, StoreError};
use office::{
    CallerListId, ConferenceRoomId, FlowId, MailboxId, ModeId, PersonId, PinSetId, ScheduleId,
    SoundName,
};
use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, BTreeSet};

/// Something a flow refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlowUse {
    /// It rings a person.
    Person(PersonId),
    /// It takes messages for a mailbox.
    Mailbox(MailboxId),
    /// It leads into a room.
    Room(ConferenceRoomId),
    /// It goes by these hours.
    Schedule(ScheduleId),
    /// It plays a sound.
    Sound(SoundName),
    /// It goes on in another flow.
    Flow(FlowId),
    /// It asks for a state of the office.
    Mode(ModeId),
    /// It asks for a PIN.
    PinSet(PinSetId),
    /// It knows callers by a list.
    CallerList(CallerListId),
}

impl FlowUse {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (kind, target): (String, String) = (row.get(0)?, row.get(1)?);
        if kind == "sound" {
            let name = SoundName::parse(&target).map_err(|why| bad(1, why.into()))?;
            return Ok(Self::Sound(name));
        }
        let id: i64 = target.parse().map_err(|_| bad(1, "no identity".into()))?;
        Ok(match kind.as_str() {
            "person" => Self::Person(PersonId(id)),
            "mailbox" => Self::Mailbox(MailboxId(id)),
            "room" => Self::Room(ConferenceRoomId(id)),
            "schedule" => Self::Schedule(ScheduleId(id)),
            "flow" => Self::Flow(FlowId(id)),
            "mode" => Self::Mode(ModeId(id)),
            "pin_set" => Self::PinSet(PinSetId(id)),
            "caller_list" => Self::CallerList(CallerListId(id)),
            _ => return Err(bad(0, format!("no flow refers to a {kind:?}").into())),
        })
    }

    fn columns(&self) -> (&'static str, String) {
        match self {
            Self::Person(id) => ("person", id.0.to_string()),
            Self::Mailbox(id) => ("mailbox", id.0.to_string()),
            Self::Room(id) => ("room", id.0.to_string()),
            Self::Schedule(id) => ("schedule", id.0.to_string()),
            Self::Sound(name) => ("sound", name.as_str().to_owned()),
            Self::Flow(id) => ("flow", id.0.to_string()),
            Self::Mode(id) => ("mode", id.0.to_string()),
            Self::PinSet(id) => ("pin_set", id.0.to_string()),
            Self::CallerList(id) => ("caller_list", id.0.to_string()),
        }
    }
}

impl Store {
    /// What flows refer to, live or in their drafts, each with who does.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn flow_users(&self) -> Result<BTreeMap<FlowUse, Vec<(FlowId, String)>>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT DISTINCT kind, target, flows.id, flows.name
             FROM flow_uses JOIN flows ON flows.id = flow
             WHERE version IN (0, flows.live) AND flows.removed_at IS NULL
             ORDER BY flows.name COLLATE NOCASE, flows.id",
        )?;
        let mut rows = select.query([])?;
        let mut users: BTreeMap<FlowUse, Vec<(FlowId, String)>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let user = (FlowId(row.get(2)?), row.get(3)?);
            users.entry(FlowUse::read(row)?).or_default().push(user);
        }
        Ok(users)
    }
}

/// The draft among the versions of a flow.
pub(crate) const DRAFT: i64 = 0;

/// Replaces what a version of a flow refers to.
pub(crate) fn write(
    connection: &Connection,
    flow: FlowId,
    version: i64,
    uses: &BTreeSet<FlowUse>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM flow_uses WHERE flow = ?1 AND version = ?2")?
        .execute(params![flow.0, version])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO flow_uses (flow, version, kind, target) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for used in uses {
        let (kind, target) = used.columns();
        insert.execute(params![flow.0, version, kind, target])?;
    }
    Ok(())
}

/// The flows that refer to something, live or in their draft, by name.
pub(crate) fn users(
    connection: &Connection,
    used: &FlowUse,
) -> Result<Vec<(FlowId, String)>, StoreError> {
    let (kind, target) = used.columns();
    let mut select = connection.prepare_cached(
        "SELECT DISTINCT flows.id, flows.name FROM flow_uses JOIN flows ON flows.id = flow
         WHERE kind = ?1 AND target = ?2 AND version IN (0, flows.live)
             AND flows.removed_at IS NULL
         ORDER BY flows.name COLLATE NOCASE, flows.id",
    )?;
    let rows = select.query_map(params![kind, target], |row| {
        Ok((FlowId(row.get(0)?), row.get(1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// # Errors
/// [`StoreError::StillUsed`] if a flow refers to it.
pub(crate) fn expect_unused(connection: &Connection, used: &FlowUse) -> Result<(), StoreError> {
    match users(connection, used)?.into_iter().next() {
        Some((_, by)) => Err(StoreError::StillUsed { by }),
        None => Ok(()),
    }
}
