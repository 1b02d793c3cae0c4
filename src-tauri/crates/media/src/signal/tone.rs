//! Tones of a telephone network made as they are heard: dial tone, ringback, busy, information
//! tones (ITU-T E.180).

use std::f32::consts::TAU;
use std::sync::Arc;

use crate::frame::SAMPLE_RATE;
use crate::sound::{Tone, TonePart};

/// Makes one tone, sample by sample at 16 kHz.
///
/// Parts begin and end over 5 ms, so that nothing clicks; where a part follows one of the same
/// frequencies, the sound goes on as if they were one.
#[derive(Debug, Clone)]
pub struct ToneGenerator {
    cadence: Arc<[TonePart]>,
    repeats: bool,
    /// The part at hand and how many of its samples are left; `None` at the end.
    part: Option<usize>,
    left: u64,
    oscillators: Oscillators,
    /// How far the beginning has been faded in, in samples.
    faded_in: usize,
    fades_out: bool,
}

impl ToneGenerator {
    /// The tone from its beginning.
    #[must_use]
    pub fn new(tone: &Tone) -> Self {
        let mut generator = Self {
            cadence: Arc::clone(&tone.cadence),
            repeats: tone.repeats,
            part: None,
            left: 0,
            oscillators: Oscillators::silent(),
            faded_in: 0,
            fades_out: false,
        };
        if let Some(first) = tone.cadence.iter().position(|part| samples(part) > 0) {
            generator.begin(first);
        }
        generator
    }

    /// Makes the next samples and says how many of `out` they fill: all, unless the tone has
    /// ended.
    pub fn fill(&mut self, out: &mut [i16]) -> usize {
        let mut filled = 0;
        while filled < out.len() && self.part.is_some() {
            let rest = &mut out[filled..];
            let length = usize::try_from(self.left).map_or(rest.len(), |left| left.min(rest.len()));
            self.render(&mut rest[..length]);
            filled += length;
            self.pass(length as u64);
        }
        filled
    }

    /// Goes on by so many samples unheard; says how many there were.
    pub fn skip(&mut self, samples: u64) -> u64 {
        let lap: u64 = self.cadence.iter().map(self::samples).sum();
        let mut wanted = match (self.part, self.repeats) {
            (Some(_), true) => samples % lap,
            _ => samples,
        };
        let mut skipped = samples - wanted;
        while wanted > 0 && self.part.is_some() {
            let length = wanted.min(self.left);
            self.pass(length);
            wanted -= length;
            skipped += length;
        }
        self.faded_in = 0;
        skipped
    }

    /// Counts samples of the part at hand as done; no more than are left of it.
    fn pass(&mut self, samples: u64) {
        self.left -= samples;
        if self.left > 0 {
            return;
        }
        match self.part.and_then(|part| self.after(part)) {
            Some(next) => self.begin(next),
            None => self.part = None,
        }
    }

    fn begin(&mut self, part: usize) {
        let TonePart { frequencies, .. } = self.cadence[part];
        let goes_on = self
            .part
            .is_some_and(|before| self.cadence[before].frequencies == frequencies);
        if !goes_on {
            self.oscillators = Oscillators::new(frequencies);
            self.faded_in = 0;
        }
        self.part = Some(part);
        self.left = samples(&self.cadence[part]);
        let next = self.after(part);
        self.fades_out = next.is_none_or(|next| self.cadence[next].frequencies != frequencies);
    }

    /// The part that follows, empty ones left out.
    fn after(&self, part: usize) -> Option<usize> {
        let rest = part + 1..self.cadence.len();
        let anew = if self.repeats { 0..part + 1 } else { 0..0 };
        rest.chain(anew)
            .find(|part| samples(&self.cadence[*part]) > 0)
    }

    fn render(&mut self, out: &mut [i16]) {
        if self.oscillators.amplitude == 0.0 {
            out.fill(0);
            return;
        }
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        for (at, sample) in out.iter_mut().enumerate() {
            let mut value = self.oscillators.next();
            if self.faded_in < EDGE {
                value *= edge(self.faded_in);
                self.faded_in += 1;
            }
            if self.fades_out && left - at < EDGE {
                value *= edge(left - at);
            }
            *sample = value as i16;
        }
        self.oscillators.steady();
    }
}

/// Level of a whole tone: −13 dBm0. A sine of full scale is 3.14 dBm0 (ITU-T G.711 §4).
const AMPLITUDE: f32 = 5_109.0;

/// Samples in which a part begins and ends: 5 ms.
const EDGE: usize = SAMPLE_RATE as usize / 200;

/// How loud a sample of an edge is, so far from silence: half a cosine would be, nearly.
fn edge(at: usize) -> f32 {
    let x = at as f32 / EDGE as f32;
    x * x * (3.0 - 2.0 * x)
}

/// How many samples a part lasts.
fn samples(part: &TonePart) -> u64 {
    let samples = part.lasts.as_nanos() * u128::from(SAMPLE_RATE) / 1_000_000_000;
    // Two hundred years end a tone, too.
    u64::try_from(samples).unwrap_or(u64::MAX).min(1 << 46)
}

/// Up to four sines, each a pointer that is turned a little for every sample.
#[derive(Debug, Clone)]
struct Oscillators {
    amplitude: f32,
    sine: [f32; 4],
    cosine: [f32; 4],
    turn_sine: [f32; 4],
    turn_cosine: [f32; 4],
}

impl Oscillators {
    const fn silent() -> Self {
        Self {
            amplitude: 0.0,
            sine: [0.0; 4],
            cosine: [0.0; 4],
            turn_sine: [0.0; 4],
            turn_cosine: [0.0; 4],
        }
    }

    fn new(frequencies: [u16; 4]) -> Self {
        let is_heard = |hz: &u16| (1..SAMPLE_RATE as u16 / 2).contains(hz);
        let heard = frequencies.iter().filter(|hz| is_heard(hz)).count();
        if heard == 0 {
            return Self::silent();
        }
        let mut oscillators = Self::silent();
        oscillators.amplitude = AMPLITUDE / (heard as f32).sqrt();
        for (at, hz) in frequencies.into_iter().enumerate() {
            if is_heard(&hz) {
                let (sine, cosine) = (TAU * f32::from(hz) / SAMPLE_RATE as f32).sin_cos();
                oscillators.cosine[at] = 1.0;
                oscillators.turn_sine[at] = sine;
                oscillators.turn_cosine[at] = cosine;
            }
        }
        oscillators
    }

    fn next(&mut self) -> f32 {
        let value = self.amplitude * self.sine.iter().sum::<f32>();
        for at in 0..4 {
            let (sine, cosine) = (self.sine[at], self.cosine[at]);
            self.sine[at] = sine * self.turn_cosine[at] + cosine * self.turn_sine[at];
            self.cosine[at] = cosine * self.turn_cosine[at] - sine * self.turn_sine[at];
        }
        value
    }

    /// Takes back what rounding has made the pointers longer or shorter.
    fn steady(&mut self) {
        for at in 0..4 {
            let length = self.sine[at].hypot(self.cosine[at]);
            if length > 0.0 {
                self.sine[at] /= length;
                self.cosine[at] /= length;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::listen::{longest_gap, tone_level};

    const MS: Duration = Duration::from_millis(1);

    fn tone(cadence: &[TonePart], repeats: bool) -> ToneGenerator {
        ToneGenerator::new(&Tone {
            cadence: cadence.into(),
            repeats,
        })
    }

    fn listen(generator: &mut ToneGenerator, samples: usize) -> Vec<i16> {
        let mut heard = vec![0; samples];
        // In pieces, as the graph takes it.
        for piece in heard.chunks_mut(320) {
            generator.fill(piece);
        }
        heard
    }

    /// The largest change of slope: what a click is made of.
    fn roughness(samples: &[i16]) -> i32 {
        let slopes = samples
            .windows(2)
            .map(|two| i32::from(two[1]) - i32::from(two[0]));
        let slopes: Vec<_> = slopes.collect();
        let changes = slopes.windows(2).map(|two| (two[1] - two[0]).abs());
        changes.max().unwrap_or(0)
    }

    #[test]
    fn one_or_four_frequencies_are_together_at_13_dbm0() {
        for (frequencies, each) in [
            ([425, 0, 0, 0], -16.14),
            ([350, 440, 0, 0], -19.15),
            ([950, 1400, 1800, 0], -20.91),
            ([400, 1500, 3000, 7000], -22.16),
        ] {
            let mut generator = tone(&[TonePart::new(frequencies, 1000 * MS)], true);
            let heard = listen(&mut generator, 32_000);
            for hz in frequencies.into_iter().filter(|hz| *hz > 0) {
                let level = tone_level(&heard[8_000..24_000], SAMPLE_RATE, f64::from(hz));
                assert!(
                    (level - each).abs() < 0.1,
                    "{hz} Hz of {frequencies:?} at {level}"
                );
            }
        }
    }

    #[test]
    fn a_busy_tone_keeps_its_cadence_and_never_clicks() {
        let on = TonePart::new([425, 0, 0, 0], 480 * MS);
        let mut generator = tone(&[on, TonePart::silence(480 * MS)], true);
        let heard = listen(&mut generator, 3 * 15_360);
        let gap = longest_gap(&heard, SAMPLE_RATE, -70.0);
        assert!(gap.abs_diff(480 * MS) < MS, "{gap:?}");
        for lap in heard.chunks(15_360) {
            let level = tone_level(&lap[80..7_600], SAMPLE_RATE, 425.0);
            assert!((level + 16.14).abs() < 0.2, "{level}");
            assert!(lap[7_680..].iter().all(|sample| *sample == 0));
        }
        // The sine itself bends by A·ω² = 142 at most.
        assert!(roughness(&heard) < 160, "{}", roughness(&heard));
    }

    #[test]
    fn a_dial_tone_goes_on_without_a_dip_where_it_begins_anew() {
        let part = TonePart::new([425, 0, 0, 0], 333 * MS);
        let mut generator = tone(&[part, part], true);
        let heard = listen(&mut generator, 160_000);
        assert!(longest_gap(&heard, SAMPLE_RATE, -30.0) < 2 * MS);
        let loudest = |samples: &[i16]| samples.iter().max().copied();
        assert!(
            heard[320..]
                .chunks(160)
                .all(|ms10| loudest(ms10) > Some(5_000))
        );
        assert!(roughness(&heard) < 160);
    }

    #[test]
    fn special_information_is_three_tones_then_it_ends() {
        let part = |hz| TonePart::new([hz, 0, 0, 0], 330 * MS);
        let mut generator = tone(&[part(950), part(1400), part(1800)], false);
        let heard = listen(&mut generator, 17_000);
        for (third, hz) in [950.0, 1400.0, 1800.0].into_iter().enumerate() {
            let samples = &heard[third * 5_280 + 100..(third + 1) * 5_280 - 100];
            assert!(tone_level(samples, SAMPLE_RATE, hz) > -16.4);
        }
        assert!(heard[15_840..].iter().all(|sample| *sample == 0));
        assert_eq!(generator.fill(&mut [1; 320]), 0, "it has ended");
        assert_eq!(generator.skip(1), 0);
    }

    #[test]
    fn what_is_skipped_is_not_heard() {
        let on = TonePart::new([425, 0, 0, 0], 1000 * MS);
        let cadence = [on, TonePart::silence(4000 * MS)];
        let mut once = tone(&cadence, false);
        assert_eq!(once.skip(16_000), 16_000);
        assert!(listen(&mut once, 320).iter().all(|sample| *sample == 0));
        assert_eq!(once.skip(u64::MAX), 63_680, "all that was left");
        let mut again = tone(&cadence, true);
        assert_eq!(again.skip(80_000 * 1_000 + 8_000), 80_008_000);
        let heard = listen(&mut again, 16_000);
        assert!(tone_level(&heard[..8_000], SAMPLE_RATE, 425.0) > -16.4);
        assert!(roughness(&heard) < 160);
        assert!(heard[8_000..].iter().all(|sample| *sample == 0));
    }

    #[test]
    fn a_tone_of_nothing_has_ended_before_it_began() {
        assert_eq!(tone(&[], true).fill(&mut [0; 320]), 0);
        let empty = [TonePart::silence(Duration::ZERO); 3];
        assert_eq!(tone(&empty, true).fill(&mut [0; 320]), 0);
        assert_eq!(tone(&empty, true).skip(5), 0);
        let forever = [TonePart::new([8_000, 0, 0, 0], Duration::MAX)];
        assert_eq!(tone(&forever, true).fill(&mut [0; 320]), 320);
    }
}
