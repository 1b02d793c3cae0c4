//! Brings a sound from one sample rate to another.

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Async, FixedAsync, Resampler, SincInterpolationParameters, WindowFunction};

use crate::Unreadable;
use crate::limits::SAMPLE_RATES;

/// Input samples worked on at a time.
const CHUNK: usize = 1_024;

/// Taps of the filter at the lower rate.
const FILTER_LENGTH: usize = 128;

/// A mono sound of rate `from` at rate `to`, both in Hz. Nothing above half the lower rate is kept;
/// the sound neither moves nor changes its length.
///
/// # Errors
/// When a rate is none of [`SAMPLE_RATES`].
pub fn resample(samples: &[f32], from: u32, to: u32) -> Result<Vec<f32>, Unreadable> {
    let mut resampling = Resampling::new(from, to)?;
    let mut out = Vec::new();
    resampling.take(samples, &mut out);
    resampling.finish(&mut out);
    Ok(out)
}

/// The same for a sound that comes in parts.
pub(crate) struct Resampling {
    /// None where nothing is to be done.
    filter: Option<Async<f32>>,
    /// Output samples for each input sample.
    ratio: f64,
    /// Input that does not fill a chunk yet.
    waiting: Vec<f32>,
    chunk: Vec<f32>,
    /// Output samples to leave out: the filter's delay.
    skip: usize,
    taken: usize,
    given: usize,
}

impl Resampling {
    pub(crate) fn new(from: u32, to: u32) -> Result<Self, Unreadable> {
        for rate in [from, to] {
            if !SAMPLE_RATES.contains(&rate) {
                return Err(Unreadable::SampleRate(rate));
            }
        }
        let ratio = f64::from(to) / f64::from(from);
        let filter = if from == to {
            None
        } else {
            // As steep at the lower rate, whatever the higher one is.
            let length = FILTER_LENGTH * from.div_ceil(to).clamp(1, 6) as usize;
            let window = WindowFunction::BlackmanHarris2;
            let parameters = SincInterpolationParameters::new(length, window);
            let filter = Async::new_sinc(ratio, 1.0, &parameters, CHUNK, 1, FixedAsync::Input);
            Some(filter.map_err(|_| Unreadable::SampleRate(from))?)
        };
        Ok(Self {
            ratio,
            waiting: Vec::with_capacity(CHUNK),
            chunk: vec![0.0; filter.as_ref().map_or(0, Resampler::output_frames_max)],
            skip: filter.as_ref().map_or(0, Resampler::output_delay),
            filter,
            taken: 0,
            given: 0,
        })
    }

    /// Takes a part and puts what becomes of it after `out`.
    pub(crate) fn take(&mut self, part: &[f32], out: &mut Vec<f32>) {
        self.taken += part.len();
        if self.filter.is_none() {
            out.extend_from_slice(part);
            return;
        }
        let mut rest = part;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(CHUNK - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            rest = later;
            if self.waiting.len() == CHUNK {
                self.filter_waiting(out);
            }
        }
    }

    /// Puts the rest after `out`; the whole is then as long as what was taken.
    pub(crate) fn finish(mut self, out: &mut Vec<f32>) {
        if self.filter.is_none() {
            return;
        }
        let whole = (self.taken as f64 * self.ratio).round() as usize;
        let before = out.len();
        let missing = whole.saturating_sub(self.given);
        // What the filter still holds comes out behind silence.
        while out.len() - before < missing {
            self.waiting.resize(CHUNK, 0.0);
            self.filter_waiting(out);
        }
        out.truncate(before + missing);
    }

    fn filter_waiting(&mut self, out: &mut Vec<f32>) {
        let Some(filter) = &mut self.filter else {
            return;
        };
        let room = self.chunk.len();
        let (Ok(from), Ok(mut to)) = (
            SequentialSlice::new(&self.waiting, 1, CHUNK),
            SequentialSlice::new_mut(&mut self.chunk, 1, room),
        ) else {
            return;
        };
        let made = filter
            .process_into_buffer(&from, &mut to, None)
            .map_or(0, |(_, made)| made);
        self.waiting.clear();
        let skip = self.skip.min(made);
        self.skip -= skip;
        let made = self.chunk.get(skip..made).unwrap_or_default();
        self.given += made.len();
        out.extend_from_slice(made);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SAMPLE_RATE;
    use crate::testing::{level, sine};

    #[test]
    fn every_usual_rate_keeps_pitch_level_length_and_place() {
        for rate in [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 11_111] {
            let sound =
                resample(&sine(1_000.0, 0.5, rate, rate as usize), rate, SAMPLE_RATE).unwrap();
            assert!(sound.len().abs_diff(16_000) <= 1, "{rate}: {}", sound.len());
            // By how much it moved, in samples, and what else differs.
            let (moved, error) = (-20_i32..=20)
                .map(|tenths| (tenths, differs(&sound, f64::from(tenths) / 10.0)))
                .min_by(|a, b| a.1.total_cmp(&b.1))
                .unwrap();
            assert!(moved.abs() <= 10, "{rate}: {moved} tenths of a sample");
            assert!(error < -30.0, "{rate}: {error} dB");
        }
    }

    /// How a sine of 1 kHz differs from what it should be, in dB below it.
    fn differs(sound: &[f32], moved: f64) -> f64 {
        let phase = |i: usize| ((i as f64 - moved) * 1_000.0 / 16_000.0).fract() as f32;
        let wanted = |i: usize| 0.5 * (phase(i) * std::f32::consts::TAU).sin();
        // The ends lack their neighbours.
        let range = 800..15_000;
        let error: Vec<f32> = range.clone().map(|i| sound[i] - wanted(i)).collect();
        let sine: Vec<f32> = range.map(wanted).collect();
        level(&error) - level(&sine)
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_is_gone() {
        let sound = resample(&sine(9_500.0, 0.9, 48_000, 48_000), 48_000, 16_000).unwrap();
        assert!(level(&sound[800..15_000]) < -60.0);
    }

    #[test]
    fn rates_no_sound_has_are_refused() {
        for rate in [0, 1, 3_999, 192_001, u32::MAX] {
            assert_eq!(
                resample(&[0.0; 10], rate, SAMPLE_RATE),
                Err(Unreadable::SampleRate(rate))
            );
        }
    }
}
