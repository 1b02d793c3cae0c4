//! Nonce counts (RFC 7616 §3.4): each may be used once, so that a recorded answer is worth nothing.

use super::nonce::NonceId;
use crate::{
    limits::{MAX_NONCES_IN_USE, NONCE_COUNT_WINDOW},
    recent::Recent,
};

/// Which counts of which nonces were used. Only answers that proved a password get in.
#[derive(Debug)]
pub(crate) struct Replays {
    used: Recent<NonceId, Used>,
    /// Nonces made at or before this second may have been forgotten, and count as used up.
    forgotten: Option<u32>,
}

#[derive(Debug)]
struct Used {
    made_at: u32,
    highest: u32,
    /// Bit `n`: count `highest - n` was used.
    window: u64,
}

impl Replays {
    pub(crate) fn new() -> Replays {
        Replays {
            used: Recent::new(MAX_NONCES_IN_USE),
            forgotten: None,
        }
    }

    /// Whether this count of this nonce was never used.
    pub(crate) fn is_fresh(&self, nonce: NonceId, count: u32) -> bool {
        match self.used.peek(&nonce) {
            None => self.forgotten.is_none_or(|limit| nonce.made_at > limit),
            Some(used) if count > used.highest => true,
            Some(used) => {
                let back = used.highest - count;
                back < NONCE_COUNT_WINDOW && used.window & (1 << back) == 0
            }
        }
    }

    /// Marks a count as used.
    pub(crate) fn mark(&mut self, nonce: NonceId, count: u32) {
        let forgotten = &mut self.forgotten;
        let fresh = || Used {
            made_at: nonce.made_at,
            highest: count,
            window: 0,
        };
        let used = self.used.touch(nonce, fresh, |gone| {
            *forgotten = (*forgotten).max(Some(gone.made_at));
        });
        if count > used.highest {
            used.window = used.window.checked_shl(count - used.highest).unwrap_or(0);
            used.highest = count;
        }
        let back = used.highest - count;
        if back < NONCE_COUNT_WINDOW {
            used.window |= 1 << back;
        }
    }

    /// Forgets nonces made before `second`, which no longer count anyhow.
    pub(crate) fn forget_before(&mut self, second: u32) {
        self.used.retain(|_, used| used.made_at >= second);
    }

    pub(crate) fn len(&self) -> usize {
        self.used.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn nonce(number: u64) -> NonceId {
        NonceId {
            made_at: u32::try_from(number).unwrap(),
            number,
        }
    }

    #[test]
    fn requests_may_overtake_each_other_but_not_repeat() {
        let mut replays = Replays::new();
        for (count, fresh) in [
            (1, true),
            (3, true),
            (2, true),
            (2, false),
            (3, false),
            (70, true),
        ] {
            assert_eq!(replays.is_fresh(nonce(1), count), fresh, "{count}");
            replays.mark(nonce(1), count);
        }
        assert!(!replays.is_fresh(nonce(1), 5)); // too far behind to be told apart
    }

    #[test]
    fn what_had_to_be_forgotten_counts_as_used() {
        let mut replays = Replays::new();
        let many = MAX_NONCES_IN_USE as u64 + 10;
        for number in 1..=many {
            replays.mark(nonce(number), 1);
        }
        assert!(replays.len() <= MAX_NONCES_IN_USE);
        assert!((1..=many).all(|number| !replays.is_fresh(nonce(number), 1)));
        assert!(replays.is_fresh(nonce(many + 1), 1));
    }

    proptest! {
        #[test]
        fn no_count_is_ever_fresh_twice(counts in proptest::collection::vec(0u32..200, 0..300)) {
            let mut replays = Replays::new();
            let mut seen = BTreeSet::new();
            for count in counts {
                if replays.is_fresh(nonce(9), count) {
                    prop_assert!(seen.insert(count));
                    replays.mark(nonce(9), count);
                }
            }
        }
    }
}
