//! What kind of packet arrived on a media port (RFC 7983 §7, RFC 5761 §4).

/// The protocol of a datagram, told by its first two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PacketKind {
    /// Connectivity checks and keep-alives of ICE.
    Stun,
    /// Key agreement in the media path (RFC 6189).
    Zrtp,
    /// Key agreement for SRTP, or data channels.
    Dtls,
    /// TURN channel data.
    TurnChannel,
    /// Media.
    Rtp,
    /// Reports about media, on its own port or beside RTP (rtcp-mux).
    Rtcp,
    /// None of these, among them the empty datagram.
    Unknown,
}

impl PacketKind {
    /// Looks at the first two bytes only; the packet may still be malformed.
    #[must_use]
    pub const fn of(datagram: &[u8]) -> Self {
        match datagram {
            [0..=3, ..] => Self::Stun,
            [16..=19, ..] => Self::Zrtp,
            [20..=63, ..] => Self::Dtls,
            [64..=79, ..] => Self::TurnChannel,
            // With rtcp-mux, RTP payload types 64-95 are forbidden, so these second bytes are
            // RTCP's (RFC 5761 §4).
            [128..=191, 192..=223, ..] => Self::Rtcp,
            [128..=191, _, ..] => Self::Rtp,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_first_byte_belongs_to_the_protocol_of_rfc_7983() {
        for first in 0..=255u8 {
            let expected = match first {
                0..=3 => PacketKind::Stun,
                16..=19 => PacketKind::Zrtp,
                20..=63 => PacketKind::Dtls,
                64..=79 => PacketKind::TurnChannel,
                128..=191 => PacketKind::Rtp,
                _ => PacketKind::Unknown,
            };
            assert_eq!(PacketKind::of(&[first, 0]), expected, "first byte {first}");
        }
    }

    #[test]
    fn rtcp_is_told_from_rtp_by_its_packet_type() {
        let table = [
            (0, PacketKind::Rtp),          // PCMU
            (0x80 | 8, PacketKind::Rtp),   // PCMA with the marker bit
            (0x80 | 101, PacketKind::Rtp), // telephone-event with the marker bit
            (191, PacketKind::Rtp),
            (192, PacketKind::Rtcp),
            (200, PacketKind::Rtcp), // sender report
            (204, PacketKind::Rtcp), // APP
            (207, PacketKind::Rtcp), // XR
            (223, PacketKind::Rtcp),
            (224, PacketKind::Rtp), // payload type 96 with the marker bit
        ];
        for (second, kind) in table {
            assert_eq!(
                PacketKind::of(&[0x80, second]),
                kind,
                "second byte {second}"
            );
        }
        assert_eq!(PacketKind::of(&[]), PacketKind::Unknown);
        assert_eq!(PacketKind::of(&[0x80]), PacketKind::Unknown);
    }
}
