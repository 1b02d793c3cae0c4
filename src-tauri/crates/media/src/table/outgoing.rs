//! What one phone is sent: one stream from its first packet to its last, whoever feeds it.
//!
//! A phone that was played a tone, then talks to one and after a transfer to another, is fed by
//! three sources, each with its own SSRC, numbers and times. Many phones lose what follows if these
//! change within a call, and encryption is only safe if no number is ever used twice. So whoever
//! feeds it first lends the stream its numbers; all who come later are fitted in behind.

use std::time::{Duration, Instant};

use rtp_packet::rtcp::Renaming;

use crate::frame::FRAME_MS;
use crate::limits::{MAX_FEED_BEHIND, MAX_FEED_JUMP};
use crate::srtp::{MasterKey, Protector};

#[derive(Debug)]
pub(super) struct Outgoing {
    /// The SSRC of a stream that is encrypted from its beginning: drawn for it alone, so that no
    /// other stream under the same key has it.
    own_ssrc: u32,
    stream: Option<Stream>,
    feed: Option<Feed>,
    protection: Option<(MasterKey, Protector)>,
}

/// What the phone has seen.
#[derive(Debug, Clone, Copy)]
struct Stream {
    ssrc: u32,
    /// The sequence number of the newest packet, extended by how often it has wrapped.
    newest: u64,
    timestamp: u32,
    sent: Instant,
}

/// Who feeds it now.
#[derive(Debug, Clone, Copy)]
struct Feed {
    ssrc: u32,
    /// Its newest packet as it numbers them itself, extended.
    newest: u64,
    /// What is added to its numbers, wrapping.
    ahead: u64,
    /// The first number of the stream that is its own.
    first: u64,
    /// What is added to its timestamps, wrapping.
    later: u32,
}

/// Own numbers of a feed start one cycle up, so that what came before its first has a number too.
const CYCLE: u64 = 1 << 16;

/// A packet of which nothing can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unplaced;

/// Where the datagram to be sent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// It is the one that was given.
    AsItIs,
    /// In the buffer.
    Anew,
}

impl Outgoing {
    pub(super) fn new(own_ssrc: u32) -> Self {
        Self {
            own_ssrc,
            stream: None,
            feed: None,
            protection: None,
        }
    }

    /// What it is protected with from now on. The same key goes on as it was.
    pub(super) fn protect_with(&mut self, key: Option<&MasterKey>) {
        if self.protection.as_ref().map(|(key, _)| key) == key {
            return;
        }
        self.protection = key.map(|key| (key.clone(), Protector::new(key)));
        // A new key counts the wraps from none (RFC 3711 §3.3.1).
        if let Some(stream) = &mut self.stream {
            stream.newest &= 0xffff;
            self.feed = None;
        }
    }

    /// Fits an RTP packet into the stream, whose clock runs at `clock_hz`, and protects it. It is
    /// changed in `out`, if at all.
    pub(super) fn write_rtp(
        &mut self,
        now: Instant,
        clock_hz: u32,
        packet: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Written, Unplaced> {
        let header = packet.first_chunk::<12>().ok_or(Unplaced)?;
        let [_, marker, q0, q1, t0, t1, t2, t3, s0, s1, s2, s3] = *header;
        let ssrc = u32::from_be_bytes([s0, s1, s2, s3]);
        let sequence = u16::from_be_bytes([q0, q1]);
        let timestamp = u32::from_be_bytes([t0, t1, t2, t3]);
        let goes_on = self.goes_on(ssrc, sequence);
        let is_first = self.stream.is_none();
        let (index, feed) = match goes_on {
            Some(index) => (index, self.feed.ok_or(Unplaced)?),
            None => self.begin_feed(now, clock_hz, ssrc, sequence, timestamp),
        };
        if (index as i64) < feed.first as i64 {
            return Err(Unplaced); // its number is somebody else's by now
        }
        let timestamp = timestamp.wrapping_add(feed.later);
        let stream = self.stream.get_or_insert(Stream {
            ssrc: match self.protection {
                Some(_) => self.own_ssrc,
                None => ssrc,
            },
            newest: index,
            timestamp,
            sent: now,
        });
        if index >= stream.newest {
            stream.newest = index;
            stream.timestamp = timestamp;
            stream.sent = now;
        }
        let begins = goes_on.is_none() && !is_first;
        let same_numbers = index as u16 == sequence && feed.later == 0 && stream.ssrc == ssrc;
        let is_same = same_numbers && !begins;
        if is_same && self.protection.is_none() {
            return Ok(Written::AsItIs);
        }
        out.clear();
        out.extend_from_slice(packet);
        // Sound begins: the phone may settle its delay anew (RFC 3551 §4.1).
        out[1] = if begins { marker | 0x80 } else { marker };
        out[2..4].copy_from_slice(&(index as u16).to_be_bytes());
        out[4..8].copy_from_slice(&timestamp.to_be_bytes());
        out[8..12].copy_from_slice(&stream.ssrc.to_be_bytes());
        let protected = match &mut self.protection {
            Some((_, protector)) => protector.rtp(index, out),
            None => true,
        };
        protected.then_some(Written::Anew).ok_or(Unplaced)
    }

    /// Names the sender of reports that go to the phone as the phone knows it, and protects them.
    pub(super) fn write_rtcp(&mut self, report: &mut Vec<u8>) -> Result<(), Unplaced> {
        if let (Some(stream), Some(feed)) = (&self.stream, &self.feed) {
            let renaming = Renaming {
                from: feed.ssrc,
                to: stream.ssrc,
                time: feed.later,
                sequence: 0,
            };
            renaming.rename_sender(report);
        }
        let protected = match &mut self.protection {
            Some((_, protector)) => protector.rtcp(report),
            None => true,
        };
        protected.then_some(()).ok_or(Unplaced)
    }

    /// Names what the phone reports on as the one who feeds it knows it.
    pub(super) fn read_rtcp(&self, report: &mut [u8]) {
        if let (Some(stream), Some(feed)) = (&self.stream, &self.feed) {
            let renaming = Renaming {
                from: stream.ssrc,
                to: feed.ssrc,
                time: 0,
                sequence: (feed.ahead as u32)
                    .wrapping_neg()
                    .wrapping_sub(CYCLE as u32),
            };
            renaming.rename_heard(report);
        }
    }

    /// The number in the stream of a packet that goes on where its feed was.
    fn goes_on(&mut self, ssrc: u32, sequence: u16) -> Option<u64> {
        let feed = self.feed.as_mut().filter(|feed| feed.ssrc == ssrc)?;
        let ahead = sequence.wrapping_sub(feed.newest as u16) as i16;
        if !(-MAX_FEED_BEHIND..MAX_FEED_JUMP).contains(&ahead) {
            return None;
        }
        let own = feed.newest.wrapping_add_signed(i64::from(ahead));
        if ahead > 0 {
            feed.newest = own;
        }
        Some(own.wrapping_add(feed.ahead))
    }

    /// Somebody else feeds the stream, or the same numbers anew.
    fn begin_feed(
        &mut self,
        now: Instant,
        clock_hz: u32,
        ssrc: u32,
        sequence: u16,
        timestamp: u32,
    ) -> (u64, Feed) {
        let own = u64::from(sequence) + CYCLE;
        let (index, time) = match self.stream {
            Some(stream) => {
                let passed = now.saturating_duration_since(stream.sent);
                let passed = passed.max(Duration::from_millis(FRAME_MS.into()));
                let ticks = passed.as_micros() * u128::from(clock_hz) / 1_000_000;
                (
                    stream.newest + 1,
                    stream.timestamp.wrapping_add(ticks as u32),
                )
            }
            // If an early packet is lost just before a wrap, the phone cannot count it.
            None if self.protection.is_some() => (u64::from(sequence & 0x7fff), timestamp),
            None => (u64::from(sequence), timestamp),
        };
        let feed = Feed {
            ssrc,
            newest: own,
            ahead: index.wrapping_sub(own),
            first: match self.stream {
                Some(_) => index,
                None => index.saturating_sub(MAX_FEED_BEHIND as u64),
            },
            later: time.wrapping_sub(timestamp),
        };
        self.feed = Some(feed);
        (index, feed)
    }
}
