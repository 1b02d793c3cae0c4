//! The one form in which sound is worked on here: 20 ms of 16 kHz mono, linear 16 bit.

/// Samples a second inside the graph. Wide band (50 Hz to 7 kHz), so that G.722 and Opus lose
/// nothing; G.711 is brought up to it and down again.
pub const SAMPLE_RATE: u32 = 16_000;

/// Samples in a frame.
pub const FRAME_SAMPLES: usize = 320;

/// How long a frame lasts, in milliseconds; the graph ticks once in this time.
pub const FRAME_MS: u32 = 20;

/// 20 ms of sound: linear, mono, 16 kHz, full scale ±32,767.
pub type Frame = [i16; FRAME_SAMPLES];

/// 20 ms of silence.
pub const SILENCE: Frame = [0; FRAME_SAMPLES];
