//! `cargo xtask music`: the music on hold, played anew from its score in the crate `studio`.
//!
//! Neither CI nor a user runs this: the pieces are committed.

use crate::{Failed, prompts::run_studio, root, step};

/// Plays all pieces into `assets/music`.
///
/// # Errors
/// A sentence: a piece could not be built or written.
pub fn compose() -> Result<(), Failed> {
    step(run_studio().arg("music").arg(root().join("assets")))
}
