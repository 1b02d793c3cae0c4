//! How loud a phone is, for those who ask whether they can be heard.

use std::time::Duration;

use super::voice::{NOTHING, Voice, decibels, mean_square};
use crate::command::StreamId;
use crate::event::MediaEvent;
use crate::frame::{FRAME_MS, FRAME_SAMPLES, Frame};

/// Samples louder than this are taken to be cut off: the loudest of µ-law is 32,124.
const FULL_SCALE: u16 = 32_000;

/// One measurement.
#[derive(Debug)]
pub(super) struct Meter {
    frames_left: u64,
    speech: Mean,
    noise: Mean,
    clipped: u64,
    samples: u64,
}

impl Meter {
    pub(super) fn new(lasts: Duration) -> Self {
        let frames = lasts.as_millis() / u128::from(FRAME_MS);
        Self {
            frames_left: u64::try_from(frames).unwrap_or(u64::MAX).max(1),
            speech: Mean::default(),
            noise: Mean::default(),
            clipped: 0,
            samples: 0,
        }
    }

    /// Measures 20 ms more; the result once it is over.
    pub(super) fn measure(
        &mut self,
        stream: StreamId,
        frame: &Frame,
        voice: &Voice,
    ) -> Option<MediaEvent> {
        if voice.is_loud() {
            self.speech.take(frame);
        } else if !voice.speaks() {
            self.noise.take(frame);
        }
        let clipped = frame.iter().filter(|s| s.unsigned_abs() >= FULL_SCALE);
        self.clipped += clipped.count() as u64;
        self.samples += FRAME_SAMPLES as u64;
        self.frames_left -= 1;
        (self.frames_left == 0).then(|| MediaEvent::Measured {
            stream,
            speech: self.speech.level(),
            noise: self.noise.level(),
            clipped: self.clipped as f32 / self.samples as f32,
        })
    }
}

#[derive(Debug, Default)]
struct Mean {
    sum: f64,
    frames: u64,
}

impl Mean {
    fn take(&mut self, frame: &Frame) {
        self.sum += f64::from(mean_square(frame));
        self.frames += 1;
    }

    /// In dBFS.
    fn level(&self) -> f32 {
        match self.frames {
            0 => NOTHING,
            frames => decibels((self.sum / frames as f64) as f32),
        }
    }
}
