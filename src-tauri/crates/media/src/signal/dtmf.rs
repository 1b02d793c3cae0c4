//! Key presses heard as tones (DTMF), as ITU-T Q.24 wants them told from speech.
//!
//! Every 10 ms, 20 ms of sound are compared with the eight frequencies. A key has gone down when
//! three such looks in a row find one low and one high tone of it, the last two nothing else, and
//! when the phases of both turn steadily and as fast as their frequencies say; speech does that for
//! one look, not for 40 ms. It has gone up when three looks in a row find next to nothing of its tones.

use std::f64::consts::TAU;
use std::time::Duration;

use rtp_packet::Digit;

use crate::frame::{FRAME_SAMPLES, Frame};

/// Hears the keys of one phone.
#[derive(Debug, Clone)]
pub struct DtmfDetector {
    /// The last [`HOP`] samples at 8 kHz, which the next look still sees.
    memory: [f32; HOP],
    /// The tones of the last look.
    before: Option<Look>,
    /// The key that may be going down as the last look found it, and how many have in a row.
    rising: Option<(Found, u8)>,
    /// The key that is down.
    down: Option<Down>,
    /// How many presses were told, wrapping, and how many looks the newest was down for.
    presses: u32,
    looks_down: u32,
}

#[derive(Debug, Clone)]
struct Down {
    digit: Digit,
    /// The power of the weaker tone when it went down.
    power: f32,
    /// Looks that have not found it since the last that did.
    missed: u8,
}

impl DtmfDetector {
    /// No key is down.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            memory: [0.0; HOP],
            before: None,
            rising: None,
            down: None,
            presses: 0,
            looks_down: 0,
        }
    }

    /// Whether the key told last is down, or was a moment ago.
    #[must_use]
    pub const fn is_down(&self) -> bool {
        self.down.is_some()
    }

    /// The number of the press told last.
    #[must_use]
    pub const fn newest_press(&self) -> u32 {
        self.presses
    }

    /// How long the key of a press was down, to 10 ms; `None` while it is.
    #[must_use]
    pub fn press_lasted(&self, press: u32) -> Option<Duration> {
        if self.presses != press {
            return Some(Duration::ZERO); // another has come since
        }
        match self.down {
            Some(_) => None,
            None => Some(HOP_LASTS * self.looks_down),
        }
    }

    /// Listens to the next 20 ms. Tells a key once, when it is sure that it went down: 30 to 60 ms
    /// after it did.
    pub fn listen(&mut self, frame: &Frame) -> Option<Digit> {
        let mut sound = [0.0; HOP + FRAME_SAMPLES / 2];
        sound[..HOP].copy_from_slice(&self.memory);
        // Half the rate is enough for 1,633 Hz. What folds back from above 6 kHz is faint, and
        // speech that has any has more below.
        for (half, pair) in sound[HOP..].iter_mut().zip(frame.chunks_exact(2)) {
            *half = f32::from(pair[0]) + f32::from(pair[1]);
        }
        self.memory.copy_from_slice(&sound[2 * HOP..]);
        let mut told = None;
        for from in [0, HOP] {
            let seen: &[f32; SEEN] = sound[from..].first_chunk().expect("a whole look");
            told = told.or(self.look(seen));
        }
        told
    }

    /// Looks at 20 ms.
    fn look(&mut self, seen: &[f32; SEEN]) -> Option<Digit> {
        let look = Look::at(seen);
        let found = look
            .as_ref()
            .and_then(|look| look.key(self.before.as_ref()));
        let sure = match (&found, &self.rising) {
            (Some(found), Some((before, looks))) if found.digit == before.digit => {
                let sure = looks + 1 >= SURE_AFTER && found.goes_on(before);
                // No longer counted once it is enough.
                self.rising = Some((found.clone(), (looks + 1).min(SURE_AFTER)));
                sure.then_some(found.digit)
            }
            _ => {
                self.rising = found.map(|found| (found, 1));
                None
            }
        };
        self.release(look.as_ref());
        self.before = look;

        let digit = sure?;
        if self.down.as_ref().is_some_and(|down| down.digit == digit) {
            return None;
        }
        let power = self
            .before
            .as_ref()
            .map_or(0.0, |look| look.weaker_of(digit));
        self.down = Some(Down {
            digit,
            power,
            missed: 0,
        });
        self.presses = self.presses.wrapping_add(1);
        self.looks_down = LOOKS_BEFORE_SURE;
        Some(digit)
    }

    /// Whether the key that was down still is.
    fn release(&mut self, look: Option<&Look>) {
        let Some(down) = &mut self.down else {
            return;
        };
        // What a lost packet or a voice over it leaves of a key is no pause.
        if look.is_some_and(|look| look.weaker_of(down.digit) > down.power * STILL_DOWN) {
            // It was down in the looks between, too.
            self.looks_down += u32::from(down.missed) + 1;
            down.missed = 0;
        } else {
            down.missed += 1;
            if down.missed >= UP_AFTER {
                self.down = None;
            }
        }
    }
}

impl Default for DtmfDetector {
    fn default() -> Self {
        Self::new()
    }
}

/// The two tones of a key in Hz, the low one first (ITU-T Q.23).
#[must_use]
pub fn key_tones(key: Digit) -> (u16, u16) {
    let place = KEYS.iter().position(|known| *known == key.key());
    let place = place.expect("sixteen keys have tones");
    (TONES[place / 4], TONES[4 + place % 4])
}

/// The low tones, then the high ones.
const TONES: [u16; 8] = [697, 770, 852, 941, 1209, 1336, 1477, 1633];

/// The keys row by row.
const KEYS: [char; 16] = [
    '1', '2', '3', 'A', '4', '5', '6', 'B', '7', '8', '9', 'C', '*', '0', '#', 'D',
];

/// Samples at 8 kHz between two looks, and those of a look: 10 and 20 ms.
const HOP: usize = 80;
const SEEN: usize = 2 * HOP;
const HOP_LASTS: Duration = Duration::from_millis(10);

/// Looks that must find a key before it is told: three see 40 ms, the shortest press (Q.24).
const SURE_AFTER: u8 = 3;

/// So many hops a key was down, at least, when it is told.
const LOOKS_BEFORE_SURE: u32 = SURE_AFTER as u32 + 1;

/// Looks that must miss it before it may be pressed anew; a pause of 40 ms has three without it, a
/// lost packet two.
const UP_AFTER: u8 = 3;

/// A key counts as down while its tones are not more than 13 dB fainter than when it went down.
const STILL_DOWN: f32 = 0.05;

/// The faintest tone, −42 dBFS, as mean square.
const FAINTEST: f32 = 0.000_032;

/// How much louder a tone may be than the other: the high one by 4 dB, the low one by 8 dB, and
/// 1 dB for our own error.
const HIGH_LOUDER: f32 = 3.16;
const LOW_LOUDER: f32 = 7.94;

/// The next best tone of the same group must be 6 dB fainter.
const NEXT_BEST: f32 = 0.25;

/// So much of the sound must be these two tones for a look to find a key, and so much in the last
/// two before it is told; the first may still have seen its beginning.
const MOSTLY_TONES: f32 = 0.75;
const NOTHING_ELSE: f32 = 0.94;

/// How steady both tones are while a key is down: power within 2 dB, frequency within 0.8 %.
const STEADY_POWER: f32 = 0.63;
const STEADY_FREQUENCY: f32 = 0.008;

/// How far a frequency may be off: 1.5 % must pass and 3.5 % must not.
const OFF_BY: f32 = 0.024;

/// A key one look has found.
#[derive(Debug, Clone)]
struct Found {
    digit: Digit,
    /// Mean square of its low and its high tone.
    power: [f32; 2],
    /// How far each is off its frequency, as a share of it.
    off: [f32; 2],
    /// How much of the sound the two are.
    purity: f32,
}

impl Found {
    /// Both looks saw nothing but the same two steady tones.
    fn goes_on(&self, before: &Found) -> bool {
        let is_steady = |at: usize| {
            let (now, then) = (self.power[at], before.power[at]);
            now.min(then) > now.max(then) * STEADY_POWER
                && (self.off[at] - before.off[at]).abs() < STEADY_FREQUENCY
        };
        self.purity.min(before.purity) > NOTHING_ELSE && is_steady(0) && is_steady(1)
    }
}

/// What 20 ms hold of each tone.
#[derive(Debug, Clone)]
struct Look {
    /// Amplitude and phase of each, full scale being 1, from the look's beginning.
    real: [f32; 8],
    imaginary: [f32; 8],
    /// The mean square of each, and of the whole sound.
    power: [f32; 8],
    whole: f32,
}

impl Look {
    /// `None` for what is too faint to hold a key.
    fn at(seen: &[f32; SEEN]) -> Option<Self> {
        let mut whole = [0.0; LANES];
        for (samples, weights) in seen.as_chunks::<LANES>().0.iter().zip(POWER_WEIGHTS) {
            for at in 0..LANES {
                whole[at] += weights[at] * samples[at] * samples[at];
            }
        }
        let whole = whole.iter().sum();
        if whole < FAINTEST {
            return None;
        }
        let (mut real, mut imaginary) = ([0.0; 8], [0.0; 8]);
        for tone in 0..8 {
            real[tone] = dot(seen, &WAVES[tone].0);
            imaginary[tone] = dot(seen, &WAVES[tone].1);
        }
        let power = std::array::from_fn(|tone| {
            (real[tone] * real[tone] + imaginary[tone] * imaginary[tone]) / 2.0
        });
        Some(Self {
            real,
            imaginary,
            power,
            whole,
        })
    }

    /// The key whose tones these are, if they are a key's.
    fn key(&self, before: Option<&Look>) -> Option<Found> {
        let low = self.best(0)?;
        let high = self.best(4)?;
        let mut found = Found {
            digit: Digit::of_key(KEYS[4 * low + high - 4])?,
            power: [self.power[low], self.power[high]],
            off: [0.0; 2],
            purity: 0.0,
        };
        if let Some(before) = before {
            for (tone, at) in [(low, 0), (high, 1)] {
                let off_hz = self.off_hz(before, tone);
                found.off[at] = off_hz / f32::from(TONES[tone]);
                // A tone beside the middle of its band is seen fainter than it is: by 5.7 dB ×
                // (cycles off in 20 ms)².
                let cycles = 2.0 * HOP_SECONDS * off_hz;
                found.power[at] *= 1.0 + cycles * cycles * (1.31 + 0.86 * cycles * cycles);
            }
        }
        let [low, high] = found.power;
        found.purity = (low + high) / self.whole;
        let is_key = low.min(high) > FAINTEST
            && high < low * HIGH_LOUDER
            && low < high * LOW_LOUDER
            && found.off.iter().all(|off| off.abs() < OFF_BY)
            && found.purity > MOSTLY_TONES;
        is_key.then_some(found)
    }

    /// The loudest of four tones, if the others are much fainter.
    fn best(&self, first: usize) -> Option<usize> {
        let group = first..first + 4;
        let best = group.clone().reduce(|best, next| {
            if self.power[next] > self.power[best] {
                next
            } else {
                best
            }
        })?;
        let alone = group
            .filter(|tone| *tone != best)
            .all(|tone| self.power[tone] < self.power[best] * NEXT_BEST);
        alone.then_some(best)
    }

    /// How many Hz a tone is off, from how its phase has turned since the look before.
    fn off_hz(&self, before: &Look, tone: usize) -> f32 {
        // Phase now times the conjugate of before, less what the frequency itself turns in a hop.
        let (real, imaginary) = (self.real[tone], self.imaginary[tone]);
        let (real_before, imaginary_before) = (before.real[tone], before.imaginary[tone]);
        let turned = (
            real * real_before + imaginary * imaginary_before,
            imaginary * real_before - real * imaginary_before,
        );
        let (cosine, sine) = HOP_TURNS[tone];
        let off = f32::atan2(
            turned.1 * cosine - turned.0 * sine,
            turned.0 * cosine + turned.1 * sine,
        );
        off / (std::f32::consts::TAU * HOP_SECONDS)
    }

    fn weaker_of(&self, digit: Digit) -> f32 {
        let (low, high) = key_tones(digit);
        let power_of = |hz| {
            let tone = TONES.iter().position(|tone| *tone == hz);
            tone.map_or(0.0, |tone| self.power[tone])
        };
        power_of(low).min(power_of(high))
    }
}

const HOP_SECONDS: f32 = 0.01;

/// Products added up side by side, so that the compiler can make vectors of them.
const LANES: usize = 8;

fn dot(samples: &[f32; SEEN], weights: &[f32; SEEN]) -> f32 {
    let mut sums = [0.0; LANES];
    let weights = weights.as_chunks::<LANES>().0;
    for (samples, weights) in samples.as_chunks::<LANES>().0.iter().zip(weights) {
        for at in 0..LANES {
            sums[at] += samples[at] * weights[at];
        }
    }
    sums.iter().sum()
}

/// Each tone's cosine and sine, weighted (Hann) so that neighbours do not show.
static WAVES: [([f32; SEEN], [f32; SEEN]); 8] = {
    let mut waves = [([0.0; SEEN], [0.0; SEEN]); 8];
    let mut tone = 0;
    while tone < 8 {
        let angle = TAU * TONES[tone] as f64 / 8_000.0;
        // Adding pairs of samples doubles what is low and dampens what is higher.
        let pair = 2.0 * cosine(angle / 4.0);
        let mut at = 0;
        while at < SEEN {
            let weight = 2.0 * hann(at) / (SEEN as f64 / 2.0) / pair / 32_768.0;
            waves[tone].0[at] = (weight * cosine(angle * at as f64)) as f32;
            waves[tone].1[at] = (-weight * sine(angle * at as f64)) as f32;
            at += 1;
        }
        tone += 1;
    }
    waves
};

/// The weights of a look for its mean square.
static POWER_WEIGHTS: [[f32; LANES]; SEEN / LANES] = {
    let mut weights = [[0.0; LANES]; SEEN / LANES];
    let mut at = 0;
    while at < SEEN {
        // The squares of the weights add up to 3/8 of their number.
        let weight = hann(at) * hann(at) / (SEEN as f64 * 0.375);
        weights[at / LANES][at % LANES] = (weight / 4.0 / (32_768.0 * 32_768.0)) as f32;
        at += 1;
    }
    weights
};

/// How far each tone's phase turns between two looks, as cosine and sine.
static HOP_TURNS: [(f32, f32); 8] = {
    let mut turns = [(0.0, 0.0); 8];
    let mut tone = 0;
    while tone < 8 {
        let angle = TAU * TONES[tone] as f64 * HOP as f64 / 8_000.0;
        turns[tone] = (cosine(angle) as f32, sine(angle) as f32);
        tone += 1;
    }
    turns
};

const fn hann(at: usize) -> f64 {
    0.5 - 0.5 * cosine(TAU * (at as f64 + 0.5) / SEEN as f64)
}

const fn cosine(angle: f64) -> f64 {
    sine(angle + TAU / 4.0)
}

/// The sine of an angle of nought or more, by its series: the library's is not for constants.
const fn sine(angle: f64) -> f64 {
    let turns = (angle / TAU) as u64;
    let angle = angle - turns as f64 * TAU - TAU / 2.0;
    let mut term = -angle;
    let mut sum = term;
    let mut order = 1.0;
    while order < 30.0 {
        term *= -angle * angle / ((order + 1.0) * (order + 2.0));
        sum += term;
        order += 2.0;
    }
    sum
}

#[cfg(test)]
mod tests;
