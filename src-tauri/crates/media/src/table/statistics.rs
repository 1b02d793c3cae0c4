//! How one party is heard.

use std::time::{Duration, Instant};

use rtp_packet::{CodecImpairment, Jitter, Listening, Mos, RtpPacket, SequenceTracker};

use crate::format::Codec;
use crate::stream::impairment;

/// How one party is heard, in all, since its stream was opened.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StreamStatistics {
    /// RTP packets of this party that were believed.
    pub packets: u64,
    /// Their payload, in octets.
    pub octets: u64,
    /// RTP packets that never came.
    pub lost: u64,
    /// RTP packets that came twice.
    pub duplicates: u64,
    /// RTP packets that came after a newer one.
    pub late: u64,
    /// Packets that nobody vouched for: neither signalling for their source nor, where sound is
    /// encrypted, a key for their content.
    pub refused: u64,
    /// How unevenly its packets arrive.
    pub jitter: Duration,
    /// Its current stream.
    pub ssrc: Option<u32>,
    /// When its last RTP packet came.
    pub last_heard: Option<Instant>,
    /// From the office to this party and back, from its RTCP; `None` until it shows.
    pub round_trip: Option<Duration>,
    /// Share of packets, 0 to 1, this party last said it misses of what the other party sends.
    pub loss_it_reports: Option<f32>,
}

impl StreamStatistics {
    /// Share of this party's packets that were lost on the way to the office, 0 to 1.
    #[must_use]
    pub fn loss(&self) -> f32 {
        let expected = self.packets.saturating_sub(self.duplicates) + self.lost;
        if expected == 0 {
            0.0
        } else {
            self.lost as f32 / expected as f32
        }
    }

    /// What came after `earlier`; all but the counts is the newest.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            packets: self.packets.saturating_sub(earlier.packets),
            octets: self.octets.saturating_sub(earlier.octets),
            lost: self.lost.saturating_sub(earlier.lost),
            duplicates: self.duplicates.saturating_sub(earlier.duplicates),
            late: self.late.saturating_sub(earlier.late),
            refused: self.refused.saturating_sub(earlier.refused),
            ..*self
        }
    }

    /// How this party sounds by the time it reaches the office; `None` before its first packet.
    #[must_use]
    pub fn mos(&self, codec: CodecImpairment) -> Option<Mos> {
        self.ssrc?;
        let listening = Listening {
            one_way_delay: self.round_trip.unwrap_or_default() / 2,
            jitter: self.jitter,
            loss: self.loss(),
            codec,
        };
        Some(listening.mos())
    }
}

/// The payload types of RFC 3551 §6 that are told apart here.
const G729: u8 = 18;
const COMFORT_NOISE: u8 = 13;
const FIRST_DYNAMIC: u8 = 96;

/// Takes in the believed RTP packets of one party.
#[derive(Debug)]
pub(super) struct Hearing {
    packets: u64,
    octets: u64,
    last_heard: Option<Instant>,
    stream: Option<Stream>,
    /// It sends G.729, which the office only passes on; its payload type says so (RFC 3551 §6).
    is_g729: bool,
    jitter: Jitter,
    /// Of streams that ended before the current one.
    before: Counts,
}

#[derive(Debug)]
struct Stream {
    ssrc: u32,
    sequence: SequenceTracker,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    lost: u64,
    duplicates: u64,
    late: u64,
}

impl Hearing {
    pub(super) fn new(clock_hz: u32) -> Self {
        Self {
            packets: 0,
            octets: 0,
            last_heard: None,
            stream: None,
            is_g729: false,
            jitter: Jitter::new(clock_hz),
            before: Counts::default(),
        }
    }

    pub(super) fn on_packet(&mut self, now: Instant, packet: &RtpPacket<'_>) {
        self.packets += 1;
        self.octets += packet.payload().len() as u64;
        self.last_heard = Some(now);
        match &mut self.stream {
            Some(stream) if stream.ssrc == packet.ssrc() => {
                stream.sequence.observe(packet.sequence());
            }
            _ => self.begin_stream(packet),
        }
        self.jitter.observe(now, packet.timestamp());
        // Key presses and comfort noise come in between.
        if packet.payload_type() != COMFORT_NOISE && packet.payload_type() < FIRST_DYNAMIC {
            self.is_g729 = packet.payload_type() == G729;
        }
    }

    /// What its codec costs a listener; of one that is not known, as much as G.711.
    pub(super) fn codec_cost(&self, agreed: Option<Codec>) -> CodecImpairment {
        match agreed {
            Some(codec) => impairment(codec),
            None if self.is_g729 => CodecImpairment::G729,
            None => CodecImpairment::G711,
        }
    }

    /// The codec changed, and with it the clock that jitter is measured by.
    pub(super) fn set_clock(&mut self, clock_hz: u32) {
        if self.jitter.clock_hz() != clock_hz {
            self.jitter = Jitter::new(clock_hz);
        }
    }

    pub(super) fn packets(&self) -> u64 {
        self.packets
    }

    pub(super) fn ssrc(&self) -> Option<u32> {
        self.stream.as_ref().map(|stream| stream.ssrc)
    }

    /// Everything that hearing alone can know; the rest stays at its default.
    pub(super) fn statistics(&self) -> StreamStatistics {
        let Counts {
            lost,
            duplicates,
            late,
        } = self.counts();
        StreamStatistics {
            packets: self.packets,
            octets: self.octets,
            lost,
            duplicates,
            late,
            jitter: self.jitter.duration(),
            ssrc: self.ssrc(),
            last_heard: self.last_heard,
            ..StreamStatistics::default()
        }
    }

    fn begin_stream(&mut self, packet: &RtpPacket<'_>) {
        self.before = self.counts();
        self.jitter = Jitter::new(self.jitter.clock_hz());
        self.stream = Some(Stream {
            ssrc: packet.ssrc(),
            sequence: SequenceTracker::new(packet.sequence()),
        });
    }

    fn counts(&self) -> Counts {
        let Some(Stream { sequence, .. }) = &self.stream else {
            return self.before;
        };
        Counts {
            lost: self.before.lost + sequence.lost(),
            duplicates: self.before.duplicates + sequence.duplicates(),
            late: self.before.late + sequence.late(),
        }
    }
}
