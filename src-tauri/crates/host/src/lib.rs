//! The real world: sockets, clocks, names and the only loop.
//!
//! [`run::start`] binds the sockets and starts two threads: signalling, which owns the one
//! [`switch::Switch`], and media, which owns the relay table. Streams and the name service run on a
//! small Tokio runtime beside them and speak to the signalling thread through one bounded inbox.
#![deny(missing_docs)]

mod inbox;
mod interfaces;
pub mod limits;
mod media_thread;
pub mod run;
mod udp;

pub use inbox::Inbox;
pub use run::{Bound, Host, HostConfig, HostError, Sinks, start};
