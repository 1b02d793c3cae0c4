//! Sound made and judged by code: tones to send, and what is in a recording.

use anyhow::{Context, Result, ensure};
use media::{
    Codec, FRAME_SAMPLES,
    codec::{Encoder, MAX_PAYLOAD},
};
use std::{f64::consts::TAU, io::Write, path::Path, time::Duration};

/// Long enough to tell 20 Hz apart, short enough that one lost packet spoils little.
const WINDOW: Duration = Duration::from_millis(50);
/// One packet of most calls.
const FRAME: Duration = Duration::from_millis(20);
/// Quieter than this is silence; a line at rest in G.711 lies near -70.
const SILENCE_DBFS: f64 = -50.0;
/// A window belongs to a tone when this share of its energy is at the tone's frequency.
const TONE_SHARE: f64 = 0.7;

/// One channel of 16-bit samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Samples per second.
    pub rate: u32,
    /// The samples.
    pub samples: Vec<i16>,
}

/// A stretch in which something was missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// From the beginning of the sound.
    pub at: Duration,
    /// How long it lasts.
    pub length: Duration,
}

impl Sound {
    /// A sine tone of `hz`, its level in dB below the loudest possible.
    pub fn tone(hz: f64, length: Duration, level_dbfs: f64, rate: u32) -> Self {
        let amplitude = f64::from(i16::MAX) * 10f64.powf(level_dbfs / 20.0);
        let count = (length.as_secs_f64() * f64::from(rate)) as u32;
        let at = |i: u32| (TAU * hz * f64::from(i) / f64::from(rate)).sin() * amplitude;
        let samples = (0..count).map(|i| at(i).round() as i16).collect();
        Self { rate, samples }
    }

    /// Silence.
    pub fn silence(length: Duration, rate: u32) -> Self {
        let count = (length.as_secs_f64() * f64::from(rate)) as usize;
        Self {
            rate,
            samples: vec![0; count],
        }
    }

    /// This sound, then `next`.
    ///
    /// # Panics
    /// The two differ in their rate.
    #[must_use]
    pub fn then(mut self, next: &Self) -> Self {
        assert_eq!(
            self.rate, next.rate,
            "sounds of different rates do not join"
        );
        self.samples.extend_from_slice(&next.samples);
        self
    }

    /// Reads a WAV file; of several channels the first.
    ///
    /// # Errors
    /// No such file, or not 16-bit PCM.
    pub fn read(path: &Path) -> Result<Self> {
        let name = || path.display().to_string();
        let mut wav = hound::WavReader::open(path).with_context(name)?;
        let spec = wav.spec();
        ensure!(spec.bits_per_sample == 16, "{} is not 16-bit", name());
        let samples: Result<Vec<i16>, _> = wav
            .samples::<i16>()
            .step_by(usize::from(spec.channels))
            .collect();
        Ok(Self {
            rate: spec.sample_rate,
            samples: samples.with_context(name)?,
        })
    }

    /// Reads the bytes of a WAV file.
    ///
    /// # Errors
    /// They are none, or not of 16-bit PCM.
    pub fn of_wav(wav: &[u8]) -> Result<Self> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(wav)?;
        Self::read(file.path())
    }

    /// Writes a WAV file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        self.write_alike(path, 1)
    }

    /// Writes a WAV file of so many channels that all hold the same.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_alike(&self, path: &Path, channels: u16) -> Result<()> {
        let spec = hound::WavSpec {
            channels,
            sample_rate: self.rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav =
            hound::WavWriter::create(path, spec).with_context(|| path.display().to_string())?;
        for sample in &self.samples {
            for _ in 0..channels {
                wav.write_sample(*sample)?;
            }
        }
        Ok(wav.finalize()?)
    }

    /// The same at another rate.
    ///
    /// # Errors
    /// A rate nothing is known about.
    pub fn at_rate(&self, rate: u32) -> Result<Self> {
        let samples: Vec<f32> = self.samples.iter().map(|s| f32::from(*s)).collect();
        let samples = sound_files::resample(&samples, self.rate, rate)?;
        Ok(Self {
            rate,
            samples: samples.iter().map(|s| s.round() as i16).collect(),
        })
    }

    /// How long it lasts.
    pub fn length(&self) -> Duration {
        Duration::from_secs_f64(self.samples.len() as f64 / f64::from(self.rate))
    }

    /// The part from `from` up to `to`, as far as there is any.
    #[must_use]
    pub fn part(&self, from: Duration, to: Duration) -> Self {
        let at = |time: Duration| {
            let index = (time.as_secs_f64() * f64::from(self.rate)) as usize;
            index.min(self.samples.len())
        };
        Self {
            rate: self.rate,
            samples: self.samples[at(from)..at(to).max(at(from))].to_vec(),
        }
    }

    /// Mean level in dB below the loudest possible square wave (a full-scale sine has -3).
    pub fn level_dbfs(&self) -> f64 {
        level_dbfs(&self.samples)
    }

    /// Which share of the energy, 0 to 1, is at `hz` (give or take 20 Hz).
    pub fn share_at(&self, hz: f64) -> f64 {
        let (mut at_hz, mut all) = (0.0, 0.0);
        for window in self.windows(WINDOW) {
            let energy = energy(window);
            at_hz += share(window, hz, self.rate) * energy;
            all += energy;
        }
        if all > 0.0 { at_hz / all } else { 0.0 }
    }

    /// Whether this is a clean tone of `hz`, heard loud and nothing else beside it.
    pub fn is_tone(&self, hz: f64) -> bool {
        self.level_dbfs() > SILENCE_DBFS && self.share_at(hz) >= TONE_SHARE
    }

    /// The strongest frequency between 100 and 3,400 Hz, to 10 Hz; nothing for silence.
    pub fn strongest_hz(&self) -> Option<f64> {
        if self.level_dbfs() <= SILENCE_DBFS {
            return None;
        }
        let steps = (10..=340).map(|step| f64::from(step * 10));
        steps.max_by(|a, b| self.share_at(*a).total_cmp(&self.share_at(*b)))
    }

    /// Where it is silent for longer than `limit`. 60 ms is what a listener begins to notice.
    pub fn gaps(&self, limit: Duration) -> Vec<Gap> {
        self.stretches(limit, |frame| level_dbfs(frame) <= SILENCE_DBFS)
    }

    /// Where a tone of `hz` is not heard for longer than `limit`: silence, or something else.
    pub fn gaps_in_tone(&self, hz: f64, limit: Duration) -> Vec<Gap> {
        self.stretches(limit, |frame| {
            level_dbfs(frame) <= SILENCE_DBFS || share(frame, hz, self.rate) < TONE_SHARE
        })
    }

    /// For how long a tone of `hz` is heard, all in all.
    pub fn time_of_tone(&self, hz: f64) -> Duration {
        let is_heard = |frame: &&[i16]| {
            level_dbfs(frame) > SILENCE_DBFS && share(frame, hz, self.rate) >= TONE_SHARE
        };
        let frames = self.windows(FRAME).filter(is_heard);
        frames.fold(Duration::ZERO, |time, _| time + FRAME)
    }

    fn stretches(&self, limit: Duration, lacks: impl Fn(&[i16]) -> bool) -> Vec<Gap> {
        let mut found: Vec<Gap> = Vec::new();
        let mut open: Option<Gap> = None;
        for (number, frame) in (0u32..).zip(self.windows(FRAME)) {
            if lacks(frame) {
                let gap = open.get_or_insert(Gap {
                    at: FRAME * number,
                    length: Duration::ZERO,
                });
                gap.length += FRAME;
            } else {
                found.extend(open.take());
            }
        }
        found.extend(open);
        found.retain(|gap| gap.length > limit);
        found
    }

    fn windows(&self, length: Duration) -> impl Iterator<Item = &[i16]> {
        let size = (length.as_secs_f64() * f64::from(self.rate)) as usize;
        self.samples.chunks_exact(size.max(1))
    }
}

/// The two frequencies of a key (ITU-T Q.23), for so long, each at −15 dBFS, at 16 kHz.
///
/// # Errors
/// There is no such key.
pub fn tone_of_key(key: char, lasts: Duration) -> Result<Sound> {
    const RATE: u32 = 16_000;
    const ROWS: [(&str, f64); 4] = [
        ("123A", 697.0),
        ("456B", 770.0),
        ("789C", 852.0),
        ("*0#D", 941.0),
    ];
    const COLUMNS: [f64; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];
    let mut rows = ROWS.iter();
    let place = rows.find_map(|(keys, low)| Some((*low, COLUMNS[keys.find(key)?])));
    let (low, high) = place.context("no such key")?;
    let [low, high] = [low, high].map(|hz| Sound::tone(hz, lasts, -9.0, RATE));
    let both = low.samples.iter().zip(&high.samples);
    Ok(Sound {
        rate: RATE,
        samples: both.map(|(a, b)| a / 2 + b / 2).collect(),
    })
}

/// A sound at 16 kHz as A-law at 8 kHz, the way SIPp plays it; what does not fill a packet is left out.
///
/// # Panics
/// The sound has another rate.
pub fn in_a_law(sound: &Sound) -> Vec<u8> {
    assert_eq!(sound.rate, media::SAMPLE_RATE, "what the encoder takes");
    let mut encoder = Encoder::new(Codec::Pcma);
    let mut payload = [0; MAX_PAYLOAD];
    let mut bytes = Vec::new();
    for frame in sound.samples.as_chunks::<FRAME_SAMPLES>().0 {
        let length = encoder.encode(frame, &mut payload);
        bytes.extend_from_slice(&payload[..length]);
    }
    bytes
}

fn energy(samples: &[i16]) -> f64 {
    samples.iter().map(|s| f64::from(*s).powi(2)).sum()
}

fn level_dbfs(samples: &[i16]) -> f64 {
    if samples.is_empty() {
        return f64::NEG_INFINITY;
    }
    let mean = energy(samples) / samples.len() as f64;
    10.0 * (mean / f64::from(i16::MAX).powi(2)).log10()
}

/// The share of the energy at one frequency, by Goertzel's recurrence.
fn share(samples: &[i16], hz: f64, rate: u32) -> f64 {
    let total = energy(samples) * samples.len() as f64 / 2.0;
    if total == 0.0 {
        return 0.0;
    }
    let coefficient = 2.0 * (TAU * hz / f64::from(rate)).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for sample in samples {
        (last, before) = (f64::from(*sample) + coefficient * last - before, last);
    }
    let power = last * last + before * before - coefficient * last * before;
    (power / total).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn ms(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[test]
    fn a_tone_is_recognised_and_told_from_its_neighbour() {
        let tone = Sound::tone(440.0, SECOND, -10.0, 8_000);
        assert!(tone.is_tone(440.0));
        assert!(tone.share_at(440.0) > 0.99);
        assert!(tone.share_at(480.0) < 0.05);
        assert_eq!(tone.strongest_hz(), Some(440.0));
    }

    #[test]
    fn silence_is_no_tone() {
        let silence = Sound::silence(SECOND, 8_000);
        assert!(!silence.is_tone(440.0));
        assert_eq!(silence.strongest_hz(), None);
        assert_eq!(
            silence.gaps(ms(60)),
            [Gap {
                at: ms(0),
                length: SECOND
            }]
        );
    }

    #[test]
    fn the_level_of_a_sine_is_3_db_below_its_peak() {
        let tone = Sound::tone(1_000.0, SECOND, -10.0, 16_000);
        assert!(
            (tone.level_dbfs() + 13.0).abs() < 0.1,
            "{}",
            tone.level_dbfs()
        );
    }

    #[test]
    fn a_gap_is_found_where_it_is_and_a_short_one_forgiven() {
        let tone = Sound::tone(440.0, SECOND, -10.0, 8_000);
        let sound = tone
            .clone()
            .then(&Sound::silence(ms(100), 8_000))
            .then(&tone)
            .then(&Sound::silence(ms(40), 8_000))
            .then(&tone);
        let gap = Gap {
            at: SECOND,
            length: ms(100),
        };
        assert_eq!(sound.gaps(ms(60)), [gap]);
        assert_eq!(sound.gaps_in_tone(440.0, ms(60)), [gap]);
    }

    #[test]
    fn another_sound_in_its_place_is_a_gap_in_a_tone() {
        let tone = Sound::tone(440.0, SECOND, -10.0, 8_000);
        let sound = tone
            .clone()
            .then(&Sound::tone(660.0, ms(200), -10.0, 8_000))
            .then(&tone);
        assert!(sound.gaps(ms(60)).is_empty());
        let gap = Gap {
            at: SECOND,
            length: ms(200),
        };
        assert_eq!(sound.gaps_in_tone(440.0, ms(60)), [gap]);
    }

    #[test]
    fn the_time_of_a_tone_is_that_of_all_its_parts() {
        let tone = Sound::tone(440.0, ms(300), -10.0, 8_000);
        let other = Sound::tone(660.0, ms(500), -10.0, 8_000);
        let sound = tone.clone().then(&other).then(&tone);
        assert_eq!(sound.time_of_tone(440.0), ms(600));
        assert_eq!(sound.time_of_tone(660.0), ms(500));
        assert_eq!(sound.time_of_tone(880.0), Duration::ZERO);
    }

    #[test]
    fn a_file_gives_back_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tone.wav");
        let tone = Sound::tone(440.0, ms(100), -10.0, 8_000);
        tone.write(&path).unwrap();
        assert_eq!(Sound::read(&path).unwrap(), tone);
    }
}
