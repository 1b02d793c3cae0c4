//! A clean network: everything is heard as it was sent, soon.

use std::time::Duration;

use media::codec::Decoder;
use media::listen;
use media::stream::{Datagram, Heard, Receiver, Sender};
use media::{Codec, SILENCE, SoundFormat};
use rtp_packet::{NewRtpPacket, RtpPacket};

use crate::call::{
    Arriving, flat, format, hear, hear_with, humming, lag, pack, payload_type, speech, through,
    tone,
};

/// What the codec alone makes of it.
fn decoded(codec: Codec, datagrams: &[Datagram]) -> Vec<i16> {
    let mut decoder = Decoder::new(codec);
    let mut samples = Vec::new();
    for datagram in datagrams {
        let packet = RtpPacket::parse(datagram).unwrap();
        decoder.decode(packet.payload(), &mut samples).unwrap();
    }
    samples
}

#[test]
fn not_a_sample_is_added_or_lost_in_any_codec() {
    for codec in Codec::ALL {
        let datagrams = pack(codec, &speech(10.0));
        let alone = decoded(codec, &datagrams);
        let outcome = hear(&format(codec), through(datagrams, |_| Some(10_000)));
        let begins = outcome
            .samples
            .windows(320)
            .position(|w| *w == alone[..320]);
        let begins = begins.unwrap_or_else(|| panic!("{codec:?} is not heard"));
        assert_eq!(
            outcome.samples[begins..begins + alone.len()],
            alone[..],
            "{codec:?}"
        );
        assert_eq!(outcome.figures.concealed, Duration::ZERO, "{codec:?}");
        assert_eq!(outcome.figures.used, 500, "{codec:?}");
    }
}

#[test]
fn it_adds_at_most_60_ms() {
    for codec in [Codec::Pcma, Codec::G722] {
        for phase in [0, 6_500, 7_500, 13_000, 19_999] {
            let said = humming(5.0);
            let datagrams = pack(codec, &said);
            let outcome = hear(&format(codec), through(datagrams, |_| Some(phase)));
            for at in [0.5, 2.0, 4.0] {
                let lag = lag(&flat(&said), &outcome.samples, at);
                // The first frame is heard from 7 ms on, and a phone sends a frame when it is over.
                let added = lag + Duration::from_millis(7) - Duration::from_micros(phase);
                assert!(added <= Duration::from_millis(60), "{codec:?}: {added:?}");
            }
        }
    }
}

#[test]
fn a_tone_keeps_its_level_in_every_codec() {
    for codec in Codec::ALL {
        let said = tone(1_000.0, 2.0);
        let outcome = hear(&format(codec), through(pack(codec, &said), |_| Some(3_000)));
        let level = listen::tone_level(&outcome.samples[8_000..24_000], 16_000, 1_000.0);
        let own = listen::tone_level(&flat(&said)[8_000..24_000], 16_000, 1_000.0);
        assert!(
            (level - own).abs() < 1.0,
            "{codec:?}: {level}, sent at {own}"
        );
    }
}

#[test]
fn packets_of_10_to_60_ms_are_heard_without_a_gap() {
    for milliseconds in [10, 20, 30, 40, 60] {
        for codec in [Codec::Pcmu, Codec::G722] {
            let outcome = hear(&format(codec), repacked(codec, milliseconds));
            assert_eq!(
                outcome.figures.concealed,
                Duration::ZERO,
                "{milliseconds} ms"
            );
            let middle = &outcome.samples[8_000..40_000];
            let gap = listen::longest_gap(middle, 16_000, -50.0);
            assert!(gap < Duration::from_millis(5), "{milliseconds} ms: {gap:?}");
            let most = Duration::from_millis(60);
            assert!(
                outcome.figures.delay <= most,
                "{milliseconds} ms: {:?}",
                outcome.figures
            );
        }
    }
}

/// Three seconds in packets of so many milliseconds.
fn repacked(codec: Codec, milliseconds: u64) -> Vec<Arriving> {
    let datagrams = pack(codec, &humming(3.0));
    let payloads = datagrams
        .iter()
        .flat_map(|datagram| RtpPacket::parse(datagram).unwrap().payload().to_vec());
    let octets: Vec<u8> = payloads.collect();
    octets
        .chunks_exact(milliseconds as usize * 8)
        .enumerate()
        .map(|(n, payload)| {
            let mut datagram = Vec::new();
            NewRtpPacket {
                payload_type: payload_type(codec),
                sequence: n as u16,
                timestamp: n as u32 * milliseconds as u32 * 8,
                payload,
                ..NewRtpPacket::default()
            }
            .write_to(&mut datagram)
            .unwrap();
            (n as u64 * milliseconds * 1_000, datagram)
        })
        .collect()
}

#[test]
fn a_phone_may_change_its_codec_at_any_packet() {
    let mut both = format(Codec::Pcma);
    both.receive
        .extend([Codec::G722, Codec::Opus].map(|codec| (payload_type(codec), codec)));
    let said = tone(1_000.0, 6.0);
    let mut sender = Sender::new(&format(Codec::Pcma), 1, 1, 1);
    let datagrams = said.iter().enumerate().map(|(n, frame)| {
        let codec = [Codec::Pcma, Codec::G722, Codec::Opus][n / 100];
        sender.set_format(&SoundFormat::only(payload_type(codec), codec, None));
        let mut datagram = Datagram::new();
        sender.send(frame, &mut datagram);
        datagram
    });
    let datagrams = datagrams.collect();
    let outcome = hear(&both, through(datagrams, |_| Some(0)));
    assert_eq!(outcome.figures.used, 300);
    let gap = listen::longest_gap(&outcome.samples[4_000..94_000], 16_000, -30.0);
    assert!(gap <= Duration::from_millis(20), "{gap:?}");
}

#[test]
fn nobody_sends_and_nothing_is_heard() {
    let mut receiver = Receiver::new(&format(Codec::Pcmu));
    let mut out = [1; 320];
    let now = std::time::Instant::now();
    assert_eq!(receiver.frame(now, &mut out), Heard::Nothing);
    assert_eq!(out, SILENCE);
    assert!(hear_with(&mut receiver, Vec::new()).samples.is_empty());
    assert_eq!(receiver.figures().mos(Codec::Pcmu, Duration::ZERO), None);
}
