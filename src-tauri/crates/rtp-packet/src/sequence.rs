//! Sequence numbers over a whole call: extension past 65,535, loss, duplicates (RFC 3550 A.1 and
//! A.3).

use crate::limits::{MAX_DROPOUT, MAX_MISORDER};

/// Follows the sequence numbers of one stream (one SSRC).
///
/// Unlike RFC 3550 A.3, a duplicate is not counted as received, so it hides no loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceTracker {
    /// Extended numbers; they start one cycle up so that packets older than the first have a number
    /// too.
    base: u64,
    highest: u64,
    /// Bit n: packet `highest - n` arrived. Wider than [`MAX_MISORDER`], so every late packet is
    /// judged exactly.
    arrived: u128,
    /// After a jump: the number that would prove a restart.
    restart_at: Option<u16>,
    received: u64,
    duplicates: u64,
    late: u64,
    /// Packets expected before the last restart.
    expected_before: u64,
    expected_at_report: u64,
    received_at_report: u64,
}

/// How a packet fits into its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The next one.
    Next,
    /// Newer than the next; so many in between are missing, at least for now.
    AfterGap(u16),
    /// Older than the newest, seen for the first time.
    Late,
    /// Already seen.
    Duplicate,
    /// Far off. Not counted; if the next packet continues from here, the stream has restarted.
    Jump,
    /// The second packet after a jump: the sender started its numbers anew.
    Restarted,
}

impl SequenceTracker {
    /// Begins with the first packet of a stream, which counts as received.
    #[must_use]
    pub const fn new(first: u16) -> Self {
        let extended = first as u64 + (1 << 16);
        Self {
            base: extended,
            highest: extended,
            arrived: 1,
            restart_at: None,
            received: 1,
            duplicates: 0,
            late: 0,
            expected_before: 0,
            expected_at_report: 0,
            received_at_report: 0,
        }
    }

    /// Counts a further packet.
    pub fn observe(&mut self, sequence: u16) -> Arrival {
        let ahead = sequence.wrapping_sub(self.highest as u16);
        let behind = ahead.wrapping_neg();
        let arrival = match ahead {
            0 => self.note_duplicate(),
            1..MAX_DROPOUT => self.note_ahead(ahead),
            _ if behind <= MAX_MISORDER => self.note_late(behind),
            _ if self.restart_at == Some(sequence) => self.restart(sequence),
            _ => {
                self.restart_at = Some(sequence.wrapping_add(1));
                return Arrival::Jump;
            }
        };
        self.restart_at = None;
        arrival
    }

    /// Highest sequence number so far, extended by the count of wraps in the upper 16 bits (as in
    /// report blocks).
    #[must_use]
    pub const fn extended_highest(&self) -> u32 {
        self.highest.wrapping_sub(1 << 16) as u32
    }

    /// Packets received, duplicates left out.
    #[must_use]
    pub const fn received(&self) -> u64 {
        self.received
    }

    /// Packets received a second time.
    #[must_use]
    pub const fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// Packets received after a newer one.
    #[must_use]
    pub const fn late(&self) -> u64 {
        self.late
    }

    /// Packets the sender numbered from the first to the newest.
    #[must_use]
    pub const fn expected(&self) -> u64 {
        self.expected_before + (self.highest - self.base + 1)
    }

    /// Packets that never came, so far (RFC 3550 A.3 cumulative number of packets lost).
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }

    /// Share of packets lost since the last call of this, in 1/256, as report blocks carry it (RFC
    /// 3550 A.3).
    pub fn fraction_lost_since_report(&mut self) -> u8 {
        let expected = self.expected().saturating_sub(self.expected_at_report);
        let received = self.received.saturating_sub(self.received_at_report);
        self.expected_at_report = self.expected();
        self.received_at_report = self.received;
        let lost = expected.saturating_sub(received);
        // Everything lost would be 256, one more than the field holds.
        (lost << 8)
            .checked_div(expected)
            .map_or(0, |share| share.min(255) as u8)
    }

    fn note_ahead(&mut self, ahead: u16) -> Arrival {
        self.highest += u64::from(ahead);
        self.arrived = self.arrived.checked_shl(u32::from(ahead)).unwrap_or(0) | 1;
        self.received += 1;
        match ahead - 1 {
            0 => Arrival::Next,
            missing => Arrival::AfterGap(missing),
        }
    }

    fn note_late(&mut self, behind: u16) -> Arrival {
        let bit = 1u128 << behind;
        if self.arrived & bit != 0 {
            return self.note_duplicate();
        }
        self.arrived |= bit;
        self.base = self.base.min(self.highest - u64::from(behind));
        self.received += 1;
        self.late += 1;
        Arrival::Late
    }

    const fn note_duplicate(&mut self) -> Arrival {
        self.duplicates += 1;
        Arrival::Duplicate
    }

    fn restart(&mut self, sequence: u16) -> Arrival {
        self.expected_before = self.expected();
        // Keep the extended number rising: the new numbers begin in the next cycle.
        self.highest = ((self.highest >> 16) + 1) << 16 | u64::from(sequence);
        self.base = self.highest;
        self.arrived = 1;
        self.received += 1;
        Arrival::Restarted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_kind_of_arrival() {
        let mut tracker = SequenceTracker::new(65_534);
        let table = [
            (65_535, Arrival::Next),
            (0, Arrival::Next),
            (3, Arrival::AfterGap(2)),
            (1, Arrival::Late),
            (1, Arrival::Duplicate),
            (3, Arrival::Duplicate),
            (65_533, Arrival::Late), // older than the very first
            (30_000, Arrival::Jump),
            (4, Arrival::Next),
            (30_000, Arrival::Jump),
            (30_001, Arrival::Restarted),
            (30_002, Arrival::Next),
        ];
        for (sequence, arrival) in table {
            assert_eq!(tracker.observe(sequence), arrival, "{sequence}");
        }
        assert_eq!(tracker.duplicates(), 2);
        assert_eq!(tracker.late(), 2);
        // 65533..=4 are eight numbers of which 2 never came; 30001 and 30002 came.
        assert_eq!(tracker.expected(), 10);
        assert_eq!(tracker.lost(), 1);
    }

    #[test]
    fn extended_numbers_count_the_wraps() {
        let mut tracker = SequenceTracker::new(65_000);
        for step in 0..3u32 * 65_536 {
            tracker.observe((65_001 + step) as u16);
        }
        assert_eq!(tracker.extended_highest(), 65_000 + 3 * 65_536);
        assert_eq!(tracker.lost(), 0);
    }

    #[test]
    fn the_fraction_is_of_the_time_since_the_last_report() {
        let mut tracker = SequenceTracker::new(0);
        (1..100).for_each(|sequence| {
            tracker.observe(sequence);
        });
        assert_eq!(tracker.fraction_lost_since_report(), 0);
        (100..200)
            .filter(|sequence| sequence % 4 != 0)
            .for_each(|sequence| {
                tracker.observe(sequence);
            });
        assert_eq!(tracker.fraction_lost_since_report(), 64);
        assert_eq!(tracker.fraction_lost_since_report(), 0);
    }

    proptest! {
        #[test]
        fn counts_agree_with_a_set_of_all_numbers_seen(
            first: u16,
            steps in proptest::collection::vec(-40i64..60, 1..300),
        ) {
            let mut tracker = SequenceTracker::new(first);
            let mut at = 1_000_000 * 65_536 + i64::from(first);
            let (mut seen, mut repeated, mut newest) = (BTreeSet::from([at]), 0, at);
            for step in steps {
                at = (newest + step).max(newest - i64::from(MAX_MISORDER));
                newest = newest.max(at);
                repeated += u64::from(!seen.insert(at));
                tracker.observe(at as u16);
            }
            let span = (seen.last().unwrap() - seen.first().unwrap() + 1) as u64;
            prop_assert_eq!(tracker.expected(), span);
            prop_assert_eq!(tracker.received(), seen.len() as u64);
            prop_assert_eq!(tracker.duplicates(), repeated);
            prop_assert_eq!(tracker.lost(), span - seen.len() as u64);
        }

        #[test]
        fn any_sequence_of_numbers_is_survived(
            numbers in proptest::collection::vec(any::<u16>(), 1..500),
        ) {
            let mut tracker = SequenceTracker::new(numbers[0]);
            for number in &numbers {
                tracker.observe(*number);
                tracker.fraction_lost_since_report();
            }
            prop_assert!(tracker.received() <= tracker.expected());
        }
    }
}
