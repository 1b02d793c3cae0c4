//! The one who starts workers and takes their sound.

use crate::bundled::Voice;
use crate::limits::{MAX_SAMPLES, MAX_TEXT_CHARS, TIME_LIMIT};
use crate::worker::WORKER_VERB;
use sound_files::{Target, normalise, trim_silence};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Silence kept before and after what is spoken.
const KEEP: Duration = Duration::from_millis(60);

/// Why a text was not spoken.
#[derive(Debug, thiserror::Error)]
pub enum SpeakError {
    /// There is nothing to be said.
    #[error("the text is empty")]
    Empty,
    /// The text has more than [`MAX_TEXT_CHARS`] characters.
    #[error("the text has {0} characters; {MAX_TEXT_CHARS} can be spoken")]
    TooLong(usize),
    /// No bundled voice has this tag.
    #[error("there is no voice {0:?}")]
    NoSuchVoice(String),
    /// The worker could not be started or spoken to.
    #[error("the voice could not be started")]
    NotStarted(#[from] io::Error),
    /// The worker took longer than [`TIME_LIMIT`] and was ended.
    #[error("the voice took too long")]
    TookTooLong,
    /// The worker gave more than [`MAX_SAMPLES`] samples.
    #[error("the text is spoken longer than ten minutes")]
    TooMuchSound,
    /// The worker ended badly; holds how, for the log. Never the text.
    #[error("the voice failed")]
    Failed(String),
    /// The worker said nothing: there is no word in the text.
    #[error("there is nothing in the text that can be spoken")]
    NothingSaid,
}

/// Speaks texts by starting workers. Cheap to make; each text has a worker of its own.
#[derive(Debug, Clone)]
pub struct Speaker {
    program: PathBuf,
    time_limit: Duration,
}

impl Speaker {
    /// A speaker whose workers are this very program.
    ///
    /// # Errors
    /// When the system does not say which program this is.
    pub fn this_program() -> io::Result<Self> {
        Ok(Self::with_program(std::env::current_exe()?))
    }

    /// A speaker whose workers are another program that knows [`WORKER_VERB`].
    #[must_use]
    pub fn with_program(program: PathBuf) -> Self {
        Self {
            program,
            time_limit: TIME_LIMIT,
        }
    }

    /// The same with another time limit.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// A text as sound: mono, 16 kHz, as loud as the recorded phrases, without silence around it.
    /// Blocks until it is spoken, at most for the time limit.
    ///
    /// # Errors
    /// See [`SpeakError`].
    pub fn speak(&self, text: &str, locale: &str) -> Result<Vec<i16>, SpeakError> {
        let chars = text.chars().count();
        if text.trim().is_empty() {
            return Err(SpeakError::Empty);
        }
        if chars > MAX_TEXT_CHARS {
            return Err(SpeakError::TooLong(chars));
        }
        let voice =
            Voice::find(locale).ok_or_else(|| SpeakError::NoSuchVoice(locale.to_owned()))?;
        let mut worker = Worker(
            Command::new(&self.program)
                .args([WORKER_VERB, "--voice", voice.locale])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()?,
        );
        let bytes = worker.converse(text, self.time_limit)?;
        let samples: Vec<i16> = bytes
            .chunks_exact(2)
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        let mut spoken = trim_silence(&samples, 40.0, KEEP).to_vec();
        if spoken.is_empty() {
            return Err(SpeakError::NothingSaid);
        }
        normalise(&mut spoken, Target::SPEECH);
        Ok(spoken)
    }
}

/// A running worker; ended and collected whatever happens.
struct Worker(Child);

impl Worker {
    /// Gives it the text and takes what it says.
    fn converse(&mut self, text: &str, limit: Duration) -> Result<Vec<u8>, SpeakError> {
        let (Some(mut into), Some(from)) = (self.0.stdin.take(), self.0.stdout.take()) else {
            return Err(SpeakError::Failed("it has no pipes".to_owned()));
        };
        let text = text.to_owned();
        let (heard, hearing) = mpsc::sync_channel(1);
        // On its own thread, since a pipe cannot be read with a time limit. It ends with the worker.
        thread::Builder::new()
            .name("voice".to_owned())
            .spawn(move || {
                let mut bytes = Vec::new();
                let most = 2 * MAX_SAMPLES as u64 + 2;
                let read = into
                    .write_all(text.as_bytes())
                    .map(|()| drop(into))
                    .and_then(|()| from.take(most).read_to_end(&mut bytes));
                // Nobody listens any more after the time limit.
                let _ = heard.send(read.map(|_| bytes));
            })?;
        let bytes = match hearing.recv_timeout(limit) {
            Ok(read) => read?,
            Err(_) => return Err(SpeakError::TookTooLong),
        };
        if bytes.len() > 2 * MAX_SAMPLES {
            return Err(SpeakError::TooMuchSound);
        }
        // Its output has ended, so it is about to end itself.
        let status = self.0.wait()?;
        if status.success() {
            Ok(bytes)
        } else {
            Err(SpeakError::Failed(status.to_string()))
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Both fail only where it has ended and was collected already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
