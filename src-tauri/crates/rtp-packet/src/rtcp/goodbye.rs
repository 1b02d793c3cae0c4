//! Sources that leave (BYE, RFC 3550 §6.6).

/// Sources that leave, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goodbye<'a> {
    sources: &'a [[u8; 4]],
    /// UTF-8 by the RFC, but unchecked.
    pub reason: Option<&'a [u8]>,
}

impl<'a> Goodbye<'a> {
    pub(super) fn read(count: u8, body: &'a [u8]) -> Option<Self> {
        let sources = body.as_chunks().0.get(..usize::from(count))?;
        let after = body.get(sources.len() * 4..)?;
        let reason = match after.split_first() {
            Some((&length, text)) => Some(text.get(..usize::from(length))?),
            None => None,
        };
        Some(Self { sources, reason })
    }

    /// The sources that leave.
    pub fn sources(&self) -> impl ExactSizeIterator<Item = u32> + use<'a> {
        self.sources.iter().map(|ssrc| u32::from_be_bytes(*ssrc))
    }
}
