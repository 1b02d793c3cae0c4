//! `engine.json` in the data folder: how window and command line find the engine that runs.

use serde::Serialize;
use std::{fs, io, path::Path, path::PathBuf, process};

/// The file, for as long as the engine runs.
#[derive(Debug)]
pub(crate) struct EngineFile {
    path: PathBuf,
}

#[derive(Serialize)]
struct Contents<'a> {
    api: &'a str,
    pid: u32,
}

impl EngineFile {
    /// Writes the file; a reader finds the old one or the new one, never half of one.
    pub(crate) fn write(data: &Path, api: &str) -> io::Result<Self> {
        let path = data.join("engine.json");
        let contents = Contents {
            api,
            pid: process::id(),
        };
        let new = data.join("engine.json.new");
        fs::write(&new, serde_json::to_vec(&contents)?)?;
        fs::rename(&new, &path)?;
        Ok(Self { path })
    }
}

impl Drop for EngineFile {
    fn drop(&mut self) {
        // Left behind, it is harmless: a reader asks the engine before it believes the file.
        let _ = fs::remove_file(&self.path);
    }
}
