//! The four SIP transaction machines as tables (RFC 3261 §17, RFC 6026, RFC 4320), and the
//! [`Endpoint`] that runs them over the transports: the one door to the wire.
//!
//! Nothing here reads a clock or a socket. The owner hands in `now` and bytes, and takes out
//! [`Output`]s; the same inputs with the same seed give the same outputs.
//!
//! ```
//! use sip_message::{Method, Request, Uri, header::CSeq};
//! use sip_transaction::{Destination, Endpoint, EndpointConfig, Output};
//! use sip_transport::{Listener, Target, Transport};
//! use std::time::Instant;
//!
//! let mut endpoint = Endpoint::new(EndpointConfig::default(), [0; 32]); // a random seed in life
//! endpoint.transports().listen(Listener {
//!     transport: Transport::Udp,
//!     local: "192.0.2.1:5060".parse()?,
//!     advertised: None,
//! });
//!
//! let phone: Uri = "sip:alice@192.0.2.7".parse()?;
//! let options = Request::builder(Method::Options, &phone)
//!     .push_raw("From", b"<sip:office@192.0.2.1>;tag=1")
//!     .push_raw("To", b"<sip:alice@192.0.2.7>")
//!     .push_raw("Call-ID", b"call1")
//!     .push(&CSeq { number: 1, method: Method::Options });
//! let to = Destination::Target(Target {
//!     transport: Transport::Udp,
//!     addr: "192.0.2.7:5060".parse()?,
//!     server_name: None,
//! });
//! endpoint.send(Instant::now(), to, options);
//!
//! // The datagram for the socket; its answer comes back through `receive`.
//! assert!(matches!(endpoint.poll(), Some(Output::Transport(_))));
//! // Until then the host sleeps, and the request is repeated when it wakes.
//! assert!(endpoint.next_timeout().is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
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
mod mark;
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
pub use mark::Mark;
pub use sip_transport::keep_alive::Probe;
pub use timer_wheel::{TimerId, TimerWheel};
