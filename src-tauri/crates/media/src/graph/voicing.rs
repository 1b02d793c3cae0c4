//! Our sound to one phone as payloads: encoded for it alone, or taken from what many hear.

use super::shared::Shared;
use crate::codec::{Encoder, MAX_PAYLOAD};
use crate::format::Codec;
use crate::frame::Frame;

/// Frames its own encoder goes on with the sound of many before theirs takes over. Encoders
/// remember what they said, and so do decoders: only after the same sound for a while do two
/// encoders remember the same, and the change is not heard as a burst.
const ALIKE_AFTER: u32 = 25;

/// One phone's encoder.
#[derive(Debug)]
pub(super) struct Voicing {
    /// None until it hears something nobody else does.
    own: Option<Encoder>,
    /// Frames for which its own encoder said what many hear.
    alike: u32,
    /// The frame before came from the encoder of many.
    shares: bool,
    /// How many of a hundred packets the phone has missed of late.
    loss: u8,
    payload: [u8; MAX_PAYLOAD],
}

impl Voicing {
    pub(super) fn new() -> Self {
        Self {
            own: None,
            alike: ALIKE_AFTER,
            shares: false,
            loss: 0,
            payload: [0; MAX_PAYLOAD],
        }
    }

    /// The phone reports which share of the packets it missed. Loss comes in bursts: what was
    /// expected is forgotten by a quarter with each report.
    pub(super) fn hears_of_loss(&mut self, share: f32) {
        let percent = (share.clamp(0.0, 1.0) * 100.0).ceil() as u8;
        self.loss = percent.max(self.loss - self.loss.div_ceil(4));
    }

    /// What many hear.
    pub(super) fn shared<'a>(&'a mut self, codec: Codec, shared: &'a mut Shared) -> &'a [u8] {
        if self.alike < ALIKE_AFTER {
            // Theirs must go on too, even if nobody else listens.
            shared.payload(codec);
            let alike = self.alike + 1;
            let octets = self.encode(codec, shared.frame());
            self.alike = alike;
            return &self.payload[..octets];
        }
        self.shares = true;
        shared.payload(codec)
    }

    /// What it alone hears.
    pub(super) fn own(&mut self, codec: Codec, frame: &Frame) -> &[u8] {
        self.shares = false;
        let octets = self.encode(codec, frame);
        &self.payload[..octets]
    }

    /// It hears what many hear no more: its own encoder hears what theirs has said of late, so that
    /// it goes on from there.
    pub(super) fn leave_shared(&mut self, codec: Codec, of_late: &[Frame]) {
        if std::mem::take(&mut self.shares) {
            for frame in of_late {
                self.encode(codec, frame);
            }
        }
    }

    fn encode(&mut self, codec: Codec, frame: &Frame) -> usize {
        self.alike = 0;
        let own = self.own.take().filter(|own| own.codec() == codec);
        let own = self.own.insert(own.unwrap_or_else(|| Encoder::new(codec)));
        own.expect_loss(self.loss);
        own.encode(frame, &mut self.payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::made_voice;

    /// Packets that carry a copy of the one before: the second bit of their sound says so (RFC 6716
    /// §4.2.3 and §4.2.4, one channel and 20 ms).
    fn copies(voicing: &mut Voicing, voice: &[Frame]) -> usize {
        let carries = |frame: &&Frame| voicing.own(Codec::Opus, frame)[1] & 0x40 != 0;
        voice.iter().filter(carries).count()
    }

    #[test]
    fn what_might_be_lost_is_sent_twice_only_while_something_is() {
        let voice = made_voice::voice(2, 1);
        let voice = voice.as_chunks().0;
        let mut clean = Voicing::new();
        let mut lossy = Voicing::new();
        lossy.hears_of_loss(0.1);
        assert_eq!(copies(&mut clean, voice), 0);
        assert!(copies(&mut lossy, voice) > 20);
        for _ in 0..10 {
            lossy.hears_of_loss(0.0);
        }
        assert_eq!(lossy.loss, 0);
        lossy.hears_of_loss(0.004);
        assert_eq!(lossy.loss, 1);
    }
}
