//! Real, torturous and random messages, in one test program.

mod differential;
mod probes;
mod properties;
mod torture;
