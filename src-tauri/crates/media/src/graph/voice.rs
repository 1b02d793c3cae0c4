//! Whether somebody speaks: loudness against the noise around it.

use crate::frame::{FRAME_SAMPLES, Frame};

/// Quieter than this is never a voice (dBFS).
const QUIETEST_VOICE: f32 = -52.0;

/// The noise is never taken to be louder than this, so that a steady loud sound stays a voice.
const LOUDEST_NOISE: f32 = -40.0;

/// How far a voice stands out of the noise, in dB.
const ABOVE_NOISE: f32 = 9.0;

/// How fast the noise may rise, in dB a frame: 2 dB a second. It falls at once.
const NOISE_RISES: f32 = 0.04;

/// Frames a voice is still taken to last after its last loud one (300 ms): the soft ends of words
/// and the pauses between them.
const HANG_OVER: u8 = 15;

/// Level of nothing at all, in dBFS.
pub(super) const NOTHING: f32 = -96.0;

/// Samples of the stretches a frame is judged by (5 ms): a word that begins at its very end is
/// noticed.
const STRETCH: usize = FRAME_SAMPLES / 4;

/// One phone's voice, frame by frame.
#[derive(Debug, Clone)]
pub(super) struct Voice {
    /// Level of the loudest stretch of the frame at hand in dBFS.
    level: f32,
    /// Level of the noise in dBFS.
    noise: f32,
    /// Mean square of late, for comparing speakers.
    power: f32,
    hang_over: u8,
}

impl Default for Voice {
    fn default() -> Self {
        Self {
            level: NOTHING,
            noise: QUIETEST_VOICE - ABOVE_NOISE,
            power: 0.0,
            hang_over: 0,
        }
    }
}

impl Voice {
    /// Listens to one more frame.
    pub(super) fn listen(&mut self, frame: &Frame) {
        let (stretches, _) = frame.as_chunks::<STRETCH>();
        let loudest = stretches.iter().map(|s| mean_square(s)).fold(0.0, f32::max);
        self.level = decibels(loudest);
        self.power += (loudest - self.power) * 0.1;
        self.noise = if self.level < self.noise {
            self.level
        } else {
            (self.noise + NOISE_RISES).min(LOUDEST_NOISE)
        };
        if self.is_loud() {
            self.hang_over = HANG_OVER;
        } else {
            self.hang_over = self.hang_over.saturating_sub(1);
        }
    }

    /// Nothing came.
    pub(super) fn listen_to_nothing(&mut self) {
        self.level = NOTHING;
        self.power *= 0.9;
        self.hang_over = self.hang_over.saturating_sub(1);
    }

    /// Somebody speaks, or did until a moment ago.
    pub(super) fn speaks(&self) -> bool {
        self.hang_over > 0
    }

    /// This very frame is loud enough to be a voice.
    pub(super) fn is_loud(&self) -> bool {
        self.level > (self.noise + ABOVE_NOISE).max(QUIETEST_VOICE)
    }

    /// How loud it was of late, linear: for comparing one voice with another.
    pub(super) fn power(&self) -> f32 {
        self.power
    }
}

/// Mean square of samples; 1 is that of a square wave at full scale.
pub(super) fn mean_square(samples: &[i16]) -> f32 {
    let sum: i64 = samples
        .iter()
        .map(|sample| i64::from(i32::from(*sample) * i32::from(*sample)))
        .sum();
    sum as f32 / (samples.len() as f32 * 32_768.0 * 32_768.0)
}

/// The level of a mean square in dBFS, by which a sine of full scale is 0.
pub(super) fn decibels(mean_square: f32) -> f32 {
    (10.0 * (2.0 * mean_square).log10()).max(NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::SILENCE;

    fn noise(amplitude: i16) -> Frame {
        std::array::from_fn(|n| if n % 2 == 0 { amplitude } else { -amplitude })
    }

    #[test]
    fn a_voice_is_heard_at_its_first_frame_and_lasts_300_ms_longer() {
        let mut voice = Voice::default();
        for _ in 0..50 {
            voice.listen(&noise(20));
            assert!(!voice.speaks());
        }
        voice.listen(&noise(2_000));
        assert!(voice.speaks());
        let lasts = (0..100)
            .take_while(|_| {
                voice.listen(&noise(20));
                voice.speaks()
            })
            .count();
        assert_eq!(lasts, 14);
    }

    #[test]
    fn a_noisy_office_is_no_voice_and_a_voice_in_it_is() {
        let mut voice = Voice::default();
        for _ in 0..1_500 {
            voice.listen(&noise(100));
        }
        assert!(!voice.speaks(), "noise at -47 dBFS for half a minute");
        voice.listen(&noise(1_500));
        assert!(voice.speaks());
    }

    #[test]
    fn a_steady_loud_tone_stays_a_voice() {
        let mut voice = Voice::default();
        for _ in 0..10_000 {
            voice.listen(&noise(2_000));
            assert!(voice.speaks());
        }
        voice.listen(&SILENCE);
        assert_eq!(voice.level, NOTHING);
    }
}
