//! Whether there is room on the disk that holds the data folder, and whether it can be written to.

use super::{ok, problem, unknown, warning};
use crate::disk_watch::{Disk, Found};
use api::{Check, CheckId};
use std::io::ErrorKind;

/// With less, soon neither changes nor calls can be kept.
const LOW: u64 = 1024 * 1024 * 1024;
const FULL: u64 = 100 * 1024 * 1024;

pub(crate) fn check(found: &Found) -> Check {
    let id = CheckId::Disk;
    let look = match &found.disk {
        Disk::NotLookedAt => return unknown(id),
        Disk::Hangs => return problem(id, "hangs"),
        Disk::Answers(look) => look,
    };
    let free = look.space.map(|space| space.free);
    let is_full =
        |why: &ErrorKind| matches!(why, ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    let check = match (&look.refused, free) {
        (_, Some(..FULL)) => problem(id, "full"),
        (Some((_, why)), Some(_)) if is_full(why) => problem(id, "full"),
        (Some((folder, _)), _) => {
            problem(id, "unwritable").with("folder", folder.display().to_string())
        }
        (None, _) if found.lacks_room.is_some() => warning(id, "noRecordings"),
        (None, _) if found.refused => problem(id, "refused"),
        (None, Some(FULL..LOW)) => warning(id, "low"),
        (None, Some(_)) => ok(id),
        (None, None) => unknown(id),
    };
    let needed = found.lacks_room.map(|lacks| lacks.needed);
    [("freeBytes", free), ("neededBytes", needed)]
        .into_iter()
        .filter_map(|(name, bytes)| Some((name, i64::try_from(bytes?).unwrap_or(i64::MAX))))
        .fold(check, |check, (name, bytes)| check.with(name, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk_watch::Look;
    use host::recorder::{DiskNearlyFull, FreeSpace};

    fn found(free: u64, refused: Option<ErrorKind>) -> Found {
        let space = FreeSpace { free, of: u64::MAX };
        Found {
            disk: Disk::Answers(Look {
                space: Some(space),
                refused: refused.map(|why| ("/data/sound".into(), why)),
            }),
            ..Found::default()
        }
    }

    #[test]
    fn a_disk_is_low_before_it_is_full() {
        for (free, finding) in [(0, "full"), (FULL, "low"), (LOW, "ok")] {
            assert_eq!(check(&found(free, None)).finding, finding, "{free}");
        }
    }

    #[test]
    fn a_disk_with_room_may_refuse_what_is_written_all_the_same() {
        for (why, finding) in [
            (ErrorKind::ReadOnlyFilesystem, "unwritable"),
            (ErrorKind::PermissionDenied, "unwritable"),
            (ErrorKind::StorageFull, "full"),
            (ErrorKind::QuotaExceeded, "full"),
        ] {
            assert_eq!(check(&found(LOW, Some(why))).finding, finding, "{why}");
        }
        let hangs = Found {
            disk: Disk::Hangs,
            ..Found::default()
        };
        assert_eq!(check(&hangs).finding, "hangs");
        assert_eq!(check(&Found::default()).finding, "unknown");
    }

    #[test]
    fn what_was_refused_a_moment_ago_is_told_though_the_disk_takes_everything_again() {
        let refused = Found {
            refused: true,
            ..found(LOW, None)
        };
        assert_eq!(check(&refused).finding, "refused");
        let free = 9 * LOW;
        let needed = 20 * LOW;
        let lacks_room = Found {
            lacks_room: Some(DiskNearlyFull { free, needed }),
            ..found(free, None)
        };
        let check = check(&lacks_room);
        assert_eq!(check.finding, "noRecordings");
        assert!(check.facts.contains_key("neededBytes"));
    }
}
