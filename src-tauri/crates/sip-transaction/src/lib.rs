//! The four SIP transaction machines as tables (RFC 3261 §17, RFC 6026, RFC 4320), and the
//! [`Endpoint`] that runs them over the transports: the one door to the wire.
//!
//! Nothing here reads a clock or a socket. The owner hands in `now` and bytes, and takes out
//! [`Output`]s; the same inputs with the same seed give the same outputs.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![deny(missing_docs)]

mod client;
mod config;
mod connections;
mod endpoint;
mod event;
mod ids;
pub mod invite_client;
pub mod invite_server;
pub mod limits;
pub mod machine;
mod matching;
pub mod non_invite_client;
pub mod non_invite_server;
mod own_request;
mod resolving;
mod running;
mod server;
mod table;
mod timer_wheel;
mod token;

pub use config::{EndpointConfig, Timers};
pub use endpoint::{Counts, Destination, Endpoint};
pub use event::{Event, Output};
pub use ids::{ClientId, ResolveId, ServerId};
pub use sip_transport::keep_alive::Probe;
pub use timer_wheel::{TimerId, TimerWheel};
