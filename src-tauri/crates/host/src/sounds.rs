//! Finds sounds by their names and decodes them, off the media thread.

mod cache;
mod shipped;
mod whereabouts;

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
};

use media::{Samples, SoundFile};
use sound_files::{Limits, read_opus};

use crate::limits::{MAX_SOUNDS_CACHED, MAX_SOUNDS_WANTED};
use cache::{Cache, Version};
pub use shipped::{bytes as shipped, music as shipped_music};
pub use whereabouts::{BadName, sound_path};

/// Why a sound cannot be played.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It has a name that no sound has.
    #[error(transparent)]
    Name(#[from] BadName),
    /// There is no such file.
    #[error("there is no such sound")]
    Missing,
    /// The file is damaged or too long.
    #[error(transparent)]
    Sound(#[from] sound_files::Unreadable),
    /// The disk does not give it.
    #[error("the disk does not give the sound: {0}")]
    Disk(io::ErrorKind),
}

/// Too many sounds are wanted at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many sounds are wanted at once")]
pub struct TooManyWanted;

/// The way to the threads that find and decode sounds. Dropping it ends them.
///
/// `prompts/<language>/<phrase>` and `music/<piece>` come with the engine; all other sounds are the
/// office's own, in the folder `sound` of the data directory. Each is Ogg Opus; its name may end in
/// `.opus` or not.
#[derive(Debug)]
pub struct Sounds {
    /// Phrases are short and somebody waits for each: they have their own thread, so that none is
    /// behind a long piece of music.
    phrases: Lane,
    others: Lane,
}

impl Sounds {
    /// Starts the threads. `reply` is called on them, once for each sound wanted, with mono at
    /// 16 kHz. It must not wait.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        data: &Path,
        reply: impl Fn(SoundFile, Result<Samples, Unreadable>) + Send + Sync + 'static,
    ) -> io::Result<Sounds> {
        let library = Arc::new(Library {
            data: data.to_owned(),
            cache: Mutex::new(Cache::new(MAX_SOUNDS_CACHED)),
            reply,
        });
        Ok(Sounds {
            phrases: Lane::start("phrases", Arc::clone(&library))?,
            others: Lane::start("sounds", library)?,
        })
    }

    /// Asks for a sound; the reply follows on another thread. Never waits.
    ///
    /// # Errors
    /// When [`MAX_SOUNDS_WANTED`] are asked for and not yet given; no reply follows then.
    pub fn want(&self, file: SoundFile) -> Result<(), TooManyWanted> {
        let lane = if file.as_str().starts_with("prompts/") {
            &self.phrases
        } else {
            &self.others
        };
        lane.want(file)
    }
}

/// A thread and the sounds wanted of it.
#[derive(Debug)]
struct Lane {
    wanted: Option<SyncSender<SoundFile>>,
    thread: Option<JoinHandle<()>>,
}

impl Lane {
    fn start<R>(name: &str, library: Arc<Library<R>>) -> io::Result<Lane>
    where
        R: Fn(SoundFile, Result<Samples, Unreadable>) + Send + Sync + 'static,
    {
        let (wanted, asked) = sync_channel(MAX_SOUNDS_WANTED);
        let thread = thread::Builder::new()
            .name(name.into())
            .spawn(move || library.serve(&asked))?;
        Ok(Lane {
            wanted: Some(wanted),
            thread: Some(thread),
        })
    }

    fn want(&self, file: SoundFile) -> Result<(), TooManyWanted> {
        let Some(wanted) = &self.wanted else {
            return Err(TooManyWanted);
        };
        wanted.try_send(file).map_err(|why| match why {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => TooManyWanted,
        })
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.wanted = None; // the thread sees that nothing more is wanted
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Library<R> {
    data: PathBuf,
    /// Held by the two threads only, and never while they decode.
    cache: Mutex<Cache>,
    reply: R,
}

impl<R: Fn(SoundFile, Result<Samples, Unreadable>)> Library<R> {
    fn serve(&self, asked: &Receiver<SoundFile>) {
        while let Ok(file) = asked.recv() {
            let sound = self.find(&file);
            if let Err(why) = &sound {
                tracing::warn!(sound = %file, %why, "a sound cannot be played");
            }
            (self.reply)(file, sound);
        }
    }

    fn find(&self, file: &SoundFile) -> Result<Samples, Unreadable> {
        let path = sound_path(&self.data, file)?;
        if shipped::is_shipped(file) {
            if let Some(kept) = self.kept(file, Version::Shipped) {
                return Ok(kept);
            }
            let bytes = shipped::bytes(file).ok_or(Unreadable::Missing)?;
            return self.decode(file, Version::Shipped, &bytes);
        }
        // A message that was deleted or recorded anew is not heard from memory.
        let mut opened = File::open(path).map_err(|why| not_read(&why))?;
        let about = opened.metadata().map_err(|why| not_read(&why))?;
        let version = Version::of(&about);
        if let Some(kept) = self.kept(file, version) {
            return Ok(kept);
        }
        let mut bytes = Vec::new();
        // One byte more than is taken, so that too much is noticed.
        let most = Limits::OWN.bytes as u64 + 1;
        opened
            .by_ref()
            .take(most)
            .read_to_end(&mut bytes)
            .map_err(|why| not_read(&why))?;
        self.decode(file, version, &bytes)
    }

    fn kept(&self, file: &SoundFile, version: Version) -> Option<Samples> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.get(file, version)
    }

    fn decode(
        &self,
        file: &SoundFile,
        version: Version,
        bytes: &[u8],
    ) -> Result<Samples, Unreadable> {
        let samples: Samples = read_opus(bytes, Limits::OWN)?.into_mono().into();
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.keep(file.clone(), version, Arc::clone(&samples));
        Ok(samples)
    }
}

fn not_read(why: &io::Error) -> Unreadable {
    match why.kind() {
        io::ErrorKind::NotFound => Unreadable::Missing,
        kind => Unreadable::Disk(kind),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        sync::mpsc::{Receiver, channel},
        time::Duration,
    };

    use sound_files::{Channels, write_opus};

    use super::*;

    type Given = Receiver<(SoundFile, Result<Samples, Unreadable>)>;

    fn started(data: &Path) -> (Sounds, Given) {
        let (give, given) = channel();
        let sounds = Sounds::start(data, move |file, sound| {
            let _ = give.send((file, sound));
        });
        (sounds.unwrap(), given)
    }

    fn heard(sounds: &Sounds, given: &Given, name: &str) -> Result<Samples, Unreadable> {
        let file = SoundFile::new(name);
        sounds.want(file.clone()).unwrap();
        let (of, sound) = given.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(of, file);
        sound
    }

    fn keep(data: &Path, name: &str, samples: usize, channels: Channels) {
        let path = data.join("sound").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let sound = vec![1_000; samples * channels.count()];
        fs::write(path, write_opus(&sound, channels, 1).unwrap()).unwrap();
    }

    #[test]
    fn a_sound_of_the_office_is_found_with_and_without_its_ending() {
        let data = tempfile::tempdir().unwrap();
        keep(data.path(), "greetings/4f2a.opus", 8_000, Channels::Mono);
        keep(
            data.path(),
            "messages/2026/11/7.opus",
            4_000,
            Channels::Stereo,
        );
        let (sounds, given) = started(data.path());
        for name in ["greetings/4f2a", "greetings/4f2a.opus"] {
            assert_eq!(heard(&sounds, &given, name).unwrap().len(), 8_000);
        }
        let both = heard(&sounds, &given, "messages/2026/11/7").unwrap();
        assert_eq!(both.len(), 4_000, "two channels become one");
    }

    #[test]
    fn listeners_share_one_copy_until_the_file_changes() {
        let data = tempfile::tempdir().unwrap();
        keep(data.path(), "music-of-ours/a.opus", 8_000, Channels::Mono);
        let (sounds, given) = started(data.path());
        let first = heard(&sounds, &given, "music-of-ours/a").unwrap();
        let second = heard(&sounds, &given, "music-of-ours/a").unwrap();
        assert!(Arc::ptr_eq(&first, &second));

        keep(data.path(), "music-of-ours/a.opus", 9_000, Channels::Mono);
        assert_eq!(
            heard(&sounds, &given, "music-of-ours/a").unwrap().len(),
            9_000
        );
        fs::remove_file(data.path().join("sound/music-of-ours/a.opus")).unwrap();
        let gone = heard(&sounds, &given, "music-of-ours/a");
        assert_eq!(gone, Err(Unreadable::Missing));
    }

    #[test]
    fn what_cannot_be_played_is_told_with_its_reason() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir_all(data.path().join("sound/greetings/folder.opus")).unwrap();
        fs::write(
            data.path().join("sound/greetings/torn.opus"),
            b"OggS and so on",
        )
        .unwrap();
        fs::write(data.path().join("sound/greetings/empty.opus"), b"").unwrap();
        fs::write(data.path().join("secret.opus"), b"x").unwrap();
        let (sounds, given) = started(data.path());
        let why = |name| heard(&sounds, &given, name).unwrap_err();
        assert_eq!(why("greetings/none"), Unreadable::Missing);
        assert_eq!(why("prompts/en/no-such-phrase"), Unreadable::Missing);
        assert_eq!(
            why("greetings/torn"),
            Unreadable::Sound(sound_files::Unreadable::UnknownFormat)
        );
        assert_eq!(
            why("greetings/empty"),
            Unreadable::Sound(sound_files::Unreadable::Empty)
        );
        assert!(matches!(why("greetings/folder"), Unreadable::Disk(_)));
        assert_eq!(why("../secret"), Unreadable::Name(BadName));
    }
}
