//! Whether the disk takes what is written to it, found out by writing: all the while somebody calls, now
//! and then while nobody does, and as soon as it has refused something. A thread of its own writes, so
//! that it alone waits when the disk hangs.

use api::Desk;
use host::recorder::{DiskNearlyFull, FreeSpace, Keeps, free_space, is_read_only, may_record};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};

/// With the next, how soon windows show that the disk does not take what is written: within 5 s.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long nothing is written to find out while nobody calls: a disk that sleeps sleeps on, and one that
/// wears out by writing lasts.
const WRITE_AT_LEAST_EVERY: Duration = Duration::from_secs(30);
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
    how: How,
    answer: oneshot::Sender<Look>,
}

/// How the disk is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// By what the system says of it: whether it is full, or only read.
    Asking,
    /// By writing to it.
    Writing,
    /// By writing to each folder anew, since something was refused.
    Everywhere,
}

impl How {
    /// By what is known before the look.
    fn at(somebody_calls: bool, is_doubted: bool, written_before: Option<Duration>) -> How {
        let is_due = written_before.is_none_or(|before| before >= WRITE_AT_LEAST_EVERY);
        match (is_doubted, somebody_calls || is_due) {
            (true, _) => How::Everywhere,
            (false, true) => How::Writing,
            (false, false) => How::Asking,
        }
    }
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
        let mut written: Option<Instant> = None;
        loop {
            let before = written.map(|at| at.elapsed());
            let how = How::at(desk.has_calls(), self.is_doubted(desk), before);
            if self.look(desk, how, &tell).await.is_none() {
                break;
            }
            if how != How::Asking {
                written = Some(Instant::now());
            }
            sleep(LOOK_AT_MOST_EVERY).await;
            tokio::select! {
                () = sleep(LOOK_EVERY) => {}
                () = desk.disk_matters() => {}
            }
        }
        // The thread has gone, which only a fault of ours can do.
        std::future::pending().await
    }

    /// Whether it has refused something, or did until it was looked at last: it is written to until it
    /// takes that again.
    fn is_doubted(&self, desk: &Desk) -> bool {
        let is_refused = match self.found().disk {
            Disk::Answers(look) => look.refused.is_some(),
            Disk::Hangs => true,
            Disk::NotLookedAt => false,
        };
        is_refused || desk.disk_refused_within(TOLD_FOR)
    }

    async fn look(&self, desk: &Desk, how: How, tell: &impl Fn()) -> Option<()> {
        let (answer, mut answered) = oneshot::channel();
        self.orders.send(Order { how, answer }).ok()?;
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
    while let Ok(Order { how, answer }) = orders.recv() {
        // Whoever asked may have ended meanwhile.
        let _ = answer.send(look_at(data, how));
    }
}

fn look_at(data: &Path, how: How) -> Look {
    let sound = data.join("sound");
    // In the calm of most days one block each is written over in place: a disk has less to do.
    let mut folders = vec![data.to_owned(), sound.clone()];
    let everywhere = how == How::Everywhere;
    if everywhere {
        folders.extend([sound.join("recordings"), sound.join("messages")]);
    }
    // What does not exist yet is made when it is needed, in a folder that is looked at.
    let mut folders = folders
        .into_iter()
        .filter(|folder| folder.symlink_metadata().is_ok());
    let refused = folders.find_map(|folder| {
        let refused = match how {
            How::Asking if is_read_only(&folder) => io::ErrorKind::ReadOnlyFilesystem,
            How::Asking => return None,
            How::Writing | How::Everywhere => write_into(&folder, everywhere).err()?.kind(),
        };
        Some((folder, refused))
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
        for how in [How::Asking, How::Writing, How::Everywhere] {
            let look = look_at(data.path(), how);
            assert_eq!(look.refused, None);
            assert_eq!(look.space.is_some(), cfg!(unix));
        }
        let left = fs::read_dir(sound.join("messages")).unwrap().count();
        assert_eq!(left, 0);
        // Nothing can be made where a file is in the way.
        fs::write(sound.join("recordings"), "no folder").unwrap();
        let refused = look_at(data.path(), How::Everywhere).refused;
        assert_eq!(refused.unwrap().0, sound.join("recordings"));
        fs::remove_file(sound.join("recordings")).unwrap();
        assert_eq!(look_at(data.path(), How::Everywhere).refused, None);
    }

    #[test]
    fn while_nobody_calls_the_disk_is_written_to_twice_a_minute_and_at_once_when_somebody_does() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(How::at(false, false, None), How::Writing, "at first");
        for before in [0, 2, 29] {
            assert_eq!(How::at(false, false, seconds(before)), How::Asking);
            assert_eq!(How::at(true, false, seconds(before)), How::Writing);
            assert_eq!(How::at(false, true, seconds(before)), How::Everywhere);
        }
        assert_eq!(How::at(false, false, seconds(30)), How::Writing);
        // Seen in a call, and told, within the five seconds that are promised.
        assert!(LOOK_EVERY + LOOK_AT_MOST_EVERY + HANGS_AFTER < Duration::from_secs(5));
    }

    #[test]
    fn to_ask_of_the_disk_writes_nothing() {
        let data = tempfile::tempdir().unwrap();
        let look = look_at(data.path(), How::Asking);
        assert_eq!(look.space.is_some(), cfg!(unix));
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
    }
}
