//! When a letter that could not be sent is tried again.

use crate::limits::{FIRST_RETRY_MS, GIVE_UP_AFTER_MS, LONGEST_RETRY_MS};

/// When a letter queued at `queued_ms` that has just failed is tried again, after so many tries
/// before this one: a minute later, then two, four … an hour; `None` to give it up, three days
/// after it was queued. All times are milliseconds since 1970 (UTC).
#[must_use]
pub fn next_try(queued_ms: i64, attempts_before: u32, now_ms: i64) -> Option<i64> {
    let doubled = FIRST_RETRY_MS.checked_shl(attempts_before.min(16));
    let delay = doubled.unwrap_or(LONGEST_RETRY_MS).min(LONGEST_RETRY_MS);
    let again = now_ms.saturating_add(delay);
    (again <= queued_ms.saturating_add(GIVE_UP_AFTER_MS)).then_some(again)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_tried_ever_more_rarely_for_three_days() {
        let (mut now, mut delays) = (1_000, Vec::new());
        while let Some(again) = next_try(1_000, delays.len() as u32, now) {
            delays.push((again - now) / 60_000);
            now = again;
        }
        assert_eq!(delays[..8], [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(delays.iter().max(), Some(&60));
        let lasted = now - 1_000;
        assert!((GIVE_UP_AFTER_MS - LONGEST_RETRY_MS..=GIVE_UP_AFTER_MS).contains(&lasted));
        assert_eq!(next_try(0, u32::MAX, i64::MAX), None);
    }
}
