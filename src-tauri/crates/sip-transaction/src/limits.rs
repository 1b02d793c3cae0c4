//! Every limit of the transaction layer, in one place.

/// Most server transactions held at once, unless configured otherwise; a new request beyond is
/// answered 503 without state. Over UDP each stays 32 s and holds some 2 kB, so this is 4,096
/// requests a second in at most 260 MB.
pub const MAX_SERVER_TRANSACTIONS: usize = 131_072;

/// Most client transactions held at once, unless configured otherwise; a request beyond fails at
/// once.
pub const MAX_CLIENT_TRANSACTIONS: usize = 131_072;

/// Most next hops tried for one request (RFC 3263 §4.3).
pub const MAX_TARGETS: usize = 16;

/// What `Retry-After` says in a 503 sent because of [`MAX_SERVER_TRANSACTIONS`], in seconds.
pub const RETRY_AFTER_SECONDS: u32 = 10;

/// Most peers remembered as not reachable over TCP.
pub const MAX_UDP_ONLY_PEERS: usize = 1_024;

/// Connections an endpoint opens in one run, as a power of two, before their numbers would meet those
/// of the endpoint with the next [`Mark`](crate::Mark).
pub const CONNECTIONS_OF_A_MARK: u32 = 40;
