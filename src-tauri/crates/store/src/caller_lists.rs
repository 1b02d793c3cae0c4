//! Lists of callers on disk: by whom flows tell callers apart, and what they look up.

use crate::described::Kind;
use crate::flow_uses::{FlowUse, expect_unused};
use crate::office_change::OfficeChange;
use crate::outside_uses::{self, OutsideUse};
use crate::row::{Revised, bad, expect_one};
use crate::{Store, StoreError};
use office::{CallerList, CallerListId, ListedCaller, Record};
use rusqlite::{Connection, params};

const EXISTS: &str = "SELECT 1 FROM caller_lists WHERE id = ?1 AND removed_at IS NULL";

pub(crate) const CALLER_LIST: Kind = Kind {
    select: "SELECT id, name, json_object('name', name, 'columns', json(columns), 'callers',
                 (SELECT count(*) FROM listed_callers WHERE list = caller_lists.id))
             FROM caller_lists WHERE removed_at IS NULL",
    key: "id",
};

impl OfficeChange<'_> {
    /// Adds a list. Which identity it names does not matter; of two callers whose number was typed
    /// the same the first counts.
    ///
    /// # Errors
    /// Only what the disk says.
    pub fn add_caller_list(&self, list: &CallerList) -> Result<CallerListId, StoreError> {
        self.connection
            .prepare_cached("INSERT INTO caller_lists (name, columns) VALUES (?1, ?2)")?
            .execute(params![list.name, json(&list.columns)?])?;
        let id = CallerListId(self.connection.last_insert_rowid());
        self.write_callers(id, &list.callers)?;
        let added = CALLER_LIST.find(self.connection, &id.0)?;
        self.record("callerList.added", None, added)?;
        Ok(id)
    }

    /// Replaces a list, if it still has that revision.
    ///
    /// # Errors
    /// [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn edit_caller_list(&self, list: &CallerList, revision: i64) -> Result<(), StoreError> {
        let id = list.id;
        self.recorded("callerList.edited", &CALLER_LIST, &id.0, || {
            let changed = self
                .connection
                .prepare_cached(
                    "UPDATE caller_lists SET revision = revision + 1, name = ?1, columns = ?2
                     WHERE id = ?3 AND revision = ?4 AND removed_at IS NULL",
                )?
                .execute(params![list.name, json(&list.columns)?, id.0, revision])?;
            let record = Record::CallerList(id);
            expect_one(changed, self.connection, EXISTS, &id.0, record)?;
            self.write_callers(id, &list.callers)
        })
    }

    /// Removes a list no flow asks. For
    /// [`REMOVED_KEPT_DAYS`](crate::limits::REMOVED_KEPT_DAYS) days
    /// [`restore_caller_list`](Self::restore_caller_list) brings it back.
    ///
    /// # Errors
    /// [`StoreError::StillUsed`], [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_caller_list(&self, id: CallerListId, revision: i64) -> Result<(), StoreError> {
        expect_unused(self.connection, &FlowUse::CallerList(id))?;
        outside_uses::expect_unused(self.connection, OutsideUse::CallerList(id))?;
        self.recorded("callerList.removed", &CALLER_LIST, &id.0, || {
            let removed = self
                .connection
                .prepare_cached(
                    "UPDATE caller_lists SET revision = revision + 1, removed_at = ?1
                     WHERE id = ?2 AND revision = ?3 AND removed_at IS NULL",
                )?
                .execute(params![self.at, id.0, revision])?;
            let record = Record::CallerList(id);
            expect_one(removed, self.connection, EXISTS, &id.0, record)
        })
    }

    /// Brings back a list that was removed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if none of that identity was removed, or too long ago.
    pub fn restore_caller_list(&self, id: CallerListId) -> Result<(), StoreError> {
        self.recorded("callerList.restored", &CALLER_LIST, &id.0, || {
            let back = self.connection.execute(
                "UPDATE caller_lists SET revision = revision + 1, removed_at = NULL
                 WHERE id = ?1 AND removed_at IS NOT NULL",
                [id.0],
            )?;
            match back {
                0 => Err(StoreError::NotFound(Record::CallerList(id))),
                _ => Ok(()),
            }
        })
    }

    fn write_callers(
        &self,
        list: CallerListId,
        callers: &[ListedCaller],
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("DELETE FROM listed_callers WHERE list = ?1")?
            .execute([list.0])?;
        let mut insert = self.connection.prepare_cached(
            "INSERT OR IGNORE INTO listed_callers (list, number, name, fields)
             VALUES (?1, ?2, ?3, ?4)",
        )?;
        for caller in callers {
            insert.execute(params![
                list.0,
                caller.number,
                caller.name,
                json(&caller.values)?
            ])?;
        }
        Ok(())
    }
}

impl Store {
    /// All lists of callers by identity, with the revision to name when changing one.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn caller_lists(&self) -> Result<Vec<Revised<CallerList>>, StoreError> {
        load(&self.connection)
    }
}

/// Reads all lists, by identity.
pub(crate) fn load(connection: &Connection) -> Result<Vec<Revised<CallerList>>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT id, revision, name, columns FROM caller_lists
         WHERE removed_at IS NULL ORDER BY id",
    )?;
    let rows = select.query_map([], |row| {
        let columns: String = row.get(3)?;
        let id = CallerListId(row.get(0)?);
        Ok(Revised {
            revision: row.get(1)?,
            value: CallerList {
                id,
                name: row.get(2)?,
                columns: serde_json::from_str(&columns).map_err(|why| bad(3, why.into()))?,
                callers: callers_of(connection, id)?,
            },
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn callers_of(connection: &Connection, list: CallerListId) -> rusqlite::Result<Vec<ListedCaller>> {
    let mut select = connection.prepare_cached(
        "SELECT number, name, fields FROM listed_callers WHERE list = ?1 ORDER BY number",
    )?;
    let rows = select.query_map([list.0], |row| {
        let values: String = row.get(2)?;
        Ok(ListedCaller {
            number: row.get(0)?,
            // Read where the office is known whose list this is.
            compared: String::new(),
            name: row.get(1)?,
            values: serde_json::from_str(&values).map_err(|why| bad(2, why.into()))?,
        })
    })?;
    rows.collect()
}

fn json(texts: &[String]) -> Result<String, StoreError> {
    Ok(serde_json::to_string(texts).map_err(|why| bad(0, why.into()))?)
}
