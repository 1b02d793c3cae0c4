//! Marks: how messages that belong to one of several endpoints behind the same sockets are told apart.

use crate::token::MAGIC_COOKIE;
use std::fmt;

/// Begins every branch, tag, Call-ID and token that an endpoint makes, so that responses, requests
/// inside its dialogs and calls on its registrations lead back to it although it shares its sockets
/// with others. `NONE`, for one that has them to itself, writes nothing.
///
/// A mark proves nothing. It only says whose message something claims to be; that endpoint then
/// looks for the transaction or the dialog, or asks for a password, as ever.
///
/// ```
/// use sip_transaction::Mark;
/// let mark = Mark(7);
/// assert_eq!(mark.to_string(), "h7.");
/// assert_eq!(Mark::of_tag(b"h7.gqkz"), Some(mark));
/// assert_eq!(Mark::of_branch(b"z9hG4bKh7.gqkz"), Some(mark));
/// assert_eq!(Mark::of_tag(b"gqkz"), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(pub u16);

impl Mark {
    /// No mark.
    pub const NONE: Mark = Mark(0);

    /// The mark at the beginning of a tag or a token.
    #[must_use]
    pub fn of_tag(tag: &[u8]) -> Option<Mark> {
        let digits = tag.strip_prefix(b"h")?;
        let end = digits.iter().take(6).position(|byte| *byte == b'.')?;
        let digits = digits.get(..end)?;
        // One mark has one spelling.
        let plain = digits.iter().all(u8::is_ascii_digit) && digits.first() != Some(&b'0');
        let number = std::str::from_utf8(digits).ok().filter(|_| plain)?;
        number.parse().ok().map(Mark)
    }

    /// The mark in a Via's branch.
    #[must_use]
    pub fn of_branch(branch: &[u8]) -> Option<Mark> {
        Mark::of_tag(branch.strip_prefix(MAGIC_COOKIE.as_bytes())?)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Mark::NONE => Ok(()),
            Mark(number) => write!(f, "h{number}."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_read_as_it_is_written() {
        for number in 1..=u16::MAX {
            let tag = format!("{}abc", Mark(number));
            assert_eq!(Mark::of_tag(tag.as_bytes()), Some(Mark(number)));
        }
        assert_eq!(Mark::NONE.to_string(), "");
    }

    #[test]
    fn what_only_resembles_a_mark_is_none() {
        for tag in [
            "",
            "h",
            "h.",
            "h0.",
            "h07.x",
            "h7",
            "h+7.",
            "h65536.",
            "h 7.",
            "7.",
            "H7.x",
            "h7x.",
            "h999999999999.",
        ] {
            assert_eq!(Mark::of_tag(tag.as_bytes()), None, "{tag}");
        }
        assert_eq!(Mark::of_branch(b"h7.x"), None);
    }
}
