//! A key of a telephone.

use std::fmt;

/// A key of a telephone: `0`–`9`, `*`, `#`, `A`–`D`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digit(u8);

impl Digit {
    /// The key of that name; small letters do too.
    #[must_use]
    pub fn of_key(key: char) -> Option<Digit> {
        let event = match key.to_ascii_uppercase() {
            digit @ '0'..='9' => digit as u8 - b'0',
            '*' => 10,
            '#' => 11,
            letter @ 'A'..='D' => letter as u8 - b'A' + 12,
            _ => return None,
        };
        Some(Digit(event))
    }

    /// The key of an RFC 4733 event number, 0 to 15; `None` for hook flash and other events.
    #[must_use]
    pub const fn of_event(event: u8) -> Option<Digit> {
        match event {
            0..=15 => Some(Digit(event)),
            _ => None,
        }
    }

    /// What is printed on the key.
    #[must_use]
    pub const fn key(self) -> char {
        match self.0 {
            digit @ 0..=9 => (b'0' + digit) as char,
            10 => '*',
            11 => '#',
            letter => (b'A' + (letter - 12)) as char,
        }
    }

    /// Its RFC 4733 event number.
    #[must_use]
    pub const fn event(self) -> u8 {
        self.0
    }

    /// 0 to 9, where it is a figure.
    #[must_use]
    pub const fn figure(self) -> Option<u8> {
        match self.0 {
            figure @ 0..=9 => Some(figure),
            _ => None,
        }
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_the_event_it_is_sent_as() {
        for (event, key) in "0123456789*#ABCD".chars().enumerate() {
            let digit = Digit::of_key(key).unwrap();
            assert_eq!(usize::from(digit.event()), event);
            assert_eq!(Digit::of_event(digit.event()), Some(digit));
            assert_eq!(digit.key(), key);
        }
        assert_eq!(Digit::of_key('d'), Digit::of_key('D'));
        assert_eq!(Digit::of_key('E'), None);
        assert_eq!(Digit::of_event(16), None, "hook flash is no key");
    }
}
