//! Taking the office along as one encrypted file, and putting such a file in its place.

use crate::{
    Configuration,
    auth::Caller,
    errors::Problem,
    json::Json,
    limits::{MAX_OFFERED_COPIES, OFFERED_COPY_LIFE},
    server::Api,
    views::backups::BackupDiff,
};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use chrono::Utc;
use serde::Deserialize;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use store::{OfficeCopy, StoreError};
use tokio::task::spawn_blocking;
use ts_rs::TS;
use utoipa::ToSchema;

/// What the file is to be encrypted with.
#[derive(Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupExport {
    passphrase: String,
}

/// Which file to restore, by the word its inspection gave.
#[derive(Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupRestore {
    restore: String,
}

/// Copies that were inspected and may be restored, the oldest first.
#[derive(Default)]
pub(crate) struct OfferedCopies(Mutex<VecDeque<Offered>>);

struct Offered {
    word: String,
    until: Instant,
    copy: OfficeCopy,
}

/// Everything it takes to bring the office up on another computer, as one file.
#[utoipa::path(post, path = "/backups/export", tag = "backups", request_body = BackupExport,
    responses((status = 200, content_type = "application/octet-stream")))]
pub(crate) async fn export(
    State(api): State<Arc<Api>>,
    Json(BackupExport { passphrase }): Json<BackupExport>,
) -> Result<impl IntoResponse, Problem> {
    let copy = api.keeper.ask(|store| store.copy(&[], Utc::now())).await?;
    let file = away(move || copy.seal(&passphrase)).await?;
    let name = Utc::now().format("cordboard-%Y-%m-%d.backup");
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, file))
}

/// Says what restoring a file would change. Its passphrase is in `X-Passphrase`, percent-encoded.
#[utoipa::path(post, path = "/backups/inspect", tag = "backups",
    request_body(content_type = "application/octet-stream"),
    params(("X-Passphrase" = String, Header)), responses((status = 200, body = BackupDiff)))]
pub(crate) async fn inspect(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    file: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<axum::Json<BackupDiff>, Problem> {
    let file = file.map_err(|refused| Problem::new(refused.status(), refused.body_text()))?;
    let passphrase = headers
        .get("x-passphrase")
        .and_then(|value| value.to_str().ok())
        .and_then(percent_decoded)
        .ok_or_else(|| Problem::field("passphrase", "send it in X-Passphrase, percent-encoded"))?;
    let copy = away(move || OfficeCopy::open(&file, &passphrase)).await?;
    let offered = copy.clone();
    let diff = api.keeper.ask(move |store| store.compare(&copy)).await?;
    let word = api.copies.offer(offered).map_err(|why| {
        tracing::error!(%why, "no random numbers for a copy's name");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, why.to_string())
    })?;
    Ok(axum::Json(BackupDiff::of(word, diff)))
}

/// Puts an inspected file in the place of the office, at once.
#[utoipa::path(post, path = "/backups/restore", tag = "backups", request_body = BackupRestore,
    responses((status = 204)))]
pub(crate) async fn restore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(BackupRestore { restore }): Json<BackupRestore>,
) -> Result<StatusCode, Problem> {
    let copy = api.copies.take(&restore).ok_or_else(|| {
        let detail = "this file was shown too long ago, or is restored already; choose it again";
        Problem::field("restore", detail).coded("restoreGone")
    })?;
    let desk = Arc::clone(&api.desk);
    let actor = caller.actor();
    api.keeper
        .ask(move |store| {
            let office = store.restore(&actor, &copy, Utc::now())?;
            desk.publish(Configuration::with_revisions(Arc::new(office), store)?);
            Ok(())
        })
        .await?;
    api.auth.doubt_all();
    api.lan.settle().await;
    Ok(StatusCode::NO_CONTENT)
}

impl OfferedCopies {
    fn offer(&self, copy: OfficeCopy) -> Result<String, getrandom::Error> {
        let mut bits = [0u8; 16];
        getrandom::fill(&mut bits)?;
        let word: String = bits.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut offered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        offered.retain(|one| now < one.until);
        while offered.len() >= MAX_OFFERED_COPIES {
            offered.pop_front();
        }
        offered.push_back(Offered {
            word: word.clone(),
            until: now + OFFERED_COPY_LIFE,
            copy,
        });
        Ok(word)
    }

    /// The copy of that word, once.
    fn take(&self, word: &str) -> Option<OfficeCopy> {
        let mut offered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        offered.retain(|one| now < one.until);
        let at = offered.iter().position(|one| one.word == word)?;
        offered.remove(at).map(|one| one.copy)
    }
}

impl std::fmt::Debug for OfferedCopies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OfferedCopies").finish_non_exhaustive()
    }
}

/// Encrypts or decrypts where it holds up neither the store nor other requests.
async fn away<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    match spawn_blocking(work).await {
        Ok(result) => Ok(result?),
        Err(why) => {
            tracing::error!(%why, "a backup could not be worked on");
            let detail = "the backup could not be worked on";
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail))
        }
    }
}

/// `%C3%BC` and the like (RFC 3986 §2.1) as text; `None` if it is not UTF-8 or breaks off.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_may_hold_any_letter() {
        for (sent, meant) in [
            ("plain", Some("plain")),
            ("gr%C3%BCn%20%25", Some("grün %")),
            ("", Some("")),
            ("%", None),
            ("%4", None),
            ("%zz", None),
            ("%FF", None),
        ] {
            assert_eq!(percent_decoded(sent).as_deref(), meant, "{sent}");
        }
    }
}
