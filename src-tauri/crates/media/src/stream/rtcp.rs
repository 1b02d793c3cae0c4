//! Reports about a stream the office itself speaks on (RFC 3550 §6): ours to the phone, the phone's
//! to us.

use std::time::{Duration, Instant};

use rtp_packet::rtcp::{Compound, CompoundBuilder, ReportBlock, RtcpError, RtcpPacket, SenderInfo};
use rtp_packet::{Jitter, NtpShort, NtpTime, RtpPacket, SequenceTracker};

use super::sender::{Datagram, Sender};
use crate::limits::{MAX_CNAME, RTCP_EVERY};

/// Both directions of one stream's reports. The clock is read once, at the beginning; from then on
/// the wall-clock time in reports follows `now`, so that a clock set anew spoils no round trip.
#[derive(Debug)]
pub struct Rtcp {
    ssrc: u32,
    cname: Box<str>,
    began: Instant,
    began_wall: Duration,
    next_report: Instant,
    packets_at_report: u32,
    source: Option<Source>,
    round_trip: Option<Duration>,
    loss_it_reports: Option<f32>,
}

/// The source we hear, as our report blocks tell of it.
#[derive(Debug)]
struct Source {
    ssrc: u32,
    sequence: SequenceTracker,
    jitter: Jitter,
    last_report: Option<(NtpShort, Instant)>,
}

impl Rtcp {
    /// Reports of our source `ssrc`. `cname` names the office the same in all its streams of a call
    /// (RFC 3550 §6.5.1) and is cut to [`MAX_CNAME`] octets; `since_1970` is the wall-clock time of
    /// `now`; `chance` as in [`Rtcp::report`].
    #[must_use]
    pub fn new(ssrc: u32, cname: &str, now: Instant, since_1970: Duration, chance: f32) -> Rtcp {
        let end = (0..=MAX_CNAME.min(cname.len()))
            .rev()
            .find(|end| cname.is_char_boundary(*end));
        Rtcp {
            ssrc,
            cname: cname.get(..end.unwrap_or(0)).unwrap_or_default().into(),
            began: now,
            began_wall: since_1970,
            // The first report comes after half the time (RFC 3550 §6.2).
            next_report: now + interval(chance) / 2,
            packets_at_report: 0,
            source: None,
            round_trip: None,
            loss_it_reports: None,
        }
    }

    /// Takes in a believed RTP packet of the phone, whose RTP clock is `clock_hz`.
    pub fn on_rtp(&mut self, now: Instant, packet: &RtpPacket<'_>, clock_hz: u32) {
        match &mut self.source {
            Some(source) if source.ssrc == packet.ssrc() => {
                source.sequence.observe(packet.sequence());
                if source.jitter.clock_hz() != clock_hz {
                    source.jitter = Jitter::new(clock_hz);
                }
                source.jitter.observe(now, packet.timestamp());
            }
            _ => {
                let mut jitter = Jitter::new(clock_hz);
                jitter.observe(now, packet.timestamp());
                self.source = Some(Source {
                    ssrc: packet.ssrc(),
                    sequence: SequenceTracker::new(packet.sequence()),
                    jitter,
                    last_report: None,
                });
            }
        }
    }

    /// Takes in a believed RTCP datagram of the phone.
    ///
    /// # Errors
    /// [`RtcpError`] if it is no RTCP compound; nothing of it is used then.
    pub fn on_rtcp(&mut self, now: Instant, datagram: &[u8]) -> Result<(), RtcpError> {
        let compound = Compound::parse(datagram)?;
        for packet in compound.packets().flatten() {
            if let (RtcpPacket::SenderReport(report), Some(source)) = (packet, &mut self.source)
                && report.ssrc == source.ssrc
            {
                source.last_report = Some((report.info.ntp.short(), now));
            }
        }
        let arrived = self.wall(now).short();
        for block in compound.report_blocks().filter(|b| b.ssrc == self.ssrc) {
            self.loss_it_reports = Some(f32::from(block.fraction_lost) / 256.0);
            let trip = arrived.round_trip(block.last_report, block.delay_since_last_report);
            // Longer than a minute is a report about a stream before ours.
            if let Some(trip) = trip.filter(|trip| *trip < Duration::from_secs(60)) {
                self.round_trip = Some(trip);
            }
        }
        Ok(())
    }

    /// When the next report is due.
    #[must_use]
    pub const fn next_report(&self) -> Instant {
        self.next_report
    }

    /// Writes a report into `out` if one is due, and says whether it did. `chance` is drawn evenly
    /// from 0 to 1; the next report follows after [`RTCP_EVERY`] times 0.5 to 1.5, so that not all
    /// streams report at once (RFC 3550 §6.2).
    pub fn report(
        &mut self,
        now: Instant,
        sender: &Sender,
        chance: f32,
        out: &mut Datagram,
    ) -> bool {
        if now < self.next_report {
            return false;
        }
        self.next_report = now + interval(chance);
        self.write(now, sender, false, out);
        true
    }

    /// Writes the last report, which says that our source leaves, into `out`.
    pub fn goodbye(&mut self, now: Instant, sender: &Sender, out: &mut Datagram) {
        self.write(now, sender, true, out);
    }

    /// From us to the phone and back, as its newest report shows; `None` until one does.
    #[must_use]
    pub const fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// Share of our packets, 0 to 1, that the phone's newest report says it misses.
    #[must_use]
    pub const fn loss_it_reports(&self) -> Option<f32> {
        self.loss_it_reports
    }

    fn write(&mut self, now: Instant, sender: &Sender, leaves: bool, out: &mut Datagram) {
        out.clear();
        let block = self.source.as_mut().map(|source| source.block(now));
        let blocks = block.as_slice();
        let mut compound = CompoundBuilder::new(out);
        let packets = sender.packets();
        // Who has sent nothing of late reports as a receiver (RFC 3550 §6.4).
        let written = if packets == self.packets_at_report {
            compound.receiver_report(self.ssrc, blocks)
        } else {
            let info = SenderInfo {
                ntp: self.wall(now),
                rtp: sender.timestamp(),
                packets,
                octets: sender.octets(),
            };
            compound.sender_report(self.ssrc, info, blocks)
        };
        let written = written.and_then(|compound| compound.cname(self.ssrc, &self.cname));
        let written = match written {
            Ok(compound) if leaves => compound.goodbye(&[self.ssrc], None).map(|_| ()),
            other => other.map(|_| ()),
        };
        debug_assert!(written.is_ok(), "one block and a bounded name always fit");
        self.packets_at_report = packets;
    }

    fn wall(&self, now: Instant) -> NtpTime {
        NtpTime::from_unix(self.began_wall + now.saturating_duration_since(self.began))
    }
}

impl Source {
    fn block(&mut self, now: Instant) -> ReportBlock {
        let (last_report, since) = match self.last_report {
            Some((report, at)) => (report, now.saturating_duration_since(at)),
            None => (NtpShort(0), Duration::ZERO),
        };
        ReportBlock {
            ssrc: self.ssrc,
            fraction_lost: self.sequence.fraction_lost_since_report(),
            cumulative_lost: i32::try_from(self.sequence.lost()).unwrap_or(i32::MAX),
            highest_sequence: self.sequence.extended_highest(),
            jitter: self.jitter.clock_units(),
            last_report,
            delay_since_last_report: NtpShort::from_interval(since),
        }
    }
}

fn interval(chance: f32) -> Duration {
    RTCP_EVERY.mul_f32(0.5 + chance.clamp(0.0, 1.0))
}
