//! How like two sounds are: whether a recording holds what was said, where, how loud, how coloured.

use super::{sound::Sound, talk::NOTICEABLE};
use anyhow::{Context, Result, ensure};
use spoken::{Lang, Piece};
use std::{
    f64::consts::TAU, fs, ops::RangeInclusive, path::Path, process::Command, time::Duration,
};

/// What every telephone hears: sounds are searched for at this rate.
const RATE: u32 = 8_000;

/// Every so many samples are looked at when a sound is searched for; what lies below a quarter of a
/// kilohertz and above a kilohertz hardly moves the place.
const COARSE: usize = 4;

/// What is compared of the colour of two sounds.
#[derive(Clone, Copy, Debug)]
pub struct Ear {
    /// At this rate.
    rate: u32,
    /// In bands of about a fifth of their middle (a third of an octave), in Hz.
    bands: &'static [(f64, f64)],
}

/// The telephone band: what G.711 carries.
pub const NARROW: Ear = Ear {
    rate: 8_000,
    bands: NARROW_BANDS,
};

/// Twice as wide: what G.722 carries, and Opus as phones use it.
pub const WIDE: Ear = Ear {
    rate: 16_000,
    bands: WIDE_BANDS,
};

const NARROW_BANDS: &[(f64, f64)] = WIDE_BANDS.split_at(11).0;

const WIDE_BANDS: &[(f64, f64)] = &[
    (280.0, 355.0),
    (355.0, 450.0),
    (450.0, 560.0),
    (560.0, 710.0),
    (710.0, 900.0),
    (900.0, 1_120.0),
    (1_120.0, 1_400.0),
    (1_400.0, 1_800.0),
    (1_800.0, 2_240.0),
    (2_240.0, 2_800.0),
    (2_800.0, 3_350.0),
    (3_350.0, 4_250.0),
    (4_250.0, 5_300.0),
    (5_300.0, 6_700.0),
];

/// Below this level a frame is a rest, and what is in it noise.
const REST_DBFS: f64 = -45.0;

/// Bands so far below the loudest of their frame are hidden by it.
const HIDDEN_DB: f64 = 30.0;

/// Where a sound was found in another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Where it begins.
    pub at: Duration,
    /// The correlation there: 1 for the same sound, louder or quieter, 0 for any other.
    pub likeness: f64,
    /// How much louder it is there, in dB.
    pub gain_db: f64,
}

/// Looks for a sound in a recording. `None` if either is too short or silent.
///
/// # Errors
/// A rate nothing is known about.
pub fn find(wanted: &Sound, heard: &Sound) -> Result<Option<Found>> {
    let (wanted, heard) = (samples(wanted, RATE)?, samples(heard, RATE)?);
    let coarse = |samples: &[f64]| -> Vec<f64> {
        let means = samples.chunks_exact(COARSE);
        means
            .map(|c| c.iter().sum::<f64>() / COARSE as f64)
            .collect()
    };
    let (few, many) = (coarse(&wanted), coarse(&heard));
    let Some(last) = many.len().checked_sub(few.len()) else {
        return Ok(None);
    };
    let best = most_alike(&few, &many, 0..=last);
    let Some(near) = best.map(|at| at * COARSE).filter(|_| !few.is_empty()) else {
        return Ok(None);
    };
    let from = near.saturating_sub(2 * COARSE);
    let to = (near + 2 * COARSE).min(heard.len().saturating_sub(wanted.len()));
    let exact = most_alike(&wanted, &heard, from..=to);
    Ok(exact.map(|at| {
        let there = &heard[at..at + wanted.len()];
        Found {
            at: Duration::from_secs_f64(at as f64 / f64::from(RATE)),
            likeness: correlation(&wanted, there),
            gain_db: 10.0 * (energy(there) / energy(&wanted)).log10(),
        }
    }))
}

/// How differently a recording is coloured from what was said: over all frames in which somebody
/// spoke, the mean difference of the levels in a third of an octave each, in dB, once the recording
/// is as loud as the original. 0 for the same sound; G.711 alone makes about 1 of speech, another
/// speaker 8 and more.
///
/// # Errors
/// The original is not in the recording.
pub fn distance_db(ear: Ear, wanted: &Sound, heard: &Sound) -> Result<f64> {
    let found = find(wanted, heard)?.context("a recording that is too short")?;
    let there = found.at.as_secs_f64() * f64::from(ear.rate);
    let (wanted, heard) = (samples(wanted, ear.rate)?, samples(heard, ear.rate)?);
    let heard = &heard[there.round() as usize..];
    let (mut sum, mut bands) = (0.0, 0u32);
    let frame = ear.frame();
    let frames = wanted.windows(frame).zip(heard.windows(frame));
    // Frames follow each other by half their length.
    for (original, copy) in frames.step_by(frame / 2) {
        if level_dbfs(original) < REST_DBFS {
            continue;
        }
        let (original, copy) = (ear.levels(original), ear.levels(copy));
        let loudest = original.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for (a, b) in original.iter().zip(&copy) {
            if *a > loudest - HIDDEN_DB {
                sum += (a - (b - found.gain_db)).abs().min(HIDDEN_DB);
                bands += 1;
            }
        }
    }
    ensure!(bands > 0, "nobody spoke");
    Ok(sum / f64::from(bands))
}

/// A text as a machine speaks it (espeak-ng), at the level of usual speech.
///
/// # Errors
/// It is not installed.
pub fn speech(text: &str) -> Result<Sound> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("speech.wav");
    let mut command = Command::new("espeak-ng");
    command.args(["-v", "en", "-s", "150", "-w"]).arg(&file);
    let output = command.arg(text).output().context("espeak-ng")?;
    ensure!(output.status.success(), "espeak-ng: {output:?}");
    let spoken = Sound::read(&file)?;
    let mut spoken = spoken.at_rate(16_000)?;
    let gain = 10f64.powf((-26.0 - spoken.level_dbfs()) / 20.0);
    for sample in &mut spoken.samples {
        *sample = (f64::from(*sample) * gain).round() as i16;
    }
    Ok(spoken)
}

/// A sound that comes with the engine, by its name: `prompts/en/goodbye`.
///
/// # Errors
/// There is none of that name.
pub fn shipped(name: &str) -> Result<Sound> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
    let file = assets.join(format!("{name}.opus"));
    let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
    let read = sound_files::read_opus(&bytes, sound_files::Limits::OWN)?;
    Ok(Sound {
        rate: 16_000,
        samples: read.samples,
    })
}

/// A chain of phrases as it was made.
///
/// # Errors
/// A phrase does not come with the engine.
pub fn made(pieces: &[Piece], language: Lang) -> Result<Sound> {
    let mut whole = Sound::silence(Duration::ZERO, 16_000);
    for piece in pieces {
        let next = match piece {
            Piece::Phrase(phrase) => shipped(&phrase.file(language))?,
            Piece::Pause(lasts) => Sound::silence(*lasts, 16_000),
        };
        whole = whole.then(&next);
    }
    Ok(whole)
}

/// Fails unless a sound was heard once, whole: like itself, as loud, without a gap of its own. Gives
/// where it begins.
///
/// # Errors
/// It was heard differently, or not at all; `by` says by whom.
pub fn has_heard_whole(heard: &Sound, wanted: &Sound, by: &str) -> Result<Duration> {
    let found = find(wanted, heard)?.with_context(|| format!("{by} heard too little"))?;
    ensure!(found.likeness > 0.9, "{by}: {found:?}");
    ensure!(found.gain_db.abs() < 1.5, "{by}: {found:?}");
    let there = heard.part(found.at, found.at + wanted.length());
    let (ours, theirs) = (there.gaps(NOTICEABLE), wanted.gaps(NOTICEABLE));
    ensure!(
        ours.len() <= theirs.len(),
        "{by}: {ours:?}, made with {theirs:?}"
    );
    Ok(found.at)
}

/// The samples at another rate.
fn samples(sound: &Sound, rate: u32) -> Result<Vec<f64>> {
    let samples: Vec<f32> = sound.samples.iter().map(|s| f32::from(*s)).collect();
    let samples = sound_files::resample(&samples, sound.rate, rate)?;
    Ok(samples.into_iter().map(f64::from).collect())
}

/// Of these places in a sound, the one where it is most like the wanted.
fn most_alike(wanted: &[f64], heard: &[f64], places: RangeInclusive<usize>) -> Option<usize> {
    let likeness = places.map(|at| (at, correlation(wanted, &heard[at..])));
    let best = likeness.max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.map(|(at, _)| at)
}

/// The correlation of a sound with the beginning of another.
fn correlation(wanted: &[f64], heard: &[f64]) -> f64 {
    let heard = &heard[..wanted.len().min(heard.len())];
    let product: f64 = wanted.iter().zip(heard).map(|(a, b)| a * b).sum();
    let both = energy(&wanted[..heard.len()]) * energy(heard);
    if both > 0.0 {
        product / both.sqrt()
    } else {
        0.0
    }
}

fn energy(samples: &[f64]) -> f64 {
    samples.iter().map(|s| s * s).sum()
}

fn level_dbfs(samples: &[f64]) -> f64 {
    let mean = energy(samples) / samples.len().max(1) as f64;
    10.0 * (mean / f64::from(i16::MAX).powi(2)).max(1e-12).log10()
}

impl Ear {
    /// Samples of 32 ms, over which the colour of speech hardly changes.
    fn frame(self) -> usize {
        self.rate as usize * 32 / 1_000
    }

    /// The level in each band, in dB.
    fn levels(self, frame: &[f64]) -> Vec<f64> {
        let step = f64::from(self.rate) / frame.len() as f64;
        let bands = self.bands.iter().map(|(from, to)| {
            let bins = (from / step).round() as u32..(to / step).round() as u32;
            let power: f64 = bins.map(|bin| power(frame, f64::from(bin))).sum();
            10.0 * power.max(1.0).log10()
        });
        bands.collect()
    }
}

/// The power in one bin of the Fourier transform, under a Hann window.
fn power(frame: &[f64], bin: f64) -> f64 {
    let (mut real, mut imaginary) = (0.0, 0.0);
    for (at, sample) in (0u32..).zip(frame) {
        let turn = TAU * f64::from(at) / frame.len() as f64;
        let windowed = sample * (0.5 - 0.5 * turn.cos());
        real += windowed * (turn * bin).cos();
        imaginary += windowed * (turn * bin).sin();
    }
    (real * real + imaginary * imaginary) / frame.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Something like speech: a sweep with rests.
    fn words(from_hz: f64) -> Sound {
        let samples = (0..16_000u32).map(|i| {
            let t = f64::from(i) / 16_000.0;
            let syllable = (TAU * 3.0 * t).sin().max(0.0);
            ((TAU * (from_hz + 400.0 * t) * t).sin() * 6_000.0 * syllable) as i16
        });
        Sound {
            rate: 16_000,
            samples: samples.collect(),
        }
    }

    #[test]
    fn a_sound_is_found_where_it_is_and_as_loud_as_it_is() {
        let mut quiet = words(500.0);
        for sample in &mut quiet.samples {
            *sample /= 2;
        }
        let heard = Sound::silence(SECOND / 2, 16_000)
            .then(&quiet)
            .then(&Sound::silence(SECOND, 16_000));
        let found = find(&words(500.0), &heard).unwrap().unwrap();
        assert!(found.at.abs_diff(SECOND / 2) < Duration::from_millis(1));
        assert!(found.likeness > 0.99, "{found:?}");
        assert!((found.gain_db + 6.02).abs() < 0.1, "{found:?}");
        for ear in [NARROW, WIDE] {
            assert!(distance_db(ear, &words(500.0), &heard).unwrap() < 0.5);
        }
    }

    #[test]
    fn another_sound_is_not_like_it() {
        let heard = Sound::silence(SECOND, 16_000).then(&words(1_300.0));
        let found = find(&words(500.0), &heard).unwrap().unwrap();
        assert!(found.likeness < 0.5, "{found:?}");
        assert!(distance_db(NARROW, &words(500.0), &heard).unwrap() > 6.0);
    }

    #[test]
    fn what_lacks_the_upper_half_of_the_wide_band_is_heard_by_the_wide_ear_only() {
        // The same words low and high: hisses lie above what the telephone band carries.
        let halves = |low: Sound, high: Sound| {
            let sum = low.samples.iter().zip(&high.samples);
            let samples = sum.map(|(a, b)| a / 2 + b / 2).collect();
            Sound {
                rate: 16_000,
                samples,
            }
        };
        let both = halves(words(500.0), words(4_800.0));
        let narrow = halves(words(500.0), Sound::silence(both.length(), 16_000));
        let heard = narrow.then(&Sound::silence(SECOND / 4, 16_000));
        assert!(distance_db(NARROW, &both, &heard).unwrap() < 1.0);
        assert!(distance_db(WIDE, &both, &heard).unwrap() > 4.0);
    }

    #[test]
    fn a_sound_cut_short_is_less_like_it() {
        let whole = words(500.0);
        let heard = whole.part(Duration::ZERO, SECOND / 2);
        let heard = heard.then(&Sound::silence(SECOND, 16_000));
        let found = find(&whole, &heard).unwrap().unwrap();
        assert!(found.likeness < 0.85, "{found:?}");
    }
}
