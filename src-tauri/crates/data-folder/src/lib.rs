//! Where the office's data is kept when nobody says so: the one place in which window, engine and
//! command line look, so that each finds what the others made.

use std::{env, path::PathBuf};

/// The folder of the person who is logged in; `None` where there is no home folder.
#[must_use]
pub fn default() -> Option<PathBuf> {
    let folder = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if cfg!(windows) {
        Some(folder("LOCALAPPDATA")?.join("Cordboard"))
    } else if cfg!(target_os = "macos") {
        Some(folder("HOME")?.join("Library/Application Support/Cordboard"))
    } else {
        // XDG Base Directory Specification.
        let share = folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share")));
        Some(share?.join("cordboard"))
    }
}
