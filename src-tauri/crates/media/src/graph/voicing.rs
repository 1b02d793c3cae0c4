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
    payload: [u8; MAX_PAYLOAD],
}

impl Voicing {
    pub(super) fn new() -> Self {
        Self {
            own: None,
            alike: ALIKE_AFTER,
            shares: false,
            payload: [0; MAX_PAYLOAD],
        }
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
        own.encode(frame, &mut self.payload)
    }
}
