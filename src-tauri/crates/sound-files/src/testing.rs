//! Sounds and measures for the tests of this crate.

use std::f32::consts::TAU;

/// A sine of `frequency` Hz, full scale 1.
pub(crate) fn sine(frequency: f32, amplitude: f32, rate: u32, samples: usize) -> Vec<f32> {
    (0..samples)
        .map(|i| (i as f64 * f64::from(frequency) / f64::from(rate)).fract() as f32)
        .map(|turn| amplitude * (turn * TAU).sin())
        .collect()
}

/// A sound with pitch, harmonics and syllables, 16 kHz.
pub(crate) fn speech_like(samples: usize) -> Vec<i16> {
    let pitch = sine(140.0, 1.0, 16_000, samples);
    let formant = sine(700.0, 0.6, 16_000, samples);
    let bright = sine(2_300.0, 0.2, 16_000, samples);
    (0..samples)
        .map(|i| {
            let syllable = 0.65 + 0.35 * (i as f32 / 16_000.0 * 4.0 * TAU).sin();
            (syllable * (pitch[i] + formant[i] + bright[i]) * 6_000.0) as i16
        })
        .collect()
}

/// Level in dBFS of a sine of full scale 0.
pub(crate) fn level(samples: &[f32]) -> f64 {
    let squares: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
    10.0 * (2.0 * squares / samples.len() as f64).max(1e-12).log10()
}
