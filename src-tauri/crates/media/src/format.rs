//! In which form a phone sends and takes sound, as its session description agreed it.

use arrayvec::ArrayVec;

use crate::limits::MAX_RECEIVED_FORMATS;

/// A codec the graph speaks. Everything else (G.729, iLBC …) can only be passed on undecoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Codec {
    /// G.711 µ-law, 8 kHz, 64 kbit/s (RFC 3551 §4.5.14).
    Pcmu,
    /// G.711 A-law, 8 kHz, 64 kbit/s.
    Pcma,
    /// G.722, 16 kHz at 64 kbit/s; its RTP clock says 8,000 for historical reasons (RFC 3551
    /// §4.5.2).
    G722,
    /// Opus in a mono voice setting; RTP clock 48,000 (RFC 7587).
    Opus,
}

impl Codec {
    /// Every codec, the best sound first.
    pub const ALL: [Codec; 4] = [Codec::Opus, Codec::G722, Codec::Pcma, Codec::Pcmu];

    /// The codec of an `a=rtpmap` encoding name, if it is one of ours.
    #[must_use]
    pub fn named(encoding: &str) -> Option<Codec> {
        Self::ALL
            .into_iter()
            .find(|codec| codec.name().eq_ignore_ascii_case(encoding))
    }

    /// Its encoding name in SDP.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Codec::Pcmu => "PCMU",
            Codec::Pcma => "PCMA",
            Codec::G722 => "G722",
            Codec::Opus => "opus",
        }
    }

    /// Its RTP clock in Hz.
    #[must_use]
    pub const fn clock_hz(self) -> u32 {
        match self {
            Codec::Pcmu | Codec::Pcma | Codec::G722 => 8_000,
            Codec::Opus => 48_000,
        }
    }

    /// How far the RTP timestamp advances in 20 ms.
    #[must_use]
    pub const fn ticks_per_frame(self) -> u32 {
        self.clock_hz() / 50
    }
}

/// What was agreed with one phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoundFormat {
    /// What we send: payload type and codec.
    pub send: (u8, Codec),
    /// What it may send us; it may change among them at any packet.
    pub receive: ArrayVec<(u8, Codec), MAX_RECEIVED_FORMATS>,
    /// Payload type of the key presses (RFC 4733) we send it; `None` if it does not know them.
    pub send_digits: Option<u8>,
    /// Payload type of the key presses it sends us.
    pub receive_digits: Option<u8>,
}

impl SoundFormat {
    /// One codec both ways under one payload type, with key presses as type `digits`.
    #[must_use]
    pub fn only(payload_type: u8, codec: Codec, digits: Option<u8>) -> Self {
        Self {
            send: (payload_type, codec),
            receive: ArrayVec::from_iter([(payload_type, codec)]),
            send_digits: digits,
            receive_digits: digits,
        }
    }

    /// The codec of a payload type it sends.
    #[must_use]
    pub fn received_as(&self, payload_type: u8) -> Option<Codec> {
        let known = self.receive.iter().find(|(pt, _)| *pt == payload_type);
        known.map(|(_, codec)| *codec)
    }
}
