//! `cargo xtask run | test | bench | fuzz | package`: everything a checkout can do, set-up included.
fn main() {}
