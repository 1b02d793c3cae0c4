//! Key presses from our sender to our receiver, through every kind of network.

use media::stream::{Datagram, Sender};
use media::{Codec, SILENCE, SoundFormat, listen};
use rtp_packet::{Digit, RtpPacket, TelephoneEvent};

use crate::call::{Arriving, Chance, KEYS, format, hear, hear_with, humming, payload_type};

const HUNDRED: &str = "0123456789*#ABCD00112233445566778899123412341234123455555555\
                       55*#*#9876543210987654321011112222333344";

fn keys(text: &str) -> Vec<Digit> {
    text.chars()
        .map(|key| Digit::of_key(key).unwrap())
        .collect()
}

/// A phone that talks all the while and presses keys, for as long as it takes.
fn pressing(format: &SoundFormat, text: &str) -> Vec<Datagram> {
    let mut sender = Sender::new(format, 3, 65_000, u32::MAX - 9_000);
    let mut datagrams = Vec::new();
    let said = humming(2.0);
    let mut pressed = keys(text).into_iter().peekable();
    let mut n = 0;
    while pressed.peek().is_some() || sender.is_pressing() || n % 100 != 0 {
        if n > 20 && !sender.is_pressing() {
            sender.press(&pressed.by_ref().take(10).collect::<Vec<_>>());
        }
        let mut datagram = Datagram::new();
        sender.send(&said[n % said.len()], &mut datagram);
        datagrams.push(datagram);
        n += 1;
    }
    datagrams
}

#[test]
fn a_hundred_of_a_hundred_keys_are_heard_at_every_loss() {
    assert_eq!(HUNDRED.len(), 100);
    for codec in [Codec::Pcma, Codec::Opus] {
        for loss in [0.0, 0.05, 0.2] {
            for seed in 0..5 {
                let mut chance = Chance::new(seed);
                let sent = pressing(&format(codec), HUNDRED).into_iter().enumerate();
                let arriving: Vec<Arriving> = sent
                    .filter(|_| chance.even() >= loss)
                    .map(|(n, datagram)| (n as u64 * 20_000, datagram))
                    .collect();
                let outcome = hear(&format(codec), arriving);
                assert_eq!(
                    outcome.digits, HUNDRED,
                    "{codec:?}, loss {loss}, seed {seed}"
                );
            }
        }
    }
}

#[test]
fn jitter_that_reorders_tells_no_key_twice() {
    let mut chance = Chance::new(11);
    let sent = pressing(&format(Codec::Pcma), HUNDRED)
        .into_iter()
        .enumerate();
    let arriving = sent
        .map(|(n, datagram)| {
            (
                n as u64 * 20_000 + (chance.even() * 80_000.0) as u64,
                datagram,
            )
        })
        .collect();
    assert_eq!(hear(&format(Codec::Pcma), arriving).digits, HUNDRED);
}

#[test]
fn a_press_lasts_100_ms_and_is_one_event() {
    let mut sender = Sender::new(&format(Codec::Pcma), 3, 7, 1_000);
    let mut datagram = Datagram::new();
    sender.send(&SILENCE, &mut datagram);
    sender.press(&keys("5"));
    let mut events = Vec::new();
    for _ in 0..10 {
        sender.send(&SILENCE, &mut datagram);
        let packet = RtpPacket::parse(&datagram).unwrap();
        if packet.payload_type() == KEYS {
            let event = TelephoneEvent::parse(packet.payload()).unwrap();
            assert_eq!(packet.timestamp(), 1_160);
            events.push((packet.marker(), event.duration, event.end));
        } else {
            assert_eq!(
                packet.marker(),
                events.len() == 7 && packet.timestamp() == 2_280
            );
        }
    }
    let expected = [
        (true, 160, false),
        (false, 320, false),
        (false, 480, false),
        (false, 640, false),
        (false, 800, true),
        (false, 800, true),
        (false, 800, true),
    ];
    assert_eq!(events, expected);
    assert!(!sender.is_pressing());
}

#[test]
fn a_key_press_is_no_lost_sound() {
    let sent = pressing(&format(Codec::Pcma), "1234567890")
        .into_iter()
        .enumerate();
    let arriving = sent.map(|(n, d)| (n as u64 * 20_000, d)).collect();
    let outcome = hear(&format(Codec::Pcma), arriving);
    assert_eq!(outcome.figures.concealed, std::time::Duration::ZERO);
    assert_eq!(outcome.figures.late, 0);
    assert_eq!(outcome.figures.resets, 0);
}

#[test]
fn a_phone_without_events_hears_the_tones() {
    for codec in Codec::ALL {
        let plain = SoundFormat::only(payload_type(codec), codec, None);
        let mut sender = Sender::new(&plain, 3, 7, 1_000);
        sender.press(&keys("1D0#"));
        let loud = humming(1.0);
        let mut arriving = Vec::new();
        let mut n = 0;
        while sender.is_pressing() {
            let mut datagram = Datagram::new();
            if n % 3 == 0 {
                sender.send_encoded(&[0x11; 40], &mut datagram);
            } else {
                sender.send(&loud[n % 50], &mut datagram);
            }
            arriving.push((n as u64 * 20_000, datagram));
            n += 1;
        }
        let mut receiver = media::stream::Receiver::new(&plain);
        let samples = hear_with(&mut receiver, arriving).samples;
        let begins = samples
            .iter()
            .position(|s| s.unsigned_abs() > 1_000)
            .unwrap();
        let pairs = [
            (697.0, 1209.0),
            (941.0, 1633.0),
            (941.0, 1336.0),
            (941.0, 1477.0),
        ];
        for (press, (row, column)) in pairs.into_iter().enumerate() {
            let at = begins + press * 3_200 + 400;
            let key = &samples[at..at + 800];
            for hz in [row, column] {
                let level = listen::tone_level(key, 16_000, hz);
                assert!(
                    (level + 11.0).abs() < 3.0,
                    "{codec:?} {press}: {hz} Hz at {level}"
                );
            }
            let pause = &samples[at + 1_600..at + 2_400];
            let level = listen::tone_level(pause, 16_000, row);
            assert!(level < -40.0, "{codec:?} {press}: {level} in the pause");
        }
    }
}
