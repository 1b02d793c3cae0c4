//! The transaction machines and the endpoint around them, in one test program.

mod exchanges;
mod garbage;
mod storm;
mod tables;
mod wire;
