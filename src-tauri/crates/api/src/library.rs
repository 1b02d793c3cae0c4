//! The office's sounds as files: where they lie, how they look, who uses them.

use crate::{
    aloud::Aloud,
    configuration::Configuration,
    errors::Problem,
    limits::{MAX_UPLOADS, OUTLINE_BARS, OUTLINE_PATIENCE},
    server::Api,
    values::SoundId,
    wav::{self, WavOf, Workbench},
};
use axum::{body::Bytes, http::StatusCode};
use office::{MailboxOwner, MusicOnHold, PersonId, ScheduleDocument, SoundName};
use sha2::{Digest, Sha256};
use sound_files::{Channels, OpusReader, SAMPLE_RATE, Unreadable, measure, write_opus};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, BufReader, Cursor, Read, Seek, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use store::{Sound, SoundKind, SoundOutline};
use tokio::{
    sync::{OnceCell, Semaphore},
    time::timeout,
};

/// What working with sounds needs.
#[derive(Debug)]
pub(crate) struct Library {
    pub(crate) bench: Workbench,
    /// Files that may arrive.
    pub(crate) arriving: Semaphore,
    /// Outlines being drawn, so that no two lists draw the same.
    drawn_now: Mutex<BTreeSet<SoundName>>,
    built_in: OnceCell<Vec<BuiltIn>>,
    pub(crate) aloud: Aloud,
}

/// A piece of music that comes with Cordboard.
#[derive(Clone, Debug)]
pub(crate) struct BuiltIn {
    pub(crate) name: SoundName,
    pub(crate) title: String,
    pub(crate) seconds: f64,
    pub(crate) outline: SoundOutline,
}

/// A sound that has an identity.
#[derive(Clone, Debug)]
pub(crate) enum Known {
    Own(Sound),
    BuiltIn(BuiltIn),
}

/// Where a sound is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HeardIn {
    Mailbox(office::MailboxId, String),
    /// On a day on which these hours are closed.
    Hours(office::ScheduleId, String),
    MusicOfOffice,
    MusicOf(PersonId, String),
}

impl Default for Library {
    fn default() -> Self {
        Self {
            bench: Workbench::default(),
            arriving: Semaphore::new(MAX_UPLOADS),
            drawn_now: Mutex::default(),
            built_in: OnceCell::new(),
            aloud: Aloud::default(),
        }
    }
}

impl Known {
    pub(crate) fn name(&self) -> &SoundName {
        match self {
            Self::Own(sound) => &sound.name,
            Self::BuiltIn(piece) => &piece.name,
        }
    }

    pub(crate) fn title(&self) -> &str {
        match self {
            Self::Own(sound) => &sound.title,
            Self::BuiltIn(piece) => &piece.title,
        }
    }

    /// Its sound, to be sent.
    pub(crate) fn wav(&self, data: &Path) -> Result<WavOf, Problem> {
        match self {
            Self::Own(sound) => Ok(WavOf::File(wav::path_of(data, &sound.name)?)),
            Self::BuiltIn(piece) => wav::shipped(piece.name.as_str()),
        }
    }
}

/// The music that comes with Cordboard, looked at once.
pub(crate) async fn built_in(api: &Api) -> Result<&[BuiltIn], Problem> {
    let look = || {
        api.library
            .bench
            .work(|| host::sounds::shipped_music().iter().map(look_at).collect())
    };
    let pieces: Result<&Vec<BuiltIn>, Problem> = api
        .library
        .built_in
        .get_or_try_init(async || look().await?)
        .await;
    Ok(pieces?)
}

/// The sound of that identity.
///
/// # Errors
/// 404.
pub(crate) async fn find(api: &Api, id: SoundId) -> Result<Known, Problem> {
    let mut pieces = built_in(api).await?.iter();
    if let Some(piece) = pieces.find(|piece| SoundId::of(&piece.name) == id) {
        return Ok(Known::BuiltIn(piece.clone()));
    }
    let sounds = api.keeper.ask(|store| store.sounds()).await?;
    let sound = sounds
        .into_iter()
        .find(|sound| SoundId::of(&sound.name) == id);
    sound
        .map(Known::Own)
        .ok_or_else(|| Problem::not_found("sound"))
}

/// The names of all sounds there are, by identity: for those who choose one.
pub(crate) async fn names(api: &Api) -> Result<BTreeMap<SoundId, SoundName>, Problem> {
    let pieces = built_in(api).await?.iter().map(|piece| piece.name.clone());
    let sounds = api.keeper.ask(|store| store.sounds()).await?;
    let names = sounds.into_iter().map(|sound| sound.name).chain(pieces);
    Ok(names.map(|name| (SoundId::of(&name), name)).collect())
}

/// How files look. What nobody has looked at before is read now; what takes too long is missing
/// here and known the next time.
pub(crate) async fn outlines(
    api: &Arc<Api>,
    names: Vec<SoundName>,
) -> Result<BTreeMap<SoundName, SoundOutline>, Problem> {
    let (asked, names) = (names.clone(), names);
    let known = api
        .keeper
        .ask(move |store| store.sound_outlines(&asked))
        .await?;
    let missing: Vec<SoundName> = {
        let mut now = drawn_now(api);
        let unknown = names.iter().filter(|name| !known.contains_key(*name));
        unknown
            .filter(|name| now.insert((*name).clone()))
            .cloned()
            .collect()
    };
    if missing.is_empty() {
        return Ok(known);
    }
    let drawing = tokio::spawn(draw_all(Arc::clone(api), missing));
    // It goes on when nobody waits any more.
    let _ = timeout(OUTLINE_PATIENCE, drawing).await;
    Ok(api
        .keeper
        .ask(move |store| store.sound_outlines(&names))
        .await?)
}

async fn draw_all(api: Arc<Api>, names: Vec<SoundName>) {
    for name in names {
        let drawn = match wav::path_of(api.keeper.dir(), &name) {
            Ok(path) => api.library.bench.work(move || outline_of(&path)).await,
            Err(why) => Err(why),
        };
        drawn_now(&api).remove(&name);
        // A file that cannot be read has no outline; the reason is in the log when it is played.
        if let Ok(Ok(outline)) = drawn {
            api.keeper.work(
                move |store| match store.keep_sound_outline(&name, &outline) {
                    Ok(()) => {}
                    Err(why) => tracing::warn!(%why, "the outline of a sound is not kept"),
                },
            );
        }
    }
}

fn drawn_now(api: &Api) -> std::sync::MutexGuard<'_, BTreeSet<SoundName>> {
    let now = api.library.drawn_now.lock();
    now.unwrap_or_else(PoisonError::into_inner)
}

/// How a file of ours looks.
pub(crate) fn outline_of(path: &Path) -> io::Result<SoundOutline> {
    let bytes = fs::metadata(path)?.len();
    let open = || File::open(path).map(BufReader::new);
    let measured = measure(open()?).map_err(io::Error::other)?;
    let peaks = peaks(open()?, samples(measured.lasts)).map_err(io::Error::other)?;
    Ok(SoundOutline { bytes, peaks })
}

/// The loudest moment of each of [`OUTLINE_BARS`] parts, 0 to 100, read piece by piece.
fn peaks(source: impl Read + Seek, samples: u64) -> Result<Vec<u8>, Unreadable> {
    let mut reader = OpusReader::new(source)?;
    let channels = reader.channels().count();
    let mut loudest = vec![0_u16; OUTLINE_BARS];
    let mut at = 0_u64;
    while let Some(block) = reader.next_block() {
        for moment in block.chunks_exact(channels) {
            let bar = usize::try_from(at * OUTLINE_BARS as u64 / samples.max(1));
            let bar = bar.unwrap_or(usize::MAX).min(OUTLINE_BARS - 1);
            let loud = moment.iter().map(|sample| sample.unsigned_abs()).max();
            if let (Some(bar), Some(loud)) = (loudest.get_mut(bar), loud) {
                *bar = loud.max(*bar);
            }
            at += 1;
        }
    }
    let in_percent = |loud: u16| u32::from(loud.min(32_767)) * 100 / 32_767;
    let bars = loudest.into_iter().map(in_percent);
    Ok(bars.map(|bar| u8::try_from(bar).unwrap_or(100)).collect())
}

fn samples(lasts: std::time::Duration) -> u64 {
    u64::try_from(lasts.as_micros() * u128::from(SAMPLE_RATE) / 1_000_000).unwrap_or(u64::MAX)
}

fn look_at(file: &media::SoundFile) -> Result<BuiltIn, Problem> {
    let name = file.as_str();
    let word = name.rsplit('/').next().unwrap_or(name);
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let WavOf::Opus(bytes) = wav::shipped(name)? else {
        return Err(Problem::not_found("sound"));
    };
    let lasts = measure(Cursor::new(&bytes)).map_err(fault)?.lasts;
    Ok(BuiltIn {
        name: SoundName::parse(name).map_err(fault)?,
        title: first.into_iter().chain(letters).collect(),
        seconds: lasts.as_secs_f64(),
        outline: SoundOutline {
            bytes: bytes.len() as u64,
            peaks: peaks(Cursor::new(&bytes), samples(lasts)).map_err(fault)?,
        },
    })
}

fn fault(why: impl std::fmt::Display) -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, why.to_string())
}

/// Where each sound is heard, by name.
pub(crate) fn heard_in(configuration: &Configuration) -> BTreeMap<SoundName, Vec<HeardIn>> {
    let office = configuration.office();
    let mut heard: BTreeMap<SoundName, Vec<HeardIn>> = BTreeMap::new();
    for schedule in office.schedules() {
        let greetings = schedule.document().map(ScheduleDocument::greetings);
        let sounds = greetings.into_iter().flatten().map(|(_, sound)| sound.0);
        for sound in sounds.collect::<BTreeSet<_>>() {
            if let Some((name, _)) = configuration.sounds().get(&SoundId(sound)) {
                let place = HeardIn::Hours(schedule.id(), schedule.name().to_owned());
                heard.entry(name.clone()).or_default().push(place);
            }
        }
    }
    for mailbox in office.mailboxes() {
        let name = match &mailbox.owner {
            MailboxOwner::Person { person } => office
                .person(*person)
                .map_or_else(String::new, |person| person.name.clone()),
            MailboxOwner::Group { name } => name.clone(),
        };
        let greetings = &mailbox.greetings;
        let away = greetings.away.as_ref().map(|away| &away.sound);
        let sounds = [
            greetings.standard.as_ref(),
            greetings.name.as_ref(),
            greetings.busy.as_ref(),
            greetings.closed.as_ref(),
            away,
        ];
        let sounds: BTreeSet<&SoundName> = sounds.into_iter().flatten().collect();
        for sound in sounds {
            let place = HeardIn::Mailbox(mailbox.id, name.clone());
            heard.entry(sound.clone()).or_default().push(place);
        }
    }
    let of_office = (&office.settings().music, HeardIn::MusicOfOffice);
    let of_people = office.persons().filter_map(|person| {
        let place = HeardIn::MusicOf(person.id, person.name.clone());
        Some((person.music.as_ref()?, place))
    });
    let standard = host::sounds::shipped_music().into_iter();
    let standard: Vec<SoundName> = standard
        .filter_map(|piece| SoundName::parse(piece.as_str()).ok())
        .collect();
    for (music, place) in std::iter::once(of_office).chain(of_people) {
        let sounds = match music {
            MusicOnHold::Standard => &standard,
            MusicOnHold::Own(sounds) => sounds,
        };
        let sounds: BTreeSet<&SoundName> = sounds.iter().collect();
        for sound in sounds {
            heard.entry(sound.clone()).or_default().push(place.clone());
        }
    }
    heard
}

/// A sound that lies in its place, to be written down.
pub(crate) struct Placed {
    pub(crate) name: SoundName,
    pub(crate) sha256: String,
    pub(crate) lasts_ms: u32,
    pub(crate) outline: SoundOutline,
}

/// Puts mono samples at 16 kHz into a file of their own. No file that is there is touched.
///
/// # Errors
/// 507 if the disk is full; the disk refuses.
pub(crate) fn place(data: &Path, kind: SoundKind, samples: &[i16]) -> Result<Placed, Problem> {
    let folder = match kind {
        SoundKind::Greeting => "greetings",
        // `music/` is what comes with Cordboard.
        SoundKind::Music => "own-music",
    };
    place_in(data, folder, samples)
}

/// The same in a folder of that name.
///
/// # Errors
/// 507 if the disk is full; the disk refuses.
pub(crate) fn place_in(data: &Path, folder: &str, samples: &[i16]) -> Result<Placed, Problem> {
    let made = Made::of(samples)?;
    let sha256 = &made.sha256;
    // The same words may be two sounds, of which one is cut later.
    for turn in 1_u32.. {
        let name = match turn {
            1 => format!("{folder}/{sha256}"),
            _ => format!("{folder}/{sha256}-{turn}"),
        };
        let name = SoundName::parse(&name).map_err(fault)?;
        let path = wav::path_of(data, &name)?;
        make_folder_of(&path).map_err(|why| refused(&why))?;
        match write(OpenOptions::new().create_new(true), &path, &made.file) {
            Ok(()) => {
                return Ok(Placed {
                    outline: outline_of(&path).map_err(|why| refused(&why))?,
                    sha256: made.sha256,
                    lasts_ms: made.lasts_ms,
                    name,
                });
            }
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
            Err(why) => {
                // Of no use to anybody.
                let _ = fs::remove_file(&path);
                return Err(refused(&why));
            }
        }
    }
    Err(fault("there is no name left for the sound"))
}

/// Puts other samples into the place of a sound, whole or not at all.
///
/// # Errors
/// 507 if the disk is full; the disk refuses.
pub(crate) fn replace(data: &Path, name: &SoundName, samples: &[i16]) -> Result<Placed, Problem> {
    let made = Made::of(samples)?;
    let path = wav::path_of(data, name)?;
    let draft = path.with_extension("draft");
    let done = write(
        OpenOptions::new().create(true).truncate(true),
        &draft,
        &made.file,
    )
    .and_then(|()| fs::rename(&draft, &path))
    .and_then(|()| sync_folder_of(&path))
    .and_then(|()| outline_of(&path));
    match done {
        Ok(outline) => Ok(Placed {
            name: name.clone(),
            sha256: made.sha256,
            lasts_ms: made.lasts_ms,
            outline,
        }),
        Err(why) => {
            let _ = fs::remove_file(&draft);
            Err(refused(&why))
        }
    }
}

struct Made {
    file: Bytes,
    sha256: String,
    lasts_ms: u32,
}

impl Made {
    fn of(samples: &[i16]) -> Result<Self, Problem> {
        let file = write_opus(samples, Channels::Mono, 1).map_err(fault)?;
        let lasts = samples.len() as u64 * 1_000 / u64::from(SAMPLE_RATE);
        Ok(Self {
            sha256: hex(Sha256::digest(&file).as_slice()),
            lasts_ms: u32::try_from(lasts).unwrap_or(u32::MAX),
            file: file.into(),
        })
    }
}

/// The SHA-256 of a sound's file, in 64 small hex digits.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn sha256_of(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(hex(hash.finalize().as_slice()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn refused(why: &io::Error) -> Problem {
    if why.kind() == io::ErrorKind::StorageFull {
        let detail = "the disk is full, so the sound was not kept; free some space and try again";
        return Problem::new(StatusCode::INSUFFICIENT_STORAGE, detail);
    }
    tracing::error!(%why, "a sound could not be kept");
    fault("the disk does not take the sound")
}

/// For the owner of the office alone.
fn make_folder_of(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    path.parent()
        .map_or(Ok(()), |folder| builder.create(folder))
}

fn write(options: &mut OpenOptions, path: &Path, content: &[u8]) -> io::Result<()> {
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()?;
    sync_folder_of(path)
}

/// Makes the name of a file durable.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    // Windows cannot open a folder to flush it; NTFS journals names by itself.
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
