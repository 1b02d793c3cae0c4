//! All open streams, and how they are wired.

mod news;
mod outgoing;
mod party;
mod path;
mod source;
mod statistics;
mod ticking;

pub use path::{DropReason, Forward};
pub use statistics::StreamStatistics;
pub use ticking::{Outlet, Ticks};

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;

use rand_chacha::ChaCha12Rng;
use rand_core::RngCore;
use slab::Slab;

use self::party::Party;
use self::path::{Found, Pace, Path};
use crate::command::{MediaCommand, Recorded, RecordingId, RoomId, Signalled, StreamId, Wiring};
use crate::event::{MediaEvent, Refusal};
use crate::graph::Graph;
use crate::limits::{LOOK_EVERY, MAX_STREAMS, QUALITY_EVERY};
use crate::ports::{PortPair, SocketId};
use crate::sound::{Samples, SoundFile};

/// The sound of every phone the office has ports open to. One media thread owns one table.
///
/// The thread gives each datagram to [`on_packet`](Self::on_packet) and sends it where that says,
/// follows orders with [`apply`](Self::apply), calls [`poll_timeouts`](Self::poll_timeouts) when
/// [`next_timeout`](Self::next_timeout) is due, loads what [`poll_want`](Self::poll_want) asks for,
/// and carries away what [`poll_event`](Self::poll_event) gives after each of these.
#[derive(Debug)]
pub struct StreamTable {
    streams: Slab<Stream>,
    /// Sorted, so that the order of events never depends on slab positions.
    by_id: BTreeMap<StreamId, usize>,
    /// Indexed by [`SocketId`].
    sockets: Vec<Option<SocketUse>>,
    events: VecDeque<MediaEvent>,
    dropped: [u64; DropReason::ALL.len()],
    next_look: Option<Instant>,
    graph: Graph,
    next_tick: Option<Instant>,
    ticks: Ticks,
    /// Draws the SSRCs of encrypted streams.
    chance: ChaCha12Rng,
    /// The packet at hand, decrypted, and as it is sent: kept, so that a packet allocates nothing.
    read: Vec<u8>,
    written: Vec<u8>,
}

/// One phone: its packets, and where they go.
#[derive(Debug)]
struct Stream {
    id: StreamId,
    party: Party,
    wired: Wired,
    next_quality: Instant,
}

/// Where a phone's packets go.
#[derive(Debug)]
enum Wired {
    Nothing,
    /// To the stream of this key.
    Relay(usize),
    Echo(Pace),
    Graph,
}

/// What a local socket is for.
#[derive(Debug, Clone, Copy)]
struct SocketUse {
    stream: u32,
    purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Rtp,
    Rtcp,
}

impl StreamTable {
    /// An empty table. SSRCs, first sequence numbers and first timestamps of what the office itself
    /// sends are drawn from `chance`.
    #[must_use]
    pub fn new(chance: ChaCha12Rng) -> Self {
        let mut own_chance = chance.clone();
        own_chance.set_stream(1);
        Self {
            streams: Slab::new(),
            by_id: BTreeMap::new(),
            sockets: Vec::new(),
            events: VecDeque::new(),
            dropped: Default::default(),
            next_look: None,
            graph: Graph::new(chance),
            next_tick: None,
            ticks: Ticks::default(),
            chance: own_chance,
            read: Vec::with_capacity(USUAL_DATAGRAM),
            written: Vec::with_capacity(USUAL_DATAGRAM),
        }
    }

    /// Decides about one datagram that arrived on `socket`. No allocation, no search, no change to
    /// what is said.
    ///
    /// Addresses are compared as they are: on a dual-stack socket the host gives IPv4 peers in
    /// their IPv4 form.
    pub fn on_packet<'a>(
        &'a mut self,
        now: Instant,
        socket: SocketId,
        from: SocketAddr,
        packet: &'a [u8],
    ) -> Forward<'a> {
        match self.route(now, socket, from, packet) {
            Ok(Some(Path { socket, to, found })) => Forward::To {
                socket,
                to,
                datagram: match found {
                    Found::AsItCame => packet,
                    Found::Read => &self.read,
                    Found::Written => &self.written,
                },
            },
            Ok(None) => Forward::Taken,
            Err(reason) => {
                if let Some(count) = self.dropped.get_mut(reason as usize) {
                    *count += 1;
                }
                Forward::Drop(reason)
            }
        }
    }

    /// Follows an order of the switch. What cannot be followed is told as [`MediaEvent::Refused`].
    pub fn apply(&mut self, now: Instant, command: MediaCommand) {
        let (stream, done) = match command {
            MediaCommand::Open {
                stream,
                local,
                signalled,
            } => (stream, self.open(now, stream, local, signalled)),
            MediaCommand::Update { stream, signalled } => (stream, self.update(stream, signalled)),
            MediaCommand::Expect { stream, expected } => {
                (stream, self.expect(now, stream, expected))
            }
            MediaCommand::Wire { stream, to } => (stream, self.wire(now, stream, &to)),
            MediaCommand::Play {
                stream,
                play,
                sounds,
                how,
            } => (stream, self.graph.play(stream, play, sounds, how)),
            MediaCommand::Press { stream, digits } => (stream, self.graph.press(stream, &digits)),
            MediaCommand::PressAlong {
                stream,
                digit,
                with,
            } => (stream, self.graph.press_along(stream, digit, with)),
            MediaCommand::HearKeys { stream, hears } => {
                (stream, self.graph.hear_keys(stream, hears))
            }
            MediaCommand::Measure { stream, lasts } => (stream, self.graph.measure(stream, lasts)),
            MediaCommand::Record {
                recording,
                of,
                until,
                ..
            } => {
                let first = match of {
                    Recorded::One(stream) | Recorded::Two(stream, _) => stream,
                    Recorded::Room(RoomId(_)) => StreamId(0),
                };
                (first, self.graph.record(recording, of, until))
            }
            MediaCommand::StopPlaying { stream, play } => {
                self.graph.stop_playing(stream, play);
                (stream, Ok(()))
            }
            MediaCommand::Prepare { pieces } => {
                self.graph.prepare(&pieces);
                (StreamId(0), Ok(()))
            }
            MediaCommand::Announce { room, sounds } => {
                self.graph.announce(room, sounds);
                (StreamId(0), Ok(()))
            }
            MediaCommand::PauseRecording { recording, paused } => {
                self.graph.pause_recording(recording, paused);
                (StreamId(0), Ok(()))
            }
            MediaCommand::StopRecording { recording } => {
                self.graph.stop_recording(recording);
                (StreamId(0), Ok(()))
            }
            MediaCommand::Close { stream } => {
                self.close(stream);
                (stream, Ok(()))
            }
        };
        if let Err(why) = done {
            self.events.push_back(MediaEvent::Refused { stream, why });
        }
        self.arm_tick(now);
    }

    /// The next thing to tell the switch.
    pub fn poll_event(&mut self) -> Option<MediaEvent> {
        let own = self.events.pop_front();
        own.or_else(|| self.graph.poll_event())
    }

    /// A sound the host is to load, the most urgent first.
    pub fn poll_want(&mut self) -> Option<SoundFile> {
        self.graph.poll_want()
    }

    /// The host loaded a sound, or could not read it.
    pub fn loaded(&mut self, now: Instant, file: &SoundFile, samples: Result<Samples, ()>) {
        self.graph.loaded(file, samples);
        self.arm_tick(now);
    }

    /// Whether a recording is under way: the host is to write it.
    #[must_use]
    pub fn is_recording(&self, recording: RecordingId) -> bool {
        self.graph.is_recording(recording)
    }

    /// The host cannot write a recording any more: it ends.
    pub fn recording_failed(&mut self, now: Instant, recording: RecordingId) {
        self.graph.recording_failed(recording);
        self.arm_tick(now);
    }

    /// Ticks the graph, looks for silent phones, refused strangers and quality to tell. Does nothing
    /// before it is due.
    pub fn poll_timeouts(&mut self, now: Instant, outlet: &mut impl Outlet) {
        self.tick(now, outlet);
        if self.next_look.is_none_or(|due| now < due) {
            return;
        }
        self.next_look = Some(now + LOOK_EVERY);
        for key in self.by_id.values() {
            if let Some(stream) = self.streams.get_mut(*key) {
                stream.look(now, &self.graph, &mut self.events);
            }
        }
    }

    /// When [`poll_timeouts`](Self::poll_timeouts) is due; never while no stream is open.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        [self.next_tick, self.next_look].into_iter().flatten().min()
    }

    /// How punctual the graph was.
    #[must_use]
    pub fn ticks(&self) -> Ticks {
        self.ticks
    }

    /// How a phone is heard so far.
    #[must_use]
    pub fn statistics(&self, stream: StreamId) -> Option<StreamStatistics> {
        let stream = self.streams.get(*self.by_id.get(&stream)?)?;
        Some(stream.statistics(&self.graph))
    }

    /// Datagrams dropped for this reason since the table was made.
    #[must_use]
    pub fn dropped(&self, reason: DropReason) -> u64 {
        self.dropped.get(reason as usize).copied().unwrap_or(0)
    }

    /// Open streams.
    #[must_use]
    pub fn len(&self) -> usize {
        self.streams.len()
    }

    /// No stream is open and no socket is in use.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.streams.is_empty() && self.sockets.iter().all(Option::is_none)
    }

    fn open(
        &mut self,
        now: Instant,
        id: StreamId,
        local: PortPair,
        signalled: Signalled,
    ) -> Result<(), Refusal> {
        if self.by_id.contains_key(&id) {
            return Err(Refusal::AlreadyOpen);
        }
        if self.streams.len() >= MAX_STREAMS {
            return Err(Refusal::TooManyStreams);
        }
        let sockets = [
            (local.rtp_socket(), Purpose::Rtp),
            (local.rtcp_socket(), Purpose::Rtcp),
        ];
        let in_use =
            |socket: SocketId| matches!(self.sockets.get(socket.0 as usize), Some(Some(_)));
        if sockets.iter().any(|(socket, _)| in_use(*socket)) {
            return Err(Refusal::PortsInUse(local));
        }
        let (sends, receives) = (signalled.direction.receives(), signalled.direction.sends());
        self.graph.open(id, signalled.format.clone());
        self.graph
            .set_format(id, signalled.format.clone(), sends, receives);
        let key = self.streams.insert(Stream {
            id,
            party: Party::new(local, signalled, self.chance.next_u32()),
            wired: Wired::Nothing,
            next_quality: now + QUALITY_EVERY,
        });
        self.by_id.insert(id, key);
        self.next_look.get_or_insert(now + LOOK_EVERY);
        for (socket, purpose) in sockets {
            let stream = key as u32;
            self.use_socket(socket, Some(SocketUse { stream, purpose }));
        }
        Ok(())
    }

    fn update(&mut self, stream: StreamId, signalled: Signalled) -> Result<(), Refusal> {
        let (sends, receives) = (signalled.direction.receives(), signalled.direction.sends());
        let format = signalled.format.clone();
        self.stream_mut(stream)?.party.update(signalled);
        self.graph.set_format(stream, format, sends, receives);
        Ok(())
    }

    fn expect(&mut self, now: Instant, stream: StreamId, expected: bool) -> Result<(), Refusal> {
        self.stream_mut(stream)?.party.expect(now, expected);
        Ok(())
    }

    fn wire(&mut self, now: Instant, id: StreamId, to: &Wiring) -> Result<(), Refusal> {
        let key = self.key(id)?;
        let wired = match to {
            Wiring::Nothing => Wired::Nothing,
            Wiring::Echo => Wired::Echo(Pace::new(now)),
            Wiring::Relay { with } => match self.key(*with)? {
                other if other == key => return Err(Refusal::NoSuchStream),
                other => Wired::Relay(other),
            },
            Wiring::Room { .. } | Wiring::Music { .. } => Wired::Graph,
        };
        self.graph.wire(id, to)?;
        self.part(key);
        if let Wired::Relay(other) = wired {
            self.part(other);
            self.streams[other].wired = Wired::Relay(key);
        }
        self.streams[key].wired = wired;
        Ok(())
    }

    /// Takes a stream out of its relay: the other one is wired to nothing.
    fn part(&mut self, key: usize) {
        if let Some(Wired::Relay(other)) = self.streams.get(key).map(|stream| &stream.wired) {
            let other = *other;
            self.streams[other].wired = Wired::Nothing;
        }
    }

    fn close(&mut self, id: StreamId) {
        let Some(key) = self.by_id.remove(&id) else {
            return;
        };
        self.part(key);
        let stream = self.streams.remove(key);
        let statistics = stream.statistics(&self.graph);
        self.graph.close(id);
        let local = stream.party.local;
        self.use_socket(local.rtp_socket(), None);
        self.use_socket(local.rtcp_socket(), None);
        if self.streams.is_empty() {
            self.next_look = None;
        }
        // Answers to orders always find room; there are no more of them than orders.
        self.events.push_back(MediaEvent::Closed {
            stream: id,
            statistics,
        });
    }

    fn key(&self, stream: StreamId) -> Result<usize, Refusal> {
        self.by_id
            .get(&stream)
            .copied()
            .ok_or(Refusal::NoSuchStream)
    }

    fn stream_mut(&mut self, stream: StreamId) -> Result<&mut Stream, Refusal> {
        let key = self.key(stream)?;
        self.streams.get_mut(key).ok_or(Refusal::NoSuchStream)
    }

    fn use_socket(&mut self, socket: SocketId, for_what: Option<SocketUse>) {
        let index = socket.0 as usize;
        if self.sockets.len() <= index {
            self.sockets.resize(index + 1, None);
        }
        self.sockets[index] = for_what;
    }
}

/// Room for a datagram as phones send them: what fits into an Ethernet frame. A longer one makes
/// room for itself.
const USUAL_DATAGRAM: usize = 1_500;
