//! All open streams, how they are wired, and the path of one packet.

mod outgoing;
mod party;
mod source;
mod statistics;

pub use statistics::StreamStatistics;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha12Rng;
use rand_core::RngCore;
use rtp_packet::rtcp::Compound;
use rtp_packet::{PacketKind, RtpPacket};
use slab::Slab;

use self::outgoing::Written;
use self::party::{Party, Protected};
use crate::command::{MediaCommand, Recorded, RecordingId, RoomId, Signalled, StreamId, Wiring};
use crate::event::{MediaEvent, Refusal};
use crate::frame::FRAME_MS;
use crate::graph::{Effects, Graph};
use crate::limits::{
    ECHO_PACKETS_PER_SECOND, LOOK_EVERY, MAX_EVENTS_WAITING, MAX_STREAMS, MAX_TICKS_BEHIND,
    QUALITY_EVERY,
};
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

/// How punctual the graph's ticks were since the table was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticks {
    /// All of them.
    pub done: u64,
    /// Those that came when the next one was due already.
    pub late: u64,
    /// Those left out because the thread was hopelessly behind; nothing was heard in their place.
    pub skipped: u64,
}

/// Where the table's own packets and recordings go.
pub trait Outlet {
    /// Send this datagram from one of our sockets.
    fn send(&mut self, from: SocketId, to: SocketAddr, datagram: &[u8]);
    /// Write 20 ms into a recording: 320 samples at 16 kHz, or 640 of two channels in turn.
    fn record(&mut self, recording: RecordingId, samples: &[i16]);
}

/// What to do with a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forward<'a> {
    /// Send this from this socket to this address.
    To {
        /// Our socket towards the other phone.
        socket: SocketId,
        /// The other phone.
        to: SocketAddr,
        /// The datagram that came, or what has become of it: encrypted, or fitted in behind what
        /// the phone was sent before.
        datagram: &'a [u8],
    },
    /// The graph has taken it.
    Taken,
    /// Forget it.
    Drop(DropReason),
}

/// Why a datagram is not passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DropReason {
    /// No stream uses the socket.
    NoStream,
    /// Nobody vouched for its source.
    Stranger,
    /// Its host is vouched for, but the stream has yet to prove itself.
    OnProbation,
    /// It looks like RTP or RTCP and is neither.
    Malformed,
    /// STUN, which plain RTP has no use for.
    Stun,
    /// DTLS, which plain RTP has no use for.
    Dtls,
    /// No protocol known on media ports.
    UnknownProtocol,
    /// RTCP on the RTP port though rtcp-mux was not agreed, or RTP on the RTCP port.
    WrongPort,
    /// One of the two has media in this direction on hold.
    OnHold,
    /// The other phone's address is not known yet, or there is no other phone.
    FarSideUnknown,
    /// More is to be echoed than any phone sends.
    TooFast,
    /// The office itself speaks to the other phone.
    OfficeSpeaks,
    /// Nobody with the key that was agreed on has made it.
    NotAuthentic,
    /// It is encrypted and was there already.
    Replayed,
    /// It comes too late to be fitted in where it belongs.
    TooLate,
}

impl DropReason {
    /// All reasons, for reports.
    pub const ALL: [Self; 15] = [
        Self::NoStream,
        Self::Stranger,
        Self::OnProbation,
        Self::Malformed,
        Self::Stun,
        Self::Dtls,
        Self::UnknownProtocol,
        Self::WrongPort,
        Self::OnHold,
        Self::FarSideUnknown,
        Self::TooFast,
        Self::OfficeSpeaks,
        Self::NotAuthentic,
        Self::Replayed,
        Self::TooLate,
    ];
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

/// How many packets were echoed in the second at hand.
#[derive(Debug)]
struct Pace {
    since: Instant,
    packets: u32,
}

impl Pace {
    fn allows(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.since) >= Duration::from_secs(1) {
            *self = Pace {
                since: now,
                packets: 0,
            };
        }
        self.packets += 1;
        self.packets <= ECHO_PACKETS_PER_SECOND
    }
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

/// Where a packet goes, and where what is sent is found.
#[derive(Debug, Clone, Copy)]
struct Path {
    socket: SocketId,
    to: SocketAddr,
    found: Found,
}

#[derive(Debug, Clone, Copy)]
enum Found {
    /// The datagram as it came.
    AsItCame,
    /// Decrypted.
    Read,
    /// Made anew.
    Written,
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

    fn route(
        &mut self,
        now: Instant,
        socket: SocketId,
        from: SocketAddr,
        datagram: &[u8],
    ) -> Result<Option<Path>, DropReason> {
        let socket = self.sockets.get(socket.0 as usize).copied().flatten();
        let SocketUse { stream, purpose } = socket.ok_or(DropReason::NoStream)?;
        let key = stream as usize;
        let stream = self.streams.get(key).ok_or(DropReason::NoStream)?;
        let path = match (PacketKind::of(datagram), purpose) {
            (PacketKind::Rtp, Purpose::Rtp) => self.pass_rtp(now, key, from, datagram),
            (PacketKind::Rtcp, Purpose::Rtcp) => self.pass_rtcp(now, key, from, datagram, false),
            (PacketKind::Rtcp, Purpose::Rtp) if stream.party.muxes_rtcp() => {
                self.pass_rtcp(now, key, from, datagram, true)
            }
            (PacketKind::Rtp | PacketKind::Rtcp, _) => Err(DropReason::WrongPort),
            (PacketKind::Stun, _) => Err(DropReason::Stun),
            (PacketKind::Dtls, _) => Err(DropReason::Dtls),
            (PacketKind::Zrtp | PacketKind::TurnChannel | PacketKind::Unknown, _) => {
                Err(DropReason::UnknownProtocol)
            }
        };
        if let Some(stream) = self.streams.get_mut(key)
            && stream.party.has_news()
        {
            stream.tell_news(&mut self.events);
        }
        path
    }

    fn pass_rtp(
        &mut self,
        now: Instant,
        key: usize,
        from: SocketAddr,
        datagram: &[u8],
    ) -> Result<Option<Path>, DropReason> {
        let sender = self.streams.get_mut(key).ok_or(DropReason::NoStream)?;
        let encrypted = sender.party.is_encrypted();
        let datagram = if encrypted {
            let read = &mut self.read;
            sender
                .party
                .unprotect(from, Protected::Sound, datagram, read)?;
            &self.read[..]
        } else {
            datagram
        };
        let packet = RtpPacket::parse(datagram).map_err(|_| DropReason::Malformed)?;
        sender.party.hear_rtp(now, from, &packet)?;
        let direction = sender.party.direction();
        if !direction.sends() {
            return Err(DropReason::OnHold);
        }
        let listens = self.graph.listens(sender.id);
        if listens {
            self.graph.on_rtp(now, sender.id, &packet);
        }
        let (receiver, to) = match &mut sender.wired {
            Wired::Graph => return Ok(None),
            Wired::Nothing if listens => return Ok(None),
            Wired::Nothing => return Err(DropReason::FarSideUnknown),
            Wired::Echo(_) if !direction.receives() => return Err(DropReason::OnHold),
            Wired::Echo(pace) => match pace.allows(now) {
                // Believed: `from` is the source in use and nobody else's address.
                true => (sender, Some(from)),
                false => return Err(DropReason::TooFast),
            },
            Wired::Relay(other) => {
                let other = *other;
                let receiver = self.streams.get_mut(other);
                let receiver = receiver.ok_or(DropReason::FarSideUnknown)?;
                if !receiver.party.direction().receives() {
                    return Err(DropReason::OnHold);
                }
                if self.graph.speaks(receiver.id) {
                    return Err(DropReason::OfficeSpeaks);
                }
                let to = receiver.party.rtp_destination();
                (receiver, to)
            }
        };
        let to = to.ok_or(DropReason::FarSideUnknown)?;
        let party = &mut receiver.party;
        let clock_hz = party.clock_hz();
        let written = &mut self.written;
        let written = party.outgoing.write_rtp(now, clock_hz, datagram, written);
        Ok(Some(Path {
            socket: party.local.rtp_socket(),
            to,
            found: match written.map_err(|_| DropReason::TooLate)? {
                Written::Anew => Found::Written,
                Written::AsItIs if encrypted => Found::Read,
                Written::AsItIs => Found::AsItCame,
            },
        }))
    }

    /// RTCP flows whatever the direction of the media (RFC 3264 §5.1).
    fn pass_rtcp(
        &mut self,
        now: Instant,
        key: usize,
        from: SocketAddr,
        datagram: &[u8],
        muxed: bool,
    ) -> Result<Option<Path>, DropReason> {
        let sender = self.streams.get_mut(key).ok_or(DropReason::NoStream)?;
        let report = &mut self.written;
        if sender.party.is_encrypted() {
            sender
                .party
                .unprotect(from, Protected::Report, datagram, report)?;
        } else {
            report.clear();
            report.extend_from_slice(datagram);
        }
        Compound::parse(report).map_err(|_| DropReason::Malformed)?;
        sender.party.judge_rtcp(now, from, muxed)?;
        sender.party.outgoing.read_rtcp(report);
        let other = match sender.wired {
            Wired::Relay(other) => other,
            Wired::Graph | Wired::Nothing => {
                self.graph.on_rtcp(now, sender.id, report);
                return Ok(None);
            }
            Wired::Echo(_) => return Err(DropReason::FarSideUnknown),
        };
        let Some((sender, receiver)) = self.streams.get2_mut(key, other) else {
            return Err(DropReason::FarSideUnknown);
        };
        let compound = Compound::parse(report).map_err(|_| DropReason::Malformed)?;
        let heard = receiver.party.ssrc();
        sender.party.hear_reports(now, &compound, heard);
        let path = receiver.party.rtcp_path();
        let (socket, to) = path.ok_or(DropReason::FarSideUnknown)?;
        receiver.party.note_passed_on(now, &compound);
        let written = receiver.party.outgoing.write_rtcp(report);
        written.map_err(|_| DropReason::TooLate)?;
        Ok(Some(Path {
            socket,
            to,
            found: Found::Written,
        }))
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
            Wiring::Echo => Wired::Echo(Pace {
                since: now,
                packets: 0,
            }),
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

    /// Sees to it that the graph ticks as long as it has something to do.
    fn arm_tick(&mut self, now: Instant) {
        if self.graph.is_idle() {
            self.next_tick = None;
        } else {
            self.next_tick.get_or_insert(now + TICK);
        }
    }

    fn tick(&mut self, now: Instant, outlet: &mut impl Outlet) {
        let Some(mut due) = self.next_tick.filter(|due| *due <= now) else {
            return;
        };
        let behind = now.saturating_duration_since(due).as_millis() / TICK.as_millis();
        self.ticks.late += u64::from(behind > 0);
        let behind = u32::try_from(behind).unwrap_or(u32::MAX);
        if let Some(skipped) = behind.checked_sub(MAX_TICKS_BEHIND) {
            self.ticks.skipped += u64::from(skipped);
            due += TICK * skipped;
        }
        while due <= now && !self.graph.is_idle() {
            let mut effects = ToPhones {
                now: due,
                streams: &mut self.streams,
                by_id: &self.by_id,
                written: &mut self.written,
                outlet,
            };
            self.graph.tick(due, &mut effects);
            self.ticks.done += 1;
            due += TICK;
        }
        self.next_tick = Some(due);
        self.arm_tick(now);
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

/// How long a tick lasts.
const TICK: Duration = Duration::from_millis(FRAME_MS as u64);

/// Room for a datagram as phones send them: what fits into an Ethernet frame. A longer one makes
/// room for itself.
const USUAL_DATAGRAM: usize = 1_500;

/// Sends what the graph says to where each phone is.
struct ToPhones<'a, O> {
    now: Instant,
    streams: &'a mut Slab<Stream>,
    by_id: &'a BTreeMap<StreamId, usize>,
    written: &'a mut Vec<u8>,
    outlet: &'a mut O,
}

impl<O> ToPhones<'_, O> {
    fn party(&mut self, stream: StreamId) -> Option<&mut Party> {
        let stream = self.streams.get_mut(*self.by_id.get(&stream)?)?;
        Some(&mut stream.party)
    }
}

impl<O: Outlet> Effects for ToPhones<'_, O> {
    fn rtp(&mut self, to: StreamId, datagram: &[u8]) {
        let mut written = std::mem::take(self.written);
        let now = self.now;
        if let Some(party) = self.party(to)
            && let Some(to) = party.rtp_destination()
        {
            let (socket, clock_hz) = (party.local.rtp_socket(), party.clock_hz());
            match party
                .outgoing
                .write_rtp(now, clock_hz, datagram, &mut written)
            {
                Ok(Written::AsItIs) => self.outlet.send(socket, to, datagram),
                Ok(Written::Anew) => self.outlet.send(socket, to, &written),
                Err(_) => {}
            }
        }
        *self.written = written;
    }

    fn rtcp(&mut self, to: StreamId, datagram: &[u8]) {
        let mut written = std::mem::take(self.written);
        written.clear();
        written.extend_from_slice(datagram);
        if let Some(party) = self.party(to)
            && let Some((socket, to)) = party.rtcp_path()
            && party.outgoing.write_rtcp(&mut written).is_ok()
        {
            self.outlet.send(socket, to, &written);
        }
        *self.written = written;
    }

    fn record(&mut self, recording: RecordingId, samples: &[i16]) {
        self.outlet.record(recording, samples);
    }
}

impl Stream {
    /// Tells what packets of this phone brought about.
    fn tell_news(&mut self, events: &mut VecDeque<MediaEvent>) {
        let (stream, party) = (self.id, &mut self.party);
        let source = party.rtp_source();
        if let Some(learned) = source
            && party.told.source != source
            && tell(
                events,
                MediaEvent::SourceLearned {
                    stream,
                    source: learned,
                },
            )
        {
            party.told.source = source;
        }
        if party.packets() > 0 && !party.told.first_packet {
            party.told.first_packet = tell(events, MediaEvent::FirstPacket { stream });
        }
        if party.is_heard_again() && tell(events, MediaEvent::Resumed { stream }) {
            party.told.silent = None;
        }
    }

    /// How it is heard, and what it reports of what it hears: of the other party, or of the graph.
    fn statistics(&self, graph: &Graph) -> StreamStatistics {
        let relayed = self.party.statistics();
        let Some(spoken) = graph.figures(self.id) else {
            return relayed;
        };
        StreamStatistics {
            round_trip: spoken.round_trip.or(relayed.round_trip),
            loss_it_reports: spoken.loss_it_reports.or(relayed.loss_it_reports),
            ..relayed
        }
    }

    /// Tells what the passing of time brought about.
    fn look(&mut self, now: Instant, graph: &Graph, events: &mut VecDeque<MediaEvent>) {
        let quality_due = now >= self.next_quality;
        if quality_due {
            self.next_quality = now + QUALITY_EVERY;
        }
        let (stream, party) = (self.id, &mut self.party);
        if party.told.silent.is_none()
            && let Some(lasted) = party.silent_too_long(now)
            && tell(events, MediaEvent::Silent { stream, lasted })
        {
            party.told.silent = Some(now);
        }
        let count = party.strangers.refused - party.strangers.told;
        if count > 0
            && let Some(from) = party.strangers.latest
            && tell(
                events,
                MediaEvent::StrangerRefused {
                    stream,
                    count,
                    from,
                },
            )
        {
            party.strangers.told = party.strangers.refused;
        }
        if quality_due && self.party.packets() > self.party.told.heard.packets {
            self.tell_quality(graph, events);
        }
    }

    fn tell_quality(&mut self, graph: &Graph, events: &mut VecDeque<MediaEvent>) {
        let statistics = self.statistics(graph);
        let decoded = graph.figures(self.id).map(|figures| figures.receiver);
        let Some(lately) = self.party.sounded_lately(&statistics, decoded) else {
            return;
        };
        let event = MediaEvent::Quality {
            stream: self.id,
            statistics,
            lately,
        };
        if tell(events, event) {
            self.party.told.heard = statistics;
            self.party.told.decoded = decoded.unwrap_or_default();
        }
    }
}

/// Queues an event if there is room, and says whether there was.
fn tell(events: &mut VecDeque<MediaEvent>, event: MediaEvent) -> bool {
    let room = events.len() < MAX_EVENTS_WAITING;
    if room {
        events.push_back(event);
    }
    room
}
