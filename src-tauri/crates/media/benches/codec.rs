//! Cost of 20 ms of voice in each codec, and of making up what was lost.
#![allow(missing_docs)]

use std::f32::consts::TAU;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use media::codec::{Decoder, Encoder, MAX_PACKET_SAMPLES, MAX_PAYLOAD};
use media::{Codec, FRAME_SAMPLES, Frame};

fn codecs(c: &mut Criterion) {
    let voice = voice();
    for codec in Codec::ALL {
        let name = codec.name();
        let (mut encoder, mut out) = (Encoder::new(codec), [0; MAX_PAYLOAD]);
        let mut frames = voice.iter().cycle();
        c.bench_function(&format!("encode {name}"), |b| {
            b.iter(|| encoder.encode(black_box(frames.next().expect("endless")), &mut out));
        });

        let mut encoder = Encoder::new(codec);
        let packets: Vec<Vec<u8>> = voice
            .iter()
            .map(|frame| {
                let length = encoder.encode(frame, &mut out);
                out[..length].to_vec()
            })
            .collect();
        let mut samples = Vec::with_capacity(MAX_PACKET_SAMPLES);
        let mut decoder = Decoder::new(codec);
        let mut next = packets.iter().cycle();
        c.bench_function(&format!("decode {name}"), |b| {
            b.iter(|| {
                samples.clear();
                let packet = black_box(next.next().expect("endless"));
                decoder
                    .decode(packet, &mut samples)
                    .expect("our own packet");
            });
        });
        c.bench_function(&format!("lose one of two, {name}"), |b| {
            b.iter(|| {
                samples.clear();
                let packet = black_box(next.next().expect("endless"));
                decoder
                    .decode(packet, &mut samples)
                    .expect("our own packet");
                decoder.conceal(FRAME_SAMPLES, None, &mut samples);
            });
        });
    }
}

/// A second of vowels whose pitch moves.
fn voice() -> Vec<Frame> {
    let mut phase = 0.0f32;
    let mut sample = |n: usize| {
        let at = n as f32 / 16_000.0;
        phase += TAU * (140.0 + 40.0 * (TAU * 3.0 * at).sin()) / 16_000.0;
        let harmonics = (1..=20).map(|order| (phase * order as f32).sin() / order as f32);
        (harmonics.sum::<f32>() * 3_000.0 * (TAU * 2.0 * at).sin().abs()) as i16
    };
    (0..50)
        .map(|frame| std::array::from_fn(|n| sample(frame * FRAME_SAMPLES + n)))
        .collect()
}

criterion_group!(benches, codecs);
criterion_main!(benches);
