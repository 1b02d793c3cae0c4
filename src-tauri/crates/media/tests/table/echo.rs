//! A party that hears itself: packet for packet, and nobody else anything.

use media::{
    Direction, DropReason, Learning, MediaCommand, MediaEvent, Refusal, Signalled, StreamId,
    Wiring, limits::ECHO_PACKETS_PER_SECOND,
};

use super::scene::{Forward, PHONE_A, PHONE_B, Phone, Scene, Side, address, ports, rtp_to, stream};

fn echo(learning: Learning) -> Scene {
    let mut scene = Scene::empty();
    scene.order(MediaCommand::Open {
        stream: stream(Side::A),
        local: ports(Side::A),
        signalled: Signalled::at(address(PHONE_A)).learning(learning),
    });
    scene.wire(Side::A, Wiring::Echo);
    scene
}

#[test]
fn each_packet_comes_back_to_its_sender_and_reports_do_not() {
    let mut scene = echo(Learning::Strict);
    let mut phone = Phone::at(PHONE_A);
    for _ in 0..500 {
        assert_eq!(scene.rtp(Side::A, &mut phone), rtp_to(Side::A, PHONE_A));
        scene.pass_ms(20);
    }
    let report = [0x80, 201, 0, 1, 0, 0, 0x13, 0x88];
    let from = "192.168.1.21:5001";
    let reported = scene.rtcp(Side::A, from, &report);
    assert_eq!(reported, Forward::Drop(DropReason::FarSideUnknown));
    let heard = scene.table.statistics(stream(Side::A)).unwrap();
    assert_eq!(heard.packets, 500);
}

#[test]
fn nothing_is_echoed_to_whom_nobody_vouches_for() {
    let mut scene = echo(Learning::SameHost);
    let mut stranger = Phone::at(PHONE_B);
    for _ in 0..10 {
        let refused = Forward::Drop(DropReason::Stranger);
        assert_eq!(scene.rtp(Side::A, &mut stranger), refused);
    }
    // Another port of the same host has to prove itself first, and is then the only one answered.
    let mut phone = Phone::at("192.168.1.21:7000");
    let probation = Forward::Drop(DropReason::OnProbation);
    assert_eq!(scene.rtp(Side::A, &mut phone), probation);
    assert_eq!(scene.rtp(Side::A, &mut phone), probation);
    let answered = rtp_to(Side::A, "192.168.1.21:7000");
    assert_eq!(scene.rtp(Side::A, &mut phone), answered);
}

#[test]
fn a_phone_that_echoes_too_does_not_make_a_storm() {
    let mut scene = echo(Learning::Strict);
    let mut phone = Phone::at(PHONE_A);
    let mut echoed = 0;
    for _ in 0..10_000 {
        echoed += u32::from(scene.rtp(Side::A, &mut phone) == rtp_to(Side::A, PHONE_A));
    }
    assert_eq!(echoed, ECHO_PACKETS_PER_SECOND);
    scene.pass_ms(1_000);
    assert_eq!(scene.rtp(Side::A, &mut phone), rtp_to(Side::A, PHONE_A));
}

#[test]
fn nothing_is_echoed_to_a_phone_on_hold() {
    let mut scene = echo(Learning::Strict);
    let mut phone = Phone::at(PHONE_A);
    for direction in [
        Direction::SendOnly,
        Direction::ReceiveOnly,
        Direction::Inactive,
    ] {
        let held = Signalled {
            direction,
            ..Signalled::at(address(PHONE_A))
        };
        scene.update(Side::A, held);
        let dropped = Forward::Drop(DropReason::OnHold);
        assert_eq!(scene.rtp(Side::A, &mut phone), dropped);
    }
}

#[test]
fn an_echo_uses_one_pair_of_ports_and_gives_it_back() {
    let mut scene = echo(Learning::Strict);
    let another = StreamId(2);
    scene.order(MediaCommand::Open {
        stream: another,
        local: ports(Side::A),
        signalled: Signalled::nothing_yet(),
    });
    let why = Refusal::PortsInUse(ports(Side::A));
    let stream_refused = MediaEvent::Refused {
        stream: another,
        why,
    };
    assert_eq!(scene.events(), [stream_refused]);
    scene.order(MediaCommand::Close {
        stream: stream(Side::A),
    });
    assert!(scene.table.is_empty());
}
