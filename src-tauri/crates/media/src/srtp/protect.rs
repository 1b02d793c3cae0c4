//! Packets we send, protected.

use super::cipher::Cipher;
use super::window::Window;
use super::{MasterKey, Mki, rtp_header_length, rtp_names, ssrc_at};

/// Protects what we send to one phone, all under one SSRC.
#[derive(Debug)]
pub struct Protector {
    cipher: Cipher,
    mki: Option<Mki>,
    /// Of our packets; no index is used twice, as that would give away what both say (RFC 3711
    /// §9.1).
    sent: Option<Window>,
    /// Index of the next report, of 31 bits.
    next_report: u32,
}

impl Protector {
    /// With a key that was never used before.
    #[must_use]
    pub fn new(key: &MasterKey) -> Self {
        Self {
            cipher: Cipher::new(key),
            mki: key.mki,
            sent: None,
            next_report: 1,
        }
    }

    /// Protects the RTP packet in `packet` and says whether it did: never what is no RTP, nor with an
    /// `index` it has used. The lower 16 bits of `index` are the sequence number of the packet; the
    /// bits above count how often that has wrapped since the key was new.
    #[must_use]
    pub fn rtp(&mut self, index: u64, packet: &mut Vec<u8>) -> bool {
        let (Some(header), Some((ssrc, sequence))) = (rtp_header_length(packet), rtp_names(packet))
        else {
            return false;
        };
        debug_assert_eq!(sequence, index as u16, "the index belongs to the packet");
        match &mut self.sent {
            Some(sent) if !sent.is_new(index) => return false,
            Some(sent) => sent.note(index),
            None => self.sent = Some(Window::new(index)),
        }
        self.cipher.protect_rtp(header, ssrc, index, packet);
        if let Some(mki) = self.mki {
            mki.insert(self.cipher.rtp_behind_mki(), packet);
        }
        true
    }

    /// Protects the RTCP compound in `report` and says whether it did: not what is no RTCP.
    #[must_use]
    pub fn rtcp(&mut self, report: &mut Vec<u8>) -> bool {
        let Some(ssrc) = ssrc_at(report, 4) else {
            return false;
        };
        self.cipher.protect_rtcp(ssrc, self.next_report, report);
        if let Some(mki) = self.mki {
            mki.insert(self.cipher.rtcp_behind_mki(), report);
        }
        self.next_report = (self.next_report + 1) & (u32::MAX >> 1);
        true
    }
}
