//! WAV files, for browsers and mails.

use std::io::Cursor;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::resample::resample;
use crate::upload::to_i16;
use crate::{Channels, SAMPLE_RATE};

/// A WAV file of interleaved 16 bit samples; `rate` in Hz.
#[must_use]
pub fn to_wav(samples: &[i16], channels: Channels, rate: u32) -> Vec<u8> {
    let mut file = wav_header(samples.len() as u64, channels, rate);
    file.reserve(samples.len() * 2);
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

/// A mono sound of 16 kHz as the smallest WAV every mail program plays: 8 kHz, 16 bit, 1 MB a
/// minute.
#[must_use]
pub fn to_small_wav(samples: &[i16]) -> Vec<u8> {
    const RATE: u32 = 8_000;
    let sound: Vec<f32> = samples.iter().map(|s| f32::from(*s) / 32_768.0).collect();
    let small = resample(&sound, SAMPLE_RATE, RATE).unwrap_or_default();
    let small: Vec<i16> = small.into_iter().map(to_i16).collect();
    to_wav(&small, Channels::Mono, RATE)
}

/// The first 44 bytes of a WAV file that `samples` (of all channels together) follow, 16 bit, low
/// byte first: for sounds that are decoded while they are sent.
///
/// The format counts bytes in 32 bits: beyond 4 GB it says as much as it can.
#[must_use]
pub fn wav_header(samples: u64, channels: Channels, rate: u32) -> Vec<u8> {
    let spec = WavSpec {
        channels: if channels == Channels::Mono { 1 } else { 2 },
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut header = Cursor::new(Vec::with_capacity(44));
    // Writing to memory does not fail.
    if let Ok(writer) = WavWriter::new(&mut header, spec) {
        drop(writer);
    }
    let mut header = header.into_inner();
    let room = u64::from(u32::MAX - 36);
    let data = u32::try_from((samples * 2).min(room)).unwrap_or(u32::MAX - 36);
    let end = header.len().saturating_sub(4);
    for (at, bytes) in [(4, data + 36), (end, data)] {
        if let Some(field) = header.get_mut(at..at + 4) {
            field.copy_from_slice(&bytes.to_le_bytes());
        }
    }
    header
}
