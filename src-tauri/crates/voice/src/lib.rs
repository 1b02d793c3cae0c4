//! Text to speech for the office's own greetings: bundled voices, no network.
//!
//! The speech engine is old C code, and what it reads was typed by somebody. So it never runs in the
//! process that carries the calls: [`Speaker`] starts this very program again as a worker
//! ([`worker_main`]) with little memory and little time, and takes nothing from it but samples.
#![deny(unsafe_code)]

pub mod limits;

mod bundled;
mod pico;
mod speaker;
mod worker;

pub use bundled::{Voice, voices};
pub use speaker::{SpeakError, Speaker};
pub use worker::{WORKER_VERB, worker_main};
