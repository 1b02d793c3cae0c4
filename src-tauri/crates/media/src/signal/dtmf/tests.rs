//! Keys heard at every level, off their frequency, in noise, through codecs and lost packets; and
//! none heard in speech or music.

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

use super::*;
use crate::codec::{Decoder, Encoder, MAX_PAYLOAD};
use crate::format::Codec;
use crate::frame::SAMPLE_RATE;
use crate::signal::made_voice::voice;

const MS: usize = 16;

/// A press as a phone might make it.
#[derive(Clone, Copy)]
struct Press {
    key: char,
    /// Of the low tone, a sine of full scale being 0.
    dbfs: f64,
    /// How much louder the high tone is.
    twist_db: f64,
    /// Factors on the low and the high frequency.
    off: (f64, f64),
    on_ms: usize,
    off_ms: usize,
}

const PLAIN: Press = Press {
    key: '5',
    dbfs: -12.0,
    twist_db: 0.0,
    off: (1.0, 1.0),
    on_ms: 100,
    off_ms: 100,
};

impl Press {
    fn samples(self) -> Vec<i16> {
        let (low, high) = key_tones(Digit::of_key(self.key).expect("a key"));
        let step = TAU / f64::from(SAMPLE_RATE);
        let amplitude = |db: f64| 32_767.0 * 10f64.powf(db / 20.0);
        let (low_peak, high_peak) = (amplitude(self.dbfs), amplitude(self.dbfs + self.twist_db));
        let tone = (0..self.on_ms * MS).map(|n| {
            let at = n as f64 * step;
            let low = low_peak * (at * f64::from(low) * self.off.0).sin();
            let high = high_peak * (at * f64::from(high) * self.off.1).cos();
            (low + high).clamp(-32_768.0, 32_767.0) as i16
        });
        tone.chain(std::iter::repeat_n(0, self.off_ms * MS))
            .collect()
    }
}

fn all_keys(press: Press) -> Vec<i16> {
    let presses = KEYS.into_iter().map(|key| Press { key, ..press }.samples());
    presses.collect::<Vec<_>>().concat()
}

fn every_key() -> String {
    KEYS.into_iter().collect()
}

fn heard(samples: &[i16]) -> String {
    let mut detector = DtmfDetector::new();
    frames(samples)
        .filter_map(|frame| detector.listen(&frame))
        .map(Digit::key)
        .collect()
}

fn frames(samples: &[i16]) -> impl Iterator<Item = Frame> {
    samples.chunks(FRAME_SAMPLES).map(|chunk| {
        let mut frame = [0; FRAME_SAMPLES];
        frame[..chunk.len()].copy_from_slice(chunk);
        frame
    })
}

/// White noise of about this level.
fn noise(samples: usize, dbfs: f64, seed: u64) -> Vec<i16> {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    // A uniform distribution of this peak has the mean square of the sine.
    let peak = 32_767.0 * 10f64.powf(dbfs / 20.0) * 1.5f64.sqrt();
    let uniform = |bits: u32| f64::from(bits) / f64::from(u32::MAX) * 2.0 - 1.0;
    (0..samples)
        .map(|_| (uniform(chance.next_u32()) * peak) as i16)
        .collect()
}

fn sum(one: &[i16], other: &[i16]) -> Vec<i16> {
    one.iter()
        .zip(other)
        .map(|(a, b)| a.saturating_add(*b))
        .collect()
}

#[test]
fn all_keys_are_heard_at_every_level_and_offset_of_the_frame() {
    for dbfs in [-6.1, -9.0, -15.0, -21.0, -27.0, -33.0, -38.0] {
        for delay in [0, 37, 80, 160, 161, 250, 319] {
            let samples = [vec![0; delay], all_keys(Press { dbfs, ..PLAIN })].concat();
            assert_eq!(
                heard(&samples),
                every_key(),
                "{dbfs} dBFS, {delay} samples late"
            );
        }
    }
}

#[test]
fn a_press_of_40_ms_and_a_pause_of_40_ms_are_enough() {
    for delay in (0..320).step_by(20) {
        let press = Press {
            on_ms: 40,
            off_ms: 40,
            ..PLAIN
        };
        let samples = [vec![0; delay], all_keys(press)].concat();
        assert_eq!(heard(&samples), every_key(), "{delay} samples late");
        let press = Press { key: '7', ..press };
        let samples = [vec![0; delay], press.samples().repeat(4)].concat();
        assert_eq!(heard(&samples), "7777", "{delay} samples late");
    }
}

#[test]
fn a_key_is_told_within_60_ms() {
    for delay in (0..320).step_by(20) {
        let samples = [vec![0; 3200 + delay], PLAIN.samples()].concat();
        let mut detector = DtmfDetector::new();
        let told = frames(&samples).position(|frame| detector.listen(&frame).is_some());
        let told_at = (told.expect("it is told") + 1) * FRAME_SAMPLES;
        let late = told_at - (3200 + delay);
        assert!(late <= 60 * MS, "{delay}: told after {} ms", late / MS);
    }
}

#[test]
fn frequencies_may_be_off_by_one_and_a_half_percent_and_not_by_more_than_three_and_a_half() {
    let limits = [0.985, 1.0, 1.015];
    for low in limits {
        for high in limits {
            let press = Press {
                off: (low, high),
                on_ms: 50,
                ..PLAIN
            };
            assert_eq!(heard(&all_keys(press)), every_key(), "{low} {high}");
        }
    }
    for (low, high) in [(0.965, 1.0), (1.035, 1.0), (1.0, 0.965), (1.0, 1.035)] {
        let press = Press {
            off: (low, high),
            ..PLAIN
        };
        assert_eq!(heard(&all_keys(press)), "", "{low} {high}");
    }
}

#[test]
fn the_high_tone_may_be_4_db_louder_or_8_db_fainter() {
    for twist_db in [-8.0, -4.0, 0.0, 4.0] {
        for low in [0.985, 1.015] {
            let press = Press {
                twist_db,
                off: (low, 1.015),
                ..PLAIN
            };
            assert_eq!(heard(&all_keys(press)), every_key(), "{twist_db} dB");
        }
    }
    for twist_db in [-12.0, 8.0] {
        assert_eq!(
            heard(&all_keys(Press { twist_db, ..PLAIN })),
            "",
            "{twist_db} dB"
        );
    }
}

#[test]
fn noise_15_db_below_the_keys_changes_nothing() {
    for seed in 0..20 {
        let keys = all_keys(Press {
            on_ms: 60,
            off_ms: 60,
            ..PLAIN
        });
        let noisy = sum(&keys, &noise(keys.len(), -12.0 + 3.0 - 15.0, seed));
        assert_eq!(heard(&noisy), every_key(), "seed {seed}");
    }
}

#[test]
fn a_tone_of_20_ms_or_a_single_tone_is_no_key() {
    for delay in (0..320).step_by(40) {
        let press = Press { on_ms: 20, ..PLAIN };
        let samples = [vec![0; delay], all_keys(press)].concat();
        assert_eq!(heard(&samples), "", "{delay} samples late");
    }
    for hz in TONES {
        let alone = |n| ((TAU * f64::from(hz) * f64::from(n) / 16_000.0).sin() * 8_000.0) as i16;
        let alone: Vec<i16> = (0..16_000).map(alone).collect();
        assert_eq!(heard(&alone), "", "{hz} Hz alone");
    }
}

#[test]
fn a_long_press_with_an_interruption_of_20_ms_is_one_press() {
    let mut samples = Press {
        on_ms: 400,
        ..PLAIN
    }
    .samples();
    assert_eq!(heard(&samples), "5");
    for from in (1600..3200).step_by(100) {
        let mut interrupted = samples.clone();
        interrupted[from..from + 320].fill(0);
        // Only whole frames are lost; half of two frames is a shorter gap in each.
        assert_eq!(heard(&interrupted), "5", "interrupted at {from}");
    }
    samples.extend(
        Press {
            on_ms: 400,
            ..PLAIN
        }
        .samples(),
    );
    assert_eq!(heard(&samples), "55");
}

/// Through a codec, with every packet lost that `lost` says.
fn sent(samples: &[i16], codec: Codec, lost: impl Fn(usize) -> bool) -> Vec<i16> {
    let (mut encoder, mut decoder) = (Encoder::new(codec), Decoder::new(codec));
    let mut octets = [0; MAX_PAYLOAD];
    let mut received = Vec::new();
    for (at, frame) in frames(samples).enumerate() {
        let length = encoder.encode(&frame, &mut octets);
        if lost(at) {
            decoder.conceal(FRAME_SAMPLES, None, &mut received);
        } else {
            let decoded = decoder.decode(&octets[..length], &mut received);
            decoded.expect("our own payload");
        }
    }
    received
}

#[test]
fn keys_are_heard_through_every_law_at_3_to_30_db_below_full_scale() {
    for codec in [Codec::Pcmu, Codec::Pcma, Codec::G722] {
        // Of the whole press: 3 dB more than each of its tones.
        for dbfs in [-9.1, -12.0, -18.0, -24.0, -30.0, -33.0] {
            let keys = all_keys(Press {
                dbfs,
                on_ms: 60,
                off_ms: 60,
                ..PLAIN
            });
            let received = sent(&keys, codec, |_| false);
            assert_eq!(heard(&received), every_key(), "{codec:?} at {dbfs}");
        }
    }
}

#[test]
fn of_1600_keys_with_2_percent_of_the_packets_lost_nearly_all_are_heard_and_none_twice() {
    let mut chance = ChaCha8Rng::seed_from_u64(7);
    let (mut missed, mut wrong) = (0, 0);
    for _ in 0..100 {
        let keys = all_keys(PLAIN);
        let lost: Vec<bool> = (0..keys.len() / FRAME_SAMPLES)
            .map(|_| chance.next_u32() % 50 == 0)
            .collect();
        let told = heard(&sent(&keys, Codec::Pcmu, |at| lost[at]));
        let mut expected = KEYS.into_iter();
        let in_order = told
            .chars()
            .filter(|key| expected.any(|next| next == *key))
            .count();
        missed += KEYS.len() - in_order;
        wrong += told.len() - in_order;
    }
    assert!(missed <= 4, "{missed} of 1600 were missed");
    assert_eq!(wrong, 0, "keys heard that were not pressed");
}

#[test]
fn five_minutes_of_voices_and_music_press_no_key() {
    for seed in 0..25 {
        assert_eq!(heard(&voice(10, seed)), "", "voice {seed}");
    }
    // Chords of plucked strings over three octaves.
    let mut chance = ChaCha8Rng::seed_from_u64(3);
    let mut music = vec![0.0f64; 50 * 16_000];
    for start in (0..music.len() - 16_000).step_by(1_600) {
        let hz = 110.0 * 2f64.powf(f64::from(chance.next_u32() % 48) / 12.0);
        for n in 0..16_000 {
            let at = n as f64 / 16_000.0;
            let decay = (-4.0 * at).exp() * (n as f64 / 80.0).min(1.0);
            music[start + n] += 3_000.0 * decay * (TAU * hz * at).sin();
            music[start + n] += 1_500.0 * decay * (2.0 * TAU * hz * at).sin();
        }
    }
    let music: Vec<i16> = music.into_iter().map(|value| value as i16).collect();
    assert_eq!(heard(&music), "");
}

/// With a synthesiser on the machine that runs the test, real words too.
#[test]
fn spoken_words_press_no_key() {
    const WORDS: &str = "Guten Tag, Sie sind verbunden mit Meyer und Söhne. The quick brown fox \
        jumps over the lazy dog. Please hold the line, all our agents are busy. Eins zwei drei vier \
        fünf sechs sieben acht neun null. One two three four five six seven eight nine zero, star, \
        hash. We owe you a yearly royalty, really. Oh, I see. Moonlight in Vermont. Aaaah. Eeeee.";
    for (voice, pitch) in [
        ("en", "20"),
        ("en", "50"),
        ("de", "50"),
        ("en+f3", "90"),
        ("de+f2", "70"),
    ] {
        let spoken = std::process::Command::new("espeak-ng")
            .args(["--stdout", "-v", voice, "-p", pitch, WORDS])
            .output();
        let Ok(spoken) = spoken else {
            return;
        };
        // A WAV header of 44 octets, then 22,050 Hz mono.
        let samples: Vec<i16> = spoken.stdout[44.min(spoken.stdout.len())..]
            .as_chunks()
            .0
            .iter()
            .map(|octets| i16::from_le_bytes(*octets))
            .collect();
        let at_16k = |n: usize| {
            let at = n as f64 * 22_050.0 / 16_000.0;
            let (before, share) = (at as usize, at.fract());
            let (one, two) = (f64::from(samples[before]), f64::from(samples[before + 1]));
            (one + share * (two - one)) as i16
        };
        let length = samples.len().saturating_sub(2) * 16_000 / 22_050;
        let speech: Vec<i16> = (0..length).map(at_16k).collect();
        assert_eq!(heard(&speech), "", "{voice} at pitch {pitch}");
    }
}
