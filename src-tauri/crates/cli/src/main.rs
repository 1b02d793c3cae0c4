//! cordboardctl, the command line client of the engine's API.
fn main() {}
