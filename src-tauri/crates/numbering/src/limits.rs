//! Every limit of the crate.

/// Longest text read as a number, in bytes: longer than any number however it is decorated.
pub const DIALLED_MAX_BYTES: usize = 128;

/// Most digits read as a number: those of the longest (15), of a way abroad, and of a digit for an
/// outside line.
pub const DIALLED_DIGITS_MAX: usize = 24;

/// Longest short code (Australia's 19xxxxxx).
pub const SHORT_DIGITS_MAX: usize = 8;

/// Longest number written for a provider, without what is put before it: `+` and 15 digits, or the
/// longest way abroad and 15 digits.
pub const WRITTEN_MAX_CHARS: usize = 24;

/// Longest way a number is shown.
pub const SHOWN_MAX_CHARS: usize = 40;
