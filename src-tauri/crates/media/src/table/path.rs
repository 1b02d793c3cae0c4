//! The path of one packet: who has sent it, where it goes, and why not.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rtp_packet::rtcp::Compound;
use rtp_packet::{PacketKind, RtpPacket};

use super::outgoing::Written;
use super::party::Protected;
use super::{Purpose, SocketUse, StreamTable, Wired};
use crate::limits::ECHO_PACKETS_PER_SECOND;
use crate::ports::SocketId;

/// What to do with a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forward<'a> {
    /// Send this from this socket to this address.
    To {
        /// Our socket towards the other phone.
        socket: SocketId,
        /// The other phone.
        to: SocketAddr,
        /// The datagram that came, or what has become of it: encrypted, or fitted in behind what
        /// the phone was sent before.
        datagram: &'a [u8],
    },
    /// The graph has taken it.
    Taken,
    /// Forget it.
    Drop(DropReason),
}

/// Why a datagram is not passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DropReason {
    /// No stream uses the socket.
    NoStream,
    /// Nobody vouched for its source.
    Stranger,
    /// Its host is vouched for, but the stream has yet to prove itself.
    OnProbation,
    /// It looks like RTP or RTCP and is neither.
    Malformed,
    /// STUN, which plain RTP has no use for.
    Stun,
    /// DTLS, which plain RTP has no use for.
    Dtls,
    /// No protocol known on media ports.
    UnknownProtocol,
    /// RTCP on the RTP port though rtcp-mux was not agreed, or RTP on the RTCP port.
    WrongPort,
    /// One of the two has media in this direction on hold.
    OnHold,
    /// The other phone's address is not known yet, or there is no other phone.
    FarSideUnknown,
    /// More is to be echoed than any phone sends.
    TooFast,
    /// The office itself speaks to the other phone.
    OfficeSpeaks,
    /// Nobody with the key that was agreed on has made it.
    NotAuthentic,
    /// It is encrypted and was there already.
    Replayed,
    /// It comes too late to be fitted in where it belongs.
    TooLate,
}

impl DropReason {
    /// All reasons, for reports.
    pub const ALL: [Self; 15] = [
        Self::NoStream,
        Self::Stranger,
        Self::OnProbation,
        Self::Malformed,
        Self::Stun,
        Self::Dtls,
        Self::UnknownProtocol,
        Self::WrongPort,
        Self::OnHold,
        Self::FarSideUnknown,
        Self::TooFast,
        Self::OfficeSpeaks,
        Self::NotAuthentic,
        Self::Replayed,
        Self::TooLate,
    ];
}

/// How many packets were echoed in the second at hand.
#[derive(Debug)]
pub(super) struct Pace {
    since: Instant,
    packets: u32,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            since: now,
            packets: 0,
        }
    }

    fn allows(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.since) >= Duration::from_secs(1) {
            *self = Self::new(now);
        }
        self.packets += 1;
        self.packets <= ECHO_PACKETS_PER_SECOND
    }
}

/// Where a packet goes, and where what is sent is found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path {
    pub(super) socket: SocketId,
    pub(super) to: SocketAddr,
    pub(super) found: Found,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Found {
    /// The datagram as it came.
    AsItCame,
    /// Decrypted.
    Read,
    /// Made anew.
    Written,
}

impl StreamTable {
    pub(super) fn route(
        &mut self,
        now: Instant,
        socket: SocketId,
        from: SocketAddr,
        datagram: &[u8],
    ) -> Result<Option<Path>, DropReason> {
        let socket = self.sockets.get(socket.0 as usize).copied().flatten();
        let SocketUse { stream, purpose } = socket.ok_or(DropReason::NoStream)?;
        let key = stream as usize;
        let stream = self.streams.get(key).ok_or(DropReason::NoStream)?;
        let path = match (PacketKind::of(datagram), purpose) {
            (PacketKind::Rtp, Purpose::Rtp) => self.pass_rtp(now, key, from, datagram),
            (PacketKind::Rtcp, Purpose::Rtcp) => self.pass_rtcp(now, key, from, datagram, false),
            (PacketKind::Rtcp, Purpose::Rtp) if stream.party.muxes_rtcp() => {
                self.pass_rtcp(now, key, from, datagram, true)
            }
            (PacketKind::Rtp | PacketKind::Rtcp, _) => Err(DropReason::WrongPort),
            (PacketKind::Stun, _) => Err(DropReason::Stun),
            (PacketKind::Dtls, _) => Err(DropReason::Dtls),
            (PacketKind::Zrtp | PacketKind::TurnChannel | PacketKind::Unknown, _) => {
                Err(DropReason::UnknownProtocol)
            }
        };
        if let Some(stream) = self.streams.get_mut(key)
            && stream.party.has_news()
        {
            stream.tell_news(&mut self.events);
        }
        path
    }

    fn pass_rtp(
        &mut self,
        now: Instant,
        key: usize,
        from: SocketAddr,
        datagram: &[u8],
    ) -> Result<Option<Path>, DropReason> {
        let sender = self.streams.get_mut(key).ok_or(DropReason::NoStream)?;
        let encrypted = sender.party.is_encrypted();
        let datagram = if encrypted {
            let read = &mut self.read;
            sender
                .party
                .unprotect(from, Protected::Sound, datagram, read)?;
            &self.read[..]
        } else {
            datagram
        };
        let packet = RtpPacket::parse(datagram).map_err(|_| DropReason::Malformed)?;
        sender.party.hear_rtp(now, from, &packet)?;
        let direction = sender.party.direction();
        if !direction.sends() {
            return Err(DropReason::OnHold);
        }
        let listens = self.graph.listens(sender.id);
        if listens {
            self.graph.on_rtp(now, sender.id, &packet);
        }
        let (receiver, to) = match &mut sender.wired {
            Wired::Graph => return Ok(None),
            Wired::Nothing if listens => return Ok(None),
            Wired::Nothing => return Err(DropReason::FarSideUnknown),
            Wired::Echo(_) if !direction.receives() => return Err(DropReason::OnHold),
            Wired::Echo(pace) => match pace.allows(now) {
                // Believed: `from` is the source in use and nobody else's address.
                true => (sender, Some(from)),
                false => return Err(DropReason::TooFast),
            },
            Wired::Relay(other) => {
                let other = *other;
                let receiver = self.streams.get_mut(other);
                let receiver = receiver.ok_or(DropReason::FarSideUnknown)?;
                if !receiver.party.direction().receives() {
                    return Err(DropReason::OnHold);
                }
                if self.graph.speaks(receiver.id) {
                    return Err(DropReason::OfficeSpeaks);
                }
                let to = receiver.party.rtp_destination();
                (receiver, to)
            }
        };
        let to = to.ok_or(DropReason::FarSideUnknown)?;
        let party = &mut receiver.party;
        let clock_hz = party.clock_hz();
        let written = &mut self.written;
        let written = party.outgoing.write_rtp(now, clock_hz, datagram, written);
        Ok(Some(Path {
            socket: party.local.rtp_socket(),
            to,
            found: match written.map_err(|_| DropReason::TooLate)? {
                Written::Anew => Found::Written,
                Written::AsItIs if encrypted => Found::Read,
                Written::AsItIs => Found::AsItCame,
            },
        }))
    }

    /// RTCP flows whatever the direction of the media (RFC 3264 §5.1).
    fn pass_rtcp(
        &mut self,
        now: Instant,
        key: usize,
        from: SocketAddr,
        datagram: &[u8],
        muxed: bool,
    ) -> Result<Option<Path>, DropReason> {
        let sender = self.streams.get_mut(key).ok_or(DropReason::NoStream)?;
        let report = &mut self.written;
        if sender.party.is_encrypted() {
            sender
                .party
                .unprotect(from, Protected::Report, datagram, report)?;
        } else {
            report.clear();
            report.extend_from_slice(datagram);
        }
        Compound::parse(report).map_err(|_| DropReason::Malformed)?;
        sender.party.judge_rtcp(now, from, muxed)?;
        sender.party.outgoing.read_rtcp(report);
        let other = match sender.wired {
            Wired::Relay(other) => other,
            Wired::Graph | Wired::Nothing => {
                self.graph.on_rtcp(now, sender.id, report);
                return Ok(None);
            }
            Wired::Echo(_) => return Err(DropReason::FarSideUnknown),
        };
        let Some((sender, receiver)) = self.streams.get2_mut(key, other) else {
            return Err(DropReason::FarSideUnknown);
        };
        let compound = Compound::parse(report).map_err(|_| DropReason::Malformed)?;
        let heard = receiver.party.ssrc();
        sender.party.hear_reports(now, &compound, heard);
        let path = receiver.party.rtcp_path();
        let (socket, to) = path.ok_or(DropReason::FarSideUnknown)?;
        receiver.party.note_passed_on(now, &compound);
        let written = receiver.party.outgoing.write_rtcp(report);
        written.map_err(|_| DropReason::TooLate)?;
        Ok(Some(Path {
            socket,
            to,
            found: Found::Written,
        }))
    }
}
