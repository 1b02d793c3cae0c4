//! Whether the office itself is well: its phones are there, its backups are fresh.

use super::{ok, problem, warning};
use api::{Check, CheckId};
use office::Office;
use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};
use switch::Board;

/// Backups are made every hour while the engine runs.
const OLD: Duration = Duration::from_secs(2 * 86_400);
const DAY: u64 = 86_400;

pub(super) fn phones(office: &Office, board: &Board) -> Check {
    let id = CheckId::Phones;
    let total = office.devices().len();
    let is_online = |device: &&office::Device| board.devices.contains_key(&device.id);
    let online = office.devices().filter(is_online).count();
    let offline = total - online;
    let check = match (total, offline) {
        (0, _) => warning(id, "none"),
        (_, 0) => ok(id),
        (total, offline) if offline == total => problem(id, "offline"),
        _ => warning(id, "offline"),
    };
    check
        .with("total", i64::try_from(total).unwrap_or(i64::MAX))
        .with("offline", i64::try_from(offline).unwrap_or(i64::MAX))
}

/// By the newest file of the backup folder.
pub(super) fn backup(data: &Path) -> Check {
    let id = CheckId::Backup;
    let files = fs::read_dir(data.join("backups")).into_iter().flatten();
    let made = files
        .filter_map(|file| file.ok()?.metadata().ok()?.modified().ok())
        .max();
    let Some(made) = made else {
        return warning(id, "never");
    };
    // A clock put back makes a backup of the future, which is as fresh as can be.
    let age = SystemTime::now().duration_since(made).unwrap_or_default();
    let days = i64::try_from(age.as_secs() / DAY).unwrap_or(i64::MAX);
    let check = if age > OLD {
        warning(id, "old")
    } else {
        ok(id)
    };
    check.with("days", days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_missed_until_there_is_one() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(backup(data.path()).finding, "never");
        fs::create_dir(data.path().join("backups")).unwrap();
        let file = data.path().join("backups/office.sqlite");
        fs::write(&file, "").unwrap();
        assert_eq!(backup(data.path()).finding, "ok");
        let old = SystemTime::now() - 3 * Duration::from_secs(DAY);
        fs::File::open(&file).unwrap().set_modified(old).unwrap();
        let check = backup(data.path());
        assert_eq!(
            (check.finding.as_str(), &check.facts["days"]),
            ("old", &3.into())
        );
    }
}
