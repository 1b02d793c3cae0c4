//! Calls the office only passes on: packets go from one party to the other undecoded and unchanged.

mod party;
mod source;
mod statistics;
mod table;

pub use statistics::SideStatistics;
pub use table::{DropReason, Forward, RelayTable};
