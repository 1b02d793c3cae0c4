//! How long the certificate is good that phones and browsers are shown.

use super::{ok, problem, unknown, warning};
use api::{Check, CheckId};
use chrono::{DateTime, Utc};

/// It is renewed long before; less means that renewing fails.
const SOON_DAYS: i64 = 14;

pub(super) fn check(end_unix_ms: Option<i64>, now: DateTime<Utc>) -> Check {
    let id = CheckId::Certificate;
    let Some(end) = end_unix_ms.and_then(DateTime::from_timestamp_millis) else {
        return unknown(id);
    };
    let days = (end - now).num_days();
    let check = if end <= now {
        problem(id, "expired")
    } else if days < SOON_DAYS {
        warning(id, "expiresSoon")
    } else {
        ok(id)
    };
    check.with("days", days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    #[test]
    fn a_certificate_is_missed_before_it_ends() {
        let now = Utc::now();
        let after =
            |days| check(Some((now + Duration::days(days)).timestamp_millis()), now).finding;
        assert_eq!(after(-1), "expired");
        assert_eq!(after(3), "expiresSoon");
        assert_eq!(after(90), "ok");
        assert_eq!(check(None, now).finding, "unknown");
    }
}
