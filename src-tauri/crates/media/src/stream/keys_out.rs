//! Key presses the office sends: which part of a press falls into this 20 ms.

use std::collections::VecDeque;
use std::time::Duration;

use rtp_packet::Digit;

use crate::frame::FRAME_MS;
use crate::limits::{LONGEST_KEY, MAX_KEYS_WAITING};

/// A key is down for 100 ms at least, then up for 100 ms before the next.
const DOWN: u32 = 5;
const UP: u32 = 5;

/// No key is down for longer.
const LONGEST: u32 = LONGEST_KEY.as_millis() as u32 / FRAME_MS;

/// The packet that ends an event is sent three times (RFC 4733 §2.5.1.4), 20 ms apart, so that a
/// short interruption does not swallow all of them.
const ENDS: u32 = 3;

/// The presses that wait, and how far the first of them is.
#[derive(Debug, Default)]
pub(super) struct KeysOut {
    waiting: VecDeque<Press>,
    frames_done: u32,
}

#[derive(Debug, Clone, Copy)]
struct Press {
    digit: Digit,
    /// `None` while somebody holds it.
    length: Option<Length>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Length {
    /// For how many frames the key is down.
    down: u32,
    /// The end is told from the frame of this number on: the last in which the key is down, or a
    /// later one if that was sent when it was let go.
    told: u32,
}

/// What of a press falls into this frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// The key.
    pub digit: Digit,
    /// Frames since the key went down, 0 for the first.
    pub frame: u32,
    length: Option<Length>,
}

impl Part {
    /// Whether the key is down in this frame.
    pub(super) fn is_down(self) -> bool {
        self.length.is_none_or(|length| self.frame < length.down)
    }

    /// What an event packet says in this frame: frames the key is down including this one, and
    /// whether that was all. `None` once the end was told often enough.
    pub(super) fn event(self) -> Option<(u32, bool)> {
        let so_far = self.frame + 1;
        match self.length {
            Some(Length { told, .. }) if so_far >= told + ENDS => None,
            Some(Length { down, told }) if so_far >= told => Some((down, true)),
            _ => Some((so_far, false)),
        }
    }
}

impl KeysOut {
    /// Queues presses; beyond [`MAX_KEYS_WAITING`] they are dropped.
    pub(super) fn press(&mut self, digits: &[Digit]) {
        let room = MAX_KEYS_WAITING.saturating_sub(self.waiting.len());
        let presses = digits.iter().map(|digit| Press {
            digit: *digit,
            length: Some(Length {
                down: DOWN,
                told: DOWN,
            }),
        });
        self.waiting.extend(presses.take(room));
    }

    /// Queues a press that lasts until it is [let go](Self::let_go), as far as there is room.
    pub(super) fn hold(&mut self, digit: Digit) {
        self.let_go(Duration::ZERO);
        if self.waiting.len() < MAX_KEYS_WAITING {
            self.waiting.push_back(Press {
                digit,
                length: None,
            });
        }
    }

    /// Whoever holds a key lets it go, after so long.
    pub(super) fn let_go(&mut self, after: Duration) {
        let frames = after.as_millis().div_ceil(FRAME_MS.into());
        let frames = u32::try_from(frames).unwrap_or(LONGEST);
        let frames = frames.clamp(DOWN, LONGEST);
        for (place, press) in self.waiting.iter_mut().enumerate() {
            // What was sent already cannot be taken back.
            let sent = if place == 0 { self.frames_done } else { 0 };
            let down = frames.max(sent);
            press.length.get_or_insert(Length {
                down,
                told: down.max(sent + 1),
            });
        }
    }

    /// Whether a key is down or waits.
    pub(super) fn is_pressing(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The part of a press that falls into this frame; goes on to the next.
    pub(super) fn advance(&mut self) -> Option<Part> {
        if self.frames_done + 1 >= LONGEST {
            self.let_go(Duration::ZERO);
        }
        let press = self.waiting.front()?;
        let part = Part {
            digit: press.digit,
            frame: self.frames_done,
            length: press.length,
        };
        self.frames_done += 1;
        let over = |length: Length| self.frames_done == length.told + UP;
        if press.length.is_some_and(over) {
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
    fn a_key_that_is_held_is_down_for_as_long_and_not_for_ever() {
        let five = Digit::of_key('5').unwrap();
        let mut keys = KeysOut::default();
        keys.hold(five);
        let held: Vec<_> = (0..15)
            .map(|_| keys.advance().and_then(Part::event))
            .collect();
        assert_eq!(held.last(), Some(&Some((15, false))));
        keys.let_go(Duration::from_millis(395));
        let rest: Vec<Part> = std::iter::from_fn(|| keys.advance()).collect();
        let down = rest.iter().filter(|part| part.is_down()).count();
        assert_eq!(15 + down, 20, "400 ms");
        assert!(rest.iter().any(|part| part.event() == Some((20, true))));
        // One that has been down for as long already ends as it is.
        keys.hold(five);
        (0..5).for_each(|_| assert!(keys.advance().is_some()));
        keys.let_go(Duration::ZERO);
        let ends = std::iter::from_fn(|| keys.advance()).filter_map(Part::event);
        assert_eq!(ends.collect::<Vec<_>>(), [(5, true); 3]);
        // One that was let go before it was sent is as short as any.
        keys.hold(five);
        keys.let_go(Duration::ZERO);
        assert_eq!(std::iter::from_fn(|| keys.advance()).count(), 10);
        keys.hold(five);
        let frames = std::iter::from_fn(|| keys.advance()).count();
        assert_eq!(frames, (LONGEST + UP) as usize);
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
