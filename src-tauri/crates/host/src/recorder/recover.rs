//! Recordings and messages that a crash or a power cut left unfinished.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use media::SoundFile;

use super::part_file::{PART, PartFile};
use crate::limits::{MAX_RECOVERED, MAX_SOUND_FOLDERS};

/// A recording that was running when the engine ended without warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Its name, without `.opus`.
    pub file: SoundFile,
    /// How much of it there is.
    pub lasts: Duration,
    /// How large it is.
    pub bytes: u64,
}

/// Gives the recordings that a crash left unfinished in the data directory their names, and removes
/// those with nothing to hear. To be called before the first recording begins.
#[must_use]
pub fn recover(data: &Path) -> Vec<Recovered> {
    let sounds = data.join("sound");
    let mut parts = Vec::new();
    find_parts(&sounds, MAX_SOUND_FOLDERS, &mut parts);
    parts.sort();
    parts
        .iter()
        .filter_map(|part| recover_one(&sounds, part))
        .collect()
}

fn recover_one(sounds: &Path, part: &Path) -> Option<Recovered> {
    let kept = PartFile::left_behind(part).and_then(PartFile::keep_whole_pages);
    let (lasts, bytes) = match kept {
        Ok(kept) => kept,
        Err(why) => {
            tracing::error!(file = %part.display(), %why, "a recording cannot be recovered");
            return None;
        }
    };
    if lasts.is_zero() {
        return None;
    }
    // "….opus.part" without both.
    let name = part.with_extension("").with_extension("");
    let parts = name.strip_prefix(sounds).ok()?;
    let parts: Option<Vec<&str>> = parts.iter().map(|part| part.to_str()).collect();
    let file = SoundFile::new(&parts?.join("/"));
    tracing::info!(%file, ?lasts, "a recording was recovered");
    Some(Recovered { file, lasts, bytes })
}

fn find_parts(folder: &Path, depth: usize, parts: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let ending = format!(".opus.{PART}");
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() && depth > 0 {
            find_parts(&path, depth - 1, parts);
        }
        let is_part = kind.is_file() && path.to_string_lossy().ends_with(&ending);
        if is_part && parts.len() < MAX_RECOVERED {
            parts.push(path);
        }
    }
}
