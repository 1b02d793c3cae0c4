//! Mastering: every sound leaves as loud as the others, without clicks, as Ogg Opus.

use sound_files::{Channels, SAMPLE_RATE, Target, normalise, trim_silence, write_opus};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Samples of so many milliseconds.
pub const fn ms(milliseconds: usize) -> usize {
    milliseconds * SAMPLE_RATE as usize / 1_000
}

/// Where the peaks of phrases end. The limiter looks at samples; between them peaks are up to 1 dB
/// higher, and the coding adds a little.
const PEAK: f64 = 0.54;

/// A phrase: trimmed to 20 ms before and 60 ms after its sound, its ends faded over 5 ms, at
/// −19 LUFS, no peak above −3 dBTP.
pub fn phrase(sound: &[f32]) -> Vec<i16> {
    // Room for the trimmer, in case the speaker begins or ends without any.
    let room = vec![0; ms(60)];
    let padded = [&room[..], &to_i16(sound), &room].concat();
    let wide = trim_silence(&padded, 45.0, Duration::from_millis(60));
    // It keeps as much before as after; before, less is wanted.
    let mut samples = wide.get(ms(40)..).unwrap_or_default().to_vec();
    fade(&mut samples, ms(5));
    // Limiting takes a little loudness, so it is done until both hold.
    let free = Target {
        peak_dbtp: f64::MAX,
        ..Target::SPEECH
    };
    for _ in 0..4 {
        let mut turned: Vec<f64> = samples.iter().map(|s| f64::from(*s) / 32_768.0).collect();
        let mut probe = samples.clone();
        quieten(&mut probe);
        let gain = normalise(&mut probe, free) - QUIETER_DB;
        let factor = 10_f64.powf(gain / 20.0);
        turned.iter_mut().for_each(|sample| *sample *= factor);
        limit(&mut turned, PEAK, ms(3));
        samples = turned
            .iter()
            .map(|s| (s * 32_768.0).round() as i16)
            .collect();
    }
    samples
}

/// Writes a mono sound.
pub fn write(path: &Path, samples: &[i16], serial: u32) -> Result<usize, String> {
    let said = |error: std::io::Error| format!("{}: {error}", path.display());
    let bytes = write_opus(samples, Channels::Mono, serial).map_err(said)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(said)?;
    }
    fs::write(path, &bytes).map_err(said)?;
    Ok(bytes.len())
}

/// From ±1 to 16 bit.
pub fn to_i16(sound: &[f32]) -> Vec<i16> {
    // `as` saturates.
    sound
        .iter()
        .map(|s| (s * 32_767.0).round() as i16)
        .collect()
}

/// How much quieter a probe is measured, so that its measured gain never clips it.
const QUIETER_DB: f64 = 12.0;

fn quieten(samples: &mut [i16]) {
    let factor = 10_f64.powf(-QUIETER_DB / 20.0);
    for sample in samples {
        *sample = (f64::from(*sample) * factor).round() as i16;
    }
}

fn fade(samples: &mut [i16], over: usize) {
    let length = samples.len();
    let over = over.min(length / 2);
    for i in 0..over {
        let part = i as f64 / over as f64;
        for at in [i, length - 1 - i] {
            samples[at] = (f64::from(samples[at]) * part).round() as i16;
        }
    }
}

/// A limiter that looks ahead: the gain falls smoothly before a peak and rises smoothly after it.
fn limit(samples: &mut [f64], ceiling: f64, reach: usize) {
    let wanted: Vec<f64> = samples
        .iter()
        .map(|sample| (ceiling / sample.abs().max(1e-9)).min(1.0))
        .collect();
    let length = samples.len();
    let window = |at: usize| at.saturating_sub(reach)..(at + reach + 1).min(length);
    let lowest: Vec<f64> = (0..length)
        .map(|at| wanted[window(at)].iter().copied().fold(1.0, f64::min))
        .collect();
    for (at, sample) in samples.iter_mut().enumerate() {
        let near = &lowest[window(at)];
        *sample *= near.iter().sum::<f64>() / near.len() as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limiter_holds_peaks_and_leaves_the_rest() {
        let mut sound: Vec<f64> = (0..16_000)
            .map(|i| (f64::from(i) * 0.1).sin() * 0.3)
            .collect();
        for spike in sound.iter_mut().skip(1_000).step_by(4_000) {
            *spike = 0.95;
        }
        let before = sound.clone();
        limit(&mut sound, 0.5, 48);
        assert!(sound.iter().all(|sample| sample.abs() <= 0.5 + 1e-9));
        assert!((sound[3_000] - before[3_000]).abs() < 1e-12);
    }

    #[test]
    fn a_phrase_has_20_ms_before_and_60_ms_after_and_fades() {
        let mut sound = vec![0.0; 16_000];
        for (i, sample) in sound.iter_mut().enumerate().skip(4_000).take(8_000) {
            *sample = (i as f32 * 0.2).sin() * 0.1;
        }
        let phrase = phrase(&sound);
        let expected = 8_000 + ms(80);
        assert!(phrase.len().abs_diff(expected) < ms(25), "{}", phrase.len());
        assert_eq!(phrase[0], 0);
        assert_eq!(phrase[phrase.len() - 1], 0);
    }
}
