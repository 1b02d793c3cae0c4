//! Whatever happens: properties that hold after every step.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use media::{
    Direction, DropReason, Forward, Learning, MediaCommand, Network, PortPair, Signalled, SocketId,
    StreamId, StreamTable, Wiring,
};
use proptest::prelude::*;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::scene::{PHONE_A, PHONE_B, Phone, Scene, Sent, Side, rtp_to, stream};

#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a test has few of them")]
enum Step {
    Open(u64, Signalled, Signalled),
    Update(u64, Side, Signalled),
    Close(u64),
    Packet {
        relay: u64,
        side: Side,
        rtcp_port: bool,
        from: SocketAddr,
        content: Content,
    },
    Wait(u16),
}

#[derive(Debug, Clone)]
enum Content {
    Media { ssrc: u32 },
    Report,
    Bytes(Vec<u8>),
}

/// Few hosts and ports, so that sources meet signalled addresses, vouched hosts and each other.
fn any_address() -> impl Strategy<Value = SocketAddr> {
    let host = prop_oneof![
        Just("10.0.0.1"),
        Just("10.0.0.2"),
        Just("203.0.113.1"),
        Just("203.0.113.2")
    ];
    (host, 0u16..3).prop_map(|(host, port)| SocketAddr::new(host.parse().unwrap(), 5_000 + port))
}

fn any_signalled() -> impl Strategy<Value = Signalled> {
    let carrier = Network::new("203.0.113.0".parse().unwrap(), 31).unwrap();
    let learning = prop_oneof![
        Just(Learning::Strict),
        Just(Learning::SameHost),
        any_address().prop_map(|address| Learning::Vouched { host: address.ip() }),
        Just(Learning::Within(Arc::from([carrier]))),
    ];
    let direction = prop_oneof![
        5 => Just(Direction::SendReceive), 1 => Just(Direction::SendOnly),
        1 => Just(Direction::ReceiveOnly), 1 => Just(Direction::Inactive),
    ];
    let address = || proptest::option::weighted(0.9, any_address());
    (
        address(),
        proptest::option::weighted(0.2, any_address()),
        any::<bool>(),
        learning,
        direction,
    )
        .prop_map(|(rtp, rtcp, rtcp_mux, learning, direction)| Signalled {
            rtp,
            rtcp,
            rtcp_mux,
            learning,
            direction,
            clock_hz: 8000,
            format: None,
            srtp: None,
        })
}

fn any_step() -> impl Strategy<Value = Step> {
    let relay = || 0u64..2;
    let side = || prop_oneof![Just(Side::A), Just(Side::B)];
    let content = prop_oneof![
        8 => (0u32..2).prop_map(|ssrc| Content::Media { ssrc }),
        2 => Just(Content::Report),
        1 => proptest::collection::vec(any::<u8>(), 0..40).prop_map(Content::Bytes),
    ];
    let open = (relay(), any_signalled(), any_signalled());
    let update = (relay(), side(), any_signalled());
    let packet = (relay(), side(), any::<bool>(), any_address(), content).prop_map(
        |(relay, side, rtcp_port, from, content)| Step::Packet {
            relay,
            side,
            rtcp_port,
            from,
            content,
        },
    );
    prop_oneof![
        1 => open.prop_map(|(relay, a, b)| Step::Open(relay, a, b)),
        2 => update.prop_map(|(relay, side, said)| Step::Update(relay, side, said)),
        1 => relay().prop_map(Step::Close),
        30 => packet,
        5 => (0u16..4_000).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_packet_comes_from_or_goes_to_an_address_nobody_vouched_for(
        steps in proptest::collection::vec(any_step(), 1..300),
    ) {
        let mut world = World::new();
        for (number, step) in steps.into_iter().enumerate() {
            world.take(step, number as u16)?;
        }
        world.close_everything()?;
    }

    #[test]
    fn statistics_agree_with_a_list_of_what_arrived(
        fates in proptest::collection::vec(any_fate(), 2..300),
    ) {
        send_and_compare(&fates)?;
    }
}

/// The table, and what signalling said last of each side of each relay.
struct World {
    table: StreamTable,
    now: Instant,
    said: [Option<[Signalled; 2]>; 2],
}

impl World {
    fn new() -> Self {
        Self {
            table: StreamTable::new(ChaCha12Rng::from_seed([7; 32])),
            now: Instant::now(),
            said: [None, None],
        }
    }

    fn take(&mut self, step: Step, number: u16) -> Result<(), TestCaseError> {
        match step {
            Step::Open(relay, a, b) => {
                for (side, signalled) in [(Side::A, &a), (Side::B, &b)] {
                    self.order(MediaCommand::Open {
                        stream: id(relay, side),
                        local: local(relay, side),
                        signalled: signalled.clone(),
                    });
                }
                self.order(MediaCommand::Wire {
                    stream: id(relay, Side::B),
                    to: Wiring::Relay {
                        with: id(relay, Side::A),
                    },
                });
                self.said[relay as usize].get_or_insert([a, b]);
            }
            Step::Update(relay, side, signalled) => {
                self.order(MediaCommand::Update {
                    stream: id(relay, side),
                    signalled: signalled.clone(),
                });
                if let Some(sides) = &mut self.said[relay as usize] {
                    sides[side as usize] = signalled;
                }
            }
            Step::Close(relay) => self.close(relay),
            Step::Wait(milliseconds) => {
                self.now += Duration::from_millis(milliseconds.into());
                self.table.poll_timeouts(self.now, &mut Sent::default());
            }
            Step::Packet {
                relay,
                side,
                rtcp_port,
                from,
                content,
            } => {
                let ports = local(relay, side);
                let socket = if rtcp_port {
                    ports.rtcp_socket()
                } else {
                    ports.rtp_socket()
                };
                let datagram = datagram(&content, number);
                let forward = self.table.on_packet(self.now, socket, from, &datagram);
                if let Forward::To { socket, to, .. } = forward {
                    self.check_passed_on(relay, side, from, socket, to, &content)?;
                }
            }
        }
        while self.table.poll_event().is_some() {}
        Ok(())
    }

    fn check_passed_on(
        &self,
        relay: u64,
        side: Side,
        from: SocketAddr,
        socket: SocketId,
        to: SocketAddr,
        content: &Content,
    ) -> Result<(), TestCaseError> {
        let Some(sides) = &self.said[relay as usize] else {
            return Err(TestCaseError::fail("only an open relay passes anything on"));
        };
        let (sender, receiver) = (&sides[side as usize], &sides[side.other() as usize]);
        prop_assert!(vouched(sender, from), "from {from}, said {sender:?}");
        prop_assert!(vouched(receiver, to), "to {to}, said {receiver:?}");
        let out = local(relay, side.other());
        prop_assert!(socket == out.rtp_socket() || socket == out.rtcp_socket());
        if matches!(content, Content::Media { .. }) {
            prop_assert_eq!(socket, out.rtp_socket());
            prop_assert!(sender.direction.sends() && receiver.direction.receives());
        }
        Ok(())
    }

    fn close_everything(&mut self) -> Result<(), TestCaseError> {
        for relay in 0..2 {
            self.close(relay);
        }
        prop_assert!(self.table.is_empty());
        self.now += Duration::from_millis(20);
        self.table.poll_timeouts(self.now, &mut Sent::default());
        prop_assert_eq!(self.table.next_timeout(), None);
        let anyone = SocketAddr::from(([10, 0, 0, 1], 5_000));
        for port in 20_000..20_008 {
            let forward = self
                .table
                .on_packet(self.now, SocketId(port), anyone, &[0x80; 12]);
            prop_assert_eq!(forward, Forward::Drop(DropReason::NoStream));
        }
        Ok(())
    }

    fn close(&mut self, relay: u64) {
        for side in [Side::A, Side::B] {
            let stream = id(relay, side);
            self.order(MediaCommand::Close { stream });
        }
        self.said[relay as usize] = None;
    }

    fn order(&mut self, command: MediaCommand) {
        self.table.apply(self.now, command);
    }
}

/// How often a packet arrives.
fn any_fate() -> impl Strategy<Value = usize> {
    prop_oneof![6 => Just(1), 1 => Just(0), 1 => Just(2)]
}

fn send_and_compare(fates: &[usize]) -> Result<(), TestCaseError> {
    let mut scene = Scene::strict();
    let mut phone = Phone::at(PHONE_A);
    let mut arrived = Vec::new();
    for (number, copies) in fates.iter().enumerate() {
        let datagram = phone.next_packet();
        for _ in 0..*copies {
            let forward = scene.raw(Side::A, PHONE_A, &datagram);
            prop_assert_eq!(forward, rtp_to(Side::B, PHONE_B));
            arrived.push(number);
        }
        scene.pass_ms(20);
    }
    let statistics = scene.table.statistics(stream(Side::A)).unwrap();
    let distinct: BTreeSet<usize> = arrived.iter().copied().collect();
    let span = match (distinct.first(), distinct.last()) {
        (Some(first), Some(last)) => last - first + 1,
        _ => 0,
    };
    prop_assert_eq!(statistics.packets, arrived.len() as u64);
    prop_assert_eq!(statistics.octets, 160 * arrived.len() as u64);
    prop_assert_eq!(
        statistics.duplicates,
        (arrived.len() - distinct.len()) as u64
    );
    prop_assert_eq!(statistics.lost, (span - distinct.len()) as u64);
    Ok(())
}

/// What the promise allows, written without looking at how the table decides.
fn vouched(signalled: &Signalled, address: SocketAddr) -> bool {
    let Some(rtp) = signalled.rtp else {
        return false;
    };
    let host = address.ip();
    match &signalled.learning {
        Learning::Strict => {
            let rtcp = signalled
                .rtcp
                .unwrap_or(SocketAddr::new(rtp.ip(), rtp.port() + 1));
            address == rtp || address == rtcp
        }
        Learning::SameHost => host == rtp.ip(),
        Learning::Vouched { host: vouched } => host == *vouched,
        Learning::Within(_) => {
            host == rtp.ip()
                || ["203.0.113.0", "203.0.113.1"]
                    .map(|host| host.parse::<IpAddr>().unwrap())
                    .contains(&host)
        }
    }
}

fn id(relay: u64, side: Side) -> StreamId {
    StreamId(relay * 2 + side as u64)
}

fn local(relay: u64, side: Side) -> PortPair {
    PortPair::starting_at(20_000 + relay as u16 * 4 + side as u16 * 2).unwrap()
}

/// Sequence numbers rise with time, so that any source gets the chance to prove itself.
fn datagram(content: &Content, sequence: u16) -> Vec<u8> {
    match content {
        Content::Media { ssrc } => {
            let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
            Phone {
                at: nowhere,
                ssrc: *ssrc,
                sequence,
                payload_type: 0,
            }
            .next_packet()
        }
        Content::Report => crate::office::receiver_report(1, &[]),
        Content::Bytes(bytes) => bytes.clone(),
    }
}
