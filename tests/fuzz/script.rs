//! Scripts: inputs of the targets that drive a machine. One letter is one step and digits are
//! numbers, so that seeds and crashes are read and written by hand; a letter that names no step
//! does nothing.

use bytes::Bytes;
use std::time::Duration;

/// Steps of one input: enough to go everywhere, few enough to keep every input quick.
const MAX_STEPS: usize = 200;

/// What is left of an input.
pub struct Script<'a> {
    rest: &'a [u8],
    steps: usize,
}

impl<'a> Script<'a> {
    pub fn new(input: &'a [u8]) -> Script<'a> {
        Script {
            rest: input,
            steps: 0,
        }
    }

    /// The letter of the next step.
    pub fn step(&mut self) -> Option<u8> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return None;
        }
        self.byte()
    }

    /// A number up to 255; `0` to `9` are those. Zero when the input is at its end.
    pub fn number(&mut self) -> usize {
        usize::from(self.byte().unwrap_or(b'0').wrapping_sub(b'0'))
    }

    /// Whether the next number is odd.
    pub fn flag(&mut self) -> bool {
        self.number() % 2 == 1
    }

    /// One of some.
    pub fn pick<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        of.get(self.number().checked_rem(of.len())?)
    }

    /// One of some; `0` is the last.
    pub fn latest<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        let before = self.number().checked_rem(of.len())?;
        of.get(of.len() - 1 - before)
    }

    /// From nothing to forty seconds.
    pub fn wait(&mut self) -> Duration {
        let times = [0, 10, 100, 250, 500, 1_000, 4_000, 10_000, 32_000, 40_000];
        Duration::from_millis(self.pick(&times).copied().unwrap_or(0))
    }

    /// Any bytes, so many as two numbers say: `0` and `4` are four, `1` and `0` are 256.
    pub fn bytes(&mut self) -> &'a [u8] {
        let length = self.number() * 256 + self.number();
        let (bytes, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        bytes
    }

    /// All up to the next `~`.
    pub fn text(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| *byte == b'~');
        let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest.get(1..).unwrap_or_default();
        text
    }

    /// The message with up to three changes: a byte, a cut, or some text put in. `0` changes
    /// nothing.
    pub fn changed(&mut self, message: &[u8]) -> Bytes {
        let mut bytes = message.to_vec();
        for _ in 0..self.number() % 4 {
            let kind = self.number() % 3;
            let at = (self.number() * 256 + self.number()) % (bytes.len() + 1);
            match kind {
                0 => {
                    let byte = self.byte().unwrap_or(b' ');
                    if let Some(old) = bytes.get_mut(at) {
                        *old = byte;
                    }
                }
                1 => {
                    let end = (at + self.number()).min(bytes.len());
                    bytes.drain(at..end);
                }
                _ => {
                    let text = self.text();
                    bytes.splice(at..at, text.iter().copied());
                }
            }
        }
        Bytes::from(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }
}
