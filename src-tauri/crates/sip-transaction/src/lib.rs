//! The four SIP transaction machines as tables (RFC 3261 §17, RFC 6026, RFC 4320), and the
//! [`Endpoint`] that runs them over the transports: the one door to the wire.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![deny(missing_docs)]

mod config;
mod endpoint;
mod event;
mod ids;
pub mod limits;
mod table;

pub use config::{EndpointConfig, Timers};
pub use endpoint::{Counts, Destination, Endpoint};
pub use event::{Event, Output};
pub use ids::{ClientId, ResolveId, ServerId};
