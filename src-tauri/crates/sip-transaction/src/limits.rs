//! Every limit of the transaction layer, in one place.

/// Most server transactions held at once, unless configured otherwise; a new request beyond is
/// answered 503 without state. Over UDP each stays 32 s, so this is 8,192 requests a second.
pub const MAX_SERVER_TRANSACTIONS: usize = 262_144;

/// Most client transactions held at once, unless configured otherwise; a request beyond fails at
/// once.
pub const MAX_CLIENT_TRANSACTIONS: usize = 262_144;

/// Most next hops tried for one request (RFC 3263 §4.3).
pub const MAX_TARGETS: usize = 16;

/// What `Retry-After` says in a 503 sent because of [`MAX_SERVER_TRANSACTIONS`], in seconds.
pub const RETRY_AFTER_SECONDS: u32 = 10;

/// Most peers remembered as not reachable over TCP.
pub const MAX_UDP_ONLY_PEERS: usize = 1_024;
