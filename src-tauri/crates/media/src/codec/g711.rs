//! G.711, µ-law and A-law, between its 8 kHz and the 16 kHz of the graph (ITU-T G.711).

use crate::format::Codec;
use crate::frame::Frame;
use crate::listen;
use crate::signal::resample::{Down, NARROW_SAMPLES, Up};

/// Which of the two laws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Law {
    /// North America and Japan.
    Mu,
    /// Everywhere else.
    A,
}

impl Law {
    pub(super) const fn codec(self) -> Codec {
        match self {
            Law::Mu => Codec::Pcmu,
            Law::A => Codec::Pcma,
        }
    }
}

/// Frames to octets.
#[derive(Debug)]
pub(super) struct Encoder {
    law: Law,
    down: Down,
}

impl Encoder {
    pub(super) const fn new(law: Law) -> Self {
        Self {
            law,
            down: Down::new(),
        }
    }

    pub(super) const fn law(&self) -> Law {
        self.law
    }

    /// One frame, one octet for every two samples.
    pub(super) fn encode(&mut self, frame: &Frame) -> [u8; NARROW_SAMPLES] {
        let narrow = self.down.process(frame);
        match self.law {
            Law::Mu => narrow.map(mu_octet),
            Law::A => narrow.map(a_octet),
        }
    }
}

/// Octets to samples.
#[derive(Debug)]
pub(super) struct Decoder {
    law: Law,
    up: Up,
}

impl Decoder {
    pub(super) const fn new(law: Law) -> Self {
        Self { law, up: Up::new() }
    }

    pub(super) const fn law(&self) -> Law {
        self.law
    }

    /// Appends two samples for every octet.
    pub(super) fn decode(&mut self, octets: &[u8], out: &mut Vec<i16>) {
        let table = match self.law {
            Law::Mu => &MU,
            Law::A => &A,
        };
        for block in octets.chunks(NARROW_SAMPLES) {
            let mut narrow = [0; NARROW_SAMPLES];
            for (sample, octet) in narrow.iter_mut().zip(block) {
                *sample = table[usize::from(*octet)];
            }
            self.up.process(&narrow[..block.len()], out);
        }
    }
}

static MU: [i16; 256] = listen::ULAW;
static A: [i16; 256] = listen::ALAW;

/// The µ-law octet nearest to a sample.
fn mu_octet(sample: i16) -> u8 {
    // 132 more, and the segment is the exponent, the step the top of the mantissa: a float has
    // worked both out, and unlike a search this becomes vectors.
    let magnitude = i32::from(sample).abs().min(32_635) + 132;
    let code = (magnitude as f32).to_bits() >> 19;
    let code = code.wrapping_sub((127 + 7) << 4) as u8;
    !(code | if sample < 0 { 0x80 } else { 0 })
}

/// The A-law octet nearest to a sample.
fn a_octet(sample: i16) -> u8 {
    // Negative values are counted from −1, as in the decision values of the standard.
    let magnitude = i32::from(if sample < 0 { !sample } else { sample });
    let exponential = ((magnitude as f32).to_bits() >> 19).wrapping_sub((127 + 7) << 4);
    // The first segment has no exponent: its steps are as wide as the second's.
    let code = if magnitude < 256 {
        (magnitude >> 4) as u8
    } else {
        exponential as u8
    };
    (code | if sample < 0 { 0 } else { 0x80 }) ^ 0x55
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_comes_back_as_itself() {
        for octet in 0..=255u8 {
            let mu = mu_octet(MU[usize::from(octet)]);
            // µ-law knows a negative nought; linear does not.
            assert_eq!(mu, if octet == 0x7f { 0xff } else { octet });
            assert_eq!(a_octet(A[usize::from(octet)]), octet);
        }
    }

    #[test]
    fn every_sample_becomes_the_value_of_its_step() {
        for sample in i16::MIN..=i16::MAX {
            let exact = i32::from(sample).clamp(-32_635, 32_635);
            let mu = i32::from(MU[usize::from(mu_octet(sample))]);
            // A µ-law value is the middle of its step, and steps double with magnitude + 132.
            let half_step = 1 << (mu.abs() + 132).ilog2() >> 5;
            assert!((mu - exact).abs() <= half_step, "{sample} became {mu}");
            let exact = i32::from(sample);
            let a = i32::from(A[usize::from(a_octet(sample))]);
            let half_step = (1 << a.abs().ilog2() >> 5).max(8);
            assert!((a - exact).abs() <= half_step, "{sample} became {a}");
        }
    }
}
