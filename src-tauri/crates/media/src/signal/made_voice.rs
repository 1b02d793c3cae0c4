//! A voice made for tests.

use std::f64::consts::TAU;

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

/// A voice with a pitch that moves, two or three formants that move, breath and pauses.
pub(crate) fn voice(seconds: usize, seed: u64) -> Vec<i16> {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut between = |from: f64, to: f64| {
        from + (to - from) * f64::from(chance.next_u32()) / f64::from(u32::MAX)
    };
    let mut samples = Vec::with_capacity(seconds * 16_000);
    let mut phase = 0.0;
    while samples.len() < seconds * 16_000 {
        let length = between(0.06, 0.35) * 16_000.0;
        let pitch = (between(80.0, 320.0), between(0.85, 1.15));
        let formants = [
            between(250.0, 900.0),
            between(850.0, 2300.0),
            between(2300.0, 3400.0),
        ];
        let loudness = between(500.0, 6_000.0);
        for n in 0..length as usize {
            let part = n as f64 / length;
            let hz = pitch.0 * (1.0 + (pitch.1 - 1.0) * part);
            phase += TAU * hz / 16_000.0;
            let mut value = 0.0;
            let mut harmonic = 1.0;
            while harmonic * hz < 3_800.0 {
                let strength: f64 = formants
                    .iter()
                    .map(|formant| 1.0 / (1.0 + ((harmonic * hz - formant) / 60.0).powi(2)))
                    .sum();
                value += strength * (harmonic * phase).sin();
                harmonic += 1.0;
            }
            // The fundamental is there whatever the formants do, and breath is always heard.
            value += 0.5 * phase.sin() + between(-0.1, 0.1);
            let edge = (part.min(1.0 - part) * 10.0).min(1.0);
            samples.push((value * loudness * edge).clamp(-32_768.0, 32_767.0) as i16);
        }
    }
    samples
}
