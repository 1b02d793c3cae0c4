//! Cost of 20 ms in each piece of signal processing.
#![allow(missing_docs)]

use std::f32::consts::TAU;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use media::signal::dtmf::DtmfDetector;
use media::signal::resample::{Down, Up};
use media::signal::tone::ToneGenerator;
use media::{FRAME_SAMPLES, Frame, Tone, TonePart};

fn pieces(c: &mut Criterion) {
    let frame: Frame =
        std::array::from_fn(|n| ((TAU * 440.0 * n as f32 / 16_000.0).sin() * 8_000.0) as i16);

    let mut down = Down::new();
    c.bench_function("16 to 8 kHz", |b| {
        b.iter(|| down.process(black_box(&frame)))
    });
    let (mut up, mut wide) = (Up::new(), Vec::with_capacity(FRAME_SAMPLES));
    c.bench_function("8 to 16 kHz", |b| {
        b.iter(|| {
            wide.clear();
            up.process(black_box(&frame[..FRAME_SAMPLES / 2]), &mut wide);
        });
    });
    let mut detector = DtmfDetector::new();
    c.bench_function("listen for keys", |b| {
        b.iter(|| detector.listen(black_box(&frame)));
    });
    let mut tone = ToneGenerator::new(&Tone {
        cadence: [TonePart::new([350, 440, 0, 0], Duration::from_secs(1))].into(),
        repeats: true,
    });
    let mut out = [0; FRAME_SAMPLES];
    c.bench_function("dial tone", |b| b.iter(|| tone.fill(black_box(&mut out))));
}

criterion_group!(benches, pieces);
criterion_main!(benches);
