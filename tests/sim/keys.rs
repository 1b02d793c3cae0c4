//! Keys as they reach whoever has a phone: as events, or as tones in the sound.

use media::{
    Codec, FRAME_SAMPLES, Frame, SILENCE,
    codec::{Decoder, Encoder, MAX_PAYLOAD},
    signal::dtmf::{DtmfDetector, key_tones},
};
use rtp_packet::{Digit, RtpPacket, TelephoneEvent};
use std::{f32::consts::TAU, time::Duration};

/// The payload types of simulated phones.
const PCMA: u8 = 8;
const EVENTS: u8 = 101;

/// The keys that have reached a phone.
#[derive(Clone, Debug, Default)]
pub struct KeysHeard {
    /// As events (RFC 4733), in order.
    pub events: Vec<Event>,
    /// As tones.
    pub tones: String,
    ear: DtmfDetector,
}

/// A key as an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which key.
    pub key: char,
    /// How long it was pressed, as its packets say.
    pub lasted: Duration,
    /// How many packets said that it was let go: three, so that two may be lost.
    pub ends: u32,
    timestamp: u32,
}

impl KeysHeard {
    /// A packet reaches the phone.
    pub(super) fn hear(&mut self, datagram: &[u8]) {
        let Ok(packet) = RtpPacket::parse(datagram) else {
            return;
        };
        match packet.payload_type() {
            EVENTS => self.hear_event(&packet),
            PCMA => {
                let mut samples = Vec::new();
                // A decoder for each: G.711 remembers nothing that tones are made of.
                let decoded = Decoder::new(Codec::Pcma).decode(packet.payload(), &mut samples);
                if let (Ok(()), Ok(frame)) = (decoded, Frame::try_from(&*samples)) {
                    self.tones.extend(self.ear.listen(&frame).map(Digit::key));
                }
            }
            _ => {}
        }
    }

    fn hear_event(&mut self, packet: &RtpPacket<'_>) {
        let Ok(event) = TelephoneEvent::parse(packet.payload()) else {
            return;
        };
        let Some(key) = event.digit().map(Digit::key) else {
            return;
        };
        let timestamp = packet.timestamp();
        if self.events.last().map(|last| last.timestamp) != Some(timestamp) {
            self.events.push(Event {
                key,
                lasted: Duration::ZERO,
                ends: 0,
                timestamp,
            });
        }
        if let Some(last) = self.events.last_mut() {
            let lasted = Duration::from_millis(u64::from(event.duration) / 8);
            last.lasted = last.lasted.max(lasted);
            last.ends += u32::from(event.end);
        }
    }
}

/// The tones of a key in packets of 20 ms, as an old telephone sends them.
pub(super) fn tones(key: Digit, lasts: Duration) -> Vec<Vec<u8>> {
    let (low, high) = key_tones(key);
    let mut encoder = Encoder::new(Codec::Pcma);
    let frames = lasts.as_millis() / u128::from(media::FRAME_MS);
    (0..frames as usize)
        .map(|number| {
            let mut frame = SILENCE;
            for (at, sample) in frame.iter_mut().enumerate() {
                let time = (number * FRAME_SAMPLES + at) as f32 / media::SAMPLE_RATE as f32;
                let wave = |hz: u16| (TAU * f32::from(hz) * time).sin();
                *sample = (9_200.0 * (wave(low) + wave(high))) as i16;
            }
            let mut payload = [0; MAX_PAYLOAD];
            let length = encoder.encode(&frame, &mut payload);
            payload[..length].to_vec()
        })
        .collect()
}
