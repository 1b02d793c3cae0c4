//! Every limit of this crate.

/// The greatest number that can be said; greater ones are said digit by digit.
pub const MAX_NUMBER: u32 = 999_999_999;

/// Keys said one by one at most; what follows is left out. No telephone number is longer (E.164
/// allows 15 digits), even with a prefix and an extension.
pub const MAX_DIGITS: usize = 40;
