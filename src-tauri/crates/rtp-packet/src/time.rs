//! Media time: NTP timestamps of reports and wrapping RTP timestamps (RFC 3550 §4).

use std::time::Duration;

/// Seconds between the NTP era (1900) and the Unix one (1970).
const NTP_TO_UNIX_SECONDS: u64 = 2_208_988_800;

/// Wall-clock time as sender reports carry it: 32 bits of seconds since 1900, 32 bits of fraction.
/// Wraps in 2036.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NtpTime(pub u64);

impl NtpTime {
    /// From time since 1970-01-01 UTC.
    #[must_use]
    pub fn from_unix(since_1970: Duration) -> Self {
        let seconds = since_1970.as_secs().wrapping_add(NTP_TO_UNIX_SECONDS);
        let fraction = (u64::from(since_1970.subsec_nanos()) << 32) / 1_000_000_000;
        Self(seconds << 32 | fraction)
    }

    /// The middle 32 bits, by which report blocks refer to a sender report.
    #[must_use]
    pub const fn short(self) -> NtpShort {
        NtpShort((self.0 >> 16) as u32)
    }
}

/// The middle 32 bits of an NTP time: units of 1/65,536 s, wrapping after 18 hours. Also the unit
/// of DLSR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NtpShort(pub u32);

impl NtpShort {
    /// Length of an interval given in these units.
    #[must_use]
    pub fn as_interval(self) -> Duration {
        Duration::from_nanos((u64::from(self.0) * 1_000_000_000) >> 16)
    }

    /// An interval in these units; longer than 18 hours saturates.
    #[must_use]
    pub fn from_interval(interval: Duration) -> Self {
        Self(u32::try_from((interval.as_nanos() << 16) / 1_000_000_000).unwrap_or(u32::MAX))
    }

    /// Time from `earlier` to this, across a wrap.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Self(self.0.wrapping_sub(earlier.0)).as_interval()
    }

    /// Round trip from a report block that arrived at `self` (RFC 3550 §6.4.1: A − LSR − DLSR).
    /// `None` if the peer has seen no sender report yet (LSR 0) or claims to have waited longer
    /// than the whole trip took.
    #[must_use]
    pub fn round_trip(self, last_report: Self, delay_since: Self) -> Option<Duration> {
        if last_report.0 == 0 {
            return None;
        }
        self.since(last_report)
            .checked_sub(delay_since.as_interval())
    }
}

/// Signed distance between two RTP timestamps in clock units; positive if `to` is later. Right
/// while they are less than 2³¹ units apart (12 hours at 48 kHz).
#[must_use]
pub const fn timestamp_distance(from: u32, to: u32) -> i32 {
    to.wrapping_sub(from).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_3550_figure_2() {
        // Report received at 46,864.500 s, LSR 46,853.125 s, DLSR 5.250 s: round trip 6.125 s.
        let received = NtpShort(0xb710_8000);
        let round_trip = received.round_trip(NtpShort(0xb705_2000), NtpShort(0x0005_4000));
        assert_eq!(round_trip, Some(Duration::from_millis(6_125)));
    }

    #[test]
    fn a_round_trip_is_not_made_up() {
        let now = NtpShort(0x0001_0000);
        assert_eq!(
            now.round_trip(NtpShort(0), NtpShort(0)),
            None,
            "no sender report seen"
        );
        assert_eq!(
            now.round_trip(NtpShort(0x8000), NtpShort(0x9000)),
            None,
            "waited longer than it took"
        );
        let across_the_wrap = now.round_trip(NtpShort(0xffff_0000), NtpShort(0x0001_0000));
        assert_eq!(across_the_wrap, Some(Duration::from_secs(1)));
    }

    #[test]
    fn unix_time_becomes_ntp_time() {
        assert_eq!(NtpTime::from_unix(Duration::ZERO).0, 2_208_988_800 << 32);
        let half_past = NtpTime::from_unix(Duration::from_millis(1_500));
        assert_eq!(half_past.0, 2_208_988_801 << 32 | 0x8000_0000);
        assert_eq!(
            half_past.short().0,
            ((2_208_988_801u64 & 0xffff) << 16 | 0x8000) as u32
        );
    }

    #[test]
    fn intervals_survive_the_short_form() {
        for milliseconds in [0, 1, 20, 5_000, 3_600_000] {
            let interval = Duration::from_millis(milliseconds);
            let back = NtpShort::from_interval(interval).as_interval();
            assert!(
                interval - back < Duration::from_micros(16),
                "{interval:?} became {back:?}"
            );
        }
        assert_eq!(NtpShort::from_interval(Duration::MAX).0, u32::MAX);
    }

    #[test]
    fn timestamps_compare_across_the_wrap() {
        assert_eq!(timestamp_distance(u32::MAX - 79, 80), 160);
        assert_eq!(timestamp_distance(80, u32::MAX - 79), -160);
    }
}
