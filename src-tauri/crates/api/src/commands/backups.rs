//! Taking the office along as one encrypted file, and putting such a file in its place.

use crate::{
    Identity,
    auth::Caller,
    copied_sounds,
    errors::Problem,
    json::Json,
    kept_outside,
    lan::fit_together,
    limits::{MAX_BACKUPS_AT_ONCE, MAX_OFFERED_COPIES, OFFERED_COPY_LIFE},
    server::Api,
    views::{backups::BackupDiff, certificates::fingerprint},
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
use store::{CopiedSounds, OfficeCopy, StoreError};
use tokio::{sync::Semaphore, task::spawn_blocking};
use ts_rs::TS;
use utoipa::ToSchema;

/// What the file is to be encrypted with, and what is in it beside the office, its greetings and
/// its music.
#[derive(Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupExport {
    passphrase: String,
    /// Whether messages in mailboxes go along.
    #[serde(default)]
    messages: bool,
    /// Whether recorded calls go along.
    #[serde(default)]
    recordings: bool,
}

/// Which file to restore, by the word its inspection gave.
#[derive(Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupRestore {
    restore: String,
}

/// Copies that were inspected and may be restored, the oldest first.
pub(crate) struct OfferedCopies {
    offered: Mutex<VecDeque<Offered>>,
    /// The right to encrypt or decrypt one.
    slots: Arc<Semaphore>,
}

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
    Json(wish): Json<BackupExport>,
) -> Result<impl IntoResponse, Problem> {
    let authority = api.lan.certificates.authority.identity();
    let with = CopiedSounds {
        messages: wish.messages,
        recordings: wish.recordings,
    };
    let copy = api.keeper.ask(move |store| {
        let files = [
            (AUTHORITY, authority.certificates.as_bytes()),
            (AUTHORITY_KEY, authority.key.as_bytes()),
        ];
        let copy = store.copy(&files, with, Utc::now())?;
        Ok((copy, store.copied_sounds()?, store.folder().to_owned()))
    });
    let (mut copy, sounds, data) = copy.await?;
    let sealing = away(&api, move || {
        copied_sounds::take_along(&data, sounds, with, &mut copy)?;
        copy.seal(&wish.passphrase)
    });
    let file = sealing.await?;
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
    let data = api
        .keeper
        .ask(|store| Ok(store.folder().to_owned()))
        .await?;
    let opening = away(&api, move || {
        let mut copy = OfficeCopy::open(&file, &passphrase)?;
        drop(file);
        copied_sounds::give_names(&data, &mut copy);
        Ok(copy)
    });
    let copy = opening.await?;
    let authority = authority_in(&copy)?;
    let offered = copy.clone();
    let diff = api.keeper.ask(move |store| store.compare(&copy)).await?;
    let word = api.copies.offer(offered).map_err(|why| {
        tracing::error!(%why, "no random numbers for a copy's name");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, why.to_string())
    })?;
    let diff = BackupDiff::of(word, diff);
    let Some(then) = authority else {
        return Ok(axum::Json(diff));
    };
    let now = api.lan.certificates.authority.identity();
    let [now, then] = [now, then].map(|one| fingerprint(&one.certificates).unwrap_or_default());
    Ok(axum::Json(diff.with_authority(now, then)))
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
    let restored = authority_in(&copy)?;
    let data = api
        .keeper
        .ask(|store| Ok(store.folder().to_owned()))
        .await?;
    let placing = away(&api, move || {
        copied_sounds::place(&data, &copy)?;
        Ok(copy)
    });
    let copy = placing.await?;
    let desk = Arc::clone(&api.desk);
    let authority = Arc::clone(&api.lan.certificates.authority);
    let actor = caller.actor();
    let replaced = api
        .keeper
        .ask(move |store| {
            let office = store.restore(&actor, &copy, Utc::now())?;
            kept_outside::put_into_effect(&desk, store, office)?;
            // Here, so that it is done as well if whoever asked has left.
            Ok(restored.map_or(Ok(()), |restored| authority.replace(restored)))
        })
        .await?;
    api.auth.doubt_all();
    api.lan.settle().await;
    replaced.map_err(|why| {
        tracing::error!(why, "the office is restored without its certificates");
        let detail = "the office is restored, but not the certificates its phones trust; look \
                      whether there is room on the disk, and restore the file once more";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// The names of the authority's certificate and key in a backup file.
const AUTHORITY: &str = "tls-authority.pem";
const AUTHORITY_KEY: &str = "tls-authority.key";

/// The authority in a copy, so that a restored office keeps the certificate its phones trust.
/// Copies of earlier versions hold none.
fn authority_in(copy: &OfficeCopy) -> Result<Option<Identity>, StoreError> {
    let text = |name: &str| {
        let (_, content) = copy.files().iter().find(|(file, _)| file == name)?;
        String::from_utf8(content.clone()).ok()
    };
    let identity = match (text(AUTHORITY), text(AUTHORITY_KEY)) {
        (None, None) => return Ok(None),
        (Some(certificates), Some(key)) => Identity { certificates, key },
        _ => return Err(StoreError::BackupDamaged),
    };
    if fit_together(&identity) {
        Ok(Some(identity))
    } else {
        Err(StoreError::BackupDamaged)
    }
}

impl Default for OfferedCopies {
    fn default() -> Self {
        Self {
            offered: Mutex::default(),
            slots: Arc::new(Semaphore::new(MAX_BACKUPS_AT_ONCE)),
        }
    }
}

impl OfferedCopies {
    fn offer(&self, copy: OfficeCopy) -> Result<String, getrandom::Error> {
        let mut bits = [0u8; 16];
        getrandom::fill(&mut bits)?;
        let word: String = bits.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut offered = self.offered.lock().unwrap_or_else(PoisonError::into_inner);
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
        let mut offered = self.offered.lock().unwrap_or_else(PoisonError::into_inner);
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
    api: &Api,
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    // Never closed, so there always is one in the end.
    let slot = Arc::clone(&api.copies.slots).acquire_owned().await;
    let done = spawn_blocking(move || {
        // Held by the work itself: it goes on when whoever asked has left.
        let _slot = slot;
        work()
    });
    match done.await {
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
