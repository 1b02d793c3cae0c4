//! The SIP server roles: digest, registrar, location, forking proxy, redirect; and a framework of
//! name, transports and callbacks over them.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![deny(missing_docs)]

pub mod app;
pub mod digest;
pub mod events;
pub mod guard;
pub mod house;
pub mod limits;
pub mod line;
pub mod location;
pub mod options;
pub mod proxy;
mod recent;
pub mod redirect;
pub mod registrar;
pub mod stateless;
mod status;
mod tag;
