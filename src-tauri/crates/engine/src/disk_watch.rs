//! Whether the disk takes what is written to it, found out by writing: now and then, and as soon as
//! it has refused something. A thread of its own writes, so that it alone waits when the disk hangs.

use api::Desk;
use host::recorder::{DiskNearlyFull, FreeSpace, Keeps, free_space, may_record};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};

/// With the next, how soon windows show that the disk does not take what is written: within 5 s.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// A disk that takes longer for one block hangs.
const HANGS_AFTER: Duration = Duration::from_secs(2);
/// However often it refuses something.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(250);
/// What was refused is shown for so long at least, though the disk takes everything again.
const TOLD_FOR: Duration = Duration::from_secs(30);

/// The file that is written to find out.
const PROBE: &str = ".disk-probe";
/// As much as a disk writes at once.
const BLOCK: [u8; 4_096] = [0; 4_096];

/// The thread that writes, and what it found.
#[derive(Debug)]
pub(crate) struct DiskWatch {
    orders: Sender<Order>,
    found: Mutex<Found>,
}

/// What is known of the disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Found {
    pub(crate) disk: Disk,
    /// Something was refused a moment ago.
    pub(crate) refused: bool,
    /// Recordings were refused since there was too little room for them, and there still is.
    pub(crate) lacks_room: Option<DiskNearlyFull>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Disk {
    #[default]
    NotLookedAt,
    /// It has not answered for [`HANGS_AFTER`].
    Hangs,
    Answers(Look),
}

/// What a look at the disk finds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Look {
    pub(crate) space: Option<FreeSpace>,
    /// The folder that could not be written to.
    pub(crate) refused: Option<(PathBuf, io::ErrorKind)>,
}

struct Order {
    /// Whether to look at each folder anew, since something was refused.
    everywhere: bool,
    answer: oneshot::Sender<Look>,
}

impl DiskWatch {
    pub(crate) fn start(data: &Path) -> io::Result<Self> {
        let (orders, taken) = channel();
        let data = data.to_owned();
        // Not waited for at the end: it may hang with the disk.
        thread::Builder::new()
            .name("disk".to_owned())
            .spawn(move || look_whenever_asked(&data, &taken))?;
        Ok(Self {
            orders,
            found: Mutex::default(),
        })
    }

    /// What was found last.
    pub(crate) fn found(&self) -> Found {
        let found = self.found.lock();
        found.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at the disk again and again, and calls `tell` after each look; never ends.
    pub(crate) async fn watch(&self, desk: &Desk, tell: impl Fn()) {
        while let Some(()) = self.look(desk, &tell).await {
            sleep(LOOK_AT_MOST_EVERY).await;
            tokio::select! {
                () = sleep(LOOK_EVERY) => {}
                () = desk.disk_doubted() => {}
            }
        }
        // The thread has gone, which only a fault of ours can do.
        std::future::pending().await
    }

    async fn look(&self, desk: &Desk, tell: &impl Fn()) -> Option<()> {
        let (answer, mut answered) = oneshot::channel();
        // What was found there is looked at until it takes something again.
        let is_refused = match self.found().disk {
            Disk::Answers(look) => look.refused.is_some(),
            _ => false,
        };
        let everywhere = is_refused || desk.disk_refused_within(TOLD_FOR);
        self.orders.send(Order { everywhere, answer }).ok()?;
        let look = match timeout(HANGS_AFTER, &mut answered).await {
            Ok(look) => look,
            Err(_) => {
                tracing::error!("the disk does not answer");
                self.note(desk, Disk::Hangs);
                tell();
                answered.await
            }
        };
        self.note(desk, Disk::Answers(look.ok()?));
        tell();
        Some(())
    }

    fn note(&self, desk: &Desk, disk: Disk) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let lacking = match &disk {
            Disk::Answers(look) => look
                .space
                .and_then(|space| may_record(space, Keeps::Recording).err()),
            _ => found.lacks_room,
        };
        let was_lacking = found.lacks_room.is_some() || desk.sound_refused_within(TOLD_FOR);
        *found = Found {
            disk,
            refused: desk.disk_refused_within(TOLD_FOR),
            lacks_room: lacking.filter(|_| was_lacking),
        };
    }
}

fn look_whenever_asked(data: &Path, orders: &Receiver<Order>) {
    while let Ok(Order { everywhere, answer }) = orders.recv() {
        // Whoever asked may have ended meanwhile.
        let _ = answer.send(look_at(data, everywhere));
    }
}

fn look_at(data: &Path, everywhere: bool) -> Look {
    let sound = data.join("sound");
    // In the calm of most days one block each is written over in place: a disk has less to do.
    let mut folders = vec![data.to_owned(), sound.clone()];
    if everywhere {
        folders.extend([sound.join("recordings"), sound.join("messages")]);
    }
    // What does not exist yet is made when it is needed, in a folder that is looked at.
    let mut folders = folders
        .into_iter()
        .filter(|folder| folder.symlink_metadata().is_ok());
    let refused = folders.find_map(|folder| {
        let refused = write_into(&folder, everywhere).err()?;
        Some((folder, refused.kind()))
    });
    Look {
        space: free_space(data),
        refused,
    }
}

/// Writes a block to the disk. `anew`: into a file of its own, which takes room; it is removed then.
fn write_into(folder: &Path, anew: bool) -> io::Result<()> {
    let path = folder.join(PROBE);
    if anew && path.symlink_metadata().is_ok() {
        fs::remove_file(&path)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path)?;
    file.write_all(&BLOCK)?;
    file.sync_data()?;
    if anew {
        fs::remove_file(&path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_takes_nothing_is_found_and_a_disk_in_order_is_left_as_it_was() {
        let data = tempfile::tempdir().unwrap();
        let sound = data.path().join("sound");
        fs::create_dir_all(sound.join("messages")).unwrap();
        for everywhere in [false, true] {
            let look = look_at(data.path(), everywhere);
            assert_eq!(look.refused, None);
            assert_eq!(look.space.is_some(), cfg!(unix));
        }
        let left = fs::read_dir(sound.join("messages")).unwrap().count();
        assert_eq!(left, 0);
        // Nothing can be made where a file is in the way.
        fs::write(sound.join("recordings"), "no folder").unwrap();
        let refused = look_at(data.path(), true).refused;
        assert_eq!(refused.unwrap().0, sound.join("recordings"));
        fs::remove_file(sound.join("recordings")).unwrap();
        assert_eq!(look_at(data.path(), true).refused, None);
    }
}
