//! Every limit of the host, in one place.

use std::time::Duration;

/// Messages of one importance waiting for the signalling thread; more are dropped (datagrams) or
/// wait in the far end's buffers (streams).
pub const MAX_WAITING: usize = 8_192;

/// Bytes of the messages of one importance waiting for the signalling thread.
pub const MAX_WAITING_BYTES: usize = 8 * 1024 * 1024;

/// Addresses of registered phones whose messages go before those of strangers.
pub const MAX_KNOWN_ADDRESSES: usize = 16_384;

/// Datagrams read from one socket before others get their turn.
pub const DATAGRAM_BATCH: usize = 64;

/// Inputs handled before the sockets are looked at again.
pub const INPUTS_PER_ROUND: usize = 64;

/// Largest datagram read; UDP over IPv4 and IPv6 cannot carry more.
pub const MAX_DATAGRAM: usize = 65_535;

/// Orders waiting for the media thread.
pub const MAX_MEDIA_COMMANDS: usize = 16_384;

/// Kernel buffer asked for on the SIP sockets, so that 500 phones may speak at once.
pub const SIP_SOCKET_BUFFER: usize = 4 * 1024 * 1024;

/// Kernel buffer asked for on each media socket.
pub const MEDIA_SOCKET_BUFFER: usize = 128 * 1024;

/// Longest sleep of a loop, so that a lost wake-up heals by itself.
pub const MAX_SLEEP: Duration = Duration::from_secs(5);
