//! Files only their owner can read, written so that a power cut leaves all of them or none.

use crate::StoreError;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Creates a directory for its owner alone (0700) where there is none. One that exists keeps the
/// mode its owner gave it: the files in it are closed to others each by itself.
pub(crate) fn create_dir(path: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(StoreError::io("create", path))
}

/// Makes sure that a file exists and only its owner can read it (0600). SQLite gives the same mode
/// to the write-ahead log it puts beside a database.
pub(crate) fn make_private(path: &Path) -> Result<File, StoreError> {
    let file = options()
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(StoreError::io("open", path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(0o600);
        file.set_permissions(mode)
            .map_err(StoreError::io("close to others", path))?;
    }
    Ok(file)
}

/// Writes a file that did not exist, whole or not at all: its content is on the disk before its
/// name is.
pub(crate) fn write_new(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let draft = draft_of(path);
    let written = write_draft(&draft, content)
        .and_then(|()| fs::rename(&draft, path))
        .map_err(StoreError::io("write", path));
    if written.is_err() {
        // The draft is of no use to anyone; that it could not be removed either changes nothing.
        let _ = fs::remove_file(&draft);
    }
    written?;
    sync_parent(path)
}

/// Makes the names in a file's directory durable, after a file was created or renamed.
pub(crate) fn sync_parent(path: &Path) -> Result<(), StoreError> {
    // Windows cannot open a directory to flush it; NTFS journals names by itself.
    #[cfg(unix)]
    if let Some(parent) = path.parent() {
        let dir = File::open(parent).map_err(StoreError::io("open", parent))?;
        dir.sync_all().map_err(StoreError::io("flush", parent))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Where the content of a file is put until it is complete.
pub(crate) fn draft_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".draft");
    PathBuf::from(name)
}

fn write_draft(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = options().create(true).truncate(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
