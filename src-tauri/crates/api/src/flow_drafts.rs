//! The draft of a flow as it was saved, read once.

use callflow::{Document, semantic_hash};
use serde_json::Value;

/// What is being edited of a flow.
#[derive(Debug)]
pub(crate) struct Draft {
    /// What it does to calls; `None` for a document that cannot be read.
    pub(crate) meaning: Option<Meaning>,
}

/// A document that could be read.
#[derive(Debug)]
pub(crate) struct Meaning {
    pub(crate) document: Document,
    /// Equal where two documents do the same to calls.
    pub(crate) hash: String,
}

impl Draft {
    /// A draft as it is saved.
    pub(crate) fn of(json: &str) -> Self {
        let json: Value = serde_json::from_str(json).unwrap_or_default();
        let document = Document::read(json).ok();
        let meaning = document.map(|document| Meaning {
            hash: semantic_hash(&document),
            document,
        });
        Self { meaning }
    }
}
