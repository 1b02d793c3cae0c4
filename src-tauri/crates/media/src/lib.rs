//! What is heard: media as pure machines, driven by a thread that owns the sockets and the clock.
//!
//! Commands come down ([`MediaCommand`]), events go up ([`MediaEvent`]); both are plain values that
//! the host carries over bounded queues. Nothing here opens a socket, reads a clock or waits.
//!
//! * [`StreamTable`]: every phone the office has ports open to, and where its packets go.
//! * [`codec`], [`signal`], [`stream`]: sound in and out of RTP, and what can be done with it.
//! * [`srtp`]: packets that only the two ends can read.
//! * [`PortPool`]: which pair of UDP ports the next stream gets.
//! * [`listen`]: what a recording sounds like, as figures.
#![deny(missing_docs)]

pub mod codec;
mod command;
mod event;
mod format;
mod frame;
pub mod graph;
pub mod limits;
pub mod listen;
mod network;
mod ports;
pub mod signal;
mod sound;
pub mod srtp;
pub mod stream;
mod table;

pub use command::{
    Direction, EndKey, HeardBy, Learning, MediaCommand, Part, PlayId, RecordUntil, Recorded,
    RecordingId, RoomId, Signalled, StreamId, Wiring,
};
pub use event::{DigitBy, MediaEvent, PlayEnd, RecordingEnd, Refusal};
pub use format::{Codec, SoundFormat};
pub use frame::{FRAME_MS, FRAME_SAMPLES, Frame, SAMPLE_RATE, SILENCE};
pub use network::{Network, PrefixTooLong};
pub use ports::{NoPortsLeft, PortPair, PortPool, PortRangeTooSmall, SocketId};
pub use sound::{PlayHow, Samples, Sound, SoundFile, Tone, TonePart};
pub use table::{DropReason, Forward, Outlet, StreamStatistics, StreamTable, Ticks};
