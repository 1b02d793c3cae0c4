//! Cost of 20 ms: what the phones send is taken in and what they hear goes out. A core has 20 ms
//! for it.
#![allow(missing_docs)]

use std::f64::consts::TAU;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use media::codec::{Encoder, MAX_PAYLOAD};
use media::graph::{Effects, Graph};
use media::{
    Codec, EndKey, Part, PlayHow, PlayId, RecordUntil, Recorded, RecordingId, RoomId, Sound,
    SoundFile, SoundFormat, StreamId, Wiring,
};
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;
use rtp_packet::{NewRtpPacket, RtpPacket};

struct Office {
    graph: Graph,
    now: Instant,
    phones: Vec<Phone>,
    sequence: u16,
    host: Host,
}

struct Phone {
    stream: StreamId,
    codec: Codec,
    /// What it sends, over and over.
    datagram: Vec<u8>,
}

#[derive(Default)]
struct Host {
    packets: u64,
    recorded: u64,
}

impl Effects for Host {
    fn rtp(&mut self, _: StreamId, datagram: &[u8]) {
        self.packets += u64::from(!datagram.is_empty());
    }
    fn rtcp(&mut self, _: StreamId, _: &[u8]) {}
    fn record(&mut self, _: RecordingId, samples: &[i16]) {
        self.recorded += samples.len() as u64;
    }
}

impl Office {
    fn new() -> Self {
        Self {
            graph: Graph::new(ChaCha12Rng::seed_from_u64(1)),
            now: Instant::now(),
            phones: Vec::new(),
            sequence: 0,
            host: Host::default(),
        }
    }

    fn phone(&mut self, codec: Codec, amplitude: f64) -> StreamId {
        let stream = StreamId(self.phones.len() as u64);
        let format = SoundFormat::only(96, codec, Some(101));
        self.graph.open(stream, Some(format));
        let frame =
            std::array::from_fn(|n| (amplitude * (TAU * 500.0 * n as f64 / 16_000.0).sin()) as i16);
        let mut payload = [0; MAX_PAYLOAD];
        let octets = Encoder::new(codec).encode(&frame, &mut payload);
        let mut datagram = Vec::new();
        let packet = NewRtpPacket {
            payload_type: 96,
            ssrc: stream.0 as u32,
            payload: &payload[..octets],
            ..NewRtpPacket::default()
        };
        packet.write_to(&mut datagram).expect("a plain packet");
        self.phones.push(Phone {
            stream,
            codec,
            datagram,
        });
        stream
    }

    fn member(&mut self, codec: Codec, amplitude: f64, room: u64) {
        let stream = self.phone(codec, amplitude);
        let to = Wiring::Room {
            room: RoomId(room),
            part: Part::FULL,
        };
        self.graph.wire(stream, &to).expect("space in the room");
    }

    /// 20 ms.
    fn tick(&mut self) {
        self.sequence = self.sequence.wrapping_add(1);
        for phone in &mut self.phones {
            let ticks = phone.codec.ticks_per_frame();
            let timestamp = u32::from(self.sequence) * ticks;
            phone.datagram[2..4].copy_from_slice(&self.sequence.to_be_bytes());
            phone.datagram[4..8].copy_from_slice(&timestamp.to_be_bytes());
            if self.graph.listens(phone.stream) {
                let packet = RtpPacket::parse(&phone.datagram).expect("a plain packet");
                self.graph.on_rtp(self.now, phone.stream, &packet);
            }
        }
        self.graph.tick(self.now, &mut self.host);
        while let Some(file) = self.graph.poll_want() {
            let samples = (0..160_000).map(|n: i32| (n % 997 * 5) as i16).collect();
            self.graph.loaded(&file, Ok(samples));
        }
        while self.graph.poll_event().is_some() {}
        self.now += Duration::from_millis(20);
    }
}

fn graph(c: &mut Criterion) {
    let mut bench = |name: &str, mut office: Office| {
        // Jitter buffers fill, sounds are loaded.
        for _ in 0..100 {
            office.tick();
        }
        if let Some(before) = cpu_time() {
            (0..200).for_each(|_| office.tick());
            let taken = cpu_time().unwrap_or(before).saturating_sub(before) / 200;
            let core = taken.as_secs_f64() / 0.02 * 100.0;
            println!("{name}: {taken:?} of processor time, {core:.2} % of a core");
        }
        c.bench_function(name, |b| b.iter(|| office.tick()));
    };

    for codec in [Codec::Pcma, Codec::G722] {
        let mut office = Office::new();
        for n in 0..50 {
            let speaks = n < 3;
            office.member(codec, if speaks { 3_000.0 } else { 30.0 }, 1);
        }
        bench(
            &format!("conference of 50, 3 speak, {}", codec.name()),
            office,
        );
    }

    let mut office = Office::new();
    for n in 0..200 {
        let stream = office.phone(Codec::Pcma, 30.0);
        let how = PlayHow {
            repeats: true,
            barge_in: true,
            ..PlayHow::default()
        };
        let prompt = Sound::File(SoundFile::new("prompt"));
        let played = office.graph.play(stream, PlayId(n), vec![prompt], how);
        played.expect("a phone that listens");
    }
    bench("200 prompts, PCMA", office);

    for (one, other) in [(Codec::Pcma, Codec::G722), (Codec::Pcma, Codec::Opus)] {
        let mut office = Office::new();
        for room in 0..100 {
            office.member(one, 3_000.0, room);
            office.member(other, 3_000.0, room);
        }
        bench(
            &format!("100 calls {} to {}", one.name(), other.name()),
            office,
        );
    }

    let mut office = Office::new();
    for _ in 0..500 {
        let stream = office.phone(Codec::Pcma, 30.0);
        let pieces = [SoundFile::new("a"), SoundFile::new("b")].into();
        let to = Wiring::Music { pieces };
        office
            .graph
            .wire(stream, &to)
            .expect("a phone that listens");
    }
    bench("500 listen to music, PCMA", office);

    let mut office = Office::new();
    for n in 0..100 {
        let (one, other) = (
            office.phone(Codec::Pcma, 3_000.0),
            office.phone(Codec::Pcma, 3_000.0),
        );
        let relay = Wiring::Relay { with: other };
        office.graph.wire(one, &relay).expect("two phones");
        let until = RecordUntil {
            longest: Duration::MAX,
            silence: None,
            key: EndKey::Never,
        };
        let recorded = office
            .graph
            .record(RecordingId(n), Recorded::Two(one, other), until);
        recorded.expect("two phones that are heard");
    }
    bench("100 relayed calls recorded, PCMA", office);
}

/// Processor time of this thread, where the system tells: on a busy machine a better measure than
/// the clock.
fn cpu_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .measurement_time(Duration::from_secs(2))
        .warm_up_time(Duration::from_millis(500))
        .sample_size(20);
    targets = graph
}
criterion_main!(benches);
