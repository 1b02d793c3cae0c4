//! The media thread's whole table: phones that come and go, are wired, played to and recorded, while
//! anything arrives on their ports. Every play and every recording ends exactly once, nothing leaves
//! from a port that is not open, and once all streams are closed nothing is left.
#![no_main]

use cordboard_fuzz::Script;
use libfuzzer_sys::fuzz_target;
use media::{
    Codec, Direction, Forward, HeardBy, Learning, MediaCommand, MediaEvent, Network, Outlet, Part,
    PlayHow, PlayId, PortPair, RecordUntil, Recorded, RecordingId, RoomId, Samples, Signalled,
    SocketId, Sound, SoundFile, SoundFormat, StreamId, StreamTable, Tone, TonePart, Wiring,
};
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;
use rtp_packet::{Digit, NewRtpPacket, PacketKind, RtpPacket, TelephoneEvent, rtcp::Compound};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

const KEYS: u8 = 101;
const TYPES: [(u8, Codec); 4] = [
    (8, Codec::Pcma),
    (0, Codec::Pcmu),
    (9, Codec::G722),
    (96, Codec::Opus),
];

/// Phones, each with a pair of ports of ours. The last is somebody who was never asked.
const PHONES: usize = 5;

/// Time that an input may take, so that every input is quick.
const LONGEST: Duration = Duration::from_secs(20);

const TIMES: [Duration; 8] = [
    Duration::ZERO,
    Duration::from_millis(1),
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3_600),
    Duration::MAX,
];

fuzz_target!(|data: &[u8]| {
    let mut script = Script::new(data);
    let mut thread = Thread::new();
    while let Some(step) = script.step() {
        thread.act(step, &mut script);
    }
    thread.finish();
});

/// What the media thread is to the table, and what the switch remembers of it.
struct Thread {
    now: Instant,
    table: StreamTable,
    time_left: Duration,
    serial: u64,
    /// Who has each pair of ports.
    open: BTreeMap<StreamId, PortPair>,
    /// Also closed ones.
    streams: Vec<StreamId>,
    plays: BTreeMap<PlayId, StreamId>,
    latest_play: PlayId,
    recordings: BTreeSet<RecordingId>,
    latest_recording: RecordingId,
    wanted: Vec<SoundFile>,
    /// What each phone sent last: sequence number and timestamp.
    sent: [(u16, u32); PHONES],
}

impl Thread {
    fn new() -> Self {
        Self {
            now: Instant::now(),
            table: StreamTable::new(ChaCha12Rng::seed_from_u64(1)),
            time_left: LONGEST,
            serial: 0,
            open: BTreeMap::new(),
            streams: vec![StreamId(0)],
            plays: BTreeMap::new(),
            latest_play: PlayId(0),
            recordings: BTreeSet::new(),
            latest_recording: RecordingId(0),
            wanted: Vec::new(),
            sent: [(u16::MAX - 5, u32::MAX - 900); PHONES],
        }
    }

    fn act(&mut self, step: u8, script: &mut Script<'_>) {
        match step {
            b'o' => self.open(script),
            b'u' => {
                let (stream, phone) = (self.stream(script), script.number());
                let signalled = signalled(phone, script);
                self.order(MediaCommand::Update { stream, signalled });
            }
            b'e' => {
                let (stream, expected) = (self.stream(script), script.flag());
                self.order(MediaCommand::Expect { stream, expected });
            }
            b'w' => {
                let stream = self.stream(script);
                let to = self.wiring(script);
                self.order(MediaCommand::Wire { stream, to });
            }
            b'p' => self.play(script),
            b's' => {
                let stream = self.stream(script);
                let play = PlayId(self.latest_play.0.saturating_sub(script.number() as u64));
                self.order(MediaCommand::StopPlaying { stream, play });
            }
            b'b' => {
                if let Wiring::Music { pieces } = self.wiring(script) {
                    self.order(MediaCommand::Prepare { pieces });
                }
            }
            b'a' => {
                let (room, sounds) = (room(script), sounds(script));
                self.order(MediaCommand::Announce { room, sounds });
            }
            b'k' => {
                let stream = self.stream(script);
                let digits = script.bytes().iter();
                let digits = digits.filter_map(|event| Digit::of_event(event % 16));
                let digits = digits.collect();
                self.order(MediaCommand::Press { stream, digits });
            }
            b'K' => {
                let (stream, with) = (self.stream(script), self.stream(script));
                let Some(digit) = Digit::of_event(script.number() as u8 % 16) else {
                    return;
                };
                self.order(MediaCommand::PressAlong {
                    stream,
                    digit,
                    with,
                });
            }
            b'h' => {
                let (stream, hears) = (self.stream(script), script.flag());
                self.order(MediaCommand::HearKeys { stream, hears });
            }
            b'r' => self.record(script),
            b'R' => {
                let recording = self.recording(script);
                let paused = script.flag();
                self.order(MediaCommand::PauseRecording { recording, paused });
            }
            b'S' => {
                let recording = self.recording(script);
                self.order(MediaCommand::StopRecording { recording });
            }
            b'f' => {
                let recording = self.recording(script);
                self.table.recording_failed(self.now, recording);
                self.carry();
            }
            b'm' => {
                let (stream, lasts) = (self.stream(script), time(script));
                self.order(MediaCommand::Measure { stream, lasts });
            }
            b'c' => {
                let stream = self.stream(script);
                self.close(stream);
            }
            b'v' => self.speak(script),
            b'K' => self.press(script),
            b'd' => {
                let (port, phone) = (script.number(), script.number());
                let datagram = script.bytes();
                self.arrive(SocketId(port as u32), address(phone), datagram);
            }
            b'l' => {
                if !self.wanted.is_empty() {
                    let file = self.wanted.remove(script.number() % self.wanted.len());
                    self.load(&file);
                }
            }
            b't' => self.run_for(script.wait()),
            // The thread was kept from running.
            b'j' => {
                self.now += script.wait();
                self.poll();
            }
            _ => {}
        }
    }

    fn open(&mut self, script: &mut Script<'_>) {
        let phone = script.number() % PHONES;
        self.serial += 1;
        let stream = StreamId(self.serial);
        let local = ports(phone);
        let signalled = signalled(phone, script);
        let taken = self.open.values().any(|ports| *ports == local);
        let opened = self.order(MediaCommand::Open {
            stream,
            local,
            signalled,
        });
        assert_eq!(opened, !taken);
        if opened {
            self.open.insert(stream, local);
            self.streams.push(stream);
        }
    }

    fn play(&mut self, script: &mut Script<'_>) {
        let stream = self.stream(script);
        self.serial += 1;
        let play = PlayId(self.serial);
        let sounds = sounds(script);
        let how = script.number();
        let how = PlayHow {
            repeats: how & 1 != 0,
            barge_in: how & 2 != 0,
            over: how & 4 != 0,
            from: time(script),
        };
        self.latest_play = play;
        self.plays.insert(play, stream);
        let followed = self.order(MediaCommand::Play {
            stream,
            play,
            sounds,
            how,
        });
        if !followed {
            assert_eq!(self.plays.remove(&play), Some(stream), "ended and refused");
        }
    }

    fn record(&mut self, script: &mut Script<'_>) {
        self.serial += 1;
        let recording = RecordingId(self.serial);
        let of = match script.number() % 3 {
            0 => Recorded::One(self.stream(script)),
            1 => Recorded::Two(self.stream(script), self.stream(script)),
            _ => Recorded::Room(room(script)),
        };
        let until = RecordUntil {
            longest: time(script),
            silence: script.flag().then(|| time(script)),
            key: script.flag(),
        };
        self.latest_recording = recording;
        self.recordings.insert(recording);
        let followed = self.order(MediaCommand::Record {
            recording,
            of,
            file: SoundFile::new("recording"),
            until,
        });
        if !followed {
            assert!(self.recordings.remove(&recording), "ended and refused");
        }
    }

    fn close(&mut self, stream: StreamId) {
        self.order(MediaCommand::Close { stream });
        assert_eq!(self.open.get(&stream), None, "closed, and not told");
        self.plays.retain(|_, to| *to != stream);
    }

    /// A second of voice at most, from where the phone was asked to send.
    fn speak(&mut self, script: &mut Script<'_>) {
        let phone = script.number() % PHONES;
        let (payload_type, codec) = script.pick(&TYPES).copied().unwrap_or(TYPES[0]);
        let octet = script.number() as u8;
        for n in 0..script.number() % 50 {
            // Loud and soft by turns.
            let octets = if codec == Codec::Opus { 3 } else { 160 };
            let payload: Vec<u8> = (0..octets)
                .map(|at| octet ^ (((n + at) % 16) as u8) << 4)
                .collect();
            self.send(phone, payload_type, &payload, codec.ticks_per_frame());
            self.run_for(Duration::from_millis(20));
        }
    }

    /// A key of a phone's, in three packets.
    fn press(&mut self, script: &mut Script<'_>) {
        let phone = script.number() % PHONES;
        let event = script.number() as u8;
        for n in 0..3 {
            let payload = TelephoneEvent {
                event,
                end: n == 2,
                volume: 10,
                duration: 160 * (n + 1),
            };
            self.send(phone, KEYS, &payload.build(), 0);
        }
        self.sent[phone].1 = self.sent[phone].1.wrapping_add(1_600);
    }

    fn send(&mut self, phone: usize, payload_type: u8, payload: &[u8], ticks: u32) {
        let (sequence, timestamp) = &mut self.sent[phone];
        *sequence = sequence.wrapping_add(1);
        *timestamp = timestamp.wrapping_add(ticks);
        let packet = NewRtpPacket {
            payload_type,
            sequence: *sequence,
            timestamp: *timestamp,
            ssrc: phone as u32,
            payload,
            ..NewRtpPacket::default()
        };
        let mut datagram = Vec::new();
        packet.write_to(&mut datagram).expect("a packet");
        self.arrive(ports(phone).rtp_socket(), address(phone), &datagram);
    }

    fn arrive(&mut self, socket: SocketId, from: SocketAddr, datagram: &[u8]) {
        let forward = self.table.on_packet(self.now, socket, from, datagram);
        if let Forward::To { socket, .. } = forward {
            assert!(is_open(&self.open, socket), "passed on from {socket:?}");
        }
        self.carry();
    }

    /// Follows an order; `false` if it was refused.
    fn order(&mut self, command: MediaCommand) -> bool {
        self.table.apply(self.now, command);
        self.carry()
    }

    /// Takes all that is told; `false` if a refusal was among it.
    fn carry(&mut self) -> bool {
        let mut followed = true;
        while let Some(event) = self.table.poll_event() {
            match event {
                MediaEvent::PlayEnded { stream, play, .. } => {
                    assert_eq!(self.plays.remove(&play), Some(stream), "{play:?}");
                }
                MediaEvent::RecordingEnded { recording, .. } => {
                    assert!(self.recordings.remove(&recording), "{recording:?}");
                    assert!(!self.table.is_recording(recording));
                }
                MediaEvent::Closed { stream, .. } => {
                    assert!(self.open.remove(&stream).is_some(), "{stream:?}");
                }
                MediaEvent::Refused { .. } => followed = false,
                MediaEvent::FirstPacket { stream }
                | MediaEvent::SourceLearned { stream, .. }
                | MediaEvent::Silent { stream, .. }
                | MediaEvent::Resumed { stream }
                | MediaEvent::StrangerRefused { stream, .. }
                | MediaEvent::Quality { stream, .. }
                | MediaEvent::Digit { stream, .. } => {
                    assert!(self.open.contains_key(&stream), "{stream:?} is closed");
                }
                MediaEvent::Measured {
                    stream,
                    speech,
                    noise,
                    clipped,
                } => {
                    assert!(self.open.contains_key(&stream), "{stream:?} is closed");
                    assert!(speech <= 1.0 && noise <= 1.0, "{speech} {noise} dBFS");
                    assert!((0.0..=1.0).contains(&clipped), "{clipped}");
                }
                MediaEvent::Speaking { .. } => {}
            }
        }
        while let Some(file) = self.table.poll_want() {
            self.wanted.push(file);
        }
        followed
    }

    fn load(&mut self, file: &SoundFile) {
        let samples: Result<Samples, ()> = match file.as_str() {
            "spoken" => Ok((0..2_000).map(|n| (n * 40) as i16).collect()),
            "click" => Ok([9].into()),
            "nothing" => Ok([].into()),
            _ => Err(()),
        };
        self.table.loaded(self.now, file, samples);
        self.carry();
    }

    fn poll(&mut self) {
        let mut host = Host {
            open: &self.open,
            recordings: &self.recordings,
        };
        self.table.poll_timeouts(self.now, &mut host);
        self.carry();
    }

    fn run_for(&mut self, time: Duration) {
        let time = time.min(self.time_left);
        self.time_left -= time;
        let until = self.now + time;
        while let Some(next) = self.table.next_timeout().filter(|next| *next <= until) {
            self.now = self.now.max(next);
            self.poll();
        }
        self.now = until;
    }

    /// Everybody hangs up, and what was recorded is given.
    fn finish(&mut self) {
        for stream in self.streams.clone() {
            self.close(stream);
        }
        assert_eq!(self.plays, BTreeMap::new());
        self.time_left = Duration::from_secs(30);
        self.run_for(self.time_left);
        assert_eq!(self.recordings, BTreeSet::new(), "recordings never end");
        assert!(self.table.is_empty(), "a stream is left");
        assert_eq!(self.table.next_timeout(), None, "ticks for nobody");
    }

    /// `0` is the latest.
    fn stream(&self, script: &mut Script<'_>) -> StreamId {
        script.latest(&self.streams).copied().unwrap_or(StreamId(0))
    }

    fn recording(&self, script: &mut Script<'_>) -> RecordingId {
        let before = script.number() as u64;
        RecordingId(self.latest_recording.0.saturating_sub(before))
    }

    fn wiring(&self, script: &mut Script<'_>) -> Wiring {
        match script.number() % 5 {
            0 => Wiring::Nothing,
            1 => Wiring::Relay {
                with: self.stream(script),
            },
            2 => Wiring::Echo,
            3 => Wiring::Room {
                room: room(script),
                part: Part {
                    hears: !script.flag(),
                    heard_by: match script.number() % 3 {
                        0 => HeardBy::Everybody,
                        1 => HeardBy::Only(self.stream(script)),
                        _ => HeardBy::Nobody,
                    },
                },
            },
            _ => Wiring::Music {
                pieces: (0..script.number() % 4).map(|_| file(script)).collect(),
            },
        }
    }
}

/// Where the table's packets and recordings go.
struct Host<'a> {
    open: &'a BTreeMap<StreamId, PortPair>,
    recordings: &'a BTreeSet<RecordingId>,
}

impl Outlet for Host<'_> {
    fn send(&mut self, from: SocketId, _to: SocketAddr, datagram: &[u8]) {
        assert!(is_open(self.open, from), "sent from {from:?}");
        match PacketKind::of(datagram) {
            PacketKind::Rtp => assert!(RtpPacket::parse(datagram).is_ok()),
            PacketKind::Rtcp => assert!(Compound::parse(datagram).is_ok()),
            other => panic!("{other:?} is sent"),
        }
    }

    fn record(&mut self, recording: RecordingId, samples: &[i16]) {
        assert!(self.recordings.contains(&recording), "{recording:?}");
        assert!(samples.len() == 320 || samples.len() == 640);
    }
}

fn is_open(open: &BTreeMap<StreamId, PortPair>, socket: SocketId) -> bool {
    open.values()
        .any(|ports| ports.rtp_socket() == socket || ports.rtcp_socket() == socket)
}

/// What signalling says of a phone: `0000` is a phone on the LAN that speaks PCMA.
fn signalled(phone: usize, script: &mut Script<'_>) -> Signalled {
    let here = address(phone);
    let network = Network::new(IpAddr::from([10, 0, 0, 0]), 8);
    let learning = match script.number() % 4 {
        0 => Learning::Strict,
        1 => Learning::SameHost,
        2 => Learning::Vouched { host: here.ip() },
        _ => Learning::Within(network.into_iter().collect()),
    };
    let directions = [
        Direction::SendReceive,
        Direction::SendOnly,
        Direction::ReceiveOnly,
        Direction::Inactive,
    ];
    let more = script.number();
    let format = match script.number() % 6 {
        5 => None,
        type_at => {
            let (payload_type, codec) = TYPES[type_at % TYPES.len()];
            let digits = (type_at < 4).then_some(KEYS);
            let mut format = SoundFormat::only(payload_type, codec, digits);
            format.receive = TYPES.into_iter().collect();
            Some(format)
        }
    };
    Signalled {
        rtp: (more & 1 == 0).then_some(here),
        rtcp: None,
        rtcp_mux: more & 2 != 0,
        learning,
        direction: script.pick(&directions).copied().unwrap_or_default(),
        clock_hz: format.as_ref().map_or(8_000, |f| f.send.1.clock_hz()),
        format,
        srtp: None,
    }
}

fn sounds(script: &mut Script<'_>) -> Vec<Sound> {
    let count = script.number() % 5;
    (0..count).map(|_| sound(script)).collect()
}

fn sound(script: &mut Script<'_>) -> Sound {
    match script.number() % 3 {
        0 => Sound::File(file(script)),
        1 => Sound::Pause(time(script)),
        _ => {
            let repeats = script.flag();
            let parts = script.number() % 4;
            let part =
                |_| TonePart::new([425, 0, script.number() as u16 * 40, 7_999], time(script));
            let cadence = (0..parts).map(part).collect();
            Sound::Tone(Tone { cadence, repeats })
        }
    }
}

fn file(script: &mut Script<'_>) -> SoundFile {
    let names = ["spoken", "click", "nothing", "unreadable"];
    SoundFile::new(script.pick(&names).copied().unwrap_or("spoken"))
}

fn room(script: &mut Script<'_>) -> RoomId {
    RoomId(script.number() as u64 % 3)
}

fn time(script: &mut Script<'_>) -> Duration {
    script.pick(&TIMES).copied().unwrap_or(Duration::ZERO)
}

fn ports(phone: usize) -> PortPair {
    let first = 2 * (phone as u16 + 1);
    PortPair::starting_at(first).expect("an even port")
}

fn address(phone: usize) -> SocketAddr {
    SocketAddr::from(([10, 0, 1, (phone % 256) as u8], 4_000))
}
