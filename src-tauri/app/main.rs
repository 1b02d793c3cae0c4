//! The Cordboard window: finds or starts the engine and shows its UI.
fn main() {}
