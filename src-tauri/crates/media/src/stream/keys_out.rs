//! Key presses the office sends: which part of a press falls into this 20 ms.

use std::collections::VecDeque;

use rtp_packet::Digit;

use crate::limits::MAX_KEYS_WAITING;

/// A key is down for 100 ms, then up for 100 ms before the next.
const DOWN: u32 = 5;
const UP: u32 = 5;

/// The packet that ends an event is sent three times (RFC 4733 §2.5.1.4), 20 ms apart, so that a
/// short interruption does not swallow all of them.
const ENDS: u32 = 3;

/// The presses that wait, and how far the first of them is.
#[derive(Debug, Default)]
pub(super) struct KeysOut {
    waiting: VecDeque<Digit>,
    frames_done: u32,
}

/// What of a press falls into this frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// The key.
    pub digit: Digit,
    /// Frames since the key went down, 0 for the first.
    pub frame: u32,
}

impl Part {
    /// Whether the key is down in this frame.
    pub(super) const fn is_down(self) -> bool {
        self.frame < DOWN
    }

    /// What an event packet says in this frame: frames the key is down including this one, and
    /// whether that was all. `None` once the end was told often enough.
    pub(super) const fn event(self) -> Option<(u32, bool)> {
        if self.frame + 1 < DOWN {
            Some((self.frame + 1, false))
        } else if self.frame + 1 < DOWN + ENDS {
            Some((DOWN, true))
        } else {
            None
        }
    }
}

impl KeysOut {
    /// Queues presses; beyond [`MAX_KEYS_WAITING`] they are dropped.
    pub(super) fn press(&mut self, digits: &[Digit]) {
        let room = MAX_KEYS_WAITING.saturating_sub(self.waiting.len());
        self.waiting.extend(digits.iter().take(room));
    }

    /// Whether a key is down or waits.
    pub(super) fn is_pressing(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The part of a press that falls into this frame; goes on to the next.
    pub(super) fn advance(&mut self) -> Option<Part> {
        let part = Part {
            digit: *self.waiting.front()?,
            frame: self.frames_done,
        };
        self.frames_done += 1;
        if self.frames_done == DOWN + UP {
            self.frames_done = 0;
            self.waiting.pop_front();
        }
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_is_100_ms_on_and_100_ms_off() {
        let five = Digit::of_key('5').unwrap();
        let mut keys = KeysOut::default();
        keys.press(&[five, five]);
        let parts: Vec<Part> = std::iter::from_fn(|| keys.advance()).collect();
        assert_eq!(parts.len(), 20);
        assert_eq!(parts.iter().filter(|part| part.is_down()).count(), 10);
        let events: Vec<_> = parts[..10].iter().map(|part| part.event()).collect();
        let end = Some((5, true));
        assert_eq!(
            events[..4],
            [1, 2, 3, 4].map(|frames| Some((frames, false)))
        );
        assert_eq!(events[4..7], [end, end, end]);
        assert_eq!(events[7..], [None, None, None]);
        assert!(!keys.is_pressing());
    }

    #[test]
    fn a_flood_of_keys_is_cut_off() {
        let mut keys = KeysOut::default();
        let zero = Digit::of_key('0').unwrap();
        (0..10).for_each(|_| keys.press(&[zero; MAX_KEYS_WAITING]));
        let frames = std::iter::from_fn(|| keys.advance()).count();
        assert_eq!(frames, MAX_KEYS_WAITING * 10);
    }
}
