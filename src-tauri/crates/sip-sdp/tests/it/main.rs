//! Descriptions of real phones, read and answered, in one test program.

mod bodies;
mod hold;
mod negotiation;
mod parse;
mod relay;
