//! Every limit of the transport layer, in one place.

use std::time::Duration;

/// Most stream connections held at once, over all peers.
pub const MAX_CONNECTIONS: usize = 4_096;

/// Most stream connections of one address; a branch office behind one NAT stays below.
pub const MAX_CONNECTIONS_PER_HOST: usize = 512;

/// How long an accepted connection may stay without having sent one message or keep-alive.
pub const FIRST_MESSAGE_WITHIN: Duration = Duration::from_secs(32);

/// How long a connection on which nothing comes in is kept: longer than any usual registration.
pub const IDLE_CONNECTION: Duration = Duration::from_secs(2 * 3600);

/// How long a request too large for UDP waits for a TCP connection before it goes over UDP all the
/// same.
pub const SWITCH_PATIENCE: Duration = Duration::from_secs(2);

/// How long a peer that could not be reached over TCP is spared another try.
pub const SWITCH_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// Most flows kept alive by us.
pub const MAX_KEEP_ALIVES: usize = 1_024;

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
