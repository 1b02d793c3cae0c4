//! A text that must never be printed, logged or sent.

use std::fmt;

/// A secret text. It has no `Display` and no serde, and its `Debug` prints `…`, so that it cannot
/// reach a log, a trace or an API answer by accident; reading it takes the word [`Secret::expose`].
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself, for the one place that has to use it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
