//! Every limit of the crate.

/// Longest text read as a number, in bytes: longer than any number however it is decorated.
pub const DIALLED_MAX_BYTES: usize = 128;

/// Most digits read as a number: those of the longest (15), of a way abroad, and of a digit for an
/// outside line.
pub const DIALLED_DIGITS_MAX: usize = 24;

/// Longest short code (Australia's 19xxxxxx).
pub const SHORT_DIGITS_MAX: usize = 8;

/// Digits behind the country code by which a range that the plans do not know is near one that they
/// do: an area or a kind of network, hardly ever one town.
pub const NEAR_DIGITS: usize = 2;

/// The longest numbers of a country that is so small that one digit tells its ranges apart.
pub const SMALL_PLAN_DIGITS: u32 = 7;

/// Digits at the end by which the numbers of the smallest block that is given out differ.
pub const NEIGHBOUR_DIGITS: usize = 3;

/// Longest number written for a provider, without what is put before it: `+` and 15 digits, or the
/// longest way abroad and 15 digits.
pub const WRITTEN_MAX_CHARS: usize = 24;

/// Longest way a number is shown.
pub const SHOWN_MAX_CHARS: usize = 40;
