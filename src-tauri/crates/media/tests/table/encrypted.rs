//! Encrypted calls: who is heard, who is not, and what a phone gets when its far end changes.

use media::srtp::{MasterKey, Protector, SrtpKeys, Suite, Unprotector};
use media::{DropReason, Learning, Signalled, Wiring};
use rtp_packet::RtpPacket;
use rtp_packet::rtcp::{Compound, CompoundBuilder, ReportBlock};
use rtp_packet::{NewRtpPacket, NtpShort};

use crate::office::receiver_report;
use crate::scene::*;

const SUITE: Suite = Suite::AesCm128HmacSha1_80;

fn key(filled: u8) -> MasterKey {
    MasterKey::new(SUITE, &[filled; 30]).unwrap()
}

/// Keys of a phone: the office sends with `ours`, the phone with `theirs`.
fn keys(ours: u8, theirs: u8) -> Option<SrtpKeys> {
    Some(SrtpKeys {
        ours: key(ours),
        theirs: vec![key(theirs)],
    })
}

/// A has encrypted sound, B plain.
fn half_encrypted(learning: Learning) -> Scene {
    let a = Signalled {
        srtp: keys(1, 2),
        ..Signalled::at(address(PHONE_A)).learning(learning)
    };
    Scene::between(a, Signalled::at(address(PHONE_B)))
}

/// The next packet of a phone, protected with a key.
fn protected(phone: &mut Phone, with: &mut Protector) -> Vec<u8> {
    let mut packet = phone.next_packet();
    assert!(with.rtp(phone.sequence.into(), &mut packet));
    packet
}

fn phone_a() -> Phone {
    Phone {
        sequence: 100,
        ..Phone::at(PHONE_A)
    }
}

#[test]
fn one_with_and_one_without_keys_hear_each_other() {
    let mut scene = half_encrypted(Learning::Strict);
    let (mut a, mut b) = (phone_a(), Phone::at(PHONE_B));
    let mut sends = Protector::new(&key(2));
    let mut hears = Unprotector::new(&key(1));
    let mut heard = Vec::new();
    // B's numbers wrap on the way.
    for _ in 0..20 {
        let mut said = a.clone();
        let packet = protected(&mut a, &mut sends);
        assert_eq!(
            scene.raw(Side::A, PHONE_A, &packet),
            rtp_to(Side::B, PHONE_B)
        );
        assert_eq!(scene.passed_on, said.next_packet(), "B gets it plain");

        let said = b.clone().next_packet();
        assert_eq!(scene.rtp(Side::B, &mut b), rtp_to(Side::A, PHONE_A));
        assert_ne!(scene.passed_on, said, "nothing goes to A unencrypted");
        assert_eq!(hears.rtp(&scene.passed_on, &mut heard), Ok(()));
        let (said, heard) = (RtpPacket::parse(&said), RtpPacket::parse(&heard));
        assert_eq!(said.unwrap().payload(), heard.unwrap().payload());
        scene.pass_ms(20);
    }
}

#[test]
fn whoever_has_another_key_is_not_heard_and_takes_nobodys_place() {
    // The attacker sits behind the same router, and speaks first.
    let learning = Learning::Vouched {
        host: address(PHONE_A).ip(),
    };
    let mut scene = half_encrypted(learning);
    let (mut a, mut strange) = (phone_a(), phone_a());
    let mut sends = Protector::new(&key(2));
    let mut guesses = Protector::new(&key(9));
    for _ in 0..10 {
        let forged = protected(&mut strange, &mut guesses);
        assert_eq!(
            scene.raw(Side::A, "192.168.1.21:7777", &forged),
            Forward::Drop(DropReason::NotAuthentic)
        );
        let plain = strange.clone().next_packet();
        assert_eq!(
            scene.raw(Side::A, "192.168.1.21:7777", &plain),
            Forward::Drop(DropReason::NotAuthentic)
        );
    }
    // Its first packet is enough, from whatever port its router gave it.
    let first = protected(&mut a, &mut sends);
    assert_eq!(
        scene.raw(Side::A, "192.168.1.21:40000", &first),
        rtp_to(Side::B, PHONE_B)
    );
    let mut b = Phone::at(PHONE_B);
    let to_a = rtp_to(Side::A, "192.168.1.21:40000");
    assert_eq!(scene.rtp(Side::B, &mut b), to_a);
    // Sent again by somebody else it moves nothing.
    assert_eq!(
        scene.raw(Side::A, "192.168.1.21:7777", &first),
        Forward::Drop(DropReason::Replayed)
    );
    assert_eq!(scene.rtp(Side::B, &mut b), to_a);
    // The router gives the phone another port in mid-call.
    let next = protected(&mut a, &mut sends);
    scene.raw(Side::A, "192.168.1.21:41000", &next);
    assert_eq!(
        scene.rtp(Side::B, &mut b),
        rtp_to(Side::A, "192.168.1.21:41000")
    );
    assert_eq!(
        scene.raw(Side::A, "203.0.113.66:5000", &next),
        Forward::Drop(DropReason::Stranger)
    );
    assert_eq!(scene.table.dropped(DropReason::NotAuthentic), 20);
}

#[test]
fn new_keys_of_a_new_description_are_used_from_then_on_and_the_same_go_on() {
    let mut scene = half_encrypted(Learning::Strict);
    let (mut a, mut b) = (phone_a(), Phone::at(PHONE_B));
    let mut sends = Protector::new(&key(2));
    let first = protected(&mut a, &mut sends);
    scene.raw(Side::A, PHONE_A, &first);
    let said = |srtp| Signalled {
        srtp,
        ..Signalled::at(address(PHONE_A))
    };
    scene.update(Side::A, said(keys(1, 2)));
    assert_eq!(
        scene.raw(Side::A, PHONE_A, &first),
        Forward::Drop(DropReason::Replayed),
        "it is still known"
    );
    scene.update(Side::A, said(keys(3, 4)));
    let old = protected(&mut a, &mut sends);
    assert_eq!(
        scene.raw(Side::A, PHONE_A, &old),
        Forward::Drop(DropReason::NotAuthentic)
    );
    let mut sends = Protector::new(&key(4));
    let new = protected(&mut a, &mut sends);
    assert_eq!(scene.raw(Side::A, PHONE_A, &new), rtp_to(Side::B, PHONE_B));
    let mut hears = Unprotector::new(&key(3));
    let mut heard = Vec::new();
    for _ in 0..10 {
        scene.rtp(Side::B, &mut b);
        assert_eq!(hears.rtp(&scene.passed_on, &mut heard), Ok(()));
    }
}

#[test]
fn reports_are_encrypted_on_one_side_and_plain_on_the_other() {
    let mut scene = half_encrypted(Learning::Strict);
    let mut sends = Protector::new(&key(2));
    let mut report = receiver_report(9, &[]);
    let plain = report.clone();
    assert!(sends.rtcp(&mut report));
    let to_b = rtcp_to(Side::B, "192.168.1.22:6001");
    assert_eq!(scene.rtcp(Side::A, "192.168.1.21:5001", &report), to_b);
    assert_eq!(scene.passed_on, plain);
    assert_eq!(
        scene.rtcp(Side::A, "192.168.1.21:5001", &plain),
        Forward::Drop(DropReason::NotAuthentic)
    );
    scene.rtcp(Side::B, "192.168.1.22:6001", &plain);
    let mut heard = Vec::new();
    let read = Unprotector::new(&key(1)).rtcp(&scene.passed_on, &mut heard);
    assert_eq!((read, heard), (Ok(()), plain));
}

/// B is handed from A to another phone, whose stream is another: to B it is one, without a step back.
#[test]
fn a_phone_hears_one_stream_whoever_feeds_it() {
    for srtp in [None, keys(5, 6)] {
        let b = Signalled {
            srtp: srtp.clone(),
            ..Signalled::at(address(PHONE_B))
        };
        let mut scene = Scene::between(Signalled::at(address(PHONE_A)), b);
        let mut reads = srtp.map(|keys| Unprotector::new(&keys.ours));
        let mut heard = |scene: &Scene| {
            let mut out = scene.passed_on.clone();
            if let Some(reads) = &mut reads {
                reads.rtp(&scene.passed_on, &mut out).unwrap();
            }
            let packet = RtpPacket::parse(&out).unwrap();
            (
                packet.ssrc(),
                packet.sequence(),
                packet.timestamp(),
                packet.marker(),
            )
        };
        let mut first = Phone::at(PHONE_A);
        let mut before = None;
        for _ in 0..5 {
            scene.rtp(Side::A, &mut first);
            before = Some(heard(&scene));
            scene.pass_ms(20);
        }
        let (ssrc, sequence, timestamp, _) = before.unwrap();
        // The same phone begins anew with lower numbers, as another would; a second passes.
        let mut other = Phone {
            ssrc: 77,
            sequence: 3,
            ..Phone::at(PHONE_A)
        };
        scene.pass_ms(980);
        for n in 1..=5u16 {
            scene.rtp(Side::A, &mut other);
            let (same, number, time, begins) = heard(&scene);
            assert_eq!(same, ssrc);
            assert_eq!(number, sequence.wrapping_add(n));
            let passed = time.wrapping_sub(timestamp);
            assert_eq!(passed, 8_000 + u32::from(n - 1) * 160);
            assert_eq!(begins, n == 1);
            scene.pass_ms(20);
        }
        // A packet from before is not fitted in where another's is by now.
        let mut late = Phone {
            sequence: 1,
            ..other.clone()
        };
        assert_eq!(
            scene.rtp(Side::A, &mut late),
            Forward::Drop(DropReason::TooLate)
        );
    }
}

#[test]
fn reports_name_streams_as_their_reader_knows_them() {
    let mut scene = Scene::strict();
    let mut first = Phone::at(PHONE_A);
    scene.rtp(Side::A, &mut first);
    let RtpNumbers { ssrc, sequence } = numbers(&scene);
    let mut other = Phone {
        ssrc: 77,
        sequence: 3,
        ..Phone::at(PHONE_A)
    };
    scene.pass_ms(20);
    scene.rtp(Side::A, &mut other);
    // B reports on the only stream it knows.
    let mut report = Vec::new();
    let block = ReportBlock {
        ssrc,
        fraction_lost: 0,
        cumulative_lost: 0,
        highest_sequence: u32::from(sequence) + 1,
        jitter: 0,
        last_report: NtpShort(0),
        delay_since_last_report: NtpShort(0),
    };
    CompoundBuilder::new(&mut report)
        .receiver_report(9, &[block])
        .unwrap();
    scene.rtcp(Side::B, "192.168.1.22:6001", &report);
    let read = Compound::parse(&scene.passed_on).unwrap();
    let block = read.report_blocks().next().unwrap();
    assert_eq!((block.ssrc, block.highest_sequence), (77, 4));
    // And what the new one says of itself is said of that stream.
    scene.rtcp(Side::A, "192.168.1.21:5001", &receiver_report(77, &[]));
    let read = Compound::parse(&scene.passed_on).unwrap();
    assert_eq!(read.sender(), Some(ssrc));
}

struct RtpNumbers {
    ssrc: u32,
    sequence: u16,
}

fn numbers(scene: &Scene) -> RtpNumbers {
    let packet = RtpPacket::parse(&scene.passed_on).unwrap();
    RtpNumbers {
        ssrc: packet.ssrc(),
        sequence: packet.sequence(),
    }
}

#[test]
fn whoever_echoes_hears_themselves_under_the_offices_key() {
    let mut scene = half_encrypted(Learning::Strict);
    scene.wire(Side::A, Wiring::Echo);
    let mut a = phone_a();
    let mut sends = Protector::new(&key(2));
    let mut hears = Unprotector::new(&key(1));
    let mut heard = Vec::new();
    for _ in 0..5 {
        let packet = protected(&mut a, &mut sends);
        assert_eq!(
            scene.raw(Side::A, PHONE_A, &packet),
            rtp_to(Side::A, PHONE_A)
        );
        assert_eq!(hears.rtp(&scene.passed_on, &mut heard), Ok(()));
        let said = NewRtpPacket {
            payload: &[0xff; 160],
            ..NewRtpPacket::default()
        };
        assert_eq!(RtpPacket::parse(&heard).unwrap().payload(), said.payload);
    }
}

#[test]
fn no_packet_takes_memory() {
    let mut scene = half_encrypted(Learning::Strict);
    let (mut a, mut b) = (phone_a(), Phone::at(PHONE_B));
    let mut sends = Protector::new(&key(2));
    let mut packets = |count| -> Vec<(Vec<u8>, Vec<u8>)> {
        let pair = |_| (protected(&mut a, &mut sends), b.next_packet());
        (0..count).map(pair).collect()
    };
    let (before, counted) = (packets(10), packets(100));
    let now = scene.now;
    let mut pass = |packets: &[(Vec<u8>, Vec<u8>)]| {
        for (from_a, from_b) in packets {
            for (side, from, packet) in [(Side::A, PHONE_A, from_a), (Side::B, PHONE_B, from_b)] {
                let socket = ports(side).rtp_socket();
                let forward = scene.table.on_packet(now, socket, address(from), packet);
                assert!(matches!(forward, media::Forward::To { .. }));
            }
        }
    };
    pass(&before);
    let taken = allocation_counter::measure(|| pass(&counted));
    assert_eq!(taken.count_total, 0);
}
