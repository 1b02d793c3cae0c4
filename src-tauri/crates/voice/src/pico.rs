//! The speech engine SVOX Pico: text in, samples of 16 kHz out. Only a worker process calls it.

use crate::bundled::Voice;
use crate::limits::{ENGINE_MEMORY, MAX_SAMPLES};
use std::fmt;
use std::io::Write;
use std::rc::Rc;
use ttspico::{Engine, EngineStatus, System};

/// Speaks a text and gives the sound piece by piece to `heard`; what is beyond [`MAX_SAMPLES`] is
/// not spoken.
///
/// # Errors
/// A sentence for the log: the engine refused its voice or the text, or `heard` failed.
pub(crate) fn speak(
    voice: &Voice,
    text: &str,
    mut heard: impl FnMut(&[i16]) -> std::io::Result<()>,
) -> Result<(), String> {
    let mut engine = engine(voice).map_err(|error| error.to_string())?;
    let text = spoken_text(text);
    let mut unread = text.as_bytes();
    let mut samples = [0_i16; 2_048];
    let mut left = MAX_SAMPLES;
    while !unread.is_empty() {
        // It takes as much as it has room for; then it wants to be emptied.
        let taken = engine.put_text(unread).map_err(|error| error.to_string())?;
        unread = &unread[taken..];
        loop {
            let (written, status) = engine
                .get_data(&mut samples[..])
                .map_err(|error| error.to_string())?;
            let written = written.min(left);
            left -= written;
            heard(&samples[..written]).map_err(|error| error.to_string())?;
            if left == 0 {
                return Ok(());
            }
            if status == EngineStatus::Idle {
                break;
            }
        }
    }
    Ok(())
}

/// The text as the engine is to see it: without its mark-up characters, by which a text could turn
/// its own volume or speed, as one paragraph, and with the end mark that starts the speech.
fn spoken_text(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        '<' | '>' | '\\' => ' ',
        c if c.is_control() => ' ',
        c => c,
    });
    // A little below full volume: at full volume single samples clip.
    let mut marked = String::from("<volume level='70'>");
    marked.extend(plain);
    marked.push_str("</volume>\0");
    marked
}

fn engine(voice: &Voice) -> Result<Engine, Box<dyn std::error::Error>> {
    let system = System::new(ENGINE_MEMORY).map_err(Refused::from)?;
    let definition = System::create_voice(Rc::clone(&system), "voice").map_err(Refused::from)?;
    // The engine reads its data from files only, and only from files with such names. It has read
    // them when `load_resource` returns.
    let parts = [
        ("_ta.bin", voice.text_analysis),
        ("_sg.bin", voice.speech_generation),
    ];
    for (ending, bytes) in parts {
        let mut file = tempfile::Builder::new().suffix(ending).tempfile()?;
        file.write_all(bytes)?;
        let path = file
            .path()
            .to_str()
            .ok_or("the temporary folder has a strange name")?;
        let part = System::load_resource(Rc::clone(&system), path).map_err(Refused::from)?;
        definition
            .borrow_mut()
            .add_resource(part)
            .map_err(Refused::from)?;
    }
    // SAFETY: the crate asks that both the text analysis and the speech generation be part of the
    // voice before this call; both were added above, or we have returned.
    #[allow(unsafe_code)]
    let engine = unsafe { ttspico::Voice::create_engine(definition) };
    Ok(engine.map_err(Refused::from)?)
}

/// What the engine says when it refuses; its own type is no `Error`.
#[derive(Debug)]
struct Refused(String);

impl From<ttspico::PicoError> for Refused {
    fn from(error: ttspico::PicoError) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mark_up_in_a_text_does_not_reach_the_engine() {
        let said = spoken_text("a <volume level='500'>b</volume>\n\0c");
        assert_eq!(
            said,
            "<volume level='70'>a  volume level='500' b /volume   c</volume>\0"
        );
    }
}
