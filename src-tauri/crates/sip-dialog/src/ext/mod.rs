//! Extensions, one module per RFC.

pub mod prack;
pub mod replaces;
pub mod session_timer;
pub mod update;
