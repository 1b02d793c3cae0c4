//! Phones that change their source, their clock or their numbers in the middle of a call.

use std::time::{Duration, Instant};

use media::stream::{Datagram, Heard, Receiver, Sender};
use media::{Codec, Frame, SILENCE, listen};
use rtp_packet::{Digit, RtpPacket};

use crate::call::{Arriving, Outcome, format, hear, humming};

/// Each sender speaks for two seconds.
fn one_after_the_other(senders: Vec<Sender>) -> Outcome {
    let said: Vec<Frame> = humming(2.0 * senders.len() as f64);
    let mut arriving: Vec<Arriving> = Vec::new();
    for (turn, mut sender) in senders.into_iter().enumerate() {
        for (n, frame) in said.iter().enumerate().skip(turn * 100).take(100) {
            let mut datagram = Datagram::new();
            sender.send(frame, &mut datagram);
            arriving.push((n as u64 * 20_000, datagram));
        }
    }
    hear(&format(Codec::Pcma), arriving)
}

fn sender(ssrc: u32, sequence: u16, timestamp: u32) -> Sender {
    Sender::new(&format(Codec::Pcma), ssrc, sequence, timestamp)
}

fn gap(outcome: &Outcome) -> Duration {
    let end = outcome.samples.len() - 20_000;
    listen::longest_gap(&outcome.samples[3_200..end], 16_000, -50.0)
}

#[test]
fn another_source_goes_on_without_a_gap() {
    let outcome = one_after_the_other(vec![
        sender(1, 10, 5),
        sender(2, 40_000, 77),
        sender(1, 9, 9),
    ]);
    assert_eq!(outcome.figures.resets, 2);
    assert!(outcome.figures.used >= 295, "{:?}", outcome.figures);
    assert!(
        gap(&outcome) <= Duration::from_millis(60),
        "{:?}",
        gap(&outcome)
    );
    assert!(outcome.figures.delay <= Duration::from_millis(60));
}

#[test]
fn a_clock_that_jumps_is_followed() {
    for jump in [100_000, 0x7000_0000, u32::MAX - 100_000] {
        let outcome = one_after_the_other(vec![sender(1, 0, 0), sender(1, 100, 16_000 + jump)]);
        assert_eq!(outcome.figures.resets, 1, "{jump}");
        assert!(outcome.figures.used >= 195, "{jump}: {:?}", outcome.figures);
        assert!(
            gap(&outcome) <= Duration::from_millis(60),
            "{jump}: {:?}",
            gap(&outcome)
        );
    }
}

#[test]
fn numbers_that_begin_anew_are_followed() {
    let outcome = one_after_the_other(vec![sender(1, 0, 0), sender(1, 30_000, 16_000)]);
    assert!(outcome.figures.used >= 195, "{:?}", outcome.figures);
    assert!(
        gap(&outcome) <= Duration::from_millis(60),
        "{:?}",
        gap(&outcome)
    );
}

#[test]
fn a_minute_of_nothing_leaves_no_delay_behind() {
    let said = humming(4.0);
    let mut phone = sender(1, 65_000, u32::MAX - 50_000);
    let mut arriving: Vec<Arriving> = Vec::new();
    let mut at = 0;
    for (n, frame) in said.iter().enumerate() {
        if n == 100 {
            (0..3_000).for_each(|_| phone.skip());
            at += 60_000_000;
        }
        let mut datagram = Datagram::new();
        phone.send(frame, &mut datagram);
        arriving.push((at, datagram));
        at += 20_000;
    }
    let outcome = hear(&format(Codec::Pcma), arriving);
    assert_eq!(outcome.figures.used, 200);
    assert_eq!(outcome.figures.concealed, Duration::ZERO);
    assert!(outcome.figures.delay <= Duration::from_millis(60));
    assert!(outcome.count(Heard::Sound) >= 200);
}

#[test]
fn who_is_listened_to_again_is_heard_at_once_and_without_delay() {
    // For ten seconds nobody takes frames; with packets coming meanwhile, or only key presses.
    for packets_come in [true, false] {
        let mut phone = sender(1, 0, 0);
        let mut receiver = Receiver::new(&format(Codec::Pcma));
        let began = Instant::now();
        let mut datagram = Datagram::new();
        let mut out = SILENCE;
        let mut after = Vec::new();
        for (n, frame) in humming(13.0).iter().enumerate() {
            let now = began + Duration::from_millis(20 * n as u64);
            let listened_to = !(50..550).contains(&n);
            if n == 100 {
                phone.press(&[Digit::of_key('3').unwrap(); 20]);
            }
            let pressing = phone.is_pressing();
            phone.send(frame, &mut datagram);
            if listened_to || packets_come || pressing {
                receiver.on_rtp(now, &RtpPacket::parse(&datagram).unwrap());
            }
            if listened_to {
                let heard = receiver.frame(now, &mut out);
                if n >= 550 {
                    after.push(heard);
                }
            }
        }
        let figures = receiver.figures();
        assert!(
            figures.delay <= Duration::from_millis(60),
            "{packets_come}: {figures:?}"
        );
        assert_eq!(figures.concealed, Duration::ZERO, "{packets_come}");
        let first = after
            .iter()
            .position(|heard| *heard == Heard::Sound)
            .unwrap();
        assert!(first <= 4, "{packets_come}: after {first} frames");
        assert!(
            after[first..].iter().all(|heard| *heard == Heard::Sound),
            "{packets_come}"
        );
    }
}
