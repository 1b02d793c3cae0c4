//! The audit log: who changed what, from where, with the values before and after; and who called
//! abroad, or wanted to. Never a secret. Its lines are chained, see [`chain`].

mod abroad;
pub(crate) mod chain;
#[cfg(test)]
mod tests;

pub use abroad::CallAbroad;
pub use chain::{Broken, ChainCheck, Series, check_audit};

use crate::described::{Described, Fields, Kind};
use crate::limits::AUDIT_PAGE_MAX;
use crate::office_change::OfficeChange;
use crate::row::bad;
use crate::{Store, StoreError};
use chrono::Utc;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Who makes a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// What they signed in with; empty for this computer's owner.
    pub login: String,
    /// The address they come from; empty for this computer.
    pub address: String,
}

/// The columns of a line, in the order in which [`entry`] reads them.
macro_rules! columns {
    () => {
        "id, at, login, address, action, subject, before, after"
    };
}

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Its place in the log; the newest has the highest.
    pub id: i64,
    /// When, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// Who.
    pub by: Actor,
    /// What was done, such as `person.edited` or `session.signedIn`.
    pub action: String,
    /// To whom or what, by the name it had.
    pub subject: String,
    /// The fields as they were: all of what was removed, those that differ of what was edited.
    pub before: Option<Value>,
    /// The fields as they are since: all of what was added, those that differ of what was edited.
    pub after: Option<Value>,
}

/// A line with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainedEntry {
    /// Its place in the log.
    pub id: i64,
    /// When, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// Who.
    pub by: Actor,
    /// What was done.
    pub action: String,
    /// To whom or what.
    pub subject: String,
    /// The fields as they were, as JSON.
    pub before: Option<String>,
    /// The fields as they are since, as JSON.
    pub after: Option<String>,
    /// The SHA-256 of the hash of the line before it (of 32 zeros before the first) and of
    /// [`chained`](Self::chained), as 64 hex digits.
    pub hash: String,
    /// The line as it was hashed.
    pub chained: String,
}

/// The action of a refused sign-in.
pub(crate) const REFUSED: &str = "session.refused";
/// The action of a call abroad that was let through.
pub(crate) const ABROAD_ALLOWED: &str = "abroad.allowed";
/// The action of one that was not.
pub(crate) const ABROAD_REFUSED: &str = "abroad.refused";

impl OfficeChange<'_> {
    /// Takes a step that changes one record, and writes down what it changed.
    pub(crate) fn recorded<T>(
        &self,
        action: &str,
        kind: &Kind,
        key: &dyn ToSql,
        step: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let before = kind.find(self.connection, key)?;
        let value = step()?;
        let after = kind.find(self.connection, key)?;
        self.record(action, before, after)?;
        Ok(value)
    }

    /// Takes a step that may change all records of a kind, and writes down what became of each, as
    /// `subject.added`, `subject.edited` and `subject.removed`.
    pub(crate) fn recorded_list(
        &self,
        subject: &str,
        kind: &Kind,
        step: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let by_key = |records: Vec<Described>| -> BTreeMap<String, Described> {
            let keyed = records.into_iter().map(|each| (each.key.clone(), each));
            keyed.collect()
        };
        let mut before = by_key(kind.all(self.connection)?);
        step()?;
        for (key, after) in by_key(kind.all(self.connection)?) {
            let before = before.remove(&key);
            let what = if before.is_some() { "edited" } else { "added" };
            self.record(&format!("{subject}.{what}"), before, Some(after))?;
        }
        let action = format!("{subject}.removed");
        let mut gone = before.into_values();
        gone.try_for_each(|gone| self.record(&action, Some(gone), None))
    }

    /// Writes down a step that changed a record from `before` to `after`; one that changed nothing
    /// is not worth a line.
    pub(crate) fn record(
        &self,
        action: &str,
        before: Option<Described>,
        after: Option<Described>,
    ) -> Result<(), StoreError> {
        let Some(subject) = before.as_ref().or(after.as_ref()) else {
            return Ok(());
        };
        let subject = subject.name.clone();
        let [before, after] = match (before, after) {
            (Some(mut before), Some(mut after)) => {
                let equal: Vec<String> = before
                    .fields
                    .iter()
                    .filter(|(field, value)| after.fields.get(*field) == Some(value))
                    .map(|(field, _)| field.clone())
                    .collect();
                for field in &equal {
                    before.fields.remove(field);
                    after.fields.remove(field);
                }
                if before.fields.is_empty() && after.fields.is_empty() {
                    return Ok(());
                }
                [Some(before.fields), Some(after.fields)]
            }
            (before, after) => [before, after].map(|side| side.map(|side| side.fields)),
        };
        self.write_down(action, &subject, before.as_ref(), after.as_ref())
    }

    /// Writes down what has no fields to compare.
    pub(crate) fn write_down(
        &self,
        action: &str,
        subject: &str,
        before: Option<&Fields>,
        after: Option<&Fields>,
    ) -> Result<(), StoreError> {
        let json =
            |fields: Option<&Fields>| fields.map(|fields| Value::from(fields.clone()).to_string());
        add(
            self.connection,
            self.at,
            self.actor,
            (action, subject),
            [json(before), json(after)],
        )
    }
}

impl Store {
    /// Writes down that somebody did something that changes no record, such as `fuse.reset`.
    ///
    /// # Errors
    /// What the disk says.
    pub fn note_deed(&mut self, by: &Actor, action: &str, subject: &str) -> Result<(), StoreError> {
        let at = Utc::now().timestamp_millis();
        self.in_transaction(|connection| add(connection, at, by, (action, subject), [None, None]))
    }

    /// The newest lines of the audit log, or those before one, of all series or of one; at most
    /// [`AUDIT_PAGE_MAX`].
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn audit_of(
        &self,
        series: Option<Series>,
        limit: usize,
        before: Option<i64>,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        page(&self.connection, series, limit, before)
    }

    /// The next lines of a series after one, the oldest first, as they are chained; at most
    /// [`AUDIT_PAGE_MAX`]. For taking the log elsewhere.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn audit_export(
        &self,
        series: Series,
        after: i64,
    ) -> Result<Vec<ChainedEntry>, StoreError> {
        let mut select = self.connection.prepare_cached(concat!(
            "SELECT ",
            columns!(),
            ", hash FROM audit WHERE series = ?1 AND id > ?2 ORDER BY id LIMIT ?3"
        ))?;
        let limit = i64::try_from(AUDIT_PAGE_MAX).unwrap_or(i64::MAX);
        let rows = select.query_map(params![series.name(), after, limit], |row| {
            let hash: Option<chain::Hash> = row.get(8)?;
            let by = Actor {
                login: row.get(2)?,
                address: row.get(3)?,
            };
            let [action, subject]: [String; 2] = [row.get(4)?, row.get(5)?];
            let [before, after]: [Option<String>; 2] = [row.get(6)?, row.get(7)?];
            let line = chain::Line {
                series,
                at: row.get(1)?,
                by: &by,
                action: &action,
                subject: &subject,
                before: before.as_deref(),
                after: after.as_deref(),
            };
            Ok(ChainedEntry {
                hash: hash.as_ref().map(chain::hex).unwrap_or_default(),
                chained: line.text(),
                id: row.get(0)?,
                at: line.at,
                before: before.clone(),
                after: after.clone(),
                action: action.clone(),
                subject: subject.clone(),
                by: by.clone(),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Who said last what a field of something is, and when, as far back as the log goes: `kind` is the
    /// first word of its actions (`number`), `subject` what it is called, `field` as the log has it.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn last_set(
        &self,
        kind: &str,
        subject: &str,
        field: &str,
    ) -> Result<Option<AuditEntry>, StoreError> {
        let mut select = self.connection.prepare_cached(concat!(
            "SELECT ",
            columns!(),
            " FROM audit
              WHERE series = 'deeds' AND subject = ?2 AND substr(action, 1, length(?1) + 1) = ?1 || '.'
                  AND json_extract(after, '$.' || ?3) IS NOT NULL
              ORDER BY id DESC LIMIT 1"
        ))?;
        Ok(select
            .query_row(params![kind, subject, field], entry)
            .optional()?)
    }

    /// To what something was done, as far back as the log goes; see [`Store::note_deed`].
    ///
    /// # Errors
    /// What the database says.
    pub fn subjects_of(&self, action: &str) -> Result<BTreeSet<String>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT DISTINCT subject FROM audit WHERE action = ?1")?;
        let rows = select.query_map([action], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// Adds a line to the log.
pub(crate) fn add(
    connection: &Connection,
    at: i64,
    by: &Actor,
    (action, subject): (&str, &str),
    [before, after]: [Option<String>; 2],
) -> Result<(), StoreError> {
    let line = chain::Line {
        series: Series::of(action),
        at,
        by,
        action,
        subject,
        before: before.as_deref(),
        after: after.as_deref(),
    };
    chain::append(connection, &line, line.series.kept())
}

/// The newest lines, or those before one, of all series or of one; at most [`AUDIT_PAGE_MAX`].
pub(crate) fn page(
    connection: &Connection,
    series: Option<Series>,
    limit: usize,
    before: Option<i64>,
) -> Result<Vec<AuditEntry>, StoreError> {
    let limit = i64::try_from(limit.min(AUDIT_PAGE_MAX)).unwrap_or(i64::MAX);
    let before = before.unwrap_or(i64::MAX);
    let Some(series) = series else {
        let mut select = connection.prepare_cached(concat!(
            "SELECT ",
            columns!(),
            " FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2"
        ))?;
        let rows = select.query_map([before, limit], entry)?;
        return Ok(rows.collect::<rusqlite::Result<_>>()?);
    };
    let mut select = connection.prepare_cached(concat!(
        "SELECT ",
        columns!(),
        " FROM audit WHERE series = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2"
    ))?;
    let rows = select.query_map(params![before, limit, series.name()], entry)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let json = |column| -> rusqlite::Result<Option<Value>> {
        let text: Option<String> = row.get(column)?;
        text.map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|why| bad(column, why.into()))
    };
    Ok(AuditEntry {
        id: row.get(0)?,
        at: row.get(1)?,
        by: Actor {
            login: row.get(2)?,
            address: row.get(3)?,
        },
        action: row.get(4)?,
        subject: row.get(5)?,
        before: json(6)?,
        after: json(7)?,
    })
}
