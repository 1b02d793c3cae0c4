//! RTP packets in, a frame every 20 ms out: one phone's sound and key presses.
//!
//! Sound lies on a time line of 16 kHz samples that follows the phone's RTP timestamps. A packet's
//! transit time is when it arrived less where it begins on that line; [`Spread`] says from the
//! transit times of late how long after its beginning a packet is to be heard. In silence that time
//! is kept exactly; while there is sound, pitch periods are repeated or left out to come near it.

use std::time::{Duration, Instant};

use rtp_packet::{Arrival, Digit, RtpPacket, SequenceTracker};

use super::figures::{Counted, ReceiverFigures};
use super::keys_in::KeysIn;
use super::noise::Noise;
use super::playout::{Playout, TO_SHORTEN, blend};
use super::spread::Spread;
use super::time_line::TimeLine;
use super::waiting::{Holds, Waiting};
use crate::codec::Decoder;
use crate::format::{Codec, SoundFormat};
use crate::frame::{FRAME_SAMPLES, Frame, SAMPLE_RATE};

/// Comfort noise has this payload type always (RFC 3551 §6).
const COMFORT_NOISE: u8 = 13;

/// What is made up is silence after 60 ms; longer gaps are left silent.
const MOST_MADE_UP: usize = 960;

/// Two sounds are joined within 5 ms.
const JOINT: usize = 80;

/// Timestamps rounded by less than 1 ms still follow each other.
const ROUNDING: i64 = 16;

/// So many packets too late in a row mean that all will be.
const ALL_LATE: u32 = 5;

/// A source that was left for another may not come back within this time: these are its last
/// packets, overtaken.
const LEFT_FOR_GOOD: Duration = Duration::from_millis(200);

/// Sound is made longer when it waits 1 ms less than it should.
const TOO_SHORT: i64 = 16;

/// It is made shorter when it waits this much more than it should, in pauses (20 ms) and in speech
/// (40 ms), once in so many frames.
const TOO_LONG_IN_PAUSE: i64 = 320;
const TOO_LONG_IN_SPEECH: i64 = 640;
const SHORTEN_EVERY: u32 = 10;

/// From 100 ms too much on, it is made shorter in every frame; before sound begins, that much is
/// left out.
const FAR_TOO_LONG: i64 = 1_600;

/// Frames are taken every 20 ms. After a longer pause than this nobody listened meanwhile.
const NOT_LISTENED_TO: Duration = Duration::from_millis(500);

/// The phone's half of its sound. Give it every believed packet, and take a frame every 20 ms.
#[derive(Debug)]
pub struct Receiver {
    format: SoundFormat,
    /// When the time line of arrivals begins: with the first packet.
    began: Option<Instant>,
    source: Option<Source>,
    left: Option<(u32, Instant)>,
    last_frame: Option<Instant>,
    keys: KeysIn,
    spread: Spread,
    waiting: Waiting,
    /// Apart: a phone whose sound is only passed on has a receiver too, and needs none of them.
    decoders: [Option<Box<Decoder>>; Codec::ALL.len()],
    codec: Codec,
    playout: Playout,
    progress: Progress,
    /// Where on the time line the decoded sound ends.
    decoded_to: i64,
    /// Sequence number of the newest packet that had its turn.
    passed: u64,
    /// Samples of the newest packet with sound.
    packet_length: usize,
    late_in_row: u32,
    frames_since_shortened: u32,
    noise: Noise,
    counted: Counted,
}

/// Where decoding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// The phone is silent, or was until now.
    Silent,
    /// Sound goes on from packet to packet.
    Speaking {
        /// Samples made up in a row.
        made_up: usize,
        /// Of these, samples of which it is not known yet for what they stand: nothing has come
        /// since. They end beyond `decoded_to`.
        unassigned: usize,
    },
}

/// One RTP source.
#[derive(Debug)]
struct Source {
    ssrc: u32,
    sequence: SequenceTracker,
    line: Option<TimeLine>,
}

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// What the phone sent, or the noise it asked to be heard in its pauses.
    Sound,
    /// Mostly what was made up for packets that were lost or late.
    Concealed,
    /// Silence: the phone sends nothing. The frame is all zeroes.
    Nothing,
}

impl Receiver {
    /// A receiver of the `receive` half of `format`, which has heard nothing yet.
    #[must_use]
    pub fn new(format: &SoundFormat) -> Receiver {
        Receiver {
            format: format.clone(),
            began: None,
            source: None,
            left: None,
            last_frame: None,
            keys: KeysIn::default(),
            spread: Spread::new(),
            waiting: Waiting::default(),
            decoders: Default::default(),
            codec: format.send.1,
            playout: Playout::default(),
            progress: Progress::Silent,
            decoded_to: 0,
            passed: 0,
            packet_length: FRAME_SAMPLES,
            late_in_row: 0,
            frames_since_shortened: 0,
            noise: Noise::new(),
            counted: Counted::default(),
        }
    }

    /// The session was agreed anew: packets are read like this from now on. Those that wait are
    /// still heard.
    pub fn set_format(&mut self, format: &SoundFormat) {
        self.format = format.clone();
    }

    /// Takes in a believed RTP packet. A key press is told once, at its first packet.
    pub fn on_rtp(&mut self, now: Instant, packet: &RtpPacket<'_>) -> Option<Digit> {
        let arrived = match self.began {
            Some(_) => self.line_position(now),
            None => {
                self.began = Some(now);
                0
            }
        };
        let sequence = self.follow_source(now, packet)?;
        if self.format.receive_digits == Some(packet.payload_type()) {
            self.keep(sequence, self.decoded_to, Holds::Else, &[]);
            return self.keys.on_packet(now, packet, self.clock_hz());
        }
        let holds = match self.format.received_as(packet.payload_type()) {
            Some(codec) => Holds::Sound(codec),
            None if packet.payload_type() == COMFORT_NOISE => Holds::Noise,
            None => Holds::Else,
        };
        match holds {
            Holds::Sound(codec) => {
                let length = self.expected_length(codec, packet.payload().len());
                let clock_hz = codec.clock_hz();
                let start = self.place(arrived, packet.timestamp(), clock_hz, length);
                self.keep(sequence, start, holds, packet.payload());
            }
            Holds::Noise => {
                let clock_hz = self.clock_hz();
                let start = self.place(arrived, packet.timestamp(), clock_hz, 0);
                self.keep(sequence, start, holds, packet.payload());
            }
            Holds::Else => self.keep(sequence, self.decoded_to, holds, &[]),
        }
        None
    }

    /// The number of the newest key press.
    #[must_use]
    pub fn newest_press(&self) -> u32 {
        self.keys.newest()
    }

    /// How long the key of a press was down; `None` while it is.
    #[must_use]
    pub fn press_lasted(&self, now: Instant, press: u32) -> Option<Duration> {
        self.keys.lasted(now, press)
    }

    /// Writes the next 20 ms into `out`. Called every 20 ms, or not at all for a while.
    pub fn frame(&mut self, now: Instant, out: &mut Frame) -> Heard {
        if let Some(last) = self.last_frame.replace(now)
            && now.saturating_duration_since(last) > NOT_LISTENED_TO
        {
            self.progress = Progress::Silent;
            self.playout.clear();
        }
        let at = self.line_position(now);
        while self.playout.waiting() < FRAME_SAMPLES {
            self.fetch(now, at);
        }
        self.come_near_target(at);
        self.playout.take(out)
    }

    /// How the phone was heard so far.
    #[must_use]
    pub fn figures(&self) -> ReceiverFigures {
        self.counted.figures()
    }

    /// Packets that wait to be heard, at most
    /// [`MAX_WAITING_PACKETS`](crate::limits::MAX_WAITING_PACKETS).
    #[must_use]
    pub fn waiting_packets(&self) -> usize {
        self.waiting.len()
    }

    /// In which codec the phone was heard last.
    #[must_use]
    pub const fn codec(&self) -> Codec {
        self.codec
    }
}

/// Packets in.
impl Receiver {
    /// Which source the packet is of, and its extended sequence number; `None` if it is to be
    /// passed over.
    fn follow_source(&mut self, now: Instant, packet: &RtpPacket<'_>) -> Option<u64> {
        let sequence = packet.sequence();
        let source = match &mut self.source {
            Some(source) if source.ssrc == packet.ssrc() => source,
            other => {
                let just_left = self.left.is_some_and(|(ssrc, at)| {
                    ssrc == packet.ssrc() && now.saturating_duration_since(at) < LEFT_FOR_GOOD
                });
                if just_left {
                    return None;
                }
                let before = other.replace(Source {
                    ssrc: packet.ssrc(),
                    sequence: SequenceTracker::new(sequence),
                    line: None,
                });
                if let Some(before) = before {
                    self.left = Some((before.ssrc, now));
                    self.begin_anew();
                }
                let first = extended(&SequenceTracker::new(sequence));
                self.passed = first - 1;
                return Some(first);
            }
        };
        let arrival = source.sequence.observe(sequence);
        let highest = extended(&source.sequence);
        match arrival {
            Arrival::Next | Arrival::AfterGap(_) => Some(highest),
            Arrival::Late => {
                let behind = (highest as u16).wrapping_sub(sequence);
                Some(highest - u64::from(behind))
            }
            Arrival::Restarted => {
                source.line = None;
                self.begin_anew();
                self.passed = highest - 1;
                Some(highest)
            }
            Arrival::Duplicate | Arrival::Jump => None,
        }
    }

    /// The phone's numbers have nothing to do any more with what waits.
    fn begin_anew(&mut self) {
        self.waiting.clear();
        self.keys.begin_anew();
        self.fall_silent();
        self.counted.resets += 1;
    }

    /// Where a timestamp lies on the time line. A new or implausible one is laid where a fast
    /// packet that arrived now would be.
    fn place(&mut self, arrived: i64, timestamp: u32, clock_hz: u32, length: usize) -> i64 {
        let soonest = arrived - self.spread.fastest();
        let Some(source) = &mut self.source else {
            return soonest;
        };
        let placed = source
            .line
            .as_mut()
            .and_then(|line| (line.clock_hz() == clock_hz).then(|| line.place(timestamp)));
        let start = match placed {
            Some(start) if !self.spread.is_jump(arrived - start) => start,
            _ => {
                let changes_codec = placed.is_none() && source.line.is_some();
                source.line = Some(TimeLine::new(clock_hz, timestamp, soonest));
                if placed.is_some() {
                    self.waiting.clear();
                    self.fall_silent();
                }
                if placed.is_some() || changes_codec {
                    self.counted.resets += 1;
                }
                soonest
            }
        };
        self.spread.observe(arrived - start, length);
        start
    }

    fn keep(&mut self, sequence: u64, start: i64, holds: Holds, payload: &[u8]) {
        if holds == Holds::Else && self.waiting.front().is_none() {
            self.passed = self.passed.max(sequence);
        } else if self.waiting.insert(sequence, start, holds, payload) {
            self.counted.late += 1;
        }
    }

    fn expected_length(&self, codec: Codec, octets: usize) -> usize {
        match codec {
            Codec::Pcmu | Codec::Pcma | Codec::G722 => octets * 2,
            Codec::Opus => self.packet_length,
        }
    }

    /// The RTP clock the phone uses now. Keys and comfort noise go by that of the sound beside them.
    fn clock_hz(&self) -> u32 {
        let line = self.source.as_ref().and_then(|source| source.line);
        let first = self.format.receive.first();
        line.map(|line| line.clock_hz())
            .or(first.map(|(_, codec)| codec.clock_hz()))
            .unwrap_or(8_000)
    }

    /// A moment in samples since the first packet.
    fn line_position(&self, now: Instant) -> i64 {
        let since = self
            .began
            .map_or(Duration::ZERO, |began| now.saturating_duration_since(began));
        let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX / 16);
        micros.saturating_mul(i64::from(SAMPLE_RATE / 1000)) / 1000
    }
}

/// Frames out.
impl Receiver {
    /// Goes one step on: appends sound, made-up sound or silence, or passes over a packet. Each
    /// step does one of these, so there is always a frame in the end.
    fn fetch(&mut self, now: Instant, at: i64) {
        let missing = FRAME_SAMPLES.saturating_sub(self.playout.waiting());
        let due = at + self.playout.waiting() as i64;
        let front = self.waiting.front().map(|p| (p.sequence, p.start, p.holds));
        match (self.progress, front) {
            (_, Some((sequence, _, Holds::Else))) => self.pass(sequence),
            (Progress::Silent, None) => self.append_silence(missing),
            (Progress::Silent, Some((sequence, _, Holds::Noise))) => {
                self.hear_noise();
                self.pass(sequence);
            }
            (Progress::Silent, Some((sequence, start, Holds::Sound(_)))) => {
                let wait = start + self.spread.target() - due;
                if wait > 0 {
                    self.append_silence(missing.min(wait as usize));
                } else if wait < -FAR_TOO_LONG {
                    self.pass(sequence);
                    self.note_late();
                } else {
                    self.decoded_to = start;
                    self.progress = Progress::Speaking {
                        made_up: 0,
                        unassigned: 0,
                    };
                    self.decode_front();
                }
            }
            (Progress::Speaking { made_up, .. }, None) => {
                // A key's tone takes the place of sound; nothing is missing then.
                if made_up >= MOST_MADE_UP || self.keys.is_pressed(now) {
                    self.fall_silent();
                } else {
                    self.make_up(missing, false);
                    if let Progress::Speaking { unassigned, .. } = &mut self.progress {
                        *unassigned += missing;
                    }
                }
            }
            (
                Progress::Speaking {
                    made_up,
                    unassigned,
                },
                Some((sequence, start, holds)),
            ) => {
                let lost = sequence.saturating_sub(self.passed.saturating_add(1));
                if unassigned > 0 {
                    self.assign(unassigned, lost, start, due);
                }
                self.go_on(sequence, start, holds, lost, made_up);
            }
        }
    }

    /// Something came at last: what was made up meanwhile stands for what is missing before it.
    /// The rest either delays what follows, where sound should wait longer anyway, or stands for
    /// the beginning of what came.
    fn assign(&mut self, unassigned: usize, lost: u64, start: i64, due: i64) {
        let made_up = unassigned as i64;
        let gap = (start - self.decoded_to).max(0);
        let for_gap = made_up.min(gap);
        let delay_if_whole = due - start;
        let too_long = delay_if_whole - self.spread.target();
        let for_beginning = if gap > for_gap || too_long < TOO_SHORT {
            0
        } else {
            too_long.min(made_up - for_gap)
        };
        self.decoded_to += for_gap + for_beginning;
        // Between talk spurts nothing was missing.
        if lost > 0 || gap <= ROUNDING {
            self.counted.concealed += unassigned as u64;
        }
        if let Progress::Speaking { unassigned, .. } = &mut self.progress {
            *unassigned = 0;
        }
    }

    /// Hears the next packet if its time has come, or what has to be heard before it.
    fn go_on(&mut self, sequence: u64, start: i64, holds: Holds, lost: u64, made_up: usize) {
        let gap = start - self.decoded_to;
        let lost_samples = i64::try_from(lost)
            .unwrap_or(i64::MAX)
            .saturating_mul(self.packet_length as i64);
        if sequence <= self.passed && gap < -ROUNDING {
            // What stands for it was heard already.
            self.counted.late += u64::from(holds != Holds::Noise);
            self.waiting.pop();
        } else if gap <= ROUNDING {
            match holds {
                Holds::Noise => {
                    self.hear_noise();
                    self.pass(sequence);
                    self.fall_silent();
                }
                Holds::Sound(_) | Holds::Else => self.decode_front(),
            }
        } else if gap > lost_samples + lost_samples / 2 || made_up >= MOST_MADE_UP {
            // More time has passed than packets are lost: the phone was silent.
            self.fall_silent();
        } else {
            // The last 20 ms of the gap may be in the packet after it (RFC 7587 §3.3).
            let last = gap <= (FRAME_SAMPLES + FRAME_SAMPLES / 2) as i64;
            let samples = if last { gap as usize } else { FRAME_SAMPLES };
            self.make_up(samples, last);
            self.decoded_to += samples as i64;
            self.counted.concealed += samples as u64;
        }
    }

    /// Decodes the first packet that waits. What of it comes too late is left out.
    fn decode_front(&mut self) {
        let Some(packet) = self.waiting.front() else {
            return;
        };
        let Holds::Sound(codec) = packet.holds else {
            return;
        };
        let (sequence, start) = (packet.sequence, packet.start);
        let skip = usize::try_from(self.decoded_to - start).unwrap_or(0);
        let skip = if skip as i64 <= ROUNDING { 0 } else { skip };
        let slot = &mut self.decoders[codec as usize];
        let decoder = slot.get_or_insert_with(|| Box::new(Decoder::new(codec)));
        let mut result = Ok(());
        let mut length = 0;
        self.playout.append(Heard::Sound, |out| {
            let joint = out.len();
            if skip > 0 {
                decoder.conceal(JOINT, None, out);
            }
            let begin = out.len();
            result = decoder.decode(&packet.payload, out);
            length = out.len() - begin;
            if skip > 0 {
                join(out, joint, begin, skip);
            }
        });
        if result.is_err() {
            // It counts as lost, so `passed` stays.
            self.counted.unreadable += 1;
            self.waiting.pop();
            return;
        }
        self.codec = codec;
        self.packet_length = length.max(1);
        self.pass(sequence);
        if skip >= length {
            self.note_late();
            return;
        }
        self.late_in_row = 0;
        self.decoded_to = start + length as i64;
        self.counted.used += 1;
        self.counted.sound += (length - skip) as u64;
        self.noise.stop();
        self.progress = Progress::Speaking {
            made_up: 0,
            unassigned: 0,
        };
    }

    /// A packet came too late. If all do, sound has to wait longer from now on.
    fn note_late(&mut self) {
        self.counted.late += 1;
        // Behind a late packet others may be in time.
        if self.waiting.front().is_some() {
            return;
        }
        self.late_in_row += 1;
        if self.late_in_row >= ALL_LATE {
            self.late_in_row = 0;
            self.spread.forget();
            self.fall_silent();
            self.counted.resets += 1;
        }
    }

    /// Appends made-up sound, with what the next packet says of it if that is wanted.
    fn make_up(&mut self, samples: usize, with_next: bool) {
        let front = self.waiting.front().filter(|_| with_next);
        let next = front.filter(|packet| packet.holds == Holds::Sound(self.codec));
        let next = next.map(|packet| packet.payload.as_slice());
        let decoder = &mut self.decoders[self.codec as usize];
        self.playout.append(Heard::Concealed, |out| match decoder {
            Some(decoder) => decoder.conceal(samples, next, out),
            None => out.resize(out.len() + samples, 0),
        });
        if let Progress::Speaking { made_up, .. } = &mut self.progress {
            *made_up += samples;
        }
    }

    /// Sound ends here, within 5 ms.
    fn fall_silent(&mut self) {
        if self.progress == Progress::Silent {
            return;
        }
        self.progress = Progress::Silent;
        if let Some(decoder) = &mut self.decoders[self.codec as usize] {
            self.playout.append(Heard::Concealed, |out| {
                let begin = out.len();
                // To its very end, so that nothing of it is heard when sound begins again.
                decoder.conceal(JOINT + MOST_MADE_UP, None, out);
                out.truncate(begin + JOINT);
                for (n, sample) in out[begin..].iter_mut().enumerate() {
                    *sample = blend(*sample, 0, n, JOINT);
                }
            });
        }
    }

    fn append_silence(&mut self, samples: usize) {
        let what = if self.noise.is_heard() {
            Heard::Sound
        } else {
            Heard::Nothing
        };
        let noise = &mut self.noise;
        self.playout.append(what, |out| noise.append(samples, out));
    }

    fn hear_noise(&mut self) {
        if let Some(packet) = self.waiting.front() {
            self.noise.begin(&packet.payload);
        }
    }

    fn pass(&mut self, sequence: u64) {
        self.passed = self.passed.max(sequence);
        self.waiting.pop();
    }

    /// Makes the sound that goes out now longer or shorter, so that it waits as long as it should.
    fn come_near_target(&mut self, at: i64) {
        self.frames_since_shortened = self.frames_since_shortened.saturating_add(1);
        let settled = Progress::Speaking {
            made_up: 0,
            unassigned: 0,
        };
        if self.progress != settled {
            return;
        }
        let delay = at + self.playout.waiting() as i64 - self.decoded_to;
        self.counted.delay = delay - self.spread.fastest();
        let too_long = delay - self.spread.target();
        let quiet = self.playout.is_quiet();
        if too_long <= -TOO_SHORT {
            let alike = match (quiet, too_long <= -(FRAME_SAMPLES as i64)) {
                (false, false) => 0.6,
                _ => -1.0,
            };
            self.playout.repeat_period(alike);
            return;
        }
        let bearable = if quiet {
            TOO_LONG_IN_PAUSE
        } else {
            TOO_LONG_IN_SPEECH
        };
        let far = too_long > FAR_TOO_LONG;
        if too_long <= bearable || !(far || self.frames_since_shortened >= SHORTEN_EVERY) {
            return;
        }
        while self.playout.waiting() < TO_SHORTEN && self.front_follows() {
            self.decode_front();
        }
        let alike = match (quiet, far) {
            (true, _) => -1.0,
            (false, true) => 0.5,
            (false, false) => 0.85,
        };
        if self.playout.leave_out_period(alike) > 0 {
            self.frames_since_shortened = 0;
        }
    }

    /// Whether the first packet that waits begins where the decoded sound ends.
    fn front_follows(&self) -> bool {
        self.waiting.front().is_some_and(|packet| {
            matches!(packet.holds, Holds::Sound(_))
                && (packet.start - self.decoded_to).abs() <= ROUNDING
        })
    }
}

/// `out` holds made-up sound from `joint` and a packet from `begin`, the first `skip` samples of
/// which come too late: leaves the rest of the packet, which begins with a blend of the two.
fn join(out: &mut Vec<i16>, joint: usize, begin: usize, skip: usize) {
    let heard_from = out.len().min(begin + skip);
    let length = (begin - joint).min(out.len() - heard_from);
    for n in 0..length {
        out[heard_from + n] = blend(out[joint + n], out[heard_from + n], n, length);
    }
    out.drain(joint..heard_from);
}

/// The highest sequence number so far, counted from one cycle up, so that packets before the first
/// have a number too.
fn extended(tracker: &SequenceTracker) -> u64 {
    u64::from(tracker.extended_highest()) + (1 << 16)
}
