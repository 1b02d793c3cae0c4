//! What happens to a call as the office drew it: a document is checked, compiled to a [`Program`],
//! and each caller takes a [`Walk`] through it.
//!
//! Everything is pure: time, chance and the office are arguments, so the live call, the rehearsal and
//! the proof run the same code. A mistake in a document is a [`check::Finding`] while it is drawn and
//! a fault in the trace when a caller meets it: never a panic, never silence.
#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod catalogue;
pub mod check;
pub mod compare;
pub mod document;
pub mod expr;
pub mod import;
pub mod limits;
pub mod migrate;
pub mod outside;
pub mod program;
pub mod prompt;
pub mod prove;
pub mod queue;
pub mod queues;
pub mod rehearse;
pub mod ring_group;
pub mod target;
pub mod template;
pub mod templates;
pub mod value;
pub mod walk;

mod kinds;
mod semantic_hash;

pub use catalogue::{Class, Fallback, Kind, Outcome};
pub use document::Document;
pub use program::{Around, Flows, Program};
pub use prompt::{Hears, Sound, Speech};
pub use queue::Queue;
pub use queues::Queues;
pub use ring_group::RingGroup;
pub use semantic_hash::semantic_hash;
pub use target::Target;
pub use value::{Type, Value};
pub use walk::{About, Act, CallFacts, Event, TraceStep, Walk};
