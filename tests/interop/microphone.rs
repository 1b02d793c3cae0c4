//! What a telephone sends, sent by hand: sound in G.711 and keys as events (RFC 4733), over a network
//! as bad as a test wants it.

use super::sound::Sound;
use anyhow::{Context, Result};
use media::{
    Codec, FRAME_SAMPLES, Frame, SILENCE,
    codec::{Decoder, Encoder, MAX_PAYLOAD},
    signal::dtmf::DtmfDetector,
};
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use rtp_packet::{Digit, NewRtpPacket, RtpPacket, TelephoneEvent};
use std::{
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    thread,
    time::{Duration, Instant},
};

/// One packet.
const FRAME: Duration = Duration::from_millis(20);

/// Samples of one packet at G.711's clock.
const TICKS: u32 = 160;

/// Payload types: A-law's own (RFC 3551), and the one of key presses as we say it.
const PCMA: u8 = 8;
const EVENTS: u8 = 101;

/// How long a key is pressed, and how long none is before the next, in packets.
const PRESSED: u16 = 5;
const RELEASED: usize = 3;

/// How bad the way to the office is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Of a hundred packets, how many never arrive.
    pub lost: u32,
    /// How much later than the quickest the slowest arrive; they overtake each other.
    pub jitter: Duration,
}

impl Way {
    /// As in one room.
    pub const GOOD: Way = Way {
        lost: 0,
        jitter: Duration::ZERO,
    };
}

/// One stream of sound to the office.
pub struct Microphone {
    socket: UdpSocket,
    to: Option<SocketAddr>,
    way: Way,
    chance: ChaCha12Rng,
    encoder: Encoder,
    sequence: u16,
    timestamp: u32,
    /// When the next packet is due.
    due: Instant,
    /// What is on its way, and when it arrives.
    travelling: Vec<(Instant, Vec<u8>)>,
    sent: u32,
    lost: u32,
    /// Hears keys in the sound that comes back.
    ear: DtmfDetector,
}

impl Microphone {
    /// A free port; nothing is sent yet. What is lost and late is drawn from `seed`.
    ///
    /// # Errors
    /// No port.
    pub fn open(way: Way, seed: u64) -> Result<Microphone> {
        Ok(Microphone {
            socket: UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?,
            to: None,
            way,
            chance: ChaCha12Rng::seed_from_u64(seed),
            encoder: Encoder::new(Codec::Pcma),
            sequence: 1,
            timestamp: 0,
            due: Instant::now(),
            travelling: Vec::new(),
            sent: 0,
            lost: 0,
            ear: DtmfDetector::new(),
        })
    }

    /// What it can do, as an offer; with or without key presses as events.
    ///
    /// # Errors
    /// Its port is gone.
    pub fn offer(&self, events: bool) -> Result<String> {
        let port = self.socket.local_addr()?.port();
        let (more, named) = match events {
            true => (" 101", "a=rtpmap:101 telephone-event/8000\r\n"),
            false => ("", ""),
        };
        Ok(format!(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP 8{more}\r\na=rtpmap:8 PCMA/8000\r\n{named}"
        ))
    }

    /// Sends to where an answer says from now on.
    ///
    /// # Errors
    /// It names no port.
    pub fn answered(&mut self, sdp: &str) -> Result<()> {
        let mut lines = sdp.lines();
        let port = lines.find_map(|line| line.strip_prefix("m=audio ")?.split(' ').next());
        let port: u16 = port.context("no sound in the answer")?.parse()?;
        self.to = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        self.due = Instant::now();
        Ok(())
    }

    /// Speaks, in real time.
    ///
    /// # Errors
    /// The network is gone.
    ///
    /// # Panics
    /// The sound has another rate than 16 kHz.
    pub fn speak(&mut self, sound: &Sound) -> Result<()> {
        assert_eq!(sound.rate, media::SAMPLE_RATE, "what the encoder takes");
        for samples in sound.samples.chunks(FRAME_SAMPLES) {
            let mut frame = SILENCE;
            frame[..samples.len()].copy_from_slice(samples);
            self.send_frame(&frame)?;
        }
        Ok(())
    }

    /// Says nothing for so long.
    ///
    /// # Errors
    /// The network is gone.
    pub fn rest(&mut self, lasts: Duration) -> Result<()> {
        for _ in 0..lasts.as_millis() / FRAME.as_millis() {
            self.send_frame(&SILENCE)?;
        }
        Ok(())
    }

    /// Presses keys, 100 ms each and 60 ms between, as events: one packet every 20 ms, the last
    /// three times (RFC 4733 §2.5.1).
    ///
    /// # Errors
    /// The network is gone.
    pub fn press(&mut self, keys: &str) -> Result<()> {
        for key in keys.chars().filter_map(Digit::of_key) {
            let began = self.timestamp;
            for packet in 1..=PRESSED {
                let event = TelephoneEvent {
                    event: key.event(),
                    end: false,
                    volume: 10,
                    duration: packet * TICKS as u16,
                };
                self.send(EVENTS, packet == 1, began, &event.build())?;
                self.wait();
            }
            let end = TelephoneEvent {
                event: key.event(),
                end: true,
                volume: 10,
                duration: PRESSED * TICKS as u16,
            };
            for _ in 0..3 {
                self.send(EVENTS, false, began, &end.build())?;
            }
            for _ in 0..RELEASED {
                self.send_frame(&SILENCE)?;
            }
        }
        Ok(())
    }

    /// The keys that came as tones since this was asked last.
    ///
    /// # Errors
    /// The network is gone.
    pub fn keys_heard(&mut self) -> Result<String> {
        self.socket.set_nonblocking(true)?;
        let mut keys = String::new();
        let mut buffer = [0; 2_048];
        while let Ok(length) = self.socket.recv(&mut buffer) {
            let Ok(packet) = RtpPacket::parse(&buffer[..length]) else {
                continue;
            };
            let mut samples = Vec::new();
            // A decoder for each: tones are made of nothing that G.711 remembers.
            let decoded = Decoder::new(Codec::Pcma).decode(packet.payload(), &mut samples);
            if packet.payload_type() == PCMA
                && let (Ok(()), Ok(frame)) = (decoded, Frame::try_from(&*samples))
            {
                keys.extend(self.ear.listen(&frame).map(Digit::key));
            }
        }
        self.socket.set_nonblocking(false)?;
        Ok(keys)
    }

    /// How many packets were sent, and how many of them never arrived.
    pub fn counts(&self) -> (u32, u32) {
        (self.sent, self.lost)
    }

    fn send_frame(&mut self, frame: &Frame) -> Result<()> {
        let mut payload = [0; MAX_PAYLOAD];
        let length = self.encoder.encode(frame, &mut payload);
        self.send(PCMA, false, self.timestamp, &payload[..length])?;
        self.wait();
        Ok(())
    }

    /// Puts a packet on its way, unless it is lost.
    fn send(&mut self, payload_type: u8, marker: bool, timestamp: u32, what: &[u8]) -> Result<()> {
        let packet = NewRtpPacket {
            payload_type,
            marker,
            sequence: self.sequence,
            timestamp,
            ssrc: 0x0b1e_55ed,
            payload: what,
            ..NewRtpPacket::default()
        };
        self.sequence = self.sequence.wrapping_add(1);
        self.sent += 1;
        if self.chance.next_u32() % 100 < self.way.lost {
            self.lost += 1;
            return Ok(());
        }
        let mut bytes = Vec::new();
        packet.write_to(&mut bytes)?;
        let late = self.way.jitter.as_micros() as u64;
        let late = self.chance.next_u64() % (late + 1);
        let arrives = self.due + Duration::from_micros(late);
        self.travelling.push((arrives, bytes));
        Ok(())
    }

    /// Until the next packet is due, everything arrives that has to.
    fn wait(&mut self) {
        self.timestamp = self.timestamp.wrapping_add(TICKS);
        self.due += FRAME;
        loop {
            self.travelling.sort_by_key(|(at, _)| *at);
            let next = self.travelling.first().map(|(at, _)| *at);
            let until = next.map_or(self.due, |at| at.min(self.due));
            thread::sleep(until.saturating_duration_since(Instant::now()));
            if next != Some(until) {
                return;
            }
            let (_, bytes) = self.travelling.remove(0);
            if let Some(to) = self.to {
                // A refused packet is a lost one.
                let _ = self.socket.send_to(&bytes, to);
            }
        }
    }
}
