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
