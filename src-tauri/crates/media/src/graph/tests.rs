//! Whatever is asked of the graph in whatever order: it ends what it began and keeps nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;
use rtp_packet::{Digit, RtpPacket};

use super::{Effects, Graph};
use crate::command::{
    EndKey, HeardBy, Part, PlayId, RecordUntil, Recorded, RecordingId, RoomId, StreamId, Wiring,
};
use crate::event::MediaEvent;
use crate::format::{Codec, SoundFormat};
use crate::frame::FRAME_SAMPLES;
use crate::sound::{PlayHow, Sound, SoundFile, Tone, TonePart};
use crate::stream::Sender;

const STREAMS: u64 = 5;
const ROOMS: u64 = 2;

#[derive(Debug, Clone)]
enum Do {
    Open(u64, Option<usize>),
    SetFormat(u64, Option<usize>, bool, bool),
    Nothing(u64),
    Relay(u64, u64),
    Echo(u64),
    Room(u64, u64, Part),
    Music(u64, u8),
    Play(u64, Vec<u8>, PlayHow),
    Stop(u64),
    Announce(u64, Vec<u8>),
    Press(u64, u8),
    Record(Recorded, RecordUntil),
    Pause(bool),
    StopRecording,
    Fail,
    Measure(u64, u64),
    Close(u64),
    Key(u64, u8),
    Speak(u64),
    Load,
    Tick(u8),
}

fn command() -> impl Strategy<Value = Do> {
    let stream = || 0..STREAMS;
    let codec = || proptest::option::weighted(0.9, 0..4usize);
    let how = (any::<bool>(), any::<bool>(), 0..3_000u64, any::<bool>()).prop_map(
        |(repeats, barge_in, from, over)| PlayHow {
            repeats,
            barge_in,
            from: Duration::from_millis(from),
            over,
        },
    );
    let part = (
        any::<bool>(),
        proptest::option::of(proptest::option::of(stream())),
    )
        .prop_map(|(hears, whom)| Part {
            hears,
            heard_by: match whom {
                None => HeardBy::Everybody,
                Some(None) => HeardBy::Nobody,
                Some(Some(stream)) => HeardBy::Only(StreamId(stream)),
            },
        });
    let recorded = prop_oneof![
        stream().prop_map(|s| Recorded::One(StreamId(s))),
        (stream(), stream()).prop_map(|(l, r)| Recorded::Two(StreamId(l), StreamId(r))),
        (0..ROOMS).prop_map(|room| Recorded::Room(RoomId(room))),
    ];
    let until = (0..2_000u64, proptest::option::of(0..500u64), 0..3u8).prop_map(
        |(longest, silence, key)| RecordUntil {
            longest: Duration::from_millis(longest),
            silence: silence.map(Duration::from_millis),
            key: match key {
                0 => EndKey::Never,
                1 => EndKey::Any,
                _ => Digit::of_key('#').map_or(EndKey::Any, EndKey::Only),
            },
        },
    );
    prop_oneof![
        3 => (stream(), codec()).prop_map(|(s, c)| Do::Open(s, c)),
        1 => (stream(), codec(), any::<bool>(), any::<bool>()).prop_map(|(s, c, t, r)| Do::SetFormat(s, c, t, r)),
        1 => stream().prop_map(Do::Nothing),
        2 => (stream(), stream()).prop_map(|(a, b)| Do::Relay(a, b)),
        1 => stream().prop_map(Do::Echo),
        3 => (stream(), 0..ROOMS, part).prop_map(|(s, r, p)| Do::Room(s, r, p)),
        2 => (stream(), 0..3u8).prop_map(|(s, m)| Do::Music(s, m)),
        4 => (stream(), vec(0..8u8, 0..5), how).prop_map(|(s, c, h)| Do::Play(s, c, h)),
        1 => stream().prop_map(Do::Stop),
        1 => (0..ROOMS, vec(0..8u8, 0..4)).prop_map(|(r, c)| Do::Announce(r, c)),
        1 => (stream(), 0..16u8).prop_map(|(s, d)| Do::Press(s, d)),
        3 => (recorded, until).prop_map(|(of, until)| Do::Record(of, until)),
        1 => any::<bool>().prop_map(Do::Pause),
        1 => Just(Do::StopRecording),
        1 => Just(Do::Fail),
        1 => (stream(), 0..500u64).prop_map(|(s, ms)| Do::Measure(s, ms)),
        2 => stream().prop_map(Do::Close),
        2 => (stream(), 0..16u8).prop_map(|(s, d)| Do::Key(s, d)),
        3 => stream().prop_map(Do::Speak),
        3 => Just(Do::Load),
        6 => (1..30u8).prop_map(Do::Tick),
    ]
}

/// A host and its phones, that keep count of what was begun.
struct World {
    graph: Graph,
    now: Instant,
    open: BTreeSet<StreamId>,
    senders: BTreeMap<StreamId, Sender>,
    plays: BTreeMap<PlayId, StreamId>,
    /// What was given of each recording that has not ended.
    recordings: BTreeMap<RecordingId, (Recorded, usize)>,
    next: u64,
}

#[derive(Default)]
struct Out {
    recorded: Vec<(RecordingId, usize)>,
    spoken_to: Vec<StreamId>,
}

impl Effects for Out {
    fn rtp(&mut self, to: StreamId, datagram: &[u8]) {
        assert!(RtpPacket::parse(datagram).is_ok());
        self.spoken_to.push(to);
    }
    fn rtcp(&mut self, _: StreamId, datagram: &[u8]) {
        assert!(rtp_packet::rtcp::Compound::parse(datagram).is_ok());
    }
    fn record(&mut self, recording: RecordingId, samples: &[i16]) {
        self.recorded.push((recording, samples.len()));
    }
}

fn format(codec: usize) -> SoundFormat {
    let codec = Codec::ALL[codec % 4];
    // Two of the codecs without events, so that keys come as tones.
    let digits = matches!(codec, Codec::Pcma | Codec::Opus).then_some(101);
    SoundFormat::only(codec as u8 + 96, codec, digits)
}

fn chain(sounds: Vec<u8>) -> Vec<Sound> {
    let sound = |kind| match kind {
        0 => Sound::Pause(Duration::from_millis(130)),
        1 => Sound::Pause(Duration::ZERO),
        2 => Sound::Tone(Tone {
            cadence: [TonePart::new([425, 0, 0, 0], Duration::from_millis(70))].into(),
            repeats: false,
        }),
        3 => Sound::Tone(Tone {
            cadence: [TonePart::silence(Duration::ZERO)].into(),
            repeats: true,
        }),
        kind => Sound::File(SoundFile::new(&format!("file-{kind}"))),
    };
    sounds.into_iter().map(sound).collect()
}

impl World {
    fn new() -> Self {
        Self {
            graph: Graph::new(ChaCha12Rng::seed_from_u64(1)),
            now: Instant::now(),
            open: BTreeSet::new(),
            senders: BTreeMap::new(),
            plays: BTreeMap::new(),
            recordings: BTreeMap::new(),
            next: 0,
        }
    }

    fn follow(&mut self, command: Do) {
        let graph = &mut self.graph;
        match command {
            Do::Open(s, codec) => {
                let stream = StreamId(s);
                graph.open(stream, codec.map(format));
                self.open.insert(stream);
                let sender = Sender::new(&format(codec.unwrap_or(0)), 1, 1, 1);
                self.senders.insert(stream, sender);
            }
            Do::SetFormat(s, codec, sends, receives) => {
                graph.set_format(StreamId(s), codec.map(format), sends, receives);
            }
            Do::Nothing(s) => _ = graph.wire(StreamId(s), &Wiring::Nothing),
            Do::Relay(a, b) => {
                _ = graph.wire(StreamId(a), &Wiring::Relay { with: StreamId(b) });
            }
            Do::Echo(s) => _ = graph.wire(StreamId(s), &Wiring::Echo),
            Do::Room(s, room, part) => {
                let room = RoomId(room);
                _ = graph.wire(StreamId(s), &Wiring::Room { room, part });
            }
            Do::Music(s, pieces) => {
                let pieces = (0..pieces).map(|n| SoundFile::new(&format!("file-{}", n + 4)));
                let pieces = pieces.collect();
                _ = graph.wire(StreamId(s), &Wiring::Music { pieces });
            }
            Do::Play(s, sounds, how) => {
                self.next += 1;
                let play = PlayId(self.next);
                if graph.play(StreamId(s), play, chain(sounds), how).is_ok() {
                    self.plays.insert(play, StreamId(s));
                }
            }
            Do::Stop(s) => {
                let playing = self.plays.iter().find(|(_, stream)| stream.0 == s);
                if let Some((play, stream)) = playing {
                    graph.stop_playing(*stream, *play);
                }
            }
            Do::Announce(room, sounds) => graph.announce(RoomId(room), chain(sounds)),
            Do::Press(s, key) => {
                _ = graph.press(StreamId(s), &[Digit::of_event(key).unwrap()]);
            }
            Do::Record(of, until) => {
                self.next += 1;
                let id = RecordingId(self.next);
                if graph.record(id, of.clone(), until).is_ok() {
                    self.recordings.insert(id, (of, 0));
                }
            }
            Do::Pause(paused) => {
                if let Some(id) = self.recordings.keys().next() {
                    graph.pause_recording(*id, paused);
                }
            }
            Do::StopRecording => {
                if let Some(id) = self.recordings.keys().next() {
                    graph.stop_recording(*id);
                }
            }
            Do::Fail => {
                if let Some(id) = self.recordings.keys().last() {
                    graph.recording_failed(*id);
                }
            }
            Do::Measure(s, ms) => {
                _ = graph.measure(StreamId(s), Duration::from_millis(ms));
            }
            Do::Close(s) => self.close(StreamId(s)),
            Do::Key(s, key) => {
                if let Some(sender) = self.senders.get_mut(&StreamId(s)) {
                    sender.press(&[Digit::of_event(key).unwrap()]);
                    (0..6).for_each(|_| self.speak(StreamId(s)));
                }
            }
            Do::Speak(s) => self.speak(StreamId(s)),
            Do::Load => {
                while let Some(file) = graph.poll_want() {
                    let samples = match file.as_str() {
                        "file-4" => Err(()),
                        "file-5" => Ok(vec![].into()),
                        _ => Ok(vec![1_000; 2_345].into()),
                    };
                    graph.loaded(&file, samples);
                }
            }
            Do::Tick(ticks) => (0..ticks).for_each(|_| self.tick()),
        }
        self.hear();
    }

    fn close(&mut self, stream: StreamId) {
        self.graph.close(stream);
        self.hear();
        self.open.remove(&stream);
        self.senders.remove(&stream);
        self.plays.retain(|_, of| *of != stream);
    }

    fn speak(&mut self, stream: StreamId) {
        if let Some(sender) = self.senders.get_mut(&stream) {
            let mut datagram = Vec::new();
            sender.send(&[3_000; FRAME_SAMPLES], &mut datagram);
            let packet = RtpPacket::parse(&datagram).unwrap();
            self.graph.on_rtp(self.now, stream, &packet);
            self.graph.on_rtcp(self.now, stream, &datagram);
        }
    }

    fn tick(&mut self) {
        let speaks: BTreeSet<_> = self
            .open
            .iter()
            .copied()
            .filter(|s| self.graph.speaks(*s))
            .collect();
        let mut out = Out::default();
        self.graph.tick(self.now, &mut out);
        self.now += Duration::from_millis(20);
        let mut spoken_to = BTreeSet::new();
        for stream in out.spoken_to {
            assert!(spoken_to.insert(stream), "two packets in one tick");
            assert!(
                speaks.contains(&stream)
                    || self.graph.speaks(stream)
                    || self.plays.values().any(|s| *s == stream)
            );
        }
        for (recording, samples) in out.recorded {
            let Some((of, given)) = self.recordings.get_mut(&recording) else {
                panic!("{recording:?} goes on after its end");
            };
            let two = matches!(of, Recorded::Two(..));
            assert_eq!(samples, if two { 640 } else { 320 });
            *given += 1;
        }
        self.hear();
    }

    fn hear(&mut self) {
        while let Some(event) = self.graph.poll_event() {
            match event {
                MediaEvent::PlayEnded { stream, play, .. } => {
                    assert_eq!(self.plays.remove(&play), Some(stream), "ended twice");
                }
                MediaEvent::RecordingEnded {
                    recording, lasts, ..
                } => {
                    let Some((_, given)) = self.recordings.remove(&recording) else {
                        panic!("{recording:?} ended twice");
                    };
                    assert_eq!(lasts, Duration::from_millis(given as u64 * 20));
                }
                MediaEvent::Digit { stream, .. } | MediaEvent::Measured { stream, .. } => {
                    assert!(self.open.contains(&stream));
                }
                MediaEvent::Speaking { .. } => {}
                other => panic!("not the graph's to tell: {other:?}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn everything_begun_ends_once_and_nothing_is_left(commands in vec(command(), 1..150)) {
        let mut world = World::new();
        for command in commands {
            world.follow(command);
        }
        // The host stops what would go on for ever; the rest ends with its phone.
        let plays: Vec<_> = world.plays.iter().map(|(play, stream)| (*play, *stream)).collect();
        for (play, stream) in plays {
            world.graph.stop_playing(stream, play);
        }
        world.hear();
        prop_assert!(world.plays.is_empty());
        let graph_knows = world.open.clone();
        for stream in graph_knows {
            world.close(stream);
        }
        // What was held back as a pause is given little by little.
        for _ in 0..20 {
            world.tick();
        }
        prop_assert!(world.recordings.is_empty(), "{:?}", world.recordings);
        let graph = &mut world.graph;
        prop_assert!(graph.is_idle());
        prop_assert!(graph.phones.is_empty() && graph.phones_by_id.is_empty());
        prop_assert!(graph.rooms.is_empty() && graph.rooms_by_id.is_empty());
        prop_assert!(graph.shelf.is_empty());
        prop_assert!(graph.poll_want().is_none());
    }
}
