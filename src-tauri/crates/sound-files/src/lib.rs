//! Sound as files: our own, which are Ogg Opus (RFC 7845) at 16 kHz, and those that people bring.
//!
//! Bytes in, bytes out: this crate opens no file and reads no clock.
//!
//! * [`OpusWriter`], [`OpusReader`], [`read_opus`], [`measure`]: our own files, also cut ones.
//! * [`read_upload`]: WAV, MP3, OGG and FLAC of people, bounded.
//! * [`normalise`], [`trim_silence`], [`resample`]: what is done to them before they are kept.
//! * [`to_wav`], [`to_small_wav`], [`peaks`]: what browsers and mails get.
#![deny(missing_docs)]

mod channels;
mod error;
pub mod limits;
mod loudness;
mod opus_reader;
mod opus_writer;
mod resample;
mod silence;
#[cfg(test)]
mod testing;
mod upload;
mod wav;
mod waveform;

pub use channels::Channels;
pub use error::Unreadable;
pub use limits::Limits;
pub use loudness::{Target, normalise};
pub use opus_reader::{Measured, OpusReader, Sound, measure, read_opus};
pub use opus_writer::{OpusWriter, write_opus};
pub use resample::resample;
pub use silence::trim_silence;
pub use upload::read_upload;
pub use wav::{to_small_wav, to_wav, wav_header};
pub use waveform::peaks;

/// Samples a second of every sound this crate gives or takes, unless it says otherwise.
pub const SAMPLE_RATE: u32 = 16_000;
