//! Writes recordings and messages to the disk, off the media thread.

mod free_space;
mod part_file;
mod recover;
mod tape;
mod writing;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use media::{RecordingId, SoundFile};
pub use sound_files::Channels;

use crate::limits::{MAX_RECORDER_ORDERS, MAX_RECORDINGS, RECORD_EVERY, SYNC_RECORDINGS_EVERY};
use crate::sounds::{BadName, sound_path};
pub use free_space::{DiskNearlyFull, FreeSpace, Keeps, free_space, is_read_only, may_record};
use part_file::PartFile;
pub use recover::{Recovered, recover};
pub use tape::Behind;
use tape::Tape;
use writing::{Medium, Writing};

/// Where the media thread puts the sound of recordings, tick by tick. Dropping it finishes all of
/// them and waits until they are on the disk.
#[derive(Debug)]
pub struct Recorder {
    data: PathBuf,
    tapes: BTreeMap<RecordingId, Tape>,
    orders: Option<SyncSender<Order>>,
    thread: Option<JoinHandle<()>>,
}

/// What became of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// How much sound the file holds; zero if there is none.
    pub lasts: Duration,
    /// How large it is.
    pub bytes: u64,
    /// How much became silence, or is missing at the end, because the disk did not keep up.
    pub lost: Duration,
    /// Why it ended.
    pub why: WriteEnd,
}

/// Why the writing of a recording ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteEnd {
    /// It was finished.
    Finished,
    /// The disk is full or cannot be written to. What was written before is whole.
    Disk(io::ErrorKind),
}

/// Why a recording does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRecorded {
    /// It has a name that no sound has.
    #[error(transparent)]
    Name(#[from] BadName),
    /// There is one of this id.
    #[error("the recording runs already")]
    AlreadyOpen,
    /// [`MAX_RECORDINGS`] are running.
    #[error("too many recordings are running")]
    TooMany,
    /// The disk is so slow that orders wait.
    #[error("the disk does not keep up")]
    Behind,
}

enum Order {
    Open {
        recording: RecordingId,
        path: PathBuf,
        keeps: Keeps,
        tape: tape::Reading,
    },
    /// A recording was finished.
    Look,
}

impl Recorder {
    /// Starts the thread that writes. `tell` is called on it, once for each recording that was
    /// opened, when its file is on the disk under its name. It must not wait.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        data: &Path,
        tell: impl Fn(RecordingId, Written) + Send + 'static,
    ) -> io::Result<Recorder> {
        let disk = data.to_owned();
        let create = move |path: &Path, keeps| create_if_room(free_space(&disk), path, keeps);
        Self::start_on(data, create, tell)
    }

    fn start_on<M: Medium>(
        data: &Path,
        create: impl Fn(&Path, Keeps) -> io::Result<M> + Send + 'static,
        tell: impl Fn(RecordingId, Written) + Send + 'static,
    ) -> io::Result<Recorder> {
        let (orders, taken) = sync_channel(MAX_RECORDER_ORDERS);
        let thread = thread::Builder::new()
            .name("recorder".into())
            .spawn(move || Desk::new(create, tell).run(&taken))?;
        Ok(Recorder {
            data: data.to_owned(),
            tapes: BTreeMap::new(),
            orders: Some(orders),
            thread: Some(thread),
        })
    }

    /// Begins a recording. Its file is made on the other thread, which also looks whether the disk
    /// has room for a file of this folder; that this failed is told like any other end.
    ///
    /// # Errors
    /// When it cannot begin. Nothing is told of it then.
    pub fn open(
        &mut self,
        recording: RecordingId,
        file: &SoundFile,
        channels: Channels,
    ) -> Result<(), NotRecorded> {
        let path = sound_path(&self.data, file)?;
        if self.tapes.contains_key(&recording) {
            return Err(NotRecorded::AlreadyOpen);
        }
        if self.tapes.len() >= MAX_RECORDINGS {
            return Err(NotRecorded::TooMany);
        }
        let (tape, reading) = Tape::new(channels);
        self.order(Order::Open {
            recording,
            path,
            keeps: Keeps::of(file),
            tape: reading,
        })
        .map_err(|Behind| NotRecorded::Behind)?;
        self.tapes.insert(recording, tape);
        Ok(())
    }

    /// Adds a tick of sound, 16 kHz, interleaved where there are two channels. Neither waits nor
    /// allocates. Of a recording that is not open nothing happens.
    ///
    /// # Errors
    /// When the disk is so far behind that these samples become silence of the same length.
    pub fn write(&mut self, recording: RecordingId, samples: &[i16]) -> Result<(), Behind> {
        match self.tapes.get_mut(&recording) {
            Some(tape) => tape.write(samples),
            None => Ok(()),
        }
    }

    /// Ends a recording; what became of it is told when it is on the disk.
    pub fn finish(&mut self, recording: RecordingId) {
        if self.tapes.remove(&recording).is_some() {
            // The other thread sees that the tape ends, at the latest when it looks again.
            let _ = self.order(Order::Look);
        }
    }

    fn order(&self, order: Order) -> Result<(), Behind> {
        let orders = self.orders.as_ref().ok_or(Behind)?;
        orders.try_send(order).map_err(|why| match why {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Behind,
        })
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.tapes.clear();
        self.orders = None; // the thread sees its orders end
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The thread that writes.
struct Desk<C, M: Medium, T> {
    create: C,
    tell: T,
    running: BTreeMap<RecordingId, Writing<M>>,
}

impl<C, M, T> Desk<C, M, T>
where
    C: Fn(&Path, Keeps) -> io::Result<M>,
    M: Medium,
    T: Fn(RecordingId, Written),
{
    fn new(create: C, tell: T) -> Self {
        Self {
            create,
            tell,
            running: BTreeMap::new(),
        }
    }

    fn run(mut self, orders: &Receiver<Order>) {
        let mut sync_at = Instant::now();
        loop {
            // Nothing runs, nothing wakes this thread.
            let order = if self.running.is_empty() {
                orders.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                orders.recv_timeout(RECORD_EVERY)
            };
            let over = matches!(order, Err(RecvTimeoutError::Disconnected));
            order
                .into_iter()
                .chain(orders.try_iter())
                .for_each(|order| self.follow(order));
            self.write();
            let now = Instant::now();
            if now >= sync_at {
                self.sync();
                // Counted from when it was done: a slow disk is not asked again at once.
                sync_at = now + SYNC_RECORDINGS_EVERY;
            }
            if over && self.running.is_empty() {
                return;
            }
        }
    }

    fn follow(&mut self, order: Order) {
        let Order::Open {
            recording,
            path,
            keeps,
            tape,
        } = order
        else {
            return;
        };
        let serial = u32::try_from(recording.0 & u64::from(u32::MAX)).unwrap_or(0);
        let begun =
            (self.create)(&path, keeps).and_then(|medium| Writing::begin(medium, tape, serial));
        match begun {
            Ok(writing) => {
                self.running.insert(recording, writing);
            }
            Err(why) => {
                tracing::error!(file = %path.display(), %why, "a recording cannot begin");
                let nothing = Written {
                    lasts: Duration::ZERO,
                    bytes: 0,
                    lost: Duration::ZERO,
                    why: WriteEnd::Disk(why.kind()),
                };
                (self.tell)(recording, nothing);
            }
        }
    }

    /// Writes what waits, and ends what is over.
    fn write(&mut self) {
        for (recording, mut writing) in std::mem::take(&mut self.running) {
            match writing.write() {
                Ok(true) => {
                    self.running.insert(recording, writing);
                }
                Ok(false) => (self.tell)(recording, writing.finish()),
                Err(why) => (self.tell)(recording, writing.give_up(&why)),
            }
        }
    }

    fn sync(&mut self) {
        for (recording, mut writing) in std::mem::take(&mut self.running) {
            match writing.sync() {
                Ok(()) => {
                    self.running.insert(recording, writing);
                }
                Err(why) => (self.tell)(recording, writing.give_up(&why)),
            }
        }
    }
}

/// Makes the file of a recording, if there is room on the disk for what it keeps.
fn create_if_room(space: Option<FreeSpace>, path: &Path, keeps: Keeps) -> io::Result<PartFile> {
    if let Some(space) = space {
        let full = |why| io::Error::new(io::ErrorKind::StorageFull, why);
        may_record(space, keeps).map_err(full)?;
    }
    PartFile::create(path)
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        io::Write,
        sync::{
            Arc, Mutex,
            mpsc::{Receiver, channel},
        },
    };

    use sound_files::{Limits, OpusWriter, read_opus};

    use super::*;

    const TICK: [i16; 320] = [1_000; 320];
    const ID: RecordingId = RecordingId(7);

    type Told = Receiver<(RecordingId, Written)>;

    fn on<M: Medium>(
        data: &Path,
        create: impl Fn(&Path, Keeps) -> io::Result<M> + Send + 'static,
    ) -> (Recorder, Told) {
        let (tell, told) = channel();
        let recorder = Recorder::start_on(data, create, move |recording, written| {
            let _ = tell.send((recording, written));
        });
        (recorder.unwrap(), told)
    }

    fn next(told: &Told) -> (RecordingId, Written) {
        told.recv_timeout(Duration::from_secs(30)).unwrap()
    }

    fn ticks(count: u64) -> Duration {
        Duration::from_millis(20 * count)
    }

    #[test]
    fn a_recording_has_its_name_when_it_is_whole() {
        let data = tempfile::tempdir().unwrap();
        let (mut recorder, told) = on(data.path(), |path, _| PartFile::create(path));
        let file = SoundFile::new("messages/2026/11/7");
        let path = sound_path(data.path(), &file).unwrap();
        recorder.open(ID, &file, Channels::Mono).unwrap();
        for _ in 0..101 {
            recorder.write(ID, &TICK).unwrap();
        }
        assert!(!path.exists());
        recorder.finish(ID);
        let (of, written) = next(&told);
        assert_eq!(of, ID);
        assert_eq!(written.why, WriteEnd::Finished);
        assert_eq!(written.lasts, ticks(101));
        assert_eq!(written.lost, Duration::ZERO);
        let bytes = fs::read(&path).unwrap();
        assert_eq!(written.bytes, bytes.len() as u64);
        let sound = read_opus(&bytes, Limits::OWN).unwrap();
        assert_eq!(sound.samples.len(), 101 * 320);
        let files = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(files, 1, "the provisional file is gone");
    }

    #[test]
    fn the_end_of_the_engine_finishes_every_recording() {
        let data = tempfile::tempdir().unwrap();
        let (mut recorder, told) = on(data.path(), |path, _| PartFile::create(path));
        for id in 0..20 {
            let file = SoundFile::new(&format!("recordings/{id}"));
            let channels = [Channels::Mono, Channels::Stereo][id as usize % 2];
            recorder.open(RecordingId(id), &file, channels).unwrap();
            let tick = vec![500; 320 * channels.count()];
            for _ in 0..50 {
                recorder.write(RecordingId(id), &tick).unwrap();
            }
        }
        drop(recorder);
        let mut all: Vec<_> = told.try_iter().collect();
        all.sort_by_key(|(id, _)| *id);
        assert_eq!(all.len(), 20);
        assert!(
            all.iter().all(|(_, written)| written.lasts == ticks(50)),
            "{all:?}"
        );
    }

    #[test]
    fn what_is_not_to_be_recorded_is_refused() {
        let data = tempfile::tempdir().unwrap();
        let (mut recorder, told) = on(data.path(), |path, _| PartFile::create(path));
        let open = |recorder: &mut Recorder, id, name: &str| {
            recorder.open(RecordingId(id), &SoundFile::new(name), Channels::Mono)
        };
        assert_eq!(
            open(&mut recorder, 0, "../x"),
            Err(NotRecorded::Name(BadName))
        );
        for id in 0..MAX_RECORDINGS as u64 {
            assert_eq!(open(&mut recorder, id, &format!("a/{id}")), Ok(()));
        }
        assert_eq!(open(&mut recorder, 3, "a/x"), Err(NotRecorded::AlreadyOpen));
        assert_eq!(open(&mut recorder, 9_999, "a/x"), Err(NotRecorded::TooMany));
        recorder.finish(RecordingId(3));
        assert_eq!(open(&mut recorder, 9_999, "a/x"), Ok(()));
        // Nobody said anything in it: there is no file, and nothing to be recovered either.
        assert_eq!(next(&told).1.why, WriteEnd::Finished);
        drop(recorder);
        assert!(told.try_iter().all(|(_, written)| written.lasts.is_zero()));
        assert_eq!(
            fs::read_dir(data.path().join("sound/a")).unwrap().count(),
            0
        );
    }

    #[test]
    fn an_unwritable_folder_ends_the_recording_and_nothing_else() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir_all(data.path().join("sound/open")).unwrap();
        fs::write(
            data.path().join("sound/shut"),
            "a file where a folder should be",
        )
        .unwrap();
        let (mut recorder, told) = on(data.path(), |path, _| PartFile::create(path));
        recorder
            .open(ID, &SoundFile::new("shut/a"), Channels::Mono)
            .unwrap();
        let (of, written) = next(&told);
        assert_eq!((of, written.bytes), (ID, 0));
        assert!(matches!(written.why, WriteEnd::Disk(_)));
        // The media thread may not have heard of it yet.
        let _ = recorder.write(ID, &TICK);
        recorder.finish(ID);
        let other = RecordingId(8);
        recorder
            .open(other, &SoundFile::new("open/a"), Channels::Mono)
            .unwrap();
        recorder.write(other, &TICK).unwrap();
        recorder.finish(other);
        let (of, written) = next(&told);
        assert_eq!((of, written.lasts), (other, ticks(1)));
    }

    /// A file on a disk with little room.
    struct LittleRoom {
        file: PartFile,
        room: usize,
    }

    impl Write for LittleRoom {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let fits = bytes.len().min(self.room);
            if fits == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.room -= fits;
            self.file.write(&bytes[..fits])
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Medium for LittleRoom {
        fn sync(&mut self) -> io::Result<()> {
            self.file.sync()
        }

        fn keep(self, bytes: u64) -> io::Result<Duration> {
            self.file.keep(bytes)
        }
    }

    #[test]
    fn calls_are_not_recorded_on_a_disk_that_still_takes_messages() {
        let data = tempfile::tempdir().unwrap();
        let space = FreeSpace {
            free: 1 << 30,
            of: 1 << 40,
        };
        let (mut recorder, told) = on(data.path(), move |path, keeps| {
            create_if_room(Some(space), path, keeps)
        });
        let full = WriteEnd::Disk(io::ErrorKind::StorageFull);
        for (file, lasts, why) in [
            ("recordings/2026/01/7-1", ticks(0), full),
            ("messages/7-1", ticks(1), WriteEnd::Finished),
        ] {
            recorder
                .open(ID, &SoundFile::new(file), Channels::Mono)
                .unwrap();
            recorder.write(ID, &TICK).unwrap();
            recorder.finish(ID);
            let (_, written) = next(&told);
            assert_eq!((written.lasts, written.why), (lasts, why), "{file}");
        }
    }

    #[test]
    fn a_full_disk_ends_the_recording_and_what_was_written_is_whole() {
        for room in [0, 100, 5_000] {
            let data = tempfile::tempdir().unwrap();
            let (mut recorder, told) = on(data.path(), move |path, _| {
                let file = PartFile::create(path)?;
                Ok(LittleRoom { file, room })
            });
            let file = SoundFile::new("messages/a");
            recorder.open(ID, &file, Channels::Mono).unwrap();
            // 20 s; the tape takes 4 s at a time, so some may be lost, and nothing waits.
            for _ in 0..1_000 {
                let _ = recorder.write(ID, &[9_000; 320]);
            }
            recorder.finish(ID);
            let (_, written) = next(&told);
            assert_eq!(written.why, WriteEnd::Disk(io::ErrorKind::StorageFull));
            let path = sound_path(data.path(), &file).unwrap();
            if room < 5_000 {
                assert_eq!((written.lasts, written.bytes), (Duration::ZERO, 0));
                assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 0);
                continue;
            }
            let bytes = fs::read(path).unwrap();
            assert_eq!(bytes.len() as u64, written.bytes);
            let sound = read_opus(&bytes, Limits::OWN).unwrap();
            assert_eq!(sound.lasts(), written.lasts);
            assert!(written.lasts >= ticks(25), "{written:?}");
        }
    }

    /// A file on a disk that hangs until the gate opens.
    struct Hangs {
        file: PartFile,
        gate: Arc<Mutex<()>>,
    }

    impl Write for Hangs {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            drop(self.gate.lock());
            self.file.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Medium for Hangs {
        fn sync(&mut self) -> io::Result<()> {
            self.file.sync()
        }

        fn keep(self, bytes: u64) -> io::Result<Duration> {
            self.file.keep(bytes)
        }
    }

    #[test]
    fn a_hanging_disk_holds_nobody_up() {
        let data = tempfile::tempdir().unwrap();
        let gate = Arc::new(Mutex::new(()));
        let shut = gate.lock().unwrap();
        let theirs = Arc::clone(&gate);
        let (mut recorder, told) = on(data.path(), move |path, _| {
            let file = PartFile::create(path)?;
            let gate = Arc::clone(&theirs);
            Ok(Hangs { file, gate })
        });
        recorder
            .open(ID, &SoundFile::new("a"), Channels::Stereo)
            .unwrap();
        let mut behind = 0;
        for _ in 0..300 {
            behind += u32::from(recorder.write(ID, &[700; 640]).is_err());
        }
        assert!(behind >= 50, "4 s of 6 may wait, {behind} ticks were lost");
        drop(shut);
        recorder.finish(ID);
        let (_, written) = next(&told);
        assert_eq!(written.why, WriteEnd::Finished);
        assert_eq!(written.lasts, ticks(300 - u64::from(behind)));
        assert_eq!(written.lost, ticks(u64::from(behind)));
    }

    #[test]
    fn a_power_cut_loses_less_than_what_was_said_since_the_last_sync() {
        /// What is safe on the disk.
        struct Safe {
            written: Vec<u8>,
            safe: usize,
        }
        impl Write for Safe {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.written.write(bytes)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        impl Medium for Safe {
            fn sync(&mut self) -> io::Result<()> {
                self.safe = self.written.len();
                Ok(())
            }
            fn keep(self, _: u64) -> io::Result<Duration> {
                let safe = io::Cursor::new(&self.written[..self.safe]);
                Ok(sound_files::measure(safe).map_or(Duration::ZERO, |safe| safe.lasts))
            }
        }
        let (mut tape, reading) = Tape::new(Channels::Mono);
        let medium = Safe {
            written: Vec::new(),
            safe: 0,
        };
        let mut writing = Writing::begin(medium, reading, 1).unwrap();
        for tick in 0..130 {
            tape.write(&TICK).unwrap();
            writing.write().unwrap();
            if tick == 110 {
                writing.sync().unwrap();
            }
        }
        let safe = writing.give_up(&io::ErrorKind::Other.into()).lasts;
        let lost = ticks(111) - safe;
        assert!(lost < ticks(1), "{lost:?} of what was synced");
    }

    #[test]
    fn a_message_that_was_being_left_in_a_crash_is_recovered() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("sound/messages/2026");
        fs::create_dir_all(&folder).unwrap();
        let mut writer = OpusWriter::new(Vec::new(), Channels::Mono, 1).unwrap();
        for _ in 0..120 {
            writer.write(&TICK).unwrap();
        }
        let mut torn = writer.into_out();
        let whole = torn.len();
        torn.extend_from_slice(b"OggS\0\0 the beginning of a page");
        fs::write(folder.join("a.opus.part"), &torn).unwrap();
        fs::write(folder.join("b.opus.part"), b"").unwrap();
        fs::write(folder.join("c.opus.part"), &torn[..30]).unwrap();
        fs::write(folder.join("other.part"), b"not ours").unwrap();

        let recovered = recover(data.path());
        let [message] = recovered.as_slice() else {
            panic!("{recovered:?}");
        };
        assert_eq!(message.file, SoundFile::new("messages/2026/a"));
        assert_eq!(message.bytes, whole as u64);
        let path = sound_path(data.path(), &message.file).unwrap();
        let sound = read_opus(&fs::read(path).unwrap(), Limits::OWN).unwrap();
        assert_eq!(sound.lasts(), message.lasts);
        assert!(message.lasts > ticks(90), "{message:?}");
        let mut left: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["a.opus", "other.part"]);
        assert!(recover(data.path()).is_empty(), "once is enough");
    }
}
