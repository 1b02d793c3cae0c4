//! The API as its clients see it.

mod calls;
mod engine;
mod guard;
mod office;
