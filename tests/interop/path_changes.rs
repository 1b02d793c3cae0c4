//! The sound of a call moves between straight, relayed and mixed, and from one party to music and to
//! another, while telephones made by hand send a tone to each other. What arrives is judged by its
//! packets, not by loudspeakers: how busy the computer is delays packets, and takes none of the sound
//! away.

use anyhow::{Result, ensure};
use cordboard_tests::interop::{
    engine::{Engine, roomy_folder},
    process::{PATIENCE, until},
    raw::{Call, Message, Peer},
    sound::Sound,
};
use media::{Codec, FRAME_SAMPLES, SILENCE, codec::Encoder, codec::MAX_PAYLOAD};
use office::RecordingRule;
use rtp_packet::{NewRtpPacket, RtpPacket};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    panic::resume_unwind,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// What nobody notices.
const GAP_AT_MOST: Duration = Duration::from_millis(60);

const FRAME: Duration = Duration::from_millis(20);
const PCMA: u8 = 8;
const CLOCK_HZ: f64 = 8_000.0;
const LEVEL_DBFS: f64 = -12.0;

/// How long the sound stays on each way.
const STAYS: Duration = Duration::from_millis(1_500);

/// How long both are told that they are recorded, at most. Words have pauses of their own.
const ANNOUNCED: Duration = Duration::from_secs(6);

/// A packet that arrived.
#[derive(Clone, Copy, Debug)]
struct Heard {
    at: Instant,
    from: SocketAddr,
    ssrc: u32,
    timestamp: u32,
    /// How much sound it holds.
    lasts: Duration,
    /// Whether it is as loud as a tone of ours.
    is_loud: bool,
}

/// What counts as heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    /// A tone.
    Tones,
    /// Whatever is sent: music has rests, and so has a ringing tone.
    Everything,
}

/// What microphone and earpiece share.
struct Sounding {
    socket: UdpSocket,
    to: Mutex<Option<SocketAddr>>,
    heard: Mutex<Vec<Heard>>,
    is_over: AtomicBool,
}

/// A telephone that does as it is told: each description is answered, and sound goes where the last
/// one says.
struct Telephone {
    peer: Peer,
    sounding: Arc<Sounding>,
    threads: Vec<JoinHandle<()>>,
    /// Its call is over, which the other side said.
    is_hung_up: bool,
}

impl Telephone {
    fn new(engine: &Engine, name: &str, number: &str, hz: f64) -> Result<Self> {
        let mut peer = Peer::new(engine, name, number)?;
        peer.register()?;
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_read_timeout(Some(FRAME))?;
        let sounding = Arc::new(Sounding {
            socket,
            to: Mutex::new(None),
            heard: Mutex::new(Vec::new()),
            is_over: AtomicBool::new(false),
        });
        let (speaks, listens) = (Arc::clone(&sounding), Arc::clone(&sounding));
        let threads = vec![
            thread::spawn(move || speaks.speak(hz)),
            thread::spawn(move || listens.listen()),
        ];
        Ok(Self {
            peer,
            sounding,
            threads,
            is_hung_up: false,
        })
    }

    fn description(&self) -> Result<String> {
        let port = self.sounding.socket.local_addr()?.port();
        Ok(format!(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
        ))
    }

    /// Sends where a description says; one without sound changes nothing.
    fn described(&self, sdp: &str) -> Result<()> {
        let port = sdp.lines().find_map(|line| line.strip_prefix("m=audio "));
        if let Some(port) = port.and_then(|rest| rest.split(' ').next()) {
            let to = SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse()?));
            *lock(&self.sounding.to) = Some(to);
        }
        Ok(())
    }

    /// Answers what it is asked meanwhile.
    fn serve(&mut self) -> Result<()> {
        while let Some(request) = self.peer.next_request(Duration::from_millis(2))? {
            self.follow(&request)?;
        }
        Ok(())
    }

    fn follow(&mut self, request: &Message) -> Result<()> {
        self.described(request.body())?;
        match request.method() {
            Some("ACK") => Ok(()),
            Some("INVITE") => self.peer.answer(request, "200 OK", &self.description()?),
            Some("UPDATE") if !request.body().is_empty() => {
                self.peer.answer(request, "200 OK", &self.description()?)
            }
            Some("BYE") => {
                self.is_hung_up = true;
                *lock(&self.sounding.to) = None;
                self.peer.answer(request, "200 OK", "")
            }
            _ => self.peer.answer(request, "200 OK", ""),
        }
    }

    /// Dials a number, and is answered while the others do as they are told.
    fn call(&mut self, number: &str, others: &mut [&mut Telephone]) -> Result<Call> {
        let offer = self.description()?;
        let mut call = self.peer.invite_with(number, &offer)?;
        beside(others, || self.is_answered(&mut call))?;
        Ok(call)
    }

    fn is_answered(&mut self, call: &mut Call) -> Result<()> {
        let answer = self.peer.outcome(call)?;
        ensure!(answer.code() == Some(200), "{answer:?}");
        self.described(answer.body())
    }

    /// Hands the other side of its call on; the office hangs up on it then.
    fn hand_on(&mut self, call: &mut Call, to: &str, others: &mut [&mut Telephone]) -> Result<()> {
        let told = beside(others, || self.peer.refer(call, to))?;
        ensure!(told == 200, "{told}");
        Ok(())
    }

    /// The gaps in what was heard from one moment to another.
    fn gaps(&self, from: Instant, to: Instant, counts: Counts) -> Vec<(Duration, Duration)> {
        gaps(&lock(&self.sounding.heard), from, to, counts)
    }

    /// Fails if anything was missing from some moment on.
    fn has_heard_all_since(&self, from: Instant, counts: Counts, what: &str) -> Result<()> {
        let to = Instant::now() - Duration::from_millis(200); // what is still on its way
        let gaps = self.gaps(from, to, counts);
        ensure!(gaps.is_empty(), "{what}: {gaps:?}");
        ensure!(!self.is_hung_up, "{what}: hung up on");
        Ok(())
    }

    /// Whether it has heard a tone lately.
    fn hears_tones(&self) -> bool {
        let since = Instant::now() - STAYS / 2;
        let heard = lock(&self.sounding.heard);
        heard
            .iter()
            .any(|packet| packet.at >= since && packet.is_loud)
    }
}

/// Does something while telephones answer what they are asked.
fn beside<T>(others: &mut [&mut Telephone], act: impl FnOnce() -> Result<T>) -> Result<T> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let is_over = &is_over;
        let serving: Vec<_> = others
            .iter_mut()
            .map(|telephone| {
                scope.spawn(move || {
                    while !is_over.load(Ordering::Relaxed) {
                        telephone.serve()?;
                    }
                    anyhow::Ok(())
                })
            })
            .collect();
        let done = act();
        is_over.store(true, Ordering::Relaxed);
        for thread in serving {
            match thread.join() {
                Ok(served) => served?,
                Err(why) => resume_unwind(why),
            }
        }
        done
    })
}

impl Drop for Telephone {
    fn drop(&mut self) {
        self.sounding.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Sounding {
    /// A tone without end, a packet every 20 ms; what a busy computer delays is sent all the same.
    fn speak(&self, hz: f64) {
        let tone = Sound::tone(hz, Duration::from_secs(1), LEVEL_DBFS, media::SAMPLE_RATE);
        let mut encoder = Encoder::new(Codec::Pcma);
        let mut due = Instant::now();
        let ssrc = hz as u32;
        let mut number: u32 = 0;
        while !self.is_over.load(Ordering::Relaxed) {
            let at = number as usize % (tone.samples.len() / FRAME_SAMPLES) * FRAME_SAMPLES;
            let mut frame = SILENCE;
            frame.copy_from_slice(&tone.samples[at..at + FRAME_SAMPLES]);
            let mut payload = [0; MAX_PAYLOAD];
            let length = encoder.encode(&frame, &mut payload);
            let packet = NewRtpPacket {
                payload_type: PCMA,
                sequence: number as u16,
                timestamp: number.wrapping_mul(160),
                ssrc,
                payload: &payload[..length],
                ..NewRtpPacket::default()
            };
            let mut bytes = Vec::new();
            let to = *lock(&self.to);
            if let (Ok(()), Some(to)) = (packet.write_to(&mut bytes), to) {
                // A refused packet is a lost one.
                let _ = self.socket.send_to(&bytes, to);
            }
            number = number.wrapping_add(1);
            due += FRAME;
            thread::sleep(due.saturating_duration_since(Instant::now()));
        }
    }

    fn listen(&self) {
        let mut buffer = [0; 2_048];
        while !self.is_over.load(Ordering::Relaxed) {
            let Ok((length, from)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            let at = Instant::now();
            let Ok(packet) = RtpPacket::parse(&buffer[..length]) else {
                continue;
            };
            if packet.payload_type() != PCMA {
                continue;
            }
            // In A-law each second bit is turned round; the loud half of all steps is a tone of ours.
            let is_loud = |byte: &&u8| (**byte ^ 0x55) & 0x7f >= 0x40;
            let loud = packet.payload().iter().filter(is_loud).count();
            lock(&self.heard).push(Heard {
                at,
                from,
                ssrc: packet.ssrc(),
                timestamp: packet.timestamp(),
                lasts: Duration::from_secs_f64(packet.payload().len() as f64 / CLOCK_HZ),
                is_loud: loud * 4 >= packet.payload().len(),
            });
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The gaps between what packets hold, each with when it begins after `from`. Of each stream the packet
/// that was delayed least tells when its sound is due; so the others may come late.
fn gaps(heard: &[Heard], from: Instant, to: Instant, counts: Counts) -> Vec<(Duration, Duration)> {
    let mut streams: BTreeMap<(SocketAddr, u32), Vec<Heard>> = BTreeMap::new();
    let near = Duration::from_secs(1);
    for packet in heard
        .iter()
        .filter(|p| p.at + near >= from && p.at <= to + near)
    {
        let stream = streams.entry((packet.from, packet.ssrc)).or_default();
        stream.push(*packet);
    }
    let mut parts: Vec<(f64, f64)> = Vec::new();
    for stream in streams.values() {
        let first = stream[0];
        let due = |packet: &Heard| {
            let ticks = packet.timestamp.wrapping_sub(first.timestamp).cast_signed();
            f64::from(ticks) / CLOCK_HZ
        };
        let seconds = |at: Instant| match at.checked_duration_since(from) {
            Some(after) => after.as_secs_f64(),
            None => -from.duration_since(at).as_secs_f64(),
        };
        let delays = stream.iter().map(|packet| seconds(packet.at) - due(packet));
        let least = delays.fold(f64::INFINITY, f64::min);
        let is_heard = |packet: &&Heard| packet.is_loud || counts == Counts::Everything;
        let sounding = stream.iter().filter(is_heard);
        parts.extend(sounding.map(|packet| {
            let begins = least + due(packet);
            (begins, begins + packet.lasts.as_secs_f64())
        }));
    }
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let end = to.duration_since(from).as_secs_f64();
    let mut heard_until = 0.0_f64;
    let mut gaps = Vec::new();
    for (begins, ends) in parts.into_iter().chain([(end, end)]) {
        let begins = begins.min(end);
        if begins - heard_until > GAP_AT_MOST.as_secs_f64() {
            gaps.push((
                Duration::from_secs_f64(heard_until),
                Duration::from_secs_f64(begins - heard_until),
            ));
        }
        heard_until = heard_until.max(ends);
    }
    gaps
}

#[test]
fn a_gap_is_found_and_a_late_packet_is_none() {
    let from = Instant::now();
    let packet = |number: u32, late: u64, loud: bool| Heard {
        at: from + FRAME * number + Duration::from_millis(late),
        from: SocketAddr::from(([127, 0, 0, 1], 9)),
        ssrc: 1,
        timestamp: number * 160,
        lasts: FRAME,
        is_loud: loud,
    };
    let gaps = |heard: &[Heard], from, to| gaps(heard, from, to, Counts::Tones);
    let to = from + FRAME * 100;
    let whole: Vec<Heard> = (0..100)
        .map(|number| packet(number, u64::from(number % 7) * 40, true))
        .collect();
    assert_eq!(gaps(&whole, from, to), []);
    let lost: Vec<Heard> = whole
        .iter()
        .enumerate()
        .filter(|(at, _)| !(40..44).contains(at))
        .map(|(_, packet)| *packet)
        .collect();
    let found = gaps(&lost, from, to);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.abs_diff(FRAME * 4) < Duration::from_millis(1));
    let silent: Vec<Heard> = (0..100)
        .map(|number| packet(number, 0, !(40..50).contains(&number)))
        .collect();
    assert_eq!(gaps(&silent, from, to).len(), 1);
    // Another stream takes over 100 ms later.
    let mut other = whole;
    other.truncate(50);
    other.extend((55..100).map(|number| Heard {
        ssrc: 2,
        timestamp: number * 160 + 7_777,
        ..packet(number, 0, true)
    }));
    assert_eq!(gaps(&other, from, to).len(), 1);
}

/// Anna and Ben, whose calls are recorded when they wish.
struct Office {
    engine: Engine,
    anna: Telephone,
    ben: Telephone,
}

impl Office {
    fn open() -> Result<Self> {
        let engine = Engine::start_recording(roomy_folder()?, RecordingRule::OnDemand)?;
        let anna = Telephone::new(&engine, "Anna", "101", 440.0)?;
        let ben = Telephone::new(&engine, "Ben", "102", 660.0)?;
        Ok(Self { engine, anna, ben })
    }

    /// Anna calls Ben, who picks up.
    fn connect(&mut self) -> Result<Call> {
        let offer = self.anna.description()?;
        let mut call = self.anna.peer.invite_with("102", &offer)?;
        let invite = self.ben.peer.wait_for("INVITE")?;
        self.ben.follow(&invite)?;
        let answer = self.anna.peer.outcome(&mut call)?;
        ensure!(answer.code() == Some(200), "{answer:?}");
        self.anna.described(answer.body())?;
        self.serve(STAYS)?;
        Ok(call)
    }

    fn serve(&mut self, lasts: Duration) -> Result<()> {
        let until = Instant::now() + lasts;
        while Instant::now() < until {
            self.anna.serve()?;
            self.ben.serve()?;
        }
        Ok(())
    }

    /// The board does something with the call; the telephones answer what follows of it.
    fn at_board(&mut self, method: &str, what: &str, body: &Value) -> Result<()> {
        // The first call of an office, and its only one.
        let path = format!("/api/calls/1/{what}");
        self.engine.ask(method, &path, body).map(drop)
    }

    /// Both hear each other without a gap in between.
    fn hear_each_other(&self, from: Instant, what: &str) -> Result<()> {
        let to = Instant::now() - Duration::from_millis(200); // what is still on its way
        for (who, telephone) in [("Anna", &self.anna), ("Ben", &self.ben)] {
            let gaps = telephone.gaps(from, to, Counts::Tones);
            ensure!(gaps.is_empty(), "{who}, {what}: {gaps:?}");
            ensure!(!telephone.is_hung_up, "{who}, {what}: hung up on");
        }
        Ok(())
    }

    fn targets(&self) -> [Option<SocketAddr>; 2] {
        [&self.anna, &self.ben].map(|telephone| *lock(&telephone.sounding.to))
    }

    fn are_straight(&self) -> Result<bool> {
        let own = [&self.ben, &self.anna].map(|t| t.sounding.socket.local_addr().ok());
        Ok(self.targets() == own)
    }
}

#[test]
fn a_call_that_moves_between_its_ways_is_heard_without_a_gap() -> Result<()> {
    let mut office = Office::open()?;
    let mut call = office.connect()?;
    for round in 0..3 {
        let from = Instant::now() - STAYS / 2;
        office.at_board("PUT", "media", &json!({ "way": "direct" }))?;
        office.serve(STAYS)?;
        ensure!(office.are_straight()?, "{:?}", office.targets());
        office.hear_each_other(from, &format!("to the straight way, round {round}"))?;

        let from = Instant::now() - STAYS / 2;
        office.at_board("PUT", "media", &json!({ "way": "relayed" }))?;
        office.serve(STAYS)?;
        ensure!(!office.are_straight()?, "{:?}", office.targets());
        office.hear_each_other(from, &format!("to the relay, round {round}"))?;
    }
    office.anna.peer.bye(&mut call)?;
    office.engine.still_runs()
}

#[test]
fn a_call_that_is_recorded_from_straight_to_mixed_and_back_is_heard_without_a_gap() -> Result<()> {
    let mut office = Office::open()?;
    let mut call = office.connect()?;
    office.at_board("PUT", "media", &json!({ "way": "direct" }))?;
    office.serve(STAYS)?;
    ensure!(office.are_straight()?, "{:?}", office.targets());

    office.at_board("POST", "recording", &json!({ "action": "start" }))?;
    office.serve(ANNOUNCED)?;
    let recorded = until(PATIENCE, || office.engine.is_recording());
    ensure!(recorded, "{}", office.engine.log());
    ensure!(!office.are_straight()?, "{:?}", office.targets());
    let from = Instant::now();
    office.serve(STAYS)?;
    office.hear_each_other(from, "while it is recorded")?;

    let from = Instant::now() - STAYS / 2;
    office.at_board("POST", "recording", &json!({ "action": "stop" }))?;
    office.serve(STAYS)?;
    office.at_board("PUT", "media", &json!({ "way": "direct" }))?;
    office.serve(STAYS)?;
    ensure!(office.are_straight()?, "{:?}", office.targets());
    office.hear_each_other(
        from,
        "when the recording ends, and back to the straight way",
    )?;
    office.anna.peer.bye(&mut call)?;
    office.engine.still_runs()
}

/// Three telephones whose sound takes the way that is asked for.
struct Three {
    engine: Engine,
    anna: Telephone,
    ben: Telephone,
    cleo: Telephone,
}

impl Three {
    fn open(media: &str) -> Result<Self> {
        let options = [
            "--sip",
            "127.0.0.1:0",
            "--api",
            "127.0.0.1:0",
            "--media",
            media,
        ];
        let engine = Engine::start_with(&options)?;
        Ok(Self {
            anna: Telephone::new(&engine, "Anna", "101", 440.0)?,
            ben: Telephone::new(&engine, "Ben", "102", 660.0)?,
            cleo: Telephone::new(&engine, "Cleo", "103", 880.0)?,
            engine,
        })
    }

    /// Ben calls Anna, who picks up.
    fn ben_calls_anna(&mut self) -> Result<Call> {
        let call = self.ben.call("101", &mut [&mut self.anna])?;
        self.serve(STAYS)?;
        ensure!(self.anna.hears_tones() && self.ben.hears_tones());
        Ok(call)
    }

    fn serve(&mut self, lasts: Duration) -> Result<()> {
        let until = Instant::now() + lasts;
        while Instant::now() < until {
            for telephone in [&mut self.anna, &mut self.ben, &mut self.cleo] {
                telephone.serve()?;
            }
        }
        Ok(())
    }

    fn address(&self, number: &str) -> Result<String> {
        Ok(format!("sip:{number}@{}", self.engine.sip("udp")?))
    }
}

fn handed_on_blindly(media: &str) -> Result<()> {
    let mut office = Three::open(media)?;
    let mut call = office.ben_calls_anna()?;
    let (from, cleo) = (Instant::now() - STAYS / 2, office.address("103")?);
    let mut others = [&mut office.anna, &mut office.cleo];
    office.ben.hand_on(&mut call, &cleo, &mut others)?;
    let talks = Instant::now();
    office.serve(STAYS)?;
    let what = format!("handed on, {media}");
    office
        .anna
        .has_heard_all_since(from, Counts::Everything, &what)?;
    ensure!(office.anna.hears_tones(), "{what}");
    office
        .cleo
        .has_heard_all_since(talks, Counts::Tones, &what)?;
    ensure!(office.ben.is_hung_up, "{what}");
    office.engine.still_runs()
}

#[test]
fn whoever_is_handed_on_without_asking_hears_no_gap() -> Result<()> {
    handed_on_blindly("relay")
}

#[test]
fn whoever_is_handed_on_between_phones_that_send_straight_hears_no_gap_either() -> Result<()> {
    handed_on_blindly("auto")
}

fn parked_and_fetched(media: &str) -> Result<()> {
    let mut office = Three::open(media)?;
    let mut call = office.ben_calls_anna()?;
    let (from, slot) = (Instant::now() - STAYS / 2, office.address("72")?);
    let mut others = [&mut office.anna];
    office.ben.hand_on(&mut call, &slot, &mut others)?;
    office.serve(STAYS)?;
    let what = format!("parked, {media}");
    office
        .anna
        .has_heard_all_since(from, Counts::Everything, &what)?;
    office.cleo.call("72", &mut [&mut office.anna])?;
    let talks = Instant::now();
    office.serve(STAYS)?;
    let what = format!("fetched, {media}");
    office
        .anna
        .has_heard_all_since(from, Counts::Everything, &what)?;
    ensure!(office.anna.hears_tones(), "{what}");
    office
        .cleo
        .has_heard_all_since(talks, Counts::Tones, &what)?;
    office.engine.still_runs()
}

#[test]
fn whoever_is_parked_and_fetched_hears_no_gap() -> Result<()> {
    parked_and_fetched("relay")
}

#[test]
fn whoever_is_parked_and_fetched_between_phones_that_send_straight_hears_no_gap_either()
-> Result<()> {
    parked_and_fetched("auto")
}
