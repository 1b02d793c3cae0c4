//! Comfort noise: what is heard of a phone that stops sending in pauses (RFC 3389).

use crate::frame::SAMPLE_RATE;

/// Its static RTP payload type at 8 kHz (RFC 3551 §6).
pub const COMFORT_NOISE: u8 = 13;

/// The noise level a comfort-noise payload tells, in dB below overload: 0 is the loudest, 127 next
/// to nothing. `None` for an empty payload. What it says of the spectrum is left out: noise at
/// this level is not listened to.
#[must_use]
pub fn noise_level(payload: &[u8]) -> Option<u8> {
    // The upper bit is reserved and must be ignored (§3.1).
    payload.first().map(|level| level & 0x7f)
}

/// Makes the noise of one phone.
#[derive(Debug, Clone)]
pub struct ComfortNoise {
    chance: u64,
    /// Root of the mean square at the moment; it glides, so that no pause begins with a jump.
    loudness: f32,
    /// The last sample: the noise of a room is darker than white.
    last: f32,
}

impl ComfortNoise {
    /// Noise from a seed; two phones in one room should not have the same.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            chance: seed,
            loudness: 0.0,
            last: 0.0,
        }
    }

    /// Fills `out` with 16 kHz noise `below_overload` dB below overload (a square wave of full
    /// scale), gliding there within about 10 ms.
    pub fn fill(&mut self, below_overload: u8, out: &mut [i16]) {
        let wanted = FULL_SCALE * 10f32.powf(-f32::from(below_overload) / 20.0);
        for sample in out {
            self.loudness += (wanted - self.loudness) * GLIDE;
            // A congruential generator (Knuth's MMIX); its upper bits are random enough to hear.
            self.chance = self
                .chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let white = ((self.chance >> 32) as i32) as f32 / i32::MAX as f32;
            self.last = DARKNESS * self.last + WHITE_TO_DARK * white;
            let loud = self.loudness * self.last;
            *sample = loud.clamp(-32_768.0, 32_767.0) as i16;
        }
    }
}

const FULL_SCALE: f32 = 32_768.0;

/// A first-order low pass: 12 dB less at 8 kHz than at the bottom.
const DARKNESS: f32 = 0.6;

/// √3 makes uniform noise as loud as its peak, √(1 − darkness²) takes back what the low pass adds.
const WHITE_TO_DARK: f32 = 1.732_051 * 0.8;

/// Share of the way to the wanted loudness in one sample: a time constant of 3 ms.
const GLIDE: f32 = 1.0 / (0.003 * SAMPLE_RATE as f32);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listen::tone_level;

    fn rms(samples: &[i16]) -> f64 {
        let sum: f64 = samples
            .iter()
            .map(|sample| f64::from(*sample).powi(2))
            .sum();
        (sum / samples.len() as f64).sqrt()
    }

    fn noise(below_overload: u8, samples: usize) -> Vec<i16> {
        let mut out = vec![0; samples];
        let mut noise = ComfortNoise::new(1);
        out.chunks_mut(320)
            .for_each(|frame| noise.fill(below_overload, frame));
        out
    }

    #[test]
    fn noise_is_as_loud_as_it_was_told_to_be() {
        for below in [20, 40, 55, 70] {
            let level = 20.0 * (rms(&noise(below, 32_000)[1_600..]) / 32_768.0).log10();
            assert!(
                (level + f64::from(below)).abs() < 0.7,
                "{level} instead of -{below}"
            );
        }
        assert_eq!(rms(&noise(127, 3_200)), 0.0, "fainter than a sample can be");
    }

    #[test]
    fn noise_is_no_tone_and_does_not_begin_with_a_jump() {
        let heard = noise(40, 32_000);
        let loudest = (100..8_000)
            .step_by(50)
            .map(|hz| tone_level(&heard, SAMPLE_RATE, f64::from(hz)));
        let loudest = loudest.fold(f64::NEG_INFINITY, f64::max);
        assert!(loudest < -60.0, "a tone of {loudest} dBFS");
        assert!(rms(&heard[..16]) < 0.5 * rms(&heard[1_600..]));
    }

    #[test]
    fn the_level_of_a_payload_is_its_first_octet_without_the_reserved_bit() {
        assert_eq!(noise_level(&[]), None);
        assert_eq!(noise_level(&[55]), Some(55));
        assert_eq!(noise_level(&[0x80 | 70, 3, 200]), Some(70));
    }
}
