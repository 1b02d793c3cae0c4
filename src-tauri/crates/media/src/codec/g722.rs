//! G.722 at 64 kbit/s (ITU-T G.722, 1988): two bands of ADPCM, 16 kHz in and out.
//!
//! Our own, because it runs for every transcoded call: what there is allocates in each packet or
//! brings an async runtime along. The arithmetic is that of the recommendation, bit for bit.

use crate::frame::{FRAME_SAMPLES, Frame};

/// Octets of one frame; each stands for two samples.
pub(super) const FRAME_OCTETS: usize = FRAME_SAMPLES / 2;

/// Frames to octets.
#[derive(Debug)]
pub(super) struct Encoder {
    /// The last samples, which the band filter still reaches.
    memory: [i16; FILTER_MEMORY],
    low: Band,
    high: Band,
}

impl Encoder {
    pub(super) const fn new() -> Self {
        Self {
            memory: [0; FILTER_MEMORY],
            low: Band::LOW,
            high: Band::HIGH,
        }
    }

    /// One frame.
    pub(super) fn encode(&mut self, frame: &Frame) -> [u8; FRAME_OCTETS] {
        let mut input = [0; FILTER_MEMORY + FRAME_SAMPLES];
        input[..FILTER_MEMORY].copy_from_slice(&self.memory);
        input[FILTER_MEMORY..].copy_from_slice(frame);
        self.memory.copy_from_slice(&input[FRAME_SAMPLES..]);
        let mut octets = [0; FRAME_OCTETS];
        for (at, octet) in octets.iter_mut().enumerate() {
            let window = input[2 * at..]
                .first_chunk()
                .expect("a window for each pair");
            let low = filter(window, &SPLIT_LOW) >> 14;
            let high = filter(window, &SPLIT_HIGH) >> 14;
            *octet = self.high.encode_high(high) << 6 | self.low.encode_low(low);
        }
        octets
    }
}

/// Octets to samples.
#[derive(Debug)]
pub(super) struct Decoder {
    /// The last sums and differences of the bands.
    memory: [i16; FILTER_MEMORY],
    low: Band,
    high: Band,
}

impl Decoder {
    pub(super) const fn new() -> Self {
        Self {
            memory: [0; FILTER_MEMORY],
            low: Band::LOW,
            high: Band::HIGH,
        }
    }

    /// Appends two samples for every octet.
    pub(super) fn decode(&mut self, octets: &[u8], out: &mut Vec<i16>) {
        for block in octets.chunks(FRAME_OCTETS) {
            let mut bands = [0; FILTER_MEMORY + FRAME_SAMPLES];
            bands[..FILTER_MEMORY].copy_from_slice(&self.memory);
            for (octet, pair) in block.iter().zip(bands[FILTER_MEMORY..].chunks_exact_mut(2)) {
                let low = self.low.decode_low(octet & 0x3f);
                let high = self.high.decode_high(octet >> 6);
                // Each band is within ±2¹⁴, so neither can overflow.
                pair[0] = (low + high) as i16;
                pair[1] = (low - high) as i16;
            }
            let used = 2 * block.len();
            self.memory
                .copy_from_slice(&bands[used..used + FILTER_MEMORY]);
            let start = out.len();
            out.resize(start + used, 0);
            for (at, pair) in out[start..].chunks_exact_mut(2).enumerate() {
                let window = bands[2 * at..]
                    .first_chunk()
                    .expect("a window for each pair");
                pair[0] = to_sample(filter(window, &JOIN_FIRST) >> 11);
                pair[1] = to_sample(filter(window, &JOIN_SECOND) >> 11);
            }
        }
    }
}

/// One band's quantizer and predictor (§3 and §4 of the recommendation, whose names in brackets).
#[derive(Debug)]
struct Band {
    /// The prediction of the next value (S).
    prediction: i32,
    /// The part of it that the zeros make (SZ).
    by_zeros: i32,
    /// Logarithm of the step (NB) and the step itself (DET).
    log_step: i32,
    step: i32,
    /// The two poles (A) and what they weigh: twice the last values (R), limited.
    poles: [i32; 2],
    twice_values: [i32; 2],
    /// Signs of the last two values without the poles' part (P): negative or not.
    partly_negative: [bool; 2],
    /// The six zeros (B) and the last six differences (D).
    zeros: [i32; 6],
    differences: [i32; 6],
}

impl Band {
    const LOW: Band = Band::with_step(32);
    const HIGH: Band = Band::with_step(8);

    const fn with_step(step: i32) -> Self {
        Self {
            prediction: 0,
            by_zeros: 0,
            log_step: 0,
            step,
            poles: [0; 2],
            twice_values: [0; 2],
            partly_negative: [false; 2],
            zeros: [0; 6],
            differences: [0; 6],
        }
    }

    /// Six bits for a value below 4 kHz (blocks 1L to 4L).
    fn encode_low(&mut self, value: i32) -> u8 {
        let error = limit(value - self.prediction);
        let magnitude = error ^ (error >> 31);
        // The largest level whose decision value, scaled by the step, is not above the error:
        // (level × step) >> 12 ≤ magnitude, solved for the level.
        let ratio = (((magnitude + 1) << 12) - 1) as u32 / self.step as u32;
        let level = LOW_LEVEL[(ratio as usize).min(LOW_LEVEL.len() - 1)];
        // Looked up, for half of the signs would be guessed wrong by a branch.
        let code = LOW_CODES[usize::from(error < 0)][usize::from(level)];
        self.adapt_low(code >> 2);
        code
    }

    /// The value of six bits (blocks 2L to 6L).
    fn decode_low(&mut self, code: u8) -> i32 {
        let difference = (self.step * LOW_VALUES[usize::from(code)]) >> 15;
        let value = (self.prediction + difference).clamp(-16_384, 16_383);
        self.adapt_low(code >> 2);
        value
    }

    /// Both ends follow the upper four of the six bits.
    fn adapt_low(&mut self, code: u8) {
        let code = usize::from(code & 0x0f);
        let difference = (self.step * LOW_STEPS[code]) >> 15;
        self.log_step = (((self.log_step * 127) >> 7) + LOW_LOG[code]).clamp(0, 18_432);
        self.step = scale(self.log_step, 8);
        self.predict(difference);
    }

    /// Two bits for a value above 4 kHz (blocks 1H to 4H).
    fn encode_high(&mut self, value: i32) -> u8 {
        let error = limit(value - self.prediction);
        let magnitude = error ^ (error >> 31);
        let large = magnitude >= (564 * self.step) >> 12;
        let code = (u8::from(error >= 0) << 1) | u8::from(!large);
        self.adapt_high(code);
        code
    }

    /// The value of two bits (blocks 2H to 6H).
    fn decode_high(&mut self, code: u8) -> i32 {
        let predicted = self.prediction;
        let difference = self.adapt_high(code);
        (predicted + difference).clamp(-16_384, 16_383)
    }

    fn adapt_high(&mut self, code: u8) -> i32 {
        let code = usize::from(code & 0x03);
        let difference = (self.step * HIGH_STEPS[code]) >> 15;
        self.log_step = (((self.log_step * 127) >> 7) + HIGH_LOG[code]).clamp(0, 22_528);
        self.step = scale(self.log_step, 10);
        self.predict(difference);
        difference
    }

    /// Learns from a quantized difference and predicts the next value (block 4).
    fn predict(&mut self, difference: i32) {
        let value = limit(self.prediction + difference);
        let negative = self.by_zeros + difference < 0;

        // UPPOL2, UPPOL1: the poles lean towards the signs of the last values.
        let [first, second] = self.poles;
        let [one_ago, two_ago] = self.partly_negative;
        let slope = limit(first << 2);
        let slope = if negative == one_ago {
            (-slope).min(32_767)
        } else {
            slope
        };
        let nudge = if negative == two_ago { 128 } else { -128 };
        let second = ((slope >> 7) + nudge + ((second * 32_512) >> 15)).clamp(-12_288, 12_288);
        let nudge = if negative == one_ago { 192 } else { -192 };
        let bound = 15_360 - second;
        let first = (nudge + ((first * 32_640) >> 15)).clamp(-bound, bound);
        self.poles = [first, second];
        self.partly_negative = [negative, one_ago];

        // UPZERO, without its limits: 255/256 of a 16-bit number and 128 more is one again.
        let nudge = if difference == 0 { 0 } else { 128 };
        for (zero, before) in self.zeros.iter_mut().zip(&self.differences) {
            // −1 where the signs differ, else 0: nudges without a branch.
            let differ = (before ^ difference) >> 31;
            *zero = ((*zero * 32_640) >> 15) + ((nudge ^ differ) - differ);
        }
        self.differences.copy_within(..5, 1);
        self.differences[0] = difference;

        // FILTEP, FILTEZ, PREDIC.
        self.twice_values = [limit(2 * value), self.twice_values[0]];
        let by_poles =
            limit(((first * self.twice_values[0]) >> 15) + ((second * self.twice_values[1]) >> 15));
        let mut by_zeros = 0;
        for (zero, difference) in self.zeros.iter().zip(&self.differences) {
            by_zeros += (zero * limit(2 * difference)) >> 15;
        }
        self.by_zeros = limit(by_zeros);
        self.prediction = limit(by_poles + self.by_zeros);
    }
}

/// To what 16 bits hold.
const fn limit(value: i32) -> i32 {
    if value > 32_767 {
        32_767
    } else if value < -32_768 {
        -32_768
    } else {
        value
    }
}

const fn to_sample(value: i32) -> i16 {
    limit(value) as i16
}

/// The step of a logarithm (SCALEL, SCALEH); `shift` is 8 in the low band, 10 in the high.
fn scale(log_step: i32, shift: i32) -> i32 {
    let mantissa = STEPS[(log_step >> 6 & 31) as usize];
    // Enough room below for the smallest step, and the largest fits 16 bits.
    ((mantissa << 4) >> (shift + 4 - (log_step >> 11))) << 2
}

/// A dot product, in which the compiler sees one instruction.
fn filter(window: &[i16; TAPS], weights: &[i16; TAPS]) -> i32 {
    let mut sum = 0;
    for (sample, weight) in window.iter().zip(weights) {
        sum += i32::from(*sample) * i32::from(*weight);
    }
    sum
}

const TAPS: usize = 24;

/// Samples the band filter needs from before the first pair.
const FILTER_MEMORY: usize = TAPS - 2;

/// Half of the symmetric band filter (QMF).
const QMF: [i16; 12] = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];

static SPLIT_LOW: [i16; TAPS] = both_phases(1, 1);
static SPLIT_HIGH: [i16; TAPS] = both_phases(-1, 1);
static JOIN_FIRST: [i16; TAPS] = both_phases(0, 1);
static JOIN_SECOND: [i16; TAPS] = both_phases(1, 0);

/// The filter over interleaved samples: one phase in its order, the other mirrored.
const fn both_phases(even: i16, odd: i16) -> [i16; TAPS] {
    let mut weights = [0; TAPS];
    let mut at = 0;
    while at < 12 {
        weights[2 * at] = even * QMF[at];
        weights[2 * at + 1] = odd * QMF[11 - at];
        at += 1;
    }
    weights
}

/// Mantissas of the steps (ILB).
static STEPS: [i32; 32] = [
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
    2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];

/// Decision values of the low band (Q6).
const LOW_DECISIONS: [u16; 30] = [
    0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940,
    1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
];

/// The level of every ratio of error to step: how many decision values are not above it.
static LOW_LEVEL: [u8; 2920] = {
    let mut levels = [0; 2920];
    let mut ratio = 0;
    let mut level = 0;
    while ratio < levels.len() {
        while level < LOW_DECISIONS.len() && LOW_DECISIONS[level] as usize <= ratio {
            level += 1;
        }
        levels[ratio] = level as u8;
        ratio += 1;
    }
    levels
};

/// Codes of the levels above nought (ILP) and below (ILN).
static LOW_CODES: [[u8; 31]; 2] = [
    [
        0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40,
        39, 38, 37, 36, 35, 34, 33, 32,
    ],
    [
        0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12,
        11, 10, 9, 8, 7, 6, 5, 4,
    ],
];

/// What four bits of the low band say of the difference (QM4) and of the step (WL of RL42).
static LOW_STEPS: [i32; 16] = [
    0, -20_456, -12_896, -8_968, -6_288, -4_240, -2_584, -1_200, 20_456, 12_896, 8_968, 6_288,
    4_240, 2_584, 1_200, 0,
];
static LOW_LOG: [i32; 16] = [
    -60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60,
];

/// What all six say (QM6).
static LOW_VALUES: [i32; 64] = [
    -136, -136, -136, -136, -24_808, -21_904, -19_008, -16_704, -14_984, -13_512, -12_280, -11_192,
    -10_232, -9_360, -8_576, -7_856, -7_192, -6_576, -6_000, -5_456, -4_944, -4_464, -4_008,
    -3_576, -3_168, -2_776, -2_400, -2_032, -1_688, -1_360, -1_040, -728, 24_808, 21_904, 19_008,
    16_704, 14_984, 13_512, 12_280, 11_192, 10_232, 9_360, 8_576, 7_856, 7_192, 6_576, 6_000,
    5_456, 4_944, 4_464, 4_008, 3_576, 3_168, 2_776, 2_400, 2_032, 1_688, 1_360, 1_040, 728, 432,
    136, -432, -136,
];

/// The same for the two bits of the high band (QM2, and WH of RH2).
static HIGH_STEPS: [i32; 4] = [-7_408, -1_616, 7_408, 1_616];
static HIGH_LOG: [i32; 4] = [798, -214, 798, -214];

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a.
    fn digest(octets: impl Iterator<Item = u8>) -> u64 {
        octets.fold(0xcbf2_9ce4_8422_2325, |digest, octet| {
            (digest ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    #[test]
    fn octets_and_samples_are_those_of_libg722_bit_for_bit() {
        // Ten seconds of noise, fainter and fainter, twice over.
        let mut seed = 1u32;
        let mut chance = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as i16
        };
        let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
        let (mut octets, mut samples) = (Vec::new(), Vec::new());
        for at in 0..500 {
            let encoded = encoder.encode(&std::array::from_fn(|_| chance() >> (at / 25 % 12)));
            decoder.decode(&encoded, &mut samples);
            octets.extend(encoded);
        }
        assert_eq!(digest(octets.into_iter()), OCTETS);
        assert_eq!(
            digest(samples.into_iter().flat_map(i16::to_le_bytes)),
            SAMPLES
        );
    }

    // What libg722 makes of the same noise.
    const OCTETS: u64 = 0x303d_85b9_22e2_63fc;
    const SAMPLES: u64 = 0x7b51_12ba_9dc0_ebc1;

    #[test]
    fn packets_of_any_length_are_decoded_alike() {
        let octets: Vec<u8> = (0..2_000u32).map(|n| ((n * n) >> 3) as u8).collect();
        let mut whole = Vec::new();
        Decoder::new().decode(&octets, &mut whole);
        for length in [1, 20, 80, 159, 161, 960] {
            let (mut decoder, mut parts) = (Decoder::new(), Vec::new());
            for part in octets.chunks(length) {
                decoder.decode(part, &mut parts);
            }
            assert_eq!(parts, whole, "in parts of {length}");
        }
    }
}
