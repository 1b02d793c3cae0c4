//! Whatever happens: properties that hold after every step.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use media::{
    Direction, Forward, Learning, MediaCommand, Network, PortPair, RelayId, RelayTable, Side,
    SideSpec, Signalled, SocketId,
};
use proptest::prelude::*;

use crate::scene::{CALL, PHONE_A, Phone, Scene, rtp_to};

#[derive(Debug, Clone)]
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
    prop_oneof![
        1 => (relay(), any_signalled(), any_signalled()).prop_map(|(relay, a, b)| Step::Open(relay, a, b)),
        2 => (relay(), side(), any_signalled()).prop_map(|(relay, side, signalled)| Step::Update(relay, side, signalled)),
        1 => relay().prop_map(Step::Close),
        30 => (relay(), side(), any::<bool>(), any_address(), content).prop_map(
            |(relay, side, rtcp_port, from, content)| Step::Packet { relay, side, rtcp_port, from, content }
        ),
        5 => (0u16..4_000).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_packet_comes_from_or_goes_to_an_address_nobody_vouched_for(
        steps in proptest::collection::vec(any_step(), 1..300),
    ) {
        let mut table = RelayTable::new();
        let mut now = Instant::now();
        // What signalling said last: relay by relay, side by side.
        let mut said: [Option<[Signalled; 2]>; 2] = [None, None];
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Open(relay, a, b) => {
                    let spec = |side, signalled: &Signalled| SideSpec { local: local(relay, side), signalled: signalled.clone() };
                    let (spec_a, spec_b) = (spec(Side::A, &a), spec(Side::B, &b));
                    table.apply(now, MediaCommand::OpenRelay { relay: RelayId(relay), a: spec_a, b: spec_b });
                    said[relay as usize].get_or_insert([a, b]);
                }
                Step::Update(relay, side, signalled) => {
                    table.apply(now, MediaCommand::UpdateSide { relay: RelayId(relay), side, signalled: signalled.clone() });
                    if let Some(sides) = &mut said[relay as usize] {
                        sides[side as usize] = signalled;
                    }
                }
                Step::Close(relay) => {
                    table.apply(now, MediaCommand::CloseRelay { relay: RelayId(relay) });
                    said[relay as usize] = None;
                }
                Step::Wait(milliseconds) => {
                    now += Duration::from_millis(milliseconds.into());
                    table.poll_timeouts(now);
                }
                Step::Packet { relay, side, rtcp_port, from, content } => {
                    let arrived_on = if rtcp_port { local(relay, side).rtcp_socket() } else { local(relay, side).rtp_socket() };
                    let Forward::To { socket, to } = table.on_packet(now, arrived_on, from, &datagram(&content, number as u16)) else {
                        continue;
                    };
                    let sides = said[relay as usize].as_ref().expect("only an open relay passes anything on");
                    let (sender, receiver) = (&sides[side as usize], &sides[side.other() as usize]);
                    prop_assert!(vouched(sender, from), "from {from}, said {sender:?}");
                    prop_assert!(vouched(receiver, to), "to {to}, said {receiver:?}");
                    let out = local(relay, side.other());
                    prop_assert!(socket == out.rtp_socket() || socket == out.rtcp_socket());
                    if matches!(content, Content::Media { .. }) {
                        prop_assert_eq!(socket, out.rtp_socket());
                        prop_assert!(sender.direction.sends() && receiver.direction.receives());
                    }
                }
            }
            while table.poll_event().is_some() {}
        }
        for relay in 0..2 {
            table.apply(now, MediaCommand::CloseRelay { relay: RelayId(relay) });
        }
        prop_assert!(table.is_empty());
        prop_assert_eq!(table.next_timeout(), None);
        for port in 20_000..20_008 {
            prop_assert!(matches!(table.on_packet(now, SocketId(port), SocketAddr::from(([10, 0, 0, 1], 5_000)), &[0x80; 12]), Forward::Drop(_)));
        }
    }

    #[test]
    fn statistics_agree_with_a_list_of_what_arrived(
        fates in proptest::collection::vec(prop_oneof![6 => Just(1usize), 1 => Just(0), 1 => Just(2)], 2..300),
    ) {
        let mut scene = Scene::strict();
        let mut phone = Phone::at(PHONE_A);
        let mut arrived = Vec::new();
        for (number, copies) in fates.iter().enumerate() {
            let datagram = phone.next_packet();
            for _ in 0..*copies {
                prop_assert_eq!(scene.raw(Side::A, PHONE_A, &datagram), rtp_to(Side::B, crate::scene::PHONE_B));
                arrived.push(number);
            }
            scene.pass_ms(20);
        }
        let statistics = scene.table.statistics(CALL, Side::A).unwrap();
        let distinct: BTreeSet<_> = arrived.iter().collect();
        let span = distinct.last().map_or(0, |last| **last - **distinct.first().unwrap() + 1);
        prop_assert_eq!(statistics.packets, arrived.len() as u64);
        prop_assert_eq!(statistics.octets, 160 * arrived.len() as u64);
        prop_assert_eq!(statistics.duplicates, (arrived.len() - distinct.len()) as u64);
        prop_assert_eq!(statistics.lost, (span - distinct.len()) as u64);
    }
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
            }
            .next_packet()
        }
        Content::Report => crate::office::receiver_report(1, &[]),
        Content::Bytes(bytes) => bytes.clone(),
    }
}
