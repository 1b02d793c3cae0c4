//! What can be played to a phone: files, tones, pauses, in a row.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// One thing to be heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sound {
    /// A phrase, a greeting, music, a message.
    File(SoundFile),
    /// A tone, generated.
    Tone(Tone),
    /// Nothing, for this long.
    Pause(Duration),
}

/// Names a sound for the host to find: a path with `/`, no `..`, such as
/// `prompts/en/vm-enter-pin`, `music/default-1`, `greetings/4f2a…` or `messages/2026/11/….opus`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SoundFile(Arc<str>);

impl SoundFile {
    /// A sound by its name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SoundFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A sound as the graph plays it: mono, 16 kHz, linear 16 bit.
pub type Samples = Arc<[i16]>;

/// A tone of a telephone network: a cadence of parts, once or over and over (ITU-T E.180).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tone {
    /// The parts in their order.
    pub cadence: Arc<[TonePart]>,
    /// Whether it begins anew at its end; it is then played until it is stopped.
    pub repeats: bool,
}

/// A part of a cadence: up to four frequencies at once, or silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TonePart {
    /// In Hz, below 8,000; 0 for none. All are equally loud, together at −13 dBm0.
    pub frequencies: [u16; 4],
    /// How long it lasts.
    pub lasts: Duration,
}

impl TonePart {
    /// Frequencies sounding together for a while.
    #[must_use]
    pub const fn new(frequencies: [u16; 4], lasts: Duration) -> Self {
        Self { frequencies, lasts }
    }

    /// Silence for a while.
    #[must_use]
    pub const fn silence(lasts: Duration) -> Self {
        Self::new([0; 4], lasts)
    }
}

/// How a chain of sounds is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlayHow {
    /// Begin the chain anew when it ends, until stopped.
    pub repeats: bool,
    /// A key press stops it. The press is told first, then the end.
    pub barge_in: bool,
    /// Skip this much of the chain's beginning (seek).
    pub from: Duration,
    /// What else the phone hears meanwhile is heard below it (−12 dB) instead of not at all.
    pub over: bool,
}
