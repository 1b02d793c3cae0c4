//! Documents of older forms, brought forward one form at a time. Nothing is ever brought back.
//!
//! A new form is one file `migrate/v<n>.rs` whose `forward` takes a document of form `n` to `n + 1`,
//! one line in [`STEPS`], and a document of the old form in `fixtures/forms/`.

use crate::document::{BadDocument, SCHEMA_VERSION};
use serde_json::Value as Json;

/// What takes a document of form 1 to form 2, of form 2 to form 3, and so on.
const STEPS: [fn(Json) -> Json; SCHEMA_VERSION as usize - 1] = [];

/// Brings a document to the newest form.
///
/// # Errors
/// It says nothing of its form, or was made by a newer Cordboard.
pub fn forward(mut document: Json) -> Result<Json, BadDocument> {
    let version = document.get("schemaVersion").and_then(Json::as_u64);
    let version = version
        .filter(|version| *version > 0)
        .ok_or(BadDocument::NoVersion)?;
    if version > u64::from(SCHEMA_VERSION) {
        return Err(BadDocument::Newer { version });
    }
    let done = usize::try_from(version - 1).unwrap_or(usize::MAX);
    for step in STEPS.iter().skip(done) {
        document = step(document);
    }
    if let Some(version) = document.get_mut("schemaVersion") {
        *version = SCHEMA_VERSION.into();
    }
    Ok(document)
}
