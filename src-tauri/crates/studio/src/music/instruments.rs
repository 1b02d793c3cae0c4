//! The players: each gives one note as samples of about ±1.

use sound_files::SAMPLE_RATE;
use std::f32::consts::TAU;

const RATE: f32 = SAMPLE_RATE as f32;

/// Two sine waves, one bending the other, as in an electric piano; brighter when struck.
pub fn electric_piano(frequency: f32, lasts: f32) -> Vec<f32> {
    note(lasts + 0.5, |t| {
        let bend = (TAU * frequency * t).sin() * (0.25 + 1.1 * (-t * 6.0).exp());
        let tine = (TAU * frequency * 7.0 * t).sin() * 0.05 * (-t * 25.0).exp();
        ((TAU * frequency * t + bend).sin() + tine) * (-t * 1.3).exp() * release(t, lasts, 0.5)
    })
}

/// A soft flute: a little of the second and third harmonic, a slow vibrato, some breath.
pub fn flute(frequency: f32, lasts: f32) -> Vec<f32> {
    let mut breath = Noise::new(frequency as u32);
    let mut soft = 0.0;
    note(lasts + 0.15, |t| {
        let vibrato = (TAU * 4.8 * t).sin() * 0.0022 * (t * 3.0).min(1.0);
        let phase = TAU * frequency * (t + vibrato / 4.8);
        soft += (breath.next() - soft) * 0.35;
        let tone =
            phase.sin() + 0.22 * (2.0 * phase).sin() + 0.08 * (3.0 * phase).sin() + soft * 0.02;
        tone * (t / 0.07).min(1.0) * release(t, lasts * 0.95, 0.15) * 0.8
    })
}

/// Metal bars: the fourth and tenth harmonic fade first, a slow tremolo stays.
pub fn vibraphone(frequency: f32) -> Vec<f32> {
    note(4.0, |t| {
        let phase = TAU * frequency * t;
        let tremolo = 1.0 - 0.18 * (0.5 - 0.5 * (TAU * 4.2 * t).cos());
        let bar = phase.sin() * (-t * 1.1).exp()
            + 0.20 * (3.98 * phase).sin() * (-t * 5.0).exp()
            + 0.03 * (9.9 * phase).sin() * (-t * 22.0).exp();
        bar * tremolo * (t / 0.004).min(1.0) * release(t, 3.5, 0.5)
    })
}

/// A plucked string (Karplus and Strong): noise going round a delay line that wears it smooth.
pub fn guitar(frequency: f32) -> Vec<f32> {
    let period = RATE / frequency;
    // The averaging of two neighbours delays by half a sample; the rest is interpolated.
    let whole = (period - 0.5).floor();
    let part = period - 0.5 - whole;
    let mut noise = Noise::new(frequency as u32);
    let mut line: Vec<f32> = (0..whole as usize).map(|_| noise.next()).collect();
    for _ in 0..3 {
        let last = line[line.len() - 1];
        let mut before = last;
        for sample in &mut line {
            (before, *sample) = (*sample, (*sample + before) * 0.5);
        }
    }
    // An all-pass tunes the string between two samples.
    let tuning = (1.0 - part) / (1.0 + part);
    let (mut at, mut before, mut worn_before, mut tuned) = (0, 0.0, 0.0, 0.0);
    note(1.6, |t| {
        let out = line[at];
        let worn = (out + before) * 0.5 * 0.996;
        tuned = tuning * (worn - tuned) + worn_before;
        (before, worn_before) = (out, worn);
        line[at] = tuned;
        at = (at + 1) % line.len();
        out * 1.4 * (t / 0.003).min(1.0) * release(t, 1.1, 0.5)
    })
}

/// A warm chord tone: three strings a little out of tune, dull, slow to come and go.
pub fn pad(frequency: f32, lasts: f32) -> Vec<f32> {
    note(lasts + 0.8, |t| {
        let string = |detune: f32| {
            let phase = TAU * frequency * detune * t;
            phase.sin() + 0.30 * (2.0 * phase).sin() + 0.12 * (3.0 * phase).sin()
        };
        (string(1.0) + string(1.0023) + string(0.9979)) / 3.0
            * (t / 0.6).min(1.0)
            * release(t, lasts, 0.8)
    })
}

/// A bass that is heard through a telephone by its harmonics.
pub fn bass(frequency: f32, lasts: f32) -> Vec<f32> {
    note(lasts, |t| {
        let phase = TAU * frequency * t;
        let tone = 0.6 * phase.sin()
            + 0.5 * (2.0 * phase).sin()
            + 0.35 * (3.0 * phase).sin() * (-t * 1.5).exp()
            + 0.15 * (4.0 * phase).sin() * (-t * 3.0).exp();
        tone * (t / 0.012).min(1.0) * (-t * 0.9).exp() * release(t, lasts * 0.8, lasts * 0.2)
    })
}

/// A shaker, far away.
pub fn shaker() -> Vec<f32> {
    let mut noise = Noise::new(7);
    let mut low = 0.0;
    note(0.09, |t| {
        let hiss = noise.next();
        low += (hiss - low) * 0.5;
        (hiss - low) * (t / 0.015).min(1.0) * (-t * 45.0).exp()
    })
}

/// Samples of a note from its value at each second.
fn note(lasts: f32, mut value: impl FnMut(f32) -> f32) -> Vec<f32> {
    let samples = (lasts * RATE) as usize;
    (0..samples).map(|i| value(i as f32 / RATE)).collect()
}

/// 1 until the key is let go, then smoothly to 0.
fn release(t: f32, at: f32, over: f32) -> f32 {
    let gone = ((t - at) / over).clamp(0.0, 1.0);
    0.5 + 0.5 * (gone * TAU / 2.0).cos()
}

/// White noise, the same in every performance.
struct Noise(u32);

impl Noise {
    fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(2_654_435_761) | 1)
    }

    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as f32 / u32::MAX as f32 * 2.0 - 1.0
    }
}
