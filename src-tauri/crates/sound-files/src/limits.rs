//! Every limit of this crate.

use std::ops::RangeInclusive;
use std::time::Duration;

/// How much is taken of one sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// How long it plays.
    pub lasts: Duration,
}

impl Limits {
    /// Of a file a person brings.
    pub const UPLOAD: Limits = Limits {
        bytes: 20 * 1024 * 1024,
        lasts: Duration::from_secs(10 * 60),
    };

    /// Of a file of our own that is read as a whole: a prompt, a greeting, a message, music.
    pub const OWN: Limits = Limits {
        bytes: 20 * 1024 * 1024,
        lasts: Duration::from_secs(20 * 60),
    };
}

/// Sample rates that can be read, in Hz.
pub const SAMPLE_RATES: RangeInclusive<u32> = 4_000..=192_000;

/// How much sound a page of a file we write holds at most. So much is lost where a file is cut.
pub const PAGE_LASTS: Duration = Duration::from_millis(500);

/// Bytes of one Opus packet we write; at our bit rates it is below 200.
pub const MAX_PACKET: usize = 1_275;

/// Loudness is never raised by more than this, so that silence stays silence.
pub const MAX_GAIN_DB: f64 = 20.0;

/// Broken packets a person's file may hold before it counts as damaged.
pub const MAX_BROKEN_PACKETS: usize = 64;

/// Bars of one waveform.
pub const MAX_PEAKS: usize = 4_096;
