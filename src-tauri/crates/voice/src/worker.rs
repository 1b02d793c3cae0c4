//! The worker: one text from standard input, spoken to standard output.

use crate::bundled::Voice;
use crate::limits::MAX_TEXT_CHARS;
use crate::pico;
use std::io::{self, Read, Write};
use std::process::ExitCode;

/// The first word of the command line that makes the program a worker: `speak --voice de-DE`.
pub const WORKER_VERB: &str = "speak";

/// Reads a text from standard input until its end, speaks it, and writes the samples to standard
/// output: 16 kHz, mono, 16 bit, low byte first, without a header.
///
/// Before it reads anything it gives up most of the memory and processor time it could use.
#[must_use]
pub fn worker_main(locale: &str) -> ExitCode {
    match run(locale) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn run(locale: &str) -> Result<(), String> {
    let voice = Voice::find(locale).ok_or("there is no such voice")?;
    give_up_resources();
    let mut text = String::new();
    // No character has more than four bytes.
    let most = (MAX_TEXT_CHARS * 4) as u64;
    io::stdin()
        .take(most)
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    let mut out = io::stdout().lock();
    let mut bytes = Vec::new();
    pico::speak(voice, &text, |samples| {
        bytes.clear();
        bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        out.write_all(&bytes)
    })?;
    out.flush().map_err(|error| error.to_string())
}

/// Best effort: a system without such limits still has the time limit of the one who started us.
#[cfg(unix)]
fn give_up_resources() {
    use crate::limits::{WORKER_MEMORY, WORKER_SECONDS};
    use nix::sys::resource::{Resource, setrlimit};
    let _ = setrlimit(Resource::RLIMIT_CPU, WORKER_SECONDS, WORKER_SECONDS);
    let _ = setrlimit(Resource::RLIMIT_AS, WORKER_MEMORY, WORKER_MEMORY);
    // No core file: it would hold the text.
    let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
}

#[cfg(not(unix))]
fn give_up_resources() {}
