//! RTP, RTCP and telephone-event packets, and jitter arithmetic (RFC 3550, RFC 4733).
//!
//! Packets are views over the bytes that arrived: parsing allocates nothing and accepts any bytes
//! without panicking. Building appends to a buffer the caller keeps.
#![deny(missing_docs)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod demultiplex;
mod digit;
mod jitter;
pub mod limits;
mod quality;
pub mod rtcp;
mod rtp;
mod sequence;
mod telephone_event;
mod time;

pub use demultiplex::PacketKind;
pub use digit::Digit;
pub use jitter::Jitter;
pub use quality::{CodecImpairment, Listening, Mos};
pub use rtp::{Extension, NewRtpPacket, RtpBuildError, RtpError, RtpPacket};
pub use sequence::{Arrival, SequenceTracker};
pub use telephone_event::{TelephoneEvent, TelephoneEventTooShort};
pub use time::{NtpShort, NtpTime, timestamp_distance};
