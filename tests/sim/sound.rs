//! The sound of a simulated office: the real stream table, and packets from phone to phone.

use super::{builder::OFFICE, keys::KeysHeard, network::Network, phone::SimPhone};
use media::{
    Forward, MediaCommand, MediaEvent, Outlet, Recorded, RecordingId, Refusal, SocketId,
    Sound as Played, SoundFile, StreamId, StreamTable, Wiring,
};
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;
use rtp_packet::Digit;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

/// How often phones are heard while streams are open: often enough that nobody seems silent.
pub(super) const SOUND_EVERY: Duration = Duration::from_secs(4);

/// Packets a phone sends at a time: enough for the relay to learn where it sends from.
const BURST: usize = 4;

/// How often a phone sends while somebody speaks into it.
const PACKET_EVERY: Duration = Duration::from_millis(20);

/// How long every sound of the office's is here: half a second at 16 kHz.
const SOUND_SAMPLES: usize = 8_000;

/// The media thread of a simulated office.
#[derive(Debug)]
pub(super) struct Sound {
    streams: StreamTable,
    /// Where the office takes sound.
    pub(super) office: IpAddr,
    speak_at: Option<Instant>,
    /// So many times another program holds the ports that are wanted.
    pub(super) ports_taken: u32,
    refusals: VecDeque<MediaEvent>,
    /// No recording can be written.
    pub(super) disk_is_full: bool,
    /// Until when somebody speaks into each phone.
    speakers: BTreeMap<usize, Instant>,
    packet_at: Option<Instant>,
    /// The files the office has played, in order.
    pub(super) played: Vec<String>,
    /// The files the host has read, be it beforehand.
    pub(super) read: BTreeSet<SoundFile>,
    /// All that was played, to whom and when.
    pub(super) heard: Vec<HeardAt>,
    /// Whose each stream is, as its phone says where it takes sound, and how it is wired.
    wirings: BTreeMap<StreamId, (Option<SocketAddr>, Wiring)>,
    /// What the office itself sent: how many packets to each phone, and samples of each recording.
    pub(super) made: Made,
}

/// Something that is played to a phone.
#[derive(Clone, Debug, PartialEq)]
pub struct HeardAt {
    /// From when on.
    pub at: Instant,
    /// The address at which a phone takes it.
    pub by: Option<SocketAddr>,
    /// The sounds; none for music, and when what was heard ends.
    pub sounds: Vec<Played>,
    /// Again and again, while somebody waits; music does.
    pub repeats: bool,
    /// Over whatever else they hear.
    pub over: bool,
}

/// What the office itself made.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) packets: BTreeMap<SocketAddr, usize>,
    pub(super) recorded: BTreeMap<RecordingId, usize>,
    /// The keys that were made or passed on for each phone.
    pub(super) keys: BTreeMap<SocketAddr, KeysHeard>,
}

impl Outlet for Made {
    fn send(&mut self, _: SocketId, to: SocketAddr, packet: &[u8]) {
        *self.packets.entry(to).or_default() += 1;
        self.keys.entry(to).or_default().hear(packet);
    }

    fn record(&mut self, recording: RecordingId, samples: &[i16]) {
        *self.recorded.entry(recording).or_default() += samples.len();
    }
}

impl Default for Sound {
    fn default() -> Sound {
        Sound {
            streams: StreamTable::new(ChaCha12Rng::from_seed([3; 32])),
            office: OFFICE.ip(),
            speak_at: None,
            ports_taken: 0,
            refusals: VecDeque::new(),
            disk_is_full: false,
            speakers: BTreeMap::new(),
            packet_at: None,
            played: Vec::new(),
            read: BTreeSet::new(),
            heard: Vec::new(),
            wirings: BTreeMap::new(),
            made: Made::default(),
        }
    }
}

impl Sound {
    pub(super) fn apply(&mut self, now: Instant, command: MediaCommand) {
        self.note_wiring(&command);
        self.note_heard(now, &command);
        if let MediaCommand::Play { sounds, .. } | MediaCommand::Announce { sounds, .. } = &command
        {
            let files = sounds.iter().filter_map(|sound| match sound {
                Played::File(file) => Some(file.to_string()),
                Played::Tone(_) => Some("a tone".to_owned()),
                Played::Pause(_) => None,
            });
            self.played.extend(files);
        }
        let recording = match &command {
            MediaCommand::Record { recording, .. } => Some(*recording),
            _ => None,
        };
        match refused(&command).filter(|_| self.ports_taken > 0) {
            Some(refused) => {
                self.ports_taken -= 1;
                self.refusals.push_back(refused);
            }
            None => self.streams.apply(now, command),
        }
        if let Some(recording) = recording.filter(|_| self.disk_is_full) {
            self.streams.recording_failed(now, recording);
        }
        self.load(now);
        self.speak_at = match self.streams.is_empty() {
            true => None,
            false => self.speak_at.or(Some(now + SOUND_EVERY)),
        };
    }

    pub(super) fn poll_event(&mut self) -> Option<MediaEvent> {
        let refused = self.refusals.pop_front();
        refused.or_else(|| self.streams.poll_event())
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        [self.speak_at, self.packet_at, self.streams.next_timeout()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Everybody speaks, and the streams are looked at for silence.
    pub(super) fn on_timeout(&mut self, now: Instant, phones: &mut [SimPhone], network: &Network) {
        if self.speak_at.is_some_and(|at| at <= now) {
            self.speak_at = Some(now + SOUND_EVERY);
            for phone in 0..phones.len() {
                let relayed = phones[phone].sends_sound_to();
                if relayed.iter().any(|to| to.ip() == self.office) {
                    self.probe(now, phone, phones, network);
                }
            }
        }
        if self.packet_at.is_some_and(|at| at <= now) {
            self.speakers.retain(|_, until| *until > now);
            self.packet_at = (!self.speakers.is_empty()).then_some(now + PACKET_EVERY);
            for phone in self.speakers.keys().copied().collect::<Vec<_>>() {
                let from = network.outside(phones[phone].sound_address());
                for to in phones[phone].sends_sound_to() {
                    let packet = phones[phone].voice();
                    let packet = phones[phone].protected(packet, to);
                    self.carry(now, from, to, &packet);
                }
            }
        }
        self.streams.poll_timeouts(now, &mut self.made);
        self.load(now);
    }

    /// Every sound there is is found at once.
    fn load(&mut self, now: Instant) {
        while let Some(wanted) = self.streams.poll_want() {
            let samples = vec![1_000; SOUND_SAMPLES].into();
            self.streams.loaded(now, &wanted, Ok(samples));
            self.read.insert(wanted);
        }
    }

    /// Somebody speaks into a phone from now on, until then.
    pub(super) fn speak(&mut self, now: Instant, phone: usize, until: Instant) {
        self.speakers.insert(phone, until);
        self.packet_at.get_or_insert(now);
    }

    /// A key is pressed: seven packets of one event (RFC 4733 §2.5.1.3).
    pub(super) fn press(
        &mut self,
        now: Instant,
        phone: usize,
        key: Digit,
        phones: &mut [SimPhone],
        network: &Network,
    ) {
        let from = network.outside(phones[phone].sound_address());
        for to in phones[phone].sends_sound_to() {
            for packet in phones[phone].key(key) {
                let packet = phones[phone].protected(packet, to);
                self.carry(now, from, to, &packet);
            }
        }
    }

    /// A packet of sound leaves a phone on all its lines.
    pub(super) fn say(
        &mut self,
        now: Instant,
        phone: usize,
        payload: &[u8],
        phones: &mut [SimPhone],
        network: &Network,
    ) {
        let from = network.outside(phones[phone].sound_address());
        for to in phones[phone].sends_sound_to() {
            let packet = phones[phone].says(payload);
            let packet = phones[phone].protected(packet, to);
            self.carry(now, from, to, &packet);
        }
    }

    /// A phone speaks on all its lines: which phones hear it?
    pub(super) fn probe(
        &mut self,
        now: Instant,
        phone: usize,
        phones: &mut [SimPhone],
        network: &Network,
    ) -> Vec<usize> {
        let mut heard = Vec::new();
        for to in phones[phone].sends_sound_to() {
            for _ in 0..BURST {
                let packet = phones[phone].sound();
                let packet = phones[phone].protected(packet, to);
                let from = network.outside(phones[phone].sound_address());
                let Some((at, packet)) = self.carry(now, from, to, &packet) else {
                    continue;
                };
                let at = network.inside(at);
                let by = phones.iter().position(|p| {
                    Some(p.sound_address()) == at && p.listens() && p.understands(&packet)
                });
                heard.extend(by.filter(|by| !heard.contains(by)));
            }
        }
        heard
    }

    /// Where a packet ends up, and as what: at a phone, or through the relay at another.
    fn carry(
        &mut self,
        now: Instant,
        from: SocketAddr,
        to: SocketAddr,
        packet: &[u8],
    ) -> Option<(SocketAddr, Vec<u8>)> {
        if to.ip() != self.office {
            return Some((to, packet.to_vec()));
        }
        let socket = SocketId(u32::from(to.port()));
        match self.streams.on_packet(now, socket, from, packet) {
            Forward::To { to, datagram, .. } => {
                self.made.keys.entry(to).or_default().hear(datagram);
                Some((to, datagram.to_vec()))
            }
            Forward::Drop(_) | Forward::Taken => None,
        }
    }

    /// How the sound of a phone at this address is wired, if any of it comes here.
    pub(super) fn wiring(&self, at: SocketAddr) -> Option<&Wiring> {
        let mut wirings = self.wirings.values();
        let found = wirings.rfind(|(of, _)| *of == Some(at));
        found.map(|(_, wiring)| wiring)
    }

    /// The open stream of a phone at this address.
    pub(super) fn stream(&self, at: SocketAddr) -> Option<StreamId> {
        let mut wirings = self.wirings.iter();
        wirings
            .rfind(|(_, (of, _))| *of == Some(at))
            .map(|(stream, _)| *stream)
    }

    fn note_wiring(&mut self, command: &MediaCommand) {
        match command {
            MediaCommand::Open {
                stream, signalled, ..
            } => {
                self.wirings
                    .insert(*stream, (signalled.rtp, Wiring::Nothing));
            }
            MediaCommand::Update { stream, signalled } => {
                if let Some((at, _)) = self.wirings.get_mut(stream) {
                    *at = signalled.rtp;
                }
            }
            MediaCommand::Wire { stream, to } => {
                if let Some((_, wiring)) = self.wirings.get_mut(stream) {
                    wiring.clone_from(to);
                }
            }
            MediaCommand::Close { stream } => {
                self.wirings.remove(stream);
            }
            _ => {}
        }
    }

    /// Where the phone is that is recorded from now on.
    pub(super) fn records(&self, command: &MediaCommand) -> Option<SocketAddr> {
        let MediaCommand::Record {
            of: Recorded::One(stream),
            ..
        } = command
        else {
            return None;
        };
        self.wirings.get(stream)?.0
    }

    fn note_heard(&mut self, now: Instant, command: &MediaCommand) {
        let (stream, sounds, repeats, over) = match command {
            MediaCommand::Play {
                stream,
                sounds,
                how,
                ..
            } => (stream, sounds.clone(), how.repeats, how.over),
            MediaCommand::Wire { stream, to } => {
                let is_music = matches!(to, Wiring::Music { .. });
                (stream, Vec::new(), is_music, false)
            }
            MediaCommand::StopPlaying { stream, .. } => (stream, Vec::new(), false, false),
            _ => return,
        };
        let by = self.wirings.get(stream).and_then(|(by, _)| *by);
        self.heard.push(HeardAt {
            at: now,
            by,
            sounds,
            repeats,
            over,
        });
    }

    pub(super) fn streams(&self) -> usize {
        self.streams.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }
}

/// What the host says of a stream whose ports it cannot have.
fn refused(command: &MediaCommand) -> Option<MediaEvent> {
    let MediaCommand::Open { stream, local, .. } = command else {
        return None;
    };
    Some(MediaEvent::Refused {
        stream: *stream,
        why: Refusal::PortsTaken(*local),
    })
}
