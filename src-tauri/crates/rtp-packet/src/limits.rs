//! Every limit of this crate.

use std::time::Duration;

/// CSRC entries in one RTP packet: the count field has four bits (RFC 3550 §5.1).
pub const MAX_CSRCS: usize = 15;

/// 32-bit words of one RTP header extension: its length field has 16 bits (RFC 3550 §5.3.1).
pub const MAX_EXTENSION_WORDS: usize = 65_535;

/// Packets read from one RTCP compound. Real ones hold two to five; a datagram of four-byte headers
/// would hold 16,000.
pub const MAX_COMPOUND_PACKETS: usize = 32;

/// Report blocks, SDES chunks or BYE sources in one RTCP packet: the count field has five bits (RFC
/// 3550 §6.4.1).
pub const MAX_RTCP_COUNT: usize = 31;

/// Octets of an SDES text or a BYE reason: the length field has eight bits (RFC 3550 §6.5).
pub const MAX_RTCP_TEXT: usize = 255;

/// A forward step of the sequence number below this is loss, above it a restart (RFC 3550 A.1
/// MAX_DROPOUT).
pub const MAX_DROPOUT: u16 = 3_000;

/// A backward step of the sequence number up to this is a late packet (RFC 3550 A.1 MAX_MISORDER).
pub const MAX_MISORDER: u16 = 100;

/// Two packets whose spacing differs by more than this are not jitter: the sender set its clock
/// anew.
pub const MAX_JITTER_STEP: Duration = Duration::from_secs(10);
