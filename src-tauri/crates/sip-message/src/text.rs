//! Bytes of a message that are usually, but not always, UTF-8.

use bytes::Bytes;
use std::{borrow::Cow, fmt, ops::Deref};

/// A piece of a message: shares the message's buffer, may hold any bytes (RFC 3261 §7.3.1 allows
/// UTF-8; phones also send Latin-1), compares case-sensitively unless a method says otherwise.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Bytes);

impl Text {
    /// Wraps bytes as they are.
    pub fn new(bytes: Bytes) -> Self {
        Text(bytes)
    }

    /// The underlying shared bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// The underlying shared bytes, taken out.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// The text for people: invalid UTF-8 is shown as U+FFFD.
    pub fn to_str(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// ASCII case-insensitive comparison, as most SIP tokens want it (RFC 3261 §7.3.1).
    pub fn is(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other.as_bytes())
    }

    /// The decimal number written here, when it is one and fits.
    pub fn number<T: std::str::FromStr>(&self) -> Option<T> {
        crate::scan::number(&self.0)
    }
}

impl Deref for Text {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Bytes> for Text {
    fn from(bytes: Bytes) -> Self {
        Text(bytes)
    }
}

impl From<&str> for Text {
    fn from(s: &str) -> Self {
        Text(Bytes::copy_from_slice(s.as_bytes()))
    }
}

impl From<String> for Text {
    fn from(s: String) -> Self {
        Text(Bytes::from(s))
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0.as_ref() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.0.as_ref() == other.as_bytes()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_str())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_str())
    }
}
