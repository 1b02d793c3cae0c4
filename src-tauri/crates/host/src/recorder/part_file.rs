//! A recording's file while it is written: its name ends in `.part`.

use std::{
    ffi::OsStr,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use sound_files::measure;

use super::writing::Medium;

/// What the names of files that are being written end in.
pub(super) const PART: &str = "part";

/// A file that gets its name when it is whole.
pub(super) struct PartFile {
    file: File,
    part: PathBuf,
    path: PathBuf,
}

impl PartFile {
    /// Makes the file, and the folders it lies in, for what will be `path`.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let part = part_of(path);
        let mut options = OpenOptions::new();
        options.write(true).read(true).create_new(true);
        // What people say is nobody's business on this computer.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&part)?;
        sync_folder(path)?;
        Ok(Self {
            file,
            part,
            path: path.to_owned(),
        })
    }

    /// The file a crash left behind.
    pub(super) fn left_behind(part: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(part)?;
        Ok(Self {
            file,
            part: part.to_owned(),
            path: part.with_extension(""),
        })
    }

    /// Cuts off what is no whole page and gives the file its name. Gives its length in time and in
    /// bytes; both are zero if there is nothing in it to hear. It is removed then.
    pub(super) fn keep_whole_pages(self) -> io::Result<(Duration, u64)> {
        io::Seek::seek(&mut &self.file, io::SeekFrom::Start(0))?;
        let playable = measure(BufReader::new(&self.file))
            .ok()
            .filter(|measured| !measured.lasts.is_zero());
        let Some(playable) = playable else {
            fs::remove_file(&self.part)?;
            return Ok((Duration::ZERO, 0));
        };
        self.file.set_len(playable.whole_bytes)?;
        self.file.sync_all()?;
        fs::rename(&self.part, &self.path)?;
        sync_folder(&self.path)?;
        Ok((playable.lasts, playable.whole_bytes))
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Medium for PartFile {
    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn keep(self, bytes: u64) -> io::Result<Duration> {
        self.file.set_len(bytes)?;
        self.keep_whole_pages().map(|(lasts, _)| lasts)
    }
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or(OsStr::new("")).to_owned();
    name.push(".");
    name.push(PART);
    path.with_file_name(name)
}

/// Makes names in the folder of `path` safe against a power cut. Only Unix lets a program ask.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
