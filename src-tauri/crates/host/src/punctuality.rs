//! How punctual the sound of an office is, told by its media thread to whoever asks.

use media::Ticks;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// Reads how often the sound of one office came in time. Cloning gives another reader of the same.
#[derive(Clone, Debug, Default)]
pub struct Punctuality(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    done: AtomicU64,
    late: AtomicU64,
    skipped: AtomicU64,
}

impl Punctuality {
    /// The ticks since the start. The three figures may be of two ticks that follow each other.
    pub fn ticks(&self) -> Ticks {
        Ticks {
            done: self.0.done.load(Relaxed),
            late: self.0.late.load(Relaxed),
            skipped: self.0.skipped.load(Relaxed),
        }
    }

    pub(crate) fn set(&self, ticks: Ticks) {
        self.0.done.store(ticks.done, Relaxed);
        self.0.late.store(ticks.late, Relaxed);
        self.0.skipped.store(ticks.skipped, Relaxed);
    }
}
