//! Interarrival jitter (RFC 3550 §6.4.1 and A.8).

use std::time::{Duration, Instant};

use crate::limits::MAX_JITTER_STEP;
use crate::time::timestamp_distance;

/// How unevenly the packets of one stream arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jitter {
    clock_hz: u32,
    last: Option<(Instant, u32)>,
    /// The estimate times 16, so that the integer filter of RFC 3550 A.8 keeps its fraction.
    sixteenths: u32,
}

impl Jitter {
    /// `clock_hz` is the RTP clock of the codec in Hz: 8000 for G.711 and, by history, for G.722
    /// (RFC 3551 §4.5.2). A clock of 0 is taken as 1.
    #[must_use]
    pub fn new(clock_hz: u32) -> Self {
        Self {
            clock_hz: clock_hz.max(1),
            last: None,
            sixteenths: 0,
        }
    }

    /// Takes in one packet. Packets with the timestamp of the one before (telephone-events, video
    /// frames) say nothing about jitter and are passed over.
    pub fn observe(&mut self, arrival: Instant, timestamp: u32) {
        let Some((last_arrival, last_timestamp)) = self.last else {
            self.last = Some((arrival, timestamp));
            return;
        };
        if timestamp == last_timestamp {
            return;
        }
        self.last = Some((arrival, timestamp));
        let spaced = self.in_clock_units(arrival.saturating_duration_since(last_arrival));
        let sent = i64::from(timestamp_distance(last_timestamp, timestamp));
        let difference = spaced.saturating_sub(sent).unsigned_abs();
        if difference > MAX_JITTER_STEP.as_secs() * u64::from(self.clock_hz) {
            return;
        }
        // J += (|D| - J) / 16, in sixteenths and rounded.
        let kept = u64::from(self.sixteenths) - ((u64::from(self.sixteenths) + 8) >> 4);
        self.sixteenths = u32::try_from(kept + difference).unwrap_or(u32::MAX);
    }

    /// The estimate in units of the RTP clock, as report blocks carry it.
    #[must_use]
    pub const fn clock_units(&self) -> u32 {
        self.sixteenths >> 4
    }

    /// The estimate as time.
    #[must_use]
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(
            u64::from(self.sixteenths) * (1_000_000_000 / 16) / u64::from(self.clock_hz),
        )
    }

    /// The clock rate in Hz given to [`Jitter::new`].
    #[must_use]
    pub const fn clock_hz(&self) -> u32 {
        self.clock_hz
    }

    fn in_clock_units(&self, time: Duration) -> i64 {
        let clock = u64::from(self.clock_hz);
        let fraction = u64::from(time.subsec_nanos()) * clock / 1_000_000_000;
        let units = time
            .as_secs()
            .saturating_mul(clock)
            .saturating_add(fraction);
        i64::try_from(units).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn jitter_of(arrivals_ms: &[u64], clock_hz: u32) -> Jitter {
        let start = Instant::now();
        let mut jitter = Jitter::new(clock_hz);
        for (index, at) in arrivals_ms.iter().enumerate() {
            let timestamp = u32::MAX.wrapping_add(index as u32 * clock_hz / 50);
            jitter.observe(start + Duration::from_millis(*at), timestamp);
        }
        jitter
    }

    #[test]
    fn even_packets_have_no_jitter_across_the_timestamp_wrap() {
        let arrivals: Vec<u64> = (0..500).map(|packet| packet * 20).collect();
        assert_eq!(jitter_of(&arrivals, 8000).clock_units(), 0);
        assert_eq!(jitter_of(&arrivals, 48_000).clock_units(), 0);
    }

    #[test]
    fn packets_alternately_5_ms_late_show_5_ms() {
        let arrivals: Vec<u64> = (0..500)
            .map(|packet| packet * 20 + 5 * (packet % 2))
            .collect();
        // The integer filter of A.8 settles within one unit below the true value.
        assert!((39..=40).contains(&jitter_of(&arrivals, 8000).clock_units()));
        let opus = jitter_of(&arrivals, 48_000);
        assert!((239..=240).contains(&opus.clock_units()));
        assert!((opus.duration().as_secs_f64() - 0.005).abs() < 0.000_1);
    }

    #[test]
    fn a_dialled_digit_does_not_look_like_jitter() {
        let start = Instant::now();
        let mut jitter = Jitter::new(8000);
        for packet in 0..50u32 {
            // Packets 20 to 29 are one telephone-event, all stamped with its beginning.
            let timestamp = if (20..30).contains(&packet) {
                20
            } else {
                packet
            } * 160;
            jitter.observe(start + Duration::from_millis(20) * packet, timestamp);
        }
        assert_eq!(jitter.clock_units(), 0);
    }

    #[test]
    fn a_sender_that_sets_its_clock_anew_does_not_look_like_jitter() {
        let start = Instant::now();
        let mut jitter = Jitter::new(8000);
        for packet in 0..100u32 {
            let base = if packet < 50 { 0 } else { 0x7000_0000 };
            jitter.observe(
                start + Duration::from_millis(20) * packet,
                base + packet * 160,
            );
        }
        assert_eq!(jitter.clock_units(), 0);
    }

    proptest! {
        #[test]
        fn agrees_with_the_real_numbers_of_rfc_3550(
            delays_ms in proptest::collection::vec(0u64..200, 2..300),
        ) {
            let mut estimate = 0.0f64;
            for pair in delays_ms.windows(2) {
                let difference = (pair[1] as f64 - pair[0] as f64).abs() * 8.0;
                estimate += (difference - estimate) / 16.0;
            }
            // Sorted by construction: packet n is sent at 200n ms, so none overtakes another.
            let start = Instant::now();
            let mut jitter = Jitter::new(8000);
            for (packet, delay) in delays_ms.iter().enumerate() {
                let arrival = start + Duration::from_millis(packet as u64 * 200 + delay);
                jitter.observe(arrival, packet as u32 * 1600);
            }
            prop_assert!((f64::from(jitter.clock_units()) - estimate).abs() <= 2.0);
        }

        #[test]
        fn any_timestamps_are_survived(
            steps in proptest::collection::vec((0u64..u64::MAX / 1_000_000, any::<u32>()), 0..50),
            clock: u32,
        ) {
            let start = Instant::now();
            let mut jitter = Jitter::new(clock);
            for (micros, timestamp) in steps {
                if let Some(at) = start.checked_add(Duration::from_micros(micros)) {
                    jitter.observe(at, timestamp);
                }
            }
            let _ = jitter.duration();
        }
    }
}
