//! What the window remembers from one start to the next: `window.json` in the data folder.

use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// What becomes of the phone system when the window goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Choice {
    /// It goes on.
    KeepRunning,
    /// It stops as soon as no call is active.
    StopAfterCalls,
    /// It stops and ends calls.
    StopNow,
}

/// What is remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Remembered {
    /// What closing the window means; not yet chosen if missing.
    pub on_close: Option<Choice>,
    /// Width and height of the window in logical pixels.
    pub size: Option<(f64, f64)>,
    /// Whether it filled the screen.
    pub maximized: bool,
}

/// The file, and what is in it.
pub struct Memory {
    file: PathBuf,
    remembered: Mutex<Remembered>,
}

impl Memory {
    /// Reads the file; one that is missing or damaged is as good as empty.
    pub fn of(data: &Path) -> Self {
        let file = data.join("window.json");
        let read = fs::read(&file).ok();
        let remembered = read.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self {
            file,
            remembered: Mutex::new(remembered.unwrap_or_default()),
        }
    }

    /// What is remembered.
    pub fn get(&self) -> Remembered {
        *self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is remembered.
    pub fn change(&self, change: impl FnOnce(&mut Remembered)) {
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let before = *remembered;
        change(&mut remembered);
        if *remembered == before {
            return;
        }
        if let Err(error) = self.write(&remembered) {
            eprintln!("{} cannot be written: {error}", self.file.display());
        }
    }

    fn write(&self, remembered: &Remembered) -> io::Result<()> {
        // A reader finds the old file or the new one, never half of one.
        let new = self.file.with_extension("json.new");
        fs::write(&new, serde_json::to_vec_pretty(remembered)?)?;
        fs::rename(new, &self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_known_at_the_next_start() {
        let data = tempfile::tempdir().unwrap();
        let memory = Memory::of(data.path());
        assert_eq!(memory.get(), Remembered::default());
        memory.change(|it| it.on_close = Some(Choice::KeepRunning));
        memory.change(|it| it.size = Some((900., 600.)));
        let next = Memory::of(data.path()).get();
        assert_eq!(next.on_close, Some(Choice::KeepRunning));
        assert_eq!(next.size, Some((900., 600.)));
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("window.json"), "{\"onClose\":\"fly\"").unwrap();
        assert_eq!(Memory::of(data.path()).get(), Remembered::default());
    }
}
