//! Where a party's packets really come from: learned once, guarded (RFC 7362, and the lessons of
//! RTP bleed).
//!
//! A packet is believed only if signalling vouched for its source. The signalled address needs no
//! proof and takes over from any other. Another port of a vouched host must first show a few
//! packets of one even stream, and none of those but the last is passed on. A source so learned is
//! kept until signalling changes or it falls silent, and even then only its own host may succeed
//! it. An attacker on the party's own host (or behind its own NAT) who speaks before the party does
//! is beyond plain RTP; that takes SRTP, where every packet proves itself: there a vouched host's
//! first packet is enough, and it takes over at once when its router gives it another port.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use rtp_packet::RtpPacket;

use crate::command::{Learning, Signalled};
use crate::limits::{
    LEARNING_CANDIDATES, LEARNING_GAP, LEARNING_PACKETS, LEARNING_WINDOW, RTCP_SOURCE_SILENT,
    SOURCE_SILENT,
};

/// Whether a packet is believed to be the party's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It comes from the source in use.
    Believed,
    /// It proves a new source, which is in use from this packet on.
    Learned,
    /// Its host is vouched for, but the stream has yet to prove itself.
    OnProbation,
    /// Nobody vouches for it.
    Stranger,
}

/// The RTP source of one party.
#[derive(Debug, Default)]
pub(super) struct RtpSource {
    in_use: Option<InUse>,
    candidates: [Option<Candidate>; LEARNING_CANDIDATES],
}

/// The RTCP source of one party.
#[derive(Debug, Default)]
pub(super) struct RtcpSource {
    in_use: Option<InUse>,
}

#[derive(Debug, Clone, Copy)]
struct InUse {
    at: SocketAddr,
    last_heard: Instant,
}

/// A source on a vouched host that may turn out to be the party.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    at: SocketAddr,
    since: Instant,
    ssrc: u32,
    sequence: u16,
    packets: u8,
}

impl RtpSource {
    pub(super) fn judge(
        &mut self,
        now: Instant,
        from: SocketAddr,
        packet: &RtpPacket<'_>,
        signalled: &Signalled,
    ) -> Verdict {
        if let Some(source) = &mut self.in_use
            && source.at == from
        {
            source.last_heard = now;
            return Verdict::Believed;
        }
        self.judge_other(now, from, packet, signalled)
    }

    /// Whether a packet from there could be the party's, if it proves itself.
    pub(super) fn may_be(&self, from: SocketAddr, signalled: &Signalled) -> bool {
        self.in_use() == Some(from) || vouches_for(signalled, from.ip())
    }

    pub(super) fn in_use(&self) -> Option<SocketAddr> {
        self.in_use.map(|source| source.at)
    }

    fn judge_other(
        &mut self,
        now: Instant,
        from: SocketAddr,
        packet: &RtpPacket<'_>,
        signalled: &Signalled,
    ) -> Verdict {
        if !vouches_for(signalled, from.ip()) {
            return Verdict::Stranger;
        }
        // Outranks even a source in use: an attacker on the same host gains nothing by being early.
        if signalled.rtp.is_some_and(|rtp| same_place(rtp, from)) {
            return self.learn(now, from);
        }
        if signalled.learning == Learning::Strict {
            return Verdict::Stranger;
        }
        if signalled.srtp.is_some() {
            return self.learn(now, from); // it has proved itself by its key
        }
        if let Some(source) = self.in_use {
            let silent = now.saturating_duration_since(source.last_heard) > SOURCE_SILENT;
            if !silent || source.at.ip() != from.ip() {
                return Verdict::Stranger;
            }
        }
        if self.proves_itself(now, from, packet) {
            return self.learn(now, from);
        }
        Verdict::OnProbation
    }

    fn learn(&mut self, now: Instant, from: SocketAddr) -> Verdict {
        self.in_use = Some(InUse {
            at: from,
            last_heard: now,
        });
        self.candidates = [None; LEARNING_CANDIDATES];
        Verdict::Learned
    }

    /// Whether this packet completes an even stream of [`LEARNING_PACKETS`].
    fn proves_itself(&mut self, now: Instant, from: SocketAddr, packet: &RtpPacket<'_>) -> bool {
        let known = self
            .candidates
            .iter_mut()
            .flatten()
            .find(|candidate| candidate.at == from);
        if let Some(candidate) = known {
            candidate.observe(now, packet);
            return candidate.packets >= LEARNING_PACKETS;
        }
        // The weakest makes room: a free or outdated one, else the one with the fewest packets.
        let weakest = self.candidates.iter_mut().min_by_key(|slot| match slot {
            Some(candidate) if candidate.is_current(now) => {
                Some((candidate.packets, candidate.since))
            }
            _ => None,
        });
        if let Some(slot) = weakest {
            *slot = Some(Candidate::new(now, from, packet));
        }
        false
    }
}

impl RtcpSource {
    /// Reports have no sequence numbers to prove a stream by, so another port than the signalled
    /// one must be on the host whose RTP is already in use.
    pub(super) fn judge(
        &mut self,
        now: Instant,
        from: SocketAddr,
        rtp_in_use: Option<SocketAddr>,
        signalled: &Signalled,
    ) -> Verdict {
        if let Some(source) = &mut self.in_use
            && source.at == from
        {
            source.last_heard = now;
            return Verdict::Believed;
        }
        if !vouches_for(signalled, from.ip()) {
            return Verdict::Stranger;
        }
        let free = self.in_use.is_none_or(|source| {
            now.saturating_duration_since(source.last_heard) > RTCP_SOURCE_SILENT
                && source.at.ip() == from.ip()
        });
        let on_the_rtp_host = rtp_in_use.is_some_and(|rtp| rtp.ip() == from.ip());
        let learnable = signalled.learning != Learning::Strict && on_the_rtp_host && free;
        if signalled_rtcp(signalled).is_some_and(|rtcp| same_place(rtcp, from)) || learnable {
            self.in_use = Some(InUse {
                at: from,
                last_heard: now,
            });
            return Verdict::Learned;
        }
        Verdict::Stranger
    }

    pub(super) fn in_use(&self) -> Option<SocketAddr> {
        self.in_use.map(|source| source.at)
    }
}

impl Candidate {
    fn new(now: Instant, at: SocketAddr, packet: &RtpPacket<'_>) -> Self {
        Self {
            at,
            since: now,
            ssrc: packet.ssrc(),
            sequence: packet.sequence(),
            packets: 1,
        }
    }

    fn is_current(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.since) <= LEARNING_WINDOW
    }

    fn observe(&mut self, now: Instant, packet: &RtpPacket<'_>) {
        let even = self.is_current(now) && packet.ssrc() == self.ssrc;
        match packet.sequence().wrapping_sub(self.sequence) {
            // Some networks deliver packets twice; that proves nothing either way.
            0 if even => {}
            1..=LEARNING_GAP if even => {
                self.sequence = packet.sequence();
                self.packets += 1;
            }
            _ => *self = Self::new(now, self.at, packet),
        }
    }
}

/// Where RTP goes before a source is learned: the signalled address, if it is one we may believe.
pub(super) fn signalled_rtp(signalled: &Signalled) -> Option<SocketAddr> {
    signalled
        .rtp
        .filter(|rtp| is_sendable(*rtp) && vouches_for(signalled, rtp.ip()))
}

/// Where RTCP goes before a source is learned: `a=rtcp`, or the port above RTP (RFC 3550 §11).
pub(super) fn signalled_rtcp(signalled: &Signalled) -> Option<SocketAddr> {
    let address = match (signalled.rtcp, signalled.rtp) {
        (Some(rtcp), _) => rtcp,
        (None, Some(rtp)) => SocketAddr::new(rtp.ip(), rtp.port().checked_add(1)?),
        (None, None) => return None,
    };
    Some(address).filter(|rtcp| is_sendable(*rtcp) && vouches_for(signalled, rtcp.ip()))
}

/// Whether signalling says that this party's media may come from `host`.
fn vouches_for(signalled: &Signalled, host: IpAddr) -> bool {
    let Some(rtp) = signalled.rtp else {
        return false;
    };
    match &signalled.learning {
        Learning::Strict | Learning::SameHost => host == rtp.ip(),
        Learning::Vouched { host: vouched } => host == *vouched,
        Learning::Within(networks) => {
            host == rtp.ip() || networks.iter().any(|network| network.contains(host))
        }
    }
}

/// Host and port are the same. SDP names no interface, which a link-local source address does.
fn same_place(signalled: SocketAddr, from: SocketAddr) -> bool {
    (signalled.ip(), signalled.port()) == (from.ip(), from.port())
}

/// `0.0.0.0` (hold of old, RFC 2543), multicast and port 0 are addresses in SDP but nobody to send
/// a call to.
fn is_sendable(address: SocketAddr) -> bool {
    let host = address.ip();
    let broadcast = matches!(host, IpAddr::V4(host) if host.is_broadcast());
    address.port() != 0 && !host.is_unspecified() && !host.is_multicast() && !broadcast
}
