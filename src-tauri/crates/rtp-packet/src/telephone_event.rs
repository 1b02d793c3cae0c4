//! Keys pressed on a phone, as telephone-event payloads (RFC 4733 §2.3).

use crate::digit::Digit;

/// The payload of one telephone-event packet. A key press is several packets with one RTP timestamp
/// and a growing `duration`; the last has `end` set and is sent three times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TelephoneEvent {
    /// 0–9 digits, 10 `*`, 11 `#`, 12–15 A–D, 16 hook flash.
    pub event: u8,
    /// The key was released.
    pub end: bool,
    /// Level of the tone as −dBm0: 0 is loudest, 63 quietest.
    pub volume: u8,
    /// How long the key is down so far, in RTP timestamp units.
    pub duration: u16,
}

impl TelephoneEvent {
    /// Reads the payload of a telephone-event packet. Octets after the first four are ignored.
    ///
    /// # Errors
    /// [`TelephoneEventTooShort`] below four octets.
    pub fn parse(payload: &[u8]) -> Result<Self, TelephoneEventTooShort> {
        let Some(&[event, flags, d0, d1]) = payload.first_chunk() else {
            return Err(TelephoneEventTooShort(payload.len()));
        };
        Ok(Self {
            event,
            end: flags & 0x80 != 0,
            volume: flags & 0x3f,
            duration: u16::from_be_bytes([d0, d1]),
        })
    }

    /// The payload to send. A volume above 63 is sent as 63; the reserved bit is sent as zero.
    #[must_use]
    pub fn build(self) -> [u8; 4] {
        let [d0, d1] = self.duration.to_be_bytes();
        [
            self.event,
            u8::from(self.end) << 7 | self.volume.min(63),
            d0,
            d1,
        ]
    }

    /// The key that was pressed; `None` for hook flash, fax tones and other events.
    #[must_use]
    pub const fn digit(self) -> Option<Digit> {
        Digit::of_event(self.event)
    }
}

/// Fewer than the four octets of a telephone-event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} octets are too few for a telephone-event")]
pub struct TelephoneEventTooShort(pub usize);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_packet_of_a_5() {
        let event = TelephoneEvent::parse(&[5, 0x8a, 0x03, 0x20]).unwrap();
        assert_eq!(
            event,
            TelephoneEvent {
                event: 5,
                end: true,
                volume: 10,
                duration: 800
            }
        );
        assert_eq!(event.digit(), Digit::of_key('5'));
    }

    #[test]
    fn a_short_payload_is_refused() {
        assert_eq!(
            TelephoneEvent::parse(&[5, 0x8a, 0x03]),
            Err(TelephoneEventTooShort(3))
        );
    }

    proptest! {
        #[test]
        fn what_is_built_parses_to_the_same(
            event: u8, end: bool, volume in 0u8..64, duration: u16,
        ) {
            let event = TelephoneEvent { event, end, volume, duration };
            prop_assert_eq!(TelephoneEvent::parse(&event.build()), Ok(event));
        }
    }
}
