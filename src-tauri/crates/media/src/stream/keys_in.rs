//! Key presses a phone sends as events in RTP (RFC 4733), each told once.

use std::time::{Duration, Instant};

use rtp_packet::{Digit, RtpPacket, TelephoneEvent, timestamp_distance};

/// A repeated RTP timestamp is a new press only after this long: some phones' clocks stand still
/// while they are muted.
const SAME_TIMESTAMP_ANEW: Duration = Duration::from_millis(500);

/// Timestamps further apart than this do not say which is the newer press; the phone began anew.
const UNRELATED: Duration = Duration::from_secs(60);

/// A key of which nothing has come for so long was let go, and the packets that said so were lost.
const LET_GO_AFTER: Duration = Duration::from_millis(150);

/// Follows the events of one source. Any packet of a press will do to tell it, so that lost ones do
/// no harm; all others of that press are passed over.
#[derive(Debug, Default)]
pub(super) struct KeysIn {
    newest: Option<Press>,
    /// How many presses there were, wrapping.
    presses: u32,
}

#[derive(Debug, Clone, Copy)]
struct Press {
    event: u8,
    timestamp: u32,
    /// The timestamp it began with.
    began: u32,
    /// How long the key has been down, as its packets say.
    lasts: Duration,
    ended: bool,
    last_packet: Instant,
}

impl KeysIn {
    /// Takes a packet of the telephone-event payload type, whose RTP clock is `clock_hz`.
    pub(super) fn on_packet(
        &mut self,
        now: Instant,
        packet: &RtpPacket<'_>,
        clock_hz: u32,
    ) -> Option<Digit> {
        let event = TelephoneEvent::parse(packet.payload()).ok()?;
        let press = Press {
            event: event.event,
            timestamp: packet.timestamp(),
            began: packet.timestamp(),
            lasts: in_time(event.duration.into(), clock_hz),
            ended: event.end,
            last_packet: now,
        };
        let relation = self.newest.map_or(Relation::New, |newest| {
            newest.relation(&press, packet.marker(), clock_hz)
        });
        match (relation, &mut self.newest) {
            (Relation::Older, _) => None,
            (Relation::Same, Some(newest)) => {
                newest.timestamp = press.timestamp;
                let before = press.timestamp.wrapping_sub(newest.began);
                let lasts = in_time(before, clock_hz) + press.lasts;
                newest.lasts = newest.lasts.max(lasts);
                newest.ended |= press.ended;
                newest.last_packet = now;
                None
            }
            (Relation::Same, None) | (Relation::New, _) => {
                self.newest = Some(press);
                self.presses = self.presses.wrapping_add(1);
                event.digit()
            }
        }
    }

    /// Whether a key is down, or was until just now: its sound is missing on purpose.
    pub(super) fn is_pressed(&self, now: Instant) -> bool {
        self.newest.is_some_and(|press| {
            now.saturating_duration_since(press.last_packet) < Duration::from_millis(100)
        })
    }

    /// The number of the newest press.
    pub(super) fn newest(&self) -> u32 {
        self.presses
    }

    /// How long the key of a press was down; `None` while it is.
    pub(super) fn lasted(&self, now: Instant, press: u32) -> Option<Duration> {
        let newest = self.newest.filter(|_| self.presses == press);
        let Some(newest) = newest else {
            return Some(Duration::ZERO); // another has come since
        };
        let quiet = now.saturating_duration_since(newest.last_packet);
        (newest.ended || quiet > LET_GO_AFTER).then_some(newest.lasts)
    }

    /// Another source, whose timestamps have nothing to do with those before.
    pub(super) fn begin_anew(&mut self) {
        self.newest = None;
    }
}

fn in_time(ticks: u32, clock_hz: u32) -> Duration {
    Duration::from_secs(ticks.into()) / clock_hz.max(1)
}

enum Relation {
    Same,
    New,
    Older,
}

impl Press {
    /// How a packet that says `other` relates to this, the newest press.
    fn relation(&self, other: &Press, marker: bool, clock_hz: u32) -> Relation {
        let later = i64::from(timestamp_distance(self.timestamp, other.timestamp));
        let silent = other
            .last_packet
            .saturating_duration_since(self.last_packet);
        if later == 0 {
            let anew = marker && self.ended && !other.ended && silent >= SAME_TIMESTAMP_ANEW;
            return if anew { Relation::New } else { Relation::Same };
        }
        if later.unsigned_abs() > UNRELATED.as_secs() * u64::from(clock_hz) {
            return Relation::New;
        }
        if later < 0 {
            return Relation::Older;
        }
        let goes_on = other.event == self.event && !self.ended && !marker;
        // A key held longer than the duration field can say goes on as a segment, stamped with the
        // end of the one before (RFC 4733 §2.5.1.3).
        let next_segment = (0xf000..=0x1_1000).contains(&later);
        // Some gateways stamp each packet of a press with its own time. No one presses a key twice
        // within 40 ms.
        let own_stamp = later <= i64::from(clock_hz / 25);
        if goes_on && (next_segment || own_stamp) {
            Relation::Same
        } else {
            Relation::New
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtp_packet::NewRtpPacket;

    struct Listener {
        keys: KeysIn,
        now: Instant,
    }

    impl Listener {
        fn new() -> Self {
            Self {
                keys: KeysIn::default(),
                now: Instant::now(),
            }
        }

        fn hears(&mut self, event: u8, timestamp: u32, end: bool, marker: bool) -> Option<char> {
            self.now += Duration::from_millis(20);
            let payload = TelephoneEvent {
                event,
                end,
                volume: 10,
                duration: 160,
            }
            .build();
            let mut datagram = Vec::new();
            NewRtpPacket {
                marker,
                timestamp,
                payload_type: 101,
                payload: &payload,
                ..NewRtpPacket::default()
            }
            .write_to(&mut datagram)
            .unwrap();
            let packet = RtpPacket::parse(&datagram).unwrap();
            self.keys.on_packet(self.now, &packet, 8000).map(Digit::key)
        }

        fn hears_whole(&mut self, event: u8, timestamp: u32) -> String {
            [
                (false, true),
                (false, false),
                (false, false),
                (true, false),
                (true, false),
            ]
            .into_iter()
            .filter_map(|(end, marker)| self.hears(event, timestamp, end, marker))
            .collect()
        }
    }

    #[test]
    fn a_press_is_told_once_at_its_first_packet() {
        let mut listener = Listener::new();
        assert_eq!(listener.hears(5, 1000, false, true), Some('5'));
        for end in [false, false, true, true, true] {
            assert_eq!(listener.hears(5, 1000, end, false), None);
        }
    }

    #[test]
    fn the_same_key_again_is_told_again() {
        let mut listener = Listener::new();
        assert_eq!(listener.hears_whole(7, 1000), "7");
        assert_eq!(listener.hears_whole(7, 2600), "7");
        assert_eq!(listener.hears_whole(7, 4200), "7");
    }

    #[test]
    fn any_one_packet_of_a_press_is_enough() {
        let mut listener = Listener::new();
        assert_eq!(
            listener.hears(1, 1000, true, false),
            Some('1'),
            "only its end"
        );
        assert_eq!(
            listener.hears(1, 2600, false, false),
            Some('1'),
            "only its middle"
        );
        assert_eq!(
            listener.hears(1, 4200, false, true),
            Some('1'),
            "its end lost"
        );
        assert_eq!(listener.hears(2, 5800, true, false), Some('2'));
    }

    #[test]
    fn a_late_packet_of_the_press_before_is_nothing_new() {
        let mut listener = Listener::new();
        assert_eq!(listener.hears_whole(3, u32::MAX - 500), "3");
        assert_eq!(
            listener.hears(4, 1100, false, true),
            Some('4'),
            "after the wrap"
        );
        assert_eq!(listener.hears(3, u32::MAX - 500, true, false), None);
        assert_eq!(listener.hears(4, 1100, true, false), None);
    }

    #[test]
    fn a_key_held_for_20_seconds_is_one_press() {
        let mut listener = Listener::new();
        let told: String = (0..3u32)
            .flat_map(|segment| (0..400).map(move |_| segment * 0xffff))
            .filter_map(|timestamp| listener.hears(9, timestamp, false, false))
            .collect();
        assert_eq!(told, "9");
    }

    #[test]
    fn how_long_a_key_was_down_is_known_once_it_is_up() {
        let mut listener = Listener::new();
        for _ in 0..20 {
            listener.hears(9, 1000, false, false);
        }
        let press = listener.keys.newest();
        assert_eq!(listener.keys.lasted(listener.now, press), None, "down");
        listener.hears(9, 1000, true, false);
        let twenty_ms = Some(Duration::from_millis(20)); // as its packets here all say
        assert_eq!(listener.keys.lasted(listener.now, press), twenty_ms);
        // The next segment of a key that is held on, whose end is lost.
        listener.hears(5, 9000, false, true);
        listener.hears(5, 9000 + 0xffff, false, false);
        let press = listener.keys.newest();
        let seconds = |later| {
            let lasted = listener.keys.lasted(listener.now + later, press);
            lasted.map(|lasted| lasted.as_secs())
        };
        assert_eq!(seconds(Duration::ZERO), None);
        assert_eq!(seconds(LET_GO_AFTER * 2), Some(8));
        listener.hears(6, 0x20000, false, true);
        let another = listener.keys.lasted(listener.now, press);
        assert_eq!(another, Some(Duration::ZERO));
    }

    #[test]
    fn a_gateway_that_stamps_each_packet_presses_once() {
        let mut listener = Listener::new();
        let told: String = (0..6)
            .filter_map(|n| listener.hears(6, 1000 + n * 160, n == 5, n == 0))
            .collect();
        assert_eq!(told, "6");
        assert_eq!(listener.hears(6, 1000 + 1600, false, true), Some('6'));
    }

    #[test]
    fn a_muted_phone_whose_clock_stands_still_presses_twice() {
        let mut listener = Listener::new();
        assert_eq!(listener.hears_whole(8, 1000), "8");
        listener.now += Duration::from_secs(1);
        assert_eq!(listener.hears_whole(8, 1000), "8");
    }

    #[test]
    fn hook_flash_and_fax_tones_are_no_keys() {
        let mut listener = Listener::new();
        assert_eq!(listener.hears(16, 1000, false, true), None);
        assert_eq!(listener.hears(32, 3000, false, true), None);
    }
}
