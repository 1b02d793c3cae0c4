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
