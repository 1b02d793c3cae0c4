//! Every limit of this crate.

use std::time::Duration;

/// Characters of one text; about three minutes of speech.
pub const MAX_TEXT_CHARS: usize = 2_000;

/// How long the worker may take. It speaks some hundred times faster than one listens.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Samples taken from a worker, at 16 kHz: ten minutes. No text of [`MAX_TEXT_CHARS`] is so long.
pub const MAX_SAMPLES: usize = 10 * 60 * 16_000;

/// Bytes of address space the worker may use, where the system can hold it to that.
pub const WORKER_MEMORY: u64 = 512 * 1024 * 1024;

/// Seconds of processor time the worker may use, where the system can hold it to that.
pub const WORKER_SECONDS: u64 = 10;

/// Bytes the speech engine works in. Its own examples use as much.
pub(crate) const ENGINE_MEMORY: usize = 4 * 1024 * 1024;
