//! Adding sounds up: ramps without a click, and a sum that is never too loud.

use crate::frame::{FRAME_SAMPLES, Frame};

/// Sounds added up, not yet brought back to 16 bit. Fifty members at full scale fit many times.
pub(super) type Sum = [i32; FRAME_SAMPLES];

/// As loud as it is.
pub(super) const FULL: f32 = 1.0;

/// −12 dB: beneath what is played over it.
pub(super) const BENEATH: f32 = 0.251;

/// −6 dB: an announcement in a room, below the voices.
pub(super) const ANNOUNCED: f32 = 0.501;

/// Samples in which a gain changes: 10 ms, too long to click and too short to be noticed.
const RAMP_SAMPLES: usize = FRAME_SAMPLES / 2;

/// Above this a sum is bent rather than cut off.
const KNEE: i32 = 24_576;

/// How loud a sound is during one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Gain {
    from: f32,
    to: f32,
}

impl Gain {
    /// The same over the whole frame.
    pub(super) const fn steady(gain: f32) -> Self {
        Self {
            from: gain,
            to: gain,
        }
    }

    /// From what it was to what it is to be, in the first 10 ms.
    pub(super) const fn ramp(from: f32, to: f32) -> Self {
        Self { from, to }
    }

    /// Fades out.
    pub(super) const OUT: Self = Self::ramp(FULL, 0.0);

    /// Nothing of the sound is heard.
    pub(super) fn is_silent(self) -> bool {
        self.from == 0.0 && self.to == 0.0
    }

    /// Nothing of the sound is heard at the end of the frame.
    pub(super) fn ends_silent(self) -> bool {
        self.to == 0.0
    }

    /// The sound is heard as it is.
    pub(super) fn is_full(self) -> bool {
        self.from == FULL && self.to == FULL
    }
}

/// Adds a sound to a sum.
pub(super) fn add(sum: &mut Sum, sound: &Frame, gain: Gain) {
    change::<1>(sum, sound, gain);
}

/// Takes a sound out of a sum it was added to with the same gain.
pub(super) fn subtract(sum: &mut Sum, sound: &Frame, gain: Gain) {
    change::<-1>(sum, sound, gain);
}

fn change<const SIGN: i32>(sum: &mut Sum, sound: &Frame, gain: Gain) {
    if gain.is_full() {
        for (sum, sample) in sum.iter_mut().zip(sound) {
            *sum += SIGN * i32::from(*sample);
        }
        return;
    }
    let (ramp, rest) = sum.split_at_mut(RAMP_SAMPLES);
    let (sound_ramp, sound_rest) = sound.split_at(RAMP_SAMPLES);
    let step = (gain.to - gain.from) / RAMP_SAMPLES as f32;
    for (n, (sum, sample)) in ramp.iter_mut().zip(sound_ramp).enumerate() {
        *sum += SIGN * (f32::from(*sample) * (gain.from + step * n as f32)) as i32;
    }
    if gain.to != 0.0 {
        for (sum, sample) in rest.iter_mut().zip(sound_rest) {
            *sum += SIGN * (f32::from(*sample) * gain.to) as i32;
        }
    }
}

/// Makes a sound louder or softer where it is.
pub(super) fn apply(gain: Gain, sound: &mut Frame) {
    if gain.is_full() {
        return;
    }
    let step = (gain.to - gain.from) / RAMP_SAMPLES as f32;
    for (n, sample) in sound.iter_mut().enumerate() {
        let at = gain.from + step * n.min(RAMP_SAMPLES) as f32;
        *sample = (f32::from(*sample) * at) as i16;
    }
}

/// Brings a sum back to 16 bit. What is below three quarters of full scale stays as it is, so that
/// a single voice passes unchanged.
pub(super) fn settle(sum: &Sum, sound: &mut Frame) {
    for (sample, sum) in sound.iter_mut().zip(sum) {
        *sample = bend(*sum);
    }
}

/// Approaches full scale and never reaches it.
fn bend(sum: i32) -> i16 {
    let magnitude = sum.abs();
    if magnitude <= KNEE {
        return sum as i16;
    }
    let room = i32::from(i16::MAX) - KNEE;
    let over = magnitude - KNEE;
    // over/(room+over) rises from 0 to 1 with slope 1/room at the knee: no corner in the curve.
    let bent = KNEE + (i64::from(room) * i64::from(over) / i64::from(room + over)) as i32;
    (bent * sum.signum()) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_voice_passes_unchanged_and_a_crowd_never_overflows() {
        assert_eq!(bend(12_345), 12_345);
        assert_eq!(bend(-KNEE), -KNEE as i16);
        assert!(bend(50 * 32_768) < i16::MAX);
        assert!(bend(-50 * 32_768) > i16::MIN);
    }

    #[test]
    fn the_curve_has_no_step() {
        let mut last = bend(-400_000);
        for sum in -399_999..400_000 {
            let now = bend(sum);
            assert!(now >= last && now - last <= 1, "at {sum}");
            last = now;
        }
    }

    #[test]
    fn a_sound_fades_out_in_10_ms() {
        let mut sound = [10_000; FRAME_SAMPLES];
        apply(Gain::OUT, &mut sound);
        assert_eq!(sound[0], 10_000);
        assert!((sound[80] - 5_000).abs() < 100);
        assert!(sound[RAMP_SAMPLES..].iter().all(|sample| *sample == 0));
        let mut sum = [0; FRAME_SAMPLES];
        add(&mut sum, &[10_000; FRAME_SAMPLES], Gain::OUT);
        assert!(
            sum.iter()
                .zip(&sound)
                .all(|(sum, sample)| *sum == i32::from(*sample))
        );
    }
}
