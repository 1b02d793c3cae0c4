//! Between the 8 kHz of G.711 and the 16 kHz of the graph.
//!
//! Both directions use one half-band filter: flat (±0.01 dB) to 3.4 kHz, 59 dB down from 4.6 kHz,
//! linear phase, 1.3 ms of delay. Every second tap of such a filter is zero, so one of its two
//! phases is a pure delay and only the other is computed.

use crate::frame::{FRAME_SAMPLES, Frame};

/// Samples of a frame at 8 kHz.
pub const NARROW_SAMPLES: usize = FRAME_SAMPLES / 2;

/// Brings sound from 8 kHz up to 16 kHz. One for each stream: it remembers the last samples.
#[derive(Debug, Clone)]
pub struct Up {
    /// The last [`MEMORY`] input samples.
    memory: [f32; MEMORY],
}

/// Brings sound from 16 kHz down to 8 kHz; what lies above 4.6 kHz is taken out first. One for
/// each stream.
#[derive(Debug, Clone)]
pub struct Down {
    /// The even samples of the input: where the centre tap falls.
    even: [f32; MEMORY],
    /// The odd ones, which the side taps weigh.
    odd: [f32; MEMORY],
}

impl Up {
    /// After silence.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            memory: [0.0; MEMORY],
        }
    }

    /// Appends two samples for each of `narrow`; any number of them.
    pub fn process(&mut self, narrow: &[i16], wide: &mut Vec<i16>) {
        for block in narrow.chunks(NARROW_SAMPLES) {
            let mut input = [0.0; MEMORY + NARROW_SAMPLES];
            input[..MEMORY].copy_from_slice(&self.memory);
            for (to, from) in input[MEMORY..].iter_mut().zip(block) {
                *to = f32::from(*from);
            }
            let mut between = [0.0; NARROW_SAMPLES];
            side_taps(&input, &mut between);
            // Half of the samples were zeros before filtering: hence twice the gain.
            let start = wide.len();
            wide.resize(start + 2 * block.len(), 0);
            let pairs = wide[start..].chunks_exact_mut(2);
            for ((pair, now), between) in pairs.zip(&input[SIDE_TAPS - 1..]).zip(&between) {
                pair[0] = *now as i16;
                pair[1] = to_sample(2.0 * between);
            }
            self.memory
                .copy_from_slice(&input[block.len()..block.len() + MEMORY]);
        }
    }
}

impl Down {
    /// After silence.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            even: [0.0; MEMORY],
            odd: [0.0; MEMORY],
        }
    }

    /// One frame at 8 kHz.
    #[must_use]
    pub fn process(&mut self, wide: &Frame) -> [i16; NARROW_SAMPLES] {
        let mut even = [0.0; MEMORY + NARROW_SAMPLES];
        let mut odd = [0.0; MEMORY + NARROW_SAMPLES];
        even[..MEMORY].copy_from_slice(&self.even);
        odd[..MEMORY].copy_from_slice(&self.odd);
        for (at, pair) in wide.chunks_exact(2).enumerate() {
            even[MEMORY + at] = f32::from(pair[0]);
            odd[MEMORY + at] = f32::from(pair[1]);
        }
        let mut sides = [0.0; NARROW_SAMPLES];
        side_taps(&odd, &mut sides);
        let mut narrow = [0; NARROW_SAMPLES];
        for ((to, side), centre) in narrow.iter_mut().zip(&sides).zip(&even[SIDE_TAPS..]) {
            *to = to_sample(side + 0.5 * centre);
        }
        self.even.copy_from_slice(&even[NARROW_SAMPLES..]);
        self.odd.copy_from_slice(&odd[NARROW_SAMPLES..]);
        narrow
    }
}

impl Default for Up {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for Down {
    fn default() -> Self {
        Self::new()
    }
}

/// Weights on either side of the centre.
const SIDE_TAPS: usize = 11;

/// Samples kept from one call to the next: those the side taps reach back to.
const MEMORY: usize = 2 * SIDE_TAPS - 1;

/// The side taps, from the centre outwards; the centre is 0.5. Equiripple with edges at 3.4 and
/// 4.6 kHz.
const SIDES: [f32; SIDE_TAPS] = [
    0.316_871,
    -0.101_850_4,
    0.056_780_3,
    -0.036_255_1,
    0.024_19,
    -0.016_231,
    0.010_705,
    -0.006_813_3,
    0.004_100_8,
    -0.002_268_1,
    0.001_323_7,
];

/// What all side taps give for each of the newest [`NARROW_SAMPLES`] of `input`.
fn side_taps(input: &[f32; MEMORY + NARROW_SAMPLES], out: &mut [f32; NARROW_SAMPLES]) {
    // Sixteen sums at a time stay in the registers, and the compiler makes vectors of them.
    const AT_ONCE: usize = 16;
    for (block, out) in out.as_chunks_mut::<AT_ONCE>().0.iter_mut().enumerate() {
        let window: &[f32; MEMORY + AT_ONCE] = input[block * AT_ONCE..]
            .first_chunk()
            .expect("a window for each block");
        let mut sums = [0.0; AT_ONCE];
        for (tap, weight) in SIDES.iter().enumerate() {
            for (at, sum) in sums.iter_mut().enumerate() {
                let before = window[SIDE_TAPS - 1 - tap + at];
                let after = window[SIDE_TAPS + tap + at];
                *sum += weight * (before + after);
            }
        }
        *out = sums;
    }
}

/// The nearest sample; beyond full scale, full scale.
fn to_sample(value: f32) -> i16 {
    // Adding 1.5 × 2²³ leaves the rounded integer in the low bits: the only rounding the compiler
    // can turn into vectors on every x86-64.
    const ROUND: f32 = 12_582_912.0;
    (value.clamp(-32_768.0, 32_767.0) + ROUND).to_bits() as i16
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::listen::tone_level;

    fn sine(rate: f64, hz: f64, samples: usize) -> Vec<i16> {
        let at = |n: usize| (TAU * hz * n as f64 / rate).sin() * 8_000.0;
        (0..samples).map(|n| at(n).round() as i16).collect()
    }

    fn up(narrow: &[i16]) -> Vec<i16> {
        let mut wide = Vec::new();
        Up::new().process(narrow, &mut wide);
        wide
    }

    fn down(wide: &[i16]) -> Vec<i16> {
        let mut down = Down::new();
        let frames = wide.as_chunks().0.iter();
        frames.flat_map(|frame| down.process(frame)).collect()
    }

    const LEVEL: f64 = -12.25;

    #[test]
    fn what_a_telephone_hears_stays_as_loud_and_the_rest_is_gone() {
        for hz in [300.0, 1000.0, 2000.0, 3000.0, 3400.0] {
            let narrow = down(&sine(16_000.0, hz, 16_000));
            let level = tone_level(&narrow[800..7_200], 8_000, hz);
            assert!((level - LEVEL).abs() < 0.05, "down: {hz} Hz at {level}");
            let wide = up(&sine(8_000.0, hz, 8_000));
            let level = tone_level(&wide[1_600..14_400], 16_000, hz);
            assert!((level - LEVEL).abs() < 0.05, "up: {hz} Hz at {level}");
            let image = tone_level(&wide[1_600..14_400], 16_000, 8_000.0 - hz);
            assert!(image < LEVEL - 55.0, "up: image of {hz} Hz at {image}");
        }
        for hz in [4600.0, 5000.0, 6000.0, 7500.0] {
            let narrow = down(&sine(16_000.0, hz, 16_000));
            let alias = tone_level(&narrow[800..7_200], 8_000, 8_000.0 - hz);
            assert!(alias < LEVEL - 55.0, "down: {hz} Hz at {alias}");
        }
    }

    #[test]
    fn both_ways_together_delay_by_under_3_ms() {
        let mut impulse = [0; FRAME_SAMPLES];
        impulse[100] = 16_000;
        let there_and_back = up(&down(&impulse));
        let loudest = (0..FRAME_SAMPLES).max_by_key(|at| there_and_back[*at]);
        assert_eq!(loudest, Some(100 + 42), "42 samples are 2.6 ms");
    }

    #[test]
    fn packets_of_any_length_make_the_same_sound() {
        let narrow = sine(8_000.0, 440.0, 2_000);
        let whole = up(&narrow);
        for length in [1, 7, 20, 80, 159, 161, 960] {
            let (mut parts, mut wide) = (Up::new(), Vec::new());
            for part in narrow.chunks(length) {
                parts.process(part, &mut wide);
            }
            assert_eq!(wide, whole, "in parts of {length}");
        }
    }

    #[test]
    fn the_loudest_sound_never_wraps() {
        let square: Vec<i16> = (0..3_200)
            .map(|n| if n % 40 < 20 { i16::MAX } else { i16::MIN })
            .collect();
        for sample in up(&down(&square)).windows(2).skip(100) {
            let step = i32::from(sample[1]) - i32::from(sample[0]);
            assert!(step.abs() < 40_000, "from {} to {}", sample[0], sample[1]);
        }
    }
}
