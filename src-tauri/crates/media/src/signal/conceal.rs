//! Sound in place of lost packets, for codecs that cannot make it up themselves (after ITU-T G.711
//! Appendix I, at 16 kHz and without its delay).
//!
//! A gap is filled with the last pitch period, over and over. From 10 ms on two periods take
//! turns, from 20 ms three, or it would buzz; meanwhile it grows fainter, and after 60 ms it is
//! silence. Where sound comes back, both are cross-faded.

/// Remembers one stream's sound and fills its gaps.
#[derive(Debug, Clone)]
pub struct Concealer {
    /// The last samples, heard or made up, the oldest first.
    memory: [i16; MEMORY],
    gap: Option<Gap>,
}

impl Concealer {
    /// Before anything was heard: gaps are silence.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            memory: [0; MEMORY],
            gap: None,
        }
    }

    /// Takes note of decoded samples (16 kHz). The first after a gap are blended with what would
    /// have filled it further.
    pub fn heard(&mut self, samples: &mut [i16]) {
        if let Some(mut gap) = self.gap.take() {
            let blend = gap.blend().min(samples.len());
            for (at, sample) in samples[..blend].iter_mut().enumerate() {
                let heard = (at + 1) as f32 / (blend + 1) as f32;
                let made_up = f32::from(gap.next_sample());
                *sample = (made_up + heard * (f32::from(*sample) - made_up)) as i16;
            }
        }
        self.remember(samples);
    }

    /// Appends `samples` of made-up sound.
    pub fn conceal(&mut self, samples: usize, out: &mut Vec<i16>) {
        let start = out.len();
        let gap = self.gap.get_or_insert_with(|| Gap::after(&self.memory));
        out.extend((0..samples).map(|_| gap.next_sample()));
        self.remember(&out[start..]);
    }

    fn remember(&mut self, samples: &[i16]) {
        let new = samples.len().min(MEMORY);
        self.memory.copy_within(new.., 0);
        self.memory[MEMORY - new..].copy_from_slice(&samples[samples.len() - new..]);
    }
}

impl Default for Concealer {
    fn default() -> Self {
        Self::new()
    }
}

/// Samples in a millisecond.
const MS: usize = 16;

/// Pitch is looked for from 66 to 200 Hz. A higher voice repeats in a multiple of its period too.
const SHORTEST_PERIOD: usize = 5 * MS;
const LONGEST_PERIOD: usize = 15 * MS;

/// So many periods take turns at most.
const MOST_PERIODS: usize = 3;

/// What the longest three periods and the quarter before them need.
const MEMORY: usize = MOST_PERIODS * LONGEST_PERIOD + LONGEST_PERIOD / 4;

/// The stretch that is compared with the one a period before.
const COMPARED: usize = 20 * MS;

/// When another period joins, and when the sound begins to fade.
const STEADY: usize = 10 * MS;

/// When nothing is left of it.
const FADED: usize = 60 * MS;

/// How long the jump at the beginning of a gap is smoothed.
const SMOOTHED: usize = 4 * MS;

/// A gap that is being filled.
#[derive(Debug, Clone)]
struct Gap {
    /// What was heard before it.
    before: [i16; MEMORY],
    /// Samples in a pitch period.
    period: usize,
    /// How far the last sample heard is from where the repetition would have it.
    jump: f32,
    /// Samples made up so far.
    made: usize,
    /// How many periods take turns, and where in them we are.
    turn: Turn,
    /// The turn before that, while the two are blended.
    last_turn: Turn,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    periods: usize,
    at: usize,
}

impl Gap {
    fn after(memory: &[i16; MEMORY]) -> Self {
        let period = pitch_period(memory);
        let turn = Turn { periods: 1, at: 0 };
        Self {
            before: *memory,
            period,
            jump: f32::from(memory[MEMORY - 1]) - f32::from(memory[MEMORY - 1 - period]),
            made: 0,
            turn,
            last_turn: turn,
        }
    }

    fn next_sample(&mut self) -> i16 {
        if self.made >= FADED {
            return 0;
        }
        if self.turn.periods < MOST_PERIODS && self.made == self.turn.periods * STEADY {
            self.last_turn = self.turn;
            self.turn.periods += 1;
            self.turn.at %= self.period;
        }
        let mut value = self.repeated(self.turn);
        let since_turn = self.made % STEADY;
        if self.last_turn.periods != self.turn.periods {
            let new = since_turn as f32 / SMOOTHED as f32;
            value = self.repeated(self.last_turn) * (1.0 - new) + value * new;
            self.last_turn = if since_turn + 1 < SMOOTHED {
                self.advanced(self.last_turn)
            } else {
                self.advanced(self.turn)
            };
        }
        if self.made < SMOOTHED {
            value += self.jump * (1.0 - self.made as f32 / SMOOTHED as f32);
        }
        let faded = self.made.saturating_sub(STEADY) as f32 / (FADED - STEADY) as f32;
        self.turn = self.advanced(self.turn);
        self.made += 1;
        (value * (1.0 - faded)) as i16
    }

    const fn advanced(&self, turn: Turn) -> Turn {
        Turn {
            at: (turn.at + 1) % (turn.periods * self.period),
            ..turn
        }
    }

    /// A sample of the last periods as one loop: its end is blended into what came before its
    /// beginning.
    fn repeated(&self, turn: Turn) -> f32 {
        let length = turn.periods * self.period;
        let value = f32::from(self.before[MEMORY - length + turn.at]);
        let quarter = self.period / 4;
        let Some(into_end) = (turn.at + quarter).checked_sub(length) else {
            return value;
        };
        let earlier = f32::from(self.before[MEMORY - length - quarter + into_end]);
        let share = (into_end + 1) as f32 / (quarter + 1) as f32;
        value + share * (earlier - value)
    }

    /// Samples over which sound that comes back is blended in: the longer the gap, the less the
    /// two have in common.
    fn blend(&self) -> usize {
        (4 * MS + self.made.saturating_sub(STEADY) * 4 / 10).min(10 * MS)
    }
}

/// The period in samples after which the end of `memory` repeats best.
fn pitch_period(memory: &[i16; MEMORY]) -> usize {
    // Roughly first, with every four samples added up to one.
    const COARSE: usize = 4;
    let mut coarse = [0.0; MEMORY / COARSE];
    for (sum, four) in coarse.iter_mut().zip(memory.rchunks_exact(COARSE)) {
        *sum = four.iter().map(|sample| f32::from(*sample)).sum();
    }
    coarse.reverse();
    let roughly = best_lag(
        &coarse,
        COMPARED / COARSE,
        SHORTEST_PERIOD / COARSE..=LONGEST_PERIOD / COARSE,
    ) * COARSE;

    let fine = memory.map(f32::from);
    let from = (roughly - COARSE + 1).max(SHORTEST_PERIOD);
    let to = (roughly + COARSE - 1).min(LONGEST_PERIOD);
    best_lag(&fine, COMPARED, from..=to)
}

/// The lag at which the last `compared` of `samples` are most like those before (normalised
/// cross-correlation).
fn best_lag(samples: &[f32], compared: usize, lags: std::ops::RangeInclusive<usize>) -> usize {
    let end = samples.len();
    let now = &samples[end - compared..];
    let likeness = |lag: usize| {
        let then = &samples[end - compared - lag..end - lag];
        let (mut product, mut power) = (0.0f32, 1.0f32);
        for (now, then) in now.iter().zip(then) {
            product += now * then;
            power += then * then;
        }
        product / power.sqrt()
    };
    let first = *lags.start();
    let candidates = lags.map(|lag| (lag, likeness(lag)));
    candidates
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map_or(first, |(lag, _)| lag)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::frame::FRAME_SAMPLES;
    use crate::signal::made_voice::voice;

    /// `samples` with every frame lost that `lost` says.
    fn received(samples: &[i16], lost: impl Fn(usize) -> bool) -> Vec<i16> {
        let mut concealer = Concealer::new();
        let mut out = Vec::new();
        for (at, frame) in samples.chunks(FRAME_SAMPLES).enumerate() {
            if lost(at) {
                concealer.conceal(frame.len(), &mut out);
            } else {
                let start = out.len();
                out.extend_from_slice(frame);
                concealer.heard(&mut out[start..]);
            }
        }
        out
    }

    fn power(samples: &[i16]) -> f64 {
        samples
            .iter()
            .map(|sample| f64::from(*sample).powi(2))
            .sum()
    }

    /// The largest step from one sample to the next.
    fn largest_step(samples: &[i16]) -> i32 {
        let steps = samples
            .windows(2)
            .map(|two| (i32::from(two[1]) - i32::from(two[0])).abs());
        steps.max().unwrap_or(0)
    }

    /// A steady vowel of this pitch.
    fn vowel(hz: f64, samples: usize) -> Vec<i16> {
        let at = |n: usize| {
            let harmonic = |order: f64| (TAU * hz * order * n as f64 / 16_000.0).sin() / order;
            (1..=10).map(f64::from).map(harmonic).sum::<f64>() * 3_000.0
        };
        (0..samples).map(|n| at(n) as i16).collect()
    }

    #[test]
    fn a_lost_packet_of_a_steady_vowel_is_hardly_noticed() {
        for hz in [70.0, 100.0, 131.3, 180.0, 250.0, 330.0] {
            let heard = vowel(hz, 16_000);
            let made_up = received(&heard, |at| at == 20);
            let lost = 20 * FRAME_SAMPLES..21 * FRAME_SAMPLES;
            let error: Vec<i16> = heard[lost.clone()]
                .iter()
                .zip(&made_up[lost.clone()])
                .map(|(heard, made_up)| heard - made_up)
                .collect();
            // Ten milliseconds of it are already fading.
            let down = 10.0 * (power(&error) / power(&heard[lost])).log10();
            assert!(down < -12.0, "{hz} Hz: error {down:.1} dB");
            assert!(
                largest_step(&made_up) <= largest_step(&heard) * 11 / 10,
                "{hz} Hz clicks"
            );
        }
    }

    #[test]
    fn speech_with_5_percent_lost_keeps_its_loudness_and_never_clicks() {
        let mut nearer = 0;
        for seed in 0..10 {
            let heard = voice(10, seed);
            let lost = |at: usize| at % 20 == (seed as usize % 7) + 9;
            let made_up = received(&heard, lost);
            let step = largest_step(&made_up);
            assert!(
                step <= largest_step(&heard) * 12 / 10,
                "voice {seed}: a step of {step}"
            );
            let frames = heard
                .chunks(FRAME_SAMPLES)
                .zip(made_up.chunks(FRAME_SAMPLES));
            let (mut missing, mut error) = (0.0, 0.0);
            for (_, (heard, made_up)) in frames.enumerate().filter(|(at, _)| lost(*at)) {
                missing += power(heard);
                let difference = heard
                    .iter()
                    .zip(made_up)
                    .map(|(a, b)| f64::from(*a) - f64::from(*b));
                error += difference.map(|difference| difference.powi(2)).sum::<f64>();
            }
            nearer += u32::from(error < missing);
        }
        assert!(
            nearer >= 8,
            "of 10 voices {nearer} are nearer to the truth than silence is"
        );
    }

    #[test]
    fn a_long_gap_fades_to_silence_in_60_ms_and_sound_comes_back_softly() {
        let heard = vowel(120.0, 100 * FRAME_SAMPLES);
        let made_up = received(&heard, |at| (50..60).contains(&at));
        let at = |ms: usize| &made_up[50 * FRAME_SAMPLES + ms * MS..][..10 * MS];
        let before = power(&heard[49 * FRAME_SAMPLES..50 * FRAME_SAMPLES]) / 2.0;
        assert!((power(at(0)) / before - 1.0).abs() < 0.3);
        assert!((0.1..0.6).contains(&(power(at(30)) / before)));
        for ms in (60..190).step_by(10) {
            assert_eq!(power(at(ms)), 0.0, "after {ms} ms");
        }
        assert!(power(at(200)) < power(at(220)), "it comes back softly");
        assert!(largest_step(&made_up) <= largest_step(&heard) * 11 / 10);
    }

    #[test]
    fn before_anything_was_heard_a_gap_is_silence() {
        let mut out = Vec::new();
        Concealer::new().conceal(1_000, &mut out);
        assert_eq!(out, [0; 1_000]);
    }

    #[test]
    fn packets_and_gaps_of_any_length_are_filled_to_the_sample() {
        let mut concealer = Concealer::new();
        let mut out = vec![0; 0];
        for length in [0, 1, 39, 40, 320, 779, 780, 781, 1_920, 5_000] {
            let start = out.len();
            out.extend(vowel(200.0, length));
            concealer.heard(&mut out[start..]);
            concealer.conceal(length, &mut out);
            assert_eq!(out.len(), start + 2 * length);
        }
    }
}
