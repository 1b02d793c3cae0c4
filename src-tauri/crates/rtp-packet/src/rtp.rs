//! RTP packets (RFC 3550 §5.1): a view over received bytes, and building new ones.

use crate::limits::{MAX_CSRCS, MAX_EXTENSION_WORDS};

/// A valid RTP packet, borrowed from the datagram it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RtpPacket<'a> {
    marker: bool,
    payload_type: u8,
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
    csrcs: &'a [[u8; 4]],
    extension: Option<Extension<'a>>,
    payload: &'a [u8],
    padding: u8,
}

impl<'a> RtpPacket<'a> {
    /// Checks version and every length, and finds the payload.
    ///
    /// # Errors
    /// [`RtpError`] says which part does not fit.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, RtpError> {
        let Some((header, rest)) = datagram.split_first_chunk::<12>() else {
            return Err(RtpError::TooShort(datagram.len()));
        };
        let [
            flags,
            marker_and_type,
            q0,
            q1,
            t0,
            t1,
            t2,
            t3,
            s0,
            s1,
            s2,
            s3,
        ] = *header;
        if flags >> 6 != 2 {
            return Err(RtpError::Version(flags >> 6));
        }
        let (words, beyond) = rest.as_chunks::<4>();
        let Some((csrcs, words)) = words.split_at_checked(usize::from(flags & 0x0f)) else {
            return Err(RtpError::CsrcsCutOff);
        };
        let (extension, body) = if flags & 0x10 == 0 {
            (None, rest.get(csrcs.len() * 4..).unwrap_or(beyond))
        } else {
            let Some((&[p0, p1, l0, l1], _)) = words.split_first() else {
                return Err(RtpError::ExtensionCutOff);
            };
            let start = csrcs.len() * 4 + 4;
            let end = start + usize::from(u16::from_be_bytes([l0, l1])) * 4;
            let (Some(data), Some(body)) = (rest.get(start..end), rest.get(end..)) else {
                return Err(RtpError::ExtensionCutOff);
            };
            let profile = u16::from_be_bytes([p0, p1]);
            (Some(Extension { profile, data }), body)
        };
        let padding = match (flags & 0x20 != 0, body.last()) {
            (false, _) => 0,
            // The last octet counts itself, so zero is as wrong as too many.
            (true, None | Some(0)) => return Err(RtpError::Padding),
            (true, Some(&count)) => count,
        };
        let Some((payload, _)) = body
            .len()
            .checked_sub(usize::from(padding))
            .and_then(|length| body.split_at_checked(length))
        else {
            return Err(RtpError::Padding);
        };
        Ok(Self {
            marker: marker_and_type & 0x80 != 0,
            payload_type: marker_and_type & 0x7f,
            sequence: u16::from_be_bytes([q0, q1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([s0, s1, s2, s3]),
            csrcs,
            extension,
            payload,
            padding,
        })
    }

    /// For audio: the first packet after silence.
    #[must_use]
    pub const fn marker(&self) -> bool {
        self.marker
    }

    /// Which codec or event format, 0–127, as agreed in SDP.
    #[must_use]
    pub const fn payload_type(&self) -> u8 {
        self.payload_type
    }

    /// Counts packets, wrapping at 65,535.
    #[must_use]
    pub const fn sequence(&self) -> u16 {
        self.sequence
    }

    /// Sampling time of the first octet in units of the codec's RTP clock, wrapping.
    #[must_use]
    pub const fn timestamp(&self) -> u32 {
        self.timestamp
    }

    /// Names the sender's stream.
    #[must_use]
    pub const fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// The streams a mixer combined into this one.
    pub fn csrcs(&self) -> impl ExactSizeIterator<Item = u32> + 'a {
        self.csrcs.iter().map(|csrc| u32::from_be_bytes(*csrc))
    }

    /// The header extension, if any.
    #[must_use]
    pub const fn extension(&self) -> Option<Extension<'a>> {
        self.extension
    }

    /// The media, without padding.
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// Octets of padding after the payload; 0 if the packet has none.
    #[must_use]
    pub const fn padding(&self) -> u8 {
        self.padding
    }
}

/// An RTP header extension (RFC 3550 §5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension<'a> {
    /// Says how to read `data`; 0xBEDE for RFC 8285 one-byte headers.
    pub profile: u16,
    /// A multiple of four octets.
    pub data: &'a [u8],
}

/// An RTP packet to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NewRtpPacket<'a> {
    /// See [`RtpPacket::marker`].
    pub marker: bool,
    /// 0–127.
    pub payload_type: u8,
    /// See [`RtpPacket::sequence`].
    pub sequence: u16,
    /// See [`RtpPacket::timestamp`].
    pub timestamp: u32,
    /// See [`RtpPacket::ssrc`].
    pub ssrc: u32,
    /// At most [`MAX_CSRCS`].
    pub csrcs: &'a [u32],
    /// Optional header extension.
    pub extension: Option<Extension<'a>>,
    /// The media.
    pub payload: &'a [u8],
    /// Octets of padding to append, the last of which says how many; 0 for none.
    pub padding: u8,
}

impl NewRtpPacket<'_> {
    /// Appends the packet to `out`.
    ///
    /// # Errors
    /// [`RtpBuildError`] if a field has no room in the header; `out` is then unchanged.
    pub fn write_to(&self, out: &mut Vec<u8>) -> Result<(), RtpBuildError> {
        if self.payload_type > 0x7f {
            return Err(RtpBuildError::PayloadType(self.payload_type));
        }
        if self.csrcs.len() > MAX_CSRCS {
            return Err(RtpBuildError::TooManyCsrcs(self.csrcs.len()));
        }
        let extension_words = match self.extension {
            Some(extension)
                if extension.data.len() % 4 != 0
                    || extension.data.len() / 4 > MAX_EXTENSION_WORDS =>
            {
                return Err(RtpBuildError::ExtensionLength(extension.data.len()));
            }
            Some(extension) => (extension.data.len() / 4) as u16,
            None => 0,
        };
        let flags = 0x80
            | u8::from(self.padding > 0) << 5
            | u8::from(self.extension.is_some()) << 4
            | self.csrcs.len() as u8;
        out.push(flags);
        out.push(u8::from(self.marker) << 7 | self.payload_type);
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&self.ssrc.to_be_bytes());
        for csrc in self.csrcs {
            out.extend_from_slice(&csrc.to_be_bytes());
        }
        if let Some(extension) = self.extension {
            out.extend_from_slice(&extension.profile.to_be_bytes());
            out.extend_from_slice(&extension_words.to_be_bytes());
            out.extend_from_slice(extension.data);
        }
        out.extend_from_slice(self.payload);
        if self.padding > 0 {
            out.resize(out.len() + usize::from(self.padding) - 1, 0);
            out.push(self.padding);
        }
        Ok(())
    }
}

/// Why a datagram is no RTP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RtpError {
    /// Shorter than the fixed header of 12 octets.
    #[error("{0} octets are too few for an RTP header")]
    TooShort(usize),
    /// The version is not 2.
    #[error("RTP version {0}, not 2")]
    Version(u8),
    /// The CSRC count goes past the end.
    #[error("the CSRC list is cut off")]
    CsrcsCutOff,
    /// The header extension goes past the end.
    #[error("the header extension is cut off")]
    ExtensionCutOff,
    /// The padding count is zero or more than there is.
    #[error("the padding count does not fit the packet")]
    Padding,
}

/// Why a packet cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RtpBuildError {
    /// The payload type needs more than seven bits.
    #[error("payload type {0} is above 127")]
    PayloadType(u8),
    /// More CSRCs than the header can count.
    #[error("{0} CSRCs, at most 15 fit")]
    TooManyCsrcs(usize),
    /// Not a multiple of four octets, or too long.
    #[error("a header extension of {0} octets does not fit")]
    ExtensionLength(usize),
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_g711_packet_as_a_desk_phone_sends_it() {
        let mut datagram = vec![
            0x80, 0x88, 0x12, 0x34, 0, 0, 0, 0xa0, 0xde, 0xad, 0xbe, 0xef,
        ];
        datagram.extend([0xd5; 160]);
        let packet = RtpPacket::parse(&datagram).unwrap();
        assert!(packet.marker());
        assert_eq!(packet.payload_type(), 8);
        assert_eq!(packet.sequence(), 0x1234);
        assert_eq!(packet.timestamp(), 160);
        assert_eq!(packet.ssrc(), 0xdead_beef);
        assert_eq!(packet.payload(), &[0xd5; 160]);
        assert_eq!(packet.extension(), None);
    }

    #[test]
    fn packets_whose_lengths_lie_are_refused() {
        let fixed = |flags: u8| [flags, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1];
        let with = |flags: u8, rest: &[u8]| [&fixed(flags)[..], rest].concat();
        let table: [(Vec<u8>, RtpError); 11] = [
            (vec![], RtpError::TooShort(0)),
            (fixed(0x80)[..11].to_vec(), RtpError::TooShort(11)),
            (with(0x40, &[]), RtpError::Version(1)),
            (with(0xc0, &[]), RtpError::Version(3)),
            (with(0x81, &[0, 0, 0]), RtpError::CsrcsCutOff),
            (with(0x8f, &[0; 59]), RtpError::CsrcsCutOff),
            (with(0x90, &[0xbe, 0xde, 0]), RtpError::ExtensionCutOff),
            (
                with(0x90, &[0xbe, 0xde, 0, 2, 1, 2, 3, 4]),
                RtpError::ExtensionCutOff,
            ),
            (with(0xa0, &[]), RtpError::Padding),
            (with(0xa0, &[9, 9, 0]), RtpError::Padding),
            (with(0xa0, &[9, 9, 4]), RtpError::Padding),
        ];
        for (datagram, why) in table {
            assert_eq!(RtpPacket::parse(&datagram), Err(why), "{datagram:02x?}");
        }
    }

    #[test]
    fn a_packet_that_cannot_be_expressed_is_not_built() {
        let plain = NewRtpPacket::default();
        let csrcs = [0; 16];
        let extension = Extension {
            profile: 0xbede,
            data: &[1, 2, 3],
        };
        let table = [
            (
                NewRtpPacket {
                    payload_type: 128,
                    ..plain
                },
                RtpBuildError::PayloadType(128),
            ),
            (
                NewRtpPacket {
                    csrcs: &csrcs,
                    ..plain
                },
                RtpBuildError::TooManyCsrcs(16),
            ),
            (
                NewRtpPacket {
                    extension: Some(extension),
                    ..plain
                },
                RtpBuildError::ExtensionLength(3),
            ),
        ];
        for (packet, why) in table {
            let mut out = vec![7];
            assert_eq!(packet.write_to(&mut out), Err(why));
            assert_eq!(out, [7]);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_parse_or_are_refused(
            datagram in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            if let Ok(packet) = RtpPacket::parse(&datagram) {
                let extension = packet.extension().map_or(0, |e| 4 + e.data.len());
                let header = 12 + packet.csrcs().len() * 4 + extension;
                let body = packet.payload().len() + usize::from(packet.padding());
                prop_assert_eq!(header + body, datagram.len());
            }
        }

        #[test]
        fn what_is_built_parses_to_the_same(
            marker: bool, payload_type in 0u8..128, sequence: u16, timestamp: u32, ssrc: u32,
            csrcs in proptest::collection::vec(any::<u32>(), 0..=15),
            extension in proptest::option::of(
                (any::<u16>(), proptest::collection::vec(any::<[u8; 4]>(), 0..8))
            ),
            payload in proptest::collection::vec(any::<u8>(), 0..200),
            padding: u8,
        ) {
            let data = extension.as_ref().map(|(_, words)| words.concat());
            let extension = extension.as_ref().zip(data.as_ref())
                .map(|((profile, _), data)| Extension { profile: *profile, data });
            let new = NewRtpPacket {
                marker, payload_type, sequence, timestamp, ssrc,
                csrcs: &csrcs, extension, payload: &payload, padding,
            };
            let mut datagram = Vec::new();
            new.write_to(&mut datagram).unwrap();
            let parsed = RtpPacket::parse(&datagram).unwrap();
            let parsed_csrcs: Vec<u32> = parsed.csrcs().collect();
            prop_assert_eq!(NewRtpPacket {
                marker: parsed.marker(), payload_type: parsed.payload_type(),
                sequence: parsed.sequence(),
                timestamp: parsed.timestamp(), ssrc: parsed.ssrc(), csrcs: &parsed_csrcs,
                extension: parsed.extension(), payload: parsed.payload(), padding: parsed.padding(),
            }, new);
        }
    }
}
