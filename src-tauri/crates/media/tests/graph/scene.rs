//! Phones that speak tones and listen, around one graph, in a time of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::TAU;
use std::time::{Duration, Instant};

use media::codec::Decoder;
use media::graph::{Effects, Graph};
use media::listen::tone_level;
use media::stream::Sender;
use media::{
    Codec, FRAME_SAMPLES, Frame, HeardBy, MediaEvent, Part, PlayHow, PlayId, RecordingId, RoomId,
    SILENCE, Sound, SoundFile, SoundFormat, StreamId, Wiring,
};
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;
use rtp_packet::{Digit, RtpPacket, TelephoneEvent};

/// Samples of a second, as everything here is counted.
pub const SECOND: usize = 16_000;

pub struct Scene {
    pub graph: Graph,
    pub now: Instant,
    pub phones: BTreeMap<StreamId, Phone>,
    /// All that was told, with the tick it was told in.
    pub events: Vec<(usize, MediaEvent)>,
    pub recorded: BTreeMap<RecordingId, Vec<i16>>,
    /// What the host can load.
    pub sounds: BTreeMap<SoundFile, Vec<i16>>,
    /// What the host is slow to load.
    pub withheld: BTreeSet<SoundFile>,
    pub asked_for: Vec<SoundFile>,
    pub ticks: usize,
}

pub struct Phone {
    pub format: SoundFormat,
    pub sender: Sender,
    /// Frequency and level in dBFS of what it says.
    pub says: Option<(f64, f64)>,
    /// Whether it sends packets at all.
    pub sends: bool,
    said: usize,
    decoder: Decoder,
    /// 20 ms for each tick, silence where no packet came.
    pub heard: Vec<i16>,
    pub packets: Vec<Packet>,
}

/// A packet as a phone gets it.
#[derive(Debug, Clone, Copy)]
pub struct Packet {
    pub tick: usize,
    pub payload_type: u8,
    pub ssrc: u32,
    pub sequence: u16,
    pub timestamp: u32,
    /// The key it tells of.
    pub key: Option<TelephoneEvent>,
}

#[derive(Default)]
struct Out {
    rtp: Vec<(StreamId, Vec<u8>)>,
    rtcp: usize,
    recorded: Vec<(RecordingId, Vec<i16>)>,
}

impl Effects for Out {
    fn rtp(&mut self, to: StreamId, datagram: &[u8]) {
        self.rtp.push((to, datagram.to_vec()));
    }
    fn rtcp(&mut self, _: StreamId, datagram: &[u8]) {
        assert!(rtp_packet::rtcp::Compound::parse(datagram).is_ok());
        self.rtcp += 1;
    }
    fn record(&mut self, recording: RecordingId, samples: &[i16]) {
        self.recorded.push((recording, samples.to_vec()));
    }
}

impl Scene {
    pub fn new() -> Self {
        Self {
            graph: Graph::new(ChaCha12Rng::seed_from_u64(7)),
            now: Instant::now(),
            phones: BTreeMap::new(),
            events: Vec::new(),
            recorded: BTreeMap::new(),
            sounds: BTreeMap::new(),
            withheld: BTreeSet::new(),
            asked_for: Vec::new(),
            ticks: 0,
        }
    }

    /// A phone that speaks this codec and knows events for its keys.
    pub fn phone(&mut self, id: u64, codec: Codec) -> StreamId {
        self.phone_with(id, codec, Some(101))
    }

    pub fn phone_with(&mut self, id: u64, codec: Codec, digits: Option<u8>) -> StreamId {
        let payload_type = match codec {
            Codec::Pcmu => 0,
            Codec::Pcma => 8,
            Codec::G722 => 9,
            Codec::Opus => 96,
        };
        let format = SoundFormat::only(payload_type, codec, digits);
        let stream = StreamId(id);
        self.graph.open(stream, Some(format.clone()));
        let phone = Phone {
            sender: Sender::new(&format, id as u32, 1, 0),
            decoder: Decoder::new(codec),
            format,
            says: None,
            sends: true,
            said: 0,
            heard: Vec::new(),
            packets: Vec::new(),
        };
        self.phones.insert(stream, phone);
        stream
    }

    /// A phone in a room that speaks a tone.
    pub fn member(&mut self, id: u64, codec: Codec, room: RoomId, hz: Option<f64>) -> StreamId {
        let stream = self.phone(id, codec);
        self.says(stream, hz);
        self.wire_to_room(stream, room, Part::FULL);
        stream
    }

    pub fn says(&mut self, stream: StreamId, hz: Option<f64>) {
        self.at(stream).says = hz.map(|hz| (hz, -26.0));
    }

    pub fn wire_to_room(&mut self, stream: StreamId, room: RoomId, part: Part) {
        let to = Wiring::Room { room, part };
        self.graph.wire(stream, &to).expect("a room with space");
    }

    pub fn wire_to_music(&mut self, stream: StreamId, pieces: &[&str]) {
        let pieces = pieces.iter().map(|name| SoundFile::new(name)).collect();
        let wired = self.graph.wire(stream, &Wiring::Music { pieces });
        wired.expect("a phone that can listen");
    }

    /// A file the host can load.
    pub fn file(&mut self, name: &str, samples: Vec<i16>) -> Sound {
        let file = SoundFile::new(name);
        self.sounds.insert(file.clone(), samples);
        Sound::File(file)
    }

    pub fn play(&mut self, stream: StreamId, play: u64, sounds: Vec<Sound>, how: PlayHow) {
        let played = self.graph.play(stream, PlayId(play), sounds, how);
        played.expect("a phone that can listen");
    }

    pub fn at(&mut self, stream: StreamId) -> &mut Phone {
        self.phones.get_mut(&stream).expect("a phone of this scene")
    }

    /// The phone's user presses keys.
    pub fn press(&mut self, stream: StreamId, keys: &str) {
        let digits: Vec<Digit> = keys.chars().filter_map(Digit::of_key).collect();
        self.at(stream).sender.press(&digits);
    }

    pub fn run_ms(&mut self, ms: usize) {
        for _ in 0..ms / 20 {
            self.step();
        }
    }

    /// 20 ms.
    pub fn step(&mut self) {
        let mut datagram = Vec::new();
        for (stream, phone) in &mut self.phones {
            if !phone.sends {
                phone.sender.skip();
                continue;
            }
            let frame = phone.speak();
            phone.sender.send(&frame, &mut datagram);
            let packet = RtpPacket::parse(&datagram).expect("a phone's packet");
            if self.graph.listens(*stream) {
                self.graph.on_rtp(self.now, *stream, &packet);
            }
        }
        self.load();
        let mut out = Out::default();
        self.graph.tick(self.now, &mut out);
        self.load();
        for (to, datagram) in out.rtp {
            let packet = RtpPacket::parse(&datagram).expect("a packet of the graph");
            let phone = self.phones.get_mut(&to).expect("only to phones there are");
            phone.hear(self.ticks, &packet);
        }
        for (recording, samples) in out.recorded {
            self.recorded.entry(recording).or_default().extend(samples);
        }
        self.ticks += 1;
        for phone in self.phones.values_mut() {
            phone.heard.resize(self.ticks * FRAME_SAMPLES, 0);
        }
        while let Some(event) = self.graph.poll_event() {
            self.events.push((self.ticks, event));
        }
        self.now += Duration::from_millis(20);
    }

    fn load(&mut self) {
        while let Some(file) = self.graph.poll_want() {
            self.asked_for.push(file.clone());
            if !self.withheld.contains(&file) {
                self.bring(&file);
            }
        }
    }

    /// The host brings a sound.
    pub fn bring(&mut self, file: &SoundFile) {
        let samples = self.sounds.get(file).ok_or(());
        let samples = samples.map(|samples| samples.clone().into());
        self.graph.loaded(file, samples);
    }

    pub fn close(&mut self, stream: StreamId) {
        self.graph.close(stream);
        self.phones.remove(&stream);
    }

    /// Forgets what was heard so far.
    pub fn listen_anew(&mut self) {
        self.ticks = 0;
        self.events.clear();
        for phone in self.phones.values_mut() {
            phone.heard.clear();
            phone.packets.clear();
        }
    }

    /// Level in dBFS at which a phone heard a tone in its last `ms`.
    pub fn level(&self, stream: StreamId, hz: f64, ms: usize) -> f64 {
        let heard = &self.phones[&stream].heard;
        tone_level(last_ms(heard, ms), 16_000, hz)
    }

    pub fn told(&self) -> Vec<MediaEvent> {
        self.events.iter().map(|(_, event)| event.clone()).collect()
    }
}

impl Phone {
    fn speak(&mut self) -> Frame {
        let start = self.said;
        self.said += FRAME_SAMPLES;
        match self.says {
            None => SILENCE,
            Some((hz, dbfs)) => std::array::from_fn(|n| tone_at(hz, dbfs, start + n)),
        }
    }

    fn hear(&mut self, tick: usize, packet: &RtpPacket<'_>) {
        self.packets.push(Packet {
            tick,
            payload_type: packet.payload_type(),
            ssrc: packet.ssrc(),
            sequence: packet.sequence(),
            timestamp: packet.timestamp(),
            key: (Some(packet.payload_type()) == self.format.send_digits)
                .then(|| TelephoneEvent::parse(packet.payload()).ok())
                .flatten(),
        });
        if packet.payload_type() == self.format.send.0 {
            // What came in between was silence.
            self.heard.resize(tick * FRAME_SAMPLES, 0);
            let decoded = self.decoder.decode(packet.payload(), &mut self.heard);
            decoded.expect("a payload of the codec agreed");
            assert_eq!(
                self.heard.len(),
                (tick + 1) * FRAME_SAMPLES,
                "one packet in 20 ms"
            );
        }
    }
}

/// A tone, from phase zero.
pub fn tone(hz: f64, dbfs: f64, samples: usize) -> Vec<i16> {
    (0..samples).map(|n| tone_at(hz, dbfs, n)).collect()
}

fn tone_at(hz: f64, dbfs: f64, sample: usize) -> i16 {
    let amplitude = 32_767.0 * 10f64.powf(dbfs / 20.0);
    (amplitude * (TAU * hz * sample as f64 / SECOND as f64).sin()) as i16
}

/// The last `ms` of samples.
pub fn last_ms(samples: &[i16], ms: usize) -> &[i16] {
    &samples[samples.len() - ms * 16..]
}

/// How far `heard` is above its difference from `reference`, in dB, at the best of all delays up to
/// 20 ms. A sample too few or too many anywhere spoils all that comes after it.
pub fn likeness(reference: &[i16], heard: &[i16]) -> f64 {
    let of_delay = |delay: usize| {
        let length = reference.len().min(heard.len() - delay);
        let (mut signal, mut noise) = (1.0, 1.0);
        for (reference, heard) in reference[..length].iter().zip(&heard[delay..]) {
            let difference = f64::from(*reference) - f64::from(*heard);
            signal += f64::from(*reference).powi(2);
            noise += difference.powi(2);
        }
        10.0 * (signal / noise).log10()
    };
    (0..FRAME_SAMPLES)
        .map(of_delay)
        .fold(f64::NEG_INFINITY, f64::max)
}

/// Hears, and only `to` hears it.
pub fn whispering_to(to: StreamId) -> Part {
    Part {
        hears: true,
        heard_by: HeardBy::Only(to),
    }
}
