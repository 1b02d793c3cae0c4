//! The party at the far end of a stream: who it is believed to be, how it is heard, what of it is
//! still to be told.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rtp_packet::rtcp::{Compound, ReportBlock, RtcpPacket};
use rtp_packet::{Mos, NtpShort, RtpPacket};

use super::DropReason;
use super::outgoing::Outgoing;
use super::source::{RtcpSource, RtpSource, Verdict, signalled_rtcp, signalled_rtp};
use super::statistics::{Hearing, StreamStatistics};
use crate::command::{Direction, Signalled};
use crate::limits::SILENT_AFTER;
use crate::ports::{PortPair, SocketId};
use crate::srtp::{MasterKey, Unprotectable, Unprotector};
use crate::stream::ReceiverFigures;

#[derive(Debug)]
pub(super) struct Party {
    pub(super) local: PortPair,
    signalled: Signalled,
    rtp: RtpSource,
    rtcp: RtcpSource,
    hearing: Hearing,
    reports: Reports,
    /// Last packet of any kind that was believed.
    last_alive: Option<Instant>,
    /// Since when it ought to be heard, if it ought to.
    expected_since: Option<Instant>,
    pub(super) told: Told,
    pub(super) strangers: Strangers,
    /// What it is sent.
    pub(super) outgoing: Outgoing,
    /// Reads what it sends, if that is encrypted.
    incoming: Option<(Vec<MasterKey>, Unprotector)>,
}

/// What the switch has been told. News that found the event queue full stays here to be told later.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) source: Option<SocketAddr>,
    pub(super) first_packet: bool,
    /// When it was told that the party is silent.
    pub(super) silent: Option<Instant>,
    /// How it was heard when that was told last.
    pub(super) heard: StreamStatistics,
    pub(super) decoded: ReceiverFigures,
}

/// Sources that were refused.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    pub(super) refused: u64,
    pub(super) told: u64,
    pub(super) latest: Option<SocketAddr>,
}

/// What this party's RTCP shows.
#[derive(Debug, Default)]
struct Reports {
    /// The latest sender report of the other party that was passed on to this one.
    passed_on: Option<(NtpShort, Instant)>,
    round_trip: Option<Duration>,
    loss: Option<f32>,
}

impl Party {
    /// `own_ssrc` as in [`Outgoing::new`].
    pub(super) fn new(local: PortPair, signalled: Signalled, own_ssrc: u32) -> Self {
        let mut party = Self {
            local,
            hearing: Hearing::new(signalled.clock_hz),
            signalled: Signalled::nothing_yet(),
            rtp: RtpSource::default(),
            rtcp: RtcpSource::default(),
            reports: Reports::default(),
            last_alive: None,
            expected_since: None,
            told: Told::default(),
            strangers: Strangers::default(),
            outgoing: Outgoing::new(own_ssrc),
            incoming: None,
        };
        party.update(signalled);
        party
    }

    /// Takes over what signalling now says. Another address or policy starts learning anew;
    /// anything else, such as a session refresh or hold, keeps the source in use.
    pub(super) fn update(&mut self, signalled: Signalled) {
        if self.signalled.rtp != signalled.rtp || self.signalled.learning != signalled.learning {
            self.rtp = RtpSource::default();
            self.rtcp = RtcpSource::default();
        } else if self.signalled.rtcp != signalled.rtcp {
            self.rtcp = RtcpSource::default();
        }
        self.hearing.set_clock(signalled.clock_hz);
        let keys = signalled.srtp.as_ref();
        self.outgoing.protect_with(keys.map(|keys| &keys.ours));
        let theirs = keys.map(|keys| &keys.theirs);
        if self.incoming.as_ref().map(|(keys, _)| keys) != theirs {
            self.incoming = theirs.map(|keys| (keys.clone(), Unprotector::of(keys)));
        }
        self.signalled = signalled;
    }

    /// Whether what it sends is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.incoming.is_some()
    }

    /// Proves and decrypts a packet of an encrypted party into `out`. What does not come from where
    /// signalling vouches for is not even tried.
    pub(super) fn unprotect(
        &mut self,
        from: SocketAddr,
        kind: Protected,
        datagram: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), DropReason> {
        let Some((_, incoming)) = &mut self.incoming else {
            return Err(DropReason::NotAuthentic);
        };
        let may_be = self.rtp.may_be(from, &self.signalled)
            || self.rtcp.in_use() == Some(from)
            || signalled_rtcp(&self.signalled) == Some(from);
        if !may_be {
            self.refuse(from);
            return Err(DropReason::Stranger);
        }
        let read = match kind {
            Protected::Sound => incoming.rtp(datagram, out),
            Protected::Report => incoming.rtcp(datagram, out),
        };
        read.map_err(|why| match why {
            Unprotectable::Malformed => DropReason::Malformed,
            Unprotectable::Replayed => DropReason::Replayed,
            Unprotectable::NotAuthentic => {
                self.refuse(from);
                DropReason::NotAuthentic
            }
        })
    }

    /// Judges and counts an RTP packet that came in on this party's ports.
    pub(super) fn hear_rtp(
        &mut self,
        now: Instant,
        from: SocketAddr,
        packet: &RtpPacket<'_>,
    ) -> Result<(), DropReason> {
        let verdict = self.rtp.judge(now, from, packet, &self.signalled);
        self.believe(now, from, verdict)?;
        self.hearing.on_packet(now, packet);
        Ok(())
    }

    /// Judges an RTCP packet that came in on this party's ports. With rtcp-mux it must come from
    /// where RTP comes from.
    pub(super) fn judge_rtcp(
        &mut self,
        now: Instant,
        from: SocketAddr,
        muxed: bool,
    ) -> Result<(), DropReason> {
        let verdict = if !muxed {
            self.rtcp
                .judge(now, from, self.rtp.in_use(), &self.signalled)
        } else if self.rtp_destination() == Some(from) {
            Verdict::Believed
        } else {
            Verdict::Stranger
        };
        self.believe(now, from, verdict)
    }

    /// Learns from the reports of this party how it hears the other, whose stream is `heard`.
    pub(super) fn hear_reports(
        &mut self,
        now: Instant,
        compound: &Compound<'_>,
        heard: Option<u32>,
    ) {
        if let Some(block) = compound
            .report_blocks()
            .find(|block| Some(block.ssrc) == heard)
        {
            self.reports.take_in(now, &block);
        }
    }

    /// A compound was passed on to this party; if it holds a sender report, the answer to it will
    /// show the round trip.
    pub(super) fn note_passed_on(&mut self, now: Instant, compound: &Compound<'_>) {
        for packet in compound.packets().flatten() {
            if let RtcpPacket::SenderReport(report) = packet {
                self.reports.passed_on = Some((report.info.ntp.short(), now));
            }
        }
    }

    /// Where RTP for this party goes, if anywhere yet.
    pub(super) fn rtp_destination(&self) -> Option<SocketAddr> {
        self.rtp.in_use().or_else(|| signalled_rtp(&self.signalled))
    }

    /// The local socket and the remote address that RTCP for this party goes through.
    pub(super) fn rtcp_path(&self) -> Option<(SocketId, SocketAddr)> {
        if self.signalled.rtcp_mux {
            return Some((self.local.rtp_socket(), self.rtp_destination()?));
        }
        let to = self
            .rtcp
            .in_use()
            .or_else(|| signalled_rtcp(&self.signalled))?;
        Some((self.local.rtcp_socket(), to))
    }

    pub(super) fn rtp_source(&self) -> Option<SocketAddr> {
        self.rtp.in_use()
    }

    pub(super) fn clock_hz(&self) -> u32 {
        self.signalled.clock_hz
    }

    pub(super) fn direction(&self) -> Direction {
        self.signalled.direction
    }

    pub(super) fn muxes_rtcp(&self) -> bool {
        self.signalled.rtcp_mux
    }

    pub(super) fn ssrc(&self) -> Option<u32> {
        self.hearing.ssrc()
    }

    /// Whether something is to be told that only a packet can bring about.
    pub(super) fn has_news(&self) -> bool {
        !self.told.first_packet
            || self.told.silent.is_some()
            || self.told.source != self.rtp.in_use()
    }

    pub(super) fn expect(&mut self, now: Instant, expected: bool) {
        if !expected {
            self.expected_since = None;
            self.told.silent = None;
        } else if self.expected_since.is_none() {
            self.expected_since = Some(now);
        }
    }

    /// How long an expected party has been silent, once that is too long.
    pub(super) fn silent_too_long(&self, now: Instant) -> Option<Duration> {
        let expected_since = self.expected_since?;
        let quiet_since = self
            .last_alive
            .map_or(expected_since, |alive| alive.max(expected_since));
        let silent = now.saturating_duration_since(quiet_since);
        (silent >= SILENT_AFTER).then_some(silent)
    }

    /// Whether it was heard after it was told that it is silent.
    pub(super) fn is_heard_again(&self) -> bool {
        matches!((self.told.silent, self.last_alive), (Some(told), Some(alive)) if alive >= told)
    }

    pub(super) fn statistics(&self) -> StreamStatistics {
        StreamStatistics {
            refused: self.strangers.refused,
            round_trip: self.reports.round_trip,
            loss_it_reports: self.reports.loss,
            ..self.hearing.statistics()
        }
    }

    /// How it sounded since that was told last; `decoded` is what of it the graph has decoded in all.
    pub(super) fn sounded_lately(
        &self,
        heard: &StreamStatistics,
        decoded: Option<ReceiverFigures>,
    ) -> Option<Mos> {
        let agreed = self.signalled.format.as_ref().map(|format| format.send.1);
        let decoded = decoded.map(|figures| figures.since(&self.told.decoded));
        let network = heard.round_trip.unwrap_or_default() / 2;
        // What was made up for lost packets tells more than their number.
        agreed
            .and_then(|codec| decoded?.mos(codec, network))
            .or_else(|| {
                let heard = heard.since(&self.told.heard);
                heard.mos(self.hearing.codec_cost(agreed))
            })
    }

    pub(super) fn packets(&self) -> u64 {
        self.hearing.packets()
    }

    fn believe(
        &mut self,
        now: Instant,
        from: SocketAddr,
        verdict: Verdict,
    ) -> Result<(), DropReason> {
        match verdict {
            Verdict::Believed | Verdict::Learned => {
                self.last_alive = Some(now);
                Ok(())
            }
            Verdict::OnProbation => Err(DropReason::OnProbation),
            Verdict::Stranger => {
                self.refuse(from);
                Err(DropReason::Stranger)
            }
        }
    }

    fn refuse(&mut self, from: SocketAddr) {
        self.strangers.refused += 1;
        self.strangers.latest = Some(from);
    }
}

/// What an encrypted datagram is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protected {
    Sound,
    Report,
}

impl Reports {
    fn take_in(&mut self, now: Instant, block: &ReportBlock) {
        self.loss = Some(f32::from(block.fraction_lost) / 256.0);
        if let Some((report, passed_on)) = self.passed_on
            && report == block.last_report
        {
            let delay = block.delay_since_last_report.as_interval();
            let trip = now.saturating_duration_since(passed_on).checked_sub(delay);
            self.round_trip = trip.or(self.round_trip);
        }
    }
}
