//! What is asked of the call history, as the statement that answers it from an index.

use super::{
    COLUMNS, CallFilter, CallPosition, CallSummary, EMERGENCY_TAG, Month, id_column, summary,
    way_tag,
};
use crate::limits::SEARCH_WORDS_MAX;
use rusqlite::{Connection, params};

/// A filter and the place to go on from, ready to be asked of each month.
pub(super) struct Question {
    /// The full-text query; `None` if any call will do.
    query: Option<String>,
    /// The first moment wanted.
    from: i64,
    /// The first moment not wanted any more.
    until: Option<i64>,
    position: Option<CallPosition>,
    /// Whether only calls within the office are wanted.
    inside: bool,
}

impl Question {
    pub(super) fn of(filter: &CallFilter, position: Option<CallPosition>) -> Self {
        let mut terms = filter.text.as_deref().map_or_else(Vec::new, search_words);
        terms.extend(filter.person.map(|person| format!("tags : \"p{person}\"")));
        terms.extend(filter.line.map(|line| format!("tags : \"l{line}\"")));
        let outside = filter.way.flatten();
        terms.extend(outside.map(|way| format!("tags : \"{}\"", way_tag(way))));
        terms.extend(
            filter
                .emergency
                .then(|| format!("tags : \"{EMERGENCY_TAG}\"")),
        );
        // Only an outcome's own letters reach the query.
        terms.extend(filter.outcome.as_deref().map(|outcome| {
            let outcome: String = outcome
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            format!("tags : \"{outcome}\"")
        }));
        Self {
            query: (!terms.is_empty()).then(|| terms.join(" AND ")),
            from: filter.from.unwrap_or(i64::MIN),
            until: filter.until,
            position,
            inside: filter.way == Some(None),
        }
    }

    /// Whether a month can hold such calls.
    pub(super) fn concerns(&self, month: &Month) -> bool {
        let ends_before = self.from != i64::MIN && *month < Month::of(self.from);
        let mut ends = self
            .until
            .into_iter()
            .chain(self.position.map(|at| at.started_at));
        !ends_before && ends.all(|end| *month <= Month::of(end))
    }

    /// The newest calls of a month that answer it. Within a month they come in the order in which
    /// they arrived, whatever the computer's clock did.
    pub(super) fn ask(
        &self,
        connection: &Connection,
        month: &Month,
        limit: usize,
    ) -> rusqlite::Result<Vec<CallSummary>> {
        let below = match self.position {
            Some(position) if Month::of(position.started_at) == *month => id_column(position.id),
            _ => i64::MAX,
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut select = connection.prepare_cached(&sql(self.query.is_some(), self.inside))?;
        let until = self.until.unwrap_or(i64::MAX);
        // What started in the last millisecond there is has no moment after it.
        let until = if until == i64::MAX { until } else { until - 1 };
        let rows = match &self.query {
            Some(query) => {
                select.query_map(params![below, self.from, until, limit, query], summary)?
            }
            None => select.query_map(params![below, self.from, until, limit], summary)?,
        };
        rows.collect()
    }
}

/// The statement, without and with a full-text query. The index gives its hits from the newest on
/// and stops when there are enough: a frequent word costs no more than a rare one. CROSS JOIN keeps
/// it in the lead.
pub(super) fn sql(with_query: bool, inside: bool) -> String {
    let (from, id) = if with_query {
        let found = "call_words CROSS JOIN calls ON calls.id = call_words.rowid";
        (
            format!("{found} WHERE call_words MATCH ?5 AND"),
            "call_words.rowid",
        )
    } else {
        ("calls WHERE".to_owned(), "id")
    };
    let inside = if inside { "AND way IS NULL" } else { "" };
    format!(
        "SELECT {COLUMNS} FROM {from} {id} < ?1 AND started_at BETWEEN ?2 AND ?3 {inside}
         ORDER BY {id} DESC LIMIT ?4"
    )
}

/// What was typed, as terms of a full-text query: each word must begin a word of the call. Only
/// letters and digits reach the query, so nothing typed is taken for its syntax. A number typed with
/// spaces, dashes or brackets is one word.
fn search_words(text: &str) -> Vec<String> {
    let is_number = text
        .chars()
        .all(|c| c.is_ascii_digit() || " +-()/.".contains(c));
    let joined: String;
    let text = if is_number {
        joined = text.chars().filter(char::is_ascii_digit).collect();
        &joined
    } else {
        text
    };
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(SEARCH_WORDS_MAX)
        .map(|word| format!("words : \"{word}\" *"))
        .collect()
}
