//! Whether the clock can be believed: the history, certificates and wishes with an end depend on it.

use super::{ok, unknown, warning};
use api::{Check, CheckId};
use chrono::{Datelike, Utc};

/// This version was made in that year; an earlier one is a clock that was never set.
const EARLIEST_YEAR: i32 = 2026;

pub(super) fn check() -> Check {
    judge(Utc::now().year(), synchronised())
}

fn judge(year: i32, synchronised: Option<bool>) -> Check {
    let id = CheckId::Clock;
    if year < EARLIEST_YEAR {
        // `wrong` names seconds, which nobody knows here.
        return super::problem(id, "year").with("year", i64::from(year));
    }
    match synchronised {
        Some(true) => ok(id),
        Some(false) => warning(id, "notSynchronised"),
        None => unknown(id),
    }
}

/// Whether the system says that its clock is set by the network (NTP). systemd reads this from the
/// kernel and leaves a file where its own service did it.
#[cfg(target_os = "linux")]
fn synchronised() -> Option<bool> {
    if std::path::Path::new("/run/systemd/timesync/synchronized").exists() {
        return Some(true);
    }
    let said = super::output_of("timedatectl", &["show", "-p", "NTPSynchronized", "--value"])?;
    match said.trim() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

#[cfg(not(target_os = "linux"))]
fn synchronised() -> Option<bool> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::CheckState::{Ok, Problem, Unknown, Warning};

    #[test]
    fn a_clock_is_believed_that_the_network_sets() {
        let cases = [
            (1970, Some(true), Problem),
            (2026, Some(true), Ok),
            (2026, Some(false), Warning),
            (2026, None, Unknown),
        ];
        for (year, synchronised, state) in cases {
            assert_eq!(
                judge(year, synchronised).state,
                state,
                "{year} {synchronised:?}"
            );
        }
    }
}
