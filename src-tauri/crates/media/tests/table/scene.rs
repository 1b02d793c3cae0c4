//! One relayed call between two phones on a virtual clock.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use media::{
    DropReason, Learning, MediaCommand, MediaEvent, Outlet, PortPair, RecordingId, Signalled,
    SocketId, StreamId, StreamTable, Wiring,
};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rtp_packet::NewRtpPacket;

/// One of the two phones of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    A,
    B,
}

impl Side {
    pub fn other(self) -> Side {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }
}

/// The stream of each side.
pub fn stream(side: Side) -> StreamId {
    StreamId(match side {
        Side::A => 1,
        Side::B => 2,
    })
}

pub struct Scene {
    pub table: StreamTable,
    /// What the table sent by itself.
    pub sent: Sent,
    /// The datagram passed on last.
    pub passed_on: Vec<u8>,
    pub now: Instant,
}

impl Scene {
    /// A call between a phone at 192.168.1.21:5000, believed by `learning`, and one strictly at
    /// 192.168.1.22:6000.
    pub fn with_learning(learning: Learning) -> Self {
        let a = Signalled::at(address(PHONE_A)).learning(learning);
        Self::between(a, Signalled::at(address(PHONE_B)))
    }

    pub fn strict() -> Self {
        Self::with_learning(Learning::Strict)
    }

    pub fn between(a: Signalled, b: Signalled) -> Self {
        let mut scene = Self::empty();
        for (side, signalled) in [(Side::A, a), (Side::B, b)] {
            scene.order(MediaCommand::Open {
                stream: stream(side),
                local: ports(side),
                signalled,
            });
        }
        scene.wire(
            Side::A,
            Wiring::Relay {
                with: stream(Side::B),
            },
        );
        assert_eq!(scene.events(), []);
        scene
    }

    /// No call yet.
    pub fn empty() -> Self {
        Self {
            table: StreamTable::new(ChaCha12Rng::from_seed([7; 32])),
            sent: Sent::default(),
            passed_on: Vec::new(),
            now: Instant::now(),
        }
    }

    pub fn order(&mut self, command: MediaCommand) {
        self.table.apply(self.now, command);
    }

    pub fn wire(&mut self, side: Side, to: Wiring) {
        let stream = stream(side);
        self.order(MediaCommand::Wire { stream, to });
    }

    pub fn update(&mut self, side: Side, signalled: Signalled) {
        let stream = stream(side);
        self.order(MediaCommand::Update { stream, signalled });
    }

    pub fn expect(&mut self, side: Side, expected: bool) {
        let stream = stream(side);
        self.order(MediaCommand::Expect { stream, expected });
    }

    /// The call is over.
    pub fn close(&mut self) {
        for side in [Side::A, Side::B] {
            let stream = stream(side);
            self.order(MediaCommand::Close { stream });
        }
    }

    /// `phone` sends its next RTP packet to our RTP port for `side`.
    pub fn rtp(&mut self, side: Side, phone: &mut Phone) -> Forward {
        let datagram = phone.next_packet();
        self.arrives(ports(side).rtp_socket(), phone.at, &datagram)
    }

    /// `from` sends `datagram` to our RTCP port for `side`.
    pub fn rtcp(&mut self, side: Side, from: &str, datagram: &[u8]) -> Forward {
        self.arrives(ports(side).rtcp_socket(), address(from), datagram)
    }

    /// `from` sends `datagram` to our RTP port for `side`.
    pub fn raw(&mut self, side: Side, from: &str, datagram: &[u8]) -> Forward {
        self.arrives(ports(side).rtp_socket(), address(from), datagram)
    }

    fn arrives(&mut self, socket: SocketId, from: SocketAddr, datagram: &[u8]) -> Forward {
        match self.table.on_packet(self.now, socket, from, datagram) {
            media::Forward::To {
                socket,
                to,
                datagram,
            } => {
                self.passed_on = datagram.to_vec();
                Forward::To { socket, to }
            }
            media::Forward::Taken => Forward::Taken,
            media::Forward::Drop(why) => Forward::Drop(why),
        }
    }

    pub fn pass(&mut self, time: Duration) {
        self.now += time;
        self.table.poll_timeouts(self.now, &mut self.sent);
    }

    pub fn pass_ms(&mut self, milliseconds: u64) {
        self.pass(Duration::from_millis(milliseconds));
    }

    pub fn events(&mut self) -> Vec<MediaEvent> {
        std::iter::from_fn(|| self.table.poll_event()).collect()
    }
}

/// What became of a datagram; one that was passed on is in [`Scene::passed_on`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forward {
    To { socket: SocketId, to: SocketAddr },
    Taken,
    Drop(DropReason),
}

/// Datagrams the office sent by itself: from which port, where to.
#[derive(Default)]
pub struct Sent(pub Vec<(SocketId, SocketAddr, Vec<u8>)>);

impl Outlet for Sent {
    fn send(&mut self, from: SocketId, to: SocketAddr, datagram: &[u8]) {
        self.0.push((from, to, datagram.to_vec()));
    }

    fn record(&mut self, _: RecordingId, _: &[i16]) {}
}

pub const PHONE_A: &str = "192.168.1.21:5000";
pub const PHONE_B: &str = "192.168.1.22:6000";

/// A sender of an even 20 ms G.711 stream.
#[derive(Clone)]
pub struct Phone {
    pub at: SocketAddr,
    pub ssrc: u32,
    pub sequence: u16,
    pub payload_type: u8,
}

impl Phone {
    pub fn at(at: &str) -> Self {
        let at = address(at);
        Self {
            at,
            ssrc: u32::from(at.port()),
            sequence: 65_530,
            payload_type: 0,
        }
    }

    pub fn next_packet(&mut self) -> Vec<u8> {
        self.sequence = self.sequence.wrapping_add(1);
        let mut datagram = Vec::new();
        NewRtpPacket {
            payload_type: self.payload_type,
            sequence: self.sequence,
            timestamp: u32::from(self.sequence) * 160,
            ssrc: self.ssrc,
            payload: &[0xff; 160],
            ..NewRtpPacket::default()
        }
        .write_to(&mut datagram)
        .unwrap();
        datagram
    }
}

pub fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// Our ports towards each side.
pub fn ports(side: Side) -> PortPair {
    PortPair::starting_at(match side {
        Side::A => 20_000,
        Side::B => 20_002,
    })
    .unwrap()
}

/// Passed on to `to`, out of our RTP port towards `side`.
pub fn rtp_to(side: Side, to: &str) -> Forward {
    to_from(ports(side).rtp_socket(), to)
}

/// Passed on to `to`, out of our RTCP port towards `side`.
pub fn rtcp_to(side: Side, to: &str) -> Forward {
    to_from(ports(side).rtcp_socket(), to)
}

fn to_from(socket: SocketId, to: &str) -> Forward {
    Forward::To {
        socket,
        to: address(to),
    }
}

pub fn learned(side: Side, source: &str) -> MediaEvent {
    MediaEvent::SourceLearned {
        stream: stream(side),
        source: address(source),
    }
}
