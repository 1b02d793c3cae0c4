//! Schedules on disk: opening hours, holidays and what was set by hand.

use crate::described::Kind;
use crate::flow_uses::{FlowUse, expect_unused};
use crate::office_change::OfficeChange;
use crate::outside_uses::{self, OutsideUse};
use crate::row::{Revised, bad, expect_one};
use crate::{Store, StoreError};
use office::schedule::{Override, ScheduleFault, ScheduleProblem};
use office::{Record, Schedule, ScheduleDocument, ScheduleId};
use rusqlite::{Connection, OptionalExtension, params};

const EXISTS: &str = "SELECT 1 FROM schedules WHERE id = ?1 AND removed_at IS NULL";

pub(crate) const SCHEDULE: Kind = Kind {
    select: "SELECT id, name, json_object('name', name, 'document', json(document),
                 'override', json(override))
             FROM schedules WHERE removed_at IS NULL",
    key: "id",
};

impl OfficeChange<'_> {
    /// Adds a schedule.
    ///
    /// # Errors
    /// Only what the disk says: whether the document holds together is the caller's to see to.
    pub fn add_schedule(&self, document: &ScheduleDocument) -> Result<ScheduleId, StoreError> {
        self.connection
            .prepare_cached("INSERT INTO schedules (name, document) VALUES (?1, ?2)")?
            .execute(params![document.name, written(document)?])?;
        let id = ScheduleId(self.connection.last_insert_rowid());
        let added = SCHEDULE.find(self.connection, &id.0)?;
        self.record("schedule.added", None, added)?;
        Ok(id)
    }

    /// Replaces a schedule, if it still has that revision. What was set by hand stays.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_schedule(
        &self,
        id: ScheduleId,
        document: &ScheduleDocument,
        revision: i64,
    ) -> Result<(), StoreError> {
        self.recorded("schedule.edited", &SCHEDULE, &id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE schedules SET revision = revision + 1, name = ?1, document = ?2
                     WHERE id = ?3 AND revision = ?4 AND removed_at IS NULL",
                )?
                .execute(params![document.name, written(document)?, id.0, revision])?;
            expect_one(
                changed,
                self.connection,
                EXISTS,
                &id.0,
                Record::Schedule(id),
            )
        })
    }

    /// Sets a schedule by hand until a moment, or lets its rules hold again. It leaves the revision
    /// as it is: whoever edits the hours at the same time is in nobody's way.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_schedule_by_hand(
        &self,
        id: ScheduleId,
        set: Option<&Override>,
    ) -> Result<(), StoreError> {
        let set = set.map(serde_json::to_string).transpose();
        let set = set.map_err(|why| bad(0, why.into()))?;
        self.recorded("schedule.setByHand", &SCHEDULE, &id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE schedules SET override = ?1 WHERE id = ?2 AND removed_at IS NULL",
                )?
                .execute(params![set, id.0])?;
            expect_one(
                changed,
                self.connection,
                EXISTS,
                &id.0,
                Record::Schedule(id),
            )
        })
    }

    /// Removes a schedule nobody goes by. For
    /// [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_schedule`](Self::restore_schedule) brings it back.
    ///
    /// # Errors
    /// [`StoreError::StillUsed`], [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_schedule(&self, id: ScheduleId, revision: i64) -> Result<(), StoreError> {
        let person: Option<String> = self
            .connection
            .prepare_cached(
                "SELECT name FROM persons WHERE hours = ?1 AND removed_at IS NULL
                 ORDER BY name LIMIT 1",
            )?
            .query_row([id.0], |row| row.get(0))
            .optional()?;
        if let Some(by) = person {
            return Err(StoreError::StillUsed { by });
        }
        expect_unused(self.connection, &FlowUse::Schedule(id))?;
        outside_uses::expect_unused(self.connection, OutsideUse::Schedule(id))?;
        self.recorded("schedule.removed", &SCHEDULE, &id.0, || {
            let removed = self
                .connection
                .prepare_cached(
                    "UPDATE schedules SET revision = revision + 1, removed_at = ?1
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![self.at, id.0, revision])?;
            expect_one(
                removed,
                self.connection,
                EXISTS,
                &id.0,
                Record::Schedule(id),
            )
        })
    }

    /// Brings back a schedule that was removed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if none of that identity was removed, or too long ago.
    pub fn restore_schedule(&self, id: ScheduleId) -> Result<(), StoreError> {
        self.recorded("schedule.restored", &SCHEDULE, &id.0, || {
            let back = self.connection.execute(
                "UPDATE schedules SET revision = revision + 1, removed_at = NULL
                 WHERE id = ?1 AND removed_at IS NOT NULL",
                [id.0],
            )?;
            match back {
                0 => Err(StoreError::NotFound(Record::Schedule(id))),
                _ => Ok(()),
            }
        })
    }
}

impl Store {
    /// All schedules by identity, with the revision to name when changing one.
    ///
    /// # Errors
    /// What the disk says: a document that cannot be read any more is a schedule that says so.
    pub fn schedules(&self) -> Result<Vec<Revised<Schedule>>, StoreError> {
        load(&self.connection)
    }
}

/// Reads all schedules, by identity.
pub(crate) fn load(connection: &Connection) -> Result<Vec<Revised<Schedule>>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT id, revision, name, document, override FROM schedules
         WHERE removed_at IS NULL ORDER BY id",
    )?;
    let rows = select.query_map([], |row| {
        let id = ScheduleId(row.get(0)?);
        let document: String = row.get(3)?;
        let by_hand: Option<String> = row.get(4)?;
        // Hours that cannot be read count as open: callers still reach somebody.
        let value = match read(&document, by_hand.as_deref()) {
            Ok(document) => Schedule::new(id, document),
            Err(problem) => Schedule::unreadable(id, row.get(2)?, vec![problem]),
        };
        Ok(Revised {
            revision: row.get(1)?,
            value,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read(document: &str, by_hand: Option<&str>) -> Result<ScheduleDocument, ScheduleProblem> {
    let unreadable = |why: serde_json::Error| ScheduleProblem {
        field: String::new(),
        fault: ScheduleFault::Unreadable {
            why: why.to_string(),
        },
    };
    let mut document: ScheduleDocument = serde_json::from_str(document).map_err(unreadable)?;
    document.set_by_hand = by_hand
        .map(serde_json::from_str)
        .transpose()
        .map_err(unreadable)?;
    Ok(document)
}

/// The document without what was set by hand, which is kept beside it.
fn written(document: &ScheduleDocument) -> Result<String, StoreError> {
    let document = ScheduleDocument {
        set_by_hand: None,
        ..document.clone()
    };
    Ok(serde_json::to_string(&document).map_err(|why| bad(0, why.into()))?)
}
