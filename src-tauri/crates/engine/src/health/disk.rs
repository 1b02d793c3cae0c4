//! Whether there is room on the disk that holds the data folder.

use super::{ok, problem, unknown, warning};
use api::{Check, CheckId};
use std::path::Path;

/// With less, soon neither changes nor calls can be kept.
const LOW: u64 = 1024 * 1024 * 1024;
const FULL: u64 = 100 * 1024 * 1024;

pub(super) fn check(data: &Path) -> Check {
    free_bytes(data).map_or_else(|| unknown(CheckId::Disk), judge)
}

fn judge(free: u64) -> Check {
    let id = CheckId::Disk;
    let check = match free {
        ..FULL => problem(id, "full"),
        FULL..LOW => warning(id, "low"),
        _ => ok(id),
    };
    check.with("freeBytes", i64::try_from(free).unwrap_or(i64::MAX))
}

/// What the engine's user may still write there.
#[cfg(unix)]
fn free_bytes(data: &Path) -> Option<u64> {
    let disk = nix::sys::statvfs::statvfs(data).ok()?;
    // Of another width on other systems.
    #[allow(clippy::useless_conversion)]
    let (blocks, size) = (
        u64::from(disk.blocks_available()),
        u64::from(disk.fragment_size()),
    );
    blocks.checked_mul(size)
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_low_before_it_is_full() {
        for (free, finding) in [(0, "full"), (FULL, "low"), (LOW, "ok")] {
            assert_eq!(judge(free).finding, finding, "{free}");
        }
        #[cfg(unix)]
        assert!(free_bytes(Path::new("/")).is_some_and(|free| free > 0));
    }
}
