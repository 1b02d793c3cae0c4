//! Every limit of the transport layer, in one place.

use std::time::Duration;

/// Most stream connections held at once, over all peers.
pub const MAX_CONNECTIONS: usize = 4_096;

/// Most messages waiting for one connection to open; more are refused as a transport failure.
pub const MAX_WAITING_PER_CONNECTION: usize = 64;

/// Requests larger than this go over a congestion-safe transport when the path MTU is unknown
/// (RFC 3261 §18.1.1: 1300 bytes).
pub const MAX_UDP_REQUEST: usize = 1_300;

/// How long a connection may take to open.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Most targets one URI leads to.
pub const MAX_LOCATED_TARGETS: usize = 16;

/// Most questions asked of the DNS for one URI.
pub const MAX_QUERIES: usize = 32;

/// Largest message on a stream, head and body together, in bytes; the message layer's own limit.
pub const MAX_STREAM_MESSAGE: usize = sip_message::limits::MAX_MESSAGE;
