//! The files of sounds that go along in a backup, and that come back from one.

use crate::wav;
use office::SoundName;
use sha2::{Digest, Sha256};
use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    path::Path,
};
use store::{CopiedSounds, OfficeCopy, SoundUse, StoreError};

/// Reads the sounds that are wanted into a copy. One whose file is gone is left out: nobody could
/// hear it here either.
///
/// # Errors
/// [`StoreError::BackupTooLarge`], before anything is read; the disk refuses.
pub(crate) fn take_along(
    data: &Path,
    sounds: Vec<(SoundName, SoundUse)>,
    with: CopiedSounds,
    copy: &mut OfficeCopy,
) -> Result<(), StoreError> {
    let wanted = sounds.into_iter().filter(|(_, used)| match used {
        SoundUse::Library => true,
        SoundUse::Message => with.messages,
        SoundUse::Recording => with.recordings,
    });
    let files: Vec<_> = wanted
        .filter_map(|(name, _)| Some((wav::path_of(data, &name).ok()?, name)))
        .collect();
    let all: u64 = files.iter().map(|(path, _)| size_of(path)).sum();
    if all > store::limits::BACKUP_MAX_BYTES as u64 {
        return Err(StoreError::BackupTooLarge);
    }
    for (path, name) in files {
        match fs::read(&path) {
            Ok(file) => copy.add_sound(name, file),
            Err(why) if why.kind() == ErrorKind::NotFound => {
                tracing::warn!(%name, "a sound has no file and is not in the backup");
            }
            Err(why) => return Err(StoreError::io("read", &path)(why)),
        }
    }
    Ok(())
}

/// Gives each sound of a copy the name it is to have here. What is here as it is there keeps its
/// name; nothing that is here is ever written over, and no later call takes the name of a message
/// that came back, for those are named by the numbers of calls.
pub(crate) fn give_names(data: &Path, copy: &mut OfficeCopy) {
    copy.name_sounds(|name, file| {
        let here = wav::path_of(data, name).ok();
        let found = here.and_then(|path| fs::read(path).ok());
        match found {
            Some(found) if found == file => name.clone(),
            None if !is_named_by_call(name) => name.clone(),
            _ => with_mark(name, file),
        }
    });
}

/// Puts the files of a copy into their places.
///
/// # Errors
/// [`StoreError::DiskFull`], or what else the disk says.
pub(crate) fn place(data: &Path, copy: &OfficeCopy) -> Result<(), StoreError> {
    for (name, file) in copy.sounds() {
        let Ok(path) = wav::path_of(data, name) else {
            return Err(StoreError::BackupDamaged);
        };
        if fs::metadata(&path).is_ok_and(|here| here.len() == file.len() as u64) {
            continue;
        }
        write(&path, file).map_err(StoreError::io("write", &path))?;
    }
    Ok(())
}

/// How large a file is; one that is gone has nothing.
pub(crate) fn size_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |data| data.len())
}

fn is_named_by_call(name: &SoundName) -> bool {
    ["messages/", "recordings/"]
        .iter()
        .any(|folder| name.as_str().starts_with(folder))
}

/// The name with the beginning of its file's SHA-256, so that the same file gets the same name
/// whenever it comes back.
fn with_mark(name: &SoundName, file: &[u8]) -> SoundName {
    let mark: String = Sha256::digest(file)
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let ending = format!("-{mark}");
    let plain = name.as_str().strip_suffix(".opus").unwrap_or(name.as_str());
    if plain.ends_with(&ending) {
        return name.clone();
    }
    // A name too long for the mark is one this version did not give.
    SoundName::parse(&format!("{plain}{ending}")).unwrap_or_else(|_| name.clone())
}

/// Whole or not at all: its content is on the disk before its name is.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension("draft");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    drop(file);
    let placed = written.and_then(|()| fs::rename(&draft, path));
    if placed.is_err() {
        // Of no use to anybody.
        let _ = fs::remove_file(&draft);
    }
    placed
}
