//! Real, torturous and random messages, in one test program.

mod differential;
mod every_header;
mod probes;
mod properties;
mod torture;
