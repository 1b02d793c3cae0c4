//! Every limit of the transaction layer, in one place.

/// Most server transactions held at once; a new request beyond is answered 503 without state.
pub const MAX_SERVER_TRANSACTIONS: usize = 65_536;

/// Most client transactions held at once; a request beyond fails at once.
pub const MAX_CLIENT_TRANSACTIONS: usize = 65_536;

/// Most next hops tried for one request (RFC 3263 §4.3).
pub const MAX_TARGETS: usize = 16;

/// What `Retry-After` says in a 503 sent because of [`MAX_SERVER_TRANSACTIONS`], in seconds.
pub const RETRY_AFTER_SECONDS: u32 = 10;
