//! Naming a source anew in a compound, in its place: for a relay that fits streams into one another.

use super::packet_type;

/// Another name and other numbers for one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renaming {
    /// Its SSRC as written.
    pub from: u32,
    /// Its SSRC as it is to be.
    pub to: u32,
    /// What is added to its RTP timestamps, wrapping.
    pub time: u32,
    /// What is added to its extended sequence numbers, wrapping.
    pub sequence: u32,
}

/// Octets of a report block.
const BLOCK: usize = 24;

impl Renaming {
    /// Renames the one who speaks: in the heads of all packets, in its descriptions and its goodbye.
    /// A compound that is malformed is changed as far as it is not.
    pub fn rename_sender(&self, compound: &mut [u8]) {
        each_packet(compound, |count, kind, packet| match kind {
            packet_type::SENDER_REPORT => {
                if self.rename(packet, 4) {
                    add(packet, 16, self.time);
                }
            }
            packet_type::SOURCE_DESCRIPTION => self.rename_chunks(count, packet),
            packet_type::GOODBYE => {
                for n in 0..count {
                    self.rename(packet, 4 + n * 4);
                }
            }
            _ => {
                self.rename(packet, 4);
            }
        });
    }

    /// Renames one who is heard: in report blocks and feedback.
    /// A compound that is malformed is changed as far as it is not.
    pub fn rename_heard(&self, compound: &mut [u8]) {
        each_packet(compound, |count, kind, packet| {
            let blocks = match kind {
                packet_type::SENDER_REPORT => 28,
                packet_type::RECEIVER_REPORT => 8,
                packet_type::TRANSPORT_FEEDBACK | packet_type::PAYLOAD_FEEDBACK => {
                    self.rename(packet, 8);
                    return;
                }
                _ => return,
            };
            for n in 0..count {
                let at = blocks + n * BLOCK;
                if self.rename(packet, at) {
                    add(packet, at + 8, self.sequence);
                }
            }
        });
    }

    /// The SSRCs of the chunks; each chunk ends with a zero octet and fills its last word.
    fn rename_chunks(&self, count: usize, packet: &mut [u8]) {
        let mut at = 4;
        for _ in 0..count {
            self.rename(packet, at);
            at += 4;
            while packet.get(at).is_some_and(|kind| *kind != 0) {
                let Some(length) = packet.get(at + 1) else {
                    return;
                };
                at += 2 + usize::from(*length);
            }
            at = (at / 4 + 1) * 4;
        }
    }

    fn rename(&self, packet: &mut [u8], at: usize) -> bool {
        let Some(field) = field(packet, at) else {
            return false;
        };
        let is_it = *field == self.from.to_be_bytes();
        if is_it {
            *field = self.to.to_be_bytes();
        }
        is_it
    }
}

/// Goes through the packets: the five bits of each, its type, and all of it.
fn each_packet(compound: &mut [u8], mut change: impl FnMut(usize, u8, &mut [u8])) {
    let mut rest = compound;
    while let Some(&[flags, kind, l0, l1]) = rest.first_chunk() {
        let length = usize::from(u16::from_be_bytes([l0, l1])) * 4 + 4;
        let Some((packet, after)) = rest.split_at_mut_checked(length) else {
            return;
        };
        change(usize::from(flags & 0x1f), kind, packet);
        rest = after;
    }
}

fn field(packet: &mut [u8], at: usize) -> Option<&mut [u8; 4]> {
    packet.get_mut(at..)?.first_chunk_mut()
}

fn add(packet: &mut [u8], at: usize, more: u32) {
    if let Some(field) = field(packet, at) {
        *field = u32::from_be_bytes(*field).wrapping_add(more).to_be_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Compound, CompoundBuilder, ReportBlock, RtcpPacket, SenderInfo};
    use super::*;
    use crate::time::{NtpShort, NtpTime};
    use proptest::prelude::*;
    use std::time::Duration;

    fn compound(speaker: u32, heard: u32) -> Vec<u8> {
        let mut out = Vec::new();
        let block = ReportBlock {
            ssrc: heard,
            fraction_lost: 3,
            cumulative_lost: 4,
            highest_sequence: 70_000,
            jitter: 5,
            last_report: NtpShort(6),
            delay_since_last_report: NtpShort(7),
        };
        let info = SenderInfo {
            ntp: NtpTime::from_unix(Duration::from_secs(1)),
            rtp: 1_000,
            packets: 8,
            octets: 9,
        };
        CompoundBuilder::new(&mut out)
            .sender_report(speaker, info, &[block])
            .and_then(|compound| compound.cname(speaker, "somebody"))
            .and_then(|compound| compound.goodbye(&[speaker], None))
            .unwrap();
        out
    }

    const RENAMING: Renaming = Renaming {
        from: 1,
        to: 2,
        time: 500,
        sequence: 65_536,
    };

    #[test]
    fn who_speaks_has_another_name_everywhere() {
        let mut changed = compound(1, 1);
        RENAMING.rename_sender(&mut changed);
        let read = Compound::parse(&changed).unwrap();
        for packet in read.packets() {
            match packet.unwrap() {
                RtcpPacket::SenderReport(report) => {
                    assert_eq!((report.ssrc, report.info.rtp), (2, 1_500));
                }
                RtcpPacket::SourceDescription(description) => {
                    let names: Vec<u32> = description.chunks().map(|c| c.ssrc).collect();
                    assert_eq!(names, [2]);
                }
                RtcpPacket::Goodbye(goodbye) => {
                    assert_eq!(goodbye.sources().collect::<Vec<_>>(), [2]);
                }
                other => panic!("{other:?}"),
            }
        }
        let block = read.report_blocks().next().unwrap();
        assert_eq!((block.ssrc, block.highest_sequence), (1, 70_000));
    }

    #[test]
    fn who_is_heard_has_another_name_and_other_numbers() {
        let mut changed = compound(1, 1);
        RENAMING.rename_heard(&mut changed);
        let read = Compound::parse(&changed).unwrap();
        assert_eq!(read.sender(), Some(1));
        let block = read.report_blocks().next().unwrap();
        assert_eq!((block.ssrc, block.highest_sequence), (2, 135_536));
        assert_eq!(block.jitter, 5);
    }

    #[test]
    fn others_stay_as_they_are() {
        let before = compound(7, 8);
        let mut changed = before.clone();
        RENAMING.rename_sender(&mut changed);
        RENAMING.rename_heard(&mut changed);
        assert_eq!(changed, before);
    }

    proptest! {
        #[test]
        fn anything_is_survived(mut octets in prop::collection::vec(any::<u8>(), 0..80)) {
            let length = octets.len();
            RENAMING.rename_sender(&mut octets);
            RENAMING.rename_heard(&mut octets);
            prop_assert_eq!(octets.len(), length);
        }
    }
}
