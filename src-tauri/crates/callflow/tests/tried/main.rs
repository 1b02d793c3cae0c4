//! Flows tried out without a telephone: rehearsals on a virtual clock, and proofs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod again;
mod comparisons;
mod large;
mod office;
mod proofs;
mod rehearsals;
mod templates;
