//! Decoded sound on its way out, and how it is made longer or shorter without a click.

use super::receiver::Heard;
use crate::frame::{FRAME_SAMPLES, Frame};
use std::collections::VecDeque;

/// Pitch periods that may be repeated or left out: 2.5 to 15 ms.
const SHORTEST_PERIOD: usize = 40;
const LONGEST_PERIOD: usize = 240;

/// The stretch of sound in which two periods are compared: 10 ms.
const COMPARED: usize = 160;

/// Sound whose mean is below this (−50 dBFS) is a pause in speech.
const QUIET: i64 = 100;

/// What must be decoded before a period can be left out and a frame still be whole.
pub(super) const TO_SHORTEN: usize = FRAME_SAMPLES + LONGEST_PERIOD + 80;

/// Samples in the order they are heard. A little of what was heard stays, to compare with.
#[derive(Debug, Default)]
pub(super) struct Playout {
    samples: Vec<i16>,
    heard: usize,
    /// What the samples not heard yet are, in runs.
    runs: VecDeque<(Heard, usize)>,
}

impl Playout {
    /// Samples not heard yet.
    pub(super) fn waiting(&self) -> usize {
        self.samples.len() - self.heard
    }

    /// Nothing of it is heard any more.
    pub(super) fn clear(&mut self) {
        self.samples.clear();
        self.runs.clear();
        self.heard = 0;
    }

    /// Lets `write` append samples that are `what`; says how many it did.
    pub(super) fn append(&mut self, what: Heard, write: impl FnOnce(&mut Vec<i16>)) -> usize {
        let before = self.samples.len();
        write(&mut self.samples);
        let appended = self.samples.len().saturating_sub(before);
        if appended == 0 {
            return 0;
        }
        match self.runs.back_mut() {
            Some((same, run)) if *same == what => *run += appended,
            _ => self.runs.push_back((what, appended)),
        }
        appended
    }

    /// The next 20 ms, and what they mostly are. Silence if there are not enough.
    pub(super) fn take(&mut self, out: &mut Frame) -> Heard {
        let Some(next) = self.samples.get(self.heard..self.heard + FRAME_SAMPLES) else {
            *out = [0; FRAME_SAMPLES];
            return Heard::Nothing;
        };
        out.copy_from_slice(next);
        self.heard += FRAME_SAMPLES;
        let heard = self.pass_runs(FRAME_SAMPLES);
        if self.heard > LONGEST_PERIOD {
            self.samples.drain(..self.heard - LONGEST_PERIOD);
            self.heard = LONGEST_PERIOD;
        }
        heard
    }

    /// Whether the next 20 ms are a pause in speech.
    pub(super) fn is_quiet(&self) -> bool {
        let next = self.next(FRAME_SAMPLES);
        let energy: i64 = next.iter().map(|s| i64::from(*s) * i64::from(*s)).sum();
        energy < QUIET * QUIET * next.len() as i64
    }

    /// Makes the sound longer by one pitch period, if the last two resemble each other at least
    /// `alike` (−1 to 1). Says by how many samples.
    pub(super) fn repeat_period(&mut self, alike: f32) -> usize {
        let at = self.heard;
        if at < LONGEST_PERIOD || self.waiting() < LONGEST_PERIOD {
            return 0;
        }
        let Some(period) = best_period(&self.samples, at, alike, |at, period| at - period) else {
            return 0;
        };
        // From what comes next back to what came a period before, which then comes again.
        let mut again = [0; LONGEST_PERIOD];
        for (n, sample) in again[..period].iter_mut().enumerate() {
            *sample = blend(
                self.samples[at + n],
                self.samples[at + n - period],
                n,
                period,
            );
        }
        self.samples.splice(at..at, again[..period].iter().copied());
        if let Some((_, run)) = self.runs.front_mut() {
            *run += period;
        }
        period
    }

    /// Makes the sound shorter by one pitch period, likewise. Wants [`TO_SHORTEN`] samples.
    pub(super) fn leave_out_period(&mut self, alike: f32) -> usize {
        let at = self.heard;
        if self.waiting() < TO_SHORTEN {
            return 0;
        }
        let Some(period) = best_period(&self.samples, at, alike, |at, period| at + period) else {
            return 0;
        };
        for n in 0..period {
            self.samples[at + n] = blend(
                self.samples[at + n],
                self.samples[at + n + period],
                n,
                period,
            );
        }
        self.samples.drain(at + period..at + 2 * period);
        self.pass_runs(period);
        period
    }

    fn next(&self, most: usize) -> &[i16] {
        let end = self.samples.len().min(self.heard + most);
        &self.samples[self.heard..end]
    }

    /// Takes `count` samples off the runs and says what most of them were.
    fn pass_runs(&mut self, count: usize) -> Heard {
        let (mut sound, mut concealed, mut left) = (0, 0, count);
        while let Some((what, run)) = self.runs.front_mut()
            && left > 0
        {
            let taken = left.min(*run);
            *run -= taken;
            left -= taken;
            match what {
                Heard::Sound => sound += taken,
                Heard::Concealed => concealed += taken,
                Heard::Nothing => {}
            }
            if *run == 0 {
                self.runs.pop_front();
            }
        }
        match (sound, concealed) {
            (0, 0) => Heard::Nothing,
            _ if sound >= concealed => Heard::Sound,
            _ => Heard::Concealed,
        }
    }
}

/// The period after which the sound at `at` resembles itself most, at least `alike`; `other` says
/// where it is compared with.
fn best_period(
    samples: &[i16],
    at: usize,
    alike: f32,
    other: impl Fn(usize, usize) -> usize,
) -> Option<usize> {
    let here = samples.get(at..at + COMPARED)?;
    let resemblance = |period: usize| {
        let start = other(at, period);
        let there = samples.get(start..start + COMPARED);
        there.map_or(-1.0, |there| resemblance(here, there))
    };
    let best_of = |periods: &mut dyn Iterator<Item = usize>| {
        periods
            .map(|period| (period, resemblance(period)))
            .max_by(|(_, a), (_, b)| a.total_cmp(b))
    };
    // Sound changes little within two samples, so every third period is tried, then those around
    // the best.
    let (coarse, _) = best_of(&mut (SHORTEST_PERIOD..=LONGEST_PERIOD).step_by(3))?;
    let around = coarse.saturating_sub(2).max(SHORTEST_PERIOD)..=(coarse + 2).min(LONGEST_PERIOD);
    let (period, resembles) = best_of(&mut around.into_iter())?;
    (resembles >= alike).then_some(period)
}

/// Normalised correlation, −1 to 1. Silence resembles silence.
fn resemblance(a: &[i16], b: &[i16]) -> f32 {
    let (mut cross, mut aa, mut bb) = (1i64, 1i64, 1i64);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (i64::from(*x), i64::from(*y));
        cross += x * y;
        aa += x * x;
        bb += y * y;
    }
    cross as f32 / (aa as f32 * bb as f32).sqrt()
}

/// `from` at 0 of `length`, `to` at its end, both in between.
pub(super) fn blend(from: i16, to: i16, n: usize, length: usize) -> i16 {
    let (from, to) = (i64::from(from), i64::from(to));
    let (n, length) = (n as i64, length.max(1) as i64);
    (from + (to - from) * n / length) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listen;
    use std::f64::consts::TAU;

    fn voice(hz: f64, samples: usize) -> Vec<i16> {
        (0..samples)
            .map(|n| {
                let t = n as f64 / 16_000.0;
                let overtones = (1..=5).map(|k| (TAU * hz * f64::from(k) * t).sin() / f64::from(k));
                (6000.0 * overtones.sum::<f64>()) as i16
            })
            .collect()
    }

    /// What is heard of a voice while it is worked on before every frame.
    fn heard(hz: f64, mut work: impl FnMut(&mut Playout)) -> Vec<i16> {
        let mut playout = Playout::default();
        playout.append(Heard::Sound, |out| out.extend(voice(hz, 48_000)));
        let mut heard = Vec::new();
        let mut frame = [0; FRAME_SAMPLES];
        while playout.waiting() > 2 * TO_SHORTEN {
            work(&mut playout);
            assert_eq!(playout.take(&mut frame), Heard::Sound);
            heard.extend_from_slice(&frame);
        }
        heard
    }

    /// The largest step from one sample to the next: a click shows as one larger than any of the
    /// sound's own.
    fn largest_step(samples: &[i16]) -> i32 {
        let steps = samples.windows(2);
        steps
            .map(|s| (i32::from(s[1]) - i32::from(s[0])).abs())
            .max()
            .unwrap()
    }

    #[test]
    fn a_voice_made_longer_or_shorter_keeps_its_pitch_and_does_not_click() {
        for hz in [90.0, 130.0, 220.0] {
            let own_step = largest_step(&voice(hz, 16_000));
            let mut longer = 0;
            let long = heard(hz, |playout| longer += playout.repeat_period(0.9));
            let mut shorter = 0;
            let short = heard(hz, |playout| shorter += playout.leave_out_period(0.9));
            assert!(longer > 5_000, "{hz} Hz: {longer}");
            assert!(shorter > 5_000, "{hz} Hz: {shorter}");
            for sound in [long, short] {
                assert!(
                    largest_step(&sound) <= own_step + own_step / 5,
                    "{hz} Hz clicks"
                );
                let (own, other) = (
                    listen::tone_level(&sound[..16_000], 16_000, hz),
                    listen::tone_level(&sound[..16_000], 16_000, hz * 1.4),
                );
                assert!(own > other + 20.0, "{hz} Hz: {own}, beside it {other}");
            }
        }
    }

    #[test]
    fn noise_is_left_as_it_is_unless_it_must_be() {
        let mut seed = 1u32;
        let mut playout = Playout::default();
        playout.append(Heard::Sound, |out| {
            out.extend((0..2000).map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 18) as i16
            }));
        });
        playout.take(&mut [0; FRAME_SAMPLES]);
        assert_eq!(playout.leave_out_period(0.9), 0);
        assert!(!playout.is_quiet());
    }
}
