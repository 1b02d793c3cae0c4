//! All open relays, and the path of one packet through them.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rtp_packet::rtcp::Compound;
use rtp_packet::{PacketKind, RtpPacket};
use slab::Slab;

use super::party::Party;
use super::statistics::SideStatistics;
use crate::command::{MediaCommand, RelayId, Side, SideSpec, Signalled};
use crate::event::{MediaEvent, Refusal};
use crate::limits::{
    ECHO_PACKETS_PER_SECOND, LOOK_EVERY, MAX_EVENTS_WAITING, MAX_RELAYS, QUALITY_EVERY,
};
use crate::ports::{PortPair, SocketId};

/// Every call that is only passed on. One media thread owns one table.
///
/// The thread gives each datagram to [`on_packet`](Self::on_packet) and sends it where that says,
/// follows orders with [`apply`](Self::apply), calls [`poll_timeouts`](Self::poll_timeouts) when
/// [`next_timeout`](Self::next_timeout) is due, and carries away what
/// [`poll_event`](Self::poll_event) gives after each of these.
#[derive(Debug, Default)]
pub struct RelayTable {
    relays: Slab<Relay>,
    /// Sorted, so that the order of events never depends on slab positions.
    by_id: BTreeMap<RelayId, usize>,
    /// Indexed by [`SocketId`].
    sockets: Vec<Option<SocketUse>>,
    events: VecDeque<MediaEvent>,
    dropped: [u64; DropReason::ALL.len()],
    next_look: Option<Instant>,
}

/// What to do with a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forward {
    /// Send it, unchanged, from this socket to this address.
    To {
        /// Our socket towards the other party.
        socket: SocketId,
        /// The other party.
        to: SocketAddr,
    },
    /// Forget it.
    Drop(DropReason),
}

/// Why a datagram is not passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DropReason {
    /// No relay uses the socket.
    NoRelay,
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
    /// The other party's address is not known yet, or an echo has no other party.
    FarSideUnknown,
    /// More is to be echoed than any phone sends.
    TooFast,
}

impl DropReason {
    /// All reasons, for reports.
    pub const ALL: [Self; 11] = [
        Self::NoRelay,
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
    ];
}

#[derive(Debug)]
struct Relay {
    id: RelayId,
    a: Party,
    b: Party,
    /// Set where `a` hears itself and `b` is nobody.
    echo: Option<Pace>,
    next_quality: Instant,
}

/// How many packets were echoed in the second at hand.
#[derive(Debug)]
struct Pace {
    since: Instant,
    packets: u32,
}

impl Pace {
    /// Whether one more may be echoed.
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
    relay: u32,
    side: Side,
    purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Rtp,
    Rtcp,
}

impl RelayTable {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decides about one datagram that arrived on `socket`. No allocation, no search, no change to
    /// the payload.
    ///
    /// Addresses are compared as they are: on a dual-stack socket the host gives IPv4 peers in
    /// their IPv4 form.
    pub fn on_packet(
        &mut self,
        now: Instant,
        socket: SocketId,
        from: SocketAddr,
        packet: &[u8],
    ) -> Forward {
        match self.route(now, socket, from, packet) {
            Ok((socket, to)) => Forward::To { socket, to },
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
        let (relay, done) = match command {
            MediaCommand::OpenRelay { relay, a, b } => (relay, self.open(now, relay, a, b)),
            MediaCommand::OpenEcho { relay, party } => (relay, self.open_echo(now, relay, party)),
            MediaCommand::UpdateSide {
                relay,
                side,
                signalled,
            } => (relay, self.update(relay, side, signalled)),
            MediaCommand::ExpectMedia {
                relay,
                side,
                expected,
            } => (relay, self.expect(now, relay, side, expected)),
            MediaCommand::CloseRelay { relay } => {
                self.close(relay);
                (relay, Ok(()))
            }
        };
        if let Err(why) = done {
            self.events.push_back(MediaEvent::Refused { relay, why });
        }
    }

    /// The next thing to tell the switch.
    pub fn poll_event(&mut self) -> Option<MediaEvent> {
        self.events.pop_front()
    }

    /// Looks for silent parties, refused strangers and quality to tell. Does nothing before it is
    /// due.
    pub fn poll_timeouts(&mut self, now: Instant) {
        if self.next_look.is_none_or(|due| now < due) {
            return;
        }
        self.next_look = Some(now + LOOK_EVERY);
        for key in self.by_id.values() {
            if let Some(relay) = self.relays.get_mut(*key) {
                relay.look(now, &mut self.events);
            }
        }
    }

    /// When [`poll_timeouts`](Self::poll_timeouts) is due; never while no relay is open.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        self.next_look
    }

    /// How a party is heard so far.
    #[must_use]
    pub fn statistics(&self, relay: RelayId, side: Side) -> Option<SideStatistics> {
        let relay = self.relays.get(*self.by_id.get(&relay)?)?;
        Some(relay.party(side).statistics())
    }

    /// Datagrams dropped for this reason since the table was made.
    #[must_use]
    pub fn dropped(&self, reason: DropReason) -> u64 {
        self.dropped.get(reason as usize).copied().unwrap_or(0)
    }

    /// Open relays.
    #[must_use]
    pub fn len(&self) -> usize {
        self.relays.len()
    }

    /// No relay is open and no socket is in use.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.relays.is_empty() && self.sockets.iter().all(Option::is_none)
    }

    fn route(
        &mut self,
        now: Instant,
        socket: SocketId,
        from: SocketAddr,
        datagram: &[u8],
    ) -> Result<(SocketId, SocketAddr), DropReason> {
        let socket = self.sockets.get(socket.0 as usize).copied().flatten();
        let SocketUse {
            relay,
            side,
            purpose,
        } = socket.ok_or(DropReason::NoRelay)?;
        let relay = self
            .relays
            .get_mut(relay as usize)
            .ok_or(DropReason::NoRelay)?;
        let path = match (PacketKind::of(datagram), purpose) {
            (PacketKind::Rtp, Purpose::Rtp) => relay.pass_rtp(now, side, from, datagram),
            (PacketKind::Rtcp, Purpose::Rtcp) => relay.pass_rtcp(now, side, from, datagram, false),
            (PacketKind::Rtcp, Purpose::Rtp) if relay.party(side).muxes_rtcp() => {
                relay.pass_rtcp(now, side, from, datagram, true)
            }
            (PacketKind::Rtp | PacketKind::Rtcp, _) => Err(DropReason::WrongPort),
            (PacketKind::Stun, _) => Err(DropReason::Stun),
            (PacketKind::Dtls, _) => Err(DropReason::Dtls),
            (PacketKind::Zrtp | PacketKind::TurnChannel | PacketKind::Unknown, _) => {
                Err(DropReason::UnknownProtocol)
            }
        };
        if relay.party(side).has_news() {
            relay.tell_news(side, &mut self.events);
        }
        path
    }

    fn open(&mut self, now: Instant, id: RelayId, a: SideSpec, b: SideSpec) -> Result<(), Refusal> {
        self.is_room_for(id, a.local)?;
        if a.local == b.local {
            return Err(Refusal::PortsInUse(b.local));
        }
        self.is_room_for(id, b.local)?;
        let ports = [(a.local, Side::A), (b.local, Side::B)];
        let key = self.insert(now, id, [a, b], None);
        for (local, side) in ports {
            self.use_ports(local, key, side);
        }
        Ok(())
    }

    fn open_echo(&mut self, now: Instant, id: RelayId, party: SideSpec) -> Result<(), Refusal> {
        let local = party.local;
        self.is_room_for(id, local)?;
        let nobody = SideSpec {
            local,
            signalled: Signalled::nothing_yet(),
        };
        let pace = Pace {
            since: now,
            packets: 0,
        };
        let key = self.insert(now, id, [party, nobody], Some(pace));
        self.use_ports(local, key, Side::A);
        Ok(())
    }

    fn is_room_for(&self, id: RelayId, ports: PortPair) -> Result<(), Refusal> {
        if self.by_id.contains_key(&id) {
            return Err(Refusal::AlreadyOpen);
        }
        if self.relays.len() >= MAX_RELAYS {
            return Err(Refusal::TooManyRelays);
        }
        let in_use =
            |socket: SocketId| matches!(self.sockets.get(socket.0 as usize), Some(Some(_)));
        if in_use(ports.rtp_socket()) || in_use(ports.rtcp_socket()) {
            return Err(Refusal::PortsInUse(ports));
        }
        Ok(())
    }

    fn insert(
        &mut self,
        now: Instant,
        id: RelayId,
        [a, b]: [SideSpec; 2],
        echo: Option<Pace>,
    ) -> usize {
        let key = self.relays.insert(Relay {
            id,
            a: Party::new(a),
            b: Party::new(b),
            echo,
            next_quality: now + QUALITY_EVERY,
        });
        self.by_id.insert(id, key);
        self.next_look.get_or_insert(now + LOOK_EVERY);
        key
    }

    fn use_ports(&mut self, local: PortPair, key: usize, side: Side) {
        for (socket, purpose) in [
            (local.rtp_socket(), Purpose::Rtp),
            (local.rtcp_socket(), Purpose::Rtcp),
        ] {
            let of = SocketUse {
                relay: key as u32,
                side,
                purpose,
            };
            self.use_socket(socket, Some(of));
        }
    }

    fn update(&mut self, relay: RelayId, side: Side, signalled: Signalled) -> Result<(), Refusal> {
        self.party_mut(relay, side)?.update(signalled);
        Ok(())
    }

    fn expect(
        &mut self,
        now: Instant,
        relay: RelayId,
        side: Side,
        expected: bool,
    ) -> Result<(), Refusal> {
        self.party_mut(relay, side)?.expect(now, expected);
        Ok(())
    }

    fn close(&mut self, id: RelayId) {
        let Some(key) = self.by_id.remove(&id) else {
            return;
        };
        let relay = self.relays.remove(key);
        for local in [relay.a.local, relay.b.local] {
            self.use_socket(local.rtp_socket(), None);
            self.use_socket(local.rtcp_socket(), None);
        }
        if self.relays.is_empty() {
            self.next_look = None;
        }
        // Answers to orders always find room; there are no more of them than orders.
        self.events.push_back(MediaEvent::Closed {
            relay: id,
            a: relay.a.statistics(),
            b: relay.b.statistics(),
        });
    }

    fn party_mut(&mut self, relay: RelayId, side: Side) -> Result<&mut Party, Refusal> {
        let key = self.by_id.get(&relay).ok_or(Refusal::NoSuchRelay)?;
        let relay = self.relays.get_mut(*key).ok_or(Refusal::NoSuchRelay)?;
        Ok(match side {
            Side::A => &mut relay.a,
            Side::B => &mut relay.b,
        })
    }

    fn use_socket(&mut self, socket: SocketId, for_what: Option<SocketUse>) {
        let index = socket.0 as usize;
        if self.sockets.len() <= index {
            self.sockets.resize(index + 1, None);
        }
        self.sockets[index] = for_what;
    }
}

impl Relay {
    fn pass_rtp(
        &mut self,
        now: Instant,
        side: Side,
        from: SocketAddr,
        datagram: &[u8],
    ) -> Result<(SocketId, SocketAddr), DropReason> {
        let packet = RtpPacket::parse(datagram).map_err(|_| DropReason::Malformed)?;
        if self.echo.is_some() {
            return self.echo_rtp(now, from, &packet);
        }
        let (sender, receiver) = self.parties(side);
        sender.hear_rtp(now, from, &packet)?;
        if !sender.direction().sends() || !receiver.direction().receives() {
            return Err(DropReason::OnHold);
        }
        let to = receiver
            .rtp_destination()
            .ok_or(DropReason::FarSideUnknown)?;
        Ok((receiver.local.rtp_socket(), to))
    }

    fn echo_rtp(
        &mut self,
        now: Instant,
        from: SocketAddr,
        packet: &RtpPacket<'_>,
    ) -> Result<(SocketId, SocketAddr), DropReason> {
        self.a.hear_rtp(now, from, packet)?;
        let direction = self.a.direction();
        if !direction.sends() || !direction.receives() {
            return Err(DropReason::OnHold);
        }
        if !self.echo.as_mut().is_some_and(|pace| pace.allows(now)) {
            return Err(DropReason::TooFast);
        }
        // Believed: `from` is the source in use and nobody else's address.
        Ok((self.a.local.rtp_socket(), from))
    }

    /// RTCP flows whatever the direction of the media (RFC 3264 §5.1).
    fn pass_rtcp(
        &mut self,
        now: Instant,
        side: Side,
        from: SocketAddr,
        datagram: &[u8],
        muxed: bool,
    ) -> Result<(SocketId, SocketAddr), DropReason> {
        let compound = Compound::parse(datagram).map_err(|_| DropReason::Malformed)?;
        let (sender, receiver) = self.parties(side);
        sender.judge_rtcp(now, from, muxed)?;
        sender.hear_reports(now, &compound, receiver.ssrc());
        let path = receiver.rtcp_path().ok_or(DropReason::FarSideUnknown)?;
        receiver.note_passed_on(now, &compound);
        Ok(path)
    }

    /// Tells what packets of this party brought about.
    fn tell_news(&mut self, side: Side, events: &mut VecDeque<MediaEvent>) {
        let relay = self.id;
        let party = self.party_mut(side);
        let source = party.rtp_source();
        if let Some(learned) = source
            && party.told.source != source
            && tell(
                events,
                MediaEvent::SourceLearned {
                    relay,
                    side,
                    source: learned,
                },
            )
        {
            party.told.source = source;
        }
        if party.packets() > 0 && !party.told.first_packet {
            party.told.first_packet = tell(events, MediaEvent::FirstPacket { relay, side });
        }
        if party.is_heard_again() && tell(events, MediaEvent::Resumed { relay, side }) {
            party.told.silent = None;
        }
    }

    /// Tells what the passing of time brought about.
    fn look(&mut self, now: Instant, events: &mut VecDeque<MediaEvent>) {
        let relay = self.id;
        let quality_due = now >= self.next_quality;
        if quality_due {
            self.next_quality = now + QUALITY_EVERY;
        }
        for side in [Side::A, Side::B] {
            let party = self.party_mut(side);
            if party.told.silent.is_none()
                && let Some(lasted) = party.silent_too_long(now)
                && tell(
                    events,
                    MediaEvent::Silent {
                        relay,
                        side,
                        lasted,
                    },
                )
            {
                party.told.silent = Some(now);
            }
            let count = party.strangers.refused - party.strangers.told;
            if count > 0
                && let Some(from) = party.strangers.latest
                && tell(
                    events,
                    MediaEvent::StrangerRefused {
                        relay,
                        side,
                        count,
                        from,
                    },
                )
            {
                party.strangers.told = party.strangers.refused;
            }
            if quality_due && party.packets() > party.told.packets_at_quality {
                let statistics = party.statistics();
                if tell(
                    events,
                    MediaEvent::Quality {
                        relay,
                        side,
                        statistics,
                    },
                ) {
                    party.told.packets_at_quality = statistics.packets;
                }
            }
        }
    }

    fn party(&self, side: Side) -> &Party {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }

    fn party_mut(&mut self, side: Side) -> &mut Party {
        match side {
            Side::A => &mut self.a,
            Side::B => &mut self.b,
        }
    }

    /// The party a packet came from and the one it goes to.
    fn parties(&mut self, side: Side) -> (&mut Party, &mut Party) {
        match side {
            Side::A => (&mut self.a, &mut self.b),
            Side::B => (&mut self.b, &mut self.a),
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
