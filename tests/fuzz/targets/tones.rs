//! Keys as tones, in whatever else there is: nothing is told twice, a press ends, and whatever was
//! heard before, a clean key after a rest is told once, as what it is, and for as long as it lasted.
#![no_main]

use cordboard_fuzz::Script;
use libfuzzer_sys::fuzz_target;
use media::{
    FRAME_MS, FRAME_SAMPLES, Frame, SILENCE,
    signal::dtmf::{DtmfDetector, key_tones},
};
use rtp_packet::Digit;
use std::{f32::consts::TAU, time::Duration};

const FRAME: Duration = Duration::from_millis(FRAME_MS as u64);

fuzz_target!(|data: &[u8]| {
    let mut script = Script::new(data);
    let mut ear = Ear::default();
    while let Some(step) = script.step() {
        match step {
            // Any sound; a second frame of it at most, so that every input is quick.
            b's' => ear.hear_bytes(script.bytes()),
            // A key, as loud as that, off its frequencies, its tones of different loudness, with a
            // voice over it, for some frames.
            b'k' => {
                let tones = Tones::read(&mut script);
                for _ in 0..script.number() % 16 {
                    ear.hear(&tones.frame(ear.samples));
                }
            }
            b'r' => ear.rest(script.number() % 16),
            _ => {}
        }
    }
    ear.rest(10);
    ear.is_up();
    let key = Digit::of_event((script.number() % 16) as u8).expect("one of sixteen");
    ear.is_told(key, 4 + script.number() % 8);
});

#[derive(Default)]
struct Ear {
    detector: DtmfDetector,
    told: u32,
    /// Since the beginning.
    samples: usize,
}

impl Ear {
    fn hear(&mut self, frame: &Frame) -> Option<Digit> {
        self.samples += FRAME_SAMPLES;
        let before = self.detector.newest_press();
        let key = self.detector.listen(frame);
        self.told = self.told.wrapping_add(u32::from(key.is_some()));
        let told = self.detector.newest_press().wrapping_sub(before);
        assert_eq!(
            told,
            u32::from(key.is_some()),
            "presses and keys that are told"
        );
        if let Some(lasted) = self
            .detector
            .press_lasted(self.told)
            .filter(|_| self.told > 0)
        {
            let heard = FRAME * (self.samples / FRAME_SAMPLES) as u32;
            assert!(lasted <= heard, "{lasted:?} of {heard:?}");
        }
        key
    }

    fn hear_bytes(&mut self, bytes: &[u8]) {
        for block in bytes.chunks(2 * FRAME_SAMPLES).take(50) {
            let mut frame = SILENCE;
            for (sample, pair) in frame.iter_mut().zip(block.chunks_exact(2)) {
                *sample = i16::from_le_bytes([pair[0], pair[1]]);
            }
            self.hear(&frame);
        }
    }

    /// Nothing is heard, and no key.
    fn rest(&mut self, frames: usize) {
        for frame in 0..frames {
            let key = self.hear(&SILENCE);
            // What was there last is still looked at.
            assert!(key.is_none() || frame < 2, "{key:?} in silence");
        }
    }

    fn is_up(&self) {
        let lasted = self.detector.press_lasted(self.told);
        assert!(lasted.is_some(), "a key is down in silence");
    }

    fn is_told(&mut self, key: Digit, frames: usize) {
        let clean = Tones {
            hz: frequencies(key),
            peaks: [9_000.0; 2],
            voice: 0.0,
        };
        let began = self.samples;
        let told: Vec<Digit> = (0..frames)
            .filter_map(|_| self.hear(&clean.frame(self.samples - began)))
            .collect();
        assert_eq!(told, [key], "{frames} frames of a clean key");
        self.rest(6);
        self.is_up();
        let lasted = self.detector.press_lasted(self.told).unwrap_or_default();
        let is = FRAME * frames as u32;
        assert!(lasted.abs_diff(is) <= FRAME, "{lasted:?} of {is:?}");
    }
}

/// What sounds while a key is down.
struct Tones {
    hz: [f32; 2],
    peaks: [f32; 2],
    /// The peak of a buzz over it.
    voice: f32,
}

impl Tones {
    fn read(script: &mut Script<'_>) -> Tones {
        let key = Digit::of_event((script.number() % 16) as u8).expect("one of sixteen");
        let off = |script: &mut Script<'_>| 1.0 + (script.number() as f32 - 128.0) / 2_560.0;
        let [low, high] = frequencies(key);
        Tones {
            hz: [low * off(script), high * off(script)],
            peaks: [script.number() as f32 * 64.0, script.number() as f32 * 64.0],
            voice: script.number() as f32 * 32.0,
        }
    }

    fn frame(&self, from: usize) -> Frame {
        let mut frame = SILENCE;
        for (at, sample) in frame.iter_mut().enumerate() {
            let time = (from + at) as f32 / media::SAMPLE_RATE as f32;
            let wave = |hz: f32| (TAU * (hz * time).fract()).sin();
            let buzz = if (120.0 * time).fract() < 0.1 {
                self.voice
            } else {
                0.0
            };
            let [low, high] = self.peaks;
            *sample = (low * wave(self.hz[0]) + high * wave(self.hz[1]) + buzz) as i16;
        }
        frame
    }
}

fn frequencies(key: Digit) -> [f32; 2] {
    let (low, high) = key_tones(key);
    [low, high].map(f32::from)
}
