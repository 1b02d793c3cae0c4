//! What speech and tones sound like after each codec, and what comes of packets that are none.

use std::f64::consts::TAU;

use proptest::prelude::*;

use super::*;
use crate::frame::{FRAME_SAMPLES, SAMPLE_RATE};
use crate::listen::tone_level;
use crate::signal::made_voice::voice;

fn tones(frequencies: &[f64], dbfs: f64, samples: usize) -> Vec<i16> {
    let peak = 32_767.0 * 10f64.powf(dbfs / 20.0) / (frequencies.len() as f64).sqrt();
    let at = |n: usize| {
        let sine = |hz: &f64| (TAU * hz * n as f64 / f64::from(SAMPLE_RATE)).sin();
        frequencies.iter().map(sine).sum::<f64>() * peak
    };
    (0..samples).map(|n| at(n).round() as i16).collect()
}

fn packets(samples: &[i16], codec: Codec) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(codec);
    let mut out = [0; MAX_PAYLOAD];
    let frames = samples.as_chunks().0.iter();
    frames
        .map(|frame| {
            let length = encoder.encode(frame, &mut out);
            out[..length].to_vec()
        })
        .collect()
}

/// Through the codec and back.
fn heard(samples: &[i16], codec: Codec) -> Vec<i16> {
    let mut decoder = Decoder::new(codec);
    let mut out = Vec::new();
    for packet in packets(samples, codec) {
        decoder.decode(&packet, &mut out).expect("our own packet");
    }
    out
}

/// Mean over the frames that hold sound of how far the error lies below it, in dB, at the delay
/// that fits best (at most 10 ms).
fn segmental_snr(sent: &[i16], received: &[i16]) -> f64 {
    let at_delay = |delay: usize| {
        let frames = sent
            .chunks_exact(FRAME_SAMPLES)
            .zip(received[delay..].chunks_exact(FRAME_SAMPLES));
        let mut ratios = Vec::new();
        for (sent, received) in frames.skip(10) {
            let signal: f64 = sent.iter().map(|sample| f64::from(*sample).powi(2)).sum();
            let error = sent
                .iter()
                .zip(received)
                .map(|(a, b)| f64::from(*a) - f64::from(*b));
            let error: f64 = error.map(|error| error.powi(2)).sum();
            // Quieter than -50 dBFS is a pause.
            if signal / FRAME_SAMPLES as f64 > 5_000.0 {
                ratios.push((10.0 * (signal / error.max(1.0)).log10()).clamp(-10.0, 60.0));
            }
        }
        ratios.iter().sum::<f64>() / ratios.len() as f64
    };
    (0..160).map(at_delay).fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn the_error_of_g711_is_35_db_below_tones_of_the_level_of_speech() {
    for codec in [Codec::Pcmu, Codec::Pcma] {
        for dbfs in [-12.0, -20.0, -26.0, -32.0] {
            let sent = tones(&[420.0, 1010.0, 2310.0, 3150.0], dbfs, 32_000);
            let snr = segmental_snr(&sent, &heard(&sent, codec));
            assert!(snr > 35.0, "{codec:?} at {dbfs} dBFS: {snr:.1} dB");
        }
    }
}

#[test]
fn the_error_of_g722_is_20_db_below_speech_and_tones() {
    let wide = tones(&[420.0, 1010.0, 3150.0, 5700.0], -20.0, 32_000);
    let snr = segmental_snr(&wide, &heard(&wide, Codec::G722));
    assert!(snr > 20.0, "tones: {snr:.1} dB");
    for seed in 0..3 {
        let sent = voice(5, seed);
        let snr = segmental_snr(&sent, &heard(&sent, Codec::G722));
        assert!(snr > 25.0, "voice {seed}: {snr:.1} dB");
    }
}

/// How far two sounds differ in the level of their third octaves from 100 Hz to 6.3 kHz: the root
/// of the mean square over all stretches of 60 ms and all bands that can be heard in the first, in
/// dB.
fn spectral_distance(sent: &[i16], received: &[i16]) -> f64 {
    const STRETCH: usize = 3 * FRAME_SAMPLES;
    let band_level = |samples: &[i16], band: i32| {
        let middle = 100.0 * 2f64.powf(f64::from(band) / 3.0);
        let powers = (-3..=3).map(|part| {
            let hz = middle * 2f64.powf(f64::from(part) / 21.0);
            10f64.powf(tone_level(samples, SAMPLE_RATE, hz) / 10.0)
        });
        10.0 * (powers.sum::<f64>() + 1e-9).log10()
    };
    let (mut sum, mut bands) = (0.0, 0.0);
    for (sent, received) in sent
        .chunks_exact(STRETCH)
        .zip(received.chunks_exact(STRETCH))
    {
        for band in 0..=18 {
            let level = band_level(sent, band);
            if level > -50.0 {
                sum += (level - band_level(received, band)).powi(2);
                bands += 1.0;
            }
        }
    }
    (sum / bands).sqrt()
}

#[test]
fn opus_keeps_the_spectrum_of_a_voice() {
    // libopus looks ahead 6.5 ms.
    const DELAY: usize = 104;
    for seed in 0..3 {
        let sent = voice(5, seed);
        let received = heard(&sent, Codec::Opus);
        let distance = spectral_distance(&sent[16_000..], &received[16_000 + DELAY..]);
        // Another voice is 14 dB away.
        assert!(distance < 3.0, "voice {seed}: {distance:.1} dB");
    }
}

#[test]
fn every_codec_keeps_the_level() {
    for codec in Codec::ALL {
        for hz in [440.0, 1004.0, 2800.0] {
            let received = heard(&tones(&[hz], -20.0, 48_000), codec);
            let level = tone_level(&received[16_000..32_000], SAMPLE_RATE, hz);
            assert!(
                (level + 20.0).abs() < 0.5,
                "{codec:?}: {hz} Hz at {level:.2} dBFS"
            );
        }
        let quiet = heard(&[0; 32_000], codec);
        let loudest = quiet.iter().map(|sample| sample.unsigned_abs()).max();
        assert!(
            loudest <= Some(16),
            "{codec:?} makes {loudest:?} of silence"
        );
    }
}

#[test]
fn packets_have_the_length_their_codec_says() {
    let sent = voice(4, 1);
    for (codec, least, most) in [
        (Codec::Pcmu, 160, 160),
        (Codec::Pcma, 160, 160),
        (Codec::G722, 160, 160),
        (Codec::Opus, 1, MAX_PAYLOAD),
    ] {
        assert_eq!(Encoder::new(codec).codec(), codec);
        assert_eq!(Decoder::new(codec).codec(), codec);
        let packets = packets(&sent, codec);
        assert!(
            packets
                .iter()
                .all(|packet| (least..=most).contains(&packet.len()))
        );
        if codec == Codec::Opus {
            let octets: usize = packets.iter().map(Vec::len).sum();
            let bit_rate = octets * 8 / 4;
            assert!((16_000..28_000).contains(&bit_rate), "{bit_rate} bit/s");
        }
    }
}

#[test]
fn opus_finds_a_lost_packet_again_in_the_next() {
    let sent = voice(10, 4);
    let packets = packets(&sent, Codec::Opus);
    let clean = heard(&sent, Codec::Opus);
    let error_with = |with_next: bool| {
        let mut decoder = Decoder::new(Codec::Opus);
        let mut out = Vec::new();
        let mut error = 0.0;
        for (at, packet) in packets.iter().enumerate() {
            if at % 10 == 9 && at + 1 < packets.len() {
                let next = with_next.then(|| packets[at + 1].as_slice());
                let start = out.len();
                decoder.conceal(FRAME_SAMPLES, next, &mut out);
                let pairs = out[start..].iter().zip(&clean[start..]);
                let differences = pairs.map(|(a, b)| f64::from(*a) - f64::from(*b));
                error += differences
                    .map(|difference| difference.powi(2))
                    .sum::<f64>();
            } else {
                decoder.decode(packet, &mut out).expect("our own packet");
            }
        }
        error
    };
    let (recovered, made_up) = (error_with(true), error_with(false));
    let gain = 10.0 * (made_up / recovered).log10();
    assert!(gain > 3.0, "{gain:.1} dB");
}

#[test]
fn a_gap_is_filled_to_the_sample_whatever_its_length() {
    for codec in Codec::ALL {
        let mut decoder = Decoder::new(codec);
        let packets = packets(&voice(1, 2), codec);
        for (packet, gap) in packets
            .iter()
            .zip([0, 1, 39, 40, 41, 160, 320, 1_920, 1_921, 9_999])
        {
            let mut out = Vec::new();
            decoder.decode(packet, &mut out).expect("our own packet");
            assert_eq!(out.len(), FRAME_SAMPLES);
            decoder.conceal(gap, Some(packet), &mut out);
            assert_eq!(out.len(), FRAME_SAMPLES + gap, "{codec:?}");
            decoder.conceal(gap, Some(&[]), &mut out);
            decoder.conceal(gap, Some(&[0xff; 300]), &mut out);
            assert_eq!(out.len(), FRAME_SAMPLES + 3 * gap, "{codec:?}");
        }
    }
}

#[test]
fn what_is_no_packet_is_refused_and_leaves_no_trace() {
    for codec in Codec::ALL {
        let mut decoder = Decoder::new(codec);
        let mut out = vec![7; 3];
        assert_eq!(decoder.decode(&[], &mut out), Err(BadPayload::Empty));
        assert!(decoder.decode(&[0xff; 1_921], &mut out).is_err());
        assert_eq!(out, [7; 3], "{codec:?}");
    }
    let mut decoder = Decoder::new(Codec::Pcmu);
    let too_long = decoder.decode(&[0xff; 961], &mut Vec::new());
    assert_eq!(too_long, Err(BadPayload::TooLong { octets: 961 }));
    // Two frames of which the first says it is longer than the packet.
    let not_opus = Decoder::new(Codec::Opus).decode(&[0x02, 0xfb], &mut Vec::new());
    assert_eq!(not_opus, Err(BadPayload::NotOpus));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn hostile_payloads_become_noise_or_an_error(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..1_500), 1..8),
    ) {
        for codec in Codec::ALL {
            let mut decoder = Decoder::new(codec);
            for payload in &payloads {
                let mut out = Vec::new();
                let decoded = decoder.decode(payload, &mut out);
                prop_assert!(out.len() <= MAX_PACKET_SAMPLES);
                prop_assert_eq!(decoded.is_ok(), !out.is_empty());
                decoder.conceal(320, Some(payload), &mut out);
            }
        }
    }
}
