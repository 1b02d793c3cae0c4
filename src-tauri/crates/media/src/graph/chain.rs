//! Sounds one after the other, gapless to the sample.

use std::time::Duration;

use super::shelf::Shelf;
use crate::frame::{FRAME_SAMPLES, Frame, SAMPLE_RATE};
use crate::signal::tone::ToneGenerator;
use crate::sound::{Samples, Sound, SoundFile};

/// Files wanted ahead of the sound at hand.
const FILES_AHEAD: usize = 2;

/// A chain of sounds and how far it has been heard.
///
/// The sounds from the one at hand up to the second file after it are held on the [`Shelf`]; whoever drops a
/// chain before it ended gives them back with [`rest`](Self::rest).
#[derive(Debug)]
pub(super) struct Chain {
    sounds: Vec<Sound>,
    repeats: bool,
    /// Which sound is at hand, counted on through all rounds.
    position: usize,
    /// Those before are held; counted like `position`.
    held_to: usize,
    now: Sounding,
    /// Where this round ends; counted like `position`.
    round_ends: usize,
    /// Samples to be passed over before the next is heard.
    skip: u64,
    /// Samples of the sound at hand that were heard or passed over.
    passed: u64,
    /// The same of this round, without the sound at hand.
    passed_in_round: u64,
    unreadable: Option<SoundFile>,
}

/// The sound at hand.
#[derive(Debug)]
enum Sounding {
    /// Not begun; perhaps not loaded.
    Awaited,
    File {
        samples: Samples,
        from: usize,
    },
    Tone(ToneGenerator),
    Pause {
        left: u64,
    },
}

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pulled {
    /// The sound at hand is not loaded yet; the frame is silence.
    Awaited,
    /// There is sound in it, perhaps not to its end.
    Sound,
    /// The chain is over. There may be a last sound in the frame.
    Over {
        /// How much of it is sound, in samples.
        last: usize,
    },
}

impl Chain {
    /// A chain from `from` on, its first sounds wanted at once.
    pub(super) fn new(
        sounds: Vec<Sound>,
        repeats: bool,
        from: Duration,
        shelf: &mut Shelf,
    ) -> Self {
        let mut chain = Self::resting(sounds, repeats);
        chain.skip = samples_of(from);
        chain.wake(shelf);
        chain
    }

    /// A chain from its beginning that wants nothing yet.
    pub(super) fn resting(sounds: Vec<Sound>, repeats: bool) -> Self {
        Self {
            round_ends: sounds.len(),
            sounds,
            repeats,
            position: 0,
            held_to: 0,
            now: Sounding::Awaited,
            skip: 0,
            passed: 0,
            passed_in_round: 0,
            unreadable: None,
        }
    }

    /// Wants the sounds that come next.
    pub(super) fn wake(&mut self, shelf: &mut Shelf) {
        self.hold_ahead(shelf);
    }

    /// The file it is at, or begins with.
    pub(super) fn at_hand(&self) -> Option<&SoundFile> {
        if self.sounds.is_empty() {
            return None;
        }
        match self.sound(self.position) {
            Sound::File(file) => Some(file),
            Sound::Tone(_) | Sound::Pause(_) => None,
        }
    }

    /// The first sound that could not be read, once the chain has come to it.
    pub(super) fn unreadable(&self) -> Option<&SoundFile> {
        self.unreadable.as_ref()
    }

    /// The next 20 ms.
    pub(super) fn pull(&mut self, shelf: &mut Shelf, frame: &mut Frame) -> Pulled {
        let mut filled = 0;
        let pulled = loop {
            if filled == FRAME_SAMPLES {
                break Pulled::Sound;
            }
            if matches!(self.now, Sounding::Awaited) {
                match self.begin_next(shelf) {
                    Begun::Yes => {}
                    Begun::NotLoaded if filled == 0 => break Pulled::Awaited,
                    Begun::NotLoaded => break Pulled::Sound,
                    Begun::NoMore => break Pulled::Over { last: filled },
                }
            }
            if self.skip > 0 {
                let skipped = self.now.skip(self.skip);
                self.skip -= skipped;
                self.passed += skipped;
            }
            // A sound passed over to its end fills nothing and is left.
            let taken = match self.skip {
                0 => self.now.fill(&mut frame[filled..]),
                _ => 0,
            };
            filled += taken;
            self.passed += taken as u64;
            if taken == 0 {
                self.leave(shelf);
            }
        };
        frame[filled..].fill(0);
        pulled
    }

    /// Gives all sounds back, and goes on where it was if it is pulled again.
    pub(super) fn rest(&mut self, shelf: &mut Shelf) {
        for position in self.position..self.held_to {
            if let Sound::File(file) = self.sound(position) {
                shelf.release(file);
            }
        }
        self.held_to = self.position;
        self.skip = self.skip.saturating_add(self.passed);
        self.passed = 0;
        self.now = Sounding::Awaited;
    }

    /// Begins the sound at `position`, or the next one that can be begun.
    fn begin_next(&mut self, shelf: &mut Shelf) -> Begun {
        loop {
            if self.is_over() {
                self.rest(shelf);
                return Begun::NoMore;
            }
            self.hold_ahead(shelf);
            let now = match self.sound(self.position) {
                Sound::Tone(tone) => Sounding::Tone(ToneGenerator::new(tone)),
                Sound::Pause(lasts) => Sounding::Pause {
                    left: samples_of(*lasts),
                },
                Sound::File(file) => match shelf.get(file) {
                    None => return Begun::NotLoaded,
                    Some(Ok(samples)) => Sounding::File {
                        samples: samples.clone(),
                        from: 0,
                    },
                    Some(Err(())) => {
                        if self.unreadable.is_none() {
                            self.unreadable = Some(file.clone());
                        }
                        self.leave(shelf);
                        continue;
                    }
                },
            };
            self.now = now;
            return Begun::Yes;
        }
    }

    /// Whether nothing comes after what was heard. A repeated chain with nothing in it is over
    /// after its first round: it would never end, and never sound.
    fn is_over(&mut self) -> bool {
        if self.position < self.round_ends {
            return false;
        }
        if !self.repeats || self.passed_in_round == 0 {
            return true;
        }
        // What is left to skip may be more than many rounds.
        self.skip %= self.passed_in_round;
        self.passed_in_round = 0;
        self.round_ends += self.sounds.len();
        false
    }

    /// Goes to the next sound.
    fn leave(&mut self, shelf: &mut Shelf) {
        if let Sound::File(file) = self.sound(self.position) {
            shelf.release(file);
        }
        self.position += 1;
        self.held_to = self.held_to.max(self.position);
        self.passed_in_round += self.passed;
        self.passed = 0;
        self.now = Sounding::Awaited;
    }

    /// Holds the sound at hand and all up to the second file after it: one may be short, or
    /// unreadable.
    fn hold_ahead(&mut self, shelf: &mut Shelf) {
        let end = match self.repeats && !self.sounds.is_empty() {
            true => self.position + self.sounds.len() + 1,
            false => self.sounds.len(),
        };
        let is_file = |position: &usize| matches!(self.sound(*position), Sound::File(_));
        let mut ahead = (self.position + 1..self.held_to).filter(is_file).count();
        let mut held_to = self.held_to;
        while held_to < end && ahead < FILES_AHEAD {
            if let Sound::File(file) = self.sound(held_to) {
                shelf.hold(file);
                ahead += usize::from(held_to > self.position);
            }
            held_to += 1;
        }
        self.held_to = held_to;
    }

    fn sound(&self, position: usize) -> &Sound {
        &self.sounds[position % self.sounds.len()]
    }
}

enum Begun {
    Yes,
    NotLoaded,
    NoMore,
}

impl Sounding {
    /// Fills as much of `samples` as it can; 0 once it is at its end.
    fn fill(&mut self, out: &mut [i16]) -> usize {
        match self {
            Self::Awaited => 0,
            Self::File { samples, from } => {
                let rest = &samples[*from..];
                let taken = rest.len().min(out.len());
                out[..taken].copy_from_slice(&rest[..taken]);
                *from += taken;
                taken
            }
            Self::Tone(tone) => tone.fill(out),
            Self::Pause { left } => {
                let taken = usize::try_from(*left).map_or(out.len(), |left| left.min(out.len()));
                out[..taken].fill(0);
                *left -= taken as u64;
                taken
            }
        }
    }

    /// Passes over up to so many samples and says how many.
    fn skip(&mut self, samples: u64) -> u64 {
        match self {
            Self::Awaited => 0,
            Self::File {
                samples: file,
                from,
            } => {
                let skipped = samples.min((file.len() - *from) as u64);
                *from += skipped as usize;
                skipped
            }
            Self::Tone(tone) => tone.skip(samples),
            Self::Pause { left } => {
                let skipped = samples.min(*left);
                *left -= skipped;
                skipped
            }
        }
    }
}

/// How many samples last so long. What lasts longer than the age of the world is cut there, so that
/// lengths can be added up.
fn samples_of(lasts: Duration) -> u64 {
    let samples = lasts.as_micros() * u128::from(SAMPLE_RATE) / 1_000_000;
    samples.min(1 << 60) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, samples: std::ops::Range<i16>, shelf: &mut Shelf) -> Sound {
        let file = SoundFile::new(name);
        // As if somebody else had it loaded already.
        shelf.hold(&file);
        shelf.put(&file, Ok(samples.collect()));
        Sound::File(file)
    }

    fn heard(chain: &mut Chain, shelf: &mut Shelf, frames: usize) -> Vec<i16> {
        let mut frame = [0; FRAME_SAMPLES];
        let mut heard = Vec::new();
        for _ in 0..frames {
            match chain.pull(shelf, &mut frame) {
                Pulled::Over { last } => {
                    heard.extend(&frame[..last]);
                    break;
                }
                _ => heard.extend(&frame),
            }
        }
        heard
    }

    #[test]
    fn every_sample_is_heard_once_and_in_its_order() {
        let mut shelf = Shelf::default();
        let chain = vec![
            file("a", 0..1, &mut shelf),
            file("b", 1..700, &mut shelf),
            file("c", 700..700, &mut shelf),
            file("d", 700..1_000, &mut shelf),
        ];
        let mut chain = Chain::new(chain, false, Duration::ZERO, &mut shelf);
        assert_eq!(
            heard(&mut chain, &mut shelf, 10),
            (0..1_000).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_chain_that_rested_goes_on_with_the_next_sample() {
        let mut shelf = Shelf::default();
        let chain = vec![
            file("a", 0..500, &mut shelf),
            file("b", 500..900, &mut shelf),
        ];
        let mut chain = Chain::new(chain, true, Duration::ZERO, &mut shelf);
        let before = heard(&mut chain, &mut shelf, 4);
        chain.rest(&mut shelf);
        let after = heard(&mut chain, &mut shelf, 4);
        let expected: Vec<i16> = (0..900).cycle().take(8 * FRAME_SAMPLES).collect();
        assert_eq!([before, after].concat(), expected);
    }

    #[test]
    fn seeking_counts_through_all_rounds() {
        let mut shelf = Shelf::default();
        let chain = vec![
            file("a", 0..500, &mut shelf),
            file("b", 500..800, &mut shelf),
        ];
        // 10 s are 160,000 samples: 200 rounds.
        let from = Duration::from_micros(10_000_000 + 62_500);
        let mut chain = Chain::new(chain, true, from, &mut shelf);
        assert_eq!(heard(&mut chain, &mut shelf, 1)[..3], [200, 201, 202]);
    }
}
