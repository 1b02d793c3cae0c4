//! What the program is told when it is started.

use anyhow::{Context, bail};
use std::path::PathBuf;

/// The option of a start at login: no window, the tray is enough.
pub const BACKGROUND: &str = "--background";

/// What the program is told when it is started.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// Where the office's data is kept.
    pub data: PathBuf,
    /// Whether to start without a window.
    pub background: bool,
    /// For the engine, should we have to start it.
    pub for_engine: Vec<String>,
}

impl Arguments {
    /// Reads `--data DIR` and `--background`; all other options are for the engine. Without
    /// `--data`, the data is that of the person who is logged in.
    ///
    /// # Errors
    /// `--data` without a folder, or no home folder to keep data in.
    pub fn read(mut words: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let (mut data, mut background, mut for_engine) = (None, false, Vec::new());
        while let Some(word) = words.next() {
            if word == "--data" {
                data = Some(words.next().context("--data wants a folder")?.into());
            } else if let Some(folder) = word.strip_prefix("--data=") {
                data = Some(folder.into());
            } else if word == BACKGROUND {
                background = true;
            } else {
                for_engine.push(word);
            }
        }
        let Some(data) = data.or_else(data_folder::default) else {
            bail!("There is no home folder to keep data in; choose a folder with --data")
        };
        Ok(Self {
            data,
            background,
            for_engine,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> anyhow::Result<Arguments> {
        Arguments::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_data_folder_is_ours_and_other_options_are_the_engines() {
        let told = read("--sip 10.0.0.2:5060 --data /tmp/x --api 127.0.0.1:0").unwrap();
        assert_eq!(told.data, PathBuf::from("/tmp/x"));
        assert!(!told.background);
        assert_eq!(
            told.for_engine,
            ["--sip", "10.0.0.2:5060", "--api", "127.0.0.1:0"]
        );
        assert_eq!(read("--data=/tmp/x").unwrap().data, PathBuf::from("/tmp/x"));
        assert!(read("--data").is_err());
    }

    #[test]
    fn a_start_at_login_opens_no_window() {
        assert!(read("--background --data /tmp/x").unwrap().background);
    }
}
