//! Extensions, one module per RFC.

pub mod events;
pub mod prack;
pub mod refer;
pub mod replaces;
pub mod session_timer;
pub mod update;
