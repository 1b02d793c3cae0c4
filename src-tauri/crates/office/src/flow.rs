//! A call flow of the office: what happens to a call that comes to its number.

use crate::{ExtensionNumber, FlowId};
use serde_json::Value;
use std::sync::Arc;

/// A call flow. What is in its documents is the business of the `callflow` crate; the office knows
/// where it is dialled and which of its versions calls get.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Its identity.
    pub id: FlowId,
    /// What it is called: clean text, not empty.
    pub name: String,
    /// What is dialled to come to it; it must lead here. `None` for one that other flows, or the
    /// hours of a person, lead to.
    pub number: Option<ExtensionNumber>,
    /// What calls get; `None` until it is published for the first time.
    pub live: Option<FlowVersion>,
    /// What the callers get who try it out; `None` if the draft names none.
    pub draft: Option<FlowVersion>,
    /// Older publications that other flows run by their number.
    pub pinned: Vec<FlowVersion>,
}

/// One version of a call flow.
#[derive(Clone, Debug)]
pub struct FlowVersion {
    /// Which one it is: counted from 1 for published ones, by its edits for a draft. Two versions of
    /// one flow with the same number are the same document.
    pub revision: u64,
    /// The whole document, shared by the calls that are in it.
    pub document: Arc<Value>,
}
