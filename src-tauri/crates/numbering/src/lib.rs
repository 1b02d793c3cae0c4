//! Telephone numbers: what people dial is read, what providers want is written.
//!
//! Everything here is a pure function over constant data of the program: the numbering plans of the
//! world, what each country adds to them (`assets/numbering`) and the presets of providers
//! (`assets/providers`). Nothing is loaded, compiled or kept at run time but the presets, which are
//! read when they are asked for.

#![deny(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod country_numbers;
mod emergency;
mod incoming;
mod kind;
pub mod limits;
mod listed;
mod pattern;
mod plan;
pub mod providers;
mod read;
mod typed;
mod write;

pub use country_numbers::{is_fraud_hot_spot, test_numbers};
pub use emergency::{EmergencyNumber, EmergencyService, emergency, emergency_numbers};
pub use incoming::normalise_incoming;
pub use kind::{NumberKind, country_of, kind_of};
pub use listed::{beginning, compared, find_listed, read_lists};
pub use read::{Dialling, Found, Outside, WhyNot, read};
pub use write::{show, write};
