//! Who changed what, and who called abroad; whether the log of it is whole, and the log as a table.

use crate::{
    errors::Problem,
    json::Asked,
    limits::AUDIT_PER_PAGE,
    mirror::mirror,
    server::Api,
    values::Millis,
    views::export::{BYTE_ORDER_MARK, line, local},
};
use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
};
use futures_util::stream;
use office::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::{Broken, ChainedEntry, Series, limits::AUDIT_PAGE_MAX};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

/// A page of the audit log, the newest line first.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    entries: Vec<AuditEntry>,
    /// To be given as `before` for the next page; missing on the last one.
    next: Option<String>,
}

/// One line of the audit log.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    #[ts(type = "number")]
    id: i64,
    at: Millis,
    /// Login of the user; empty for this computer's owner.
    by: String,
    /// Where they were; empty for this computer.
    address: String,
    /// Such as `person.edited`, `session.signedIn`.
    action: String,
    subject: String,
    #[ts(type = "unknown")]
    #[schema(value_type = Object)]
    before: Option<Value>,
    #[ts(type = "unknown")]
    #[schema(value_type = Object)]
    after: Option<Value>,
}

/// Which lines to give.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditWish {
    /// How many.
    limit: Option<usize>,
    /// The `next` of the page before.
    before: Option<String>,
    /// Only lines of this series.
    #[param(inline)]
    series: Option<AuditSeries>,
}

mirror! {
    /// Lines that are chained with each other, and kept for as long as there is room for their like.
    enum AuditSeries = store::Series {
        /// What somebody did: changes, sign-ins, resets.
        Deeds,
        /// Refused sign-ins.
        SignIns,
        /// Calls abroad or to where it costs extra that were let through.
        Calls,
        /// Those that were refused.
        RefusedCalls,
    }
}

/// Whether the audit log is as it was written.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditCheck {
    checked_at: Millis,
    /// Whether all of it is.
    whole: bool,
    series: Vec<AuditSeriesCheck>,
}

/// The same of a series.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditSeriesCheck {
    series: AuditSeries,
    lines: u64,
    /// The hash of the newest line, in 64 hex digits. Whoever keeps it elsewhere can tell later whether the
    /// log was written anew.
    last: String,
    whole: bool,
    /// The line that was changed, or before which one is missing or was put in; missing where that was
    /// at the end, or nowhere.
    broken_line: Option<BrokenLine>,
}

/// A line of the audit log that does not follow from the one before it.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BrokenLine {
    #[ts(type = "number")]
    id: i64,
    at: Millis,
}

/// Whether the audit log is as it was written: reads all of it.
#[utoipa::path(get, path = "/audit/check", tag = "users",
    responses((status = 200, body = AuditCheck)))]
pub(crate) async fn check(State(api): State<Arc<Api>>) -> Result<Json<AuditCheck>, Problem> {
    // What was to be written down before is.
    api.keeper.ask(|_| Ok(())).await?;
    let dir = api.keeper.dir().to_owned();
    let checks = tokio::task::spawn_blocking(move || store::check_audit(&dir));
    let checks = checks.await.map_err(|_| Problem::too_busy())??;
    let series: Vec<_> = checks.into_iter().map(AuditSeriesCheck::of).collect();
    Ok(Json(AuditCheck {
        checked_at: Millis::now(),
        whole: series.iter().all(|series| series.whole),
        series,
    }))
}

impl AuditSeriesCheck {
    fn of(check: store::ChainCheck) -> Self {
        Self {
            series: check.series.into(),
            lines: check.lines,
            last: check.last,
            whole: check.broken.is_none(),
            broken_line: match check.broken {
                Some(Broken::At { id, at }) => Some(BrokenLine { id, at: Millis(at) }),
                Some(Broken::End) | None => None,
            },
        }
    }
}

/// The whole audit log as a table, series by series, the oldest line first. Times are those of the office.
/// `hash` is the SHA-256 of the 32 bytes of the hash before it in its series (zeros before the very first)
/// and of the text in `chained`.
#[utoipa::path(get, path = "/audit.csv", tag = "users",
    responses((status = 200, content_type = "text/csv")))]
pub(crate) async fn table(State(api): State<Arc<Api>>) -> impl IntoResponse {
    let zone = api.desk.office().settings().time_zone;
    let writing = Writing {
        api,
        zone,
        next: Some(Next::Titles),
    };
    let pieces = stream::try_unfold(writing, Writing::piece);
    let headers: [(HeaderName, &str); 2] = [
        (
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present",
        ),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.csv\"",
        ),
    ];
    (headers, Body::from_stream(pieces))
}

const TITLES: [&str; 11] = [
    "series",
    "when",
    "time zone",
    "who",
    "from",
    "action",
    "about",
    "before",
    "after",
    "hash",
    "chained",
];

/// The table on its way.
struct Writing {
    api: Arc<Api>,
    zone: TimeZone,
    next: Option<Next>,
}

enum Next {
    Titles,
    /// The lines of a series after one.
    After(Series, i64),
}

impl Next {
    fn series_after(series: Series) -> Option<Next> {
        let mut all = Series::ALL.into_iter();
        all.find(|each| *each > series)
            .map(|next| Next::After(next, 0))
    }
}

impl Writing {
    /// The next lines. A failure ends the download as broken rather than as complete.
    async fn piece(mut self) -> Result<Option<(Bytes, Self)>, std::io::Error> {
        let (series, after) = match self.next.take() {
            None => return Ok(None),
            Some(Next::Titles) => {
                self.next = Series::ALL.first().map(|first| Next::After(*first, 0));
                let titles = BYTE_ORDER_MARK.to_owned() + &line(TITLES);
                return Ok(Some((titles.into(), self)));
            }
            Some(Next::After(series, after)) => (series, after),
        };
        let entries = self
            .api
            .keeper
            .ask(move |store| store.audit_export(series, after))
            .await
            .map_err(|why| {
                tracing::error!(%why, "the table of the audit log breaks off");
                std::io::Error::other(why)
            })?;
        self.next = match entries.last() {
            Some(last) => Some(Next::After(series, last.id)),
            None => Next::series_after(series),
        };
        let lines: String = entries
            .iter()
            .map(|entry| self.line(series, entry))
            .collect();
        Ok(Some((lines.into(), self)))
    }

    fn line(&self, series: Series, entry: &ChainedEntry) -> String {
        line([
            series.name(),
            &local(self.zone, entry.at),
            self.zone.name(),
            &entry.by.login,
            &entry.by.address,
            &entry.action,
            &entry.subject,
            entry.before.as_deref().unwrap_or_default(),
            entry.after.as_deref().unwrap_or_default(),
            &entry.hash,
            &entry.chained,
        ])
    }
}

/// Who changed what, the newest first.
#[utoipa::path(get, path = "/audit", tag = "users", params(AuditWish),
    responses((status = 200, body = AuditPage)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Asked(wish): Asked<AuditWish>,
) -> Result<Json<AuditPage>, Problem> {
    let limit = wish
        .limit
        .unwrap_or(AUDIT_PER_PAGE)
        .clamp(1, AUDIT_PAGE_MAX);
    let before = wish.before.map(|before| before.parse::<i64>()).transpose();
    let before =
        before.map_err(|_| Problem::field("before", "give the `next` of the page before"))?;
    let series = wish.series.map(Into::into);
    let entries = api
        .keeper
        .ask(move |store| store.audit_of(series, limit, before))
        .await?;
    let last = entries.last().filter(|_| entries.len() == limit);
    Ok(Json(AuditPage {
        next: last.map(|last| last.id.to_string()),
        entries: entries.into_iter().map(AuditEntry::of).collect(),
    }))
}

impl AuditEntry {
    fn of(entry: store::AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: Millis(entry.at),
            by: entry.by.login,
            address: entry.by.address,
            action: entry.action,
            subject: entry.subject,
            before: entry.before,
            after: entry.after,
        }
    }
}
