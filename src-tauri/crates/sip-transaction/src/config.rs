//! How an endpoint is set up.

use crate::{
    Mark,
    limits::{MAX_CLIENT_TRANSACTIONS, MAX_SERVER_TRANSACTIONS},
};
use std::time::Duration;

/// Timer values (RFC 3261 §17, table 4). The default is the RFC's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timers {
    /// Round-trip estimate, 500 ms; B, F, H, J, L and M are 64 times it.
    pub t1: Duration,
    /// Longest interval between retransmissions, 4 s.
    pub t2: Duration,
    /// Longest life of a message in the network, 5 s: I and K.
    pub t4: Duration,
    /// How long a client absorbs repeated final responses to INVITE over UDP, 32 s.
    pub timer_d: Duration,
    /// Silence of the user after which an INVITE is answered 100 Trying, 200 ms.
    pub trying_after: Duration,
}

/// An endpoint's configuration.
#[derive(Clone, Debug)]
pub struct EndpointConfig {
    /// Timer values.
    pub timers: Timers,
    /// `User-Agent` of requests that start here and `Server` of responses the endpoint makes
    /// itself. `None`: not said.
    pub server_name: Option<String>,
    /// What its branches, tags and tokens begin with, where it shares its sockets with others.
    pub mark: Mark,
    /// An INVITE that nobody has answered at all for this long goes to the next target, if there
    /// is one. `None`: after timer B.
    pub failover_after: Option<Duration>,
    /// Most client transactions held at once; a request beyond fails at once.
    pub max_client_transactions: usize,
    /// Most server transactions held at once; a request beyond is answered 503 without state.
    pub max_server_transactions: usize,
}

impl Default for EndpointConfig {
    fn default() -> EndpointConfig {
        EndpointConfig {
            timers: Timers::default(),
            server_name: None,
            mark: Mark::NONE,
            failover_after: None,
            max_client_transactions: MAX_CLIENT_TRANSACTIONS,
            max_server_transactions: MAX_SERVER_TRANSACTIONS,
        }
    }
}

impl Default for Timers {
    fn default() -> Timers {
        Timers {
            t1: Duration::from_millis(500),
            t2: Duration::from_secs(4),
            t4: Duration::from_secs(5),
            timer_d: Duration::from_secs(32),
            trying_after: Duration::from_millis(200),
        }
    }
}

impl Timers {
    /// 64*T1: how long a transaction waits for the other side.
    pub fn patience(&self) -> Duration {
        self.t1.saturating_mul(64)
    }
}
