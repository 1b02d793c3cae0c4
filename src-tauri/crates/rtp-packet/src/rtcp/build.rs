//! Building RTCP compounds (RFC 3550 §6.1).

use super::packet_type;
use super::report::{ReportBlock, SenderInfo};
use crate::limits::{MAX_RTCP_COUNT, MAX_RTCP_TEXT};

/// Appends the packets of one compound to a buffer. Begin with a report and follow it by the CNAME,
/// as RFC 3550 §6.1 asks.
#[derive(Debug)]
pub struct CompoundBuilder<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> CompoundBuilder<'a> {
    /// A compound that begins at the end of `out`.
    pub const fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out }
    }

    /// Appends a sender report.
    ///
    /// # Errors
    /// [`RtcpBuildError::TooMany`] above [`MAX_RTCP_COUNT`] blocks.
    pub fn sender_report(
        &mut self,
        ssrc: u32,
        info: SenderInfo,
        blocks: &[ReportBlock],
    ) -> Result<&mut Self, RtcpBuildError> {
        self.packet(packet_type::SENDER_REPORT, blocks.len(), |out| {
            out.extend_from_slice(&ssrc.to_be_bytes());
            out.extend_from_slice(&info.ntp.0.to_be_bytes());
            out.extend_from_slice(&info.rtp.to_be_bytes());
            out.extend_from_slice(&info.packets.to_be_bytes());
            out.extend_from_slice(&info.octets.to_be_bytes());
            blocks.iter().for_each(|block| block.write_to(out));
        })
    }

    /// Appends a receiver report.
    ///
    /// # Errors
    /// [`RtcpBuildError::TooMany`] above [`MAX_RTCP_COUNT`] blocks.
    pub fn receiver_report(
        &mut self,
        ssrc: u32,
        blocks: &[ReportBlock],
    ) -> Result<&mut Self, RtcpBuildError> {
        self.packet(packet_type::RECEIVER_REPORT, blocks.len(), |out| {
            out.extend_from_slice(&ssrc.to_be_bytes());
            blocks.iter().for_each(|block| block.write_to(out));
        })
    }

    /// Appends a source description with the one item every source must have, its canonical name.
    ///
    /// # Errors
    /// [`RtcpBuildError::TextTooLong`] above [`MAX_RTCP_TEXT`] octets.
    pub fn cname(&mut self, ssrc: u32, cname: &str) -> Result<&mut Self, RtcpBuildError> {
        const CNAME: u8 = 1;
        let length = text_length(cname)?;
        self.packet(packet_type::SOURCE_DESCRIPTION, 1, |out| {
            out.extend_from_slice(&ssrc.to_be_bytes());
            out.extend_from_slice(&[CNAME, length]);
            out.extend_from_slice(cname.as_bytes());
            out.push(0);
        })
    }

    /// Appends a BYE for these sources.
    ///
    /// # Errors
    /// [`RtcpBuildError::TooMany`] above [`MAX_RTCP_COUNT`] sources,
    /// [`RtcpBuildError::TextTooLong`] above [`MAX_RTCP_TEXT`] octets of reason.
    pub fn goodbye(
        &mut self,
        sources: &[u32],
        reason: Option<&str>,
    ) -> Result<&mut Self, RtcpBuildError> {
        let length = reason.map(text_length).transpose()?;
        self.packet(packet_type::GOODBYE, sources.len(), |out| {
            for source in sources {
                out.extend_from_slice(&source.to_be_bytes());
            }
            if let (Some(length), Some(reason)) = (length, reason) {
                out.push(length);
                out.extend_from_slice(reason.as_bytes());
            }
        })
    }

    fn packet(
        &mut self,
        packet_type: u8,
        count: usize,
        write_body: impl FnOnce(&mut Vec<u8>),
    ) -> Result<&mut Self, RtcpBuildError> {
        if count > MAX_RTCP_COUNT {
            return Err(RtcpBuildError::TooMany(count));
        }
        let start = self.out.len();
        self.out
            .extend_from_slice(&[0x80 | count as u8, packet_type, 0, 0]);
        write_body(self.out);
        let words = (self.out.len() - start).div_ceil(4);
        self.out.resize(start + words * 4, 0);
        // At most 31 blocks of six words or 64 words of text, so the 16-bit length field always has
        // room.
        if let Some(length) = self.out.get_mut(start + 2..start + 4) {
            length.copy_from_slice(&((words - 1) as u16).to_be_bytes());
        }
        Ok(self)
    }
}

fn text_length(text: &str) -> Result<u8, RtcpBuildError> {
    u8::try_from(text.len()).map_err(|_| RtcpBuildError::TextTooLong(text.len()))
}

/// Why an RTCP packet cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RtcpBuildError {
    /// More blocks or sources than the header can count.
    #[error("{0} entries, at most {MAX_RTCP_COUNT} fit into one RTCP packet")]
    TooMany(usize),
    /// A text longer than its length field can say.
    #[error("a text of {0} octets, at most {MAX_RTCP_TEXT} fit")]
    TextTooLong(usize),
}
