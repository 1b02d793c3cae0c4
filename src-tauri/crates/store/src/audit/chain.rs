//! The chain of the audit log: the SHA-256 of a line is over that of the line before it and the line,
//! so that a line that was changed, taken out or put in shows.
//!
//! There is a chain for each [`Series`], for the oldest lines of each are let go of by themselves. Where
//! a chain begins and ends is kept beside it: lines taken from its ends show too. Whoever can write the
//! database and knows all this can forge a whole chain; they cannot forge one that ends with a hash
//! somebody has written down elsewhere.

use super::Actor;
use crate::limits::{AUDIT_CALLS_MAX, AUDIT_REFUSALS_MAX, AUDIT_REFUSED_CALLS_MAX, AUDIT_ROWS_MAX};
use crate::{StoreError, database};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The hash of a line.
pub(crate) type Hash = [u8; 32];

/// Before the first line of a chain.
const NOTHING: Hash = [0; 32];

/// Lines that are kept for as long as there is room for their like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Series {
    /// What somebody did: changes, sign-ins, resets.
    Deeds,
    /// Refused sign-ins.
    SignIns,
    /// Calls abroad that were let through.
    Calls,
    /// Those that were refused: whoever tries again and again pushes nothing else out.
    RefusedCalls,
}

/// What a [`check`](crate::check_audit) of a series has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainCheck {
    /// Which.
    pub series: Series,
    /// How many lines were read.
    pub lines: u64,
    /// The hash of the newest line as 64 hex digits, or of nothing.
    pub last: String,
    /// What is wrong with it, if anything is.
    pub broken: Option<Broken>,
}

/// Where a chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// This line was changed, or one just before it was taken out or put in.
    At {
        /// The line.
        id: i64,
        /// When it says it was written, in milliseconds since 1970 (UTC).
        at: i64,
    },
    /// Lines at the end were taken out or put in.
    End,
}

impl Series {
    /// All of them.
    pub const ALL: [Series; 4] = [
        Series::Deeds,
        Series::SignIns,
        Series::Calls,
        Series::RefusedCalls,
    ];

    /// That of an action.
    pub(crate) fn of(action: &str) -> Series {
        match action {
            super::REFUSED => Series::SignIns,
            super::ABROAD_ALLOWED => Series::Calls,
            super::ABROAD_REFUSED => Series::RefusedCalls,
            _ => Series::Deeds,
        }
    }

    /// Its name, as it is kept and exported.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Series::Deeds => "deeds",
            Series::SignIns => "signIns",
            Series::Calls => "calls",
            Series::RefusedCalls => "refusedCalls",
        }
    }

    /// How many of its lines are kept.
    pub(super) fn kept(self) -> i64 {
        match self {
            Series::Deeds => AUDIT_ROWS_MAX,
            Series::SignIns => AUDIT_REFUSALS_MAX,
            Series::Calls => AUDIT_CALLS_MAX,
            Series::RefusedCalls => AUDIT_REFUSED_CALLS_MAX,
        }
    }
}

/// A line as it is chained.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) series: Series,
    pub(crate) at: i64,
    pub(crate) by: &'a Actor,
    pub(crate) action: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) before: Option<&'a str>,
    pub(crate) after: Option<&'a str>,
}

impl Line<'_> {
    /// The bytes that are hashed: a JSON list, so that no text can pass for two.
    pub(crate) fn text(&self) -> String {
        serde_json::json!([
            self.series.name(),
            self.at,
            self.by.login,
            self.by.address,
            self.action,
            self.subject,
            self.before,
            self.after,
        ])
        .to_string()
    }

    fn hash(&self, before: &Hash) -> Hash {
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(self.text());
        hash.finalize().into()
    }
}

/// Puts a line at the end of its chain, and lets go of the oldest of more than are `kept`.
pub(super) fn append(
    connection: &Connection,
    line: &Line<'_>,
    kept: i64,
) -> Result<(), StoreError> {
    let series = line.series;
    let known: Option<(Hash, i64)> = connection
        .prepare_cached("SELECT last, lines FROM audit_chains WHERE series = ?1")?
        .query_row([series.name()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (last, lines) = known.unwrap_or((NOTHING, 0));
    let hash = line.hash(&last);
    connection
        .prepare_cached(
            "INSERT INTO audit (at, login, address, action, subject, before, after, series, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            line.at,
            line.by.login,
            line.by.address,
            line.action,
            line.subject,
            line.before,
            line.after,
            series.name(),
            hash
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO audit_chains (series, before, last, lines) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (series) DO UPDATE SET last = excluded.last, lines = excluded.lines",
        )?
        .execute(params![series.name(), NOTHING, hash, lines + 1])?;
    let too_many = lines + 1 - kept;
    if too_many > 0 {
        let_go(connection, series, too_many)?;
    }
    Ok(())
}

/// Lets go of the oldest lines of a series: the chain begins after them from now on.
fn let_go(connection: &Connection, series: Series, lines: i64) -> Result<(), StoreError> {
    let newest: Option<(i64, Option<Hash>)> = connection
        .prepare_cached(
            "SELECT id, hash FROM audit WHERE series = ?1 ORDER BY id LIMIT 1 OFFSET ?2",
        )?
        .query_row(params![series.name(), lines - 1], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((id, Some(hash))) = newest else {
        return Ok(());
    };
    connection
        .prepare_cached("DELETE FROM audit WHERE series = ?1 AND id <= ?2")?
        .execute(params![series.name(), id])?;
    connection
        .prepare_cached(
            "UPDATE audit_chains SET before = ?2, lines = lines - ?3 WHERE series = ?1",
        )?
        .execute(params![series.name(), hash, lines])?;
    Ok(())
}

/// Chains the lines of before there was a chain. Done once: a log that has a chain is left as it is.
pub(crate) fn begin(connection: &Connection) -> Result<(), StoreError> {
    let has_begun: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM audit_chains) OR EXISTS
             (SELECT 1 FROM audit WHERE hash IS NOT NULL)",
        [],
        |row| row.get(0),
    )?;
    if has_begun {
        return Ok(());
    }
    for series in Series::ALL {
        let mut last = NOTHING;
        let mut lines = 0_i64;
        let mut seal = connection.prepare("UPDATE audit SET hash = ?2 WHERE id = ?1")?;
        each(connection, series, |id, _, line| {
            last = line.hash(&last);
            lines += 1;
            seal.execute(params![id, last])?;
            Ok(true)
        })?;
        connection.execute(
            "INSERT INTO audit_chains (series, before, last, lines) VALUES (?1, ?2, ?3, ?4)",
            params![series.name(), NOTHING, last, lines],
        )?;
    }
    Ok(())
}

/// Whether the chains of an office's audit log hold. Reads beside whoever has the office open: it holds
/// nobody up, and sees the log as it is at one moment.
///
/// # Errors
/// What the disk says, or that it is no office of this version.
pub fn check_audit(dir: &Path) -> Result<Vec<ChainCheck>, StoreError> {
    let path = dir.join(crate::store::DATABASE);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(&path, flags)?;
        connection.busy_timeout(crate::limits::BUSY_TIMEOUT)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        Ok(connection)
    };
    let mut connection = open().map_err(database::damage_of(&path))?;
    let moment = connection.transaction()?;
    let checks = Series::ALL.map(|series| check(&moment, series));
    checks.into_iter().collect()
}

/// Whether the chain of a series holds.
pub(super) fn check(connection: &Connection, series: Series) -> Result<ChainCheck, StoreError> {
    let kept: Option<(Hash, Hash, i64)> = connection
        .prepare_cached("SELECT before, last, lines FROM audit_chains WHERE series = ?1")?
        .query_row([series.name()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let (before, end, count) = kept.unwrap_or((NOTHING, NOTHING, 0));
    let (mut last, mut lines, mut broken) = (before, 0_u64, None);
    each(connection, series, |id, hash, line| {
        lines += 1;
        let right = line.hash(&last);
        if broken.is_none() && hash != Some(right) {
            broken = Some(Broken::At { id, at: line.at });
        }
        // What comes after a wrong line is measured by what it says itself: the first one counts.
        last = hash.unwrap_or(right);
        Ok(true)
    })?;
    if broken.is_none() && (last != end || i64::try_from(lines) != Ok(count)) {
        broken = Some(Broken::End);
    }
    Ok(ChainCheck {
        series,
        lines,
        last: hex(&last),
        broken,
    })
}

/// Goes through the lines of a series, the oldest first, until `then` wants no more.
pub(super) fn each(
    connection: &Connection,
    series: Series,
    mut then: impl FnMut(i64, Option<Hash>, &Line<'_>) -> rusqlite::Result<bool>,
) -> Result<(), StoreError> {
    let mut select = connection.prepare(
        "SELECT id, hash, at, login, address, action, subject, before, after
         FROM audit WHERE series = ?1 ORDER BY id",
    )?;
    let mut rows = select.query([series.name()])?;
    while let Some(row) = rows.next()? {
        let by = Actor {
            login: row.get(3)?,
            address: row.get(4)?,
        };
        let [action, subject]: [String; 2] = [row.get(5)?, row.get(6)?];
        let [before, after]: [Option<String>; 2] = [row.get(7)?, row.get(8)?];
        let line = Line {
            series,
            at: row.get(2)?,
            by: &by,
            action: &action,
            subject: &subject,
            before: before.as_deref(),
            after: after.as_deref(),
        };
        if !then(row.get(0)?, row.get(1)?, &line)? {
            break;
        }
    }
    Ok(())
}

/// A hash as 64 hex digits.
pub(crate) fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
