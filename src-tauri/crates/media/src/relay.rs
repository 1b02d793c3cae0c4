//! Calls the office only passes on: packets go from one party to the other unread and unchanged.
mod statistics;
pub use statistics::SideStatistics;
