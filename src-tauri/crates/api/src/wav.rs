//! Sounds as WAV files, made while they are sent: in parts as well, so that a player can jump, and
//! piece by piece, so that an hour does not sit in memory.

use crate::{errors::Problem, limits::SOUND_PIECE};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use sound_files::{Channels, OpusReader, SAMPLE_RATE, Unreadable, measure, wav_header};
use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read, Seek},
    ops::Range,
    path::PathBuf,
    sync::Arc,
};
use tokio::task::spawn_blocking;

/// A sound to be sent.
#[derive(Clone, Debug)]
pub(crate) enum WavOf {
    /// An Ogg Opus file of ours.
    File(PathBuf),
    /// Such a file in memory.
    Opus(Bytes),
    /// A WAV file that is made already.
    Ready(Bytes),
}

/// Answers with a sound, or the part of it that the request names. `file_name` is what a browser
/// calls it when it keeps it, without its ending.
///
/// # Errors
/// 404 if there is no such file, 416 if there is no such part.
pub(crate) async fn answer(
    sound: WavOf,
    asked: &HeaderMap,
    file_name: Option<&str>,
) -> Result<Response, Problem> {
    let shape = match &sound {
        WavOf::Ready(bytes) => Shape {
            channels: Channels::Mono,
            bytes: bytes.len() as u64,
        },
        _ => {
            let sound = sound.clone();
            in_background(move || Shape::of(&sound)).await??
        }
    };
    let part = match part_of(asked.get(header::RANGE), shape.bytes) {
        Part::Whole => None,
        Part::Of(range) => Some(range),
        Part::None => return Ok(no_such_part(shape.bytes)),
    };
    let range = part.clone().unwrap_or(0..shape.bytes);
    let length = range.end - range.start;
    let body = match sound {
        WavOf::Ready(bytes) => Body::from(slice(&bytes, &range)),
        sound => {
            let sending = in_background(move || Sending::new(&sound, shape, range)).await??;
            Body::from_stream(stream::try_unfold(sending, Sending::piece))
        }
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("audio/wav"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if let Some(name) = file_name {
        headers.insert(header::CONTENT_DISPOSITION, as_download(name));
    }
    if let Some(range) = part {
        let last = range.end - 1;
        let told = format!("bytes {}-{last}/{}", range.start, shape.bytes);
        headers.insert(header::CONTENT_RANGE, value(&told));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// Does something that takes a while where it holds up no other request.
pub(crate) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    spawn_blocking(work).await.map_err(|why| {
        tracing::error!(%why, "a sound could not be worked on");
        let detail = "the sound could not be worked on";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    })
}

/// Bytes of the head of every WAV file we make.
const HEAD: u64 = 44;

/// How a sound looks as a WAV file.
#[derive(Clone, Copy, Debug)]
struct Shape {
    channels: Channels,
    /// Of the whole file.
    bytes: u64,
}

impl Shape {
    fn of(sound: &WavOf) -> Result<Self, Problem> {
        let measured = measure(open(sound)?).map_err(unreadable)?;
        // A length is told in whole microseconds, cut off.
        let micros = measured.lasts.as_micros() * u128::from(SAMPLE_RATE);
        let samples = u64::try_from(micros.div_ceil(1_000_000)).unwrap_or(0);
        Ok(Self {
            channels: measured.channels,
            bytes: HEAD + samples * bytes_of_sample(measured.channels),
        })
    }
}

/// Bytes of one sample of all channels.
fn bytes_of_sample(channels: Channels) -> u64 {
    channels.count() as u64 * 2
}

trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

fn open(sound: &WavOf) -> Result<Box<dyn Source>, Problem> {
    match sound {
        WavOf::File(path) => {
            let file = File::open(path).map_err(|why| {
                tracing::warn!(%why, path = %path.display(), "a sound cannot be opened");
                Problem::not_found("sound")
            })?;
            Ok(Box::new(BufReader::with_capacity(SOUND_PIECE, file)))
        }
        WavOf::Opus(bytes) | WavOf::Ready(bytes) => Ok(Box::new(Cursor::new(bytes.clone()))),
    }
}

fn unreadable(why: Unreadable) -> Problem {
    tracing::warn!(%why, "a sound cannot be read");
    Problem::not_found("sound")
}

/// A sound on its way.
struct Sending {
    reader: OpusReader<Box<dyn Source>>,
    /// What is left of the head, and of what was decoded.
    ready: Vec<u8>,
    /// Bytes still to be sent.
    left: u64,
}

impl Sending {
    fn new(sound: &WavOf, shape: Shape, range: Range<u64>) -> Result<Self, Problem> {
        let mut reader = OpusReader::new(open(sound)?).map_err(unreadable)?;
        let sample = bytes_of_sample(shape.channels);
        let samples = (shape.bytes - HEAD) / sample * shape.channels.count() as u64;
        let head = wav_header(samples, shape.channels, SAMPLE_RATE);
        let mut sending_from = Vec::new();
        if range.start < HEAD {
            let from = usize::try_from(range.start).unwrap_or(0);
            sending_from.extend_from_slice(head.get(from..).unwrap_or_default());
        } else {
            let into = range.start - HEAD;
            reader.skip(into / sample);
            // A part may begin within a sample.
            let within = usize::try_from(into % sample).unwrap_or(0);
            if let Some(block) = reader.next_block() {
                push(&mut sending_from, block);
                sending_from.drain(..within.min(sending_from.len()));
            }
        }
        Ok(Self {
            reader,
            ready: sending_from,
            left: range.end - range.start,
        })
    }

    /// The next bytes. No thread is held while whoever asked takes them.
    async fn piece(self) -> io::Result<Option<(Bytes, Self)>> {
        if self.left == 0 {
            return Ok(None);
        }
        let made = spawn_blocking(move || self.make());
        Ok(Some(made.await.map_err(io::Error::other)?))
    }

    fn make(mut self) -> (Bytes, Self) {
        let wanted = usize::try_from(self.left)
            .unwrap_or(SOUND_PIECE)
            .min(SOUND_PIECE);
        let mut piece = std::mem::take(&mut self.ready);
        while piece.len() < wanted {
            match self.reader.next_block() {
                Some(block) => push(&mut piece, block),
                // The file was cut meanwhile: as much as was promised is sent.
                None => piece.resize(wanted, 0),
            }
        }
        self.ready = piece.split_off(wanted);
        self.left -= wanted as u64;
        (piece.into(), self)
    }
}

fn push(bytes: &mut Vec<u8>, samples: &[i16]) {
    bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
}

/// Which part of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Of(Range<u64>),
    /// One that lies outside.
    None,
}

/// What `Range` asks for (RFC 9110 §14.2). What is not understood is not there; several parts at
/// once are answered with the whole.
fn part_of(asked: Option<&HeaderValue>, length: u64) -> Part {
    let asked = asked.and_then(|value| value.to_str().ok());
    let Some((from, to)) = asked
        .and_then(|text| text.strip_prefix("bytes="))
        .and_then(|text| text.split_once('-'))
    else {
        return Part::Whole;
    };
    let range = match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => from..to.saturating_add(1).min(length),
        (Ok(from), Err(_)) if to.trim().is_empty() => from..length,
        (Err(_), Ok(last)) if from.trim().is_empty() => length.saturating_sub(last)..length,
        _ => return Part::Whole,
    };
    if range.is_empty() {
        Part::None
    } else {
        Part::Of(range)
    }
}

fn no_such_part(length: u64) -> Response {
    let detail = "the sound has no such part";
    let mut response = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, detail).into_response();
    let told = value(&format!("bytes */{length}"));
    response.headers_mut().insert(header::CONTENT_RANGE, told);
    response
}

fn slice(bytes: &Bytes, range: &Range<u64>) -> Bytes {
    let at = |place: u64| {
        usize::try_from(place)
            .unwrap_or(usize::MAX)
            .min(bytes.len())
    };
    bytes.slice(at(range.start)..at(range.end))
}

/// The name under which a browser keeps the file: in plain letters for old ones, and as it is for
/// all others (RFC 6266 §4.3, RFC 8187).
fn as_download(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '-' | '_' => c,
            _ => '_',
        })
        .collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    value(&format!(
        "attachment; filename=\"{plain}.wav\"; filename*=UTF-8''{encoded}.wav"
    ))
}

/// A header of visible letters, which cannot fail.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Where a sound of the office lies.
///
/// # Errors
/// 404: no sound has such a name.
pub(crate) fn path_of(
    data: &std::path::Path,
    name: &office::SoundName,
) -> Result<PathBuf, Problem> {
    let file = media::SoundFile::new(name.as_str());
    host::sounds::sound_path(data, &file).map_err(|_| Problem::not_found("sound"))
}

/// A phrase or a piece of music that comes with the engine.
///
/// # Errors
/// 404: there is none of that name.
pub(crate) fn shipped(name: &str) -> Result<WavOf, Problem> {
    let file = media::SoundFile::new(name);
    let bytes = host::sounds::shipped(&file).ok_or_else(|| Problem::not_found("sound"))?;
    Ok(WavOf::Opus(match bytes {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    }))
}

/// The right to read, speak or make a sound: few do at a time.
#[derive(Clone, Debug)]
pub(crate) struct Workbench(Arc<tokio::sync::Semaphore>);

impl Default for Workbench {
    fn default() -> Self {
        let works = tokio::sync::Semaphore::new(crate::limits::MAX_SOUND_WORKS);
        Self(Arc::new(works))
    }
}

impl Workbench {
    /// Does such work in its turn. It goes on when whoever asked has left.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        // Never closed, so there always is one in the end.
        let place = Arc::clone(&self.0).acquire_owned().await;
        in_background(move || {
            let _place = place;
            work()
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use sound_files::{read_opus, write_opus};

    fn ranged(range: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::RANGE, value(range))])
    }

    #[test]
    fn a_part_is_found_or_is_none() {
        let cases = [
            ("bytes=0-", Part::Of(0..100)),
            ("bytes=10-19", Part::Of(10..20)),
            ("bytes=90-500", Part::Of(90..100)),
            ("bytes=-5", Part::Of(95..100)),
            ("bytes=-500", Part::Of(0..100)),
            ("bytes=100-", Part::None),
            ("bytes=-0", Part::None),
            ("bytes=5-4", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("lines=1-2", Part::Whole),
            ("bytes=99999999999999999999-", Part::Whole),
        ];
        for (asked, part) in cases {
            assert_eq!(part_of(Some(&value(asked)), 100), part, "{asked}");
        }
        assert_eq!(part_of(None, 100), Part::Whole);
    }

    #[tokio::test]
    async fn every_part_of_a_recording_is_the_part_of_the_whole() {
        let tone = |at: usize, hz: f32| ((at as f32 * hz / 16_000.0 * 6.3).sin() * 9_000.0) as i16;
        let both: Vec<i16> = (0..50_003)
            .flat_map(|at| [tone(at, 440.0), tone(at, 300.0)])
            .collect();
        let file = write_opus(&both, Channels::Stereo, 1).unwrap();
        let heard = read_opus(&file, sound_files::Limits::OWN).unwrap();
        let sound = WavOf::Opus(file.into());
        let whole = answer(sound.clone(), &HeaderMap::new(), Some("Anna & Bö"))
            .await
            .unwrap();
        assert_eq!(whole.status(), 200);
        assert_eq!(whole.headers()["accept-ranges"], "bytes");
        let named = whole.headers()["content-disposition"].to_str().unwrap();
        assert_eq!(
            named,
            "attachment; filename=\"Anna _ B_.wav\"; filename*=UTF-8''Anna%20%26%20B%C3%B6.wav"
        );
        let whole = to_bytes(whole.into_body(), usize::MAX).await.unwrap();
        let wav = sound_files::to_wav(&heard.samples, Channels::Stereo, SAMPLE_RATE);
        assert_eq!(whole, wav);
        let end = whole.len();
        for (from, to) in [
            (0, 43),
            (3, 99),
            (44, 47),
            (46, 1_000),
            (80_001, 150_006),
            (end - 1, end - 1),
        ] {
            let asked = ranged(&format!("bytes={from}-{to}"));
            let part = answer(sound.clone(), &asked, None).await.unwrap();
            assert_eq!(part.status(), 206);
            let told = part.headers()["content-range"].to_str().unwrap();
            assert_eq!(told, format!("bytes {from}-{to}/{end}"));
            let part = to_bytes(part.into_body(), usize::MAX).await.unwrap();
            assert_eq!(part.len(), to - from + 1, "{from}-{to}");
            // Within the first samples after a jump the decoder is still finding its feet.
            if from < 1_000 {
                assert_eq!(part, whole[from..=to], "{from}-{to}");
            }
        }
        let beyond = answer(sound, &ranged("bytes=9999999-"), None)
            .await
            .unwrap();
        assert_eq!(beyond.status(), 416);
        assert_eq!(
            beyond.headers()["content-range"].to_str().unwrap(),
            format!("bytes */{end}")
        );
        let gone = answer(
            WavOf::File("/nowhere/at/all".into()),
            &HeaderMap::new(),
            None,
        )
        .await;
        assert_eq!(gone.unwrap_err().status, 404);
    }
}
