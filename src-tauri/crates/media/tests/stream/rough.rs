//! Networks as callers have them: jitter, loss, bursts, drifting clocks.

use std::time::{Duration, Instant};

use media::stream::{Heard, Receiver};
use media::{Codec, SILENCE, listen};
use rtp_packet::{NewRtpPacket, RtpPacket};

use crate::call::{Chance, format, hear, humming, pack, speech, through};

#[test]
fn five_per_cent_loss_and_40_ms_of_jitter_stay_intelligible() {
    for codec in [Codec::Pcma, Codec::G722, Codec::Opus] {
        for seed in 1..=3 {
            let mut chance = Chance::new(seed);
            // 100 ms ± 40 ms, which also reorders.
            let outcome = hear(
                &format(codec),
                through(pack(codec, &humming(60.0)), |_| {
                    let delay = 60_000 + (chance.even() * 80_000.0) as u64;
                    (chance.even() >= 0.05).then_some(delay)
                }),
            );
            let figures = outcome.figures;
            let share = figures.concealed_share().unwrap();
            assert!(share <= 0.08, "{codec:?} {seed}: {share} made up");
            let longest = *outcome.delays.iter().max().unwrap();
            assert!(
                longest <= Duration::from_millis(150),
                "{codec:?} {seed}: {longest:?}"
            );
            let mos = figures.mos(codec, Duration::ZERO).unwrap();
            assert!(mos.0 >= 3.5, "{codec:?} {seed}: {mos:?}");
            let talk = &outcome.samples[8_000..59 * 16_000];
            let gap = listen::longest_gap(talk, 16_000, -50.0);
            assert!(
                gap <= Duration::from_millis(60),
                "{codec:?} {seed}: {gap:?}"
            );
        }
    }
}

#[test]
fn jitter_alone_loses_next_to_nothing() {
    for spread in [20_000.0, 40_000.0, 100_000.0] {
        let mut chance = Chance::new(7);
        let datagrams = pack(Codec::Pcmu, &speech(30.0));
        let network = through(datagrams, |_| Some((chance.even() * spread) as u64));
        let outcome = hear(&format(Codec::Pcmu), network);
        let share = outcome.figures.concealed_share().unwrap();
        assert!(share <= 0.02, "{spread}: {share}");
        let most = Duration::from_micros(spread as u64 + 60_000);
        assert!(
            outcome.figures.delay <= most,
            "{spread}: {:?}",
            outcome.figures
        );
    }
}

#[test]
fn jitter_that_comes_and_goes_is_followed_both_ways() {
    let mut chance = Chance::new(3);
    let network = through(pack(Codec::Pcma, &speech(50.0)), |n| {
        let rough = (500..1_000).contains(&n);
        Some(if rough {
            (chance.even() * 80_000.0) as u64
        } else {
            0
        })
    });
    let outcome = hear(&format(Codec::Pcma), network);
    let calm_before = outcome.delays[480];
    let rough = *outcome.delays[500..1_000].iter().max().unwrap();
    let calm_after = outcome.delays[2_490];
    println!(
        "{calm_before:?}, {rough:?}, {calm_after:?}, {:?}",
        outcome.figures
    );
    assert!(calm_before <= Duration::from_millis(45), "{calm_before:?}");
    assert!(rough <= Duration::from_millis(130), "{rough:?}");
    assert!(calm_after <= Duration::from_millis(65), "{calm_after:?}");
    assert!(
        outcome.figures.concealed <= Duration::from_millis(400),
        "{:?}",
        outcome.figures
    );
}

#[test]
fn one_stall_is_bridged_and_then_forgotten() {
    // For 120 ms nothing comes, then all at once.
    let stalled = 250..256;
    let network = through(pack(Codec::Pcma, &speech(40.0)), |n| {
        Some(if stalled.contains(&n) {
            (256 - n as u64) * 20_000
        } else {
            0
        })
    });
    let outcome = hear(&format(Codec::Pcma), network);
    assert!(
        outcome.figures.concealed <= Duration::from_millis(120),
        "{:?}",
        outcome.figures
    );
    assert!(
        outcome.figures.delay <= Duration::from_millis(60),
        "{:?}",
        outcome.figures
    );
}

#[test]
fn a_longer_way_is_got_used_to() {
    for longer in [50_000, 150_000, 300_000, 2_000_000] {
        let network = through(pack(Codec::Pcma, &humming(20.0)), |n| {
            Some(if n < 250 { 0 } else { longer })
        });
        let outcome = hear(&format(Codec::Pcma), network);
        let late = outcome
            .frames
            .iter()
            .skip(250 + longer as usize / 20_000 + 50);
        let concealed = late
            .take(600)
            .filter(|heard| **heard != Heard::Sound)
            .count();
        assert!(concealed <= 3, "{longer}: {concealed} frames");
        assert!(
            outcome.figures.delay <= Duration::from_millis(90),
            "{longer}: {:?}",
            outcome.figures
        );
    }
}

#[test]
fn a_phone_that_sends_three_packets_at_once_is_heard_without_a_gap() {
    let network = through(pack(Codec::Pcma, &humming(20.0)), |n| {
        Some((2 - n as u64 % 3) * 20_000)
    });
    let outcome = hear(&format(Codec::Pcma), network);
    let share = outcome.figures.concealed_share().unwrap();
    assert!(share < 0.005, "{share}");
    assert!(
        outcome.figures.delay <= Duration::from_millis(120),
        "{:?}",
        outcome.figures
    );
    let gap = listen::longest_gap(&outcome.samples[8_000..300_000], 16_000, -50.0);
    assert!(gap <= Duration::from_millis(10), "{gap:?}");
}

#[test]
fn packets_that_come_twice_or_overtake_are_heard_once_in_order() {
    let datagrams = pack(Codec::Pcma, &humming(5.0));
    let swapped = |n: usize| if n.is_multiple_of(2) { 25_000 } else { 0 };
    let mut arriving = through(datagrams.clone(), |n| Some(swapped(n)));
    arriving.extend(through(datagrams, |n| Some(swapped(n) + 5_000)));
    let outcome = hear(&format(Codec::Pcma), arriving);
    assert!(outcome.figures.used >= 248, "{:?}", outcome.figures);
    assert!(outcome.figures.used <= 250, "{:?}", outcome.figures);
    assert_eq!(outcome.figures.resets, 0);
}

#[test]
fn a_clock_200_ppm_off_never_adds_delay_in_an_hour() {
    for ppm in [-200i64, 200] {
        let payloads: Vec<Vec<u8>> = pack(Codec::Pcma, &humming(10.0))
            .iter()
            .map(|datagram| RtpPacket::parse(datagram).unwrap().payload().to_vec())
            .collect();
        let mut receiver = Receiver::new(&format(Codec::Pcma));
        let began = Instant::now();
        let mut datagram = Vec::new();
        let mut out = SILENCE;
        let mut longest = Duration::ZERO;
        let mut next = 0u64;
        // In nanoseconds.
        let period = (20_000_000 + 20 * ppm) as u64;
        for tick in 0..180_000u64 {
            let now = tick * 20_000;
            while next * period / 1_000 <= now {
                let arrives = began + Duration::from_micros(next * period / 1_000);
                datagram.clear();
                NewRtpPacket {
                    payload_type: 8,
                    sequence: next as u16,
                    timestamp: next as u32 * 160,
                    payload: &payloads[next as usize % payloads.len()],
                    ..NewRtpPacket::default()
                }
                .write_to(&mut datagram)
                .unwrap();
                let packet = RtpPacket::parse(&datagram).unwrap();
                receiver.on_rtp(arrives, &packet);
                next += 1;
            }
            receiver.frame(began + Duration::from_micros(now), &mut out);
            longest = longest.max(receiver.figures().delay);
        }
        let figures = receiver.figures();
        assert!(longest <= Duration::from_millis(70), "{ppm}: {longest:?}");
        let share = figures.concealed_share().unwrap();
        assert!(share < 0.001, "{ppm}: {share}");
        assert_eq!(figures.resets, 0, "{ppm}");
    }
}
