//! The history as a table for spreadsheets (CSV, RFC 4180).

use crate::{
    errors::Problem,
    json::Asked,
    limits::MAX_SEARCH_TEXT,
    server::Api,
    values::{LineId, PersonId},
    views::calls::DirectionWish,
};
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
};
use chrono::{DateTime, Utc};
use futures_util::stream;
use office::TimeZone;
use serde::Deserialize;
use std::sync::Arc;
use store::{CallFilter, CallPosition, CallSummary, Way};
use utoipa::IntoParams;

/// Which calls to put into the table: the filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportWish {
    /// A number or a word of a name begins with each word of this.
    pub(crate) q: Option<String>,
    /// Who called or was called.
    pub(crate) person: Option<PersonId>,
    /// How the call went, such as `answered`.
    pub(crate) outcome: Option<String>,
    /// The earliest beginning, in milliseconds since 1970.
    pub(crate) from: Option<i64>,
    /// The first beginning that is too late, in milliseconds since 1970.
    pub(crate) to: Option<i64>,
    /// Which way it went.
    #[param(inline)]
    pub(crate) direction: Option<DirectionWish>,
    /// The line it took.
    pub(crate) line: Option<LineId>,
}

/// The calls that are over as a table, the newest first. Times are those of the office.
#[utoipa::path(get, path = "/calls.csv", tag = "calls", params(ExportWish),
    responses((status = 200, content_type = "text/csv")))]
pub(crate) async fn table(
    State(api): State<Arc<Api>>,
    Asked(wish): Asked<ExportWish>,
) -> Result<impl IntoResponse, Problem> {
    let zone = api.desk.office().settings().time_zone;
    let writing = Writing {
        api,
        filter: wish.filter()?,
        zone,
        next: Next::Titles,
    };
    // Piece by piece: a million calls need little memory, and nobody who asks in between waits.
    let pieces = stream::try_unfold(writing, Writing::piece);
    let headers: [(HeaderName, &str); 2] = [
        (
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present",
        ),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"calls.csv\"",
        ),
    ];
    Ok((headers, Body::from_stream(pieces)))
}

impl ExportWish {
    pub(crate) fn filter(self) -> Result<CallFilter, Problem> {
        if self
            .q
            .as_ref()
            .is_some_and(|text| text.len() > MAX_SEARCH_TEXT)
        {
            return Err(Problem::field("q", "this is too long to look for"));
        }
        Ok(CallFilter {
            text: self.q,
            person: self.person.map(Into::into),
            outcome: self.outcome,
            from: self.from,
            until: self.to,
            way: self.direction.map(Into::into),
            line: self.line.map(Into::into),
            emergency: false,
        })
    }
}

/// A table on its way.
struct Writing {
    api: Arc<Api>,
    filter: CallFilter,
    zone: TimeZone,
    next: Next,
}

enum Next {
    Titles,
    After(Option<CallPosition>),
    Nothing,
}

const TITLES: [&str; 16] = [
    "call",
    "started",
    "answered",
    "ended",
    "time zone",
    "talked seconds",
    "from name",
    "from number",
    "to name",
    "to number",
    "outcome",
    "reason",
    "hung up by",
    "direction",
    "line",
    "number shown",
];

impl Writing {
    /// The next lines. A failure ends the download as broken rather than as complete.
    async fn piece(mut self) -> Result<Option<(Bytes, Self)>, std::io::Error> {
        let position = match self.next {
            Next::Nothing => return Ok(None),
            Next::Titles => {
                self.next = Next::After(None);
                let titles = BYTE_ORDER_MARK.to_owned() + &line(TITLES);
                return Ok(Some((titles.into(), self)));
            }
            Next::After(position) => position,
        };
        let filter = self.filter.clone();
        let (calls, next) = self
            .api
            .keeper
            .ask_history(move |store| store.export_calls(&filter, position))
            .await
            .map_err(|why| {
                tracing::error!(%why, "a table of calls breaks off");
                std::io::Error::other(why)
            })?;
        let lines: String = calls.iter().map(|call| self.line(call)).collect();
        self.next = match next {
            Some(_) => Next::After(next),
            None => Next::Nothing,
        };
        Ok(Some((lines.into(), self)))
    }

    fn line(&self, call: &CallSummary) -> String {
        let talked = call
            .answered_at
            .map(|answered| (call.ended_at.saturating_sub(answered).max(0) / 1_000).to_string());
        let outside = call.outside.as_ref();
        let direction = match outside.map(|outside| outside.way) {
            None => "inside",
            Some(Way::In) => "in",
            Some(Way::Out) => "out",
        };
        let cells: [&str; 16] = [
            &call.id.to_string(),
            &self.local(call.started_at),
            &call
                .answered_at
                .map_or_else(String::new, |at| self.local(at)),
            &self.local(call.ended_at),
            self.zone.name(),
            talked.as_deref().unwrap_or_default(),
            &call.from.name,
            &call.from.number,
            &call.to.name,
            &call.to.number,
            &call.outcome,
            &call.reason,
            &call.hung_up_by,
            direction,
            outside.map_or("", |outside| outside.line_name.as_str()),
            outside
                .and_then(|outside| outside.shown.as_deref())
                .unwrap_or_default(),
        ];
        line(cells)
    }

    fn local(&self, unix_ms: i64) -> String {
        local(self.zone, unix_ms)
    }
}

/// A moment as spreadsheets read it.
pub(crate) fn local(zone: TimeZone, unix_ms: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(unix_ms).map_or_else(String::new, |at| {
        let at = at.with_timezone(&zone.rules());
        at.format("%Y-%m-%d %H:%M:%S").to_string()
    })
}

/// The line's end (RFC 4180 §2.1).
const END: &str = "\r\n";

/// So that spreadsheets read the letters right.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One line of a table.
pub(crate) fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        push_cell(&mut line, cell);
    }
    line + END
}

/// Names come from callers, and spreadsheets compute what looks like a formula: such cells get an
/// apostrophe in front, which makes them text.
fn push_cell(line: &mut String, cell: &str) {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let needs_quotes = is_formula || cell.contains(['"', ',', '\r', '\n']);
    if !needs_quotes {
        line.push_str(cell);
        return;
    }
    line.push('"');
    if is_formula {
        line.push('\'');
    }
    line.push_str(&cell.replace('"', "\"\""));
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_to_themselves_and_compute_nothing() {
        for (cell, written) in [
            ("Anna", "Anna"),
            ("", ""),
            ("Doe, Jane", "\"Doe, Jane\""),
            ("the \"boss\"", "\"the \"\"boss\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            (
                "=HYPERLINK(\"http://evil.example\")",
                "\"'=HYPERLINK(\"\"http://evil.example\"\")\"",
            ),
            ("+49301234", "\"'+49301234\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("a=1", "a=1"),
        ] {
            assert_eq!(line([cell, "x"]), format!("{written},x\r\n"));
        }
    }
}
