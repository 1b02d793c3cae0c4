//! The simulated office and the harnesses around real peers, shared by all tests of this crate.

pub mod interop;
pub mod sim;
