//! The calls that were: one database per month, rows only added, made for a million calls.

use crate::database::{self, Format};
use crate::limits::{
    CALL_MONTHS_OPEN_MAX, EVENTS_PER_CALL_MAX, LAST_CALLED_MONTHS, TRACE_BYTES_PER_CALL_MAX,
};
use crate::row::bad;
use crate::{StoreError, backup};
use chrono::{DateTime, Datelike, Utc};
use office::{CallId, FlowId, PersonId, TrunkId};
use question::Question;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::PathBuf;

/// Everything kept of one call once it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// Its line in the history.
    pub summary: CallSummary,
    /// What happened in it, in order. At most [`EVENTS_PER_CALL_MAX`] are kept.
    pub events: Vec<CallEvent>,
    /// Its SIP messages, in order. Those beyond [`TRACE_BYTES_PER_CALL_MAX`] are only counted.
    pub trace: Vec<TracedMessage>,
    /// How many more there were already while the call went on.
    pub trace_left_out: u32,
}

/// One line of the call history. The words for outcome, reason, media and codec are the switch's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSummary {
    /// The call.
    pub id: CallId,
    /// When it came in, in milliseconds since 1970 (UTC).
    pub started_at: i64,
    /// When it was answered, if it was.
    pub answered_at: Option<i64>,
    /// When it ended. Reckoned from `started_at` by a clock that nobody sets, so that a duration is
    /// right even if the computer's clock was put forward or back.
    pub ended_at: i64,
    /// Who called.
    pub from: Party,
    /// Who was called.
    pub to: Party,
    /// How it went (`answered`, `busy`, `nobodyAnswered` …).
    pub outcome: String,
    /// Why, for support.
    pub reason: String,
    /// Who ended it (`caller`, `callee`, `office`).
    pub hung_up_by: String,
    /// Which way the sound took (`direct`, `relayed`).
    pub media_path: String,
    /// In which codec.
    pub codec: String,
    /// How it came from or went to the outside world; `None` for a call within the office.
    pub outside: Option<OutsideCall>,
}

/// How a call came from or went to the outside world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideCall {
    /// Which way.
    pub way: Way,
    /// Over which line; `None` for another telephone system, or if it never got one.
    pub line: Option<TrunkId>,
    /// What that line was called at the time.
    pub line_name: String,
    /// The number of the office that was called, or that whom it called was shown; `None` for none.
    pub shown: Option<String>,
}

/// Which way a call from or to the outside world went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Somebody outside called the office.
    In,
    /// The office called somebody outside.
    Out,
}

/// One side of a call, as it was at the time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// The person, if the office knew them.
    pub person: Option<PersonId>,
    /// The number.
    pub number: String,
    /// The name: clean text, possibly empty.
    pub name: String,
}

/// One thing that happened in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallEvent {
    /// When, in milliseconds since the call began.
    pub offset: u32,
    /// What, by the name of the happening.
    pub kind: String,
    /// More, as JSON.
    pub detail: String,
}

/// One SIP message of a call, with every secret already masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedMessage {
    /// When, in milliseconds since the call began.
    pub offset: u32,
    /// Whether the office received or sent it.
    pub direction: Direction,
    /// Of which leg of the call.
    pub leg: u32,
    /// Over which connection, in words: `UDP 192.0.2.1:5060 → 192.0.2.7:5060`.
    pub flow: String,
    /// The message.
    pub message: Vec<u8>,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Received by the office.
    In,
    /// Sent by the office.
    Out,
}

/// The SIP messages kept of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallTrace {
    /// The messages, in order.
    pub messages: Vec<TracedMessage>,
    /// How many more there were.
    pub left_out: u32,
}

/// A place in the history to go on from: the last line of the page before. The history goes by the
/// month in which calls started, and within it by the order in which they arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallPosition {
    /// The line's [`CallSummary::started_at`].
    pub started_at: i64,
    /// The line's [`CallSummary::id`].
    pub id: CallId,
}

/// Which calls are asked for: those that meet all that is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// A number or a word of a name begins with each word of this; capitals and accents do not
    /// matter.
    pub text: Option<String>,
    /// Who called or was called.
    pub person: Option<PersonId>,
    /// How the call went; see [`CallSummary::outcome`].
    pub outcome: Option<String>,
    /// The earliest [`CallSummary::started_at`].
    pub from: Option<i64>,
    /// The first [`CallSummary::started_at`] that is too late.
    pub until: Option<i64>,
    /// Which way it went; within the office if there is none inside.
    pub way: Option<Option<Way>>,
    /// The line it took.
    pub line: Option<TrunkId>,
    /// Only calls for help.
    pub emergency: bool,
}

/// The months of call records in a data directory. A month's file is made when its first call is
/// kept, and opened when it is first asked.
pub(crate) struct CallArchive {
    dir: PathBuf,
    open: BTreeMap<Month, Connection>,
    damaged: Vec<PathBuf>,
}

/// A month of the UTC calendar, such as `2026-11`; ordered in time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Month(String);

const FORMAT: Format = Format {
    scripts: &[
        include_str!("../migrations/calls/0001_calls.sql"),
        include_str!("../migrations/calls/0002_one_search.sql"),
        include_str!("../migrations/calls/0003_outside.sql"),
    ],
};

impl CallArchive {
    pub(crate) fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            open: BTreeMap::new(),
            damaged: Vec::new(),
        }
    }

    /// Keeps calls, those of one month in one transaction. A call already kept is left as it is,
    /// so that a batch that failed half-way can be given again.
    pub(crate) fn append(&mut self, records: &[CallRecord]) -> Result<(), StoreError> {
        let mut months: BTreeMap<Month, Vec<&CallRecord>> = BTreeMap::new();
        for record in records {
            months
                .entry(Month::of(record.summary.started_at))
                .or_default()
                .push(record);
        }
        for (month, records) in months {
            match self.ask(&month, |connection| insert_all(connection, &records)) {
                // What could not be read any more must not keep new calls from being kept.
                Err(StoreError::Damaged { .. }) => {
                    self.put_aside(&month)?;
                    self.ask(&month, |connection| insert_all(connection, &records))?;
                }
                result => result?,
            }
        }
        Ok(())
    }

    /// The newest calls that meet a filter, or those of them before a position.
    pub(crate) fn page(
        &mut self,
        filter: &CallFilter,
        limit: usize,
        position: Option<CallPosition>,
    ) -> Result<Vec<CallSummary>, StoreError> {
        let question = Question::of(filter, position);
        let mut page = Vec::new();
        for month in self.months()?.into_iter().rev() {
            if page.len() >= limit {
                break;
            }
            if !question.concerns(&month) {
                continue;
            }
            let rest = limit - page.len();
            page.extend(self.ask(&month, |connection| question.ask(connection, &month, rest))?);
        }
        Ok(page)
    }

    /// One call's line.
    pub(crate) fn summary(&mut self, id: CallId) -> Result<Option<CallSummary>, StoreError> {
        self.find(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM calls WHERE id = ?1");
            connection
                .prepare_cached(&sql)?
                .query_row([id_column(id)], summary)
                .optional()
        })
    }

    /// What happened in a call, in order.
    pub(crate) fn events(&mut self, id: CallId) -> Result<Option<Vec<CallEvent>>, StoreError> {
        self.find(|connection| {
            let mut call = connection.prepare_cached("SELECT 1 FROM calls WHERE id = ?1")?;
            if !call.exists([id_column(id)])? {
                return Ok(None);
            }
            let mut select = connection.prepare_cached(
                "SELECT offset, kind, detail FROM call_events WHERE call = ?1 ORDER BY position",
            )?;
            let rows = select.query_map([id_column(id)], |row| {
                Ok(CallEvent {
                    offset: row.get(0)?,
                    kind: row.get(1)?,
                    detail: row.get(2)?,
                })
            })?;
            rows.collect::<rusqlite::Result<_>>().map(Some)
        })
    }

    /// The SIP messages of a call, in order.
    pub(crate) fn trace(&mut self, id: CallId) -> Result<Option<CallTrace>, StoreError> {
        self.find(|connection| {
            let left_out = connection
                .prepare_cached("SELECT trace_left_out FROM calls WHERE id = ?1")?
                .query_row([id_column(id)], |row| row.get(0))
                .optional()?;
            let Some(left_out) = left_out else {
                return Ok(None);
            };
            let mut select = connection.prepare_cached(
                "SELECT offset, direction, leg, flow, message FROM sip_trace
                 WHERE call = ?1 ORDER BY position",
            )?;
            let rows = select.query_map([id_column(id)], traced_message)?;
            Ok(Some(CallTrace {
                messages: rows.collect::<rusqlite::Result<_>>()?,
                left_out,
            }))
        })
    }

    /// The highest identity among the newest calls; the next call takes a higher one. Older months
    /// are not asked: identities grow with time, and opening every file would hold up the start. A
    /// month that cannot be read is put aside, for it must not keep the engine from starting.
    pub(crate) fn last_id(&mut self) -> Result<CallId, StoreError> {
        let highest = |connection: &mut Connection| {
            connection.query_row("SELECT max(id) FROM calls", [], |row| {
                row.get::<_, Option<i64>>(0)
            })
        };
        for month in self.months()?.into_iter().rev() {
            match self.ask(&month, highest) {
                Ok(Some(id)) => return Ok(CallId(id.unsigned_abs())),
                Ok(None) => {}
                Err(StoreError::Damaged { .. }) => self.put_aside(&month)?,
                Err(error) => return Err(error),
            }
        }
        Ok(CallId(0))
    }

    /// How many calls that began at `since` or later came to each flow.
    pub(crate) fn flow_calls(&mut self, since: i64) -> Result<BTreeMap<FlowId, u32>, StoreError> {
        let first = Month::of(since);
        let mut calls = BTreeMap::new();
        for month in self.months()?.into_iter().filter(|month| *month >= first) {
            let found = self.ask(&month, |connection| {
                let mut select = connection.prepare_cached(
                    "SELECT detail ->> '$.step.flow' AS flow, count(*)
                     FROM calls JOIN call_events ON call = id
                     WHERE started_at >= ?1 AND kind = 'flowStep'
                         AND detail ->> '$.step.seq' = 0 AND flow IS NOT NULL
                     GROUP BY flow",
                )?;
                let rows = select.query_map([since], |row| {
                    Ok((FlowId(row.get(0)?), row.get::<_, u32>(1)?))
                })?;
                rows.collect::<rusqlite::Result<Vec<_>>>()
            })?;
            for (flow, count) in found {
                *calls.entry(flow).or_default() += count;
            }
        }
        Ok(calls)
    }

    /// Adds what happened after the end of a call to its story, once; `unix_ms` since 1970. `false`: the
    /// call is not kept, or has told as much as it may.
    pub(crate) fn add_event(
        &mut self,
        id: CallId,
        unix_ms: i64,
        kind: &str,
        detail: &str,
    ) -> Result<bool, StoreError> {
        let added = self.find(|connection| {
            let mut call = connection.prepare_cached("SELECT 1 FROM calls WHERE id = ?1")?;
            if !call.exists([id_column(id)])? {
                return Ok(None);
            }
            let most = i64::try_from(EVENTS_PER_CALL_MAX).unwrap_or(i64::MAX);
            connection
                .prepare_cached(
                    "INSERT INTO call_events (call, position, offset, kind, detail)
                     SELECT id, (SELECT coalesce(max(position), -1) + 1 FROM call_events
                                 WHERE call = ?1), max(0, ?2 - started_at), ?3, ?4
                     FROM calls WHERE id = ?1
                         AND (SELECT count(*) FROM call_events WHERE call = ?1) < ?5
                         AND NOT EXISTS (SELECT 1 FROM call_events
                                         WHERE call = ?1 AND kind = ?3 AND detail = ?4)",
                )?
                .execute(params![id_column(id), unix_ms, kind, detail, most])
                .map(|added| Some(added > 0))
        });
        added.map(|added| added.unwrap_or_default())
    }

    /// When each number of the office was called last, by what the newest months know: as many as
    /// [`LAST_CALLED_MONTHS`]. No index has this: the rows of those months are gone through once.
    pub(crate) fn last_called(&mut self) -> Result<BTreeMap<String, i64>, StoreError> {
        let mut last = BTreeMap::new();
        for month in self.months()?.into_iter().rev().take(LAST_CALLED_MONTHS) {
            let found = self.ask(&month, |connection| {
                let mut select = connection.prepare_cached(
                    "SELECT shown, max(started_at) FROM calls
                     WHERE way = 'in' AND shown IS NOT NULL GROUP BY shown",
                )?;
                let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect::<rusqlite::Result<Vec<(String, i64)>>>()
            })?;
            for (number, at) in found {
                last.entry(number).or_insert(at);
            }
        }
        Ok(last)
    }

    /// The months found damaged, under the names they were put aside with.
    pub(crate) fn damaged(&self) -> &[PathBuf] {
        &self.damaged
    }

    /// Looks through the months, the newest first, until one has an answer.
    fn find<T>(
        &mut self,
        look: impl Fn(&Connection) -> rusqlite::Result<Option<T>>,
    ) -> Result<Option<T>, StoreError> {
        for month in self.months()?.into_iter().rev() {
            if let Some(found) = self.ask(&month, |connection| look(connection))? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn ask<T>(
        &mut self,
        month: &Month,
        question: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let path = self.dir.join(month.file_name());
        question(self.month(month)?).map_err(database::damage_of(&path))
    }

    fn put_aside(&mut self, month: &Month) -> Result<(), StoreError> {
        self.open.remove(month);
        self.damaged.push(backup::set_aside(
            &self.dir.join(month.file_name()),
            Utc::now(),
        )?);
        Ok(())
    }

    /// The months there are, the oldest first.
    fn months(&self) -> Result<Vec<Month>, StoreError> {
        let wrap = || StoreError::io("list", &self.dir);
        let mut months = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(wrap())? {
            let name = entry.map_err(wrap())?.file_name();
            months.extend(name.to_str().and_then(Month::of_file));
        }
        months.sort();
        Ok(months)
    }

    fn month(&mut self, month: &Month) -> Result<&mut Connection, StoreError> {
        if !self.open.contains_key(month) && self.open.len() >= CALL_MONTHS_OPEN_MAX {
            self.open.pop_first();
        }
        match self.open.entry(month.clone()) {
            Entry::Occupied(open) => Ok(open.into_mut()),
            Entry::Vacant(closed) => {
                let path = self.dir.join(month.file_name());
                let mut connection = database::open(&path)?;
                // No backup before a step: the records are only ever added to, and a month can be
                // large.
                database::migrate(&mut connection, &path, &FORMAT, |_, _| Ok(()))?;
                Ok(closed.insert(connection))
            }
        }
    }
}

fn insert_all(connection: &mut Connection, records: &[&CallRecord]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for record in records {
        insert(&transaction, record)?;
    }
    transaction.commit()
}

fn insert(transaction: &Transaction<'_>, record: &CallRecord) -> rusqlite::Result<()> {
    let CallRecord {
        summary,
        events,
        trace,
        trace_left_out,
    } = record;
    let id = id_column(summary.id);
    let kept = kept_messages(trace);
    let left_out = u32::try_from(trace.len() - kept.len()).unwrap_or(u32::MAX);
    let outside = summary.outside.as_ref();
    let line = outside.and_then(|outside| outside.line);
    let added = transaction
        .prepare_cached(
            "INSERT INTO calls (id, started_at, answered_at, ended_at, from_person, from_number,
                 from_name, to_person, to_number, to_name, outcome, reason, hung_up_by, media_path,
                 codec, trace_left_out, way, line, line_name, shown)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                 ?18, ?19, ?20)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            id,
            summary.started_at,
            summary.answered_at,
            summary.ended_at,
            summary.from.person.map(|person| person.0),
            summary.from.number,
            summary.from.name,
            summary.to.person.map(|person| person.0),
            summary.to.number,
            summary.to.name,
            summary.outcome,
            summary.reason,
            summary.hung_up_by,
            summary.media_path,
            summary.codec,
            left_out.saturating_add(*trace_left_out),
            outside.map(|outside| way_text(outside.way)),
            line.map(|line| line.0),
            outside.map(|outside| &outside.line_name),
            outside.and_then(|outside| outside.shown.as_ref()),
        ])?;
    if added == 0 {
        return Ok(());
    }
    let words =
        [&summary.from, &summary.to].map(|party| format!("{} {}", party.number, party.name));
    let persons = [&summary.from, &summary.to].map(|party| party.person);
    let persons = persons
        .into_iter()
        .flatten()
        .map(|person| format!(" p{person}"));
    let mut tags = summary.outcome.clone() + &persons.collect::<String>();
    tags.extend(outside.map(|outside| format!(" {}", way_tag(outside.way))));
    tags.extend(line.map(|line| format!(" l{line}")));
    if events.iter().any(|event| event.kind == EMERGENCY_CALLED) {
        tags.push(' ');
        tags.push_str(EMERGENCY_TAG);
    }
    transaction
        .prepare_cached("INSERT INTO call_words (rowid, words, tags) VALUES (?1, ?2, ?3)")?
        .execute(params![id, words.join(" "), tags])?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO call_events (call, position, offset, kind, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, event) in (0_i64..).zip(events.iter().take(EVENTS_PER_CALL_MAX)) {
        insert.execute(params![
            id,
            position,
            event.offset,
            event.kind,
            event.detail
        ])?;
    }
    let mut insert = transaction.prepare_cached(
        "INSERT INTO sip_trace (call, position, offset, direction, leg, flow, message)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (position, traced) in (0_i64..).zip(kept) {
        let TracedMessage {
            offset,
            direction,
            leg,
            flow,
            message,
        } = traced;
        let direction = match direction {
            Direction::In => "in",
            Direction::Out => "out",
        };
        insert.execute(params![id, position, offset, direction, leg, flow, message])?;
    }
    Ok(())
}

/// As many of the first messages as fit.
fn kept_messages(trace: &[TracedMessage]) -> &[TracedMessage] {
    let mut bytes = 0;
    let fits = |traced: &&TracedMessage| {
        bytes += traced.message.len();
        bytes <= TRACE_BYTES_PER_CALL_MAX
    };
    let count = trace.iter().take_while(fits).count();
    trace.get(..count).unwrap_or(trace)
}

const COLUMNS: &str = "id, started_at, answered_at, ended_at, from_person, from_number, from_name,
    to_person, to_number, to_name, outcome, reason, hung_up_by, media_path, codec, way, line,
    line_name, shown";

fn summary(row: &Row<'_>) -> rusqlite::Result<CallSummary> {
    let party = |column: usize| -> rusqlite::Result<Party> {
        let person: Option<i64> = row.get(column)?;
        let (number, name) = (row.get(column + 1)?, row.get(column + 2)?);
        Ok(Party {
            person: person.map(PersonId),
            number,
            name,
        })
    };
    Ok(CallSummary {
        id: CallId(row.get::<_, i64>(0)?.unsigned_abs()),
        started_at: row.get(1)?,
        answered_at: row.get(2)?,
        ended_at: row.get(3)?,
        from: party(4)?,
        to: party(7)?,
        outcome: row.get(10)?,
        reason: row.get(11)?,
        hung_up_by: row.get(12)?,
        media_path: row.get(13)?,
        codec: row.get(14)?,
        outside: outside(row)?,
    })
}

fn outside(row: &Row<'_>) -> rusqlite::Result<Option<OutsideCall>> {
    let way = match row.get::<_, Option<String>>(15)?.as_deref() {
        None => return Ok(None),
        Some("in") => Way::In,
        Some("out") => Way::Out,
        Some(other) => return Err(bad(15, format!("no way is called {other:?}").into())),
    };
    let line: Option<i64> = row.get(16)?;
    Ok(Some(OutsideCall {
        way,
        line: line.map(TrunkId),
        line_name: row.get::<_, Option<String>>(17)?.unwrap_or_default(),
        shown: row.get(18)?,
    }))
}

fn way_text(way: Way) -> &'static str {
    match way {
        Way::In => "in",
        Way::Out => "out",
    }
}

/// What happens in a call for help, by the name of the happening.
const EMERGENCY_CALLED: &str = "emergencyCalled";

/// The tag of such calls.
const EMERGENCY_TAG: &str = "emergency";

/// The tag of calls that went a way.
fn way_tag(way: Way) -> &'static str {
    match way {
        Way::In => "wayin",
        Way::Out => "wayout",
    }
}

fn traced_message(row: &Row<'_>) -> rusqlite::Result<TracedMessage> {
    let direction = match row.get::<_, String>(1)?.as_str() {
        "in" => Direction::In,
        "out" => Direction::Out,
        other => return Err(bad(1, format!("no direction is called {other:?}").into())),
    };
    Ok(TracedMessage {
        offset: row.get(0)?,
        direction,
        leg: row.get(2)?,
        flow: row.get(3)?,
        message: row.get(4)?,
    })
}

/// SQLite's integers are signed; the switch counts from one and never comes near the end.
fn id_column(id: CallId) -> i64 {
    i64::try_from(id.0).unwrap_or(i64::MAX)
}

impl Month {
    /// The month of a time in milliseconds since 1970. A time no calendar has is put to 1970: the
    /// call is kept all the same.
    fn of(milliseconds: i64) -> Self {
        let at = DateTime::from_timestamp_millis(milliseconds)
            .filter(|at| (1970..10_000).contains(&at.year()))
            .unwrap_or(DateTime::UNIX_EPOCH);
        Self(at.format("%Y-%m").to_string())
    }

    fn of_file(name: &str) -> Option<Self> {
        let month = name.strip_prefix("calls-")?.strip_suffix(".sqlite")?;
        let (year, number) = month.split_once('-')?;
        let digits =
            |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        (digits(year, 4) && digits(number, 2)).then(|| Self(month.to_owned()))
    }

    fn file_name(&self) -> String {
        format!("calls-{}.sqlite", self.0)
    }
}

mod history;
mod question;

#[cfg(test)]
mod tests;
