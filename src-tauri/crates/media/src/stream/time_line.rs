//! Where RTP timestamps lie on the receiver's time line.

use rtp_packet::timestamp_distance;

use crate::frame::SAMPLE_RATE;

/// How RTP timestamps of a source lie on the time line.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeLine {
    clock_hz: u32,
    timestamp: u32,
    /// Clock ticks from the first timestamp to `timestamp`.
    ticks: i64,
    /// Where the first timestamp lies.
    base: i64,
}

impl TimeLine {
    /// A time line on which `timestamp` lies at `base`, in samples.
    pub(super) const fn new(clock_hz: u32, timestamp: u32, base: i64) -> Self {
        Self {
            clock_hz,
            timestamp,
            ticks: 0,
            base,
        }
    }

    pub(super) const fn clock_hz(&self) -> u32 {
        self.clock_hz
    }

    /// Where a timestamp lies. It is taken to be less than 2³¹ ticks from the one before.
    pub(super) fn place(&mut self, timestamp: u32) -> i64 {
        self.ticks += i64::from(timestamp_distance(self.timestamp, timestamp));
        self.timestamp = timestamp;
        self.base + self.ticks * i64::from(SAMPLE_RATE) / i64::from(self.clock_hz.max(1))
    }
}
