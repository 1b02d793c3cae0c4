//! What is heard: media as pure machines, driven by a thread that owns the sockets and the clock.
//!
//! Commands come down ([`MediaCommand`]), events go up ([`MediaEvent`]); both are plain values that
//! the host carries over bounded queues. Nothing here opens a socket, reads a clock or waits.
//!
//! * [`RelayTable`]: calls the office only passes on, packet by packet, without decoding them.
//! * [`PortPool`]: which pair of UDP ports the next stream gets.
//! * [`listen`]: what a recording sounds like, as figures.
#![deny(missing_docs)]

mod command;
mod event;
pub mod limits;
pub mod listen;
mod network;
mod ports;
mod relay;

pub use command::{Direction, Learning, MediaCommand, RelayId, Side, SideSpec, Signalled};
pub use event::{MediaEvent, Refusal};
pub use network::{Network, PrefixTooLong};
pub use ports::{NoPortsLeft, PortPair, PortPool, PortRangeTooSmall, SocketId};
pub use relay::{DropReason, Forward, RelayTable, SideStatistics};
