//! Random tokens: branches, tags, Call-IDs.

use crate::Mark;
use rand_chacha::ChaCha12Rng;
use rand_core::RngCore;
use std::fmt::Write;

/// Every RFC 3261 branch begins so (§8.1.1.7).
pub(crate) const MAGIC_COOKIE: &str = "z9hG4bK";

/// 20 characters of 5 bits each: 100 bits that nobody can guess.
const LENGTH: u32 = 20;
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Appends a fresh token: the mark of whoever makes it, and chance.
pub(crate) fn push_token(out: &mut String, mark: Mark, chance: &mut ChaCha12Rng) {
    // Writing to a string does not fail.
    let _ = write!(out, "{mark}");
    let mut bits = (u128::from(chance.next_u64()) << 64) | u128::from(chance.next_u64());
    for _ in 0..LENGTH {
        let letter = LETTERS.get((bits & 31) as usize).copied().unwrap_or(b'a');
        out.push(char::from(letter));
        bits >>= 5;
    }
}

/// A fresh branch of our own.
pub(crate) fn branch(mark: Mark, chance: &mut ChaCha12Rng) -> String {
    let mut out = String::with_capacity(MAGIC_COOKIE.len() + LENGTH as usize);
    out.push_str(MAGIC_COOKIE);
    push_token(&mut out, mark, chance);
    out
}
