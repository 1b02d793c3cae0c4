//! What one phone's sound costs: 20 ms in, 20 ms out, in every codec.
#![allow(missing_docs)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use media::stream::{Datagram, Receiver, Sender};
use media::{Codec, FRAME_SAMPLES, Frame, SILENCE, SoundFormat};
use rtp_packet::RtpPacket;

fn stream(c: &mut Criterion) {
    for codec in Codec::ALL {
        let format = SoundFormat::only(96, codec, Some(101));
        let name = codec.name();
        let sound = voice();
        let mut sender = Sender::new(&format, 1, 1, 1);
        let mut datagram = Datagram::new();
        let mut n = 0;
        c.bench_function(&format!("send 20 ms, {name}"), |b| {
            b.iter(|| {
                n = (n + 1) % sound.len();
                sender.send(black_box(&sound[n]), &mut datagram);
            });
        });

        let mut receiver = Receiver::new(&format);
        let mut sender = Sender::new(&format, 1, 1, 1);
        let sent: Vec<Datagram> = sound
            .iter()
            .map(|frame| {
                let mut datagram = Datagram::new();
                sender.send(frame, &mut datagram);
                datagram
            })
            .collect();
        let mut now = Instant::now();
        let mut out = SILENCE;
        let (mut sequence, mut datagram) = (0u16, Datagram::new());
        c.bench_function(&format!("receive 20 ms, {name}"), |b| {
            b.iter(|| {
                now += Duration::from_millis(20);
                sequence = sequence.wrapping_add(1);
                let timestamp = u32::from(sequence).wrapping_mul(codec.ticks_per_frame());
                datagram.clone_from(&sent[usize::from(sequence) % sent.len()]);
                datagram[2..4].copy_from_slice(&sequence.to_be_bytes());
                datagram[4..8].copy_from_slice(&timestamp.to_be_bytes());
                if let Ok(packet) = RtpPacket::parse(&datagram) {
                    receiver.on_rtp(now, &packet);
                }
                black_box(receiver.frame(now, &mut out))
            });
        });
    }
}

/// Five seconds with a pitch of 125 Hz.
fn voice() -> Vec<Frame> {
    (0..250)
        .map(|frame| {
            std::array::from_fn(|n| {
                let t = (frame * FRAME_SAMPLES + n) as f32 / 16_000.0;
                let overtones = (1..=8u8).map(|k| (785.4 * f32::from(k) * t).sin());
                (1_500.0 * overtones.sum::<f32>()) as i16
            })
        })
        .collect()
}

criterion_group!(benches, stream);
criterion_main!(benches);
