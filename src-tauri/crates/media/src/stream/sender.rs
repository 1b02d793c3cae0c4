//! Frames in, RTP packets out: our sound and our key presses to one phone.

use std::f32::consts::TAU;
use std::time::Duration;

use rtp_packet::{Digit, NewRtpPacket, TelephoneEvent};

use super::keys_out::{KeysOut, Part};
use crate::codec::{Encoder, MAX_PAYLOAD};
use crate::format::{Codec, SoundFormat};
use crate::frame::{FRAME_SAMPLES, Frame, SAMPLE_RATE, SILENCE};
use crate::signal::dtmf::key_tones;

/// One datagram as it goes out. Kept by the caller and used over and over, so that sending
/// allocates nothing.
pub type Datagram = Vec<u8>;

/// How loud the phone is told to play a key, in −dBm0.
const KEY_VOLUME: u8 = 10;

/// Peak of each of the two tones of a key made in the sound: −8 dBm0, which is −11 dBFS.
const KEY_PEAK: f32 = 9_200.0;

/// Our half of one phone's sound. Call one of [`send`](Self::send),
/// [`send_encoded`](Self::send_encoded) and [`skip`](Self::skip) every 20 ms.
#[derive(Debug)]
pub struct Sender {
    send: (u8, Codec),
    send_digits: Option<u8>,
    /// None until there is something to encode: what is encoded already needs none.
    encoder: Option<Encoder>,
    keys: KeysOut,
    key_timestamp: u32,
    ssrc: u32,
    sequence: u16,
    /// Of the next frame.
    timestamp: u32,
    /// Nothing of sound was sent in the frame before.
    after_silence: bool,
    packets: u32,
    octets: u32,
}

impl Sender {
    /// A stream in the `send` half of `format`. The SSRC and the first sequence number and
    /// timestamp are drawn at random (RFC 3550 §5.1).
    #[must_use]
    pub fn new(
        format: &SoundFormat,
        ssrc: u32,
        first_sequence: u16,
        first_timestamp: u32,
    ) -> Sender {
        Sender {
            send: format.send,
            send_digits: format.send_digits,
            encoder: None,
            keys: KeysOut::default(),
            key_timestamp: 0,
            ssrc,
            sequence: first_sequence,
            timestamp: first_timestamp,
            after_silence: true,
            packets: 0,
            octets: 0,
        }
    }

    /// The session was agreed anew: from the next frame on it is sent like this. Sequence numbers
    /// and SSRC go on.
    pub fn set_format(&mut self, format: &SoundFormat) {
        if format.send.1 != self.send.1 {
            self.encoder = None;
        }
        self.send = format.send;
        self.send_digits = format.send_digits;
    }

    /// Encodes a frame and writes the datagram that takes it to the phone into `out`. While a key
    /// is pressed, the datagram carries the press instead. The marker tells the phone that sound
    /// begins after silence (RFC 3551 §4.1).
    pub fn send(&mut self, frame: &Frame, out: &mut Datagram) {
        self.send_sound(Sound::Frame(frame), out);
    }

    /// The same for a frame somebody else has encoded in our [`codec`](Self::codec): music that
    /// many listen to.
    pub fn send_encoded(&mut self, payload: &[u8], out: &mut Datagram) {
        self.send_sound(Sound::Encoded(payload), out);
    }

    /// 20 ms in which nothing is sent. A press under way waits, so send while
    /// [`is_pressing`](Self::is_pressing), [`SILENCE`] if there is nothing else.
    pub fn skip(&mut self) {
        self.after_silence = true;
        self.advance();
    }

    /// Queues key presses, at most [`MAX_KEYS_WAITING`](crate::limits::MAX_KEYS_WAITING): events of
    /// RFC 4733, or tones in the sound where the phone does not know events.
    pub fn press(&mut self, digits: &[Digit]) {
        self.keys.press(digits);
    }

    /// Queues a press that lasts until it is [let go](Self::let_go), for
    /// [`LONGEST_KEY`](crate::limits::LONGEST_KEY) at most.
    pub fn hold(&mut self, digit: Digit) {
        self.keys.hold(digit);
    }

    /// A key that is held is let go once it was down for so long, and for 100 ms at least.
    pub fn let_go(&mut self, after: Duration) {
        self.keys.let_go(after);
    }

    /// Whether a press is under way or waits.
    #[must_use]
    pub fn is_pressing(&self) -> bool {
        self.keys.is_pressing()
    }

    /// In which codec it sends.
    #[must_use]
    pub const fn codec(&self) -> Codec {
        self.send.1
    }

    /// Its source.
    #[must_use]
    pub const fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// The RTP timestamp of the next frame.
    #[must_use]
    pub const fn timestamp(&self) -> u32 {
        self.timestamp
    }

    /// Packets sent so far, wrapping as sender reports count them.
    #[must_use]
    pub const fn packets(&self) -> u32 {
        self.packets
    }

    /// Octets of payload sent so far, wrapping as sender reports count them.
    #[must_use]
    pub const fn octets(&self) -> u32 {
        self.octets
    }

    fn send_sound(&mut self, sound: Sound<'_>, out: &mut Datagram) {
        match (self.keys.advance(), self.send_digits) {
            (None, _) => self.write_sound(sound, out),
            (Some(part), Some(payload_type)) => match part.event() {
                Some((frames, end)) => {
                    self.write_event(payload_type, part, frames, end, out);
                }
                None => self.write_sound(sound, out),
            },
            (Some(part), None) if part.is_down() => {
                self.write_sound(Sound::Frame(&tones_of(part)), out);
            }
            // Nothing else is heard between the tones, so that each is told apart.
            (Some(_), None) => self.write_sound(Sound::Frame(&SILENCE), out),
        }
        self.advance();
    }

    fn write_sound(&mut self, sound: Sound<'_>, out: &mut Datagram) {
        let mut encoded = [0; MAX_PAYLOAD];
        let payload = match sound {
            Sound::Frame(frame) => {
                let codec = self.send.1;
                let encoder = self.encoder.get_or_insert_with(|| Encoder::new(codec));
                let length = encoder.encode(frame, &mut encoded);
                &encoded[..length.min(MAX_PAYLOAD)]
            }
            Sound::Encoded(payload) => payload,
        };
        let packet = NewRtpPacket {
            marker: self.after_silence,
            payload_type: self.send.0,
            timestamp: self.timestamp,
            payload,
            ..NewRtpPacket::default()
        };
        self.write(packet, out);
        self.after_silence = false;
    }

    fn write_event(
        &mut self,
        payload_type: u8,
        part: Part,
        frames: u32,
        end: bool,
        out: &mut Datagram,
    ) {
        // All packets of a press bear the time it began (RFC 4733 §2.2.2).
        if part.frame == 0 {
            self.key_timestamp = self.timestamp;
        }
        let per_frame = self.codec().ticks_per_frame();
        // What the duration field cannot say goes on as a segment, stamped with the end of the one
        // before (RFC 4733 §2.5.1.3).
        let in_segment = u32::from(u16::MAX) / per_frame;
        let before = (frames - 1) / in_segment * in_segment * per_frame;
        let ticks = frames * per_frame - before;
        let event = TelephoneEvent {
            event: part.digit.event(),
            end,
            volume: KEY_VOLUME,
            duration: u16::try_from(ticks).unwrap_or(u16::MAX),
        };
        let packet = NewRtpPacket {
            marker: part.frame == 0,
            payload_type,
            timestamp: self.key_timestamp.wrapping_add(before),
            payload: &event.build(),
            ..NewRtpPacket::default()
        };
        self.write(packet, out);
        self.after_silence = true;
    }

    fn write(&mut self, packet: NewRtpPacket<'_>, out: &mut Datagram) {
        out.clear();
        let packet = NewRtpPacket {
            ssrc: self.ssrc,
            sequence: self.sequence,
            // A description can name no type above 127.
            payload_type: packet.payload_type & 0x7f,
            ..packet
        };
        let written = packet.write_to(out);
        debug_assert!(written.is_ok(), "a plain header always fits");
        self.sequence = self.sequence.wrapping_add(1);
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(packet.payload.len() as u32);
    }

    fn advance(&mut self) {
        let ticks = self.codec().ticks_per_frame();
        self.timestamp = self.timestamp.wrapping_add(ticks);
    }
}

enum Sound<'a> {
    Frame(&'a Frame),
    Encoded(&'a [u8]),
}

/// The tones of a key (ITU-T Q.23), in step with the frames of the press before.
fn tones_of(part: Part) -> Frame {
    let (low, high) = key_tones(part.digit);
    let start = part.frame as usize * FRAME_SAMPLES;
    std::array::from_fn(|n| {
        let seconds = (start + n) as f32 / SAMPLE_RATE as f32;
        let tone = |hz: u16| (TAU * f32::from(hz) * seconds).sin();
        (KEY_PEAK * (tone(low) + tone(high))) as i16
    })
}
