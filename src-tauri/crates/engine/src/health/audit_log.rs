//! Whether the audit log is as it was written. Reading all of it takes a moment, so that it is not read for
//! everybody who looks.

use super::{ok, problem, unknown};
use api::{Check, CheckId};
use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use store::{Broken, ChainCheck};

/// How old what was found may be.
const EVERY: Duration = Duration::from_secs(60 * 60);

/// The audit log of an office, and what was found last.
#[derive(Debug)]
pub(crate) struct AuditLog {
    data: PathBuf,
    found: Mutex<Option<(Instant, Check)>>,
}

impl AuditLog {
    /// That of a data folder.
    pub(crate) fn of(data: PathBuf) -> Self {
        Self {
            data,
            found: Mutex::new(None),
        }
    }

    pub(super) fn check(&self, now: Instant) -> Check {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, check)) = &*found
            && now.saturating_duration_since(*at) < EVERY
        {
            return check.clone();
        }
        let check = match store::check_audit(&self.data) {
            Ok(series) => judge(&series),
            Err(why) => {
                tracing::warn!(%why, "the audit log could not be read");
                return unknown(CheckId::AuditLog);
            }
        };
        *found = Some((now, check.clone()));
        check
    }
}

fn judge(series: &[ChainCheck]) -> Check {
    let id = CheckId::AuditLog;
    let Some(broken) = series.iter().find_map(|series| series.broken) else {
        return ok(id);
    };
    match broken {
        Broken::At { at, .. } => problem(id, "changed").with("atMs", at),
        Broken::End => problem(id, "cut"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Store;

    #[test]
    fn a_log_that_somebody_has_changed_is_told_within_the_hour() {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, _) = Store::open(dir.path()).unwrap();
        let by = store::Actor::default();
        store.note_deed(&by, "fuse.reset", "office-money").unwrap();
        store
            .note_deed(&by, "fuse.reset", "person-1-tries")
            .unwrap();
        let log = AuditLog::of(dir.path().to_owned());
        let now = Instant::now();
        assert_eq!(log.check(now).finding, "ok");
        let database = rusqlite::Connection::open(dir.path().join("office.sqlite")).unwrap();
        database
            .execute_batch("DELETE FROM audit WHERE subject = 'person-1-tries'")
            .unwrap();
        assert_eq!(log.check(now + EVERY / 2).finding, "ok");
        assert_eq!(log.check(now + EVERY).finding, "cut");
        store.note_deed(&by, "fuse.reset", "office-money").unwrap();
        let told = log.check(now + EVERY * 2);
        assert_eq!(told.finding, "changed");
        assert!(told.facts.contains_key("atMs"));
    }
}
