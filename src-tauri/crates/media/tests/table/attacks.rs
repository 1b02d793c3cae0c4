//! Strangers who want to hear a call or be heard in it (S5: 0 packets).

use std::net::{SocketAddr, SocketAddrV6};
use std::sync::Arc;

use media::{DropReason, Learning, MediaEvent, Network, Signalled, StreamId};

use crate::office::receiver_report;
use crate::scene::*;

const STRANGER: Forward = Forward::Drop(DropReason::Stranger);
const ON_PROBATION: Forward = Forward::Drop(DropReason::OnProbation);

/// The phone's SDP names an address behind its router; its signalling comes from 198.51.100.7.
const PRIVATE: &str = "192.168.178.30:11800";
const ROUTER: &str = "198.51.100.7";

fn behind_nat() -> Scene {
    let learning = Learning::Vouched {
        host: ROUTER.parse().unwrap(),
    };
    let a = Signalled::at(address(PRIVATE)).learning(learning);
    Scene::between(a, Signalled::at(address(PHONE_B)))
}

#[test]
fn a_strict_phone_is_believed_from_its_signalled_address_only() {
    let sources = [
        "192.168.1.21:5002",
        "192.168.1.20:5000",
        "203.0.113.66:5000",
        "192.168.1.22:6000",
        "[::1]:5000",
    ];
    for source in sources {
        for phone_first in [false, true] {
            let mut scene = Scene::strict();
            if phone_first {
                scene.rtp(Side::A, &mut Phone::at(PHONE_A));
            }
            let mut attacker = Phone::at(source);
            for _ in 0..1_000 {
                assert_eq!(scene.rtp(Side::A, &mut attacker), STRANGER, "{source}");
                scene.pass_ms(10); // ten seconds in all: the phone's own silence opens no door
            }
            assert_eq!(
                scene.rtp(Side::B, &mut Phone::at(PHONE_B)),
                rtp_to(Side::A, PHONE_A),
                "{source}"
            );
            assert_eq!(
                scene.rtp(Side::A, &mut Phone::at(PHONE_A)),
                rtp_to(Side::B, PHONE_B),
                "{source}"
            );
            assert_eq!(
                scene.table.statistics(stream(Side::A)).unwrap().refused,
                1_000
            );
        }
    }
}

#[test]
fn rtp_bleed_a_flood_from_outside_hears_nothing_and_is_not_heard() {
    let policies = [
        Learning::Strict,
        Learning::SameHost,
        Learning::Vouched {
            host: address(PHONE_A).ip(),
        },
        Learning::Within(Arc::from([Network::new(
            "192.168.1.0".parse().unwrap(),
            28,
        )
        .unwrap()])),
    ];
    for learning in policies {
        let mut scene = Scene::with_learning(learning.clone());
        let (mut a, mut b) = (Phone::at(PHONE_A), Phone::at(PHONE_B));
        let mut attacker = Phone::at("203.0.113.66:5000");
        for tick in 0..500 {
            for _ in 0..20 {
                assert_eq!(scene.rtp(Side::A, &mut attacker), STRANGER, "{learning:?}");
                assert_eq!(scene.rtp(Side::B, &mut attacker), STRANGER, "{learning:?}");
            }
            // The phones begin to talk a second after the attacker does.
            if tick >= 50 {
                assert_eq!(
                    scene.rtp(Side::A, &mut a),
                    rtp_to(Side::B, PHONE_B),
                    "{learning:?}"
                );
                assert_eq!(
                    scene.rtp(Side::B, &mut b),
                    rtp_to(Side::A, PHONE_A),
                    "{learning:?}"
                );
            }
            scene.pass_ms(20);
        }
        let refusals: Vec<u64> = scene
            .events()
            .into_iter()
            .filter_map(|event| match event {
                MediaEvent::StrangerRefused {
                    stream: StreamId(1),
                    count,
                    from,
                    ..
                } if from == attacker.at => Some(count),
                _ => None,
            })
            .collect();
        assert_eq!(refusals, [1_000; 10], "told once a second, in sum");
    }
}

#[test]
fn a_phone_that_sends_from_another_port_is_learned_once() {
    let mut scene = Scene::with_learning(Learning::SameHost);
    let mut phone = Phone::at("192.168.1.21:5044");
    assert_eq!(
        scene.rtp(Side::B, &mut Phone::at(PHONE_B)),
        rtp_to(Side::A, PHONE_A),
        "until it is heard"
    );
    scene.events();
    assert_eq!(scene.rtp(Side::A, &mut phone), ON_PROBATION);
    assert_eq!(scene.rtp(Side::A, &mut phone), ON_PROBATION);
    assert_eq!(scene.rtp(Side::A, &mut phone), rtp_to(Side::B, PHONE_B));
    assert_eq!(scene.events()[0], learned(Side::A, "192.168.1.21:5044"));
    assert_eq!(
        scene.rtp(Side::B, &mut Phone::at(PHONE_B)),
        rtp_to(Side::A, "192.168.1.21:5044")
    );

    let mut spoofer = Phone::at("192.168.1.21:5046");
    for _ in 0..500 {
        assert_eq!(scene.rtp(Side::A, &mut spoofer), STRANGER);
        assert_eq!(scene.rtp(Side::A, &mut phone), rtp_to(Side::B, PHONE_B));
        scene.pass_ms(20);
    }
}

#[test]
fn only_an_even_stream_is_learned() {
    let learn = |shape: fn(usize, &mut Phone) -> u64| {
        let mut scene = Scene::with_learning(Learning::SameHost);
        let mut phone = Phone::at("192.168.1.21:5044");
        (0..12).any(|packet| {
            let wait = shape(packet, &mut phone);
            scene.pass_ms(wait);
            matches!(scene.rtp(Side::A, &mut phone), Forward::To { .. })
        })
    };
    assert!(learn(|_, _| 20), "a phone");
    assert!(learn(|_, _| 60), "a phone with 60 ms packets");
    assert!(
        learn(|packet, phone| {
            phone.sequence = phone.sequence.wrapping_add((packet % 2 == 0).into());
            20
        }),
        "a phone that loses every other packet"
    );
    assert!(
        learn(|packet, phone| {
            phone.sequence = phone.sequence.wrapping_sub((packet % 2 == 0).into());
            10
        }),
        "a network that delivers every packet twice"
    );
    assert!(!learn(|_, _| 300), "too slow to be a phone");
    assert!(
        !learn(|packet, phone| {
            phone.ssrc = packet as u32;
            20
        }),
        "every packet another stream"
    );
    assert!(
        !learn(|packet, phone| {
            phone.sequence = (packet as u16).wrapping_mul(12_345);
            20
        }),
        "random numbers"
    );
    assert!(
        !learn(|_, phone| {
            phone.sequence = phone.sequence.wrapping_sub(2);
            20
        }),
        "backwards"
    );
}

#[test]
fn the_signalled_address_outranks_an_attacker_on_the_same_host_who_was_first() {
    let mut scene = Scene::with_learning(Learning::SameHost);
    let mut attacker = Phone::at("192.168.1.21:40000");
    for _ in 0..100 {
        scene.rtp(Side::A, &mut attacker);
        scene.pass_ms(20);
    }
    let mut phone = Phone::at(PHONE_A);
    for _ in 0..100 {
        assert_eq!(scene.rtp(Side::A, &mut phone), rtp_to(Side::B, PHONE_B));
        assert_eq!(scene.rtp(Side::A, &mut attacker), STRANGER);
        assert_eq!(
            scene.rtp(Side::B, &mut Phone::at(PHONE_B)),
            rtp_to(Side::A, PHONE_A)
        );
        scene.pass_ms(20);
    }
}

#[test]
fn a_flood_of_ports_on_the_same_host_does_not_keep_the_phone_out() {
    let mut scene = behind_nat();
    let mut phone = Phone::at("198.51.100.7:50000");
    let mut heard = false;
    for tick in 0..50u16 {
        for port in 0..3 {
            scene.rtp(
                Side::A,
                &mut Phone::at(&format!("{ROUTER}:{}", 1_000 + tick * 3 + port)),
            );
        }
        heard |= scene.rtp(Side::A, &mut phone) == rtp_to(Side::B, PHONE_B);
        scene.pass_ms(20);
    }
    assert!(heard);
}

#[test]
fn after_two_silent_seconds_another_port_of_the_same_host_may_succeed_but_no_other_host() {
    for (silence_ms, successor, succeeds) in [
        (1_900, "192.168.1.21:5046", false),
        (2_100, "192.168.1.21:5046", true),
        (60_000, "192.168.1.23:5044", false),
        (60_000, "203.0.113.66:5044", false),
    ] {
        let mut scene = Scene::with_learning(Learning::SameHost);
        let mut phone = Phone::at("192.168.1.21:5044");
        for _ in 0..3 {
            scene.rtp(Side::A, &mut phone);
        }
        scene.pass_ms(silence_ms);
        let mut successor = Phone::at(successor);
        let heard = (0..3).any(|_| scene.rtp(Side::A, &mut successor) == rtp_to(Side::B, PHONE_B));
        assert_eq!(heard, succeeds, "{} after {silence_ms} ms", successor.at);
    }
}

#[test]
fn within_a_carrier_a_silent_source_is_not_succeeded_by_another_host() {
    let carrier = Network::new("203.0.113.0".parse().unwrap(), 24).unwrap();
    let trunk = Signalled::at(address("203.0.113.10:8000"))
        .learning(Learning::Within(Arc::from([carrier])));
    let mut scene = Scene::between(trunk, Signalled::at(address(PHONE_B)));
    let mut gateway = Phone::at("203.0.113.77:9000");
    assert_eq!(
        scene.rtp(Side::A, &mut Phone::at("203.0.114.1:9000")),
        STRANGER
    );
    (0..2).for_each(|_| assert_eq!(scene.rtp(Side::A, &mut gateway), ON_PROBATION));
    assert_eq!(scene.rtp(Side::A, &mut gateway), rtp_to(Side::B, PHONE_B));
    scene.pass_ms(10_000);
    assert_eq!(
        scene.rtp(Side::A, &mut Phone::at("203.0.113.78:9000")),
        STRANGER
    );
    assert_eq!(
        scene.rtp(Side::A, &mut Phone::at("203.0.113.77:9002")),
        ON_PROBATION
    );
}

#[test]
fn after_a_re_invite_the_new_port_counts_and_the_old_one_no_longer() {
    for learning in [Learning::Strict, Learning::SameHost] {
        let mut scene = Scene::with_learning(learning.clone());
        let mut old = Phone::at(PHONE_A);
        scene.rtp(Side::A, &mut old);
        scene.update(
            Side::A,
            Signalled::at(address("192.168.1.21:5100")).learning(learning.clone()),
        );
        assert_eq!(
            scene.rtp(Side::B, &mut Phone::at(PHONE_B)),
            rtp_to(Side::A, "192.168.1.21:5100")
        );
        let mut new = Phone::at("192.168.1.21:5100");
        assert_eq!(scene.rtp(Side::A, &mut new), rtp_to(Side::B, PHONE_B));
        assert_eq!(scene.rtp(Side::A, &mut old), STRANGER, "{learning:?}");
    }
}

#[test]
fn after_a_transfer_the_former_party_is_a_stranger() {
    let mut scene = Scene::with_learning(Learning::SameHost);
    let mut former = Phone::at(PHONE_A);
    scene.rtp(Side::A, &mut former);
    scene.update(Side::A, Signalled::at(address("192.168.1.40:4000")));
    assert_eq!(scene.rtp(Side::A, &mut former), STRANGER);
    assert_eq!(
        scene.rtp(Side::B, &mut Phone::at(PHONE_B)),
        rtp_to(Side::A, "192.168.1.40:4000")
    );
}

#[test]
fn a_phone_behind_nat_is_learned_from_the_host_its_signalling_came_from() {
    let mut scene = behind_nat();
    let (mut a, mut b) = (Phone::at("198.51.100.7:50123"), Phone::at(PHONE_B));
    // Another office's 192.168.178.30 may well exist on this LAN; it must not hear the call.
    assert_eq!(
        scene.rtp(Side::B, &mut b),
        Forward::Drop(DropReason::FarSideUnknown)
    );
    assert_eq!(scene.rtp(Side::A, &mut Phone::at(PRIVATE)), STRANGER);
    assert_eq!(
        scene.rtp(Side::A, &mut Phone::at("203.0.113.66:50123")),
        STRANGER
    );
    (0..2).for_each(|_| assert_eq!(scene.rtp(Side::A, &mut a), ON_PROBATION));
    assert_eq!(scene.rtp(Side::A, &mut a), rtp_to(Side::B, PHONE_B));
    assert_eq!(
        scene.rtp(Side::B, &mut b),
        rtp_to(Side::A, "198.51.100.7:50123")
    );
    let report = receiver_report(1, &[]);
    assert_eq!(
        scene.rtcp(Side::A, "198.51.100.7:50124", &report),
        rtcp_to(Side::B, "192.168.1.22:6001")
    );
    assert_eq!(
        scene.rtcp(Side::B, "192.168.1.22:6001", &report),
        rtcp_to(Side::A, "198.51.100.7:50124")
    );
}

#[test]
fn reports_are_believed_no_more_easily_than_media() {
    let report = receiver_report(1, &[]);
    let mut scene = Scene::with_learning(Learning::SameHost);
    assert_eq!(scene.rtcp(Side::A, "203.0.113.66:5001", &report), STRANGER);
    assert_eq!(
        scene.rtcp(Side::A, "192.168.1.21:9001", &report),
        STRANGER,
        "no media from there yet"
    );
    scene.rtp(Side::A, &mut Phone::at(PHONE_A));
    assert_eq!(
        scene.rtcp(Side::A, "192.168.1.21:9001", &report),
        rtcp_to(Side::B, "192.168.1.22:6001")
    );
    assert_eq!(
        scene.rtcp(Side::A, "192.168.1.21:9003", &report),
        STRANGER,
        "learned once"
    );
    assert_eq!(
        scene.rtcp(Side::B, "192.168.1.22:6001", &report),
        rtcp_to(Side::A, "192.168.1.21:9001")
    );
}

#[test]
fn reports_of_a_strict_phone_come_from_one_port_only() {
    let report = receiver_report(1, &[]);
    let mut scene = Scene::strict();
    scene.rtp(Side::A, &mut Phone::at(PHONE_A));
    assert_eq!(scene.rtcp(Side::A, "192.168.1.21:9001", &report), STRANGER);
    assert_eq!(
        scene.rtcp(Side::A, "192.168.1.21:5001", &report),
        rtcp_to(Side::B, "192.168.1.22:6001")
    );
    assert_eq!(scene.rtcp(Side::A, "192.168.1.21:9001", &report), STRANGER);
}

#[test]
fn a_source_learned_under_a_looser_policy_is_forgotten_under_a_stricter_one() {
    let mut scene = Scene::with_learning(Learning::SameHost);
    let mut phone = Phone::at("192.168.1.21:5044");
    for _ in 0..3 {
        scene.rtp(Side::A, &mut phone);
    }
    scene.update(Side::A, Signalled::at(address(PHONE_A)));
    assert_eq!(scene.rtp(Side::A, &mut phone), STRANGER);
    assert_eq!(
        scene.rtp(Side::B, &mut Phone::at(PHONE_B)),
        rtp_to(Side::A, PHONE_A)
    );
}

#[test]
fn after_signalling_moves_the_reports_their_old_port_is_a_stranger() {
    let report = receiver_report(1, &[]);
    let mut scene = Scene::strict();
    scene.rtcp(Side::A, "192.168.1.21:5001", &report);
    let rtcp = Some(address("192.168.1.21:7777"));
    scene.update(
        Side::A,
        Signalled {
            rtcp,
            ..Signalled::at(address(PHONE_A))
        },
    );
    assert_eq!(scene.rtcp(Side::A, "192.168.1.21:5001", &report), STRANGER);
    assert_eq!(
        scene.rtcp(Side::B, "192.168.1.22:6001", &report),
        rtcp_to(Side::A, "192.168.1.21:7777")
    );
}

#[test]
fn a_link_local_phone_is_recognised_although_its_sdp_cannot_name_the_interface() {
    let phone = SocketAddr::V6(SocketAddrV6::new("fe80::1".parse().unwrap(), 5000, 0, 3));
    let mut scene = Scene::between(
        Signalled::at(address("[fe80::1]:5000")),
        Signalled::at(address(PHONE_B)),
    );
    let mut a = Phone {
        at: phone,
        ssrc: 1,
        sequence: 1,
        payload_type: 0,
    };
    assert_eq!(scene.rtp(Side::A, &mut a), rtp_to(Side::B, PHONE_B));
    let Forward::To { to, .. } = scene.rtp(Side::B, &mut Phone::at(PHONE_B)) else {
        panic!("the phone is heard, so it is answered");
    };
    assert_eq!(to, phone);
}

#[test]
fn addresses_that_are_nobody_get_nothing() {
    for nobody in [
        "0.0.0.0:5000",
        "224.0.1.75:5000",
        "255.255.255.255:5000",
        "192.168.1.21:0",
        "[::]:5000",
        "[ff02::1]:5000",
    ] {
        let mut scene = Scene::between(
            Signalled::at(address(nobody)),
            Signalled::at(address(PHONE_B)),
        );
        let forward = scene.rtp(Side::B, &mut Phone::at(PHONE_B));
        assert_eq!(
            forward,
            Forward::Drop(DropReason::FarSideUnknown),
            "{nobody}"
        );
    }
    let mut top = Scene::between(
        Signalled::at(address("192.168.1.21:65535")),
        Signalled::at(address(PHONE_B)),
    );
    let forward = top.rtcp(Side::B, "192.168.1.22:6001", &receiver_report(1, &[]));
    assert_eq!(
        forward,
        Forward::Drop(DropReason::FarSideUnknown),
        "there is no port above"
    );
}
