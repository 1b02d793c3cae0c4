//! RTCP (RFC 3550 §6): compound packets, read in place.

mod application;
mod build;
mod description;
mod feedback;
mod goodbye;
mod rename;
mod report;

pub use application::ApplicationDefined;
pub use build::{CompoundBuilder, RtcpBuildError};
pub use description::{DescriptionChunk, DescriptionItem, ItemKind, SourceDescription};
pub use feedback::{Feedback, FeedbackKind};
pub use goodbye::Goodbye;
pub use rename::Renaming;
pub use report::{ReceiverReport, ReportBlock, SenderInfo, SenderReport};

use crate::limits::MAX_COMPOUND_PACKETS;

/// The packets of one RTCP datagram. Their framing is checked by [`Compound::parse`], their insides
/// when iterated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compound<'a> {
    datagram: &'a [u8],
}

impl<'a> Compound<'a> {
    /// Checks what RFC 3550 A.2 asks of a compound: version 2, lengths that fill the datagram
    /// exactly, padding in the last packet only. The first packet may be of any type, as
    /// reduced-size RTCP allows (RFC 5506).
    ///
    /// # Errors
    /// [`RtcpError`] says what is wrong with the framing.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, RtcpError> {
        let mut rest = datagram;
        let mut count = 0;
        loop {
            let (packet, after) = Framed::split_off(rest)?;
            count += 1;
            if packet.padded && !after.is_empty() {
                return Err(RtcpError::PaddingBeforeEnd);
            }
            if after.is_empty() {
                return Ok(Self { datagram });
            }
            if count == MAX_COMPOUND_PACKETS {
                return Err(RtcpError::TooManyPackets);
            }
            rest = after;
        }
    }

    /// The packets in order. One that is malformed inside is an error; the ones after it are still
    /// given.
    pub fn packets(&self) -> impl Iterator<Item = Result<RtcpPacket<'a>, RtcpError>> + use<'a> {
        let mut rest = self.datagram;
        std::iter::from_fn(move || {
            let (packet, after) = Framed::split_off(rest).ok()?;
            rest = after;
            Some(packet.read())
        })
    }

    /// The report blocks of all sender and receiver reports.
    pub fn report_blocks(&self) -> impl Iterator<Item = ReportBlock> + use<'a> {
        self.packets().flatten().flat_map(|packet| {
            let blocks = match packet {
                RtcpPacket::SenderReport(report) => report.blocks,
                RtcpPacket::ReceiverReport(report) => report.blocks,
                _ => &[],
            };
            blocks.iter().map(ReportBlock::read)
        })
    }

    /// Who sent this: the SSRC of the first packet that names its sender.
    #[must_use]
    pub fn sender(&self) -> Option<u32> {
        self.packets().flatten().find_map(|packet| match packet {
            RtcpPacket::SenderReport(report) => Some(report.ssrc),
            RtcpPacket::ReceiverReport(report) => Some(report.ssrc),
            RtcpPacket::Feedback(feedback) => Some(feedback.sender),
            RtcpPacket::SourceDescription(_)
            | RtcpPacket::Goodbye(_)
            | RtcpPacket::ApplicationDefined(_)
            | RtcpPacket::Other { .. } => None,
        })
    }
}

/// One packet of a compound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RtcpPacket<'a> {
    /// From one who sends media (type 200).
    SenderReport(SenderReport<'a>),
    /// From one who only receives (type 201).
    ReceiverReport(ReceiverReport<'a>),
    /// Names of sources (type 202).
    SourceDescription(SourceDescription<'a>),
    /// Sources that leave (type 203).
    Goodbye(Goodbye<'a>),
    /// An application's own (type 204).
    ApplicationDefined(ApplicationDefined<'a>),
    /// Feedback of RFC 4585 (types 205 and 206), its content unread.
    Feedback(Feedback<'a>),
    /// Any other type, unread.
    Other {
        /// The packet type.
        packet_type: u8,
        /// Everything after the four octets of the common header.
        body: &'a [u8],
    },
}

/// Why a datagram is no RTCP compound, or a packet in it not what its type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RtcpError {
    /// The datagram ends inside a packet, or is empty.
    #[error("an RTCP packet is cut off")]
    CutOff,
    /// The version is not 2.
    #[error("RTCP version {0}, not 2")]
    Version(u8),
    /// A packet before the last has padding.
    #[error("padding in an RTCP packet that is not the last")]
    PaddingBeforeEnd,
    /// The padding count is zero or more than there is.
    #[error("the padding count does not fit the RTCP packet")]
    Padding,
    /// More than [`MAX_COMPOUND_PACKETS`] packets in one datagram.
    #[error("more RTCP packets in one datagram than anyone sends")]
    TooManyPackets,
    /// The count in the header promises more than the packet of this type holds.
    #[error("an RTCP packet of type {packet_type} is shorter than its count says")]
    TooShort {
        /// The packet type.
        packet_type: u8,
    },
}

/// Packet types (RFC 3550 §12.1, RFC 4585 §6.1).
mod packet_type {
    pub const SENDER_REPORT: u8 = 200;
    pub const RECEIVER_REPORT: u8 = 201;
    pub const SOURCE_DESCRIPTION: u8 = 202;
    pub const GOODBYE: u8 = 203;
    pub const APPLICATION_DEFINED: u8 = 204;
    pub const TRANSPORT_FEEDBACK: u8 = 205;
    pub const PAYLOAD_FEEDBACK: u8 = 206;
}

/// One packet cut out of its compound.
struct Framed<'a> {
    padded: bool,
    /// The five bits whose meaning depends on the type: a count, a subtype or a format.
    count: u8,
    packet_type: u8,
    /// What follows the common header, without padding.
    body: &'a [u8],
}

impl<'a> Framed<'a> {
    fn split_off(datagram: &'a [u8]) -> Result<(Self, &'a [u8]), RtcpError> {
        let Some((&[flags, packet_type, l0, l1], rest)) = datagram.split_first_chunk() else {
            return Err(RtcpError::CutOff);
        };
        if flags >> 6 != 2 {
            return Err(RtcpError::Version(flags >> 6));
        }
        let length = usize::from(u16::from_be_bytes([l0, l1])) * 4;
        let Some((mut body, after)) = rest.split_at_checked(length) else {
            return Err(RtcpError::CutOff);
        };
        let padded = flags & 0x20 != 0;
        if padded {
            let padding = usize::from(body.last().copied().unwrap_or(0));
            body = match body.len().checked_sub(padding) {
                Some(kept) if padding > 0 => body.get(..kept).unwrap_or_default(),
                _ => return Err(RtcpError::Padding),
            };
        }
        let packet = Self {
            padded,
            count: flags & 0x1f,
            packet_type,
            body,
        };
        Ok((packet, after))
    }

    fn read(&self) -> Result<RtcpPacket<'a>, RtcpError> {
        let Self {
            count,
            packet_type,
            body,
            ..
        } = *self;
        let packet = match packet_type {
            packet_type::SENDER_REPORT => {
                SenderReport::read(count, body).map(RtcpPacket::SenderReport)
            }
            packet_type::RECEIVER_REPORT => {
                ReceiverReport::read(count, body).map(RtcpPacket::ReceiverReport)
            }
            packet_type::SOURCE_DESCRIPTION => {
                SourceDescription::read(count, body).map(RtcpPacket::SourceDescription)
            }
            packet_type::GOODBYE => Goodbye::read(count, body).map(RtcpPacket::Goodbye),
            packet_type::APPLICATION_DEFINED => {
                ApplicationDefined::read(count, body).map(RtcpPacket::ApplicationDefined)
            }
            packet_type::TRANSPORT_FEEDBACK => {
                Feedback::read(FeedbackKind::Transport, count, body).map(RtcpPacket::Feedback)
            }
            packet_type::PAYLOAD_FEEDBACK => {
                Feedback::read(FeedbackKind::Payload, count, body).map(RtcpPacket::Feedback)
            }
            _ => Some(RtcpPacket::Other { packet_type, body }),
        };
        packet.ok_or(RtcpError::TooShort { packet_type })
    }
}

/// Takes a big-endian 32-bit number off the front.
fn take_u32(body: &[u8]) -> Option<(u32, &[u8])> {
    let (bytes, rest) = body.split_first_chunk()?;
    Some((u32::from_be_bytes(*bytes), rest))
}

#[cfg(test)]
mod tests;
