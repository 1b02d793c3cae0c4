//! What calls outside took, by day, person, line and kind: what the fuse goes by after a restart.

use crate::limits::{USAGE_KEPT_DAYS, USAGE_KIND_MAX_CHARS};
use crate::row::get_try;
use crate::{Store, StoreError};
use chrono::{DateTime, Days};
use office::{OutsideUsage, PersonId, TrunkId};
use rusqlite::{Connection, params};

impl Store {
    /// Adds up what calls took with what is kept of the same day, person, line and kind: all of it
    /// or nothing.
    ///
    /// # Errors
    /// What the disk says; nothing is added then.
    pub fn add_usage(&mut self, entries: &[OutsideUsage]) -> Result<(), StoreError> {
        self.in_transaction(|connection| {
            let mut add = connection.prepare_cached(
                "INSERT INTO outside_usage (day, person, trunk, kind, seconds, money, calls)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds,
                     money = money + excluded.money, calls = calls + excluded.calls",
            )?;
            for entry in entries {
                let kind: String = entry.kind.chars().take(USAGE_KIND_MAX_CHARS).collect();
                add.execute(params![
                    entry.day,
                    entry.person.map_or(0, |person| person.0),
                    entry.trunk.map_or(0, |trunk| trunk.0),
                    kind,
                    whole(entry.seconds),
                    whole(entry.money),
                    entry.calls,
                ])?;
            }
            Ok(())
        })
    }

    /// What calls took on a day (`2026-11-21`) and since; by day, person, line and kind.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn usage_since(&self, day: &str) -> Result<Vec<OutsideUsage>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT day, nullif(person, 0), nullif(trunk, 0), kind, seconds, money, calls
             FROM outside_usage WHERE day >= ?1 ORDER BY day, person, trunk, kind",
        )?;
        let rows = select.query_map([day], |row| {
            let (person, trunk): (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
            Ok(OutsideUsage {
                day: row.get(0)?,
                person: person.map(PersonId),
                trunk: trunk.map(TrunkId),
                kind: row.get(3)?,
                seconds: get_try::<i64, _>(row, 4)?,
                money: get_try::<i64, _>(row, 5)?,
                calls: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// Forgets what is older than [`USAGE_KEPT_DAYS`] at `now_ms` (since 1970, UTC). A time zone makes no
/// difference to a year.
pub(crate) fn sweep(connection: &Connection, now_ms: i64) -> Result<(), StoreError> {
    let today = DateTime::from_timestamp_millis(now_ms).map(|now| now.date_naive());
    let first = today.and_then(|today| today.checked_sub_days(Days::new(USAGE_KEPT_DAYS)));
    if let Some(first) = first {
        connection
            .prepare_cached("DELETE FROM outside_usage WHERE day < ?1")?
            .execute([first.to_string()])?;
    }
    Ok(())
}

/// Whatever does not fit into a column of SQLite is beyond any fuse.
fn whole(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX / 4)
}
