//! Real telephones, load tools and the real engine, started and driven by tests.
//!
//! Nothing here runs on a test's say-so alone: every wait has a deadline, every process is ended
//! when its value is dropped, and a failure carries the last lines of the process's own log.

pub mod baresip;
pub mod carrier;
pub mod chromium;
pub mod crowd;
pub mod engine;
pub mod feed;
pub mod flows;
pub mod further;
pub mod hairpin;
pub mod http;
pub mod likeness;
pub mod mail_server;
pub mod microphone;
pub mod name_server;
#[cfg(target_os = "linux")]
pub mod own_network;
pub mod ports;
pub mod process;
pub mod raw;
pub mod sipp;
pub mod sound;
pub mod sound_card;
pub mod talk;
pub mod weather;
pub mod webdriver;
pub mod window;
