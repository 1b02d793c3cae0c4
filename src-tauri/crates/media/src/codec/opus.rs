//! Opus by libopus: mono voice at 16 kHz, about 24 kbit/s (RFC 6716, RFC 7587).

use opus::{Application, Bitrate, Channels};

use super::BadPayload;
use crate::frame::{Frame, SAMPLE_RATE};
use crate::limits::{MAX_PACKET_SAMPLES, MAX_PAYLOAD};

/// Bits a second: wide band voice is clear from about 20,000 on. Where packets are lost, the rest
/// carries the copy of the packet before (in-band FEC).
const BIT_RATE: i32 = 24_000;

/// Of 10. Above it, twice the work cannot be heard in speech; 3 would save a fifth of the work, and
/// a third of an octave of speech then differs by 1.7 dB from what was said instead of 1.2.
const COMPLEXITY: i32 = 5;

/// The finest step libopus makes up or leaves out, 2.5 ms.
const FINEST_SAMPLES: usize = (SAMPLE_RATE / 400) as usize;

/// Frames to packets.
#[derive(Debug)]
pub(super) struct Encoder {
    encoder: opus::Encoder,
    /// In percent.
    expected_loss: u8,
}

impl Encoder {
    pub(super) fn new() -> Self {
        let ready = || {
            let mut encoder = opus::Encoder::new(SAMPLE_RATE, Channels::Mono, Application::Voip)?;
            encoder.set_bitrate(Bitrate::Bits(BIT_RATE))?;
            encoder.set_complexity(COMPLEXITY)?;
            encoder.set_inband_fec(true)?;
            encoder.set_packet_loss_perc(super::EXPECTED_LOSS.into())?;
            encoder.set_dtx(false)?;
            Ok::<_, opus::Error>(encoder)
        };
        let encoder = ready();
        Self {
            encoder: encoder.expect("libopus takes 16 kHz mono voice and these settings"),
            expected_loss: super::EXPECTED_LOSS,
        }
    }

    /// Copies of the packet before take a fifth of the bits and more than a quarter of the work:
    /// none are made where nothing is lost.
    pub(super) fn expect_loss(&mut self, percent: u8) {
        if percent != self.expected_loss {
            self.expected_loss = percent;
            // Of a share of 100 there is nothing to refuse.
            let _ = self.encoder.set_packet_loss_perc(percent.min(100).into());
        }
    }

    /// One packet of 20 ms; its length.
    pub(super) fn encode(&mut self, frame: &Frame, out: &mut [u8; MAX_PAYLOAD]) -> usize {
        // libopus fits the frame into whatever room there is, so this is far from failing.
        self.encoder.encode(frame, out).unwrap_or(0)
    }
}

/// Packets to samples.
#[derive(Debug)]
pub(super) struct Decoder(opus::Decoder);

impl Decoder {
    pub(super) fn new() -> Self {
        let decoder = opus::Decoder::new(SAMPLE_RATE, Channels::Mono);
        Self(decoder.expect("libopus gives 16 kHz mono"))
    }

    /// Appends the samples of a packet, which is not empty.
    pub(super) fn decode(&mut self, packet: &[u8], out: &mut Vec<i16>) -> Result<(), BadPayload> {
        let mut samples = [0; MAX_PACKET_SAMPLES];
        let decoded = self.0.decode(packet, &mut samples, false);
        let decoded = decoded.map_err(|_| BadPayload::NotOpus)?;
        out.extend_from_slice(&samples[..decoded]);
        Ok(())
    }

    /// Appends what `next` says of the packet before it, or what the last one lets expect.
    pub(super) fn conceal(&mut self, samples: usize, next: Option<&[u8]>, out: &mut Vec<i16>) {
        let mut left = samples;
        while left > 0 {
            let block = left.min(MAX_PACKET_SAMPLES);
            let mut made = [0; MAX_PACKET_SAMPLES];
            let room = &mut made[..block.next_multiple_of(FINEST_SAMPLES)];
            let is_last = block == left;
            let recovered = match next {
                Some(packet) if is_last && !packet.is_empty() => {
                    self.0.decode(packet, room, true).is_ok()
                }
                _ => false,
            };
            if !recovered && self.0.decode(&[], room, false).is_err() {
                room.fill(0);
            }
            out.extend_from_slice(&made[..block]);
            left -= block;
        }
    }
}
