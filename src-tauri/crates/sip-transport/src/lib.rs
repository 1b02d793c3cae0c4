//! Where SIP messages travel: flows, Via, connection reuse, target selection; decisions, not sockets.
//!
//! Bytes come in and go out over [`Flow`]s. The host owns the sockets and reports what happens to
//! them; this crate decides which flow a message takes, what the top Via says, when a connection is
//! opened, and which address a URI leads to (RFC 3261 §18, RFC 3263, RFC 3581, RFC 5626).
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![deny(missing_docs)]

mod flow;
mod flow_token;
pub mod keep_alive;
pub mod limits;
mod locate;
mod record_route;
pub mod stun;
mod transports;

pub use flow::{ConnectionId, Flow, Transport};
pub use flow_token::{FlowTokenError, FlowTokens};
pub use locate::{Capabilities, Locate, NaptrRecord, Query, Resolution, SrvRecord, Step};
pub use record_route::{RouteSide, record_routes};
pub use transports::{
    Listener, Received, Route, Target, TransportOutput, Transports, Undeliverable, listening_addr,
};
