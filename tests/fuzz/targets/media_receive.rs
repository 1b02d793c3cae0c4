//! A phone's packets, as bent as anybody sends them, and a frame taken every 20 ms: there always is
//! one, no more waits than may, and a key is told once per press.
#![no_main]

use cordboard_fuzz::Script;
use libfuzzer_sys::fuzz_target;
use media::{
    Codec, SILENCE, SoundFormat,
    limits::MAX_WAITING_PACKETS,
    stream::{Heard, Receiver},
};
use rtp_packet::{Digit, NewRtpPacket, RtpPacket, TelephoneEvent};
use std::time::{Duration, Instant};

const KEYS: u8 = 101;
const COMFORT_NOISE: u8 = 13;
const UNKNOWN: u8 = 77;

/// What every codec is received as.
const TYPES: [(u8, Codec); 4] = [
    (0, Codec::Pcmu),
    (8, Codec::Pcma),
    (9, Codec::G722),
    (96, Codec::Opus),
];

/// How far a phone's clock goes from one packet to the next; the last is over the edge.
const STEPS: [u32; 8] = [160, 960, 80, 320, 0, 1_000_000, 5_760, u32::MAX - 159];

fuzz_target!(|data: &[u8]| {
    let mut script = Script::new(data);
    let mut phone = Phone::new(&mut script);
    while let Some(step) = script.step() {
        phone.act(step, &mut script);
        let waiting = phone.receiver.waiting_packets();
        assert!(waiting <= MAX_WAITING_PACKETS, "{waiting} packets wait");
    }
    phone.listen(30);
});

struct Phone {
    now: Instant,
    receiver: Receiver,
    codec: (u8, Codec),
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
    step: u32,
    /// All it ever sent.
    sent: Vec<Vec<u8>>,
}

impl Phone {
    fn new(script: &mut Script<'_>) -> Self {
        let codec = script.pick(&TYPES).copied().unwrap_or(TYPES[0]);
        Self {
            now: Instant::now(),
            receiver: Receiver::new(&format(codec, 4)),
            codec,
            // Close to where they begin anew.
            sequence: u16::MAX - 20,
            timestamp: u32::MAX - 2_000,
            ssrc: 1,
            step: codec.1.ticks_per_frame(),
            sent: Vec::new(),
        }
    }

    fn act(&mut self, step: u8, script: &mut Script<'_>) {
        match step {
            b's' => {
                let octets = script.bytes();
                self.send(self.codec.0, false, octets);
            }
            // 20 ms of sound that need not be written down.
            b'v' => {
                let octet = script.number() as u8;
                let octets = if self.codec.1 == Codec::Opus { 3 } else { 160 };
                self.send(self.codec.0, false, &vec![octet; octets]);
                self.listen(1);
            }
            b'n' => {
                let octets = script.bytes();
                self.send(COMFORT_NOISE, false, octets);
            }
            b'u' => {
                let octets = script.bytes();
                self.send(UNKNOWN, false, octets);
            }
            b'k' => self.press(script),
            b'r' => {
                let datagram = script.bytes();
                self.arrive(datagram);
            }
            // Once more, or too late.
            b'd' => {
                if let Some(datagram) = script.latest(&self.sent).cloned() {
                    self.arrive(&datagram);
                }
            }
            b'j' => self.sequence = self.sequence.wrapping_add(jump(script)),
            b't' => {
                let ticks = u32::from(jump(script));
                self.timestamp = self.timestamp.wrapping_add(ticks.wrapping_mul(self.step));
            }
            b'z' => self.step = script.pick(&STEPS).copied().unwrap_or(160),
            b'x' => self.ssrc = script.number() as u32,
            b'c' => self.codec = script.pick(&TYPES).copied().unwrap_or(self.codec),
            b'g' => {
                let codec = script.pick(&TYPES).copied().unwrap_or(self.codec);
                let received = script.number() % (TYPES.len() + 1);
                self.receiver.set_format(&format(codec, received));
            }
            b'f' => self.listen(script.number()),
            b'w' => self.now += script.wait(),
            b'm' => self.now += Duration::from_millis(script.number() as u64),
            _ => {}
        }
    }

    /// A key, in packets of which some are lost, some come twice.
    fn press(&mut self, script: &mut Script<'_>) {
        let event = script.number() as u8;
        let (packets, lost, twice) = (script.number() % 16, script.number(), script.number());
        let mut told = Vec::new();
        for index in 0..packets {
            let payload = TelephoneEvent {
                event,
                end: index + 3 >= packets,
                volume: 10,
                duration: (index as u16 + 1).saturating_mul(160),
            };
            let timestamp = self.timestamp;
            let datagram = self.write(KEYS, index == 0, &payload.build());
            self.timestamp = timestamp;
            if lost >> (index % 8) & 1 == 0 {
                told.extend(self.arrive(&datagram));
            }
            if twice >> (index % 8) & 1 == 1 {
                told.extend(self.arrive(&datagram));
            }
            self.listen(1);
        }
        self.timestamp = self.timestamp.wrapping_add(self.step.wrapping_mul(16));
        assert!(told.len() <= 1, "one press is told as {told:?}");
        assert!(told.iter().all(|digit| digit.event() == event));
    }

    fn send(&mut self, payload_type: u8, marker: bool, payload: &[u8]) {
        let datagram = self.write(payload_type, marker, payload);
        self.arrive(&datagram);
    }

    fn write(&mut self, payload_type: u8, marker: bool, payload: &[u8]) -> Vec<u8> {
        let packet = NewRtpPacket {
            marker,
            payload_type,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
            payload,
            ..NewRtpPacket::default()
        };
        let mut datagram = Vec::new();
        packet.write_to(&mut datagram).expect("a packet");
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(self.step);
        self.sent.push(datagram.clone());
        datagram
    }

    fn arrive(&mut self, datagram: &[u8]) -> Option<Digit> {
        let packet = RtpPacket::parse(datagram).ok()?;
        self.receiver.on_rtp(self.now, &packet)
    }

    fn listen(&mut self, frames: usize) {
        for _ in 0..frames {
            let mut frame = [1; 320];
            let heard = self.receiver.frame(self.now, &mut frame);
            if heard == Heard::Nothing {
                assert_eq!(frame, SILENCE);
            }
            self.now += Duration::from_millis(20);
        }
    }
}

fn format(codec: (u8, Codec), received: usize) -> SoundFormat {
    SoundFormat {
        receive: TYPES.into_iter().take(received).collect(),
        ..SoundFormat::only(codec.0, codec.1, Some(KEYS))
    }
}

fn jump(script: &mut Script<'_>) -> u16 {
    (script.number() * 256 + script.number()) as u16
}
