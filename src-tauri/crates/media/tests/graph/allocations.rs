//! A tick takes no memory: where there is none, or another thread holds it, sound would stop.

use std::time::{Duration, Instant};

use media::graph::{Effects, Graph};
use media::{
    Codec, EndKey, Part, PlayHow, PlayId, RecordUntil, Recorded, RecordingId, RoomId, Sound,
    SoundFile, SoundFormat, StreamId, Wiring,
};
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;

struct Nowhere;

impl Effects for Nowhere {
    fn rtp(&mut self, _: StreamId, _: &[u8]) {}
    fn rtcp(&mut self, _: StreamId, _: &[u8]) {}
    fn record(&mut self, _: RecordingId, _: &[i16]) {}
}

#[test]
fn a_tick_of_rooms_music_prompts_and_recordings_allocates_nothing() {
    let mut graph = Graph::new(ChaCha12Rng::seed_from_u64(1));
    let mut now = Instant::now();
    let streams: Vec<_> = (0..24).map(StreamId).collect();
    for (stream, codec) in streams.iter().zip(Codec::ALL.into_iter().cycle()) {
        graph.open(*stream, Some(SoundFormat::only(96, codec, None)));
    }
    let room = Wiring::Room {
        room: RoomId(1),
        part: Part::FULL,
    };
    let pieces = [SoundFile::new("a"), SoundFile::new("b")].into();
    let music = Wiring::Music { pieces };
    for stream in &streams[..8] {
        graph.wire(*stream, &room).unwrap();
    }
    for stream in &streams[8..16] {
        graph.wire(*stream, &music).unwrap();
    }
    let how = PlayHow {
        repeats: true,
        over: true,
        ..PlayHow::default()
    };
    for stream in &streams[12..] {
        let sounds = vec![Sound::File(SoundFile::new("prompt"))];
        graph.play(*stream, PlayId(stream.0), sounds, how).unwrap();
    }
    let until = RecordUntil {
        longest: Duration::from_secs(600),
        silence: Some(Duration::from_secs(60)),
        key: EndKey::Any,
    };
    for (id, of) in (0..).zip([
        Recorded::One(streams[0]),
        Recorded::Two(streams[1], streams[20]),
        Recorded::Room(RoomId(1)),
    ]) {
        graph.record(RecordingId(id), of, until).unwrap();
    }
    let mut run = |graph: &mut Graph, ticks: u32| {
        for _ in 0..ticks {
            graph.tick(now, &mut Nowhere);
            now += Duration::from_millis(20);
        }
    };
    run(&mut graph, 2);
    while let Some(file) = graph.poll_want() {
        graph.loaded(&file, Ok(vec![1_000; 160_000].into()));
    }
    // Reports are due within 7.5 s, and each makes room for itself once.
    run(&mut graph, 400);
    let counted = allocation_counter::measure(|| run(&mut graph, 80));
    assert_eq!(counted.count_total, 0);
}
