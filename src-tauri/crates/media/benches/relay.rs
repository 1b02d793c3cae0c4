//! Cost of passing on one packet, with as many calls open as a large office has.
#![allow(missing_docs)]

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use media::srtp::{MasterKey, Protector, SrtpKeys, Suite};
use media::{Forward, MediaCommand, PortPair, Signalled, SocketId, StreamId, StreamTable, Wiring};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rtp_packet::NewRtpPacket;

const CALLS: u16 = 200;

fn relay(c: &mut Criterion) {
    let mut now = Instant::now();
    let mut table = StreamTable::new(ChaCha12Rng::from_seed([7; 32]));
    for call in 0..CALLS {
        for number in [call * 2, call * 2 + 1] {
            let open = MediaCommand::Open {
                stream: StreamId(number.into()),
                local: PortPair::starting_at(10_000 + number * 2).expect("an even port"),
                signalled: Signalled::at(phone(number * 2)),
            };
            table.apply(now, open);
        }
        let wire = MediaCommand::Wire {
            stream: StreamId((call * 2).into()),
            to: Wiring::Relay {
                with: StreamId((call * 2 + 1).into()),
            },
        };
        table.apply(now, wire);
    }
    let mut datagram = Vec::new();
    let packet = NewRtpPacket {
        payload: &[0xff; 160],
        ..NewRtpPacket::default()
    };
    packet.write_to(&mut datagram).expect("a plain packet");

    let (mut call, mut sequence) = (0, 0u16);
    c.bench_function("relay one RTP packet, 200 calls", |b| {
        b.iter(|| {
            call = (call + 1) % CALLS;
            if call == 0 {
                sequence = sequence.wrapping_add(1);
                now += Duration::from_millis(20);
                datagram[2..4].copy_from_slice(&sequence.to_be_bytes());
                datagram[4..8].copy_from_slice(&(u32::from(sequence) * 160).to_be_bytes());
            }
            let socket = SocketId(u32::from(10_000 + call * 4));
            let forward = table.on_packet(now, socket, phone(call * 4), black_box(&datagram));
            assert!(matches!(forward, Forward::To { .. }));
        });
    });
    let stranger = SocketAddr::from(([203, 0, 113, 66], 5000));
    c.bench_function("refuse one stranger", |b| {
        b.iter(|| {
            let forward = table.on_packet(now, SocketId(10_000), stranger, black_box(&datagram));
            assert!(matches!(forward, Forward::Drop(_)));
        });
    });
}

/// A packet of a phone with keys to one without, and back.
fn encrypted(c: &mut Criterion) {
    for suite in [Suite::AesCm128HmacSha1_80, Suite::AeadAes128Gcm] {
        let key = |filled| {
            let octets = vec![filled; suite.key_length() + suite.salt_length()];
            MasterKey::new(suite, &octets).expect("as long as it should be")
        };
        let keys = SrtpKeys {
            ours: key(1),
            theirs: vec![key(2)],
        };
        let now = Instant::now();
        let mut table = StreamTable::new(ChaCha12Rng::from_seed([7; 32]));
        for (number, srtp) in [(0, Some(keys)), (1, None)] {
            let open = MediaCommand::Open {
                stream: StreamId(number.into()),
                local: PortPair::starting_at(10_000 + number * 2).expect("an even port"),
                signalled: Signalled {
                    srtp,
                    ..Signalled::at(phone(number * 2))
                },
            };
            table.apply(now, open);
        }
        let with = StreamId(1);
        let stream = StreamId(0);
        let to = Wiring::Relay { with };
        table.apply(now, MediaCommand::Wire { stream, to });
        let mut sends = Protector::new(&key(2));
        let mut index = 0u64;
        let mut packet = move || {
            index += 1;
            let mut datagram = Vec::new();
            let packet = NewRtpPacket {
                sequence: index as u16,
                timestamp: index as u32 * 160,
                payload: &[0xff; 160],
                ..NewRtpPacket::default()
            };
            packet.write_to(&mut datagram).expect("a plain packet");
            let plain = datagram.clone();
            assert!(sends.rtp(index, &mut datagram));
            (datagram, plain)
        };
        c.bench_function(
            &format!("relay an encrypted packet and a plain one back, {suite:?}"),
            |b| {
                b.iter_batched(
                    &mut packet,
                    |(from_a, from_b)| {
                        let one = table.on_packet(now, SocketId(10_000), phone(0), &from_a);
                        assert!(matches!(one, Forward::To { .. }));
                        let other = table.on_packet(now, SocketId(10_002), phone(2), &from_b);
                        assert!(matches!(other, Forward::To { .. }));
                    },
                    BatchSize::SmallInput,
                );
            },
        );
    }
}

fn phone(number: u16) -> SocketAddr {
    SocketAddr::from(([192, 168, 1, 20], 20_000 + number))
}

criterion_group!(benches, relay, encrypted);
criterion_main!(benches);
