//! The real world: sockets, clocks, names and the only loop.
//!
//! [`start`] binds the sockets and starts two threads: signalling, which owns the one
//! [`switch::Switch`], and media, which owns the relay table. Stream connections and the name
//! service run on a small Tokio runtime beside them and speak to the signalling thread through one
//! bounded [`Inbox`].
#![deny(missing_docs)]

mod clock;
mod descriptors;
mod inbox;
mod interfaces;
pub mod limits;
mod listening;
mod media_thread;
mod names;
mod port_holder;
mod post;
mod punctuality;
pub mod recorder;
mod run;
mod signalling;
pub mod sounds;
mod streams;
pub mod tls;
mod turn;
mod udp;

pub use clock::wall_clock;
pub use inbox::{Full, Inbox};
pub use port_holder::{PortHolder, holder_of};
pub use post::Nameplate;
pub use punctuality::Punctuality;
pub use run::{Beside, Bound, Host, HostConfig, HostError, Sinks, Sockets, start};
pub use streams::Origins;
