//! Where a sound lies on the disk.

use std::path::{Path, PathBuf};

use media::SoundFile;

use crate::limits::MAX_SOUND_NAME;

/// A name that no sound has: parts of `a` to `z`, digits, `-`, `_` and `.`, not beginning with `.`,
/// between single `/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no sound has such a name")]
pub struct BadName;

/// The file of a sound of the office: below the folder `sound` of the data directory, with the
/// ending `.opus`. It need not be there.
///
/// # Errors
/// When the name could lead anywhere else, or has characters that not every system keeps apart.
pub fn sound_path(data: &Path, file: &SoundFile) -> Result<PathBuf, BadName> {
    let name = without_ending(file.as_str());
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && part
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
    };
    if name.len() > MAX_SOUND_NAME || !name.split('/').all(is_part) {
        return Err(BadName);
    }
    Ok(data.join("sound").join(format!("{name}.opus")))
}

/// A sound's name without `.opus`.
pub(super) fn without_ending(name: &str) -> &str {
    name.strip_suffix(".opus").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_but_below_the_folder_of_sounds() {
        let path = |name: &str| sound_path(Path::new("data"), &SoundFile::new(name));
        for name in ["messages/2026/11/a_b-1", "messages/2026/11/a_b-1.opus"] {
            let wanted = Path::new("data/sound/messages/2026/11/a_b-1.opus");
            assert_eq!(path(name).unwrap(), wanted);
        }
        let long = "a".repeat(MAX_SOUND_NAME + 1);
        for name in [
            "",
            "/",
            "a/",
            "/a",
            "/etc/passwd",
            "..",
            "../a",
            "a/../b",
            "a/..",
            "a//b",
            "a/./b",
            ".a",
            "a/.b",
            "a\\b",
            "a\0b",
            "c:a",
            "A",
            "ä",
            "a b",
            "a.",
            ".opus",
            "a/.opus",
            &long,
        ] {
            assert_eq!(path(name), Err(BadName), "{name:?}");
        }
    }
}
