//! The office itself speaks: packets it makes, and the relay meanwhile.

use std::time::Duration;

use media::{
    Codec, DropReason, HeardBy, MediaCommand, MediaEvent, Part, PlayEnd, PlayHow, PlayId, RoomId,
    Signalled, Sound, SoundFormat, Tone, TonePart, Wiring,
};
use rtp_packet::{
    Digit, NewRtpPacket, NtpShort, RtpPacket, TelephoneEvent,
    rtcp::{Compound, ReportBlock, RtcpPacket},
};

use crate::office::receiver_report;
use crate::scene::{Forward, PHONE_A, PHONE_B, Phone, Scene, Side, address, ports, rtp_to, stream};

/// G.711 A-law under its own number, as phones agree it.
fn speaks(at: &str) -> Signalled {
    Signalled {
        format: Some(SoundFormat::only(8, Codec::Pcma, Some(101))),
        ..Signalled::at(address(at))
    }
}

fn scene() -> Scene {
    Scene::between(speaks(PHONE_A), speaks(PHONE_B))
}

fn beep(lasts: Duration) -> Vec<Sound> {
    let part = TonePart::new([425, 0, 0, 0], lasts);
    vec![Sound::Tone(Tone {
        cadence: [part].into(),
        repeats: false,
    })]
}

#[test]
fn while_the_office_speaks_to_one_of_two_the_other_is_not_heard_by_them_and_then_again() {
    let mut scene = scene();
    let (mut a, mut b) = (Phone::at(PHONE_A), Phone::at(PHONE_B));
    assert_eq!(scene.rtp(Side::A, &mut a), rtp_to(Side::B, PHONE_B));
    scene.events();
    scene.order(MediaCommand::Play {
        stream: stream(Side::B),
        play: PlayId(1),
        sounds: beep(Duration::from_millis(200)),
        how: PlayHow::default(),
    });
    let mut withheld = 0;
    for _ in 0..30 {
        scene.pass_ms(20);
        match scene.rtp(Side::A, &mut a) {
            Forward::Drop(DropReason::OfficeSpeaks) => withheld += 1,
            heard => assert_eq!(heard, rtp_to(Side::B, PHONE_B)),
        }
        assert_eq!(scene.rtp(Side::B, &mut b), rtp_to(Side::A, PHONE_A));
    }
    assert!((9..=12).contains(&withheld), "{withheld} ticks of 20 ms");
    let played: Vec<_> = scene.sent.0.drain(..).collect();
    assert!((9..=12).contains(&played.len()), "{} packets", played.len());
    for (number, (socket, to, datagram)) in played.iter().enumerate() {
        assert_eq!(
            (*socket, *to),
            (ports(Side::B).rtp_socket(), address(PHONE_B))
        );
        let packet = RtpPacket::parse(datagram).unwrap();
        assert_eq!((packet.payload_type(), packet.payload().len()), (8, 160));
        assert_eq!(packet.marker(), number == 0, "a talk begins with a marker");
    }
    let ended = MediaEvent::PlayEnded {
        stream: stream(Side::B),
        play: PlayId(1),
        why: PlayEnd::Finished,
    };
    assert!(scene.events().contains(&ended));
}

#[test]
fn the_round_trip_shows_in_the_answer_to_a_report_of_the_office() {
    let mut scene = scene();
    let mut b = Phone::at(PHONE_B);
    scene.wire(Side::B, Wiring::Nothing);
    scene.order(MediaCommand::Play {
        stream: stream(Side::B),
        play: PlayId(1),
        sounds: beep(Duration::from_secs(10)),
        how: PlayHow::default(),
    });
    let reported = (0..500).find_map(|_| {
        scene.pass_ms(20);
        scene.rtp(Side::B, &mut b);
        let sent = scene.sent.0.drain(..).rev();
        let mut reports = sent.filter_map(|(socket, _, datagram)| {
            (socket == ports(Side::B).rtcp_socket()).then_some(datagram)
        });
        reports.next()
    });
    let reported = reported.expect("a report of what the office says");
    let compound = Compound::parse(&reported).unwrap();
    let said = compound
        .packets()
        .flatten()
        .find_map(|packet| match packet {
            RtcpPacket::SenderReport(report) => Some((report.ssrc, report.info.ntp.short())),
            _ => None,
        });
    let (ssrc, last_report) = said.expect("it is a sender report");
    scene.pass_ms(1_080);
    let block = ReportBlock {
        ssrc,
        fraction_lost: 0,
        cumulative_lost: 0,
        highest_sequence: 0,
        jitter: 0,
        last_report,
        delay_since_last_report: NtpShort::from_interval(Duration::from_secs(1)),
    };
    scene.rtcp(
        Side::B,
        "192.168.1.22:6001",
        &receiver_report(b.ssrc, &[block]),
    );
    scene.events();
    for _ in 0..300 {
        scene.pass_ms(20);
        scene.rtp(Side::B, &mut b);
    }
    let told = scene.events().into_iter().find_map(|event| match event {
        MediaEvent::Quality {
            stream: of,
            statistics,
            ..
        } if of == stream(Side::B) => statistics.round_trip,
        _ => None,
    });
    let trip = told.expect("it is told").as_millis();
    assert!((79..=81).contains(&trip), "{trip} ms");
}

#[test]
fn a_call_goes_from_the_relay_into_a_room_and_back_and_keeps_what_it_learned() {
    let mut scene = scene();
    let mut a = Phone::at(PHONE_A);
    scene.rtp(Side::A, &mut a);
    for side in [Side::A, Side::B] {
        let part = Part {
            hears: true,
            heard_by: HeardBy::Everybody,
        };
        let room = RoomId(1);
        scene.wire(side, Wiring::Room { room, part });
    }
    for _ in 0..50 {
        scene.pass_ms(20);
        assert_eq!(scene.rtp(Side::A, &mut a), Forward::Taken);
    }
    let to_b = scene
        .sent
        .0
        .iter()
        .filter(|(_, to, _)| *to == address(PHONE_B));
    assert!(to_b.count() >= 48, "B hears the room in every tick");
    scene.wire(
        Side::A,
        Wiring::Relay {
            with: stream(Side::B),
        },
    );
    assert_eq!(scene.rtp(Side::A, &mut a), rtp_to(Side::B, PHONE_B));
    scene.sent.0.clear();
    scene.pass_ms(20);
    scene.pass_ms(20);
    assert_eq!(scene.sent.0.len(), 0, "the office is silent again");
}

#[test]
fn what_cannot_be_decoded_is_refused_and_the_relay_goes_on() {
    let mut scene = Scene::strict();
    let pieces = [media::SoundFile::new("music/calm")].into();
    scene.wire(Side::A, Wiring::Music { pieces });
    assert!(matches!(
        scene.events()[..],
        [MediaEvent::Refused {
            why: media::Refusal::CannotDecode,
            ..
        }]
    ));
    let heard = scene.rtp(Side::A, &mut Phone::at(PHONE_A));
    assert_eq!(heard, rtp_to(Side::B, PHONE_B));
}

#[test]
fn a_thread_that_was_kept_from_running_makes_up_for_a_little_and_counts_the_rest() {
    let mut scene = scene();
    let room = RoomId(1);
    for side in [Side::A, Side::B] {
        let part = Part::FULL;
        scene.wire(side, Wiring::Room { room, part });
    }
    scene.pass_ms(20);
    scene.sent.0.clear();
    scene.pass_ms(1_000);
    let made_up = scene
        .sent
        .0
        .iter()
        .filter(|(_, to, _)| *to == address(PHONE_B));
    assert!(
        (4..=7).contains(&made_up.count()),
        "no burst of a whole second"
    );
    let ticks = scene.table.ticks();
    assert_eq!(ticks.late, 1);
    assert!((40..=46).contains(&ticks.skipped), "{ticks:?}");
}

#[test]
fn a_key_is_told_and_passed_on_while_somebody_waits_for_it() {
    let mut scene = scene();
    let mut a = Phone::at(PHONE_A);
    assert_eq!(scene.rtp(Side::A, &mut a), rtp_to(Side::B, PHONE_B));
    let mut sequence = 1_000;
    let mut press = |scene: &mut Scene| {
        sequence += 1;
        let event = TelephoneEvent {
            event: Digit::of_key('*').unwrap().event(),
            end: false,
            volume: 10,
            duration: 160,
        };
        let mut packet = Vec::new();
        NewRtpPacket {
            payload_type: 101,
            marker: true,
            sequence,
            timestamp: u32::from(sequence) * 160,
            ssrc: 9,
            payload: &event.build(),
            ..NewRtpPacket::default()
        }
        .write_to(&mut packet)
        .unwrap();
        assert_eq!(
            scene.raw(Side::A, PHONE_A, &packet),
            rtp_to(Side::B, PHONE_B)
        );
        let told = |event: &MediaEvent| matches!(event, MediaEvent::Digit { .. });
        scene.events().iter().filter(|event| told(event)).count()
    };
    let stream = stream(Side::A);
    assert_eq!(press(&mut scene), 0);
    for (hears, told) in [(true, 1), (false, 0)] {
        scene.order(MediaCommand::HearKeys { stream, hears });
        assert_eq!(press(&mut scene), told);
    }
    assert_eq!(
        scene.table.next_timeout().map(|_| scene.sent.0.len()),
        Some(0)
    );
}
