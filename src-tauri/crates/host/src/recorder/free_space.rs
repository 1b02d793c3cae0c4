//! Calls always win: recordings stop beginning before the disk is full.

use std::path::Path;

use media::SoundFile;

use crate::limits::{MESSAGES_NEED, RECORDINGS_NEED, RECORDINGS_NEED_AT_MOST};

/// How much room there is on a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeSpace {
    /// Bytes that the engine may still write.
    pub free: u64,
    /// Bytes of the whole disk.
    pub of: u64,
}

/// What is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// The recording of a call.
    Recording,
    /// A caller's message, a greeting.
    Message,
}

impl Keeps {
    /// What a file of this name keeps: recordings of calls have a folder of their own.
    #[must_use]
    pub fn of(file: &SoundFile) -> Keeps {
        match file.as_str().starts_with("recordings/") {
            true => Keeps::Recording,
            false => Keeps::Message,
        }
    }
}

/// There is too little room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("only {} MB are free on the disk; {} MB are needed", .free / 1_048_576, .needed / 1_048_576)]
pub struct DiskNearlyFull {
    /// Bytes that are free.
    pub free: u64,
    /// Bytes that must be.
    pub needed: u64,
}

/// The room on the disk that holds a folder; `None` where the system does not say.
#[must_use]
pub fn free_space(folder: &Path) -> Option<FreeSpace> {
    #[cfg(unix)]
    {
        let disk = nix::sys::statvfs::statvfs(folder).ok()?;
        // Of another width on other systems.
        #[allow(clippy::useless_conversion)]
        let (free, all, size) = (
            u64::from(disk.blocks_available()),
            u64::from(disk.blocks()),
            u64::from(disk.fragment_size()),
        );
        Some(FreeSpace {
            free: free.checked_mul(size)?,
            of: all.checked_mul(size)?,
        })
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// Whether the disk that holds a folder is one that is only read, as the system says without asking the
/// disk itself. `false` where it does not say.
#[must_use]
pub fn is_read_only(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use nix::sys::statvfs::{FsFlags, statvfs};
        statvfs(folder).is_ok_and(|disk| disk.flags().contains(FsFlags::ST_RDONLY))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        false
    }
}

/// Whether something may begin to be recorded: calls while a tenth of the disk is free, but at
/// least [`RECORDINGS_NEED`] and never more than [`RECORDINGS_NEED_AT_MOST`]; messages while
/// [`MESSAGES_NEED`] are.
///
/// # Errors
/// When there is too little room.
pub fn may_record(space: FreeSpace, what: Keeps) -> Result<(), DiskNearlyFull> {
    let needed = match what {
        Keeps::Recording => (space.of / 10).clamp(RECORDINGS_NEED, RECORDINGS_NEED_AT_MOST),
        Keeps::Message => MESSAGES_NEED,
    };
    if space.free < needed {
        return Err(DiskNearlyFull {
            free: space.free,
            needed,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_taken_longer_than_recordings_and_both_end_before_the_disk_is_full() {
        const GB: u64 = 1 << 30;
        let may = |free, of, what| may_record(FreeSpace { free, of }, what).is_ok();
        use Keeps::{Message, Recording};
        for (free, of, recording, message) in [
            (100 * GB, 2_000 * GB, true, true),
            (19 * GB, 2_000 * GB, false, true),
            (11 * GB, 100 * GB, true, true),
            (9 * GB, 100 * GB, false, true),
            (3 * GB, 16 * GB, true, true),
            (GB, 16 * GB, false, true),
            (MESSAGES_NEED, 16 * GB, false, true),
            (MESSAGES_NEED - 1, 16 * GB, false, false),
            (0, 16 * GB, false, false),
        ] {
            assert_eq!(may(free, of, Recording), recording, "{free} of {of}");
            assert_eq!(may(free, of, Message), message, "{free} of {of}");
        }
        let little = FreeSpace {
            free: GB,
            of: 16 * GB,
        };
        let why = may_record(little, Recording).unwrap_err().to_string();
        assert_eq!(why, "only 1024 MB are free on the disk; 2048 MB are needed");
        #[cfg(unix)]
        assert!(free_space(Path::new("/")).is_some_and(|space| space.of >= space.free));
        assert!(!is_read_only(&std::env::temp_dir()));
    }
}
