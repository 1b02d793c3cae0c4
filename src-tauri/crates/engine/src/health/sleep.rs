//! Whether this computer goes to sleep, and takes all calls with it.

use super::{ok, unknown};
use api::{Check, CheckId};

#[cfg(target_os = "linux")]
pub(super) fn check() -> Check {
    use std::{fs, path::Path};
    let id = CheckId::Sleep;
    // Masked by whoever wants this computer never to sleep.
    let masked = fs::read_link("/etc/systemd/system/sleep.target");
    let cannot =
        fs::read_to_string("/sys/power/state").is_ok_and(|states| states.trim().is_empty());
    if cannot || masked.is_ok_and(|to| to == Path::new("/dev/null")) {
        return ok(id);
    }
    let power = "org.gnome.settings-daemon.plugins.power";
    let get = |key| super::output_of("gsettings", &["get", power, key]);
    let Some((kind, seconds)) = get("sleep-inactive-ac-type").zip(get("sleep-inactive-ac-timeout"))
    else {
        return unknown(id);
    };
    judge(&kind, &seconds)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn check() -> Check {
    unknown(CheckId::Sleep)
}

/// By the desktop's settings: what it does when nobody is at the computer, and after how long.
#[cfg(target_os = "linux")]
fn judge(kind: &str, seconds: &str) -> Check {
    let id = CheckId::Sleep;
    match (
        kind.trim().trim_matches('\''),
        seconds.trim().parse::<i64>(),
    ) {
        ("", _) | (_, Err(_)) => unknown(id),
        ("suspend" | "hibernate", Ok(seconds)) if seconds > 0 => {
            super::warning(id, "maySleep").with("minutes", seconds.div_euclid(60).max(1))
        }
        _ => ok(id),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_desktop_that_suspends_is_named_with_its_minutes() {
        assert_eq!(judge("'suspend'\n", "1200\n").facts["minutes"], 20.into());
        assert_eq!(judge("'suspend'", "0").finding, "ok");
        assert_eq!(judge("'nothing'", "1200").finding, "ok");
        assert_eq!(judge("", "").finding, "unknown");
    }
}
