//! Codecs: frames of the graph to payloads and back.
//!
//! An [`Encoder`] and a [`Decoder`] belong to one stream each way: all of these codecs remember
//! what came before. Payloads come from the network and may hold anything; they are refused or
//! heard as noise, never more.

mod g711;
mod g722;
mod opus;

use g711::Law;
use thiserror::Error;

use crate::format::Codec;
use crate::frame::Frame;
pub use crate::limits::{MAX_PACKET_SAMPLES, MAX_PAYLOAD};
use crate::signal::conceal::Concealer;

/// How many of a hundred packets are taken to be lost while nothing is known of it.
const EXPECTED_LOSS: u8 = 10;

/// Turns frames into payloads of 20 ms.
#[derive(Debug)]
pub struct Encoder(Encoding);

#[derive(Debug)]
enum Encoding {
    G711(g711::Encoder),
    G722(g722::Encoder),
    Opus(opus::Encoder),
}

impl Encoder {
    /// An encoder that has heard nothing yet.
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        Self(match codec {
            Codec::Pcmu => Encoding::G711(g711::Encoder::new(Law::Mu)),
            Codec::Pcma => Encoding::G711(g711::Encoder::new(Law::A)),
            Codec::G722 => Encoding::G722(g722::Encoder::new()),
            Codec::Opus => Encoding::Opus(opus::Encoder::new()),
        })
    }

    /// Its codec.
    #[must_use]
    pub const fn codec(&self) -> Codec {
        match &self.0 {
            Encoding::G711(g711) => g711.law().codec(),
            Encoding::G722(_) => Codec::G722,
            Encoding::Opus(_) => Codec::Opus,
        }
    }

    /// How many of a hundred packets are lost on their way, as far as that makes a difference to
    /// the codec: Opus repeats what might be lost.
    pub fn expect_loss(&mut self, percent: u8) {
        if let Encoding::Opus(opus) = &mut self.0 {
            opus.expect_loss(percent);
        }
    }

    /// Encodes 20 ms into the beginning of `out` and says how many octets that took: 160 for
    /// G.711 and G.722, about 60 for Opus.
    pub fn encode(&mut self, frame: &Frame, out: &mut [u8; MAX_PAYLOAD]) -> usize {
        match &mut self.0 {
            Encoding::G711(g711) => put(&g711.encode(frame), out),
            Encoding::G722(g722) => put(&g722.encode(frame), out),
            Encoding::Opus(opus) => opus.encode(frame, out),
        }
    }
}

/// Turns payloads into samples, and makes up what never came.
#[derive(Debug)]
pub struct Decoder(Decoding);

#[derive(Debug)]
enum Decoding {
    G711(g711::Decoder, Concealer),
    G722(g722::Decoder, Concealer),
    Opus(opus::Decoder),
}

impl Decoder {
    /// A decoder that has heard nothing yet.
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        Self(match codec {
            Codec::Pcmu => Decoding::G711(g711::Decoder::new(Law::Mu), Concealer::new()),
            Codec::Pcma => Decoding::G711(g711::Decoder::new(Law::A), Concealer::new()),
            Codec::G722 => Decoding::G722(g722::Decoder::new(), Concealer::new()),
            Codec::Opus => Decoding::Opus(opus::Decoder::new()),
        })
    }

    /// Its codec.
    #[must_use]
    pub const fn codec(&self) -> Codec {
        match &self.0 {
            Decoding::G711(g711, _) => g711.law().codec(),
            Decoding::G722(..) => Codec::G722,
            Decoding::Opus(_) => Codec::Opus,
        }
    }

    /// Appends the 16 kHz samples of one packet to `out`: 2.5 to 120 ms, at most
    /// [`MAX_PACKET_SAMPLES`]. Allocates only if `out` has no room for them.
    ///
    /// # Errors
    /// For a payload that is none of this codec's; nothing is appended then.
    pub fn decode(&mut self, payload: &[u8], out: &mut Vec<i16>) -> Result<(), BadPayload> {
        if payload.is_empty() {
            return Err(BadPayload::Empty);
        }
        let start = out.len();
        match &mut self.0 {
            Decoding::G711(g711, concealer) => {
                g711.decode(within_a_packet(payload)?, out);
                concealer.heard(&mut out[start..]);
            }
            Decoding::G722(g722, concealer) => {
                g722.decode(within_a_packet(payload)?, out);
                concealer.heard(&mut out[start..]);
            }
            Decoding::Opus(opus) => opus.decode(payload, out)?,
        }
        Ok(())
    }

    /// Appends `samples` of sound in place of a packet that never came. G.711 and G.722 go on with
    /// the last pitch period and fade out within 60 ms (G.711 Appendix I). Opus recovers what it
    /// can from `next`, the payload after the lost one, if that has arrived already.
    pub fn conceal(&mut self, samples: usize, next: Option<&[u8]>, out: &mut Vec<i16>) {
        match &mut self.0 {
            Decoding::G711(_, concealer) | Decoding::G722(_, concealer) => {
                concealer.conceal(samples, out);
            }
            Decoding::Opus(opus) => opus.conceal(samples, next, out),
        }
    }
}

/// A payload that is none of the codec's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadPayload {
    /// It holds nothing.
    #[error("the packet holds no sound")]
    Empty,
    /// It holds more than 120 ms.
    #[error("the packet holds {octets} octets, more than 120 ms of sound")]
    TooLong {
        /// How many.
        octets: usize,
    },
    /// It is not Opus.
    #[error("the packet is not Opus")]
    NotOpus,
}

/// Refuses more octets of a codec with 64 kbit/s than fit 120 ms.
fn within_a_packet(octets: &[u8]) -> Result<&[u8], BadPayload> {
    if octets.len() > MAX_PACKET_SAMPLES / 2 {
        return Err(BadPayload::TooLong {
            octets: octets.len(),
        });
    }
    Ok(octets)
}

fn put(octets: &[u8], out: &mut [u8; MAX_PAYLOAD]) -> usize {
    out[..octets.len()].copy_from_slice(octets);
    octets.len()
}

#[cfg(test)]
mod tests;
