//! Phones that send nothing while nobody speaks, and comfort noise.

use std::time::Duration;

use media::stream::{Datagram, Heard, Sender};
use media::{Codec, listen};
use rtp_packet::{NewRtpPacket, RtpPacket};

use crate::call::{Arriving, format, hear, humming};

/// A second of speech, a second of nothing, in turns.
fn with_pauses(codec: Codec, seconds: f64, noise: Option<u8>) -> Vec<Arriving> {
    let mut sender = Sender::new(&format(codec), 9, 9, 9);
    let mut arriving = Vec::new();
    for (n, frame) in humming(seconds).iter().enumerate() {
        let at = n as u64 * 20_000;
        let mut datagram = Datagram::new();
        if n % 100 < 50 {
            sender.send(frame, &mut datagram);
            let packet = RtpPacket::parse(&datagram).unwrap();
            assert_eq!(
                packet.marker(),
                n % 100 == 0,
                "the marker says that sound begins"
            );
            arriving.push((at, datagram));
        } else if n % 100 == 50
            && let Some(level) = noise
        {
            // A sender that knows comfort noise would number it in its own row.
            sender.send_encoded(&[level], &mut datagram);
            let packet = RtpPacket::parse(&datagram).unwrap();
            let mut noise = Vec::new();
            NewRtpPacket {
                payload_type: 13,
                sequence: packet.sequence(),
                timestamp: packet.timestamp(),
                ssrc: packet.ssrc(),
                payload: &[level],
                ..NewRtpPacket::default()
            }
            .write_to(&mut noise)
            .unwrap();
            arriving.push((at, noise));
        } else {
            sender.skip();
        }
    }
    arriving
}

#[test]
fn pauses_are_silent_and_nothing_is_missing() {
    let outcome = hear(&format(Codec::Pcma), with_pauses(Codec::Pcma, 10.0, None));
    assert_eq!(outcome.figures.used, 250);
    assert_eq!(outcome.figures.late, 0);
    assert_eq!(outcome.figures.concealed, Duration::ZERO);
    assert_eq!(outcome.figures.resets, 0);
    let pause = &outcome.samples[22_400..30_400];
    assert!(pause.iter().all(|sample| *sample == 0));
    for (heard, frame) in outcome.frames.iter().zip(outcome.samples.chunks(320)) {
        assert!(*heard != Heard::Nothing || frame.iter().all(|sample| *sample == 0));
    }
    // The end of sound is faded out for at most 60 ms, as the next packet might only be late.
    assert!(
        outcome.count(Heard::Nothing) >= 5 * 44,
        "{}",
        outcome.count(Heard::Nothing)
    );
}

#[test]
fn comfort_noise_is_heard_at_its_level() {
    let arriving = with_pauses(Codec::Pcma, 4.0, Some(50));
    let outcome = hear(&format(Codec::Pcma), arriving);
    let pause = &outcome.samples[20_000..30_000];
    let energy: f64 = pause.iter().map(|s| f64::from(*s).powi(2)).sum();
    let level = 20.0 * ((energy / pause.len() as f64).sqrt() / 32_768.0).log10();
    assert!((level + 50.0).abs() < 1.5, "{level}");
    let gap = listen::longest_gap(&outcome.samples[3_200..60_000], 16_000, -70.0);
    assert!(gap < Duration::from_millis(5), "{gap:?}");
    assert_eq!(outcome.figures.concealed, Duration::ZERO);
}

#[test]
fn lost_packets_in_speech_are_not_taken_for_a_pause() {
    let mut arriving = with_pauses(Codec::Pcma, 3.0, None);
    arriving.retain(|(at, _)| *at % 1_000_000 != 400_000 && *at % 1_000_000 != 420_000);
    let outcome = hear(&format(Codec::Pcma), arriving);
    assert_eq!(outcome.figures.concealed, Duration::from_millis(80));
    let talk = &outcome.samples[3_200..15_000];
    let gap = listen::longest_gap(talk, 16_000, -50.0);
    assert!(gap < Duration::from_millis(10), "{gap:?}");
}
