//! A phone that speaks, a network, and our receiver, on one virtual clock.

use std::f64::consts::TAU;
use std::time::{Duration, Instant};

use media::stream::{Datagram, Heard, Receiver, ReceiverFigures, Sender};
use media::{Codec, FRAME_SAMPLES, Frame, SILENCE, SoundFormat};
use rtp_packet::{Digit, RtpPacket};

pub const KEYS: u8 = 101;

/// The phone's usual format.
pub fn format(codec: Codec) -> SoundFormat {
    SoundFormat::only(payload_type(codec), codec, Some(KEYS))
}

pub const fn payload_type(codec: Codec) -> u8 {
    match codec {
        Codec::Pcmu => 0,
        Codec::Pcma => 8,
        Codec::G722 => 9,
        Codec::Opus => 111,
    }
}

/// Chance that is the same in every run.
pub struct Chance(u64);

impl Chance {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Evenly from 0 to 1.
    pub fn even(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A datagram on its way: when it arrives, in microseconds since the call began.
pub type Arriving = (u64, Datagram);

/// What was heard.
pub struct Outcome {
    pub samples: Vec<i16>,
    pub frames: Vec<Heard>,
    pub digits: String,
    pub figures: ReceiverFigures,
    /// After every frame.
    pub delays: Vec<Duration>,
}

impl Outcome {
    pub fn count(&self, heard: Heard) -> usize {
        self.frames.iter().filter(|frame| **frame == heard).count()
    }
}

/// Frames of a sound, packed by a phone of our own make.
pub fn pack(codec: Codec, frames: &[Frame]) -> Vec<Datagram> {
    let mut sender = Sender::new(&format(codec), 0x5eed, 65_500, u32::MAX - 4_000);
    frames
        .iter()
        .map(|frame| {
            let mut datagram = Datagram::new();
            sender.send(frame, &mut datagram);
            datagram
        })
        .collect()
}

/// Sends a packet every 20 ms through a network that says how many microseconds each takes;
/// `None` loses it.
pub fn through(
    datagrams: Vec<Datagram>,
    mut network: impl FnMut(usize) -> Option<u64>,
) -> Vec<Arriving> {
    let sent = datagrams.into_iter().enumerate();
    sent.filter_map(|(n, datagram)| Some((n as u64 * 20_000 + network(n)?, datagram)))
        .collect()
}

/// Lets a receiver hear what arrives, tick by tick, until a second after the last packet. Its ticks
/// fall 7 ms after the phone's.
pub fn hear(format: &SoundFormat, arriving: Vec<Arriving>) -> Outcome {
    hear_with(&mut Receiver::new(format), arriving)
}

pub fn hear_with(receiver: &mut Receiver, mut arriving: Vec<Arriving>) -> Outcome {
    arriving.sort_by_key(|(at, _)| *at);
    let began = Instant::now();
    let ends = arriving.last().map_or(0, |(at, _)| at + 1_000_000);
    let mut arriving = arriving.into_iter().peekable();
    let mut outcome = Outcome {
        samples: Vec::new(),
        frames: Vec::new(),
        digits: String::new(),
        figures: ReceiverFigures::default(),
        delays: Vec::new(),
    };
    let mut out = SILENCE;
    let mut tick = 7_000;
    while tick < ends {
        while let Some((at, datagram)) = arriving.next_if(|(at, _)| *at <= tick) {
            let packet = RtpPacket::parse(&datagram).unwrap();
            let digit = receiver.on_rtp(began + Duration::from_micros(at), &packet);
            outcome.digits.extend(digit.map(Digit::key));
        }
        let heard = receiver.frame(began + Duration::from_micros(tick), &mut out);
        outcome.frames.push(heard);
        outcome.samples.extend_from_slice(&out);
        outcome.delays.push(receiver.figures().delay);
        tick += 20_000;
    }
    outcome.figures = receiver.figures();
    outcome
}

pub fn tone(hz: f64, seconds: f64) -> Vec<Frame> {
    frames((seconds * 50.0) as usize, |t| {
        8_000.0 * (TAU * hz * t).sin()
    })
}

/// A voice that never pauses: a gliding pitch with its overtones.
pub fn humming(seconds: f64) -> Vec<Frame> {
    let mut phase = 0.0;
    frames((seconds * 50.0) as usize, |t| {
        let pitch = 125.0 + 25.0 * (TAU * 0.7 * t).sin() + 10.0 * (TAU * 0.23 * t).sin();
        phase += pitch / 16_000.0;
        voiced(phase)
    })
}

/// Words of a quarter of a second to a second, with pauses between.
pub fn speech(seconds: f64) -> Vec<Frame> {
    let mut phase = 0.0;
    frames((seconds * 50.0) as usize, |t| {
        let pitch = 120.0 + 30.0 * (TAU * 0.31 * t).sin();
        phase += pitch / 16_000.0;
        let words = (TAU * 0.8 * t).sin() + 0.6 * (TAU * 1.9 * t + 1.0).sin();
        let loudness = (words + 0.2).clamp(0.0, 1.0);
        loudness * voiced(phase)
    })
}

fn voiced(phase: f64) -> f64 {
    let overtones = (1..=12).map(|k| {
        let k = f64::from(k);
        (TAU * phase * k + k * k).sin() / (1.0 + 0.3 * k)
    });
    2_500.0 * overtones.sum::<f64>()
}

fn frames(count: usize, mut sample: impl FnMut(f64) -> f64) -> Vec<Frame> {
    let mut n = 0;
    (0..count)
        .map(|_| {
            let mut frame = [0; FRAME_SAMPLES];
            for slot in &mut frame {
                *slot = sample(f64::from(n) / 16_000.0) as i16;
                n += 1;
            }
            frame
        })
        .collect()
}

pub fn flat(frames: &[Frame]) -> Vec<i16> {
    frames.as_flattened().to_vec()
}

/// By how much `heard` lags behind `said` at `at` (seconds), from where 200 ms of them resemble
/// each other most within 400 ms.
pub fn lag(said: &[i16], heard: &[i16], at: f64) -> Duration {
    let start = (at * 16_000.0) as usize;
    let piece = &said[start..start + 3_200];
    let best = (0..6_400usize).step_by(4).max_by(|a, b| {
        let of = |lag: usize| correlation(piece, &heard[start + lag..start + lag + 3_200]);
        of(*a).total_cmp(&of(*b))
    });
    Duration::from_secs_f64(best.unwrap() as f64 / 16_000.0)
}

fn correlation(a: &[i16], b: &[i16]) -> f64 {
    let (mut cross, mut bb) = (0.0, 1.0);
    for (x, y) in a.iter().zip(b).step_by(3) {
        cross += f64::from(*x) * f64::from(*y);
        bb += f64::from(*y) * f64::from(*y);
    }
    cross / f64::sqrt(bb)
}
