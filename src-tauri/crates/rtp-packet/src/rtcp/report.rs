//! Sender and receiver reports (RFC 3550 §6.4).

use super::take_u32;
use crate::time::{NtpShort, NtpTime};

/// What one who sends media says: what it sent, and how it hears others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderReport<'a> {
    /// The sender.
    pub ssrc: u32,
    /// What it sent.
    pub info: SenderInfo,
    pub(super) blocks: &'a [[u8; 24]],
}

/// What one who only listens says: how it hears others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiverReport<'a> {
    /// The listener.
    pub ssrc: u32,
    pub(super) blocks: &'a [[u8; 24]],
}

/// The sender's half of a sender report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderInfo {
    /// Wall-clock time of this report.
    pub ntp: NtpTime,
    /// The same moment in RTP timestamp units.
    pub rtp: u32,
    /// RTP packets sent so far.
    pub packets: u32,
    /// Payload octets sent so far.
    pub octets: u32,
}

/// How one source is heard (RFC 3550 §6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportBlock {
    /// The source that is reported on.
    pub ssrc: u32,
    /// Share of packets lost since the last report, in 1/256.
    pub fraction_lost: u8,
    /// Packets lost in all; 24 bits with sign, negative when duplicates outnumber losses.
    pub cumulative_lost: i32,
    /// Extended highest sequence number received.
    pub highest_sequence: u32,
    /// Interarrival jitter in RTP timestamp units.
    pub jitter: u32,
    /// Middle of the NTP time of the last sender report received from the source; 0 if none was.
    pub last_report: NtpShort,
    /// How long ago that was.
    pub delay_since_last_report: NtpShort,
}

impl<'a> SenderReport<'a> {
    pub(super) fn read(count: u8, body: &'a [u8]) -> Option<Self> {
        let (ssrc, body) = take_u32(body)?;
        let (ntp, body) = body.split_first_chunk()?;
        let (rtp, body) = take_u32(body)?;
        let (packets, body) = take_u32(body)?;
        let (octets, body) = take_u32(body)?;
        let ntp = NtpTime(u64::from_be_bytes(*ntp));
        Some(Self {
            ssrc,
            info: SenderInfo {
                ntp,
                rtp,
                packets,
                octets,
            },
            blocks: take_blocks(count, body)?,
        })
    }

    /// How it hears others. Profile-specific extensions after the blocks are passed over.
    pub fn blocks(&self) -> impl ExactSizeIterator<Item = ReportBlock> + use<'a> {
        self.blocks.iter().map(ReportBlock::read)
    }
}

impl<'a> ReceiverReport<'a> {
    pub(super) fn read(count: u8, body: &'a [u8]) -> Option<Self> {
        let (ssrc, body) = take_u32(body)?;
        Some(Self {
            ssrc,
            blocks: take_blocks(count, body)?,
        })
    }

    /// How it hears others. Profile-specific extensions after the blocks are passed over.
    pub fn blocks(&self) -> impl ExactSizeIterator<Item = ReportBlock> + use<'a> {
        self.blocks.iter().map(ReportBlock::read)
    }
}

impl ReportBlock {
    pub(super) fn read(bytes: &[u8; 24]) -> Self {
        let [
            s0,
            s1,
            s2,
            s3,
            fraction_lost,
            l0,
            l1,
            l2,
            h0,
            h1,
            h2,
            h3,
            j0,
            j1,
            j2,
            j3,
            r0,
            r1,
            r2,
            r3,
            d0,
            d1,
            d2,
            d3,
        ] = *bytes;
        Self {
            ssrc: u32::from_be_bytes([s0, s1, s2, s3]),
            fraction_lost,
            // Shifting down from the top carries the sign of the 24-bit number.
            cumulative_lost: i32::from_be_bytes([l0, l1, l2, 0]) >> 8,
            highest_sequence: u32::from_be_bytes([h0, h1, h2, h3]),
            jitter: u32::from_be_bytes([j0, j1, j2, j3]),
            last_report: NtpShort(u32::from_be_bytes([r0, r1, r2, r3])),
            delay_since_last_report: NtpShort(u32::from_be_bytes([d0, d1, d2, d3])),
        }
    }

    pub(super) fn write_to(&self, out: &mut Vec<u8>) {
        // RFC 3550 A.3: a loss beyond 24 bits stays at the limit instead of wrapping.
        let lost = self.cumulative_lost.clamp(-0x80_0000, 0x7f_ffff);
        let [_, l0, l1, l2] = lost.to_be_bytes();
        out.extend_from_slice(&self.ssrc.to_be_bytes());
        out.extend_from_slice(&[self.fraction_lost, l0, l1, l2]);
        out.extend_from_slice(&self.highest_sequence.to_be_bytes());
        out.extend_from_slice(&self.jitter.to_be_bytes());
        out.extend_from_slice(&self.last_report.0.to_be_bytes());
        out.extend_from_slice(&self.delay_since_last_report.0.to_be_bytes());
    }
}

fn take_blocks(count: u8, body: &[u8]) -> Option<&[[u8; 24]]> {
    body.as_chunks().0.get(..usize::from(count))
}
