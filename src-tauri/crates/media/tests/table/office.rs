//! What happens on an ordinary day.

use std::time::Duration;

use media::{
    Direction, DropReason, Learning, MediaCommand, MediaEvent, PortPair, Refusal, Signalled,
    StreamId, Wiring,
};
use rtp_packet::rtcp::{CompoundBuilder, ReportBlock, SenderInfo};
use rtp_packet::{CodecImpairment, NtpShort, NtpTime};

use crate::scene::*;

#[test]
fn two_phones_hear_each_other() {
    let mut scene = Scene::strict();
    let (mut a, mut b) = (Phone::at(PHONE_A), Phone::at(PHONE_B));
    for _ in 0..100 {
        assert_eq!(scene.rtp(Side::A, &mut a), rtp_to(Side::B, PHONE_B));
        assert_eq!(scene.rtp(Side::B, &mut b), rtp_to(Side::A, PHONE_A));
        scene.pass_ms(20);
    }
    let first = |side| MediaEvent::FirstPacket {
        stream: stream(side),
    };
    let expected = [
        learned(Side::A, PHONE_A),
        first(Side::A),
        learned(Side::B, PHONE_B),
        first(Side::B),
    ];
    assert_eq!(scene.events(), expected);
}

#[test]
fn nothing_is_sent_before_the_called_phone_has_said_where_it_is() {
    let mut scene = Scene::between(Signalled::at(address(PHONE_A)), Signalled::nothing_yet());
    let (mut a, mut b) = (Phone::at(PHONE_A), Phone::at(PHONE_B));
    assert_eq!(
        scene.rtp(Side::A, &mut a),
        Forward::Drop(DropReason::FarSideUnknown)
    );
    assert_eq!(
        scene.rtp(Side::B, &mut b),
        Forward::Drop(DropReason::Stranger)
    );
    scene.update(Side::B, Signalled::at(address(PHONE_B)));
    assert_eq!(scene.rtp(Side::A, &mut a), rtp_to(Side::B, PHONE_B));
    assert_eq!(scene.rtp(Side::B, &mut b), rtp_to(Side::A, PHONE_A));
    assert_eq!(scene.table.dropped(DropReason::FarSideUnknown), 1);
}

#[test]
fn hold_stops_the_media_of_its_direction_only() {
    use Direction::{Inactive, ReceiveOnly, SendOnly, SendReceive};
    // Direction of A, and whether A is heard by B and B by A.
    let table = [
        (SendReceive, true, true),
        (SendOnly, true, false),
        (ReceiveOnly, false, true),
        (Inactive, false, false),
    ];
    for (direction, a_heard, b_heard) in table {
        let mut scene = Scene::strict();
        scene.update(
            Side::A,
            Signalled {
                direction,
                ..Signalled::at(address(PHONE_A))
            },
        );
        let held = Forward::Drop(DropReason::OnHold);
        let a_to_b = scene.rtp(Side::A, &mut Phone::at(PHONE_A));
        let b_to_a = scene.rtp(Side::B, &mut Phone::at(PHONE_B));
        assert_eq!(
            a_to_b,
            if a_heard {
                rtp_to(Side::B, PHONE_B)
            } else {
                held
            },
            "{direction:?}"
        );
        assert_eq!(
            b_to_a,
            if b_heard {
                rtp_to(Side::A, PHONE_A)
            } else {
                held
            },
            "{direction:?}"
        );
        let report = receiver_report(1, &[]);
        assert_eq!(
            scene.rtcp(Side::A, "192.168.1.21:5001", &report),
            rtcp_to(Side::B, "192.168.1.22:6001")
        );
    }
}

#[test]
fn a_session_refresh_keeps_the_learned_source() {
    let mut scene = Scene::with_learning(Learning::SameHost);
    let mut a = Phone::at("192.168.1.21:5044");
    for _ in 0..3 {
        scene.rtp(Side::A, &mut a);
    }
    let again = Signalled::at(address(PHONE_A)).learning(Learning::SameHost);
    scene.update(
        Side::A,
        Signalled {
            direction: Direction::SendOnly,
            ..again.clone()
        },
    );
    scene.update(Side::A, again);
    assert_eq!(scene.rtp(Side::A, &mut a), rtp_to(Side::B, PHONE_B));
    assert_eq!(
        scene.rtp(Side::B, &mut Phone::at(PHONE_B)),
        rtp_to(Side::A, "192.168.1.21:5044")
    );
}

#[test]
fn reports_take_the_road_each_phone_agreed_to() {
    let report = receiver_report(1, &[]);
    let muxed = |address| Signalled {
        rtcp_mux: true,
        ..Signalled::at(address)
    };
    let apart = |rtp, rtcp| Signalled {
        rtcp: Some(rtcp),
        ..Signalled::at(rtp)
    };
    let (a, b) = (address(PHONE_A), address(PHONE_B));

    let mut plain = Scene::strict();
    assert_eq!(
        plain.rtcp(Side::A, "192.168.1.21:5001", &report),
        rtcp_to(Side::B, "192.168.1.22:6001")
    );
    assert_eq!(
        plain.raw(Side::A, PHONE_A, &report),
        Forward::Drop(DropReason::WrongPort)
    );
    let media = Phone::at(PHONE_A).next_packet();
    assert_eq!(
        plain.rtcp(Side::A, "192.168.1.21:5001", &media),
        Forward::Drop(DropReason::WrongPort)
    );

    let mut one_muxes = Scene::between(muxed(a), Signalled::at(b));
    assert_eq!(
        one_muxes.raw(Side::A, PHONE_A, &report),
        rtcp_to(Side::B, "192.168.1.22:6001")
    );
    assert_eq!(
        one_muxes.rtcp(Side::B, "192.168.1.22:6001", &report),
        rtp_to(Side::A, PHONE_A)
    );
    assert_eq!(
        one_muxes.raw(Side::A, "192.168.1.21:5002", &report),
        Forward::Drop(DropReason::Stranger)
    );

    let mut named = Scene::between(apart(a, address("192.168.1.21:7777")), Signalled::at(b));
    assert_eq!(
        named.rtcp(Side::A, "192.168.1.21:7777", &report),
        rtcp_to(Side::B, "192.168.1.22:6001")
    );
    assert_eq!(
        named.rtcp(Side::B, "192.168.1.22:6001", &report),
        rtcp_to(Side::A, "192.168.1.21:7777")
    );
    assert_eq!(
        named.rtcp(Side::A, "192.168.1.21:5001", &report),
        Forward::Drop(DropReason::Stranger)
    );
}

#[test]
fn what_is_no_plain_media_is_dropped_and_counted() {
    let table: [(&[u8], DropReason); 8] = [
        (&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42], DropReason::Stun),
        (&[22, 0xfe, 0xfd, 0, 0], DropReason::Dtls),
        (&[16, 0, 0, 0], DropReason::UnknownProtocol),
        (&[64, 0, 0, 0], DropReason::UnknownProtocol),
        (
            b"INVITE sip:1@cordboard SIP/2.0",
            DropReason::UnknownProtocol,
        ),
        (&[], DropReason::UnknownProtocol),
        (&[0x80, 0, 0, 1], DropReason::Malformed),
        (
            &[0x9f, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1],
            DropReason::Malformed,
        ),
    ];
    for (datagram, why) in table {
        let mut scene = Scene::strict();
        assert_eq!(
            scene.raw(Side::A, PHONE_A, datagram),
            Forward::Drop(why),
            "{datagram:02x?}"
        );
        assert_eq!(scene.table.dropped(why), 1);
    }
    let mut scene = Scene::strict();
    // Four octets of RTCP once made a media server read past the end.
    assert_eq!(
        scene.rtcp(Side::A, PHONE_A, &[0x81, 201, 0, 7]),
        Forward::Drop(DropReason::Malformed)
    );
}

#[test]
fn an_expected_phone_that_falls_silent_is_told_once_and_again_when_it_returns() {
    let mut scene = Scene::strict();
    let mut a = Phone::at(PHONE_A);
    scene.expect(Side::A, true);
    scene.rtp(Side::A, &mut a);
    scene.events();
    scene.pass_ms(4_000);
    assert_eq!(scene.events(), []);
    scene.pass_ms(1_000);
    let silent = MediaEvent::Silent {
        stream: stream(Side::A),
        lasted: Duration::from_secs(5),
    };
    assert_eq!(scene.events()[0], silent);
    for _ in 0..60 {
        scene.pass_ms(1_000);
    }
    assert!(
        !scene
            .events()
            .iter()
            .any(|event| matches!(event, MediaEvent::Silent { .. }))
    );
    scene.rtp(Side::A, &mut Phone::at("192.168.1.99:5000"));
    assert_eq!(scene.events(), [], "a stranger does not end the silence");
    scene.rtp(Side::A, &mut a);
    assert_eq!(
        scene.events(),
        [MediaEvent::Resumed {
            stream: stream(Side::A),
        }]
    );
}

#[test]
fn a_phone_that_never_sends_is_silent_from_when_it_was_expected() {
    let mut scene = Scene::strict();
    scene.pass_ms(120_000); // a long ring
    assert_eq!(scene.events(), []);
    scene.expect(Side::B, true);
    for _ in 0..5 {
        scene.pass_ms(1_000);
    }
    let silent = MediaEvent::Silent {
        stream: stream(Side::B),
        lasted: Duration::from_secs(5),
    };
    assert_eq!(scene.events(), [silent]);
}

#[test]
fn held_and_reporting_phones_are_not_called_silent() {
    let silences = |scene: &mut Scene| {
        scene
            .events()
            .iter()
            .filter(|event| matches!(event, MediaEvent::Silent { .. }))
            .count()
    };
    let mut held = Scene::strict();
    held.expect(Side::A, true);
    held.rtp(Side::A, &mut Phone::at(PHONE_A));
    held.expect(Side::A, false);
    held.pass_ms(3_600_000);
    assert_eq!(silences(&mut held), 0);
    held.expect(Side::A, true);
    held.pass_ms(4_000);
    assert_eq!(silences(&mut held), 0, "the hold itself is not counted");

    let mut listening = Scene::strict();
    listening.expect(Side::A, true);
    let report = receiver_report(1, &[]);
    for _ in 0..100 {
        listening.rtcp(Side::A, "192.168.1.21:5001", &report);
        listening.pass_ms(4_500);
    }
    assert_eq!(
        silences(&mut listening),
        0,
        "its reports show that it lives"
    );
}

#[test]
fn quality_is_told_every_five_seconds_and_at_the_end() {
    let mut scene = Scene::strict();
    let mut a = Phone::at(PHONE_A);
    for packet in 0..500 {
        if packet % 10 == 3 {
            a.next_packet(); // lost on the way
        } else {
            scene.rtp(Side::A, &mut a);
        }
        scene.pass_ms(20);
    }
    let told: Vec<_> = scene
        .events()
        .into_iter()
        .filter_map(|event| match event {
            MediaEvent::Quality {
                stream, statistics, ..
            } => Some((stream, statistics)),
            _ => None,
        })
        .collect();
    assert_eq!(
        told.len(),
        2,
        "twice in ten seconds, and only of the side that sends"
    );
    let (told_of, statistics) = told[1];
    assert_eq!(told_of, stream(Side::A));
    assert!((statistics.loss() - 0.1).abs() < 0.01, "{statistics:?}");
    let mos = statistics.mos(CodecImpairment::G711).unwrap();
    assert!((2.0..3.5).contains(&mos.0), "{mos:?}");

    scene.close();
    let [
        MediaEvent::Closed {
            statistics: heard_a,
            ..
        },
        MediaEvent::Closed {
            statistics: heard_b,
            ..
        },
    ] = scene.events()[..]
    else {
        panic!("one Closed each");
    };
    assert_eq!(
        (heard_a.packets, heard_a.lost, heard_a.octets),
        (450, 50, 450 * 160)
    );
    assert_eq!(
        (heard_b.packets, heard_b.mos(CodecImpairment::G711)),
        (0, None)
    );
}

#[test]
fn how_a_phone_sounded_lately_forgets_what_was_before() {
    let mut scene = Scene::strict();
    let mut a = Phone::at(PHONE_A);
    for packet in 0..760 {
        // Ten seconds with every tenth packet lost, then five without loss.
        if packet < 500 && packet % 10 == 3 {
            a.next_packet();
        } else {
            scene.rtp(Side::A, &mut a);
        }
        scene.pass_ms(20);
    }
    let lately: Vec<f32> = scene
        .events()
        .into_iter()
        .filter_map(|event| match event {
            MediaEvent::Quality { lately, .. } => Some(lately.0),
            _ => None,
        })
        .collect();
    let [first, second, third] = lately[..] else {
        panic!("three times in fifteen seconds: {lately:?}");
    };
    assert!((2.0..3.5).contains(&first), "{lately:?}");
    assert!((first - second).abs() < 0.1, "{lately:?}");
    assert!(third > 4.3, "{lately:?}");
}

#[test]
fn g729_is_not_said_to_sound_like_g711() {
    let mut scene = Scene::strict();
    let mut a = Phone::at(PHONE_A);
    a.payload_type = 18;
    for _ in 0..260 {
        scene.rtp(Side::A, &mut a);
        scene.pass_ms(20);
    }
    let told = scene.events().into_iter().find_map(|event| match event {
        MediaEvent::Quality { lately, .. } => Some(lately.0),
        _ => None,
    });
    let mos = told.expect("it is told");
    assert!((3.9..4.2).contains(&mos), "{mos}");
}

#[test]
fn the_round_trip_shows_in_the_answer_to_a_report() {
    let mut scene = Scene::strict();
    let mut b = Phone::at(PHONE_B);
    scene.rtp(Side::B, &mut b);
    let ntp = NtpTime(0xe000_0001_8000_0000);
    let mut report = Vec::new();
    let info = SenderInfo {
        ntp,
        rtp: 0,
        packets: 1,
        octets: 160,
    };
    CompoundBuilder::new(&mut report)
        .sender_report(b.ssrc, info, &[])
        .unwrap();
    assert_eq!(
        scene.rtcp(Side::B, "192.168.1.22:6001", &report),
        rtcp_to(Side::A, "192.168.1.21:5001")
    );

    scene.pass_ms(1_080);
    let block = ReportBlock {
        ssrc: b.ssrc,
        fraction_lost: 64,
        cumulative_lost: 1,
        highest_sequence: 0,
        jitter: 0,
        last_report: ntp.short(),
        delay_since_last_report: NtpShort::from_interval(Duration::from_secs(1)),
    };
    scene.rtcp(Side::A, "192.168.1.21:5001", &receiver_report(1, &[block]));
    let heard = scene.table.statistics(stream(Side::A)).unwrap();
    assert_eq!(heard.round_trip, Some(Duration::from_millis(80)));
    assert_eq!(heard.loss_it_reports, Some(0.25));

    scene.pass_ms(5_000);
    let about_an_older_report = ReportBlock {
        last_report: NtpShort(1),
        ..block
    };
    scene.rtcp(
        Side::A,
        "192.168.1.21:5001",
        &receiver_report(1, &[about_an_older_report]),
    );
    let heard = scene.table.statistics(stream(Side::A)).unwrap();
    assert_eq!(
        heard.round_trip,
        Some(Duration::from_millis(80)),
        "the last one known"
    );
}

#[test]
fn losses_are_kept_when_the_phone_begins_another_stream() {
    let mut scene = Scene::strict();
    let mut phone = Phone::at(PHONE_A);
    scene.rtp(Side::A, &mut phone);
    phone.next_packet(); // lost on the way
    scene.rtp(Side::A, &mut phone);
    phone.ssrc = 99;
    phone.sequence = 40_000;
    scene.rtp(Side::A, &mut phone);
    let heard = scene.table.statistics(stream(Side::A)).unwrap();
    assert_eq!((heard.packets, heard.lost, heard.ssrc), (3, 1, Some(99)));
}

#[test]
fn orders_that_cannot_be_followed_are_refused() {
    let open = |id, port| MediaCommand::Open {
        stream: StreamId(id),
        local: PortPair::starting_at(port).unwrap(),
        signalled: Signalled::nothing_yet(),
    };
    let wire = |id, with| MediaCommand::Wire {
        stream: StreamId(id),
        to: Wiring::Relay {
            with: StreamId(with),
        },
    };
    let in_use = |port| Refusal::PortsInUse(PortPair::starting_at(port).unwrap());
    let table = [
        (open(1, 30_000), Refusal::AlreadyOpen),
        (open(3, 20_000), in_use(20_000)),
        (
            MediaCommand::Update {
                stream: StreamId(3),
                signalled: Signalled::nothing_yet(),
            },
            Refusal::NoSuchStream,
        ),
        (
            MediaCommand::Expect {
                stream: StreamId(3),
                expected: true,
            },
            Refusal::NoSuchStream,
        ),
        (wire(1, 3), Refusal::NoSuchStream),
        (wire(3, 1), Refusal::NoSuchStream),
        (wire(1, 1), Refusal::NoSuchStream),
    ];
    for (command, why) in table {
        let mut scene = Scene::strict();
        scene.order(command.clone());
        assert!(
            matches!(scene.events()[..], [MediaEvent::Refused { why: told, .. }] if told == why),
            "{command:?}"
        );
        assert_eq!(
            scene.rtp(Side::A, &mut Phone::at(PHONE_A)),
            rtp_to(Side::B, PHONE_B),
            "the open call goes on"
        );
        assert_eq!(scene.table.len(), 2);
    }
}

#[test]
fn who_is_wired_to_somebody_else_leaves_the_other_alone() {
    let mut scene = Scene::strict();
    let third = StreamId(3);
    scene.order(MediaCommand::Open {
        stream: third,
        local: PortPair::starting_at(20_004).unwrap(),
        signalled: Signalled::at(address("192.168.1.23:7000")),
    });
    scene.wire(Side::A, Wiring::Relay { with: third });
    let to_third = Forward::To {
        socket: media::SocketId(20_004),
        to: address("192.168.1.23:7000"),
    };
    let nobody = Forward::Drop(DropReason::FarSideUnknown);
    assert_eq!(scene.rtp(Side::A, &mut Phone::at(PHONE_A)), to_third);
    assert_eq!(scene.rtp(Side::B, &mut Phone::at(PHONE_B)), nobody);

    scene.order(MediaCommand::Close { stream: third });
    assert_eq!(scene.rtp(Side::A, &mut Phone::at(PHONE_A)), nobody);

    scene.wire(
        Side::B,
        Wiring::Relay {
            with: stream(Side::A),
        },
    );
    let heard = rtp_to(Side::B, PHONE_B);
    assert_eq!(
        scene.rtp(Side::A, &mut Phone::at(PHONE_A)),
        heard,
        "its source is still known"
    );
    scene.wire(Side::B, Wiring::Nothing);
    assert_eq!(scene.rtp(Side::A, &mut Phone::at(PHONE_A)), nobody);
}

#[test]
fn no_more_streams_than_the_limit_and_none_left_after_closing() {
    let mut scene = Scene::strict();
    scene.close();
    scene.events();
    let most = media::limits::MAX_STREAMS as u64;
    let open = |id: u64| MediaCommand::Open {
        stream: StreamId(id),
        local: PortPair::starting_at(2 * id as u16 + 2).unwrap(),
        signalled: Signalled::nothing_yet(),
    };
    for id in 0..most {
        scene.order(open(id));
    }
    assert_eq!(scene.events(), []);
    assert_eq!(scene.table.len() as u64, most);
    scene.order(open(most));
    assert!(matches!(
        scene.events()[..],
        [MediaEvent::Refused {
            why: Refusal::TooManyStreams,
            ..
        }]
    ));

    for id in 0..most {
        let stream = StreamId(id);
        scene.order(MediaCommand::Close { stream });
        scene.order(MediaCommand::Close { stream });
    }
    assert_eq!(scene.events().len() as u64, most, "one Closed each");
    assert!(scene.table.is_empty());
    scene.pass_ms(20); // a recording of one of them might have to be ended
    assert_eq!(scene.table.next_timeout(), None, "nothing to wake up for");
}

#[test]
fn packets_for_a_closed_stream_go_nowhere() {
    let mut scene = Scene::strict();
    let mut a = Phone::at(PHONE_A);
    assert_eq!(scene.rtp(Side::A, &mut a), rtp_to(Side::B, PHONE_B));
    scene.close();
    assert_eq!(
        scene.rtp(Side::A, &mut a),
        Forward::Drop(DropReason::NoStream)
    );
}

#[test]
fn events_nobody_fetches_are_bounded_and_told_later() {
    let mut scene = Scene::strict();
    let mut stranger = Phone::at("203.0.113.66:5000");
    for _ in 0..media::limits::MAX_EVENTS_WAITING + 10 {
        scene.rtp(Side::A, &mut stranger);
        scene.pass_ms(1_000);
    }
    scene.rtp(Side::A, &mut Phone::at(PHONE_A));
    assert_eq!(scene.events().len(), media::limits::MAX_EVENTS_WAITING);
    scene.rtp(Side::A, &mut Phone::at(PHONE_A));
    scene.pass_ms(1_000);
    let told_late = scene.events();
    assert!(told_late.contains(&learned(Side::A, PHONE_A)));
    assert!(told_late.contains(&MediaEvent::FirstPacket {
        stream: stream(Side::A),
    }));
    assert!(
        told_late
            .iter()
            .any(|event| matches!(event, MediaEvent::StrangerRefused { count: 10, .. }))
    );
}

pub fn receiver_report(ssrc: u32, blocks: &[ReportBlock]) -> Vec<u8> {
    let mut datagram = Vec::new();
    CompoundBuilder::new(&mut datagram)
        .receiver_report(ssrc, blocks)
        .unwrap()
        .cname(ssrc, "phone@192.168.1.21")
        .unwrap();
    datagram
}
